/**
 * Bodies of two origins: the whole is the sum of host and graft in every bit, a donor's share lies between 0 and 1, a twin's graft is an
 * autologous one but for what it carries over, nothing grows without stem cells, and rejection follows the law of its clones.
 */
#include "model_fixture.h"

#include "base/sample.h"
#include "model/action_data.h"

static fix_t fix;
static fix_run_t run;
static bench_t bench;

static const eng_disease_t *
healthy(void)
{
    return eng_disease_find("none");
}

static void
set_argument(eng_action_t *a, const char *name, double value)
{
    for (int j = 0; j < a->noun->num_args; j++) {
        if (strcmp(a->noun->args[j].name, name) == 0) {
            a->arg[j] = value;
            return;
        }
    }
    CU_FAIL_FATAL("no such argument");
}

static eng_action_t *
add_graft(double day, const char *source, double donor, double cd34)
{
    eng_action_t *a = fix_with(&fix, day, "graft", source, "donor", donor);
    set_argument(a, "cd34", cd34);
    return a;
}

/* Conditioned on day -7, grafted on day 0. */
static void
add_protocol(const char *name, const char *regimen, const char *source, double donor, double cd34)
{
    (void)fix_protocol(&fix, name);
    (void)fix_add(&fix, -7, "condition", regimen);
    (void)add_graft(0, source, donor, cd34);
}

static eng_real_t *
pool(eng_cells_t *o, size_t j)
{
    return (eng_real_t *)(void *)((char *)o + j * sizeof(eng_row_t));
}

#define NUM_POOLS (offsetof(eng_cells_t, hsc_gain) / sizeof(eng_row_t))

/* --- the sum -------------------------------------------------------------------------------------------------------- */

static int
sums_that_differ(eng_tile_t *t, eng_graft_t *g)
{
    int wrong = 0;

    for (size_t j = 0; j < NUM_POOLS; j++) {
        for (int l = 0; l < ENG_LANES; l++) {
            const eng_real_t sum = pool(&g->cells[ENG_HOST], j)[l] + pool(&g->cells[ENG_DONOR], j)[l];
            wrong += memcmp(&sum, &pool(&t->cells, j)[l], sizeof(sum)) != 0;
        }
    }
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_real_t whole = g->cells[ENG_HOST].hsc_count[l] + g->cells[ENG_DONOR].hsc_count[l];
        wrong += whole != t->hsc_count[l] || whole != (eng_real_t)floor((double)whole);
    }
    return wrong;
}

static int
shares_out_of_range(const double *marker)
{
    int wrong = 0;

    for (int l = 0; l < ENG_LANES; l++) {
        const double T = marker[ENG_MARKER_CHIMERISM_T * ENG_LANES + l], N = marker[ENG_MARKER_CHIMERISM_MYELOID * ENG_LANES + l];
        wrong += !isnan(T) && !(T >= 0 && T <= 1 && N >= 0 && N <= 1);
    }
    return wrong;
}

static void
test_host_and_graft_are_the_whole(void)
{
    static const char *const regimens[] = { "mac", "ric", "nma_flu_tbi2", "none" };
    static double marker[ENG_MAX_MARKERS * ENG_LANES];

    fix_init_for(&fix, healthy(), 400);
    for (int p = 0; p < 4; p++) {
        add_protocol(regimens[p], regimens[p], p % 2 == 0 ? "pb" : "bm", p < 2 ? ENG_DONOR_MUD : ENG_DONOR_HAPLO, NAN);
        (void)fix_with(&fix, 120, "condition", "cy", "dose", 100); /* a kill of both */
        (void)add_graft(121, "pb", ENG_DONOR_MSD, 4e6);            /* and more of the donor's cells */
    }
    int mixed = 0;
    for (int p = 0; p < 4; p++) {
        bench_open(&bench, &fix, p, -30, 400, 0);
        bench_start(&bench, true);
        bench_until(&bench, 0);
        CU_ASSERT_EQUAL(bench.course.graft->cells[ENG_HOST].naive4[0], 0); /* before it the core alone */
        int wrong = 0;
        for (double day = 1; day <= 400; day += 1) {
            bench_until(&bench, day);
            bench.kernel->read(&bench.course, marker);
            wrong += sums_that_differ(bench.tile, bench.course.graft) + shares_out_of_range(marker);
            mixed += marker[ENG_MARKER_CHIMERISM_T * ENG_LANES] > 0.02 && marker[ENG_MARKER_CHIMERISM_T * ENG_LANES] < 0.98;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT_EQUAL(eng_body_failure(&bench.body, bench.tile, l), ENG_FAILURE_NONE);
        }
        bench_close(&bench);
    }
    CU_ASSERT(mixed > 0);
}

/* --- who is who -------------------------------------------------------------------------------------------------------- */

static void
compare(const eng_disease_t *disease, int a, int b, bool equal)
{
    static eng_results_t first, second;
    int differ = 0;

    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, a, &first);
    first = fix_keep_for(disease, &first, fix.spec.num_reads);
    fix_run(&run, b, &second);
    for (int l = 0; l < ENG_LANES; l++) {
        differ += !fix_lane_equal_for(disease, &first, l, &second, l, fix.spec.num_reads);
    }
    CU_ASSERT(equal ? differ == 0 : differ > 0);
    fix_drop(&first);
    fix_close(&run);
}

static void
make_twins(const eng_disease_t *disease)
{
    fix_init_for(&fix, disease, 1000);
    add_protocol("auto", "mac", "pb", ENG_DONOR_AUTO, 5e6);
    add_protocol("syn", "mac", "pb", ENG_DONOR_SYN, 5e6);
    fix_read_at(&fix, 30);
    fix_read_at(&fix, 365);
    fix_read_at(&fix, 1000);
}

static void
test_a_twin_is_oneself_but_for_carry_over(void)
{
    make_twins(healthy());
    compare(healthy(), 0, 1, true);
    make_twins(fix_ms());
    compare(fix_ms(), 0, 1, false); /* autoreactive cells come back with one's own */
    fix_parameter(&fix, "graft.carry_over", 0);
    compare(fix_ms(), 0, 1, true);
}

/* What a donor's arm beside it costs an arm without one: memory, and no bit. */
static void
test_an_arm_without_donor_is_untouched(void)
{
    static eng_results_t alone, beside;
    int differ = 0;

    for (int donor = 0; donor < 2; donor++) {
        fix_init(&fix, 800);
        add_protocol("auto", "beam", "pb", ENG_DONOR_AUTO, 5e6);
        if (donor) {
            add_protocol("msd", "mac", "pb", ENG_DONOR_MSD, NAN);
        }
        fix_read_at(&fix, 100);
        fix_read_at(&fix, 800);
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        fix_run(&run, 0, donor ? &beside : &alone);
        if (donor) {
            beside = fix_keep(&beside, 2);
        } else {
            alone = fix_keep(&alone, 2);
        }
        fix_close(&run);
    }
    for (int l = 0; l < ENG_LANES; l++) {
        differ += !fix_lane_equal(&alone, l, &beside, l, 2);
    }
    CU_ASSERT_EQUAL(differ, 0);
    fix_drop(&alone);
    fix_drop(&beside);
}

/* Every width and a mixed tile give the same bits. */
static void
test_widths_agree(void)
{
    static const char *const widths[] = { "plain", "avx2", "avx512", "neon", "mixed" };
    static eng_rate_rows_t rows;
    void *first = NULL;

    fix_init_for(&fix, healthy(), 90);
    add_protocol("haplo", "ric", "cord", ENG_DONOR_HAPLO, NAN);
    (void)fix_with(&fix, -2, "atg", "ratg", "dose", 5);
    for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++) {
        const bool mixed = strcmp(widths[w], "mixed") == 0;
        const eng_kernel_t *kernel = mixed ? NULL : eng_kernel_find(widths[w]);
        if (!mixed && (kernel == NULL || !eng_kernel_usable(kernel))) {
            continue;
        }
        bench_open(&bench, &fix, 0, -30, 90, 0);
        if (!mixed) {
            bench_width(&bench, widths[w]);
        }
        bench_start(&bench, true);
        if (mixed) {
            for (int l = 0; l < ENG_LANES; l++) {
                eng_rate_rows_set(&rows, l, bench.rates);
            }
            bench_mix(&bench, &rows);
            bench.kernel->advance_mixed(&bench.course, bench.list, 0, bench.plan.num_rows, NULL);
        } else {
            bench_until(&bench, 90);
        }
        if (first == NULL) {
            first = malloc(bench.body.tile_bytes);
            CU_ASSERT_PTR_NOT_NULL_FATAL(first);
            memcpy(first, bench.tile, bench.body.tile_bytes);
        }
        for (int j = 0; j < bench.body.num_states; j++) {
            for (int l = 0; l < ENG_LANES; l++) {
                double x, y;
                (void)eng_body_state(&bench.body, first, j, l, &x);
                (void)eng_body_state(&bench.body, bench.tile, j, l, &y);
                CU_ASSERT(memcmp(&x, &y, sizeof(x)) == 0);
            }
        }
        bench_close(&bench);
    }
    free(first);
}

/* --- what comes with a graft ----------------------------------------------------------------------------------------------- */

static void
test_no_engraftment_without_stem_cells(void)
{
    fix_init_for(&fix, healthy(), 400);
    add_protocol("msd", "mac", "pb", ENG_DONOR_MSD, NAN);
    fix_parameter(&fix, "graft.stem_per_cd34", 0);
    fix_parameter(&fix, "rejection.clone_share", 0);
    bench_open(&bench, &fix, 0, -30, 400, 0);
    bench_start(&bench, false);
    bench_until(&bench, 20);
    for (int l = 0; l < ENG_LANES; l++) { /* the infused progenitors make neutrophils for a while */
        CU_ASSERT(bench.course.graft->cells[ENG_DONOR].neutrophil[l] > 0);
    }
    bench_until(&bench, 400);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT_EQUAL(bench.course.graft->cells[ENG_DONOR].hsc_count[l], 0);
        CU_ASSERT(bench.course.graft->cells[ENG_DONOR].progenitor[l] < 1e-6);
        CU_ASSERT(bench.course.graft->cells[ENG_DONOR].neutrophil[l] < 0.11); /* the chain without stem cells: ANC 470 at most */
    }
    bench_close(&bench);
}

/* Units of cord blood hold their cells, whoever gets them: a dose by weight falls with weight. */
static void
test_dose_by_weight(void)
{
    static eng_real_t given[2][ENG_LANES];

    for (int units = 1; units <= 2; units++) {
        fix_init_for(&fix, healthy(), 10);
        (void)fix_protocol(&fix, "cord");
        set_argument(add_graft(0, "cord", ENG_DONOR_MMUD, NAN), "units", units);
        bench_open(&bench, &fix, 0, -30, 10, 0);
        bench_start(&bench, false);
        bench_until(&bench, 0.25);
        for (int l = 0; l < ENG_LANES; l++) {
            const eng_params_t *p = &fix.params;
            eng_rng_t rng;
            (void)bench_stream(&bench, ENG_CHANNEL_DONOR, l, &rng);
            const double home = exp(p->donor_homing_spread * eng_sample_normal(eng_rng_next(&rng)));
            const double dose = 0.22 * units / (double)bench.tile->scale[l] / p->graft_dose * home;
            const double S = (double)bench.course.graft->cells[ENG_DONOR].progenitor[l], at_graft = p->graft_progenitor * p->donor_s_cord * dose;
            CU_ASSERT(fabs(S / at_graft - exp(-p->progenitor_rate * 0.25)) < 0.02); /* hardly fed by H yet */
            given[units - 1][l] = bench.course.graft->cells[ENG_DONOR].hsc_count[l];
        }
        bench_close(&bench);
    }
    CU_ASSERT(memcmp(given[0], given[1], sizeof(given[0])) == 0); /* one of two units engrafts */
}

/* --- rejection -------------------------------------------------------------------------------------------------------------- */

#define BATCHES 24
#define CLONES 3

static void
test_rejecting_clones_die_out_by_their_law(void)
{
    const double b = 0.3, d = 0.25, days = 30, e = exp(-(b - d) * days);
    const double expected = pow(d * (1 - e) / (b - d * e), CLONES);
    int extinct = 0;

    fix_init_for(&fix, healthy(), 40);
    (void)fix_protocol(&fix, "haplo");
    (void)add_graft(0, "bm", ENG_DONOR_HAPLO, NAN);
    fix_parameter(&fix, "rejection.clone_share", 0);
    fix_parameter(&fix, "rejection.birth", b);
    fix_parameter(&fix, "rejection.death", d);
    for (int k = 0; k < BATCHES; k++) {
        bench_open(&bench, &fix, 0, -30, 40, (uint64_t)k * ENG_LANES);
        bench_start(&bench, false);
        bench_until(&bench, 1);
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT_EQUAL(bench.course.graft->rejecting[l], 0);
            bench.course.graft->reject_count[l] = bench.course.graft->rejecting[l] = CLONES;
        }
        bench_until(&bench, 1 + days + 0.25); /* the draw of a day is at its start */
        for (int l = 0; l < ENG_LANES; l++) {
            extinct += bench.course.graft->reject_count[l] <= 0;
        }
        bench_close(&bench);
    }
    CU_ASSERT(fabs(fix_z_binomial(extinct, BATCHES * ENG_LANES, expected)) < 4);
}

/* How many there are at the graft: Poisson about share x mismatch x host T cells. */
static void
test_rejection_follows_mismatch(void)
{
    static const eng_donor_t donors[] = { ENG_DONOR_MSD, ENG_DONOR_MUD, ENG_DONOR_HAPLO };
    int rejected[3];

    for (int k = 0; k < 3; k++) {
        static eng_results_t results;
        fix_init_for(&fix, healthy(), 200);
        add_protocol("graft", "mac", "pb", donors[k], NAN);
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        fix_run(&run, 0, &results);
        rejected[k] = 0;
        for (int l = 0; l < ENG_LANES; l++) {
            CU_ASSERT_EQUAL(results.failure[l], ENG_FAILURE_NONE);
            const int32_t rejection = results.tick[ENG_EVENT_REJECTION][l];
            rejected[k] += rejection != ENG_TICK_NEVER;
            CU_ASSERT(rejection == ENG_TICK_NEVER || results.tick[ENG_EVENT_GRAFT_FAILURE][l] <= rejection);
        }
        fix_close(&run);
    }
    CU_ASSERT(rejected[0] < rejected[1] && rejected[1] < rejected[2]);
    CU_ASSERT(rejected[0] <= 3);
}

static void
test_no_rejection_makes_a_full_chimera(void)
{
    static eng_results_t results;

    fix_init_for(&fix, healthy(), 400);
    add_protocol("msd", "mac", "pb", ENG_DONOR_MSD, NAN);
    fix_parameter(&fix, "rejection.clone_share", 0);
    fix_read_at(&fix, 400);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double *read = results.read + l;
        CU_ASSERT_EQUAL(results.tick[ENG_EVENT_REJECTION][l], ENG_TICK_NEVER);
        CU_ASSERT(isnan(read[ENG_MARKER_ANC * ENG_LANES]) || read[ENG_MARKER_CHIMERISM_MYELOID * ENG_LANES] > 0.95);
    }
    fix_close(&run);
}

/* --- steps, and grafts on an event --------------------------------------------------------------------------------------------- */

static double
mean_at_100(int marker)
{
    const size_t at = (size_t)marker * ENG_LANES;
    double sum = 0;

    for (int l = 0; l < ENG_LANES; l++) {
        sum += run.read[at + (size_t)l];
    }
    return sum / ENG_LANES;
}

static void
test_steps_halved(void)
{
    static const int markers[] = { ENG_MARKER_ANC, ENG_MARKER_CD4, ENG_MARKER_CD8, ENG_MARKER_NK, ENG_MARKER_B, ENG_MARKER_CHIMERISM_T };
    double mean[2][6];

    for (int refine = 0; refine < 2; refine++) {
        static eng_results_t results;
        fix_init_for(&fix, healthy(), 100);
        add_protocol("msd", "ric", "bm", ENG_DONOR_MSD, NAN);
        fix_read_at(&fix, 100);
        fix_no_hazards(&fix);
        fix_parameter(&fix, "rejection.clone_share", 0);
        fix.spec.refine = refine;
        fix_open(&run, &fix);
        fix_admit(&run, 0, ENG_LANES);
        fix_run(&run, 0, &results);
        for (int m = 0; m < 6; m++) {
            mean[refine][m] = mean_at_100(markers[m]);
        }
        fix_close(&run);
    }
    for (int m = 0; m < 6; m++) {
        if (fabs(mean[1][m] / mean[0][m] - 1) > 0.01) {
            printf("\n    marker %d: %g, in half steps %g\n", markers[m], mean[0][m], mean[1][m]);
            CU_FAIL("the step is too long");
        }
    }
}

/* Who relapses leaves for the calendar of that day; what was infused there stays with the course. */
static void
test_graft_on_an_event(void)
{
    static eng_results_t results;
    int grafted = 0;

    fix_init(&fix, 1500);
    (void)fix_protocol(&fix, "on_relapse");
    for (int j = 0; j < 2; j++) {
        eng_action_t *a = j == 0 ? fix_add(&fix, 0, "condition", "mac") : add_graft(0, "pb", ENG_DONOR_MSD, NAN);
        a->on_event = true;
        a->event = ENG_EVENT_RELAPSE;
        a->after = 20 + 7 * j;
    }
    fix_read_at(&fix, 1500);
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        const double share = fix_marker(&results, 0, ENG_MARKER_CHIMERISM_MYELOID, l);
        const bool relapsed = results.tick[ENG_EVENT_RELAPSE][l] < eng_tick_nearest(1300);
        CU_ASSERT_EQUAL(results.failure[l], ENG_FAILURE_NONE);
        CU_ASSERT(isnan(share) || (relapsed ? share > 0.5 : true));
        CU_ASSERT(results.tick[ENG_EVENT_RELAPSE][l] != ENG_TICK_NEVER || isnan(share) || share == 0);
        CU_ASSERT((results.tick[ENG_EVENT_RELAPSE][l] != ENG_TICK_NEVER) || results.tick[ENG_EVENT_REJECTION][l] == ENG_TICK_NOT_APPLICABLE);
        grafted += relapsed;
    }
    CU_ASSERT(grafted > 10);
    fix_close(&run);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_steps_halved),
    ENG_TEST(test_graft_on_an_event),
    ENG_TEST(test_host_and_graft_are_the_whole),
    ENG_TEST(test_a_twin_is_oneself_but_for_carry_over),
    ENG_TEST(test_an_arm_without_donor_is_untouched),
    ENG_TEST(test_widths_agree),
    ENG_TEST(test_no_engraftment_without_stem_cells),
    ENG_TEST(test_dose_by_weight),
    ENG_TEST(test_rejecting_clones_die_out_by_their_law),
    ENG_TEST(test_rejection_follows_mismatch),
    ENG_TEST(test_no_rejection_makes_a_full_chimera),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "origins", tests);
}
