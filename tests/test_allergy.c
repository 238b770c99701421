/**
 * Allergic disease against its closed forms (MODEL section 7.7): triggers by season, plasma cells without effectors, what is eaten and what it leaves,
 * exacerbations of asthma; events are the first visits at which what is reported says so, and control is what two visits agree on.
 */
#define ENG_WIDTH plain
#include "tissue_fixture.h"

#include "model/lanes/step.h"

#define VISITS 26
#define DAYS (28.0 * VISITS)
#define TILES 6
#define PI 3.14159265358979323846

enum { SYMPTOMS, SYMPTOMS_TRUE, EASI_N, EASI50, EASI75, CLEAR, ITCH, IGE, IGE_RESPONSE, IGG_RESPONSE, TOLERATED, TOLERATED_TRUE }; /* markers */
enum { EVENT_EASI50, EVENT_EASI75, EVENT_CLEAR, EVENT_ITCH, EVENT_EXACERBATION, EVENT_WORSE };

static void
prepare(void)
{
    fix_init_for(&fix, eng_disease_find("allergy"), DAYS);
    fix_no_hazards(&fix);
    fix.params.trigger_infection = 0;
}

/* A tissue in which s stays what it is set to: no effectors, no triggers, and stroma of that size. */
static void
open_still(bench_t *b, uint64_t first, double s)
{
    bench_open(b, &fix, 0, -30, DAYS, first);
    bench_start(b, false);
    bench_until(b, 0);
    for (int l = 0; l < ENG_LANES; l++) {
        b->clones->effector[l] = 0;
        b->course.tissue->stroma[l] = b->course.tissue->inflammation[l] = (eng_real_t)s;
    }
}

static void
prepare_still(void)
{
    prepare();
    fix_parameter(&fix, "tissue.flare_share", 0);
    fix.params.trigger_rate = 0;
    fix_untreated(&fix);
}

/* --- season --------------------------------------------------------------------------------------------------------------- */

/* Rate of triggers on a day, relative to the mean of the year. */
static double
wave(double day, double share, double peak)
{
    return 1 + share * cos(2 * PI * (day - peak) / 365.25);
}

/* The signal is the wave, before day 0 and after it; flares have the mean of the shot noise that it makes. */
static void
test_season(void)
{
    static const double days[] = { 150, 333, 600 };
    double mean[3] = { 0 };

    prepare();
    fix_parameter(&fix, "allergy.season", 0.7);
    fix_parameter(&fix, "trigger.rate", 15);
    law("season", 100);
    fix_untreated(&fix);
    const double tau = own("tissue.flare_time"), rate = -expm1(-2 * 15 / ENG_DAYS_PER_YEAR) / 2;
    for (int k = 0; k < TILES; k++) {
        bench_t b;
        bench_open(&b, &fix, 0, -100, DAYS, 64 * (uint64_t)k);
        bench_start(&b, false);
        for (int day = -90; day < 0; day += 30) {
            bench_until(&b, day);
            ENG_ASSERT_NEAR((double)b.signals->written[ENG_SIGNAL_trigger_rate][k], wave(day - 1, 0.7, 100), 1e-4);
        }
        for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
            bench_until(&b, days[j]);
            for (int l = 0; l < ENG_LANES; l++) {
                ENG_ASSERT_NEAR((double)b.signals->written[ENG_SIGNAL_trigger_rate][l], wave(days[j] - 1, 0.7, 100), 1e-4);
                mean[j] += (double)b.course.tissue->flare[l] / (TILES * ENG_LANES);
            }
        }
        bench_close(&b);
    }
    for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
        double expected = 0;
        for (int ago = 1; ago < 240; ago++) {
            expected += rate * wave(days[j] - ago, 0.7, 100) * exp(-ago / tau);
        }
        CU_ASSERT_DOUBLE_EQUAL(mean[j], expected, 4 * sqrt(expected / (TILES * ENG_LANES)));
    }
}

/* --- antibodies ----------------------------------------------------------------------------------------------------------- */

/* Without effectors short-lived plasma cells die within days, long-lived ones within years. */
static void
test_plasma_cells(void)
{
    bench_t b;

    prepare_still();
    open_still(&b, 0, 0.5);
    const double a = 1 / own("allergy.plasma_life"), k = own("allergy.long_lived_rate");
    for (int l = 0; l < ENG_LANES; l++) {
        state(&b, "plasma_short")[l] = (eng_real_t)(0.5 + 0.02 * l);
        state(&b, "plasma_long")[l] = (eng_real_t)(1.5 - 0.02 * l);
    }
    for (int day = 4; day <= 700; day += 58) {
        bench_until(&b, day);
        for (int l = 0; l < ENG_LANES; l++) {
            const double Ps = 0.5 + 0.02 * l, Pl = 1.5 - 0.02 * l;
            ENG_ASSERT_NEAR((double)state(&b, "plasma_short")[l], Ps * exp(-a * day), 1e-4);
            ENG_ASSERT_NEAR((double)state(&b, "plasma_long")[l], Pl * exp(-k * day) + k * Ps * (exp(-k * day) - exp(-a * day)) / (a - k), 1e-3);
        }
    }
    bench_close(&b);
}

/* A myeloablation of 3.6 log10 takes 0.15 log10 of long-lived plasma cells. */
static void
test_kill(void)
{
    eng_real_t s[ENG_LANES] ENG_ALIGNED;
    bench_t b;

    prepare_still();
    open_still(&b, 0, 0.5);
    for (int l = 0; l < ENG_LANES; l++) {
        s[l] = (eng_real_t)pow(10, -3.6 * l / 63);
        state(&b, "plasma_long")[l] = 1;
    }
    for (int j = 0; j < b.body.num_modules; j++) {
        if (b.body.module[j] == &fix.spec.disease->module) {
            CU_ASSERT_FATAL(b.hooks.module[j]->kill != NULL);
            b.hooks.module[j]->kill(&b.course, b.course.block[j], s, s);
        }
    }
    for (int l = 0; l < ENG_LANES; l++) {
        ENG_ASSERT_NEAR((double)state(&b, "plasma_long")[l], pow(10, -0.042 * 3.6 * l / 63), 1e-4);
    }
    bench_close(&b);
}

/* --- what is eaten ---------------------------------------------------------------------------------------------------------- */

static double
read_of(const fix_run_t *run, int visit, int k, int l)
{
    return run->read[((size_t)visit * (size_t)run->num_markers + (size_t)ENG_MARKER_OWN(k)) * ENG_LANES + (size_t)l];
}

/* A year on, then off: dose that is tolerated, and symptoms that go with it; who does not bear it gains nothing. The allergy is outgrown on day 500. */
static void
eat(double dose, double rank, double most)
{
    static const double days[] = { 28, 364, 455, 700 };
    fix_run_t run, same;
    eng_results_t results;

    prepare();
    law("eliciting_dose", 36.5);
    fix_parameter(&fix, "allergy.maintenance_dose", dose);
    law("immunotherapy_rank", rank);
    law("outgrowing_rank", exp(-0.02 * 500 / ENG_DAYS_PER_YEAR)); /* on day 500 */
    fix_parameter(&fix, "allergy.outgrown_rate", 0.02);
    fix_protocol(&fix, "eaten");
    fix_with(&fix, 0, "drug", "immunotherapy", "for", 364);
    fix_untreated(&fix);
    for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
        fix_read_at(&fix, days[j]);
    }
    fix_open(&run, &fix);
    fix_open(&same, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_admit(&same, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    fix_run(&same, 1, &results);
    for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
        const double on = fmin(days[j], 364), off = days[j] - on;
        const double Q = -expm1(-on / 300) * exp(-off / 130), Tol = most > 0 ? 0.7 * on / ENG_DAYS_PER_YEAR * exp(-off / 1095) : 0;
        for (int l = 0; l < ENG_LANES; l++) {
            const double left = read_of(&run, (int)j, SYMPTOMS_TRUE, l) / read_of(&same, (int)j, SYMPTOMS_TRUE, l);
            const double tolerated = days[j] < 500 ? most * Q + Tol : log(4e5 / 36.5);
            ENG_ASSERT_NEAR(log(read_of(&run, (int)j, TOLERATED_TRUE, l) / 36.5), tolerated, 2e-3);
            ENG_ASSERT_NEAR(log(left), -0.15 * (most * Q + Tol), 2e-3);
        }
    }
    fix_close(&run);
    fix_close(&same);
}

static void
test_eating(void)
{
    eat(300, 0.5, 1.96 + 0.62 * log(300));
    eat(4000, 0.5, 1.96 + 0.62 * log(4000));
    eat(300, 0.95, 0);
}

/* --- asthma ----------------------------------------------------------------------------------------------------------------- */

/* At constant s a Poisson number of exacerbations, none without asthma. */
static void
test_exacerbations(void)
{
    for (int asthma = 0; asthma < 2; asthma++) {
        double all = 0, free = 0;
        prepare_still();
        law("exacerbation_factor", 2 * asthma);
        for (int k = 0; k < TILES; k++) {
            bench_t b;
            open_still(&b, 64 * (uint64_t)k, 0.8);
            bench_until(&b, 364);
            for (int l = 0; l < ENG_LANES; l++) {
                all += (double)state(&b, "exacerbations")[l];
                free += !(state(&b, "exacerbations")[l] > 0);
            }
            bench_close(&b);
        }
        const double mean = asthma * own("allergy.exacerbation_rate") * 2 * 0.8 * 364 / ENG_DAYS_PER_YEAR, n = TILES * ENG_LANES;
        CU_ASSERT(asthma ? fabs(all - n * mean) < 4 * sqrt(n * mean) : all == 0);
        CU_ASSERT(asthma ? fabs(fix_z_binomial(free, n, exp(-mean))) < 4 : free == n);
    }
}

/* --- visits ------------------------------------------------------------------------------------------------------------------ */

static int32_t
first_visit(const fix_run_t *run, int k, int l)
{
    for (int visit = 1; visit <= VISITS; visit++) {
        if (read_of(run, visit + 1, k, l) > 0) {
            return eng_tick_nearest(28 * visit);
        }
    }
    return ENG_TICK_NEVER;
}

/* Control and its loss by what was reported: readings 0 and 1 are those of days -28 and -1. */
static int32_t
first_relapse(const fix_run_t *run, int l)
{
    bool controlled = false;

    for (int visit = 0; visit <= VISITS; visit++) {
        const double now = read_of(run, visit + 1, SYMPTOMS, l), before = read_of(run, visit, SYMPTOMS, l);
        if (visit > 1 && controlled && now > own("allergy.worse_above") && before > own("allergy.worse_above")) {
            return eng_tick_nearest(28 * (visit - 1));
        }
        controlled = controlled || (now < own("allergy.clear_below") && before < own("allergy.clear_below"));
    }
    return ENG_TICK_NEVER;
}

static void
test_visits(void)
{
    static const int event[] = { EVENT_EASI50, EVENT_EASI75, EVENT_CLEAR, EVENT_ITCH }, marker[] = { EASI50, EASI75, CLEAR, ITCH };
    int some[4] = { 0 }, relapses = 0, apart = 0;
    fix_run_t run;
    eng_results_t results;

    prepare();
    fix_untreated(&fix);
    fix_with(&fix, 0, "drug", "dupilumab", "for", 364);
    fix_read_at(&fix, -28);
    fix_read_at(&fix, -1);
    for (int k = 1; k <= VISITS; k++) {
        fix_read_at(&fix, 28 * k);
    }
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double entry = read_of(&run, 1, SYMPTOMS, l);
        for (int e = 0; e < 4; e++) {
            CU_ASSERT_EQUAL(results.tick[ENG_EVENT_OWN(event[e])][l], first_visit(&run, marker[e], l));
            some[e] += results.tick[ENG_EVENT_OWN(event[e])][l] != ENG_TICK_NEVER;
        }
        for (int visit = 2; visit <= VISITS + 1; visit++) {
            const double A = read_of(&run, visit, SYMPTOMS, l);
            CU_ASSERT_DOUBLE_EQUAL(read_of(&run, visit, EASI_N, l), 100 * (1 - A / entry), 1e-2);
            CU_ASSERT_EQUAL(A < own("allergy.clear_below"), read_of(&run, visit, CLEAR, l) > 0);
            CU_ASSERT(!(read_of(&run, visit, EASI75, l) > 0) || read_of(&run, visit, EASI50, l) > 0);
            apart += read_of(&run, visit, EASI75, l) != read_of(&run, visit, ITCH, l);
        }
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_RELAPSE][l], first_relapse(&run, l));
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_PROGRESSION][l], ENG_TICK_NOT_APPLICABLE);
        relapses += results.tick[ENG_EVENT_RELAPSE][l] != ENG_TICK_NEVER;
    }
    CU_ASSERT(some[0] > 40 && some[1] > 20 && some[2] > 10 && some[3] > 10 && relapses > 10 && apart > 20);
    fix_close(&run);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_season), ENG_TEST(test_plasma_cells), ENG_TEST(test_kill), ENG_TEST(test_eating),
        ENG_TEST(test_exacerbations), ENG_TEST(test_visits) };
    return ENG_TEST_MAIN(argc, argv, "allergic disease", tests);
}
