/**
 * Distribution functions that exact intervals are made from, by own arithmetic: the same bits everywhere.
 */
#ifndef ENG_STATS_DISTRIBUTION_H
#define ENG_STATS_DISTRIBUTION_H

/** Continued fraction of the incomplete beta function I_x(a, b) without its leading factor; for x < (a + 1) / (a + b + 2). */
double eng_beta_fraction(double a, double b, double x);

/** P(X <= x) of the beta distribution, a, b > 0. */
double eng_beta_cdf(double x, double a, double b);
/** x with P(X <= x) = p, 0 < p < 1. */
double eng_beta_quantile(double p, double a, double b);

/** P(X <= x) of the gamma distribution of scale 1, shape > 0: also P(N >= shape) for a Poisson number of mean x. */
double eng_gamma_cdf(double x, double shape);
double eng_gamma_quantile(double p, double shape);

#endif
