/**
 * Confidence sequences by mixtures.
 */
#include "stats/sequence.h"

#include "base/math.h"

#include <stdbool.h>

#define HALVINGS 60

/* log of the binomial probability of `count`, but for its coefficient. */
static double
likelihood(double count, double n, double p)
{
    return (count > 0 ? count * eng_log(p) : 0.0) + (n > count ? (n - count) * eng_log1p(-p) : 0.0);
}

/* Where between `inside` and `outside` the likelihood falls to `least`; the end that is outside. */
static double
crossing(double count, double n, double least, double inside, double outside)
{
    for (int j = 0; j < HALVINGS; j++) {
        const double middle = 0.5 * (inside + outside);
        if (likelihood(count, n, middle) > least) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    return outside;
}

eng_interval_t
eng_sequence_share(double count, double n, double miss)
{
    /* uniform p: the average likelihood is gamma(count + 1) gamma(n - count + 1) / gamma(n + 2) */
    const double mixture = eng_gamma_log(count + 1) + eng_gamma_log(n - count + 1) - eng_gamma_log(n + 2), least = eng_log(miss) + mixture;
    const double best = n > 0 ? count / n : 0.5;
    eng_interval_t interval = { 0.0, 1.0 };

    if (!(count >= 0 && count <= n)) {
        return (eng_interval_t){ NAN, NAN };
    }
    if (count > 0) {
        interval.low = crossing(count, n, least, best, 0.0);
    }
    if (count < n) {
        interval.high = crossing(count, n, least, best, 1.0);
    }
    return interval;
}

eng_interval_t
eng_sequence_mean(double mean, double variance, double n, double miss)
{
    const double logarithm = -2 * eng_log(miss), rho = (logarithm + eng_log(logarithm + 1)) / ENG_SEQUENCE_BEST, x = n * rho + 1;

    if (!(variance > 0) || !(n > 1)) {
        return (eng_interval_t){ -INFINITY, INFINITY };
    }
    const double margin = sqrt(variance * (2 * x / (n * n * rho)) * (0.5 * eng_log(x) - eng_log(miss)));
    return (eng_interval_t){ mean - margin, mean + margin };
}

/* --- of the difference of two shares of the same patients ------------------------------------------------------------- */

typedef struct {
    double p, q, neither; /* counts */
} counts_t;

/* Log likelihood of the most likely shares whose difference is d >= 0 (T. Tango, Stat. Med. 17 (1998)): q + d, q and the rest. */
static double
profile(const counts_t *counts, double d)
{
    const double n = counts->p + counts->q + counts->neither;
    const double b = (counts->p + counts->q) * (1 - d) - 2 * d * (counts->q + counts->neither);
    const double q = eng_max(0.0, (b + sqrt(eng_max(0.0, b * b + 8 * n * counts->q * d * (1 - d)))) / (4 * n));
    const double p = eng_min(1.0, q + d), rest = eng_max(0.0, 1 - p - q);

    return (counts->p > 0 ? counts->p * eng_log(p) : 0.0) + (counts->q > 0 ? counts->q * eng_log(q) : 0.0) +
        (counts->neither > 0 ? counts->neither * eng_log(rest) : 0.0);
}

static double
profile_either(const counts_t *counts, double d)
{
    const counts_t other = { counts->q, counts->p, counts->neither };

    return d >= 0 ? profile(counts, d) : profile(&other, -d);
}

eng_interval_t
eng_sequence_difference(double count_p, double count_q, double n, double miss)
{
    const counts_t counts = { count_p, count_q, n - count_p - count_q };
    eng_interval_t interval = { NAN, NAN };

    if (!(count_p >= 0 && count_q >= 0 && counts.neither >= 0)) {
        return interval;
    }
    /* uniform shares have density 2 */
    const double mixture = eng_log(2.0) + eng_gamma_log(count_p + 1) + eng_gamma_log(count_q + 1) + eng_gamma_log(counts.neither + 1) - eng_gamma_log(n + 3);
    const double least = eng_log(miss) + mixture, best = n > 0 ? (count_p - count_q) / n : 0.0;
    double *const ends[2] = { &interval.low, &interval.high };
    for (int k = 0; k < 2; k++) {
        double inside = best, outside = k == 0 ? -1.0 : 1.0;
        for (int j = 0; j < HALVINGS; j++) {
            const double middle = 0.5 * (inside + outside);
            const bool in = profile_either(&counts, middle) > least;
            inside = in ? middle : inside;
            outside = in ? outside : middle;
        }
        *ends[k] = outside;
    }
    return interval;
}

/* --- of a quantile ---------------------------------------------------------------------------------------------------- */

/* Log of the binomial probability that `count` of n values are below the quantile. */
static double
chance_below(double count, double n, double level)
{
    return eng_gamma_log(n + 1) - eng_gamma_log(count + 1) - eng_gamma_log(n - count + 1) + likelihood(count, n, level);
}

/* The last whole number from `inside` towards `outside` that is as likely as `least`; `inside` is. */
static double
last_likely(double n, double level, double least, double inside, double outside)
{
    const double sign = outside > inside ? 1.0 : -1.0;
    double low = 0, high = eng_abs(outside - inside); /* steps: low is likely, high + 1 is beyond the end */

    while (low < high) {
        const double middle = eng_floor(0.5 * (low + high + 1));
        if (chance_below(inside + sign * middle, n, level) > least) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return inside + sign * low;
}

eng_interval_t
eng_sequence_ranks(double n, double level, double miss)
{
    const double least = eng_log(miss) - eng_log(n + 1), mode = eng_min(n, eng_floor((n + 1) * level));

    if (!(n >= 1)) {
        return (eng_interval_t){ 0.0, 1.0 };
    }
    return (eng_interval_t){ eng_max(0.0, (last_likely(n, level, least, mode, 0.0) - 0.5) / n),
        eng_min(1.0, (last_likely(n, level, least, mode, n) + 0.5) / n) };
}
