/**
 * Beta cells that are given: engraftment, loss and rejection by closed forms, what edited and matched cells are spared, C-peptide of both, teratoma,
 * the flag of an embryonic source, and patients who get none.
 */
#include "t1d_fixture.h"

#include "model/action_data.h"
#include "model/product.h"

static double rejection_days;

/* Long after the diagnosis; nothing but the graft moves, and every graft is the median one. */
static void
long_standing(double horizon)
{
    patients(horizon, true);
    covariate("duration", 20);
    covariate("age", 40);
    fix.params.product_islet_spread = fix.params.product_stem_spread = fix.params.product_beta_loss_spread = 0;
    fix.params.trigger_rate = 0;
}

static void
give(const char *product, const char *argument, double value)
{
    fix_protocol(&fix, product);
    fix_with(&fix, 0, "product", product, argument, value);
}

static const eng_product_slot_t *
slot_of(bench_t *b)
{
    const eng_product_t *d = eng_body_find(b->tile, &b->body, &eng_module_product);

    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    return &d->slot[0];
}

/* dA/dt = -k A, dU/dt = k A - l U from A_0 */
static void
test_engraftment(void)
{
    const double l = 9e-4, k = 1 / 20.0, A0 = 1.14 * 0.5 * 1.5;
    bench_t b;

    long_standing(400);
    fix.params.product_beta_rejection = 0;
    fix.params.disease[fix_own("t1d.attack_rate")] = 0;
    give("beta_islet", "dose", 1.5e4);
    bench_open(&b, &fix, 0, -30, 400, 0);
    bench_start(&b, false);
    for (double day = 20; day <= 380; day += 120) {
        bench_until(&b, day);
        const eng_product_slot_t *slot = slot_of(&b);
        CU_ASSERT_DOUBLE_EQUAL(slot->arriving[0], A0 * exp(-k * day), 2e-4 * A0);
        CU_ASSERT_DOUBLE_EQUAL(slot->cells[0], A0 * k / (k - l) * (exp(-l * day) - exp(-k * day)), 1e-3 * A0);
    }
    bench_close(&b);
}

/* Loss a day of islets that engrafted. */
static double
loss_of(double hla, bool suppressed)
{
    bench_t b;
    double before, after;

    long_standing(400);
    fix.params.disease[fix_own("t1d.attack_rate")] = 0;
    give("beta_islet", "hla", hla);
    if (suppressed) {
        fix_add(&fix, -10, "drug", "tac");
        fix_add(&fix, -10, "drug", "mmf");
    }
    bench_open(&b, &fix, 0, -30, 400, 0);
    bench_start(&b, false);
    bench_until(&b, 300);
    before = (double)slot_of(&b)->cells[0];
    bench_until(&b, 300 + rejection_days);
    after = (double)slot_of(&b)->cells[0];
    bench_close(&b);
    return log(before / after) / rejection_days;
}

static void
test_rejection(void)
{
    rejection_days = 60;
    CU_ASSERT_DOUBLE_EQUAL(loss_of(ENG_HLA_MISMATCHED, true), 9e-4, 2e-6); /* 0.85 + 0.25: all is held back */
    CU_ASSERT_DOUBLE_EQUAL(loss_of(ENG_HLA_LOW, false), 9e-4 + 0.1 * 0.03, 2e-4);
    CU_ASSERT_DOUBLE_EQUAL(loss_of(ENG_HLA_MATCHED, false), 9e-4 + 0.3 * 0.03, 5e-4);
    CU_ASSERT_DOUBLE_EQUAL(loss_of(ENG_HLA_MISMATCHED, false), 9e-4 + 0.03, 1.5e-3);
}

/* C = 3.3 (beta phi + 0.75 U). */
static void
test_c_peptide(void)
{
    eng_results_t none, given;
    fix_run_t run;
    bench_t b;

    long_standing(200);
    fix.params.disease[fix_own("t1d.attack_rate")] = 0; /* native beta cells, and effectors with them, are the same in both */
    fix.params.product_beta_rejection = 0;
    fix_read_at(&fix, 150);
    give("beta_esc", "dose", 8e8);
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 200, 0);
    bench_start(&b, false);
    bench_until(&b, 150);
    const double U = (double)slot_of(&b)->cells[0];
    bench_close(&b);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    given = results_of(&run, 0);
    none = results_of(&run, 1);
    CU_ASSERT(U > 0.5);
    CU_ASSERT_DOUBLE_EQUAL(marker(&given, 0, C_PEPTIDE, 0) - marker(&none, 0, C_PEPTIDE, 0), 3.3 * 0.75 * U, 0.01);
    free(given.read);
    free(none.read);
    fix_close(&run);
}

/* Who is given none is the same patient, whatever other protocols give. */
static void
test_nobody_elses(void)
{
    eng_results_t alone, beside;
    fix_run_t run;

    patients(700, false);
    fix_read_at(&fix, 600);
    fix_untreated(&fix);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    alone = results_of(&run, 0);
    fix_close(&run);
    patients(700, false);
    fix_read_at(&fix, 600);
    fix_untreated(&fix);
    give("beta_islet", "dose", 1e4);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    beside = results_of(&run, 0);
    CU_ASSERT_EQUAL(lanes_that_differ(&alone, &beside, -1), 0);
    free(beside.read);
    beside = results_of(&run, 1);
    CU_ASSERT(lanes_that_differ(&alone, &beside, -1) > 50);
    free(beside.read);
    free(alone.read);
    fix_close(&run);
}

/* An exponential time while cells live; islets of donors make none. */
static void
test_teratoma(void)
{
    fix_run_t run;
    eng_results_t r;
    int came = 0;

    long_standing(1000);
    fix.params.product_beta_rejection = 0;
    fix.params.product_teratoma = log(2) / 900;
    give("beta_ipsc", "dose", 1e9);
    give("beta_islet", "dose", 1e4);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    r = results_of(&run, 0);
    for (int l = 0; l < ENG_LANES; l++) {
        came += r.tick[ENG_EVENT_TERATOMA][l] <= 900 * ENG_TICKS_PER_DAY;
    }
    CU_ASSERT(came > 16 && came < 48); /* 32, four standard deviations */
    free(r.read);
    r = results_of(&run, 1);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(r.tick[ENG_EVENT_TERATOMA][l], ENG_TICK_NEVER);
    }
    free(r.read);
    fix_close(&run);
}

static int errors;

static void
count_error(void *context, int action, bool error, const char *text)
{
    (void)context;
    (void)action;
    errors += error && strstr(text, "c_peptide") != NULL;
}

static void
test_flag(void)
{
    patients(100, true);
    give("beta_esc", "dose", 1e9);
    give("beta_ipsc", "dose", 1e9);
    give("beta_islet", "dose", 1e4);
    CU_ASSERT_STRING_EQUAL(eng_protocol_ethics(&fix.protocols[0]), "esc");
    CU_ASSERT_STRING_EQUAL(eng_protocol_ethics(&fix.protocols[1]), "");
    CU_ASSERT_STRING_EQUAL(eng_protocol_ethics(&fix.protocols[2]), "");
    errors = 0;
    CU_ASSERT_EQUAL(eng_protocol_check(&fix.protocols[2], eng_disease_find("t1d"), 100, count_error, NULL), 0);
    CU_ASSERT_EQUAL(eng_protocol_check(&fix.protocols[2], eng_disease_find("ms"), 100, count_error, NULL), 1);
    CU_ASSERT_EQUAL(errors, 1);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_engraftment), ENG_TEST(test_rejection), ENG_TEST(test_c_peptide), ENG_TEST(test_nobody_elses),
        ENG_TEST(test_teratoma), ENG_TEST(test_flag) };
    return ENG_TEST_MAIN(argc, argv, "beta_products", tests);
}
