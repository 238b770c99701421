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

typedef enum {
    MS_ATTACK_SIZE, MS_RELAPSE, MS_REARM, MS_REVERSIBLE, MS_RECOVERY, MS_IRREVERSIBLE, MS_PIRA, MS_PRIOR_LINE, MS_WEIGHT,
    MS_LESION_ACTIVITY, MS_LESION_BURST, MS_LESION_THRESHOLD, MS_NUM_PARAMS
} ms_param_t;

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
};

enum { MS_EDSS = ENG_NUM_COMMON_COV, MS_PIRA_RELATIVE };

static const eng_covariate_row_t covariates[] = {
    { "edss", "EDSS", 40, { ENG_DIST_UNIFORM, { 2.5, 4.0 } }, 0, 9.5, "T", "disability at entry" },
    { "pira", "1", 41, { ENG_DIST_LOGNORMAL_CV, { 1, 0.6 } }, 0, 100, "T", "progression independent of relapse activity, relative" },
};

static const eng_law_override_t laws[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 37, 10, 18, 80 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.70 } } },
    { ENG_COV_DURATION, { ENG_DIST_TRUNCATED_NORMAL, { 6, 4, 0, 50 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL_CV, { 1.12, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_POISSON, { 2.5 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_POISSON, { 0.2 } } },
    { ENG_COV_CMV, { ENG_DIST_BERNOULLI, { 0.55 } } },
};

static const eng_outcome_row_t outcomes[] = {
    { .name = "edss", .unit = "EDSS", .help = "Expanded Disability Status Scale", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_SCORE },
};

/* The EDSS at entry includes what is reversible: whoever enters in an attack improves after it. */
static void enter(eng_tile_t *t, const eng_rates_t *rates, int first, int end)
{
    const double pira = rates->params.disease[MS_PIRA] / ENG_DAYS_PER_YEAR;
    const double per_line = rates->params.disease[MS_PRIOR_LINE];
    const real weight = rates->disease[MS_WEIGHT];
    const real begins = rates->disease[MS_RELAPSE] * rates->disease[MS_ATTACK_SIZE];
    const real per_size = 1 / rates->disease[MS_ATTACK_SIZE];
    const real ends = rates->disease[MS_REARM] * rates->disease[MS_ATTACK_SIZE];
    FOR_SPAN
    {
        const real edss = (real)t->covariate[MS_EDSS][l];
        const real fixed = max0(edss - weight * t->reversible[l]);
        t->attack_begins[l] = begins;
        t->attack_ends[l] = ends;
        t->per_attack_size[l] = per_size;
        t->score_start[l] = edss;
        t->irreversible[l] = fixed;
        t->progression_at[l] = fixed + (edss >= (real)5.5 ? (real)0.5 : (real)1);
        t->drift[l] = (real)(pira * t->covariate[MS_PIRA_RELATIVE][l] * (1 + per_line * t->covariate[ENG_COV_PRIOR_LINES][l]));
    }
}

static void damage(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const real dt = c->row->dt, start = (real)c->row->t, end = start + dt;
    const real per_month = (real)(1 / ENG_DAYS_PER_MONTH), per_day = 1 / dt;
    const real counts = c->row->flags & ENG_ROW_AFTER0 ? (real)1 : (real)0;

    FOR_LANES
    {
        const real J = s->effector_days[l] * t->per_attack_size[l]; /* J-days of the row */
        const real Di = fma_real(counts * LANE(r->disease[MS_IRREVERSIBLE]), J, fma_real(t->drift[l], counts * dt, t->irreversible[l]));
        const real left = fma_real(-counts * LANE(r->disease[MS_LESION_ACTIVITY]) * per_month, J, t->left_lesion[l]);
        const int alive = (start < t->t_death[l]) & (counts > 0);
        const int progressed = alive & (Di >= t->progression_at[l]) & (t->t_progression[l] >= ENG_DAY_NEVER);
        const int lesion = alive & (left <= 0) & (t->t_lesion[l] >= ENG_DAY_NEVER);
        t->reversible[l] = grow(t->reversible[l], -LANE(r->disease[MS_RECOVERY]), LANE(r->disease[MS_REVERSIBLE]) * J * per_day, dt);
        t->irreversible[l] = Di;
        t->left_lesion[l] = left;
        t->t_progression[l] = progressed ? end : t->t_progression[l];
        t->t_lesion[l] = lesion ? end : t->t_lesion[l];
    }
}

/* X_c = K_X dX (1 + Rb) / (pX - dX (1 + Rb)), the unstable threshold without specific Treg (MODEL 5.5). */
static void burst(eng_course_t *c, int l, real cells)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real held = LANE(r->effector_death) * (1 + LANE(r->effector_treg));
    const real relative = cells * t->cooperation[l] * (LANE(r->effector_growth) - held) / held;
    const real above = max0(relative - LANE(r->disease[MS_LESION_THRESHOLD]));
    if (c->row->flags & ENG_ROW_AFTER0) {
        t->left_lesion[l] -= LANE(r->disease[MS_LESION_BURST]) * above;
    }
}

static void score(const eng_course_t *c, real *out)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    FOR_LANES
    {
        out[l] = at_most(fma_real(LANE(r->disease[MS_WEIGHT]), t->reversible[l], t->irreversible[l]), 10);
    }
}

static const eng_disease_lanes_t lanes = { enter, damage, burst, score };

#define eng_disease_ms LANE_NAME(disease_ms)
extern const eng_disease_t eng_disease_ms;

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

const eng_disease_t eng_disease_ms = {
    .name = "ms",
    .help = "multiple sclerosis: relapses from clonal expansion, disability that accrues",
    .params = params,
    .num_params = MS_NUM_PARAMS,
    .covariates = covariates,
    .num_covariates = COUNT(covariates),
    .law_overrides = laws,
    .num_law_overrides = COUNT(laws),
    .outcomes = outcomes,
    .num_outcomes = COUNT(outcomes),
    .score = { "edss", "EDSS", "Expanded Disability Status Scale", 1e-3, 0, 10, false },
    .when_events = 1u << ENG_EVENT_RELAPSE | 1u << ENG_EVENT_PROGRESSION | 1u << ENG_EVENT_INFECTION,
    .lanes = &lanes,
};
