/**
 * The subjects of a study: its outcomes and the markers of its trajectories, as statistics see them.
 */
#include "base/error.h"
#include "stats/moments.h"
#include "study/layout_plan.h"
#include <stdlib.h>

/** Index of a reading day in study->reads. */
static int
find_read(eng_layout_builder_t *builder, double day)
{
    const eng_study_t *study = builder->layout->study;
    const int32_t tick = eng_tick_nearest(day);
    int r;

    for (r = 0; r < study->num_reads; r++) {
        if (eng_tick_nearest(study->reads[r]) == tick) {
            return r;
        }
    }
    builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "day %g is not among the reading days of the study", day);
    return 0;
}

static void
set_readings(eng_layout_builder_t *builder, eng_subject_plan_t *plan, const double *days, int num_days)
{
    int r;

    plan->subject.day = days;
    plan->subject.num_readings = num_days;
    plan->read = malloc(((size_t)num_days + 1) * sizeof(*plan->read));
    if (plan->read == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
        return;
    }
    for (r = 0; r < num_days; r++) {
        plan->read[r] = find_read(builder, days[r]);
    }
}

/** A row whose range exceeds what the words hold would be clipped in silence. */
static void
check_range(eng_layout_builder_t *builder, const char *name, double step, double low, double high, bool logarithmic)
{
    const double limit = step * ENG_QUANTUM_MAX;

    if (!(step > 0 && low < high && low >= -limit && high <= limit && (!logarithmic || low > 0))) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "step %g and range %g..%g of '%s' do not fit the accumulators", step,
            low, high, name);
    }
}

/* Step, range and bins of values, with the scales of the latter. */
static void
set_values(eng_layout_builder_t *builder, eng_subject_plan_t *plan, double step, double low, double high, bool logarithmic, int bins)
{
    eng_subject_t *subject = &plan->subject;
    char scale[64];

    check_range(builder, subject->name, step, low, high, logarithmic);
    if (builder->ret == ENG_OK) {
        subject->step = step;
        eng_bins_init(&subject->bins, low, high, step, logarithmic, bins);
        snprintf(scale, sizeof(scale), "%s_%s", plan->row == NULL ? "band" : "bin", subject->name);
        eng_layout_bins_scale(builder, scale, &subject->bins, subject->unit, subject->name);
    }
}

/* A histogram for each point, where the study asks for one. */
static void
set_point_bins(eng_layout_builder_t *builder, eng_subject_t *subject, int bins, double low, double high, bool logarithmic)
{
    char scale[64];

    if (bins > 0 && builder->ret == ENG_OK) {
        eng_bins_init(&subject->point_bins, low, high, subject->step, logarithmic, bins);
        snprintf(scale, sizeof(scale), "point_bin_%s", subject->name);
        eng_layout_bins_scale(builder, scale, &subject->point_bins, subject->unit, subject->name);
    }
}

static void
make_time(eng_layout_builder_t *builder, eng_subject_plan_t *plan, int bins)
{
    eng_subject_t *subject = &plan->subject;

    subject->of = ENG_OF_TIME;
    subject->unit = "d";
    subject->step = 1.0 / ENG_TICKS_PER_DAY;
    subject->survival = plan->row->survival;
    subject->competes = plan->row->competing != 0;
    subject->death_competes = plan->row->competing == ENG_BIT(ENG_EVENT_DEATH);
    set_point_bins(builder, subject, bins, 0.0, builder->layout->study->horizon, false);
}

static void
make_number(eng_layout_builder_t *builder, eng_subject_plan_t *plan, int bins)
{
    const eng_outcome_row_t *row = plan->row;

    plan->subject.of = ENG_OF_NUMBER;
    plan->subject.unit = row->unit;
    plan->subject.counts = !row->state && !(row->step < 1) && !(row->step > 1) && !(row->low < 0);
    set_values(builder, plan, row->step, row->low, row->high, false, ENG_OUTCOME_BINS);
    set_point_bins(builder, &plan->subject, bins, row->low, row->high, false);
}

static void
make_marker(eng_layout_builder_t *builder, eng_subject_plan_t *plan, const eng_outcome_request_t *request)
{
    const eng_marker_row_t *row = eng_marker_row(builder->layout->study->disease, plan->source);
    char scale[64];
    double *value;
    int r;

    if (row == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "outcome '%s' reads no marker", plan->row->name);
        return;
    }
    plan->subject.of = ENG_OF_MARKER;
    plan->subject.unit = row->unit;
    set_readings(builder, plan, request->at, request->num_at);
    snprintf(scale, sizeof(scale), "read_%s", plan->row->name);
    value = eng_layout_scale(builder, scale, "d", (size_t)request->num_at, "reading days of %s since day 0", plan->row->name);
    for (r = 0; value != NULL && r < request->num_at; r++) {
        value[r] = request->at[r];
    }
    set_values(builder, plan, row->step, row->low, row->high, row->logarithmic, ENG_OUTCOME_BINS);
    set_point_bins(builder, &plan->subject, request->histogram, row->low, row->high, row->logarithmic);
}

/* What all subjects have in common. */
static void
start_subject(const eng_layout_builder_t *builder, eng_subject_plan_t *plan, const char *name)
{
    const struct eng_layout_plan *all = builder->layout->plan;

    plan->subject.name = name;
    plan->subject.horizon = all->horizon_tick;
    plan->subject.landmark = all->landmark;
    plan->subject.num_landmarks = all->num_landmarks;
    plan->subject.num_event_days = all->num_event_days;
    plan->subject.num_readings = 1;
    plan->num_parts = 1;
    plan->partition = plan->against = -1;
}

static void
make_outcome(eng_layout_builder_t *builder, eng_subject_plan_t *plan, const eng_outcome_request_t *request)
{
    plan->row = request->row;
    plan->source = request->row->source;
    start_subject(builder, plan, request->row->name);
    switch (request->row->kind) {
    case ENG_OUTCOME_TIME:
        make_time(builder, plan, request->histogram);
        break;
    case ENG_OUTCOME_NUMBER:
        make_number(builder, plan, request->histogram);
        break;
    case ENG_OUTCOME_MARKER:
        make_marker(builder, plan, request);
        break;
    }
}

static void
make_trajectory(eng_layout_builder_t *builder, eng_subject_plan_t *plan, int marker)
{
    const eng_trajectories_t *wanted = &builder->layout->study->trajectories;
    const eng_marker_row_t *row = eng_marker_row(builder->layout->study->disease, marker);

    if (row == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "no marker %d", marker);
        return;
    }
    plan->source = marker;
    start_subject(builder, plan, row->name);
    plan->subject.of = ENG_OF_TRAJECTORY;
    plan->subject.unit = row->unit;
    plan->subject.points = wanted->points;
    set_readings(builder, plan, wanted->days, wanted->num_days);
    set_values(builder, plan, row->step, row->low, row->high, row->logarithmic, ENG_BAND_BINS);
}

/* An outcome once more, for the parts of a partition. */
static void
make_parts(eng_layout_builder_t *builder, eng_subject_plan_t *plan, int partition, int k)
{
    const eng_partition_t *split = &builder->layout->study->partitions[partition];

    *plan = builder->layout->plan->subjects[split->outcomes[k]];
    plan->num_parts = split->size;
    plan->partition = partition;
}

static void
add_part_scale(eng_layout_builder_t *builder, const eng_partition_t *partition)
{
    char name[64];
    const char **text;

    if (partition->labels == NULL) {
        double *value = eng_layout_scale(builder, partition->name, "1", (size_t)partition->size,
            "patients by their number, modulo %d", partition->size);
        for (int k = 0; value != NULL && k < partition->size; k++) {
            value[k] = k;
        }
        return;
    }
    snprintf(name, sizeof(name), "stratum_%s", partition->name);
    text = eng_layout_text_scale(builder, name, (size_t)partition->size, "strata of patients by their covariates");
    for (int k = 0; text != NULL && k < partition->size; k++) {
        text[k] = partition->labels[k];
    }
}

/* All outcomes once more, against each protocol but the reference, whose pairs are kept anyway. */
static void
make_pairs(const eng_study_t *study, struct eng_layout_plan *plan)
{
    int next = plan->first_pairs;

    for (int p = 0; study->all_pairs && p < study->num_protocols; p++) {
        for (int j = 0; p != study->reference && j < study->num_outcomes; j++) {
            plan->subjects[next] = plan->subjects[j];
            plan->subjects[next++].against = p;
        }
    }
}

void
eng_layout_make_subjects(eng_layout_builder_t *builder)
{
    const eng_study_t *study = builder->layout->study;
    const eng_trajectories_t *wanted = &study->trajectories;
    struct eng_layout_plan *plan = builder->layout->plan;
    double *value;
    int j, next = plan->num_whole;

    for (j = 0; j < study->num_outcomes && builder->ret == ENG_OK; j++) {
        make_outcome(builder, &plan->subjects[j], &study->outcomes[j]);
    }
    if (wanted->num_markers > 0) {
        value = eng_layout_scale(builder, "day", "d", (size_t)wanted->num_days, "days since day 0 at which trajectories are read");
        for (j = 0; value != NULL && j < wanted->num_days; j++) {
            value[j] = wanted->days[j];
        }
    }
    for (j = 0; j < wanted->num_markers && builder->ret == ENG_OK; j++) {
        make_trajectory(builder, &plan->subjects[study->num_outcomes + j], wanted->markers[j]);
    }
    for (j = 0; j < study->num_partitions && builder->ret == ENG_OK; j++) {
        add_part_scale(builder, &study->partitions[j]);
        for (int k = 0; k < study->partitions[j].num_outcomes; k++) {
            make_parts(builder, &plan->subjects[next++], j, k);
        }
    }
    if (builder->ret == ENG_OK) {
        make_pairs(study, plan);
    }
}
