/**
 * Slabs: what a course gives depends neither on who shares its tile, nor on where it stands, nor on whether it was moved.
 */
#include "model/runner_state.h"
#include "model_fixture.h"

static fix_t fix;
static fix_run_t run;

/* --- results of a whole slab ------------------------------------------------------------------------------------- */

typedef struct {
    eng_results_t tile[ENG_SLAB];
} slab_t;

static void
slab_make(slab_t *slab)
{
    for (int k = 0; k < ENG_SLAB; k++) {
        slab->tile[k] = (eng_results_t){ .read = calloc((size_t)(fix.spec.num_reads + 1) * FIX_NUM_MARKERS * ENG_LANES,
                                             sizeof(double)) };
        CU_ASSERT_PTR_NOT_NULL_FATAL(slab->tile[k].read);
    }
}

static void
slab_drop(slab_t *slab)
{
    for (int k = 0; k < ENG_SLAB; k++) {
        free(slab->tile[k].read);
    }
}

static int
slots_that_differ(const slab_t *a, const slab_t *b, int count)
{
    int differ = 0;
    for (int s = 0; s < count; s++) {
        const int k = s / ENG_LANES, l = s % ENG_LANES;
        const bool equal = fix_lane_equal(&a->tile[k], l, &b->tile[k], l, fix.spec.num_reads);
        if (!equal && differ++ == 0) {
            printf("slot %d differs, death on tick %d, %d\n", s, a->tile[k].tick[ENG_EVENT_DEATH][l],
                b->tile[k].tick[ENG_EVENT_DEATH][l]);
        }
    }
    return differ;
}

static void
make_study(double background)
{
    fix_init(&fix, 800);
    fix_dmt(&fix);
    fix_transplant(&fix, "cy_atg", "cy200", 4);
    fix_read_at(&fix, 28);
    fix_read_at(&fix, 100);
    fix_read_at(&fix, 365);
    fix_read_at(&fix, 800);
    fix.params.hz_background *= background;
}

/* --- copying -------------------------------------------------------------------------------------------------------- */

static void
fill(void *memory, size_t size, uint64_t *state)
{
    unsigned char *byte = memory;
    for (size_t j = 0; j < size; j++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        byte[j] = (unsigned char)(*state >> 56);
    }
}

/* Every byte of the tile is of one lane or one of the flags behind the core's lanes: copying all lanes leaves only those. */
static void
check_copy(const eng_disease_t *disease)
{
    const size_t flags = offsetof(eng_tile_t, num_lanes), blocks = offsetof(eng_tile_t, covariate);
    eng_body_t body;
    uint64_t state = 1;

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 2, 3, ENG_SIGNAL_BIT(damage), 0), 0);
    const size_t size = body.tile_bytes;
    eng_tile_t *a = bench_memory(size), *b = bench_memory(size), *was = bench_memory(size);
    fill(a, size, &state);
    fill(b, size, &state);
    memcpy(was, b, size);
    for (int l = 0; l < ENG_LANES; l++) {
        eng_body_copy_lane(&body, b, l, a, l);
    }
    CU_ASSERT_EQUAL(memcmp(a, b, flags), 0);
    CU_ASSERT_EQUAL(memcmp((char *)b + flags, (char *)was + flags, blocks - flags), 0);
    CU_ASSERT_EQUAL(memcmp((char *)a + blocks, (char *)b + blocks, size - blocks), 0);
    /* and one lane to another place changes nothing but that place */
    memcpy(b, was, size);
    eng_body_copy_lane(&body, b, 5, a, 41);
    eng_body_copy_lane(&body, b, 5, was, 5);
    CU_ASSERT_EQUAL(memcmp(b, was, size), 0);
    /* what was moved away and back again is what it was */
    eng_body_copy_lane(&body, b, 5, a, 41);
    memcpy(was, a, size);
    eng_body_copy_lane(&body, a, 41, a, 7);
    CU_ASSERT_NOT_EQUAL(memcmp(a, was, size), 0);
    eng_body_copy_lane(&body, a, 41, b, 5);
    CU_ASSERT_EQUAL(memcmp(a, was, size), 0);
    free(a);
    free(b);
    free(was);
}

static void
test_copy_is_complete(void)
{
    for (int d = 0; d < eng_disease_count(); d++) {
        check_copy(eng_disease_at(d));
    }
}

/* --- moving ----------------------------------------------------------------------------------------------------------- */

static void
test_put_together(void)
{
    slab_t apart, together;
    int tiles;

    make_study(800);
    fix_open(&run, &fix);
    tiles = eng_model_slab(run.model);
    slab_make(&apart);
    slab_make(&together);
    eng_runner_clear(run.runner);
    CU_ASSERT_EQUAL(eng_runner_add(run.runner, 0, &fix.params, 0, tiles * ENG_LANES - 7), tiles * ENG_LANES - 7);
    eng_runner_admit(run.runner);
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        int64_t steps[2];
        run.runner->waste[p] = 0;
        eng_runner_run(run.runner, p, apart.tile, 1);
        CU_ASSERT(run.runner->waste[p] > 0.2); /* many die */
        steps[0] = run.runner->steps_all;
        eng_runner_run(run.runner, p, together.tile, 1);
        steps[1] = run.runner->steps_all - steps[0];
        CU_ASSERT_EQUAL(slots_that_differ(&apart, &together, tiles * ENG_LANES - 7), 0);
        CU_ASSERT((double)steps[1] < 0.85 * (double)steps[0] || p > 0);
        run.runner->steps_all = 0;
    }
    slab_drop(&apart);
    slab_drop(&together);
    fix_close(&run);
}

/* Points with few patients share tiles; every one of them as if its point had a tile of its own. */
static void
test_mixed_points(void)
{
    enum { POINTS = 9, EACH = 13 };
    static slab_t mixed;
    eng_params_t params[POINTS];
    eng_results_t alone = { 0 };

    make_study(800);
    fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 1, .within = 365 };
    fix_open(&run, &fix);
    slab_make(&mixed);
    for (int j = 0; j < POINTS; j++) {
        params[j] = fix.params;
        params[j].trigger_rate *= 0.5 + 0.2 * j;
        params[j].atg_kill *= 0.6 + 0.1 * j;
        params[j].clone_reservoir *= 0.5 + 0.15 * j;
        params[j].hz_bacterial *= 1 + j;
        params[j].transit *= 1 + 0.02 * j;
        params[j].dmt_standard_block *= 1 - 0.05 * j;
        params[j].disease[0] *= 1 + 0.1 * j;
    }
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        for (int together = 0; together < 2; together++) {
            int differ = 0;
            eng_runner_clear(run.runner);
            for (int j = 0; j < POINTS; j++) {
                CU_ASSERT_EQUAL(eng_runner_add(run.runner, (uint32_t)j, &params[j], 100, EACH), EACH);
            }
            eng_runner_admit(run.runner);
            run.runner->waste[p] = together;
            eng_runner_run(run.runner, p, mixed.tile, 1);
            for (int j = 0; j < POINTS; j++) {
                eng_runner_clear(run.runner);
                CU_ASSERT_EQUAL(eng_runner_add(run.runner, (uint32_t)j, &params[j], 100, EACH), EACH);
                eng_runner_admit(run.runner);
                fix_run(&run, p, &alone);
                for (int l = 0; l < EACH; l++) {
                    const int slot = j * EACH + l;
                    differ += !fix_lane_equal(&mixed.tile[slot / ENG_LANES], slot % ENG_LANES, &alone, l, fix.spec.num_reads);
                }
            }
            CU_ASSERT_EQUAL(differ, 0);
        }
    }
    slab_drop(&mixed);
    fix_close(&run);
}

/* Few patients a point: nearly all lanes are somebody's. */
static void
test_lanes_in_use(void)
{
    static slab_t slab;
    int tiles;

    fix_init(&fix, 60);
    fix_untreated(&fix);
    fix_open(&run, &fix);
    slab_make(&slab);
    tiles = eng_model_slab(run.model);
    CU_ASSERT_EQUAL(tiles, ENG_SLAB);
    eng_runner_clear(run.runner);
    for (uint32_t j = 0; eng_runner_room(run.runner) >= 10; j++) {
        CU_ASSERT_EQUAL(eng_runner_add(run.runner, j, &fix.params, 0, 10), 10);
    }
    CU_ASSERT_EQUAL(eng_runner_add(run.runner, 9999, &fix.params, 0, 10), tiles * ENG_LANES % 10);
    CU_ASSERT_EQUAL(eng_runner_add(run.runner, 10000, &fix.params, 0, 10), 0);
    eng_runner_admit(run.runner);
    eng_runner_run(run.runner, 0, slab.tile, 1);
    CU_ASSERT(eng_runner_lanes_in_use(run.runner) > 0.99);
    fix_admit(&run, 0, 16);
    eng_runner_run(run.runner, 0, slab.tile, 1);
    CU_ASSERT(eng_runner_lanes_in_use(run.runner) < 0.97); /* 16 of 17 tiles, and a quarter of one */
    slab_drop(&slab);
    fix_close(&run);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_copy_is_complete),
    ENG_TEST(test_put_together),
    ENG_TEST(test_mixed_points),
    ENG_TEST(test_lanes_in_use),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "slab", tests);
}
