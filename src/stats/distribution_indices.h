/**
 * Indices of a response that is a distribution: the distribution function of a point's courses at some thresholds.  The variance that is
 * shared out is the Cramer-von Mises distance of a point's distribution from that of all, summed over thresholds with the mass between them (F. Gamboa, A. Janon,
 * T. Klein, A. Lagnoux 2014; F. Gamboa, T. Klein, A. Lagnoux 2018).  Numerators and denominators are summed before they are divided; noise of
 * finite patients is taken out at each threshold.
 */
#ifndef ENG_STATS_DISTRIBUTION_INDICES_H
#define ENG_STATS_DISTRIBUTION_INDICES_H

#include "stats/sobol_indices.h"

/** Distribution functions of points, threshold by threshold. */
typedef struct {
    int thresholds;
    const double *const *mean;  /* [thresholds][points]: share at or below; NaN: missing */
    const double *const *noise; /* variances of these shares */
    const double *weight;       /* [thresholds], at least 0 */
} eng_distributions_t;

/** Of a saltelli design; `design` tells rows, groups and second, its mean and noise are not looked at.  Estimators of A. Janon et al. 2014. */
int ENG_MUST_CHECK eng_distribution_sobol(const eng_sobol_sample_t *design, const eng_distributions_t *of, int resamples, eng_index_t *first,
    eng_index_t *total);
/** First order by ranks of one parameter x of any random design. */
int ENG_MUST_CHECK eng_distribution_rank(const double *x, const eng_distributions_t *of, uint64_t points, int resamples, eng_index_t *out);

#endif
