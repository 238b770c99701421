/**
 * Thymus, T cells, NK, B and plasma cells of one origin `o`: R20-R47.  Rates balance exactly at health; homeostatic terms act in the
 * room that signals.c found.  While antibodies are about (`acute`) their killing is added; without them the
 * shorter loops give the same bits; of one of two origins (`two`) what it has of its own stands in `w`.  Stroma, clonotypes and IgG are the body's.
 */
#include "model/lanes/origin.h"

/* C, Y, Theta, V: R20-R23, R46-R47; leaves the export of the row in `out`, cells/d, and the input of B cells (R41). */
static void thymus(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, real *restrict out, real *restrict b_input)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real half = LANE(r->thymus_half_input);
        const real C0 = o->lymphoid[l], C1 = relax(C0, s->progenitor[l], LANE(k->lymphoid)), C = mean(C0, C1);
        const real seeding = fma_real(half, C, C) / (half + C); /* (1 + half) C / (half + C) */
        const real Y = relax(o->thymocyte[l], seeding, LANE(k->thymocyte));
        const real theta = relax(t->stroma[l], 1, LANE(k->stroma));
        const real F = t->export_now[l] * mean(t->stroma[l], theta) * mean(o->thymocyte[l], Y);
        const real V = t->richness[l];
        out[l] = F;
        t->stroma[l] = theta;
        t->richness[l] = fma_real(dt * t->clonotypes[l], fma_real(-t->export_healthy[l], V, F), V);
        o->lymphoid[l] = C1;
        o->thymocyte[l] = Y;
        b_input[l] = at_most(LANE(r->b_gain) * C, LANE(r->genotype_b));
    }
}

/* Of T cells, by antibodies and by the other origin, 1/d. */
LANE_INLINE real killed(const eng_signals_t *s, int l, const int acute, const int two, const eng_origin_t *w)
{
    return two ? s->kill[l] + w->lost_t[l] : acute ? s->kill[l] : 0;
}

/* N4, M4: R24-R29. */
LANE_INLINE void cd4(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute,
    const int two, const eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real kill = killed(s, l, acute, two, w);
        const real N = o->naive4[l], y = s->fill[l];
        const real om4 = max0(1 - y), own = LANE(r->niche_own);
        const real omN = max0(1 - fma_real(own, WHOLE(naive4), LANE(r->niche_all) * y));
        const real activated = fma_real(LANE(r->conversion), om4, LANE(r->naive4_activation));
        const real lost = fma_real(LANE(r->conversion), om4, t->loss4[l] + kill);
        const real divides = two ? LANE(r->naive_growth) * w->naive_factor[l] : LANE(r->naive_growth);
        const real net = fma_real(divides, omN, t->renew4[l]) - lost;
        const real input = t->input4[l] * out[l], rebound = LANE(r->thymus_rebound);
        const real fills = omN > 0 ? own : 0; /* -d omN / dN */
        const real slope = fills * fma_real(divides, N, rebound * input);
        const real N_new = grow_limited_of(two, N, net, slope, input * fma_real(rebound, omN, 1), dt);

        const real made = mean(N, N_new) * t->naive_per_memory4[l] * activated;
        const real net_m = (LANE(r->memory4_turnover) + (two ? w->memory_drive[l] : s->early[l])) - (t->loss_memory4[l] + kill);
        o->memory4[l] = grow_of(two, o->memory4[l], net_m, made, dt);
        o->naive4[l] = N_new;
    }
}

/* N8, M8: R30-R35. */
LANE_INLINE void cd8(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute,
    const int two, const eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real kill = killed(s, l, acute, two, w);
        const real N = o->naive8[l];
        const real room = max0(s->room8[l]), excess = room - s->room8[l];
        const real own = LANE(r->niche_own);
        const real omN = max0(1 - fma_real(own, WHOLE(naive8), LANE(r->niche_all) * s->fill8[l]));
        const real activated = fma_real(LANE(r->conversion), room, LANE(r->naive8_activation));
        const real lost = fma_real(LANE(r->conversion), room, t->loss8[l] + kill);
        const real divides = two ? LANE(r->naive_growth) * w->naive_factor[l] : LANE(r->naive_growth);
        const real net = fma_real(divides, omN, t->renew8[l]) - lost;
        const real input = t->input8[l] * out[l], rebound = LANE(r->thymus_rebound);
        const real fills = omN > 0 ? own : 0; /* -d omN / dN */
        const real slope = fills * fma_real(divides, N, rebound * input);
        const real N_new = grow_limited_of(two, N, net, slope, input * fma_real(rebound, omN, 1), dt);

        const real made = mean(N, N_new) * t->naive_per_memory8[l] * activated;
        const real growth = fma_real(LANE(r->cd8_growth) * room, t->growth_t[l], LANE(r->memory8_turnover));
        const real net_m = growth - fma_real(LANE(r->cd8_contraction), excess, t->loss_memory8[l] + kill);
        o->memory8[l] = grow_of(two, o->memory8[l], net_m, made, dt);
        o->naive8[l] = N_new;
    }
}

/* R: R36-R38.  NK: R39-R40. */
LANE_INLINE void treg_and_nk(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute,
    const int two, const eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real R = o->treg[l], NK = o->nk[l], R_all = WHOLE(treg), NK_all = WHOLE(nk);
        const real kill = two ? fma_real(LANE(r->atg_treg_factor), s->kill[l], w->lost_t[l]) : acute ? LANE(r->atg_treg_factor) * s->kill[l] : 0;
        const real gR = LANE(r->treg_growth), gK = LANE(r->nk_growth); /* read first: a load under a condition is no vector */
        const real growth = R_all < 1 ? gR : 0, growth_nk = NK_all < 1 ? gK : 0;
        const real net = fma_real(growth, 1 - R_all, LANE(r->treg_turnover)) - (t->loss_treg[l] + kill);
        const real source = fma_real(t->input_treg[l], out[l], o->memory4[l] * t->memory_per_treg[l]);
        o->treg[l] = grow_limited_of(two, R, net, growth * R, source, dt);

        const real turnover = LANE(r->nk_turnover), kill_nk = two ? s->kill_nk[l] + w->lost[l] : acute ? s->kill_nk[l] : 0;
        const real born = two ? w->nk_input[l] : at_most(LANE(r->nk_gain) * s->progenitor[l], LANE(r->genotype_nk));
        const real net_nk = fma_real(growth_nk, 1 - NK_all, -(turnover + kill_nk));
        o->nk[l] = grow_limited_of(two, NK, net_nk, growth_nk * NK, turnover * born, dt);
    }
}

/* Bn, Bm, Pc: R41-R45.  IgG follows memory B and plasma cells (R58 without disease). */
LANE_INLINE void b_cells(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict input, const int acute,
    const int drugs, const int two, eng_origin_t *w)
{
    eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real kill = (acute ? s->kill_b[l] : 0) + (drugs ? c->signal[ENG_SIGNAL_b_kill][l] : 0);
        const real Bn = o->b_naive[l], Bm = o->b_memory[l], share = LANE(r->antibody_plasma_share);
        const real net_n = -(LANE(r->b_turnover) + kill), net_m = -(LANE(r->b_memory) + kill);
        const real born = LANE(r->b_turnover) * input[l];
        const real Bn_new = drugs ? grow_any(Bn, net_n, born, dt) : grow(Bn, net_n, born, dt);
        const real made = LANE(r->b_memory) * mean(Bn, Bn_new);
        const real Bm_new = drugs ? grow_any(Bm, net_m, made, dt) : grow(Bm, net_m, made, dt);
        const real Bm_mean = mean(Bm, Bm_new), Pc0 = o->plasma[l], Pc = relax(Pc0, Bm_mean, LANE(k->plasma));
        const real globulin = fma_real(share, mean(Pc0, Pc) - Bm_mean, Bm_mean);
        if (two) {
            w->globulin[l] = globulin;
        } else {
            t->igg[l] = relax(t->igg[l], globulin, LANE(k->igg));
        }
        o->plasma[l] = Pc;
        o->b_naive[l] = Bn_new;
        o->b_memory[l] = Bm_new;
    }
}

/* Each of these is a loop of its own for the compiler. */
static void t_cells_acute(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 1, 0, NULL);
    cd8(c, o, s, out, 1, 0, NULL);
    treg_and_nk(c, o, s, out, 1, 0, NULL);
}

static void t_cells_quiet(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 0, 0, NULL);
    cd8(c, o, s, out, 0, 0, NULL);
    treg_and_nk(c, o, s, out, 0, 0, NULL);
}

static void b_cells_acute(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *input)
{
    b_cells(c, o, s, input, 1, 0, 0, NULL);
}

static void b_cells_acute_drugs(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *input)
{
    b_cells(c, o, s, input, 1, 1, 0, NULL);
}

static void b_cells_drugs(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *input)
{
    b_cells(c, o, s, input, 0, 1, 0, NULL);
}

static void b_cells_quiet(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *input)
{
    b_cells(c, o, s, input, 0, 0, 0, NULL);
}

void eng_lymphocytes_step(const eng_course_t *c, eng_cells_t *o, eng_signals_t *s)
{
    real *const out = s->thymic_export;
    real input[ENG_LANES] ENG_ALIGNED;
    const bool acute = c->tile->exposed, drugs = (c->writes & ENG_SIGNAL_BIT(b_kill)) != 0;

    thymus(c, o, s, out, input);
    if (acute) {
        t_cells_acute(c, o, s, out);
        if (drugs) {
            b_cells_acute_drugs(c, o, s, input);
        } else {
            b_cells_acute(c, o, s, input);
        }
    } else {
        t_cells_quiet(c, o, s, out);
        if (drugs) {
            b_cells_drugs(c, o, s, input);
        } else {
            b_cells_quiet(c, o, s, input);
        }
    }
}

/* Of one of two origins, everything may happen to it. */
void eng_lymphocytes_step_of(const eng_course_t *c, eng_origin_t *w, eng_signals_t *s)
{
    cd4(c, w->cells, s, w->out, 1, 1, w);
    cd8(c, w->cells, s, w->out, 1, 1, w);
    treg_and_nk(c, w->cells, s, w->out, 1, 1, w);
    b_cells(c, w->cells, s, w->b_input, 1, 1, 1, w);
}
