/**
 * Poisson counts over lanes by inversion of 32-bit words.  Bit 0 of a word chooses the side, the others are the tail
 * probability to that side: both tails keep all their digits.  A boundary between neighbouring counts is within 1e-6
 * of the exact distribution function (tests/test_network.c).  Three ways, by the mean of a lane alone and so with
 * the same bits whoever sits beside it:
 *   below FEW_MEAN   the tail is summed downwards from P(X > 0) = 1 - e^-mean; since P(X > 0) <= mean, a row without
 *                    a tail below its mean is zero after one comparison, and where few are, they go one by one;
 *   from there on    Cornish and Fisher's expansion about the normal quantile, with the lattice correction (Poisson
 *                    case of expand() in base/sample.c); the whole part of the mean is added last, exactly;
 *   tails < 2^-16    the exact sampler of base/sample.h: single precision would not know them.
 */
#ifndef ENG_MODEL_LANES_SAMPLE_ROWS_H
#define ENG_MODEL_LANES_SAMPLE_ROWS_H

#include "base/sample.h"
#include "model/lanes/lanes.h"

#define FEW_MEAN   18.0f
#define FEW_TERMS  66   /* a multiple of three; P(X > 66) < 1e-16 at mean 18 */
#define FEW_BLOCK  16
#define EXACT_WORD 0x20000u /* words whose tail is below 2^-16 */

/** 1/(k + 1): FEW_TERMS divisions that the loop does not do. */
typedef struct {
    real inverse[FEW_TERMS];
} poisson_terms_t;

static void poisson_terms(poisson_terms_t *terms)
{
    for (int k = 0; k < FEW_TERMS; k++) {
        terms->inverse[k] = (real)1 / (real)(k + 1);
    }
}

LANE_INLINE real upper_tail(uint32_t word)
{
    const real tail = ((real)(int32_t)(word >> 1) + (real)0.5) * (real)0x1p-32;
    return word & 1 ? tail : 1 - tail;
}

/* 1 - e^-m, 0 <= m < FEW_MEAN */
LANE_INLINE real not_none(real m, real none)
{
    return m < (real)0.25 ? m * phi_wide(m < (real)0.25 ? -m : 0) : 1 - none;
}

/* One lane, the same operations as the loop over lanes in poisson_few(). */
static real poisson_one(real m, real tail, const poisson_terms_t *terms)
{
    real p = real_exp(-m), rest = not_none(m, p), n = 0;
    for (int k = 0; k < FEW_TERMS && rest > tail; k++) {
        n += 1;
        p *= m * terms->inverse[k];
        rest -= p;
    }
    return n;
}

/* A few lanes at a time, so that a long sum keeps few others waiting; three terms a pass. */
static void poisson_few(const real *restrict mean, const real *restrict tail, const poisson_terms_t *terms, real *restrict count)
{
    for (int first = 0; first < ENG_LANES; first += FEW_BLOCK) {
        real m[FEW_BLOCK] ENG_ALIGNED, p[FEW_BLOCK] ENG_ALIGNED, rest[FEW_BLOCK] ENG_ALIGNED, n[FEW_BLOCK] ENG_ALIGNED;
        const real *restrict q = tail + first;
        int more = 0;
        LANE_PRAGMA(omp simd reduction(| : more))
        for (int l = 0; l < FEW_BLOCK; l++) {
            m[l] = mean[first + l] < FEW_MEAN ? mean[first + l] : 0;
            p[l] = real_exp(-m[l]);
            rest[l] = not_none(m[l], p[l]);
            n[l] = 0;
            more |= rest[l] > q[l];
        }
        for (int k = 0; k < FEW_TERMS && more; k += 3) {
            const real i0 = terms->inverse[k], i1 = terms->inverse[k + 1], i2 = terms->inverse[k + 2];
            more = 0;
            LANE_PRAGMA(omp simd reduction(| : more))
            for (int l = 0; l < FEW_BLOCK; l++) {
                /* once below the tail it stays there: rest only falls */
                const real p0 = p[l] * (m[l] * i0), p1 = p0 * (m[l] * i1), p2 = p1 * (m[l] * i2);
                const real r0 = rest[l], r1 = r0 - p0, r2 = r1 - p1, r3 = r2 - p2;
                n[l] += (r0 > q[l] ? (real)1 : 0) + (r1 > q[l] ? (real)1 : 0) + (r2 > q[l] ? (real)1 : 0);
                p[l] = p2;
                rest[l] = r3;
                more |= r3 > q[l];
            }
        }
        LANE_SIMD for (int l = 0; l < FEW_BLOCK; l++) count[first + l] = n[l];
    }
}

/* Distance from the mean, in counts: lanes whose mean is from FEW_MEAN on. */
LANE_INLINE real poisson_distance(real m, real z)
{
    const real sd = real_sqrt(m), a = 1 / m, y = z * z;
    const real odd = fma_real(a, fma_real(y, fma_real(y, (real)(1.0 / 270), (real)(7.0 / 810)), (real)(-8.0 / 405)), (y - 1) * (real)(1.0 / 6));
    const real odd2 = fma_real(y, fma_real(y, fma_real(y, (real)(19.0 / 34020), (real)(25.0 / 15120)), (real)(-5189.0 / 408240)),
        (real)(-16.0 / 25515));
    const real even = fma_real(y, (real)(-1.0 / 72), (real)(-1.0 / 36));
    const real even2 = fma_real(y, fma_real(y, (real)(-23.0 / 17280), (real)(-137.0 / 38880)), (real)(671.0 / 38880));
    const real shift = fma_real(a * a, odd2, odd);
    const real twist = z * a * fma_real(a, even2, even);
    return fma_real(sd, z, fma_real(sd, twist, shift));
}

static void poisson_many(const real *restrict mean, const uint32_t *restrict word, real *restrict count)
{
    FOR_LANES
    {
        const real m = mean[l] < FEW_MEAN ? FEW_MEAN : mean[l], whole = real_floor(m);
        const real x = poisson_distance(m, real_normal(word[l])) + (m - whole) + (real)0.5;
        const real size = x < 0 ? -x : x, low = real_floor(size);
        const real floor = x < 0 ? (low == size ? -low : -low - 1) : low;
        const real n = whole + floor;
        count[l] = mean[l] < FEW_MEAN ? count[l] : max0(n);
    }
}

/* Words far out, rare: about one row in five hundred has one. */
static void poisson_exact(const real *mean, const uint32_t *word, real *count)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (word[l] < EXACT_WORD && mean[l] > 0) {
            const double tail = ((double)(word[l] >> 1) + 0.5) * 0x1p-32;
            count[l] = (real)eng_sample_poisson((double)mean[l], word[l] & 1 ? 1 - tail : tail);
        }
    }
}

/** count[l] ~ Poisson(mean[l]), mean >= 0. */
static void poisson_row(const real *restrict mean, const uint32_t *restrict word, const poisson_terms_t *terms, real *restrict count)
{
    real tail[ENG_LANES] ENG_ALIGNED;
    int hits = 0, many = 0, far = 0;
    LANE_PRAGMA(omp simd reduction(+ : hits) reduction(| : many, far))
    for (int l = 0; l < ENG_LANES; l++) {
        tail[l] = upper_tail(word[l]);
        count[l] = 0;
        hits += (mean[l] > tail[l]) & (mean[l] < FEW_MEAN);
        many |= mean[l] >= FEW_MEAN;
        far |= word[l] < EXACT_WORD;
    }
    if (hits > 4) {
        poisson_few(mean, tail, terms, count);
    } else if (hits > 0) {
        for (int l = 0; l < ENG_LANES; l++) {
            if (mean[l] > tail[l] && mean[l] < FEW_MEAN) {
                count[l] = poisson_one(mean[l], tail[l], terms);
            }
        }
    }
    if (many) {
        poisson_many(mean, word, count);
    }
    if (far) {
        poisson_exact(mean, word, count);
    }
}

#endif
