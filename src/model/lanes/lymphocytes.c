/**
 * Thymus, T cells, NK, B and plasma cells of one origin `o`: R20-R47.  Rates balance exactly at health; homeostatic terms act in the
 * room that signals.c found.  While antibodies are about (`acute`) their killing is added; without them the
 * shorter loops give the same bits; of one of two origins (`two`) what it has of its own stands in `w`.  Stroma, clonotypes and IgG are the body's.
 */
#include "model/lanes/origin.h"

/* Signals of what is given to regrow the thymus, and of what moves T cells beside. */
#define OF_THYMUS (ENG_SIGNAL_BIT(thymic_growth) | ENG_SIGNAL_BIT(steroid_block))
#define OF_T_CELLS (ENG_SIGNAL_BIT(homeostasis) | ENG_SIGNAL_BIT(treg_room))

/* Stroma at the row's end under growth factors (R46): what recovers `speed` times as fast closes 1 - (1 - share)^speed of its gap. */
LANE_INLINE real regrow(real stroma, real target, real speed, real share)
{
    return relax(stroma, target, share * speed * fma_real((real)0.5 * share, 1 - speed, 1));
}

/* C, Y, Theta, V: R20-R23, R46-R47; leaves the export of the row in `out`, cells/d, and the input of B cells (R41). */
LANE_INLINE void thymus(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, real *restrict out, real *restrict b_input, const int agents)
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
        const real grows = agents ? c->signal[ENG_SIGNAL_thymic_growth][l] : 1, blocks = agents ? c->signal[ENG_SIGNAL_steroid_block][l] : 0;
        const real blocked = blocks * t->sex_steroids[l], speed = fma_real(LANE(r->ssb_speed), blocked, grows);
        const real theta = agents ? regrow(t->stroma[l], fma_real(LANE(r->ssb_gain), blocked, 1), speed, LANE(k->stroma))
                                  : relax(t->stroma[l], 1, LANE(k->stroma));
        const real whole = t->export_now[l] * mean(t->stroma[l], theta) * mean(o->thymocyte[l], Y);
        const real F = agents ? whole * grows : whole;
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

/* Loss of what IL-7 has made of CD4 cells beyond health, as overshooting CD8 cells contract too. */
LANE_INLINE real contraction(const eng_course_t *c, const eng_cells_t *o, int l, real rate, const int two)
{
    const eng_tile_t *t = c->tile;
    const real naive = t->share4_naive[l], memory = t->share4_memory[l], total = naive + memory;
    return rate * max0(fma_real(naive, WHOLE(naive4), memory * WHOLE(memory4)) - total) / total;
}

/* N4, M4: R24-R29. */
LANE_INLINE void cd4(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute, const int il,
    const int two, const eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real others = killed(s, l, acute, two, w), kill = il ? others + contraction(c, o, l, LANE(r->il7_contraction), two) : others;
        const real N = o->naive4[l], y = s->fill[l];
        const real il7 = il ? c->signal[ENG_SIGNAL_homeostasis][l] : 0, more = LANE(r->il7_division) * il7 * t->growth_t[l];
        const real alone = max0(1 - y), own = LANE(r->niche_own), om4 = il ? at_most(alone + il7, LANE(r->drive_most)) : alone;
        const real omN = max0(1 - fma_real(own, WHOLE(naive4), LANE(r->niche_all) * y));
        const real activated = fma_real(LANE(r->conversion), om4, LANE(r->naive4_activation));
        const real lost = fma_real(LANE(r->conversion), om4, t->loss4[l] + kill);
        const real divides = two ? LANE(r->naive_growth) * w->naive_factor[l] : LANE(r->naive_growth);
        const real renewed = fma_real(divides, omN, t->renew4[l]);
        const real net = (il ? renewed + more : renewed) - lost;
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
LANE_INLINE void cd8(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute, const int il,
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
        const real il7 = il ? c->signal[ENG_SIGNAL_homeostasis][l] : 0, more = LANE(r->il7_division) * il7 * t->growth_t[l];
        const real om8 = il ? at_most(room + il7, LANE(r->drive_most)) : room;
        const real omN = max0(1 - fma_real(own, WHOLE(naive8), LANE(r->niche_all) * s->fill8[l]));
        const real activated = fma_real(LANE(r->conversion), om8, LANE(r->naive8_activation));
        const real lost = fma_real(LANE(r->conversion), om8, t->loss8[l] + kill);
        const real divides = two ? LANE(r->naive_growth) * w->naive_factor[l] : LANE(r->naive_growth);
        const real renewed = fma_real(divides, omN, t->renew8[l]);
        const real net = (il ? renewed + more : renewed) - lost;
        const real input = t->input8[l] * out[l], rebound = LANE(r->thymus_rebound);
        const real fills = omN > 0 ? own : 0; /* -d omN / dN */
        const real slope = fills * fma_real(divides, N, rebound * input);
        const real N_new = grow_limited_of(two, N, net, slope, input * fma_real(rebound, omN, 1), dt);

        const real made = mean(N, N_new) * t->naive_per_memory8[l] * activated;
        const real alone = fma_real(LANE(r->cd8_growth) * room, t->growth_t[l], LANE(r->memory8_turnover));
        const real growth = il ? alone + more : alone;
        const real net_m = growth - fma_real(LANE(r->cd8_contraction), excess, t->loss_memory8[l] + kill);
        o->memory8[l] = grow_of(two, o->memory8[l], net_m, made, dt);
        o->naive8[l] = N_new;
    }
}

/* R: R36-R38.  NK: R39-R40. */
LANE_INLINE void treg_and_nk(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *restrict out, const int acute,
    const int il, const int two, const eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real R = o->treg[l], NK = o->nk[l], R_all = WHOLE(treg), NK_all = WHOLE(nk);
        const real reached = max0(1 - LANE(r->treg_tissue) / (R + LEAST_COUNT)); /* those in tissue are not */
        const real atg = LANE(r->atg_treg_factor) * s->kill[l] * reached;
        const real kill = two ? atg + w->lost_t[l] : acute ? atg : 0;
        const real gR = LANE(r->treg_growth), gK = LANE(r->nk_growth); /* read first: a load under a condition is no vector */
        const real full = il ? 1 + c->signal[ENG_SIGNAL_treg_room][l] : 1;
        const real growth = R_all < full ? gR : 0, growth_nk = NK_all < 1 ? gK : 0;
        const real net = fma_real(growth, full - R_all, LANE(r->treg_turnover)) - (t->loss_treg[l] + kill);
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
static void thymus_alone(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, real *out, real *input)
{
    thymus(c, o, s, out, input, 0);
}

static void thymus_and_agents(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, real *out, real *input)
{
    thymus(c, o, s, out, input, 1);
}

static void t_cells_acute(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 1, 0, 0, NULL);
    cd8(c, o, s, out, 1, 0, 0, NULL);
    treg_and_nk(c, o, s, out, 1, 0, 0, NULL);
}

static void t_cells_acute_interleukins(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 1, 1, 0, NULL);
    cd8(c, o, s, out, 1, 1, 0, NULL);
    treg_and_nk(c, o, s, out, 1, 1, 0, NULL);
}

static void t_cells_quiet(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 0, 0, 0, NULL);
    cd8(c, o, s, out, 0, 0, 0, NULL);
    treg_and_nk(c, o, s, out, 0, 0, 0, NULL);
}

static void t_cells_quiet_interleukins(const eng_course_t *c, eng_cells_t *o, const eng_signals_t *s, const real *out)
{
    cd4(c, o, s, out, 0, 1, 0, NULL);
    cd8(c, o, s, out, 0, 1, 0, NULL);
    treg_and_nk(c, o, s, out, 0, 1, 0, NULL);
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
    const bool il = (c->writes & OF_T_CELLS) != 0;

    (c->writes & OF_THYMUS ? thymus_and_agents : thymus_alone)(c, o, s, out, input);
    if (acute) {
        (il ? t_cells_acute_interleukins : t_cells_acute)(c, o, s, out);
        if (drugs) {
            b_cells_acute_drugs(c, o, s, input);
        } else {
            b_cells_acute(c, o, s, input);
        }
    } else {
        (il ? t_cells_quiet_interleukins : t_cells_quiet)(c, o, s, out);
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
    cd4(c, w->cells, s, w->out, 1, 1, 1, w);
    cd8(c, w->cells, s, w->out, 1, 1, 1, w);
    treg_and_nk(c, w->cells, s, w->out, 1, 1, 1, w);
    b_cells(c, w->cells, s, w->b_input, 1, 1, 1, w);
}
