/**
 * Multiple sclerosis (MODEL section 7.1): excitable regime; damage of the CNS from the activity J = X / X_ref.
 *
 *   reversible damage    dDr/dt = 0.12 J - 0.02 Dr
 *   irreversible damage  dDi/dt = 0.10 J + pi0          (pi0: progression independent of relapse activity)
 *   EDSS = min(10, Di + 1.5 Dr);  progression: Di >= Di(0) + 1 (0.5 from EDSS 5.5 on)
 *   clinical attack: J rises through 0.15, re-armed below 0.03
 *
 * New lesions depart from the document: a lesion rate linear in every sub-threshold burst would give some 90 lesions a
 * year untreated and none of the published NEDA after transplantation, so only the part of a burst above half of
 * the threshold X_c counts (docs/MODEL.md).
 */
#include "model/lanes/step.h"

#define EDSS_MOST 10 /* death by MS, by definition of the scale */

#define MS_STATE_LIST(X)                                            \
    X(reversible, "EDSS", "Dr, reversible damage of the disease")   \
    X(irreversible, "EDSS", "Di, irreversible damage of the disease") \
    X(in_relapse, "1", "1 during a clinical attack")

typedef struct {
#define MS_FIELD(name, unit, help) eng_row_t name;
    MS_STATE_LIST(MS_FIELD)
    eng_row_t left_lesion, t_lesion;               /* Exp(1) left to the first new lesion; its day */
    /* of a patient at a point */
    eng_row_t attack_begins, attack_ends;          /* effectors at which an attack begins, may begin again */
    eng_row_t per_attack_size;                     /* 1/cells: J per effector */
    eng_row_t progression_at, drift;               /* Di of progression; Di a day without attacks */
    eng_row_t recovery, made_reversible, made_irreversible, lesions_per_activity; /* 1/d; at J = 1: EDSS/d, EDSS/d, 1/d */
    eng_row_t held, unstable;                      /* dX (1 + Rb), pX less that: 1/d; see burst() */
    eng_row_t lesions_per_burst, lesion_threshold;
    eng_row_t weight;                              /* of Dr in the EDSS */
} ms_t;

typedef enum {
    MS_ATTACK_SIZE, MS_RELAPSE, MS_REARM, MS_REVERSIBLE, MS_RECOVERY, MS_IRREVERSIBLE, MS_PIRA, MS_PRIOR_LINE, MS_WEIGHT,
    MS_LESION_ACTIVITY, MS_LESION_BURST, MS_LESION_THRESHOLD, MS_STEP, MS_HIGH_EDSS, MS_HIGH_STEP, MS_NUM_PARAMS
} ms_param_t;

enum { MS_EDSS = ENG_NUM_COMMON_COV, MS_PIRA_RELATIVE };

/* The EDSS at entry includes what is reversible: whoever enters in an attack improves after it. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const real *p = c->rates->disease;
    const real high = p[MS_HIGH_EDSS], high_step = p[MS_HIGH_STEP], low_step = p[MS_STEP];
    ms_t *ms = block;

    FOR_SPAN
    {
        const real edss = (real)t->covariate[MS_EDSS][l];
        const real fixed = max0(edss - ms->weight[l] * ms->reversible[l]);
        ms->irreversible[l] = fixed;
        ms->progression_at[l] = fixed + (edss >= high ? high_step : low_step);
        ms->t_lesion[l] = ENG_DAY_NEVER;
    }
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    ms_t *ms = block;
    const double pira = r->params.disease[MS_PIRA] / ENG_DAYS_PER_YEAR, per_line = r->params.disease[MS_PRIOR_LINE];
    const real size = r->disease[MS_ATTACK_SIZE], held = r->effector_death * (1 + r->effector_treg);

    FOR_SPAN
    {
        ms->attack_begins[l] = r->disease[MS_RELAPSE] * size;
        ms->attack_ends[l] = r->disease[MS_REARM] * size;
        ms->per_attack_size[l] = 1 / size;
        ms->drift[l] = (real)(pira * t->covariate[MS_PIRA_RELATIVE][l] * (1 + per_line * t->covariate[ENG_COV_PRIOR_LINES][l]));
        ms->recovery[l] = r->disease[MS_RECOVERY];
        ms->made_reversible[l] = r->disease[MS_REVERSIBLE];
        ms->made_irreversible[l] = r->disease[MS_IRREVERSIBLE];
        ms->lesions_per_activity[l] = r->disease[MS_LESION_ACTIVITY] * (real)(1 / ENG_DAYS_PER_MONTH);
        ms->held[l] = held;
        ms->unstable[l] = r->effector_growth - held;
        ms->lesions_per_burst[l] = r->disease[MS_LESION_BURST];
        ms->lesion_threshold[l] = r->disease[MS_LESION_THRESHOLD];
        ms->weight[l] = r->disease[MS_WEIGHT];
    }
}

/* Hysteresis: an attack begins above one size of X and may begin again only after X has fallen below another. */
LANE_INLINE real attack_starts(const ms_t *ms, int l, real x, real *in_relapse)
{
    const real held = x < ms->attack_ends[l] ? 0 : *in_relapse;
    const real now = x > ms->attack_begins[l] ? 1 : held;
    const real starts = max0(now - *in_relapse);
    *in_relapse = now;
    return starts;
}

/* Clinical attacks, looked at after each sub-step of the effectors, and damage over the row. */
LANE_INLINE void advance(eng_course_t *c, ms_t *ms, const int substeps, const int after0)
{
    eng_tile_t *t = c->tile;
    const eng_clones_t *e = c->clones;
    const eng_signals_t *s = c->signals;
    const real dt = c->row->dt, h = dt / (real)substeps, start = (real)c->row->t, end = start + dt;
    const real per_day = 1 / dt;
    const real counts = after0 || c->row->flags & ENG_ROW_SCREEN ? (real)1 : (real)0;

    FOR_LANES
    {
        real in_relapse = ms->in_relapse[l];
        const real first = attack_starts(ms, l, substeps > 1 ? s->effector_first[l] : e->effector[l], &in_relapse);
        const real second = substeps > 1 ? attack_starts(ms, l, e->effector[l], &in_relapse) : 0;
        const real lives = start < t->t_death[l] ? counts : 0;
        const real began = at_most(first + second, lives); /* one attack a row at most */
        const real when = first > 0 ? start + h : start + 2 * h;
        ms->in_relapse[l] = in_relapse;
        t->num_relapses[l] += began;
        t->t_relapse[l] = at_most(t->t_relapse[l], began > 0 ? when : ENG_DAY_NEVER);

        const real J = s->effector_days[l] * ms->per_attack_size[l]; /* J-days of the row */
        ms->reversible[l] = grow(ms->reversible[l], -ms->recovery[l], ms->made_reversible[l] * J * per_day, dt);
        if (after0) { /* what lasts is counted from day 0 on */
            const real Di = fma_real(ms->made_irreversible[l], J, fma_real(ms->drift[l], dt, ms->irreversible[l]));
            const real left = fma_real(-ms->lesions_per_activity[l], J, ms->left_lesion[l]);
            const int alive = start < t->t_death[l];
            const int progressed = alive & (Di >= ms->progression_at[l]) & (t->t_progression[l] >= ENG_DAY_NEVER);
            const int lesion = alive & (left <= 0) & (ms->t_lesion[l] >= ENG_DAY_NEVER);
            ms->irreversible[l] = Di;
            ms->left_lesion[l] = left;
            t->t_progression[l] = progressed ? end : t->t_progression[l];
            ms->t_lesion[l] = lesion ? end : ms->t_lesion[l];
        }
    }
}

/* Each of these is a loop of its own for the compiler. */
static void advance_once(eng_course_t *c, ms_t *ms)
{
    advance(c, ms, 1, 1);
}

static void advance_twice(eng_course_t *c, ms_t *ms)
{
    advance(c, ms, 2, 1);
}

static void advance_once_before(eng_course_t *c, ms_t *ms)
{
    advance(c, ms, 1, 0);
}

static void advance_twice_before(eng_course_t *c, ms_t *ms)
{
    advance(c, ms, 2, 0);
}

static void step(eng_course_t *c, void *block)
{
    static void (*const variants[2][2])(eng_course_t *, ms_t *)
        = { { advance_once_before, advance_twice_before }, { advance_once, advance_twice } };
    variants[(c->row->flags & ENG_ROW_AFTER0) != 0][c->row->substeps - 1](c, block);
}

/* X_c = K_X dX (1 + Rb) / (pX - dX (1 + Rb)), the unstable threshold without specific Treg (MODEL 5.5). */
static void burst(eng_course_t *c, void *block, int l, real cells)
{
    ms_t *ms = block;
    const real relative = cells * c->clones->cooperation[l] * ms->unstable[l] / ms->held[l];
    const real above = max0(relative - ms->lesion_threshold[l]);
    if (c->row->flags & ENG_ROW_AFTER0) {
        ms->left_lesion[l] -= ms->lesions_per_burst[l] * above;
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const ms_t *ms = block;
    (void)c;
    (void)k; /* there is but one: the EDSS */
    FOR_LANES
    {
        value[l] = at_most(fma_real(ms->weight[l], ms->reversible[l], ms->irreversible[l]), EDSS_MOST);
    }
}

ENG_MODULE_LANES(ms) = { .name = "ms", .derive = derive, .start = enter, .enter = enter, .step = step,
    .burst = burst, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------ */

#ifdef ENG_TABLES

static const eng_param_row_t params[MS_NUM_PARAMS] = {
    [MS_ATTACK_SIZE] = { "ms.attack_size", "X_ref", "cells", 1e7, 1e5, 1e9, ENG_LN(1e7, 0.3), "A", "effectors at the peak of an attack" },
    [MS_RELAPSE] = { "ms.relapse_threshold", "", "1", 0.15, 0.01, 1, ENG_UNI(0.1, 0.2), "A", "activity J at which an attack is clinical" },
    [MS_REARM] = { "ms.rearm_threshold", "", "1", 0.03, 0.001, 0.5, ENG_UNI(0.02, 0.05), "A", "activity J below which a new one may begin" },
    [MS_REVERSIBLE] = { "ms.reversible_rate", "", "EDSS/d", 0.12, 0, 2, ENG_LN(0.12, 0.3), "A", "reversible damage at J = 1" },
    [MS_RECOVERY] = { "ms.recovery_rate", "", "1/d", 0.02, 0.001, 0.5, ENG_LN(0.02, 0.3), "A", "its recovery" },
    [MS_IRREVERSIBLE] = { "ms.irreversible_rate", "kI", "EDSS/d", 0.10, 0, 2, ENG_LN(0.10, 0.4), "T", "irreversible damage at J = 1" },
    [MS_PIRA] = { "ms.progression_rate", "pi0", "EDSS/y", 0.07, 0, 2, ENG_LN(0.07, 0.3), "T", "progression independent of relapse activity, median" },
    [MS_PRIOR_LINE] = { "ms.progression_per_line", "", "1", 0.05, 0, 1, ENG_UNI(0, 0.1), "A", "its rise per prior line of therapy" },
    [MS_WEIGHT] = { "ms.reversible_weight", "", "1", 1.5, 0, 5, ENG_UNI(1, 2), "A", "weight of reversible damage in the EDSS" },
    [MS_LESION_ACTIVITY] = { "ms.lesions_per_activity", "", "1/mo", 4, 0, 100, ENG_LN(4, 0.4), "A", "new lesions a month at J = 1" },
    [MS_LESION_BURST] = { "ms.lesions_per_burst", "", "1", 1.5, 0, 100, ENG_LN(1.5, 0.4), "T 5-10 lesions a relapse", "new lesions of a burst that exceeds the threshold by X_c" },
    [MS_LESION_THRESHOLD] = { "ms.lesion_threshold", "", "1", 0.5, 0, 2, ENG_UNI(0.3, 0.7), "T", "bursts below this share of X_c leave no lesion" },
    [MS_STEP] = { "ms.progression_step", "", "EDSS", 1, 0.1, 5, ENG_UNI(0.8, 1.2), "L trials", "rise of Di that is progression" },
    [MS_HIGH_EDSS] = { "ms.progression_high", "", "EDSS", 5.5, 0, 10, ENG_UNI(5, 6), "L trials", "EDSS at entry from which on ms.progression_high_step is" },
    [MS_HIGH_STEP] = { "ms.progression_high_step", "", "EDSS", 0.5, 0.1, 5, ENG_UNI(0.4, 0.6), "L trials", "rise of Di that is progression then" },
};

/* Excitable: regulation that decays slowly leaves a refractory time behind each attack. */
static const eng_param_override_t param_overrides[] = {
    { "clone.reservoir_at_start", 1, ENG_UNI(0.9, 1.1) },
    { "clone.fitness_after_conditioning", 0.83, ENG_TRN(0.83, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.003, ENG_LN(0.003, 0.6) },
    { "clone.sanctuary_share", 0, ENG_UNI(0, 0.1) },
    { "effector.cooperation", 3.6e4, ENG_LN(3.6e4, 0.35) },
    { "effector.cooperation_spread", 0.35, ENG_UNI(0.2, 0.9) },
    { "effector.regulation_rate", 8e-8, ENG_LN(8e-8, 0.4) },
    { "effector.regulation_decay", 0.015, ENG_LN(0.015, 0.4) },
};

static const eng_covariate_row_t covariates[] = {
    { "edss", "EDSS", 40, { ENG_DIST_UNIFORM, { 2.5, 4.0 } }, 0, 9.5, "T", "disability at entry" },
    { "pira", "1", 41, { ENG_DIST_LOGNORMAL_CV, { 1, 0.6 } }, 0, 100, "T", "progression independent of relapse activity, relative" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 37, 10, 18, 80 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.70 } } },
    { ENG_COV_DURATION, { ENG_DIST_TRUNCATED_NORMAL, { 6, 4, 0, 50 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL_CV, { 1.12, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_POISSON, { 2.5 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_POISSON, { 0.2 } } },
    { ENG_COV_CMV, { ENG_DIST_BERNOULLI, { 0.55 } } },
};


#define STATE(name, unit, help) { #name, unit, help, offsetof(ms_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { MS_STATE_LIST(STATE) };
static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_LESIONS, offsetof(ms_t, left_lesion) } };
static const eng_event_row_t events[] = { { "lesion", "first new lesion", offsetof(ms_t, t_lesion) } };
static const eng_marker_row_t markers[] = { { "edss", "EDSS", "Expanded Disability Status Scale", 1e-3, 0, 10, false, -1 } };
static const eng_module_t *const needs[] = { &eng_module_clones };
/* one disease-modifying therapy at a time */
static const eng_class_override_t drug_classes[] = { { "rituximab", "ms_dmt" }, { "ocrelizumab", "ms_dmt" } };

static const eng_outcome_row_t outcomes[] = {
    { .name = "neda3", .unit = "d", .help = "no evidence of disease activity: alive without relapse, progression and new lesion",
        .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1,
        .events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_OWN(0)) | ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "edss", .unit = "EDSS", .help = "Expanded Disability Status Scale", .kind = ENG_OUTCOME_MARKER,
        .source = ENG_MARKER_OWN(0) },
};

const eng_disease_t eng_disease_ms = {
    .module = { .name = "ms", .help = "multiple sclerosis: relapses from clonal expansion, disability that accrues", .version = 3,
        ENG_BLOCK(ms_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides), ENG_TABLE(events),
    ENG_TABLE(markers), ENG_TABLE(drug_classes),
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION),
};

#endif
