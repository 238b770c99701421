/**
 * Signals, and drugs as rows that write them: classes, responders, loss of a response; triggers that are thinned; patients
 * who are entered on a marker.
 */
#define ENG_WIDTH plain
#include "model_fixture.h"

#include "base/sample.h"
#include "model/action_data.h"
#include "model/lanes/step.h"

#define TILES 24
#define LANES (TILES * ENG_LANES)

static fix_t fix;

/* A drug of the tests: two effects, half of the patients respond in the first line, half a year to a loss on average. */
static const eng_drug_t invented = { .half_life = 10, .responders = offsetof(eng_params_t, anti_cd20_kill),
    .loss = offsetof(eng_params_t, anti_cd20_block), .num_effects = 2,
    .effect = { { ENG_SIGNAL_effector_growth, offsetof(eng_params_t, dmf_block) },
        { ENG_SIGNAL_effector_kill, offsetof(eng_params_t, cladribine_block) } } };
static const eng_noun_t noun = { .verb = ENG_VERB_DRUG, .name = "invented", .class_name = "anti_cd20", .data = &invented };

/* A tile with room for another class or two, the invented drug in them. */
static void
open_classes(bench_t *b, int tile, const char *class_name, const char *other)
{
    bench_open(b, &fix, 0, -30, 900, (uint64_t)tile * ENG_LANES);
    b->plan.drugs[b->plan.num_drugs++] = &noun;
    b->plan.slots[b->plan.num_slots++] = class_name;
    b->plan.slots[b->plan.num_slots] = other;
    b->plan.num_slots += other != NULL;
    b->plan.writes |= ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(effector_kill);
    b->plan.losses = true;
    free(b->tile);
    CU_ASSERT_EQUAL_FATAL(eng_body_make(&b->body, fix.spec.disease, b->plan.num_slots, b->plan.num_rules, b->plan.writes, 0), 0);
    b->tile = bench_memory(b->body.tile_bytes);
    b->clones = eng_clones_of(b->tile, &b->body);
    eng_course_set(&b->course, b->tile, &b->body);
    for (int l = 0; l < ENG_LANES; l++) {
        b->tile->patient[l] = (uint64_t)(tile * ENG_LANES + l);
        b->tile->variant[l] = eng_rng_variant(0, 0, 0);
    }
    bench_width(b, "plain");
    bench_start(b, false);
    b->course.row = b->plan.rows; /* actions have a row */
}

static void
open_tile(bench_t *b, int tile)
{
    open_classes(b, tile, "anti_cd20", NULL);
}

static void
begin(void)
{
    fix_init(&fix, 900);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.laws[ENG_COV_PRIOR_LINES].arg[0] = 2;
    fix.params.anti_cd20_kill = 0.6;    /* responders in the first line */
    fix.params.anti_cd20_block = 2;     /* losses a year */
    fix.params.dmf_block = 0.3;         /* of growth */
    fix.params.cladribine_block = 0.04;
    fix_protocol(&fix, "drugs");
    fix_with(&fix, -20, "drug", "natalizumab", "for", 900);
}

static void
everyone(real *lanes)
{
    for (int l = 0; l < ENG_LANES; l++) {
        lanes[l] = 1;
    }
}

/* Responders by lines of therapy; the effect by the response; the same answer whenever it is asked. */
static void
test_responders(void)
{
    double responders = 0, sum = 0;
    int bad = 0;

    begin();
    fix.params.response_spread = 0;
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        real lanes[ENG_LANES], before[ENG_LANES];
        open_tile(&b, tile);
        everyone(lanes);
        eng_drug_start(&b.course, 1, 1, 500, 0, lanes);
        memcpy(before, b.course.slot[1].response, sizeof(before));
        for (int l = 0; l < ENG_LANES; l++) {
            const double r = (double)before[l], growth = (double)b.tile->effector_growth[l], kill = (double)b.tile->effector_kill[l];
            bad += !(r == 1 || r == 0.25);
            bad += fabs(growth - (1 - 0.3 * r)) > 1e-6 || fabs(kill - 0.04 * r) > 1e-7;
            responders += r == 1;
            sum += r;
        }
        eng_drug_stop(&b.course, 1, 1, 0);
        eng_drug_start(&b.course, 1, 1, 700, 0, lanes);
        bad += memcmp(before, b.course.slot[1].response, sizeof(before)) != 0;
        bench_close(&b);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(fabs(fix_z_binomial(responders, LANES, 0.6 * 0.85 * 0.85)) < 3.3);
    CU_ASSERT(sum > 0);
}

/* Who responds to one class says nothing of another, nor when the response is lost, though neither class is of the list. */
static void
test_classes_draw_apart(void)
{
    double both = 0, each[2] = { 0 }, later = 0;

    begin();
    fix.params.response_line = 1;
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        real lanes[ENG_LANES];
        open_classes(&b, tile, "blister_jak", "blister_antibody");
        everyone(lanes);
        eng_drug_start(&b.course, 1, 1, 500, 0, lanes);
        eng_drug_start(&b.course, 2, 1, 500, 0, lanes);
        for (int l = 0; l < ENG_LANES; l++) {
            const eng_slot_t *slot = b.course.slot;
            const bool one = slot[1].response[l] > (real)0.5, two = slot[2].response[l] > (real)0.5;
            both += one && two;
            each[0] += one;
            each[1] += two;
            later += slot[1].left_loss[l] > slot[2].left_loss[l];
        }
        bench_close(&b);
    }
    CU_ASSERT(fabs(fix_z_binomial(both, LANES, each[0] / LANES * (each[1] / LANES))) < 3.3);
    CU_ASSERT(fabs(fix_z_binomial(later, LANES, 0.5)) < 3.3);
}

/* A reset: lines of therapy no longer count, whoever responds is drawn anew, a lost response with it; how large the effect is stays. */
static void
test_reset(void)
{
    double before = 0, after = 0, both = 0;
    int bad = 0;

    begin();
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        real lanes[ENG_LANES];
        bool responds[ENG_LANES];
        double size[ENG_LANES];
        open_tile(&b, tile);
        everyone(lanes);
        eng_drug_start(&b.course, 1, 1, 800, 0, lanes);
        for (int l = 0; l < ENG_LANES; l++) {
            const double spread = eng_sample_normal(eng_event_word(&b.course, l, ENG_CHANNEL_RESPONSE, 2 * eng_drug_class_number("anti_cd20") + 1));
            size[l] = fmax(0.2, 1 + 0.35 * spread);
            responds[l] = (double)b.course.slot[1].response[l] > 0.9 * size[l];
            before += responds[l];
        }
        bench_until(&b, 400);
        for (int l = 0; l < ENG_LANES; l++) {
            eng_drugs_reset(&b.course, l);
            const double r = (double)b.course.slot[1].response[l] / size[l];
            bad += fabs(r - 1) > 1e-5 && fabs(r - 0.25) > 1e-5;
            bad += !(b.course.slot[1].left_loss[l] > 0);
            bad += fabs((double)b.tile->effector_growth[l] - (1 - fmin(0.95, 0.3 * r * size[l]))) > 1e-5;
            after += r > 0.9;
            both += r > 0.9 && responds[l];
        }
        bench_close(&b);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(fabs(fix_z_binomial(before, LANES, 0.6 * 0.85 * 0.85)) < 3.3);
    CU_ASSERT(fabs(fix_z_binomial(after, LANES, 0.6)) < 3.3);
    CU_ASSERT(fabs(fix_z_binomial(both, LANES, before / LANES * after / LANES)) < 3.3);
}

/* A conditioning of two logs or more resets, one of less does not, nor a mobilisation. */
static void
test_what_resets(void)
{
    static const struct {
        const char *regimen;
        double resets;
    } cases[] = { { "cy200", 1 }, { "cy120_low", 1 }, { "bu", 0 } };

    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        bench_t b;
        fix_init(&fix, 30);
        fix_quiet(&fix);
        fix_same_patients(&fix);
        fix_protocol(&fix, "conditioning");
        fix_add(&fix, -30, "mobilise", "cy");
        fix_add(&fix, -5, "condition", cases[j].regimen);
        bench_open(&b, &fix, 0, -30, 30, 0);
        bench_start(&b, false);
        bench_until(&b, 1);
        CU_ASSERT_EQUAL(b.tile->num_resets[0], cases[j].resets);
        bench_close(&b);
    }
}

/* The part of a factor that a class takes ends at 0.95; one class leaves nothing of what another left. */
static void
test_effects(void)
{
    bench_t b;
    real lanes[ENG_LANES];

    begin();
    fix.params.dmf_block = 0.9;
    fix.params.drug_scale = 1.5;
    fix.params.response_line = fix.params.anti_cd20_kill = 1;
    fix.params.response_spread = 0;
    open_classes(&b, 0, "one", "other");
    everyone(lanes);
    eng_drug_start(&b.course, 1, 1, 800, 0, lanes);
    CU_ASSERT_DOUBLE_EQUAL(b.tile->effector_growth[0], 0.05, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(b.tile->effector_kill[0], 0.04, 1e-7); /* no scale on what is no growth */
    eng_drug_start(&b.course, 2, 1, 800, 0, lanes);
    CU_ASSERT_DOUBLE_EQUAL(b.tile->effector_growth[0], 0.05 * 0.05, 1e-7);
    CU_ASSERT_DOUBLE_EQUAL(b.tile->effector_kill[0], 0.08, 1e-7);
    bench_close(&b);
}

/* Of those on the drug exp(-loss t) still respond; from day 0 on only; a loss leaves the partial effect. */
static void
test_losses(void)
{
    double lost = 0, early = 0;
    int bad = 0;

    begin();
    fix.params.anti_cd20_kill = 1;
    fix.params.response_line = 1;
    fix.params.response_spread = 0;
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        real lanes[ENG_LANES];
        open_tile(&b, tile);
        everyone(lanes);
        eng_drug_start(&b.course, 1, 1, 900, 0, lanes);
        bench_until(&b, 0);
        for (int l = 0; l < ENG_LANES; l++) {
            early += (double)b.tile->num_losses[l];
        }
        bench_until(&b, 180);
        for (int l = 0; l < ENG_LANES; l++) {
            const bool gone = b.tile->num_losses[l] > 0;
            lost += gone;
            bad += gone != (b.course.slot[1].response[l] < 1) || gone != (b.tile->t_loss[l] <= 180);
            bad += gone && fabs((double)b.tile->effector_kill[l] - 0.01) > 1e-7;
        }
        bench_close(&b);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT_EQUAL(early, 0);
    CU_ASSERT(fabs(fix_z_binomial(lost, LANES, 1 - exp(-2 * 180 / ENG_DAYS_PER_YEAR))) < 3.3);
}

/* Drugs of one class replace one another, of two classes act together; the disease says what a class is. */
static void
test_classes(void)
{
    const eng_disease_t *healthy = eng_disease_find("none");
    eng_plan_t plan;

    begin();
    fix_with(&fix, 100, "drug", "rituximab", "for", 10);
    CU_ASSERT_EQUAL_FATAL(eng_plan_create(&plan, &fix.protocols[0], &fix.spec, -30, 900), 0);
    CU_ASSERT_EQUAL(plan.num_slots, 1); /* one disease-modifying therapy at a time in MS */
    eng_plan_free(&plan);
    fix.spec.disease = healthy;
    CU_ASSERT_EQUAL_FATAL(eng_plan_create(&plan, &fix.protocols[0], &fix.spec, -30, 900), 0);
    CU_ASSERT_EQUAL(plan.num_slots, 2);
    CU_ASSERT(plan.writes == (ENG_SIGNAL_BIT(traffic) | ENG_SIGNAL_BIT(b_kill) | ENG_SIGNAL_BIT(b_memory_kill)));
    eng_plan_free(&plan);
}

/* Triggers at the bound, thinned to the lane's own rate: as many and as large as if they had been drawn at that rate. */
static void
test_thinning(void)
{
    static double size[200000];
    static eng_row_t rate;
    enum { DAYS = 400 };
    bench_t b;
    size_t n = 0;
    int hits[3] = { 0 };
    const double factor[3] = { 0, 0.75, 2 };

    begin();
    fix.params.trigger_rate = 30;
    fix.params.trigger_bound = 2;
    bench_open(&b, &fix, 0, -30, DAYS, 77);
    bench_width(&b, "plain");
    bench_start(&b, false);
    b.course.writes |= ENG_SIGNAL_BIT(trigger_rate);
    b.course.signal[ENG_SIGNAL_trigger_rate] = rate;
    for (int l = 0; l < ENG_LANES; l++) {
        rate[l] = (real)factor[l % 3];
        b.clones->activation[l] = (real)1e-3;
    }
    eng_plan_row_t row = { .dt = 1 };
    b.course.row = &row;
    for (int day = 0; day < DAYS; day++) {
        row.t = day;
        memset(b.clones->effector, 0, sizeof(b.clones->effector));
        eng_triggers_apply(&b.course, b.list);
        for (int l = 0; l < ENG_LANES; l++) {
            const double x = (double)b.clones->effector[l], mean = 1e-3 * (double)b.clones->clone_avid[l];
            hits[l % 3] += x > 0;
            if (x > 0 && l % 3 == 1 && n < sizeof(size) / sizeof(*size)) {
                size[n++] = exp(-x / mean);
            }
        }
    }
    const double p = 1 - exp(-30 * 2 / ENG_DAYS_PER_YEAR), each[3] = { 22 * DAYS, 21 * DAYS, 21 * DAYS };
    CU_ASSERT_EQUAL(hits[0], 0);
    for (int k = 1; k < 3; k++) {
        const double z = fix_z_binomial(hits[k], each[k], p * factor[k] / 2);
        CU_ASSERT(fabs(z) < 3.3);
    }
    CU_ASSERT(fix_ks_uniform(size, n) < 2.2); /* the spread of a binomial is left in it */
    bench_close(&b);
}

/* Patients are entered on a marker: all of them meet the criterion, and some candidates did not. */
static void
test_entry_on_a_marker(void)
{
    const int edss = eng_covariate_find(fix_ms(), "edss");
    fix_run_t run;
    int refused = 0;

    fix_init(&fix, 50);
    fix_untreated(&fix);
    fix.spec.entry = (eng_entry_t){ .marker = { { .marker = FIX_EDSS, .low = 3, .high = 3.5 } }, .num_markers = 1 };
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    for (int l = 0; l < ENG_LANES; l++) {
        const double at_entry = eng_runner_covariate(run.runner, edss, l);
        CU_ASSERT(at_entry > 2.4 && at_entry < 3.51); /* before entry relapses may have added what is reversible */
        refused += eng_runner_candidate(run.runner, l) > 0;
    }
    CU_ASSERT(refused > ENG_LANES / 4);
    fix_close(&run);
}

/* --- losses of platelets --------------------------------------------------------------------------------------------- */

/* Platelets of a tile on a day of protocol 0, with a loss that somebody writes, or nobody. */
static void
platelets_on(double day, bool written, real loss, real *count)
{
    bench_t b;

    bench_open(&b, &fix, 0, -30, 300, 0);
    b.plan.writes |= written ? ENG_SIGNAL_BIT(platelet_loss) : 0;
    eng_course_set(&b.course, b.tile, &b.body);
    bench_start(&b, false);
    for (int l = 0; l < ENG_LANES; l++) {
        b.tile->platelet_loss[l] = loss;
    }
    bench_until(&b, day);
    memcpy(count, b.tile->cells.platelet, sizeof(b.tile->cells.platelet));
    bench_close(&b);
}

/* A loss of nothing has the bits of nobody who writes one. */
static void
test_no_platelet_loss(void)
{
    static const double days[] = { -2, 4, 12, 40, 299 };
    real with[ENG_LANES], without[ENG_LANES];

    fix_init(&fix, 300);
    fix_quiet(&fix);
    (void)fix_transplant(&fix, "cy_atg", "cy200", 0);
    for (size_t j = 0; j < sizeof(days) / sizeof(*days); j++) {
        platelets_on(days[j], true, 0, with);
        platelets_on(days[j], false, 0, without);
        CU_ASSERT_EQUAL(memcmp(with, without, sizeof(with)), 0);
    }
}

/* Without feedback platelets L settle where 1 = (age + k) L + use L / (L + half), all in units of the loss at health. */
static void
test_platelet_loss(void)
{
    real count[ENG_LANES];

    fix_init(&fix, 300);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix_protocol(&fix, "gcsf"); /* moves the marrow */
    fix_with(&fix, -30, "growth", "gcsf", "for", 5);
    fix.params.platelet_exponent = 0;
    eng_rates_t *r = bench_memory(sizeof(*r));
    eng_rates_make(r, &fix.params);
    for (double k = 0.05; k < 20; k *= 4) {
        platelets_on(299, true, (real)k, count);
        for (int l = 0; l < ENG_LANES; l++) {
            const double L = (double)count[l];
            const double lost = ((double)r->platelet_senescence + k) * L + (double)r->platelet_use * L / (L + (double)r->platelet_half);
            CU_ASSERT(fabs(lost / (double)r->platelet_supply - 1) < 0.02);
        }
    }
    free(r);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_responders),
    ENG_TEST(test_reset),
    ENG_TEST(test_what_resets),
    ENG_TEST(test_effects),
    ENG_TEST(test_classes_draw_apart),
    ENG_TEST(test_losses),
    ENG_TEST(test_classes),
    ENG_TEST(test_thinning),
    ENG_TEST(test_entry_on_a_marker),
    ENG_TEST(test_no_platelet_loss),
    ENG_TEST(test_platelet_loss),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "drugs", tests);
}
