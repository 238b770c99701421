/**
 * Type 1 diabetes: when insulin is stopped and resumed, loss of C-peptide, the diagnosis of those at risk, published orders of
 * magnitude, and which way is better.
 */
#include "t1d_fixture.h"

/* The same patients with another need: C-peptide does not ask for it. */
static eng_results_t
with_need(fix_run_t *run, double need)
{
    patients(970, false); /* every day on which it is judged is read */
    covariate("insulin_need", need);
    fix.params.disease[fix_own("t1d.need_before_puberty")] = 1; /* whatever their age */
    for (double day = 30; day <= 960; day += 15) {
        fix_read_at(&fix, day);
    }
    fix_untreated(&fix);
    fix_open(run, &fix);
    fix_admit(run, 0, ENG_LANES);
    return results_of(run, 0);
}

/* What the marker says when insulin must have been stopped and resumed is when it was; dose 0 between. */
static void
check_lane(const eng_results_t *r, int l, double above, int *stopped, int *resumed)
{
    int32_t stop = ENG_TICK_NEVER, resume = ENG_TICK_NEVER;
    bool off = false;

    for (int j = 0; j < fix.spec.num_reads; j++) {
        const double C = marker(r, j, C_PEPTIDE, l);
        const int32_t tick = eng_tick_nearest(fix.reads[j]);
        if (!off && C > above) {
            stop = stop == ENG_TICK_NEVER ? tick : stop;
            off = true;
        } else if (off && C < 0.85 * above) {
            resume = resume == ENG_TICK_NEVER ? tick : resume;
            off = false;
        }
        CU_ASSERT_DOUBLE_EQUAL(marker(r, j, DOSE, l), off ? 0 : fmax(0, 0.75 - 0.35 * C), 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(marker(r, j, HBA1C, l), 6 + 2.2 * exp(-2 * C), 1e-4);
    }
    CU_ASSERT_EQUAL(r->tick[INDEPENDENCE][l], stop);
    CU_ASSERT_EQUAL(r->tick[RESUMED][l], resume);
    CU_ASSERT_EQUAL(r->tick[ENG_EVENT_RELAPSE][l], resume);
    *stopped += stop != ENG_TICK_NEVER;
    *resumed += resume != ENG_TICK_NEVER;
}

static void
test_independence(void)
{
    fix_run_t run;
    eng_results_t r = with_need(&run, 20);
    int stopped = 0, resumed = 0;

    for (int l = 0; l < ENG_LANES; l++) { /* nobody has 26 nmol/L */
        CU_ASSERT_EQUAL(r.tick[INDEPENDENCE][l], ENG_TICK_NEVER);
        CU_ASSERT_EQUAL(r.tick[RESUMED][l], ENG_TICK_NEVER);
    }
    free(r.read);
    fix_close(&run);
    r = with_need(&run, 0.4);
    for (int l = 0; l < ENG_LANES; l++) {
        if (r.tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER) {
            check_lane(&r, l, 0.4 * 1.3, &stopped, &resumed);
        }
    }
    CU_ASSERT(stopped > 10 && stopped < 60 && resumed > 10);
    free(r.read);
    fix_close(&run);
}

/* Months of children who are 8 years old without insulin: they need less of their own. */
static void
test_children(void)
{
    fix_run_t run;
    eng_results_t r;
    int children = 0, adults = 0;

    for (int older = 0; older < 2; older++) {
        patients(400, false);
        covariate("age", older ? 13.9 : 8);
        fix.params.disease[fix_own("t1d.beta_mass_age")] = 0;
        fix.params.disease[fix_own("t1d.attack_age")] = 0;
        fix.params.disease[fix_own("t1d.need_before_puberty")] = 0.6;
        fix_untreated(&fix);
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        r = results_of(&run, 0);
        for (int l = 0; l < ENG_LANES; l++) {
            *(older ? &adults : &children) += r.tick[INDEPENDENCE][l] != ENG_TICK_NEVER;
        }
        free(r.read);
        fix_close(&run);
    }
    CU_ASSERT(children > adults + 3);
}

/* Peak C-peptide below 0.2 nmol/L, between two readings; the diagnosis of those at risk. */
static void
test_course(void)
{
    fix_run_t run;
    eng_results_t r;
    int progressed = 0, found = 0;

    r = with_need(&run, 1);
    for (int l = 0; l < ENG_LANES; l++) {
        for (int j = 0; j < fix.spec.num_reads && r.tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER; j++) {
            const double peak = 1.3 * marker(&r, j, C_PEPTIDE, l);
            const bool has = r.tick[ENG_EVENT_PROGRESSION][l] <= eng_tick_nearest(fix.reads[j]);
            CU_ASSERT(peak >= 0.2 || has);
            progressed += has && j == fix.spec.num_reads - 1;
        }
        CU_ASSERT_EQUAL(r.tick[DIAGNOSIS][l], ENG_TICK_NEVER); /* before day 0 */
    }
    CU_ASSERT(progressed > 5 && progressed < 60);
    free(r.read);
    fix_close(&run);

    patients(1500, false);
    covariate("t1d_stage", 2);
    fix_read_at(&fix, 1);
    fix_untreated(&fix);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    r = results_of(&run, 0);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(marker(&r, 0, DOSE, l), 0);
        CU_ASSERT(r.tick[DIAGNOSIS][l] <= r.tick[ENG_EVENT_PROGRESSION][l]);
        found += r.tick[DIAGNOSIS][l] != ENG_TICK_NEVER;
    }
    CU_ASSERT(found > 10 && found < 64);
    free(r.read);
    fix_close(&run);
}

/* --- orders of magnitude ------------------------------------------------------------------------------------------------- */

enum { BAND_TILES = 8, INSULIN = 0, TRANSPLANT = 1, YEARS = 8 };

/* The first series of transplants: 13 to 31 years old, 45 d after a diagnosis without ketoacidosis; C-peptide is read every year. */
static void
first_series(void)
{
    patients(YEARS * ENG_DAYS_PER_YEAR, false);
    fix.laws[ENG_COV_AGE] = (eng_dist_t){ ENG_DIST_TRUNCATED_NORMAL, { 19, 5, 13, 31 } };
    covariate("duration", 45 / ENG_DAYS_PER_YEAR);
    covariate("dka", 0);
    for (int year = 0; year < YEARS; year++) {
        fix_read_at(&fix, year * ENG_DAYS_PER_YEAR);
    }
    fix_protocol(&fix, "insulin");
    fix_add(&fix, 0, "drug", "insulin");
    fix_protocol(&fix, "cy_atg");
    fix_add(&fix, -5, "condition", "cy200");
    fix_with(&fix, -5, "atg", "ratg", "dose", 4.5);
    fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
    fix_with(&fix, 5, "growth", "gcsf", "for", 7);
}

/* Months without insulin of those who stopped it; 1e9: until the end. */
static int
add_free_months(const eng_results_t *r, double *months, int count)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (r->tick[INDEPENDENCE][l] != ENG_TICK_NEVER) {
            const bool again = r->tick[RESUMED][l] != ENG_TICK_NEVER;
            const double days = (double)(r->tick[RESUMED][l] - r->tick[INDEPENDENCE][l]) / ENG_TICKS_PER_DAY;
            months[count++] = again ? days / ENG_DAYS_PER_MONTH : 1e9;
        }
    }
    return count;
}

static double
mean_read(const eng_results_t *r, int read)
{
    double sum = 0, alive = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        const double C = marker(r, read, C_PEPTIDE, l);
        sum += C >= 0 ? C : 0;
        alive += C >= 0;
    }
    return sum / alive;
}

/* Published: 87 % ever free of insulin, resumed after 43 months (median); untreated C-peptide falls, and ever more slowly. */
static void
test_bands(void)
{
    static double months[BAND_TILES * ENG_LANES];
    double c[YEARS] = { 0 };
    fix_run_t run;
    int free_ones = 0;

    first_series();
    fix_open(&run, &fix);
    for (int k = 0; k < BAND_TILES; k++) {
        fix_admit(&run, (uint64_t)k * ENG_LANES, ENG_LANES);
        eng_results_t r = results_of(&run, INSULIN);
        for (int year = 0; year < YEARS; year++) {
            c[year] += mean_read(&r, year) / BAND_TILES;
        }
        free(r.read);
        r = results_of(&run, TRANSPLANT);
        free_ones = add_free_months(&r, months, free_ones);
        free(r.read);
    }
    fix_close(&run);
    qsort(months, (size_t)free_ones, sizeof(*months), fix_rising);
    printf("\n    free of insulin %.1f %%, for %.1f months (median) ", 100.0 * free_ones / (BAND_TILES * ENG_LANES), months[free_ones / 2]);
    CU_ASSERT(free_ones > 0.70 * BAND_TILES * ENG_LANES && free_ones < 0.95 * BAND_TILES * ENG_LANES);
    CU_ASSERT(months[free_ones / 2] > 24 && months[free_ones / 2] < 60);
    CU_ASSERT(c[0] > 0.6 && c[0] < 1.1 && c[1] < 0.75 * c[0] && c[2] > 0.1);
    for (int year = 2; year < YEARS; year++) {
        CU_ASSERT(c[year] < c[year - 1] && c[year - 1] - c[year] < c[year - 2] - c[year - 1]);
    }
}

/* More is better, or less. */
static void
test_better(void)
{
    static const struct {
        const char *name;
        int better;
    } rows[] = { { "c_peptide", 1 }, { "beta_mass", 1 }, { "insulin_independence", 1 }, { "insulin_dose", -1 }, { "hba1c", -1 },
        { "insulin_resumed", -1 }, { "severe_hypoglycaemia", -1 }, { "diagnosis", -1 }, { "relapse", -1 }, { "progression", -1 } };
    const eng_disease_t *disease = eng_disease_find("t1d");

    for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
        const int j = eng_outcome_find(disease, rows[k].name);
        CU_ASSERT_FATAL(j >= 0);
        CU_ASSERT_EQUAL(eng_outcome_better(disease, eng_outcome_at(disease, j)), rows[k].better);
    }
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_independence), ENG_TEST(test_children), ENG_TEST(test_course), ENG_TEST(test_bands), ENG_TEST(test_better) };
    return ENG_TEST_MAIN(argc, argv, "t1d insulin", tests);
}
