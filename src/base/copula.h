/**
 * Dependence between uniform numbers by a Gaussian copula: each coordinate stays uniform on 0..1, and pairs get the rank
 * (Spearman) correlation that was asked for.  Knows neither parameters nor covariates: its coordinates are numbers 0 .. n - 1.
 * Own arithmetic, the same bits everywhere.
 */
#ifndef ENG_BASE_COPULA_H
#define ENG_BASE_COPULA_H

#include "base/error.h"

typedef struct {
    int a, b;        /* a != b */
    double spearman; /* within -1..1, both excluded */
} eng_correlation_t;

/** The dependent coordinates only, in rising order; all others pass unchanged. */
typedef struct {
    int count;
    int *coordinate; /* owned */
    double *lower;   /* owned: [count][count], the Cholesky factor of the correlations of the normal numbers */
} eng_copula_t;

/** Pearson correlation of the normal numbers that gives this rank correlation: 2 sin(pi r / 6); and back. */
double eng_copula_pearson(double spearman);
double eng_copula_spearman(double pearson);

/**
 * Pairs that are not named are not correlated.  ENG_ERR_RANGE: no such dependence is possible; then *worst is the pair that is
 * best changed (-1: no single one helps) and *nearest the value nearest to its own that is possible.
 */
int ENG_MUST_CHECK eng_copula_create(eng_copula_t *copula, const eng_correlation_t *pairs, int num_pairs, int *worst, double *nearest);
void eng_copula_free(eng_copula_t *copula);

/** Independent uniform numbers u[..] become dependent ones in place; scratch[count]. */
void eng_copula_apply(const eng_copula_t *copula, double *u, double *scratch);

#endif
