/**
 * Exposures (MODEL section 6.3): antibodies and mucosal injury, which fall exponentially and act by their mean over a
 * row, so that their integral is exact for any length; drugs by class; `when` rules, which act at visits or send
 * a course to another calendar.
 */
#include "model/action_data.h"
#include "model/lanes/kill.h"
#include "model/lanes/step.h"

#define NEGLIGIBLE ((real)1e-6) /* of a reference dose: 20 half-lives */

/* --- antibodies and mucosal injury ------------------------------------------------------------------------------ */

void eng_antibody_dose(eng_course_t *c, int antibody, real amount)
{
    eng_tile_t *t = c->tile;
    FOR_LANES
    {
        t->antibody_level[antibody][l] += amount;
    }
    t->exposed = true;
    t->exposure_ends = false;
}

/* What is left of an exposure at the row's end; *mean: over the row. */
LANE_INLINE real fall(real level, real keep, real mean_share, real *mean)
{
    *mean = level * mean_share;
    const real left = level * keep;
    return left < NEGLIGIBLE ? 0 : left;
}

static int antibody_row(eng_course_t *c, int j)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const step_rates_t *k = STEP_RATES(c);
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        real C;
        const real left = fall(t->antibody_level[j][l], LANE(k->antibody_keep[j]), LANE(k->antibody_mean[j]), &C);
        const real acts = C * t->atg_exposure[l];
        s->kill[l] = fma_real(acts, LANE(r->antibody_t[j]), s->kill[l]);
        s->kill_nk[l] = fma_real(acts, LANE(r->antibody_nk[j]), s->kill_nk[l]);
        s->kill_b[l] = fma_real(acts, LANE(r->antibody_b[j]), s->kill_b[l]);
        t->antibody_level[j][l] = left;
        any |= left > 0;
    }
    return any;
}

static int injury_row(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const step_rates_t *k = STEP_RATES(c);
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        real mu;
        const real left = fall(t->mucosa[l], LANE(k->injury_keep), LANE(k->injury_mean), &mu);
        s->kill[l] = s->kill_nk[l] = s->kill_b[l] = 0;
        s->injury[l] = mu;
        t->mucosa[l] = left;
        any |= left > 0;
    }
    return any;
}

void eng_exposures_row(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    int any = injury_row(c);

    for (int j = 0; j < ENG_MAX_ANTIBODIES; j++) {
        if (c->plan->antibodies & 1u << j) {
            any |= antibody_row(c, j);
        }
    }
    memcpy(t->antibody, c->signals->kill, sizeof(t->antibody));
    t->exposure_ends = any == 0;
}

void eng_exposures_end(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    FOR_LANES
    {
        s->kill[l] = t->antibody[l] = 0;
    }
    t->exposed = t->exposure_ends = false;
}

/* --- drugs --------------------------------------------------------------------------------------------------------- */

static real drug_value(const eng_params_t *params, size_t param, real absent)
{
    const double *values = (const double *)(const void *)params;
    return param == ENG_NO_PARAM ? absent : (real)values[param / sizeof(double)];
}

static void refresh_drugs(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    FOR_LANES
    {
        t->traffic[l] = 1;
        t->b_kill[l] = 0;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &t->slot[j];
        FOR_LANES
        {
            const real C = at_most(slot->exposure[l], 1);
            const real missing = slot->b_kill[l] > 0 ? max0(1 - t->b_naive[l]) : 0;
            const real acts = C > missing ? C : missing; /* anti-CD20 acts on attacks while naive B cells are missing */
            t->traffic[l] *= 1 - (1 - slot->traffic[l]) * acts;
            t->b_kill[l] += slot->b_kill[l] * C;
        }
    }
}

void eng_drug_start(eng_course_t *c, int slot_index, int drug_index, real until, real taper, const real *lanes)
{
    eng_slot_t *slot = &c->tile->slot[slot_index];
    const eng_drug_t *drug = c->plan->drugs[drug_index]->data;
    const real keep = drug->half_life > 0 ? (real)eng_exp(-ENG_LN2 / drug->half_life) : 0;
    const real fall = taper > 0 ? 1 / taper : 0;

    for (int l = 0; l < ENG_LANES; l++) {
        const int on = lanes[l] > 0;
        const real traffic = drug_value(PARAMS(c, l), drug->traffic_param, 1);
        const real b_kill = drug_value(PARAMS(c, l), drug->b_kill_param, 0);
        slot->drug[l] = on ? (real)(drug_index + 1) : slot->drug[l];
        slot->exposure[l] = on ? 1 : slot->exposure[l];
        slot->until[l] = on ? until : slot->until[l];
        slot->keep[l] = on ? keep : slot->keep[l];
        slot->taper[l] = on ? fall : slot->taper[l];
        slot->traffic[l] = on ? traffic : slot->traffic[l];
        slot->b_kill[l] = on ? b_kill : slot->b_kill[l];
    }
    if (drug->lymphoid_kill > 0) {
        const eng_kill_t kill = { .lymphoid = drug->lymphoid_kill, .nk = drug->lymphoid_kill };
        eng_kill(c, &kill, 0, lanes);
    }
    refresh_drugs(c);
    c->tile->drugs_change = 0;
}

void eng_drug_stop(eng_course_t *c, int slot_index, int drug_index, real now)
{
    eng_slot_t *slot = &c->tile->slot[slot_index];
    const real drug = (real)(drug_index + 1);
    FOR_LANES
    {
        slot->until[l] = slot->drug[l] == drug ? at_most(slot->until[l], now) : slot->until[l];
    }
    c->tile->drugs_change = 0;
}

/* The first day on which some exposure will no longer be held; 0 where one falls already. */
static real next_change(const eng_course_t *c, real today)
{
    real next = ENG_DAY_NEVER;
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->tile->slot[j];
        for (int l = 0; l < ENG_LANES; l++) {
            const real held = today < slot->until[l] ? slot->until[l] : 0;
            next = slot->exposure[l] > 0 ? at_most(next, held) : next;
        }
    }
    return next;
}

/* As a day begins: what is not held any more falls by its half-life, or in a straight line when tapered. */
void eng_drugs_day(eng_course_t *c)
{
    const real today = (real)c->row->t;

    if (today < c->tile->drugs_change && !c->plan->b_drugs) { /* all held: nothing moves */
        return;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        eng_slot_t *slot = &c->tile->slot[j];
        FOR_LANES
        {
            const real C = slot->exposure[l];
            const real less = slot->taper[l] > 0 ? max0(C - slot->taper[l]) : C * slot->keep[l];
            slot->exposure[l] = today < slot->until[l] ? C : (less > (real)1e-4 ? less : 0);
        }
    }
    refresh_drugs(c);
    c->tile->drugs_change = next_change(c, today);
}

/* --- `when` rules ------------------------------------------------------------------------------------------- */

static int rule_sees(const eng_tile_t *t, const eng_rule_t *rule, int l, real now, real visits)
{
    switch (rule->event) {
    case ENG_EVENT_RELAPSE:
        return t->num_relapses[l] > t->seen_relapse[l];
    case ENG_EVENT_INFECTION:
        return t->num_infections[l] > t->seen_infection[l];
    default: /* progression: once */
        return (t->t_progression[l] <= now) & (t->t_progression[l] > now - visits);
    }
}

/* A rule with dates: lanes in which it acts leave the tile; it is ready again when all that its event asked for is done. */
static void dated_rule(eng_course_t *c, int j, real now, real horizon)
{
    eng_tile_t *t = c->tile;
    const eng_rule_t *rule = &c->plan->rules[j];
    const bool in_time = now + (real)rule->after < horizon;

    for (int l = 0; l < ENG_LANES; l++) {
        const int waits = (t->rule_left[j][l] > 0) & (t->rule_due[j][l] >= ENG_DAY_NEVER) & (now < t->t_death[l]);
        if (waits && rule_sees(t, rule, l, now, c->plan->visits)) {
            t->rule_left[j][l] -= 1;
            t->rule_due[j][l] = now + (real)rule->busy;
            c->leaves[l] |= in_time ? 1u << j : 0;
            c->leaving = c->leaving || in_time;
        }
        t->rule_due[j][l] = t->rule_due[j][l] <= now ? ENG_DAY_NEVER : t->rule_due[j][l];
    }
}

void eng_therapy_visit(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const real now = (real)c->row->end / ENG_TICKS_PER_DAY, horizon = (real)c->plan->stop / ENG_TICKS_PER_DAY;
    real acts[ENG_LANES] ENG_ALIGNED;

    for (int j = 0; j < c->plan->num_rules; j++) {
        const eng_rule_t *rule = &c->plan->rules[j];
        const real until = rule->duration >= 0 ? now + (real)rule->duration : horizon + 1;
        int any = 0;
        if (rule->dated) {
            dated_rule(c, j, now, horizon);
            continue;
        }
        for (int l = 0; l < ENG_LANES; l++) {
            const int waits = (t->rule_left[j][l] > 0) & (t->rule_due[j][l] >= ENG_DAY_NEVER) & (now < t->t_death[l]);
            if (waits && rule_sees(t, rule, l, now, c->plan->visits)) {
                t->rule_left[j][l] -= 1;
                t->rule_due[j][l] = now + (real)rule->after;
            }
            acts[l] = t->rule_due[j][l] <= now ? 1 : 0;
            t->rule_due[j][l] = acts[l] > 0 ? ENG_DAY_NEVER : t->rule_due[j][l];
            any |= acts[l] > 0;
        }
        if (any) {
            eng_therapy_rule(c, rule, until, acts);
        }
    }
    FOR_LANES
    {
        t->seen_relapse[l] = t->num_relapses[l];
        t->seen_infection[l] = t->num_infections[l];
    }
}
