/**
 * Multiple sclerosis as trials see it: the EDSS that visits report, worsening and improvement that they confirm, MRIs, the second year
 * counted anew, and rules that wait for progression.
 */
#include "ms_fixture.h"

/* --- visits ------------------------------------------------------------------------------------------------------------ */

static void
until_with(bench_t *b, double day, const char *row, double lane0, double lane1)
{
    bench_until(b, day);
    row_of(b, row)[0] = (real)lane0;
    row_of(b, row)[1] = (real)lane1;
}

/* Worsening by 1.0 that stays, seen first on day 182, and one that is gone at the visit after it. */
static void
test_confirmed_worsening(void)
{
    bench_t b;

    begin(800, 3, 3);
    open_tile(&b, 0);
    until_with(&b, 100, "irreversible", 1, 1);
    until_with(&b, 2 * VISIT, "irreversible", 1, 0.6);
    bench_until(&b, 3 * VISIT);
    CU_ASSERT_EQUAL(row_of(&b, "progression_3mo")[0], 2 * VISIT);
    CU_ASSERT(b.tile->t_progression[0] >= ENG_DAY_NEVER); /* not yet over six months */
    until_with(&b, 4 * VISIT, "irreversible", 1, 1);
    CU_ASSERT_EQUAL(b.tile->t_progression[0], 2 * VISIT);
    until_with(&b, 6 * VISIT, "irreversible", 1, 0);
    bench_until(&b, 8 * VISIT);
    CU_ASSERT_EQUAL(row_of(&b, "progression_3mo")[1], 5 * VISIT); /* two visits in a row, no third */
    CU_ASSERT(b.tile->t_progression[1] >= ENG_DAY_NEVER);
    CU_ASSERT(row_of(&b, "improvement")[0] >= ENG_DAY_NEVER);
    CU_ASSERT(b.tile->t_progression[2] >= ENG_DAY_NEVER && row_of(&b, "progression_3mo")[2] >= ENG_DAY_NEVER);
    bench_close(&b);
}

/* Half a point is enough from 5.5 on, not below; of steps of a half 0.4 rounds to one. */
static void
test_step_by_baseline(void)
{
    static const double at_entry[] = { 5, 5.5, 6 };

    for (int j = 0; j < 3; j++) {
        bench_t b;
        begin(500, at_entry[j], 3);
        open_tile(&b, 0);
        until_with(&b, 10, "irreversible", 0.4, 0.2);
        bench_until(&b, 4 * VISIT);
        CU_ASSERT_EQUAL(row_of(&b, "baseline")[0], (real)at_entry[j]);
        CU_ASSERT_EQUAL(b.tile->t_progression[0], j > 0 ? VISIT : ENG_DAY_NEVER);
        CU_ASSERT(b.tile->t_progression[1] >= ENG_DAY_NEVER);
        bench_close(&b);
    }
}

/* Improvement is the mirror; the dead are not visited. */
static void
test_improvement(void)
{
    bench_t b;

    begin(500, 4, 3);
    open_tile(&b, 0);
    row_of(&b, "slow")[0] = row_of(&b, "slow")[2] = 3;
    row_of(&b, "slow")[1] = (real)0.9;
    b.tile->t_death[2] = 300;
    bench_until(&b, 480);
    CU_ASSERT_EQUAL(row_of(&b, "improvement")[0], 2 * VISIT); /* 1.1 by day 182, 0.6 by day 91 */
    CU_ASSERT(row_of(&b, "improvement")[1] >= ENG_DAY_NEVER);
    CU_ASSERT(row_of(&b, "improvement")[2] >= ENG_DAY_NEVER);
    CU_ASSERT(b.tile->t_progression[0] >= ENG_DAY_NEVER);
    bench_close(&b);
}

/* A lesion of day 10 is seen at the MRI of day 182; activity after a year is asked for anew, of each kind. */
static void
test_mri_and_the_second_year(void)
{
    bench_t b;

    begin(1000, 3, 3);
    open_tile(&b, 0);
    bench_until(&b, 10);
    row_of(&b, "lesions")[0] = 1;
    row_of(&b, "irreversible")[1] = 1; /* worse from the first year on: the later baseline has it */
    bench_until(&b, 400);
    CU_ASSERT_EQUAL(row_of(&b, "lesion")[0], 2 * VISIT);
    CU_ASSERT(row_of(&b, "lesion")[1] >= ENG_DAY_NEVER);
    row_of(&b, "lesions")[2] = 1;
    b.tile->num_relapses[3] = 1;
    row_of(&b, "irreversible")[4] = 1;
    bench_until(&b, 900);
    CU_ASSERT(row_of(&b, "activity_after_year1")[0] >= ENG_DAY_NEVER);
    CU_ASSERT(row_of(&b, "activity_after_year1")[1] >= ENG_DAY_NEVER);
    CU_ASSERT_EQUAL(row_of(&b, "activity_after_year1")[2], 6 * VISIT);
    CU_ASSERT_EQUAL(row_of(&b, "activity_after_year1")[3], 5 * VISIT);
    CU_ASSERT_EQUAL(row_of(&b, "activity_after_year1")[4], 5 * VISIT);
    CU_ASSERT_EQUAL(row_of(&b, "lesion")[2], 6 * VISIT);
    bench_close(&b);
}

/* What is reported: multiples of a half around the truth, with its noise; the same at a visit and at a reading of that day. */
static void
test_reported(void)
{
    double sum = 0, square = 0;
    int odd = 0, differ = 0;
    bench_t b;

    begin(400, 4.2, 3);
    fix_parameter(&fix, "ms.visit_noise", 0.35);
    fix_read_at(&fix, 0);
    for (int tile = 0; tile < TILES; tile++) {
        static double out[ENG_MAX_MARKERS * ENG_LANES];
        open_tile(&b, (uint64_t)tile * ENG_LANES);
        bench_until(&b, 0);
        b.kernel->read(&b.course, out);
        for (int l = 0; l < ENG_LANES; l++) {
            const double x = out[REPORTED * ENG_LANES + l];
            odd += x * 2 != floor(x * 2) || x < 0 || x > 10;
            differ += x != (double)row_of(&b, "baseline")[l];
            sum += x - 4.2;
            square += (x - 4.2) * (x - 4.2);
        }
        bench_close(&b);
    }
    const double sd = sqrt(0.35 * 0.35 + 0.25 / 12); /* rounding adds a twelfth of its step squared */
    CU_ASSERT_EQUAL(odd, 0);
    CU_ASSERT_EQUAL(differ, 0);
    CU_ASSERT(fabs(sum / LANES) < 3.5 * sd / sqrt(LANES) + 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(sqrt(square / LANES), sd, 0.02);
}

/* --- rules ----------------------------------------------------------------------------------------------- */

/* A rule on progression acts when it is confirmed: on the first visit of the study after that, once. */
static void
test_rule_on_progression(void)
{
    bench_t b;

    begin(800, 3, 3);
    eng_action_t *a = fix_with(&fix, 0, "drug", "natalizumab", "for", 500);
    a->on_event = true;
    a->event = ENG_EVENT_PROGRESSION;
    a->times = 5;
    bench_open(&b, &fix, 0, -30, 800, 0);
    bench_width(&b, "plain");
    bench_start(&b, false);
    row_of(&b, "slow")[0] = 0;
    until_with(&b, 100, "irreversible", 1, 0);
    bench_until(&b, 4 * VISIT);
    CU_ASSERT_EQUAL(b.tile->t_progression[0], 2 * VISIT); /* known on day 364 */
    CU_ASSERT_EQUAL(b.course.slot[0].until[0], 0);
    bench_until(&b, 390);
    CU_ASSERT_EQUAL(b.course.slot[0].until[0], 390 + 500);
    bench_until(&b, 780);
    CU_ASSERT_EQUAL(b.course.slot[0].until[0], 390 + 500);
    CU_ASSERT_EQUAL(b.course.slot[0].until[1], 0);
    bench_close(&b);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_confirmed_worsening),
    ENG_TEST(test_step_by_baseline),
    ENG_TEST(test_improvement),
    ENG_TEST(test_mri_and_the_second_year),
    ENG_TEST(test_reported),
    ENG_TEST(test_rule_on_progression),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "visits of multiple sclerosis", tests);
}
