/**
 * Explore or repeat: components of variance from sums of points, against their expectation and by hand.
 */
#include "base/math.h"
#include "study/spread.h"
#include "testlib.h"

#include <stdlib.h>
#include <string.h>

static const char text[] =
    "study: spread\nseed: 1\nhorizon: 2 y\ncohort: {disease: ms, patients: 100}\nprotocols: {a: [{at: 0 d, drug: dmf}], b: []}\n"
    "parameters: {trigger.rate: prior}\ndesign: {sobol: {points: 500}}\noutcomes: [infections, relapse, death]\ncompare: {reference: b}\n";

static double
draw(uint64_t *state)
{
    return eng_uniform(eng_test_random(state));
}

static size_t
word_of(const eng_layout_t *layout, const char *group, const char *dataset)
{
    for (int j = 0; j < layout->num_point_fields; j++) {
        const eng_field_t *field = &layout->point_fields[j];
        if (strcmp(field->group, group) == 0 && strcmp(field->dataset, dataset) == 0) {
            return field->offset + (field->num_dims > 0 ? field->size[0] - 1 : 0);
        }
    }
    CU_FAIL_FATAL("there is no such dataset");
    return 0;
}

/* Points whose probability of a relapse is uniform in middle +- half, n courses each; `of` the mean components of many such pilots. */
static eng_spread_t
mean_spread(double middle, double half, int n, int points)
{
    eng_study_t study;
    eng_layout_t layout;
    uint64_t state = 5;
    eng_spread_t mean = { 0 };

    CU_ASSERT_EQUAL_FATAL(eng_study_parse(&study, "spread.yaml", text, strlen(text)), 0);
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&layout, &study), 0);
    const size_t stride = 2 * layout.point_words, courses = word_of(&layout, "/outcomes/relapse", "n"),
                 events = word_of(&layout, "/outcomes/relapse", "event_count");
    int64_t *words = malloc((size_t)points * stride * sizeof(*words));
    for (int r = 0; r < 200; r++) {
        memset(words, 0, (size_t)points * stride * sizeof(*words));
        for (int j = 0; j < points; j++) {
            const double p = middle + half * (2 * draw(&state) - 1);
            int64_t *row = words + (size_t)j * stride + layout.point_words; /* of b, the reference */
            row[courses] = n;
            for (int k = 0; k < n; k++) {
                row[events] += draw(&state) < p;
            }
        }
        const eng_spread_t one = eng_spread_of(&layout, words, (size_t)points);
        CU_ASSERT(one.outcome == 1 && one.protocol == 1 && one.points == points);
        mean.between += one.between / 200;
        mean.within += one.within / 200;
    }
    free(words);
    eng_layout_free(&layout);
    eng_study_free(&study);
    return mean;
}

static void
test_points_that_differ(void)
{
    const eng_spread_t spread = mean_spread(0.4, 0.3, 32, 100); /* variance 0.03 between; 0.4 0.6 - 0.03 within */

    CU_ASSERT_DOUBLE_EQUAL(spread.between, 0.03, 0.001);
    CU_ASSERT_DOUBLE_EQUAL(spread.within, 0.21, 0.002);
    CU_ASSERT_DOUBLE_EQUAL(eng_spread_of_points(&spread, 64), 0.03 / (0.03 + 0.21 / 64), 0.01);
}

static void
test_points_that_are_alike(void)
{
    const eng_spread_t spread = mean_spread(0.4, 0, 32, 100);

    CU_ASSERT(spread.between < 0.001); /* chance alone would be 0.0075 */
    CU_ASSERT_DOUBLE_EQUAL(spread.within, 0.24, 0.002);
}

static void
test_nothing_to_say(void)
{
    eng_study_t study;
    eng_layout_t layout;

    CU_ASSERT_EQUAL_FATAL(eng_study_parse(&study, "spread.yaml", text, strlen(text)), 0);
    CU_ASSERT_EQUAL_FATAL(eng_layout_create(&layout, &study), 0);
    int64_t *words = calloc(20 * layout.point_words, sizeof(*words));
    CU_ASSERT_EQUAL(eng_spread_of(&layout, words, 10).outcome, -1); /* no course */
    CU_ASSERT_EQUAL(eng_spread_of(&layout, words, 0).outcome, -1);
    CU_ASSERT_EQUAL(eng_spread_of_points(&(eng_spread_t){ 0 }, 10), 0);
    free(words);
    eng_layout_free(&layout);
    eng_study_free(&study);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_points_that_differ),
    ENG_TEST(test_points_that_are_alike),
    ENG_TEST(test_nothing_to_say),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "explore or repeat", tests);
}
