/**
 * What slow_refine.c measures, how it is judged, and its table for docs/NUMERICS.md.
 */
#ifndef ENG_TESTS_REFINE_GOAL_H
#define ENG_TESTS_REFINE_GOAL_H

#include "study/study.h"
#include "testlib.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MEASURES 1024
#define MAX_PROTOCOLS 3

typedef enum { SHARE, NUMBER, DAY, MARKER, NUM_KINDS } kind_t;

static const struct {
    const char *name, *unit;
    double scale; /* the unit; for numbers the least that a standard deviation is taken for */
    double aim, limit;
} kinds[NUM_KINDS] = {
    { "shares", "points", 0.01, 0.2, 0.5 },
    { "numbers", "SD", 0, 0.02, 0.05 },
    { "days of events", "SD", 1, 0.02, 0.05 },
    { "markers", "%", 0.01, 1, 3 },
};

/* One quantity under one protocol on both grids: sums over the patients who have it on both. */
typedef struct {
    char name[64];
    kind_t kind;
    double first;                   /* value of the first patient: sums are of what differs from it, and stay exact */
    double n, sum, squares;         /* usual grid */
    double difference, differences; /* usual - finer, its square */
    int only_one;                   /* patients who have it on one grid only */
} measure_t;

static measure_t measures[MAX_PROTOCOLS][MAX_MEASURES];
static int num_measures, num_protocols, num_rows[2][MAX_PROTOCOLS], num_failed;
static eng_study_t study;
static char protocol_name[MAX_PROTOCOLS][ENG_MAX_NAME + 1];

static double
mean(const measure_t *m)
{
    return m->first + m->sum / m->n;
}

static double
sd(const measure_t *m)
{
    return sqrt(fmax(m->squares / m->n - m->sum / m->n * (m->sum / m->n), 0));
}

/* One unit of a measure; 0 where patients do not differ at all or the mean is nothing. */
static double
scale(const measure_t *m)
{
    switch (m->kind) {
    case SHARE: return kinds[SHARE].scale;
    case MARKER: return kinds[MARKER].scale * fabs(mean(m));
    default: return fmax(sd(m), kinds[m->kind].scale);
    }
}

/* |mean difference| and half of its 95 % interval; infinite where the grids differ and patients do not. */
static double
upper_end(const measure_t *m)
{
    const double difference = m->n > 0 ? m->difference / m->n : 0;
    double half;

    if (m->n == 0 || m->differences == 0) {
        return 0;
    }
    half = 1.96 * sqrt(fmax(m->differences / m->n - difference * difference, 0) / m->n);
    return scale(m) > 0 ? (fabs(difference) + half) / scale(m) : INFINITY;
}

/*
 * Goals of docs/NUMERICS.md: 0.2 points, or 0.02 standard deviations between patients.  A count that hardly differs between
 * healthy people is judged by one per cent of itself instead, finer than any laboratory.
 */
#define GOAL_POINTS 0.2
#define GOAL_SD 0.02

static double
goal_bound(const measure_t *m, bool floor)
{
    const double spread = floor && m->kind == MARKER ? fmax(sd(m), 0.5 * fabs(mean(m))) : sd(m);
    const double one = m->kind == SHARE ? kinds[SHARE].scale : spread;
    const double difference = m->difference / m->n;
    const double half = 1.96 * sqrt(fmax(m->differences / m->n - difference * difference, 0) / m->n);

    return m->differences == 0 ? 0 : one > 0 ? (fabs(difference) + half) / one : INFINITY;
}

static void
table_row(int p, const measure_t *m)
{
    const double difference = m->difference / m->n, end = goal_bound(m, true), percent = m->kind == SHARE ? 100 : 1;
    const double half = 1.96 * sqrt(fmax(m->differences / m->n - difference * difference, 0) / m->n);

    printf("| %s | %s | %.5g%s | %+.2g | %+.2g to %+.2g | %.3f %s | %s |\n", m->name, protocol_name[p], percent * mean(m),
        m->kind == SHARE ? " %" : "", percent * difference, percent * (difference - half), percent * (difference + half), end,
        m->kind == SHARE ? "points" : "SD", end <= (m->kind == SHARE ? GOAL_POINTS : GOAL_SD) ? "met" : "missed");
}

/* The outcome without the day at which it is looked at. */
static size_t
stem(const char *name)
{
    const char *by = strstr(name, " by day"), *at = strstr(name, ", day ");

    return by != NULL ? (size_t)(by - name) : at != NULL ? (size_t)(at - name) : strlen(name);
}

static bool
same_outcome(const measure_t *a, const measure_t *b)
{
    return a->kind == b->kind && stem(a->name) == stem(b->name) && memcmp(a->name, b->name, stem(a->name)) == 0;
}

/* The largest bound of an outcome over days and protocols. */
static void
worst_row(int first)
{
    int worst = first, where = -1;

    for (int j = first; j < num_measures; j++) {
        for (int p = 0; p < num_protocols && same_outcome(&measures[0][first], &measures[0][j]); p++) {
            const measure_t *m = &measures[p][j];
            if (m->n > 0 && (where < 0 || goal_bound(m, true) > goal_bound(&measures[where][worst], true))) {
                worst = j;
                where = p;
            }
        }
    }
    if (where >= 0) {
        table_row(where, &measures[where][worst]);
    }
}

/* STEP_ERROR=table (make step-error): a row for every outcome, where its bound is largest; all: every row. */
static void
print_table(bool all)
{
    int met = 0, plain = 0, rows = 0;

    printf("\n| outcome, where its bound is largest | protocol | value | usual - finer | 95 %% interval | upper bound | goal |\n");
    printf("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (int j = 0; j < num_measures; j++) {
        bool first = true;
        for (int i = 0; i < j; i++) {
            first = first && !same_outcome(&measures[0][i], &measures[0][j]);
        }
        if (first && !all) {
            worst_row(j);
        }
        for (int p = 0; p < num_protocols; p++) {
            const measure_t *m = &measures[p][j];
            rows += m->n > 0;
            met += m->n > 0 && goal_bound(m, true) <= (m->kind == SHARE ? GOAL_POINTS : GOAL_SD);
            plain += m->n > 0 && goal_bound(m, false) <= (m->kind == SHARE ? GOAL_POINTS : GOAL_SD);
            if (all && m->n > 0) {
                table_row(p, m);
            }
        }
    }
    printf("\n%d of %d values, over days and protocols, meet the goal; %d by the standard deviation of markers alone.\n", met, rows, plain);
}

/* Values beyond the goal, said one by one. */
static int
count_missed(void)
{
    int missed = 0;

    for (int p = 0; p < num_protocols; p++) {
        for (int j = 0; j < num_measures; j++) {
            const measure_t *m = &measures[p][j];
            if (m->n > 0 && goal_bound(m, true) > (m->kind == SHARE ? GOAL_POINTS : GOAL_SD)) {
                table_row(p, m);
                missed++;
            }
        }
    }
    return missed;
}

#endif
