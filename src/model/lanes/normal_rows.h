/**
 * Standard normal numbers from signed 32-bit words, from -2^31 (the lower tail) to 2^31 - 1 (the upper one), for counts: errors are small in
 * probability, not in the number.  A row is drawn by the short form; its few words far out take the exact one.
 */
#ifndef ENG_MODEL_LANES_NORMAL_ROWS_H
#define ENG_MODEL_LANES_NORMAL_ROWS_H

#include "model/lanes/lanes.h"

/** A tail below 2^-16 on either side. */
LANE_INLINE int far_out(uint32_t word)
{
    return (word + 0x80010000u) >> 17 == 0;
}

/** log x for 2^-17 < x <= 1, within 3e-7: what rough_normal needs. */
LANE_INLINE real rough_log(real x)
{
#ifdef ENG_REAL_DOUBLE
    return real_log(x);
#else
    const uint32_t t = float_bits(x) + (0x3f800000u - 0x3f3504f3u); /* mantissa from sqrt(1/2) on */
    const float k = (float)((int32_t)(t >> 23) - 127), f = bits_float((t & 0x7fffffu) + 0x3f3504f3u) - 1.0f, f2 = f * f;
    const float low = fma_real(fma_real(f, 0.2049256833f, -0.2489776569f), f2, fma_real(f, 0.333155447f, -0.5000148589f));
    const float p = fma_real(fma_real(f, 0.1198640855f, -0.1876171935f), f2 * f2, low);
    return fma_real(k, 0.69314718f, fma_real(f2, p, f));
#endif
}

/** Normal quantile of a word that is not far out, within 1e-7 in probability. */
LANE_INLINE real rough_normal(uint32_t word)
{
    const real u = fma_real((real)(int32_t)word, (real)0x1p-31, (real)0x1p-32), w = -rough_log(fma_real(-u, u, 1));
    real p = (real)-1.877243305e-08;
    p = fma_real(p, w, (real)8.871804101e-07);
    p = fma_real(p, w, (real)-1.635687448e-05);
    p = fma_real(p, w, (real)1.390616917e-04);
    p = fma_real(p, w, (real)-3.337272677e-04);
    p = fma_real(p, w, (real)-3.127188331e-03);
    p = fma_real(p, w, (real)1.623097991e-02);
    p = fma_real(p, w, (real)3.281422347e-01);
    p = fma_real(p, w, (real)1.253312428);
    return u * p;
}

/** Any word: the same number by the quantile whose tails keep their digits. */
LANE_INLINE real far_normal(uint32_t word)
{
    const int32_t x = (int32_t)word;
    const uint32_t near = (uint32_t)(x ^ (x >> 31) ^ INT32_MAX); /* steps from the end of the word's own side */

    return real_normal(near << 1 | (x >= 0));
}

#endif
