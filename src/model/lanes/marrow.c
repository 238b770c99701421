/**
 * Marrow and blood: R3-R17 (the stem cells themselves, R1-R2, follow the exact law of clones.c).  Pools are relative to
 * health; a chain passes on the mean of its upstream pool's old and new value, which keeps second order.
 */
#include "model/lanes/step.h"

/* S, P, G1-G3, N: R3-R10. */
static void granulocytes(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const eng_step_rates_t *k = c->step;
    const real dt = k->dt, transit = c->rates->transit, attrition = c->rates->attrition;
    const int gcsf = c->exposure->gcsf;
    const real kt = k->transit[gcsf], through = k->mature[gcsf], speed = kt / transit;
    const real half = (real)0.5;

    FOR_LANES
    {
        const real S = t->progenitor[l] + k->progenitor * (t->hsc[l] - t->progenitor[l]);
        const real P0 = t->granulo[l];
        const real net = transit * (s->feedback_granulo[l] - 1) - attrition;
        const real P = grow_fast(P0, net, attrition * S, dt);
        const real G1 = t->mature1[l] + through * (transit * half * (P + P0) - kt * t->mature1[l]);
        const real G2 = t->mature2[l] + through * kt * (half * (G1 + t->mature1[l]) - t->mature2[l]);
        const real G3 = t->mature3[l] + through * kt * (half * (G2 + t->mature2[l]) - t->mature3[l]);
        t->neutrophil[l] += k->neutrophil * (speed * half * (G3 + t->mature3[l]) - t->neutrophil[l]);
        t->progenitor[l] = S;
        t->granulo[l] = P;
        t->mature1[l] = G1;
        t->mature2[l] = G2;
        t->mature3[l] = G3;
    }
}

/* Kp, K, Q, L: R11-R15. */
static void platelets(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const eng_step_rates_t *k = c->step;
    const eng_rates_t *r = c->rates;
    const real dt = k->dt, half = (real)0.5;
    const real consumed = r->platelet_consumption * at_most(c->exposure->mucosa, 1);

    FOR_LANES
    {
        const real Kp = t->meg_early[l] + k->meg_early * (t->progenitor[l] - t->meg_early[l]);
        const real K0 = t->meg[l], Q0 = t->meg_mature[l];
        const real net = r->meg_division * (s->feedback_meg[l] - 1) - r->meg_attrition;
        const real K = grow_fast(K0, net, r->meg_attrition * Kp, dt);
        const real Q = Q0 + k->meg_mature * (half * (K + K0) - Q0);
        const real use = r->platelet_use / (t->platelet[l] + r->platelet_half);
        const real loss = (r->platelet_senescence + use) * (1 + consumed * t->treated[l]);
        t->platelet[l] = grow_fast(t->platelet[l], -loss, half * (Q + Q0) * r->platelet_supply, dt);
        t->meg_early[l] = Kp;
        t->meg[l] = K;
        t->meg_mature[l] = Q;
    }
}

/* Er, Hb: R16-R17, with transfusion below the floor. */
static void red_cells(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    const eng_step_rates_t *k = c->step;
    const real floor = c->rates->transfusion_floor;

    FOR_LANES
    {
        const real Hb = t->haemoglobin[l];
        const real drive = t->progenitor[l] / real_sqrt(Hb);
        const real Er = t->erythroid[l] + k->erythroid * (drive - t->erythroid[l]);
        const real next = Hb + k->red_cell * ((real)0.5 * (Er + t->erythroid[l]) - Hb);
        const real least = floor / t->hb_healthy[l];
        t->haemoglobin[l] = next < least ? least : next;
        t->erythroid[l] = Er;
    }
}

void eng_marrow_step(eng_course_t *c)
{
    granulocytes(c);
    platelets(c);
    red_cells(c);
}
