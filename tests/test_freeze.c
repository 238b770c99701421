/**
 * Chance that is held or chosen by the points of a design (freeze): equal keys give equal courses, and nothing else moves.
 */
#include "model/runner_state.h"
#include "model_fixture.h"

static fix_t fix;
static eng_freeze_t freeze;

static void
make_study(bool screened)
{
    fix_init(&fix, 400);
    fix_untreated(&fix);
    fix_transplant(&fix, "cy_atg", "cy200", 0);
    fix_read_at(&fix, 100);
    fix_read_at(&fix, 400);
    fix.params.trigger_rate *= 4;
    fix.params.hz_viral_base = 0.002;
    eng_freeze_none(&freeze);
    fix.spec.freeze = &freeze;
    fix.spec.patients_common = true;
    if (screened) {
        fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 1, .within = 365 };
    }
}

/* --- keys ----------------------------------------------------------------------------------------------------------- */

static uint64_t
word_of(const eng_course_t *c, int l, eng_channel_t channel)
{
    eng_rng_t rng;

    eng_course_stream(c, l, channel, &rng);
    return eng_rng_next(&rng);
}

/* What the key says, with words put together by hand. */
static uint64_t
word_by_key(uint64_t patient, eng_channel_t channel, uint32_t point, uint32_t variant)
{
    eng_rng_t rng;

    eng_rng_open(&rng, fix.spec.seed, patient, channel, point, variant);
    return eng_rng_next(&rng);
}

static void
test_keys(void)
{
    bench_t b;

    make_study(false);
    bench_open(&b, &fix, 0, -30, 400, 100);
    b.tile->variant[3] = 17;
    b.tile->point[3] = 5;
    CU_ASSERT_EQUAL(word_of(&b.course, 3, ENG_CHANNEL_CLONES), word_by_key(103, ENG_CHANNEL_CLONES, 5, 17));
    b.course.freeze = &freeze; /* nothing is frozen: the same */
    CU_ASSERT_EQUAL(word_of(&b.course, 3, ENG_CHANNEL_CLONES), word_by_key(103, ENG_CHANNEL_CLONES, 5, 17));
    freeze.held[ENG_CHANNEL_TRIGGERS] = true;
    freeze.copy = 2;
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(word_of(&b.course, l, ENG_CHANNEL_TRIGGERS), word_by_key(0, ENG_CHANNEL_TRIGGERS, 0, 2 << 16));
    }
    CU_ASSERT_NOT_EQUAL(word_of(&b.course, 3, ENG_CHANNEL_CLONES), word_of(&b.course, 4, ENG_CHANNEL_CLONES));
    freeze.factor[ENG_CHANNEL_CLONES] = 1;
    b.rates->params.copy[1] = 9;
    CU_ASSERT_EQUAL(word_of(&b.course, 3, ENG_CHANNEL_CLONES), word_by_key(103, ENG_CHANNEL_CLONES, 5, (9 << 16) + 4096));
    b.course.before_entry = true; /* history belongs to the patient */
    CU_ASSERT_EQUAL(word_of(&b.course, 3, ENG_CHANNEL_CLONES), word_by_key(103, ENG_CHANNEL_CLONES, 5, 17));
    freeze.patients = 0;
    b.rates->params.copy[0] = 7;
    CU_ASSERT_EQUAL(eng_freeze_variant(&freeze, &b.rates->params, 12), (7u << 16) + 12);
    bench_close(&b);
    CU_ASSERT_EQUAL(eng_freeze_copy(1e-9), 1);
    CU_ASSERT_EQUAL(eng_freeze_copy(1 - 1e-12), 65535);
}

/* --- courses -------------------------------------------------------------------------------------------------------- */

/* Courses of some patients at points with copies, in one slab; results of protocol p in out[tile]. */
#define PATIENTS 20
typedef struct {
    fix_run_t run;
    eng_results_t out[ENG_SLAB];
} slab_t;

static void
run_points(slab_t *slab, int count, const uint16_t (*copies)[4], int protocol)
{
    fix_open(&slab->run, &fix);
    eng_runner_clear(slab->run.runner);
    for (int point = 0; point < count; point++) {
        eng_params_t params = fix.params;
        memcpy(params.copy, copies[point], sizeof(copies[point]));
        CU_ASSERT_EQUAL_FATAL(eng_runner_add(slab->run.runner, (uint32_t)point, &params, 0, PATIENTS), PATIENTS);
    }
    eng_runner_admit(slab->run.runner);
    for (int k = 0; k < ENG_SLAB; k++) {
        slab->out[k] = (eng_results_t){ .read = calloc((size_t)(fix.spec.num_reads + 1) * FIX_NUM_MARKERS * ENG_LANES, sizeof(double)) };
        CU_ASSERT_PTR_NOT_NULL_FATAL(slab->out[k].read);
    }
    CU_ASSERT_EQUAL_FATAL(eng_runner_run(slab->run.runner, protocol, slab->out, 1), 0);
}

static void
close_points(slab_t *slab)
{
    for (int k = 0; k < ENG_SLAB; k++) {
        free(slab->out[k].read);
    }
    fix_close(&slab->run);
}

/* How many of the patients have the same course at two points? */
static int
num_same(const slab_t *slab, int a, int b)
{
    int same = 0;

    for (int j = 0; j < PATIENTS; j++) {
        const int s = a * PATIENTS + j, t = b * PATIENTS + j;
        same += fix_lane_equal(&slab->out[s / ENG_LANES], s % ENG_LANES, &slab->out[t / ENG_LANES], t % ENG_LANES, fix.spec.num_reads);
    }
    return same;
}

/* Every channel is held: everybody lives the same life, of whatever copy. */
static void
test_all_held(void)
{
    static const uint16_t copies[1][4] = { { 0 } };
    eng_results_t first;
    slab_t slab;

    make_study(false);
    memset(freeze.held, true, sizeof(freeze.held));
    run_points(&slab, 1, copies, 1);
    for (int j = 1; j < PATIENTS; j++) {
        CU_ASSERT_TRUE(fix_lane_equal(&slab.out[0], j, &slab.out[0], 0, fix.spec.num_reads));
        CU_ASSERT_EQUAL(eng_runner_covariate(slab.run.runner, ENG_COV_AGE, j), eng_runner_covariate(slab.run.runner, ENG_COV_AGE, 0));
    }
    first = fix_keep(&slab.out[0], fix.spec.num_reads);
    close_points(&slab);
    freeze.copy = 1;
    run_points(&slab, 1, copies, 1);
    CU_ASSERT_FALSE(fix_lane_equal(&slab.out[0], 0, &first, 0, fix.spec.num_reads));
    close_points(&slab);
    freeze.held[ENG_CHANNEL_COVARIATES] = false;
    run_points(&slab, 1, copies, 1);
    CU_ASSERT_FALSE(fix_lane_equal(&slab.out[0], 1, &slab.out[0], 0, fix.spec.num_reads));
    close_points(&slab);
    fix_drop(&first);
}

/* Factors 0: patients, 1: triggers, 2: collection, 3: all others. */
static void
make_factors(void)
{
    for (int k = 0; k < ENG_NUM_CHANNELS; k++) {
        freeze.factor[k] = k == ENG_CHANNEL_TRIGGERS ? 1 : k == ENG_CHANNEL_COLLECTION ? 2 : k == ENG_CHANNEL_COVARIATES || k == ENG_CHANNEL_REPERTOIRE ? ENG_NO_FACTOR : 3;
    }
    freeze.patients = 0;
}

static void
check_factors(bool screened)
{
    /* the same twice, then one factor after the other */
    static const uint16_t copies[6][4] = { { 5, 6, 7, 8 }, { 5, 6, 7, 8 }, { 6, 6, 7, 8 }, { 5, 7, 7, 8 }, { 5, 6, 8, 8 }, { 5, 6, 7, 9 } };
    slab_t untreated, treated;
    int moved[6] = { 0 };

    make_study(screened);
    make_factors();
    run_points(&untreated, 6, copies, 0);
    run_points(&treated, 6, copies, 1);
    CU_ASSERT_EQUAL(num_same(&untreated, 0, 1), PATIENTS);
    CU_ASSERT_EQUAL(num_same(&treated, 0, 1), PATIENTS);
    CU_ASSERT_EQUAL(num_same(&untreated, 0, 4), PATIENTS); /* nothing is collected */
    CU_ASSERT(num_same(&treated, 0, 4) < PATIENTS);
    CU_ASSERT(num_same(&untreated, 0, 2) < 4);
    CU_ASSERT(num_same(&untreated, 0, 3) < PATIENTS);
    CU_ASSERT(num_same(&untreated, 0, 5) < PATIENTS);
    for (int j = 0; j < PATIENTS; j++) {
        for (int point = 1; point < 6; point++) { /* who somebody is belongs to `patients` alone */
            moved[point] += eng_runner_covariate(treated.run.runner, ENG_COV_AGE, j) != eng_runner_covariate(treated.run.runner, ENG_COV_AGE, point * PATIENTS + j);
            CU_ASSERT(point == 2 || eng_runner_candidate(treated.run.runner, j) == eng_runner_candidate(treated.run.runner, point * PATIENTS + j));
        }
    }
    CU_ASSERT_EQUAL(moved[2], PATIENTS);
    CU_ASSERT_EQUAL(moved[1] + moved[3] + moved[4] + moved[5], 0);
    close_points(&untreated);
    close_points(&treated);
}

static void
test_factors(void)
{
    check_factors(false);
}

static void
test_factors_after_entry(void)
{
    check_factors(true);
}

/* Lanes of a mixed tile have the copies of their own points: alone they give the same. */
static void
test_mixed(void)
{
    static const uint16_t copies[4][4] = { { 1, 2, 3, 4 }, { 1, 3, 3, 4 }, { 2, 2, 3, 4 }, { 1, 2, 3, 5 } };
    slab_t all;

    make_study(true);
    make_factors();
    run_points(&all, 4, copies, 1);
    for (int point = 0; point < 4; point++) {
        slab_t one;
        run_points(&one, 1, &copies[point], 1);
        for (int j = 0; j < PATIENTS; j++) {
            const int s = point * PATIENTS + j;
            CU_ASSERT_TRUE(fix_lane_equal(&one.out[0], j, &all.out[s / ENG_LANES], s % ENG_LANES, fix.spec.num_reads));
        }
        close_points(&one);
    }
    close_points(&all);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_keys),
    ENG_TEST(test_all_held),
    ENG_TEST(test_factors),
    ENG_TEST(test_factors_after_entry),
    ENG_TEST(test_mixed),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "freeze", tests);
}
