/**
 * Bodies of two origins (docs/MODEL.md, section 8.1): pools of host and graft step by the loops that a body of one has, each from what the
 * row found at its start.  Here is what only two have: their shares of niches, thymus and feedback, and the sum that everybody reads.
 */
#include "model/lanes/origins.h"

#include "model/lanes/origin.h"

#include <string.h>

/* --- the sum -------------------------------------------------------------------------------------------------------- */

void eng_origins_sum(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_graft_t *g = c->graft;

    for (size_t j = 0; j <= ORIGIN_POOLS; j++) {
        const bool pool = j < ORIGIN_POOLS;
        const real *host = pool ? eng_origin_pool(&g->cells[ENG_HOST], j) : g->cells[ENG_HOST].hsc_count;
        const real *donor = pool ? eng_origin_pool(&g->cells[ENG_DONOR], j) : g->cells[ENG_DONOR].hsc_count;
        real *restrict whole = pool ? eng_origin_pool(&t->cells, j) : t->hsc_count;
        FOR_LANES
        {
            const real both = host[l] + donor[l], alone = whole[l];
            whole[l] = g->infused[l] < ENG_DAY_NEVER ? both : alone;
        }
    }
}

static void move_host(eng_tile_t *t, eng_graft_t *g, int l)
{
    eng_cells_t *host = &g->cells[ENG_HOST], *donor = &g->cells[ENG_DONOR];

    for (size_t j = 0; j < sizeof(eng_cells_t) / sizeof(eng_row_t); j++) {
        eng_origin_pool(host, j)[l] = eng_origin_pool(&t->cells, j)[l];
        eng_origin_pool(donor, j)[l] = 0;
    }
    t->hsc_gain[l] = t->hsc_loss[l] = 0; /* of each origin from now on */
    g->early[ENG_HOST][l] = t->progenitor[l];
    g->thymus1[ENG_HOST][l] = g->thymus2[ENG_HOST][l] = t->thymocyte[l];
    g->feedback_before[l] = t->granulo_before[l];
}

void eng_origins_begin(eng_course_t *c, real now)
{
    eng_graft_t *g = c->graft;

    for (int l = 0; l < ENG_LANES; l++) {
        if (!(g->infused[l] < ENG_DAY_NEVER)) {
            move_host(c->tile, g, l);
            g->infused[l] = now;
        }
    }
    eng_origins_age(c);
}

void eng_origins_age(eng_course_t *c)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    eng_graft_t *g = c->graft;
    const double years = (double)c->row->end / ENG_TICKS_PER_DAY / ENG_DAYS_PER_YEAR;

    FOR_LANES
    {
        const real age = (real)(t->covariate[ENG_COV_AGE][l] + years) - ENG_EXPORT_AGE;
        const real child = LANE(r->thymus_involution_child), adult = LANE(r->thymus_involution);
        const real alpha = age < 0 ? child : adult;
        g->export_now[l] = LANE(r->thymus_export) * (real)t->covariate[ENG_COV_THYMIC_FUNCTION][l] * real_exp(-alpha * age);
    }
}

/* --- what origins find at the start of a row --------------------------------------------------------------------------- */

/* Shares of niches; rejection.  The drive A = h (1 + hS) / (hS + h), shared by stem cells. */
static void share_niches(const eng_course_t *c, eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const eng_graft_t *g = c->graft;

    FOR_LANES
    {
        const real drive = (1 + g->donor_drive[l]) / (g->donor_drive[l] + t->hsc[l]);
        w[ENG_HOST].drive[l] = drive * g->cells[ENG_HOST].hsc[l];
        w[ENG_DONOR].drive[l] = drive * g->cells[ENG_DONOR].hsc[l];
        w[ENG_HOST].lost[l] = w[ENG_HOST].lost_t[l] = 0;
        w[ENG_DONOR].lost[l] = w[ENG_DONOR].lost_t[l] = g->lost[l];
    }
}

/* fN with the graft's own cap, extrapolated to mid-step as signals.c does. */
static void share_feedback(const eng_course_t *c, const eng_signals_t *s, eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    eng_graft_t *g = c->graft;
    const real gcsf = c->row->flags & ENG_ROW_GCSF ? 1 : 0, carry = c->row->carry;

    FOR_LANES
    {
        const real cap = t->cap_granulo[l] * g->feedback[l] * fma_real(gcsf * LANE(r->gcsf_gain), t->treated[l], 1);
        const real fN = at_most(real_power(t->neutrophil[l] + LEAST_COUNT, -LANE(r->neutrophil_exponent)), cap);
        w[ENG_HOST].feedback[l] = s->feedback_granulo[l];
        w[ENG_DONOR].feedback[l] = fma_real(carry, fN - g->feedback_before[l], fN);
        g->feedback_before[l] = fN;
    }
}

/* What lymphocytes find: R24, R28, R31, R39, R41. */
static void share_lymphopenia(const eng_course_t *c, const eng_signals_t *s, eng_origin_t *w)
{
    const eng_tile_t *t = c->tile;
    const rates_t *r = RATES(c);
    const eng_graft_t *g = c->graft;

    FOR_LANES
    {
        const real y = s->fill[l], room = max0(1 - fma_real(LANE(r->niche_own), t->memory4[l], LANE(r->niche_all) * y));
        const real burst = g->donor_burst[l] * real_exp(-g->burst_steep[l] * y);
        const real cord = g->cord[l] * g->donor_cord_growth[l] * real_exp(-g->cord_steep[l] * y);
        const real S = t->progenitor[l], C = t->lymphoid[l];
        const real nk = at_most(fma_real(g->donor_nk_gain[l], S, g->donor_nk_lymphoid[l] * C), 1) / (S > 0 ? S : 1);
        const real b = at_most(g->donor_b_gain[l] * C, 1) / (C > 0 ? C : 1);
        w[ENG_HOST].memory_drive[l] = s->early[l];
        w[ENG_DONOR].memory_drive[l] = fma_real(LANE(r->memory4_growth) * t->growth_t[l] * room, burst, s->early[l]);
        w[ENG_HOST].naive_factor[l] = 1;
        w[ENG_DONOR].naive_factor[l] = 1 + cord;
        w[ENG_HOST].nk_input[l] = nk * g->cells[ENG_HOST].progenitor[l] * LANE(r->genotype_nk);
        w[ENG_DONOR].nk_input[l] = nk * g->cells[ENG_DONOR].progenitor[l];
        w[ENG_HOST].b_input[l] = b * g->cells[ENG_HOST].lymphoid[l] * LANE(r->genotype_b);
        w[ENG_DONOR].b_input[l] = b * g->cells[ENG_DONOR].lymphoid[l];
        w[ENG_HOST].export[l] = t->export_now[l];
        w[ENG_DONOR].export[l] = g->export_now[l];
    }
}

/* --- thymus ------------------------------------------------------------------------------------------------------------- */

/*
 * C, Y1, Y2, Y: R20-R23 of one origin.  Lymphoid progenitors live long while there are more of them than stem cells sustain; what a row
 * makes is scaled by the same rate, so that they rest where S does.  all: C, S of the body at the row's start.
 */
static void thymus_of(const eng_course_t *c, const rates_t *restrict r, eng_origin_t *w, const real *all_C, const real *all_S, const real *theta)
{
    const eng_graft_t *g = c->graft;
    const real *S = c->signals->progenitor;
    real *const lymphoid = w->cells->lymphoid, *const thymocyte = w->cells->thymocyte, *const first = w->thymus1, *const second = w->thymus2;
    const real dt = c->row->pool_dt;

    FOR_LANES
    {
        const real half = LANE(r->thymus_half_input), quick = LANE(r->lymphoid_rate), slow = g->donor_lymphoid_slow[l];
        const real rate = all_C[l] > all_S[l] ? slow : quick;
        const real C = lymphoid[l], seeding = (1 + half) * C / (half + all_C[l]), before = thymocyte[l];
        const real stage = g->stage_rate[l] * dt, share = stage * phi_small(-stage); /* 1 - exp(-stage) */
        const real Y1 = relax(first[l], seeding, share), Y2 = relax(second[l], mean(first[l], Y1), share);
        const real Y = relax(before, mean(second[l], Y2), share);
        w->out[l] = w->export[l] * theta[l] * mean(before, Y);
        lymphoid[l] = grow(C, -rate, rate * S[l], dt);
        first[l] = Y1;
        second[l] = Y2;
        thymocyte[l] = Y;
    }
}

/* Theta, which all share: its mean over the row. */
static void mend_stroma(const eng_course_t *c, real *theta)
{
    eng_tile_t *t = c->tile;
    const step_rates_t *k = POOL_RATES(c);

    FOR_LANES
    {
        const real before = t->stroma[l], after = relax(before, 1, LANE(k->stroma));
        theta[l] = mean(before, after);
        t->stroma[l] = after;
    }
}

/* --- the row ------------------------------------------------------------------------------------------------------------ */

static void find_origins(const eng_course_t *c, const eng_signals_t *s, eng_origin_t *w)
{
    eng_graft_t *g = c->graft;

    for (int k = 0; k < ENG_NUM_ORIGINS; k++) {
        w[k].cells = &g->cells[k];
        w[k].early = g->early[k];
        w[k].thymus1 = g->thymus1[k];
        w[k].thymus2 = g->thymus2[k];
        w[k].early_rate = g->donor_early;
    }
    share_niches(c, w);
    share_feedback(c, s, w);
    share_lymphopenia(c, s, w);
}

/* What belongs to the body, of what both made. */
static void join(const eng_course_t *c, eng_signals_t *s, const eng_origin_t *w)
{
    eng_tile_t *t = c->tile;
    const step_rates_t *k = POOL_RATES(c);
    const real dt = c->row->pool_dt;
    real red[ENG_LANES] ENG_ALIGNED;

    FOR_LANES
    {
        const real F = w[ENG_HOST].out[l] + w[ENG_DONOR].out[l], V = t->richness[l];
        red[l] = w[ENG_HOST].red[l] + w[ENG_DONOR].red[l];
        t->richness[l] = fma_real(dt * t->clonotypes[l], fma_real(-t->export_healthy[l], V, F), V);
        t->igg[l] = relax(t->igg[l], w[ENG_HOST].globulin[l] + w[ENG_DONOR].globulin[l], LANE(k->igg));
        s->thymic_export[l] = F;
    }
    eng_red_cells(c, red);
}

void eng_origins_step(eng_course_t *c)
{
    eng_signals_t *s = c->signals;
    eng_origin_t w[ENG_NUM_ORIGINS];
    real theta[ENG_LANES] ENG_ALIGNED, all_C[ENG_LANES] ENG_ALIGNED, all_S[ENG_LANES] ENG_ALIGNED;

    if (!c->tile->exposed) { /* they may be those of another tile */
        memset(s->kill_nk, 0, sizeof(s->kill_nk));
        memset(s->kill_b, 0, sizeof(s->kill_b));
        memset(s->injury, 0, sizeof(s->injury));
    }
    find_origins(c, s, w);
    mend_stroma(c, theta);
    memcpy(all_C, c->tile->lymphoid, sizeof(all_C));
    memcpy(all_S, c->tile->progenitor, sizeof(all_S));
    for (int k = 0; k < ENG_NUM_ORIGINS; k++) {
        eng_marrow_step_of(c, &w[k], s);
        thymus_of(c, RATES(c), &w[k], all_C, all_S, theta);
        eng_lymphocytes_step_of(c, &w[k], s);
    }
    join(c, s, w);
    eng_origins_sum(c);
}

/* --- chimerism ------------------------------------------------------------------------------------------------------------ */

/* Every sum and product rises with what is in it, rounded or not: of part and whole the part is never the greater. */
void eng_chimerism(const eng_course_t *c, real *t_cells, real *myeloid)
{
    const eng_tile_t *t = c->tile;
    const eng_cells_t *donor = &c->graft->cells[ENG_DONOR];
    const rates_t *r = RATES(c);

    for (int l = 0; l < ENG_LANES; l++) {
        const real all = t_cells_of(t, r, &t->cells, l), N = t->neutrophil[l];
        t_cells[l] = all > 0 ? t_cells_of(t, r, donor, l) / all : 0;
        myeloid[l] = N > 0 ? donor->neutrophil[l] / N : 0;
    }
}
