/**
 * What Crohn's disease and ulcerative colitis share (MODEL section 7.6): an inflamed bowel (module `tissue`), its mucosa and its barrier, a score
 * that visits report with noise, and what trials make of it.  Each disease is a file of its own over this one.
 *
 *   mucosa     dmu/dt = (min(2, s) - mu) / tau, 1 in active disease; healed, or completely healed, below a bound
 *   barrier    du/dt = 0.02 (u_b - u) - 0.03 s u a day, u_b by birth; clones are primed (1 - u) / 0.4 times as often, triggers come 1 + b (1 - u)
 *              times as often
 *   score      least + span A + N(0, noise), A the activity of the tissue without noise (tissue.h)
 *   surgery    0.03 mu a year: progression
 *
 * All else is judged on visits every 28 days.  Entry is the visit of day -1, or the last one before cells are mobilised or killed; without such
 * the first day.
 */
#ifndef ENG_MODEL_LANES_BOWEL_H
#define ENG_MODEL_LANES_BOWEL_H

#include "model/lanes/failed_lines.h"
#include "model/lanes/step.h"

#define BOWEL_DAYS_BETWEEN 28
#define BOWEL_VISITS_OF_QUARTER 3
#define BOWEL_BURN_IN 150     /* days */
#define BOWEL_MOST_TURNS 100  /* thresholds that a row may pass */
#define BOWEL_TRIGGER_BOUND 2 /* 1 + the largest b */

#define BOWEL_STATE_LIST(X)                                              \
    X(bowel_injury, "1", "mu, injury of the mucosa, 1 in the mean active patient")\
    X(barrier, "1", "u, barrier of the mucosa, 1 where it is intact")      \
    X(entry, "1", "score at entry, as it was measured")                    \
    X(settled, "1", "1 from day 0 or a remission to the next relapse")

typedef struct {
#define BOWEL_FIELD(name, unit, help) eng_row_t name;
    BOWEL_STATE_LIST(BOWEL_FIELD)
    eng_row_t left_surgery; /* Exp(1) left to it */
    eng_row_t t_lost, t_response, t_remission, t_healing, t_complete;
    /* of a patient at a point */
    eng_row_t least, span;                  /* of the score */
    eng_row_t mucosa_rate, mucosa_most;     /* 1/d */
    eng_row_t repair, helped, leak, leak_triggers; /* 1/d; by cells, relative; 1/d; b */
    eng_row_t by_birth, per_leak;           /* u_b; re-priming at 1 - u = 1 */
    eng_row_t varies;                       /* relative to who has failed one line at most */
    eng_row_t noise, flares, per_flare;     /* of those: points; share of flares; of a flare */
    eng_row_t surgery;                      /* 1/d */
    eng_row_t healed_below, complete_below; /* mu */
    eng_row_t active_above;                 /* s */
} bowel_t;

/** Rows of parameters: those of the tissue, these, then the disease's own. */
enum {
    BOWEL_LEAST = ENG_TISSUE_NUM_SCORE_PARAMS, BOWEL_SPAN, BOWEL_MUCOSA_TIME, BOWEL_MUCOSA_MOST, BOWEL_REPAIR, BOWEL_LEAK, BOWEL_BY_BIRTH, BOWEL_PRIMING,
    BOWEL_TRIGGERS, BOWEL_VARIATION,
    BOWEL_SURGERY, BOWEL_HEALED, BOWEL_COMPLETE, BOWEL_ACTIVE, BOWEL_HELPED, BOWEL_NUM_PARAMS
};
enum { BOWEL_SCORE }; /* what visits measure amiss */

/** A score and what trials call a response and a remission of it, points. */
typedef struct {
    real most;
    real falls, falls_share; /* a response falls by so much, and by this share of entry, */
    real response_below;     /* or is below this; 0: nothing is */
    real remission_below;
    real lost_above;         /* treatment is needed */
    int whole;               /* whole points */
} bowel_score_t;

/* --- a patient ------------------------------------------------------------------------------------------------------- */

/* Barrier of active disease, s = 1. */
static inline double bowel_barrier_at_rest(const double *p)
{
    const double both = p[BOWEL_REPAIR] + p[BOWEL_LEAK];
    return both > 0 ? p[BOWEL_BY_BIRTH] * p[BOWEL_REPAIR] / both : p[BOWEL_BY_BIRTH];
}

/* Flares of module `tissue` relative to their mean, which here is that of active disease: triggers are thinned from the bound. */
static inline double bowel_flare_scale(const eng_params_t *p)
{
    const double rate = p->trigger_rate / ENG_DAYS_PER_YEAR, more = 1 + p->disease[BOWEL_TRIGGERS] * (1 - bowel_barrier_at_rest(p->disease));
    const double mean = -eng_expm1(-p->trigger_bound * rate) / p->trigger_bound * more;
    return mean > 0 ? -eng_expm1(-rate) / mean : 1;
}

static void bowel_derive(eng_course_t *c, bowel_t *d, int first, int end)
{
    const double *p = c->rates->params.disease, scale = bowel_flare_scale(&c->rates->params);

    for (int l = first; l < end; l++) {
        const double failed = eng_max(0, c->tile->covariate[ENG_COV_PRIOR_LINES][l] - 1);
        d->per_flare[l] = c->tissue->per_flare[l] * (real)scale;
        d->flares[l] = (real)p[ENG_TISSUE_FLARE_SHARE];
        d->noise[l] = c->tissue->noise[l];
        d->varies[l] = (real)eng_pow(p[BOWEL_VARIATION], failed);
        d->by_birth[l] = (real)p[BOWEL_BY_BIRTH];
        d->per_leak[l] = (real)p[BOWEL_PRIMING];
        d->least[l] = (real)p[BOWEL_LEAST];
        d->span[l] = (real)p[BOWEL_SPAN];
        d->mucosa_rate[l] = (real)(1 / p[BOWEL_MUCOSA_TIME]);
        d->mucosa_most[l] = (real)p[BOWEL_MUCOSA_MOST];
        d->repair[l] = (real)p[BOWEL_REPAIR];
        d->helped[l] = (real)p[BOWEL_HELPED];
        d->leak[l] = (real)p[BOWEL_LEAK];
        d->leak_triggers[l] = (real)p[BOWEL_TRIGGERS];
        d->surgery[l] = (real)(p[BOWEL_SURGERY] / ENG_DAYS_PER_YEAR);
        d->healed_below[l] = (real)p[BOWEL_HEALED];
        d->complete_below[l] = (real)p[BOWEL_COMPLETE];
        d->active_above[l] = (real)p[BOWEL_ACTIVE];
    }
    vary_after_failures(c, d->varies, d->noise, d->flares, d->per_flare, first, end);
}

/* What happened before entry is history. */
static void bowel_enter(bowel_t *d, int first, int end)
{
    FOR_SPAN
    {
        d->entry[l] = d->settled[l] = 1;
        d->t_lost[l] = d->t_response[l] = d->t_remission[l] = d->t_healing[l] = d->t_complete[l] = ENG_DAY_NEVER;
    }
}

static void bowel_start(eng_course_t *c, bowel_t *d, int first, int end)
{
    const real barrier = (real)bowel_barrier_at_rest(c->rates->params.disease);

    FOR_SPAN
    {
        d->bowel_injury[l] = 1;
        d->barrier[l] = barrier;
    }
    bowel_enter(d, first, end);
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

static void bowel_signal(eng_course_t *c, const bowel_t *d)
{
    real *rate = c->signals->written[ENG_SIGNAL_trigger_rate], *primed = c->signals->written[ENG_SIGNAL_repriming];

    FOR_LANES
    {
        const real leak = 1 - d->barrier[l];
        rate[l] *= fma_real(d->leak_triggers[l], leak, 1);
        primed[l] *= d->per_leak[l] * leak;
    }
}

/* helped: cells that repair are given. */
LANE_INLINE void bowel_renew(eng_course_t *c, bowel_t *d, const int helped)
{
    eng_tile_t *t = c->tile;
    const real *inflammation = c->tissue->inflammation, *more = c->signal[ENG_SIGNAL_repair];
    const real dt = c->row->dt, begins = (real)c->row->t, ends = begins + dt;
    const real counts = c->row->flags & ENG_ROW_AFTER0 ? dt : 0;

    FOR_LANES
    {
        const real s = inflammation[l], mu = d->bowel_injury[l];
        const real left = fma_real(-counts * d->surgery[l], mu, d->left_surgery[l]);
        const int first = (left <= 0) & (begins < t->t_death[l]) & (t->t_progression[l] >= ENG_DAY_NEVER);
        d->left_surgery[l] = left;
        t->t_progression[l] = first ? ends : t->t_progression[l];
        d->bowel_injury[l] = grow(mu, -d->mucosa_rate[l], d->mucosa_rate[l] * at_most(s, d->mucosa_most[l]), dt);
        const real repair = helped ? d->repair[l] * fma_real(d->helped[l], more[l], 1) : d->repair[l];
        d->barrier[l] = grow_fast(d->barrier[l], -fma_real(d->leak[l], s, repair), repair * d->by_birth[l], dt);
    }
}

static void bowel_renew_alone(eng_course_t *c, bowel_t *d)
{
    bowel_renew(c, d, 0);
}

static void bowel_renew_helped(eng_course_t *c, bowel_t *d)
{
    bowel_renew(c, d, 1);
}

static void bowel_step(eng_course_t *c, bowel_t *d)
{
    (c->writes & ENG_SIGNAL_BIT(repair) ? bowel_renew_helped : bowel_renew_alone)(c, d);
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

LANE_INLINE real bowel_first_of(real day, real today, int found)
{
    return found ? at_most(day, today) : day;
}

/* The score as a visit reports it; day NULL: the truth. */
static void bowel_score(const eng_course_t *c, const bowel_t *d, const bowel_score_t *score, const eng_rng_jump_t *day, real today, real *value)
{
    const real *noise = c->tissue->noise; /* points */
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    eng_tissue_activity(c, NULL, BOWEL_SCORE, today, value);
    if (day != NULL) {
        eng_visit_noise(c, day, BOWEL_SCORE, z);
    }
    FOR_LANES
    {
        const real points = fma_real(noise[l], z[l], fma_real(d->span[l], value[l], d->least[l]));
        const real reported = score->whole && day != NULL ? real_floor(points + (real)0.5) : points;
        value[l] = at_most(max0(reported), score->most);
    }
}

LANE_INLINE int bowel_responds(const bowel_score_t *score, real points, real entry)
{
    return ((points <= entry - score->falls) & (points <= (1 - score->falls_share) * entry)) | (points < score->response_below);
}

/* At every visit. */
static void bowel_judge(eng_course_t *c, bowel_t *d, const bowel_score_t *score, const real *points, real today)
{
    const eng_tile_t *t = c->tile;
    const real *s = c->tissue->inflammation;

    FOR_LANES
    {
        const int lives = today < t->t_death[l], remits = points[l] < score->remission_below;
        d->t_response[l] = bowel_first_of(d->t_response[l], today, lives & bowel_responds(score, points[l], d->entry[l]));
        d->t_remission[l] = bowel_first_of(d->t_remission[l], today, lives & remits);
        d->t_healing[l] = bowel_first_of(d->t_healing[l], today, lives & (d->bowel_injury[l] < d->healed_below[l]));
        d->t_complete[l] = bowel_first_of(d->t_complete[l], today, lives & (d->bowel_injury[l] < d->complete_below[l]));
        d->settled[l] = (remits & !(s[l] > d->active_above[l])) ? 1 : d->settled[l];
    }
}

/* Every three months: is treatment needed?  A relapse is that, and the next counts after a remission. */
static void bowel_judge_need(eng_course_t *c, bowel_t *d, const bowel_score_t *score, const real *points, real today)
{
    eng_tile_t *t = c->tile;
    const real *s = c->tissue->inflammation;

    FOR_LANES
    {
        const int needs = (today < t->t_death[l]) & (points[l] > score->lost_above) & (s[l] > d->active_above[l]);
        const int relapses = needs & (d->settled[l] > 0);
        d->t_lost[l] = bowel_first_of(d->t_lost[l], today, needs);
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = bowel_first_of(t->t_relapse[l], today, relapses);
        d->settled[l] = needs ? 0 : d->settled[l];
    }
}

/* Nothing has been done to cells yet that a score would show. */
static bool bowel_untouched(const eng_plan_t *plan, int32_t tick)
{
    for (int j = 0; j < plan->num_ops && plan->ops[j].tick < tick; j++) {
        if (plan->ops[j].transplant || plan->ops[j].marrow) {
            return false;
        }
    }
    return true;
}

/* The first day is the entry until a visit before treatment says otherwise. */
static void bowel_begin(eng_course_t *c, bowel_t *d, const bowel_score_t *score)
{
    bowel_score(c, d, score, &c->plan->to_first_day, (real)c->plan->start, d->entry);
}

/* points: what the visit reports. */
static void bowel_visit(eng_course_t *c, bowel_t *d, const bowel_score_t *score, real *points)
{
    const int day = c->row->end / ENG_TICKS_PER_DAY;
    const real today = (real)day;

    vary_after_failures(c, d->varies, d->noise, d->flares, d->per_flare, 0, ENG_LANES);
    bowel_score(c, d, score, eng_visit_day(c), today, points);
    if (day < 0 && bowel_untouched(c->plan, c->row->end)) {
        memcpy(d->entry, points, sizeof(d->entry));
    }
    if (day > 0) {
        bowel_judge(c, d, score, points, today);
    }
    if (day > 0 && day % (BOWEL_VISITS_OF_QUARTER * BOWEL_DAYS_BETWEEN) == 0) {
        bowel_judge_need(c, d, score, points, today);
    }
}

/** Markers, first rows of the disease's own. */
enum { BOWEL_POINTS, BOWEL_TRUE, BOWEL_MUCOSA, BOWEL_BARRIER, BOWEL_HEALING, BOWEL_HEALING_COMPLETE, BOWEL_RESPONSE, BOWEL_REMISSION, BOWEL_NUM_MARKERS };

static void bowel_read(const eng_course_t *c, const bowel_t *d, const bowel_score_t *score, int k, real *value)
{
    const real today = (real)c->row->end / ENG_TICKS_PER_DAY;

    if (k == BOWEL_MUCOSA || k == BOWEL_BARRIER) {
        memcpy(value, k == BOWEL_MUCOSA ? d->bowel_injury : d->barrier, sizeof(d->bowel_injury));
        return;
    }
    bowel_score(c, d, score, k == BOWEL_TRUE ? NULL : eng_visit_day(c), today, value);
    if (k == BOWEL_POINTS || k == BOWEL_TRUE) {
        return;
    }
    FOR_LANES
    {
        const int healed = d->bowel_injury[l] < (k == BOWEL_HEALING ? d->healed_below[l] : d->complete_below[l]);
        const int responds = bowel_responds(score, value[l], d->entry[l]), remits = value[l] < score->remission_below;
        value[l] = (k == BOWEL_RESPONSE ? responds : k == BOWEL_REMISSION ? remits : healed) ? 1 : 0;
    }
}

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

/* Prefix "crohn" or "uc"; least: score of a healed bowel apart from what is left of activity; active: of the mean active one. */
#define BOWEL_PARAMS(prefix, name, healthy, active, source, time, healed, complete, varies)                                              \
    [BOWEL_LEAST] = { prefix "." name "_least", "", "1", healthy, 0, 140, ENG_UNI(0.8 * (healthy), 1.2 * (healthy) + 0.5), "T", "points without any activity" }, \
    [BOWEL_SPAN] = { prefix "." name "_span", "", "1", (active) - (healthy), 0.3 * ((active) - (healthy)), 2 * ((active) - (healthy)), ENG_LN((active) - (healthy), 0.1), source, "points that the mean active patient has above it" }, \
    [BOWEL_MUCOSA_TIME] = { prefix ".mucosa_time", "", "d", time, 5, 500, ENG_LN(time, 0.3), "T", "time in which the mucosa follows inflammation" }, \
    [BOWEL_MUCOSA_MOST] = { prefix ".mucosa_most", "", "1", 2, 1, 10, ENG_UNI(1.5, 3), "A", "largest inflammation that it follows" }, \
    [BOWEL_REPAIR] = { prefix ".barrier_repair", "", "1/d", 0.02, 0, 0.2, ENG_LN(0.02, 0.3), "A", "repair of the barrier" },       \
    [BOWEL_LEAK] = { prefix ".barrier_loss", "", "1/d", 0.03, 0, 0.2, ENG_LN(0.03, 0.3), "A", "loss of the barrier at s = 1" },    \
    [BOWEL_BY_BIRTH] = { prefix ".barrier_by_birth", "u_b", "1", 0.6, 0, 1, ENG_UNI(0.4, 0.8), "A", "barrier of a quiet bowel; 1: intact" }, \
    [BOWEL_PRIMING] = { prefix ".barrier_priming", "", "1", 2.5, 0, 10, ENG_LN(2.5, 0.01), "A scale", "re-priming without any barrier, relative to `clone.repriming_rate`" }, \
    [BOWEL_VARIATION] = { prefix ".variation_per_line", "", "1", varies, 0.2, 1.5, ENG_UNI(0.6, 1), "T UNITI-1, GEMINI 1", "factor on noise of visits and share of flares for each failed line after the first, until a reset" }, \
    [BOWEL_TRIGGERS] = { prefix ".barrier_triggers", "b", "1", 0, 0, 1, ENG_UNI(0, 1), "A", "triggers that a barrier lets in which is gone, relative" }, \
    [BOWEL_SURGERY] = { prefix ".surgery_rate", "", "1/y", 0.03, 0, 1, ENG_LN(0.03, 0.3), "A", "bowel surgery at mu = 1" },        \
    [BOWEL_HEALED] = { prefix ".healed_below", "", "1", healed, 0.01, 2, ENG_LN(healed, 0.2), "T", "mu of a mucosa that counts as healed" }, \
    [BOWEL_COMPLETE] = { prefix ".completely_healed_below", "", "1", complete, 0.005, 2, ENG_LN(complete, 0.2), "T", "mu of one that counts as completely healed" }, \
    [BOWEL_ACTIVE] = { prefix ".active_above", "", "1", 0.5, 0.05, 3, ENG_UNI(0.4, 0.6), "A", "s of active disease, which needs treatment" }, \
    [BOWEL_HELPED] = { prefix ".cell_repair", "", "1", 0, 0, 2, ENG_UNI(0, 0.5), "A no trial shows any", "repair of the barrier by cells, at most, relative" }

/* The spread between visits is in points: the score adds it, where other scores multiply. */
#define BOWEL_TISSUE_SCORE(prefix, name, left, gain, gain_time, sd)                                                              \
    [ENG_TISSUE_RESIDUAL] = { "tissue.residual", "", "1", left, 0, 0.5, ENG_LN(left, 0.3), "T", "score of a healed tissue, relative to the mean active one" }, \
    [ENG_TISSUE_NOISE] = { prefix "." name "_noise", "", "1", sd, 0, 5 * (sd), ENG_LN(sd, 0.2), "T", "spread between visits, points" }, \
    [ENG_TISSUE_CARE] = { "tissue.care_gain", "g", "1", gain, 0, 5, ENG_LN(gain, 0.5), "T", "mean gain of the care that a trial gives, logarithm" }, \
    [ENG_TISSUE_CARE_TIME] = { "tissue.care_time", "", "d", gain_time, 1, 365, ENG_LN(gain_time, 0.3), "A", "time in which it comes" }

#define BOWEL_COVARIATES(relative_sd, lowest)                                                                                    \
    ENG_TISSUE_COVARIATES,                                                                                                       \
    { "care", "1", 41, { ENG_DIST_UNIFORM, { 0, 1 } }, 1e-6, 1 - 1e-6, "A", "rank by the gain of trial care (exponential)" },       \
    { "activity_level", "1", 42, { ENG_DIST_TRUNCATED_NORMAL, { 1, relative_sd, lowest, 3 } }, 0.05, 20, "T", "m, score relative to that of others at equal inflammation" }

#define BOWEL_STATE(name, unit, help) { #name, unit, help, offsetof(bowel_t, name), ENG_NO_ROW },

enum { BOWEL_EVENT_LOST, BOWEL_EVENT_RESPONSE, BOWEL_EVENT_REMISSION, BOWEL_EVENT_HEALING, BOWEL_EVENT_COMPLETE, BOWEL_NUM_EVENTS };
#define BOWEL_EVENTS(name)                                                                                                       \
    [BOWEL_EVENT_LOST] = { "treatment_needed", "first three-monthly visit at which treatment is needed", offsetof(bowel_t, t_lost) }, \
    [BOWEL_EVENT_RESPONSE] = { name "_response", "first visit with a response", offsetof(bowel_t, t_response) },                   \
    [BOWEL_EVENT_REMISSION] = { name "_remission", "first visit in remission", offsetof(bowel_t, t_remission) },                   \
    [BOWEL_EVENT_HEALING] = { "mucosal_healing", "first visit with a healed mucosa", offsetof(bowel_t, t_healing) },               \
    [BOWEL_EVENT_COMPLETE] = { "complete_healing", "first visit with a mucosa that is completely healed", offsetof(bowel_t, t_complete) }

#define BOWEL_DEATH ENG_BIT(ENG_EVENT_DEATH)
#define BOWEL_FREE(label, text) \
    { .name = label, .unit = "d", .help = text, .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1, .events = ENG_OWN_EVENT(BOWEL_EVENT_LOST) | BOWEL_DEATH }

#define BOWEL_NOW(label, text) { label, "1", text, 0.01, 0, 1, false, 1 }
#define BOWEL_MARKERS(name, largest, response, remission)                                                                        \
    [BOWEL_POINTS] = { name, "1", name " as a visit reports it", 1e-2, 0, largest, false, -1 },                                    \
    [BOWEL_TRUE] = { name "_true", "1", name " without noise", 1e-2, 0, largest, false, -1 },                                      \
    [BOWEL_MUCOSA] = { "bowel_injury", "1", "mu, injury of the mucosa, true; 1 in the mean active patient", 1e-4, 0, 4, false, -1 },      \
    [BOWEL_BARRIER] = { "barrier", "1", "u, barrier of the mucosa, true; 1 where it is intact", 1e-4, 0, 1, false, 1 },             \
    [BOWEL_HEALING] = BOWEL_NOW("mucosal_healing_now", "1 with a healed mucosa on the day"),                                       \
    [BOWEL_HEALING_COMPLETE] = BOWEL_NOW("complete_healing_now", "1 with a completely healed mucosa on the day"),                  \
    [BOWEL_RESPONSE] = BOWEL_NOW(name "_response_now", "1 with " response " on the day, as reported"),                             \
    [BOWEL_REMISSION] = BOWEL_NOW(name "_remission_now", "1 with " remission " on the day, as reported")

#define BOWEL_OUTCOMES(name, need, response, remission, healed, complete)                                                                        \
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_RELAPSE), "relapse", -1, "treatment needed at a three-monthly visit: " need "; the next counts after a remission"), \
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_PROGRESSION), "progression", -1, "first surgery of the bowel"),                                              \
    BOWEL_FREE("efs", "alive, and no treatment needed at three-monthly visits"),                                                   \
    BOWEL_FREE("treatment_free", "alive, and at no three-monthly visit " need),                                                    \
    ENG_FIRST_OF(ENG_OWN_EVENT(BOWEL_EVENT_RESPONSE), name "_response", 1, "first visit (every 28 d, reported) with " response),                   \
    ENG_FIRST_OF(ENG_OWN_EVENT(BOWEL_EVENT_REMISSION), name "_remission", 1, "first visit with " remission),                                       \
    ENG_FIRST_OF(ENG_OWN_EVENT(BOWEL_EVENT_HEALING), "mucosal_healing", 1, "first visit with mu below " healed),                                      \
    ENG_FIRST_OF(ENG_OWN_EVENT(BOWEL_EVENT_COMPLETE), "complete_healing", 1, "first visit with mu below " complete),                                    \
    ENG_MARKER_OUTCOME(BOWEL_POINTS, name, "1", name " as a visit reports it"),                                                          \
    ENG_MARKER_OUTCOME(BOWEL_TRUE, name "_true", "1", name " without noise"),                                                            \
    ENG_MARKER_OUTCOME(BOWEL_MUCOSA, "bowel_injury", "1", "injury of the mucosa, true"),                                                       \
    ENG_MARKER_OUTCOME(BOWEL_BARRIER, "barrier", "1", "barrier of the mucosa, true"),                                                    \
    ENG_MARKER_OUTCOME(BOWEL_HEALING, "mucosal_healing_now", "1", "share with a healed mucosa on the day"),                              \
    ENG_MARKER_OUTCOME(BOWEL_HEALING_COMPLETE, "complete_healing_now", "1", "share with a completely healed mucosa on the day"),         \
    ENG_MARKER_OUTCOME(BOWEL_RESPONSE, name "_response_now", "1", "share with " response " on the day, as reported"),                    \
    ENG_MARKER_OUTCOME(BOWEL_REMISSION, name "_remission_now", "1", "share with " remission " on the day, as reported")

#define BOWEL_CALENDAR { .run_in = BOWEL_BURN_IN, .visits = BOWEL_DAYS_BETWEEN, .visits_before = { BOWEL_DAYS_BETWEEN, 1 } }
#define BOWEL_WHEN                                                                                                               \
    (ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION) | ENG_OWN_EVENT(BOWEL_EVENT_RESPONSE) \
        | ENG_OWN_EVENT(BOWEL_EVENT_REMISSION) | ENG_OWN_EVENT(BOWEL_EVENT_HEALING) | ENG_OWN_EVENT(BOWEL_EVENT_COMPLETE))

#endif

#endif
