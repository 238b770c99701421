/**
 * The gamma distribution, and the negative binomial one, which is a Poisson law with a gamma mean.  The incomplete gamma
 * function comes from its power series below the mean and from its continued fraction above; the inverse from Newton
 * steps inside a bracket.
 */
#include "base/dist_parts.h"

#include "base/math.h"

#define MAX_TERMS 40000 /* grows with the root of the shape: enough for 1e6 */
#define MAX_STEPS 100
#define ONE_NINTH (1.0 / 9.0)

/* log of x^a e^-x / Gamma(a) */
static double
log_lead(double a, double x)
{
    return a * eng_log(x) - x - eng_gamma_log(a);
}

/* P(X <= x), x at most about a + 1. */
static double
lower_series(double a, double x)
{
    double term = 1 / a, sum = term;
    int n;

    for (n = 1; n < MAX_TERMS && term > 1e-17 * sum; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return eng_exp(log_lead(a, x)) * sum;
}

/* P(X > x), x above a + 1. */
static double
upper_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d, step = 2, part;
    int n;

    for (n = 1; n < MAX_TERMS && eng_abs(step - 1) > 1e-15; n++) {
        part = n * (a - n);
        b += 2;
        d = 1 / (part * d + b);
        c = b + part / c;
        step = c * d;
        h *= step;
    }
    return eng_exp(log_lead(a, x)) * h;
}

/* Both tails; the smaller one is good to its last digits. */
static void
tails(double a, double x, double *lower, double *upper)
{
    if (x < a + 1) {
        *lower = lower_series(a, x);
        *upper = 1 - *lower;
    } else {
        *upper = upper_fraction(a, x);
        *lower = 1 - *upper;
    }
}

double
eng_dist_gamma_cdf(double shape, double x)
{
    double lower, upper;

    if (!(x > 0)) {
        return 0;
    }
    if (x > 1e300) {
        return 1;
    }
    tails(shape, x, &lower, &upper);
    return eng_max(0.0, eng_min(lower, 1.0));
}

/* A place to begin: E. Wilson and M. Hilferty's cube, or the first term of the series where that is no number above 0. */
static double
first_guess(double a, double u)
{
    const double z = eng_normal_quantile(u), root = 1 - ONE_NINTH / a + z * sqrt(ONE_NINTH / a);

    if (root > 0.3) {
        return a * root * root * root;
    }
    return eng_exp((eng_log(u) + eng_gamma_log(a + 1)) / a);
}

double
eng_dist_gamma_quantile(double shape, double u)
{
    const double noise = 4e-16 * (1 + 0.25 * sqrt(shape)); /* of the tails, as far as it moves x */
    double low = 0x1p-1022, high = 1e308, x = first_guess(shape, u), lower, upper, excess, next;
    int n;

    if (x < 1e-290) {
        return x; /* here the distribution function is its first term */
    }
    for (n = 0; n < MAX_STEPS; n++) {
        tails(shape, x, &lower, &upper);
        excess = u < 0.5 ? lower - u : (1 - u) - upper;
        low = excess < 0 ? x : low;
        high = excess < 0 ? high : x;
        next = x - excess * x / eng_exp(log_lead(shape, x));
        if (!(next > low && next < high)) {
            next = low < 0.25 * high ? sqrt(low) * sqrt(high) : 0.5 * (low + high);
        }
        if (eng_abs(next - x) <= noise * x) {
            return next;
        }
        x = next;
    }
    return x;
}

double
eng_dist_negative_binomial_cdf(double mean, double size, double x)
{
    const double j = eng_floor(x);

    if (j < 0) {
        return 0;
    }
    return mean > 0 && j < 0x1p50 ? eng_dist_beta_cdf(size, j + 1, size / (size + mean)) : 1;
}

/* The smallest count whose share is reached: doubling finds one above, halving the first. */
double
eng_dist_negative_binomial_quantile(double mean, double size, double u)
{
    double below = -1, above = eng_floor(mean), middle;

    while (eng_dist_negative_binomial_cdf(mean, size, above) < u && above < 0x1p50) {
        below = above;
        above = 2 * above + 1;
    }
    while (above - below > 1) {
        middle = eng_floor(0.5 * (below + above));
        if (eng_dist_negative_binomial_cdf(mean, size, middle) < u) {
            below = middle;
        } else {
            above = middle;
        }
    }
    return above;
}
