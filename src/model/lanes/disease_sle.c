/**
 * Systemic lupus erythematosus: sustained regime; autoreactive B cells and antibodies (module `humoral`) beside effectors in an inflamed
 * tissue (module `tissue`), judged on visits every 28 days with their noise.
 *
 *   activity       A of the tissue (tissue.h); SLEDAI = 9 A + N(0, 1.8), whole numbers; as BILAG sees it, A exp(sv N)
 *   kidney         dK/dt = 3e-4 s Ab dmg a day, irreversible, counted from day 0
 *   interferon     what blocks it stops growth of effectors, more where its signature is high
 *   flares         y = 0.9 m s above 1.45, ten points of SLEDAI being 1, day by day
 *
 * All else is judged on visits.  Entry is the visit of day -1, or the last one before cells are mobilised or killed; without such the
 * first day.
 */
#include "model/humoral.h"
#include "model/lanes/judging.h"
#include "model/lanes/step.h"

/* Definitions of trials: points, shares, days. */
#define SRI_POINTS 4
#define SRI_WORSE_POINTS 3
#define LOW_SLEDAI 4
#define PERCENT 100
#define BICLA_LEFT ((real)60 / PERCENT)
#define FLARE_UNIT 10
#define REARMED ((real)75 / PERCENT)
#define RELAPSE_SLEDAI 5
#define RENAL_RELAPSE_SLEDAI 6
#define PROGRESSION_DAMAGE ((real)0.5)
#define DAYS_BETWEEN 28
#define FAILURE_DAYS 364
#define LATEST_REMISSION 168

#define SLE_STATE_LIST(X)                                                          \
    X(kidney, "1", "kidney damage since day 0")                                     \
    X(entry, "1", "SLEDAI at entry, as it was measured")                            \
    X(entry_bilag, "1", "A at entry, as BILAG saw it")                              \
    X(worsened, "1", "1 once SLEDAI was more than 3 points above entry")            \
    X(flaring, "1", "1 in a flare")                                                 \
    X(remitted, "1", "1 from SLEDAI of at most 4 at two visits in a row to the next relapse") \
    X(renal, "1", "1 from a renal remission to the next renal relapse")             \
    X(flares, "1", "flares since day 0")

typedef struct {
#define SLE_FIELD(name, unit, help) eng_row_t name;
    SLE_STATE_LIST(SLE_FIELD)
    eng_row_t low_before; /* 1 if SLEDAI was at most 4 at the last visit */
    eng_row_t t_flare, t_severe, t_nephritis, t_sri4, t_bicla, t_free, t_lldas, t_renal, t_renal_relapse, t_lost;
    /* of a patient at a point */
    eng_row_t points, points_noise;                              /* SLEDAI of A = 1; its noise */
    eng_row_t damage;                                            /* 1/d */
    eng_row_t flare_above, severe_above, nephritis_above, relapse_above, renal_relapse_above; /* y; nephritis: s Ab */
    eng_row_t free_below, renal_below;                           /* s */
    eng_row_t failure, failure_worse;                            /* chance */
    eng_row_t fails_at;                                          /* rank: fails where the chance is above it */
    eng_row_t interferon;                                        /* of its effect on the growth of effectors */
} sle_t;

typedef enum {
    SLE_POINTS = ENG_HUMORAL_NUM_PARAMS, SLE_POINTS_NOISE, SLE_DAMAGE, SLE_FLARE, SLE_SEVERE, SLE_NEPHRITIS, SLE_RELAPSE,
    SLE_RENAL_RELAPSE, SLE_FREE, SLE_RENAL, SLE_FAILURE, SLE_FAILURE_WORSE, SLE_INTERFERON_HIGH, SLE_INTERFERON_LOW, SLE_NUM_PARAMS
} sle_param_t;
enum { SLE_SIGNATURE = ENG_HUMORAL_END_COV, SLE_FAILS };
enum { SLE_SCORE_SLEDAI, SLE_SCORE_BILAG }; /* what visits measure amiss */

/* --- a patient ------------------------------------------------------------------------------------------------------- */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const real *p = c->rates->disease;
    sle_t *d = block;

    for (int l = first; l < end; l++) {
        d->points[l] = p[SLE_POINTS];
        d->points_noise[l] = p[SLE_POINTS_NOISE];
        d->damage[l] = p[SLE_DAMAGE];
        d->flare_above[l] = p[SLE_FLARE];
        d->severe_above[l] = p[SLE_SEVERE];
        d->nephritis_above[l] = p[SLE_NEPHRITIS];
        d->relapse_above[l] = p[SLE_RELAPSE];
        d->renal_relapse_above[l] = p[SLE_RENAL_RELAPSE];
        d->free_below[l] = p[SLE_FREE];
        d->renal_below[l] = p[SLE_RENAL];
        d->failure[l] = p[SLE_FAILURE];
        d->failure_worse[l] = p[SLE_FAILURE_WORSE];
        d->interferon[l] = p[t->covariate[SLE_SIGNATURE][l] > 0 ? SLE_INTERFERON_HIGH : SLE_INTERFERON_LOW];
        d->fails_at[l] = (real)t->covariate[SLE_FAILS][l];
    }
}

/* What happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    sle_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->kidney[l] = d->worsened[l] = d->flaring[l] = d->remitted[l] = d->renal[l] = d->flares[l] = d->low_before[l] = 0;
        d->entry[l] = d->entry_bilag[l] = 1;
        d->t_flare[l] = d->t_severe[l] = d->t_nephritis[l] = d->t_sri4[l] = d->t_bicla[l] = ENG_DAY_NEVER;
        d->t_free[l] = d->t_lldas[l] = d->t_renal[l] = d->t_renal_relapse[l] = d->t_lost[l] = ENG_DAY_NEVER;
    }
}

/* --- what it does to others ------------------------------------------------------------------------------------------- */

static void signal(eng_course_t *c, void *block)
{
    const real *blocked = c->signal[ENG_SIGNAL_interferon];
    real *growth = c->signals->written[ENG_SIGNAL_effector_growth];
    const sle_t *d = block;

    FOR_LANES
    {
        growth[l] *= max0(fma_real(-d->interferon[l], blocked[l], 1));
    }
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

/* Flares and damage, from day 0 on. */
static void step(eng_course_t *c, void *block)
{
    eng_tile_t *t = c->tile;
    const real *s = c->tissue->inflammation, *m = c->tissue->level, *left = c->signal[ENG_SIGNAL_damage];
    const real begins = (real)c->row->t, dt = c->row->dt, ends = begins + dt;
    const real *Ab = c->humoral->autoantibody;
    sle_t *d = block;

    if (!(c->row->flags & ENG_ROW_AFTER0)) {
        return;
    }
    FOR_LANES
    {
        const int lives = begins < t->t_death[l], before = d->flaring[l] > 0;
        const real y = m[l] * s[l] * d->points[l] / FLARE_UNIT, load = s[l] * Ab[l];
        const int flares = lives & !before & (y > d->flare_above[l]);
        d->flaring[l] = flares | (before & (y > REARMED * d->flare_above[l])) ? 1 : 0;
        d->flares[l] += flares ? 1 : 0;
        d->t_flare[l] = first_of(d->t_flare[l], ends, flares);
        d->t_severe[l] = first_of(d->t_severe[l], ends, lives & (y > d->severe_above[l]));
        d->t_nephritis[l] = first_of(d->t_nephritis[l], ends, lives & (load > d->nephritis_above[l]));
        d->kidney[l] = fma_real(dt * d->damage[l], load * left[l], d->kidney[l]);
    }
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

/* SLEDAI as a visit reports it, whole points; day NULL: the truth. */
static void sledai(const eng_course_t *c, const sle_t *d, const eng_rng_jump_t *day, real today, real *value)
{
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    eng_tissue_activity(c, NULL, SLE_SCORE_SLEDAI, today, value);
    if (day != NULL) {
        eng_visit_noise(c, day, SLE_SCORE_SLEDAI, z);
    }
    FOR_LANES
    {
        const real points = fma_real(d->points_noise[l], z[l], d->points[l] * value[l]), whole = max0(real_floor(points + (real)0.5));
        value[l] = day != NULL ? whole : points;
    }
}

static void bilag(const eng_course_t *c, const eng_rng_jump_t *day, real today, real *value)
{
    eng_tissue_activity(c, day, SLE_SCORE_BILAG, today, value);
}

/* Who leaves the trial or needs more than it allows counts as failed: some in the course of a year, more of those who worsen. */
LANE_INLINE int failed(const sle_t *d, int l, real today)
{
    const real year = at_most(max0(today), FAILURE_DAYS) / FAILURE_DAYS;
    return d->fails_at[l] < fma_real(d->failure[l], year, d->failure_worse[l] * d->worsened[l]);
}

LANE_INLINE int has_sri4(const sle_t *d, int l, real points, real today)
{
    return (points <= d->entry[l] - SRI_POINTS) & !failed(d, l, today);
}

LANE_INLINE int has_bicla(const sle_t *d, int l, real A, real today)
{
    return (A <= BICLA_LEFT * d->entry_bilag[l]) & !failed(d, l, today);
}

/* Drugs in the lane on the day; all: but hydroxychloroquine, otherwise prednisone alone. */
static void taken(const eng_course_t *c, real today, bool all, real *drugs)
{
    FOR_LANES
    {
        drugs[l] = 0;
    }
    for (int j = 0; j < c->plan->num_slots; j++) {
        const eng_slot_t *slot = &c->slot[j];
        if (strcmp(c->plan->slots[j], "hcq") == 0 || (!all && strcmp(c->plan->slots[j], "prednisone") != 0)) {
            continue;
        }
        FOR_LANES
        {
            drugs[l] += ((slot->drug[l] > 0) & (today < slot->until[l])) ? 1 : 0;
        }
    }
}

static void judge_response(const eng_course_t *c, sle_t *d, const real *points, const real *A, real today)
{
    const eng_tile_t *t = c->tile;
    const real *s = c->tissue->inflammation;
    real drugs[ENG_LANES] ENG_ALIGNED, steroids[ENG_LANES] ENG_ALIGNED;

    taken(c, today, true, drugs);
    taken(c, today, false, steroids);
    FOR_LANES
    {
        const int lives = today < t->t_death[l], quiet = (points[l] <= LOW_SLEDAI) & !(d->flaring[l] > 0) & !(steroids[l] > 0);
        d->worsened[l] = points[l] > d->entry[l] + SRI_WORSE_POINTS ? 1 : d->worsened[l];
        d->t_sri4[l] = first_of(d->t_sri4[l], today, lives & has_sri4(d, l, points[l], today));
        d->t_bicla[l] = first_of(d->t_bicla[l], today, lives & has_bicla(d, l, A[l], today));
        d->t_free[l] = first_of(d->t_free[l], today, lives & (s[l] < d->free_below[l]) & !(drugs[l] > 0));
        d->t_lldas[l] = first_of(d->t_lldas[l], today, lives & quiet);
    }
}

static void judge_relapse(eng_course_t *c, sle_t *d, const real *points, real today)
{
    const real *s = c->tissue->inflammation, *m = c->tissue->level;
    eng_tile_t *t = c->tile;

    FOR_LANES
    {
        const int lives = today < t->t_death[l], low = points[l] <= LOW_SLEDAI;
        const real y = m[l] * s[l] * d->points[l] / FLARE_UNIT;
        const int relapses = lives & (d->remitted[l] > 0) & (y > d->relapse_above[l]) & (points[l] >= RELAPSE_SLEDAI);
        const int renal = lives & (d->renal[l] > 0) & (y > d->renal_relapse_above[l]) & (points[l] >= RENAL_RELAPSE_SLEDAI);
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = first_of(t->t_relapse[l], today, relapses);
        d->t_renal_relapse[l] = first_of(d->t_renal_relapse[l], today, renal);
        d->remitted[l] = relapses ? 0 : (low & (d->low_before[l] > 0)) ? 1 : d->remitted[l];
        d->t_lost[l] = first_of(d->t_lost[l], today, lives & (today >= LATEST_REMISSION) & !(d->remitted[l] > 0));
        d->t_renal[l] = first_of(d->t_renal[l], today, lives & (s[l] < d->renal_below[l]));
        d->renal[l] = renal ? 0 : s[l] < d->renal_below[l] ? 1 : d->renal[l];
        d->low_before[l] = low ? 1 : 0;
        t->t_progression[l] = first_of(t->t_progression[l], today, lives & (d->kidney[l] > PROGRESSION_DAMAGE));
    }
}

/* The first day is the entry until a visit before treatment says otherwise. */
static void begin(eng_course_t *c, void *block)
{
    sle_t *d = block;
    sledai(c, d, &c->plan->to_first_day, (real)c->plan->start, d->entry);
    bilag(c, &c->plan->to_first_day, (real)c->plan->start, d->entry_bilag);
}

static void visit(eng_course_t *c, void *block)
{
    const int day = c->row->end / ENG_TICKS_PER_DAY;
    const real today = (real)day;
    real points[ENG_LANES] ENG_ALIGNED, A[ENG_LANES] ENG_ALIGNED;
    sle_t *d = block;

    sledai(c, d, eng_visit_day(c), today, points);
    bilag(c, eng_visit_day(c), today, A);
    if (day < 0 && untouched(c->plan, c->row->end)) {
        memcpy(d->entry, points, sizeof(d->entry));
        memcpy(d->entry_bilag, A, sizeof(d->entry_bilag));
    }
    if (day > 0) {
        judge_response(c, d, points, A, today);
        judge_relapse(c, d, points, today);
    }
}

enum { SLEDAI, SLEDAI_TRUE, AUTOANTIBODY, KIDNEY, SRI4, BICLA, DRUG_FREE, LLDAS, RENAL };

static void read_response(const eng_course_t *c, const sle_t *d, int k, real *value)
{
    const real today = (real)c->row->end / ENG_TICKS_PER_DAY;
    const real *s = c->tissue->inflammation;
    real points[ENG_LANES] ENG_ALIGNED, A[ENG_LANES] ENG_ALIGNED, drugs[ENG_LANES] ENG_ALIGNED;

    sledai(c, d, eng_visit_day(c), today, points);
    bilag(c, eng_visit_day(c), today, A);
    taken(c, today, k == DRUG_FREE, drugs);
    FOR_LANES
    {
        const int none = !(drugs[l] > 0), quiet = (points[l] <= LOW_SLEDAI) & !(d->flaring[l] > 0) & none;
        const int sri4 = has_sri4(d, l, points[l], today), response = has_bicla(d, l, A[l], today);
        const int free = (s[l] < d->free_below[l]) & none, renal = s[l] < d->renal_below[l];
        const int yes = k == SRI4 ? sri4 : k == BICLA ? response : k == DRUG_FREE ? free : k == LLDAS ? quiet : renal;
        value[l] = yes ? 1 : 0;
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const sle_t *d = block;

    if (k == SLEDAI || k == SLEDAI_TRUE) {
        sledai(c, d, k == SLEDAI ? eng_visit_day(c) : NULL, (real)c->row->end / ENG_TICKS_PER_DAY, value);
    } else if (k == AUTOANTIBODY || k == KIDNEY) {
        memcpy(value, k == KIDNEY ? d->kidney : c->humoral->autoantibody, sizeof(d->kidney));
    } else {
        read_response(c, d, k, value);
    }
}

ENG_MODULE_LANES(sle) = { .name = "sle", .derive = derive, .start = enter, .enter = enter, .begin = begin, .signal = signal, .step = step,
    .visit = visit, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[SLE_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.56, 35, 25, 0.07, 0.24),
    ENG_TISSUE_SCORE_PARAMS(0.03, 0.22, 0.2, 50),
    ENG_HUMORAL_PARAMS,
    [SLE_POINTS] = { "sle.sledai_active", "S_0", "1", 9, 1, 40, ENG_LN(9, 0.1), "L trial cohorts", "SLEDAI of the mean active patient" },
    [SLE_POINTS_NOISE] = { "sle.sledai_noise", "", "1", 1.8, 0, 10, ENG_LN(1.8, 0.2), "T", "spread of SLEDAI between visits, points" },
    [SLE_DAMAGE] = { "sle.kidney_damage_rate", "", "1/d", 3e-4, 0, 3e-3, ENG_LN(3e-4, 0.3), "T", "kidney damage that s Ab = 1 adds" },
    [SLE_FLARE] = { "sle.flare_above", "", "1", 1.45, 0.2, 4, ENG_LN(1.45, 0.1), "T", "activity of a flare; ten points of SLEDAI are 1" },
    [SLE_SEVERE] = { "sle.severe_flare_above", "", "1", 1.9, 0.2, 6, ENG_LN(1.9, 0.1), "T", "of a severe one" },
    [SLE_NEPHRITIS] = { "sle.nephritis_flare_above", "", "1", 1.9, 0.2, 6, ENG_LN(1.9, 0.1), "A", "s Ab of a flare of nephritis" },
    [SLE_RELAPSE] = { "sle.relapse_above", "", "1", 0.5, 0.1, 3, ENG_LN(0.5, 0.1), "T", "activity of a relapse" },
    [SLE_RENAL_RELAPSE] = { "sle.renal_relapse_above", "", "1", 0.75, 0.1, 3, ENG_LN(0.75, 0.1), "T", "of a renal one" },
    [SLE_FREE] = { "sle.remission_below", "", "1", 0.12, 0.01, 1, ENG_LN(0.12, 0.2), "T", "s of a remission by DORIS" },
    [SLE_RENAL] = { "sle.renal_remission_below", "", "1", 0.4, 0.05, 1, ENG_LN(0.4, 0.2), "T", "s of a renal one" },
    [SLE_FAILURE] = { "sle.failure", "", "1", 0.10, 0, 0.5, ENG_UNI(0.05, 0.15), "T", "who leave a trial of 52 weeks or need what it forbids" },
    [SLE_FAILURE_WORSE] = { "sle.failure_worse", "", "1", 0.30, 0, 0.9, ENG_UNI(0.15, 0.5), "T", "more of those whose SLEDAI rose by more than 3" },
    [SLE_INTERFERON_HIGH] = { "sle.interferon_high", "", "1", 1.1, 0, 3, ENG_UNI(1, 1.2), "L TULIP", "effect of blocked interferon where its signature is high" },
    [SLE_INTERFERON_LOW] = { "sle.interferon_low", "", "1", 0.55, 0, 3, ENG_UNI(0, 1), "L TULIP", "where it is low" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 8.2e4, ENG_LN(8.2e4, 0.35) },
    { "effector.cooperation_spread", 0.5, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.15, ENG_LN(0.15, 0.6) },
    { "clone.repriming_rate", 0.03, ENG_LN(0.03, 0.6) },
    { "clone.sanctuary_share", 0.083, ENG_UNI(0, 0.5) },
    { "hazard.toxicity_globulin_organ", 0.002, ENG_LN(0.002, 0.5) },
};

static const eng_covariate_row_t covariates[] = {
    ENG_TISSUE_COVARIATES,
    ENG_TISSUE_SCORE_COVARIATES(0.29),
    ENG_HUMORAL_COVARIATES(0.5),
    { "interferon", "1", 45, { ENG_DIST_BERNOULLI, { 0.828 } }, 0, 1, "L TULIP", "1 with a high signature of type I interferon" },
    { "drop_out", "1", 46, { ENG_DIST_UNIFORM, { 0, 1 } }, 0, 1, "A", "rank by staying in a trial: low ranks leave" },
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 42, 12, 18, 75 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.925 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ORGAN_SCORE, { ENG_DIST_FIXED, { 0.7 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(sle_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { SLE_STATE_LIST(STATE) };

enum {
    EVENT_FLARE, EVENT_SEVERE, EVENT_NEPHRITIS, EVENT_SRI4, EVENT_BICLA, EVENT_FREE, EVENT_LLDAS, EVENT_RENAL, EVENT_RENAL_RELAPSE, EVENT_LOST
};
static const eng_event_row_t events[] = {
    [EVENT_FLARE] = { "sle_flare", "first flare", offsetof(sle_t, t_flare) },
    [EVENT_SEVERE] = { "severe_flare", "first severe flare", offsetof(sle_t, t_severe) },
    [EVENT_NEPHRITIS] = { "nephritis_flare", "first flare of nephritis", offsetof(sle_t, t_nephritis) },
    [EVENT_SRI4] = { "sri4", "first visit with SRI-4", offsetof(sle_t, t_sri4) },
    [EVENT_BICLA] = { "bicla", "first visit with BICLA", offsetof(sle_t, t_bicla) },
    [EVENT_FREE] = { "drug_free_remission", "first visit in remission without drugs but hydroxychloroquine", offsetof(sle_t, t_free) },
    [EVENT_LLDAS] = { "lldas", "first visit with low disease activity", offsetof(sle_t, t_lldas) },
    [EVENT_RENAL] = { "renal_remission", "first visit in renal remission", offsetof(sle_t, t_renal) },
    [EVENT_RENAL_RELAPSE] = { "renal_relapse", "first visit with a renal relapse", offsetof(sle_t, t_renal_relapse) },
    [EVENT_LOST] = { "remission_lost", "no remission by day 168, or a relapse after it", offsetof(sle_t, t_lost) },
};
#define DEATH ENG_BIT(ENG_EVENT_DEATH)

static const eng_marker_row_t markers[] = {
    [SLEDAI] = { "sledai", "1", "SLEDAI as a visit reports it", 1, 0, 64, false, -1 },
    [SLEDAI_TRUE] = { "sledai_true", "1", "SLEDAI without noise and rounding", 1e-3, 0, 64, false, -1 },
    [AUTOANTIBODY] = { "autoantibody", "1", "Ab, autoantibodies relative to active disease", 1e-4, 0, 4, false, -1 },
    [KIDNEY] = { "kidney_damage", "1", "kidney damage since day 0", 1e-4, 0, 10, false, -1 },
    [SRI4] = { "sri4_now", "1", "1 with SRI-4 on the day, as reported", 0.01, 0, 1, false, 1 },
    [BICLA] = { "bicla_now", "1", "1 with BICLA on the day, as reported", 0.01, 0, 1, false, 1 },
    [DRUG_FREE] = { "drug_free_remission_now", "1", "1 in remission without drugs but hydroxychloroquine on the day", 0.01, 0, 1, false, 1 },
    [LLDAS] = { "lldas_now", "1", "1 with low disease activity on the day, as reported", 0.01, 0, 1, false, 1 },
    [RENAL] = { "renal_remission_now", "1", "1 in renal remission on the day", 0.01, 0, 1, false, 1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue, &eng_module_humoral };
static const eng_number_row_t numbers[] = { { ENG_NUMBER_OWN(0), offsetof(sle_t, flares), 0 } };

static const eng_outcome_row_t outcomes[] = {
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_RELAPSE), "relapse", -1, "after SLEDAI of at most 4 at two visits in a row one with at least 5 and true activity above half of ten points"),
    ENG_FIRST_OF(ENG_BIT(ENG_EVENT_PROGRESSION), "progression", -1, "kidney damage above 0.5"),
    { .name = "efs", .unit = "d", .help = "alive in remission: SLEDAI of at most 4 at two visits in a row by day 168, no relapse after it",
        .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1, .events = ENG_OWN_EVENT(EVENT_LOST) | DEATH },
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_FLARE), "sle_flare", -1, "true activity above 1.45 times ten points of SLEDAI"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_SEVERE), "severe_flare", -1, "true activity above 1.9 times ten points of SLEDAI"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_NEPHRITIS), "nephritis_flare", -1, "inflammation times autoantibodies above 1.9"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_SRI4), "sri4", 1, "first visit (every 28 d, reported) with SLEDAI at least 4 below entry, treatment not failed"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_BICLA), "bicla", 1, "first visit with activity as BILAG sees it at most 60 % of entry, treatment not failed"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_FREE), "drug_free_remission", 1, "first visit in remission (s below 0.12) without drugs but hydroxychloroquine"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_LLDAS), "lldas", 1, "first visit with SLEDAI at most 4, no flare and no prednisone"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_RENAL), "renal_remission", 1, "first visit with s below 0.4"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_RENAL_RELAPSE), "renal_relapse", -1, "after a renal remission a visit with SLEDAI at least 6 and true activity above 0.75 of ten points"),
    { .name = "sle_flares", .unit = "1", .help = "flares since day 0; the next begins when activity was below 75 % of the bound", .kind = ENG_OUTCOME_NUMBER,
        .source = ENG_NUMBER_OWN(0), .step = 1, .high = 128, .better = -1 },
    ENG_MARKER_OUTCOME(SLEDAI, "sledai", "1", "SLEDAI as a visit reports it"),
    ENG_MARKER_OUTCOME(SLEDAI_TRUE, "sledai_true", "1", "SLEDAI without noise and rounding"),
    ENG_MARKER_OUTCOME(AUTOANTIBODY, "autoantibody", "1", "autoantibodies relative to active disease, true"),
    ENG_MARKER_OUTCOME(KIDNEY, "kidney_damage", "1", "kidney damage since day 0, true"),
    ENG_MARKER_OUTCOME(SRI4, "sri4_now", "1", "share with SRI-4 on the day, as reported"),
    ENG_MARKER_OUTCOME(BICLA, "bicla_now", "1", "share with BICLA on the day, as reported"),
    ENG_MARKER_OUTCOME(DRUG_FREE, "drug_free_remission_now", "1", "share in remission without drugs but hydroxychloroquine on the day"),
    ENG_MARKER_OUTCOME(LLDAS, "lldas_now", "1", "share with low disease activity on the day, as reported"),
    ENG_MARKER_OUTCOME(RENAL, "renal_remission_now", "1", "share in renal remission on the day"),
};

const eng_disease_t eng_disease_sle = {
    .module = { .name = "sle", .help = "systemic lupus erythematosus: autoantibodies, plasma cells, SLEDAI, flares, kidney", .version = 1,
        .writes = ENG_SIGNAL_BIT(effector_growth),
        ENG_BLOCK(sle_t), ENG_TABLE(states), ENG_TABLE(numbers), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .calendar = { .run_in = 200, .visits = DAYS_BETWEEN, .visits_before = { DAYS_BETWEEN, 1 } },
    .remission = "drug_free_remission",
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_INFECTION)
        | ENG_OWN_EVENT(EVENT_FLARE) | ENG_OWN_EVENT(EVENT_SEVERE) | ENG_OWN_EVENT(EVENT_NEPHRITIS) | ENG_OWN_EVENT(EVENT_SRI4) | ENG_OWN_EVENT(EVENT_BICLA) | ENG_OWN_EVENT(EVENT_FREE)
        | ENG_OWN_EVENT(EVENT_LLDAS) | ENG_OWN_EVENT(EVENT_RENAL) | ENG_OWN_EVENT(EVENT_RENAL_RELAPSE),
};

#endif
