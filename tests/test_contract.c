/**
 * The contract of every disease and of every module that one needs: those of the catalogue, and one that only tests have
 * (tests/diseases).  All of it is driven by their tables: a new disease is covered as it is listed.
 */
#include "contract.h"

#include "base/error.h"

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
    double before[64][ENG_LANES];
    bench_t b;
    int moved = 0, dead = 0;

    fix_init_for(&fix, disease, until);
    fix_quiet(&fix);
    bench_open(&b, &fix, fix_untreated(&fix), since, until, 0);
    bench_start(&b, true);
    silence_clones(&b);
    const int core = b.body.num_states - disease->module.num_states - (b.clones != NULL ? eng_module_clones.num_states : 0);
    CU_ASSERT_FATAL(core > 20 && core <= 64);
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

/* Means of marker m over patients who have it on both grids. */
static void
means_of(const contract_batch_t *a, const contract_batch_t *b, int m, double mean[2])
{
    const double *x = a->tile[0].read + (size_t)m * ENG_LANES, *y = b->tile[0].read + (size_t)m * ENG_LANES;
    int n = 0;

    mean[0] = mean[1] = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        if (!isnan(x[l]) && !isnan(y[l])) {
            mean[0] += x[l];
            mean[1] += y[l];
            n++;
        }
    }
    mean[0] /= n;
    mean[1] /= n;
}

/* Marker m of both grids within two per cent, or hundredths of what it can be. */
static void
compare_steps(const contract_batch_t *a, const contract_batch_t *b, int m)
{
    const int markers = eng_marker_count(a->disease);
    const eng_marker_row_t *row = eng_marker_row(a->disease, m % markers);
    const double least = row->logarithmic ? row->low : 0.5 * (row->high - row->low);
    double mean[2];

    means_of(a, b, m, mean);
    if (!(fabs(mean[0] - mean[1]) <= 0.02 * fmax(fabs(mean[1]), least))) {
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

/* --- copies --------------------------------------------------------------------------------------------------------- */

/* Every byte of a module's block belongs to exactly one span: a row that is left out would stay behind when lanes move. */
static void
spans_cover(const eng_disease_t *disease)
{
    static unsigned char seen[1 << 20];
    eng_body_t body;
    int missing = 0, twice = 0;

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 2, 3), 0);
    CU_ASSERT_FATAL(body.tile_bytes <= sizeof(seen));
    memset(seen, 0, sizeof(seen));
    for (int k = 0; k < body.num_spans; k++) {
        const eng_lane_span_t *span = &body.span[k];
        for (size_t j = 0; j < (size_t)span->rows * (size_t)span->size * ENG_LANES; j++) {
            twice += seen[span->offset + j]++ != 0;
        }
    }
    for (int m = 0; m < body.num_modules; m++) {
        for (size_t j = 0; j < body.module[m]->bytes; j++) {
            missing += seen[body.offset[m] + j] == 0;
        }
    }
    for (size_t j = 0; j < offsetof(eng_tile_t, num_lanes); j++) {
        missing += seen[j] == 0;
    }
    contract_expect(missing == 0, disease, "rows that no span covers");
    contract_expect(twice == 0, disease, "rows that two spans cover");
}

/* A mark in every element of a lane arrives, and nothing else changes. */
static void
marks_arrive(const eng_disease_t *disease)
{
    enum { FROM = 3, TO = 41 };
    eng_body_t body;
    int wrong = 0;

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 2, 3), 0);
    unsigned char *a = bench_memory(body.tile_bytes), *b = bench_memory(body.tile_bytes);
    memset(b, 0xee, body.tile_bytes);
    for (size_t j = 0; j < body.tile_bytes; j++) {
        a[j] = (unsigned char)(j * 167 % 251); /* no two lanes alike */
    }
    eng_body_copy_lane(&body, (eng_tile_t *)(void *)b, TO, (const eng_tile_t *)(const void *)a, FROM);
    for (int k = 0; k < body.num_spans; k++) {
        const eng_lane_span_t *span = &body.span[k];
        const size_t size = (size_t)span->size;
        for (int row = 0; row < span->rows; row++) {
            const size_t at = span->offset + (size_t)row * ENG_LANES * size;
            wrong += memcmp(b + at + TO * size, a + at + FROM * size, size) != 0;
            memset(b + at + TO * size, 0xee, size);
        }
    }
    for (size_t j = 0; j < body.tile_bytes; j++) {
        wrong += b[j] != 0xee;
    }
    contract_expect(wrong == 0, disease, "a copied lane lacks rows, or other lanes changed");
    free(a);
    free(b);
}

/* Lanes in another order halfway: whatever a row is, it must have come along. */
static void
lanes_move(const eng_disease_t *disease)
{
    static const double days[] = { -16, -2, 4, 40, 120 }; /* even ones: pairs of days are not cut */
    bench_t a, b;
    int differ = 0;

    contract_study(&fix, disease, 200);
    bench_open(&a, &fix, CONTRACT_TRANSPLANT, -30, 200, 0);
    bench_open(&b, &fix, CONTRACT_TRANSPLANT, -30, 200, 0);
    bench_start(&a, true);
    bench_start(&b, true);
    for (size_t j = 0; j < sizeof(days) / sizeof(*days); j++) {
        eng_tile_t *moved = bench_memory(b.body.tile_bytes);
        eng_harvest_t *harvest = bench_memory(sizeof(*harvest));
        bench_until(&a, days[j]);
        eng_triggers_none(b.list, (int32_t)days[j]); /* what is drawn ahead belongs to lanes */
        bench_until(&b, days[j]);
        memcpy(moved, b.tile, b.body.tile_bytes); /* flags of the tile */
        for (int l = 0; l < ENG_LANES; l++) {
            eng_body_copy_lane(&b.body, moved, (5 * l + 11) % ENG_LANES, b.tile, l);
            eng_slab_copy_harvest(harvest, (5 * l + 11) % ENG_LANES, b.harvest, l);
        }
        memcpy(b.tile, moved, b.body.tile_bytes);
        memcpy(b.harvest, harvest, sizeof(*harvest));
        free(moved);
        free(harvest);
    }
    eng_triggers_none(b.list, INT32_MAX);
    bench_until(&a, 200);
    bench_until(&b, 200);
    for (int l = 0; l < ENG_LANES; l++) {
        int to = l;
        for (size_t j = 0; j < sizeof(days) / sizeof(*days); j++) {
            to = (5 * to + 11) % ENG_LANES;
        }
        for (int j = 0; j < a.body.num_states; j++) {
            double x, y;
            (void)eng_body_state(&a.body, a.tile, j, l, &x);
            (void)eng_body_state(&b.body, b.tile, j, to, &y);
            differ += memcmp(&x, &y, sizeof(x)) != 0;
        }
    }
    contract_expect(differ == 0, disease, "a lane that moved has another state");
    bench_close(&a);
    bench_close(&b);
}

/* Slabs that put their living together, as many die, against tiles by themselves. */
static void
slabs_move(const eng_disease_t *disease)
{
    enum { TILES = 4 };
    int deaths = 0;

    contract_study(&fix, disease, 800);
    fix.params.hz_background = 1.5e-3;
    contract_batch_t slab = contract_run(&fix, CONTRACT_RESCUE, 0, 1, 0, TILES * ENG_LANES, 2);
    for (int k = 0; k < TILES; k++) {
        contract_batch_t tile = contract_run(&fix, CONTRACT_RESCUE, 0, 1, (uint64_t)k * ENG_LANES, ENG_LANES, 1);
        contract_expect(contract_differ(&slab, k * ENG_LANES, &tile, 0, ENG_LANES) == 0, disease, "courses that moved or left differ");
        contract_drop(&tile);
    }
    deaths = contract_count(&slab, ENG_EVENT_DEATH);
    contract_expect(deaths > slab.count / 3, disease, "too few die to make lanes move");
    contract_expect(contract_count(&slab, (int)contract_event(disease)) > 0, disease, "nobody has the event that dates actions");
    contract_drop(&slab);
}

static void
test_copies(void)
{
    contract_each(spans_cover);
    contract_each(marks_arrive);
    contract_each(lanes_move);
    contract_each(slabs_move);
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
    ENG_TEST(test_copies),
    ENG_TEST(test_trace),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "contract", tests);
}
