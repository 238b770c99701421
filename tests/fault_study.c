/** Every allocation of reading a study fails once: no crash, no leak, no other verdict than "out of memory" or the right one. */
#include "study/study.h"

#include "fault_memory.h"
#include "testlib.h"

#include <stdlib.h>
#include <string.h>

static const char text[] =
    "study: full\nseed: 1\nhorizon: 3 y\n"
    "cohort: {disease: ms, patients: 1e3, covariates: {age: {normal: [36, 5]}}}\n"
    "sets: {rescue: [{when: relapse, drug: rituximab, for: 1 d}], idle: []}\n"
    "protocols:\n"
    "  family: {vary: {day: [0 d, 1 d]}, actions: [{use: rescue}, {at: $day, drug: dmf}]}\n"
    "parameters: {atg.half_life: prior, atg.t_cell_kill_rate: {uniform: [0.2, 0.5]}, trigger.rate: 8 1/y}\n"
    "design: {list: [{atg.half_life: 5, atg.t_cell_kill_rate: 0.3}]}\n"
    "outcomes: [relapse, {efs: {at: [1 y, 2 y]}}, anc]\n"
    "trajectories: {markers: [anc, cd4], every: 1 y}\n";

/* Laws that are tables, dependence, groups, a list from a file. */
static const char tables[] =
    "study: tables\nseed: 1\nhorizon: 3 y\n"
    "cohort:\n"
    "  disease: ms\n"
    "  patients: 1e3\n"
    "  covariates: {hct_ci: {categorical: [0.5, 0.5]}, duration: {empirical: {file: d.csv, column: days}, unit: d}}\n"
    "  correlation: [{pair: [age, duration], spearman: 0.5}]\n"
    "protocols: {a: [{at: 0 d, drug: dmf}]}\n"
    "parameters: {atg.half_life: prior, trigger.rate: {discrete: {values: [3, 4], p: [0.5, 0.5]}}, clone.decay_rate: prior}\n"
    "correlation: [{pair: [atg.half_life, trigger.rate], spearman: 0.5}]\n"
    "design: {saltelli: {base: 4, groups: {both: [atg.half_life, trigger.rate]}}}\n"
    "#attached 21 d.csv\n"
    "#|name,days\n"
    "#|a,3\n"
    "#|\"b\",40\n";

static const char list[] =
    "study: list\nseed: 1\nhorizon: 3 y\ncohort: {disease: ms, patients: 1e3}\n"
    "protocols: {a: [{at: 0 d, drug: dmf}]}\n"
    "parameters: {atg.half_life: prior}\n"
    "design: {list: {file: points.csv}}\n"
    "#attached 31 points.csv\n"
    "#|id,atg.half_life [d]\n"
    "#|x,5\n"
    "#|y,6.5\n";

/* The text with everything misspelt that can be. */
static const char wrong[] =
    "study: ../full\nseed: x\nhorizont: 3 y\n"
    "cohort: {disease: mss, patients: 1e3}\n"
    "protocols: {a: [{at: 0 d, drugs: dmf}, {use: none}], b: [{at: 0 d, drug: dmff}]}\n"
    "parameters: {atg.half_lif: prior}\n"
    "design: {lhss: {points: 4}}\ncompare: {reference: c}\n";

static void
fail_each(const char *study_text, int result)
{
    bool ran_out = true;
    int ret = 0, without = 0;

    for (long n = 0; ran_out && n < 100000; n++) {
        eng_study_t s;

        allocations_left = n;
        ret = eng_study_parse(&s, "test", study_text, strlen(study_text));
        ran_out = allocations_left == 0;
        allocations_left = -1;
        eng_study_free(&s);
        CU_ASSERT(ret == ENG_ERR_NO_MEMORY || ret == result);
        without += ret == ENG_ERR_NO_MEMORY;
    }
    CU_ASSERT_FALSE(ran_out);
    CU_ASSERT(without > 20); /* few can be done without: those behind "did you mean" */
    CU_ASSERT_EQUAL(ret, result);
}

static void
test_right_study(void)
{
    fail_each(text, 0);
}

static void
test_study_with_tables(void)
{
    fail_each(tables, 0);
}

static void
test_study_with_a_list(void)
{
    fail_each(list, 0);
}

static void
test_wrong_study(void)
{
    fail_each(wrong, ENG_ERR_STUDY);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_right_study), ENG_TEST(test_study_with_tables), ENG_TEST(test_study_with_a_list), ENG_TEST(test_wrong_study) };

    return ENG_TEST_MAIN(argc, argv, "study without memory", tests);
}
