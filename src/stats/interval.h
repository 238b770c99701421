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

/**
 * Limits of a share x / n that hold what they promise also for few events: C. Clopper, E. Pearson, Biometrika 26 (1934); from 30 events
 * (and non-events) on more and more, from 60 on entirely those of eng_interval_wilson.  x need not be whole, 0 <= x <= n, n > 0.
 */
eng_interval_t eng_interval_exact(double x, double n, double critical);

/** mean +- critical sqrt(variance of the mean). */
eng_interval_t eng_interval_mean(double mean, double variance, double critical);

/**
 * Difference of two paired proportions, (only_b - only_a) / n, from the limits of each (exact where they are few) by variance estimates
 * recovery (G. Zou, A. Donner, Stat. Med. 27 (2008)); in -1..1.  0 is outside only where McNemar's exact test finds a difference.
 */
eng_interval_t eng_interval_discordant(double only_a, double only_b, double n, double critical);

#endif
