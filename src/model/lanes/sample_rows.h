/**
 * Poisson counts over lanes by inversion of 32-bit words.  A word is a signed number from -2^31 (the lower tail) to 2^31 - 1
 * (the upper one).  A boundary between neighbouring counts is within 1e-6 of the exact distribution function
 * (tests/test_network.c).  Three ways, by the mean and the word of a lane alone and so with the same bits whoever sits beside it:
 *   below FEW_MEAN   the tail is summed downwards from P(X > 0), in units that leave one multiply-add a term;
 *   from there on    the count as a smooth function of the normal quantile and of the mean, both fitted in units of
 *                    probability; the whole part of the mean is added last, exactly;
 *   tails < 2^-16    the exact sampler of base/sample.h: single precision would not know them.
 * A row goes through the ways that any of its lanes takes.  P(X > 0) <= mean, so that a lane whose tail is not below its mean is zero
 * after one comparison.
 */
#ifndef ENG_MODEL_LANES_SAMPLE_ROWS_H
#define ENG_MODEL_LANES_SAMPLE_ROWS_H

#include "base/sample.h"
#include "model/lanes/normal_rows.h"

#define FEW_MEAN  8
#define FEW_TERMS 28 /* a multiple of four; P(X > 28) < 2^-16 at mean 8, and 28! is far from the end of a float */

/** 1/(k + 1)!, negative: what a term of the sum adds. */
typedef struct {
    real minus[FEW_TERMS];
} poisson_terms_t;

static void poisson_terms(poisson_terms_t *terms)
{
    double inverse = 1;
    for (int k = 0; k < FEW_TERMS; k++) {
        inverse /= k + 1;
        terms->minus[k] = (real)-inverse;
    }
}

/** P(X > x) that a word stands for, 2^-33 to 1 - 2^-33: small ones keep their digits. */
LANE_INLINE real upper_tail(uint32_t word)
{
    const int32_t x = (int32_t)word, near = x ^ (x >> 31) ^ INT32_MAX; /* steps from the end of the word's own side */
    const real tail = fma_real((real)near, (real)0x1p-32, (real)0x1p-33);
    return x < 0 ? 1 - tail : tail;
}

/*
 * With s(k) = P(X > k) - tail the count is the number of positive s.  In units of e^-m m^k the recurrence
 * s(k + 1) = s(k) - P(X = k + 1) is s' = s / m - 1 / (k + 1)!.  Once negative it stays so; a mean of 0 ends in -infinity.
 */
static void poisson_few(const real *restrict mean, const uint32_t *restrict word, const poisson_terms_t *terms, real *restrict count)
{
    real s[ENG_LANES] ENG_ALIGNED, v[ENG_LANES] ENG_ALIGNED;
    int32_t n[ENG_LANES] ENG_ALIGNED;
    FOR_LANES
    {
        const real m = mean[l] < FEW_MEAN ? mean[l] : 0, q = upper_tail(word[l]), e = real_expm1(m);
        s[l] = fma_real(-q, e, e - q); /* e^m (1 - e^-m - q) */
        v[l] = 1 / m;
        n[l] = 0;
    }
    int more = 1;
    for (int k = 0; k < FEW_TERMS && more; k += 4) {
        const real t0 = terms->minus[k], t1 = terms->minus[k + 1], t2 = terms->minus[k + 2], t3 = terms->minus[k + 3];
        more = 0;
        LANE_PRAGMA(omp simd reduction(| : more))
        for (int l = 0; l < ENG_LANES; l++) {
            const real s0 = s[l], s1 = fma_real(s0, v[l], t0), s2 = fma_real(s1, v[l], t1), s3 = fma_real(s2, v[l], t2);
            s[l] = fma_real(s3, v[l], t3);
            n[l] += (s0 > 0) + (s1 > 0) + (s2 > 0) + (s3 > 0);
            more |= s[l] > 0;
        }
    }
    FOR_LANES count[l] = (real)n[l];
}

/*
 * Distance from the mean, in counts, before rounding: sd z + z^2 f(t) + g(t) + h(t)/m + c/m^2 with t = z / sd, the order of
 * terms of the expansion for large means (expand() in base/sample.c), but fitted (Lawson's method on the incomplete gamma
 * function, means from 7.9 on, |z| < 4.2, error times density: 3e-7).
 */
LANE_INLINE real poisson_distance(real m, real z)
{
    const real sd = real_sqrt(m), inverse = 1 / sd, a = inverse * inverse, t = z * inverse;
    real f = (real)3.101267196e-04;
    f = fma_real(f, t, (real)-4.985255479e-04);
    f = fma_real(f, t, (real)3.446510611e-04);
    f = fma_real(f, t, (real)-1.373704038e-03);
    f = fma_real(f, t, (real)3.895312357e-03);
    f = fma_real(f, t, (real)-1.386591680e-02);
    f = fma_real(f, t, (real)1.666502535e-01);
    real g = (real)1.673923355e-03;
    g = fma_real(g, t, (real)-1.415673095e-05);
    g = fma_real(g, t, (real)-4.020905264e-03);
    g = fma_real(g, t, (real)8.748630921e-03);
    g = fma_real(g, t, (real)-2.781124769e-02);
    g = fma_real(g, t, (real)-1.666607616e-01);
    real h = (real)8.719061390e-03;
    h = fma_real(h, t, (real)-1.338818461e-02);
    h = fma_real(h, t, (real)1.784917591e-02);
    h = fma_real(h, t, fma_real((real)-1.269939782e-04, a, (real)-1.982836225e-02));
    return fma_real(z, sd, fma_real(z * z, f, fma_real(h, a, g)));
}

/* Nearest whole number; above 2^22 (float) an even one, which is as good where the rest is rounded again. */
LANE_INLINE real nearest(real x)
{
    const real shift = sizeof(real) == sizeof(float) ? (real)0x1.8p23 : (real)0x1.8p52;
    return (x + shift) - shift;
}

LANE_INLINE real poisson_one_of_many(real m, uint32_t word)
{
    const real whole = nearest(m);
    return max0(whole + nearest(poisson_distance(m, rough_normal(word)) + (m - whole)));
}

static void poisson_many(const real *restrict mean, const uint32_t *restrict word, real *restrict count)
{
    FOR_LANES count[l] = poisson_one_of_many(mean[l], word[l]);
}

/* The others keep their counts. */
static void poisson_some(const real *restrict mean, const uint32_t *restrict word, real *restrict count)
{
    FOR_LANES
    {
        const real n = poisson_one_of_many(mean[l] < FEW_MEAN ? FEW_MEAN : mean[l], word[l]);
        count[l] = mean[l] < FEW_MEAN ? count[l] : n;
    }
}

/* Words far out, rare: about one row in five hundred has one. */
static void poisson_exact(const real *mean, const uint32_t *word, real *count)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (far_out(word[l]) && mean[l] > 0) {
            count[l] = (real)eng_sample_poisson((double)mean[l], ((double)(int32_t)word[l] + 0x1p31 + 0.5) * 0x1p-32);
        }
    }
}

/* A row some of whose means are small. */
static void poisson_mixture(const real *restrict mean, const uint32_t *restrict word, const poisson_terms_t *terms, real *restrict count)
{
    int hit = 0, large = 0;
    LANE_PRAGMA(omp simd reduction(| : hit, large))
    for (int l = 0; l < ENG_LANES; l++) {
        hit |= (mean[l] < FEW_MEAN) & (mean[l] > upper_tail(word[l]));
        large |= mean[l] >= FEW_MEAN;
        count[l] = 0;
    }
    if (hit) {
        poisson_few(mean, word, terms, count);
    }
    if (large) {
        poisson_some(mean, word, count);
    }
}

/** count[l] ~ Poisson(mean[l]), mean >= 0. */
static void poisson_row(const real *restrict mean, const uint32_t *restrict word, const poisson_terms_t *terms, real *restrict count)
{
    int small = 0, far = 0;
    LANE_PRAGMA(omp simd reduction(| : small, far))
    for (int l = 0; l < ENG_LANES; l++) {
        small |= mean[l] < FEW_MEAN;
        far |= far_out(word[l]);
    }
    if (small) {
        poisson_mixture(mean, word, terms, count);
    } else {
        poisson_many(mean, word, count);
    }
    if (far) {
        poisson_exact(mean, word, count);
    }
}

#endif
