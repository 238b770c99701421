/**
 * Cell products against their laws (MODEL section 6.5): what stromal cells leave follows a chain of exponentials, doses add, sources and
 * owners differ as their parameters say, in who responds; without an effect not a bit of a course changes; they act on a fistula as long
 * as its law says, and are the same on every width.
 */
#include "tissue_fixture.h"

#include "model/runner_state.h"

#define DAYS 300
#define CHAIN 4

enum { BM, ADIPOSE, UMBILICAL };
enum { FROM = 1, LOCAL };

static const char *const rows[CHAIN] = { "msc_lung", "msc_active", "msc_mediators", "msc_memory" };

static void
prepare(const char *disease)
{
    fix_init_for(&fix, eng_disease_find(disease), DAYS);
    fix_no_hazards(&fix);
    fix.params.msc_lot_spread = 0;
    fix.params.msc_responders = 1;
    fix.params.response_spread = 0;
}

static eng_action_t *
give(double day, const char *source, double cells)
{
    return fix_with(&fix, day, "msc", source, "dose", cells * 1e6);
}

/* --- their course in the body ------------------------------------------------------------------------------------------- */

/* Bateman: a chain of first-order steps after one dose into the first, in closed form. */
static double
chain_at(int k, double clearing, double t)
{
    const eng_params_t *p = &fix.params;
    const double loss[CHAIN] = { p->msc_lung_loss, p->msc_loss * clearing, p->msc_mediator_loss, p->msc_memory_loss };
    const double fed[CHAIN] = { 1, p->msc_lung_loss * p->msc_reach, p->msc_secretion, p->msc_teaching };
    double sum = 0, product = 1;

    for (int i = 0; i <= k; i++) {
        double others = 1;
        product *= fed[i];
        for (int j = 0; j <= k; j++) {
            others *= j == i ? 1 : loss[j] - loss[i];
        }
        sum += exp(-loss[i] * t) / others;
    }
    return t > 0 ? product * sum : 0; /* a dose acts from its day on */
}

static double
expected(int k, double clearing, const double *day, const double *dose, int count, double t)
{
    double sum = 0;

    for (int j = 0; j < count; j++) {
        sum += dose[j] * chain_at(k, clearing, t - day[j]);
    }
    return sum;
}

static void
follows(const double *day, const double *dose, int count, double clearing)
{
    bench_t b;
    double worst = 0;

    bench_open(&b, &fix, 0, -30, DAYS, 0);
    bench_start(&b, false);
    for (int t = 1; t <= 200; t++) {
        bench_until(&b, t);
        for (int k = 0; k < CHAIN; k++) {
            const double want = expected(k, clearing, day, dose, count, t);
            worst = fmax(worst, fabs(state_of(&b, rows[k], 5) - want) / fmax(want, 1e-3));
        }
    }
    CU_ASSERT(worst < 5e-4);
    CU_ASSERT(expected(3, clearing, day, dose, count, 30) > 0.05);
    bench_close(&b);
}

/* One dose; three of them a week apart, by `every`; of another source and owner. */
static void
test_decay(void)
{
    const double day[] = { 0, 7, 14 }, once[] = { 2 }, thrice[] = { 1, 1, 1 }, cord[] = { 1.5 * 1.2 };

    prepare("ra");
    fix_protocol(&fix, "once");
    give(0, "bm", 2)->arg[FROM] = 1;
    follows(day, once, 1, 1);

    prepare("ra");
    fix_protocol(&fix, "thrice");
    eng_action_t *a = give(0, "bm", 1);
    a->every = 7;
    a->duration = 21;
    follows(day, thrice, 3, fix.params.msc_allogeneic);

    prepare("ra");
    fix_protocol(&fix, "cord");
    give(0, "umbilical", 1.5);
    follows(day, cord, 1, fix.params.msc_umbilical_loss * fix.params.msc_allogeneic);
}

/* Who responds is a share of patients and the patient's own; lots differ between doses, not between protocols. */
static void
test_responders_and_lots(void)
{
    int responders = 0, apart = 0, patients = 0;
    double log_sum = 0, log_squares = 0;

    prepare("ra");
    fix.params.msc_responders = 0.3;
    fix.params.msc_lot_spread = 0.4;
    fix_protocol(&fix, "twice");
    give(0, "bm", 1);
    give(50, "bm", 1);
    fix.params.msc_lung_loss = 3;
    for (uint64_t first = 0; first < 8 * ENG_LANES; first += ENG_LANES) {
        bench_t b;
        bench_open(&b, &fix, 0, -30, DAYS, first);
        bench_start(&b, false);
        bench_until(&b, 1);
        for (int l = 0; l < ENG_LANES; l++, patients++) {
            const double lot = log(state_of(&b, "msc_lung", l) / exp(-3));
            log_sum += lot;
            log_squares += lot * lot;
        }
        bench_until(&b, 2);
        for (int l = 0; l < ENG_LANES; l++) {
            responders += b.signals->written[ENG_SIGNAL_effector_growth][l] < 1;
        }
        double before[ENG_LANES];
        for (int l = 0; l < ENG_LANES; l++) {
            before[l] = state_of(&b, "msc_active", l);
        }
        bench_until(&b, 52);
        for (int l = 0; l < ENG_LANES; l++) {
            apart += fabs(state_of(&b, "msc_active", l) / before[l] - 1) > 0.05;
        }
        bench_close(&b);
    }
    CU_ASSERT(fabs(fix_z_binomial(responders, patients, 0.3)) < 3.3);
    CU_ASSERT(fabs(log_sum / patients) < 4 * 0.4 / sqrt(patients));
    CU_ASSERT(fabs(log_squares / patients - 0.16) < 4 * 0.16 * sqrt(2.0 / patients));
    CU_ASSERT(apart > patients * 3 / 4);
}

/* --- what they do ------------------------------------------------------------------------------------------------------ */

/* Signals are the saturating laws of what is there, and of more of it more. */
static void
test_dose_response(void)
{
    double before = 1;

    for (int dose = 1; dose <= 16; dose *= 4) {
        bench_t b;
        prepare("ra");
        fix.params.msc_effect = 0.8;
        fix.params.msc_organs = 0.5;
        fix_protocol(&fix, "msc");
        give(0, "bm", dose);
        bench_open(&b, &fix, 0, -30, DAYS, 0);
        bench_start(&b, false);
        bench_until(&b, 20);
        const double Z = state_of(&b, "msc_mediators", 3), W = state_of(&b, "msc_memory", 3), taught = W / (0.2 + W);
        bench_until(&b, 21);
        const eng_real_t(*written)[ENG_LANES] = (const eng_real_t(*)[ENG_LANES])(const void *)b.signals->written;
        const double growth = (double)written[ENG_SIGNAL_effector_growth][3];
        CU_ASSERT_DOUBLE_EQUAL(growth, 1 - 0.8 * fmin(0.7, 0.5 * Z / (0.8 + Z) + 0.33 * taught), 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(written[ENG_SIGNAL_treg_help][3], 1 + 0.8 * 0.66 * taught, 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(written[ENG_SIGNAL_damage][3], 1 - 0.5 * taught, 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(written[ENG_SIGNAL_repair][3], taught, 1e-5);
        CU_ASSERT(growth < before);
        before = growth;
        bench_close(&b);
    }
    CU_ASSERT(before < 0.75);
}

/* A patient whose effectors are held back has fewer; Treg that are helped hold more of them back. */
static void
test_effectors(void)
{
    double effectors[3];

    for (int k = 0; k < 3; k++) {
        bench_t b;
        prepare("ra");
        fix.params.msc_effect = k == 0 ? 0 : 1;
        fix.params.msc_fast = fix.params.msc_slow = k == 1 ? 0 : 0.5;
        fix.params.msc_treg = k == 1 ? 0.66 : 0;
        fix_protocol(&fix, "msc");
        give(0, "bm", 20);
        bench_open(&b, &fix, 0, -30, DAYS, 0);
        bench_start(&b, false);
        bench_until(&b, 30);
        effectors[k] = 0;
        for (int l = 0; l < ENG_LANES; l++) {
            effectors[k] += (double)b.clones->effector[l];
        }
        bench_close(&b);
    }
    CU_ASSERT(effectors[1] < 0.95 * effectors[0]);
    CU_ASSERT(effectors[2] < 0.5 * effectors[0]);
}

/* Cells without an effect change no bit of any course, in any disease; with one they do. */
static void
none_in(const eng_disease_t *disease)
{
    eng_results_t results[3];
    fix_run_t run;
    int differ = 0;

    fix_init_for(&fix, disease, 400);
    fix.params.msc_effect = fix.params.msc_local = 0;
    fix_protocol(&fix, "untreated");
    fix_protocol(&fix, "msc");
    give(0, "bm", 20);
    give(30, "adipose", 20)->arg[LOCAL] = 1;
    for (int day = 0; day <= 400; day += 40) {
        fix_read_at(&fix, day);
    }
    for (int k = 0; k < 3; k++) {
        fix.params.msc_effect = k == 2 ? 1 : 0;
        fix.params.msc_responders = 1;
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        fix_run(&run, k > 0, &results[k]);
        results[k] = fix_keep_for(disease, &results[k], fix.spec.num_reads);
        fix_close(&run);
    }
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT(fix_lane_equal_for(disease, &results[0], l, &results[1], l, fix.spec.num_reads));
        differ += !fix_lane_equal_for(disease, &results[0], l, &results[2], l, fix.spec.num_reads);
    }
    CU_ASSERT(eng_disease_needs(disease, &eng_module_clones) == (differ > 0));
    for (int k = 0; k < 3; k++) {
        fix_drop(&results[k]);
    }
}

static void
test_none(void)
{
    for (int d = 0; d < eng_disease_count(); d++) {
        none_in(eng_disease_at(d));
    }
}

/* A study without cells has nothing of them: no rows, no signals; one with them has the module once. */
static void
test_costs_nothing(void)
{
    fix_run_t without, with;

    prepare("crohn");
    fix_untreated(&fix);
    fix_open(&without, &fix);
    fix_protocol(&fix, "msc");
    give(0, "bm", 1);
    fix_open(&with, &fix);
    const eng_body_t *none = &without.model->body, *some = &with.model->body;
    CU_ASSERT_EQUAL(none->num_modules + 1, some->num_modules);
    CU_ASSERT_EQUAL(none->num_states + 5, some->num_states);
    CU_ASSERT_EQUAL(none->writes & eng_module_msc.writes & ~ENG_SIGNAL_BIT(effector_growth), 0);
    CU_ASSERT_PTR_EQUAL(some->module[some->num_modules - 1], &fix.spec.disease->module);
    fix_close(&without);
    fix_close(&with);
}

/* --- fistulas ---------------------------------------------------------------------------------------------------------- */

/* The repair around a fistula fades with its own time; more than a full dose does no more; nothing goes elsewhere. */
static void
test_local(void)
{
    bench_t b;

    prepare("crohn");
    fix_protocol(&fix, "local");
    give(0, "adipose", 1)->arg[LOCAL] = 1;
    bench_open(&b, &fix, 0, -30, DAYS, 0);
    bench_start(&b, false);
    bench_until(&b, 100);
    const double full = 1 * 1.1 / 1.7;
    CU_ASSERT_DOUBLE_EQUAL(state_of(&b, "msc_local", 7), full * exp(-0.5), 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(b.signals->written[ENG_SIGNAL_local_repair][7], 0.3 * full * exp(-0.495), 1e-4);
    CU_ASSERT_EQUAL(state_of(&b, "msc_lung", 7) + state_of(&b, "msc_memory", 7), 0);
    CU_ASSERT_EQUAL(b.signals->written[ENG_SIGNAL_effector_growth][7], 1);
    bench_close(&b);

    fix.params.msc_local_dose = 0.1;
    bench_open(&b, &fix, 0, -30, DAYS, 0);
    bench_start(&b, false);
    bench_until(&b, 30);
    CU_ASSERT_DOUBLE_EQUAL(b.signals->written[ENG_SIGNAL_local_repair][7], 0.3, 1e-6);
    bench_close(&b);
}

/* --- CAR-T cells ------------------------------------------------------------------------------------------------------- */

/* They expand, take B cells down, and are lost by their half-life; B cells come back; cytokines come as often as the law says. */
static void
test_car_t(void)
{
    int some = 0, severe = 0, patients = 0, gone = 0;

    prepare("sle");
    fix.params.crs_burden = 0;
    fix.params.crs_fatality = 0;
    fix_protocol(&fix, "car_t");
    fix_add(&fix, 0, "product", "car_t");
    for (uint64_t first = 0; first < 8 * ENG_LANES; first += ENG_LANES) {
        bench_t b;
        double peak, later;
        bench_open(&b, &fix, 0, -30, DAYS, first);
        bench_start(&b, false);
        bench_until(&b, 0);
        double before[ENG_LANES];
        for (int l = 0; l < ENG_LANES; l++) {
            before[l] = state_of(&b, "autoreactive_b", l);
        }
        bench_until(&b, 60);
        peak = state_of(&b, "car_t", 3);
        for (int l = 0; l < ENG_LANES; l++) {
            gone += state_of(&b, "autoreactive_b", l) < 0.01 * before[l];
        }
        CU_ASSERT(state_of(&b, "plasma_long", 3) > 0.8);
        bench_until(&b, 72);
        later = state_of(&b, "car_t", 3);
        CU_ASSERT_DOUBLE_EQUAL(later / peak, exp(-1), 0.01); /* the life of 12 d, nothing expands any more */
        for (int l = 0; l < ENG_LANES; l++, patients++) {
            some += state_of(&b, "crs_grade", l) > 0;
            severe += state_of(&b, "crs_grade", l) > 2;
        }
        bench_until(&b, 250);
        CU_ASSERT(state_of(&b, "b_naive", 3) > 0.8);
        bench_close(&b);
    }
    CU_ASSERT(fabs(fix_z_binomial(some, patients, 0.729)) < 3.3);
    CU_ASSERT(severe < 20);
    CU_ASSERT(gone > 0.9 * patients); /* in a few they expand too little */
}

/* Regulation that is given fades with the law of transient regulation; none changes nothing. */
static void
test_regulation(void)
{
    bench_t b;

    prepare("ra");
    fix_protocol(&fix, "apc");
    fix_add(&fix, 0, "product", "ipsc_apc");
    bench_open(&b, &fix, 0, -30, DAYS, 0);
    bench_start(&b, false);
    bench_until(&b, 100);
    CU_ASSERT_DOUBLE_EQUAL(b.clones->transient[9], 0.2 * exp(-100.0 / 300), 1e-4);
    bench_close(&b);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_decay), ENG_TEST(test_responders_and_lots), ENG_TEST(test_dose_response), ENG_TEST(test_effectors),
        ENG_TEST(test_none), ENG_TEST(test_costs_nothing), ENG_TEST(test_local), ENG_TEST(test_car_t), ENG_TEST(test_regulation) };
    return ENG_TEST_MAIN(argc, argv, "cell products", tests);
}
