/**
 * Exposures (MODEL section 6.3): antibodies and mucosal injury, which fall exponentially and act by their mean over a
 * row, so that their integral is exact for any length.
 */
#include "model/action_data.h"
#include "model/lanes/kill.h"
#include "model/lanes/step.h"

/* --- antibodies and mucosal injury ------------------------------------------------------------------------------ */

void eng_antibody_dose(eng_course_t *c, int antibody, real amount)
{
    eng_tile_t *t = c->tile;
    FOR_LANES
    {
        t->antibody_level[antibody][l] += amount;
    }
    t->exposed = true;
    t->exposure_ends = false;
}

/* What is left of an exposure at the row's end; *mean: over the row. */
LANE_INLINE real fall(real level, real keep, real mean_share, real *mean)
{
    *mean = level * mean_share;
    const real left = level * keep;
    return left < NEGLIGIBLE ? 0 : left;
}

static int antibody_row(eng_course_t *c, int j)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const step_rates_t *k = STEP_RATES(c);
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        real C;
        const real left = fall(t->antibody_level[j][l], LANE(k->antibody_keep[j]), LANE(k->antibody_mean[j]), &C);
        const real acts = C * t->atg_exposure[l];
        s->kill[l] = fma_real(acts, LANE(r->antibody_t[j]), s->kill[l]);
        s->kill_nk[l] = fma_real(acts, LANE(r->antibody_nk[j]), s->kill_nk[l]);
        s->kill_b[l] = fma_real(acts, LANE(r->antibody_b[j]), s->kill_b[l]);
        t->antibody_level[j][l] = left;
        any |= left > 0;
    }
    return any;
}

static int injury_row(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const step_rates_t *k = STEP_RATES(c);
    int any = 0;

    LANE_PRAGMA(omp simd reduction(|:any))
    for (int l = 0; l < ENG_LANES; l++) {
        real mu;
        const real left = fall(t->mucosa[l], LANE(k->injury_keep), LANE(k->injury_mean), &mu);
        s->kill[l] = s->kill_nk[l] = s->kill_b[l] = 0;
        s->injury[l] = mu;
        t->mucosa[l] = left;
        any |= left > 0;
    }
    return any;
}

void eng_exposures_row(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    int any = injury_row(c);

    for (int j = 0; j < ENG_MAX_ANTIBODIES; j++) {
        if (c->plan->antibodies & 1u << j) {
            any |= antibody_row(c, j);
        }
    }
    FOR_LANES
    {
        s->kill[l] = t->antibody[l] = at_most(s->kill[l], MOST_KILL);
        s->kill_nk[l] = at_most(s->kill_nk[l], MOST_KILL);
        s->kill_b[l] = at_most(s->kill_b[l], MOST_KILL);
    }
    t->exposure_ends = any == 0;
}

void eng_exposures_end(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    FOR_LANES
    {
        s->kill[l] = t->antibody[l] = 0;
    }
    t->exposed = t->exposure_ends = false;
}
