/**
 * What one draw needs of a lane, the same for all its clones: cumulants of the descendants of one cell, and the normal
 * expansion that serves large clones.
 *
 * Cumulants are made in double, because their sums cancel.  The expansion itself is in `real`: its relative rounding moves
 * a boundary between neighbouring counts by less than 1e-7; only the mean, beside which the spread is small, and the
 * count need double.
 */
#ifndef ENG_MODEL_LANES_CLONE_LAW_H
#define ENG_MODEL_LANES_CLONE_LAW_H

#include "model/lanes/lanes.h"

#define NORMAL_MEAN     64.0 /* above both of these the expansion serves, */
#define NORMAL_VARIANCE 25.0 /* below either the exact law of small_clones.h.  Just above: 2e-5 (tests/stat_clones.c) */

typedef struct {
    double mean[ENG_LANES] ENG_ALIGNED;
    eng_row_t k2, k3, k4, k5; /* further cumulants */
    eng_row_t enough;     /* cells from which on the expansion serves */
} law_t;

/* From the factorial moments p j! beta^(j-1) / (1-beta)^j. */
LANE_INLINE void make_law(const real *loss, const real *gain, law_t *law)
{
    FOR_LANES
    {
        const double A = (double)loss[l], Q = (double)gain[l];
        const double p = 1 / (1 + A), ratio = Q / (1 + A - Q); /* survival; beta / (1 - beta) */
        const double f1 = p * (1 + ratio), f2 = 2 * f1 * ratio, f3 = 3 * f2 * ratio, f4 = 4 * f3 * ratio,
                     f5 = 5 * f4 * ratio;
        const double m2 = f2 + f1, m3 = f3 + 3 * f2 + f1, m4 = f4 + 6 * f3 + 7 * f2 + f1,
                     m5 = f5 + 10 * f4 + 25 * f3 + 15 * f2 + f1, f1f1 = f1 * f1;
        const double k2 = m2 - f1 * f1;
        law->mean[l] = f1;
        law->k2[l] = (real)k2;
        law->k3[l] = (real)(m3 - 3 * m2 * f1 + 2 * f1 * f1 * f1);
        law->k4[l] = (real)(m4 - 4 * m3 * f1 - 3 * m2 * m2 + 12 * m2 * f1 * f1 - 6 * f1 * f1 * f1 * f1);
        law->k5[l] = (real)(m5 - 5 * m4 * f1 - 10 * m3 * m2 + 20 * m3 * f1f1 + 30 * m2 * m2 * f1 - 60 * m2 * f1f1 * f1
            + 24 * f1f1 * f1f1 * f1);
        const double by_mean = NORMAL_MEAN / f1, by_variance = NORMAL_VARIANCE / (k2 > 1e-30 ? k2 : 1e-30);
        law->enough[l] = (real)(by_mean > by_variance ? by_mean : by_variance);
    }
}

/* Distance from the mean by the seven-term Cornish-Fisher expansion with the lattice correction; n k2 >= 24. */
LANE_INLINE real expand_spread(real n, real k2, real k3, real k4, real k5, real z)
{
    const real variance = n * k2 - (real)(1.0 / 12), v = variance > 1 ? variance : 1;
    const real inverse = 1 / v, sd = real_sqrt(v), z2 = z * z;
    const real g1 = n * k3 * inverse * inverse, g2 = (n * k4 + (real)(1.0 / 120)) * inverse * inverse; /* skewness / sd; excess */
    const real g3 = n * k5 * inverse * inverse * inverse; /* sd times fifth */
    const real third = g3 * ((z2 - 6) * z2 + 3) * (real)(1.0 / 120) - g1 * g2 * ((z2 - 5) * z2 + 2) * (real)(1.0 / 24)
        + g1 * g1 * g1 * v * ((12 * z2 - 53) * z2 + 17) * (real)(1.0 / 324);
    const real skew = g1 * ((z2 - 1) * (real)(1.0 / 6)) + third;
    const real rest = g2 * (z2 - 3) * (real)(1.0 / 24) - g1 * g1 * v * (2 * z2 - 5) * (real)(1.0 / 36);
    return sd * (z + z * rest) + v * skew;
}

/* The whole number nearest to mean + spread, not below 0. */
LANE_INLINE double expand_count(real n, double mean, real spread)
{
    const double x = (double)n * mean + (double)spread + 0.5;
    const double whole = (x + 0x1p52) - 0x1p52; /* nearest; below 2^51 */
    return x > 0 ? (whole > x ? whole - 1 : whole) : 0;
}

#endif
