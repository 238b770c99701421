/**
 * Complications against their laws: toxicity by agent and organ, VOD, mucositis, gonads, second cancers, kinds of infection and what drives
 * them, mobilisation as a treatment.  Seeds are fixed; every expectation is a closed form of the parameters.
 */
#include "model_fixture.h"

#define TILES 40
#define LANES (TILES * ENG_LANES)
#define Z_LIMIT 3.7 /* some eighty scores: one in sixty files would pass it by chance */
#define YOUNG exp(0.035 * (30 - 40)) /* toxicity at 30 years relative to 40 */

static fix_t fix;

static void
score(const char *what, double hits, double n, double p)
{
    const double z = fix_z_binomial(hits, n, p);

    if (!(fabs(z) < Z_LIMIT)) {
        printf("%s: %g of %g where %.4f is expected, z = %.2f\n", what, hits, n, p, z);
    }
    CU_ASSERT(fabs(z) < Z_LIMIT);
}

/* Men of 30 years who are alike; nothing happens but what a test asks for. */
static void
alike(double horizon)
{
    fix_init(&fix, horizon);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.hz_mucositis_severe = 5;
}

/* Lanes of which a row of the tile, read on day `day`, is below `limit`. */
static double
below(size_t row, double day, double limit)
{
    double hits = 0;

    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;

        bench_open(&b, &fix, 0, -30, fix.spec.horizon, (uint64_t)tile * ENG_LANES);
        bench_start(&b, true);
        bench_until(&b, day);
        for (int l = 0; l < ENG_LANES; l++) {
            hits += (double)((const eng_real_t *)(const void *)((const char *)b.tile + row))[l] < limit;
        }
        bench_close(&b);
    }
    return hits;
}
#define BEFORE(row, day, limit) below(offsetof(eng_tile_t, row), day, limit)
#define CAME(row) BEFORE(row, 1, 1e8)

/* Events and causes of death by the horizon, protocol 0. */
typedef struct {
    double event[ENG_MAX_EVENTS], cause[ENG_NUM_SHARED_CAUSES];
} counts_t;

static counts_t
count_events(void)
{
    static eng_results_t results;
    counts_t counts = { { 0 }, { 0 } };
    fix_run_t run;

    fix_open(&run, &fix);
    for (int tile = 0; tile < TILES; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            for (int e = 0; e < ENG_NUM_SHARED_EVENTS; e++) {
                counts.event[e] += results.tick[e][l] != ENG_TICK_NEVER && results.tick[e][l] != ENG_TICK_NOT_APPLICABLE;
            }
            counts.cause[results.cause[l]]++;
        }
    }
    fix_close(&run);
    return counts;
}

/* --- toxicity --------------------------------------------------------------------------------------------------------- */

static void
condition(double horizon, const char *regimen, const char *arg, double value)
{
    alike(horizon);
    fix_protocol(&fix, "conditioned");
    if (arg != NULL) {
        fix_with(&fix, -5, "condition", regimen, arg, value);
    } else {
        fix_add(&fix, -5, "condition", regimen);
    }
}

/* The sum of t_a of every regimen and agent, by dose; lungs open; a sick heart; the calendar year; comorbidity. */
static void
test_toxicity_of_agents(void)
{
    static const struct {
        const char *regimen, *arg;
        double value, heart, year, sum;
    } cases[] = {
        { "cy200", NULL, 0, 0, 2010, 0.0025 }, { "cy120_low", NULL, 0, 0, 2010, 0.0025 * 0.36 },
        { "cy", "dose", 100, 0, 2010, 0.0025 / 4 }, { "cy200", NULL, 0, 1, 2010, 0.0025 * 4.4816890703 },
        { "cy200", NULL, 0, 0, 2020, 0.0025 * 0.64 }, { "cy200", NULL, 0, 0, 2000, 0.0025 / 0.64 },
        { "beam", NULL, 0, 1, 2010, 0.003 }, { "mel200", NULL, 0, 0, 2010, 0.002 * 200 / 140 },
        { "mac", NULL, 0, 0, 2010, 0.004 + 0.0025 * 0.36 }, { "ric", NULL, 0, 0, 2010, 0.0022 },
        { "tbi8_cy120", NULL, 0, 0, 2010, 0.004 + 0.0025 * 0.36 }, { "tbi8_cy120", "lung_shield", 1, 0, 2010, 0.016 + 0.0025 * 0.36 },
        { "nma_flu_tbi2", NULL, 0, 0, 2010, 0.001 + 0.0002 * 0.6 }, { "tbi", "dose", 4, 0, 2010, 0.002 },
        { "bu", "dose", 6.4, 0, 2010, 0.002 }, { "etoposide", "dose", 60, 0, 2010, 0.001 }, { "thiotepa", "dose", 20, 0, 2010, 0.002 },
        { "treosulfan", "dose", 42000, 0, 2010, 0.001 }, { "flu", "dose", 150, 0, 2010, 0.0002 },
    };

    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        condition(60, cases[j].regimen, cases[j].arg, cases[j].value);
        fix.laws[ENG_COV_ORGAN_SCORE].arg[0] = cases[j].heart;
        fix.laws[ENG_COV_YEAR].arg[0] = cases[j].year;
        fix.params.hz_toxicity = 1 / cases[j].sum; /* so that half or so die of it */
        score(cases[j].regimen, CAME(t_death), LANES, 1 - exp(-YOUNG));
    }
}

/* What is given on several occasions adds; doses of days are one dose; comorbidity is a factor. */
static void
test_toxicity_adds(void)
{
    const double all = 0.0025 + 0.001 + 0.0003;

    alike(60);
    fix.laws[ENG_COV_HCT_CI].arg[0] = 2;
    fix.params.hz_toxicity = 100;
    fix_protocol(&fix, "all");
    fix_with(&fix, -28, "mobilise", "cy", "dose", 2000);
    fix_with(&fix, -9, "condition", "cy", "dose", 80)->duration = 4; /* squares of the sum, not the sum of squares */
    fix_with(&fix, -5, "condition", "cy", "dose", 120)->duration = 3;
    fix_with(&fix, -4, "atg", "ratg", "dose", 2.25);
    fix_with(&fix, -2, "atg", "ratg", "dose", 4.5)->duration = 2;
    score("on several occasions", CAME(t_death), LANES, 1 - exp(-100 * all * YOUNG * 1.45 * 1.45));
    alike(60);
    fix.params.hz_toxicity = 2000;
    fix_protocol(&fix, "alone");
    fix_with(&fix, -5, "atg", "alemtuzumab", "dose", 60);
    score("alemtuzumab alone", CAME(t_death), LANES, 1 - exp(-2000 * 0.0003 * YOUNG));
    alike(60);
    fix.params.hz_toxicity = 500;
    fix.params.hz_toxicity_globulin_organ = 0.002; /* as in lupus */
    fix.laws[ENG_COV_ORGAN_SCORE].arg[0] = 0.7;
    fix_protocol(&fix, "globulin");
    fix_with(&fix, -5, "atg", "ratg", "dose", 3.375)->duration = 3;
    score("globulin where vessels are ill", CAME(t_death), LANES, 1 - exp(-500 * (0.0005 + 0.002 * exp(0.7)) * YOUNG));
    condition(60, "cy200", NULL, 0);
    fix.params.hz_toxicity = 30;
    fix.params.hz_toxicity_bowel = 0.03; /* as in Crohn's disease */
    fix.laws[ENG_COV_HCT_CI].arg[0] = 1;
    score("a bowel that is ill", CAME(t_death), LANES, 1 - exp(-30 * 0.0325 * YOUNG * 1.45));
}

/* Severe toxicity is five times as much as fatal one; organs die by their shares. */
static void
test_organs(void)
{
    const double heart = 0.0009 * exp(1.5), all = 0.004 + heart, x = 10 * all * YOUNG;

    condition(400, "tbi8_cy120", NULL, 0);
    fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
    fix.laws[ENG_COV_ORGAN_SCORE].arg[0] = 1;
    fix.params.hz_toxicity = 10;
    const counts_t got = count_events();
    const double dead = got.event[ENG_EVENT_DEATH];
    score("severe", got.event[ENG_EVENT_ORGAN_TOXICITY], LANES, 1 - exp(-5 * x));
    score("fatal", dead, LANES, 1 - exp(-x));
    score("heart", got.cause[ENG_CAUSE_HEART], dead, heart / all);
    CU_ASSERT_EQUAL(got.cause[ENG_CAUSE_HEART] + got.cause[ENG_CAUSE_LUNG], dead);
}

/* VOD has its own probability whatever the toxicity, and its deaths are among the toxic ones; defibrotide. */
static void
test_vod(void)
{
    const double p = 0.6 * exp(-0.03 * 10), fatal = 1 - exp(-100 * 0.0049 * YOUNG), killed = fmin(0.5 * fatal, p * 0.3 * 0.8);

    for (int drug = 0; drug < 2; drug++) {
        condition(400, "mac", NULL, 0);
        if (drug) {
            fix_with(&fix, -20, "drug", "defibrotide", "for", 40);
        }
        fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
        fix.params.hz_toxicity = 100;
        fix.params.hz_vod = 0.6;
        const counts_t got = count_events();
        score("VOD", got.event[ENG_EVENT_VOD], LANES, killed + (p - killed) * (drug ? 0.8 : 1));
        score("deaths of it", got.cause[ENG_CAUSE_VOD], LANES, killed * (drug ? 0.8 : 1));
        score("all deaths", got.event[ENG_EVENT_DEATH], LANES, fatal - killed * (drug ? 0.2 : 0));
    }
    condition(400, "mac", NULL, 0);
    fix.laws[ENG_COV_AGE].arg[0] = 8;
    fix.params.hz_toxicity = 0;
    fix.params.hz_vod = 0.3;
    score("VOD of children", CAME(t_vod), LANES, 0.3 * 1.5 * exp(-0.3));
}

static void
test_mucositis(void)
{
    static const struct {
        const char *regimen;
        double intensity;
    } cases[] = { { "cy200", 0.60 }, { "mel200", 0.75 }, { "beam", 0.85 }, { "mac", 1.0 } };

    for (size_t j = 0; j < sizeof(cases) / sizeof(*cases); j++) {
        condition(60, cases[j].regimen, NULL, 0);
        fix.params.hz_mucositis_severe = 0.8;
        const double x = log(cases[j].intensity / 0.8) / 0.2;
        score("mucositis of grade 3", LANES - BEFORE(mucositis, 1, 3), LANES, 0.5 * erfc(-x / sqrt(2)));
        score("of grade 2", LANES - BEFORE(mucositis, 1, 2), LANES, 0.5 * erfc(-(x + 1) / sqrt(2)));
    }
}

/* --- late ---------------------------------------------------------------------------------------------------------------- */

static double
logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* By sex, age and dose; alkylators add up in one patient, mobilisation with them. */
static void
test_infertility(void)
{
    condition(60, "cy200", NULL, 0);
    score("men", CAME(t_infertile), LANES, logistic(-0.7));
    fix.laws[ENG_COV_AGE].arg[0] = 45;
    score("older men", CAME(t_infertile), LANES, logistic(-0.7 + 0.3));
    fix.laws[ENG_COV_FEMALE].arg[0] = 1;
    fix.laws[ENG_COV_AGE].arg[0] = 38;
    score("women", CAME(t_infertile), LANES, logistic(-0.2 + 0.12 * 8));
    fix.laws[ENG_COV_AGE].arg[0] = 51;
    CU_ASSERT_EQUAL(CAME(t_infertile), 0);
    condition(60, "mac", NULL, 0);
    score("busulfan", CAME(t_infertile), LANES, logistic(-0.7 + 1.1 * 2.6));
    condition(60, "flu", "dose", 150);
    CU_ASSERT_EQUAL(CAME(t_infertile), 0);
    alike(60);
    fix_protocol(&fix, "twice");
    fix_with(&fix, -28, "mobilise", "cy", "dose", 4000);
    fix_with(&fix, -25, "condition", "cy", "dose", 100);
    fix_with(&fix, -5, "condition", "cy", "dose", 200);
    score("dose by dose", CAME(t_infertile), LANES, logistic(-0.7 + 1.1 * (0.5 + 1.5 - 1)));
}

/* A hazard that rises with time; irradiation; the fatal ones kill two years later. */
static void
test_second_cancer(void)
{
    const double years = 8, days = years * ENG_DAYS_PER_YEAR + 5, rate = 1e-4;

    for (int irradiated = 0; irradiated < 2; irradiated++) {
        const double to = irradiated ? 2 : 0.6;
        condition(years * ENG_DAYS_PER_YEAR, irradiated ? "nma_flu_tbi2" : "cy120_low", NULL, 0);
        fix.params.hz_second_cancer = rate;
        fix.params.hz_second_cancer_fatality = 1;
        const counts_t got = count_events();
        const double later = days - 2 * ENG_DAYS_PER_YEAR;
        score("cancer", got.event[ENG_EVENT_SECOND_CANCER], LANES, 1 - exp(-rate * to * days * days / 2 / ENG_DAYS_PER_YEAR));
        score("deaths of it", got.cause[ENG_CAUSE_SECOND_CANCER], LANES, 1 - exp(-rate * to * later * later / 2 / ENG_DAYS_PER_YEAR));
    }
}

/* --- infections ----------------------------------------------------------------------------------------------------------- */

/* Viruses at constant rates, whatever the CD4 count. */
static void
viruses(double others, double cmv, double carriers)
{
    alike(400);
    fix.laws[ENG_COV_CMV].arg[0] = carriers;
    fix.params.hz_viral = others;
    fix.params.hz_viral_cmv = cmv;
    fix.params.hz_cd4_half = 1e9;
    fix.params.hz_viral_fatality = 0;
}

/* Kinds of a viral infection have their shares of the hazard; letermovir takes CMV and nothing else. */
static void
test_viruses(void)
{
    const double days = 430, others = 2e-3, cmv = 3e-3;

    for (int drug = 0; drug < 2; drug++) {
        viruses(others, cmv, 1);
        fix_untreated(&fix);
        if (drug) {
            fix_with(&fix, -30, "drug", "letermovir", "for", 430);
        }
        const counts_t got = count_events();
        const double left = drug ? 0.3 : 1;
        score("CMV", got.event[ENG_EVENT_CMV], LANES, 1 - exp(-cmv * left * days));
        score("EBV", got.event[ENG_EVENT_EBV], LANES, 1 - exp(-others * 0.42 * days));
        score("zoster", got.event[ENG_EVENT_ZOSTER], LANES, 1 - exp(-others * 0.13 * days));
        score("any", got.event[ENG_EVENT_INFECTION], LANES, 1 - exp(-(cmv * left + others) * days));
        CU_ASSERT_EQUAL(got.event[ENG_EVENT_PTLD], 0); /* nobody had a transplant */
    }
    viruses(others, cmv, 0);
    fix.params.hz_viral_base = 1e-3; /* what everybody has is of none of these kinds */
    fix_untreated(&fix);
    const counts_t got = count_events();
    CU_ASSERT_EQUAL(got.event[ENG_EVENT_CMV], 0);
    score("zoster beside others", got.event[ENG_EVENT_ZOSTER], LANES, 1 - exp(-others * 0.13 * days));
    score("severe", got.event[ENG_EVENT_SEVERE_INFECTION], LANES, 1 - exp(-3e-3 * 0.035 * days));
}

/* Prednisone: 2.5 times the viruses, fungi among bacteria. */
static void
test_steroids(void)
{
    const double rate = 2e-3, days = 430;

    for (int drug = 0; drug < 2; drug++) {
        viruses(1e-3, 0, 0);
        fix.params.hz_bacterial_base = rate;
        fix.params.hz_bacterial_fatality = 0;
        fix_untreated(&fix);
        if (drug) {
            fix_with(&fix, -30, "drug", "prednisone", "for", 430);
        }
        const counts_t got = count_events();
        score("fungi", got.event[ENG_EVENT_FUNGAL], LANES, 1 - exp(-rate * (drug ? 0.3 : 0.06) * days));
        score("bacteraemia", got.event[ENG_EVENT_BACTERAEMIA], LANES, 1 - exp(-rate * 0.2 * days));
        score("EBV on steroids", got.event[ENG_EVENT_EBV], LANES, 1 - exp(-1e-3 * 0.42 * (drug ? 2.5 * days - 1.5 * 4.5 : days)));
    }
}

/* A selected graft: three times the viruses of lymphopenia up to day 100, to the bit as before from then on. */
static void
test_selection(void)
{
    for (int selected = 0; selected < 2; selected++) {
        bench_t b;

        fix_init(&fix, 200);
        fix_no_hazards(&fix);
        fix.params.hz_viral = 2e-3;
        fix.params.hz_viral_cmv = 3e-3;
        fix_transplant(&fix, "graft", "cy200", selected ? 4 : 0);
        bench_open(&b, &fix, 0, -30, 200, 0);
        bench_start(&b, true);
        bench_until(&b, -1);
        eng_row_t before, after;
        int wrong = 0;
        memcpy(before, b.tile->viral_lymphopenia, sizeof(before));
        bench_until(&b, 100);
        memcpy(after, b.tile->viral_lymphopenia, sizeof(after));
        for (int l = 0; l < ENG_LANES; l++) {
            const double of = b.tile->treated[l] > 0 && selected ? 3 : 1;
            wrong += !(fabs((double)after[l] / (double)before[l] - of) < 1e-6);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        bench_until(&b, 101);
        CU_ASSERT_EQUAL(memcmp(before, b.tile->viral_lymphopenia, sizeof(before)), 0);
        bench_close(&b);
    }
}

/* Antibodies that are left at the graft: more EBV after it, lymphoproliferation of all of it here, fatal for all. */
static void
test_antibodies_and_ebv(void)
{
    const double C = 6 / 6.75 * exp2(-5.0 / 7), days = 200, rate = 1e-3, before = rate * 0.42 * 30;

    viruses(rate, 0, 0);
    fix.spec.horizon = days;
    fix.params.hz_ptld = fix.params.hz_ptld_fatality = 1;
    fix.params.hz_ptld_delay = 0;
    fix_transplant(&fix, "graft", "cy200", 0);
    const counts_t got = count_events();
    const double after = rate * 0.42 * (1 + 0.8 * C) * days;
    score("EBV", got.event[ENG_EVENT_EBV], LANES, 1 - exp(-before - after));
    score("PTLD", got.event[ENG_EVENT_PTLD], LANES, 1 - exp(-after - before / 6)); /* from conditioning on */
    CU_ASSERT_EQUAL(got.cause[ENG_CAUSE_PTLD], got.event[ENG_EVENT_PTLD]);
}

/* Severe events are what they are the sum of. */
static void
test_severe_events(void)
{
    static eng_results_t results;
    double sum = 0, mucositis = 0;
    fix_run_t run;
    int bad = 0;

    fix_init(&fix, 400);
    fix.params.hz_toxicity = fix.params.hz_vod = fix.params.hz_ptld = fix.params.hz_secondary_malignancy = 0;
    fix_transplant(&fix, "transplant", "beam", 0);
    fix_open(&run, &fix);
    for (int tile = 0; tile < 8; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            const double grade = results.number[ENG_NUMBER_MUCOSITIS][l], severe = results.number[ENG_NUMBER_SEVERE_INFECTIONS][l];
            bad += results.number[ENG_NUMBER_SEVERE_EVENTS][l] != results.number[ENG_NUMBER_FEBRILE][l] + severe + (grade >= 3);
            bad += (severe > 0) != (results.tick[ENG_EVENT_SEVERE_INFECTION][l] != ENG_TICK_NEVER);
            bad += severe > results.number[ENG_NUMBER_INFECTIONS][l] || grade < 0 || grade > 4 || grade != floor(grade);
            sum += results.number[ENG_NUMBER_SEVERE_EVENTS][l];
            mucositis += grade >= 3;
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(sum > 0 && mucositis > 0);
    fix_close(&run);
}

/* --- mobilisation ---------------------------------------------------------------------------------------------------------- */

static double
ratio(const eng_real_t *a, const eng_real_t *b)
{
    return log10((double)a[5] / (double)b[5]);
}

static void
one_row_after(bench_t *b, double day)
{
    bench_until(b, day);
    (void)b->kernel->advance(&b->course, b->list, b->row, b->row + 1, NULL);
}

/* Cyclophosphamide 2 g/m2: 0.3 log10 of T and B cells, effectors and clones, 0.06 of the sanctuary; conditioning hits cycling cells more. */
static void
test_mobilisation(void)
{
    bench_t with, without;
    const eng_disease_t *ra = eng_disease_find("ra");

    fix_init_for(&fix, ra, 100);
    fix_no_hazards(&fix);
    fix.params.trigger_rate = 0;
    fix.spec.refine = 3; /* rows of 1/8 d: the first after it shows the kill */
    fix_protocol(&fix, "without");
    fix_protocol(&fix, "with");
    fix_with(&fix, -20, "mobilise", "cy", "dose", 2000);
    bench_open(&without, &fix, 0, -30, 100, 0);
    bench_open(&with, &fix, 1, -30, 100, 0);
    bench_start(&without, true);
    bench_start(&with, true);
    one_row_after(&without, -20);
    one_row_after(&with, -20);
    const double L = 0.3 * with.tile->covariate[ENG_COV_CHEMOSENSITIVITY][5];
    ENG_ASSERT_NEAR(ratio(with.tile->naive4, without.tile->naive4), -L, 0.01);
    ENG_ASSERT_NEAR(ratio(with.tile->memory8, without.tile->memory8), -L, 0.01);
    ENG_ASSERT_NEAR(ratio(with.tile->b_memory, without.tile->b_memory), -L, 0.01);
    ENG_ASSERT_NEAR(ratio(with.tile->treg, without.tile->treg), -0.95 * L, 0.01);
    ENG_ASSERT_NEAR(ratio(with.tile->granulo, without.tile->granulo), 0, 0.01);
    ENG_ASSERT_NEAR(ratio(with.clones->effector, without.clones->effector), -L, 0.05);
    for (int l = 0; l < ENG_LANES; l++) {
        const double c = 0.3 * with.tile->covariate[ENG_COV_CHEMOSENSITIVITY][l];
        const double kept = (double)with.clones->sanctuary[l] * (double)with.clones->clone_scale[l];
        const double was = (double)without.clones->sanctuary[l] * (double)without.clones->clone_scale[l];
        CU_ASSERT(fabs(log10(kept / was) + 0.2 * c) < 0.01);
    }
    bench_close(&with);
    bench_close(&without);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_toxicity_of_agents),
    ENG_TEST(test_toxicity_adds),
    ENG_TEST(test_organs),
    ENG_TEST(test_vod),
    ENG_TEST(test_mucositis),
    ENG_TEST(test_infertility),
    ENG_TEST(test_second_cancer),
    ENG_TEST(test_viruses),
    ENG_TEST(test_steroids),
    ENG_TEST(test_selection),
    ENG_TEST(test_antibodies_and_ebv),
    ENG_TEST(test_severe_events),
    ENG_TEST(test_mobilisation),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "complications", tests);
}
