/**
 * Autoreactive B cells, plasma cells and antibodies against their closed forms (MODEL section 5.7): rest, what plasma cells leave
 * of antibodies when B memory is gone, and how little of them a kill takes.
 */
#include "model/humoral.h"
#include "model_fixture.h"

#define DAYS 800.0

static fix_t fix;

static double
own(int j)
{
    return fix.params.disease[j];
}

static void
open_bench(bench_t *b)
{
    fix_init_for(&fix, eng_disease_find("sle"), DAYS);
    fix_no_hazards(&fix);
    fix.params.trigger_infection = fix.params.effector_remission = fix.params.trigger_rate = 0;
    fix_untreated(&fix);
    bench_open(b, &fix, 0, -30, DAYS, 0);
    bench_start(b, false);
}

/* Without effectors and B memory: long-lived plasma cells fall by their own rate, short-lived ones are gone, antibodies follow. */
static void
test_plasma_cells_remain(void)
{
    bench_t b;

    open_bench(&b);
    bench_until(&b, 0);
    eng_humoral_t *d = b.course.humoral;
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = d->autoreactive_b[l] = d->b_tissue[l] = d->plasma_short[l] = 0;
        d->renewal[l] = 0;
        d->plasma_long[l] = d->autoantibody[l] = 1;
    }
    const double k = own(ENG_HUMORAL_LONG_RATE), r = 1 / own(ENG_HUMORAL_ANTIBODY_TIME), part = own(ENG_HUMORAL_ANTIBODY_LONG) * r / (r - k);
    for (int day = 20; day <= 600; day += 20) {
        bench_until(&b, day);
        ENG_ASSERT_NEAR((double)d->plasma_long[7], exp(-k * day), 1e-4);
        ENG_ASSERT_NEAR((double)d->autoantibody[7], part * exp(-k * day) + (1 - part) * exp(-r * day), 1e-3);
        CU_ASSERT_EQUAL((double)d->autoreactive_b[7], 0);
    }
    bench_close(&b);
}

/* Without effectors B memory that is left grows by the logistic law with its unaided part of the rate. */
static void
test_memory_regrows(void)
{
    bench_t b;

    open_bench(&b);
    bench_until(&b, 0);
    eng_humoral_t *d = b.course.humoral;
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = 0;
        d->new_cells[l] = 0;
        d->b_tissue[l] = 1;
        d->autoreactive_b[l] = (eng_real_t)0.05;
    }
    const double g = own(ENG_HUMORAL_GROWTH) * own(ENG_HUMORAL_UNAIDED);
    for (int day = 50; day <= 700; day += 50) {
        bench_until(&b, day);
        ENG_ASSERT_NEAR((double)d->autoreactive_b[3], 1 / (1 + 19 * exp(-g * day)), 1e-3);
    }
    bench_close(&b);
}

/* Logarithm of what conditioning leaves of a row, relative to a patient who has none. */
static double
left(const bench_t *b, size_t row)
{
    const double with = (double)((const eng_real_t *)(const void *)((const char *)b[1].course.humoral + row))[5];
    return log(with / (double)((const eng_real_t *)(const void *)((const char *)b[0].course.humoral + row))[5]);
}

/* Conditioning: long-lived plasma cells hardly feel it, B memory does, each by its part of the lymphocytes' logs. */
static void
test_kill(void)
{
    bench_t b[2];

    fix_init_for(&fix, eng_disease_find("sle"), DAYS);
    fix_no_hazards(&fix);
    fix_untreated(&fix);
    fix_protocol(&fix, "kill");
    fix_add(&fix, 0, "condition", "cy200");
    for (int k = 0; k < 2; k++) {
        bench_open(&b[k], &fix, k, -30, DAYS, 0);
        bench_start(&b[k], false);
        memset(b[k].course.humoral->renewal, 0, sizeof(eng_row_t)); /* what comes in a day is much of the little that is left */
        bench_until(&b[k], 1);
    }
    const double logs = left(b, offsetof(eng_humoral_t, plasma_long)) / own(ENG_HUMORAL_KILL_LONG);
    CU_ASSERT(logs < -4); /* 3.3 log10 for the mean patient */
    CU_ASSERT_DOUBLE_EQUAL(left(b, offsetof(eng_humoral_t, autoreactive_b)), own(ENG_HUMORAL_KILL_MEMORY) * logs, 0.01 * -logs);
    CU_ASSERT_DOUBLE_EQUAL(left(b, offsetof(eng_humoral_t, b_tissue)), logs, 0.01 * -logs);
    bench_close(&b[0]);
    bench_close(&b[1]);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_plasma_cells_remain), ENG_TEST(test_memory_regrows), ENG_TEST(test_kill) };
    return ENG_TEST_MAIN(argc, argv, "lupus", tests);
}
