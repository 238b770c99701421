/**
 * Mean, spread and support of the distributions.
 */
#include "base/dist_parts.h"

#include "base/math.h"

#define MIDPOINTS 20000 /* of the rule that gives the moments of a truncated law */

/* Mean and variance of a standard normal conditioned on a..b. */
static void
truncated_moments(double a, double b, double *mean, double *variance)
{
    double p = eng_dist_normal_between(a, b) * 2.5066282746310005024; /* sqrt(2 pi) */
    double at_a = eng_exp(-0.5 * a * a) / p, at_b = eng_exp(-0.5 * b * b) / p;

    *mean = eng_max(a, eng_min(at_a - at_b, b));
    *variance = eng_max(0.0, 1 + a * at_a - b * at_b - *mean * *mean);
}

/* Mean and variance of a truncated law, by the midpoint rule over its quantiles. */
static void
midpoint_moments(const eng_dist_t *dist, double *mean, double *variance)
{
    const double origin = eng_dist_quantile(dist, 0.5);
    double sum = 0, squares = 0;
    int n;

    for (n = 0; n < MIDPOINTS; n++) {
        double x = eng_dist_quantile(dist, (n + 0.5) / MIDPOINTS) - origin;

        sum += x;
        squares += x * x;
    }
    *mean = origin + sum / MIDPOINTS;
    *variance = eng_max(0.0, squares / MIDPOINTS - sum / MIDPOINTS * (sum / MIDPOINTS));
}

double
eng_lognormal_sd(double cv)
{
    return sqrt(eng_log1p(cv * cv));
}

double
eng_dist_mean(const eng_dist_t *dist)
{
    const double *arg = dist->arg;
    double mean, variance, sdlog;

    if (dist->truncated) {
        midpoint_moments(dist, &mean, &variance);
        return mean;
    }
    switch (dist->kind) {
    case ENG_DIST_FIXED:
    case ENG_DIST_NORMAL:
    case ENG_DIST_POISSON:
    case ENG_DIST_BERNOULLI:
        return arg[0];
    case ENG_DIST_UNIFORM:
        return 0.5 * arg[0] + 0.5 * arg[1];
    case ENG_DIST_LOGUNIFORM:
        return (arg[1] - arg[0]) / eng_log(arg[1] / arg[0]);
    case ENG_DIST_TRUNCATED_NORMAL:
        if (arg[1] == 0) {
            return arg[0];
        }
        truncated_moments((arg[2] - arg[0]) / arg[1], (arg[3] - arg[0]) / arg[1], &mean, &variance);
        return arg[0] + arg[1] * mean;
    case ENG_DIST_LOGNORMAL:
    case ENG_DIST_LOGNORMAL_CV:
        sdlog = dist->kind == ENG_DIST_LOGNORMAL ? arg[1] : eng_lognormal_sd(arg[1]);
        return arg[0] * eng_exp(0.5 * sdlog * sdlog);
    case ENG_DIST_TRIANGULAR:
        return (arg[0] + arg[1] + arg[2]) / 3;
    case ENG_DIST_BETA:
        return arg[0] / (arg[0] + arg[1]);
    case ENG_DIST_GAMMA:
        return arg[0] * arg[1];
    case ENG_DIST_NEGATIVE_BINOMIAL:
        return arg[0];
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        eng_dist_table_moments(dist->table, &mean, &variance);
        return mean;
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

double
eng_dist_sd(const eng_dist_t *dist)
{
    const double *arg = dist->arg;
    double mean, variance, sdlog, low, high;

    if (dist->truncated) {
        midpoint_moments(dist, &mean, &variance);
        return sqrt(variance);
    }
    switch (dist->kind) {
    case ENG_DIST_FIXED:
        return 0;
    case ENG_DIST_UNIFORM:
        return (arg[1] - arg[0]) / sqrt(12.0);
    case ENG_DIST_LOGUNIFORM:
        mean = eng_dist_mean(dist);
        return sqrt(eng_max(0.0, mean * (0.5 * (arg[0] + arg[1]) - mean)));
    case ENG_DIST_NORMAL:
        return arg[1];
    case ENG_DIST_TRUNCATED_NORMAL:
        if (arg[1] == 0) {
            return 0;
        }
        truncated_moments((arg[2] - arg[0]) / arg[1], (arg[3] - arg[0]) / arg[1], &mean, &variance);
        return arg[1] * sqrt(variance);
    case ENG_DIST_LOGNORMAL:
    case ENG_DIST_LOGNORMAL_CV:
        sdlog = dist->kind == ENG_DIST_LOGNORMAL ? arg[1] : eng_lognormal_sd(arg[1]);
        return eng_dist_mean(dist) * sqrt(eng_expm1(sdlog * sdlog));
    case ENG_DIST_TRIANGULAR:
        low = arg[1] - arg[0];
        high = arg[2] - arg[1];
        return sqrt((low * low + low * high + high * high) / 18);
    case ENG_DIST_BETA:
        return sqrt(arg[0] * arg[1] / (arg[0] + arg[1] + 1)) / (arg[0] + arg[1]);
    case ENG_DIST_POISSON:
        return sqrt(arg[0]);
    case ENG_DIST_BERNOULLI:
        return sqrt(arg[0] * (1 - arg[0]));
    case ENG_DIST_GAMMA:
        return sqrt(arg[0]) * arg[1];
    case ENG_DIST_NEGATIVE_BINOMIAL:
        return sqrt(arg[0] + arg[0] * arg[0] / arg[1]);
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        eng_dist_table_moments(dist->table, &mean, &variance);
        return sqrt(variance);
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

void
eng_dist_support(const eng_dist_t *dist, double *low, double *high)
{
    const double *arg = dist->arg;

    *low = -INFINITY;
    *high = INFINITY;
    switch (dist->kind) {
    case ENG_DIST_FIXED:
        *low = *high = arg[0];
        break;
    case ENG_DIST_UNIFORM:
    case ENG_DIST_LOGUNIFORM:
        *low = arg[0];
        *high = arg[1];
        break;
    case ENG_DIST_TRUNCATED_NORMAL:
        *low = arg[2];
        *high = arg[3];
        break;
    case ENG_DIST_TRIANGULAR:
        *low = arg[0];
        *high = arg[2];
        break;
    case ENG_DIST_BETA:
    case ENG_DIST_BERNOULLI:
        *low = 0;
        *high = 1;
        break;
    case ENG_DIST_LOGNORMAL:
    case ENG_DIST_LOGNORMAL_CV:
    case ENG_DIST_POISSON:
    case ENG_DIST_GAMMA:
    case ENG_DIST_NEGATIVE_BINOMIAL:
        *low = 0;
        break;
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        *low = dist->table->value[0];
        *high = dist->table->value[dist->table->count - 1];
        break;
    case ENG_DIST_NORMAL:
    case ENG_NUM_DIST:
        break;
    }
    if (dist->truncated) {
        *low = eng_max(*low, dist->low);
        *high = eng_min(*high, dist->high);
    }
}
