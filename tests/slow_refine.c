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
 * Beyond the aim is said, beyond the limit is a failure; so is one value of the table of docs/NUMERICS.md beyond its goal.
 * STUDY is another study of at most three protocols, PATIENTS how many it asks: slow_steps.sh has one for each disease.
 */
#include "refine_goal.h"

#define PATIENTS 16384
#define MOST_PATIENTS (1 << 20)
#define FINER 2 /* times halved */
#define SHOWN 8 /* the largest of each kind under each protocol */

static const double landmarks[] = { 28, 100, 365, 1826 };
static double reads[] = { 7, 14, 28, 100, 182, 365, 731, 1826 };
#define NUM_LANDMARKS ((int)(sizeof(landmarks) / sizeof(*landmarks)))
#define NUM_READS ((int)(sizeof(reads) / sizeof(*reads)))

static int
patients(void)
{
    const char *asked = getenv("PATIENTS");
    return asked == NULL ? PATIENTS : (int)fmin(fmax(atoi(asked) / ENG_LANES, 1) * ENG_LANES, MOST_PATIENTS);
}

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
    const char *source = getenv("SOURCE"), *other = getenv("STUDY");
    char path[4096];

    snprintf(path, sizeof(path), "%s/jobs/studies/yardstick.yaml", source == NULL ? "." : source);
    if (other != NULL) {
        snprintf(path, sizeof(path), "%s", other);
    }
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
    for (first = 0; first < (uint64_t)patients(); first += ENG_LANES) {
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
    double most = 0;

    run_both();
    CU_ASSERT_EQUAL(num_failed, 0);
    for (int j = 0; j < num_measures; j++) { /* what does not apply is of nobody */
        most = fmax(most, measures[0][j].n + measures[0][j].only_one);
    }
    CU_ASSERT_EQUAL(most, patients());
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
    printf("\n    at most %d of %d patients have a quantity on one grid only\n", worst, patients());
    CU_ASSERT(worst <= patients() / 100);
}

static void
test_goal(void)
{
    run_both();
    CU_ASSERT_EQUAL(count_missed(), 0);
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
    ENG_TEST(test_goal),
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
