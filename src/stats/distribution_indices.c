/**
 * Ratios of sums over thresholds.
 */
#include "stats/distribution_indices.h"

#include "base/math.h"
#include "stats/resample.h"

#include <stdlib.h>

/* What one threshold gives, or the sum over them: explained and all, of first order and of total indices (1 - explained / all). */
typedef struct {
    double first, first_all, total, total_all;
} shares_t;

static void
sum_up(shares_t *sum, const shares_t *one, double weight)
{
    sum->first += weight * one->first;
    sum->first_all += weight * one->first_all;
    sum->total += weight * one->total;
    sum->total_all += weight * one->total_all;
}

static double
ratio(double part, double all)
{
    const double index = part / all;
    return eng_abs(index) < INFINITY ? index : NAN;
}

/* --- saltelli ------------------------------------------------------------------------------------------------------ */

/* Rows that are complete at this threshold; weight NULL: each once. */
static shares_t
of_threshold(const eng_sobol_sample_t *design, const double *mean, const double *noise, int group, const double *weight, double noise_out, double *n)
{
    const uint64_t each = (uint64_t)design->groups * (design->second ? 2 : 1) + 2, g = (uint64_t)group + 1;
    double b_e = 0, a_e = 0, bb_ee = 0, aa_ee = 0, be = 0, ae = 0, noise_b = 0, noise_a = 0;

    *n = 0;
    for (uint64_t i = 0; i < design->rows; i++) {
        const double *y = mean + i * each, *v = noise + i * each, w = weight == NULL ? 1 : weight[i];
        const double a = y[0], b = y[each - 1], e = y[g], all = a + b + e;
        if (w == 0 || !(all == all)) {
            continue;
        }
        *n += w;
        b_e += w * (b + e) / 2;
        a_e += w * (a + e) / 2;
        bb_ee += w * (b * b + e * e) / 2;
        aa_ee += w * (a * a + e * e) / 2;
        be += w * b * e;
        ae += w * a * e;
        noise_b += w * (v[each - 1] + v[g]) / 2;
        noise_a += w * (v[0] + v[g]) / 2;
    }
    const double m = b_e / *n, q = a_e / *n;
    return (shares_t){ be / *n - m * m, bb_ee / *n - m * m - noise_out * noise_b / *n, ae / *n - q * q, aa_ee / *n - q * q - noise_out * noise_a / *n };
}

static shares_t
of_all(const eng_sobol_sample_t *design, const eng_distributions_t *of, int group, const double *weight, double noise_out, double *n)
{
    shares_t sum = { 0 };

    for (int k = 0; k < of->thresholds; k++) {
        if (of->weight[k] > 0) {
            const shares_t one = of_threshold(design, of->mean[k], of->noise[k], group, weight, noise_out, n);
            sum_up(&sum, &one, of->weight[k]);
        }
    }
    return sum;
}

static void
set_index(eng_index_t *index, double value, double raw, double *again, int resamples, double rows)
{
    const eng_interval_t interval = eng_resample_interval(value, again, resamples, ENG_Z95);
    *index = (eng_index_t){ value, interval.low, interval.high, raw, (uint64_t)rows };
}

int
eng_distribution_sobol(const eng_sobol_sample_t *design, const eng_distributions_t *of, int resamples, eng_index_t *first, eng_index_t *total)
{
    double *weight = malloc((size_t)design->rows * sizeof(*weight) + 1);
    double *f = malloc((size_t)resamples * sizeof(*f) + 1), *t = malloc((size_t)resamples * sizeof(*t) + 1), n = 0, rows = 0;
    const bool memory = weight != NULL && f != NULL && t != NULL;

    for (int g = 0; memory && g < design->groups; g++) {
        const shares_t value = of_all(design, of, g, NULL, 1, &rows), raw = of_all(design, of, g, NULL, 0, &rows);
        for (int k = 0; k < resamples; k++) {
            eng_resample_weights(design->rows, k, weight);
            const shares_t again = of_all(design, of, g, weight, 1, &n);
            f[k] = ratio(again.first, again.first_all);
            t[k] = 1 - ratio(again.total, again.total_all);
        }
        set_index(&first[g], ratio(value.first, value.first_all), ratio(raw.first, raw.first_all), f, resamples, rows);
        set_index(&total[g], 1 - ratio(value.total, value.total_all), 1 - ratio(raw.total, raw.total_all), t, resamples, rows);
    }
    free(weight);
    free(f);
    free(t);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for indices of distributions");
}

/* --- by ranks ------------------------------------------------------------------------------------------------------- */

typedef struct {
    double x;
    uint64_t point;
} ranked_t;

static int
by_x(const void *a, const void *b)
{
    const ranked_t *p = a, *q = b;
    const int order = (p->x > q->x) - (p->x < q->x);

    return order != 0 ? order : (p->point > q->point) - (p->point < q->point);
}

/* Neighbours in the order of x, the last beside the first. */
static shares_t
of_order(const ranked_t *order, uint64_t points, const double *mean, const double *noise, const double *weight, double noise_out, double *n)
{
    double sum = 0, squares = 0, products = 0, variance = 0, first = 0, before = 0;

    *n = 0;
    for (uint64_t i = 0; i < points; i++) {
        const double y = mean[order[i].point];
        if (!(y == y) || (weight != NULL && weight[i] == 0)) {
            continue;
        }
        products += *n > 0 ? before * y : 0;
        first = *n > 0 ? first : y;
        before = y;
        *n += 1;
        sum += y;
        squares += y * y;
        variance += noise[order[i].point];
    }
    products += before * first;
    const double m = sum / *n;
    return (shares_t){ .first = products / *n - m * m, .first_all = squares / *n - m * m - noise_out * variance / *n };
}

static double
rank_index(const ranked_t *order, uint64_t points, const eng_distributions_t *of, const double *weight, double noise_out, double *n)
{
    shares_t sum = { 0 };

    for (int k = 0; k < of->thresholds; k++) {
        const shares_t one = of_order(order, points, of->mean[k], of->noise[k], weight, noise_out, n);
        sum_up(&sum, &one, of->weight[k]);
    }
    return ratio(sum.first, sum.first_all);
}

int
eng_distribution_rank(const double *x, const eng_distributions_t *of, uint64_t points, int resamples, eng_index_t *out)
{
    ranked_t *order = malloc((size_t)points * sizeof(*order) + 1);
    double *weight = malloc((size_t)points * sizeof(*weight) + 1), *again = malloc((size_t)resamples * sizeof(*again) + 1), n = 0;
    const bool memory = order != NULL && weight != NULL && again != NULL;

    for (uint64_t i = 0; memory && i < points; i++) {
        order[i] = (ranked_t){ x[i], i };
    }
    if (memory) {
        qsort(order, (size_t)points, sizeof(*order), by_x);
        for (int k = 0; k < resamples; k++) {
            eng_resample_half(points, k, weight);
            again[k] = rank_index(order, points, of, weight, 1, &n);
        }
        const double raw = rank_index(order, points, of, NULL, 0, &n), value = rank_index(order, points, of, NULL, 1, &n);
        set_index(out, value, raw, again, resamples, n);
    }
    free(order);
    free(weight);
    free(again);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for indices of distributions");
}
