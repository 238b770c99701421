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

/* Feedback of blood counts on division: fN and fL; tpo: agonists of thrombopoietin are given. */
LANE_INLINE void feedback(eng_course_t *c, const rates_t *restrict r, const int tpo)
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
        if (tpo) {
            s->feedback_meg[l] *= 1 + c->signal[ENG_SIGNAL_thrombopoiesis][l];
        }
    }
}

/* Each of these is a loop of its own for the compiler. */
static void feedback_alone(eng_course_t *c)
{
    feedback(c, RATES(c), 0);
}

static void feedback_and_agonists(eng_course_t *c)
{
    feedback(c, RATES(c), 1);
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

/* IL-7 lets memory CD4 cells divide, and the clones among them, whatever room there is. */
static void divide_by_il7(eng_course_t *c, const rates_t *restrict r)
{
    const eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;

    FOR_LANES
    {
        s->early[l] += LANE(r->il7_division) * c->signal[ENG_SIGNAL_homeostasis][l] * t->growth_t[l];
    }
}

void eng_signals_make(eng_course_t *c)
{
    if (c->row->flags & ENG_ROW_MARROW) {
        (c->writes & ENG_SIGNAL_BIT(thrombopoiesis) ? feedback_and_agonists : feedback_alone)(c);
    }
    lymphopenia(c, RATES(c));
    if (c->writes & ENG_SIGNAL_BIT(homeostasis)) {
        divide_by_il7(c, RATES(c));
    }
}
