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
    X(BERNOULLI, "bernoulli", 1, "p", "1 with probability p, else 0 (u < p gives 1)")                          \
    X(GAMMA, "gamma", 2, "shape scale", "gamma, mean shape x scale")                                          \
    X(NEGATIVE_BINOMIAL, "negative_binomial", 2, "mean size", "a count of variance mean + mean^2 / size")     \
    X(DISCRETE, "discrete", 0, "", "one of these values, with these probabilities")                           \
    X(CATEGORICAL, "categorical", 0, "", "0, 1, 2 ... with these probabilities")                              \
    X(EMPIRICAL, "empirical", 0, "", "one of the values of a sample, as often as it is there")

#define ENG_DIST_AS_ENUM(name, text, n, args, help) ENG_DIST_##name,
typedef enum { ENG_DIST_LIST(ENG_DIST_AS_ENUM) ENG_NUM_DIST } eng_dist_kind_t;
#undef ENG_DIST_AS_ENUM

#define ENG_DIST_MAX_ARGS 4

/** Values that rise, the weight of each, and the share of all up to each, the last of which is 1. */
typedef struct {
    int count;
    double *value, *weight, *cumulative;
} eng_dist_table_t;

typedef struct {
    eng_dist_kind_t kind;
    double arg[ENG_DIST_MAX_ARGS]; /* in the order of the list */
    const eng_dist_table_t *table; /* borrowed: of the kinds that have one (eng_dist_has_table) */
    double low, high;              /* where truncated: the law is that given low <= x <= high */
    bool truncated;
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

/** Does the kind hold a table of values; are its values single ones (so that shares of bounds need care)? */
bool eng_dist_has_table(int kind);
bool eng_dist_is_discrete(int kind);

/**
 * A table from values in any order and their weights (NULL: equal ones), equal values together; owned by the caller.
 * ENG_ERR_NO_MEMORY; ENG_ERR_RANGE for weights that are negative or all 0, and for values that are no numbers.
 */
int ENG_MUST_CHECK eng_dist_table_create(eng_dist_table_t *table, const double *value, const double *weight, int count);
void eng_dist_table_free(eng_dist_table_t *table);

/** Smallest x with cdf(x) >= u; 0 < u < 1.  Counts come out as whole numbers. */
double eng_dist_quantile(const eng_dist_t *dist, double u);
double eng_dist_cdf(const eng_dist_t *dist, double x);
/** P(X < low) + P(X > high). */
double eng_dist_outside(const eng_dist_t *dist, double low, double high);
double eng_dist_mean(const eng_dist_t *dist);
double eng_dist_sd(const eng_dist_t *dist);
/** Support: -inf..inf where it is unbounded. */
void eng_dist_support(const eng_dist_t *dist, double *low, double *high);

/** Standard deviation of the logarithm of a lognormal law with coefficient of variation cv. */
double eng_lognormal_sd(double cv);

#endif
