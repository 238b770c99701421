/**
 * Confidence sequences by mixtures.
 */
#include "stats/sequence.h"

#include "base/math.h"

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
