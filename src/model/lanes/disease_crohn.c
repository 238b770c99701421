/**
 * Crohn's disease: sustained regime over an inflamed bowel (bowel.h), scored by CDAI; perianal fistulas in some.
 *
 *   CDAI         50 + 250 A + N(0, 44), at most 600
 *   response     100 points below entry (70: `cdai_70`), or below 150, which is a remission
 *   relapse      CDAI above 200 with s above 0.5 at a three-monthly visit: treatment is needed
 *   sustained    CDAI below 150 without any drug at three visits in a row, and mu below 0.03: what ASTIC asked for
 *   progression  surgery of the bowel
 *   fistula      closes at 0.005 f (1 + r) / y and opens at 0.0087 y a day, y = 0.4 + 0.6 s, f of the patient's centre, r of cells injected there
 */
#include "model/lanes/bowel.h"

/* Definitions of trials: points, visits. */
#define CDAI_MOST 600
#define CDAI_FALL 100
#define CDAI_SMALL_FALL 70
#define CDAI_REMISSION 150
#define CDAI_ACTIVE 200
#define SUSTAINED_VISITS 3

#define CROHN_STATE_LIST(X)                                            \
    X(open, "1", "1 while a perianal fistula is open")                 \
    X(well, "1", "visits in a row in remission without any drug")

typedef struct {
    bowel_t bowel;
#define CROHN_FIELD(name, unit, help) eng_row_t name;
    CROHN_STATE_LIST(CROHN_FIELD)
    eng_row_t left_fistula, drawn_fistula, spare_fistula; /* Exp(1) left until it closes or opens; thresholds drawn; the next */
    eng_row_t t_sustained, t_fistula;
    /* of a patient at a point */
    eng_row_t perianal;
    eng_row_t closing, opening;          /* 1/d at y = 1 */
    eng_row_t fistula_least, fistula_per_s; /* y = least + per s */
    eng_row_t sustained_below;           /* mu */
} crohn_t;

typedef enum {
    CROHN_CLOSING = BOWEL_NUM_PARAMS, CROHN_OPENING, CROHN_FISTULA_LEAST, CROHN_SUSTAINED, CROHN_SMOKER, CROHN_PERIANAL_RESERVOIR, CROHN_NUM_PARAMS
} crohn_param_t;
enum { CROHN_PERIANAL = ENG_TISSUE_END_SCORE_COV, CROHN_SMOKES, CROHN_FISTULA_HEALING };

static const bowel_score_t cdai = {
    .most = CDAI_MOST, .falls = CDAI_FALL, .response_below = CDAI_REMISSION, .remission_below = CDAI_REMISSION, .lost_above = CDAI_ACTIVE,
};
static const bowel_score_t cdai_small = {
    .most = CDAI_MOST, .falls = CDAI_SMALL_FALL, .response_below = CDAI_REMISSION, .remission_below = CDAI_REMISSION,
};

/* --- a patient ------------------------------------------------------------------------------------------------------- */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    eng_clones_t *e = c->clones;
    crohn_t *d = block;

    bowel_derive(c, &d->bowel, first, end);
    FOR_SPAN
    {
        const real perianal = t->covariate[CROHN_PERIANAL][l] > 0 ? 1 : 0;
        const real more = (t->covariate[CROHN_SMOKES][l] > 0 ? (real)p[CROHN_SMOKER] : 1) * (perianal > 0 ? (real)p[CROHN_PERIANAL_RESERVOIR] : 1);
        e->reservoir_start[l] *= more;
        e->reservoir_room[l] /= more;
        d->perianal[l] = perianal;
        d->closing[l] = (real)(p[CROHN_CLOSING] * t->covariate[CROHN_FISTULA_HEALING][l]);
        d->opening[l] = (real)p[CROHN_OPENING];
        d->fistula_least[l] = (real)p[CROHN_FISTULA_LEAST];
        d->fistula_per_s[l] = (real)(1 - p[CROHN_FISTULA_LEAST]);
        d->sustained_below[l] = (real)p[CROHN_SUSTAINED];
    }
}

/* What happened before entry is history; whoever has fistulas enters with an open one. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    crohn_t *d = block;
    (void)c;

    bowel_enter(&d->bowel, first, end);
    FOR_SPAN
    {
        d->open[l] = d->perianal[l];
        d->well[l] = 0;
        d->t_sustained[l] = d->t_fistula[l] = ENG_DAY_NEVER;
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    crohn_t *d = block;

    bowel_start(c, &d->bowel, first, end);
    for (int l = first; l < end; l++) {
        d->drawn_fistula[l] = 0;
        d->left_fistula[l] = eng_next_threshold(c, l, ENG_CHANNEL_FISTULA, d->drawn_fistula, d->spare_fistula);
    }
    enter(c, block, first, end);
}

static void begin(eng_course_t *c, void *block)
{
    crohn_t *d = block;
    bowel_begin(c, &d->bowel, &cdai);
}

static void signal(eng_course_t *c, void *block)
{
    const crohn_t *d = block;
    bowel_signal(c, &d->bowel);
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

/* Fistulas of lane l, whose threshold has passed. */
static void turn(const eng_course_t *c, crohn_t *d, int l)
{
    if ((real)c->row->t >= c->tile->t_death[l] || !(d->left_fistula[l] > -BOWEL_MOST_TURNS)) { /* dead and failed lanes run on and record nothing */
        d->left_fistula[l] = ENG_DAY_NEVER;
    }
    while (d->left_fistula[l] <= 0) {
        d->open[l] = 1 - d->open[l];
        d->left_fistula[l] += eng_next_threshold(c, l, ENG_CHANNEL_FISTULA, d->drawn_fistula, d->spare_fistula);
    }
}

/* helped: cells were injected around fistulas. */
LANE_INLINE int fistulas(eng_course_t *c, crohn_t *d, const int helped)
{
    const real *s = c->tissue->inflammation, *repair = c->signal[ENG_SIGNAL_local_repair];
    const real dt = c->row->dt;
    int due = 0;

    LANE_PRAGMA(omp simd reduction(| : due))
    for (int l = 0; l < ENG_LANES; l++) {
        const real y = fma_real(d->fistula_per_s[l], s[l], d->fistula_least[l]);
        const real closing = helped ? d->closing[l] * (1 + repair[l]) : d->closing[l];
        const real rate = d->perianal[l] * (d->open[l] > 0 ? closing / y : d->opening[l] * y);
        const real left = fma_real(-dt, rate, d->left_fistula[l]);
        d->left_fistula[l] = left;
        due |= left <= 0;
    }
    return due;
}

static int fistulas_alone(eng_course_t *c, crohn_t *d)
{
    return fistulas(c, d, 0);
}

static int fistulas_helped(eng_course_t *c, crohn_t *d)
{
    return fistulas(c, d, 1);
}

static void step(eng_course_t *c, void *block)
{
    crohn_t *d = block;

    bowel_step(c, &d->bowel);
    if (!(c->row->flags & ENG_ROW_AFTER0)) {
        return;
    }
    const int due = (c->writes & ENG_SIGNAL_BIT(local_repair) ? fistulas_helped : fistulas_alone)(c, d);
    for (int l = 0; l < ENG_LANES && due; l++) {
        turn(c, d, l);
    }
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

/* 1 where any drug is taken on the day. */
static void taken(const eng_course_t *c, real today, real *drugs)
{
    FOR_LANES
    {
        drugs[l] = 0;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->slot[j];
        FOR_LANES
        {
            drugs[l] = ((slot->drug[l] > 0) & (today < slot->until[l])) ? 1 : drugs[l];
        }
    }
}

LANE_INLINE int sustained(const crohn_t *d, int l)
{
    return (d->well[l] >= SUSTAINED_VISITS) & (d->bowel.bowel_injury[l] < d->sustained_below[l]);
}

static void visit(eng_course_t *c, void *block)
{
    const eng_tile_t *t = c->tile;
    const real today = (real)(c->row->end / ENG_TICKS_PER_DAY);
    real points[ENG_LANES] ENG_ALIGNED, drugs[ENG_LANES] ENG_ALIGNED;
    crohn_t *d = block;

    bowel_visit(c, &d->bowel, &cdai, points);
    if (!(today > 0)) {
        return;
    }
    taken(c, today, drugs);
    FOR_LANES
    {
        const int lives = today < t->t_death[l], well = (points[l] < CDAI_REMISSION) & !(drugs[l] > 0);
        d->well[l] = well ? d->well[l] + 1 : 0;
        d->t_sustained[l] = bowel_first_of(d->t_sustained[l], today, lives & sustained(d, l));
        d->t_fistula[l] = bowel_first_of(d->t_fistula[l], today, lives & (d->perianal[l] > 0) & !(d->open[l] > 0));
    }
}

enum { SMALL_RESPONSE = BOWEL_NUM_MARKERS, SUSTAINED, FISTULA };

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const crohn_t *d = block;

    if (k <= SMALL_RESPONSE) {
        bowel_read(c, &d->bowel, k == SMALL_RESPONSE ? &cdai_small : &cdai, k == SMALL_RESPONSE ? BOWEL_RESPONSE : k, value);
        return;
    }
    FOR_LANES
    {
        const int yes = k == SUSTAINED ? sustained(d, l) : (d->perianal[l] > 0) & !(d->open[l] > 0);
        value[l] = yes ? 1 : 0;
    }
}

ENG_MODULE_LANES(crohn) = { .name = "crohn", .derive = derive, .start = start, .enter = enter, .begin = begin, .signal = signal, .step = step,
    .visit = visit, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[CROHN_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.6, 35, 6.3, 0.115, 0.08),
    BOWEL_TISSUE_SCORE("crohn", "cdai", 0.03, 0.05, 14, 44),
    BOWEL_PARAMS("crohn", "cdai", 50, 300, "L CHARM, CLASSIC", 50, 0.15, 0.05, 0.86),
    [CROHN_CLOSING] = { "crohn.fistula_closing_rate", "", "1/d", 0.0047, 0, 0.1, ENG_LN(0.0047, 0.3), "T ADMIRE-CD I, II", "closing of an open fistula at s = 1" },
    [CROHN_OPENING] = { "crohn.fistula_opening_rate", "", "1/d", 0.0087, 0, 0.1, ENG_LN(0.0087, 0.3), "T ADMIRE-CD I, II", "opening of a closed one at s = 1" },
    [CROHN_FISTULA_LEAST] = { "crohn.fistula_least", "", "1", 0.4, 0.05, 1, ENG_UNI(0.2, 0.6), "A", "part of both that does not need inflammation" },
    [CROHN_SUSTAINED] = { "crohn.sustained_below", "", "1", 0.03, 0.002, 1, ENG_LN(0.03, 0.2), "T ASTIC", "mu of a bowel without any sign of activity" },
    [CROHN_SMOKER] = { "crohn.smoker_reservoir", "", "1", 1.2, 0.3, 3, ENG_LN(1.2, 0.1), "L Pauwels 2022", "autoreactive reservoir of smokers, relative" },
    [CROHN_PERIANAL_RESERVOIR] = { "crohn.perianal_reservoir", "", "1", 1.4, 0.3, 4, ENG_LN(1.4, 0.2), "L Brierley 2018", "of those with perianal fistulas" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 7e4, ENG_LN(7e4, 0.35) },
    { "effector.cooperation_spread", 0.33, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.51, ENG_LN(0.51, 0.6) },
    { "clone.repriming_rate", 0.175, ENG_LN(0.175, 0.6) },
    { "clone.sanctuary_share", 0.015, ENG_UNI(0, 0.5) },
    { "drug.scale", 1.2, ENG_LN(1.2, 0.3) },
    { "hazard.toxicity_bowel", 0.03, ENG_LN(0.03, 0.5) },
};

static const eng_covariate_row_t covariates[] = {
    BOWEL_COVARIATES(0.25, 0.375),
    { "perianal", "1", 50, { ENG_DIST_BERNOULLI, { 0.15 } }, 0, 1, "L CLASSIC", "1 with a perianal fistula, open at entry" },
    { "smoker", "1", 51, { ENG_DIST_BERNOULLI, { 0.4 } }, 0, 1, "L CLASSIC", "1 smokes" },
    { "fistula_healing", "1", 52, { ENG_DIST_LOGNORMAL, { 1, 0.2 } }, 0, 20, "A", "closing of fistulas, of the patient's centre" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 37, 12, 18, 75 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.6 } } },
    { ENG_COV_DURATION, { ENG_DIST_GAMMA, { 1.2, 8 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_FIXED, { 1 } } }, /* the index gives a point for it (Sorror 2005) */
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ORGAN_SCORE, { ENG_DIST_FIXED, { 0.3 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(crohn_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { BOWEL_STATE_LIST(BOWEL_STATE) CROHN_STATE_LIST(STATE) };
static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_SURGERY, offsetof(crohn_t, bowel.left_surgery) } };

enum { EVENT_SUSTAINED = BOWEL_NUM_EVENTS, EVENT_FISTULA };
static const eng_event_row_t events[] = {
    BOWEL_EVENTS("cdai"),
    [EVENT_SUSTAINED] = { "sustained_remission", "first visit in remission without drugs at three visits in a row and without any sign of activity", offsetof(crohn_t, t_sustained) },
    [EVENT_FISTULA] = { "fistula_remission", "first visit with all perianal fistulas closed", offsetof(crohn_t, t_fistula) },
};

#define RESPONSE "CDAI 100 below entry or below 150"
#define REMISSION "CDAI below 150"
static const eng_marker_row_t markers[] = {
    BOWEL_MARKERS("cdai", 640, RESPONSE, REMISSION),
    [SMALL_RESPONSE] = BOWEL_NOW("cdai_70_now", "1 with CDAI 70 below entry or below 150 on the day, as reported"),
    [SUSTAINED] = BOWEL_NOW("sustained_remission_now", "1 in remission without drugs at the last three visits and without any sign of activity"),
    [FISTULA] = BOWEL_NOW("fistula_remission_now", "1 with perianal fistulas, all of them closed"),
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue };

static const eng_outcome_row_t outcomes[] = {
    BOWEL_OUTCOMES("cdai", "CDAI above 200 with s above 0.5", RESPONSE, REMISSION, "0.15", "0.05"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_SUSTAINED), "sustained_remission", 1, "CDAI below 150 without any drug at three visits in a row, mu below 0.03 (ASTIC)"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_FISTULA), "fistula_remission", 1, "first visit with all perianal fistulas closed; only where covariate perianal is 1"),
    ENG_MARKER_OUTCOME(SMALL_RESPONSE, "cdai_70_now", "1", "share with CDAI 70 below entry or below 150 on the day, as reported"),
    ENG_MARKER_OUTCOME(SUSTAINED, "sustained_remission_now", "1", "share in sustained remission on the day"),
    ENG_MARKER_OUTCOME(FISTULA, "fistula_remission_now", "1", "share with perianal fistulas, all of them closed: of all patients"),
};

const eng_disease_t eng_disease_crohn = {
    .module = { .name = "crohn", .help = "Crohn's disease: CDAI, barrier, mucosal healing, perianal fistulas, treatment-free survival", .version = 1,
        .writes = ENG_SIGNAL_BIT(trigger_rate) | ENG_SIGNAL_BIT(repriming), ENG_BLOCK(crohn_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .trigger_bound = BOWEL_TRIGGER_BOUND,
    .calendar = BOWEL_CALENDAR,
    .remission = "cdai_remission",
    .when_events = BOWEL_WHEN | ENG_OWN_EVENT(EVENT_SUSTAINED) | ENG_OWN_EVENT(EVENT_FISTULA),
};

#endif
