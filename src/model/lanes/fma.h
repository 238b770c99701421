/**
 * Multiply-add, rounded once.  With vectors it is one instruction; the plain build computes the same bits, even where the
 * baseline could multiply and add at once (AArch64), so that it stays a witness that owes nothing to that instruction:
 * float: the product is exact in double, the sum is rounded to odd by a two-sum and then to float (innocuous double
 * rounding: 53 >= 2 x 24 + 2); double: Boldo & Melquiond 2008, with Dekker's product and rounding to odd, exact while
 * nothing overflows or becomes subnormal (pools lie far inside).
 */
#ifndef ENG_MODEL_LANES_FMA_H
#define ENG_MODEL_LANES_FMA_H

/** a + b rounded to odd: if it is inexact the last bit is set, so that a later rounding cannot tie. */
LANE_INLINE double eng_add_odd(double a, double b)
{
    const double s = a + b;
    const double bb = s - a;
    const double error = (a - (s - bb)) + (b - bb);
    uint64_t bits = eng_math_bits(s);
    const uint64_t inexact = error != 0;
    const uint64_t even = inexact & ~bits & 1;
    /* s is even and inexact: step towards the error, which makes it odd */
    const uint64_t down = (uint64_t)((error < 0) != (s < 0));
    bits += even - 2 * (even & down);
    return eng_math_double(bits);
}

LANE_INLINE float eng_soft_fma_float(float a, float b, float c)
{
    return (float)eng_add_odd((double)a * (double)b, (double)c);
}

LANE_INLINE double eng_split_high(double a)
{
    const double t = 134217729.0 * a; /* 2^27 + 1, Veltkamp */
    return t - (t - a);
}

LANE_INLINE double eng_soft_fma_double(double a, double b, double c)
{
    const double ah = eng_split_high(a), al = a - ah, bh = eng_split_high(b), bl = b - bh;
    const double uh = a * b, ul = ((ah * bh - uh) + ah * bl + al * bh) + al * bl;
    const double th = c + ul, tb = th - c, tl = (c - (th - tb)) + (ul - tb);
    const double vh = uh + th, vb = vh - uh, vl = (uh - (vh - vb)) + (th - vb);
    const double sum = vh + eng_add_odd(tl, vl);
    return sum == 0 ? a * b + c : sum; /* which zero is a matter of the signs alone */
}

#if defined(__FMA__) || (defined(ENG_VECTOR) && defined(__ARM_FEATURE_FMA))
#ifdef ENG_REAL_DOUBLE
#define fma_real(a, b, c) __builtin_fma((a), (b), (c))
#else
#define fma_real(a, b, c) __builtin_fmaf((a), (b), (c))
#endif
#else
#ifdef ENG_REAL_DOUBLE
#define fma_real(a, b, c) eng_soft_fma_double((a), (b), (c))
#else
#define fma_real(a, b, c) eng_soft_fma_float((a), (b), (c))
#endif
#endif

#endif
