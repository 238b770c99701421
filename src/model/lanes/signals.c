/**
 * Shared signals (MODEL section 4), evaluated once a row from the state at its start.  Drives that rule growth are
 * extrapolated to mid-step from the row before, which makes the step second order.
 */
#include "model/lanes/step.h"

/* The value at mid-step, from this step's start and the start of the step before. */
LANE_INLINE real at_middle(real now, real *before, real carry)
{
    const real middle = fma_real(carry, now - *before, now);
    *before = now;
    return middle;
}

/* Feedback of blood counts on division: fN and fL. */
static void feedback(eng_course_t *c, const rates_t *restrict r)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    eng_signals_t *s = c->signals;
    const real gcsf = c->row->flags & ENG_ROW_GCSF ? 1 : 0, carry = c->row->carry;

    FOR_LANES
    {
        const real cap = t->cap_granulo[l] * fma_real(gcsf * LANE(r->gcsf_gain), t->treated[l], 1);
        const real fN = real_power(TOTAL(o, neutrophil) + LEAST_COUNT, -LANE(r->neutrophil_exponent));
        const real fL = real_power(TOTAL(o, platelet) + LEAST_COUNT, -LANE(r->platelet_exponent));
        s->feedback_granulo[l] = at_middle(at_most(fN, cap), &t->granulo_before[l], carry);
        s->feedback_meg[l] = at_middle(at_most(fL, t->cap_meg[l]), &t->meg_before[l], carry);
    }
}

/* How full the T-cell compartment is (y4, y8, y), and what drives growth in the room that is left. */
static void lymphopenia(eng_course_t *c, const rates_t *restrict r)
{
    eng_tile_t *t = c->tile;
    const eng_cells_t *o = &t->cells;
    eng_signals_t *s = c->signals;
    const real carry = c->row->carry;

    FOR_LANES
    {
        const real own = LANE(r->niche_own), all = LANE(r->niche_all);
        const real M4 = TOTAL(o, memory4);
        const real y4 = fma_real(t->share4_naive[l], TOTAL(o, naive4),
            fma_real(t->share4_memory[l], M4, t->share4_treg[l] * TOTAL(o, treg)));
        const real y8 = fma_real(t->share8_naive[l], TOTAL(o, naive8), t->share8_memory[l] * TOTAL(o, memory8));
        const real y = fma_real(LANE(r->fill_cd4), y4, LANE(r->fill_cd8) * y8);
        s->fill4[l] = y4;
        s->fill8[l] = at_middle(y8, &t->fill8_before[l], carry);
        s->fill[l] = at_middle(y, &t->fill_before[l], carry);

        /* room in the memory CD4 niche, with the early burst; signed room for CD8 */
        const real room = max0(1 - fma_real(own, M4, all * y));
        const real burst = fma_real(LANE(r->burst), real_exp(-LANE(r->burst_steep) * y), 1);
        const real drive = LANE(r->memory4_growth) * t->growth_t[l] * room * burst;
        const real room8 = 1 - fma_real(own, y8, all * y4);
        s->early[l] = max0(at_middle(drive, &t->drive_before[l], carry));
        s->room8[l] = at_middle(room8, &t->drive8_before[l], carry);
    }
}

void eng_signals_make(eng_course_t *c)
{
    if (c->row->flags & ENG_ROW_MARROW) {
        feedback(c, RATES(c));
    }
    lymphopenia(c, RATES(c));
}
