/**
 * The model of a study: the calendars of its protocols and of the screening years; immutable, one per process.
 */
#include "model/runner_state.h"

#include <stdlib.h>

#define BURN_IN 180.0 /* days simulated before the screening window, so that it does not begin in an unprimed state */

/*
 * -30 d, or -60 d when a protocol acts earlier.  Behind a run-in the day before the first action of any protocol, day -1 at the
 * latest: until then all protocols are one.
 */
double eng_spec_first_day(const eng_model_spec_t *spec)
{
    int32_t earliest = 0;
    for (int p = 0; p < spec->num_protocols; p++) {
        for (int j = spec->protocols[p].num_run_in; j < spec->protocols[p].num_actions; j++) {
            const eng_action_t *a = &spec->protocols[p].actions[j];
            earliest = !a->on_event && a->tick < earliest ? a->tick : earliest;
        }
    }
    if (spec->run_in_days > 0) {
        return (double)((earliest - ENG_TICKS_PER_DAY + 1) / ENG_TICKS_PER_DAY - 1);
    }
    return earliest < -30 * ENG_TICKS_PER_DAY ? -60 : -30;
}

/* Days before entry: what the disease needs to run in, and behind a burn-in the window of entry criteria and the study's run-in. */
static int make_screening(eng_model_t *model)
{
    const eng_model_spec_t *spec = &model->spec;
    const eng_calendar_needs_t *needs = &spec->disease->calendar;
    const bool asked = spec->entry.within > 0 || spec->entry.num_markers > 0;
    const double burn_in = needs->burn_in > 0 ? needs->burn_in : BURN_IN;
    const double window = model->start - (spec->entry.within > 0 ? (double)(int32_t)(spec->entry.within + 0.999999) : 0);
    double before = spec->run_in_days > 0 && -spec->run_in_days < window ? -spec->run_in_days : window;

    for (int j = 0; j < spec->entry.num_markers; j++) {
        const eng_entry_marker_t *criterion = &spec->entry.marker[j];
        const double earliest = (double)(int32_t)(criterion->since < criterion->at ? criterion->since : criterion->at);
        before = earliest < 0 && earliest - 1 < before ? earliest - 1 : before; /* a day has passed when they are read */
    }
    before -= (asked || spec->run_in_days > 0) && !(needs->run_in > 0) ? burn_in : 0;
    before = needs->run_in > 0 && -needs->run_in < before ? -needs->run_in : before;
    before = asked && -needs->screens_from < before ? -needs->screens_from : before;
    model->screened = before < model->start;
    int ret = model->screened ? eng_plan_create(&model->screening, NULL, spec, before, model->start) : 0;
    while (ret == 0 && model->window < model->screening.num_rows && model->screening.rows[model->window].t < window) {
        model->window++;
    }
    return ret;
}

int eng_model_create(eng_model_t **out, const eng_model_spec_t *spec)
{
    int ret = 0, slots = 0, rules = 0;
    eng_params_t nominal;
    eng_model_t *model = calloc(1, sizeof(*model));

    *out = NULL;
    if (model == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the model");
    }
    (void)eng_fpu_use_default();
    model->spec = *spec;
    model->start = eng_spec_first_day(spec);
    model->plans = calloc((size_t)(unsigned)spec->num_protocols, sizeof(*model->plans));
    if (model->plans == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d protocols", spec->num_protocols);
    }
    for (int p = 0; p < spec->num_protocols && ret == 0; p++) {
        ret = eng_plan_create(&model->plans[p], &spec->protocols[p], spec, model->start, spec->horizon);
    }
    if (ret == 0) {
        ret = make_screening(model);
    }
    slots = model->screening.num_slots;
    eng_signal_set_t drug_signals = model->screening.writes;
    unsigned uses = 0;
    for (int p = 0; p < spec->num_protocols && ret == 0; p++) {
        slots = model->plans[p].num_slots > slots ? model->plans[p].num_slots : slots;
        rules = model->plans[p].num_rules > rules ? model->plans[p].num_rules : rules;
        drug_signals |= model->plans[p].writes;
        uses |= eng_protocol_uses(&spec->protocols[p]);
    }
    if (ret == 0) {
        ret = eng_body_make(&model->body, spec->disease, slots, rules, drug_signals, uses);
    }
    eng_params_nominal(spec->disease, &nominal);
    eng_rates_make(&model->nominal, &nominal);
    if (ret != 0) {
        eng_model_destroy(model);
        return ret;
    }
    *out = model;
    return 0;
}

void eng_model_destroy(eng_model_t *model)
{
    if (model == NULL) {
        return;
    }
    for (int p = 0; model->plans != NULL && p < model->spec.num_protocols; p++) {
        eng_plan_free(&model->plans[p]);
    }
    eng_plan_free(&model->screening);
    free(model->plans);
    free(model);
}

int eng_read_rows(const eng_disease_t *disease, int num_endpoints)
{
    return eng_marker_count(disease) + ENG_NUM_NOTES(num_endpoints);
}

double eng_model_first_day(const eng_model_t *model)
{
    return model->start;
}

int32_t eng_model_horizon_tick(const eng_model_t *model)
{
    return eng_tick_nearest(model->spec.horizon);
}

int eng_model_num_rows(const eng_model_t *model, int protocol)
{
    return model->plans[protocol].num_rows;
}
