/**
 * Every parameter acts: a study that sets it gets other courses.  Three protocols that use everything, patients in whom every hazard is
 * high enough to be met; a parameter that moves no event, number or marker of theirs under any of a few values is one that nothing reads.
 * What no patient with MS can show is asked of patients with type 1 diabetes, who take its drugs.
 */
#include "model_fixture.h"

#define NUM_PROTOCOLS 3
#define NUM_VALUES 4

static fix_t fix;

static void
drug(double day, const char *name)
{
    fix_with(&fix, day, "drug", name, "for", 60);
}

/* Of type 1 diabetes: its drugs one by one, long enough to lose a response. */
static void
protocols_of_t1d(void)
{
    fix_protocol(&fix, "teplizumab");
    fix_with(&fix, 0, "drug", "insulin", "for", 1200);
    fix_with(&fix, 0, "drug", "teplizumab", "for", 14);
    fix_with(&fix, 500, "drug", "abatacept", "for", 300);
    fix_protocol(&fix, "abatacept");
    fix_with(&fix, 0, "drug", "abatacept", "for", 1200);
    fix_protocol(&fix, "graft");
    fix_add(&fix, -5, "condition", "cy200");
    fix_with(&fix, -5, "atg", "ratg", "dose", 6);
    fix_with(&fix, 0, "graft", "pb", "cd34", 6e6);
}

/* All drugs of MS, one after the other; a transplant of blood with everything that may go before it; one of marrow. */
static void
protocols(void)
{
    static const char *const drugs[] = { "dmt_standard", "natalizumab", "fingolimod", "ifn_ga", "dmf", "cladribine", "rituximab" };

    fix_protocol(&fix, "drugs");
    for (int j = 0; j < (int)(sizeof(drugs) / sizeof(*drugs)); j++) {
        drug(60 * j, drugs[j]);
    }
    fix_protocol(&fix, "blood");
    fix_with(&fix, -30, "harvest", "pb", "select", 2);
    fix_add(&fix, -8, "condition", "mac");
    fix_with(&fix, -7, "condition", "tbi", "dose", 4);
    fix_with(&fix, -5, "atg", "ratg", "dose", 6);
    fix_with(&fix, 0, "graft", "pb", "cd3", 1e7);
    fix_with(&fix, 1, "growth", "gcsf", "for", 10);
    fix_protocol(&fix, "marrow");
    fix_add(&fix, -30, "harvest", "bm");
    fix_add(&fix, -5, "condition", "beam");
    fix_with(&fix, -3, "atg", "alemtuzumab", "dose", 30);
    fix_add(&fix, 0, "graft", "bm");
}

static void
dangerous(void)
{
    eng_params_t *p = &fix.params;

    p->hz_bacterial_base = p->hz_viral_base = 2e-3;
    p->hz_bacterial_fatality = p->hz_viral_fatality = 0.1;
    p->hz_neutropenic_days = 5;
    p->hz_bleeding = 0.01;
    p->hz_toxicity = 0.02;
    p->hz_secondary_malignancy = 4e-4;
    p->hz_secondary_autoimmunity = 0.5;
    p->hz_background = 1e-4;
    p->clone_leak = 1;
    p->harvest_minimum = 4;
}

static void
prepare(const char *disease)
{
    fix_init_for(&fix, eng_disease_find(disease), 3.5 * ENG_DAYS_PER_YEAR);
    fix.laws[ENG_COV_AGE] = (eng_dist_t){ ENG_DIST_UNIFORM, { 10, 60 } };
    dangerous();
    if (strcmp(disease, "ms") == 0) {
        fix.laws[eng_covariate_find(fix.spec.disease, "edss")] = (eng_dist_t){ ENG_DIST_UNIFORM, { 2, 8 } };
        protocols();
    } else { /* at risk and ill, for a day or half a year, after a line of therapy */
        fix.laws[eng_covariate_find(fix.spec.disease, "t1d_stage")] = (eng_dist_t){ ENG_DIST_UNIFORM, { 1, 4 } };
        fix.laws[ENG_COV_DURATION] = (eng_dist_t){ ENG_DIST_UNIFORM, { 0, 0.5 } };
        fix.laws[ENG_COV_PRIOR_LINES] = (eng_dist_t){ ENG_DIST_FIXED, { 1 } };
        protocols_of_t1d();
    }
    for (int day = -25; day < 60; day += 5) {
        fix_read_at(&fix, day);
    }
    for (int day = 60; day < 1200; day += 60) {
        fix_read_at(&fix, day);
    }
}

static void
run_all(fix_run_t *run, const eng_params_t *params, eng_results_t *results)
{
    run->params = *params;
    fix_admit(run, 0, ENG_LANES);
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        fix_run(run, p, &results[p]);
        results[p] = fix_keep_for(fix.spec.disease, &results[p], fix.spec.num_reads);
    }
}

static bool
differ(const eng_results_t *a, const eng_results_t *b)
{
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        for (int l = 0; l < ENG_LANES; l++) {
            if (!fix_lane_equal_for(fix.spec.disease, &a[p], l, &b[p], l, fix.spec.num_reads)) {
                return true;
            }
        }
    }
    return false;
}

static void
drop(eng_results_t *results)
{
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        fix_drop(&results[p]);
    }
}

static bool
acts(fix_run_t *run, const eng_results_t *before, int j)
{
    const eng_param_row_t row = eng_param_at(fix.spec.disease, j);
    const double now = eng_params_get(&fix.params, j);
    const double values[NUM_VALUES] = { fmax(row.low, now / 2), fmin(row.high, now * 2), row.low, row.high };
    bool found = false;

    for (int k = 0; k < NUM_VALUES && !found; k++) {
        eng_params_t params = fix.params;
        eng_results_t after[NUM_PROTOCOLS];

        eng_params_set(&params, j, values[k]);
        run_all(run, &params, after);
        found = values[k] != now && differ(before, after);
        drop(after);
    }
    return found;
}

/* Which `trace` alone shows. */
static bool
is_traced_only(const char *name)
{
    return strcmp(name, "macrophage.turnover") == 0;
}

/* Parameters first .. end - 1 of a disease that change nothing, among those that wait for one who shows them. */
static void
ask(const char *disease, bool *waits, int end)
{
    eng_results_t before[NUM_PROTOCOLS], again[NUM_PROTOCOLS];
    fix_run_t run;

    prepare(disease);
    fix_open(&run, &fix);
    run_all(&run, &fix.params, before);
    run_all(&run, &fix.params, again);
    CU_ASSERT_FALSE_FATAL(differ(before, again)); /* or nothing that follows says anything */
    drop(again);
    for (int j = 0; j < end; j++) {
        waits[j] = waits[j] && !acts(&run, before, j);
    }
    drop(before);
    fix_close(&run);
}

static void
test_every_parameter_acts(void)
{
    static const char *const diseases[] = { "ms", "t1d" };
    bool shared[ENG_NUM_CORE_PARAMS];

    memset(shared, true, sizeof(shared));
    for (int d = 0; d < 2; d++) {
        const eng_disease_t *disease = eng_disease_find(diseases[d]);
        const int count = eng_param_count(disease);
        bool waits[ENG_NUM_CORE_PARAMS + ENG_MAX_DISEASE_PARAMS];
        memcpy(waits, shared, sizeof(shared));
        memset(waits + ENG_NUM_CORE_PARAMS, true, ENG_MAX_DISEASE_PARAMS);
        ask(diseases[d], waits, count);
        memcpy(shared, waits, sizeof(shared));
        for (int j = d == 0 ? ENG_NUM_CORE_PARAMS : 0; j < count; j++) {
            const char *name = eng_param_at(disease, j).name;
            if (waits[j] != is_traced_only(name)) {
                printf("%s %s\n", name, waits[j] ? "changes nothing" : "acts: it waits for nothing any more");
                CU_FAIL("a parameter that does not act");
            }
        }
    }
}

static const eng_test_t tests[] = { ENG_TEST(test_every_parameter_acts) };

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "every parameter acts", tests);
}
