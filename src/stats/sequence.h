/**
 * Confidence sequences: intervals that hold at all sample sizes together, so that a study may look as often as it likes and stop when it
 * knows enough.  Own arithmetic: the same bits everywhere.  `miss` is the probability that the truth is ever outside, 0 < miss < 1.
 */
#ifndef ENG_STATS_SEQUENCE_H
#define ENG_STATS_SEQUENCE_H

#include "stats/interval.h"

#define ENG_SEQUENCE_MISS 0.05 /* of a protocol and point, over all looks */

/**
 * Of a probability, from `count` of n: all p at which the likelihood is more than miss times the one averaged over uniform p (H. Robbins,
 * Ann. Math. Stat. 41 (1970); S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Ann. Stat. 49 (2021)).  Exact: the truth is outside at some n with
 * probability at most miss.  n = 0: 0 to 1.
 */
eng_interval_t eng_sequence_share(double count, double n, double miss);

/**
 * Of a mean, from n values and their variance: the asymptotic sequence of I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas (Ann. Stat.
 * 52 (2024)), tightest near ENG_SEQUENCE_BEST values.  Without a variance above 0 nothing is known: -infinity to infinity.
 */
#define ENG_SEQUENCE_BEST 1024.0
eng_interval_t eng_sequence_mean(double mean, double variance, double n, double miss);

/**
 * Of the difference p - q of two shares that exclude one another (patients of whom only one protocol had the event), from their counts among n: all differences
 * for which some p and q have a likelihood above miss times the one averaged over uniform shares.  Exact, as eng_sequence_share; conservative.
 */
eng_interval_t eng_sequence_difference(double count_p, double count_q, double n, double miss);

/**
 * Of the quantile at `level` of n values, 0 < level < 1: the shares of the sorted values at which its lower and its upper end are to be read, half a value off the
 * step, so that rounding decides nothing.  0 or 1: no value is low or high enough to be an end.  Exact, ties or not (S. Howard, A. Ramdas, Bernoulli 28 (2022)).
 */
eng_interval_t eng_sequence_ranks(double n, double level, double miss);

#endif
