/**
 * Marrow and blood of one origin of cells `o`: R3-R19 (the stem cells themselves, R1-R2, follow the exact law of clones.c).  Pools are relative to
 * health; a chain passes on the mean of its upstream pool's old and new value, which keeps second order.  Haemoglobin is the body's, whoever made the red cells.
 * two: `o` is one of two origins, and `w` what it has of its own.
 */
#include "model/lanes/origin.h"

/* Sp and S of one of two origins, R3: few stem cells are driven harder, by way of Sp. */
LANE_INLINE real progenitors_of(const rates_t *r, eng_origin_t *w, int l, real dt)
{
    const real rate = w->early_rate[l], lost = w->lost[l], kS = LANE(r->progenitor_rate), before = w->early[l];
    const real early = grow_any(before, -(rate + lost), rate * w->drive[l], dt);
    w->early[l] = early;
    return grow_any(w->cells->progenitor[l], -(kS + lost), kS * mean(before, early), dt);
}

/* S, P, G1-G3, N: R3-R10.  Monocytes A and tissue macrophages M follow S and P: R18, R19. */
LANE_INLINE void granulocytes(const eng_course_t *c, eng_cells_t *o, eng_signals_t *s, const int two, eng_origin_t *w)
{
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;
    const int gcsf = c->row->flags & ENG_ROW_GCSF ? 1 : 0;
    const real *feedback = two ? w->feedback : s->feedback_granulo;

    FOR_LANES
    {
        const real ktr = LANE(r->transit), eta = LANE(r->attrition);
        const real kt = LANE(k->transit[gcsf]), through = LANE(k->mature[gcsf]); /* dt phi(-kt dt) */
        const real S = two ? progenitors_of(r, w, l, dt) : relax(o->progenitor[l], o->hsc[l], LANE(k->progenitor));
        const real S_mean = mean(S, o->progenitor[l]);
        const real P0 = o->granulo[l], A0 = o->mature1[l], B0 = o->mature2[l], C0 = o->mature3[l];
        const real grows = fma_real(ktr, feedback[l] - 1, -eta);
        const real P = two ? grow_any(P0, grows - 2 * w->lost[l], eta * S_mean, dt) : grow_fast(P0, grows, eta * S_mean, dt);
        const real P_mean = mean(P, P0);
        const real G1 = fma_real(through, fma_real(ktr, P_mean, -kt * A0), A0);
        const real G2 = fma_real(through * kt, mean(G1, A0) - B0, B0);
        const real G3 = fma_real(through * kt, mean(G2, B0) - C0, C0);
        o->neutrophil[l] = relax(o->neutrophil[l], LANE(k->speed[gcsf]) * mean(G3, C0), LANE(k->neutrophil));
        o->progenitor[l] = S;
        s->progenitor[l] = S_mean;
        const real A = o->monocyte[l], supply = fma_real(LANE(r->monocyte_stem), S_mean - P_mean, P_mean);
        o->macrophage[l] = relax(o->macrophage[l], relax(A, supply, LANE(k->monocyte_mean)), LANE(k->macrophage));
        o->monocyte[l] = relax(A, supply, LANE(k->monocyte));
        o->granulo[l] = P;
        o->mature1[l] = G1;
        o->mature2[l] = G2;
        o->mature3[l] = G3;
    }
}

/* Kp, K, Q, L: R11-R15.  signals: drugs or modules take platelets. */
LANE_INLINE void platelets(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const int injured,
    const int signals, const int two)
{
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real eta = LANE(r->meg_attrition);
        const real Kp0 = o->meg_early[l], Kp = relax(Kp0, s->progenitor[l], LANE(k->meg_early));
        const real K0 = o->meg[l], Q0 = o->meg_mature[l], L = o->platelet[l];
        const real K = grow_fast(K0, fma_real(LANE(r->meg_division), s->feedback_meg[l] - 1, -eta), eta * mean(Kp, Kp0), dt);
        const real Q = relax(Q0, mean(K, K0), LANE(k->meg_mature));
        const real part = 1 / (WHOLE(platelet) + LANE(r->platelet_half)), use = LANE(r->platelet_use) * part;
        const real consumed = injured ? fma_real(LANE(r->platelet_consumption), at_most(s->injury[l], 1), 1) : 1;
        const real ages = (LANE(r->platelet_senescence) + use) * consumed;
        const real loss = signals ? ages + c->signal[ENG_SIGNAL_platelet_loss][l] : ages;
        const real slope = -use * consumed * L * part; /* the fixed use weighs less the more there are: d(loss L)/dL - loss */
        const real supply = mean(Q, Q0) * LANE(r->platelet_supply);
        const real x = -(loss + slope) * dt;
        const real next = fma_real(dt * (signals ? phi_any(x) : phi_wide(x)), fma_real(-loss, L, supply), L);
        o->platelet[l] = signals ? max0(next) : next;
        o->meg_early[l] = Kp;
        o->meg[l] = K;
        o->meg_mature[l] = Q;
    }
}

/* Each of these is a loop of its own for the compiler. */
static void platelets_quiet(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    platelets(c, o, s, 0, 0, 0);
}

static void platelets_injured(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    platelets(c, o, s, 1, 0, 0);
}

static void platelets_taken(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    platelets(c, o, s, 0, 1, 0);
}

static void platelets_injured_taken(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    platelets(c, o, s, 1, 1, 0);
}

static void platelets_of(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    platelets(c, o, s, 1, 1, 1);
}

/* Er of one origin: R16; the mean of its old and new value. */
LANE_INLINE real erythroid(eng_cells_t *o, int l, real progenitor, real Hb, real share)
{
    const real Er0 = o->erythroid[l], Er = relax(Er0, progenitor / real_sqrt(Hb), share);
    o->erythroid[l] = Er;
    return mean(Er, Er0);
}

LANE_INLINE real red_cells_of(const eng_tile_t *t, const rates_t *r, const step_rates_t *k, int l, real made)
{
    const real next = relax(t->haemoglobin[l], made, LANE(k->red_cell));
    const real least = LANE(r->transfusion_floor) * t->per_hb_healthy[l];
    return next < least ? least : next;
}

/* Er, Hb: R16-R17, with transfusion below the floor.  Hb belongs to the body: what all origins make. */
static void red_cells(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);

    FOR_LANES
    {
        const real Hb = t->haemoglobin[l], made = erythroid(o, l, s->progenitor[l], Hb, LANE(k->erythroid));
        t->haemoglobin[l] = red_cells_of(t, r, k, l, made);
    }
}

void eng_marrow_step(const eng_course_t *c, eng_cells_t *o, eng_signals_t *s)
{
    static void (*const variants[2][2])(const eng_course_t *, eng_cells_t *, const eng_signals_t *)
        = { { platelets_quiet, platelets_taken }, { platelets_injured, platelets_injured_taken } };

    granulocytes(c, o, s, 0, NULL);
    variants[c->tile->exposed][(c->writes & ENG_SIGNAL_BIT(platelet_loss)) != 0](c, o, s);
    red_cells(c, o, s);
}

void eng_marrow_step_of(const eng_course_t *c, eng_origin_t *w, eng_signals_t *s)
{
    const step_rates_t *k = POOL_RATES(c);
    eng_cells_t *o = w->cells;

    granulocytes(c, o, s, 1, w);
    platelets_of(c, o, s);
    FOR_LANES
    {
        w->red[l] = erythroid(o, l, s->progenitor[l], c->tile->haemoglobin[l], LANE(k->erythroid));
    }
}

void eng_red_cells(const eng_course_t *c, const real *made)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);

    FOR_LANES
    {
        t->haemoglobin[l] = red_cells_of(t, r, k, l, made[l]);
    }
}
