/**
 * Distributions as data: priors of parameters, laws of covariates.  A draw is quantile(u), one uniform each and monotone
 * in it (rising; bernoulli falls, as its row says), so that designs (LHS, Sobol') and common random numbers work.
 * Serial, no allocation.
 */
#ifndef ENG_BASE_DIST_H
#define ENG_BASE_DIST_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/* X(NAME, "name in a study", number of arguments, {argument names}, help).  `fixed` is a plain number in a study. */
#define ENG_DIST_LIST(X)                                                                                      \
    X(FIXED, "fixed", 1, "value", "always this value")                                                        \
    X(UNIFORM, "uniform", 2, "low high", "any value between low and high")                                    \
    X(LOGUNIFORM, "loguniform", 2, "low high", "the logarithm is uniform")                                    \
    X(NORMAL, "normal", 2, "mean sd", "Gaussian")                                                             \
    X(TRUNCATED_NORMAL, "truncated_normal", 4, "mean sd low high", "Gaussian conditioned on low..high (not clipped)") \
    X(LOGNORMAL, "lognormal", 2, "median sdlog", "Gaussian logarithm")                                        \
    X(LOGNORMAL_CV, "lognormal_cv", 2, "median cv", "Gaussian logarithm, sdlog = sqrt(log(1 + cv^2))")        \
    X(TRIANGULAR, "triangular", 3, "low mode high", "triangle density")                                       \
    X(BETA, "beta", 2, "a b", "beta on 0..1")                                                                 \
    X(POISSON, "poisson", 1, "mean", "a count")                                                               \
    X(BERNOULLI, "bernoulli", 1, "p", "1 with probability p, else 0 (u < p gives 1)")

#define ENG_DIST_AS_ENUM(name, text, n, args, help) ENG_DIST_##name,
typedef enum { ENG_DIST_LIST(ENG_DIST_AS_ENUM) ENG_NUM_DIST } eng_dist_kind_t;
#undef ENG_DIST_AS_ENUM

#define ENG_DIST_MAX_ARGS 4

typedef struct {
    eng_dist_kind_t kind;
    double arg[ENG_DIST_MAX_ARGS]; /* in the order of the list */
} eng_dist_t;

typedef struct {
    const char *name;
    int num_args;
    const char *args; /* names, separated by one space, in order */
    const char *help;
} eng_dist_row_t;

/** Row of a kind; NULL outside 0 <= kind < ENG_NUM_DIST. */
const eng_dist_row_t *eng_dist_row(int kind);
/** Kind of a name, -1 if unknown. */
int eng_dist_find(const char *name);
/** Index of an argument's name within its kind, -1 if unknown. */
int eng_dist_arg(int kind, const char *name, size_t name_length);

/** NULL if the arguments make a distribution (finite, sd >= 0, low < high, p in 0..1 ...), else what is wrong (static text). */
const char *eng_dist_problem(const eng_dist_t *dist);

/** Smallest x with cdf(x) >= u; 0 < u < 1.  Counts come out as whole numbers. */
double eng_dist_quantile(const eng_dist_t *dist, double u);
double eng_dist_cdf(const eng_dist_t *dist, double x);
double eng_dist_mean(const eng_dist_t *dist);
double eng_dist_sd(const eng_dist_t *dist);
/** Support: -inf..inf where it is unbounded. */
void eng_dist_support(const eng_dist_t *dist, double *low, double *high);

/** Standard deviation of the logarithm of a lognormal law with coefficient of variation cv. */
double eng_lognormal_sd(double cv);

#endif
