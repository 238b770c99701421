/**
 * Kills (MODEL 6.2): log10 of surviving fractions, scaled by the patient's chemosensitivity.  Stem cells take them
 * exactly through their birth-death law; modules see to their own (hook `kill`).
 */
#include "model/lanes/kill.h"
#include "model/lanes/origins.h"

#define LN10 ((real)ENG_LN10)

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

static void kill_marrow(const eng_course_t *c, eng_cells_t *o, const eng_kill_t *kill, real share, const real *lanes)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real stem = (real)kill->stem, progenitor = (real)kill->progenitor;

    FOR_LANES
    {
        const real s = survival(shifted(progenitor, share * LANE(r->kill_progenitor_shift)), t->chemo[l], lanes[l]);
        const real h = survival(shifted(stem, share * LANE(r->kill_stem_shift)), t->chemo[l], lanes[l]);
        o->progenitor[l] *= s;
        o->granulo[l] *= s;
        o->mature1[l] *= s;
        o->mature2[l] *= s;
        o->mature3[l] *= s;
        o->meg_early[l] *= s;
        o->meg[l] *= s;
        o->meg_mature[l] *= s;
        o->lymphoid[l] *= s;
        o->hsc[l] *= h;
        kill_law(&o->hsc_loss[l], o->hsc_gain[l], h);
    }
}

/* Clonotypes survive if one of their cells does: V *= 1 - (1 - s)^(cells per clonotype) (R47). */
LANE_INLINE real clonotypes_kept(const eng_tile_t *t, const rates_t *r, int l, real s)
{
    const eng_cells_t *o = &t->cells;
    const real naive8 = LANE(r->naive8_per_naive4) * t->naive_of_age[l] * TOTAL(o, naive8);
    const real cells = LANE(r->naive_per_clonotype) * t->scale[l] * (TOTAL(o, naive4) + naive8) / t->richness[l];
    const real gone = 1 - s > LEAST_GONE ? 1 - s : LEAST_GONE;
    const real none = real_exp(cells * real_log(gone));
    return 1 - none;
}

static void kill_lymphocytes(const eng_course_t *c, eng_cells_t *o, const eng_kill_t *kill, real share, const real *lanes)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);

    FOR_LANES
    {
        const real given = lanes[l], chemo = t->chemo[l], shift = share * LANE(r->kill_lymphoid_shift);
        const real lymphoid = shifted((real)kill->lymphoid, shift), nk = shifted((real)kill->nk, shift);
        const real s = survival(lymphoid, chemo, given);
        o->naive4[l] *= s;
        o->memory4[l] *= s;
        o->naive8[l] *= s;
        o->memory8[l] *= s;
        o->thymocyte[l] *= s;
        o->b_naive[l] *= s;
        o->b_memory[l] *= s;
        o->treg[l] *= survival(LANE(r->kill_treg_factor) * lymphoid, chemo, given);
        o->plasma[l] *= survival(LANE(r->kill_plasma_factor) * lymphoid, chemo, given);
        o->nk[l] *= survival(nk, chemo, given);
    }
}

/* Clonotypes, before their cells are killed; survival of lymphocytes, for modules. */
static void kill_clonotypes(const eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes, real *survives, real *divides)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);

    FOR_LANES
    {
        const real given = lanes[l], shift = share * LANE(r->kill_lymphoid_shift);
        const real s = survival(shifted((real)kill->lymphoid, shift), t->chemo[l], given);
        const real cells = LANE(r->kill_effector_factor), cycling = ((given > 0) & (share > 0)) ? cells : 1; /* conditioning reaches all of them */
        t->richness[l] *= s < 1 ? clonotypes_kept(t, r, l, s) : 1;
        survives[l] = s;
        divides[l] = cycling;
    }
}

/* Of two origins: what stands beside the pools of one. */
static void kill_beside(const eng_course_t *c, int k, const eng_kill_t *kill, real share, const real *lanes)
{
    const rates_t *r = RATES(c);
    eng_graft_t *g = c->graft;

    FOR_LANES
    {
        const real chemo = c->tile->chemo[l], given = lanes[l];
        const real s = survival(shifted((real)kill->lymphoid, share * LANE(r->kill_lymphoid_shift)), chemo, given);
        g->early[k][l] *= survival(shifted((real)kill->progenitor, share * LANE(r->kill_progenitor_shift)), chemo, given);
        g->thymus1[k][l] *= s;
        g->thymus2[k][l] *= s;
    }
}

static void kill_cells(const eng_course_t *c, eng_cells_t *o, const eng_kill_t *kill, real share, const real *lanes)
{
    if (kill->stem > 0 || kill->progenitor > 0) {
        kill_marrow(c, o, kill, share, lanes);
    }
    if (kill->lymphoid > 0) {
        kill_lymphocytes(c, o, kill, share, lanes);
    }
}

void eng_kill(eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real intensity = (real)kill->intensity;
    real survives[ENG_LANES] ENG_ALIGNED, divides[ENG_LANES] ENG_ALIGNED;

    if (kill->lymphoid > 0) {
        kill_clonotypes(c, kill, share, lanes, survives, divides);
    }
    if (eng_origins_open(c)) {
        for (int k = 0; k < ENG_NUM_ORIGINS; k++) {
            kill_cells(c, &c->graft->cells[k], kill, share, lanes);
            kill_beside(c, k, kill, share, lanes);
        }
        eng_origins_sum(c);
    } else {
        kill_cells(c, &t->cells, kill, share, lanes);
    }
    if (kill->lymphoid > 0) {
        CALL_WITH(c, kill, survives, divides);
    }
    FOR_LANES
    {
        const real shield = at_most(c->signal[ENG_SIGNAL_stroma_shield][l], 1);
        t->stroma[l] *= 1 - LANE(r->thymus_injury) * at_most(intensity, LANE(r->thymus_injury_cap)) * lanes[l] * (1 - shield);
        t->mucosa[l] += intensity * lanes[l]; /* R48 */
    }
    if (kill->intensity > 0) {
        t->exposed = true;
        t->exposure_ends = false;
    }
}
