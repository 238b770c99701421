/**
 * Explore or repeat: how much of what is not known of a mean over all points comes from which points there are, and how much from which patients.
 */
#ifndef ENG_STUDY_SPREAD_H
#define ENG_STUDY_SPREAD_H

#include "study/layout.h"

typedef struct {
    int outcome, protocol;  /* place in study->outcomes: the first time to an event that some have; -1: none */
    int points;             /* it is made from so many */
    double between, within; /* variance of its probability by the horizon between points, chance removed (0 or more); of a course within them */
} eng_spread_t;

/** From the words of some points, [num_points][num_protocols][point_words], under the reference protocol. */
eng_spread_t eng_spread_of(const eng_layout_t *layout, const int64_t *words, size_t num_points);

/**
 * Share of the variance of the mean over points that comes from the points, with so many patients of its own for each: 1 where more patients would help
 * nothing, 0 where more points would help no more than more patients.
 */
double eng_spread_of_points(const eng_spread_t *spread, uint64_t patients);

#endif
