/**
 * Variance-based sensitivity (I. Sobol' 1993) of responses that are means over finite numbers of random courses.
 *
 * The response of a point has noise of known variance.  Noise of different points is independent, so it leaves products of two
 * points unbiased and adds to squares: it is taken out of every variance and of every squared difference (variance
 * deconvolution: K. Clements et al. 2024), and what remains are indices of the noiseless mean response.  Intervals come from a
 * bootstrap over base rows.
 */
#ifndef ENG_STATS_SOBOL_INDICES_H
#define ENG_STATS_SOBOL_INDICES_H

#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

/* X(NAME, "name", "what it is") */
#define ENG_SOBOL_ESTIMATOR_LIST(X)                                                                                 \
    X(JANON_MONOD, "janon_monod", "A. Janon et al. 2014: products over the variance of both samples")               \
    X(SALTELLI, "saltelli", "A. Saltelli et al. 2010 for first order, M. Jansen for total")                         \
    X(JANSEN, "jansen", "M. Jansen 1999: squared differences")                                                      \
    X(MARTINEZ, "martinez", "J.-M. Martinez 2011: correlations")
#define ENG_SOBOL_AS_ENUM(name, text, help) ENG_SOBOL_##name,
typedef enum { ENG_SOBOL_ESTIMATOR_LIST(ENG_SOBOL_AS_ENUM) ENG_NUM_SOBOL_ESTIMATORS } eng_sobol_estimator_t;

/** Name of an estimator. */
const char *eng_sobol_name(int estimator);

/** Responses of base rows in the order of the design: A, AB of each group, BA of each group where `second`, B. */
typedef struct {
    uint64_t rows;
    int groups;
    bool second;
    const double *mean;  /* [rows][points of a row]; NaN: missing */
    const double *noise; /* variance of each mean; 0: no noise */
} eng_sobol_sample_t;

/** An index; raw: as if there were no noise. */
typedef struct {
    double value, low, high, raw;
    uint64_t rows; /* complete ones behind it */
} eng_index_t;

/** How responses vary, over A and B: of the noiseless mean, and of the noise of a mean. */
typedef struct {
    double parameters, noise;
    uint64_t points;
} eng_sobol_spread_t;

eng_sobol_spread_t eng_sobol_spread(const eng_sobol_sample_t *sample);
/** Is there more of it than noise makes?  If not, there is nothing that indices could share out. */
bool eng_sobol_spread_shows(const eng_sobol_spread_t *spread);

/**
 * First-order and total indices of each group.  NaN where no row is complete or the response does not vary.
 * ENG_ERR_NO_MEMORY.
 */
int ENG_MUST_CHECK eng_sobol_indices(const eng_sobol_sample_t *sample, eng_sobol_estimator_t estimator, int resamples,
    eng_index_t *first, eng_index_t *total);

/** Second-order indices of pairs, [groups][groups], above the diagonal; sample->second. */
int ENG_MUST_CHECK eng_sobol_second_order(const eng_sobol_sample_t *sample, int resamples, eng_index_t *pairs);

/** What an interval allows to say of an index: "resolved", "not distinguishable from 0", "not resolved". */
const char *eng_index_verdict(const eng_index_t *index);

#endif
