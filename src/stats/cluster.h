/**
 * Ratios of totals over clusters, exactly summed: totals and products of two 62-bit numbers in words that add like
 * all others, and the variance that clusters (not single subjects) imply.
 */
#ifndef ENG_STATS_CLUSTER_H
#define ENG_STATS_CLUSTER_H

#include <stdint.h>

__extension__ typedef __int128 eng_i128_t;

/** A signed 128-bit number in limbs of 31, 31, 31 and 35 bits: 2^32 of them can be added word by word. */
#define ENG_WIDE_WORDS 4

void eng_wide_add(int64_t words[ENG_WIDE_WORDS], eng_i128_t value);
/** The sum, rounded once per limb at most. */
double eng_wide_value(const int64_t words[ENG_WIDE_WORDS]);

/** Sums over clusters of a count n and of a total y. */
typedef struct {
    double clusters; /* with n > 0 */
    double n, nn;    /* of n and n^2 */
    double y, yy, ny; /* of y, y^2 and n y */
} eng_ratio_t;

/** Linearised variance of r = y / n between m clusters, m / (m - 1) sum (y_j - r n_j)^2 / n^2; 0 for m < 2. */
double eng_ratio_variance(const eng_ratio_t *ratio);

#endif
