/**
 * The beta distribution.  The incomplete beta function comes from its continued fraction (W. Press et al. describe it after
 * Lentz 1976), its inverse from Newton steps inside a bracket.
 */
#include "base/dist_parts.h"

#include "base/math.h"

#define MAX_FRACTION   20000 /* steps grow with the root of the larger shape: enough for shapes of 1e8 */
#define MAX_BISECTIONS 1200

/* log of x^a y^b / B(a, b), x + y = 1 */
static double
beta_log_lead(double a, double b, double x, double y)
{
    return eng_gamma_log(a + b) - eng_gamma_log(a) - eng_gamma_log(b) + a * eng_log(x) + b * eng_log(y);
}

static double
beta_fraction(double a, double b, double x, double y)
{
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d, step = 2, part;
    int n;

    for (n = 1; n < MAX_FRACTION && eng_abs(step - 1) > 1e-15; n++) {
        part = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n));
        d = 1 / (1 + part * d);
        c = 1 + part / c;
        h *= c * d;
        part = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1));
        d = 1 / (1 + part * d);
        c = 1 + part / c;
        step = c * d;
        h *= step;
    }
    return eng_exp(beta_log_lead(a, b, x, y)) / a * h;
}

double
eng_dist_beta_cdf(double a, double b, double x)
{
    if (x <= 0) {
        return 0;
    }
    if (x >= 1) {
        return 1;
    }
    return x < (a + 1) / (a + b + 2) ? beta_fraction(a, b, x, 1 - x) : 1 - beta_fraction(b, a, 1 - x, x);
}

/*
 * x <= 1/2 with beta_cdf(x) = u, by Newton steps inside a bracket; where a step leaves it, the bracket is cut at
 * its geometric mean, since for small a the root may be as small as 1e-300.
 */
static double
beta_lower_quantile(double a, double b, double u)
{
    double low = 0x1p-1022, high = 0.5, x, next, excess, density;
    int n;

    x = eng_exp((eng_log(u) + eng_log(a) + eng_gamma_log(a) + eng_gamma_log(b) - eng_gamma_log(a + b)) / a);
    if (x < 1e-290) {
        return x; /* here the distribution function is its first term */
    }
    x = eng_min(x, 0.25);
    for (n = 0; n < MAX_BISECTIONS; n++) {
        excess = eng_dist_beta_cdf(a, b, x) - u;
        density = eng_exp(beta_log_lead(a, b, x, 1 - x)) / (x * (1 - x));
        low = excess < 0 ? x : low;
        high = excess < 0 ? high : x;
        next = x - excess / density;
        if (!(next > low && next < high)) {
            next = low < 0.25 * high ? sqrt(low) * sqrt(high) : 0.5 * (low + high);
        }
        if (eng_abs(next - x) <= 4e-16 * x) {
            return next;
        }
        x = next;
    }
    return x;
}

double
eng_dist_beta_quantile(double a, double b, double u)
{
    return u <= eng_dist_beta_cdf(a, b, 0.5) ? beta_lower_quantile(a, b, u) : 1 - beta_lower_quantile(b, a, 1 - u);
}
