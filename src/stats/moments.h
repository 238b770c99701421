/**
 * Mean and spread of numbers, kept as integers: a value is rounded to a whole multiple of a step, and four words
 * count, sum and square those multiples.  Words add in any order and grouping to the same bits.
 *
 * Room: a multiple stays below 2^22 in size (values beyond are held at that limit) and a difference of two below
 * 2^23, so that no word overflows before 2^40 values or 2^39 differences.  A square is split into its low
 * ENG_SQUARE_BITS bits and the rest, each summed on its own, because the sum of whole squares would not fit.
 */
#ifndef ENG_STATS_MOMENTS_H
#define ENG_STATS_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#define ENG_SQUARE_BITS 22
#define ENG_SQUARE_SCALE 0x1p22 /* weight of the high word */
#define ENG_QUANTUM_MAX ((INT32_C(1) << 22) - 1)
#define ENG_QUANTUM_MISSING INT32_MIN

enum { ENG_MOMENTS_N, ENG_MOMENTS_SUM, ENG_MOMENTS_SQ_LOW, ENG_MOMENTS_SQ_HIGH, ENG_MOMENTS_WORDS };

/** Most values of one call of eng_moments_add. */
#define ENG_MOMENTS_MAX_COUNT 128

/** quantum[l] = value[l] / step, rounded to the nearest whole number; NaN gives ENG_QUANTUM_MISSING.  step > 0. */
void eng_quantise(const double *value, size_t count, double step, int32_t *quantum);

/** Add `count` multiples; missing ones do not count.  Word k of the four is words[k * stride]. */
void eng_moments_add(const int32_t *quantum, size_t count, int64_t *words, size_t stride);

/** Variance between values, in steps squared, of n values with this sum and sum of squares; 0 for n < 2. */
double eng_moments_variance(double n, double sum, double sq_low, double sq_high);

#endif
