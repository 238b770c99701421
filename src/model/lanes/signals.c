/**
 * Shared signals (MODEL section 4), evaluated once a row from the state at its start.  Drives that rule growth are
 * extrapolated to mid-step from the row before, which makes the step second order.
 */
#include "model/lanes/step.h"

void eng_signals_make(eng_course_t *c)
{
    eng_tile_t *t = c->tile;
    eng_signals_t *s = c->signals;
    const eng_rates_t *k = c->rates;
    const eng_exposure_t *e = c->exposure;
    const real carry = c->row->carry, gcsf = e->gcsf ? k->gcsf_cap - 1 : 0;
    const real steep = 1 / k->burst_width;

    FOR_LANES
    {
        /* feedback of blood counts on division: fN and fL */
        const real cap = t->cap_granulo[l] * (1 + gcsf * t->treated[l]);
        s->feedback_granulo[l]
            = at_most(real_exp(-k->neutrophil_exponent * real_log(t->neutrophil[l] + (real)1e-3)), cap);
        s->feedback_meg[l]
            = at_most(real_exp(-k->platelet_exponent * real_log(t->platelet[l] + (real)1e-3)), t->cap_meg[l]);
        s->kill[l] = e->kill_t * t->atg_exposure[l];
    }
    FOR_LANES
    {
        /* how full the T-cell compartment is: y4, y8, y */
        const real y4 = fma_real(t->share4_naive[l], t->naive4[l],
            fma_real(t->share4_memory[l], t->memory4[l], t->share4_treg[l] * t->treg[l]));
        const real y8 = fma_real(t->share8_naive[l], t->naive8[l], t->share8_memory[l] * t->memory8[l]);
        const real y = (real)0.75 * y4 + (real)0.25 * y8;
        s->fill4[l] = y4;
        s->fill8[l] = y8;
        s->fill[l] = y;

        /* room in the memory CD4 niche, with the early burst; signed room for CD8 */
        const real room = max0(1 - ((real)0.6 * t->memory4[l] + (real)0.4 * y));
        const real drive
            = k->memory4_growth * room * (1 + k->burst * real_exp(-steep * y)) * t->growth_t[l];
        const real room8 = 1 - ((real)0.6 * y8 + (real)0.4 * y4);
        s->early[l] = max0(drive + carry * (drive - t->drive_before[l]));
        s->room8[l] = room8 + carry * (room8 - t->drive8_before[l]);
        t->drive_before[l] = drive;
        t->drive8_before[l] = room8;
    }
}
