/**
 * Elementary functions that give the same bits on every machine, compiler, optimisation and vector width:
 * IEEE double, + - * / and sqrt only, no fma (the build says -ffp-contract=off), no tables, no branches and
 * no libm, so that a loop over them vectorises under `#pragma omp simd` (gcc: -fno-math-errno
 * -fno-trapping-math, because of sqrt and of the selections).
 *
 * Errors that tests/test_math.c measures (ulp: units in the last place; relative otherwise):
 *   eng_exp eng_exp10 eng_log eng_log1p     below 1 ulp
 *   eng_expm1                               below 1.2 ulp
 *   eng_log10                               below 0.6 ulp; exact at whole powers of ten
 *   eng_pow                                 below 1e-14 where |y log x| < 700
 *   eng_normal_quantile                     below 1e-14 for every p in 2^-1000..1
 *   eng_normal_cdf                          below 1e-13 while the result is a normal number
 *   eng_gamma_log                           below 1e-14 of max(1, |result|)
 * A NaN comes out of a NaN and of an argument outside a function's domain.
 *
 * Polynomials: interpolated at Chebyshev nodes in 60 digits, then rounded; their own error is 2^-57 or less.
 */
#ifndef ENG_BASE_MATH_H
#define ENG_BASE_MATH_H

#include <math.h> /* sqrt, INFINITY and NAN; nothing else of libm */
#include <stdint.h>
#include <string.h>

#define ENG_LN2          0x1.62e42fefa39efp-1
#define ENG_LN10         0x1.26bb1bbb55516p+1
#define ENG_LN2_HIGH     0x1.62e42fee00000p-1 /* 33 bits: times a whole number below 2^20 it is exact */
#define ENG_LN2_LOW      0x1.a39ef35793c76p-33
#define ENG_LOG_SQRT_2PI 0x1.d67f1c864beb5p-1
#define ENG_ROUNDER      0x1.8p52 /* added and taken away again it rounds to a whole number, ties to even */

static inline uint64_t
eng_math_bits(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static inline double
eng_math_double(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

static inline double
eng_min(double a, double b)
{
    return a < b ? a : b;
}

static inline double
eng_max(double a, double b)
{
    return a > b ? a : b;
}

static inline double
eng_abs(double x)
{
    return eng_math_double(eng_math_bits(x) & UINT64_C(0x7fffffffffffffff));
}

/** |size| with the sign of `sign`, also of -0. */
static inline double
eng_copy_sign(double size, double sign)
{
    return eng_math_double((eng_math_bits(size) & UINT64_C(0x7fffffffffffffff)) |
                           (eng_math_bits(sign) & UINT64_C(0x8000000000000000)));
}

/** Greatest whole number that is not above x. */
static inline double
eng_floor(double x)
{
    double shift = eng_copy_sign(0x1p52, x), whole = (x + shift) - shift;

    whole = whole > x ? whole - 1 : whole;
    return eng_abs(x) < 0x1p52 ? whole : x;
}

/** Nearest whole number, halves away from zero. */
static inline double
eng_round(double x)
{
    double size = eng_abs(x), whole = eng_floor(size);

    whole = size - whole >= 0.5 ? whole + 1 : whole;
    return eng_copy_sign(whole, x);
}

/**
 * A word as a number of the open interval (0, 1): (top 52 bits + 0.5) 2^-52.  All values are exact, so the
 * complement of a word gives exactly 1 - u.  (With 53 bits the half would be rounded and 1 be reached.)
 */
static inline double
eng_uniform(uint64_t word)
{
    return eng_math_double(word >> 12 | UINT64_C(0x3ff0000000000000)) - 0x1.fffffffffffffp-1;
}

/* --- exponential ---------------------------------------------------------------------------------------- */

/** (exp(r) - 1 - r) / r^2 for |r| <= 0.347. */
static inline double
eng_math_exp_tail(double r)
{
    double z = r * r, even, odd;

    even = 0x1.27e4db653346ep-22 + z * 0x1.1f7301a8efa5cp-29;
    odd = 0x1.71de0232f4775p-19 + z * 0x1.af4de6a36d4fcp-26;
    even = 0x1.a01a01a6d84aap-16 + z * even;
    odd = 0x1.a01a01abe78f9p-13 + z * odd;
    even = 0x1.6c16c16c162d5p-10 + z * even;
    odd = 0x1.11111111100dcp-7 + z * odd;
    even = 0x1.5555555555556p-5 + z * even;
    odd = 0x1.5555555555557p-3 + z * odd;
    even = 0.5 + z * even;
    return even + r * odd;
}

/** exp(x + low), |low| small beside x.  x beyond the range of exp gives 0 or inf. */
static inline double
eng_math_exp_sum(double x, double low)
{
    double shifted, k, high, r;
    uint64_t twice, half;

    x = x > 710.0 ? 710.0 : x;
    x = x < -746.0 ? -746.0 : x;
    shifted = x * 0x1.71547652b82fep+0 + ENG_ROUNDER;
    k = shifted - ENG_ROUNDER;
    high = x - k * ENG_LN2_HIGH; /* exact */
    low = low - k * ENG_LN2_LOW;
    r = high + low;
    r = 1 + (high + (low + r * r * eng_math_exp_tail(r)));
    /* times 2^k in two factors, since k runs from -1077 to 1025: k + 2048 is split in two halves */
    twice = (eng_math_bits(shifted) + 2048) & 0xfff;
    half = twice >> 1;
    return r * eng_math_double((half - 1) << 52) * eng_math_double((twice - half - 1) << 52);
}

static inline double
eng_exp(double x)
{
    return eng_math_exp_sum(x, 0.0);
}

/** exp(x) - 1 without loss for small x. */
static inline double
eng_expm1(double x)
{
    double clamped, shifted, k, high, low, r, half, one, big, sum, rest;

    clamped = x > 710.0 ? 710.0 : x;
    clamped = clamped < -40.0 ? -40.0 : clamped;
    shifted = clamped * 0x1.71547652b82fep+0 + ENG_ROUNDER;
    k = shifted - ENG_ROUNDER;
    high = clamped - k * ENG_LN2_HIGH;
    low = -k * ENG_LN2_LOW;
    r = high + low;
    rest = low + r * r * eng_math_exp_tail(r);
    /* 2^k (1 + high + rest) - 1, all halved because 2^1024 is no number; the sum of the big parts is exact */
    half = eng_math_double((eng_math_bits(shifted) + 1022) << 52);
    one = half - 0.5;
    big = half * high;
    sum = one + big;
    rest = half * rest + ((one - (sum - (sum - one))) + (big - (sum - one)));
    return eng_abs(x) < 0x1p-54 ? x : 2 * (sum + rest);
}

/* --- logarithm ------------------------------------------------------------------------------------------ */

/** x = 2^k m with sqrt(1/2) <= m < sqrt(2), for positive finite x. */
typedef struct {
    double m, k;
} eng_math_parts_t;

static inline eng_math_parts_t
eng_math_parts(double x)
{
    eng_math_parts_t parts;
    double tiny = x < 0x1p-1022 ? 54.0 : 0.0; /* a subnormal number is scaled first */
    double scale = x < 0x1p-1022 ? 0x1p54 : 1.0;
    uint64_t bits = eng_math_bits(x * scale), exponent;

    exponent = (bits + UINT64_C(0x00095f619980c433)) >> 52; /* 1.0 - sqrt(1/2), as bits */
    parts.m = eng_math_double(bits - (exponent << 52) + UINT64_C(0x3ff0000000000000));
    parts.k = eng_math_double(exponent | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023) - tiny;
    return parts;
}

/** (2 atanh(s) - 2 s) / s as a function of z = s^2 <= 0.0295. */
static inline double
eng_math_log_tail(double z)
{
    double w = z * z, even, odd;

    even = 0x1.745cf903bf096p-3 + w * 0x1.0fbe913e56013p-3;
    odd = 0x1.3b1c3586803aep-3 + w * 0x1.0c03cc5bca866p-3;
    even = 0x1.2492492476cbap-2 + w * even;
    odd = 0x1.c71c72015b06fp-3 + w * odd;
    even = 0x1.5555555555555p-1 + w * even;
    odd = 0x1.9999999999a38p-2 + w * odd;
    return z * (even + z * odd);
}

/** log(x + low) for positive finite x and |low| <= half an ulp of x; no special values. */
static inline double
eng_math_log_sum(double x, double low)
{
    eng_math_parts_t parts = eng_math_parts(x);
    double f = parts.m - 1, s = f / (2 + f), half = 0.5 * f * f;

    /* log(1 + f) = f - half + s (half + tail): all but f is small, so its rounding does not show */
    low = s * (half + eng_math_log_tail(s * s)) + (parts.k * ENG_LN2_LOW + low / x);
    return parts.k * ENG_LN2_HIGH - ((half - low) - f);
}

static inline double
eng_log(double x)
{
    double y = eng_math_log_sum(x, 0.0);

    y = x < INFINITY ? y : x; /* inf and NaN */
    y = x > 0 ? y : (x == 0 ? -INFINITY : NAN);
    return y;
}

/** log(1 + x) without loss for small x. */
static inline double
eng_log1p(double x)
{
    double u = 1 + x, part = u - 1, y;

    y = eng_math_log_sum(u, (1 - (u - part)) + (x - part));
    y = x < INFINITY ? y : x;
    y = eng_abs(x) < 0x1p-54 ? x : y;
    y = x > -1 ? y : (x == -1 ? -INFINITY : NAN);
    return y;
}

/* --- powers: logarithms as a sum of two numbers --------------------------------------------------------- */

typedef struct {
    double high, low;
} eng_math_pair_t;

/** a b as high + low, exactly (T. Dekker 1971); |a|, |b| < 2^996. */
static inline eng_math_pair_t
eng_math_product(double a, double b)
{
    eng_math_pair_t p;
    double ca = 0x1.0000002p27 * a, cb = 0x1.0000002p27 * b; /* 2^27 + 1 */
    double a1 = ca - (ca - a), b1 = cb - (cb - b), a2 = a - a1, b2 = b - b1;

    p.high = a * b;
    p.low = ((a1 * b1 - p.high) + a1 * b2 + a2 * b1) + a2 * b2;
    return p;
}

/** log(x) as a sum that is good to 2^-57, for positive finite x. */
static inline eng_math_pair_t
eng_math_log_pair(double x)
{
    eng_math_parts_t parts = eng_math_parts(x);
    eng_math_pair_t p, sum;
    double f = parts.m - 1, t = 2 + f, s = f / t, big, bump, first, rest;

    p = eng_math_product(s, t);
    rest = ((f - p.high) - p.low - s * (f - (t - 2))) / t; /* what rounding took from s */
    rest = 2 * rest + s * eng_math_log_tail(s * s);
    big = parts.k * ENG_LN2_HIGH;
    first = big + 2 * s;
    bump = first - big;
    rest = (big - (first - bump)) + (2 * s - bump) + (rest + parts.k * ENG_LN2_LOW);
    sum.high = first + rest;
    sum.low = (first - sum.high) + rest;
    return sum;
}

/** x^y for x >= 0; 0^0 = inf^0 = 1. */
static inline double
eng_pow(double x, double y)
{
    double exponent = eng_max(eng_min(y, 0x1p200), -0x1p200), high, low, z, limit;
    eng_math_pair_t log_x = eng_math_log_pair(x), p;

    p = eng_math_product(exponent, log_x.high);
    high = p.high;
    low = eng_abs(high) < 800.0 ? p.low + exponent * log_x.low : 0.0;
    z = eng_math_exp_sum(high, low);
    limit = (x == 0) == (y < 0) ? INFINITY : 0.0; /* for x = 0 and x = inf */
    limit = y == 0 ? 1.0 : limit;
    z = x == 0 || x == INFINITY ? limit : z;
    return x >= 0 && y == y ? z : NAN;
}

static inline double
eng_log10(double x)
{
    eng_math_pair_t log_x = eng_math_log_pair(x), p = eng_math_product(log_x.high, 0x1.bcb7b1526e50ep-2);
    double y = p.high + (p.low + log_x.low * 0x1.bcb7b1526e50ep-2 + log_x.high * 0x1.95355baaafad3p-57);

    y = x < INFINITY ? y : x;
    y = x > 0 ? y : (x == 0 ? -INFINITY : NAN);
    return y;
}

/** 10^x. */
static inline double
eng_exp10(double x)
{
    double clamped = x > 400.0 ? 400.0 : x;
    eng_math_pair_t p;

    clamped = clamped < -400.0 ? -400.0 : clamped;
    p = eng_math_product(clamped, 0x1.26bb1bbb55516p+1);
    return eng_math_exp_sum(p.high, p.low - clamped * 0x1.f48ad494ea3e9p-53);
}

/* --- normal distribution -------------------------------------------------------------------------------- */

/** c[0] + c[1] x + ... + c[7] x^7 */
#define ENG_MATH_POLY7(x, c0, c1, c2, c3, c4, c5, c6, c7)                                                              \
    ((c0) + (x) * ((c1) + (x) * ((c2) + (x) * ((c3) + (x) * ((c4) + (x) * ((c5) + (x) * ((c6) + (x) * (c7))))))))

/**
 * x with cdf(x) = p; -inf at 0, inf at 1.  q(1 - p) = -q(p) to the bit where 1 - p is exact.
 * Rational approximations of M. Wichura, Applied Statistics 37 (1988), algorithm AS 241.
 */
static inline double
eng_normal_quantile(double p)
{
    double q = p - 0.5, tail = p < 0.5 ? p : 1 - p, t, r, top, bottom;

    r = 0.180625 - q * q;
    top = q * ENG_MATH_POLY7(r, 3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
                             13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105,
                             2509.0809287301226727);
    bottom = ENG_MATH_POLY7(r, 1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
                            21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610);
    t = sqrt(eng_max(0.0, -eng_math_log_sum(tail, 0.0)));
    r = t - 1.6;
    top = eng_abs(q) <= 0.425
              ? top
              : eng_copy_sign(ENG_MATH_POLY7(r, 1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
                                             3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
                                             0.0227238449892691845833, 7.74545014278341407640e-4),
                              q);
    bottom = eng_abs(q) <= 0.425
                 ? bottom
                 : ENG_MATH_POLY7(r, 1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
                                  0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
                                  1.05075007164441684324e-9);
    r = t - 5.0;
    top =
        eng_abs(q) <= 0.425 || t <= 5.0
            ? top
            : eng_copy_sign(ENG_MATH_POLY7(r, 6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
                                           0.296560571828504891230, 0.0265321895265761230930, 1.24266094738807843860e-3,
                                           2.71155556874348757815e-5, 2.01033439929228813265e-7),
                            q);
    bottom = eng_abs(q) <= 0.425 || t <= 5.0
                 ? bottom
                 : ENG_MATH_POLY7(r, 1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
                                  7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                  2.04426310338993978564e-15);
    r = top / bottom;
    r = tail > 0 ? r : eng_copy_sign(INFINITY, q);
    return tail >= 0 ? r : NAN;
}

/** (x + 4) exp(x^2/2) (1 - cdf(x)) as a function of t = (x - 4) / (x + 4), 0 <= x <= 39. */
static inline double
eng_math_normal_tail(double t)
{
    double z = t * t, even, odd;

    even = -0x1.4c20ba116ea25p-29 + z * -0x1.f675af45fb0d0p-37;
    odd = 0x1.0df9a2d22ac96p-29 + z * -0x1.8f97cbc9023ffp-31;
    even = 0x1.4c5f1038eb0b5p-26 + z * even;
    odd = 0x1.c2d4773d6ec89p-27 + z * odd;
    even = -0x1.6d3f0e7e5e128p-24 + z * even;
    odd = -0x1.4c4352d9063e7p-23 + z * odd;
    even = 0x1.23872292c6acap-22 + z * even;
    odd = 0x1.122a5f17fbb8dp-20 + z * odd;
    even = -0x1.51fb943c2c413p-21 + z * even;
    odd = -0x1.8d49ebe4a9497p-18 + z * odd;
    even = 0x1.80baa16a9c2aap-21 + z * even;
    odd = 0x1.26d08f65c4ff2p-15 + z * odd;
    even = -0x1.001edbcd0e89ap-19 + z * even;
    odd = -0x1.e4a424fd84275p-13 + z * odd;
    even = 0x1.17a4ae851932ep-13 + z * even;
    odd = 0x1.ab825fbf65b69p-10 + z * odd;
    even = -0x1.c81719d5c10dcp-9 + z * even;
    odd = -0x1.ee2761047889ep-8 + z * odd;
    even = 0x1.eec4cc3e4d7f2p-5 + z * even;
    odd = -0x1.7dff2bff683b4p-3 + z * odd;
    even = 0x1.8c6dbf2cfc2b1p-2 + z * even;
    odd = -0x1.373e3a893c28ap-1 + z * odd;
    even = 0x1.82b4bb8c94dcep-1 + z * even;
    return even + t * odd;
}

/** P(X <= x) for a standard normal X; good in both tails. */
static inline double
eng_normal_cdf(double x)
{
    double size = eng_min(eng_abs(x), 39.0), tail;
    eng_math_pair_t square = eng_math_product(size, size);

    tail = eng_math_exp_sum(-0.5 * square.high, -0.5 * square.low);
    tail = tail * eng_math_normal_tail((size - 4) / (size + 4)) / (size + 4);
    tail = x > 0 ? 1 - tail : tail;
    return x == x ? tail : NAN;
}

/* --- gamma function ------------------------------------------------------------------------------------- */

/** log(gamma(x)) for x > 0 (inf at 0): Stirling's series from 10 on, carried down by the product below it. */
static inline double
eng_gamma_log(double x)
{
    double product = 1, y = x, z, series;
    int j;

    for (j = 0; j < 10; j++) { /* ten trips always: no branch */
        product = y < 10 ? product * y : product;
        y = y < 10 ? y + 1 : y;
    }
    z = 1 / (y * y);
    series = 1.0 / 1188 + z * (-691.0 / 360360 + z * (1.0 / 156));
    series = 1.0 / 12 + z * (-1.0 / 360 + z * (1.0 / 1260 + z * (-1.0 / 1680 + z * series)));
    series = (y - 0.5) * (eng_log(y) - 1) + (ENG_LOG_SQRT_2PI - 0.5 + series / y) - eng_log(product);
    series = x < INFINITY ? series : x;
    return x >= 0 ? series : NAN;
}

#endif
