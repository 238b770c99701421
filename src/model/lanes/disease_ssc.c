/**
 * Systemic sclerosis: sustained regime in an inflamed tissue (module `tissue`) that scars skin and lung and burns out over the years.
 *
 *   burning out    bo = exp(-duration / 4.8 y), the duration running from day 0 on
 *   skin           dSkin/dt = [f Skin_0 + (1 - f) 0.8 Skin_0 s bo / bo_0 - Skin] / 176 d; fixed share f = 1 - exp(-duration_0 / 5 y)
 *   lung           dV/dt = -4.7 a s bo dmg a year, V >= 35; FVC = V + 9 (1 - s_l) %; ds_l/dt = (s - s_l) / 150 d
 *   organ failure  hazard h a (Skin_0 / 25) max(s, s_o) (0.1 + 0.9 bo^2) (1 + (70 - FVC)+ / 20); ds_o/dt = (s - s_o) / 150 d
 *   death of it    hazard k (Skin_0 / 25) [0.15 + max(s, s_o) (0.5 + 0.5 bo)] (1 + (70 - FVC)+ / 20), six times that after organ failure
 *
 * Organs follow inflammation late (s_o): a transplant brings its toxic deaths first and what it saves later, so that the ratio of hazards
 * crosses.  Skin and lung are judged on visits every 91 days, two in a row; entry is the visit of day -1, or the last one before
 * cells are mobilised or killed; without such the first day.
 */
#include "model/lanes/judging.h"
#include "model/lanes/step.h"

#include "base/sample.h"

/* Definitions of trials: points of the skin score, % of predicted FVC, shares, days. */
#define PERCENT 100
#define SKIN_POINTS 5
#define SKIN_SHARE ((real)25 / PERCENT)
#define FVC_POINTS 10
#define MOST_MRSS 51
#define DAYS_BETWEEN 91
#define ENOUGH 2

#define SSC_STATE_LIST(X)                                                          \
    X(skin, "1", "skin score without noise")                                        \
    X(lung, "%", "V, forced vital capacity but for its reversible part")            \
    X(burning, "1", "bo, what has not burnt out of the disease")                    \
    X(lung_load, "1", "s_l, inflammation that the lung shows")                      \
    X(organ_load, "1", "s_o, inflammation that organs have felt")                   \
    X(entry_mrss, "1", "skin score at entry, as it was measured")                   \
    X(entry_fvc, "%", "forced vital capacity at entry, likewise")                   \
    X(responds, "1", "1 from a response of the skin to the next relapse")

typedef struct {
#define SSC_FIELD(name, unit, help) eng_row_t name;
    SSC_STATE_LIST(SSC_FIELD)
    eng_row_t best, last;                      /* lowest score that two visits agreed on since the response; that of the last visit */
    eng_row_t better, worse, back, shrunk;     /* visits in a row with a response, a progression, a relapse, less FVC */
    eng_row_t left_organ, left_death;          /* Exp(1) left */
    eng_row_t t_organ, t_kidney, t_heart, t_lung, t_response, t_fvc, t_death;
    /* of a patient at a point */
    eng_row_t fading;                                         /* 1/d of bo */
    eng_row_t skin_fixed, skin_active, skin_rate;             /* f Skin_0; (1 - f) 0.9 Skin_0 / bo_0; 1/d */
    eng_row_t lung_loss, lung_least, lung_reversible, lung_rate; /* %/d; %; %; 1/d */
    eng_row_t organ, organ_late, organ_rate;                  /* 1/d; 1; 1/d */
    eng_row_t lung_below, per_lung;                           /* %; 1/% */
    eng_row_t lethal, lethal_unaided, lethal_late, lethal_failed; /* 1/d; 1 */
    eng_row_t kidney_share, heart_share;                      /* of organ failure with a lung that is whole */
    eng_row_t mrss_noise, fvc_noise;
} ssc_t;

typedef enum {
    SSC_BURN_OUT = ENG_TISSUE_NUM_PARAMS, SSC_SKIN_FIXED, SSC_SKIN_ACTIVE, SSC_SKIN_TIME, SSC_LUNG_LOSS, SSC_LUNG_LEAST, SSC_LUNG_REVERSIBLE,
    SSC_LUNG_TIME, SSC_ORGAN, SSC_ORGAN_SKIN, SSC_REFERENCE_MRSS, SSC_ORGAN_LATE, SSC_ORGAN_TIME, SSC_LUNG_BELOW, SSC_LUNG_SCALE, SSC_KIDNEY, SSC_HEART, SSC_DEATH,
    SSC_DEATH_UNAIDED, SSC_DEATH_LATE, SSC_DEATH_FAILED, SSC_MRSS_NOISE, SSC_FVC_NOISE, SSC_NUM_PARAMS
} ssc_param_t;
enum { SSC_MRSS = ENG_TISSUE_END_COV, SSC_FVC, SSC_LUNG };
enum { SSC_SCORE_MRSS, SSC_SCORE_FVC }; /* what visits measure amiss */
enum { SSC_CAUSE_DISEASE };

/* --- a patient ------------------------------------------------------------------------------------------------------- */

/* Rows that are a parameter, or one over it. */
static const struct {
    size_t row;
    ssc_param_t param;
    bool inverse;
} copies[] = {
#define ROW(row, param) { offsetof(ssc_t, row), SSC_##param, false }
#define PER(row, param) { offsetof(ssc_t, row), SSC_##param, true }
    PER(skin_rate, SKIN_TIME), ROW(lung_least, LUNG_LEAST), ROW(lung_reversible, LUNG_REVERSIBLE), PER(lung_rate, LUNG_TIME),
    ROW(organ_late, ORGAN_LATE), PER(organ_rate, ORGAN_TIME), ROW(lung_below, LUNG_BELOW), PER(per_lung, LUNG_SCALE),
    ROW(kidney_share, KIDNEY), ROW(heart_share, HEART), ROW(lethal_unaided, DEATH_UNAIDED), ROW(lethal_late, DEATH_LATE),
    ROW(lethal_failed, DEATH_FAILED), ROW(mrss_noise, MRSS_NOISE), ROW(fvc_noise, FVC_NOISE),
};

static double burning_at_entry(const eng_tile_t *t, const double *p, int l)
{
    return eng_exp(-t->covariate[ENG_COV_DURATION][l] / p[SSC_BURN_OUT]);
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    ssc_t *d = block;

    for (int l = first; l < end; l++) {
        const double mrss = t->covariate[SSC_MRSS][l], of_lung = t->covariate[SSC_LUNG][l];
        const double of_skin = eng_pow(eng_max(1, mrss) / p[SSC_REFERENCE_MRSS], p[SSC_ORGAN_SKIN]);
        const double fixed = -eng_expm1(-t->covariate[ENG_COV_DURATION][l] / p[SSC_SKIN_FIXED]);
        for (int j = 0; j < ENG_COUNT_OF(copies); j++) {
            const double value = p[copies[j].param];
            ((real *)(void *)((char *)d + copies[j].row))[l] = (real)(copies[j].inverse ? 1 / value : value);
        }
        d->fading[l] = (real)(1 / (p[SSC_BURN_OUT] * ENG_DAYS_PER_YEAR));
        d->skin_fixed[l] = (real)(fixed * mrss);
        d->skin_active[l] = (real)((1 - fixed) * p[SSC_SKIN_ACTIVE] * mrss / burning_at_entry(t, p, l));
        d->lung_loss[l] = (real)(p[SSC_LUNG_LOSS] * of_lung / ENG_DAYS_PER_YEAR);
        d->organ[l] = (real)(p[SSC_ORGAN] * of_lung * of_skin / ENG_DAYS_PER_YEAR);
        d->lethal[l] = (real)(p[SSC_DEATH] * of_skin / ENG_DAYS_PER_YEAR);
    }
}

/* What happened before entry is history; how far the disease has burnt is that of the point. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    ssc_t *d = block;

    for (int l = first; l < end; l++) {
        d->burning[l] = (real)burning_at_entry(c->tile, c->rates->params.disease, l);
        d->entry_mrss[l] = d->entry_fvc[l] = d->responds[l] = d->better[l] = d->worse[l] = d->back[l] = d->shrunk[l] = 0;
        d->best[l] = d->last[l] = NO_LIMIT;
        d->t_organ[l] = d->t_kidney[l] = d->t_heart[l] = d->t_lung[l] = d->t_response[l] = d->t_fvc[l] = d->t_death[l] = ENG_DAY_NEVER;
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    ssc_t *d = block;

    for (int l = first; l < end; l++) {
        d->skin[l] = (real)t->covariate[SSC_MRSS][l];
        d->lung[l] = (real)t->covariate[SSC_FVC][l];
        d->lung_load[l] = d->organ_load[l] = 1;
    }
    enter(c, block, first, end);
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

LANE_INLINE real capacity(const ssc_t *d, int l)
{
    return fma_real(d->lung_reversible[l], 1 - d->lung_load[l], d->lung[l]);
}

static void scar(const eng_course_t *c, ssc_t *d)
{
    const real *s = c->tissue->inflammation, *left = c->signal[ENG_SIGNAL_damage];
    const real dt = c->row->dt, runs = c->row->flags & ENG_ROW_AFTER0 ? dt : 0;

    FOR_LANES
    {
        const real active = s[l] * d->burning[l], target = fma_real(d->skin_active[l], active, d->skin_fixed[l]);
        const real lung = fma_real(-dt * d->lung_loss[l], active * left[l], d->lung[l]), least = d->lung_least[l];
        d->skin[l] = grow(d->skin[l], -d->skin_rate[l], d->skin_rate[l] * target, dt);
        d->lung[l] = lung > least ? lung : least;
        d->lung_load[l] = grow(d->lung_load[l], -d->lung_rate[l], d->lung_rate[l] * s[l], dt);
        d->organ_load[l] = grow(d->organ_load[l], -d->organ_rate[l], d->organ_rate[l] * s[l], dt);
        d->burning[l] = grow(d->burning[l], -d->fading[l], 0, runs);
    }
}

/* Which organ has failed: the lung as much more often as its capacity is small. */
static void name_organ(eng_course_t *c, ssc_t *d, int l, real day)
{
    const double kidney = (double)d->kidney_share[l], heart = (double)d->heart_share[l];
    const double small = (double)fma_real(max0(d->lung_below[l] - capacity(d, l)), d->per_lung[l], 1);
    const double lung = (1 - kidney) * (1 - heart) * small, other = 1 - (1 - kidney) * (1 - heart);
    const double u = eng_uniform(eng_event_word(c, l, ENG_CHANNEL_SSC_ORGAN_FAILURE, 1)) * (lung + other);
    real *which = u < kidney ? d->t_kidney : u < other ? d->t_heart : d->t_lung;

    which[l] = day;
    d->t_organ[l] = day;
    c->tile->t_progression[l] = at_most(c->tile->t_progression[l], day);
}

/* Organ failure and death of the disease; the death is a tick later than what it is known by (`nrm`). */
static void endanger(eng_course_t *c, ssc_t *d)
{
    eng_tile_t *t = c->tile;
    const real *s = c->tissue->inflammation;
    const real dt = c->row->dt, begins = (real)c->row->t, ends = begins + dt;
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        const real bo = d->burning[l], felt = d->organ_load[l], load = s[l] > felt ? s[l] : felt, late = d->organ_late[l];
        const real small = fma_real(max0(d->lung_below[l] - capacity(d, l)), d->per_lung[l], 1);
        const real fails = d->organ[l] * load * fma_real(1 - late, bo * bo, late) * small;
        const real lasting = d->lethal_late[l], failed = d->lethal_failed[l], ill = d->t_organ[l] < ENG_DAY_NEVER ? failed : 1;
        const real kills = d->lethal[l] * fma_real(load, fma_real(1 - lasting, bo, lasting), d->lethal_unaided[l]) * small * ill;
        const real left_organ = fma_real(-dt, fails, d->left_organ[l]), left_death = fma_real(-dt, kills, d->left_death[l]);
        const int lives = begins < t->t_death[l], organ = (left_organ <= 0) & (d->t_organ[l] >= ENG_DAY_NEVER);
        d->left_organ[l] = left_organ;
        d->left_death[l] = left_death;
        any |= lives & (organ | ((left_death <= 0) & (d->t_death[l] >= ENG_DAY_NEVER)));
    }
    for (int l = 0; any && l < ENG_LANES; l++) {
        if (begins < t->t_death[l] && d->left_organ[l] <= 0 && d->t_organ[l] >= ENG_DAY_NEVER) {
            name_organ(c, d, l, ends);
        }
        if (ends < t->t_death[l] && d->left_death[l] <= 0 && d->t_death[l] >= ENG_DAY_NEVER) {
            d->t_death[l] = ends;
            eng_death_at(t, l, ends + 1 / (real)ENG_TICKS_PER_DAY, ENG_CAUSE_OWN(SSC_CAUSE_DISEASE));
        }
    }
}

static void step(eng_course_t *c, void *block)
{
    scar(c, block);
    if (c->row->flags & ENG_ROW_AFTER0) {
        endanger(c, block);
    }
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

/* Skin score in whole points and capacity as a visit reports them; day NULL: the truth. */
static void skin_score(const eng_course_t *c, const ssc_t *d, const eng_rng_jump_t *day, real *value)
{
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    if (day != NULL) {
        eng_visit_noise(c, day, SSC_SCORE_MRSS, z);
    }
    FOR_LANES
    {
        const real score = at_most(max0(fma_real(d->mrss_noise[l], z[l], d->skin[l])), MOST_MRSS);
        const real whole = real_floor(score + (real)0.5);
        value[l] = day != NULL ? whole : score;
    }
}

static void vital_capacity(const eng_course_t *c, const ssc_t *d, const eng_rng_jump_t *day, real *value)
{
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    if (day != NULL) {
        eng_visit_noise(c, day, SSC_SCORE_FVC, z);
    }
    FOR_LANES
    {
        value[l] = max0(fma_real(d->fvc_noise[l], z[l], capacity(d, l)));
    }
}

/* The first day is the entry until a visit before treatment says otherwise. */
static void begin(eng_course_t *c, void *block)
{
    ssc_t *d = block;
    skin_score(c, d, &c->plan->to_first_day, d->entry_mrss);
    vital_capacity(c, d, &c->plan->to_first_day, d->entry_fvc);
}

LANE_INLINE int is_better(real from, real mrss)
{
    return (from - mrss >= SKIN_POINTS) & (from - mrss >= SKIN_SHARE * from);
}

LANE_INLINE int is_worse(real from, real mrss)
{
    return (mrss - from >= SKIN_POINTS) & (mrss - from >= SKIN_SHARE * from);
}

static void judge(eng_course_t *c, ssc_t *d, const real *mrss, const real *fvc, real today)
{
    eng_tile_t *t = c->tile;

    FOR_LANES
    {
        const int lives = today < t->t_death[l], shrunk = d->entry_fvc[l] - fvc[l] >= FVC_POINTS;
        const real better = visits_in_a_row(d->better[l], lives & is_better(d->entry_mrss[l], mrss[l]));
        const real less = visits_in_a_row(d->shrunk[l], lives & shrunk);
        const real worse = visits_in_a_row(d->worse[l], lives & (shrunk | is_worse(d->entry_mrss[l], mrss[l])));
        d->t_response[l] = confirmed(d->t_response[l], better, ENOUGH, DAYS_BETWEEN, today);
        d->t_fvc[l] = confirmed(d->t_fvc[l], less, ENOUGH, DAYS_BETWEEN, today);
        t->t_progression[l] = confirmed(t->t_progression[l], worse, ENOUGH, DAYS_BETWEEN, today);
        d->better[l] = better;
        d->shrunk[l] = less;
        d->worse[l] = worse;
    }
}

/* The skin grows worse again after a response: against the best score that two visits in a row agree on. */
static void judge_relapse(eng_course_t *c, ssc_t *d, const real *mrss, real today)
{
    eng_tile_t *t = c->tile;

    FOR_LANES
    {
        const real now = mrss[l], agreed = now > d->last[l] ? now : d->last[l], best = d->responds[l] > 0 ? d->best[l] : NO_LIMIT;
        const int lives = today < t->t_death[l], back = lives & (d->responds[l] > 0) & is_worse(best, now);
        const real run = visits_in_a_row(d->back[l], back);
        const int relapses = run >= ENOUGH;
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = confirmed(t->t_relapse[l], run, ENOUGH, DAYS_BETWEEN, today);
        d->responds[l] = relapses ? 0 : d->better[l] >= ENOUGH ? 1 : d->responds[l];
        d->back[l] = relapses ? 0 : run;
        d->best[l] = relapses ? NO_LIMIT : at_most(best, agreed);
        d->last[l] = now;
    }
}

static void visit(eng_course_t *c, void *block)
{
    const int day = c->row->end / ENG_TICKS_PER_DAY;
    real mrss[ENG_LANES] ENG_ALIGNED, fvc[ENG_LANES] ENG_ALIGNED;
    ssc_t *d = block;

    skin_score(c, d, eng_visit_day(c), mrss);
    vital_capacity(c, d, eng_visit_day(c), fvc);
    if (day < 0 && untouched(c->plan, c->row->end)) {
        memcpy(d->entry_mrss, mrss, sizeof(mrss));
        memcpy(d->entry_fvc, fvc, sizeof(fvc));
    }
    if (day > 0) {
        judge(c, d, mrss, fvc, (real)day);
        judge_relapse(c, d, mrss, (real)day);
    }
}

enum { MRSS, FVC, MRSS_TRUE, FVC_TRUE, MRSS_CHANGE, FVC_CHANGE, RESPONSE, FVC_LOST };

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const eng_rng_jump_t *day = k == MRSS_TRUE || k == FVC_TRUE ? NULL : eng_visit_day(c);
    const int of_skin = k == MRSS || k == MRSS_TRUE || k == MRSS_CHANGE || k == RESPONSE;
    const ssc_t *d = block;

    (of_skin ? skin_score : vital_capacity)(c, d, day, value);
    FOR_LANES
    {
        const real from = of_skin ? d->entry_mrss[l] : d->entry_fvc[l], now = value[l], change = now - from;
        const real response = is_better(from, now) ? 1 : 0, lost = -change >= FVC_POINTS ? 1 : 0;
        value[l] = k <= FVC_TRUE ? now : k <= FVC_CHANGE ? change : k == RESPONSE ? response : lost;
    }
}

ENG_MODULE_LANES(ssc) = { .name = "ssc", .derive = derive, .start = start, .enter = enter, .begin = begin, .step = step, .visit = visit,
    .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[SSC_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.2, 30, 60, 0.02, 0),
    [SSC_BURN_OUT] = { "ssc.burn_out_time", "", "y", 4.8, 0.5, 50, ENG_LN(4.8, 0.3), "T", "time in which the disease burns out" },
    [SSC_SKIN_FIXED] = { "ssc.skin_fixed_time", "", "y", 5, 0.5, 50, ENG_LN(5, 0.3), "T", "duration in which skin becomes fixed" },
    [SSC_SKIN_ACTIVE] = { "ssc.skin_active", "", "1", 0.77, 0.3, 1.5, ENG_UNI(0.67, 0.87), "T", "skin score that s = 1 upholds, relative to that at entry" },
    [SSC_SKIN_TIME] = { "ssc.skin_time", "", "d", 176, 10, 2000, ENG_LN(176, 0.3), "T", "time in which skin follows" },
    [SSC_LUNG_LOSS] = { "ssc.lung_loss_rate", "", "%/y", 4.7, 0, 50, ENG_LN(4.7, 0.3), "T", "loss of FVC at s = 1 in early disease, median" },
    [SSC_LUNG_LEAST] = { "ssc.lung_least", "", "%", 35, 5, 60, ENG_UNI(30, 40), "A", "FVC below which it does not fall" },
    [SSC_LUNG_REVERSIBLE] = { "ssc.lung_reversible", "", "%", 9, 0, 40, ENG_LN(9, 0.3), "T", "FVC that comes back when inflammation is gone" },
    [SSC_LUNG_TIME] = { "ssc.lung_time", "", "d", 150, 5, 2000, ENG_LN(150, 0.3), "T", "time in which it does" },
    [SSC_ORGAN] = { "ssc.organ_failure_hazard", "", "1/y", 0.134, 0, 5, ENG_LN(0.134, 0.3), "T", "failure of kidney, heart or lung at s = 1 in early disease, median patient" },
    [SSC_ORGAN_SKIN] = { "ssc.organ_failure_skin", "", "1", 1, 0, 3, ENG_UNI(0.5, 1.5), "A Henes 2021", "power of the skin score at entry in both hazards" },
    [SSC_REFERENCE_MRSS] = { "ssc.reference_mrss", "", "1", 25, 5, 51, ENG_LN(25, 0.01), "A scale", "skin score to which they belong" },
    [SSC_ORGAN_LATE] = { "ssc.organ_failure_late", "", "1", 0.1, 0, 1, ENG_LN(0.1, 0.3), "T", "share of it that does not burn out" },
    [SSC_ORGAN_TIME] = { "ssc.organ_time", "", "d", 150, 5, 2000, ENG_LN(150, 0.3), "T", "time in which organs recover from inflammation" },
    [SSC_LUNG_BELOW] = { "ssc.lung_danger_below", "", "%", 70, 30, 100, ENG_UNI(65, 75), "A", "FVC below which hazards rise" },
    [SSC_LUNG_SCALE] = { "ssc.lung_danger_scale", "", "%", 20, 2, 100, ENG_LN(20, 0.3), "T", "FVC that is missing below it where they are doubled" },
    [SSC_KIDNEY] = { "ssc.kidney_share", "", "1", 0.3, 0, 1, ENG_UNI(0.2, 0.4), "A", "share of the kidney in organ failure" },
    [SSC_HEART] = { "ssc.heart_share", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "A", "share of the heart in the rest, FVC not low" },
    [SSC_DEATH] = { "ssc.death_hazard", "", "1/y", 0.018, 0, 2, ENG_LN(0.018, 0.3), "T Spierings 2022", "death of the disease at s = 1 in early disease" },
    [SSC_DEATH_UNAIDED] = { "ssc.death_unaided", "", "1", 0.15, 0, 5, ENG_LN(0.15, 0.3), "T", "that without inflammation, relative" },
    [SSC_DEATH_LATE] = { "ssc.death_late", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "T", "share of it that does not burn out" },
    [SSC_DEATH_FAILED] = { "ssc.death_after_failure", "", "1", 6, 1, 100, ENG_LN(6, 0.3), "T", "factor on it after organ failure" },
    [SSC_MRSS_NOISE] = { "ssc.mrss_noise", "", "1", 2, 0, 10, ENG_LN(2, 0.2), "A", "spread of a skin score between visits, points" },
    [SSC_FVC_NOISE] = { "ssc.fvc_noise", "", "%", 3, 0, 15, ENG_LN(3, 0.2), "A", "spread of FVC between visits" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation_spread", 0.5, ENG_UNI(0.2, 0.9) },
    { "clone.fitness_after_conditioning", 0.98, ENG_TRN(0.98, 0.10, 0.2, 1.1) },
    { "clone.repriming_rate", 0.04, ENG_LN(0.04, 0.6) },
    { "clone.sanctuary_share", 0.03, ENG_UNI(0, 0.5) },
    { "hazard.toxicity_globulin_organ", 0.002, ENG_LN(0.002, 0.5) },
};

static const eng_covariate_row_t covariates[] = {
    ENG_TISSUE_COVARIATES,
    { "mrss", "1", 41, { ENG_DIST_TRUNCATED_NORMAL, { 25, 8, 8, 51 } }, 0, 51, "L ASTIS", "modified Rodnan skin score on the first day" },
    { "fvc", "%", 42, { ENG_DIST_TRUNCATED_NORMAL, { 81, 16, 45, 120 } }, 35, 150, "L ASTIS", "forced vital capacity on the first day, of predicted" },
    { "organ_disposition", "1", 43, { ENG_DIST_LOGNORMAL, { 1, 0.8 } }, 0.001, 100, "T", "a, loss of FVC and organ failure relative to others" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 43.8, 11, 18, 65 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.59 } } },
    { ENG_COV_DURATION, { ENG_DIST_GAMMA, { 1.36, 1.03 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ORGAN_SCORE, { ENG_DIST_FIXED, { 1.5 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(ssc_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { SSC_STATE_LIST(STATE) };

static const eng_hazard_row_t hazard_rows[] = {
    { ENG_CHANNEL_SSC_ORGAN_FAILURE, offsetof(ssc_t, left_organ) },
    { ENG_CHANNEL_SSC_DEATH, offsetof(ssc_t, left_death) },
};
static const char *const causes[] = { [SSC_CAUSE_DISEASE] = "systemic_sclerosis" };

enum { EVENT_ORGAN, EVENT_KIDNEY, EVENT_HEART, EVENT_LUNG, EVENT_RESPONSE, EVENT_FVC, EVENT_DISEASE_DEATH };
static const eng_event_row_t events[] = {
    [EVENT_ORGAN] = { "ssc_organ_failure", "first failure of kidney, heart or lung", offsetof(ssc_t, t_organ) },
    [EVENT_KIDNEY] = { "kidney_failure", "that of the kidney", offsetof(ssc_t, t_kidney) },
    [EVENT_HEART] = { "heart_failure", "that of the heart", offsetof(ssc_t, t_heart) },
    [EVENT_LUNG] = { "lung_failure", "that of the lung", offsetof(ssc_t, t_lung) },
    [EVENT_RESPONSE] = { "mrss_response", "first of two visits in a row with a response of the skin", offsetof(ssc_t, t_response) },
    [EVENT_FVC] = { "fvc_decline", "first of two visits in a row with less FVC", offsetof(ssc_t, t_fvc) },
    [EVENT_DISEASE_DEATH] = { "ssc_death", "death of systemic sclerosis", offsetof(ssc_t, t_death) },
};
#define DEATH ENG_BIT(ENG_EVENT_DEATH)

static const eng_marker_row_t markers[] = {
    [MRSS] = { "mrss", "1", "modified Rodnan skin score as a visit reports it", 1, 0, 51, false, -1 },
    [FVC] = { "fvc", "%", "forced vital capacity as a visit reports it, of predicted", 1e-2, 0, 160, false, 1 },
    [MRSS_TRUE] = { "mrss_true", "1", "skin score without noise and rounding", 1e-3, 0, 51, false, -1 },
    [FVC_TRUE] = { "fvc_true", "%", "forced vital capacity without noise, of predicted", 1e-2, 0, 160, false, 1 },
    [MRSS_CHANGE] = { "mrss_change", "1", "change of the skin score since entry, as reported", 1, -51, 51, false, -1 },
    [FVC_CHANGE] = { "fvc_change", "%", "change of FVC since entry, as reported, points of % predicted", 1e-2, -120, 120, false, 1 },
    [RESPONSE] = { "mrss_response_now", "1", "1 with a response of the skin on the day, as reported", 0.01, 0, 1, false, 1 },
    [FVC_LOST] = { "fvc_decline_now", "1", "1 with 10 points of FVC less than at entry on the day, as reported", 0.01, 0, 1, false, -1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue };

#define PART(event, label, text) \
    { .name = label, .unit = "d", .help = text "; death competes", .kind = ENG_OUTCOME_TIME, .better = -1, .events = ENG_OWN_EVENT(event), .competing = DEATH, \
        .by_name = true }
static const eng_outcome_row_t outcomes[] = {
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_RELAPSE), "relapse", -1, "after a response of the skin two visits in a row with a score 5 points and 25 % above the best; the first of them"),
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_PROGRESSION), "progression", -1, "organ failure, or two visits in a row with a skin score 5 points and 25 % above entry or 10 points of FVC less"),
    { .name = "efs", .unit = "d", .help = "alive without failure of kidney, heart or lung", .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1,
        .events = ENG_OWN_EVENT(EVENT_ORGAN) | DEATH },
    { .name = "nrm", .unit = "d", .help = "death of anything but systemic sclerosis, which competes", .kind = ENG_OUTCOME_TIME, .better = -1,
        .events = DEATH, .competing = ENG_OWN_EVENT(EVENT_DISEASE_DEATH) },
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_ORGAN), "ssc_organ_failure", -1, "first failure of kidney, heart or lung"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_RESPONSE), "mrss_response", 1, "two visits in a row (every 91 d, reported) with a skin score 5 points and 25 % below entry; the first of them"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_FVC), "fvc_decline", -1, "two visits in a row with FVC 10 points of % predicted below entry; the first of them"),
    { .name = "ssc_death", .unit = "d", .help = "death of systemic sclerosis; another death competes", .kind = ENG_OUTCOME_TIME, .better = -1,
        .events = ENG_OWN_EVENT(EVENT_DISEASE_DEATH), .competing = DEATH },
    PART(EVENT_KIDNEY, "kidney_failure", "the first organ to fail is the kidney"),
    PART(EVENT_HEART, "heart_failure", "the first organ to fail is the heart"),
    PART(EVENT_LUNG, "lung_failure", "the first organ to fail is the lung"),
    ENG_MARKER_OUTCOME(MRSS, "mrss", "1", "modified Rodnan skin score as a visit reports it"),
    ENG_MARKER_OUTCOME(FVC, "fvc", "%", "forced vital capacity as a visit reports it, of predicted"),
    ENG_MARKER_OUTCOME(MRSS_TRUE, "mrss_true", "1", "skin score without noise and rounding"),
    ENG_MARKER_OUTCOME(FVC_TRUE, "fvc_true", "%", "forced vital capacity without noise, of predicted"),
    ENG_MARKER_OUTCOME(MRSS_CHANGE, "mrss_change", "1", "change of the skin score since entry, as reported"),
    ENG_MARKER_OUTCOME(FVC_CHANGE, "fvc_change", "%", "change of FVC since entry, as reported, points of % predicted"),
    ENG_MARKER_OUTCOME(RESPONSE, "mrss_response_now", "1", "share with a response of the skin on the day, as reported"),
    ENG_MARKER_OUTCOME(FVC_LOST, "fvc_decline_now", "1", "share with 10 points of FVC less than at entry on the day, as reported"),
};

const eng_disease_t eng_disease_ssc = {
    .module = { .name = "ssc", .help = "systemic sclerosis: skin, lung, organ failure and death in a disease that burns out", .version = 1,
        ENG_BLOCK(ssc_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(causes), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 60, .visits = DAYS_BETWEEN, .visits_before = { 28, 1 } },
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_OWN_EVENT(EVENT_ORGAN) | ENG_OWN_EVENT(EVENT_KIDNEY) | ENG_OWN_EVENT(EVENT_HEART) | ENG_OWN_EVENT(EVENT_LUNG) | ENG_OWN_EVENT(EVENT_RESPONSE) | ENG_OWN_EVENT(EVENT_FVC),
};

#endif
