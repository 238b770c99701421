/**
 * What one draw needs of a lane, the same for all its clones: cumulants of the descendants of one cell, and the normal
 * expansion that serves large clones.
 *
 * Cumulants are made in double, because their sums cancel.  The expansion itself is in `real`: its relative rounding moves
 * a boundary between neighbouring counts by some 1e-7; only the mean, beside which the spread is small, and the count need
 * double.
 */
#ifndef ENG_MODEL_LANES_CLONE_LAW_H
#define ENG_MODEL_LANES_CLONE_LAW_H

#include "model/lanes/lanes.h"

/*
 * From here on the expansion serves, below either the exact law of small_clones.h: boundaries within 1e-6
 * (tests/stat_clones.c).  The mean says nothing: 64 cells of which two leave thirty each are no normal number.
 */
#define NORMAL_LINEAGES 48.0 /* expected survivors */
#define NORMAL_VARIANCE 36.0
#define NORMAL_PLENTY 25.0 /* times so many cells: orders 3 and 4, which fall with the powers 3/2 and 2, no longer count */

typedef struct {
    double mean[ENG_LANES] ENG_ALIGNED;
    eng_row_t k2, k3, k4, k5, k6; /* further cumulants of one cell's descendants */
    eng_row_t enough, plenty;     /* cells from which on the expansion serves, and its first orders alone */
} law_t;

/* From the factorial moments p j! beta^(j-1) / (1-beta)^j. */
LANE_INLINE void make_law(const real *loss, const real *gain, law_t *law)
{
    FOR_LANES
    {
        const double A = (double)loss[l], Q = (double)gain[l];
        const double p = 1 / (1 + A), r = Q / (1 + A - Q); /* survival; beta / (1 - beta) */
        const double f1 = p * (1 + r), f2 = 2 * f1 * r, f3 = 3 * f2 * r, f4 = 4 * f3 * r, f5 = 5 * f4 * r, f6 = 6 * f5 * r;
        const double m = f1, m2 = f2 + f1, m3 = f3 + 3 * f2 + f1, m4 = f4 + 6 * f3 + 7 * f2 + f1;
        const double m5 = f5 + 10 * f4 + 25 * f3 + 15 * f2 + f1, m6 = f6 + 15 * f5 + 65 * f4 + 90 * f3 + 31 * f2 + f1;
        const double mm = m * m, mmm = mm * m, mmmm = mm * mm, k2 = m2 - mm;
        law->mean[l] = m;
        law->k2[l] = (real)k2;
        law->k3[l] = (real)(m3 - 3 * m2 * m + 2 * mmm);
        law->k4[l] = (real)(m4 - 4 * m3 * m - 3 * m2 * m2 + 12 * m2 * mm - 6 * mmmm);
        law->k5[l] = (real)(m5 - 5 * m4 * m - 10 * m3 * m2 + 20 * m3 * mm + 30 * m2 * m2 * m - 60 * m2 * mmm + 24 * mmmm * m);
        law->k6[l] = (real)(m6 - 6 * m5 * m - 15 * m4 * m2 + 30 * m4 * mm - 10 * m3 * m3 + 120 * m3 * m2 * m - 120 * m3 * mmm
            + 30 * m2 * m2 * m2 - 270 * m2 * m2 * mm + 360 * m2 * mmmm - 120 * mmmm * mm);
        const double by_lineages = NORMAL_LINEAGES * (1 + A), by_variance = NORMAL_VARIANCE / (k2 > 1e-30 ? k2 : 1e-30);
        const double enough = by_lineages > by_variance ? by_lineages : by_variance;
        law->enough[l] = (real)enough;
        law->plenty[l] = (real)(NORMAL_PLENTY * enough);
    }
}

/*
 * Distance from the mean: the Cornish-Fisher expansion to fourth order (R. Fisher and E. Cornish 1960; Abramowitz and Stegun
 * 26.2.49) about the normal z, with Sheppard's corrections of a lattice to the even cumulants.  `whole` may be 0 where no lane
 * of the row needs the orders 3 and 4, and gives the same bits.
 */
LANE_INLINE real expand_spread(const law_t *law, int l, real n, real z, const int whole)
{
    const real variance = fma_real(n, law->k2[l], (real)(-1.0 / 12)), v = variance > 1 ? variance : 1;
    const real sd = real_sqrt(v), a = 1 / v, y = z * z;
    const real g1 = n * law->k3[l] * (a * a) * sd, g2 = fma_real(n, law->k4[l], (real)(1.0 / 120)) * (a * a);
    const real g3 = n * law->k5[l] * (a * a * a) * sd, g4 = fma_real(n, law->k6[l], (real)(-1.0 / 252)) * (a * a * a);
    const real g11 = g1 * g1;
    /* even in z: orders 1 and 3; over z: orders 2 and 4 */
    real even = g1 * (real)(1.0 / 6) * (y - 1);
    real odd = g2 * (real)(1.0 / 24) * (y - 3) - g11 * (real)(1.0 / 36) * fma_real(y, 2, -5);
    if (whole) {
        const real third = fma_real(fma_real(y, 1, -6), y, 3) * (g3 * (real)(1.0 / 120))
            - fma_real(fma_real(y, 1, -5), y, 2) * (g1 * g2 * (real)(1.0 / 24))
            + fma_real(fma_real(y, 12, -53), y, 17) * (g11 * g1 * (real)(1.0 / 324));
        const real fourth = fma_real(fma_real(y, 1, -10), y, 15) * (g4 * (real)(1.0 / 720))
            - fma_real(fma_real(y, 3, -24), y, 29) * (g2 * g2 * (real)(1.0 / 384))
            - fma_real(fma_real(y, 2, -17), y, 21) * (g1 * g3 * (real)(1.0 / 180))
            + fma_real(fma_real(y, 14, -103), y, 107) * (g11 * g2 * (real)(1.0 / 288))
            - fma_real(fma_real(y, 252, -1688), y, 1511) * (g11 * g11 * (real)(1.0 / 7776));
        even += n < law->plenty[l] ? third : 0;
        odd += n < law->plenty[l] ? fourth : 0;
    }
    return sd * (fma_real(z, odd, z) + even);
}

/* The whole number nearest to mean + spread, not below 0. */
LANE_INLINE double expand_count(real n, double mean, real spread)
{
    const double x = (double)n * mean + (double)spread + 0.5;
    const double whole = (x + 0x1p52) - 0x1p52; /* nearest; below 2^51 */
    return x > 0 ? (whole > x ? whole - 1 : whole) : 0;
}

#endif
