/**
 * Speed of courses on one core: microseconds a course and nanoseconds a lane-step by protocol, what drawing and
 * screening patients cost, and what accumulating costs.  A command to run, never a verdict: CPU time on a shared machine.
 *
 *     bench_courses [STUDY] [TILES]      default: jobs/studies/ms-conditioning.yaml, 32 tiles of 64 patients
 *
 * The last line is CSV: study, width; for each protocol its name, courses/s, ns per lane-step and the share of lanes in
 * use; all lane-steps.  A lane is in use on the days until its patient dies or the horizon, if its course counts.
 */
#include "base/error.h"
#include "study/layout.h"
#include "study/study.h"
#include "testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    eng_study_t study;
    eng_layout_t layout;
    eng_model_t *model;
    eng_runner_t *runner;
    eng_results_t *results; /* [tiles of a slab][num_protocols] */
    eng_params_t params;
    int slab;               /* tiles */
    int64_t *point, *pooled;
    double admit, add, *run; /* CPU seconds */
    double *lived;           /* [num_protocols] days of counted courses, from the first day to death or horizon */
    int tiles;
} bench_t;

static int prepare(bench_t *b, const char *path)
{
    int ret = eng_study_load(&b->study, path);
    if (ret != 0) {
        return ret;
    }
    const eng_model_spec_t spec = eng_study_model(&b->study);
    const size_t num = (size_t)b->study.num_protocols;
    ret = eng_layout_create(&b->layout, &b->study);
    if (ret == 0) {
        ret = eng_model_create(&b->model, &spec);
    }
    if (ret == 0) {
        ret = eng_runner_create(&b->runner, b->model);
    }
    b->slab = ret == 0 ? eng_model_slab(b->model) : 0;
    b->results = calloc(num * (size_t)b->slab + 1, sizeof(*b->results));
    b->run = calloc(num, sizeof(*b->run));
    b->lived = calloc(num, sizeof(*b->lived));
    b->point = calloc(num * b->layout.point_words + 1, sizeof(*b->point));
    b->pooled = calloc(num * b->layout.pooled_words + 1, sizeof(*b->pooled));
    if (ret == 0 && (b->results == NULL || b->run == NULL || b->lived == NULL || b->point == NULL || b->pooled == NULL)) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the bench");
    }
    if (ret == 0) {
        eng_params_nominal(b->study.disease, &b->params);
        for (int j = 0; j < b->study.num_fixed; j++) {
            eng_params_set(&b->params, b->study.fixed[j].param, b->study.fixed[j].value);
        }
    }
    for (size_t j = 0; ret == 0 && j < num * (size_t)b->slab; j++) {
        b->results[j].read = calloc((size_t)(b->study.num_reads + 1) * (size_t)eng_marker_count(b->study.disease) * ENG_LANES, sizeof(double));
        ret = b->results[j].read != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the bench");
    }
    return ret;
}

static double days_lived(const bench_t *b, const eng_results_t *results)
{
    const int32_t horizon = eng_model_horizon_tick(b->model);
    double days = 0;
    for (int l = 0; l < ENG_LANES; l++) {
        const int32_t death = results->tick[ENG_EVENT_DEATH][l];
        if (results->failure[l] == ENG_FAILURE_NONE) {
            days += (double)(death < horizon ? death : horizon) / ENG_TICKS_PER_DAY - eng_model_first_day(b->model);
        }
    }
    return days;
}

static void measure(bench_t *b)
{
    const int num = b->study.num_protocols;
    for (int done = 0, tiles; done < b->tiles; done += tiles) {
        double t0 = eng_test_cpu_seconds(), t1;
        tiles = b->tiles - done < b->slab ? b->tiles - done : b->slab;
        eng_runner_clear(b->runner);
        (void)eng_runner_add(b->runner, 0, &b->params, (uint64_t)done * ENG_LANES, tiles * ENG_LANES);
        eng_runner_admit(b->runner);
        t1 = eng_test_cpu_seconds();
        b->admit += t1 - t0;
        for (int p = 0; p < num; p++) {
            t0 = t1;
            eng_runner_run(b->runner, p, &b->results[p], num);
            t1 = eng_test_cpu_seconds();
            b->run[p] += t1 - t0;
            for (int k = 0; k < tiles; k++) {
                b->lived[p] += days_lived(b, &b->results[k * num + p]);
            }
            t1 = eng_test_cpu_seconds();
        }
        for (int k = 0; k < tiles; k++) {
            eng_layout_add(&b->layout, &b->results[k * num], 0, ENG_LANES, NULL, b->point, b->pooled);
        }
        b->add += eng_test_cpu_seconds() - t1;
    }
}

static void print(const bench_t *b)
{
    const double patients = (double)b->tiles * ENG_LANES;
    const double courses = patients * b->study.num_protocols;
    const double days = (double)eng_model_horizon_tick(b->model) / ENG_TICKS_PER_DAY - eng_model_first_day(b->model);
    double total = b->admit + b->add, steps = 0;

    printf("%s, %s, %g patients, one core\n", b->study.name, eng_runner_width(b->runner), patients);
    printf("  %-24s %8s %12s %12s %14s %13s\n", "protocol", "rows", "us/course", "courses/s", "ns/lane-step", "lanes in use");
    for (int p = 0; p < b->study.num_protocols; p++) {
        const int rows = eng_model_num_rows(b->model, p);
        const double each = b->run[p] / patients;
        total += b->run[p];
        steps += patients * rows;
        printf("  %-24s %8d %12.1f %12.0f %14.2f %11.2f %%\n", b->study.protocols[p].name, rows, each * 1e6, 1 / each,
            each * 1e9 / rows, 100 * b->lived[p] / patients / days);
    }
    printf("  patients drawn%s: %.1f us a patient, %.1f %% of the time\n",
        b->study.entry.at_least > 0 ? " and screened" : "", b->admit / patients * 1e6, 100 * b->admit / total);
    printf("  lanes in use: %.1f %%\n", 100 * eng_runner_lanes_in_use(b->runner));
    printf("  accumulated: %.2f us a course, %.1f %% of the time\n", b->add / courses * 1e6, 100 * b->add / total);
    printf("csv,%s,%s", b->study.name, eng_runner_width(b->runner));
    for (int p = 0; p < b->study.num_protocols; p++) {
        const double each = b->run[p] / patients;
        printf(",%s,%.0f,%.2f,%.4f", b->study.protocols[p].name, 1 / each, each * 1e9 / eng_model_num_rows(b->model, p),
            b->lived[p] / patients / days);
    }
    printf(",%.0f\n", steps);
}

int main(int argc, char **argv)
{
    bench_t b = { .tiles = argc > 2 ? atoi(argv[2]) : 32 };
    int ret = prepare(&b, argc > 1 ? argv[1] : "jobs/studies/ms-conditioning.yaml");

    if (ret != 0) {
        eng_study_complain(&b.study, stderr, true);
        fprintf(stderr, "bench_courses: %s\n", eng_error_message());
    } else {
        measure(&b);
        print(&b);
    }
    for (int j = 0; b.results != NULL && j < b.slab * b.study.num_protocols; j++) {
        free(b.results[j].read);
    }
    eng_runner_destroy(b.runner);
    eng_model_destroy(b.model);
    eng_layout_free(&b.layout);
    eng_study_free(&b.study);
    free(b.results);
    free(b.run);
    free(b.lived);
    free(b.point);
    free(b.pooled);
    return ret == 0 ? 0 : eng_exit_status(ret);
}
