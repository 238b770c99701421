/**
 * GRAFT24 at size 0.01, steps of 0.1 d against exact courses: means, sds and maxima over courses of all species on days
 * 30, 100, 365 and 1825.  stat_network.c runs few exact courses, slow_network.c a thousand.
 *
 * Differences are counted in standard errors, and their root mean square over species and days would be 1 if the two laws were
 * the same.  Species and days go together, so that it scatters: how much is seen from as many groups of step courses as
 * there are, each of the size of the exact sample, against all of them.
 */
#ifndef ENG_TESTS_NETWORK_ACCURACY_H
#define ENG_TESTS_NETWORK_ACCURACY_H

#include "exact_network.h"
#include "graft24.h"
#include "testlib.h"

#include <stdio.h>
#include <time.h>

#define ACCURACY_DAYS   4
#define ACCURACY_GROUPS 128 /* at most */

static const double accuracy_day[ACCURACY_DAYS] = { 30, 100, 365, 1825 };

typedef struct {
    double n, sum[5], most; /* of powers of (x - origin) */
} accuracy_moments_t;

typedef accuracy_moments_t accuracy_t[ACCURACY_DAYS][GRAFT24_SPECIES];

typedef struct {
    accuracy_t all, group[ACCURACY_GROUPS]; /* of the steps */
    int size, num_groups;                   /* courses in a group: as many as exact ones */
    double origin[ACCURACY_DAYS][GRAFT24_SPECIES]; /* of the sums: the first course, so that squares do not cancel */
} accuracy_steps_t;

typedef struct {
    double mean, sd; /* root mean square of the differences, in standard errors */
    int beyond;      /* (species, day) whose maximum exceeds that of every group */
} accuracy_verdict_t;

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

/* One day of one tile, whose first course has the number `first`. */
static void accuracy_read(accuracy_steps_t *steps, const eng_network_tile_t *tile, int d, int first)
{
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        if (first == 0) {
            steps->origin[d][s] = (double)tile->count[s][0];
        }
        for (int l = 0; l < ENG_LANES; l++) {
            const int g = (first + l) / steps->size;
            accuracy_add(&steps->all[d][s], (double)tile->count[s][l], steps->origin[d][s]);
            if (g < steps->num_groups) {
                accuracy_add(&steps->group[g][d][s], (double)tile->count[s][l], steps->origin[d][s]);
            }
        }
    }
}

static void accuracy_steps(const eng_network_t *network, int tiles, int size, accuracy_steps_t *steps)
{
    static eng_network_tile_t tile;
    const uint32_t seed[4] = { 11, 0, 0, 0 };
    memset(steps, 0, sizeof(*steps));
    steps->size = size;
    steps->num_groups = tiles * ENG_LANES / size < ACCURACY_GROUPS ? tiles * ENG_LANES / size : ACCURACY_GROUPS;
    for (int j = 0; j < tiles; j++) {
        int done = 0;
        eng_network_open(&tile, network, seed, (uint64_t)j * ENG_LANES);
        for (int d = 0; d < ACCURACY_DAYS; d++) {
            const int until = (int)(accuracy_day[d] * 10);
            CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, network, 0.1, until - done), 0);
            done = until;
            accuracy_read(steps, &tile, d, j * ENG_LANES);
        }
    }
}

static void accuracy_exact(const eng_network_t *network, accuracy_steps_t *steps, accuracy_t got)
{
    static exact_t course;
    const uint32_t seed[4] = { 12, 0, 0, 0 };
    const clock_t start = clock();
    double events = 0;
    for (int j = 0; j < steps->size; j++) {
        exact_open(&course, network, seed, (uint64_t)j);
        for (int d = 0; d < ACCURACY_DAYS; d++) {
            exact_advance(&course, accuracy_day[d]);
            for (int s = 0; s < GRAFT24_SPECIES; s++) {
                accuracy_add(&got[d][s], course.count[s], steps->origin[d][s]);
            }
        }
        events += course.events;
    }
    printf("%d exact courses: %.3g events each, %.1f ns of CPU time per event\n", steps->size, events / steps->size,
        1e9 * (double)(clock() - start) / CLOCKS_PER_SEC / events);
}

/* Does the maximum exceed that of every group (but the sample itself, if it is one)? */
static bool accuracy_beyond(const accuracy_steps_t *steps, int d, int s, const accuracy_moments_t *sample)
{
    for (int g = 0; g < steps->num_groups; g++) {
        if (&steps->group[g][d][s] != sample && steps->group[g][d][s].most >= sample->most) {
            return false;
        }
    }
    return true;
}

/* A sample against all step courses, whose variance and spread are the better known ones.  say: print what is beyond 3. */
static accuracy_verdict_t accuracy_compare(const accuracy_steps_t *steps, accuracy_t sample, bool say)
{
    accuracy_verdict_t verdict = { 0 };
    double n = 0;
    for (int d = 0; d < ACCURACY_DAYS; d++) {
        for (int s = 0; s < GRAFT24_SPECIES; s++) {
            const accuracy_moments_t *a = &steps->all[d][s], *b = &sample[d][s];
            const double va = accuracy_variance(a), vb = accuracy_variance(b);
            if (!(va > 0)) {
                continue;
            }
            const double each = 1 / a->n + 1 / b->n;
            const double z = (accuracy_mean(a) - accuracy_mean(b)) / sqrt(va * each);
            const double zs = (sqrt(va) - sqrt(vb)) / (sqrt(accuracy_spread(a) * each) / (2 * sqrt(va)));
            verdict.mean += z * z;
            verdict.sd += zs * zs;
            n++;
            verdict.beyond += accuracy_beyond(steps, d, s, b);
            if (say && (fabs(z) > 3 || fabs(zs) > 3)) {
                printf("%s day %g: mean off by %.2f, sd by %.2f standard errors\n", graft24_species[s].name, accuracy_day[d], z, zs);
            }
        }
    }
    verdict.mean = sqrt(verdict.mean / n);
    verdict.sd = sqrt(verdict.sd / n);
    return verdict;
}

/* The largest of what groups of the same law show, and the usual. */
static accuracy_verdict_t accuracy_scatter(accuracy_steps_t *steps)
{
    accuracy_verdict_t most = { 0 };
    double mean = 0, sd = 0, beyond = 0;
    for (int g = 0; g < steps->num_groups; g++) {
        const accuracy_verdict_t one = accuracy_compare(steps, steps->group[g], false);
        most.mean = fmax(most.mean, one.mean);
        most.sd = fmax(most.sd, one.sd);
        most.beyond = one.beyond > most.beyond ? one.beyond : most.beyond;
        mean += one.mean / steps->num_groups;
        sd += one.sd / steps->num_groups;
        beyond += (double)one.beyond / steps->num_groups;
    }
    printf("%d groups of step courses among themselves: rms of means %.3f (most %.3f), of sds %.3f (%.3f), new maxima %.1f (%d)\n",
        steps->num_groups, mean, most.mean, sd, most.sd, beyond, most.beyond);
    return most;
}

/** `tiles` tiles of step courses against `runs` exact ones; *most: what groups of step courses show at worst. */
static accuracy_verdict_t accuracy_run(int tiles, int runs, accuracy_verdict_t *most)
{
    static graft24_t graft24;
    static accuracy_steps_t steps;
    static accuracy_t exact;
    graft24_make(&graft24, 0.01);
    accuracy_steps(&graft24.network, tiles, runs, &steps);
    accuracy_exact(&graft24.network, &steps, exact);
    const accuracy_verdict_t verdict = accuracy_compare(&steps, exact, true);
    printf("exact against %d step courses: rms of means %.3f, of sds %.3f standard errors; new maxima %d\n", tiles * ENG_LANES,
        verdict.mean, verdict.sd, verdict.beyond);
    *most = accuracy_scatter(&steps);
    return verdict;
}

#endif
