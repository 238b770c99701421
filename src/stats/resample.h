/**
 * Bootstrap: how often each of some rows is drawn, resample by resample, always the same for the same numbers of rows; and
 * intervals from what comes out.  Serial.
 */
#ifndef ENG_STATS_RESAMPLE_H
#define ENG_STATS_RESAMPLE_H

#include "stats/interval.h"
#include <stdint.h>

/** Weights of one resample: `rows` draws with replacement, or half of the rows without. */
void eng_resample_weights(uint64_t rows, int resample, double *weight);
void eng_resample_half(uint64_t rows, int resample, double *weight);

/** value +- critical times the spread of resampled values, which are sorted (NaN among them are left out; NaN without two others). */
eng_interval_t eng_resample_interval(double value, double *resampled, int count, double critical);

#define ENG_Z95 1.959963984540054 /* normal quantile at 0.975 */

#endif
