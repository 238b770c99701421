/**
 * Counts, sums and sums of squares of quantised values.  The loops have no branches: they become vector code.
 */
#include "stats/moments.h"
#include "base/math.h"

void
eng_quantise(const double *restrict value, size_t count, double step, int32_t *restrict quantum)
{
    const double limit = ENG_QUANTUM_MAX;
    double x;
    size_t l;

    for (l = 0; l < count; l++) {
        x = value[l] / step;
        x = x < limit ? x : limit;
        x = x > -limit ? x : -limit;
        x = (x + ENG_ROUNDER) - ENG_ROUNDER;
        x = value[l] == value[l] ? x : (double)ENG_QUANTUM_MISSING;
        quantum[l] = (int32_t)x;
    }
}

void
eng_moments_add(const int32_t *restrict quantum, size_t count, int64_t *restrict words, size_t stride)
{
    const uint64_t mask = (UINT64_C(1) << ENG_SQUARE_BITS) - 1;
    int32_t present, q, n = 0, sum = 0; /* 128 values below 2^23 in size: no overflow */
    uint64_t square, low = 0, high = 0;
    uint32_t size;
    size_t l;

    for (l = 0; l < count; l++) {
        present = quantum[l] != ENG_QUANTUM_MISSING;
        q = present ? quantum[l] : 0;
        size = (uint32_t)(q < 0 ? -q : q);
        square = (uint64_t)size * size;
        n += present;
        sum += q;
        low += square & mask;
        high += square >> ENG_SQUARE_BITS;
    }
    words[ENG_MOMENTS_N * stride] += n;
    words[ENG_MOMENTS_SUM * stride] += sum;
    words[ENG_MOMENTS_SQ_LOW * stride] += (int64_t)low;
    words[ENG_MOMENTS_SQ_HIGH * stride] += (int64_t)high;
}

double
eng_moments_variance(double n, double sum, double sq_low, double sq_high)
{
    double squares = sq_high * ENG_SQUARE_SCALE + sq_low;

    return n < 2 ? 0.0 : eng_max(0.0, (squares - sum * (sum / n)) / (n - 1));
}
