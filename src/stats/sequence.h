/**
 * Confidence sequences: intervals that hold at all sample sizes together, so that a study may look as often as it likes and stop when it
 * knows enough.  Own arithmetic: the same bits everywhere.  `miss` is the probability that the truth is ever outside, 0 < miss < 1.
 */
#ifndef ENG_STATS_SEQUENCE_H
#define ENG_STATS_SEQUENCE_H

#include "stats/interval.h"

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

#endif
