/**
 * Products of neighbours in rank order.
 */
#include "stats/rank_indices.h"

#include "base/math.h"
#include "stats/resample.h"

#include <stdlib.h>

typedef struct {
    double x, y, noise;
    uint64_t number; /* ties keep the order of the points */
} ranked_t;

static int
by_x(const void *a, const void *b)
{
    const ranked_t *p = a, *q = b;
    const int order = (p->x > q->x) - (p->x < q->x);

    return order != 0 ? order : (p->number > q->number) - (p->number < q->number);
}

/* Those with weight, in order, the last beside the first. */
static double
index_of(const ranked_t *points, uint64_t count, const double *weight, double noise_out)
{
    double n = 0, sum = 0, squares = 0, products = 0, noise = 0, first = 0, before = 0;

    for (uint64_t i = 0; i < count; i++) {
        const double y = points[i].y;

        if (weight != NULL && weight[i] == 0) {
            continue;
        }
        if (n > 0) {
            products += before * y;
        } else {
            first = y;
        }
        before = y;
        n++;
        sum += y;
        squares += y * y;
        noise += points[i].noise;
    }
    if (n < 3) {
        return NAN;
    }
    products += before * first;
    const double mean = sum / n, index = (products / n - mean * mean) / (squares / n - mean * mean - noise_out * noise / n);
    return eng_abs(index) < INFINITY ? index : NAN;
}

int
eng_rank_index(const double *x, const double *mean, const double *noise, uint64_t points, int resamples, eng_index_t *out)
{
    ranked_t *ranked = malloc((size_t)points * sizeof(*ranked) + 1);
    double *weight = malloc((size_t)points * sizeof(*weight) + 1), *again = malloc((size_t)resamples * sizeof(*again) + 1);
    const bool memory = ranked != NULL && weight != NULL && again != NULL;
    double origin = 0;
    uint64_t count = 0;

    for (uint64_t i = 0; memory && i < points; i++) {
        if (mean[i] == mean[i]) {
            ranked[count] = (ranked_t){ x[i], mean[i], noise[i], i };
            count++;
            origin += (mean[i] - origin) / (double)count;
        }
    }
    for (uint64_t i = 0; i < count; i++) {
        ranked[i].y -= origin; /* so that products are no small differences of large numbers */
    }
    if (memory) {
        qsort(ranked, (size_t)count, sizeof(*ranked), by_x);
        for (int k = 0; k < resamples; k++) {
            eng_resample_half(count, k, weight);
            again[k] = index_of(ranked, count, weight, 1);
        }
        out->value = index_of(ranked, count, NULL, 1);
        out->raw = index_of(ranked, count, NULL, 0);
        out->rows = count;
        const eng_interval_t interval = eng_resample_interval(out->value, again, resamples, ENG_Z95);
        out->low = interval.low;
        out->high = interval.high;
    }
    free(ranked);
    free(weight);
    free(again);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for rank-based indices");
}
