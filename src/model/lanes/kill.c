/**
 * Kills (MODEL 6.2): log10 of surviving fractions, scaled by the patient's chemosensitivity.  Stem cells take them
 * exactly through their birth-death law; modules see to their own (hook `kill`).
 */
#include "model/lanes/kill.h"
#include "model/lanes/step.h"

#define LN10 ((real)2.302585092994045684)

LANE_INLINE real survival(real log10_kill, real chemo, real given)
{
    return real_exp(-LN10 * log10_kill * chemo * given);
}

/* The birth-death law takes a kill exactly: A += e^rho (1/s - 1). */
LANE_INLINE void kill_law(real *A, real Q, real s)
{
    *A += (1 + *A - Q) * (1 / s - 1);
}

/* A point's shift belongs to the whole dose; what does not kill at all is not shifted. */
LANE_INLINE real shifted(real log10_kill, real shift)
{
    return log10_kill > 0 ? max0(log10_kill + shift) : 0;
}

static void kill_marrow(eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real stem = (real)kill->stem, progenitor = (real)kill->progenitor;

    FOR_LANES
    {
        const real s = survival(shifted(progenitor, share * LANE(r->kill_progenitor_shift)), t->chemo[l], lanes[l]);
        const real h = survival(shifted(stem, share * LANE(r->kill_stem_shift)), t->chemo[l], lanes[l]);
        t->progenitor[l] *= s;
        t->granulo[l] *= s;
        t->mature1[l] *= s;
        t->mature2[l] *= s;
        t->mature3[l] *= s;
        t->meg_early[l] *= s;
        t->meg[l] *= s;
        t->meg_mature[l] *= s;
        t->lymphoid[l] *= s;
        t->hsc[l] *= h;
        kill_law(&t->hsc_loss[l], t->hsc_gain[l], h);
    }
}

/* Clonotypes survive if one of their cells does: V *= 1 - (1 - s)^(cells per clonotype) (R47). */
LANE_INLINE real clonotypes_kept(const eng_tile_t *t, int l, real s)
{
    const real nu = real_exp((real)-0.012 * ((real)t->covariate[ENG_COV_AGE][l] - 30));
    const real cells = 1000 * t->scale[l] * (t->naive4[l] + (real)0.5 * nu * t->naive8[l]) / t->richness[l];
    const real gone = 1 - s > (real)1e-6 ? 1 - s : (real)1e-6;
    const real none = real_exp(cells * real_log(gone));
    return 1 - none;
}

static void kill_lymphocytes(eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    real survives[ENG_LANES] ENG_ALIGNED, divides[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        const real given = lanes[l], chemo = t->chemo[l], shift = share * LANE(r->kill_lymphoid_shift);
        const real lymphoid = shifted((real)kill->lymphoid, shift), nk = shifted((real)kill->nk, shift);
        const real s = survival(lymphoid, chemo, given);
        const real cycling = given > 0 ? LANE(r->kill_effector_factor) : 1;
        t->richness[l] *= s < 1 ? clonotypes_kept(t, l, s) : 1;
        t->naive4[l] *= s;
        t->memory4[l] *= s;
        t->naive8[l] *= s;
        t->memory8[l] *= s;
        t->thymocyte[l] *= s;
        t->b_naive[l] *= s;
        t->b_memory[l] *= s;
        t->treg[l] *= survival(LANE(r->kill_treg_factor) * lymphoid, chemo, given);
        t->plasma[l] *= survival(LANE(r->kill_plasma_factor) * lymphoid, chemo, given);
        t->nk[l] *= survival(nk, chemo, given);
        survives[l] = s;
        divides[l] = cycling;
    }
    CALL_WITH(c, kill, survives, divides);
}

void eng_kill(eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real intensity = (real)kill->intensity, injury = at_most(intensity, (real)1.4);

    if (kill->stem > 0 || kill->progenitor > 0) {
        kill_marrow(c, kill, share, lanes);
    }
    if (kill->lymphoid > 0) {
        kill_lymphocytes(c, kill, share, lanes);
    }
    FOR_LANES
    {
        t->stroma[l] *= 1 - LANE(r->thymus_injury) * injury * lanes[l];
        t->mucosa[l] += intensity * lanes[l]; /* R48 */
    }
    if (kill->intensity > 0) {
        t->exposed = true;
        t->exposure_ends = false;
    }
}
