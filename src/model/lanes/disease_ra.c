/**
 * Rheumatoid arthritis: sustained regime; inflamed joints (module `tissue`), judged on visits every 28 days with their noise.
 *
 *   activity       A of the tissue (tissue.h); DAS28 = 1 + 5.4 A^0.7; it varies less after failed lines of therapy
 *   joint damage   dSharp/dt = 0.021 m s dmg a day, irreversible, counted from day 0
 *   ACR20, 50, 70  A at a visit at most 80, 50, 30 % of A at entry (one ratio stands for all items of the score)
 *   relapse        after a response A above 55 % of that at entry and 1.6 times the best since, at two visits in a row; a response
 *                  and the best are what two visits in a row agree on, or noise would make both
 *   flare          DAS28 above 2.6 and 0.6 above that at entry, on or off drugs
 *   progression    more than 5 points of the Sharp score in a year
 *
 * Entry is the visit of day -1, or the last one before cells are mobilised or killed; without such the first day.
 */
#include "model/lanes/failed_lines.h"
#include "model/lanes/judging.h"
#include "model/lanes/step.h"

/* Definitions of trials: shares of activity at entry, DAS28, points, days. */
#define PERCENT 100
#define TENTHS 10
#define ACR20_LEFT ((real)80 / PERCENT)
#define ACR50_LEFT ((real)50 / PERCENT)
#define ACR70_LEFT ((real)30 / PERCENT)
#define REMISSION_BELOW ((real)26 / TENTHS)
#define FLARE_RISE ((real)6 / TENTHS)
#define RELAPSE_LEFT ((real)55 / PERCENT)
#define RELAPSE_RISE ((real)16 / TENTHS)
#define PROGRESSION_POINTS 5
#define VISITS_OF_YEAR 13
#define DAYS_BETWEEN 28
#define LATEST_RESPONSE 168
#define VISITS_MISSED 2

#define RA_STATE_LIST(X)                                                \
    X(sharp, "1", "joint damage since day 0, points of the Sharp score") \
    X(entry, "1", "A at entry, as it was measured")                     \
    X(responds, "1", "1 from ACR20 at two visits to the next relapse")

typedef struct {
#define RA_FIELD(name, unit, help) eng_row_t name;
    RA_STATE_LIST(RA_FIELD)
    eng_row_t best, sharp_before, missed; /* lowest A since the response; a year ago; visits in a row without ACR20 */
    eng_row_t last, suspected;            /* A of the last visit; its day, if it looked like a relapse */
    eng_row_t t_acr20, t_acr50, t_acr70, t_remission, t_flare, t_lost;
    /* of a patient at a point */
    eng_row_t score_least, score_span, score_power; /* DAS28 */
    eng_row_t damage;                               /* 1/d at s = 1, m of the patient in it */
    eng_row_t varies;                               /* relative to who has failed one line at most */
    eng_row_t noise, flares, per_flare;             /* of those: log-sd of visits; share of flares; of a flare */
} ra_t;

typedef enum {
    RA_SCORE_LEAST = ENG_TISSUE_NUM_SCORE_PARAMS, RA_SCORE_SPAN, RA_SCORE_POWER, RA_DAMAGE, RA_SEROPOSITIVE, RA_VARIATION, RA_NUM_PARAMS
} ra_param_t;
enum { RA_SEROLOGY = ENG_TISSUE_END_SCORE_COV };
enum { RA_ACTIVITY }; /* scores of a visit */

/* --- a patient ------------------------------------------------------------------------------------------------------- */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    eng_clones_t *e = c->clones;
    ra_t *d = block;

    for (int l = first; l < end; l++) {
        const double failed = eng_max(0, t->covariate[ENG_COV_PRIOR_LINES][l] - 1);
        const real more = t->covariate[RA_SEROLOGY][l] > 0 ? (real)p[RA_SEROPOSITIVE] : 1;
        e->reservoir_start[l] *= more;
        e->reservoir_room[l] /= more;
        d->score_least[l] = (real)p[RA_SCORE_LEAST];
        d->score_span[l] = (real)p[RA_SCORE_SPAN];
        d->score_power[l] = (real)p[RA_SCORE_POWER];
        d->damage[l] = (real)(p[RA_DAMAGE] * t->covariate[ENG_COV_LEVEL][l]);
        d->varies[l] = (real)eng_pow(p[RA_VARIATION], failed);
        d->noise[l] = c->tissue->noise[l];
        d->flares[l] = (real)p[ENG_TISSUE_FLARE_SHARE];
        d->per_flare[l] = c->tissue->per_flare[l];
    }
    vary_after_failures(c, d->varies, d->noise, d->flares, d->per_flare, first, end);
}

/* What happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    ra_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->sharp[l] = d->sharp_before[l] = d->responds[l] = d->missed[l] = 0;
        d->entry[l] = 1;
        d->best[l] = d->last[l] = NO_LIMIT;
        d->suspected[l] = ENG_DAY_NEVER;
        d->t_acr20[l] = d->t_acr50[l] = d->t_acr70[l] = d->t_remission[l] = d->t_flare[l] = d->t_lost[l] = ENG_DAY_NEVER;
    }
}

/* The first day is the entry until a visit before treatment says otherwise. */
static void begin(eng_course_t *c, void *block)
{
    ra_t *d = block;
    eng_tissue_activity(c, &c->plan->to_first_day, RA_ACTIVITY, (real)c->plan->start, d->entry);
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

static void step(eng_course_t *c, void *block)
{
    const real *s = c->tissue->inflammation, *left = c->signal[ENG_SIGNAL_damage];
    const real dt = c->row->dt;
    ra_t *d = block;

    if (!(c->row->flags & ENG_ROW_AFTER0)) {
        return;
    }
    FOR_LANES
    {
        d->sharp[l] = fma_real(dt * d->damage[l], s[l] * left[l], d->sharp[l]);
    }
}

LANE_INLINE real das28(const ra_t *d, int l, real A)
{
    return fma_real(d->score_span[l], real_power(A, d->score_power[l]), d->score_least[l]);
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

static void judge_response(const eng_tile_t *t, ra_t *d, const real *A, real today)
{
    FOR_LANES
    {
        const real left = A[l] / d->entry[l], score = das28(d, l, A[l]), before = das28(d, l, d->entry[l]);
        const int lives = today < t->t_death[l], missed = !(left <= ACR20_LEFT);
        const real misses = missed ? d->missed[l] + 1 : 0;
        d->t_acr20[l] = first_of(d->t_acr20[l], today, lives & (left <= ACR20_LEFT));
        d->t_acr50[l] = first_of(d->t_acr50[l], today, lives & (left <= ACR50_LEFT));
        d->t_acr70[l] = first_of(d->t_acr70[l], today, lives & (left <= ACR70_LEFT));
        d->t_remission[l] = first_of(d->t_remission[l], today, lives & (score < REMISSION_BELOW));
        d->t_flare[l] = first_of(d->t_flare[l], today, lives & (score > REMISSION_BELOW) & (score > before + FLARE_RISE));
        const int reached = d->t_acr20[l] < ENG_DAY_NEVER;
        const int lost = reached ? misses >= VISITS_MISSED : today >= LATEST_RESPONSE;
        d->t_lost[l] = first_of(d->t_lost[l], today, lives & lost);
        d->missed[l] = misses;
    }
}

static void judge_relapse(eng_tile_t *t, ra_t *d, const real *A, real today)
{
    FOR_LANES
    {
        const int lives = today < t->t_death[l], responds = d->responds[l] > 0;
        const real now = A[l], agreed = now > d->last[l] ? now : d->last[l], best = responds ? d->best[l] : NO_LIMIT;
        const int worse = lives & responds & (now > RELAPSE_LEFT * d->entry[l]) & (now > RELAPSE_RISE * best);
        const real since = d->suspected[l];
        const int relapses = worse & (since < ENG_DAY_NEVER), better = agreed <= ACR20_LEFT * d->entry[l];
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = first_of(t->t_relapse[l], since, relapses);
        d->suspected[l] = (worse & !relapses) ? today : ENG_DAY_NEVER;
        d->responds[l] = relapses ? 0 : better ? 1 : d->responds[l];
        d->best[l] = at_most(best, agreed);
        d->last[l] = now;
    }
}

static void judge_damage(eng_tile_t *t, ra_t *d, real today)
{
    FOR_LANES
    {
        const int worse = (today < t->t_death[l]) & (d->sharp[l] - d->sharp_before[l] > PROGRESSION_POINTS);
        t->t_progression[l] = first_of(t->t_progression[l], today, worse);
        d->sharp_before[l] = d->sharp[l];
    }
}

static void visit(eng_course_t *c, void *block)
{
    const int day = c->row->end / ENG_TICKS_PER_DAY;
    const real today = (real)day;
    real A[ENG_LANES] ENG_ALIGNED;
    ra_t *d = block;

    vary_after_failures(c, d->varies, d->noise, d->flares, d->per_flare, 0, ENG_LANES);
    eng_tissue_activity(c, eng_visit_day(c), RA_ACTIVITY, today, A);
    if (day < 0 && untouched(c->plan, c->row->end)) {
        memcpy(d->entry, A, sizeof(d->entry));
    }
    if (day > 0) {
        judge_response(c->tile, d, A, today);
        judge_relapse(c->tile, d, A, today);
    }
    if (day > 0 && day % (VISITS_OF_YEAR * DAYS_BETWEEN) == 0) {
        judge_damage(c->tile, d, today);
    }
}

enum { DAS28, DAS28_TRUE, IMPROVEMENT, ACR20, ACR50, ACR70, REMISSION, SHARP };

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const eng_rng_jump_t *day = k == DAS28_TRUE || k == SHARP ? NULL : eng_visit_day(c);
    const real bound = k == ACR20 ? ACR20_LEFT : k == ACR50 ? ACR50_LEFT : ACR70_LEFT;
    const ra_t *d = block;

    eng_tissue_activity(c, day, RA_ACTIVITY, (real)c->row->end / ENG_TICKS_PER_DAY, value);
    FOR_LANES
    {
        const real A = value[l], left = A / d->entry[l], score = das28(d, l, A);
        const real response = left <= bound ? 1 : 0, remission = score < REMISSION_BELOW ? 1 : 0, improvement = PERCENT * (1 - left);
        value[l] = k <= DAS28_TRUE ? score : k == IMPROVEMENT ? improvement : k == SHARP ? d->sharp[l] : k == REMISSION ? remission : response;
    }
}

ENG_MODULE_LANES(ra) = { .name = "ra", .derive = derive, .start = enter, .enter = enter, .begin = begin, .step = step, .visit = visit,
    .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[RA_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.27, 30, 20, 0.17, 0.5),
    ENG_TISSUE_SCORE_PARAMS(0.04, 0.38, 0.02, 28),
    [RA_SCORE_LEAST] = { "ra.das28_least", "", "1", 1, 0, 3, ENG_UNI(0.8, 1.2), "A", "DAS28 without any activity" },
    [RA_SCORE_SPAN] = { "ra.das28_span", "", "1", 5.4, 1, 12, ENG_LN(5.4, 0.1), "T", "what A = 1 adds to it" },
    [RA_SCORE_POWER] = { "ra.das28_power", "", "1", 0.7, 0.2, 1.5, ENG_LN(0.7, 0.1), "T", "power of A in it" },
    [RA_DAMAGE] = { "ra.damage_rate", "", "1/d", 0.021, 0, 0.2, ENG_LN(0.021, 0.3), "T", "points of the Sharp score that s = 1 adds" },
    [RA_SEROPOSITIVE] = { "ra.seropositive_reservoir", "", "1", 1.15, 0.3, 3, ENG_LN(1.15, 0.1), "A", "autoreactive reservoir of the seropositive, relative" },
    [RA_VARIATION] = { "ra.variation_per_line", "", "1", 0.6, 0.2, 1.5, ENG_UNI(0.4, 0.9), "T Emery 2008", "factor on noise of visits and share of flares for each failed line after the first, until a reset" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 2.05e4, ENG_LN(2.05e4, 0.35) },
    { "effector.cooperation_spread", 0.56, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.32, ENG_LN(0.32, 0.6) },
    { "clone.fitness_after_conditioning", 0.85, ENG_TRN(0.85, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.11, ENG_LN(0.11, 0.6) },
    { "clone.sanctuary_share", 0.16, ENG_UNI(0, 0.5) },
};

static const eng_covariate_row_t covariates[] = {
    ENG_TISSUE_COVARIATES,
    ENG_TISSUE_SCORE_COVARIATES(0.25),
    { "serology", "1", 43, { ENG_DIST_BERNOULLI, { 0.7 } }, 0, 1, "L", "1 with rheumatoid factor or antibodies against citrullinated protein" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 53, 12, 18, 85 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.78 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(ra_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { RA_STATE_LIST(STATE) };

enum { EVENT_ACR20, EVENT_ACR50, EVENT_ACR70, EVENT_REMISSION, EVENT_FLARE, EVENT_LOST };
static const eng_event_row_t events[] = {
    [EVENT_ACR20] = { "acr20", "first visit with ACR20", offsetof(ra_t, t_acr20) },
    [EVENT_ACR50] = { "acr50", "first visit with ACR50", offsetof(ra_t, t_acr50) },
    [EVENT_ACR70] = { "acr70", "first visit with ACR70", offsetof(ra_t, t_acr70) },
    [EVENT_REMISSION] = { "das28_remission", "first visit with DAS28 below 2.6", offsetof(ra_t, t_remission) },
    [EVENT_FLARE] = { "ra_flare", "first visit with DAS28 above 2.6 and 0.6 above entry", offsetof(ra_t, t_flare) },
    [EVENT_LOST] = { "acr20_lost", "ACR20 not reached by day 168, or missed at two visits in a row after it", offsetof(ra_t, t_lost) },
};
#define DEATH ENG_BIT(ENG_EVENT_DEATH)

static const eng_marker_row_t markers[] = {
    [DAS28] = { "das28", "1", "DAS28 as a visit reports it", 1e-3, 0, 16, false, -1 },
    [DAS28_TRUE] = { "das28_true", "1", "DAS28 without noise", 1e-3, 0, 16, false, -1 },
    [IMPROVEMENT] = { "acr_n", "%", "improvement of activity since entry, as reported", 1e-2, -400, 100, false, 1 },
    [ACR20] = { "acr20_now", "1", "1 with ACR20 on the day, as reported", 0.01, 0, 1, false, 1 },
    [ACR50] = { "acr50_now", "1", "1 with ACR50 on the day, as reported", 0.01, 0, 1, false, 1 },
    [ACR70] = { "acr70_now", "1", "1 with ACR70 on the day, as reported", 0.01, 0, 1, false, 1 },
    [REMISSION] = { "remission_now", "1", "1 with DAS28 below 2.6 on the day, as reported", 0.01, 0, 1, false, 1 },
    [SHARP] = { "sharp", "1", "joint damage since day 0, points of the Sharp score, true", 1e-3, 0, 200, false, -1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue };

static const eng_outcome_row_t outcomes[] = {
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_RELAPSE), "relapse", -1, "after ACR20 at two visits in a row two with activity above 55 % of entry and 1.6 times the best; the first of them"),
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_PROGRESSION), "progression", -1, "more than 5 points of the Sharp score in a year of 13 visits"),
    { .name = "efs", .unit = "d", .help = "alive with ACR20: reached by day 168 and not missed at two visits in a row",
        .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1, .events = ENG_OWN_EVENT(EVENT_LOST) | DEATH },
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_ACR20), "acr20", 1, "first visit (every 28 d, reported) with activity at most 80 % of entry"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_ACR50), "acr50", 1, "at most 50 %"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_ACR70), "acr70", 1, "at most 30 %"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_REMISSION), "das28_remission", 1, "first visit with DAS28 below 2.6"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_FLARE), "ra_flare", -1, "first visit with DAS28 above 2.6 and 0.6 above entry"),
    ENG_MARKER_OUTCOME(DAS28, "das28", "1", "DAS28 as a visit reports it"),
    ENG_MARKER_OUTCOME(DAS28_TRUE, "das28_true", "1", "DAS28 without noise"),
    ENG_MARKER_OUTCOME(IMPROVEMENT, "acr_n", "%", "improvement of activity since entry, as reported"),
    ENG_MARKER_OUTCOME(ACR20, "acr20_now", "1", "share with ACR20 on the day, as reported"),
    ENG_MARKER_OUTCOME(ACR50, "acr50_now", "1", "share with ACR50 on the day, as reported"),
    ENG_MARKER_OUTCOME(ACR70, "acr70_now", "1", "share with ACR70 on the day, as reported"),
    ENG_MARKER_OUTCOME(REMISSION, "remission_now", "1", "share with DAS28 below 2.6 on the day, as reported"),
    ENG_MARKER_OUTCOME(SHARP, "sharp", "1", "joint damage since day 0, points of the Sharp score"),
};

const eng_disease_t eng_disease_ra = {
    .module = { .name = "ra", .help = "rheumatoid arthritis: DAS28, ACR responses on visits, joint damage", .version = 2,
        ENG_BLOCK(ra_t), ENG_TABLE(states), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 200, .visits = DAYS_BETWEEN, .visits_before = { DAYS_BETWEEN, 1 } },
    .remission = "das28_remission",
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_OWN_EVENT(EVENT_ACR20) | ENG_OWN_EVENT(EVENT_ACR50) | ENG_OWN_EVENT(EVENT_ACR70) | ENG_OWN_EVENT(EVENT_REMISSION) | ENG_OWN_EVENT(EVENT_FLARE),
};

#endif
