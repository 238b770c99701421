/**
 * Autoreactive clones and stem cells by the exact law of linear birth-death processes with time-dependent rates
 * (D. Kendall 1948), for R1-R2, R50-R51, R55.
 *
 * All clones of a patient share births b(t) and deaths d(t).  With rho = int (d - b), A = int d e^rho and
 * Q = int b e^rho give the law over any interval: one cell dies out with probability A/(1+A), else its lineage is
 * geometric with ratio Q/(1+A); e^rho = 1 + A - Q, so the conditional mean of n cells is n/(1+A-Q).  A row adds to A
 * and Q (about ten operations for all clones together); a draw is due every 10 to 30 days.  A kill with
 * survival s is exact inside it: A += e^rho (1/s - 1).
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#include "base/sample.h"

#define NORMAL_MEAN 64.0     /* above both of these the four-term expansion serves, */
#define NORMAL_VARIANCE 25.0 /* below it the exact sampler of base/sample.h */

/* One row of the birth-death law: adds to A and Q, returns e^rho at its end. */
LANE_INLINE real advance_law(real *A, real *Q, real births, real deaths, real dt)
{
    const real weight = (1 + (*A - *Q)) * dt * phi_small((deaths - births) * dt);
    *A = fma_real(deaths, weight, *A);
    *Q = fma_real(births, weight, *Q);
    return 1 + (*A - *Q);
}

/* Stem cells and clones together: one division serves both. */
LANE_INLINE void step(eng_course_t *c, const int marrow)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const real dt = c->row->dt;

    FOR_LANES
    {
        real A = t->clone_loss[l], Q = t->clone_gain[l];
        const real crowding = max0(fma_real(-t->reservoir[l], t->reservoir_room[l], 1));
        const real turnover = LANE(r->memory4_turnover);
        const real births = fma_real(t->fitness[l] * s->early[l], crowding, turnover);
        const real deaths = turnover + LANE(r->clone_decay) + s->kill[l];
        const real before = 1 + (A - Q);
        const real factor = advance_law(&A, &Q, births, deaths, dt);
        real scale;
        if (marrow) {
            real A_h = t->hsc_loss[l], Q_h = t->hsc_gain[l];
            const real renewal = LANE(r->hsc_renewal) * max0(fma_real(-LANE(r->niche), t->hsc[l], 1));
            const real factor_h = advance_law(&A_h, &Q_h, renewal, LANE(r->hsc_loss), dt);
            const real both = 1 / (factor * factor_h);
            scale = both * factor_h;
            t->hsc[l] = t->hsc_count[l] * t->hsc_unit[l] * (both * factor);
            t->hsc_loss[l] = A_h;
            t->hsc_gain[l] = Q_h;
        } else {
            scale = 1 / factor;
        }
        const real memory = t->clone_memory[l] * before * scale;
        t->clone_loss[l] = A;
        t->clone_gain[l] = Q;
        t->clone_scale[l] = scale;
        t->clone_memory[l] = memory;
        t->reservoir[l] = fma_real(t->clone_total[l], scale, memory);
    }
}

static void step_with_marrow(eng_course_t *c)
{
    step(c, 1);
}

static void step_alone(eng_course_t *c)
{
    step(c, 0);
}

void eng_clones_step(eng_course_t *c)
{
    if (c->row->flags & ENG_ROW_MARROW) {
        step_with_marrow(c);
    } else {
        step_alone(c);
    }
}

/* What one draw needs of a lane, the same for all its clones. */
typedef struct {
    double mean[ENG_LANES], k2[ENG_LANES], skew[ENG_LANES], excess[ENG_LANES];
} law_t;

/* Cumulants of the descendants of one cell, from its factorial moments p j! beta^(j-1) / (1-beta)^j. */
static void make_law(const real *loss, const real *gain, law_t *law)
{
    FOR_LANES
    {
        const double A = (double)loss[l], Q = (double)gain[l];
        const double p = 1 / (1 + A), ratio = Q / (1 + A - Q); /* survival; beta / (1 - beta) */
        const double f1 = p * (1 + ratio), f2 = 2 * f1 * ratio, f3 = 3 * f2 * ratio, f4 = 4 * f3 * ratio;
        const double m2 = f2 + f1, m3 = f3 + 3 * f2 + f1, m4 = f4 + 6 * f3 + 7 * f2 + f1;
        law->mean[l] = f1;
        law->k2[l] = m2 - f1 * f1;
        law->skew[l] = m3 - 3 * m2 * f1 + 2 * f1 * f1 * f1;
        law->excess[l] = m4 - 4 * m3 * f1 - 3 * m2 * m2 + 12 * m2 * f1 * f1 - 6 * f1 * f1 * f1 * f1;
    }
}

/* Four-term Cornish-Fisher expansion with the lattice correction, for n cells of one law. */
LANE_INLINE double expand_normal(double n, double mean, double k2, double k3, double k4, double z)
{
    const double variance = n * k2 - 1.0 / 12, v = variance > 1 ? variance : 1, sd = sqrt(v);
    const double g1 = n * k3 / (v * sd), g2 = n * k4 / (v * v), z2 = z * z;
    const double w = z + g1 * (z2 - 1) * (1.0 / 6) + g2 * z * (z2 - 3) * (1.0 / 24) - g1 * g1 * z * (2 * z2 - 5) * (1.0 / 36);
    const double x = n * mean + sd * w + 0.5;
    return x > 0 ? eng_floor(x) : 0;
}

/* The exact sampler for the few lanes that are small: two words each. */
static double draw_small(const eng_course_t *c, int l, int k, double n, double A, double Q, uint64_t word)
{
    const eng_tile_t *t = c->tile;
    eng_rng_t rng;
    rng.state = (eng_u128_t)t->clone_state.high[l] << 64 | t->clone_state.low[l];
    rng.inc = (eng_u128_t)t->clone_inc.high[l] << 64 | t->clone_inc.low[l];
    eng_rng_apply(&rng, c->plan->second[k]);
    return eng_sample_birth_death(n, A, Q, word, eng_rng_next(&rng));
}

/* Draw one row of counts; `memory` is what each lane's unit of a_k E_k receives from effectors. */
static void draw_row(const eng_course_t *c, int k, const law_t *law, const real *loss, const real *gain, const uint64_t *word,
    real *restrict count)
{
    double drawn[ENG_LANES] ENG_ALIGNED, few[ENG_LANES] ENG_ALIGNED;
    real normal[ENG_LANES] ENG_ALIGNED;
    int any = 0;

    FOR_LANES
    {
        normal[l] = real_normal((uint32_t)(word[l] >> 32));
    }
    FOR_LANES
    {
        const double n = (double)count[l], m = law->mean[l], k2 = law->k2[l];
        drawn[l] = expand_normal(n, m, k2, law->skew[l], law->excess[l], (double)normal[l]);
        few[l] = ((n * m < NORMAL_MEAN) | (n * k2 < NORMAL_VARIANCE)) ? 1.0 : 0.0;
    }
    for (int l = 0; l < ENG_LANES; l++) {
        any |= few[l] > 0;
    }
    if (any) {
        for (int l = 0; l < ENG_LANES; l++) {
            if (few[l] > 0) {
                const double n = (double)count[l];
                drawn[l] = n > 0 ? draw_small(c, l, k, n, (double)loss[l], (double)gain[l], word[l]) : 0;
            }
        }
    }
    FOR_LANES
    {
        count[l] = (real)drawn[l];
    }
}

/* Effectors that became memory are shared out by a_k E_k, rounded at random by the lower half of the clone's word. */
static void add_memory(eng_tile_t *t, int k, const real *before, const real *unit, const uint64_t *word)
{
    FOR_LANES
    {
        const real u = ((real)(int32_t)((uint32_t)word[l] >> 9) + (real)0.5) * (real)0x1p-23;
        t->clone[k][l] += real_floor(unit[l] * before[l] * t->avidity[k][l] + u);
    }
}

void eng_clones_refresh(eng_tile_t *t)
{
    FOR_LANES
    {
        t->clone_total[l] = t->clone_avid[l] = t->clone_avid2[l] = 0;
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        FOR_LANES
        {
            const real weighted = t->avidity[k][l] * t->clone[k][l];
            t->clone_total[l] += t->clone[k][l];
            t->clone_avid[l] += weighted;
            t->clone_avid2[l] += t->avidity[k][l] * weighted;
        }
    }
    FOR_LANES
    {
        t->clone_avid2[l] = t->clone_avid[l] > 0 ? t->clone_avid2[l] / t->clone_avid[l] : 0;
        t->reservoir[l] = fma_real(t->clone_total[l], t->clone_scale[l], t->clone_memory[l]);
    }
}

/* The thymus shrinks with age: F at the row's end (MODEL section 4). */
static void age_thymus(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const double years = (double)c->row->end / ENG_TICKS_PER_DAY / ENG_DAYS_PER_YEAR;

    FOR_LANES
    {
        const real age = (real)(t->covariate[ENG_COV_AGE][l] + years) - 20;
        const real alpha = age < 0 ? LANE(r->thymus_involution_child) : LANE(r->thymus_involution);
        t->export_now[l] = LANE(r->thymus_export) * (real)t->covariate[ENG_COV_THYMIC_FUNCTION][l] * real_exp(-alpha * age);
    }
}

static void draw_stem_cells(eng_course_t *c, const uint64_t *word)
{
    eng_tile_t *t = c->tile;
    law_t law;

    make_law(t->hsc_loss, t->hsc_gain, &law);
    draw_row(c, ENG_NUM_CLONES, &law, t->hsc_loss, t->hsc_gain, word, t->hsc_count);
    FOR_LANES
    {
        t->hsc[l] = t->hsc_count[l] * t->hsc_unit[l];
        t->hsc_loss[l] = t->hsc_gain[l] = 0;
    }
}

void eng_clones_draw(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    law_t law;
    eng_wide_row_t walk;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    real unit[ENG_LANES] ENG_ALIGNED, before[ENG_LANES] ENG_ALIGNED;

    jump_rows(&t->clone_state, &t->clone_inc, &c->plan->draws[c->row->draw]);
    walk = t->clone_state;
    make_law(t->clone_loss, t->clone_gain, &law);
    FOR_LANES
    {
        unit[l] = t->clone_avid[l] > 0 ? t->clone_memory[l] / t->clone_avid[l] : 0;
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        next_words(&walk, &t->clone_inc, word);
        memcpy(before, t->clone[k], sizeof(before));
        draw_row(c, k, &law, t->clone_loss, t->clone_gain, word, t->clone[k]);
        add_memory(t, k, before, unit, word);
    }
    if (c->row->flags & ENG_ROW_MARROW) {
        next_words(&walk, &t->clone_inc, word);
        draw_stem_cells(c, word);
    }
    FOR_LANES
    {
        t->clone_loss[l] = t->clone_gain[l] = t->clone_memory[l] = 0;
        t->clone_scale[l] = 1;
    }
    eng_clones_refresh(t);
    age_thymus(c);
}

void eng_clones_add(eng_tile_t *t, int l, int start, real size, real avidity)
{
    int k = start;
    for (int tries = 0; tries < ENG_NUM_CLONES && t->clone[k][l] > 0; tries++) {
        k = (k + 1) % ENG_NUM_CLONES;
    }
    /* counted as at the last draw, so that its conditional mean is `size` now; without an empty place it joins a clone */
    const real cells = real_floor(size / t->clone_scale[l]), before = t->clone[k][l];
    t->clone[k][l] = before + cells;
    t->avidity[k][l] = before > 0 ? (t->avidity[k][l] * before + avidity * cells) / (before + cells) : avidity;
}
