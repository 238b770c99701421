/**
 * Lymphocytes, clones and effectors against exact answers (MODEL section 12.4): birth and death, kills, thymus, thresholds; all with fixed
 * seeds, so that a test either always passes or always fails.
 */
#include "model_fixture.h"

#define TILES 16

static fix_t fix;

/* A loop over the lanes of TILES tiles that were driven by hand to `day`. */
static void
run_tiles(double day, void (*prepare)(bench_t *b), void (*look)(bench_t *b, void *out), void *out)
{
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        bench_open(&b, &fix, 0, -30, fix.spec.horizon, (uint64_t)tile * ENG_LANES);
        bench_start(&b, true);
        if (prepare != NULL) {
            prepare(&b);
        }
        bench_until(&b, day);
        look(&b, out);
        bench_close(&b);
    }
}

/* --- birth and death ------------------------------------------------------------------------------------------------ */

/* Clones of n cells each, no growth beyond the memory turnover, everybody alike. */
static void
equal_clones(int n)
{
    fix_same_patients(&fix);
    fix_quiet(&fix);
    fix.params.clone_size_cv = 0;
    fix.params.clone_reservoir = ENG_NUM_CLONES * (n + 0.5);
    fix.params.memory4_growth = 0;
    fix.params.clone_memory_yield = 0;
}

typedef struct {
    double n, extinct, sum, square, third;
} counts_t;

static void
look_at_clones(bench_t *b, void *out)
{
    counts_t *c = out;
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        for (int l = 0; l < ENG_LANES; l++) {
            const double x = (double)b->clones->clone[k][l];
            c->n++;
            c->extinct += x == 0;
            c->sum += x;
            c->square += x * x;
        }
    }
}

/* P(extinct) = [d (1 - e)/(b - d e)]^n0, mean n0/e and variance of the linear process, through five draws. */
static void
test_clones_die_out_by_the_law(void)
{
    static const int cells[] = { 1, 3, 10, 400 };
    const double births = 0.05, deaths = 0.0708, days = 50, e = exp(-(births - deaths) * days);
    const double alone = deaths * (1 - e) / (births - deaths * e), mean1 = 1 / e;
    const double var1 = (births + deaths) / (births - deaths) * mean1 * (mean1 - 1);

    for (size_t j = 0; j < sizeof(cells) / sizeof(*cells); j++) {
        const int n = cells[j];
        const double p = pow(alone, n);
        counts_t c = { 0 };
        fix_init(&fix, 40);
        fix.params.clone_sanctuary = 0; /* all are clones */
        equal_clones(n);
        fix.params.memory4_turnover = births;
        fix.params.clone_decay = deaths - births;
        fix_untreated(&fix);
        run_tiles(20, NULL, look_at_clones, &c);
        const double mean = c.sum / c.n, variance = c.square / c.n - mean * mean;
        CU_ASSERT_EQUAL(c.n, TILES * ENG_LANES * ENG_NUM_CLONES);
        if (p > 1e-4) {
            CU_ASSERT(fabs(fix_z_binomial(c.extinct, c.n, p)) < 3.5);
        } else {
            CU_ASSERT_EQUAL(c.extinct, 0);
        }
        CU_ASSERT(fabs(mean - n * mean1) / sqrt(n * var1 / c.n) < 3.5);
        CU_ASSERT(fabs(variance / (n * var1) - 1) < 0.08); /* four standard errors of a variance with an exponential tail */
    }
}

/* The same through the runner's own read-out: clones left on day 30. */
static void
test_clones_left_on_day_30(void)
{
    static eng_results_t results;
    const double births = 0.05, deaths = 0.08, e = exp(-(births - deaths) * 60);
    const double p = pow(deaths * (1 - e) / (births - deaths * e), 5);
    double extinct = 0, n = 0;
    fix_run_t run;

    fix_init(&fix, 60);
    fix.params.clone_sanctuary = 0;
    equal_clones(5);
    fix.params.memory4_turnover = births;
    fix.params.clone_decay = deaths - births;
    fix_untreated(&fix);
    fix_open(&run, &fix);
    for (int tile = 0; tile < TILES; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            extinct += ENG_NUM_CLONES - results.number[ENG_NUMBER_CLONES_LEFT][l];
            n += ENG_NUM_CLONES;
        }
    }
    CU_ASSERT(p > 0.05 && p < 0.95);
    CU_ASSERT(fabs(fix_z_binomial(extinct, n, p)) < 3.5);
    fix_close(&run);
}

/* Survivors of conditioning are Binomial(n, 10^-LK), extinct with (1 - 10^-LK)^n: cy120_low kills 2.3 logs. */
static void
test_survivors_of_conditioning(void)
{
    static const int cells[] = { 60, 400, 40000 };
    const double s = pow(10, -2.3);

    for (size_t j = 0; j < sizeof(cells) / sizeof(*cells); j++) {
        const double n = cells[j], extinct = pow(1 - s, n);
        counts_t c = { 0 };
        fix_init(&fix, 40);
        fix.params.clone_sanctuary = 0;
        equal_clones(cells[j]);
        fix.params.memory4_turnover = fix.params.clone_decay = 0;
        fix_untreated(&fix);
        fix_add(&fix, -5, "condition", "cy120_low");
        run_tiles(20, NULL, look_at_clones, &c);
        const double mean = c.sum / c.n, variance = c.square / c.n - mean * mean;
        if (extinct > 1e-4) {
            CU_ASSERT(fabs(fix_z_binomial(c.extinct, c.n, extinct)) < 3.5);
        } else {
            CU_ASSERT_EQUAL(c.extinct, 0);
        }
        CU_ASSERT(fabs(mean - n * s) / sqrt(n * s * (1 - s) / c.n) < 3.5);
        CU_ASSERT(fabs(variance / (n * s * (1 - s)) - 1) < 0.05);
    }
}

/* Pools and stem cells take a kill as 10^-LK; Treg, plasma cells and effectors by their factors. */
static void
test_kills_of_pools(void)
{
    bench_t b;

    fix_init(&fix, 40);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix_untreated(&fix);
    fix_add(&fix, -5, "condition", "cy200");
    fix.params.kill_lymphoid_shift = 0.2;
    bench_open(&b, &fix, 0, -30, 40, 0);
    bench_start(&b, true);
    bench_until(&b, -5);
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = (eng_real_t)1e8; /* few enough would die out */
    }
    bench_until(&b, -5 + 0.25);
    const double s = pow(10, -3.5);
    ENG_ASSERT_NEAR((double)b.tile->memory8[3] / s, 1, 0.04);
    ENG_ASSERT_NEAR((double)b.tile->treg[3] / pow(s, 0.95), 1, 0.1);
    ENG_ASSERT_NEAR((double)b.tile->plasma[3] / pow(s, 0.02), 1, 0.03);
    ENG_ASSERT_NEAR((double)b.clones->effector[3] / (1e8 * s * 0.3), 1, 0.1);
    ENG_ASSERT_NEAR((double)b.tile->hsc[3], 0.1, 0.002);
    ENG_ASSERT_NEAR((double)b.tile->stroma[3], 1 - 0.45 * 0.6, 0.001);
    ENG_ASSERT_NEAR((double)b.tile->mature3[3] / pow(10, -4.7), 1, 0.1);
    bench_close(&b);
}

/* --- thymus --------------------------------------------------------------------------------------------------------- */

static void
remove_naive_cells(bench_t *b)
{
    for (int l = 0; l < ENG_LANES; l++) {
        b->tile->naive4[l] = 0;
    }
}

/* Thymus only: N4(t) = (0.62 F/l4)(1 - exp(-l4 t)), relative to health 1 - exp(-l4 t) with l4 = 0.62 F0/N4*. */
static void
test_thymus_only(void)
{
    bench_t b;
    const double export0 = 0.62 * 5e8 / 1e11;

    fix_init(&fix, 1000);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.thymus_export = 5e8;
    fix.params.thymus_involution = fix.params.thymus_rebound = fix.params.naive_growth = fix.params.conversion = 0;
    fix.params.naive4_loss = 1e-5; /* below the export: nothing divides */
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 1000, 0);
    bench_start(&b, true);
    remove_naive_cells(&b);
    for (int j = 0; j < 10; j++) {
        const double day = 100.0 * j;
        bench_until(&b, day);
        ENG_ASSERT_NEAR((double)b.tile->naive4[5] / (1 - exp(-export0 * (day + 30))), 1, 2e-3);
    }
    bench_close(&b);
}

/* --- effectors -------------------------------------------------------------------------------------------------------- */

static double
effectors_after(double start, double days)
{
    bench_t b;
    double end;

    bench_open(&b, &fix, 0, -30, fix.spec.horizon, 0);
    bench_start(&b, true);
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = (eng_real_t)start;
    }
    bench_until(&b, -30 + days);
    end = (double)b.clones->effector[11];
    bench_close(&b);
    return end;
}

/* X_c = K_X dX (1 + Rb)/(pX - dX (1 + Rb)), with Treg at health and no specific ones. */
static void
test_threshold_of_effectors(void)
{
    fix_init(&fix, 400);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.effector_regulation = 0;
    fix_untreated(&fix);
    for (int j = 0; j < 3; j++) {
        static const double cooperation[] = { 3.6e4, 1.5e4, 1e5 }, treg[] = { 0.5, 0.2, 1.0 };
        const double held = 0.28 * (1 + treg[j]), critical = cooperation[j] * held / (1 - held);
        fix.params.effector_cooperation = cooperation[j];
        fix.params.effector_treg = treg[j];
        CU_ASSERT(effectors_after(1.01 * critical, 20) > 1.02 * critical);
        CU_ASSERT(effectors_after(0.99 * critical, 20) < 0.98 * critical);
        CU_ASSERT(fabs(effectors_after(critical, 5) / critical - 1) < 1e-3);
    }
}

/* Sustained regime without triggers: X and Ra go to where both stand still. */
static void
test_sustained_regime(void)
{
    const double K = 1.5e4, kR = 4e-7, dR = 0.4;
    double x = 2e6;
    bench_t b;

    for (int j = 0; j < 200; j++) { /* pX x/(K + x) = dX (1 + Rb + kR x / dR) */
        x = dR / kR * (x / (K + x) / 0.28 - 1.5);
    }
    fix_init(&fix, 800);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.effector_cooperation = K;
    fix.params.effector_regulation = kR;
    fix.params.effector_regulation_decay = dR;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 800, 0);
    bench_start(&b, true);
    for (int l = 0; l < ENG_LANES; l++) {
        b.clones->effector[l] = (eng_real_t)1e6;
    }
    bench_until(&b, 800);
    ENG_ASSERT_NEAR((double)b.clones->effector[1] / x, 1, 1e-3);
    ENG_ASSERT_NEAR((double)b.clones->specific_treg[1] / (kR * x / dR), 1, 1e-3);
    CU_ASSERT(fabs((double)b.clones->effector[1] / ((1 / 0.28 - 1.5) * dR / kR) - 1) < 0.02); /* X_n of the document */
    bench_close(&b);
}

/* --- genotypes ------------------------------------------------------------------------------------------------------ */

static void
no_t(eng_params_t *p)
{
    p->genotype_t = 0;
}

static void
no_b(eng_params_t *p)
{
    p->genotype_b = 0;
}

static void
no_nk(eng_params_t *p)
{
    p->genotype_nk = 0;
}

/* What a genotype cannot make is missing from the first day to the last, in health and after a transplant of such cells. */
static void
test_genotypes_without_cells(void)
{
    static void (*const genotypes[])(eng_params_t *) = { no_t, no_b, no_nk };
    bench_t b;

    for (int g = 0; g < 3; g++) {
        fix_init(&fix, 730);
        fix_quiet(&fix);
        fix_same_patients(&fix);
        fix_protocol(&fix, "beam");
        fix_add(&fix, 0, "condition", "beam");
        genotypes[g](&fix.params);
        bench_open(&b, &fix, 0, -30, 730, 0);
        bench_start(&b, true);
        for (int day = -20; day <= 700; day += 360) {
            const eng_cells_t *o = &b.tile->cells;
            bench_until(&b, day);
            CU_ASSERT((g != 0) == (o->naive4[5] > 0 && o->memory4[5] > 0 && o->naive8[5] > 0 && o->memory8[5] > 0 && o->treg[5] > 0));
            CU_ASSERT((g != 1) == (o->b_naive[5] > 0 && o->b_memory[5] > 0 && o->plasma[5] > 0));
            CU_ASSERT((g != 2) == (o->nk[5] > 0));
            CU_ASSERT(g != 0 || o->naive4[5] + o->memory4[5] + o->naive8[5] + o->memory8[5] + o->treg[5] == 0);
            CU_ASSERT(g != 1 || o->b_naive[5] + o->b_memory[5] + o->plasma[5] == 0);
        }
        bench_close(&b);
    }
}

static const eng_test_t tests[] = {
    ENG_TEST(test_clones_die_out_by_the_law),
    ENG_TEST(test_clones_left_on_day_30),
    ENG_TEST(test_survivors_of_conditioning),
    ENG_TEST(test_kills_of_pools),
    ENG_TEST(test_thymus_only),
    ENG_TEST(test_threshold_of_effectors),
    ENG_TEST(test_sustained_regime),
    ENG_TEST(test_genotypes_without_cells),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "immunity", tests);
}
