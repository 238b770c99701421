/**
 * Samplers by inversion: pure functions of their parameters and of one word or one uniform number, without
 * rejection, and non-decreasing in it, so that courses which share a stream stay aligned (common random
 * numbers).  Same bits everywhere (base/math.h); no state, no allocation, bounded loops.  Thread-safe.
 *
 * A number u comes from eng_uniform(word); outside 2^-53..1-2^-53 it is moved to the nearer end.  Counts are
 * whole numbers in doubles, exact up to 1e15.  The boundary in u between any two neighbouring counts differs
 * from the exact distribution function by less than 1e-7 (tests/stat_sample.c visits every branch).
 * Parameters outside their domain give NaN.
 */
#ifndef ENG_BASE_SAMPLE_H
#define ENG_BASE_SAMPLE_H

#include <stdint.h>

/** Exponential of mean 1: 1.1e-16 .. 36.8. */
double eng_sample_exponential(uint64_t word);

/** Standard normal: -8.21 .. 8.21; the complement of a word gives exactly the opposite number. */
double eng_sample_normal(uint64_t word);

/** median exp(sdlog z), z standard normal; median > 0, sdlog >= 0. */
double eng_sample_lognormal(double median, double sdlog, double u);

/** Normal(mean, sd) conditioned on low..high, and never outside it; sd >= 0, low <= high, either may be infinite. */
double eng_sample_truncated_normal(double mean, double sd, double low, double high, double u);

/** Poisson count; mean >= 0. */
double eng_sample_poisson(double mean, double u);

/** Successes in n trials; n >= 0 whole, 0 <= p <= 1. */
double eng_sample_binomial(double n, double p, double u);

/**
 * Failures before success number k: P(j) = C(k+j-1, j) (1-beta)^k beta^j, mean k beta / (1-beta).
 * k >= 0 whole, 0 <= beta < 1.
 */
double eng_sample_negative_binomial(double k, double beta, double u);

/**
 * Cells that n cells have become under linear birth and death with rates b(t), d(t) (D. Kendall 1948):
 * with rho = int (d - b), A = int d e^rho, Q = int b e^rho over the interval, each cell leaves no descendant with
 * probability A / (1+A), else 1 + a geometric number of ratio Q / (1+A).  Mean n / (1 + A - Q).
 * n >= 0 whole; A, Q >= 0 with 1 + A - Q = e^rho > 0.  word1: who survives; word2: how the survivors multiply.
 * Non-decreasing in word1 as well as in word2.
 */
double eng_sample_birth_death(double n, double A, double Q, uint64_t word1, uint64_t word2);

#endif
