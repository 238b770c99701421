/**
 * An inflamed tissue against its closed forms (MODEL section 5.6): rest, the law of flares, relaxation, stroma, noise of visits, care,
 * and that a drug without effect is placebo to the bit.
 */
#include "tissue_fixture.h"

#define DAYS 1500.0

static double
constant(int j)
{
    return fix.params.disease[j];
}

static void
set(const char *name, double value)
{
    const int j = eng_param_find(fix.spec.disease, name);
    CU_ASSERT_FATAL(j >= 0);
    eng_params_set(&fix.params, j, value);
}

static void
prepare(const char *disease)
{
    fix_init_for(&fix, eng_disease_find(disease), DAYS);
    fix_no_hazards(&fix);
    fix.params.trigger_infection = 0;
    fix.params.effector_remission = 0;
    law("cooperation", 0);
    law("weight", 70);
    law("female", 0);
    fix_untreated(&fix);
}

/* j of effectors at rest: 1 where K_X is nothing beside X_n. */
static double
rest(void)
{
    const eng_params_t *p = &fix.params;
    const double unit = p->effector_regulation_decay / p->effector_regulation, most = eng_effectors_at_rest(p);
    double X = most;

    for (int k = 0; k < 200; k++) {
        X = unit * (p->effector_growth / p->effector_death * X / (X + p->effector_cooperation) - 1 - p->effector_treg);
    }
    return X / most;
}

static void
open_bench(bench_t *b, uint64_t first)
{
    bench_open(b, &fix, 0, -30, DAYS, first);
    bench_start(b, false);
}

/* Without triggers effectors rest at X_n and s at 1 - wF. */
static void
test_rest(void)
{
    static const char *const diseases[] = { "inflammation", "ra" };

    for (size_t k = 0; k < ENG_COUNT_OF(diseases); k++) {
        bench_t b;
        prepare(diseases[k]);
        fix.params.trigger_rate = 0;
        open_bench(&b, 0);
        bench_until(&b, 700);
        for (int l = 0; l < ENG_LANES; l++) {
            const double j = (double)(b.clones->effector[l] * b.course.tissue->per_effector[l]);
            ENG_ASSERT_NEAR(j, rest(), 1e-3);
            ENG_ASSERT_NEAR((double)b.course.tissue->inflammation[l],
                (1 - constant(ENG_TISSUE_FLARE_SHARE)) * ((1 - (double)b.course.tissue->stroma[l]) * j + (double)b.course.tissue->stroma[l]), 2e-3);
        }
        bench_close(&b);
    }
}

/* P(a, x), the gamma law. */
static double
gamma_cdf(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int n = 1; n < 200; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum * exp(a * log(x) - x - lgamma(a));
}

/* F on the first day and long after it: gamma with mean and variance lam tauF. */
static void
test_flares(void)
{
    static const double days[] = { -30, 150, 400, 650, 900, 1150, 1400 }, at[] = { 0.1, 0.5, 1, 2.5 };
    double n = 0, s1 = 0, s2 = 0, below[4] = { 0 };

    prepare("inflammation");
    set("trigger.rate", 12);
    const double tau = constant(ENG_TISSUE_FLARE_TIME), mean = (1 - exp(-12 / ENG_DAYS_PER_YEAR)) * tau;
    for (int k = 0; k < 6; k++) {
        bench_t b;
        open_bench(&b, 64 * (uint64_t)k);
        for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
            bench_until(&b, days[j]);
            for (int l = 0; l < ENG_LANES; l++) {
                const double F = (double)b.course.tissue->flare[l] * (j == 0 ? 1 : exp(0.5 / tau)); /* at noon of the last day */
                n += 1;
                s1 += F;
                s2 += F * F;
                for (int i = 0; i < 4; i++) {
                    below[i] += F < at[i];
                }
            }
        }
        bench_close(&b);
    }
    CU_ASSERT_DOUBLE_EQUAL(s1 / n, mean, 4 * sqrt(mean / n));
    CU_ASSERT_DOUBLE_EQUAL(s2 / n - s1 / n * s1 / n, mean, 4 * sqrt((2 * mean * mean + 6 * mean) / n));
    for (int i = 0; i < 4; i++) {
        CU_ASSERT(fabs(fix_z_binomial(below[i], n, gamma_cdf(mean, at[i]))) < 4);
    }
}

/* All effectors die on day 0: s falls to the stroma's share in its own time; the share is exponential and rises with lines. */
static void
test_stroma(void)
{
    for (int lines = 0; lines <= 2; lines++) {
        bench_t b;
        prepare("inflammation");
        fix.params.trigger_rate = 0;
        set("tissue.flare_share", 0);
        law("prior_lines", lines);
        law("stroma", 1 - exp(-1)); /* the mean */
        open_bench(&b, 0);
        bench_until(&b, 0);
        const double psi = constant(ENG_TISSUE_STROMA) * (1 + lines * constant(ENG_TISSUE_STROMA_LINE));
        const double before = (double)b.course.tissue->inflammation[0];
        for (int l = 0; l < ENG_LANES; l++) {
            b.clones->effector[l] = 0;
        }
        ENG_ASSERT_NEAR((double)b.course.tissue->stroma[5], psi, 1e-5);
        for (int day = 5; day <= 200; day += 5) {
            bench_until(&b, day);
            ENG_ASSERT_NEAR((double)b.course.tissue->inflammation[5], psi + (before - psi) * exp(-day / constant(ENG_TISSUE_TIME)), 1e-4);
        }
        bench_close(&b);
    }
}

static double
mean_marker(const fix_run_t *run, int read, int k, double *square)
{
    const size_t row = ((size_t)read * (size_t)run->num_markers + (size_t)ENG_MARKER_OWN(k)) * ENG_LANES;
    double sum = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        sum += run->read[row + (size_t)l];
        *square += run->read[row + (size_t)l] * run->read[row + (size_t)l];
    }
    return sum / ENG_LANES;
}

static double
activity(double das28)
{
    return pow((das28 - constant(ENG_TISSUE_NUM_SCORE_PARAMS)) / constant(ENG_TISSUE_NUM_SCORE_PARAMS + 1), 1 / constant(ENG_TISSUE_NUM_SCORE_PARAMS + 2));
}

/* Without flares two visits of an untreated patient differ by the noise of both alone. */
static void
test_noise(void)
{
    double n = 0, squares = 0;

    prepare("ra");
    set("tissue.flare_share", 0);
    fix.params.trigger_rate = 0;
    fix_read_at(&fix, 300);
    fix_read_at(&fix, 384);
    for (int k = 0; k < 10; k++) {
        fix_run_t run;
        eng_results_t results;
        fix_open(&run, &fix);
        fix_admit(&run, 64 * (uint64_t)k, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            const size_t row = (size_t)ENG_MARKER_OWN(0) * ENG_LANES + (size_t)l, next = row + (size_t)run.num_markers * ENG_LANES;
            const double d = log(activity(run.read[next]) / activity(run.read[row]));
            squares += d * d;
            n += 1;
        }
        fix_close(&run);
    }
    const double variance = 2 * constant(ENG_TISSUE_NOISE) * constant(ENG_TISSUE_NOISE);
    CU_ASSERT_DOUBLE_EQUAL(squares / n, variance, 4 * variance * sqrt(2 / n));
}

/* A drug that nobody responds to is no drug, to the bit; care moves reported scores under any protocol by the same factor. */
static void
test_placebo_and_care(void)
{
    double das[2][2], squares = 0;
    const double times = 84;

    prepare("ra");
    fix_read_at(&fix, times);
    fix_read_at(&fix, 336);
    fix_protocol(&fix, "drug");
    fix_with(&fix, 0, "drug", "abatacept", "for", 1000);
    set("drug.abatacept_responders", 0);
    set("drug.partial_response", 0);
    set("drug.abatacept_loss", 0);
    law("care", 1 - exp(-1));
    for (int care = 0; care < 2; care++) {
        fix_run_t run;
        eng_results_t results[2];
        fix.spec.trial_care = care;
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        for (int p = 0; p < 2; p++) {
            fix_run(&run, p, &results[p]);
            das[care][p] = activity(run.read[(size_t)ENG_MARKER_OWN(1) * ENG_LANES]);
            (void)mean_marker(&run, 0, 0, &squares);
            results[p] = fix_keep_for(fix.spec.disease, &results[p], fix.spec.num_reads);
        }
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT(fix_lane_equal_for(fix.spec.disease, &results[0], l, &results[1], l, fix.spec.num_reads));
        }
        fix_drop(&results[0]);
        fix_drop(&results[1]);
        fix_close(&run);
    }
    for (int p = 0; p < 2; p++) {
        const double gain = constant(ENG_TISSUE_CARE) * (1 - exp(-times / constant(ENG_TISSUE_CARE_TIME)));
        CU_ASSERT_DOUBLE_EQUAL(das[1][p] / das[0][p], exp(-gain), 1e-5);
    }
}

/* Infections come 1 + 0.3 s times as often. */
static void
test_frailty(void)
{
    double count = 0, expected = 0;

    prepare("inflammation");
    set("tissue.flare_share", 0);
    set("inflammation.frailty", 2);
    set("tissue.stromal_share", 0);
    fix.params.trigger_rate = 0;
    fix.params.hz_viral_base = 0.02;
    fix_read_at(&fix, 100);
    fix.params.hz_viral_fatality = 0;
    for (int k = 0; k < 4; k++) {
        fix_run_t run;
        eng_results_t results;
        fix_open(&run, &fix);
        fix_admit(&run, 64 * (uint64_t)k, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            count += results.number[ENG_NUMBER_INFECTIONS][l];
            expected += 0.02 * (DAYS + 30) * (1 + 2 * run.read[(size_t)ENG_MARKER_OWN(0) * ENG_LANES + (size_t)l]);
        }
        fix_close(&run);
    }
    CU_ASSERT(expected > 10000);
    CU_ASSERT_DOUBLE_EQUAL(count, expected, 4 * sqrt(expected)); /* some went into remission before entry; nothing moves s later */
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_rest), ENG_TEST(test_flares), ENG_TEST(test_stroma), ENG_TEST(test_noise),
        ENG_TEST(test_placebo_and_care), ENG_TEST(test_frailty) };
    return ENG_TEST_MAIN(argc, argv, "tissue", tests);
}
