/**
 * The distributions of base/dist.h, by inversion, from closed forms and base/math.h, so that priors and covariates have
 * the same bits everywhere; beta, gamma and tables of values have files of their own.
 */
#include "base/dist_parts.h"

#include "base/math.h"
#include "base/sample.h"

#include <string.h>

#define MIN_KEPT 1e-9      /* least share of a law that a truncation may keep: quantiles stay good to 1e-7 of it */

/* --- rows ----------------------------------------------------------------------------------------------- */

#define AS_ROW(NAME, text, n, args, help) { text, n, args, help },
static const eng_dist_row_t rows[] = { ENG_DIST_LIST(AS_ROW) };
#undef AS_ROW

const eng_dist_row_t *
eng_dist_row(int kind)
{
    return kind >= 0 && kind < ENG_NUM_DIST ? &rows[kind] : NULL;
}

int
eng_dist_find(const char *name)
{
    int kind;

    for (kind = 0; kind < ENG_NUM_DIST; kind++) {
        if (strcmp(name, rows[kind].name) == 0) {
            return kind;
        }
    }
    return -1;
}

int
eng_dist_arg(int kind, const char *name, size_t name_length)
{
    const eng_dist_row_t *row = eng_dist_row(kind);
    const char *at;
    int j;

    if (row == NULL) {
        return -1;
    }
    for (at = row->args, j = 0; j < row->num_args; j++) {
        size_t length = strcspn(at, " ");

        if (length == name_length && memcmp(at, name, length) == 0) {
            return j;
        }
        at += length + (at[length] == ' ');
    }
    return -1;
}

static double cdf_untruncated(const eng_dist_t *dist, double x);
static double share_below(const eng_dist_t *dist, double x);

static const char *
range_problem(double low, double high)
{
    return low < high ? NULL : "low must be below high";
}

static const char *
truncated_problem(const double *arg)
{
    double a = (arg[2] - arg[0]) / arg[1], b = (arg[3] - arg[0]) / arg[1];

    if (arg[1] < 0) {
        return "sd must not be negative";
    }
    if (!(arg[2] < arg[3])) {
        return "low must be below high";
    }
    if (arg[1] == 0) {
        return arg[0] >= arg[2] && arg[0] <= arg[3] ? NULL : "with sd 0 the mean must lie in low..high";
    }
    return a < 37 && b > -37 ? NULL : "low..high is more than 37 sd from the mean";
}

static const char *
args_problem(const eng_dist_t *dist)
{
    const eng_dist_row_t *row = eng_dist_row((int)dist->kind);
    const double *arg = dist->arg;
    int j;

    if (row == NULL) {
        return "no such distribution";
    }
    for (j = 0; j < row->num_args; j++) {
        if (!(eng_abs(arg[j]) < INFINITY)) {
            return "every argument must be a finite number";
        }
    }
    switch (dist->kind) {
    case ENG_DIST_FIXED:
        return NULL;
    case ENG_DIST_UNIFORM:
        return range_problem(arg[0], arg[1]);
    case ENG_DIST_LOGUNIFORM:
        return arg[0] > 0 ? range_problem(arg[0], arg[1]) : "low must be positive";
    case ENG_DIST_NORMAL:
        return arg[1] >= 0 ? NULL : "sd must not be negative";
    case ENG_DIST_TRUNCATED_NORMAL:
        return truncated_problem(arg);
    case ENG_DIST_LOGNORMAL:
        return !(arg[0] > 0) ? "median must be positive" : arg[1] >= 0 ? NULL : "sdlog must not be negative";
    case ENG_DIST_LOGNORMAL_CV:
        return !(arg[0] > 0) ? "median must be positive" : arg[1] >= 0 ? NULL : "cv must not be negative";
    case ENG_DIST_TRIANGULAR:
        return arg[0] <= arg[1] && arg[1] <= arg[2] ? range_problem(arg[0], arg[2]) : "mode must lie in low..high";
    case ENG_DIST_BETA:
        return arg[0] > 0 && arg[1] > 0 ? NULL : "a and b must be positive";
    case ENG_DIST_POISSON:
        return arg[0] >= 0 ? NULL : "mean must not be negative";
    case ENG_DIST_BERNOULLI:
        return arg[0] >= 0 && arg[0] <= 1 ? NULL : "p must lie in 0..1";
    case ENG_DIST_GAMMA:
        return !(arg[0] >= 1e-3 && arg[0] <= 1e6) ? "shape must lie in 0.001..1e6" : arg[1] > 0 ? NULL : "scale must be positive";
    case ENG_DIST_NEGATIVE_BINOMIAL:
        return !(arg[0] >= 0 && arg[0] <= 1e6) ? "mean must lie in 0..1e6" :
            arg[1] >= 1e-3 && arg[1] <= 1e6    ? NULL : "size must lie in 0.001..1e6";
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        return eng_dist_table_problem(dist->table);
    case ENG_NUM_DIST:
        break;
    }
    return "no such distribution";
}

const char *
eng_dist_problem(const eng_dist_t *dist)
{
    const char *problem = args_problem(dist);

    if (problem != NULL || !dist->truncated) {
        return problem;
    }
    if (dist->kind == ENG_DIST_FIXED || dist->kind == ENG_DIST_BERNOULLI) {
        return "cannot be truncated";
    }
    if (!(dist->low <= dist->high)) {
        return "low must not be above high";
    }
    return cdf_untruncated(dist, dist->high) - share_below(dist, dist->low) >= MIN_KEPT ? NULL :
        "next to nothing of it lies in low..high";
}

/* --- the others ----------------------------------------------------------------------------------------- */

static double
step_at(double x, double place)
{
    return x >= place ? 1.0 : 0.0;
}

static double
normal_cdf(double x, double mean, double sd)
{
    return sd > 0 ? eng_normal_cdf((x - mean) / sd) : step_at(x, mean);
}

static double
truncated_cdf(double x, const double *arg)
{
    double a = (arg[2] - arg[0]) / arg[1], b = (arg[3] - arg[0]) / arg[1];

    if (x <= arg[2] || x >= arg[3]) {
        return step_at(x, arg[3]);
    }
    return arg[1] > 0 ? eng_dist_normal_between(a, (x - arg[0]) / arg[1]) / eng_dist_normal_between(a, b) : step_at(x, arg[0]);
}

static double
triangular_quantile(double low, double mode, double high, double u)
{
    double width = high - low;

    if (u * width < mode - low) {
        return eng_min(low + sqrt(u * width * (mode - low)), mode);
    }
    return eng_max(high - sqrt((1 - u) * width * (high - mode)), mode);
}

static double
triangular_cdf(double low, double mode, double high, double x)
{
    if (x <= low || x >= high) {
        return step_at(x, high);
    }
    return x < mode ? (x - low) * (x - low) / ((high - low) * (mode - low))
                    : 1 - (high - x) * (high - x) / ((high - low) * (high - mode));
}

/* The sum of the smaller tail from its largest term on. */
static double
poisson_cdf(double mean, double x)
{
    double j = eng_floor(x), term, sum;
    const bool lower = j < mean;

    if (j < 0 || mean == 0) {
        return step_at(j, 0);
    }
    j = lower ? j : j + 1;
    sum = term = eng_exp(j * eng_log(mean) - mean - eng_gamma_log(j + 1));
    while (term > 1e-17 * sum && j > 0) {
        term *= lower ? j / mean : mean / (j + 1);
        j += lower ? -1 : 1;
        sum += term;
    }
    return lower ? sum : 1 - sum;
}

/* --- what a distribution answers ------------------------------------------------------------------------ */

static double
quantile_untruncated(const eng_dist_t *dist, double u)
{
    const double *arg = dist->arg;

    switch (dist->kind) {
    case ENG_DIST_FIXED:
        return arg[0];
    case ENG_DIST_UNIFORM:
        return eng_min(arg[0] * (1 - u) + arg[1] * u, arg[1]);
    case ENG_DIST_LOGUNIFORM:
        return eng_max(arg[0], eng_min(arg[0] * eng_exp(u * eng_log(arg[1] / arg[0])), arg[1]));
    case ENG_DIST_NORMAL:
        return arg[0] + arg[1] * eng_normal_quantile(u);
    case ENG_DIST_TRUNCATED_NORMAL:
        return eng_sample_truncated_normal(arg[0], arg[1], arg[2], arg[3], u);
    case ENG_DIST_LOGNORMAL:
        return arg[0] * eng_exp(arg[1] * eng_normal_quantile(u));
    case ENG_DIST_LOGNORMAL_CV:
        return arg[0] * eng_exp(eng_lognormal_sd(arg[1]) * eng_normal_quantile(u));
    case ENG_DIST_TRIANGULAR:
        return triangular_quantile(arg[0], arg[1], arg[2], u);
    case ENG_DIST_BETA:
        return eng_dist_beta_quantile(arg[0], arg[1], u);
    case ENG_DIST_POISSON:
        return eng_sample_poisson(arg[0], u);
    case ENG_DIST_BERNOULLI:
        return u < arg[0] ? 1 : 0; /* falls with u, as the list promises: events with a common u nest */
    case ENG_DIST_GAMMA:
        return arg[1] * eng_dist_gamma_quantile(arg[0], u);
    case ENG_DIST_NEGATIVE_BINOMIAL:
        return eng_dist_negative_binomial_quantile(arg[0], arg[1], u);
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        return eng_dist_table_quantile(dist->table, u);
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

static double
cdf_untruncated(const eng_dist_t *dist, double x)
{
    const double *arg = dist->arg;

    switch (dist->kind) {
    case ENG_DIST_FIXED:
        return step_at(x, arg[0]);
    case ENG_DIST_UNIFORM:
        return eng_max(0.0, eng_min((x - arg[0]) / (arg[1] - arg[0]), 1.0));
    case ENG_DIST_LOGUNIFORM:
        return x <= arg[0] ? 0 : eng_min(eng_log(x / arg[0]) / eng_log(arg[1] / arg[0]), 1.0);
    case ENG_DIST_NORMAL:
        return normal_cdf(x, arg[0], arg[1]);
    case ENG_DIST_TRUNCATED_NORMAL:
        return truncated_cdf(x, arg);
    case ENG_DIST_LOGNORMAL:
        return x <= 0 ? 0 : normal_cdf(eng_log(x / arg[0]), 0, arg[1]);
    case ENG_DIST_LOGNORMAL_CV:
        return x <= 0 ? 0 : normal_cdf(eng_log(x / arg[0]), 0, eng_lognormal_sd(arg[1]));
    case ENG_DIST_TRIANGULAR:
        return triangular_cdf(arg[0], arg[1], arg[2], x);
    case ENG_DIST_BETA:
        return eng_dist_beta_cdf(arg[0], arg[1], x);
    case ENG_DIST_POISSON:
        return poisson_cdf(arg[0], x);
    case ENG_DIST_BERNOULLI:
        return x < 0 ? 0 : x < 1 ? 1 - arg[0] : 1;
    case ENG_DIST_GAMMA:
        return eng_dist_gamma_cdf(arg[0], x / arg[1]);
    case ENG_DIST_NEGATIVE_BINOMIAL:
        return eng_dist_negative_binomial_cdf(arg[0], arg[1], x);
    case ENG_DIST_DISCRETE:
    case ENG_DIST_CATEGORICAL:
    case ENG_DIST_EMPIRICAL:
        return eng_dist_table_cdf(dist->table, x);
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

/* P(X < x) */
static double
share_below(const eng_dist_t *dist, double x)
{
    if (!eng_dist_is_discrete((int)dist->kind)) {
        return cdf_untruncated(dist, x);
    }
    return dist->table != NULL ? eng_dist_table_below(dist->table, x) : cdf_untruncated(dist, -eng_floor(-x) - 1);
}

double
eng_dist_quantile(const eng_dist_t *dist, double u)
{
    double low, high;

    if (!dist->truncated) {
        return quantile_untruncated(dist, u);
    }
    low = share_below(dist, dist->low);
    high = cdf_untruncated(dist, dist->high);
    u = eng_max(0x1p-1000, eng_min(low + u * (high - low), 1 - 0x1p-53));
    return eng_max(dist->low, eng_min(quantile_untruncated(dist, u), dist->high));
}

double
eng_dist_cdf(const eng_dist_t *dist, double x)
{
    double low;

    if (!dist->truncated) {
        return cdf_untruncated(dist, x);
    }
    low = share_below(dist, dist->low);
    return x < dist->low ? 0 : x >= dist->high ? 1 : (cdf_untruncated(dist, x) - low) / (cdf_untruncated(dist, dist->high) - low);
}

double
eng_dist_outside(const eng_dist_t *dist, double low, double high)
{
    const double below = dist->truncated || !eng_dist_is_discrete((int)dist->kind) ? eng_dist_cdf(dist, low) : share_below(dist, low);

    return below + (1 - eng_dist_cdf(dist, high));
}

bool
eng_dist_is_discrete(int kind)
{
    return kind == ENG_DIST_FIXED || kind == ENG_DIST_POISSON || kind == ENG_DIST_BERNOULLI || kind == ENG_DIST_NEGATIVE_BINOMIAL ||
        eng_dist_has_table(kind);
}

bool
eng_dist_has_table(int kind)
{
    return kind == ENG_DIST_DISCRETE || kind == ENG_DIST_CATEGORICAL || kind == ENG_DIST_EMPIRICAL;
}
