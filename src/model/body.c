/**
 * Putting the blocks of a body one behind the other, and walking their rows.
 */
#include "model/body.h"

#include "base/error.h"
#include "model/catalogue.h"
#include "model/covariate.h"
#include "model/disease.h"
#include <stddef.h>
#include <string.h>

/* --- the core's rows ---------------------------------------------------------------------------------------------- */

#define SPAN(first, end, size)                                                                         \
    { offsetof(eng_tile_t, first), (int)((offsetof(eng_tile_t, end) - offsetof(eng_tile_t, first)) / ((size) * ENG_LANES)), (size) }

static const eng_lane_span_t core_spans[] = {
    { 0, (int)(offsetof(eng_tile_t, count_state) / sizeof(eng_row_t)), (int)sizeof(eng_real_t) },
    SPAN(count_state, point, (int)sizeof(uint64_t)), /* wide rows are two of 64 bits each */
    SPAN(point, cause, (int)sizeof(uint32_t)),
    SPAN(cause, num_lanes, 1),
};

#define CORE_STATE(name, unit, help) { #name, unit, help, offsetof(eng_tile_t, name), ENG_NO_ROW },
#define DRUG_SIGNAL(name, kind, unit, help) { #name, unit, "drugs: " help, offsetof(eng_tile_t, name), ENG_NO_ROW },
static const eng_state_row_t core_states[] = { ENG_CORE_STATE_LIST(CORE_STATE, CORE_STATE) ENG_SIGNAL_LIST(DRUG_SIGNAL) };

/* --- the catalogue ------------------------------------------------------------------------------------------------- */

#define MODULE_AS_POINTER(name) &eng_module_##name,

const eng_module_t *eng_module_at(int k)
{
    static const eng_module_t *const modules[] = { ENG_MODULE_LIST(MODULE_AS_POINTER) };
    return k >= 0 && k < ENG_COUNT_OF(modules) ? modules[k] : NULL;
}

/* --- making -------------------------------------------------------------------------------------------------------- */

static int add_spans(eng_body_t *body, const eng_lane_span_t *spans, int count, size_t offset)
{
    if (body->num_spans + count > ENG_MAX_SPANS) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "'%s' has more than %d spans of rows", body->disease->module.name, ENG_MAX_SPANS);
    }
    for (int j = 0; j < count; j++) {
        body->span[body->num_spans] = spans[j];
        body->span[body->num_spans++].offset += offset;
    }
    return 0;
}

static int add_module(eng_body_t *body, const eng_module_t *module)
{
    if (body->num_modules == ENG_MAX_MODULES) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "'%s' needs more than %d modules", body->disease->module.name, ENG_MAX_MODULES);
    }
    body->offset[body->num_modules] = body->tile_bytes;
    body->kept[body->num_modules] = body->kept_bytes;
    body->kept_bytes += module->kept_bytes;
    body->module[body->num_modules++] = module;
    if (module == &eng_module_clones) {
        body->clones = body->tile_bytes;
    }
    const int ret = add_spans(body, module->spans, module->num_spans, body->tile_bytes);
    body->tile_bytes += (module->bytes + 63) / 64 * 64;
    body->num_states += module->num_states;
    body->writes |= module->writes;
    return ret;
}

/* Rows of numbers, `count` structures of `size` bytes. */
static int add_rows(eng_body_t *body, int count, size_t size, size_t *offset)
{
    const eng_lane_span_t span = { 0, (int)((size_t)count * size / sizeof(eng_row_t)), (int)sizeof(eng_real_t) };

    *offset = body->tile_bytes;
    body->tile_bytes += (size_t)count * size;
    return count > 0 ? add_spans(body, &span, 1, *offset) : 0;
}

/* Modules of the disease, then those that only its actions need; the disease stands last. */
static int add_modules(eng_body_t *body, unsigned uses)
{
    const eng_disease_t *disease = body->disease;
    int ret = 0;

    for (int j = 0; j < disease->num_needs && ret == 0; j++) {
        ret = add_module(body, disease->needs[j]);
    }
    for (int k = 0; k < ENG_NUM_SHARED_MODULES && ret == 0; k++) {
        if ((uses >> k & 1) != 0 && !eng_disease_needs(disease, eng_module_at(k))) {
            ret = add_module(body, eng_module_at(k));
        }
    }
    return ret == 0 ? add_module(body, &disease->module) : ret;
}

int eng_body_make(eng_body_t *body, const eng_disease_t *disease, int num_slots, int num_rules, eng_signal_set_t drug_signals, unsigned uses)
{
    const eng_lane_span_t covariates = { 0, eng_covariate_count(disease), (int)sizeof(double) };

    *body = (eng_body_t){ .disease = disease, .tile_bytes = offsetof(eng_tile_t, covariate), .num_states = ENG_COUNT_OF(core_states),
        .num_slots = num_slots, .num_rules = num_rules, .drug_signals = drug_signals | ENG_SIGNAL_BIT(b_kill) };
    if (covariates.rows > ENG_MAX_COVARIATES) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "'%s' has more than %d covariates", disease->module.name, ENG_MAX_COVARIATES);
    }
    int ret = add_spans(body, core_spans, ENG_COUNT_OF(core_spans), 0);

    if (ret == 0) {
        ret = add_spans(body, &covariates, 1, body->tile_bytes);
        body->tile_bytes += (size_t)covariates.rows * sizeof(double[ENG_LANES]);
    }

    if (ret == 0) {
        ret = add_rows(body, num_slots, sizeof(eng_slot_t), &body->slots);
    }
    if (ret == 0) {
        ret = add_rows(body, num_slots * __builtin_popcountll(body->drug_signals), sizeof(eng_row_t), &body->effects);
    }
    if (ret == 0) {
        ret = add_rows(body, num_rules, sizeof(eng_rule_rows_t), &body->rules);
    }
    return ret == 0 ? add_modules(body, uses) : ret;
}

void *eng_body_find(eng_tile_t *tile, const eng_body_t *body, const eng_module_t *module)
{
    for (int j = 0; j < body->num_modules; j++) {
        if (body->module[j] == module) {
            return eng_block(tile, body, j);
        }
    }
    return NULL;
}

/* --- walking ------------------------------------------------------------------------------------------------------- */

static double value_at(const void *block, size_t offset, int l)
{
    return (double)((const eng_real_t *)(const void *)((const char *)block + offset))[l];
}

eng_state_row_t eng_body_state(const eng_body_t *body, const eng_tile_t *tile, int j, int l, double *value)
{
    const char *block = (const char *)tile;
    const eng_state_row_t *row = j < ENG_COUNT_OF(core_states) ? &core_states[j] : NULL;

    j -= ENG_COUNT_OF(core_states);
    for (int m = 0; row == NULL && m < body->num_modules; m++) {
        row = j < body->module[m]->num_states ? &body->module[m]->states[j] : NULL;
        block = (const char *)tile + body->offset[m];
        j -= body->module[m]->num_states;
    }
    if (value != NULL) {
        const eng_real_t x = (eng_real_t)value_at(block, row->offset, l);
        *value = (double)(row->scale == ENG_NO_ROW ? x : x * (eng_real_t)value_at(block, row->scale, l));
    }
    return *row;
}

static void check_rows(const eng_state_row_t *rows, int count, const char *block, int l, bool *finite, bool *negative)
{
    for (int j = 0; j < count; j++) {
        const eng_real_t x = ((const eng_real_t *)(const void *)(block + rows[j].offset))[l];
        *finite = *finite && x - x == 0;
        *negative = *negative || x < 0;
    }
}

eng_failure_t eng_body_failure(const eng_body_t *body, const eng_tile_t *tile, int l)
{
    bool finite = true, negative = false;

    check_rows(core_states, ENG_COUNT_OF(core_states), (const char *)tile, l, &finite, &negative);
    for (int m = 0; m < body->num_modules; m++) {
        const eng_module_t *module = body->module[m];
        check_rows(module->states, module->num_states, (const char *)tile + body->offset[m], l, &finite, &negative);
    }
    return !finite ? ENG_FAILURE_NON_FINITE : negative ? ENG_FAILURE_NEGATIVE : ENG_FAILURE_NONE;
}

/* A size that the compiler knows makes these loops of plain moves. */
static inline void copy_span(const eng_lane_span_t *span, size_t size, char *to, int j, const char *from, int i)
{
    char *out = to + span->offset + (size_t)j * size;
    const char *in = from + span->offset + (size_t)i * size;
    for (int row = 0; row < span->rows; row++) {
        memcpy(out + (size_t)row * ENG_LANES * size, in + (size_t)row * ENG_LANES * size, size);
    }
}

void eng_body_copy_lane(const eng_body_t *body, eng_tile_t *to, int j, const eng_tile_t *from, int i)
{
    for (int k = 0; k < body->num_spans; k++) {
        const eng_lane_span_t *span = &body->span[k];
        switch (span->size) {
        case 1:
            copy_span(span, 1, (char *)to, j, (const char *)from, i);
            break;
        case 4:
            copy_span(span, 4, (char *)to, j, (const char *)from, i);
            break;
        default:
            copy_span(span, 8, (char *)to, j, (const char *)from, i);
        }
    }
}

void eng_body_copy_kept(const eng_body_t *body, void *to, int j, const void *from, int i)
{
    eng_real_t *out = to;
    const eng_real_t *in = from;

    for (size_t row = 0; row < body->kept_bytes / sizeof(eng_row_t); row++) {
        out[row * ENG_LANES + (size_t)j] = in[row * ENG_LANES + (size_t)i];
    }
}
