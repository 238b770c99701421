/**
 * Student's t by the continued fraction of the incomplete beta function, and the intervals.
 */
#include "stats/interval.h"
#include "base/math.h"
#include "stats/distribution.h"

#include <stdbool.h>

/** Density of t at 0 without the power: gamma((df+1)/2) / (gamma(df/2) sqrt(df pi)). */
static double
student_peak(double df)
{
    return eng_exp(eng_gamma_log(0.5 * (df + 1)) - eng_gamma_log(0.5 * df)) / sqrt(df * 3.14159265358979323846);
}

double
eng_student_cdf(double t, double df)
{
    double x = df / (df + t * t), rest = t * t / (df + t * t), a = 0.5 * df, tail;
    double front = student_peak(df) * sqrt(df) * eng_pow(x, a) * sqrt(rest); /* x^a rest^(1/2) / B(a, 1/2) */

    if (t == 0) {
        return 0.5;
    }
    if (x < (a + 1) / (a + 2.5)) {
        tail = 0.5 * front * eng_beta_fraction(a, 0.5, x) / a;
    } else {
        tail = 0.5 - front * eng_beta_fraction(0.5, a, rest);
    }
    return t > 0 ? 1 - tail : tail;
}

/** Expansion in 1/df about the normal quantile z (R. Fisher & E. Cornish 1960); its error falls as df^-5. */
static double
student_expansion(double z, double df)
{
    double s = z * z, g1, g2, g3, g4;

    g1 = z * (s + 1) / 4;
    g2 = z * (3 + s * (16 + s * 5)) / 96;
    g3 = z * (-15 + s * (17 + s * (19 + s * 3))) / 384;
    g4 = z * (-945 + s * (-1920 + s * (1482 + s * (776 + s * 79)))) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

/** Newton's method from t on, kept inside a bracket that every step narrows; p > 0.5. */
static double
student_newton(double p, double t, double df)
{
    double peak = student_peak(df), low = 0, high = INFINITY, miss, next;
    int i;

    for (i = 0; i < 200; i++) {
        miss = eng_student_cdf(t, df) - p;
        next = t - miss / (peak * eng_pow(1 + t * t / df, -0.5 * (df + 1)));
        if (eng_abs(next - t) <= 1e-14 * t) {
            break;
        }
        low = miss > 0 ? low : t;
        high = miss > 0 ? t : high;
        if (!(next > low && next < high)) {
            next = high < INFINITY ? 0.5 * (low + high) : 2 * t;
        }
        t = next;
    }
    return t;
}

double
eng_student_quantile(double p, double df)
{
    double z = eng_normal_quantile(p), t;

    if (!(df > 0)) {
        return NAN;
    }
    if (df > 1000) {
        return df == INFINITY ? z : student_expansion(z, df);
    }
    if (p == 0.5) {
        return 0.0;
    }
    /* the upper half, by symmetry */
    t = student_newton(p < 0.5 ? 1 - p : p, eng_max(student_expansion(eng_abs(z), df), 0.1), df);
    return p < 0.5 ? -t : t;
}

/**
 * Where the score interval starts too high: mean of a Poisson count that reaches x = 1, 2, 3 with 5 % probability
 * (half the 5 % quantile of chi-squared with 2 x degrees of freedom), linear in between.
 */
static double
small_count_limit(double x)
{
    static const double limit[] = { 0, 0.051293294387550581, 0.35536151069866195, 0.81769144716395341,
        0.81769144716395341 };
    const int whole = (int)x;

    return limit[whole] + (x - whole) * (limit[whole + 1] - limit[whole]);
}

eng_interval_t
eng_interval_wilson(double proportion, double n, double critical)
{
    double z = critical * critical, centre, half, others = (1 - proportion) * n, those = proportion * n;
    eng_interval_t interval = { NAN, NAN };

    if (n > 0 && proportion >= 0 && proportion <= 1) {
        centre = (proportion + z / (2 * n)) / (1 + z / n);
        half = critical / (1 + z / n) * sqrt(proportion * (1 - proportion) / n + z / (4 * n * n));
        interval.low = proportion > 0 ? eng_max(0.0, centre - half) : 0.0;
        interval.high = proportion < 1 ? eng_min(1.0, centre + half) : 1.0;
        if (those <= 3) {
            interval.low = eng_min(interval.low, small_count_limit(those) / n);
        }
        if (others <= 3) {
            interval.high = eng_max(interval.high, 1 - small_count_limit(others) / n);
        }
    }
    return interval;
}

eng_interval_t
eng_interval_mean(double mean, double variance, double critical)
{
    double half = critical * sqrt(variance);
    eng_interval_t interval = { mean - half, mean + half };

    return interval;
}

/* Where exact limits begin to give way to the score interval, and where it has taken their place: there they hardly differ. */
#define EXACT_BELOW 30.0
#define SCORE_ABOVE 60.0

eng_interval_t
eng_interval_exact(double x, double n, double critical)
{
    const double level = eng_normal_cdf(critical), few = eng_min(x, n - x);
    const double weight = eng_min(1.0, eng_max(0.0, (few - EXACT_BELOW) / (SCORE_ABOVE - EXACT_BELOW)));
    eng_interval_t limits = eng_interval_wilson(x / n, n, critical), exact = { 0.0, 1.0 };

    if (weight < 1) {
        exact.low = x > 0 ? eng_beta_quantile(1 - level, x, n - x + 1) : 0.0;
        exact.high = x < n ? eng_beta_quantile(level, x + 1, n - x) : 1.0;
        limits.low = exact.low + weight * (limits.low - exact.low);
        limits.high = exact.high + weight * (limits.high - exact.high);
    }
    return limits;
}

/* Does the exact test of a versus b discordant pairs (Q. McNemar) find no difference at this level? */
static bool
may_be_equal(double a, double b, double critical)
{
    return eng_min(a, b) >= 0.5 * (a + b) - 0.5 ||
        eng_beta_cdf(0.5, eng_max(a, b), eng_min(a, b) + 1) > 1 - eng_normal_cdf(critical);
}

eng_interval_t
eng_interval_discordant(double only_a, double only_b, double n, double critical)
{
    const double a = only_a / n, b = only_b / n;
    eng_interval_t interval = { NAN, NAN }, of_a, of_b;
    double rho, down, up;

    if (!(n > 0 && only_a >= 0 && only_b >= 0 && only_a + only_b <= n * (1 + 1e-9))) {
        return interval;
    }
    of_a = eng_interval_exact(eng_min(only_a, n), n, critical);
    of_b = eng_interval_exact(eng_min(only_b, n), n, critical);
    rho = a < 1 && b < 1 ? -sqrt(a * b / ((1 - a) * (1 - b))) : 0.0; /* who is in one cell is not in the other */
    down = (b - of_b.low) * (b - of_b.low) + (of_a.high - a) * (of_a.high - a) - 2 * rho * (b - of_b.low) * (of_a.high - a);
    up = (of_b.high - b) * (of_b.high - b) + (a - of_a.low) * (a - of_a.low) - 2 * rho * (of_b.high - b) * (a - of_a.low);
    interval.low = eng_max(-1.0, b - a - sqrt(eng_max(0.0, down)));
    interval.high = eng_min(1.0, b - a + sqrt(eng_max(0.0, up)));
    if (may_be_equal(only_a, only_b, critical)) {
        interval.low = eng_min(interval.low, 0.0);
        interval.high = eng_max(interval.high, 0.0);
    }
    return interval;
}
