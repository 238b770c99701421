/**
 * What a disease must keep to, whatever it is: studies made of its own tables, run in batches that can be compared course by
 * course.  Nothing here names a disease; one that the catalogue lists, or that a program is linked with, is covered.
 */
#ifndef ENG_TESTS_CONTRACT_H
#define ENG_TESTS_CONTRACT_H

#include "model_fixture.h"
#include "model/runner_state.h"

/** Say of which disease a promise was broken, and count it. */
static inline void
contract_expect(bool kept, const eng_disease_t *disease, const char *what)
{
    if (!kept) {
        printf("\n    %s: %s", disease->module.name, what);
        CU_FAIL("a disease breaks its contract");
    }
}

static inline void
contract_each(void (*check)(const eng_disease_t *disease))
{
    for (int d = 0; d < eng_disease_count(); d++) {
        check(eng_disease_at(d));
    }
}

/** The lowest event that a `when` rule of this disease may name. */
static inline eng_event_t
contract_event(const eng_disease_t *disease)
{
    const bool infections = (disease->when_events & ENG_BIT(ENG_EVENT_INFECTION)) != 0; /* the most frequent event, in every disease */
    return infections ? ENG_EVENT_INFECTION : (eng_event_t)__builtin_ctzll(disease->when_events);
}

static inline void
contract_when(fix_t *fix, const char *verb, const char *noun, double after)
{
    eng_action_t *a = fix_add(fix, 0, verb, noun);
    a->on_event = true;
    a->event = contract_event(fix->spec.disease);
    a->after = after;
    a->times = 2;
}

enum { CONTRACT_UNTREATED, CONTRACT_TRANSPLANT, CONTRACT_DRUGS, CONTRACT_RESCUE, CONTRACT_PROTOCOLS };

/**
 * Nobody treated; a transplant; drugs with a rule that acts at visits; a weak transplant with a second one after an event, which dates
 * actions.  Infections are frequent, so that there are events, and deaths rare.
 */
static inline void
contract_study(fix_t *fix, const eng_disease_t *disease, double horizon)
{
    fix_init_for(fix, disease, horizon);
    fix->params.hz_viral_base = 3e-3;
    for (int j = 0; j <= 6; j++) {
        fix_read_at(fix, horizon * j / 6);
    }
    (void)fix_untreated(fix);
    (void)fix_transplant(fix, "transplant", "cy200", 0);
    (void)fix_protocol(fix, "drugs");
    fix_with(fix, 0, "drug", "rituximab", "for", 100);
    fix_with(fix, 10, "drug", "dmt_standard", "for", 200)->taper = 30;
    contract_when(fix, "drug", "natalizumab", 0);
    (void)fix_protocol(fix, "rescue");
    fix_add(fix, -3, "condition", "cy200");
    fix_with(fix, -3, "atg", "ratg", "dose", 4);
    fix_with(fix, 0, "graft", "pb", "cd34", 4e6);
    contract_when(fix, "harvest", "pb", 3);
    contract_when(fix, "condition", "beam", 20);
    contract_when(fix, "atg", "alemtuzumab", 20);
    contract_when(fix, "graft", "pb", 26);
}

/** Another point: every parameter moved by up to 4 per cent, within its bounds. */
static inline void
contract_point(const fix_t *fix, int point, eng_params_t *params)
{
    const eng_disease_t *disease = fix->spec.disease;

    *params = fix->params;
    for (int j = 0; j < eng_param_count(disease); j++) {
        const eng_param_row_t row = eng_param_at(disease, j);
        const double moved = eng_params_get(params, j) * (1 + 0.04 * sin(7.0 * j + point));
        eng_params_set(params, j, fmin(row.high, fmax(row.low, moved)));
    }
}

/* --- batches -------------------------------------------------------------------------------------------------------- */

/** Results of courses, slot by slot, with what was read of them. */
typedef struct {
    const eng_disease_t *disease;
    eng_results_t *tile; /* owned */
    int tiles, count, num_reads;
    int *candidate;      /* owned, by slot */
} contract_batch_t;

static inline contract_batch_t
contract_batch(const fix_t *fix, int count)
{
    contract_batch_t batch = { fix->spec.disease, NULL, (count + ENG_LANES - 1) / ENG_LANES, count, fix->spec.num_reads, NULL };
    const size_t reads = (size_t)(batch.num_reads + 1) * (size_t)eng_marker_count(batch.disease) * ENG_LANES;

    batch.tile = calloc((size_t)batch.tiles, sizeof(*batch.tile));
    batch.candidate = calloc((size_t)count, sizeof(*batch.candidate));
    CU_ASSERT_FATAL(batch.tile != NULL && batch.candidate != NULL);
    for (int k = 0; k < batch.tiles; k++) {
        batch.tile[k].read = calloc(reads, sizeof(double));
        CU_ASSERT_FATAL(batch.tile[k].read != NULL);
    }
    return batch;
}

static inline void
contract_drop(contract_batch_t *batch)
{
    for (int k = 0; k < batch->tiles; k++) {
        free(batch->tile[k].read);
    }
    free(batch->tile);
    free(batch->candidate);
}

/** Slots from a and from b on, so many of them: how many differ in any bit. */
static inline int
contract_differ(const contract_batch_t *a, int i, const contract_batch_t *b, int j, int count)
{
    int differ = 0;

    for (int s = 0; s < count; s++) {
        const int x = i + s, y = j + s;
        differ += a->candidate[x] != b->candidate[y]
            || !fix_lane_equal_for(a->disease, &a->tile[x / ENG_LANES], x % ENG_LANES, &b->tile[y / ENG_LANES], y % ENG_LANES, a->num_reads);
    }
    return differ;
}

/** Patients first .. first + each - 1 of points from .. from + points - 1 as one slab, `times` times under a protocol: the last. */
static inline contract_batch_t
contract_run(const fix_t *fix, int protocol, int from, int points, uint64_t first, int each, int times)
{
    contract_batch_t batch = contract_batch(fix, points * each);
    eng_params_t params[ENG_SLAB * ENG_LANES];
    fix_run_t run;

    fix_open(&run, fix);
    eng_runner_clear(run.runner);
    for (int p = 0; p < points; p++) {
        contract_point(fix, from + p, &params[p]);
        CU_ASSERT_EQUAL_FATAL(eng_runner_add(run.runner, (uint32_t)(from + p), &params[p], first, each), each);
    }
    eng_runner_admit(run.runner);
    for (int t = 0; t < times; t++) {
        CU_ASSERT_EQUAL_FATAL(eng_runner_run(run.runner, protocol, batch.tile, 1), 0);
    }
    for (int s = 0; s < batch.count; s++) {
        batch.candidate[s] = eng_runner_candidate(run.runner, s);
    }
    fix_close(&run);
    return batch;
}

/** How many courses of a batch have an event. */
static inline int
contract_count(const contract_batch_t *batch, int event)
{
    int n = 0;

    for (int s = 0; s < batch->count; s++) {
        const int32_t tick = batch->tile[s / ENG_LANES].tick[event][s % ENG_LANES];
        n += tick != ENG_TICK_NEVER && tick != ENG_TICK_NOT_APPLICABLE;
    }
    return n;
}

static inline int
contract_failures(const contract_batch_t *batch)
{
    int n = 0;

    for (int s = 0; s < batch->count; s++) {
        n += batch->tile[s / ENG_LANES].failure[s % ENG_LANES] != ENG_FAILURE_NONE;
    }
    return n;
}

#endif
