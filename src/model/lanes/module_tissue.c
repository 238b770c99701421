/**
 * An inflamed tissue as a module (MODEL section 5.6; tissue.h), s between effectors and what a disease scores:
 *
 *   flare          dF/dt = -F / tauF, F += u at a trigger of size u: shot noise, Gamma(lam tauF) without treatment
 *   inflammation   ds/dt = (s* - s) / tauS, s* = tis fl [(1 - psi_i) D + psi_i], fl = 1 - wF + wF F / (lam tauF)
 *   D              j = X / X_n, or in part what the disease gives (own_share), at most drive_most: while a graft's Treg are few
 *                  nothing holds X back, and j may be tens
 *   activity       A = m (s + residual) exp(-g_i (1 - e^(-t / 28 d))) exp(sv N), t from day 0 on; N of the day (visits.h)
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#include "base/sample.h"

#define LIVES 8          /* triggers older than so many lives of a flare are forgotten on the first day: e^-8 is left of them */
#define HALF_WORD 32     /* bits */

#ifndef ENG_MIXED /* patients are made at one point at a time */

/* Mean F: at most one trigger a day. */
static double mean_flare(const eng_params_t *p)
{
    return -eng_expm1(-p->trigger_rate / ENG_DAYS_PER_YEAR) * p->disease[ENG_TISSUE_FLARE_TIME];
}

/* Exponential with mean 1, of a rank. */
static double of_rank(double rank)
{
    return -eng_log1p(-rank);
}

static void derive_score(const eng_tile_t *t, const double *p, real care, eng_tissue_t *d, int first, int end)
{
    for (int l = first; l < end; l++) {
        const double failed = eng_max(0, t->covariate[ENG_COV_PRIOR_LINES][l] - 1);
        const double gain = p[ENG_TISSUE_CARE] * of_rank(t->covariate[ENG_COV_CARE][l]) * eng_exp(-ENG_LN2 * failed);
        d->level[l] = (real)t->covariate[ENG_COV_LEVEL][l];
        d->residual[l] = (real)p[ENG_TISSUE_RESIDUAL];
        d->noise[l] = (real)p[ENG_TISSUE_NOISE];
        d->gain[l] = care * (real)gain;
        d->care_rate[l] = (real)(1 / p[ENG_TISSUE_CARE_TIME]);
    }
}

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease, flares = mean_flare(&c->rates->params), share = p[ENG_TISSUE_FLARE_SHARE];
    const double effectors = eng_max(1, eng_effectors_at_rest(&c->rates->params));
    eng_tissue_t *d = block;

    for (int l = first; l < end; l++) {
        const double lines = 1 + p[ENG_TISSUE_STROMA_LINE] * t->covariate[ENG_COV_PRIOR_LINES][l];
        const double stroma = p[ENG_TISSUE_STROMA] * lines * of_rank(t->covariate[ENG_COV_STROMA][l]);
        d->own_share[l] = d->own_drive[l] = 0;
        d->per_effector[l] = (real)(1 / effectors);
        d->fading[l] = (real)(1 / p[ENG_TISSUE_FLARE_TIME]);
        d->per_flare[l] = (real)(flares > 0 ? share / flares : 0);
        d->no_flare[l] = (real)(1 - share);
        d->drive_most[l] = (real)p[ENG_TISSUE_DRIVE_MOST];
        d->stroma[l] = at_most((real)stroma, MOST_STROMA);
        d->rate[l] = (real)(1 / p[ENG_TISSUE_TIME]);
    }
    if (eng_disease_has_care(c->body->disease)) {
        derive_score(t, p, c->plan->trial_care, d, first, end);
    }
}

/* What is left of the triggers before the first day: words of tick 0, which no calendar reaches: how many, then age and size of each. */
static double earlier_flares(const eng_course_t *c, int l)
{
    eng_rng_t rng;
    double flare = 0;

    eng_course_stream(c, l, ENG_CHANNEL_TRIGGERS, &rng);
    const double count = eng_sample_poisson(LIVES * mean_flare(&c->rates->params), eng_uniform(eng_rng_next(&rng)));
    for (int k = 0; k < (int)count; k++) {
        const uint64_t word = eng_rng_next(&rng);
        const double age = LIVES * eng_uniform(word << HALF_WORD);
        flare += eng_sample_exponential(word >> HALF_WORD << HALF_WORD) * eng_exp(-age);
    }
    return flare;
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_tissue_t *d = block;

    for (int l = first; l < end; l++) {
        d->flare[l] = (real)earlier_flares(c, l);
        d->inflammation[l] = 1;
    }
}

void eng_tissue_activity(const eng_course_t *c, const eng_rng_jump_t *day, int score, real today, real *activity)
{
    const eng_tissue_t *d = c->tissue;
    real z[ENG_LANES] ENG_ALIGNED = { 0 };

    if (day != NULL) {
        eng_visit_noise(c, day, score, z);
    }
    FOR_LANES
    {
        const real care = d->gain[l] * (1 - real_exp(-max0(today) * d->care_rate[l]));
        activity[l] = d->level[l] * (d->inflammation[l] + d->residual[l]) * real_exp(fma_real(d->noise[l], z[l], -care));
    }
}

#define MAKE_PATIENTS .derive = derive, .start = start,
#else
#define MAKE_PATIENTS
#endif

/* --- a row of the calendar ------------------------------------------------------------------------------------------ */

static void trigger(eng_course_t *c, void *block, int l, real u)
{
    eng_tissue_t *d = block;
    (void)c;
    d->flare[l] += u;
}

/* acted: somebody writes the signal `tissue`. */
LANE_INLINE void inflame(eng_course_t *c, eng_tissue_t *d, const int acted)
{
    const eng_signals_t *s = c->signals;
    const real *tissue = c->signal[ENG_SIGNAL_tissue];
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real j = s->effector_days[l] * per_day * d->per_effector[l]; /* mean of the row, as F */
        const real drive = at_most(fma_real(d->own_share[l], d->own_drive[l] - j, j), d->drive_most[l]);
        const real F = d->flare[l], passing = d->fading[l] * dt, flare = F * phi_small(-passing);
        const real driven = fma_real(d->stroma[l], 1 - drive, drive), flaring = fma_real(d->per_flare[l], flare, d->no_flare[l]);
        const real target = driven * flaring * (acted ? tissue[l] : 1);
        const real next = grow_fast(d->inflammation[l], -d->rate[l], d->rate[l] * target, dt);
        d->flare[l] = max0(fma_real(-passing, flare, F));
        d->inflammation[l] = next > LEAST_INFLAMMATION ? next : LEAST_INFLAMMATION;
    }
}

static void inflame_untreated(eng_course_t *c, eng_tissue_t *d)
{
    inflame(c, d, 0);
}

static void inflame_treated(eng_course_t *c, eng_tissue_t *d)
{
    inflame(c, d, 1);
}

static void step(eng_course_t *c, void *block)
{
    (c->writes & ENG_SIGNAL_BIT(tissue) ? inflame_treated : inflame_untreated)(c, block);
}

ENG_MODULE_LANES(tissue) = { .name = "tissue", MAKE_PATIENTS .trigger = trigger, .step = step };

/* --- tables ----------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define STATE(name, unit, help) { #name, unit, help, offsetof(eng_tissue_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { ENG_TISSUE_STATE_LIST(STATE) };

const eng_module_t eng_module_tissue = {
    .name = "tissue",
    .help = "inflammation between effectors and score: flares, stroma, trial care",
    .version = 1,
    ENG_BLOCK(eng_tissue_t),
    ENG_TABLE(states),
};

#endif
