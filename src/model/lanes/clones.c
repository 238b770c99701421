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
#include "model/lanes/small_clones.h"

#define NORMAL_MEAN 64.0     /* above both of these the four-term expansion serves, */
#define NORMAL_VARIANCE 25.0 /* below it the exact law of small_clones.h */

/* One row of the birth-death law: adds to A and Q, returns e^rho at its end. */
LANE_INLINE real advance_law(real *A, real *Q, real births, real deaths, real dt)
{
    const real weight = (1 + *A - *Q) * dt * phi_wide((deaths - births) * dt);
    *A += deaths * weight;
    *Q += births * weight;
    return 1 + *A - *Q;
}

void eng_clones_step(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const eng_rates_t *r = c->rates;
    const real dt = c->step->dt;

    FOR_LANES
    {
        real A = t->hsc_loss[l], Q = t->hsc_gain[l];
        const real births = r->hsc_renewal * max0(1 - r->niche * t->hsc[l]);
        const real factor = advance_law(&A, &Q, births, r->hsc_loss, dt);
        t->hsc[l] = t->hsc_count[l] * t->hsc_unit[l] / factor;
        t->hsc_loss[l] = A;
        t->hsc_gain[l] = Q;
    }
    FOR_LANES
    {
        real A = t->clone_loss[l], Q = t->clone_gain[l];
        const real crowding = max0(1 - t->reservoir[l] * t->reservoir_room[l]);
        const real births = r->memory4_turnover + t->fitness[l] * s->early[l] * crowding;
        const real deaths = r->memory4_turnover + r->clone_decay + s->kill[l];
        const real before = 1 + A - Q;
        const real scale = 1 / advance_law(&A, &Q, births, deaths, dt);
        const real memory = t->clone_memory[l] * before * scale;
        t->clone_loss[l] = A;
        t->clone_gain[l] = Q;
        t->clone_scale[l] = scale;
        t->clone_memory[l] = memory;
        t->reservoir[l] = t->clone_total[l] * scale + memory;
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

LANE_INLINE bool is_small(double n, double mean, double k2)
{
    return (n * mean < NORMAL_MEAN) | (n * k2 < NORMAL_VARIANCE);
}

/* Four-term Cornish-Fisher expansion with the lattice correction, for n cells of one law. */
LANE_INLINE double expand_normal(double n, double mean, double k2, double k3, double k4, double z)
{
    const double variance = n * k2 - 1.0 / 12, v = variance > 1 ? variance : 1;
    const double inverse = 1 / v, sd = sqrt(v), z2 = z * z;
    const double g1 = n * k3 * inverse * inverse * sd, g2 = n * k4 * inverse * inverse;
    const double w = z + g1 * (z2 - 1) * (1.0 / 6) + g2 * z * (z2 - 3) * (1.0 / 24) - g1 * g1 * z * (2 * z2 - 5) * (1.0 / 36);
    const double x = n * mean + sd * w + 0.5;
    return x > 0 ? eng_floor(x) : 0;
}

/* Expansion of one row where it serves; the others are 0 here. */
static void expand_row(const law_t *law, const real *count, const uint64_t *word, real *restrict drawn)
{
    FOR_LANES
    {
        drawn[l] = real_normal((uint32_t)(word[l] >> 32));
    }
    FOR_LANES
    {
        const double n = (double)count[l], m = law->mean[l], k2 = law->k2[l];
        const double x = expand_normal(n, m, k2, law->skew[l], law->excess[l], (double)drawn[l]);
        drawn[l] = (real)(is_small(n, m, k2) ? 0 : x);
    }
}

/* Draw the large counts of a row and put the small ones that are not empty on the list. */
static void draw_row(int k, const law_t *law, const uint64_t *word, small_list_t *list, real *restrict count)
{
    real drawn[ENG_LANES] ENG_ALIGNED;
    uint64_t small = 0, large = 0;

    LANE_PRAGMA(omp simd reduction(| : small, large))
    for (int l = 0; l < ENG_LANES; l++) {
        const double n = (double)count[l];
        const uint64_t bit = UINT64_C(1) << l, few = is_small(n, law->mean[l], law->k2[l]) ? bit : 0;
        small |= n > 0 ? few : 0;
        large |= bit & ~few;
    }
    for (; small != 0; small &= small - 1) {
        const int l = __builtin_ctzll(small);
        small_list_add(list, k, l, (double)count[l], word[l]);
    }
    if (large == 0) {
        memset(count, 0, sizeof(drawn));
        return;
    }
    expand_row(law, count, word, drawn);
    memcpy(count, drawn, sizeof(drawn));
}

/* Effectors that became memory are shared out by a_k E_k, rounded at random by the lower half of the clone's word. */
static void share_memory(const eng_tile_t *t, int k, const real *unit, const uint64_t *word, real *restrict share)
{
    FOR_LANES
    {
        const real u = ((real)(int32_t)((uint32_t)word[l] >> 9) + (real)0.5) * (real)0x1p-23;
        share[l] = real_floor(unit[l] * t->clone[k][l] * t->avidity[k][l] + u);
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
        t->reservoir[l] = t->clone_total[l] * t->clone_scale[l] + t->clone_memory[l];
    }
}

/* The thymus shrinks with age: F at the row's end (MODEL section 4). */
static void age_thymus(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_rates_t *r = c->rates;
    const double years = (double)c->row->end / ENG_TICKS_PER_DAY / ENG_DAYS_PER_YEAR;

    FOR_LANES
    {
        const real age = (real)(t->covariate[ENG_COV_AGE][l] + years) - 20;
        const real alpha = age < 0 ? r->thymus_involution_child : r->thymus_involution;
        t->export_now[l] = r->thymus_export * (real)t->covariate[ENG_COV_THYMIC_FUNCTION][l] * real_exp(-alpha * age);
    }
}

/* What was drawn from the list joins what stands in the rows. */
static void add_small(eng_tile_t *t, const small_list_t *list)
{
    for (int i = 0; i < list->num; i++) {
        const int k = list->place[i] / ENG_LANES, l = list->place[i] % ENG_LANES;
        real *count = k < ENG_NUM_CLONES ? t->clone[k] : t->hsc_count;
        count[l] += (real)list->count[i];
    }
}

static void draw_counts(eng_course_t *c, small_list_t *list)
{
    eng_tile_t *t = c->tile;
    law_t law;
    eng_wide_row_t walk = t->clone_state;
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    real unit[ENG_LANES] ENG_ALIGNED, share[ENG_LANES] ENG_ALIGNED;

    make_law(t->clone_loss, t->clone_gain, &law);
    FOR_LANES
    {
        unit[l] = t->clone_avid[l] > 0 ? t->clone_memory[l] / t->clone_avid[l] : 0;
    }
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        next_words(&walk, &t->clone_inc, word);
        share_memory(t, k, unit, word, share);
        draw_row(k, &law, word, list, t->clone[k]);
        FOR_LANES
        {
            t->clone[k][l] += share[l];
        }
    }
    next_words(&walk, &t->clone_inc, word);
    make_law(t->hsc_loss, t->hsc_gain, &law);
    draw_row(ENG_NUM_CLONES, &law, word, list, t->hsc_count);
}

void eng_clones_draw(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    small_list_t list;

    jump_rows(&t->clone_state, &t->clone_inc, &c->plan->draws[c->row->draw]);
    list.num = 0;
    draw_counts(c, &list);
    if (list.num > 0) {
        eng_small_clones(c, &list);
        add_small(t, &list);
    }
    FOR_LANES
    {
        t->hsc[l] = t->hsc_count[l] * t->hsc_unit[l];
        t->hsc_loss[l] = t->hsc_gain[l] = 0;
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
