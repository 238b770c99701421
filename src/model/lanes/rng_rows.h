/**
 * PCG64-DXSM over lanes: the same words as base/rng.c, one stream a lane, 128-bit numbers as rows of halves.
 *
 * Written over packs of lanes: as many 64-bit words as a vector of x86 holds, elsewhere one.  Compilers do not find the
 * 32 x 32 bit products by themselves, so that mul32 names them.
 */
#ifndef ENG_MODEL_LANES_RNG_ROWS_H
#define ENG_MODEL_LANES_RNG_ROWS_H

#include "model/lanes/lanes.h"

#if defined(__AVX512DQ__)
#include <immintrin.h>
#define ENG_PACK 8
typedef uint64_t words_t __attribute__((vector_size(64), may_alias));
LANE_INLINE words_t mul32(words_t a, words_t b)
{
    return (words_t)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}
LANE_INLINE words_t mul64(words_t a, words_t b)
{
    return a * b;
}
LANE_INLINE words_t everywhere(uint64_t x)
{
    return (words_t)_mm512_set1_epi64((long long)x);
}
LANE_INLINE unsigned lanes_below(words_t a, words_t b)
{
    return _mm512_cmplt_epu64_mask((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
#include <immintrin.h>
#define ENG_PACK 4
typedef uint64_t words_t __attribute__((vector_size(32), may_alias));
LANE_INLINE words_t mul32(words_t a, words_t b)
{
    return (words_t)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}
LANE_INLINE words_t mul64(words_t a, words_t b)
{
    return mul32(a, b) + ((mul32(a >> 32, b) + mul32(a, b >> 32)) << 32);
}
LANE_INLINE words_t everywhere(uint64_t x)
{
    return (words_t)_mm256_set1_epi64x((long long)x);
}
LANE_INLINE unsigned lanes_below(words_t a, words_t b)
{
    return (unsigned)_mm256_movemask_pd((__m256d)(a < b));
}
#else
/* Lane by lane: plain, and AArch64, whose two instructions for the halves of a product of words beat four products in vectors of two. */
#define ENG_PACK 1
typedef uint64_t words_t;
LANE_INLINE words_t mul64(words_t a, words_t b)
{
    return a * b;
}
LANE_INLINE words_t everywhere(uint64_t x)
{
    return x;
}
LANE_INLINE unsigned lanes_below(words_t a, words_t b)
{
    return a < b;
}
#endif

#if ENG_PACK > 1
#define CARRY(sum, part) (-(words_t)((sum) < (part))) /* a vector comparison gives all ones */
#else
#define CARRY(sum, part) ((words_t)((sum) < (part)))
#endif

#define FOR_PACKS for (int l = 0; l < ENG_LANES; l += ENG_PACK)
#define PACK(row) (*(words_t *)(void *)&(row)[l])
#define CONST_PACK(row) (*(const words_t *)(const void *)&(row)[l])

#if ENG_PACK > 1
/** Lower halves of words. */
LANE_INLINE words_t lower(words_t a)
{
    return a & everywhere(0xffffffffu);
}

/** Upper half of a b; the lower half goes to *low. */
LANE_INLINE words_t whole_product(words_t a, words_t b, words_t *low)
{
    const words_t a1 = a >> 32, b1 = b >> 32;
    const words_t p00 = mul32(a, b), p01 = mul32(a, b1), p10 = mul32(a1, b), p11 = mul32(a1, b1);
    const words_t middle = p10 + (p00 >> 32), last = p01 + lower(middle); /* neither can overflow */
    *low = last << 32 | lower(p00);
    return p11 + (middle >> 32) + (last >> 32);
}
#else
LANE_INLINE words_t whole_product(words_t a, words_t b, words_t *low)
{
    const eng_u128_t product = (eng_u128_t)a * b;
    *low = (words_t)product;
    return (words_t)(product >> 64);
}
#endif

/** The output of a state (before its advance). */
LANE_INLINE words_t dxsm(words_t low, words_t high)
{
    high ^= high >> 32;
    high = mul64(high, everywhere(ENG_DXSM_MULTIPLIER));
    high ^= high >> 48;
    return mul64(high, low | everywhere(1));
}

/** state = mult * state + plus, all mod 2^128. */
LANE_INLINE void affine(words_t *low, words_t *high, words_t mult_low, words_t mult_high, words_t plus_low, words_t plus_high)
{
    words_t lo;
    const words_t hi = whole_product(*low, mult_low, &lo) + (mul64(*low, mult_high) + mul64(*high, mult_low));
    const words_t sum = lo + plus_low;
    *high = hi + plus_high + CARRY(sum, lo);
    *low = sum;
}

/** The same with a multiplier of 64 bits. */
LANE_INLINE void affine_short(words_t *low, words_t *high, words_t mult, words_t plus_low, words_t plus_high)
{
    words_t lo;
    const words_t hi = whole_product(*low, mult, &lo) + mul64(*high, mult);
    const words_t sum = lo + plus_low;
    *high = hi + plus_high + CARRY(sum, lo);
    *low = sum;
}

/** Next words of a row of streams. */
LANE_INLINE void next_words(eng_wide_row_t *restrict state, const eng_wide_row_t *restrict inc, uint64_t *restrict word)
{
    FOR_PACKS
    {
        words_t low = PACK(state->low), high = PACK(state->high);
        PACK(word) = dxsm(low, high);
        affine_short(&low, &high, everywhere(ENG_DXSM_MULTIPLIER), CONST_PACK(inc->low), CONST_PACK(inc->high));
        PACK(state->low) = low;
        PACK(state->high) = high;
    }
}

/** Move a row of streams by a jump (state' = mult state + plus inc). */
LANE_INLINE void jump_rows(eng_wide_row_t *restrict state, const eng_wide_row_t *restrict inc, const eng_rng_jump_t *jump)
{
    const words_t ml = everywhere((uint64_t)jump->mult), mh = everywhere((uint64_t)(jump->mult >> 64));
    const words_t pl = everywhere((uint64_t)jump->plus), ph = everywhere((uint64_t)(jump->plus >> 64));
    const words_t none = everywhere(0);
    FOR_PACKS
    {
        words_t plus_low = CONST_PACK(inc->low), plus_high = CONST_PACK(inc->high);
        words_t low = PACK(state->low), high = PACK(state->high);
        affine(&plus_low, &plus_high, pl, ph, none, none);
        affine(&low, &high, ml, mh, plus_low, plus_high);
        PACK(state->low) = low;
        PACK(state->high) = high;
    }
}

#endif
