/**
 * The loops over values that summing spends its time in, compiled once per vector width like the step loop (src/stats/lanes).
 * All widths give the same bits: every operation is exact or correctly rounded, and sums are integers.
 */
#ifndef ENG_STATS_LOOPS_H
#define ENG_STATS_LOOPS_H

#include "stats/histogram.h"

typedef struct {
    const char *width;
    /** eng_quantise (stats/moments.h). */
    void (*quantise)(const double *value, size_t count, double step, int32_t *quantum);
    /** eng_moments_add. */
    void (*moments)(const int32_t *quantum, size_t count, int64_t *words, size_t stride);
    /** eng_bins_find (stats/histogram.h). */
    void (*bins)(const eng_bins_t *bins, const double *value, size_t count, int32_t *index);
} eng_loops_t;

/** The loops of a width (base/widths.h); those of "plain" where it was not built.  The CPU must have it. */
const eng_loops_t *eng_loops_find(const char *width);

#endif
