/**
 * Shapley effects (A. Owen 2014) of parameters that may depend on one another, from any random sample of points: the variance of the
 * mean response is shared out so that what several make together, or by their dependence, is divided evenly among them; effects add up to 1.
 * Conditional variances come from neighbours in the other parameters (B. Broto, F. Bachoc, M. Depecker 2020); noise of points, known
 * and independent, is taken out.
 */
#ifndef ENG_STATS_SHAPLEY_H
#define ENG_STATS_SHAPLEY_H

#include "stats/sobol_indices.h"

#define ENG_MAX_SHAPLEY 12 /* parameters: all of their sets are looked at */

/** rank: [points][parameters], ranks from 0 on, whole numbers so that distances are exact (ties go to the earlier point); mean, noise: of the responses, none missing. */
int ENG_MUST_CHECK eng_shapley(const double *rank, const double *mean, const double *noise, uint64_t points, int parameters, int resamples,
    eng_index_t *out);

#endif
