/**
 * Incomplete beta and gamma functions, and their inverses by Newton's method within a bracket.
 */
#include "stats/distribution.h"

#include "base/math.h"

/* Modified Lentz. */
double
eng_beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), h, numerator, change;
    int m;

    d = 1 / (eng_abs(d) < tiny ? tiny : d);
    h = d;
    for (m = 1; m < 1000; m++) {
        numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + numerator * d;
        d = 1 / (eng_abs(d) < tiny ? tiny : d);
        c = 1 + numerator / c;
        c = eng_abs(c) < tiny ? tiny : c;
        h *= d * c;
        numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + numerator * d;
        d = 1 / (eng_abs(d) < tiny ? tiny : d);
        c = 1 + numerator / c;
        c = eng_abs(c) < tiny ? tiny : c;
        change = d * c;
        h *= change;
        if (eng_abs(change - 1) < 1e-16) {
            break;
        }
    }
    return h;
}

/** x^a (1 - x)^b / B(a, b). */
static double
beta_front(double x, double a, double b)
{
    return eng_exp(eng_gamma_log(a + b) - eng_gamma_log(a) - eng_gamma_log(b) + a * eng_log(x) + b * eng_log(1 - x));
}

double
eng_beta_cdf(double x, double a, double b)
{
    if (!(x > 0 && x < 1)) {
        return x >= 1 ? 1.0 : x <= 0 ? 0.0 : NAN;
    }
    return x < (a + 1) / (a + b + 2) ? beta_front(x, a, b) * eng_beta_fraction(a, b, x) / a
                                     : 1 - beta_front(x, a, b) * eng_beta_fraction(b, a, 1 - x) / b;
}

double
eng_beta_quantile(double p, double a, double b)
{
    double low = 0, high = 1, x = a / (a + b), next, miss;

    for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
        miss = eng_beta_cdf(x, a, b) - p;
        low = miss > 0 ? low : x;
        high = miss > 0 ? x : high;
        next = x - miss * x * (1 - x) / beta_front(x, a, b);
        if (!(next > low && next < high)) {
            next = 0.5 * (low + high);
        }
        if (eng_abs(next - x) <= 1e-15 * x) {
            break;
        }
        x = next;
    }
    return x;
}

/** x^a e^-x / gamma(a + 1). */
static double
gamma_front(double x, double a)
{
    return eng_exp(a * eng_log(x) - x - eng_gamma_log(a + 1));
}

/** 1 - P by its continued fraction, for x > a + 1 (modified Lentz). */
static double
gamma_tail(double x, double a)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d, an;

    for (int i = 1; i < 10000; i++) {
        an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = 1 / (eng_abs(d) < 1e-300 ? 1e-300 : d);
        c = b + an / c;
        c = eng_abs(c) < 1e-300 ? 1e-300 : c;
        h *= d * c;
        if (eng_abs(d * c - 1) < 1e-16) {
            break;
        }
    }
    return gamma_front(x, a) * a * h;
}

double
eng_gamma_cdf(double x, double shape)
{
    double term = 1, sum = 1;

    if (!(x > 0)) {
        return x <= 0 ? 0.0 : NAN;
    }
    if (x > shape + 1) {
        return 1 - gamma_tail(x, shape);
    }
    for (int i = 1; i < 10000 && term > 1e-17 * sum; i++) {
        term *= x / (shape + i);
        sum += term;
    }
    return gamma_front(x, shape) * sum;
}

double
eng_gamma_quantile(double p, double shape)
{
    double low = 0, high = INFINITY, x = shape, next, miss;

    for (int i = 0; i < 300; i++) {
        miss = eng_gamma_cdf(x, shape) - p;
        low = miss > 0 ? low : x;
        high = miss > 0 ? x : high;
        next = x - miss * x / (shape * gamma_front(x, shape));
        if (!(next > low && next < high)) {
            next = high < INFINITY ? 0.5 * (low + high) : 2 * x;
        }
        if (eng_abs(next - x) <= 1e-15 * x) {
            break;
        }
        x = next;
    }
    return x;
}
