/**
 * Means of what is rare.  Where few courses differ from all others, Student's t misses on one side: whoever has not been seen yet is
 * worse than those who have.  These intervals are those of the number of such courses, exact where they are few, times what one of
 * them is worth; where many differ they are Student's.  All in steps (stats/estimator.h).
 */
#ifndef ENG_STATS_RARE_H
#define ENG_STATS_RARE_H

#include "stats/estimator.h"

/** Mean of min(T, tau): courses without the event stand at tau.  to->events: those with it. */
eng_interval_t eng_rare_time(eng_estimator_t *to, const eng_sample_t *sample, double tau);
/** Mean of its paired difference, in -tau..tau.  to->gains, to->losses: patients of whom one protocol had the event. */
eng_interval_t eng_rare_time_difference(eng_estimator_t *to, const eng_sample_t *sample, double tau);
/** Mean of a number that is never below `low`; one course that is not seen may lie `odd` above it. */
eng_interval_t eng_rare_number(eng_estimator_t *to, const eng_sample_t *sample, double low, double odd);
/** Mean of its paired difference; `whole`: differences are whole steps. */
eng_interval_t eng_rare_number_difference(eng_estimator_t *to, const eng_sample_t *sample, bool whole, double odd);

#endif
