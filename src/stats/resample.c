/**
 * Resamples from PCG64-DXSM of fixed seeds: the tables that are made of a result have the same bits whenever they are made.
 */
#include "stats/resample.h"

#include "base/math.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

#define BELOW_ONE_SD 0.15865525393145707 /* of a normal law */

static eng_rng_t
stream(int resample, uint64_t use)
{
    const uint64_t seed[4] = { 0x656e6772616674, (uint64_t)resample, use, 1 };
    eng_rng_t rng;

    eng_rng_seed(&rng, seed);
    return rng;
}

/* A number below `bound`; the bias of 2^-64 bound shows in no table. */
static uint64_t
draw(eng_rng_t *rng, uint64_t bound)
{
    return (uint64_t)((eng_u128_t)eng_rng_next(rng) * bound >> 64);
}

void
eng_resample_weights(uint64_t rows, int resample, double *weight)
{
    eng_rng_t rng = stream(resample, 0);

    memset(weight, 0, (size_t)rows * sizeof(*weight));
    for (uint64_t i = 0; i < rows; i++) {
        weight[draw(&rng, rows)] += 1;
    }
}

/* Each row is taken with the chance that is needed to take as many as are still missing. */
void
eng_resample_half(uint64_t rows, int resample, double *weight)
{
    eng_rng_t rng = stream(resample, 1);
    uint64_t missing = rows / 2;

    for (uint64_t i = 0; i < rows; i++) {
        weight[i] = draw(&rng, rows - i) < missing ? 1 : 0;
        missing -= weight[i] > 0;
    }
}

static int
by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The spread is that of the middle two thirds: where a resample divides by next to nothing it says nothing of the others. */
eng_interval_t
eng_resample_interval(double value, double *resampled, int count, double critical)
{
    int n = 0;

    for (int k = 0; k < count; k++) {
        if (resampled[k] == resampled[k]) {
            resampled[n++] = resampled[k];
        }
    }
    if (n < 2 || !(value == value)) {
        return (eng_interval_t){ NAN, NAN };
    }
    qsort(resampled, (size_t)n, sizeof(*resampled), by_value);
    const double low = resampled[(int)eng_floor(BELOW_ONE_SD * n)], high = resampled[n - 1 - (int)eng_floor(BELOW_ONE_SD * n)];
    return (eng_interval_t){ value - critical * 0.5 * (high - low), value + critical * 0.5 * (high - low) };
}
