/**
 * The contract of every disease, its rows: all of them are described, move with their lane, and have names.
 */
#include "contract.h"

static fix_t fix;

/* --- copies --------------------------------------------------------------------------------------------------------- */

/* Every byte of a module's block belongs to exactly one span: a row that is left out would stay behind when lanes move. */
static void
spans_cover(const eng_disease_t *disease)
{
    static unsigned char seen[1 << 20];
    eng_body_t body;
    int missing = 0, twice = 0;

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 3, 2, (1u << ENG_NUM_SIGNALS) - 1, 0), 0);
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

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 3, 2, (1u << ENG_NUM_SIGNALS) - 1, 0), 0);
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
        void *kept = bench_memory(b.body.kept_bytes + 1);
        bench_until(&a, days[j]);
        eng_triggers_none(b.list, (int32_t)days[j]); /* what is drawn ahead belongs to lanes */
        bench_until(&b, days[j]);
        memcpy(moved, b.tile, b.body.tile_bytes); /* flags of the tile */
        for (int l = 0; l < ENG_LANES; l++) {
            eng_body_copy_lane(&b.body, moved, (5 * l + 11) % ENG_LANES, b.tile, l);
            eng_body_copy_kept(&b.body, kept, (5 * l + 11) % ENG_LANES, b.kept, l);
        }
        memcpy(b.tile, moved, b.body.tile_bytes);
        memcpy(b.kept, kept, b.body.kept_bytes);
        free(moved);
        free(kept);
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

/* A tile in the row of its graft, with what module m keeps or without. */
static void
graft_kept(bench_t *b, int m, bool without)
{
    bench_open(b, &fix, CONTRACT_TRANSPLANT, -30, 30, 0);
    bench_start(b, true);
    bench_until(b, 0);
    if (without) {
        memset((char *)b->kept + b->body.kept[m], 0, b->body.module[m]->kept_bytes);
    }
    b->kernel->advance(&b->course, b->list, b->row, b->row + 1, NULL);
}

/* What a module keeps with collected cells comes back with the graft: without it the module stands otherwise. */
static void
kept_comes_back(const eng_disease_t *disease)
{
    contract_study(&fix, disease, 30);
    for (int m = 0; m < disease->num_needs + 1; m++) {
        const eng_module_t *module = m < disease->num_needs ? disease->needs[m] : &disease->module;
        bench_t with, less;

        graft_kept(&with, m, false);
        graft_kept(&less, m, true);
        CU_ASSERT_FATAL(with.body.module[m] == module && with.plan.rows[with.row].num_ops > 0);
        const bool differs = memcmp(eng_block(with.tile, &with.body, m), eng_block(less.tile, &less.body, m), module->bytes) != 0;
        contract_expect(differs == (module->kept_bytes > 0), disease, "what a module keeps with collected cells does not come back");
        contract_expect(module->kept_bytes % sizeof(eng_row_t) == 0, disease, "what a module keeps is no rows");
        contract_expect((module->kept_bytes > 0) == (with.hooks.with[ENG_HOOK_harvest] >> m & 1), disease,
            "hook 'harvest' without kept_bytes, or they without it");
        bench_close(&with);
        bench_close(&less);
    }
}

/* Slabs that put their living together, as many die, against tiles by themselves. */
static void
slabs_move(const eng_disease_t *disease)
{
    enum { TILES = 4 };
    int deaths = 0;

    contract_study(&fix, disease, 800);
    fix.params.hz_background = 1.5e-3;
    fix_grown_up(&fix);
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
    contract_each(kept_comes_back);
    contract_each(slabs_move);
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

static void
check_rows(const eng_disease_t *disease, const eng_module_t *module)
{
    int outside = 0, unnamed = 0, strange = 0;

    for (int j = 0; j < module->num_states; j++) {
        const eng_state_row_t *row = &module->states[j];
        outside += row->offset % sizeof(eng_row_t) != 0 || row->offset + sizeof(eng_row_t) > module->bytes;
        unnamed += row->name[0] == '\0' || row->unit[0] == '\0' || row->help[0] == '\0';
    }
    for (int j = 0; j < module->num_hazard_rows; j++) {
        const int channel = (int)module->hazard_rows[j].channel;
        outside += module->hazard_rows[j].left + sizeof(eng_row_t) > module->bytes;
        strange += eng_channel_name(channel) == NULL && (channel < ENG_CHANNEL_TESTS || channel > ENG_CHANNEL_TESTS_LAST);
    }
    for (int j = 0; j < module->num_numbers; j++) {
        outside += module->numbers[j].row + sizeof(eng_row_t) > module->bytes;
        outside += module->numbers[j].number < 0 || module->numbers[j].number >= eng_number_count(disease);
    }
    contract_expect(outside == 0, disease, "a table names rows that its block has not");
    contract_expect(unnamed == 0, disease, "a row of state without name, unit or help");
    contract_expect(strange == 0, disease, "a hazard whose channel is not in channels.h");
}

static void
tables_are_sound(const eng_disease_t *disease)
{
    int used[ENG_CHANNEL_TESTS_LAST + 1] = { 0 }, numbers[ENG_MAX_NUMBERS] = { 0 }, twice = 0;
    eng_body_t body;

    CU_ASSERT_EQUAL_FATAL(eng_body_make(&body, disease, 0, 0, 0, 0), 0);
    for (int m = 0; m < body.num_modules; m++) {
        check_rows(disease, body.module[m]);
        for (int j = 0; j < body.module[m]->num_hazard_rows; j++) {
            twice += used[body.module[m]->hazard_rows[j].channel]++;
        }
        for (int j = 0; j < body.module[m]->num_numbers; j++) {
            twice += numbers[body.module[m]->numbers[j].number]++;
        }
    }
    contract_expect(twice == 0, disease, "two hazards of one channel, or two rows of one number");
    for (int j = 0; j < disease->num_events; j++) {
        contract_expect(disease->events[j].day + sizeof(eng_row_t) <= disease->module.bytes && disease->events[j].help[0] != '\0', disease,
            "an event without a row or help");
    }
    for (int j = 0; j < body.num_states; j++) {
        for (int k = 0; k < j; k++) {
            twice += strcmp(eng_body_state(&body, NULL, j, 0, NULL).name, eng_body_state(&body, NULL, k, 0, NULL).name) == 0;
        }
    }
    contract_expect(twice == 0, disease, "two rows of state have one name");
}

static void
test_rows(void)
{
    contract_each(tables_are_sound);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_copies),
    ENG_TEST(test_rows),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "contract: rows", tests);
}
