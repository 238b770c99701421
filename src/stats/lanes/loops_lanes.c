/**
 * Loops over the values of a tile, once per width (ENG_WIDTH).  No branches: they become vector code.
 */
#include "base/math.h"
#include "stats/loops.h"
#include "stats/moments.h"

#ifndef ENG_WIDTH
#error "ENG_WIDTH (avx512, avx2, neon or plain) is set by the Makefile for this folder"
#endif
#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)
#define PASTE_OF(a, b) a##b
#define PASTE(a, b) PASTE_OF(a, b)

static void
quantise(const double *restrict value, size_t count, double step, int32_t *restrict quantum)
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

/* The high word follows from the sum of whole squares (below 2^53 here) and that of their low bits. */
static void
add_moments(const int32_t *restrict quantum, size_t count, int64_t *restrict words, size_t stride)
{
    const uint32_t mask = (UINT32_C(1) << ENG_SQUARE_BITS) - 1;
    int32_t present, q, n = 0, sum = 0; /* 128 values below 2^23 in size: no overflow */
    uint32_t low = 0;
    int64_t squares = 0;
    size_t l;

    for (l = 0; l < count; l++) {
        present = quantum[l] != ENG_QUANTUM_MISSING;
        q = present ? quantum[l] : 0;
        n += present;
        sum += q;
        low += (uint32_t)q * (uint32_t)q & mask;
        squares += (int64_t)q * q;
    }
    words[ENG_MOMENTS_N * stride] += n;
    words[ENG_MOMENTS_SUM * stride] += sum;
    words[ENG_MOMENTS_SQ_LOW * stride] += (int64_t)low;
    words[ENG_MOMENTS_SQ_HIGH * stride] += (int64_t)(((uint64_t)squares - low) >> ENG_SQUARE_BITS);
}

static void
find_linear(const eng_bins_t *bins, const double *restrict value, size_t count, int32_t *restrict index)
{
    const double origin = bins->origin, width = bins->width, last = bins->num_bins - 1;
    double x;
    size_t l;

    for (l = 0; l < count; l++) {
        x = (value[l] - origin) / width;
        x = x > 0 ? x : 0.0;
        x = x < last ? x : last;
        x = value[l] == value[l] ? x : -1.0;
        index[l] = (int32_t)x;
    }
}

/**
 * log(1.5 + t) for -0.5 <= t <= 0.5 within 6e-9: bins need no more, and there are many values.  Interpolated at
 * Chebyshev nodes.
 */
static inline double
coarse_log(double t)
{
    double z = t * t, even, odd;

    even = -0x1.d5e596cd76665p-7 + z * -0x1.92e8ef9333333p-8;
    odd = 0x1.0c29a7eff6666p-7 + z * 0x1.e004746c00000p-9;
    even = -0x1.94c2e6edfab33p-5 + z * even;
    odd = 0x1.afc730a5fce68p-6 + z * odd;
    even = -0x1.c71c00fe55211p-3 + z * even;
    odd = 0x1.948a86979378dp-4 + z * odd;
    even = 0x1.9f323e83a86b9p-2 + z * even;
    odd = 0x1.5555556b541e5p-1 + z * odd;
    return even + t * odd;
}

static void
find_logarithmic(const eng_bins_t *bins, const double *restrict value, size_t count, int32_t *restrict index)
{
    const double origin = bins->origin, scale = 1 / bins->width, last = bins->num_bins - 1, low = bins->low,
                 high = bins->high;
    double x, exponent, mantissa;
    uint64_t bits;
    size_t l;

    for (l = 0; l < count; l++) {
        x = value[l] > low ? value[l] : low; /* from here on positive, finite and normal */
        x = x < high ? x : high;
        bits = eng_math_bits(x);
        exponent = eng_math_double(bits >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
        mantissa = eng_math_double((bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000));
        x = (exponent * ENG_LN2 + coarse_log(mantissa - 1.5) - origin) * scale;
        x = x > 0 ? x : 0.0;
        x = x < last ? x : last;
        x = value[l] == value[l] ? x : -1.0;
        index[l] = (int32_t)x;
    }
}

static void
find_bins(const eng_bins_t *bins, const double *value, size_t count, int32_t *index)
{
    if (bins->logarithmic) {
        find_logarithmic(bins, value, count, index);
    } else {
        find_linear(bins, value, count, index);
    }
}

extern const eng_loops_t PASTE(eng_loops_, ENG_WIDTH);
const eng_loops_t PASTE(eng_loops_, ENG_WIDTH) = {
    .width = TEXT(ENG_WIDTH), .quantise = quantise, .moments = add_moments, .bins = find_bins,
};
