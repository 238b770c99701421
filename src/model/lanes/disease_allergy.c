/**
 * Allergic disease: sustained regime in an inflamed skin or airway (module `tissue`), allergen by season, IgE of plasma cells, tolerance to what
 * is eaten.  Scores are judged on visits every 28 days with their noise.
 *
 *   season         triggers x 1 + b cos(2 pi (t - t_s) / 365.25 d)
 *   symptom score  A of the tissue (tissue.h) x exp(-0.15 (a Q + Tol))
 *   IgE            dPs/dt = (min(1.5, j) ab Bm - Ps) / 6 d - kP Ps; dPl/dt = 0.001 (Ps - Pl) - kP Pl; (1 - v) Ps + v Pl; IgG likewise, v larger
 *   by mouth       Q and Tol (oral_tolerance.h)
 *   asthma         exacerbations at 0.88 s a year, the patient's own factor in it
 *   control        A below 0.2 at two visits in a row (IGA 0 or 1); relapse: above 0.25 at two in a row after it, the first of them
 *
 * Entry is the visit of day -1, or the last one before cells are mobilised or killed; without such the first day.  Progression does not apply.
 */
#include "model/lanes/judging.h"
#include "model/lanes/oral_tolerance.h"
#include "model/lanes/season.h"
#include "model/lanes/step.h"

/* Definitions of trials: shares of activity at entry, days. */
#define PERCENT 100
#define EASI50_LEFT ((real)50 / PERCENT)
#define EASI75_LEFT ((real)25 / PERCENT)
#define DAYS_BETWEEN 28
#define LATEST_CONTROL 168
#define MOST_DOSE 400000 /* mg: more than can be eaten */
#define MOST_EXACERBATIONS 50 /* thresholds that a row may pass */

#define ALLERGY_STATE_LIST(X)                                                  \
    X(plasma_short, "1", "Ps, short-lived plasma cells against the allergen, relative") \
    X(plasma_long, "1", "Pl, long-lived ones, relative")                        \
    X(entry, "1", "A at entry, as it was measured")                             \
    X(entry_itch, "1", "itch at entry, as it was reported")                     \
    X(controlled, "1", "1 from A below 0.2 at two visits in a row to the next relapse") \
    X(exacerbations, "1", "exacerbations of asthma since day 0")

typedef struct {
#define ALLERGY_FIELD(name, unit, help) eng_row_t name;
    ALLERGY_STATE_LIST(ALLERGY_FIELD)
    eng_row_t last, suspected;                         /* A of the last visit; its day, if control seemed lost */
    eng_row_t left_exacerbation, drawn_exacerbations, spare_exacerbation; /* Exp(1) left to the next */
    eng_row_t t_easi50, t_easi75, t_clear, t_itch, t_exacerbation, t_worse, t_lost;
    /* of a patient at a point */
    eng_row_t season_cosine, season_sine;              /* b in them */
    eng_row_t plasma_rate, plasma_most, long_rate, kill_long;
    eng_row_t ige_long, igg_long, response_above;      /* v; titre that still counts as a response */
    eng_row_t exacerbation_rate;                       /* 1/d at s = 1 */
    eng_row_t relief, challenge_noise;                 /* of symptoms; log-sd of the dose */
    eng_row_t clear_below, worse_above, itch_left;
    oral_tolerance_t oral;
} allergy_t;

typedef enum {
    ALLERGY_SEASON = ENG_TISSUE_NUM_SCORE_PARAMS, ALLERGY_PLASMA_TIME, ALLERGY_PLASMA_MOST, ALLERGY_LONG_RATE, ALLERGY_KILL_LONG,
    ALLERGY_RESPONSE, ALLERGY_EXACERBATIONS, ALLERGY_RESPONDERS, ALLERGY_RELIEF = ALLERGY_RESPONDERS + ORAL_NUM_PARAMS,
    ALLERGY_CHALLENGE, ALLERGY_CLEAR, ALLERGY_WORSE, ALLERGY_ITCH, ALLERGY_NUM_PARAMS
} allergy_param_t;
enum {
    COV_SEASON = ENG_TISSUE_END_SCORE_COV, COV_EXACERBATIONS, COV_IGE_LONG, COV_IGG_LONG, COV_TITRE, COV_DOSE, COV_RESPONSE, COV_OUTGROWING
};
enum { SCORE_SKIN, SCORE_ITCH, SCORE_CHALLENGE }; /* what visits measure amiss */
#define TRIGGER_BOUND 2 /* 1 + the largest b */

static const oral_rows_t oral_rows = {
    .first = ALLERGY_RESPONDERS, .dose = COV_DOSE, .rank = COV_RESPONSE, .outgrows = COV_OUTGROWING,
};

/* --- a patient ------------------------------------------------------------------------------------------------------- */

/* Flares of module `tissue` relative to their mean over the year: triggers are thinned from the bound. */
static double flare_scale(const eng_params_t *p)
{
    const double rate = p->trigger_rate / ENG_DAYS_PER_YEAR, mean = -eng_expm1(-p->trigger_bound * rate) / p->trigger_bound;
    return mean > 0 ? -eng_expm1(-rate) / mean : 1;
}

static void derive_season(eng_course_t *c, allergy_t *d, int first, int end)
{
    const double *p = c->rates->params.disease, scale = flare_scale(&c->rates->params);

    for (int l = first; l < end; l++) {
        const season_t peak = season_of(c->tile->covariate[COV_SEASON][l]);
        c->tissue->per_flare[l] *= (real)scale;
        d->season_cosine[l] = (real)p[ALLERGY_SEASON] * peak.cosine;
        d->season_sine[l] = (real)p[ALLERGY_SEASON] * peak.sine;
    }
}

static void derive_antibodies(const eng_tile_t *t, const double *p, allergy_t *d, int first, int end)
{
    for (int l = first; l < end; l++) {
        d->plasma_rate[l] = (real)(1 / p[ALLERGY_PLASMA_TIME]);
        d->plasma_most[l] = (real)p[ALLERGY_PLASMA_MOST];
        d->long_rate[l] = (real)p[ALLERGY_LONG_RATE];
        d->kill_long[l] = (real)p[ALLERGY_KILL_LONG];
        d->ige_long[l] = (real)t->covariate[COV_IGE_LONG][l];
        d->igg_long[l] = (real)t->covariate[COV_IGG_LONG][l];
        d->response_above[l] = (real)(p[ALLERGY_RESPONSE] / t->covariate[COV_TITRE][l]);
    }
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    allergy_t *d = block;

    derive_season(c, d, first, end);
    derive_antibodies(t, p, d, first, end);
    oral_derive(&d->oral, t, p, &oral_rows, first, end);
    for (int l = first; l < end; l++) {
        d->exacerbation_rate[l] = (real)(p[ALLERGY_EXACERBATIONS] / ENG_DAYS_PER_YEAR * t->covariate[COV_EXACERBATIONS][l]);
        d->relief[l] = (real)p[ALLERGY_RELIEF];
        d->challenge_noise[l] = (real)p[ALLERGY_CHALLENGE];
        d->clear_below[l] = (real)p[ALLERGY_CLEAR];
        d->worse_above[l] = (real)p[ALLERGY_WORSE];
        d->itch_left[l] = (real)p[ALLERGY_ITCH];
    }
}

/* What happened before entry is history. */
static void enter(eng_course_t *c, void *block, int first, int end)
{
    allergy_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->entry[l] = d->entry_itch[l] = 1;
        d->controlled[l] = d->exacerbations[l] = 0;
        d->last[l] = NO_LIMIT;
        d->suspected[l] = ENG_DAY_NEVER;
        d->t_easi50[l] = d->t_easi75[l] = d->t_clear[l] = d->t_itch[l] = ENG_DAY_NEVER;
        d->t_exacerbation[l] = d->t_worse[l] = d->t_lost[l] = ENG_DAY_NEVER;
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    allergy_t *d = block;

    for (int l = first; l < end; l++) {
        d->plasma_short[l] = d->plasma_long[l] = 1;
        d->oral.desensitised[l] = d->oral.tolerance[l] = 0;
        d->drawn_exacerbations[l] = 0;
        d->left_exacerbation[l] = eng_next_threshold(c, l, ENG_CHANNEL_EXACERBATIONS, d->drawn_exacerbations, d->spare_exacerbation);
    }
    enter(c, block, first, end);
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

static void signal(eng_course_t *c, void *block)
{
    const season_t now = season_of(c->row->t);
    const allergy_t *d = block;
    real *rate = c->signals->written[ENG_SIGNAL_trigger_rate];

    FOR_LANES
    {
        rate[l] *= fma_real(d->season_cosine[l], now.cosine, fma_real(d->season_sine[l], now.sine, 1));
    }
}

static void make_antibodies(eng_course_t *c, allergy_t *d)
{
    const real *X = c->signals->effector_days, *per_cell = c->tissue->per_effector, *Bm = c->tile->cells.b_memory;
    const real *ab = c->signal[ENG_SIGNAL_plasma_making], *kP = c->signal[ENG_SIGNAL_plasma_kill];
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real j = X[l] * per_day * per_cell[l], before = d->plasma_short[l], made = at_most(j, d->plasma_most[l]) * ab[l] * Bm[l];
        const real Ps = grow_fast(before, -d->plasma_rate[l] - kP[l], d->plasma_rate[l] * made, dt);
        d->plasma_short[l] = Ps;
        d->plasma_long[l] = grow_fast(d->plasma_long[l], -d->long_rate[l] - kP[l], d->long_rate[l] * mean(before, Ps), dt);
    }
}

/* Exacerbations of lane l, whose threshold has passed. */
static void worsen(const eng_course_t *c, allergy_t *d, int l)
{
    const real begins = (real)c->row->t;

    if (begins >= c->tile->t_death[l] || !(d->left_exacerbation[l] > -MOST_EXACERBATIONS)) { /* dead and failed lanes run on and record nothing */
        d->left_exacerbation[l] = ENG_DAY_NEVER;
    }
    while (d->left_exacerbation[l] <= 0) {
        d->exacerbations[l] += 1;
        d->t_exacerbation[l] = at_most(d->t_exacerbation[l], begins + c->row->dt);
        d->left_exacerbation[l] += eng_next_threshold(c, l, ENG_CHANNEL_EXACERBATIONS, d->drawn_exacerbations, d->spare_exacerbation);
    }
}

static void step(eng_course_t *c, void *block)
{
    const real *s = c->tissue->inflammation;
    const real counts = c->row->flags & ENG_ROW_AFTER0 ? c->row->dt : 0;
    allergy_t *d = block;
    int passed = 0;

    make_antibodies(c, d);
    if (c->plan->writes & ENG_SIGNAL_BIT(desensitisation)) {
        oral_step(&d->oral, c->signal[ENG_SIGNAL_desensitisation], c->row->dt);
    }
    FOR_LANES
    {
        const real left = fma_real(-counts * d->exacerbation_rate[l], s[l], d->left_exacerbation[l]);
        d->left_exacerbation[l] = left;
        passed |= !(left > 0);
    }
    for (int l = 0; passed && l < ENG_LANES; l++) {
        if (!(d->left_exacerbation[l] > 0)) {
            worsen(c, d, l);
        }
    }
}

/* Long-lived plasma cells are killed by a small part of what kills lymphocytes; short-lived ones follow B memory. */
static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    allergy_t *d = block;
    (void)c;
    (void)cycling;

    FOR_LANES
    {
        d->plasma_long[l] *= real_exp(d->kill_long[l] * real_log(s[l]));
    }
}

/* --- visits ------------------------------------------------------------------------------------------------------------ */

/* What of symptoms a score reports; day NULL: the truth. */
static void symptoms(const eng_course_t *c, const allergy_t *d, const eng_rng_jump_t *day, int score, real today, real *A)
{
    eng_tissue_activity(c, day, score, today, A);
    FOR_LANES
    {
        A[l] *= real_exp(-d->relief[l] * oral_gain(&d->oral, l));
    }
}

/* mg of the allergen that a challenge on the day shows to be tolerated; day NULL: the truth. */
static void tolerated(const eng_course_t *c, const allergy_t *d, const eng_rng_jump_t *day, real *mg)
{
    const real today = (real)c->row->end / ENG_TICKS_PER_DAY;
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    if (day != NULL) {
        eng_visit_noise(c, day, SCORE_CHALLENGE, z);
    }
    FOR_LANES
    {
        const real bears = real_exp(fma_real(d->challenge_noise[l], z[l], d->oral.log_dose[l] + oral_gain(&d->oral, l)));
        mg[l] = today < d->oral.outgrown[l] ? at_most(bears, MOST_DOSE) : MOST_DOSE;
    }
}

static void judge_response(const eng_tile_t *t, allergy_t *d, const real *A, const real *itch, real today)
{
    FOR_LANES
    {
        const int lives = today < t->t_death[l];
        const real left = A[l] / d->entry[l];
        d->t_easi50[l] = first_of(d->t_easi50[l], today, lives & (left <= EASI50_LEFT));
        d->t_easi75[l] = first_of(d->t_easi75[l], today, lives & (left <= EASI75_LEFT));
        d->t_clear[l] = first_of(d->t_clear[l], today, lives & (A[l] < d->clear_below[l]));
        d->t_itch[l] = first_of(d->t_itch[l], today, lives & (itch[l] <= d->itch_left[l] * d->entry_itch[l]));
    }
}

/* Control is what two visits in a row agree on; so is its loss, which counts from the first of them. */
static void judge_control(eng_tile_t *t, allergy_t *d, const real *A, real today)
{
    FOR_LANES
    {
        const int lives = today < t->t_death[l], counts = today > 0;
        const real agreed = A[l] > d->last[l] ? A[l] : d->last[l], since = d->suspected[l];
        const int worse = lives & counts & (d->controlled[l] > 0) & (A[l] > d->worse_above[l]);
        const int relapses = worse & (since < ENG_DAY_NEVER);
        d->t_worse[l] = first_of(d->t_worse[l], today, worse);
        t->num_relapses[l] += relapses ? 1 : 0;
        t->t_relapse[l] = first_of(t->t_relapse[l], since, relapses);
        d->suspected[l] = (worse & !relapses) ? today : ENG_DAY_NEVER;
        d->controlled[l] = relapses ? 0 : agreed < d->clear_below[l] ? 1 : d->controlled[l];
        d->t_lost[l] = first_of(d->t_lost[l], today, lives & (today >= LATEST_CONTROL) & !(d->controlled[l] > 0));
        d->last[l] = A[l];
    }
}

/* The first day is the entry until a visit before treatment says otherwise. */
static void begin(eng_course_t *c, void *block)
{
    const real today = (real)c->plan->start;
    allergy_t *d = block;

    symptoms(c, d, &c->plan->to_first_day, SCORE_SKIN, today, d->entry);
    symptoms(c, d, &c->plan->to_first_day, SCORE_ITCH, today, d->entry_itch);
}

static void visit(eng_course_t *c, void *block)
{
    const int day = c->row->end / ENG_TICKS_PER_DAY;
    const real today = (real)day;
    real A[ENG_LANES] ENG_ALIGNED, itch[ENG_LANES] ENG_ALIGNED;
    allergy_t *d = block;

    symptoms(c, d, eng_visit_day(c), SCORE_SKIN, today, A);
    symptoms(c, d, eng_visit_day(c), SCORE_ITCH, today, itch);
    if (day < 0 && untouched(c->plan, c->row->end)) {
        memcpy(d->entry, A, sizeof(d->entry));
        memcpy(d->entry_itch, itch, sizeof(d->entry_itch));
    }
    if (day > 0) {
        judge_response(c->tile, d, A, itch, today);
    }
    if (day != 0) {
        judge_control(c->tile, d, A, today);
    }
}

enum {
    SYMPTOMS, SYMPTOMS_TRUE, EASI_N, EASI50, EASI75, CLEAR, ITCH, IGE, IGE_RESPONSE, IGG_RESPONSE, TOLERATED, TOLERATED_TRUE
};

static void read_antibodies(const allergy_t *d, int k, real *value)
{
    const real *v = k == IGG_RESPONSE ? d->igg_long : d->ige_long;

    FOR_LANES
    {
        const real titre = fma_real(v[l], d->plasma_long[l] - d->plasma_short[l], d->plasma_short[l]);
        value[l] = k == IGE ? titre : titre > d->response_above[l] ? 1 : 0;
    }
}

static void read_symptoms(const eng_course_t *c, const allergy_t *d, int k, real *value)
{
    const real *entry = k == ITCH ? d->entry_itch : d->entry;

    symptoms(c, d, k == SYMPTOMS_TRUE ? NULL : eng_visit_day(c), k == ITCH ? SCORE_ITCH : SCORE_SKIN, (real)c->row->end / ENG_TICKS_PER_DAY, value);
    FOR_LANES
    {
        const real A = value[l], left = A / entry[l], bound = k == EASI50 ? EASI50_LEFT : k == EASI75 ? EASI75_LEFT : d->itch_left[l];
        const real now = (k == CLEAR ? A < d->clear_below[l] : left <= bound) ? 1 : 0;
        value[l] = k <= SYMPTOMS_TRUE ? A : k == EASI_N ? PERCENT * (1 - left) : now;
    }
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    const allergy_t *d = block;

    if (k >= TOLERATED) {
        tolerated(c, d, k == TOLERATED ? eng_visit_day(c) : NULL, value);
    } else if (k >= IGE) {
        read_antibodies(d, k, value);
    } else {
        read_symptoms(c, d, k, value);
    }
}

ENG_MODULE_LANES(allergy) = { .name = "allergy", .derive = derive, .start = start, .enter = enter, .begin = begin, .signal = signal, .step = step,
    .kill = kill, .visit = visit, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[ALLERGY_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.32, 15, 20, 0.13, 0),
    ENG_TISSUE_SCORE_PARAMS(0.04, 0.27, 0.46, 28),
    [ALLERGY_SEASON] = { "allergy.season", "b", "1", 0, 0, 1, ENG_UNI(0, 1), "A", "triggers that the season adds at its peak, relative" },
    [ALLERGY_PLASMA_TIME] = { "allergy.plasma_life", "", "d", 6, 2, 60, ENG_LN(6, 0.3), "L days", "life of short-lived plasma cells" },
    [ALLERGY_PLASMA_MOST] = { "allergy.plasma_most", "", "1", 1.5, 0.5, 5, ENG_UNI(1.2, 2), "A", "largest j that they follow" },
    [ALLERGY_LONG_RATE] = { "allergy.long_lived_rate", "", "1/d", 0.001, 0, 0.02, ENG_LN(0.001, 0.3), "T Allergy 2020 donors", "turnover of long-lived plasma cells" },
    [ALLERGY_KILL_LONG] = { "allergy.kill_long_lived", "", "1", 0.042, 0, 1, ENG_LN(0.042, 0.3), "A", "their log kill relative to lymphocytes: 0.15 at a myeloablation of 3.6" },
    [ALLERGY_RESPONSE] = { "allergy.response_above", "", "1", 0.35, 0.01, 1, ENG_LN(0.35, 0.2), "A", "titre that still counts as a response, relative to that of the mean patient" },
    [ALLERGY_EXACERBATIONS] = { "allergy.exacerbation_rate", "", "1/y", 0.88, 0, 10, ENG_LN(0.88, 0.3), "T XPORT", "exacerbations of asthma at s = 1" },
    ORAL_PARAMS(ALLERGY_RESPONDERS, "allergy"),
    [ALLERGY_RELIEF] = { "allergy.symptom_relief", "", "1", 0.15, 0, 1, ENG_LN(0.15, 0.3), "A", "symptoms taken by what is gained by mouth, logarithms of both" },
    [ALLERGY_CHALLENGE] = { "allergy.challenge_noise", "", "1", 1.1, 0, 3, ENG_LN(1.1, 0.2), "A", "spread between challenges, logarithm of the dose" },
    [ALLERGY_CLEAR] = { "allergy.clear_below", "", "1", 0.2, 0.02, 1, ENG_LN(0.2, 0.1), "T SOLO 1", "symptom score of clear or almost clear skin (IGA 0 or 1)" },
    [ALLERGY_WORSE] = { "allergy.worse_above", "", "1", 0.25, 0.02, 2, ENG_LN(0.25, 0.1), "T SOLO-CONTINUE", "symptom score of IGA 2 and more" },
    [ALLERGY_ITCH] = { "allergy.itch_left", "", "1", 0.22, 0.02, 1, ENG_LN(0.22, 0.1), "A", "share of itch at entry that is left in an itch response" },
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation_spread", 0.5, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.41, ENG_LN(0.41, 0.6) },
    { "clone.repriming_rate", 0.05, ENG_LN(0.05, 0.6) },
    { "clone.sanctuary_share", 0.3, ENG_UNI(0, 0.5) },
};

static const eng_covariate_row_t covariates[] = {
    ENG_TISSUE_COVARIATES,
    ENG_TISSUE_SCORE_COVARIATES(0.3),
    { "season", "d", 43, { ENG_DIST_UNIFORM, { 0, 365 } }, 0, 366, "A", "t_s, day after day 0 on which the season is at its peak" },
    { "exacerbation_factor", "1", 44, { ENG_DIST_LOGNORMAL, { 1, 0.6 } }, 0, 50, "A", "exacerbations of asthma relative to others at equal inflammation; 0 in who has none" },
    { "ige_long_lived", "1", 45, { ENG_DIST_BETA, { 1, 5 } }, 0, 1, "T Allergy 2020 donors", "v, share of IgE that long-lived plasma cells make" },
    { "igg_long_lived", "1", 46, { ENG_DIST_BETA, { 4, 1.2 } }, 0, 1, "T Allergy 2020 donors", "the same of IgG" },
    { "titre", "1", 47, { ENG_DIST_LOGNORMAL, { 1, 0.6 } }, 0.01, 100, "A", "antibodies against the allergen at entry relative to others" },
    ORAL_COVARIATES(48),
};

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 38, 14, 18, 88 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.43 } } },
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
};

#define STATE(name, unit, help) { #name, unit, help, offsetof(allergy_t, name), ENG_NO_ROW },
#define ORAL_AT offsetof(allergy_t, oral)
static const eng_state_row_t states[] = { ALLERGY_STATE_LIST(STATE) ORAL_STATE_LIST(ORAL_STATE) };
static const eng_number_row_t numbers[] = { { ENG_NUMBER_OWN(0), offsetof(allergy_t, exacerbations), 0 } };

enum { EVENT_EASI50, EVENT_EASI75, EVENT_CLEAR, EVENT_ITCH, EVENT_EXACERBATION, EVENT_WORSE, EVENT_LOST };
static const eng_event_row_t events[] = {
    [EVENT_EASI50] = { "easi50", "first visit with EASI-50", offsetof(allergy_t, t_easi50) },
    [EVENT_EASI75] = { "easi75", "first visit with EASI-75", offsetof(allergy_t, t_easi75) },
    [EVENT_CLEAR] = { "iga01", "first visit with IGA 0 or 1", offsetof(allergy_t, t_clear) },
    [EVENT_ITCH] = { "itch_response", "first visit with an itch response", offsetof(allergy_t, t_itch) },
    [EVENT_EXACERBATION] = { "exacerbation", "first exacerbation of asthma", offsetof(allergy_t, t_exacerbation) },
    [EVENT_WORSE] = { "iga2", "first visit with IGA 2 or more after control", offsetof(allergy_t, t_worse) },
    [EVENT_LOST] = { "control_lost", "no control by day 168, or none after it", offsetof(allergy_t, t_lost) },
};
#define DEATH ENG_BIT(ENG_EVENT_DEATH)

#define NOW(label, text) { label, "1", text, 0.01, 0, 1, false, 1 }
static const eng_marker_row_t markers[] = {
    [SYMPTOMS] = { "symptom_score", "1", "symptoms as a visit reports them, 1 in the mean active patient", 1e-3, 0, 16, false, -1 },
    [SYMPTOMS_TRUE] = { "symptom_score_true", "1", "symptoms without noise", 1e-3, 0, 16, false, -1 },
    [EASI_N] = { "easi_n", "%", "improvement of symptoms since entry, as reported", 1e-2, -400, 100, false, 1 },
    [EASI50] = NOW("easi50_now", "1 with EASI-50 on the day, as reported"),
    [EASI75] = NOW("easi75_now", "1 with EASI-75 on the day, as reported"),
    [CLEAR] = NOW("iga01_now", "1 with IGA 0 or 1 on the day, as reported"),
    [ITCH] = NOW("itch_response_now", "1 with an itch response on the day, as reported"),
    [IGE] = { "ige", "1", "IgE against the allergen relative to active disease, true", 1e-4, 0, 4, false, -1 },
    [IGE_RESPONSE] = { "ige_response", "1", "1 while IgE against the allergen is found", 0.01, 0, 1, false, -1 },
    [IGG_RESPONSE] = { "igg_response", "1", "1 while IgG against the allergen is found", 0.01, 0, 1, false, 0 },
    [TOLERATED] = { "tolerated_dose", "mg", "allergen that a challenge on the day shows to be tolerated", 0.1, 0.1, 4e5, true, 1 },
    [TOLERATED_TRUE] = { "tolerated_dose_true", "mg", "the same without noise", 0.1, 0.1, 4e5, true, 1 },
};
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue };

static const eng_outcome_row_t outcomes[] = {
    { .name = "relapse", .unit = "d", .help = "control lost: score above 0.25 at two visits in a row after two below 0.2; the first of them; death competes",
        .kind = ENG_OUTCOME_TIME, .better = -1, .events = ENG_BIT(ENG_EVENT_RELAPSE), .competing = DEATH },
    { .name = "efs", .unit = "d", .help = "alive and controlled: score below 0.2 at two visits in a row by day 168, no relapse after it",
        .kind = ENG_OUTCOME_TIME, .survival = true, .better = 1, .events = ENG_OWN_EVENT(EVENT_LOST) | DEATH },
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_EASI50), "easi50", 1, "first visit (every 28 d, reported) with symptoms at most 50 % of entry"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_EASI75), "easi75", 1, "at most 25 %"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_CLEAR), "iga01", 1, "first visit with a score below 0.2 (IGA 0 or 1)"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_ITCH), "itch_response", 1, "first visit with itch at most 22 % of entry"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_WORSE), "iga2", -1, "first visit with a score above 0.25 (IGA 2 or more) after control"),
    ENG_FIRST_OF(ENG_OWN_EVENT(EVENT_EXACERBATION), "exacerbation", -1, "first exacerbation of asthma"),
    { .name = "exacerbations", .unit = "1", .help = "exacerbations of asthma since day 0", .kind = ENG_OUTCOME_NUMBER, .source = ENG_NUMBER_OWN(0), .step = 1,
        .high = 128, .better = -1 },
    ENG_MARKER_OUTCOME(SYMPTOMS, "symptom_score", "1", "symptoms as a visit reports them"),
    ENG_MARKER_OUTCOME(SYMPTOMS_TRUE, "symptom_score_true", "1", "symptoms without noise"),
    ENG_MARKER_OUTCOME(EASI_N, "easi_n", "%", "improvement of symptoms since entry, as reported"),
    ENG_MARKER_OUTCOME(EASI50, "easi50_now", "1", "share with EASI-50 on the day, as reported"),
    ENG_MARKER_OUTCOME(EASI75, "easi75_now", "1", "share with EASI-75 on the day, as reported"),
    ENG_MARKER_OUTCOME(CLEAR, "iga01_now", "1", "share with IGA 0 or 1 on the day, as reported"),
    ENG_MARKER_OUTCOME(ITCH, "itch_response_now", "1", "share with an itch response on the day, as reported"),
    ENG_MARKER_OUTCOME(IGE, "ige", "1", "IgE against the allergen relative to active disease, true"),
    ENG_MARKER_OUTCOME(IGE_RESPONSE, "ige_response", "1", "share in whom IgE against the allergen is found"),
    ENG_MARKER_OUTCOME(IGG_RESPONSE, "igg_response", "1", "share in whom IgG against the allergen is found"),
    ENG_MARKER_OUTCOME(TOLERATED, "tolerated_dose", "mg", "allergen that a challenge on the day shows to be tolerated"),
    ENG_MARKER_OUTCOME(TOLERATED_TRUE, "tolerated_dose_true", "mg", "the same without noise"),
};

const eng_disease_t eng_disease_allergy = {
    .module = { .name = "allergy", .help = "allergic disease: season, symptoms, EASI, itch, asthma, IgE, immunotherapy", .version = 1,
        .writes = ENG_SIGNAL_BIT(trigger_rate), ENG_BLOCK(allergy_t), ENG_TABLE(states), ENG_TABLE(numbers), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .trigger_bound = TRIGGER_BOUND,
    .calendar = { .run_in = 150, .visits = DAYS_BETWEEN, .visits_before = { DAYS_BETWEEN, 1 } },
    .remission = "iga01",
    .when_events = ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_INFECTION) | ENG_OWN_EVENT(EVENT_EASI50) | ENG_OWN_EVENT(EVENT_EASI75) | ENG_OWN_EVENT(EVENT_CLEAR)
        | ENG_OWN_EVENT(EVENT_ITCH) | ENG_OWN_EVENT(EVENT_EXACERBATION) | ENG_OWN_EVENT(EVENT_WORSE),
    .no_events = ENG_BIT(ENG_EVENT_PROGRESSION),
};

#endif
