/**
 * The grid of the step loop is fine enough: the protocols of the reference study on the usual calendar and on one with
 * every step cut in four, the same patients and the same draws.
 *
 * What counts is the upper end of the 95 % interval of the paired difference:
 *   shares, the patients with an event by a landmark, in points;
 *   numbers, counts, the score and days of events, in standard deviations between patients, for days at least 1 d,
 *     since people see a day and not an hour;
 *   markers on fixed days, in per cent of their mean: blood counts of healthy people hardly differ here, and a standard
 *     deviation of next to nothing would measure nothing.
 * Beyond the aim is said, beyond the limit is a failure.
 */
#include "study/study.h"
#include "testlib.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENTS 16384
#define FINER 2 /* times halved */
#define MAX_MEASURES 512
#define MAX_PROTOCOLS 3
#define SHOWN 8 /* the largest of each kind under each protocol */

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

static const double landmarks[] = { 28, 100, 365, 1826 };
static double reads[] = { 7, 14, 28, 100, 182, 365, 731, 1826 };
#define NUM_LANDMARKS ((int)(sizeof(landmarks) / sizeof(*landmarks)))
#define NUM_READS ((int)(sizeof(reads) / sizeof(*reads)))

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

/* --- what is measured ------------------------------------------------------------------------------------------- */

static double
event_by(const eng_outcome_row_t *row, const eng_results_t *results, int lane, double day)
{
    int32_t tick = 0;
    const int cause = eng_outcome_time(row, results, lane, eng_tick_nearest(study.horizon), &tick);

    return cause < 0 ? NAN : cause == 1 && tick <= eng_tick_nearest(day);
}

static double
event_day(const eng_outcome_row_t *row, const eng_results_t *results, int lane)
{
    int32_t tick = 0;
    const int cause = eng_outcome_time(row, results, lane, eng_tick_nearest(study.horizon), &tick);

    return cause == 1 ? (double)tick / ENG_TICKS_PER_DAY : NAN;
}

static double
marker(const eng_results_t *results, int read, int which, int lane)
{
    return results->read[((size_t)read * (size_t)eng_marker_count(study.disease) + (size_t)which) * ENG_LANES + (size_t)lane];
}

static void
add(measure_t *measure, kind_t kind, const char *name, const char *what, double day, double usual, double finer)
{
    double x;

    if (measure->name[0] == '\0') {
        snprintf(measure->name, sizeof(measure->name), day > 0 ? "%s%s day %g" : "%s%s", name, what, day);
        measure->kind = kind;
    }
    if (isnan(usual) || isnan(finer)) {
        measure->only_one += isnan(usual) != isnan(finer);
        return;
    }
    if (measure->n == 0) {
        measure->first = usual;
    }
    x = usual - measure->first;
    measure->n++;
    measure->sum += x;
    measure->squares += x * x;
    measure->difference += usual - finer;
    measure->differences += (usual - finer) * (usual - finer);
}

/* All quantities of one patient, always in the same order. */
static void
add_patient(measure_t *into, const eng_results_t *usual, const eng_results_t *finer, int l)
{
    measure_t *m = into;
    int j, k;

    for (j = 0; j < eng_outcome_count(study.disease); j++) {
        const eng_outcome_row_t *row = eng_outcome_at(study.disease, j);
        if (row->kind == ENG_OUTCOME_TIME) {
            for (k = 0; k < NUM_LANDMARKS; k++) {
                add(m++, SHARE, row->name, " by", landmarks[k], event_by(row, usual, l, landmarks[k]),
                    event_by(row, finer, l, landmarks[k]));
            }
            add(m++, DAY, row->name, ", day", 0, event_day(row, usual, l), event_day(row, finer, l));
        } else if (row->kind == ENG_OUTCOME_NUMBER) {
            add(m++, NUMBER, row->name, "", 0, usual->number[row->source][l], finer->number[row->source][l]);
        } else {
            for (k = 0; k < NUM_READS; k++) {
                add(m++, row->source >= ENG_NUM_SHARED_MARKERS ? NUMBER : MARKER, row->name, ",", reads[k],
                    marker(usual, k, row->source, l), marker(finer, k, row->source, l));
            }
        }
    }
    num_measures = (int)(m - into);
}

/* --- both grids ----------------------------------------------------------------------------------------------------- */

static void
open_grid(int refine, eng_model_t **model, eng_runner_t **runner)
{
    eng_model_spec_t spec = eng_study_model(&study);
    int p, grid = refine > 0;

    spec.refine = refine;
    spec.reads = reads;
    spec.num_reads = NUM_READS;
    CU_ASSERT_EQUAL_FATAL(eng_model_create(model, &spec), 0);
    CU_ASSERT_EQUAL_FATAL(eng_runner_create(runner, *model), 0);
    for (p = 0; p < num_protocols; p++) {
        num_rows[grid][p] = eng_model_num_rows(*model, p);
    }
}

static void
load_study(void)
{
    const char *source = getenv("SOURCE");
    char path[4096];

    snprintf(path, sizeof(path), "%s/jobs/studies/yardstick.yaml", source == NULL ? "." : source);
    CU_ASSERT_EQUAL_FATAL(eng_study_load(&study, path), 0);
    CU_ASSERT_EQUAL_FATAL(study.num_points, 1);
    CU_ASSERT_FATAL(study.num_uncertain == 0 && study.num_protocols <= MAX_PROTOCOLS);
    CU_ASSERT_FATAL(study.horizon >= reads[NUM_READS - 1]);
    CU_ASSERT_FATAL(eng_outcome_count(study.disease) * (NUM_READS > NUM_LANDMARKS + 1 ? NUM_READS : NUM_LANDMARKS + 1)
        <= MAX_MEASURES);
    num_protocols = study.num_protocols;
    for (int p = 0; p < num_protocols; p++) {
        memcpy(protocol_name[p], study.protocols[p].name, sizeof(protocol_name[p]));
    }
}

static void
admit(eng_runner_t *runner, uint64_t first)
{
    eng_params_t params;

    eng_study_point_params(&study, NULL, &params);
    eng_runner_clear(runner);
    CU_ASSERT_EQUAL_FATAL(eng_runner_add(runner, 0, &params, first, ENG_LANES), ENG_LANES);
    eng_runner_admit(runner);
}

/* Runs everything once, whichever test comes first. */
static void
run_both(void)
{
    static double read[2][NUM_READS * ENG_MAX_MARKERS * ENG_LANES];
    static eng_results_t usual, finer;
    eng_model_t *model[2] = { NULL, NULL };
    eng_runner_t *runner[2] = { NULL, NULL };
    uint64_t first;
    int p, l;

    if (num_measures > 0) {
        return;
    }
    load_study();
    usual.read = read[0];
    finer.read = read[1];
    open_grid(0, &model[0], &runner[0]);
    open_grid(FINER, &model[1], &runner[1]);
    for (first = 0; first < PATIENTS; first += ENG_LANES) {
        admit(runner[0], first);
        admit(runner[1], first);
        for (p = 0; p < num_protocols; p++) {
            eng_runner_run(runner[0], p, &usual, 1);
            eng_runner_run(runner[1], p, &finer, 1);
            for (l = 0; l < ENG_LANES; l++) {
                if (usual.failure[l] != ENG_FAILURE_NONE || finer.failure[l] != ENG_FAILURE_NONE) {
                    num_failed++;
                } else {
                    add_patient(measures[p], &usual, &finer, l);
                }
            }
        }
    }
    for (l = 0; l < 2; l++) {
        eng_runner_destroy(runner[l]);
        eng_model_destroy(model[l]);
    }
    eng_study_free(&study);
}

/* --- verdicts --------------------------------------------------------------------------------------------------------- */

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

static int
larger_first(const void *a, const void *b)
{
    const double x = upper_end(*(measure_t *const *)a), y = upper_end(*(measure_t *const *)b);
    return (x < y) - (x > y);
}

static void
show(int p, const measure_t *m)
{
    const double end = upper_end(m), percent = m->kind == SHARE ? 100 : 1;
    const char *verdict = end > kinds[m->kind].limit ? ", beyond the limit" : end > kinds[m->kind].aim ? ", beyond the aim" : "";

    printf("%s %-16s %-30s %10.6g, usual - finer %+10.3g", *verdict != '\0' ? "WARNING" : "   ", protocol_name[p], m->name,
        percent * mean(m), percent * m->difference / m->n);
    if (m->kind != SHARE) {
        printf(" (%+.3f SD)", m->difference / m->n / fmax(sd(m), 1e-30));
    }
    printf(", upper end %.3f %s%s\n", end, kinds[m->kind].unit, verdict);
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

static void
judge(int p, kind_t kind)
{
    measure_t *order[MAX_MEASURES];
    int j, n = 0, beyond = 0;

    for (j = 0; j < num_measures; j++) {
        if (measures[p][j].kind == kind && measures[p][j].n > 0) {
            order[n++] = &measures[p][j];
        }
    }
    CU_ASSERT_FATAL(n >= 5);
    qsort(order, (size_t)n, sizeof(*order), larger_first);
    for (j = 0; j < n; j++) {
        const double end = upper_end(order[j]);
        beyond += end > kinds[kind].aim;
        if (j < SHOWN || end > kinds[kind].aim) {
            show(p, order[j]);
        }
        CU_ASSERT(end <= kinds[kind].limit);
    }
    printf("    %-16s %d %s, %d with an upper end beyond %g %s\n", protocol_name[p], n, kinds[kind].name, beyond,
        kinds[kind].aim, kinds[kind].unit);
}

static void
judge_all(kind_t kind)
{
    run_both();
    printf("\n");
    for (int p = 0; p < num_protocols; p++) {
        judge(p, kind);
    }
}

static void
test_the_grid_is_finer(void)
{
    run_both();
    for (int p = 0; p < num_protocols; p++) {
        CU_ASSERT(num_rows[0][p] > 1000);
        CU_ASSERT_EQUAL(num_rows[1][p], num_rows[0][p] << FINER);
    }
}

static void
test_nobody_fails(void)
{
    run_both();
    CU_ASSERT_EQUAL(num_failed, 0);
    CU_ASSERT_EQUAL(measures[0][0].n + measures[0][0].only_one, PATIENTS);
}

static void
test_grids_are_not_the_same_run(void)
{
    int p, j, differ = 0;

    run_both();
    for (p = 0; p < num_protocols; p++) {
        for (j = 0; j < num_measures; j++) {
            differ += measures[p][j].differences > 0;
        }
    }
    CU_ASSERT(differ > 0);
}

static void
test_shares(void)
{
    judge_all(SHARE);
}

static void
test_numbers(void)
{
    judge_all(NUMBER);
}

static void
test_days_of_events(void)
{
    judge_all(DAY);
}

static void
test_markers(void)
{
    judge_all(MARKER);
}

/* An event that one grid has and the other has not is a share of its own; few may be lost to the means so. */
static void
test_few_have_it_on_one_grid_only(void)
{
    int worst = 0;

    run_both();
    for (int p = 0; p < num_protocols; p++) {
        for (int j = 0; j < num_measures; j++) {
            worst = measures[p][j].only_one > worst ? measures[p][j].only_one : worst;
        }
    }
    printf("\n    at most %d of %d patients have a quantity on one grid only\n", worst, PATIENTS);
    CU_ASSERT(worst <= PATIENTS / 100);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_the_grid_is_finer),
    ENG_TEST(test_nobody_fails),
    ENG_TEST(test_grids_are_not_the_same_run),
    ENG_TEST(test_shares),
    ENG_TEST(test_numbers),
    ENG_TEST(test_days_of_events),
    ENG_TEST(test_markers),
    ENG_TEST(test_few_have_it_on_one_grid_only),
};

int
main(int argc, char **argv)
{
    const char *ask = getenv("STEP_ERROR");
    const int status = ENG_TEST_MAIN(argc, argv, "refine", tests);

    if (ask != NULL) {
        print_table(strcmp(ask, "all") == 0);
    }
    return status;
}
