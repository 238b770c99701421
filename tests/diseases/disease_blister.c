/**
 * Blister: a disease that nobody has.  It is written as a file of src/model/lanes is and linked into test programs and a test
 * build of the command (tests/diseases/more.c), so that whatever a disease may bring is used by one that src/ does not know:
 * sustained regime, state, events, a cause of death, markers, numbers, outcomes, covariates, parameters, a hazard, a signal, a drug,
 * needs of the calendar, visits of its own with noise.
 *
 *   effectors      X settles at X_n = (pX/dX - 1 - Rb) dR/kR and stays there (dR large: sustained regime, MODEL 5.5)
 *   residents      dr/dt = settle J - leave r         J = X / X_ref; T cells that live in the skin; treatment kills them
 *   raw skin       dw/dt = made (J + r) (1 - w) - heal w
 *   scars          ds/dt = scarring w (1 - s)
 *   triggers       1 + w times as many: what is raw lets more in
 *   clear skin: w falls below one bound; relapse: it rises above another after that; sepsis: hazard in proportion to w
 *   seen           100 w exp(0.2 N) on visits of its own; photo 1 + 0.1 N, of another score; seen clear: seen < 3 on a visit
 */
#include "model/action_data.h"
#include "model/lanes/step.h"

#include "base/sample.h"

#define BLISTER_STATE_LIST(X)                                             \
    X(raw, "1", "w, share of the skin that is raw")                       \
    X(scar, "1", "s, share of the skin that is scarred")                  \
    X(resident, "1", "r, T cells that live in the skin, in units of X_ref") \
    X(is_clear, "1", "1 from clear skin to the next relapse")             \
    X(seen, "%", "raw skin as the last visit saw it")

typedef struct {
#define BLISTER_FIELD(name, unit, help) eng_row_t name;
    BLISTER_STATE_LIST(BLISTER_FIELD)
    eng_row_t left_sepsis, num_sepsis, t_sepsis; /* Exp(1) left to the next; how many so far; day of the first */
    eng_row_t t_clear, t_seen_clear;             /* first day of clear skin; first visit that finds it so */
    eng_row_t raw_year1;                         /* a number; -1: not read yet */
    /* of a patient at a point */
    eng_row_t per_cell, made, heal, settle, leave, scarring, per_burst, clear_below, relapse_above; /* 1/cells; 1/d ...; 1 */
    eng_row_t sepsis_rate, sepsis_fatal, sepsis_days; /* 1/d at w = 1; 1; d */
    eng_row_t carried;                                /* 1 */
} blister_t;

/* What is kept of it with collected cells: residents leave the skin for the blood, and settle again. */
typedef struct {
    eng_row_t resident;
} blister_kept_t;

typedef enum {
    BLISTER_CELLS, BLISTER_MADE, BLISTER_HEAL, BLISTER_SETTLE, BLISTER_LEAVE, BLISTER_SCARRING, BLISTER_PER_BURST, BLISTER_CLEAR,
    BLISTER_RELAPSE, BLISTER_SEPSIS, BLISTER_FATAL, BLISTER_DAYS, BLISTER_DERMINIB, BLISTER_RESPONDERS,
    BLISTER_LOSS, BLISTER_CUTIZUMAB, BLISTER_CARRIED,
    BLISTER_NUM_PARAMS
} blister_param_t;

enum { BLISTER_EXTENT = ENG_NUM_COMMON_COV, BLISTER_HEALING };
enum { BLISTER_EVENT_SEPSIS, BLISTER_EVENT_CLEAR, BLISTER_EVENT_SEEN_CLEAR };
enum { BLISTER_SCORE_SEEN, BLISTER_SCORE_PHOTO };
#define SEEN_SPREAD ((real)0.2)
#define PHOTO_SPREAD ((real)0.1)

/* Of the range that channels.h keeps for tests. */
#define BLISTER_CHANNEL_SEPSIS ((eng_channel_t)ENG_CHANNEL_TESTS)
#define BLISTER_CHANNEL_FATALITY ((eng_channel_t)(ENG_CHANNEL_TESTS + 1))

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    blister_t *b = block;
    const double per_year = 1 / ENG_DAYS_PER_YEAR;

    FOR_SPAN
    {
        b->per_cell[l] = 1 / r->disease[BLISTER_CELLS];
        b->made[l] = r->disease[BLISTER_MADE];
        b->heal[l] = (real)(r->params.disease[BLISTER_HEAL] * t->covariate[BLISTER_HEALING][l]);
        b->settle[l] = r->disease[BLISTER_SETTLE];
        b->leave[l] = r->disease[BLISTER_LEAVE];
        b->scarring[l] = r->disease[BLISTER_SCARRING];
        b->per_burst[l] = r->disease[BLISTER_PER_BURST];
        b->clear_below[l] = r->disease[BLISTER_CLEAR];
        b->relapse_above[l] = r->disease[BLISTER_RELAPSE];
        b->sepsis_rate[l] = (real)(r->params.disease[BLISTER_SEPSIS] * per_year);
        b->sepsis_fatal[l] = r->disease[BLISTER_FATAL];
        b->sepsis_days[l] = r->disease[BLISTER_DAYS];
        b->carried[l] = r->disease[BLISTER_CARRIED];
    }
}

/* What happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    blister_t *b = block;
    (void)c;

    FOR_SPAN
    {
        b->num_sepsis[l] = 0;
        b->t_sepsis[l] = b->t_clear[l] = b->t_seen_clear[l] = ENG_DAY_NEVER;
        b->raw_year1[l] = -1;
    }
}

/* The disease is there on the first day: effectors and regulation where they settle, residents with them. */
static void start(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    eng_clones_t *e = c->clones;
    blister_t *b = block;
    const real held = max0(r->effector_growth / r->effector_death - 1 - r->effector_treg);
    const real cells = r->effector_regulation > 0 ? held * r->effector_regulation_decay / r->effector_regulation : 0;

    FOR_SPAN
    {
        e->effector[l] = cells;
        e->specific_treg[l] = held;
        b->raw[l] = (real)t->covariate[BLISTER_EXTENT][l];
        b->resident[l] = cells * b->per_cell[l] * b->settle[l] / b->leave[l];
    }
    enter(c, block, first, end);
}

static void signal(eng_course_t *c, void *block)
{
    const blister_t *b = block;
    real *rate = c->signals->written[ENG_SIGNAL_trigger_rate];

    FOR_LANES
    {
        rate[l] *= 1 + b->raw[l];
    }
}

/* Skin over a row; J-days of it are those of the effectors. */
LANE_INLINE void skin(eng_course_t *c, blister_t *b, const int counts, const int after0)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const real dt = c->row->dt, start_day = (real)c->row->t, end_day = start_day + dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real J = s->effector_days[l] * b->per_cell[l] * per_day; /* mean of the row */
        const real drive = b->made[l] * (J + b->resident[l]);
        const real raw = grow_any(b->raw[l], -(b->heal[l] + drive), drive, dt);
        const real hurt = b->scarring[l] * raw;
        const int lives = start_day < t->t_death[l];
        const int clears = raw < b->clear_below[l];
        const int relapses = (raw > b->relapse_above[l]) & (b->is_clear[l] > 0);
        b->raw[l] = raw;
        b->resident[l] = grow_any(b->resident[l], -b->leave[l], b->settle[l] * J, dt);
        b->scar[l] = grow_any(b->scar[l], -hurt, hurt, dt);
        b->is_clear[l] = clears ? 1 : relapses ? 0 : b->is_clear[l];
        t->num_relapses[l] += relapses & lives & counts ? 1 : 0;
        t->t_relapse[l] = (relapses & lives & counts & (t->t_relapse[l] >= ENG_DAY_NEVER)) ? end_day : t->t_relapse[l];
        b->t_clear[l] = (clears & lives & after0 & (b->t_clear[l] >= ENG_DAY_NEVER)) ? end_day : b->t_clear[l];
    }
}

static void step(eng_course_t *c, void *block)
{
    const int after0 = (c->row->flags & ENG_ROW_AFTER0) != 0;
    skin(c, block, after0 | ((c->row->flags & ENG_ROW_SCREEN) != 0), after0);
}

static void sepsis(eng_course_t *c, blister_t *b, int l, real now)
{
    const uint32_t number = (uint32_t)b->num_sepsis[l];

    b->num_sepsis[l] += 1;
    b->left_sepsis[l] += eng_threshold(c, l, BLISTER_CHANNEL_SEPSIS, number + 1);
    b->t_sepsis[l] = at_most(b->t_sepsis[l], now);
    if (eng_uniform(eng_event_word(c, l, BLISTER_CHANNEL_FATALITY, number)) < (double)b->sepsis_fatal[l]) {
        eng_death_at(c->tile, l, now + b->sepsis_days[l], ENG_CAUSE_OWN(0));
    }
}

static void hazards(eng_course_t *c, void *block)
{
    const eng_tile_t *t = c->tile;
    blister_t *b = block;
    const real dt = c->row->pool_dt, now = (real)c->row->t + c->row->dt, began = now - dt;
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        const real left = fma_real(-dt * b->sepsis_rate[l], b->raw[l], b->left_sepsis[l]);
        b->left_sepsis[l] = left;
        any |= left <= 0;
    }
    for (int l = 0; any && l < ENG_LANES; l++) {
        if (b->left_sepsis[l] <= 0 && began < t->t_death[l]) {
            sepsis(c, b, l, now);
        } else if (b->left_sepsis[l] <= 0) {
            b->left_sepsis[l] = ENG_DAY_NEVER; /* dead lanes run on and record nothing */
        }
    }
}

/* What else tears the skin: a trigger by the cells that it moves, a viral infection. */
static void burst(eng_course_t *c, void *block, int l, real cells)
{
    blister_t *b = block;
    (void)c;
    b->raw[l] += (1 - b->raw[l]) * at_most(b->per_burst[l] * cells * b->per_cell[l], 1);
}

static void infected(eng_course_t *c, void *block, int l, uint32_t number)
{
    blister_t *b = block;
    (void)c;
    (void)number;
    b->raw[l] += (1 - b->raw[l]) * b->per_burst[l];
}

static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    blister_t *b = block;
    (void)c;
    (void)cycling;

    FOR_LANES
    {
        b->resident[l] *= s[l];
    }
}

static void harvest(eng_course_t *c, void *block, void *kept)
{
    const blister_t *b = block;
    blister_kept_t *with = kept;
    (void)c;

    memcpy(with->resident, b->resident, sizeof(with->resident));
}

static void graft(eng_course_t *c, void *block, const void *kept, eng_rng_t *rng, const real *t_cells)
{
    const eng_tile_t *t = c->tile;
    const blister_kept_t *with = kept;
    blister_t *b = block;
    (void)rng;

    FOR_LANES
    {
        b->resident[l] += b->carried[l] * with->resident[l] * t_cells[l] / t->t_cells_harvested[l];
    }
}

static void marks(eng_course_t *c, void *block)
{
    blister_t *b = block;

    if (c->row->flags & ENG_ROW_YEAR1) {
        FOR_LANES
        {
            b->raw_year1[l] = b->raw[l];
        }
    }
}

/* Raw skin as somebody sees it on the day on which the row ends. */
static void look(const eng_course_t *c, const blister_t *b, real *seen)
{
    real z[ENG_LANES] ENG_ALIGNED;

    eng_visit_noise(c, eng_visit_day(c), BLISTER_SCORE_SEEN, z);
    FOR_LANES
    {
        seen[l] = 100 * b->raw[l] * real_exp(SEEN_SPREAD * z[l]);
    }
}

static void visit(eng_course_t *c, void *block)
{
    const eng_tile_t *t = c->tile;
    const real today = (real)c->row->end / ENG_TICKS_PER_DAY;
    blister_t *b = block;

    look(c, b, b->seen);
    FOR_LANES
    {
        const int clear = (b->seen[l] < 100 * b->clear_below[l]) & (today >= 0) & (today < t->t_death[l]);
        b->t_seen_clear[l] = clear ? at_most(b->t_seen_clear[l], today) : b->t_seen_clear[l];
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const blister_t *b = block;

    if (k == 2) {
        look(c, b, value);
        return;
    }
    if (k == 3) {
        eng_visit_noise(c, eng_visit_day(c), BLISTER_SCORE_PHOTO, value);
    }
    FOR_LANES
    {
        value[l] = k == 3 ? fma_real(PHOTO_SPREAD, value[l], 1) : k == 0 ? 100 * b->raw[l] : (1 - b->raw[l]) * (1 - b->scar[l]);
    }
}

ENG_MODULE_LANES(blister) = { .name = "blister", .derive = derive, .start = start, .enter = enter, .signal = signal,
    .step = step, .visit = visit, .hazards = hazards, .infected = infected, .burst = burst, .kill = kill, .harvest = harvest,
    .graft = graft, .marks = marks, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------ */

#ifdef ENG_TABLES

static const eng_param_row_t params[BLISTER_NUM_PARAMS] = {
    [BLISTER_CELLS] = { "blister.active_cells", "X_ref", "cells", 1e7, 1e5, 1e9, ENG_LN(1e7, 0.3), "A", "effectors at J = 1" },
    [BLISTER_MADE] = { "blister.raw_rate", "", "1/d", 0.02, 0, 1, ENG_LN(0.02, 0.3), "A", "skin that becomes raw at J = 1" },
    [BLISTER_HEAL] = { "blister.healing_rate", "", "1/d", 0.03, 1e-3, 1, ENG_LN(0.03, 0.3), "A", "raw skin that heals" },
    [BLISTER_SETTLE] = { "blister.resident_rate", "", "1/d", 0.01, 0, 1, ENG_LN(0.01, 0.3), "A", "T cells that settle in the skin at J = 1" },
    [BLISTER_LEAVE] = { "blister.resident_loss", "", "1/d", 0.02, 1e-3, 1, ENG_LN(0.02, 0.3), "A", "loss of those" },
    [BLISTER_SCARRING] = { "blister.scarring_rate", "", "1/d", 5e-4, 0, 0.1, ENG_LN(5e-4, 0.4), "A", "scars at w = 1" },
    [BLISTER_PER_BURST] = { "blister.raw_per_burst", "", "1", 0.02, 0, 1, ENG_LN(0.02, 0.3), "A", "skin that a trigger of X_ref cells or a viral infection tears" },
    [BLISTER_CLEAR] = { "blister.clear_below", "", "1", 0.03, 1e-3, 0.2, ENG_UNI(0.02, 0.05), "A", "raw skin below which it is clear" },
    [BLISTER_RELAPSE] = { "blister.relapse_above", "", "1", 0.10, 5e-3, 0.9, ENG_UNI(0.08, 0.15), "A", "raw skin above which it has come back" },
    [BLISTER_SEPSIS] = { "blister.sepsis_hazard", "", "1/y", 0.6, 0, 50, ENG_LN(0.6, 0.3), "A", "sepsis at w = 1" },
    [BLISTER_FATAL] = { "blister.sepsis_fatality", "", "1", 0.15, 0, 1, ENG_BET(3, 17), "A", "share of it that is fatal" },
    [BLISTER_DAYS] = { "blister.sepsis_days", "", "d", 5, 0, 60, ENG_UNI(3, 8), "A", "from sepsis to death" },
    [BLISTER_DERMINIB] = { "blister.derminib_suppression", "", "1", 0.7, 0, 1, ENG_BET(14, 6), "A", "growth of effectors stopped by derminib" },
    [BLISTER_RESPONDERS] = { "blister.derminib_responders", "", "1", 0.7, 0, 1, ENG_BET(14, 6), "A", "who respond to it, first line" },
    [BLISTER_LOSS] = { "blister.derminib_loss", "", "1/y", 0.4, 0, 10, ENG_LN(0.4, 0.3), "A", "response that is lost" },
    [BLISTER_CUTIZUMAB] = { "blister.cutizumab_kill", "", "1/d", 0.05, 0, 1, ENG_LN(0.05, 0.3), "A", "killing of effectors by cutizumab" },
    [BLISTER_CARRIED] = { "blister.residents_carried", "", "1", 0.5, 0, 1, ENG_UNI(0.2, 0.8), "A", "residents that a graft of all T cells carries over" },
};

static const eng_param_override_t param_overrides[] = {
    { "clone.reservoir_at_start", 1, ENG_UNI(0.9, 1.1) },
    { "effector.cooperation", 3.6e4, ENG_LN(3.6e4, 0.35) },
    { "effector.regulation_rate", 8e-8, ENG_LN(8e-8, 0.3) },
    { "effector.regulation_decay", 0.4, ENG_LN(0.4, 0.2) }, /* sustained */
};

static const eng_covariate_row_t covariates[] = {
    { "extent", "1", 40, { ENG_DIST_UNIFORM, { 0.2, 0.7 } }, 0, 1, "A", "share of the skin that is raw at entry" },
    { "healing", "1", 41, { ENG_DIST_LOGNORMAL_CV, { 1, 0.3 } }, 0.05, 20, "A", "healing of the skin, relative" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 52, 12, 18, 80 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL_CV, { 1.3, 0.3 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(blister_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { BLISTER_STATE_LIST(STATE) };
static const eng_hazard_row_t hazard_rows[] = { { BLISTER_CHANNEL_SEPSIS, offsetof(blister_t, left_sepsis) } };
static const eng_event_row_t events[] = {
    [BLISTER_EVENT_SEPSIS] = { "sepsis", "first sepsis through raw skin", offsetof(blister_t, t_sepsis) },
    [BLISTER_EVENT_CLEAR] = { "clear_skin", "first clear skin", offsetof(blister_t, t_clear) },
    [BLISTER_EVENT_SEEN_CLEAR] = { "seen_clear", "first visit that finds clear skin", offsetof(blister_t, t_seen_clear) },
};
static const char *const causes[] = { "skin_sepsis" };
static const eng_marker_row_t markers[] = {
    { "raw_skin", "%", "skin that is raw", 1e-2, 0, 100, false, -1 },
    { "skin_barrier", "1", "skin that is neither raw nor scarred", 1e-4, 0, 1, false, 1 },
    { "raw_skin_seen", "%", "raw skin as it is seen", 1e-2, 0, 200, false, -1 },
    { "photo", "1", "of a picture of nothing", 1e-3, 0, 2, false, 0 },
};
static const eng_number_row_t numbers[] = {
    { ENG_NUMBER_OWN(0), offsetof(blister_t, num_sepsis), -1e9 },
    { ENG_NUMBER_OWN(1), offsetof(blister_t, raw_year1), 365 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits };

#define DEATH ENG_BIT(ENG_EVENT_DEATH)
#define OWN(event) ENG_BIT(ENG_EVENT_OWN(event))
static const eng_outcome_row_t outcomes[] = {
    { .name = "sepsis", .unit = "d", .help = "first sepsis through raw skin; death competes", .kind = ENG_OUTCOME_TIME,
        .better = -1, .events = OWN(BLISTER_EVENT_SEPSIS), .competing = DEATH },
    { .name = "clear_skin", .unit = "d", .help = "first clear skin; death competes", .kind = ENG_OUTCOME_TIME, .better = 1,
        .events = OWN(BLISTER_EVENT_CLEAR), .competing = DEATH },
    { .name = "seen_clear", .unit = "d", .help = "first visit that finds clear skin; death competes", .kind = ENG_OUTCOME_TIME,
        .better = 1, .events = OWN(BLISTER_EVENT_SEEN_CLEAR), .competing = DEATH },
    { .name = "calm_skin", .unit = "d", .help = "alive without relapse and sepsis", .kind = ENG_OUTCOME_TIME, .survival = true,
        .better = 1, .events = ENG_BIT(ENG_EVENT_RELAPSE) | OWN(BLISTER_EVENT_SEPSIS) | DEATH },
    { .name = "sepses", .unit = "1", .help = "how often sepsis came", .kind = ENG_OUTCOME_NUMBER, .source = ENG_NUMBER_OWN(0),
        .step = 1, .high = 60, .better = -1 },
    { .name = "raw_year1", .unit = "1", .help = "raw skin at day 365", .kind = ENG_OUTCOME_NUMBER, .source = ENG_NUMBER_OWN(1),
        .step = 1e-5, .high = 1, .better = -1 },
    { .name = "raw_skin", .unit = "%", .help = "skin that is raw", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_OWN(0) },
    { .name = "skin_barrier", .unit = "1", .help = "skin that is neither raw nor scarred", .kind = ENG_OUTCOME_MARKER,
        .source = ENG_MARKER_OWN(1) },
    { .name = "raw_skin_seen", .unit = "%", .help = "raw skin as it is seen", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_OWN(2) },
    { .name = "photo", .unit = "1", .help = "of a picture of nothing", .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_OWN(3) },
};

/* Its drugs, of a class each, with the end of them. */
#define PARAM(own) (offsetof(eng_params_t, disease) + (own) * sizeof(double))
static const eng_drug_t derminib = { .half_life = 10, .responders = PARAM(BLISTER_RESPONDERS), .loss = PARAM(BLISTER_LOSS),
    .effect = { { ENG_SIGNAL_effector_growth, PARAM(BLISTER_DERMINIB) } }, .num_effects = 1 };
static const eng_drug_t cutizumab = { .half_life = 14, .responders = PARAM(BLISTER_RESPONDERS), .loss = PARAM(BLISTER_LOSS),
    .effect = { { ENG_SIGNAL_effector_kill, PARAM(BLISTER_CUTIZUMAB) } }, .num_effects = 1 };
extern const eng_noun_t eng_noun_derminib, eng_noun_stop_derminib, eng_noun_cutizumab, eng_noun_stop_cutizumab;
const eng_noun_t eng_noun_derminib = { .verb = ENG_VERB_DRUG, .name = "derminib", .acts = ENG_ACTS_WHILE, .class_name = "blister_jak",
    .when_allowed = true, .data = &derminib, .source = "A", .help = "an invented drug, for tests" };
const eng_noun_t eng_noun_stop_derminib = { .verb = ENG_VERB_STOP, .name = "derminib", .acts = ENG_ACTS_ONCE, .class_name = "",
    .data = &eng_noun_derminib, .source = "A", .help = "the drug of this name ends here" };
const eng_noun_t eng_noun_cutizumab = { .verb = ENG_VERB_DRUG, .name = "cutizumab", .acts = ENG_ACTS_WHILE,
    .class_name = "blister_antibody", .when_allowed = true, .data = &cutizumab, .source = "A", .help = "another one" };
const eng_noun_t eng_noun_stop_cutizumab = { .verb = ENG_VERB_STOP, .name = "cutizumab", .acts = ENG_ACTS_ONCE, .class_name = "",
    .data = &eng_noun_cutizumab, .source = "A", .help = "the drug of this name ends here" };

extern const eng_disease_t eng_disease_blister;
const eng_disease_t eng_disease_blister = {
    .module = { .name = "blister", .help = "an invented disease of the skin, for tests", .version = 1, ENG_BLOCK(blister_t), .kept_bytes = sizeof(blister_kept_t),
        ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(numbers), ENG_TABLE(outcomes), .writes = ENG_SIGNAL_BIT(trigger_rate) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(causes), ENG_TABLE(markers),
    .trigger_bound = 2,
    .calendar = { .run_in = 120, .longest_step = 0.5, .marrow = true, .pools = true,
        .visits = ENG_DAYS_PER_YEAR / 13, .visits_before = { 28, 1 } },
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_INFECTION) | OWN(BLISTER_EVENT_SEPSIS),
    .no_events = ENG_BIT(ENG_EVENT_PROGRESSION),
};

#endif
