/**
 * Immune thrombocytopenia in one file: the worked example of docs/ARCHITECTURE.md, which quotes it.  An example of how a disease
 * is written and of no disease in particular: nothing is fitted, and only tests have it (tests/diseases/more.c).
 *
 *   effectors     X settles at X_n = (pX/dX - 1 - Rb) dR/kR (sustained regime, MODEL 5.5); activity J = X / X_n
 *   antibody      dA/dt = k (J B - A)       B: what memory B and plasma cells can make, 1 at health; k: clearance of IgG
 *   platelets     lose clearance x A a day beside what the core takes (signal platelet_loss, R15)
 *   response: 30 days above one count; relapse: below it after a response; progression: long below another; haemorrhage: a hazard
 */
#include "model/lanes/step.h"

#define ITP_STATE_LIST(X)                                          \
    X(autoantibody, "1", "A, antibody against platelets, 1 untreated") \
    X(responds, "1", "1 from a response to the next relapse")      \
    X(low_days, "d", "days below the count of a response, from day 0 on")

typedef struct {
#define ITP_FIELD(name, unit, help) eng_row_t name;
    ITP_STATE_LIST(ITP_FIELD)
    eng_row_t high_since, severe_since;     /* first day of those with a count of response, of progression, until now */
    eng_row_t left_haemorrhage;             /* Exp(1) left to the first one */
    eng_row_t t_response, t_haemorrhage;    /* first day of each */
    /* of a patient at a point */
    eng_row_t per_effector, clearance, turnover, of_plasma; /* 1/X_n; 1/d at A = 1; 1/d; share of plasma cells in B */
    eng_row_t response_above, response_days, progression_below, progression_days; /* 1e3/uL, d */
    eng_row_t haemorrhage, haemorrhage_below; /* 1/d without platelets; 1 / (1e3/uL) */
} itp_t;

typedef enum {
    ITP_CLEARANCE, ITP_RESPONSE, ITP_RESPONSE_DAYS, ITP_PROGRESSION, ITP_PROGRESSION_DAYS, ITP_HAEMORRHAGE,
    ITP_HAEMORRHAGE_BELOW, ITP_NUM_PARAMS
} itp_param_t;

enum { ITP_CLEARANCE_RELATIVE = ENG_NUM_COMMON_COV };
enum { ITP_EVENT_RESPONSE, ITP_EVENT_HAEMORRHAGE };

/* Of the range that channels.h keeps for tests; a disease of src/ has a line there. */
#define ITP_CHANNEL_HAEMORRHAGE ((eng_channel_t)(ENG_CHANNEL_TESTS + 2))

/* --- a patient ------------------------------------------------------------------------------------------------------- */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    const double *p = r->params.disease;
    const real cells = (real)eng_max(1, eng_effectors_at_rest(&r->params));
    itp_t *d = block;

    FOR_SPAN
    {
        d->per_effector[l] = 1 / cells;
        d->clearance[l] = (real)(p[ITP_CLEARANCE] * t->covariate[ITP_CLEARANCE_RELATIVE][l]);
        d->turnover[l] = (real)r->params.antibody_clearance;
        d->of_plasma[l] = r->antibody_plasma_share;
        d->response_above[l] = r->disease[ITP_RESPONSE];
        d->progression_below[l] = r->disease[ITP_PROGRESSION];
        d->response_days[l] = r->disease[ITP_RESPONSE_DAYS];
        d->progression_days[l] = r->disease[ITP_PROGRESSION_DAYS];
        d->haemorrhage[l] = (real)(p[ITP_HAEMORRHAGE] / ENG_DAYS_PER_YEAR);
        d->haemorrhage_below[l] = (real)(1 / p[ITP_HAEMORRHAGE_BELOW]);
    }
}

/* Effectors rest active; antibody and platelets follow in the run-in, and what happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    itp_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->responds[l] = d->low_days[l] = 0;
        d->high_since[l] = d->severe_since[l] = d->t_response[l] = d->t_haemorrhage[l] = ENG_DAY_NEVER;
    }
}

/* --- a row of the calendar ------------------------------------------------------------------------------------------- */

static void signal(eng_course_t *c, void *block)
{
    const itp_t *d = block;
    real *loss = c->signals->written[ENG_SIGNAL_platelet_loss];

    FOR_LANES
    {
        loss[l] += d->clearance[l] * d->autoantibody[l];
    }
}

static void make_antibody(const eng_course_t *c, itp_t *d)
{
    const eng_tile_t *t = c->tile;
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real J = c->signals->effector_days[l] * d->per_effector[l] * per_day; /* mean of the row */
        const real B = fma_real(d->of_plasma[l], t->plasma[l] - t->b_memory[l], t->b_memory[l]);
        d->autoantibody[l] = grow(d->autoantibody[l], -d->turnover[l], d->turnover[l] * J * B, dt);
    }
}

/* Events by the platelet count, from day 0 on. */
static void look_at_count(eng_course_t *c, itp_t *d)
{
    eng_tile_t *t = c->tile;
    const real begins = (real)c->row->t, ends = begins + c->row->dt;

    FOR_LANES
    {
        const real count = t->platelet[l] * t->plt_healthy[l];
        const int lives = begins < t->t_death[l], high = count >= d->response_above[l];
        const real since = high ? at_most(d->high_since[l], begins) : ENG_DAY_NEVER;
        const real severe = count < d->progression_below[l] ? at_most(d->severe_since[l], begins) : ENG_DAY_NEVER;
        const int relapses = (!high) & (d->responds[l] > 0), responds = ends - since >= d->response_days[l];
        const int progresses = lives & (ends - severe >= d->progression_days[l]);
        d->high_since[l] = since;
        d->severe_since[l] = severe;
        d->responds[l] = responds ? 1 : relapses ? 0 : d->responds[l];
        d->low_days[l] += (!high) & lives ? c->row->dt : 0;
        d->t_response[l] = responds & lives ? at_most(d->t_response[l], ends) : d->t_response[l];
        t->num_relapses[l] += relapses & lives ? 1 : 0;
        t->t_relapse[l] = relapses & lives ? at_most(t->t_relapse[l], ends) : t->t_relapse[l];
        t->t_progression[l] = progresses ? at_most(t->t_progression[l], ends) : t->t_progression[l];
    }
}

static void step(eng_course_t *c, void *block)
{
    make_antibody(c, block);
    if (c->row->flags & ENG_ROW_AFTER0) {
        look_at_count(c, block);
    }
}

static void hazards(eng_course_t *c, void *block)
{
    const eng_tile_t *t = c->tile;
    const real dt = c->row->pool_dt, now = (real)c->row->t + c->row->dt;
    itp_t *d = block;

    FOR_LANES
    {
        const real lack = max0(fma_real(-t->platelet[l] * t->plt_healthy[l], d->haemorrhage_below[l], 1));
        const real left = fma_real(-dt * d->haemorrhage[l], lack, d->left_haemorrhage[l]);
        const int first = (left <= 0) & (d->t_haemorrhage[l] >= ENG_DAY_NEVER) & (now - dt < t->t_death[l]);
        d->left_haemorrhage[l] = left;
        d->t_haemorrhage[l] = first ? now : d->t_haemorrhage[l];
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const itp_t *d = block;
    (void)c;
    (void)k; /* there is but one */

    FOR_LANES
    {
        value[l] = d->clearance[l] * d->autoantibody[l];
    }
}

ENG_MODULE_LANES(itp) = { .name = "itp", .derive = derive, .start = enter, .enter = enter, .signal = signal,
    .step = step, .hazards = hazards, .read = read };

/* --- tables ---------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[ITP_NUM_PARAMS] = {
    [ITP_CLEARANCE] = { "itp.clearance_rate", "kAb", "1/d", 3, 0, 30, ENG_LN(3, 0.3), "A", "loss of platelets at A = 1" },
    [ITP_RESPONSE] = { "itp.response_above", "", "1e3/uL", 30, 5, 150, ENG_UNI(20, 50), "L", "count of a response" },
    [ITP_RESPONSE_DAYS] = { "itp.response_days", "", "d", 30, 1, 365, ENG_UNI(28, 60), "L", "days of it before it is one" },
    [ITP_PROGRESSION_DAYS] = { "itp.progression_days", "", "d", 180, 1, 730, ENG_UNI(90, 270), "A", "days of it before it is one" },
    [ITP_PROGRESSION] = { "itp.progression_below", "", "1e3/uL", 10, 1, 50, ENG_UNI(5, 15), "A", "count of progression" },
    [ITP_HAEMORRHAGE] = { "itp.haemorrhage_hazard", "", "1/y", 0.2, 0, 20, ENG_LN(0.2, 0.3), "A", "haemorrhage without platelets" },
    [ITP_HAEMORRHAGE_BELOW] = { "itp.haemorrhage_below", "", "1e3/uL", 50, 5, 150, ENG_UNI(30, 60), "A", "count from which on it happens" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.regulation_rate", 8e-8, ENG_LN(8e-8, 0.3) },
    { "effector.regulation_decay", 0.1, ENG_LN(0.1, 0.3) },
    { "effector.cooperation", 1.6e4, ENG_LN(1.6e4, 0.35) },
    { "antibody.plasma_share", 0.3, ENG_BET(6, 14) }, /* much of it comes from short-lived cells: rituximab helps */
    { "platelet.feedback_cap", 1.3, ENG_LN(1.3, 0.05) }, /* what is cleared takes its thrombopoietin along */
};

static const eng_covariate_row_t covariates[] = {
    { "clearance", "1", 40, { ENG_DIST_LOGNORMAL_CV, { 1, 0.4 } }, 0.05, 20, "A", "clearance of platelets, relative" },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(itp_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { ITP_STATE_LIST(STATE) };
static const eng_hazard_row_t hazard_rows[] = { { ITP_CHANNEL_HAEMORRHAGE, offsetof(itp_t, left_haemorrhage) } };
static const eng_event_row_t events[] = {
    [ITP_EVENT_RESPONSE] = { "platelet_response", "first response", offsetof(itp_t, t_response) },
    [ITP_EVENT_HAEMORRHAGE] = { "haemorrhage", "first haemorrhage", offsetof(itp_t, t_haemorrhage) },
};
static const eng_marker_row_t markers[] = {
    { "platelet_clearance", "1/d", "loss of platelets by antibody", 1e-3, 0, 60, false, -1 },
};
static const eng_number_row_t numbers[] = { { ENG_NUMBER_OWN(0), offsetof(itp_t, low_days), -1e9 } };
static const eng_module_t *const needs[] = { &eng_module_clones };

static const eng_outcome_row_t outcomes[] = {
    { .name = "platelet_response", .unit = "d", .help = "first response; death competes", .kind = ENG_OUTCOME_TIME, .better = 1,
        .events = ENG_BIT(ENG_EVENT_OWN(ITP_EVENT_RESPONSE)), .competing = ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "haemorrhage", .unit = "d", .help = "first haemorrhage; death competes", .kind = ENG_OUTCOME_TIME, .better = -1,
        .events = ENG_BIT(ENG_EVENT_OWN(ITP_EVENT_HAEMORRHAGE)), .competing = ENG_BIT(ENG_EVENT_DEATH) },
    { .name = "low_days", .unit = "d", .help = "days below the count of a response", .kind = ENG_OUTCOME_NUMBER,
        .source = ENG_NUMBER_OWN(0), .step = 0.125, .high = 7300, .better = -1 },
    { .name = "platelet_clearance", .unit = "1/d", .help = "loss of platelets by antibody", .kind = ENG_OUTCOME_MARKER,
        .source = ENG_MARKER_OWN(0) },
};

extern const eng_disease_t eng_disease_itp;
const eng_disease_t eng_disease_itp = {
    .module = { .name = "itp", .help = "immune thrombocytopenia, an example", .version = 1, .writes = ENG_SIGNAL_BIT(platelet_loss),
        ENG_BLOCK(itp_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(numbers), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(events),
    ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 360, .marrow = true, .pools = true },
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION),
};

#endif
