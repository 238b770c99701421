/**
 * Two distribution functions over the order of a parameter.
 */
#include "stats/regional.h"

#include "base/math.h"
#include "base/rng.h"

#include <stdlib.h>

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

/* Points in the order of x, of whom number i has the weights of deal[i]; ties are passed together. */
static double
distance(const ranked_t *order, const uint64_t *deal, const double *with, const double *without, uint64_t points, double *at)
{
    double all_with = 0, all_without = 0, a = 0, b = 0, most = 0;

    for (uint64_t i = 0; i < points; i++) {
        all_with += with[i];
        all_without += without[i];
    }
    *at = points > 0 ? order[0].x : NAN;
    for (uint64_t i = 0; i < points; i++) {
        a += with[deal[order[i].point]];
        b += without[deal[order[i].point]];
        const double apart = eng_abs(a / all_with - b / all_without);
        if ((i + 1 == points || order[i + 1].x > order[i].x) && apart > most) {
            most = apart;
            *at = order[i].x;
        }
    }
    return all_with > 0 && all_without > 0 ? most : NAN;
}

static void
shuffle(uint64_t *deal, uint64_t points, eng_rng_t *rng)
{
    for (uint64_t i = points; i > 1; i--) {
        const uint64_t j = (uint64_t)((eng_u128_t)eng_rng_next(rng) * i >> 64), kept = deal[i - 1];
        deal[i - 1] = deal[j];
        deal[j] = kept;
    }
}

static double
mean_of(const double *x, const double *weight, uint64_t points)
{
    double sum = 0, all = 0;

    for (uint64_t i = 0; i < points; i++) {
        sum += weight[i] * x[i];
        all += weight[i];
    }
    return sum / all;
}

int
eng_regional(const double *x, const double *with, const double *without, uint64_t points, int permutations, eng_regional_t *out)
{
    static const uint64_t seed[4] = { 0x656e6772616674, 0, 2, 1 };
    ranked_t *order = malloc((size_t)points * sizeof(*order) + 1);
    uint64_t *deal = calloc((size_t)points + 1, sizeof(*deal));
    const bool memory = order != NULL && deal != NULL;
    eng_rng_t rng;
    double at;
    int as_large = 1;

    for (uint64_t i = 0; memory && i < points; i++) {
        order[i] = (ranked_t){ x[i], i };
        deal[i] = i;
    }
    if (memory) {
        qsort(order, (size_t)points, sizeof(*order), by_x);
        eng_rng_seed(&rng, seed);
        *out = (eng_regional_t){ .distance = distance(order, deal, with, without, points, &at), .mean_with = mean_of(x, with, points),
            .mean_without = mean_of(x, without, points) };
        out->at = at;
        for (int k = 0; k < permutations; k++) {
            shuffle(deal, points, &rng);
            as_large += distance(order, deal, with, without, points, &at) >= out->distance;
        }
        out->p = out->distance == out->distance ? (double)as_large / (permutations + 1) : NAN;
    }
    free(order);
    free(deal);
    return memory ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for regional sensitivity");
}
