/**
 * Marrow and blood: R3-R17 (the stem cells themselves, R1-R2, follow the exact law of clones.c).  Pools are relative to
 * health; a chain passes on the mean of its upstream pool's old and new value, which keeps second order.
 */
#include "model/lanes/step.h"

/* S, P, G1-G3, N: R3-R10. */
static void granulocytes(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;
    const int gcsf = c->row->flags & ENG_ROW_GCSF ? 1 : 0;

    FOR_LANES
    {
        const real ktr = LANE(r->transit), eta = LANE(r->attrition);
        const real kt = LANE(k->transit[gcsf]), through = LANE(k->mature[gcsf]); /* dt phi(-kt dt) */
        const real S = relax(t->progenitor[l], t->hsc[l], LANE(k->progenitor)), S_mean = mean(S, t->progenitor[l]);
        const real P0 = t->granulo[l], A0 = t->mature1[l], B0 = t->mature2[l], C0 = t->mature3[l];
        const real P = grow_fast(P0, fma_real(ktr, s->feedback_granulo[l] - 1, -eta), eta * S_mean, dt);
        const real G1 = fma_real(through, fma_real(ktr, mean(P, P0), -kt * A0), A0);
        const real G2 = fma_real(through * kt, mean(G1, A0) - B0, B0);
        const real G3 = fma_real(through * kt, mean(G2, B0) - C0, C0);
        t->neutrophil[l] = relax(t->neutrophil[l], LANE(k->speed[gcsf]) * mean(G3, C0), LANE(k->neutrophil));
        t->progenitor[l] = S;
        s->progenitor[l] = S_mean;
        t->granulo[l] = P;
        t->mature1[l] = G1;
        t->mature2[l] = G2;
        t->mature3[l] = G3;
    }
}

/* Kp, K, Q, L: R11-R15. */
LANE_INLINE void platelets(eng_course_t *c, const int injured)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real eta = LANE(r->meg_attrition);
        const real Kp0 = t->meg_early[l], Kp = relax(Kp0, s->progenitor[l], LANE(k->meg_early));
        const real K0 = t->meg[l], Q0 = t->meg_mature[l], L = t->platelet[l];
        const real K = grow_fast(K0, fma_real(LANE(r->meg_division), s->feedback_meg[l] - 1, -eta), eta * mean(Kp, Kp0), dt);
        const real Q = relax(Q0, mean(K, K0), LANE(k->meg_mature));
        const real part = 1 / (L + LANE(r->platelet_half)), use = LANE(r->platelet_use) * part;
        const real consumed = injured ? fma_real(LANE(r->platelet_consumption), at_most(s->injury[l], 1), 1) : 1;
        const real loss = (LANE(r->platelet_senescence) + use) * consumed;
        const real slope = -use * consumed * L * part; /* the fixed use weighs less the more there are: d(loss L)/dL - loss */
        const real supply = mean(Q, Q0) * LANE(r->platelet_supply);
        t->platelet[l] = fma_real(dt * phi_wide(-(loss + slope) * dt), fma_real(-loss, L, supply), L);
        t->meg_early[l] = Kp;
        t->meg[l] = K;
        t->meg_mature[l] = Q;
    }
}

static void platelets_injured(eng_course_t *c)
{
    platelets(c, 1);
}

static void platelets_quiet(eng_course_t *c)
{
    platelets(c, 0);
}

/* Er, Hb: R16-R17, with transfusion below the floor. */
static void red_cells(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);

    FOR_LANES
    {
        const real Hb = t->haemoglobin[l], Er0 = t->erythroid[l];
        const real Er = relax(Er0, s->progenitor[l] / real_sqrt(Hb), LANE(k->erythroid));
        const real next = relax(Hb, mean(Er, Er0), LANE(k->red_cell));
        const real least = LANE(r->transfusion_floor) * t->per_hb_healthy[l];
        t->haemoglobin[l] = next < least ? least : next;
        t->erythroid[l] = Er;
    }
}

void eng_marrow_step(eng_course_t *c)
{
    granulocytes(c);
    if (c->tile->exposed) {
        platelets_injured(c);
    } else {
        platelets_quiet(c);
    }
    red_cells(c);
}
