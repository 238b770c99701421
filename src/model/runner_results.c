/**
 * From the lane of a course to the results of its slot: events in ticks, numbers, failures.
 */
#include "model/runner_state.h"
#include "model/toxicity.h"

#include <math.h>

/* In what follows lane i of the tile goes to lane l of the results. */

/* A day to ticks since day 0; later than the horizon is never. */
static int32_t to_tick(eng_real_t day, double horizon)
{
    return (double)day <= horizon ? eng_tick_nearest((double)day) : ENG_TICK_NEVER;
}

static int32_t recovery_tick(eng_real_t day, eng_real_t was_below, double horizon)
{
    return was_below > 0 ? to_tick(day, horizon) : ENG_TICK_NOT_APPLICABLE;
}

static const eng_real_t *row_at(const eng_tile_t *t, size_t block, size_t row)
{
    return (const eng_real_t *)(const void *)((const char *)t + block + row);
}

/* Events that are known when they begin: those after death did not come, those that kill did. */
static int32_t before_death(const eng_tile_t *t, int i, eng_real_t day, double horizon)
{
    return day <= t->t_death[i] ? to_tick(day, horizon) : ENG_TICK_NEVER;
}

/* Complications, by the row of their first day. */
static const struct {
    int event;
    size_t day;
} complications[] = {
#define ROW(event, row) { ENG_EVENT_##event, offsetof(eng_tile_t, row) }
    ROW(SECONDARY_MALIGNANCY, t_malignancy), ROW(SECONDARY_AUTOIMMUNITY, t_autoimmunity), ROW(CMV, t_cmv), ROW(EBV, t_ebv),
    ROW(ZOSTER, t_zoster), ROW(FUNGAL, t_fungal), ROW(BACTERAEMIA, t_bacteraemia), ROW(SEVERE_INFECTION, t_severe), ROW(PTLD, t_ptld),
    ROW(VOD, t_vod), ROW(ORGAN_TOXICITY, t_organ), ROW(SECOND_CANCER, t_cancer), ROW(INFERTILITY, t_infertile),
#undef ROW
};

static void finish_complications(const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    for (size_t j = 0; j < sizeof(complications) / sizeof(*complications); j++) {
        out->tick[complications[j].event][l] = before_death(t, i, row_at(t, 0, complications[j].day)[i], horizon);
    }
    if (t->covariate[ENG_COV_FEMALE][i] > 0 && t->covariate[ENG_COV_AGE][i] > ENG_MENOPAUSE) {
        out->tick[ENG_EVENT_INFERTILITY][l] = ENG_TICK_NOT_APPLICABLE;
    }
}

static void finish_events(const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    const eng_real_t death = t->t_death[i];

    out->tick[ENG_EVENT_RELAPSE][l] = to_tick(t->t_relapse[i], horizon);
    out->tick[ENG_EVENT_PROGRESSION][l] = to_tick(t->t_progression[i], horizon);
    out->tick[ENG_EVENT_DEATH][l] = to_tick(death, horizon);
    out->tick[ENG_EVENT_ANC_RECOVERY][l] = recovery_tick(t->t_anc[i], t->below_anc[i], horizon);
    out->tick[ENG_EVENT_PLT_RECOVERY][l] = recovery_tick(t->t_plt[i], t->below_plt[i], horizon);
    out->tick[ENG_EVENT_CD4_200][l] = recovery_tick(t->t_cd4[i], t->below_cd4[i], horizon);
    out->tick[ENG_EVENT_GRAFT_FAILURE][l] = to_tick(t->t_graft_failure[i], horizon);
    out->tick[ENG_EVENT_INFECTION][l] = to_tick(t->t_infection[i], horizon);
    out->tick[ENG_EVENT_LOSS_OF_RESPONSE][l] = to_tick(t->t_loss[i], horizon);
    out->tick[ENG_EVENT_TERATOMA][l] = out->tick[ENG_EVENT_CRS][l] = ENG_TICK_NEVER; /* unless a module says otherwise */
    finish_complications(t, i, horizon, l, out);
    out->cause[l] = out->tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? ENG_CAUSE_NONE : t->cause[i];
}

static double came(const eng_results_t *out, int event, int l)
{
    return out->tick[event][l] < ENG_TICK_NEVER && out->tick[event][l] != ENG_TICK_NOT_APPLICABLE ? 1 : 0;
}

static void finish_numbers(const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    const double death = (double)t->t_death[i];
    const double followed = (death < horizon ? (death > 0 ? death : 0) : horizon) / ENG_DAYS_PER_YEAR;

    const double viral = (double)t->count_viral[i] - (double)t->num_prevented[i];
    const double cancers = came(out, ENG_EVENT_SECONDARY_MALIGNANCY, l) + came(out, ENG_EVENT_SECOND_CANCER, l);

    for (int n = 0; n < ENG_MAX_NUMBERS; n++) {
        out->number[n][l] = (double)NAN; /* numbers of modules that this body has not */
    }
    out->number[ENG_NUMBER_INFECTIONS][l] = (double)t->count_bacterial[i] + viral;
    out->number[ENG_NUMBER_BACTERIAL][l] = (double)t->count_bacterial[i];
    out->number[ENG_NUMBER_VIRAL][l] = viral;
    out->number[ENG_NUMBER_SEVERE_INFECTIONS][l] = (double)t->num_severe_infections[i];
    out->number[ENG_NUMBER_SEVERE_EVENTS][l] = (double)t->num_severe[i] + (double)t->num_febrile[i] + cancers;
    out->number[ENG_NUMBER_MUCOSITIS][l] = (double)t->mucositis[i];
    out->number[ENG_NUMBER_RELAPSES][l] = (double)t->num_relapses[i];
    out->number[ENG_NUMBER_FEBRILE][l] = (double)t->num_febrile[i];
    out->number[ENG_NUMBER_ARR][l] = followed > 0 ? (double)t->num_relapses[i] / followed : (double)NAN;
}

static void finish_module_numbers(const eng_body_t *body, int m, const eng_tile_t *t, int i, int l, eng_results_t *out)
{
    const eng_module_t *module = body->module[m];

    for (int k = 0; k < module->num_numbers; k++) {
        const eng_number_row_t *number = &module->numbers[k];
        const eng_real_t x = row_at(t, body->offset[m], number->row)[i];
        out->number[number->number][l] = x >= 0 && (double)t->t_death[i] > number->after ? (double)x : (double)NAN;
    }
}

static void finish_module_events(const eng_body_t *body, int m, const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    const eng_module_t *module = body->module[m];

    for (int k = 0; k < module->num_shared_events; k++) {
        const eng_real_t day = row_at(t, body->offset[m], module->shared_events[k].day)[i];
        out->tick[module->shared_events[k].event][l] = before_death(t, i, day, horizon);
    }
}

/* Events of the disease, from the rows that it names. */
static void finish_own(const eng_body_t *body, const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    const eng_disease_t *disease = body->disease;
    const size_t block = body->offset[body->num_modules - 1];

    for (int k = 0; k < disease->num_events; k++) {
        out->tick[ENG_EVENT_OWN(k)][l] = to_tick(row_at(t, block, disease->events[k].day)[i], horizon);
    }
    for (int event = 0; disease->no_events >> event != 0; event++) {
        if (disease->no_events >> event & 1) {
            out->tick[event][l] = ENG_TICK_NOT_APPLICABLE;
        }
    }
}

/* Rejection applies to who was given cells of a donor. */
static void finish_donor(const eng_body_t *body, const eng_tile_t *t, int i, double horizon, int l, eng_results_t *out)
{
    const eng_graft_t *g = NULL;

    for (int m = 0; m < body->num_modules; m++) {
        g = body->module[m] == &eng_module_graft ? (const eng_graft_t *)(const void *)((const char *)t + body->offset[m]) : g;
    }
    out->tick[ENG_EVENT_REJECTION][l]
        = g != NULL && g->infused[i] < ENG_DAY_NEVER ? before_death(t, i, g->t_rejection[i], horizon) : ENG_TICK_NOT_APPLICABLE;
}

void eng_runner_finish(eng_runner_t *r, const eng_tile_t *tile, int i, int slot)
{
    eng_results_t *out = &r->results[slot / ENG_LANES * r->stride];
    const eng_body_t *body = &r->model->body;
    const int l = slot % ENG_LANES;
    const double horizon = r->model->spec.horizon;

    finish_events(tile, i, horizon, l, out);
    finish_numbers(tile, i, horizon, l, out);
    finish_own(body, tile, i, horizon, l, out);
    for (int m = 0; m < body->num_modules; m++) {
        finish_module_numbers(body, m, tile, i, l, out);
        finish_module_events(body, m, tile, i, horizon, l, out);
    }
    finish_donor(body, tile, i, horizon, l, out);
    out->failure[l] = tile->failure[i] != ENG_FAILURE_NONE ? tile->failure[i] : (uint8_t)eng_body_failure(body, tile, i);
}

void eng_runner_keep_reads(eng_runner_t *r, int l, int slot, int first, int end)
{
    double *to = r->results[slot / ENG_LANES * r->stride].read + slot % ENG_LANES;

    for (int j = first * r->read_rows; j < end * r->read_rows; j++) {
        to[(size_t)j * ENG_LANES] = r->reads[(size_t)j * ENG_LANES + (size_t)l];
    }
}

void eng_runner_void_reads(eng_runner_t *r, int slot, int first)
{
    double *to = r->results[slot / ENG_LANES * r->stride].read + slot % ENG_LANES;

    for (int j = first * r->read_rows; j < r->model->spec.num_reads * r->read_rows; j++) {
        to[(size_t)j * ENG_LANES] = (double)NAN;
    }
}

void eng_runner_judge(eng_runner_t *r)
{
    const eng_model_spec_t *spec = &r->model->spec;
    eng_sighting_t seen = { .days = spec->reads, .num_reads = spec->num_reads, .num_markers = eng_marker_count(spec->disease),
        .num_rows = r->read_rows, .horizon = eng_tick_nearest(spec->horizon) };

    for (int slot = 0; spec->num_endpoints > 0 && slot < r->count; slot++) {
        eng_results_t *out = &r->results[slot / ENG_LANES * r->stride];
        seen.results = out;
        seen.lane = slot % ENG_LANES;
        for (int k = 0; k < spec->num_endpoints; k++) {
            out->tick[ENG_EVENT_ENDPOINT(k)][seen.lane] = eng_endpoint_tick(&spec->endpoints[k], k, &seen);
        }
    }
}
