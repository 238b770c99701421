/**
 * Regional sensitivity (R. Spear, G. Hornberger 1980): is a parameter distributed otherwise where something happens than where it does
 * not?  The distance of A. Kolmogorov and N. Smirnov between two weighted samples of its values, and how often points that are dealt anew have one as large.
 */
#ifndef ENG_STATS_REGIONAL_H
#define ENG_STATS_REGIONAL_H

#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    double distance;   /* largest difference of the two distribution functions, 0 to 1; NaN: one of them has no weight */
    double at;         /* value of the parameter there */
    double mean_with, mean_without;
    double p;          /* share of permutations, this order among them, with a distance as large */
} eng_regional_t;

/** with, without: weights of points in either sample, at least 0, such as their courses with the event and without. */
int ENG_MUST_CHECK eng_regional(const double *x, const double *with, const double *without, uint64_t points, int permutations, eng_regional_t *out);

#endif
