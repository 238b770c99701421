/**
 * The distributions that need more than a closed form: between dist.c and the files that have them, of no interest to
 * others.
 */
#ifndef ENG_BASE_DIST_PARTS_H
#define ENG_BASE_DIST_PARTS_H

#include "base/dist.h"
#include "base/math.h"

/* P(a < Z < b) for a standard normal Z, without cancellation in the upper tail. */
static inline double
eng_dist_normal_between(double a, double b)
{
    return a > 0 ? eng_normal_cdf(-a) - eng_normal_cdf(-b) : eng_normal_cdf(b) - eng_normal_cdf(a);
}

double eng_dist_beta_cdf(double a, double b, double x);
double eng_dist_beta_quantile(double a, double b, double u);

/** Of scale 1. */
double eng_dist_gamma_cdf(double shape, double x);
double eng_dist_gamma_quantile(double shape, double u);

double eng_dist_negative_binomial_cdf(double mean, double size, double x);
double eng_dist_negative_binomial_quantile(double mean, double size, double u);

/** NULL if the table is one, else what is wrong (static text). */
const char *eng_dist_table_problem(const eng_dist_table_t *table);
double eng_dist_table_quantile(const eng_dist_table_t *table, double u);
double eng_dist_table_cdf(const eng_dist_table_t *table, double x);
/** Share of values below x. */
double eng_dist_table_below(const eng_dist_table_t *table, double x);
void eng_dist_table_moments(const eng_dist_table_t *table, double *mean, double *variance);

#endif
