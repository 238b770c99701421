/**
 * Thymus, T cells, NK, B and plasma cells: R20-R47.  Rates balance exactly at health; homeostatic terms act in the
 * room that signals.c found.
 */
#include "model/lanes/step.h"

/* C, Y, Theta, V: R20-R23, R46-R47; leaves the export of the row in `out`, cells/d. */
static void thymus(eng_course_t *c, real *restrict out)
{
    eng_tile_t *t = c->tile;
    const eng_step_rates_t *k = c->step;
    const real half_input = c->rates->thymus_half_input, dt = k->dt;

    FOR_LANES
    {
        const real C = t->lymphoid[l] + k->lymphoid * (t->progenitor[l] - t->lymphoid[l]);
        const real seeding = (1 + half_input) * C / (half_input + C);
        const real Y = t->thymocyte[l] + k->thymocyte * (seeding - t->thymocyte[l]);
        out[l] = t->export_now[l] * t->stroma[l] * Y;
        t->stroma[l] += k->stroma * (1 - t->stroma[l]);
        t->richness[l] += dt * t->clonotypes[l] * (out[l] - t->export_healthy[l] * t->richness[l]);
        t->lymphoid[l] = C;
        t->thymocyte[l] = Y;
    }
}

/* N4, M4: R24-R29.  N8, M8: R30-R35.  R: R36-R38. */
LANE_INLINE void t_cells(eng_course_t *c, const real *restrict out, const int acute)
{
    eng_tile_t *t = c->tile;
    const eng_signals_t *s = c->signals;
    const eng_rates_t *r = c->rates;
    const real dt = c->step->dt, half = (real)0.5;
    const real treg_kill = r->atg_treg_factor;

    FOR_LANES
    {
        const real kill = acute ? s->kill[l] : 0;
        const real n4 = t->naive4[l], m4 = t->memory4[l];
        const real om4 = max0(1 - s->fill[l]);
        const real omN = max0(1 - ((real)0.6 * n4 + (real)0.4 * s->fill[l]));
        const real rebound = 1 + r->thymus_rebound * omN;
        const real net = t->renew4[l] + r->naive_growth * omN - (t->loss4[l] + kill + r->conversion * om4);
        const real source = t->input4[l] * out[l] * rebound;
        const real n4_new = acute ? grow_fast(n4, net, source, dt) : grow(n4, net, source, dt);

        const real made = half * (n4 + n4_new) * t->naive_per_memory4[l] * (r->naive4_activation + r->conversion * om4);
        const real net_m = r->memory4_turnover + s->early[l] - (t->loss_memory4[l] + kill);
        t->memory4[l] = acute ? grow_fast(m4, net_m, made, dt) : grow(m4, net_m, made, dt);
        t->naive4[l] = n4_new;
    }
    FOR_LANES
    {
        const real kill = acute ? s->kill[l] : 0;
        const real n8 = t->naive8[l], m8 = t->memory8[l];
        const real room = max0(s->room8[l]), excess = max0(-s->room8[l]);
        const real omN = max0(1 - ((real)0.6 * n8 + (real)0.4 * s->fill8[l]));
        const real rebound = 1 + r->thymus_rebound * omN;
        const real net = t->renew8[l] + r->naive_growth * omN - (t->loss8[l] + kill + r->conversion * room);
        const real source = t->input8[l] * out[l] * rebound;
        const real n8_new = acute ? grow_fast(n8, net, source, dt) : grow(n8, net, source, dt);

        const real made = half * (n8 + n8_new) * t->naive_per_memory8[l] * (r->naive8_activation + r->conversion * room);
        const real net_m = r->memory8_turnover + r->cd8_growth * room * t->growth_t[l]
            - (t->loss_memory8[l] + kill + r->cd8_contraction * excess);
        t->memory8[l] = acute ? grow_fast(m8, net_m, made, dt) : grow(m8, net_m, made, dt);
        t->naive8[l] = n8_new;
    }
    FOR_LANES
    {
        const real kill = acute ? treg_kill * s->kill[l] : 0;
        const real room = max0(1 - t->treg[l]);
        const real net = r->treg_turnover + r->treg_growth * room - (t->loss_treg[l] + kill);
        const real source = t->input_treg[l] * out[l] + t->memory4[l] * t->memory_per_treg[l];
        t->treg[l] = acute ? grow_fast(t->treg[l], net, source, dt) : grow(t->treg[l], net, source, dt);
    }
}

static void t_cells_acute(eng_course_t *c, const real *out)
{
    t_cells(c, out, 1);
}

static void t_cells_quiet(eng_course_t *c, const real *out)
{
    t_cells(c, out, 0);
}

/* NK: R39-R40.  Bn, Bm, Pc: R41-R45.  IgG follows memory B and plasma cells (R58 without disease). */
LANE_INLINE void others(eng_course_t *c, const int killed_fast)
{
    eng_tile_t *t = c->tile;
    const eng_exposure_t *e = c->exposure;
    const eng_rates_t *r = c->rates;
    const eng_step_rates_t *k = c->step;
    const real dt = k->dt, share = r->antibody_plasma_share;

    FOR_LANES
    {
        const real kill = e->kill_nk * t->atg_exposure[l], killed = e->kill_b * t->atg_exposure[l] + t->b_kill[l];
        const real NK = t->nk[l], net = r->nk_growth * max0(1 - NK) - (r->nk_turnover + kill);
        t->nk[l] = grow_fast(NK, net, r->nk_turnover * at_most(10 * t->progenitor[l], 1), dt);

        const real Bn = t->b_naive[l], Bm = t->b_memory[l];
        const real net_n = -(r->b_turnover + killed), net_m = -(r->b_memory + killed);
        const real born = r->b_turnover * at_most(2 * t->lymphoid[l], 1);
        const real Bn_new = killed_fast ? grow_any(Bn, net_n, born, dt) : grow_fast(Bn, net_n, born, dt);
        const real made = r->b_memory * (real)0.5 * (Bn + Bn_new);
        const real Bm_new = killed_fast ? grow_any(Bm, net_m, made, dt) : grow_fast(Bm, net_m, made, dt);
        t->plasma[l] += k->plasma * (Bm_new - t->plasma[l]);
        t->igg[l] += k->igg * ((1 - share) * Bm_new + share * t->plasma[l] - t->igg[l]);
        t->b_naive[l] = Bn_new;
        t->b_memory[l] = Bm_new;
    }
}

static void others_quiet(eng_course_t *c)
{
    others(c, 0);
}

static void others_killed(eng_course_t *c)
{
    others(c, 1);
}

void eng_lymphocytes_step(eng_course_t *c)
{
    real out[ENG_LANES] ENG_ALIGNED;
    eng_tile_t *t = c->tile;
    const real leak = c->rates->leak_per_export * c->step->dt;

    thymus(c, out);
    if (c->exposure->acute) {
        t_cells_acute(c, out);
    } else {
        t_cells_quiet(c, out);
    }
    if (c->exposure->acute || c->plan->num_slots > 0) {
        others_killed(c);
    } else {
        others_quiet(c);
    }
    if ((c->row->flags & ENG_ROW_SCREEN) == 0) {
        FOR_LANES
        {
            t->left_leak[l] -= leak * out[l]; /* R57: hazard of a new autoreactive clone */
        }
    }
}
