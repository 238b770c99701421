/**
 * The distributions of base/dist.h, by inversion.  The incomplete beta function comes from its continued
 * fraction (W. Press et al. describe it after Lentz 1976); its inverse and the others from closed forms and
 * base/math.h, so that priors and covariates have the same bits everywhere.
 */
#include "base/dist.h"

#include "base/math.h"
#include "base/sample.h"

#include <string.h>

#define MAX_FRACTION   20000 /* steps grow with the root of the larger shape: enough for shapes of 1e8 */
#define MAX_BISECTIONS 1200

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

const char *
eng_dist_problem(const eng_dist_t *dist)
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
    case ENG_NUM_DIST:
        break;
    }
    return "no such distribution";
}

/* --- beta ----------------------------------------------------------------------------------------------- */

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

static double
beta_cdf(double a, double b, double x)
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
        excess = beta_cdf(a, b, x) - u;
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

static double
beta_quantile(double a, double b, double u)
{
    return u <= beta_cdf(a, b, 0.5) ? beta_lower_quantile(a, b, u) : 1 - beta_lower_quantile(b, a, 1 - u);
}

/* --- the others ----------------------------------------------------------------------------------------- */

double
eng_lognormal_sd(double cv)
{
    return sqrt(eng_log1p(cv * cv));
}

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

/* P(a < Z < b) for a standard normal Z, without cancellation in the upper tail. */
static double
normal_between(double a, double b)
{
    return a > 0 ? eng_normal_cdf(-a) - eng_normal_cdf(-b) : eng_normal_cdf(b) - eng_normal_cdf(a);
}

static double
truncated_cdf(double x, const double *arg)
{
    double a = (arg[2] - arg[0]) / arg[1], b = (arg[3] - arg[0]) / arg[1];

    if (x <= arg[2] || x >= arg[3]) {
        return step_at(x, arg[3]);
    }
    return arg[1] > 0 ? normal_between(a, (x - arg[0]) / arg[1]) / normal_between(a, b) : step_at(x, arg[0]);
}

/* Mean and variance of a standard normal conditioned on a..b. */
static void
truncated_moments(double a, double b, double *mean, double *variance)
{
    double p = normal_between(a, b) * 2.5066282746310005024; /* sqrt(2 pi) */
    double at_a = eng_exp(-0.5 * a * a) / p, at_b = eng_exp(-0.5 * b * b) / p;

    *mean = eng_max(a, eng_min(at_a - at_b, b));
    *variance = eng_max(0.0, 1 + a * at_a - b * at_b - *mean * *mean);
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

double
eng_dist_quantile(const eng_dist_t *dist, double u)
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
        return beta_quantile(arg[0], arg[1], u);
    case ENG_DIST_POISSON:
        return eng_sample_poisson(arg[0], u);
    case ENG_DIST_BERNOULLI:
        return u < arg[0] ? 1 : 0; /* falls with u, as the list promises: events with a common u nest */
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

double
eng_dist_cdf(const eng_dist_t *dist, double x)
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
        return beta_cdf(arg[0], arg[1], x);
    case ENG_DIST_POISSON:
        return poisson_cdf(arg[0], x);
    case ENG_DIST_BERNOULLI:
        return x < 0 ? 0 : x < 1 ? 1 - arg[0] : 1;
    case ENG_NUM_DIST:
        break;
    }
    return NAN;
}

double
eng_dist_mean(const eng_dist_t *dist)
{
    const double *arg = dist->arg;
    double mean, variance, sdlog;

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
        *low = 0;
        break;
    case ENG_DIST_NORMAL:
    case ENG_NUM_DIST:
        break;
    }
}
