/**
 * A study that grows: its text with a larger number in it is the larger study, for every design that extends and however the number is
 * written; the points it had stay its first ones, in every bit.
 */
#include "study/study_grow.h"

#include "base/error.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPENDENT "correlation: [{pair: [thymus.export_at_20y, atg.half_life], spearman: 0.5}]\n"

static const char head[] =
    "study: grows # h\303\266her\n"
    "seed: 7\n"
    "horizon: 1 y\n"
    "protocols: {dmt: [{at: 0 d, drug: dmf}]}\n"
    "parameters: {thymus.export_at_20y: prior, atg.half_life: prior, trigger.rate: prior}\n"
    "outcomes: [relapse]\n";

static int
parse(eng_study_t *study, const char *rest)
{
    char text[4000];

    snprintf(text, sizeof(text), "%s%s", head, rest);
    return eng_study_parse(study, "grows.yaml", text, strlen(text));
}

static double *
points_of(const eng_study_t *study)
{
    double *unit = calloc((size_t)study->num_points * (size_t)study->num_uncertain + 1, sizeof(*unit));

    CU_ASSERT_EQUAL(eng_study_points_unit(study, unit), 0);
    return unit;
}

static void
check_grows(const char *small_text, eng_growth_t growth, const char *large_text)
{
    eng_study_t small, large, grown;

    if (parse(&small, small_text) != 0 || parse(&large, large_text) != 0) {
        CU_FAIL(small_text);
        return;
    }
    const int ret = eng_study_grow(&small, &growth, &grown);
    if (ret != 0) {
        fprintf(stderr, "%s: %s\n", small_text, eng_error_message());
    }
    CU_ASSERT_EQUAL_FATAL(ret, 0);
    CU_ASSERT_STRING_EQUAL(grown.identity, large.identity);
    CU_ASSERT_STRING_EQUAL(grown.extent, large.extent);
    CU_ASSERT_STRING_EQUAL(grown.canonical, large.canonical);
    CU_ASSERT_STRING_NOT_EQUAL(grown.extent, small.extent);
    if (small.num_uncertain > 0) {
        double *few = points_of(&small), *many = points_of(&grown);
        CU_ASSERT(memcmp(few, many, (size_t)small.num_points * (size_t)small.num_uncertain * sizeof(double)) == 0);
        free(few);
        free(many);
    }
    eng_study_free(&small);
    eng_study_free(&large);
    eng_study_free(&grown);
}

#define FEW "cohort: {disease: ms, patients: 100}\n"

static void
test_points_of_every_design_that_extends(void)
{
    static const char *const designs[][2] = {
        { "design: {monte_carlo: {points: 8}}\n", "design: {monte_carlo: {points: 13}}\n" },
        { "design: {sobol: {points: 8}}\n", "design: {sobol: {points: 13}}\n" },
        { "design: {sobol: {scramble: owen, points: 8}}\n", "design: {sobol: {points: 13, scramble: owen}}\n" },
        { "design: {halton: {points: 8}}\n", "design: {halton: {points: 13}}\n" },
    };

    for (size_t j = 0; j < sizeof(designs) / sizeof(*designs); j++) {
        char small[500], large[500];
        for (int dependent = 0; dependent < 2; dependent++) {
            snprintf(small, sizeof(small), FEW "%s%s", designs[j][0], dependent ? DEPENDENT : "");
            snprintf(large, sizeof(large), FEW "%s%s", designs[j][1], dependent ? DEPENDENT : "");
            check_grows(small, (eng_growth_t){ .points = 13 }, large);
        }
    }
}

static void
test_points_in_sets(void)
{
    const eng_growth_t rows = { .points = 15 }, more = { .points = 24 }, grouped = { .points = 12 }, paths = { .points = 12 };

    check_grows(FEW "design: {saltelli: {base: 2}}\n", rows, FEW "design: {saltelli: {base: 3}}\n");
    check_grows(FEW "design: {saltelli: {base: 2, sample: random}}\n", rows, FEW "design: {saltelli: {base: 3, sample: random}}\n");
    check_grows(FEW "design: {saltelli: {base: 2, second_order: true}}\n", more, FEW "design: {saltelli: {base: 3, second_order: true}}\n");
    check_grows(FEW "design: {saltelli: {groups: {two: [atg.half_life, trigger.rate]}, base: 2}}\n", grouped,
        FEW "design: {saltelli: {base: 3, groups: {two: [atg.half_life, trigger.rate]}}}\n");
    check_grows(FEW "design: {morris: {trajectories: 2}}\n", paths, FEW "design: {morris: {trajectories: 3}}\n");
    check_grows(FEW "design: {morris: {trajectories: 2, levels: 6, candidates: 3}}\n", paths,
        FEW "design: {morris: {trajectories: 3, levels: 6, candidates: 3}}\n");
}

static void
test_copies(void)
{
    const eng_growth_t growth = { .points = 12 };

    check_grows(FEW "design: {lhs: {points: 4}}\n", growth, FEW "design: {lhs: {points: 12, copies: 3}}\n");
    check_grows(FEW "design: {lhs: {copies: 2, maximin: true, points: 8}}\n", growth, FEW "design: {lhs: {points: 12, copies: 3, maximin: true}}\n");
    check_grows(FEW "design:\n  lhs:\n    maximin: true\n    points: '4' # each\n", growth, FEW "design: {lhs: {points: 12, copies: 3, maximin: true}}\n");
    check_grows(FEW "design:\n  lhs:\n    points: \"8\"\n    copies: 2", growth, FEW "design: {lhs: {points: 12, copies: 3}}\n");
    check_grows(FEW "\"design\": {\"lhs\":{points:\n 4},\n}\n" DEPENDENT, growth, FEW "design: {lhs: {points: 12, copies: 3}}\n" DEPENDENT);
}


static void
test_patients(void)
{
    const eng_growth_t growth = { .patients = 1000000 };

    check_grows(FEW "design: {sobol: {points: 4}}\n", growth, "cohort: {patients: 1000000, disease: ms}\ndesign: {sobol: {points: 4}}\n");
    check_grows("cohort:\n  patients: 1e2   # for now\n  disease: ms\ndesign: {grid: {levels: 2}}\n", growth,
        "cohort: {patients: 1000000, disease: ms}\ndesign: {grid: {levels: 2}}\n");
    check_grows("cohort: {across_points: independent, \"patients\": \"7\", disease: ms}\ndesign: {factorial: {levels: 2}}\n", growth,
        "cohort: {across_points: independent, patients: 1000000, disease: ms}\ndesign: {factorial: {levels: 2}}\n");
}

/* Refused with a line that says why. */
static void
check_refused(const char *text, eng_growth_t growth, int code, const char *why)
{
    eng_study_t study, grown;

    CU_ASSERT_EQUAL_FATAL(parse(&study, text), 0);
    CU_ASSERT_EQUAL(eng_study_grow(&study, &growth, &grown), code);
    if (strstr(eng_error_message(), why) == NULL) {
        fprintf(stderr, "%s\n", eng_error_message());
        CU_FAIL("the reason");
    }
    eng_study_free(&study);
    eng_study_free(&grown);
}

static void
test_what_cannot_grow(void)
{
    check_refused(FEW "design: {grid: {levels: 2}}\n", (eng_growth_t){ .points = 27 }, ENG_ERR_USAGE, "cannot be extended: every level would move");
    check_refused(FEW "design: {factorial: {levels: 2}}\n", (eng_growth_t){ .points = 27 }, ENG_ERR_USAGE, "cannot be extended");
    check_refused(FEW "design: {saltelli: {base: 2}}\n", (eng_growth_t){ .points = 14 }, ENG_ERR_USAGE, "whole rows of 5 points: 15 or 20");
    check_refused(FEW "design: {saltelli: {base: 2}}\n", (eng_growth_t){ .points = 22 }, ENG_ERR_USAGE, "whole rows of 5 points: 20 or 25");
    check_refused(FEW "design: {morris: {trajectories: 2}}\n", (eng_growth_t){ .points = 9 }, ENG_ERR_USAGE, "whole trajectories of 4 points: 12 or 16");
    check_refused(FEW "design: {lhs: {points: 4}}\n", (eng_growth_t){ .points = 5 }, ENG_ERR_USAGE, "whole copies of 4 points: 8 or 12");
    check_refused(FEW "design: {lhs: {points: 4}}\n", (eng_growth_t){ .points = 4 }, ENG_ERR_USAGE, "has 4 already");
    check_refused(FEW "design: {lhs: {points: 4}}\n", (eng_growth_t){ .patients = 100 }, ENG_ERR_USAGE, "has 100 already");
    check_refused(FEW "design: {sobol: {points: 4}}\n", (eng_growth_t){ .points = UINT64_C(5000000000) }, ENG_ERR_STUDY, "mistake");
}

static const eng_test_t tests[] = {
    ENG_TEST(test_points_of_every_design_that_extends),
    ENG_TEST(test_points_in_sets),
    ENG_TEST(test_copies),
    ENG_TEST(test_patients),
    ENG_TEST(test_what_cannot_grow),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "growing studies", tests);
}
