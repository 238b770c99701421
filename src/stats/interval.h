/**
 * Intervals from counts and variances, with own arithmetic: the same bits everywhere.  `critical` is the quantile of
 * the reference distribution, e.g. eng_student_quantile(0.975, df); n may be an effective size and need not be whole.
 */
#ifndef ENG_STATS_INTERVAL_H
#define ENG_STATS_INTERVAL_H

typedef struct {
    double low, high;
} eng_interval_t;

/** P(T <= t) for Student's t with df > 0 degrees of freedom. */
double eng_student_cdf(double t, double df);
/** t with P(T <= t) = p, 0 < p < 1; df = infinity is the normal distribution.  NaN for df <= 0. */
double eng_student_quantile(double p, double df);

/**
 * Score interval of a proportion (E. Wilson, JASA 22 (1927)); it never has width 0.  The limit on the side of at most 3
 * events (or non-events) is moved out as L. Brown, T. Cai, A. DasGupta (Stat. Sci. 16 (2001)) advise for 95 %, because
 * coverage would fall to 84 % there.  NaN for n <= 0 and for what is no proportion (counts of a damaged file).
 */
eng_interval_t eng_interval_wilson(double proportion, double n, double critical);

/** mean +- critical sqrt(variance of the mean). */
eng_interval_t eng_interval_mean(double mean, double variance, double critical);

/**
 * Difference of two paired proportions, (only_b - only_a) / n: Wald interval after adding half a pair to each of the
 * four cells (A. Agresti, Y. Min, Stat. Med. 24 (2005)), so that it is sound without discordant pairs too; in -1..1.
 */
eng_interval_t eng_interval_discordant(double only_a, double only_b, double n, double critical);

#endif
