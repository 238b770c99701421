/**
 * The layout of a study's accumulators: landmarks, fields in a fixed order, cluster sums.
 */
#include "study/layout.h"
#include "base/error.h"
#include "base/fpu.h"
#include "model/kernel.h"
#include "study/layout_plan.h"
#include <stdlib.h>

/* Days at which every time to an event is counted, besides the study's own and the horizon (y = 365.25 d). */
static const double default_landmarks[] = { 7, 14, 21, 28, 50, 100, 182.625, 365.25, 547.875, 730.5, 1095.75, 1461,
    1826.25, 2191.5, 2922, 3652.5 };

#define NUM_DEFAULT_LANDMARKS (sizeof(default_landmarks) / sizeof(*default_landmarks))

static int
compare_ticks(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

/** Candidates into rising ticks without repetition, none behind the horizon; how many remain. */
static int
tidy_landmarks(int32_t *landmark, size_t num, int32_t horizon_tick)
{
    size_t j;
    int kept = 0;

    qsort(landmark, num, sizeof(*landmark), compare_ticks);
    for (j = 0; j < num; j++) {
        if (landmark[j] >= 0 && landmark[j] <= horizon_tick && (kept == 0 || landmark[j] != landmark[kept - 1])) {
            landmark[kept++] = landmark[j];
        }
    }
    return kept;
}

static int
make_landmarks(struct eng_layout_plan *plan, const eng_study_t *study)
{
    size_t num = 1, used = 0, k;
    int j, i;

    for (j = 0; j < study->num_outcomes; j++) {
        num += study->outcomes[j].row->kind == ENG_OUTCOME_TIME ? (size_t)study->outcomes[j].num_at : 0;
    }
    plan->landmark = malloc((num + NUM_DEFAULT_LANDMARKS) * sizeof(*plan->landmark));
    if (plan->landmark == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the landmarks of the study");
    }
    plan->landmark[used++] = plan->horizon_tick;
    for (k = 0; !study->lean && k < NUM_DEFAULT_LANDMARKS; k++) {
        plan->landmark[used++] = eng_tick_nearest(default_landmarks[k]);
    }
    for (j = 0; j < study->num_outcomes; j++) {
        for (i = 0; study->outcomes[j].row->kind == ENG_OUTCOME_TIME && i < study->outcomes[j].num_at; i++) {
            plan->landmark[used++] = eng_tick_nearest(study->outcomes[j].at[i]);
        }
    }
    plan->num_landmarks = tidy_landmarks(plan->landmark, used, plan->horizon_tick);
    return ENG_OK;
}

static int
make_plan(eng_layout_t *layout, const eng_study_t *study)
{
    struct eng_layout_plan *plan = calloc(1, sizeof(*plan));

    layout->plan = plan;
    if (plan == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
    }
    plan->read_rows = eng_read_rows(study->disease, study->num_endpoints);
    plan->horizon_tick = eng_tick_nearest(study->horizon);
    if (plan->horizon_tick < 1) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "a horizon of %g d", study->horizon);
    }
    plan->num_event_days = (plan->horizon_tick - 1) / ENG_TICKS_PER_DAY + 3;
    plan->paired = study->compared || !study->lean;
    plan->num_subjects = plan->num_whole = study->num_outcomes + study->trajectories.num_markers;
    for (int j = 0; j < study->num_partitions; j++) {
        plan->num_subjects += study->partitions[j].num_outcomes;
    }
    plan->first_pairs = plan->num_subjects;
    plan->num_subjects += study->all_pairs ? (study->num_protocols - 1) * study->num_outcomes : 0;
    plan->subjects = calloc((size_t)plan->num_subjects + 1, sizeof(*plan->subjects));
    if (plan->subjects == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
    }
    return make_landmarks(plan, study);
}

/* How courses end their follow-up, and in which interval. */
static void
add_exit_scale(eng_layout_builder_t *builder)
{
    static const char *const words[ENG_EXIT_INTERVALS][2] = {
#define EXIT(k) { "event_" #k, "competing_" #k }
        EXIT(1), EXIT(2), EXIT(3), EXIT(4), EXIT(5), EXIT(6), EXIT(7), EXIT(8), EXIT(9), EXIT(10), EXIT(11), EXIT(12), EXIT(13), EXIT(14),
        EXIT(15), EXIT(16)
#undef EXIT
    };
    const char **text = eng_layout_text_scale(builder, "exit", ENG_NUM_EXITS,
        "what came first, and in which interval: from a landmark to the next; beyond 16 landmarks several are one");

    for (int k = 0; text != NULL && k < ENG_NUM_EXITS; k++) {
        text[k] = k == ENG_NUM_EXITS - 1 ? "neither" : words[k / 2][k % 2];
    }
}

/** The scales that do not belong to one outcome. */
static void
add_common_scales(eng_layout_builder_t *builder)
{
    const struct eng_layout_plan *plan = builder->layout->plan;
    const char **text;
    double *value;
    int j;
    const eng_disease_t *disease = builder->layout->study->disease;
    const size_t causes = (size_t)eng_cause_count(disease);

    value = eng_layout_scale(builder, "landmark", "d", (size_t)plan->num_landmarks,
        "landmarks since day 0: what happened by the landmark counts");
    for (j = 0; value != NULL && j < plan->num_landmarks; j++) {
        value[j] = (double)plan->landmark[j] / ENG_TICKS_PER_DAY;
    }
    value = eng_layout_scale(builder, "event_day", "d", (size_t)plan->num_event_days,
        "days from day 0 to an event, rounded up; the last stands for neither by the horizon");
    for (j = 0; value != NULL && j < plan->num_event_days; j++) {
        value[j] = j;
    }
    text = eng_layout_text_scale(builder, "outcome_cause", 2, "what came first");
    if (text != NULL) {
        text[0] = "event";
        text[1] = "competing";
    }
    if ((builder->layout->study->estimates >> ENG_STATISTIC_hazard_ratio & 1) != 0) {
        add_exit_scale(builder);
    }
    text = eng_layout_text_scale(builder, "failure", ENG_NUM_FAILURES - 1, "why a course failed");
    for (j = 1; text != NULL && j < ENG_NUM_FAILURES; j++) {
        text[j - 1] = eng_failure_name(j);
    }
    text = eng_layout_text_scale(builder, "death_cause", causes - 1, "cause of death");
    for (j = 1; text != NULL && j < (int)causes; j++) {
        text[j - 1] = eng_cause_name(disease, j);
    }
}

static void
add_common_fields(eng_layout_builder_t *builder)
{
    const eng_layout_dim_t none = { NULL, 0 };
    struct eng_layout_plan *plan = builder->layout->plan;

    plan->courses = eng_layout_field(builder, ENG_LEVEL_POINT, "/outcomes/courses", "n", none, none,
        "courses that did not fail");
    plan->failures = eng_layout_field(builder, ENG_LEVEL_POINT, "/outcomes/courses", "failures",
        (eng_layout_dim_t){ "failure", ENG_NUM_FAILURES - 1 }, none, "failed courses by reason");
    plan->deaths = eng_layout_field(builder, ENG_LEVEL_POOLED, "/outcomes/cause_of_death", "count",
        (eng_layout_dim_t){ "death_cause", (size_t)eng_cause_count(builder->layout->study->disease) - 1 },
        (eng_layout_dim_t){ "landmark", (size_t)plan->num_landmarks }, "deaths by the landmark, by cause");
}

/* A width that is asked for and cannot be had is the runner's to refuse: who only reads results needs none. */
static const eng_loops_t *
choose_loops(void)
{
    const eng_kernel_t *kernel;

    return eng_loops_find(eng_kernel_choose(&kernel) == ENG_OK ? kernel->width : "plain");
}

int
eng_layout_create(eng_layout_t *layout, const eng_study_t *study)
{
    eng_layout_builder_t builder = { .layout = layout, .ret = ENG_OK };
    int ret, j;

    (void)eng_fpu_use_default();
    *layout = (eng_layout_t){ .study = study, .loops = choose_loops() };
    ret = make_plan(layout, study);
    if (ret != ENG_OK) {
        goto out;
    }
    add_common_scales(&builder);
    add_common_fields(&builder);
    eng_layout_make_subjects(&builder);
    for (j = 0; j < layout->plan->num_subjects; j++) {
        eng_layout_keep(&builder, &layout->plan->subjects[j]);
    }
    ret = builder.ret;
out:
    if (ret != ENG_OK) {
        eng_layout_free(layout);
    }
    return ret;
}

static void
free_plan(struct eng_layout_plan *plan)
{
    int j;

    for (j = 0; plan->subjects != NULL && j < plan->num_subjects; j++) {
        if (j < plan->num_whole) { /* parts borrow it */
            free(plan->subjects[j].read);
        }
        free(plan->subjects[j].places);
    }
    free(plan->subjects);
    free(plan->landmark);
    free(plan);
}

void
eng_layout_free(eng_layout_t *layout)
{
    int j;

    if (layout->plan != NULL) {
        free_plan(layout->plan);
    }
    for (j = 0; j < layout->num_scales; j++) {
        free(layout->scales[j].value);
        free((void *)layout->scales[j].text);
    }
    free(layout->scales);
    free(layout->point_fields);
    free(layout->pooled_fields);
    *layout = (eng_layout_t){ 0 };
}

int
eng_layout_check_words(const int64_t *words, size_t count, uint64_t courses, const char *what)
{
    const int64_t most = courses < UINT64_C(1) << 38 ? (int64_t)(courses << 24) : INT64_C(1) << 62;

    for (size_t k = 0; k < count; k++) {
        if (words[k] > most || words[k] < -most) {
            return ENG_FAIL(ENG_ERR_FORMAT, "%s: has numbers that its courses cannot give", what);
        }
    }
    return 0;
}

void
eng_layout_add_words(int64_t *to, const int64_t *from, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        to[k] = (int64_t)((uint64_t)to[k] + (uint64_t)from[k]);
    }
}

int64_t
eng_layout_failed(const eng_layout_t *layout, const int64_t *row, int reason)
{
    int64_t failed = 0;
    int j;

    for (j = 1; j < ENG_NUM_FAILURES; j++) {
        failed += reason == ENG_FAILURE_NONE || reason == j ? row[layout->plan->failures + (size_t)j - 1] : 0;
    }
    return failed;
}

int64_t
eng_layout_courses(const eng_layout_t *layout, const int64_t *row)
{
    return row[layout->plan->courses] + eng_layout_failed(layout, row, ENG_FAILURE_NONE);
}
