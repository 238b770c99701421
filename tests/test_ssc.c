/**
 * Systemic sclerosis against its closed forms (MODEL section 7.6): skin and lung that heal as inflammation fades, organ failure and death under
 * constant hazards, what visits find, and hazards of a transplant and of cyclophosphamide that cross.
 */
#include "tissue_fixture.h"

#define VISITS 26
#define DAYS (91.0 * VISITS)

enum { MRSS, FVC, MRSS_TRUE, FVC_TRUE, MRSS_CHANGE, FVC_CHANGE, RESPONSE, FVC_LOST }; /* markers */
enum { ORGAN, KIDNEY, HEART, LUNG, EVENT_RESPONSE, EVENT_FVC, DISEASE_DEATH };          /* events */

/* Nothing triggers, nobody dies of anything else. */
static void
prepare(double horizon)
{
    fix_init_for(&fix, eng_disease_find("ssc"), horizon);
    fix_no_hazards(&fix);
    fix_untreated(&fix);
}

/* --- equations ------------------------------------------------------------------------------------------------------ */

/* y' = k (g e^(-m t) - y) from y0. */
static double
follows(double y0, double k, double g, double m, double t)
{
    return y0 * exp(-k * t) + g * k * (exp(-m * t) - exp(-k * t)) / (k - m);
}

/* All effectors gone on day 0, no flares, no stroma: s fades in its own time, and what follows it is a sum of exponentials. */
static void
test_healing(void)
{
    bench_t b;
    double s0, skin0, lung0, felt0[2];

    prepare(800);
    fix.params.trigger_rate = fix.params.trigger_infection = 0;
    fix_parameter(&fix, "tissue.flare_share", 0);
    fix_parameter(&fix, "tissue.stromal_share", 0);
    law("duration", 2);
    law("mrss", 30);
    law("fvc", 90);
    law("organ_disposition", 1.5);
    bench_open(&b, &fix, 0, -60, 800, 0);
    bench_start(&b, false);
    bench_until(&b, 0);
    memset(b.clones->effector, 0, sizeof(b.clones->effector));
    s0 = (double)b.course.tissue->inflammation[9];
    skin0 = state_of(&b, "skin", 9);
    lung0 = state_of(&b, "lung", 9);
    felt0[0] = state_of(&b, "lung_load", 9);
    felt0[1] = state_of(&b, "organ_load", 9);
    CU_ASSERT(s0 > 0.9 && skin0 < 30 && skin0 > 25 && lung0 < 90 && lung0 > 85);
    const double tau = own("ssc.burn_out_time"), bo = exp(-2 / tau), fixed = 1 - exp(-2 / own("ssc.skin_fixed_time"));
    const double fades = 1 / own("tissue.response_time"), m = fades + 1 / (tau * ENG_DAYS_PER_YEAR), k = 1 / own("ssc.skin_time");
    const double active = (1 - fixed) * own("ssc.skin_active") * 30 / bo, loss = own("ssc.lung_loss_rate") * 1.5 / ENG_DAYS_PER_YEAR;
    for (int day = 20; day <= 400; day += 20) { /* until s is at its least */
        bench_until(&b, day);
        ENG_ASSERT_NEAR(state_of(&b, "burning", 9), bo * exp(-day / (tau * ENG_DAYS_PER_YEAR)), 1e-5);
        ENG_ASSERT_NEAR(state_of(&b, "skin", 9), fixed * 30 + follows(skin0 - fixed * 30, k, active * bo * s0, m, day), 5e-3);
        ENG_ASSERT_NEAR(state_of(&b, "lung", 9), lung0 - loss * bo * s0 * (1 - exp(-m * day)) / m, 5e-3);
        ENG_ASSERT_NEAR(state_of(&b, "lung_load", 9), follows(felt0[0], 1 / own("ssc.lung_time"), s0, fades, day), 5e-3);
        ENG_ASSERT_NEAR(state_of(&b, "organ_load", 9), follows(felt0[1], 1 / own("ssc.organ_time"), s0, fades, day), 5e-3);
    }
    bench_close(&b);
}

/* Nothing changes any more: s rests, nothing burns out, lungs are whole, all are alike.  The load at rest. */
static double
steady(void)
{
    bench_t b;

    prepare(1000);
    fix.params.trigger_rate = fix.params.trigger_infection = 0;
    fix_parameter(&fix, "tissue.flare_share", 0);
    fix_parameter(&fix, "ssc.lung_loss_rate", 0);
    fix_parameter(&fix, "ssc.organ_failure_late", 1);
    fix_parameter(&fix, "ssc.death_late", 1);
    fix_parameter(&fix, "effector.cooperation_spread", 0);
    law("mrss", 25);
    law("fvc", 100);
    law("organ_disposition", 1);
    law("weight", 70);
    law("female", 0);
    bench_open(&b, &fix, 0, -60, 1000, 0);
    bench_start(&b, false);
    bench_until(&b, 0);
    const double load = (double)b.course.tissue->inflammation[0];
    bench_until(&b, 900);
    ENG_ASSERT_NEAR((double)b.course.tissue->inflammation[0], load, 1e-2);
    bench_close(&b);
    return load;
}

/* Two competing hazards, h to organ failure and k to death, six times k after it; which organ it is. */
static void
test_hazards(void)
{
    const double load = steady(), T = 1000 / ENG_DAYS_PER_YEAR;
    double n = 0, failed = 0, died = 0, kidney = 0, heart = 0, early = 0;

    fix_parameter(&fix, "ssc.organ_failure_hazard", 0.3);
    fix_parameter(&fix, "ssc.death_hazard", 0.05);
    fix_parameter(&fix, "ssc.lung_danger_below", 30);
    for (int tile = 0; tile < 20; tile++) {
        fix_run_t run;
        eng_results_t r;
        fix_open(&run, &fix);
        fix_admit(&run, 64 * (uint64_t)tile, ENG_LANES);
        fix_run(&run, 0, &r);
        for (int l = 0; l < ENG_LANES; l++) {
            const int fails = r.tick[ENG_EVENT_OWN(ORGAN)][l] != ENG_TICK_NEVER, dies = r.tick[ENG_EVENT_DEATH][l] != ENG_TICK_NEVER;
            n++;
            failed += fails;
            died += dies;
            early += dies && !fails;
            kidney += r.tick[ENG_EVENT_OWN(KIDNEY)][l] != ENG_TICK_NEVER;
            heart += r.tick[ENG_EVENT_OWN(HEART)][l] != ENG_TICK_NEVER;
            CU_ASSERT(!fails || r.tick[ENG_EVENT_PROGRESSION][l] <= r.tick[ENG_EVENT_OWN(ORGAN)][l]);
            CU_ASSERT_EQUAL(dies, r.cause[l] == ENG_CAUSE_OWN(0));
            CU_ASSERT_EQUAL(r.tick[ENG_EVENT_OWN(DISEASE_DEATH)][l], dies ? r.tick[ENG_EVENT_DEATH][l] - 1 : ENG_TICK_NEVER);
        }
        fix_close(&run);
    }
    const double h = 0.3 * load, k = 0.05 * (own("ssc.death_unaided") + load), after = own("ssc.death_after_failure") * k;
    const double fails = h / (h + k) * (1 - exp(-(h + k) * T)), first = k / (h + k) * (1 - exp(-(h + k) * T));
    const double lives = exp(-(h + k) * T) + h * (exp(-after * T) - exp(-(h + k) * T)) / (h + k - after);
    CU_ASSERT(fabs(fix_z_binomial(failed, n, fails)) < 4);
    CU_ASSERT(fabs(fix_z_binomial(early, n, first)) < 4);
    CU_ASSERT(fabs(fix_z_binomial(died, n, 1 - lives)) < 4);
    CU_ASSERT(fabs(fix_z_binomial(kidney, failed, own("ssc.kidney_share"))) < 4);
    CU_ASSERT(fabs(fix_z_binomial(heart, failed - kidney, own("ssc.heart_share"))) < 4);
}

/* --- visits ----------------------------------------------------------------------------------------------------------- */

static double
read_of(const fix_run_t *run, int visit, int k, int l)
{
    return run->read[((size_t)(visit - 1) * (size_t)run->num_markers + (size_t)ENG_MARKER_OWN(k)) * ENG_LANES + (size_t)l];
}

/* The first of two visits in a row with something, before death. */
static int32_t
first_of_two(const bool *found)
{
    for (int visit = 1; visit < VISITS; visit++) {
        if (found[visit] && found[visit + 1]) {
            return eng_tick_nearest(91 * visit);
        }
    }
    return ENG_TICK_NEVER;
}

static void
check_lane(const fix_run_t *run, const eng_results_t *r, int l, int *some)
{
    bool better[VISITS + 1] = { 0 }, less[VISITS + 1] = { 0 }, worse[VISITS + 1] = { 0 };

    for (int visit = 1; visit <= VISITS; visit++) {
        const double change = read_of(run, visit, MRSS_CHANGE, l), now = read_of(run, visit, MRSS, l), entry = now - change;
        better[visit] = change <= -5 && change <= -0.25 * entry;
        less[visit] = read_of(run, visit, FVC_CHANGE, l) <= -10;
        worse[visit] = less[visit] || (change >= 5 && change >= 0.25 * entry);
        if (!isnan(now)) {
            CU_ASSERT_EQUAL(better[visit], read_of(run, visit, RESPONSE, l) > 0);
            CU_ASSERT_EQUAL(less[visit], read_of(run, visit, FVC_LOST, l) > 0);
        }
    }
    const int32_t response = first_of_two(better), fvc = first_of_two(less), skin = first_of_two(worse);
    const int32_t organ = r->tick[ENG_EVENT_OWN(ORGAN)][l], progression = skin < organ ? skin : organ;
    CU_ASSERT_EQUAL(r->tick[ENG_EVENT_OWN(EVENT_RESPONSE)][l], response);
    CU_ASSERT_EQUAL(r->tick[ENG_EVENT_OWN(EVENT_FVC)][l], fvc);
    CU_ASSERT_EQUAL(r->tick[ENG_EVENT_PROGRESSION][l], progression);
    some[0] += response != ENG_TICK_NEVER;
    some[1] += fvc != ENG_TICK_NEVER;
    some[2] += progression != ENG_TICK_NEVER && progression != organ;
    some[3] += r->tick[ENG_EVENT_RELAPSE][l] != ENG_TICK_NEVER;
    CU_ASSERT(r->tick[ENG_EVENT_RELAPSE][l] > response || response == ENG_TICK_NEVER);
}

/* Skin and lung are what two visits in a row report. */
static void
test_events_are_visits(void)
{
    fix_run_t run;
    eng_results_t r;
    int some[4] = { 0 };

    prepare(DAYS);
    fix_with(&fix, 0, "drug", "cyc_iv", "for", 365);
    for (int k = 1; k <= VISITS; k++) {
        fix_read_at(&fix, 91 * k);
    }
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &r);
    for (int l = 0; l < ENG_LANES; l++) {
        check_lane(&run, &r, l, some);
    }
    CU_ASSERT(some[0] > 32 && some[1] > 8 && some[2] > 8 && some[3] > 2);
    fix_close(&run);
}

/* --- a transplant against cyclophosphamide ------------------------------------------------------------------------------ */

static void
count_events(int protocol, double *early, double *at_risk, double *late)
{
    *early = *at_risk = *late = 0;
    for (int tile = 0; tile < 8; tile++) {
        fix_run_t run;
        eng_results_t r;
        fix_open(&run, &fix);
        fix_admit(&run, 64 * (uint64_t)tile, ENG_LANES);
        fix_run(&run, protocol, &r);
        for (int l = 0; l < ENG_LANES; l++) {
            const int32_t organ = r.tick[ENG_EVENT_OWN(ORGAN)][l], death = r.tick[ENG_EVENT_DEATH][l], first = organ < death ? organ : death;
            *early += first <= eng_tick_nearest(91);
            *at_risk += first > eng_tick_nearest(365);
            *late += first > eng_tick_nearest(365) && first != ENG_TICK_NEVER;
        }
        fix_close(&run);
    }
}

/* Toxic deaths come at once, organs are saved later: the ratio of hazards crosses 1. */
static void
test_hazards_cross(void)
{
    double early[2], at_risk[2], late[2];

    fix_init_for(&fix, eng_disease_find("ssc"), 5 * ENG_DAYS_PER_YEAR);
    fix_protocol(&fix, "cyclophosphamide");
    fix_with(&fix, 0, "drug", "cyc_iv", "for", 365);
    fix_protocol(&fix, "transplant");
    fix_with(&fix, -18, "harvest", "pb", "select", 4);
    fix_add(&fix, -5, "condition", "cy200");
    fix_with(&fix, -5, "atg", "ratg", "dose", 7.5);
    fix_with(&fix, 0, "graft", "pb", "cd34", 5e6);
    for (int p = 0; p < 2; p++) {
        count_events(p, &early[p], &at_risk[p], &late[p]);
    }
    CU_ASSERT(early[1] > 1.3 * early[0]);
    CU_ASSERT(late[1] / at_risk[1] < 0.6 * late[0] / at_risk[0]);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_healing), ENG_TEST(test_hazards), ENG_TEST(test_events_are_visits),
        ENG_TEST(test_hazards_cross) };
    return ENG_TEST_MAIN(argc, argv, "systemic sclerosis", tests);
}
