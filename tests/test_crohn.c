/**
 * Crohn's disease and ulcerative colitis against their closed forms (MODEL section 7.6): mucosa and barrier at a constant inflammation,
 * triggers that a leaky barrier lets in, the two states of a fistula, surgery; events are the first visits at which what is reported says so.
 */
#include "tissue_fixture.h"

#define VISITS 26
#define DAYS (28.0 * VISITS)
#define TILES 6

enum { POINTS, TRUE_POINTS, INJURY, BARRIER, HEALING, COMPLETE, RESPONSE, REMISSION, CROHN_SMALL, CROHN_SUSTAINED, CROHN_FISTULA }; /* markers */
enum { NEEDED, EVENT_RESPONSE, EVENT_REMISSION, EVENT_HEALING, EVENT_COMPLETE, EVENT_SUSTAINED, EVENT_FISTULA };

static void
prepare(const char *disease)
{
    fix_init_for(&fix, eng_disease_find(disease), DAYS);
    fix_no_hazards(&fix);
    fix.params.trigger_infection = 0;
}

/* A bowel in which s stays what it is set to: no effectors, no triggers, and stroma of that size. */
static void
open_still(bench_t *b, uint64_t first)
{
    fix_parameter(&fix, "tissue.flare_share", 0);
    fix.params.trigger_rate = 0;
    fix_untreated(&fix);
    bench_open(b, &fix, 0, -30, DAYS, first);
    bench_start(b, false);
    bench_until(b, 0);
    for (int l = 0; l < ENG_LANES; l++) {
        b->clones->effector[l] = 0;
    }
}

static void
hold(bench_t *b, int l, double s)
{
    b->course.tissue->stroma[l] = b->course.tissue->inflammation[l] = (eng_real_t)s;
}

/* Both follow a constant s by their exponentials. */
static void
mucosa_and_barrier(const char *disease, const char *prefix)
{
    char name[4][64];
    bench_t b;

    prepare(disease);
    (void)snprintf(name[0], sizeof(name[0]), "%s.mucosa_time", prefix);
    (void)snprintf(name[1], sizeof(name[1]), "%s.barrier_repair", prefix);
    (void)snprintf(name[2], sizeof(name[2]), "%s.barrier_loss", prefix);
    (void)snprintf(name[3], sizeof(name[3]), "%s.barrier_by_birth", prefix);
    const double rate = 1 / own(name[0]), repair = own(name[1]), loss = own(name[2]), born = own(name[3]);
    open_still(&b, 0);
    for (int l = 0; l < ENG_LANES; l++) {
        hold(&b, l, 0.002 + 0.014 * l);
        state(&b, "bowel_injury")[l] = (eng_real_t)(0.3 + 0.01 * l);
        state(&b, "barrier")[l] = (eng_real_t)(0.9 - 0.01 * l);
    }
    for (int day = 10; day <= 300; day += 10) {
        bench_until(&b, day);
        for (int l = 0; l < ENG_LANES; l++) {
            const double s = 0.002 + 0.014 * l, both = repair + loss * s, rest = repair * born / both;
            ENG_ASSERT_NEAR((double)state(&b, "bowel_injury")[l], s + (0.3 + 0.01 * l - s) * exp(-rate * day), 1e-4);
            ENG_ASSERT_NEAR((double)state(&b, "barrier")[l], rest + (0.9 - 0.01 * l - rest) * exp(-both * day), 1e-4);
        }
    }
    bench_close(&b);
}

static void
test_mucosa_and_barrier(void)
{
    mucosa_and_barrier("crohn", "crohn");
    mucosa_and_barrier("uc", "uc");
}

/* With b = 1 a barrier that is gone lets in twice the triggers of one that is whole; F has the mean of their shot noise. */
static void
test_leaky_barrier(void)
{
    static const double days[] = { 200, 350, 500, 650 };
    double mean[2] = { 0 }, n = 0;

    prepare("crohn");
    fix_parameter(&fix, "crohn.barrier_triggers", 1);
    fix_parameter(&fix, "crohn.barrier_repair", 0);
    fix_parameter(&fix, "crohn.barrier_loss", 0);
    fix_parameter(&fix, "trigger.rate", 15);
    fix_untreated(&fix);
    const double tau = own("tissue.flare_time"), rate = -expm1(-2 * 15 / ENG_DAYS_PER_YEAR) / 2;
    for (int k = 0; k < TILES; k++) {
        bench_t b;
        bench_open(&b, &fix, 0, -30, DAYS, 64 * (uint64_t)k);
        bench_start(&b, false);
        for (int l = 0; l < ENG_LANES; l++) {
            state(&b, "barrier")[l] = (eng_real_t)(l % 2);
        }
        for (size_t j = 0; j < ENG_COUNT_OF(days); j++) {
            bench_until(&b, days[j]);
            for (int l = 0; l < ENG_LANES; l++) {
                mean[l % 2] += (double)b.course.tissue->flare[l] * exp(0.5 / tau); /* at noon of the last day */
            }
            n += ENG_LANES / 2;
        }
        bench_close(&b);
    }
    for (int whole = 0; whole < 2; whole++) {
        const double expected = rate * tau * (whole ? 1 : 2);
        CU_ASSERT_DOUBLE_EQUAL(mean[whole] / n, expected, 4 * sqrt(expected / n));
    }
}

/* Two states at constant s: open on day 0, closed with probability p (1 - exp(-(a + b) t)); nobody else ever has one. */
static void
test_fistula(void)
{
    static const double days[] = { 28, 84, 168, 364 };

    for (int inflamed = 0; inflamed < 2; inflamed++) {
        const double s = inflamed ? 0.9 : 0.05;
        double closed[4] = { 0 };
        prepare("crohn");
        law("perianal", 1);
        law("fistula_healing", 1);
        const double least = own("crohn.fistula_least"), y = least + (1 - least) * s;
        const double a = own("crohn.fistula_closing_rate") / y, o = own("crohn.fistula_opening_rate") * y;
        for (int k = 0; k < TILES; k++) {
            bench_t b;
            open_still(&b, 64 * (uint64_t)k);
            for (int l = 0; l < ENG_LANES; l++) {
                CU_ASSERT_EQUAL((double)state(&b, "open")[l], 1);
                hold(&b, l, s);
            }
            for (int j = 0; j < 4; j++) {
                bench_until(&b, days[j]);
                for (int l = 0; l < ENG_LANES; l++) {
                    closed[j] += 1 - (double)state(&b, "open")[l];
                }
            }
            bench_close(&b);
        }
        for (int j = 0; j < 4; j++) {
            CU_ASSERT(fabs(fix_z_binomial(closed[j], TILES * ENG_LANES, a / (a + o) * -expm1(-(a + o) * days[j]))) < 4);
        }
    }
}

/* Surgery comes at a rate that follows mu, which heals slowly towards s. */
static void
test_surgery(void)
{
    double operated = 0;

    prepare("uc");
    fix_parameter(&fix, "uc.surgery_rate", 0.8);
    fix_parameter(&fix, "uc.mucosa_time", 400);
    for (int k = 0; k < TILES; k++) {
        bench_t b;
        open_still(&b, 64 * (uint64_t)k);
        for (int l = 0; l < ENG_LANES; l++) {
            hold(&b, l, 0.1);
            state(&b, "bowel_injury")[l] = 1;
        }
        bench_until(&b, 364);
        for (int l = 0; l < ENG_LANES; l++) {
            operated += (double)b.tile->t_progression[l] <= 364;
        }
        bench_close(&b);
    }
    const double injury_days = 0.1 * 364 + 0.9 * 400 * -expm1(-364.0 / 400);
    CU_ASSERT(fabs(fix_z_binomial(operated, TILES * ENG_LANES, -expm1(-0.8 * injury_days / ENG_DAYS_PER_YEAR))) < 4);
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

static double
read_of(const fix_run_t *run, int visit, int k, int l)
{
    return run->read[((size_t)visit * (size_t)run->num_markers + (size_t)ENG_MARKER_OWN(k)) * ENG_LANES + (size_t)l];
}

static int32_t
first_visit(const fix_run_t *run, int k, int l)
{
    for (int visit = 1; visit <= VISITS; visit++) {
        if (read_of(run, visit, k, l) > 0) {
            return eng_tick_nearest(28 * visit);
        }
    }
    return ENG_TICK_NEVER;
}

/* Visits every four weeks; entry is the visit of day -1, reading 0. */
static void
run_visits(fix_run_t *run, const char *disease, const char *drug, eng_results_t *results)
{
    prepare(disease);
    if (eng_covariate_find(fix.spec.disease, "perianal") >= 0) {
        law("perianal", 1);
    }
    fix_untreated(&fix);
    fix_with(&fix, 0, "drug", drug, "for", 364);
    fix_read_at(&fix, -1);
    for (int k = 1; k <= VISITS; k++) {
        fix_read_at(&fix, 28 * k);
    }
    fix_open(run, &fix);
    fix_admit(run, 0, ENG_LANES);
    fix_run(run, 0, results);
}

/* Treatment is needed at a three-monthly visit: above the bound of the score, and the true score of that s. */
static int32_t
first_need(const fix_run_t *run, double bound, int l)
{
    for (int visit = 3; visit <= VISITS; visit += 3) {
        if (read_of(run, visit, POINTS, l) > bound && read_of(run, visit, INJURY, l) > 0.5) {
            return eng_tick_nearest(28 * visit);
        }
    }
    return ENG_TICK_NEVER;
}

static void
test_crohn_visits(void)
{
    static const int event[] = { EVENT_RESPONSE, EVENT_REMISSION, EVENT_HEALING, EVENT_COMPLETE, EVENT_SUSTAINED, EVENT_FISTULA };
    static const int marker[] = { RESPONSE, REMISSION, HEALING, COMPLETE, CROHN_SUSTAINED, CROHN_FISTULA };
    int some[ENG_COUNT_OF(event)] = { 0 }, needed = 0;
    fix_run_t run;
    eng_results_t results;

    run_visits(&run, "crohn", "jak_inhibitor", &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double entry = read_of(&run, 0, POINTS, l);
        const int32_t need = results.tick[ENG_EVENT_OWN(NEEDED)][l];
        for (size_t e = 0; e < ENG_COUNT_OF(event); e++) {
            CU_ASSERT_EQUAL(results.tick[ENG_EVENT_OWN(event[e])][l], first_visit(&run, marker[e], l));
            some[e] += results.tick[ENG_EVENT_OWN(event[e])][l] != ENG_TICK_NEVER;
        }
        for (int visit = 1; visit <= VISITS; visit++) {
            const double points = read_of(&run, visit, POINTS, l), mu = read_of(&run, visit, INJURY, l);
            CU_ASSERT_EQUAL(points < 150, read_of(&run, visit, REMISSION, l) > 0);
            CU_ASSERT_EQUAL(points < 150 || points <= entry - 100, read_of(&run, visit, RESPONSE, l) > 0);
            CU_ASSERT_EQUAL(points < 150 || points <= entry - 70, read_of(&run, visit, CROHN_SMALL, l) > 0);
            CU_ASSERT_EQUAL(mu < own("crohn.healed_below"), read_of(&run, visit, HEALING, l) > 0);
            CU_ASSERT(!(read_of(&run, visit, CROHN_SUSTAINED, l) > 0) || (visit > 14 && points < 150 && mu < 0.03)); /* off the drug since visit 13 */
        }
        CU_ASSERT(need == ENG_TICK_NEVER || (need % (84 * ENG_TICKS_PER_DAY) == 0 && read_of(&run, need / ENG_TICKS_PER_DAY / 28, POINTS, l) > 200));
        CU_ASSERT_EQUAL(need, results.tick[ENG_EVENT_RELAPSE][l]);
        needed += need != ENG_TICK_NEVER && need == first_need(&run, 200, l);
    }
    CU_ASSERT(some[0] > 32 && some[1] > 24 && some[2] > 4 && some[5] > 40 && needed > 40);
    fix_close(&run);
}

static void
test_uc_visits(void)
{
    int responses = 0, remissions = 0;
    fix_run_t run;
    eng_results_t results;

    run_visits(&run, "uc", "anti_tnf", &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double entry = read_of(&run, 0, POINTS, l);
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_OWN(EVENT_RESPONSE)][l], first_visit(&run, RESPONSE, l));
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_OWN(EVENT_REMISSION)][l], first_visit(&run, REMISSION, l));
        for (int visit = 1; visit <= VISITS; visit++) {
            const double points = read_of(&run, visit, POINTS, l);
            const bool response = points <= entry - 3 && points <= 0.7 * entry + 1e-6, remission = points <= 2;
            CU_ASSERT(points >= 0 && points <= 12 && points == floor(points));
            CU_ASSERT_EQUAL(remission, read_of(&run, visit, REMISSION, l) > 0);
            CU_ASSERT_EQUAL(response, read_of(&run, visit, RESPONSE, l) > 0);
            responses += response;
            remissions += remission;
        }
    }
    CU_ASSERT(responses > 5 * ENG_LANES && remissions > 2 * ENG_LANES && responses > remissions);
    fix_close(&run);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_mucosa_and_barrier), ENG_TEST(test_leaky_barrier), ENG_TEST(test_fistula), ENG_TEST(test_surgery),
        ENG_TEST(test_crohn_visits), ENG_TEST(test_uc_visits) };
    return ENG_TEST_MAIN(argc, argv, "Crohn's disease and ulcerative colitis", tests);
}
