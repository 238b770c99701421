/**
 * From the tile that ran to results: events in ticks, numbers, failures.
 */
#include "model/runner_state.h"

#include <math.h>

/* A day to ticks since day 0; later than the horizon is never. */
static int32_t to_tick(eng_real_t day, double horizon)
{
    return (double)day <= horizon ? eng_tick_nearest((double)day) : ENG_TICK_NEVER;
}

static int32_t recovery_tick(eng_real_t day, eng_real_t was_below, double horizon)
{
    return was_below > 0 ? to_tick(day, horizon) : ENG_TICK_NOT_APPLICABLE;
}

static void finish_events(const eng_runner_t *r, int l, eng_results_t *out)
{
    const eng_tile_t *t = r->tile;
    const double horizon = r->model->spec.horizon;
    const eng_real_t death = t->t_death[l];
    const eng_real_t malignancy = t->t_malignancy[l] < death ? t->t_malignancy[l] : ENG_DAY_NEVER;
    const eng_real_t autoimmunity = t->t_autoimmunity[l] < death ? t->t_autoimmunity[l] : ENG_DAY_NEVER;

    out->tick[ENG_EVENT_RELAPSE][l] = to_tick(t->t_relapse[l], horizon);
    out->tick[ENG_EVENT_PROGRESSION][l] = to_tick(t->t_progression[l], horizon);
    out->tick[ENG_EVENT_DEATH][l] = to_tick(death, horizon);
    out->tick[ENG_EVENT_LESION][l] = to_tick(t->t_lesion[l], horizon);
    out->tick[ENG_EVENT_ANC_RECOVERY][l] = recovery_tick(t->t_anc[l], t->below_anc[l], horizon);
    out->tick[ENG_EVENT_PLT_RECOVERY][l] = recovery_tick(t->t_plt[l], t->below_plt[l], horizon);
    out->tick[ENG_EVENT_CD4_200][l] = recovery_tick(t->t_cd4[l], t->below_cd4[l], horizon);
    out->tick[ENG_EVENT_GRAFT_FAILURE][l] = to_tick(t->t_graft_failure[l], horizon);
    out->tick[ENG_EVENT_INFECTION][l] = to_tick(t->t_infection[l], horizon);
    out->tick[ENG_EVENT_SECONDARY_MALIGNANCY][l] = to_tick(malignancy, horizon);
    out->tick[ENG_EVENT_SECONDARY_AUTOIMMUNITY][l] = to_tick(autoimmunity, horizon);
    out->cause[l] = out->tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? ENG_CAUSE_NONE : t->cause[l];
}

static void finish_numbers(const eng_runner_t *r, int l, eng_results_t *out)
{
    const eng_tile_t *t = r->tile;
    const double horizon = r->model->spec.horizon, death = (double)t->t_death[l];
    const double followed = (death < horizon ? (death > 0 ? death : 0) : horizon) / ENG_DAYS_PER_YEAR;

    out->number[ENG_NUMBER_INFECTIONS][l] = (double)t->num_infections[l];
    out->number[ENG_NUMBER_RELAPSES][l] = (double)t->num_relapses[l];
    out->number[ENG_NUMBER_FEBRILE][l] = (double)t->num_febrile[l];
    out->number[ENG_NUMBER_ARR][l] = followed > 0 ? (double)t->num_relapses[l] / followed : (double)NAN;
    out->number[ENG_NUMBER_E1Y_RATIO][l] = t->e1y_ratio[l] >= 0 && death > 365 ? (double)t->e1y_ratio[l] : (double)NAN;
    out->number[ENG_NUMBER_CLONES_LEFT][l] = t->clones_left[l] >= 0 && death > 30 ? (double)t->clones_left[l] : (double)NAN;
}

/* A lane that became negative or non-finite is a failed course; the others never notice. */
static eng_failure_t find_failure(const eng_tile_t *t, int l)
{
    bool finite = true, negative = false;
#define ENG_CHECK_ROW(name, ...)                          \
    finite = finite && t->name[l] - t->name[l] == 0;      \
    negative = negative || t->name[l] < 0;
    ENG_STATE_LIST(ENG_CHECK_ROW)
#undef ENG_CHECK_ROW
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        finite = finite && t->clone[k][l] - t->clone[k][l] == 0;
        negative = negative || t->clone[k][l] < 0;
    }
    return !finite ? ENG_FAILURE_NON_FINITE : negative ? ENG_FAILURE_NEGATIVE : ENG_FAILURE_NONE;
}

void eng_runner_finish(eng_runner_t *r, eng_results_t *out)
{
    out->num_lanes = r->count;
    out->read = r->reads;
    for (int n = 0; n < ENG_NUM_NUMBERS; n++) {
        for (int l = 0; l < ENG_LANES; l++) {
            out->number[n][l] = (double)NAN;
        }
    }
    for (int l = 0; l < ENG_LANES; l++) {
        finish_events(r, l, out);
        finish_numbers(r, l, out);
        out->failure[l] = r->base->failure[l] != ENG_FAILURE_NONE ? r->base->failure[l] : (uint8_t)find_failure(r->tile, l);
    }
}
