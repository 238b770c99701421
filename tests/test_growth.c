/**
 * Growth factors and low-dose IL-2 against exact answers: what they do to one pool at a time with all else held, in people of one kind;
 * and what they leave alone.
 */
#include "model_fixture.h"

#define DAYS 400
#define KGF_HALF_LIFE 100
#define SSB_HALF_LIFE 60
#define SSB_ONSET 10
#define IL7_HALF_LIFE 2

static fix_t fix;

typedef struct {
    bench_t bench[2];
} pair_t;

#define UNTREATED(row) ((double)pair.bench[0].tile->row[0])
#define TREATED(row) ((double)pair.bench[1].tile->row[0])

/* Reference patients whose thymus does not age and exports all naive cells that there are; protocol 0 nothing, 1 what follows. */
static void
prepare(void)
{
    fix_init(&fix, DAYS);
    fix_same_patients(&fix);
    fix_quiet(&fix);
    fix.params.thymus_involution = fix.params.thymus_involution_child = 0;
    fix.params.thymus_export = 5e8;
    fix.params.naive4_loss = fix.params.naive8_loss = 1e-5; /* below the export */
    fix.params.thymus_rebound = fix.params.naive_growth = fix.params.conversion = 0;
    fix_untreated(&fix);
    fix_protocol(&fix, "treated");
}

static void
pair_open(pair_t *pair)
{
    for (int p = 0; p < 2; p++) {
        bench_open(&pair->bench[p], &fix, p, -30, DAYS, 0);
        bench_start(&pair->bench[p], true);
    }
}

static void
pair_until(pair_t *pair, double day)
{
    bench_until(&pair->bench[0], day);
    bench_until(&pair->bench[1], day);
}

static void
pair_close(pair_t *pair)
{
    bench_close(&pair->bench[0]);
    bench_close(&pair->bench[1]);
}

/* Exposure of a day that is taken for `taken` days from day 0 on. */
static double
exposure(int day, int taken, double onset, double half_life)
{
    const double top = onset > 0 ? 1 - exp(-taken / onset) : 1;

    if (day < taken) {
        return onset > 0 ? 1 - exp(-(day + 1) / onset) : 1;
    }
    return top * exp2(-(day - taken + 1) / half_life);
}

/* --- thymus --------------------------------------------------------------------------------------------------------- */

/* N' = l (F - N) with an export of 1 - loss C, exact by the day; what is not made in the thymus is not touched. */
static void
test_kgf_takes_from_export(void)
{
    pair_t pair;
    double N = 1;

    prepare();
    fix.params.kgf_loss = 0.6;
    fix_with(&fix, 0, "growth", "kgf", "for", 30);
    pair_open(&pair);
    const double loss = (double)pair.bench[0].tile->loss4[0] - (double)pair.bench[0].tile->renew4[0];
    CU_ASSERT(loss > 2e-3);
    for (int day = 0; day < 300; day++) {
        const double F = 1 - 0.6 * exposure(day, 30, 0, KGF_HALF_LIFE);
        N = F + (N - F) * exp(-loss);
        if (day % 30 == 29) {
            pair_until(&pair, day + 1);
            CU_ASSERT_DOUBLE_EQUAL(UNTREATED(naive4), 1, 1e-4);
            CU_ASSERT_DOUBLE_EQUAL(TREATED(naive4), N, 1e-3);
            CU_ASSERT_EQUAL(TREATED(nk), UNTREATED(nk));
            CU_ASSERT_EQUAL(TREATED(b_naive), UNTREATED(b_naive));
            CU_ASSERT_DOUBLE_EQUAL(TREATED(stroma), 1, 1e-6); /* intact stroma has nothing to recover */
        }
    }
    CU_ASSERT(TREATED(naive4) < 0.9);
    pair_close(&pair);
}

/* Conditioning of intensity c takes 0.45 c of stroma, of which KGF spares half; what is left recovers at (1 - loss C)/tau. */
static void
test_kgf_before_conditioning(void)
{
    for (int loses = 0; loses < 2; loses++) {
        pair_t pair;
        prepare();
        fix.params.kgf_loss = loses * 0.5;
        fix.params.thymus_stroma = loses > 0 ? 100 : 1e9;
        fix_with(&fix, 0, "condition", "cy", "dose", 100);
        fix_with(&fix, -2, "growth", "kgf", "for", 300);
        pair_open(&pair);
        const double injury = 0.45 * 0.30;
        pair_until(&pair, 1);
        CU_ASSERT_EQUAL(UNTREATED(stroma), 1);
        double theta = 1 - 0.5 * injury;
        if (loses == 0) {
            CU_ASSERT_DOUBLE_EQUAL(TREATED(stroma), theta, 1e-6);
        }
        pair_until(&pair, 100);
        theta = 1 - 0.5 * injury * (loses > 0 ? exp(-100 * 0.5 / 100.0) : 1);
        CU_ASSERT_DOUBLE_EQUAL(TREATED(stroma), theta, 1e-5);
        pair_close(&pair);
    }
}

/* Theta' = (1 + 0.3 B - Theta)(1 + 0.5 B)/tau, exact by the day, B the blockade as far as there is anything to block. */
static void
block_in(double age, double female, double effect)
{
    pair_t pair;
    double theta = 1;

    prepare();
    fix.laws[ENG_COV_AGE].arg[0] = age;
    fix.laws[ENG_COV_FEMALE].arg[0] = female;
    fix_with(&fix, 0, "growth", "ssb", "for", 150);
    pair_open(&pair);
    for (int day = 0; day < 360; day++) {
        const double B = effect * exposure(day, 150, SSB_ONSET, SSB_HALF_LIFE), full = 1 + 0.3 * B;
        theta = full + (theta - full) * exp(-(1 + 0.5 * B) / fix.params.thymus_stroma);
        if (day % 60 == 59) {
            pair_until(&pair, day + 1);
            CU_ASSERT_EQUAL(UNTREATED(stroma), 1);
            CU_ASSERT_DOUBLE_EQUAL(TREATED(stroma), theta, 1e-3);
        }
    }
    CU_ASSERT(effect == 0 ? TREATED(stroma) == 1 && TREATED(naive4) == UNTREATED(naive4)
                          : TREATED(stroma) > 1.01 && TREATED(naive4) > UNTREATED(naive4) + 0.01);
    pair_close(&pair);
}

static void
test_blockade_by_age_and_sex(void)
{
    block_in(30, 0, 1);
    block_in(30, 1, 1);
    block_in(65, 0, 1);
    block_in(65, 1, 0.3); /* after the menopause */
    block_in(8, 0, 0);    /* before puberty */
    block_in(8, 1, 0);
}

/* --- interleukins ---------------------------------------------------------------------------------------------------- */

/* Naive cells: N' = l (1 - N) + r C N; memory grows by the like; Treg, NK and B cells are not touched while nothing makes room for them. */
static void
test_il7_lets_t_cells_divide(void)
{
    pair_t pair;
    double N = 1;
    const double rate = 0.05 * 0.5;

    prepare();
    fix.params.treg_induction = fix.params.naive4_activation = fix.params.naive8_activation = 0;
    fix.params.cd8_contraction = fix.params.il7_contraction = 0;
    fix_with(&fix, 0, "growth", "il7", "for", 22);
    pair_open(&pair);
    const double loss = (double)pair.bench[0].tile->loss4[0] - (double)pair.bench[0].tile->renew4[0];
    for (int day = 0; day < 60; day++) {
        const double g = rate * exposure(day, 22, 0, IL7_HALF_LIFE) - loss;
        N = N * exp(g) + loss * expm1(g) / g;
        if (day == 21 || day == 59) {
            pair_until(&pair, day + 1);
            CU_ASSERT_DOUBLE_EQUAL(TREATED(naive4) / N, 1, day == 21 ? 1e-3 : 1.2e-2); /* pools take two days at once, as it falls to a half */
            CU_ASSERT_EQUAL(TREATED(nk), UNTREATED(nk));
            CU_ASSERT_EQUAL(TREATED(b_naive), UNTREATED(b_naive));
        }
        if (day == 21) {
            CU_ASSERT_DOUBLE_EQUAL(TREATED(memory4), exp(22 * rate), 5e-3);
            CU_ASSERT_DOUBLE_EQUAL(TREATED(memory8), exp(22 * rate), 5e-3);
            CU_ASSERT_DOUBLE_EQUAL(TREATED(treg), 1, 1e-4);
        }
    }
    pair_close(&pair);
}

/* Of naive and memory cells alike x' = -c (x - 1) x of what is above health, so that (x - 1)/x falls with c; without it nothing does. */
static void
test_il7_does_not_last(void)
{
    for (int contracts = 0; contracts < 2; contracts++) {
        pair_t pair;
        prepare();
        fix.params.treg_induction = fix.params.naive4_activation = fix.params.naive8_activation = 0;
        fix.params.thymus_export = 1e3; /* naive and memory cells alike */
        fix.params.il7_contraction = 0.01 * contracts;
        fix_with(&fix, 0, "growth", "il7", "for", 22);
        pair_open(&pair);
        pair_until(&pair, 60);
        const double x = TREATED(memory4);
        CU_ASSERT(x > 1.4);
        pair_until(&pair, 360);
        const double left = (x - 1) / x * exp(-300 * 0.01 * contracts);
        CU_ASSERT_DOUBLE_EQUAL(TREATED(memory4), 1 / (1 - left), 0.012); /* naive cells also lose a little by themselves */
        CU_ASSERT_EQUAL(UNTREATED(memory4), 1);
        pair_close(&pair);
    }
}

/* g (1 + room - R) R + s (1 - R) = 0, s what is made elsewhere; back to health without the drug.  T, NK and B cells beside are not touched. */
static void
test_low_dose_il2_makes_room_for_treg(void)
{
    for (int room = 0; room < 3; room++) {
        pair_t pair;
        prepare();
        fix.params.low_dose_il2_room = room;
        fix_with(&fix, 0, "drug", "low_dose_il2", "for", 300);
        pair_open(&pair);
        const double g = fix.params.treg_growth;
        const double s = (double)pair.bench[0].tile->loss_treg[0] - fix.params.treg_turnover, b = g * (1 + room) - s;
        const double R = (b + sqrt(b * b + 4 * g * s)) / (2 * g);
        pair_until(&pair, 300);
        CU_ASSERT_DOUBLE_EQUAL(UNTREATED(treg), 1, 1e-3);
        CU_ASSERT_DOUBLE_EQUAL(TREATED(treg), room > 0 ? R : 1, 5e-3);
        CU_ASSERT_EQUAL(TREATED(nk), UNTREATED(nk));
        CU_ASSERT_EQUAL(TREATED(b_naive), UNTREATED(b_naive));
        pair_until(&pair, DAYS);
        CU_ASSERT(room == 0 || TREATED(treg) < R);
        pair_close(&pair);
    }
}

/* --- platelets ------------------------------------------------------------------------------------------------------- */

/* At rest K = a/(a + d (1 - f)) with f = (1 + gain) L^-gamma, and what they make is lost: bisection for L. */
static double
platelets_at_rest(double gain)
{
    const eng_params_t *p = &fix.params;
    const double healthy = p->platelet_number / eng_blood_volume(p), use = p->platelet_fixed / healthy, half = p->platelet_fixed_half / healthy;
    double low = 0.5, high = 6;

    for (int j = 0; j < 60; j++) {
        const double L = 0.5 * (low + high), f = (1 + gain) * pow(L + 1e-3, -p->platelet_exponent);
        const double made = (p->platelet_senescence + use / (1 + half)) * p->meg_attrition / (p->meg_attrition + p->meg_division * (1 - f));
        const double lost = (p->platelet_senescence + use / (L + half)) * L;
        if (made > lost) {
            low = L;
        } else {
            high = L;
        }
    }
    return 0.5 * (low + high);
}

static void
test_thrombopoietin(void)
{
    pair_t pair;

    prepare();
    fix_with(&fix, 0, "growth", "tpo", "for", 300);
    pair_open(&pair);
    pair_until(&pair, 300);
    CU_ASSERT_EQUAL(UNTREATED(platelet), 1);
    CU_ASSERT_DOUBLE_EQUAL(TREATED(platelet), platelets_at_rest(fix.params.tpo_gain), 2e-3);
    CU_ASSERT(TREATED(platelet) > 1.1);
    CU_ASSERT_DOUBLE_EQUAL(TREATED(neutrophil), 1, 1e-3);
    pair_until(&pair, DAYS);
    CU_ASSERT_DOUBLE_EQUAL(TREATED(platelet), platelets_at_rest(0), 5e-3);
    pair_close(&pair);
}

/* --- rules and readings ------------------------------------------------------------------------------------------------ */

/* On a relapse: whoever has none keeps every bit, the others are treated from the next visit on; a dated factor as well. */
static void
test_on_an_event(const char *noun, int marker, int way)
{
    static eng_results_t kept, results;
    fix_run_t run;
    int relapsed = 0, moved = 0;

    fix_init(&fix, 720);
    fix_no_hazards(&fix);
    fix_untreated(&fix);
    fix_protocol(&fix, "treated");
    eng_action_t *rule = fix_with(&fix, 0, "growth", noun, "for", 300);
    rule->on_event = true;
    rule->event = ENG_EVENT_RELAPSE;
    fix_read_at(&fix, 720);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    kept = fix_keep(&results, 1);
    fix_run(&run, 1, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double x = fix_marker(&kept, 0, marker, l), y = fix_marker(&results, 0, marker, l);
        const int32_t relapse = kept.tick[ENG_EVENT_RELAPSE][l];
        if (relapse > 720 * ENG_TICKS_PER_DAY) {
            CU_ASSERT(fix_lane_equal(&kept, l, &results, l, 1));
        } else if (relapse <= 660 * ENG_TICKS_PER_DAY) { /* seen at the latest on day 690 */
            relapsed++;
            moved += way * (y - x) > 0;
        }
    }
    CU_ASSERT(relapsed > 10);
    CU_ASSERT_EQUAL(moved, relapsed);
    fix_drop(&kept);
    fix_close(&run);
}

static void
test_rules(void)
{
    test_on_an_event("ssb", ENG_MARKER_TREC, 1);
    test_on_an_event("kgf", ENG_MARKER_TREC, -1);
}

/* Naive cells are their share of all; a vaccine's efficacy by immune age, 8 y older per e-fold of naive cells missing. */
static void
test_markers(void)
{
    pair_t pair;
    static double out[ENG_MAX_MARKERS * ENG_LANES];
    double(*marker)[ENG_LANES] = (double(*)[ENG_LANES])out;

    prepare();
    fix.laws[ENG_COV_AGE].arg[0] = 70;
    fix_with(&fix, 0, "growth", "kgf", "for", 100);
    pair_open(&pair);
    pair_until(&pair, 90);
    for (int p = 0; p < 2; p++) {
        bench_t *b = &pair.bench[p];
        const double N = (double)b->tile->naive4[0], age = 70 + 90 / ENG_DAYS_PER_YEAR - 8 * log(N);
        b->course.row = &b->plan.rows[b->row - 1];
        b->kernel->read(&b->course, out);
        CU_ASSERT_DOUBLE_EQUAL(marker[ENG_MARKER_VACCINE_RESPONSE][0], 0.72 / (1 + exp((age - 77) / 5)), 1e-4);
        CU_ASSERT_DOUBLE_EQUAL(marker[ENG_MARKER_TREC][0], p == 0 ? 1 : 0.7, 1e-4);
        const double memory = (double)b->tile->memory4[0] * (double)b->tile->share4_memory[0] * (double)b->tile->cd4_healthy[0];
        CU_ASSERT_DOUBLE_EQUAL(marker[ENG_MARKER_NAIVE_CD4_SHARE][0],
            marker[ENG_MARKER_NAIVE_CD4][0] / (marker[ENG_MARKER_NAIVE_CD4][0] + memory), 1e-5);
    }
    for (int l = 0; l < ENG_LANES; l++) {
        pair.bench[0].tile->b_naive[l] = pair.bench[0].tile->b_memory[l] = 0;
    }
    pair.bench[0].kernel->read(&pair.bench[0].course, out);
    CU_ASSERT_EQUAL(marker[ENG_MARKER_VACCINE_RESPONSE][0], 0); /* no B cells, no response */
    pair_close(&pair);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_kgf_takes_from_export),
    ENG_TEST(test_kgf_before_conditioning),
    ENG_TEST(test_blockade_by_age_and_sex),
    ENG_TEST(test_il7_lets_t_cells_divide),
    ENG_TEST(test_il7_does_not_last),
    ENG_TEST(test_low_dose_il2_makes_room_for_treg),
    ENG_TEST(test_thrombopoietin),
    ENG_TEST(test_rules),
    ENG_TEST(test_markers),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "growth", tests);
}
