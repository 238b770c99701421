/**
 * Small counts of many (clone, lane) pairs at once, exactly: the distribution function is summed upwards from 0 until
 * it reaches a uniform number, for sixteen pairs side by side.  Binomial, negative binomial and Poisson probabilities all
 * obey P(j+1) = P(j) (base + slope j) / (j+1), so one loop serves them, and j is common to the group, so that it divides
 * once for all.  The pairs of a list are taken in the order of their means: the long sums keep one another company.
 *
 * A pair's count depends on its own law and number alone, never on its neighbours or on the length of the list.  It
 * never falls while u rises.  Every term is positive: a boundary between neighbouring counts is within 1e-12 of the
 * exact distribution function (tests/stat_clones.c).
 */
#ifndef ENG_MODEL_LANES_SMALL_COUNTS_H
#define ENG_MODEL_LANES_SMALL_COUNTS_H

#include "model/lanes/lanes.h"

#define SMALL_GROUP     16                                 /* pairs side by side: two vectors of 512 bits, four of 256 */
#define SMALL_STRIDE    4                                  /* terms between looks whether any pair needs more */
#define SMALL_PAIRS     ((ENG_NUM_CLONES + 1) * ENG_LANES) /* all clones and the stem cells of a tile */
#define SMALL_CLASSES   8                                  /* of means: below 1, 2, 4, .. 64, and the rest */
#define SMALL_LAST_TERM 0x1p-60                            /* probabilities beyond it cannot move a sum near 1 */
#define SMALL_MEAN      128.0                              /* largest mean that is summed */
#define SMALL_TERMS     8192 /* longest sum: 2 lineages of mean 128 die away below 2^-60 within 3200 terms */

/** Laws of one group. */
typedef struct {
    double first[SMALL_GROUP] ENG_ALIGNED; /* P(0) */
    double base[SMALL_GROUP] ENG_ALIGNED, slope[SMALL_GROUP] ENG_ALIGNED;
    double limit[SMALL_GROUP] ENG_ALIGNED; /* largest count */
    double mean[SMALL_GROUP] ENG_ALIGNED;
    double u[SMALL_GROUP] ENG_ALIGNED;     /* 0 < u < 1 */
} small_laws_t;

/** Smallest count <= limit with P(0) + ... + P(count) >= u. */
LANE_INLINE void sum_counts(const small_laws_t *law, double *restrict count)
{
    double term[SMALL_GROUP] ENG_ALIGNED, sum[SMALL_GROUP] ENG_ALIGNED, more = 1;

    LANE_SIMD for (int i = 0; i < SMALL_GROUP; i++)
    {
        term[i] = sum[i] = law->first[i];
        count[i] = 0;
    }
    for (int n = 0; n < SMALL_TERMS && more > 0; n += SMALL_STRIDE) {
        more = 0;
        LANE_PRAGMA(omp simd reduction(+ : more))
        for (int i = 0; i < SMALL_GROUP; i++) {
            const double mean = law->mean[i]; /* no load behind a condition: NEON has none */
            double t = term[i], total = sum[i], c = count[i], step = 0;
            for (int k = 0; k < SMALL_STRIDE; k++) {
                const double j = n + k, inverse = 1 / (j + 1);
                step = total < law->u[i] ? 1.0 : 0.0;
                step = j < law->limit[i] ? step : 0;
                step = ((t < SMALL_LAST_TERM) & (j > mean)) ? 0 : step;
                t *= (law->base[i] + law->slope[i] * j) * inverse;
                total += t;
                c += step;
            }
            term[i] = t;
            sum[i] = total;
            count[i] = c;
            more += step;
        }
    }
}

/** Indices of the pairs by the class of their mean, the smallest class first; the last is repeated to fill its group. */
static inline int small_order(const double *mean, int num, uint16_t *order)
{
    int start[SMALL_CLASSES + 1] = { 0 };
    uint8_t class[SMALL_PAIRS];

    for (int i = 0; i < num; i++) {
        const int exponent = (int)(eng_math_bits(mean[i]) >> 52) - 1022; /* 0: from 1/2, 1: from 1, 2: from 2 */
        const int above = exponent < 0 ? 0 : exponent;
        class[i] = (uint8_t)(above < SMALL_CLASSES - 1 ? above : SMALL_CLASSES - 1);
        start[class[i] + 1]++;
    }
    for (int j = 0; j < SMALL_CLASSES; j++) {
        start[j + 1] += start[j];
    }
    for (int i = 0; i < num; i++) {
        order[start[class[i]]++] = (uint16_t)i;
    }
    while (num % SMALL_GROUP != 0) {
        order[num] = order[num - 1];
        num++;
    }
    return num;
}

#endif
