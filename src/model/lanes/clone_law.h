/**
 * What one draw needs of a lane, the same for all its clones: cumulants of the descendants of one cell, and the normal
 * expansion that serves large clones.
 *
 * Cumulants and the expansion's coefficients are made in double, because their sums cancel.  The expansion itself is in `real`: its
 * relative rounding moves a boundary between neighbouring counts by some 1e-7; only the mean, beside which the spread is small, and the
 * count need double.
 */
#ifndef ENG_MODEL_LANES_CLONE_LAW_H
#define ENG_MODEL_LANES_CLONE_LAW_H

#include "model/lanes/lanes.h"

/*
 * From here on the expansion serves, below either the exact law of small_clones.h: boundaries within 1e-6
 * (tests/stat_clones.c).  The mean says nothing: 64 cells of which two leave thirty each are no normal number.
 */
#define NORMAL_LINEAGES 48.0 /* expected survivors */
#define NORMAL_VARIANCE 40.0

typedef struct {
    double mean[ENG_LANES] ENG_ALIGNED; /* of one cell's descendants */
    eng_row_t enough;                   /* cells from which on the expansion serves */
    eng_row_t sd;                       /* of one cell's descendants; the rest, times sd, are coefficients of powers of the normal z */
    eng_row_t first;                    /* order 1: z^2 - 1 */
    eng_row_t second[2], third[3], fourth[3]; /* orders 2 to 4: of z and z^3; 1, z^2 and z^4; z, z^3 and z^5 */
} law_t;

/** Cumulants 2 to 6 of one cell's descendants, from the factorial moments p j! beta^(j-1) / (1-beta)^j. */
typedef struct {
    double k2, k3, k4, k5, k6;
} cumulants_t;

LANE_INLINE cumulants_t make_cumulants(double mean, double r)
{
    const double f1 = mean, f2 = 2 * f1 * r, f3 = 3 * f2 * r, f4 = 4 * f3 * r, f5 = 5 * f4 * r, f6 = 6 * f5 * r;
    const double m = f1, m2 = f2 + f1, m3 = f3 + 3 * f2 + f1, m4 = f4 + 6 * f3 + 7 * f2 + f1;
    const double m5 = f5 + 10 * f4 + 25 * f3 + 15 * f2 + f1, m6 = f6 + 15 * f5 + 65 * f4 + 90 * f3 + 31 * f2 + f1;
    const double mm = m * m, mmm = mm * m, mmmm = mm * mm;

    return (cumulants_t){
        .k2 = m2 - mm,
        .k3 = m3 - 3 * m2 * m + 2 * mmm,
        .k4 = m4 - 4 * m3 * m - 3 * m2 * m2 + 12 * m2 * mm - 6 * mmmm,
        .k5 = m5 - 5 * m4 * m - 10 * m3 * m2 + 20 * m3 * mm + 30 * m2 * m2 * m - 60 * m2 * mmm + 24 * mmmm * m,
        .k6 = m6 - 6 * m5 * m - 15 * m4 * m2 + 30 * m4 * mm - 10 * m3 * m3 + 120 * m3 * m2 * m - 120 * m3 * mmm
            + 30 * m2 * m2 * m2 - 270 * m2 * m2 * mm + 360 * m2 * mmmm - 120 * mmmm * mm,
    };
}

/*
 * Distance from the mean: the Cornish-Fisher expansion to fourth order (R. Fisher and E. Cornish 1960; Abramowitz and Stegun
 * 26.2.49) about the normal z, with Sheppard's corrections of a lattice (-1/12 of k2, 1/120 of k4).  Of n cells every cumulant is n times
 * that of one, so that order j of the expansion is a polynomial in z, which depends on the lane alone, times n^((1-j)/2).  lattice: 1/12
 * in units of k2, whose share of the lower orders falls to the second, third and fourth.
 */
LANE_INLINE void make_expansion(law_t *law, int l, cumulants_t k)
{
    const double v = k.k2 > 1e-15 ? k.k2 : 1e-15, inverse = 1 / v, sd = sqrt(v), lattice = inverse * (1.0 / 12);
    const double g1 = k.k3 * inverse * inverse * sd, g2 = k.k4 * inverse * inverse;
    const double g3 = k.k5 * inverse * inverse * inverse * sd, g4 = k.k6 * inverse * inverse * inverse, g11 = g1 * g1;
    const double cubic = g2 * (1.0 / 24), square = g11 * (1.0 / 36); /* of z^3 - 3 z; of 5 z - 2 z^3 */
    const double corrected = 1.5 * lattice * cubic + lattice * lattice * (144.0 / 2880), other = 2.5 * lattice * square;

    law->sd[l] = (real)sd;
    law->first[l] = (real)(sd * g1 * (1.0 / 6));
    law->second[0][l] = (real)(sd * (5 * square - 3 * cubic - 0.5 * lattice));
    law->second[1][l] = (real)(sd * (cubic - 2 * square));
    const double a = g3 * (1.0 / 120), b = g1 * g2 * (1.0 / 24), c = g11 * g1 * (1.0 / 324), d = g1 * lattice * (1.0 / 6);
    law->third[0][l] = (real)(sd * (3 * a - 2 * b + 17 * c - d));
    law->third[1][l] = (real)(sd * (5 * b - 6 * a - 53 * c + d));
    law->third[2][l] = (real)(sd * (a - b + 12 * c));
    const double e = g4 * (1.0 / 720), f = g2 * g2 * (1.0 / 384), g = g1 * g3 * (1.0 / 180), h = g11 * g2 * (1.0 / 288);
    const double i = g11 * g11 * (1.0 / 7776);
    law->fourth[0][l] = (real)(sd * (15 * e - 29 * f - 21 * g + 107 * h - 1511 * i - 3 * corrected + 5 * other - 0.125 * lattice * lattice));
    law->fourth[1][l] = (real)(sd * (24 * f - 10 * e + 17 * g - 103 * h + 1688 * i + corrected - 2 * other));
    law->fourth[2][l] = (real)(sd * (e - 3 * f - 2 * g + 14 * h - 252 * i));
}

LANE_INLINE void make_law(const real *loss, const real *gain, law_t *law)
{
    FOR_LANES
    {
        const double A = (double)loss[l], Q = (double)gain[l];
        const double p = 1 / (1 + A), r = Q / (1 + A - Q); /* survival; beta / (1 - beta) */
        const cumulants_t k = make_cumulants(p * (1 + r), r);
        const double by_lineages = NORMAL_LINEAGES * (1 + A), by_variance = NORMAL_VARIANCE / (k.k2 > 1e-30 ? k.k2 : 1e-30);

        law->mean[l] = p * (1 + r);
        law->enough[l] = (real)(by_lineages > by_variance ? by_lineages : by_variance);
        make_expansion(law, l, k);
    }
}

/* Of n >= 1 cells. */
LANE_INLINE real expand_spread(const law_t *law, int l, real n, real z)
{
    const real few = 1 / n, y = z * z;
    const real first = law->first[l] * (y - 1), third = fma_real(fma_real(law->third[2][l], y, law->third[1][l]), y, law->third[0][l]);
    const real second = fma_real(law->second[1][l], y, law->second[0][l]);
    const real fourth = fma_real(fma_real(law->fourth[2][l], y, law->fourth[1][l]), y, law->fourth[0][l]);
    const real odd = fma_real(few, fma_real(few, fourth, second), law->sd[l]);

    return fma_real(real_sqrt(n) * z, odd, fma_real(few, third, first));
}

/* The whole number nearest to mean + spread, not below 0. */
LANE_INLINE double expand_count(real n, double mean, real spread)
{
    const double x = (double)n * mean + (double)spread + 0.5;
    const double whole = (x + 0x1p52) - 0x1p52; /* nearest; below 2^51 */
    return x > 0 ? (whole > x ? whole - 1 : whole) : 0;
}

#endif
