/**
 * What cells that are given do to the beta cells of type 1 diabetes (MODEL sections 6.5, 6.6, 7.2): more of them, or more regrowth.
 */
#ifndef ENG_MODEL_LANES_BETA_CELLS_H
#define ENG_MODEL_LANES_BETA_CELLS_H

#include "model/lanes/product_rows.h"

/* Beta cells that were given: attacked as native ones, and secreting. */
static void add_graft(eng_course_t *c, t1d_t *d)
{
    const eng_signals_t *s = c->signals;
    const real per_day = 1 / c->row->dt, *given = c->product->beta;
    eng_row_t rate;

    FOR_LANES
    {
        const real j = s->effector_days[l] * per_day * d->per_effector[l];
        rate[l] = d->attack[l] * d->begun[l] * j * ((given[l] + d->attack_least[l]) / (given[l] + d->attack_half[l]));
    }
    eng_product_attack(c, rate);
    FOR_LANES
    {
        d->secreted[l] = fma_real(d->c_peptide[l] * d->graft_function[l], given[l], d->secreted[l]);
    }
}

/* Regrowth that re-educated cells add to that of the row, of their signal `repair`. */
static void regrow(eng_course_t *c, t1d_t *d)
{
    const eng_signals_t *s = c->signals;
    const real *more = c->signal[ENG_SIGNAL_repair], dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real beta = d->beta[l], j = s->effector_days[l] * per_day * d->per_effector[l];
        const real g = d->regrowth[l] * d->repaired[l] * more[l] / fma_real(d->regrowth_inhibition[l], j, 1);
        const real added = d->begun[l] * g * beta * max0(1 - beta) * dt;
        d->beta[l] = beta + added;
        d->secreted[l] = fma_real(d->c_peptide[l] * d->function[l], added, d->secreted[l]);
    }
}

#endif
