/**
 * The Gaussian copula.  Correlations of the normal numbers follow from rank correlations by r = 2 sin(pi s / 6) (K. Pearson
 * 1907); a matrix of them is possible if it has a Cholesky factor, whose product with independent normal numbers is what was
 * asked for.
 */
#include "base/copula.h"

#include "base/math.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ENG_PI 3.14159265358979323846
#define SMALLEST_PIVOT 1e-10 /* below it the last digits of a number would decide */
#define DIGITS 1e4           /* the nearest value that is told is one of so many parts of 1 */

/* sin x for |x| <= 1: its series */
static double
sine(double x)
{
    double term = x, sum = x;

    for (int n = 2; n < 24; n += 2) {
        term *= -x * x / (n * (n + 1));
        sum += term;
    }
    return sum;
}

double
eng_copula_pearson(double spearman)
{
    return 2 * sine(ENG_PI / 6 * spearman);
}

double
eng_copula_spearman(double pearson)
{
    double low = -1, high = 1;

    for (int n = 0; n < 60; n++) {
        const double middle = 0.5 * (low + high);
        if (eng_copula_pearson(middle) < pearson) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return 0.5 * (low + high);
}

/* --- the matrix ---------------------------------------------------------------------------------------------- */

/* Row i of the factor: the smallest pivot is what is left of 1.  False: there is none. */
static bool
factor_row(const double *matrix, const int *order, int n, int i, double *lower)
{
    double left = 1;

    for (int j = 0; j < i; j++) {
        double sum = matrix[order[i] * n + order[j]];

        for (int k = 0; k < j; k++) {
            sum -= lower[i * n + k] * lower[j * n + k];
        }
        lower[i * n + j] = sum / lower[j * n + j];
        left -= lower[i * n + j] * lower[i * n + j];
    }
    if (!(left > SMALLEST_PIVOT)) {
        return false;
    }
    lower[i * n + i] = sqrt(left);
    return true;
}

static bool
factor(const double *matrix, const int *order, int n, double *lower)
{
    bool good = true;

    memset(lower, 0, (size_t)n * (size_t)n * sizeof(*lower));
    for (int i = 0; i < n && good; i++) {
        good = factor_row(matrix, order, n, i, lower);
    }
    return good;
}

/*
 * Were only the element of rows p and q free: the values that it may have, low..high; false if there are none.  With both
 * rows last in order, they are what is common of the two rows plus or minus what is left of both.
 */
static bool
free_range(const double *matrix, int n, int p, int q, int *order, double *lower, double *low, double *high)
{
    double common = 0, left_p, left_q;
    int used = 0;

    for (int i = 0; i < n; i++) {
        if (i != p && i != q) {
            order[used++] = i;
        }
    }
    order[n - 2] = p;
    order[n - 1] = q;
    memset(lower, 0, (size_t)n * (size_t)n * sizeof(*lower));
    for (int i = 0; i < n - 1; i++) {
        if (!factor_row(matrix, order, n, i, lower)) {
            return false;
        }
    }
    left_p = lower[(n - 2) * n + n - 2];
    order[n - 2] = q; /* the other row at the same place */
    double *other = lower + (size_t)(n - 1) * (size_t)n;
    memcpy(other, lower + (size_t)(n - 2) * (size_t)n, (size_t)n * sizeof(*other));
    if (!factor_row(matrix, order, n, n - 2, lower)) {
        return false;
    }
    left_q = lower[(n - 2) * n + n - 2];
    for (int k = 0; k < n - 2; k++) {
        common += other[k] * lower[(n - 2) * n + k];
    }
    *low = common - left_p * left_q;
    *high = common + left_p * left_q;
    return true;
}

static int
place_of(const eng_copula_t *copula, int coordinate)
{
    int j = 0;

    while (copula->coordinate[j] != coordinate) {
        j++;
    }
    return j;
}

/* The last pair that could be right if it alone were changed, and to what. */
static void
find_worst(const eng_copula_t *copula, const double *matrix, const eng_correlation_t *pairs, int num_pairs, int *order,
    double *lower, int *worst, double *nearest)
{
    *worst = -1;
    *nearest = 0;
    for (int k = num_pairs - 1; k >= 0; k--) {
        double low, high, spearman;

        if (free_range(matrix, copula->count, place_of(copula, pairs[k].a), place_of(copula, pairs[k].b), order, lower, &low, &high)) {
            spearman = eng_copula_pearson(pairs[k].spearman) > high ? eng_copula_spearman(high) : eng_copula_spearman(low);
            /* towards the inside, so that what is told is possible */
            *nearest = eng_copula_pearson(pairs[k].spearman) > high ? (eng_floor(spearman * DIGITS) - 1) / DIGITS
                                                                    : (eng_floor(spearman * DIGITS) + 2) / DIGITS;
            *worst = k;
            return;
        }
    }
}

/* The coordinates of all pairs, each once, rising. */
static void
collect(eng_copula_t *copula, const eng_correlation_t *pairs, int num_pairs)
{
    for (int k = 0; k < 2 * num_pairs; k++) {
        const int x = k % 2 == 0 ? pairs[k / 2].a : pairs[k / 2].b;
        int j = copula->count;

        while (j > 0 && copula->coordinate[j - 1] > x) {
            j--;
        }
        if (j > 0 && copula->coordinate[j - 1] == x) {
            continue;
        }
        memmove(copula->coordinate + j + 1, copula->coordinate + j, (size_t)(copula->count - j) * sizeof(*copula->coordinate));
        copula->coordinate[j] = x;
        copula->count++;
    }
}

int
eng_copula_create(eng_copula_t *copula, const eng_correlation_t *pairs, int num_pairs, int *worst, double *nearest)
{
    const size_t most = 2 * (size_t)num_pairs + 2;
    double *matrix = NULL;
    int *order = calloc(most, sizeof(*order));
    int ret = 0, n;

    *copula = (eng_copula_t){ .coordinate = calloc(most, sizeof(*copula->coordinate)) };
    if (order != NULL && copula->coordinate != NULL) {
        collect(copula, pairs, num_pairs);
        matrix = calloc((size_t)copula->count * (size_t)copula->count + 1, sizeof(*matrix));
        copula->lower = calloc((size_t)copula->count * (size_t)copula->count + 1, sizeof(*copula->lower));
    }
    if (matrix == NULL || copula->lower == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a copula");
        goto out;
    }
    n = copula->count;
    for (int j = 0; j < n; j++) {
        matrix[j * n + j] = 1;
        order[j] = j;
    }
    for (int k = 0; k < num_pairs; k++) {
        const int p = place_of(copula, pairs[k].a), q = place_of(copula, pairs[k].b);
        matrix[p * n + q] = matrix[q * n + p] = eng_copula_pearson(pairs[k].spearman);
    }
    if (!factor(matrix, order, n, copula->lower)) {
        find_worst(copula, matrix, pairs, num_pairs, order, copula->lower, worst, nearest);
        ret = ENG_FAIL(ENG_ERR_RANGE, "correlations that contradict one another");
    }
out:
    free(matrix);
    free(order);
    if (ret != 0) {
        eng_copula_free(copula);
    }
    return ret;
}

void
eng_copula_free(eng_copula_t *copula)
{
    free(copula->coordinate);
    free(copula->lower);
    *copula = (eng_copula_t){ 0 };
}

void
eng_copula_apply(const eng_copula_t *copula, double *u, double *scratch)
{
    const int n = copula->count;

    for (int j = 0; j < n; j++) {
        scratch[j] = eng_normal_quantile(u[copula->coordinate[j]]);
    }
    for (int i = n - 1; i > 0; i--) { /* the first keeps its bits */
        double sum = 0;

        for (int j = 0; j <= i; j++) {
            sum += copula->lower[i * n + j] * scratch[j];
        }
        u[copula->coordinate[i]] = eng_max(0x1p-53, eng_min(eng_normal_cdf(sum), 1 - 0x1p-53));
    }
}
