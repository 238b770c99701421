/**
 * Elementary functions on `real`: polynomials with explicit fma, no branches, no libm.  In float they are good to
 * about 2 ulp (tests/test_lanes.c); in double they lean on base/math.h.
 * Own minimax fits (Lawson's method at Chebyshev nodes); the normal quantile is odd in 1 - 2q and smooth in
 * w = -log(4 q (1 - q)), an observation of Giles 2010.
 */
#ifndef ENG_MODEL_LANES_REAL_MATH_H
#define ENG_MODEL_LANES_REAL_MATH_H

#ifdef ENG_REAL_DOUBLE

#define real_sqrt(x) sqrt(x)

LANE_INLINE real real_exp(real x)
{
    return eng_exp(x);
}

LANE_INLINE real real_expm1(real x)
{
    return eng_expm1(x);
}

LANE_INLINE real real_log(real x)
{
    return eng_log(x);
}

LANE_INLINE real real_floor(real x)
{
    return eng_floor(x);
}

/** Standard normal from 32 random bits: one for the sign, 31 for the tail (6.3 sigma). */
LANE_INLINE real real_normal(uint32_t bits)
{
    const double q = ((double)(int32_t)(bits >> 1) + 0.5) * 0x1p-32;
    const double z = eng_normal_quantile(q);
    return bits & 1 ? -z : z;
}

#else /* float */

#define real_sqrt(x) sqrtf(x)

LANE_INLINE uint32_t float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

LANE_INLINE float bits_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* x = n log 2 + r with a whole n: e^r - 1 is returned, 2^n is *scale.  -80 <= x <= 80. */
LANE_INLINE float exp_parts(float x, float *scale)
{
    const float shift = 12582912.0f; /* 1.5 x 2^23: adding it rounds to a whole number */
    const float t = fma_real(x, 1.44269504f, shift);
    const float n = t - shift;
    const float r = fma_real(n, 2.12194440e-4f, fma_real(-n, 0.693359375f, x));
    const float r2 = r * r;
    const float high = fma_real(fma_real(r, 1.381685649e-3f, 8.368646773e-3f), r2,
        fma_real(r, 4.166834059e-2f, 1.666652139e-1f));
    *scale = bits_float((float_bits(t) + 127u) << 23);
    return fma_real(fma_real(high, r, 0.4999999369f), r2, r);
}

/** e^x, -80 <= x <= 80; clipped below. */
LANE_INLINE real real_exp(real x)
{
    float scale;
    const float p = exp_parts(x < -80.0f ? -80.0f : x, &scale) + 1.0f;
    return p * scale;
}

/** e^x - 1, 0 <= x <= 80: small values keep their digits. */
LANE_INLINE real real_expm1(real x)
{
    float scale;
    const float p = exp_parts(x, &scale);
    return fma_real(scale, p, scale - 1.0f);
}

/** log x, x > 0 and normal. */
LANE_INLINE real real_log(real x)
{
    const uint32_t t = float_bits(x) + (0x3f800000u - 0x3f3504f3u); /* mantissa from sqrt(1/2) on */
    const float k = (float)((int32_t)(t >> 23) - 127);
    const float f = bits_float((t & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
    const float f2 = f * f;
    const float low = fma_real(fma_real(f, -0.1662496886f, 0.2000228232f), f2, fma_real(f, -0.2500079659f, 0.3333331679f));
    const float high
        = fma_real(fma_real(f, -0.07865377432f, 0.1287917276f), f2, fma_real(f, -0.1312530949f, 0.1418142471f));
    const float p = fma_real(high, f2 * f2, low);
    const float y = fma_real(f * f2, p, -0.5f * f2);
    return fma_real(k, 0.693359375f, f + fma_real(k, -2.12194440e-4f, y));
}

/** Largest whole number <= x, 0 <= x. */
LANE_INLINE real real_floor(real x)
{
    const float big = 8388608.0f; /* 2^23: from here on every float is whole */
    float y = (x + big) - big;
    y = y > x ? y - 1.0f : y;
    return x >= big ? x : y;
}

/** Standard normal from 32 random bits: one for the sign, 31 for the tail (6.3 sigma). */
LANE_INLINE real real_normal(uint32_t bits)
{
    const float q = ((float)(int32_t)(bits >> 1) + 0.5f) * 0x1p-32f;
    const float w = -real_log(4.0f * q * (1.0f - q));
    const float a = w - 2.5f, s = real_sqrt(w < 0.0f ? 0.0f : w) - 3.25f;
    float p = 4.035428592e-08f;
    p = fma_real(p, a, 4.86103469e-07f);
    p = fma_real(p, a, -4.990561022e-06f);
    p = fma_real(p, a, -6.217987672e-06f);
    p = fma_real(p, a, 3.091501874e-04f);
    p = fma_real(p, a, -1.773010171e-03f);
    p = fma_real(p, a, -5.908170952e-03f);
    p = fma_real(p, a, 3.488026599e-01f);
    p = fma_real(p, a, 2.123313567f);
    float t = -1.125954493e-05f;
    t = fma_real(t, s, -2.290040946e-04f);
    t = fma_real(t, s, 1.246965615e-03f);
    t = fma_real(t, s, -2.627755229e-03f);
    t = fma_real(t, s, 3.636265453e-03f);
    t = fma_real(t, s, -5.220636209e-03f);
    t = fma_real(t, s, 7.566856074e-03f);
    t = fma_real(t, s, 1.421641833f);
    t = fma_real(t, s, 4.361273826f);
    const float z = (1.0f - 2.0f * q) * (w < 5.0f ? p : t);
    return bits & 1 ? z : -z;
}

#endif

/** x^a, x > 0. */
LANE_INLINE real real_power(real x, real a)
{
    return real_exp(a * real_log(x));
}

/*
 * phi(x) = (e^x - 1)/x as the head of its series.  1 + x phi(x) is then an even Taylor polynomial of e^x and never
 * negative: a pool stays positive whatever its rates.  What is cut off is far below the error of the step itself.
 */

/** Relative error x^4/120: 7e-5 at |x| = 0.3, 8e-7 at 0.1. */
LANE_INLINE real phi_small(real x)
{
    return fma_real(fma_real(x, (real)(1.0 / 24), (real)(1.0 / 6)), x * x, fma_real(x, (real)0.5, 1));
}

/** Relative error x^6/5040: 2e-4 at |x| = 1, 3e-6 at 0.5. */
LANE_INLINE real phi_wide(real x)
{
    const real x2 = x * x;
    const real high = fma_real(fma_real(x, (real)(1.0 / 720), (real)(1.0 / 120)), x2, fma_real(x, (real)(1.0 / 24), (real)(1.0 / 6)));
    return fma_real(high, x2, fma_real(x, (real)0.5, 1));
}

#endif
