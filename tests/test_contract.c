/**
 * The contract of every disease and of every module that one needs: those of the catalogue, and one that only tests have
 * (tests/diseases).  All of it is driven by their tables: a new disease is covered as it is listed.  Here: what courses do; what
 * the rows of a body do stands in test_contract_rows.c.
 */
#include "contract.h"

static fix_t fix;

/* --- rest and kills ------------------------------------------------------------------------------------------------ */

static void
silence_clones(bench_t *b)
{
    for (int l = 0; b->clones != NULL && l < ENG_LANES; l++) {
        b->clones->effector[l] = b->clones->specific_treg[l] = 0;
    }
}

/* Without effectors, triggers and hazards, pools that nobody treats stay at health. */
static void
rests(const eng_disease_t *disease)
{
    static const double since = -30, until = 400;
    double before[96][ENG_LANES];
    bench_t b;
    int moved = 0, dead = 0;

    fix_init_for(&fix, disease, until);
    fix_quiet(&fix);
    fix_grown_up(&fix);
    bench_open(&b, &fix, fix_untreated(&fix), since, until, 0);
    bench_start(&b, true);
    silence_clones(&b);
    int core = b.body.num_states;
    for (int j = 0; j < b.body.num_modules; j++) { /* their rows stand behind those of the core */
        core -= b.body.module[j]->num_states;
    }
    CU_ASSERT_FATAL(core > 20 && core <= 96);
    for (int when = 0; when < 2; when++) {
        for (int j = 0; j < core; j++) {
            for (int l = 0; l < ENG_LANES; l++) {
                double now;
                (void)eng_body_state(&b.body, b.tile, j, l, &now);
                moved += when == 1 && fabs(now - before[j][l]) > 0.02 * fmax(1, before[j][l]);
                before[j][l] = now;
            }
        }
        bench_until(&b, until);
    }
    for (int l = 0; l < ENG_LANES; l++) {
        dead += b.tile->t_death[l] < ENG_DAY_NEVER && b.tile->cause[l] < ENG_NUM_SHARED_CAUSES;
        dead += eng_body_failure(&b.body, b.tile, l) != ENG_FAILURE_NONE;
    }
    contract_expect(moved == 0, disease, "pools of the core move in somebody who rests");
    contract_expect(dead == 0, disease, "somebody who rests dies of what is not the disease, or fails");
    bench_close(&b);
}

static void
test_healthy_rest(void)
{
    contract_each(rests);
}

/* The strongest kills that parameters and patients allow, and a graft of nothing: no course fails, nothing is left of effectors. */
static void
survives_a_kill(const eng_disease_t *disease)
{
    static const char *const shifts[] = { "condition.lymphoid_shift", "condition.progenitor_shift", "condition.stem_shift" };
    const int chemo = eng_covariate_find(disease, "chemosensitivity");
    contract_batch_t batch;
    bench_t b;
    double left = 0;
    int bad = 0;

    fix_init_for(&fix, disease, 200);
    fix_quiet(&fix);
    fix_empty_graft(&fix);
    for (size_t j = 0; j < sizeof(shifts) / sizeof(*shifts); j++) {
        const int param = eng_param_find(disease, shifts[j]);
        eng_params_set(&fix.params, param, eng_param_at(disease, param).high);
    }
    fix.laws[chemo] = (eng_dist_t){ ENG_DIST_FIXED, { eng_covariate_at(disease, chemo).high } };
    const int p = fix_bare_graft(&fix, "everything", "beam");
    fix_with(&fix, -3, "atg", "alemtuzumab", "dose", 100);
    batch = contract_run(&fix, p, 0, 1, 0, ENG_LANES, 1);
    contract_expect(contract_failures(&batch) == 0, disease, "courses fail when everything is killed");
    contract_drop(&batch);

    bench_open(&b, &fix, p, -30, 200, 0);
    bench_start(&b, true);
    for (double day = -29; day <= 30; day++) {
        bench_until(&b, day);
        for (int l = 0; l < ENG_LANES; l++) {
            bad += eng_body_failure(&b.body, b.tile, l) != ENG_FAILURE_NONE;
        }
    }
    for (int l = 0; b.clones != NULL && l < ENG_LANES; l++) {
        left += (double)b.clones->effector[l];
    }
    contract_expect(bad == 0, disease, "negative or infinite state on some day after everything is killed");
    contract_expect(left == 0, disease, "effectors outlive the kill of everything");
    bench_close(&b);
}

static void
test_kill_of_everything(void)
{
    contract_each(survives_a_kill);
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

/* Means of marker m over patients who have it on both grids; true where it is but a mark, 0 or 1. */
static bool
means_of(const contract_batch_t *a, const contract_batch_t *b, int m, double mean[2])
{
    const double *x = a->tile[0].read + (size_t)m * ENG_LANES, *y = b->tile[0].read + (size_t)m * ENG_LANES;
    bool mark = true;
    int n = 0;

    mean[0] = mean[1] = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        if (!isnan(x[l]) && !isnan(y[l])) {
            mean[0] += x[l];
            mean[1] += y[l];
            mark = mark && (x[l] == 0 || x[l] == 1) && (y[l] == 0 || y[l] == 1);
            n++;
        }
    }
    mean[0] /= n;
    mean[1] /= n;
    return mark;
}

/* Marker m of both grids within two per cent, or hundredths of what it can be; of a mark, within two patients who stood near its limit. */
static void
compare_steps(const contract_batch_t *a, const contract_batch_t *b, int m)
{
    const int markers = eng_marker_count(a->disease);
    const eng_marker_row_t *row = eng_marker_row(a->disease, m % markers);
    const double least = row->logarithmic ? row->low : 0.5 * (row->high - row->low);
    double mean[2];

    const double near = means_of(a, b, m, mean) ? 2.0 / ENG_LANES : 0;
    if (!(fabs(mean[0] - mean[1]) <= fmax(near, 0.02 * fmax(fabs(mean[1]), least)))) {
        printf("\n    %s at read %d: %g, with halved steps %g", row->name, m / markers, mean[0], mean[1]);
        contract_expect(false, a->disease, "halved steps give another answer");
    }
}

/* Without chance of the core's hazards and of triggers. */
static void
steps_are_fine(const eng_disease_t *disease)
{
    contract_study(&fix, disease, 360);
    fix_quiet(&fix);
    for (int p = CONTRACT_UNTREATED; p <= CONTRACT_TRANSPLANT; p++) {
        fix.spec.refine = 0;
        contract_batch_t a = contract_run(&fix, p, 0, 1, 0, ENG_LANES, 1);
        fix.spec.refine = 1;
        contract_batch_t b = contract_run(&fix, p, 0, 1, 0, ENG_LANES, 1);
        for (int m = 0; m < a.num_reads * eng_marker_count(disease); m++) {
            compare_steps(&a, &b, m);
        }
        contract_drop(&a);
        contract_drop(&b);
    }
}

static void
test_halved_steps(void)
{
    contract_each(steps_are_fine);
}

/* --- lanes ---------------------------------------------------------------------------------------------------------- */

/* A patient among any mates, with lanes that are empty and without. */
static void
mates_do_not_matter(const eng_disease_t *disease)
{
    static const struct {
        uint64_t first;
        int count;
    } seats[] = { { 17, 1 }, { 10, 20 }, { 1, 17 }, { 17, 2 * ENG_LANES + 3 } };

    contract_study(&fix, disease, 300);
    for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
        contract_batch_t all = contract_run(&fix, p, 0, 1, 0, ENG_LANES, 1);
        contract_expect(contract_failures(&all) == 0, disease, "courses fail");
        for (size_t j = 0; j < sizeof(seats) / sizeof(*seats); j++) {
            contract_batch_t some = contract_run(&fix, p, 0, 1, seats[j].first, seats[j].count, 1);
            contract_expect(contract_differ(&all, 17, &some, (int)(17 - seats[j].first), 1) == 0, disease, "mates or empty lanes matter");
            contract_drop(&some);
        }
        contract_drop(&all);
    }
}

static void
test_empty_lanes(void)
{
    contract_each(mates_do_not_matter);
}

static void
lanes_of_several_points(const eng_disease_t *disease)
{
    enum { POINTS = 7, EACH = 13 };
    int differ = 0, equal_points = 0;

    contract_study(&fix, disease, 200);
    for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
        contract_batch_t mixed = contract_run(&fix, p, 0, POINTS, 0, EACH, 1);
        for (int k = 0; k < POINTS; k++) {
            contract_batch_t alone = contract_run(&fix, p, k, 1, 0, EACH, 1);
            differ += contract_differ(&mixed, k * EACH, &alone, 0, EACH);
            equal_points += k > 0 && contract_differ(&mixed, 0, &alone, 0, EACH) == 0;
            contract_drop(&alone);
        }
        contract_drop(&mixed);
    }
    contract_expect(differ == 0, disease, "a tile of several points has other bits than tiles of one");
    contract_expect(equal_points == 0, disease, "points do not differ");
}

static void
test_mixed_tiles(void)
{
    contract_each(lanes_of_several_points);
}

/* Each width that was built against plain. */
static void
widths_agree(const eng_disease_t *disease)
{
    const eng_kernel_t *kernel;

    contract_study(&fix, disease, 150);
    for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
        setenv("ENGRAFT_SIMD", "plain", 1);
        contract_batch_t plain = contract_run(&fix, p, 0, 3, 5, 30, 1);
        for (int j = 0; (kernel = eng_kernel_at(j)) != NULL && strcmp(kernel->width, "plain") != 0; j++) {
            if (!eng_kernel_usable(kernel)) {
                continue;
            }
            setenv("ENGRAFT_SIMD", kernel->width, 1);
            contract_batch_t wide = contract_run(&fix, p, 0, 3, 5, 30, 1);
            contract_expect(contract_differ(&plain, 0, &wide, 0, wide.count) == 0, disease, "bits depend on the width");
            contract_drop(&wide);
        }
        contract_drop(&plain);
    }
    unsetenv("ENGRAFT_SIMD");
}

static void
test_bits_over_widths(void)
{
    contract_each(widths_agree);
}

/* --- therapy and entry ---------------------------------------------------------------------------------------------- */

/* Every drug that there is, whatever it was made for: courses do not fail. */
static void
bears_all_drugs(const eng_disease_t *disease)
{
    for (int j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
        const eng_noun_t *drug = eng_noun_at(ENG_VERB_DRUG, j);

        fix_init_for(&fix, disease, 200);
        const int p = fix_protocol(&fix, drug->name);
        fix_with(&fix, 0, "drug", drug->name, "for", 400); /* state is judged at the horizon */
        contract_batch_t batch = contract_run(&fix, p, 0, 1, 0, ENG_LANES, 1);
        if (contract_failures(&batch) > 0) {
            printf("\n    under %s", drug->name);
            contract_expect(false, disease, "courses fail under a drug");
        }
        contract_drop(&batch);
    }
}

static void
test_drugs(void)
{
    contract_each(bears_all_drugs);
}

/* The disease's first marker, or CD4 cells: its median over patients without a criterion. */
static eng_entry_marker_t
upper_half(const eng_disease_t *disease)
{
    const int marker = disease->num_markers > 0 ? ENG_MARKER_OWN(0) : ENG_MARKER_CD4;
    contract_batch_t batch = contract_run(&fix, CONTRACT_UNTREATED, 0, 1, 0, ENG_LANES, 1);
    double *value = batch.tile[0].read + (size_t)marker * ENG_LANES; /* on day 0 */

    qsort(value, ENG_LANES, sizeof(*value), fix_rising);
    const eng_entry_marker_t criterion = { .marker = marker, .low = value[ENG_LANES / 2], .high = INFINITY };
    contract_drop(&batch);
    return criterion;
}

/* Who is entered does not depend on mates, and meets the criterion. */
static void
screens(const eng_disease_t *disease)
{
    int refused = 0, low = 0, n = 0;
    double least = 0;

    contract_study(&fix, disease, 60);
    const eng_entry_marker_t criterion = upper_half(disease);
    fix.spec.entry.marker[0] = criterion;
    fix.spec.entry.num_markers = 1;
    contract_batch_t all = contract_run(&fix, CONTRACT_UNTREATED, 0, 1, 0, ENG_LANES, 1);
    contract_batch_t some = contract_run(&fix, CONTRACT_UNTREATED, 0, 1, 20, 3, 1);
    contract_expect(contract_differ(&all, 20, &some, 0, 3) == 0, disease, "mates matter in screening");
    contract_expect(contract_failures(&all) == 0, disease, "nobody fits a criterion that half of the patients meet");
    for (int l = 0; l < ENG_LANES; l++) {
        const double value = all.tile[0].read[(size_t)criterion.marker * ENG_LANES + (size_t)l];
        refused += all.candidate[l];
        if (!isnan(value)) {
            least += value;
            low += value < criterion.low;
            n++;
        }
    }
    contract_expect(refused > 10, disease, "a criterion that half of the patients meet refuses few");
    const double most = eng_disease_needs(disease, &eng_module_visits) ? 0.45 : 1 / 3.0; /* what is reported regresses to the mean */
    contract_expect(low < most * n && least / n > criterion.low, disease, "who was entered does not meet the criterion");
    contract_drop(&all);
    contract_drop(&some);
}

static void
test_screening(void)
{
    contract_each(screens);
}

/* --- trace ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    int width, wild;
} days_t;

static void
look(void *context, double day, const double *values)
{
    days_t *days = context;
    (void)day;
    for (int j = 0; j < days->width; j++) {
        days->wild += !isfinite(values[j]) || values[j] < 0;
    }
}

/* The trace of a patient is the course of the records, and its state is finite and not negative on every day. */
static void
traces(const eng_disease_t *disease)
{
    static eng_results_t alone;
    fix_run_t run;
    int differ = 0, wild = 0;

    contract_study(&fix, disease, 400);
    contract_point(&fix, 0, &fix.params);
    for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        contract_batch_t among = contract_batch(&fix, ENG_LANES);
        CU_ASSERT_EQUAL_FATAL(eng_runner_run(run.runner, p, among.tile, 1), 0);
        for (uint64_t patient = 0; patient < ENG_LANES; patient += 9) {
            days_t days = { .width = eng_trace_count(run.model) };
            fix_admit(&run, patient, 1);
            fix_trace(&run, p, look, &days, &alone);
            differ += !fix_lane_equal_for(disease, &among.tile[0], (int)patient, &alone, 0, fix.spec.num_reads);
            wild += days.wild;
        }
        contract_drop(&among);
        fix_close(&run);
    }
    contract_expect(differ == 0, disease, "the trace is another course than the record");
    contract_expect(wild == 0, disease, "a trace shows negative or infinite state");
}

static void
test_trace(void)
{
    contract_each(traces);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_healthy_rest),
    ENG_TEST(test_kill_of_everything),
    ENG_TEST(test_halved_steps),
    ENG_TEST(test_empty_lanes),
    ENG_TEST(test_mixed_tiles),
    ENG_TEST(test_bits_over_widths),
    ENG_TEST(test_drugs),
    ENG_TEST(test_screening),
    ENG_TEST(test_trace),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "contract", tests);
}
