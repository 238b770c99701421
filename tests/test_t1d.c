/**
 * Type 1 diabetes: rest under attack and growth without it by closed forms, patients on their first day, escape, and what drugs may and may
 * not change.
 */
#include "t1d_fixture.h"

static const eng_real_t *
state(const bench_t *b, const char *name)
{
    const eng_module_t *module = &b->spec.disease->module;

    for (int k = 0; k < module->num_states; k++) {
        if (strcmp(module->states[k].name, name) == 0) {
            return (const eng_real_t *)(const void *)((const char *)bench_own(b) + module->states[k].offset);
        }
    }
    CU_FAIL_FATAL("no such state");
    return NULL;
}

/* X_n = (pX / dX - 1 - Rb) dR / kR */
static double
effectors_at_rest(void)
{
    const eng_params_t *p = &fix.params;
    return (p->effector_growth / p->effector_death - 1 - p->effector_treg) * p->effector_regulation_decay / p->effector_regulation;
}

/* Beta cells after t days of growth g (1 - beta) and a loss. */
static double
logistic(double beta, double g, double loss, double t)
{
    const double net = g - loss, e = exp(net * t);
    return beta * e / (1 + g * beta * (e - 1) / net);
}

/* Under an attack that is less fierce where few are left, in steps of a tenth of a day. */
static double
attacked(double beta, double g, double loss, double t)
{
    for (int j = 0; j < (int)(10 * t); j++) {
        beta += 0.1 * beta * (g * (1 - beta) - loss * (beta + 0.42 * 0.2) / (beta + 0.2));
    }
    return beta;
}

/* --- closed forms --------------------------------------------------------------------------------------------------- */

static void
test_rest(void)
{
    bench_t b;

    patients(400, true);
    fix_untreated(&fix);
    bench_open(&b, &fix, -1, -100, -30, 0);
    bench_start(&b, false);
    bench_until(&b, -81);
    CU_ASSERT_EQUAL(b.clones->effector[0], 0); /* diagnosed on day -80: until then nothing happens */
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "beta")[0], 0.47, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "function")[0], 0.45, 1e-6);
    bench_until(&b, -79);
    CU_ASSERT_DOUBLE_EQUAL(b.clones->specific_treg[0], 1 / 0.28 - 1.5, 0.05);
    /* fewer grow as effectors co-operate but in part, and for want of antigen: 2 % together */
    CU_ASSERT_DOUBLE_EQUAL(b.clones->effector[0] / effectors_at_rest(), 1, 0.05);
    bench_close(&b);

    bench_open(&b, &fix, 0, -30, 400, 0);
    bench_start(&b, false);
    bench_until(&b, 10);
    const double j = (double)b.clones->effector[0] / effectors_at_rest(), before = (double)state(&b, "beta")[0];
    bench_until(&b, 390);
    const double j_end = (double)b.clones->effector[0] / effectors_at_rest(), mean = (j + j_end) / 2;
    CU_ASSERT_DOUBLE_EQUAL(j, 1, 0.05);
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "beta")[0], attacked(before, 0.00021 / (1 + 5 * mean), 0.0022 * mean, 380), 2e-4);
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "function")[0], 1 / (1 + 0.95 * j_end), 1e-3);
    bench_close(&b);
}

/* Without effectors beta cells grow back by the logistic law, and function with its own time. */
static void
test_regrowth(void)
{
    bench_t b;

    patients(2000, true);
    fix.params.effector_growth = 0.1; /* none can live: j = 0 */
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 2000, 0);
    bench_start(&b, false);
    bench_until(&b, 0);
    const double beta = (double)state(&b, "beta")[0], phi = (double)state(&b, "function")[0];
    CU_ASSERT_EQUAL(b.clones->effector[0], 0);
    for (double day = 100; day <= 1900; day += 600) {
        bench_until(&b, day);
        CU_ASSERT_DOUBLE_EQUAL(state(&b, "beta")[0], logistic(beta, 0.00021, 0, day), 2e-5);
        CU_ASSERT_DOUBLE_EQUAL(state(&b, "function")[0], 1 - (1 - phi) * exp(-day / 45), 1e-4);
    }
    bench_close(&b);
}

/* No attack: the same at j = 1, where growth is inhibited. */
static void
test_no_attack(void)
{
    bench_t b;

    patients(1000, true);
    covariate("attack", 0);
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 1000, 0);
    bench_start(&b, false);
    bench_until(&b, 20);
    const double beta = (double)state(&b, "beta")[0];
    bench_until(&b, 980);
    const double j = (double)b.clones->effector[0] / effectors_at_rest();
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "beta")[0], logistic(beta, 0.00021 / (1 + 5 * j), 0, 960), 5e-5);
    bench_close(&b);
}

/* Who was diagnosed long before the calendar has lived the time between at rest: by days and at once. */
static void
test_long_duration(void)
{
    bench_t lived, leapt;

    patients(100, true);
    fix_untreated(&fix);
    covariate("duration", 500 / ENG_DAYS_PER_YEAR);
    bench_open(&lived, &fix, -1, -500, -30, 0);
    bench_start(&lived, false);
    bench_until(&lived, -30);
    bench_open(&leapt, &fix, -1, -60, -30, 0);
    bench_start(&leapt, false);
    bench_until(&leapt, -30);
    CU_ASSERT(state(&lived, "beta")[0] < 0.23);
    CU_ASSERT_DOUBLE_EQUAL(state(&lived, "beta")[0] / state(&leapt, "beta")[0], 1, 0.03);
    CU_ASSERT_DOUBLE_EQUAL(state(&lived, "function")[0], state(&leapt, "function")[0], 0.01);
    CU_ASSERT_DOUBLE_EQUAL(lived.clones->effector[0] / leapt.clones->effector[0], 1, 0.03);
    bench_close(&lived);
    bench_close(&leapt);
}

/* --- patients --------------------------------------------------------------------------------------------------------- */

static double
beta_at_diagnosis(double age, double dka, double stage)
{
    bench_t b;
    double beta;

    patients(100, true);
    fix_untreated(&fix);
    covariate("age", age);
    covariate("dka", dka);
    covariate("t1d_stage", stage);
    covariate("duration", 40 / ENG_DAYS_PER_YEAR);
    bench_open(&b, &fix, -1, -100, -30, 0);
    bench_start(&b, false);
    beta = (double)state(&b, "beta")[0];
    bench_until(&b, -41);
    CU_ASSERT_EQUAL(b.clones->effector[0], 0);
    bench_close(&b);
    return beta;
}

static void
test_patients(void)
{
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(16, 0, 3), 0.47, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(16, 1, 3), 0.47 * 0.54, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(9, 0, 3), 0.47 * exp(-7 * 0.057), 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(45, 1, 3), 0.95 * 0.54, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(16, 1, 2), 0.47 * 1.5, 1e-6); /* not yet */
    CU_ASSERT_DOUBLE_EQUAL(beta_at_diagnosis(45, 0, 1), 0.95, 1e-6);
}

/* Clones at the start: 1.2 E_0 at diagnosis, 0.31 E_0 in stages 1 and 2. */
static double
reservoir_on_day_0(double stage)
{
    bench_t b;
    double share;

    patients(100, true);
    fix_untreated(&fix);
    covariate("t1d_stage", stage);
    covariate("duration", 0);
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    bench_until(&b, 0);
    share = (double)(b.clones->reservoir[0] / b.clones->reservoir_start[0]);
    bench_close(&b);
    return share;
}

static void
test_reservoir(void)
{
    CU_ASSERT_DOUBLE_EQUAL(reservoir_on_day_0(3), 1.2, 5e-3);
    CU_ASSERT_DOUBLE_EQUAL(reservoir_on_day_0(2), 0.31, 2e-3);
    CU_ASSERT_DOUBLE_EQUAL(reservoir_on_day_0(1), 0.31, 2e-3);
}

/* --- drugs ------------------------------------------------------------------------------------------------------------ */

/* v rises under a drug and falls after its exposure is gone (1e-4: 13.3 half-lives of 13 d). */
static void
test_escape(void)
{
    bench_t b;
    double v;

    patients(1200, true);
    fix_protocol(&fix, "abatacept");
    fix_with(&fix, 0, "drug", "abatacept", "for", 400);
    bench_open(&b, &fix, 0, -30, 1200, 0);
    bench_start(&b, false);
    bench_until(&b, 400);
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "escape")[0], 1 - exp(-400 / 504.0), 1e-3);
    bench_until(&b, 600);
    v = (double)state(&b, "escape")[0];
    bench_until(&b, 900);
    CU_ASSERT_DOUBLE_EQUAL(state(&b, "escape")[0], v * exp(-300 / 200.0), 1e-4);
    bench_close(&b);
}

/* Rx on day 20 after antibodies from day 0 on, all given by day 4. */
static double
regulation_after(const char *antibody, double dose, double days)
{
    bench_t b;
    double Rx;

    patients(100, true);
    fix_protocol(&fix, "antibody");
    fix_with(&fix, 0, "atg", antibody, "dose", dose);
    fix.actions[0][0].duration = days;
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    bench_until(&b, 20);
    Rx = (double)b.clones->transient[0];
    bench_close(&b);
    return Rx;
}

/* Regulation by globulin hangs on the whole dose, however it is split; high doses make none, nor does another antibody. */
static void
test_globulin(void)
{
    const double C = 2.5 / 6.75, once = 9 * C * (1 - C / 0.9) * exp(-20 / 300.0);

    CU_ASSERT_DOUBLE_EQUAL(regulation_after("ratg", 2.5, 1), once, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(regulation_after("ratg", 2.5, 2), once * exp(0.5 / 300), 2e-3);
    CU_ASSERT_DOUBLE_EQUAL(regulation_after("ratg", 6.5, 4), 0, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(regulation_after("alemtuzumab", 12, 1), 0, 1e-6);
}

/* Reported values are spread about the true ones, by 12 % and by 0.6 %. */
static void
test_reported(void)
{
    enum { SEEN_C = ENG_MARKER_OWN(4), SEEN_H = ENG_MARKER_OWN(5), N = 10 * ENG_LANES };
    double relative = 0, square = 0, rise = 0, square_rise = 0, both = 0;
    fix_run_t run;

    patients(100, false);
    fix_no_hazards(&fix);
    fix_untreated(&fix);
    fix_read_at(&fix, 60);
    fix_open(&run, &fix);
    for (int tile = 0; tile < 10; tile++) {
        eng_results_t r;
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &r);
        for (int l = 0; l < ENG_LANES; l++) {
            const double a = marker(&r, 0, SEEN_C, l) / marker(&r, 0, C_PEPTIDE, l) - 1, b = marker(&r, 0, SEEN_H, l) - marker(&r, 0, HBA1C, l);
            relative += a / N;
            square += a * a / N;
            rise += b / N;
            square_rise += b * b / N;
            both += a * b / N;
        }
    }
    fix_close(&run);
    CU_ASSERT_DOUBLE_EQUAL(relative / 0.12, 0, 4 / sqrt(N));
    CU_ASSERT_DOUBLE_EQUAL(square / (0.12 * 0.12), 1, 4 * sqrt(2.0 / N));
    CU_ASSERT_DOUBLE_EQUAL(rise / 0.6, 0, 4 / sqrt(N));
    CU_ASSERT_DOUBLE_EQUAL(square_rise / 0.36, 1, 4 * sqrt(2.0 / N));
    CU_ASSERT_DOUBLE_EQUAL(both / (0.12 * 0.6), 0, 4 / sqrt(N));
}

/* Naive cells become memory as antigen is there: in proportion below a fifth of the beta cells. */
static void
test_repriming(void)
{
    bench_t b;

    patients(100, true);
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 100, 0);
    bench_start(&b, false);
    for (int l = 0; l < ENG_LANES; l++) {
        ((eng_real_t *)(uintptr_t)state(&b, "beta"))[l] = (eng_real_t)(l % 2 == 0 ? 0.5 : 0.05);
    }
    bench_until(&b, -29);
    CU_ASSERT_DOUBLE_EQUAL(b.signals->written[ENG_SIGNAL_repriming][0], 1, 0);
    CU_ASSERT_DOUBLE_EQUAL(b.signals->written[ENG_SIGNAL_repriming][1], 0.25, 1e-6);
    bench_close(&b);
}

static void
take(const char *drug, double duration)
{
    fix_protocol(&fix, drug);
    fix_with(&fix, 0, "drug", drug, "for", duration);
}

static void
three_drugs(void)
{
    patients(2000, false);
    for (double day = 0; day <= 2000; day += 250) {
        fix_read_at(&fix, day);
    }
    fix_untreated(&fix);
    fix_add(&fix, 0, "stop", "insulin"); /* the same calendar: an op ends a pair of days, which shows in the last bit of pools */
    take("teplizumab", 14);
    take("abatacept", 700);
    take("insulin", 2000);
}

/* A drug with no effect is none, to the bit. */
static void
test_drugs_without_effect(void)
{
    eng_results_t none, other;
    fix_run_t run;

    three_drugs();
    fix.params.teplizumab_kill = fix.params.teplizumab_regulation = fix.params.teplizumab_clone_kill = 0;
    fix.params.abatacept_growth = fix.params.abatacept_repriming = 0;
    fix.params.abatacept_loss = fix.params.insulin_given = 0;
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    none = results_of(&run, 0);
    for (int p = 1; p < 4; p++) {
        other = results_of(&run, p);
        CU_ASSERT_EQUAL(lanes_that_differ(&none, &other, -1), 0);
        free(other.read);
    }
    free(none.read);
    fix_close(&run);
}

static double
mean_c_peptide(const eng_results_t *r, int read)
{
    double sum = 0, alive = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        const double C = r->read[(read * eng_marker_count(fix.spec.disease) + C_PEPTIDE) * ENG_LANES + l];
        sum += C > 0 ? C : 0;
        alive += C > 0;
    }
    return sum / alive;
}

/* Insulin to a plan changes severe hypoglycaemia and nothing else; the others keep C-peptide up. */
static void
test_drugs(void)
{
    eng_results_t none, other;
    fix_run_t run;
    int sooner = 0, later = 0;

    three_drugs();
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    none = results_of(&run, 0);
    for (int p = 1; p < 3; p++) {
        other = results_of(&run, p);
        CU_ASSERT(mean_c_peptide(&other, 1) > 1.1 * mean_c_peptide(&none, 1));
        free(other.read);
    }
    other = results_of(&run, 3);
    CU_ASSERT_EQUAL(lanes_that_differ(&none, &other, HYPOGLYCAEMIA), 0);
    for (int l = 0; l < ENG_LANES; l++) {
        sooner += other.tick[HYPOGLYCAEMIA][l] < none.tick[HYPOGLYCAEMIA][l];
        later += other.tick[HYPOGLYCAEMIA][l] > none.tick[HYPOGLYCAEMIA][l];
    }
    CU_ASSERT(sooner > 10 && later == 0);
    free(other.read);
    free(none.read);
    fix_close(&run);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_rest), ENG_TEST(test_regrowth), ENG_TEST(test_no_attack),
        ENG_TEST(test_long_duration), ENG_TEST(test_patients), ENG_TEST(test_reservoir), ENG_TEST(test_escape), ENG_TEST(test_globulin), ENG_TEST(test_reported), ENG_TEST(test_repriming),
        ENG_TEST(test_drugs_without_effect), ENG_TEST(test_drugs) };
    return ENG_TEST_MAIN(argc, argv, "t1d", tests);
}
