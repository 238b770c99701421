/**
 * The exact laws of the counts that the samplers draw, in long double and in two forms that share nothing with what they test: the plain
 * sum of probabilities where the law is narrow, and incomplete gamma and beta functions after Lentz's continued fractions where it is
 * wide.  Both begin with C. Loader's form of the leading term.
 */
#ifndef ENG_EXACT_COUNTS_H
#define ENG_EXACT_COUNTS_H

#include "base/math.h"
#include "base/rng.h"
#include "base/sample.h"
#include "testlib.h"
#include <stdio.h>

#define PI_L 3.14159265358979323846264338327950288L

/* --- exact laws ----------------------------------------------------------------------------------------- */

/* log(x!) minus Stirling's formula. */
static inline long double
stirling_error(long double x)
{
    long double y = 1 / (x * x);

    if (x < 30) {
        return lgammal(x + 1) - (x + 0.5L) * logl(x) + x - 0.5L * logl(2 * PI_L);
    }
    return (1 / 12.0L - y * (1 / 360.0L - y * (1 / 1260.0L - y * (1 / 1680.0L - y / 1188.0L)))) / x;
}

/* x log(x/m) + m - x without cancellation. */
static inline long double
deviance(long double x, long double m)
{
    long double v = (x - m) / (x + m), term = 2 * x * v, sum = (x - m) * v;
    int j;

    if (fabsl(x - m) > 0.2L * (x + m)) {
        return x * logl(x / m) + m - x;
    }
    for (j = 1; j < 200 && fabsl(term) > 1e-25L * fabsl(sum); j++) {
        term *= v * v;
        sum += term / (2 * j + 1);
    }
    return sum;
}

/* x^a e^-x / gamma(a+1) */
static inline long double
poisson_term(long double a, long double x)
{
    return expl(-stirling_error(a) - deviance(a, x)) / sqrtl(2 * PI_L * a);
}

/* gamma(a+b+1) / (gamma(a+1) gamma(b+1)) x^a y^b, x + y = 1 */
static inline long double
binomial_term(long double a, long double b, long double x, long double y)
{
    long double n = a + b;

    return expl(stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y)) *
           sqrtl(n / (2 * PI_L * a * b));
}

/* P(Poisson(mean) <= j), the upper incomplete gamma function of a = j + 1. */
static inline long double
poisson_cdf(double j, double mean)
{
    long double a = (long double)j + 1, x = mean, lead = poisson_term(a, x), sum, term, b, c, d, h, step;
    long n;

    if (x < a + 1) {
        for (sum = term = 1, n = 1; term > 1e-22L * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return 1 - lead * sum;
    }
    b = x + 1 - a;
    c = 1e300L;
    d = 1 / b;
    h = d;
    for (n = 1, step = 2; n < 100000000 && fabsl(step - 1) > 1e-19L; n++) {
        long double an = -n * (n - a);

        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        step = c * d;
        h *= step;
    }
    return lead * a * h;
}

/* I_x(a, b) by its continued fraction where that converges quickly; y = 1 - x. */
static inline long double
beta_fraction(long double a, long double b, long double x, long double y)
{
    long double lead = binomial_term(a, b, x, y) * b / (a + b), c = 1, d, h, step = 2, even, odd;
    long n;

    d = 1 / (1 - (a + b) * x / (a + 1));
    h = d;
    for (n = 1; n < 100000000 && fabsl(step - 1) > 1e-19L; n++) {
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= c * d;
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        step = c * d;
        h *= step;
    }
    return lead * h;
}

static inline long double
beta_function(long double a, long double b, long double x, long double y)
{
    return x <= (a + 1) / (a + b + 2) ? beta_fraction(a, b, x, y) : 1 - beta_fraction(b, a, y, x);
}

/* --- cells ---------------------------------------------------------------------------------------------- */

typedef enum { POISSON, BINOMIAL, NEGATIVE_BINOMIAL } law_t;

typedef struct {
    law_t law;
    double n, p; /* Poisson: mean in n; negative binomial: k in n, beta in p */
} cell_t;

static inline double
draw(const cell_t *cell, uint64_t word)
{
    double u = eng_uniform(word);

    switch (cell->law) {
    case POISSON:
        return eng_sample_poisson(cell->n, u);
    case BINOMIAL:
        return eng_sample_binomial(cell->n, cell->p, u);
    default:
        return eng_sample_negative_binomial(cell->n, cell->p, u);
    }
}

static inline long double
cdf_by_functions(const cell_t *cell, double j)
{
    long double p = cell->p, q = 1 - p;

    switch (cell->law) {
    case POISSON:
        return poisson_cdf(j, cell->n);
    case BINOMIAL:
        return j >= cell->n ? 1 : beta_function(cell->n - j, (long double)j + 1, q, p);
    default:
        return beta_function(cell->n, (long double)j + 1, q, p);
    }
}

static inline long double
probability(const cell_t *cell, long double j)
{
    long double n = cell->n, p = cell->p, q = 1 - p;

    switch (cell->law) {
    case POISSON:
        return j == 0 ? expl(-n) : poisson_term(j, n);
    case BINOMIAL:
        return j == 0 ? expl(n * log1pl(-p)) : j == n ? expl(n * logl(p)) : binomial_term(j, n - j, p, q);
    default:
        return j == 0 ? expl(n * log1pl(-p)) : binomial_term(n, j, q, p) * n / (n + j);
    }
}

/* P(j + 1) / P(j) */
static inline long double
ratio(const cell_t *cell, long double j)
{
    long double n = cell->n, p = cell->p;

    switch (cell->law) {
    case POISSON:
        return n / (j + 1);
    case BINOMIAL:
        return (n - j) / (j + 1) * (p / (1 - p));
    default:
        return (n + j) / (j + 1) * p;
    }
}

/* From j downwards or from j + 1 upwards, whichever side is the smaller. */
static inline long double
cdf_by_sum(const cell_t *cell, double mean, double j)
{
    long double at = j, term, sum;

    if (j < mean) {
        sum = term = probability(cell, at);
        for (; at > 0 && term > 1e-25L * sum; at--) {
            term /= ratio(cell, at - 1);
            sum += term;
        }
        return sum;
    }
    sum = term = probability(cell, at + 1);
    for (at++; term > 1e-25L * sum; at++) {
        term *= ratio(cell, at);
        sum += term;
    }
    return 1 - sum;
}

static inline double
mean_of(const cell_t *cell)
{
    return cell->law == POISSON    ? cell->n
           : cell->law == BINOMIAL ? cell->n * cell->p
                                   : cell->n * cell->p / (1 - cell->p);
}

static inline double
variance_of(const cell_t *cell)
{
    double q = 1 - cell->p;

    return mean_of(cell) * (cell->law == POISSON ? 1 : cell->law == BINOMIAL ? q : 1 / q);
}

static inline bool
is_narrow(const cell_t *cell)
{
    return variance_of(cell) < 1e10;
}

static inline long double
exact_cdf(const cell_t *cell, double j)
{
    if (cell->law == BINOMIAL && j >= cell->n) {
        return 1;
    }
    return is_narrow(cell) ? cdf_by_sum(cell, mean_of(cell), j) : cdf_by_functions(cell, j);
}

#endif
