/**
 * GRAFT24 at size 0.01, steps of 0.1 d against exact courses: means, sds and maxima over courses of all species on days
 * 30, 100, 365 and 1825.  stat_network.c runs few exact courses, slow_network.c a thousand.
 */
#ifndef ENG_TESTS_NETWORK_ACCURACY_H
#define ENG_TESTS_NETWORK_ACCURACY_H

#include "exact_network.h"
#include "graft24.h"
#include "testlib.h"

#include <stdio.h>
#include <time.h>

#define ACCURACY_DAYS 4

static const double accuracy_day[ACCURACY_DAYS] = { 30, 100, 365, 1825 };

typedef struct {
    double n, sum[5], most; /* of powers of (x - origin) */
} accuracy_moments_t;

typedef accuracy_moments_t accuracy_t[ACCURACY_DAYS][GRAFT24_SPECIES];

static void accuracy_add(accuracy_moments_t *m, double x, double origin)
{
    const double d = x - origin;
    m->n++;
    m->sum[1] += d;
    m->sum[2] += d * d;
    m->sum[3] += d * d * d;
    m->sum[4] += d * d * d * d;
    m->most = fmax(m->most, x);
}

static double accuracy_mean(const accuracy_moments_t *m)
{
    return m->sum[1] / m->n;
}

static double accuracy_variance(const accuracy_moments_t *m)
{
    return (m->sum[2] - m->sum[1] * m->sum[1] / m->n) / (m->n - 1);
}

/* n x variance of the estimated variance */
static double accuracy_spread(const accuracy_moments_t *m)
{
    const double a = accuracy_mean(m), m2 = m->sum[2] / m->n, m3 = m->sum[3] / m->n, m4 = m->sum[4] / m->n;
    const double v = m2 - a * a;
    return m4 - 4 * a * m3 + 6 * a * a * m2 - 3 * a * a * a * a - v * v;
}

/* The first trajectory is the origin of all sums, so that squares do not cancel. */
static void accuracy_steps(const eng_network_t *network, int tiles, accuracy_t got, double origin[ACCURACY_DAYS][GRAFT24_SPECIES])
{
    static eng_network_tile_t tile;
    const uint32_t seed[4] = { 11, 0, 0, 0 };
    for (int j = 0; j < tiles; j++) {
        int done = 0;
        eng_network_open(&tile, network, seed, (uint64_t)j * ENG_LANES);
        for (int d = 0; d < ACCURACY_DAYS; d++) {
            const int steps = (int)(accuracy_day[d] * 10);
            CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, network, 0.1, steps - done), 0);
            done = steps;
            for (int s = 0; s < GRAFT24_SPECIES; s++) {
                origin[d][s] = j == 0 ? (double)tile.count[s][0] : origin[d][s];
                for (int l = 0; l < ENG_LANES; l++) {
                    accuracy_add(&got[d][s], (double)tile.count[s][l], origin[d][s]);
                }
            }
        }
    }
}

static void accuracy_exact(const eng_network_t *network, int runs, accuracy_t got, double origin[ACCURACY_DAYS][GRAFT24_SPECIES])
{
    static exact_t course;
    const uint32_t seed[4] = { 12, 0, 0, 0 };
    const clock_t start = clock();
    double events = 0;
    for (int j = 0; j < runs; j++) {
        exact_open(&course, network, seed, (uint64_t)j);
        for (int d = 0; d < ACCURACY_DAYS; d++) {
            exact_advance(&course, accuracy_day[d]);
            for (int s = 0; s < GRAFT24_SPECIES; s++) {
                accuracy_add(&got[d][s], course.count[s], origin[d][s]);
            }
        }
        events += course.events;
    }
    printf("%d exact courses: %.3g events each, %.1f ns of CPU time per event\n", runs, events / runs,
        1e9 * (double)(clock() - start) / CLOCKS_PER_SEC / events);
}

/* rms over species and days of the differences in standard errors; the spread of variances is the steps' own, better known. */
static void accuracy_compare(accuracy_t steps, accuracy_t exact, double *rms_mean, double *rms_sd, double *worst_most)
{
    double mean2 = 0, sd2 = 0, n = 0;
    *worst_most = 0;
    for (int d = 0; d < ACCURACY_DAYS; d++) {
        for (int s = 0; s < GRAFT24_SPECIES; s++) {
            const accuracy_moments_t *a = &steps[d][s], *b = &exact[d][s];
            const double va = accuracy_variance(a), vb = accuracy_variance(b);
            if (!(va > 0)) {
                continue;
            }
            const double each = 1 / a->n + 1 / b->n;
            const double z = (accuracy_mean(a) - accuracy_mean(b)) / sqrt(va * each);
            const double zs = (sqrt(va) - sqrt(vb)) / (sqrt(accuracy_spread(a) * each) / (2 * sqrt(va)));
            mean2 += z * z;
            sd2 += zs * zs;
            n++;
            /* the maxima of both samples, as multiples of the sd */
            *worst_most = fmax(*worst_most, fabs(a->most - b->most) / sqrt(va));
            if (fabs(z) > 3 || fabs(zs) > 3) {
                printf("%s day %g: mean off by %.2f, sd by %.2f standard errors\n", graft24_species[s].name, accuracy_day[d], z, zs);
            }
        }
    }
    *rms_mean = sqrt(mean2 / n);
    *rms_sd = sqrt(sd2 / n);
}

static void accuracy_check(int tiles, int runs)
{
    static graft24_t graft24;
    static accuracy_t steps, exact;
    static double origin[ACCURACY_DAYS][GRAFT24_SPECIES];
    double mean, sd, most;
    graft24_make(&graft24, 0.01);
    accuracy_steps(&graft24.network, tiles, steps, origin);
    accuracy_exact(&graft24.network, runs, exact, origin);
    accuracy_compare(steps, exact, &mean, &sd, &most);
    printf("rms z of means %.3f, of sds %.3f; maxima differ by at most %.2f sd\n", mean, sd, most);
    CU_ASSERT(mean <= 1.1);
    CU_ASSERT(sd <= 1.1);
}

#endif
