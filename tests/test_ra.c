/**
 * Rheumatoid arthritis: its events are the first visits on which what is reported says so, damage adds up, entry is measured before cells are
 * touched, and a new drug leaves less activity.
 */
#include "tissue_fixture.h"

#define VISITS 26
#define DAYS (28.0 * VISITS)

enum { DAS28, DAS28_TRUE, ACR_N, ACR20, ACR50, ACR70, REMISSION, SHARP }; /* markers */
enum { EVENT_ACR20, EVENT_ACR50, EVENT_ACR70, EVENT_REMISSION };

static void
prepare(void)
{
    fix_init_for(&fix, eng_disease_find("ra"), DAYS);
    fix_no_hazards(&fix);
    fix_untreated(&fix);
    for (int k = 1; k <= VISITS; k++) {
        fix_read_at(&fix, 28 * k);
    }
}

static double
read_of(const fix_run_t *run, int visit, int k, int l)
{
    return run->read[((size_t)(visit - 1) * (size_t)run->num_markers + (size_t)ENG_MARKER_OWN(k)) * ENG_LANES + (size_t)l];
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

static void
test_events_are_visits(void)
{
    static const int event[] = { EVENT_ACR20, EVENT_ACR50, EVENT_ACR70, EVENT_REMISSION }, marker[] = { ACR20, ACR50, ACR70, REMISSION };
    fix_run_t run;
    eng_results_t results;
    int some[4] = { 0 }, progressed = 0;

    prepare();
    fix_with(&fix, 0, "drug", "anti_il6", "for", DAYS);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        int32_t progression = ENG_TICK_NEVER;
        for (int e = 0; e < 4; e++) {
            CU_ASSERT_EQUAL(results.tick[ENG_EVENT_OWN(event[e])][l], first_visit(&run, marker[e], l));
            some[e] += results.tick[ENG_EVENT_OWN(event[e])][l] != ENG_TICK_NEVER;
        }
        for (int visit = 1; visit <= VISITS; visit++) {
            CU_ASSERT_EQUAL(read_of(&run, visit, ACR_N, l) >= 20, read_of(&run, visit, ACR20, l) > 0);
            CU_ASSERT_EQUAL(read_of(&run, visit, DAS28, l) < 2.6, read_of(&run, visit, REMISSION, l) > 0);
            CU_ASSERT(visit == 1 || read_of(&run, visit, SHARP, l) >= read_of(&run, visit - 1, SHARP, l));
        }
        for (int year = 2; year >= 1; year--) {
            const double before = year > 1 ? read_of(&run, 13, SHARP, l) : 0;
            progression = read_of(&run, 13 * year, SHARP, l) - before > 5 ? eng_tick_nearest(364 * year) : progression;
        }
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_PROGRESSION][l], progression);
        progressed += progression != ENG_TICK_NEVER;
    }
    CU_ASSERT(some[0] > 32 && some[1] > 16 && some[2] > 4 && some[3] > 0 && progressed > 4 && progressed < 60);
    fix_close(&run);
}

/* Entry: the visit of day -1, or the first day where cells are mobilised or killed before it. */
static void
test_entry(void)
{
    for (int touched = 0; touched < 2; touched++) {
        bench_t b;
        double first[ENG_LANES];
        int moved = 0;

        prepare();
        if (touched) {
            fix_add(&fix, -29, "condition", "cy200");
            fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
        }
        bench_open(&b, &fix, 0, -30, DAYS, 0);
        bench_start(&b, false);
        for (int l = 0; l < ENG_LANES; l++) {
            first[l] = state_of(&b, "entry", l);
        }
        bench_until(&b, -27);
        for (int l = 0; l < ENG_LANES; l++) {
            moved += state_of(&b, "entry", l) != first[l];
        }
        bench_until(&b, 100);
        for (int l = 0; l < ENG_LANES; l++) {
            moved += state_of(&b, "entry", l) != first[l];
        }
        CU_ASSERT_EQUAL(moved, touched ? 0 : 2 * ENG_LANES);
        bench_close(&b);
    }
}

/* At visits half a year later a drug leaves less of the true score than nothing does, in those who respond and on average. */
static void
test_drug(void)
{
    fix_run_t run;
    eng_results_t results;
    double mean[2] = { 0 };

    prepare();
    fix_protocol(&fix, "drug");
    fix_with(&fix, 0, "drug", "anti_tnf", "for", DAYS);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    for (int p = 0; p < 2; p++) {
        fix_run(&run, p, &results);
        for (int l = 0; l < ENG_LANES; l++) {
            mean[p] += read_of(&run, 6, DAS28_TRUE, l) / ENG_LANES;
        }
    }
    CU_ASSERT(mean[1] < mean[0] - 0.5);
    fix_close(&run);
}

/* Noise and flares shrink with each failed line after the first; after a reset they are those of a first line. */
static void
test_variation(void)
{
    static const double lines[] = { 1, 3 };
    double noise[2], share[2], reset[2];

    for (int k = 0; k < 2; k++) {
        bench_t b;
        prepare();
        fix.laws[ENG_COV_PRIOR_LINES] = (eng_dist_t){ ENG_DIST_FIXED, { lines[k] } };
        fix_add(&fix, 0, "condition", "cy200");
        fix_with(&fix, 2, "graft", "pb", "cd34", 6e6);
        bench_open(&b, &fix, 0, -30, DAYS, 0);
        bench_start(&b, false);
        noise[k] = (double)b.course.tissue->noise[7];
        share[k] = 1 - (double)b.course.tissue->no_flare[7];
        ENG_ASSERT_NEAR((double)b.course.tissue->per_flare[7] / share[k], 1 / (fix.params.disease[ENG_TISSUE_FLARE_TIME] * -expm1(-fix.params.trigger_rate / ENG_DAYS_PER_YEAR)), 1e-5);
        bench_until(&b, 100);
        CU_ASSERT(b.tile->num_resets[7] > 0);
        reset[k] = (double)b.course.tissue->noise[7];
        ENG_ASSERT_NEAR(1 - (double)b.course.tissue->no_flare[7], fix.params.disease[ENG_TISSUE_FLARE_SHARE], 1e-5);
        bench_close(&b);
    }
    const double varies = eng_params_get(&fix.params, eng_param_find(fix.spec.disease, "ra.variation_per_line"));
    ENG_ASSERT_NEAR(noise[1] / noise[0], varies * varies, 1e-5);
    ENG_ASSERT_NEAR(share[1] / share[0], varies * varies, 1e-5);
    CU_ASSERT_EQUAL(reset[0], noise[0]);
    CU_ASSERT_EQUAL(reset[1], noise[0]);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_events_are_visits), ENG_TEST(test_entry), ENG_TEST(test_drug), ENG_TEST(test_variation) };
    return ENG_TEST_MAIN(argc, argv, "rheumatoid arthritis", tests);
}
