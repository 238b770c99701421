/**
 * PCG64-DXSM over lanes: the same words as base/rng.c, one stream a lane, 128-bit numbers as rows of halves.
 */
#ifndef ENG_MODEL_LANES_RNG_ROWS_H
#define ENG_MODEL_LANES_RNG_ROWS_H

#include "model/lanes/lanes.h"

/** a b as two halves; both from the four products of 32 bits, which is what vectors have. */
LANE_INLINE void wide_product(uint64_t a, uint64_t b, uint64_t *low, uint64_t *high)
{
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
    const uint64_t side = p10 + (p00 >> 32), middle = p01 + (uint32_t)side; /* neither can overflow */
    *low = middle << 32 | (uint32_t)p00;
    *high = p11 + (side >> 32) + (middle >> 32);
}

/** The output of a state (before its advance). */
LANE_INLINE uint64_t dxsm(uint64_t low, uint64_t high)
{
    high ^= high >> 32;
    high *= ENG_DXSM_MULTIPLIER;
    high ^= high >> 48;
    return high * (low | 1);
}

/** state = mult * state + plus, all mod 2^128. */
LANE_INLINE void affine(uint64_t *low, uint64_t *high, uint64_t mult_low, uint64_t mult_high, uint64_t plus_low, uint64_t plus_high)
{
    uint64_t lo, hi;
    wide_product(*low, mult_low, &lo, &hi);
    const uint64_t sum = lo + plus_low;
    *high = hi + *low * mult_high + *high * mult_low + plus_high + (sum < lo);
    *low = sum;
}

/** Next words of a row of streams. */
LANE_INLINE void next_words(eng_wide_row_t *restrict state, const eng_wide_row_t *restrict inc, uint64_t *restrict word)
{
    FOR_LANES
    {
        uint64_t low = state->low[l], high = state->high[l];
        word[l] = dxsm(low, high);
        affine(&low, &high, ENG_DXSM_MULTIPLIER, 0, inc->low[l], inc->high[l]);
        state->low[l] = low;
        state->high[l] = high;
    }
}

/** Move a row of streams by a jump (state' = mult state + plus inc). */
LANE_INLINE void jump_rows(eng_wide_row_t *restrict state, const eng_wide_row_t *restrict inc, const eng_rng_jump_t *jump)
{
    const uint64_t ml = (uint64_t)jump->mult, mh = (uint64_t)(jump->mult >> 64);
    const uint64_t pl = (uint64_t)jump->plus, ph = (uint64_t)(jump->plus >> 64);
    FOR_LANES
    {
        uint64_t plus_low = inc->low[l], plus_high = inc->high[l], low = state->low[l], high = state->high[l];
        affine(&plus_low, &plus_high, pl, ph, 0, 0);
        affine(&low, &high, ml, mh, plus_low, plus_high);
        state->low[l] = low;
        state->high[l] = high;
    }
}

#endif
