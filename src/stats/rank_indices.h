/**
 * First-order indices from any random design, one parameter at a time: neighbours in the order of the parameter share it, and
 * what else differs between them is chance (S. Chatterjee 2021; F. Gamboa, P. Gremaud, T. Klein, A. Lagnoux 2022).  Noise of
 * points, known and independent, is taken out of the variance; it leaves products of neighbours unbiased.
 */
#ifndef ENG_STATS_RANK_INDICES_H
#define ENG_STATS_RANK_INDICES_H

#include "stats/sobol_indices.h"

/**
 * x: [points] of one parameter; mean, noise: of the responses (NaN: missing).  The interval comes from halves of the points
 * without replacement: a point drawn twice would be its own neighbour.  ENG_ERR_NO_MEMORY.
 */
int ENG_MUST_CHECK eng_rank_index(const double *x, const double *mean, const double *noise, uint64_t points, int resamples, eng_index_t *out);

#endif
