/**
 * Chronic inflammation of any cause: sustained regime with slow growth of effectors; an inflamed tissue (module `tissue`) and nothing that it
 * destroys but the patient's strength: infections come the oftener.
 *
 *   score       s, inflammation of the tissue, true
 *   infections  1 + 0.3 s times as many
 *   remission: s falls below 0.5; relapse: it rises above 1 after that; progression does not apply
 */
#include "model/lanes/step.h"

#define INFLAMMATION_STATE_LIST(X) X(remitted, "1", "1 from a remission to the next relapse")

typedef struct {
#define INFLAMMATION_FIELD(name, unit, help) eng_row_t name;
    INFLAMMATION_STATE_LIST(INFLAMMATION_FIELD)
    eng_row_t t_remission;
    /* of a patient at a point */
    eng_row_t frailty, remission_below, relapse_above;
} inflammation_t;

enum { INFLAMMATION_FRAILTY = ENG_TISSUE_NUM_PARAMS, INFLAMMATION_REMISSION, INFLAMMATION_RELAPSE, INFLAMMATION_NUM_PARAMS };
enum { INFLAMMATION_EVENT_REMISSION };

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_rates_t *r = c->rates;
    inflammation_t *d = block;

    FOR_SPAN
    {
        d->frailty[l] = r->disease[INFLAMMATION_FRAILTY];
        d->remission_below[l] = r->disease[INFLAMMATION_REMISSION];
        d->relapse_above[l] = r->disease[INFLAMMATION_RELAPSE];
    }
}

/* What happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    inflammation_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->remitted[l] = 0;
        d->t_remission[l] = ENG_DAY_NEVER;
    }
}

static void signal(eng_course_t *c, void *block)
{
    const inflammation_t *d = block;
    const eng_tissue_t *tissue = c->tissue;
    real *rate = c->signals->written[ENG_SIGNAL_infection_rate];

    FOR_LANES
    {
        rate[l] *= fma_real(d->frailty[l], tissue->inflammation[l], 1);
    }
}

static void step(eng_course_t *c, void *block)
{
    eng_tile_t *t = c->tile;
    const real begins = (real)c->row->t, ends = begins + c->row->dt;
    const real *s = c->tissue->inflammation;
    inflammation_t *d = block;

    if (!(c->row->flags & ENG_ROW_AFTER0)) {
        return;
    }
    FOR_LANES
    {
        const int lives = begins < t->t_death[l], remits = lives & (s[l] < d->remission_below[l]);
        const int relapses = lives & (d->remitted[l] > 0) & (s[l] > d->relapse_above[l]);
        d->remitted[l] = remits ? 1 : relapses ? 0 : d->remitted[l];
        d->t_remission[l] = remits ? at_most(d->t_remission[l], ends) : d->t_remission[l];
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = relapses ? at_most(t->t_relapse[l], ends) : t->t_relapse[l];
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const real *s = c->tissue->inflammation;
    (void)block;
    (void)k; /* there is but one */

    FOR_LANES
    {
        value[l] = s[l];
    }
}

ENG_MODULE_LANES(inflammation) = { .name = "inflammation", .derive = derive, .start = enter, .enter = enter, .signal = signal,
    .step = step, .read = read };

/* --- tables ---------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[INFLAMMATION_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.27, 30, 20, 0.11, 1.4),
    [INFLAMMATION_FRAILTY] = { "inflammation.frailty", "", "1", 0.3, 0, 5, ENG_LN(0.3, 0.3), "A", "infections that inflammation adds, relative, at s = 1" },
    [INFLAMMATION_REMISSION] = { "inflammation.remission_below", "", "1", 0.5, 0.05, 1, ENG_UNI(0.4, 0.6), "A", "s of a remission" },
    [INFLAMMATION_RELAPSE] = { "inflammation.relapse_above", "", "1", 1, 0.1, 5, ENG_UNI(0.8, 1.2), "A", "s of a relapse after it" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.growth_rate", 0.75, ENG_LN(0.75, 0.2) },
    { "effector.cooperation", 6e4, ENG_LN(6e4, 0.35) },
    { "effector.cooperation_spread", 0.56, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.3, ENG_LN(0.3, 0.6) },
    { "clone.repriming_rate", 0.11, ENG_LN(0.11, 0.6) },
    { "clone.sanctuary_share", 0.16, ENG_UNI(0, 0.5) },
};

static const eng_covariate_row_t covariates[] = { ENG_TISSUE_COVARIATES };

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 62, 12, 18, 90 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 0.5, 0.5 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 0 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(inflammation_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { INFLAMMATION_STATE_LIST(STATE) };
static const eng_event_row_t events[] = {
    [INFLAMMATION_EVENT_REMISSION] = { "remission", "first day with s below the bound of a remission", offsetof(inflammation_t, t_remission) },
};
static const eng_marker_row_t markers[] = {
    { "tissue_inflammation", "1", "s, inflammation of the tissue, true; 1 in the mean untreated patient", 1e-4, 0, 8, false, -1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_tissue };

static const eng_outcome_row_t outcomes[] = {
    { .name = "remission", .unit = "d", .help = "s below 0.5 for the first time; death competes", .kind = ENG_OUTCOME_TIME, .better = 1,
        .events = ENG_BIT(ENG_EVENT_OWN(INFLAMMATION_EVENT_REMISSION)), .competing = ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "relapse", .unit = "d", .help = "s above 1 after it was below 0.5; death competes", .kind = ENG_OUTCOME_TIME, .better = -1,
        .events = ENG_BIT(ENG_EVENT_RELAPSE), .competing = ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "efs", .unit = "d", .help = "alive: nothing else is lost for good", .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1,
        .events = ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "tissue_inflammation", .unit = "1", .help = "s, inflammation of the tissue, true", .kind = ENG_OUTCOME_MARKER,
        .source = ENG_MARKER_OWN(0) },
};

const eng_disease_t eng_disease_inflammation = {
    .module = { .name = "inflammation", .help = "chronic inflammation: flares, remission and relapse, more infections", .version = 1,
        .writes = ENG_SIGNAL_BIT(infection_rate), ENG_BLOCK(inflammation_t), ENG_TABLE(states), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 150 },
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_BIT(ENG_EVENT_OWN(INFLAMMATION_EVENT_REMISSION)),
    .no_events = ENG_BIT(ENG_EVENT_PROGRESSION),
};

#endif
