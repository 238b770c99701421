/**
 * The words of each outcome and of each trajectory.
 */
#include "base/error.h"
#include "stats/moments.h"
#include "study/layout_plan.h"
#include <stdlib.h>

static const eng_layout_dim_t NO_DIM = { NULL, 0 };

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

static int *
find_reads(eng_layout_builder_t *builder, const double *days, int num_days)
{
    int *read = builder->ret == ENG_OK ? malloc(((size_t)num_days + 1) * sizeof(*read)) : NULL;
    int r;

    if (read == NULL) {
        if (builder->ret == ENG_OK) {
            builder->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
        }
        return NULL;
    }
    for (r = 0; r < num_days; r++) {
        read[r] = find_read(builder, days[r]);
    }
    return read;
}

/** A row whose range exceeds what the words hold would be clipped in silence. */
static void
check_row(eng_layout_builder_t *builder, const char *name, double step, double low, double high, bool logarithmic)
{
    const double limit = step * ENG_QUANTUM_MAX;

    if (!(step > 0 && low < high && low >= -limit && high <= limit && (!logarithmic || low > 0))) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "step %g and range %g..%g of '%s' do not fit the accumulators", step,
            low, high, name);
    }
}

static int
append_series(eng_layout_builder_t *builder, eng_series_t series)
{
    struct eng_layout_plan *plan = builder->layout->plan;
    eng_series_t *grown;

    if (builder->ret != ENG_OK) {
        return 0;
    }
    grown = realloc(plan->series, ((size_t)plan->num_series + 1) * sizeof(*grown));
    if (grown == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
        return 0;
    }
    plan->series = grown;
    series.cluster = builder->layout->cluster_words;
    builder->layout->cluster_words += ENG_SERIES_COUNTS + (size_t)series.num_counts * ENG_SERIES_PER_COUNT;
    grown[plan->num_series] = series;
    return plan->num_series++;
}

/** One series a reading, with moments that start at `moments`; the index of the first. */
static int
append_readings(eng_layout_builder_t *builder, size_t moments, int num_reads)
{
    int r, index, first = 0;

    for (r = 0; r < num_reads; r++) {
        index = append_series(builder, (eng_series_t){ .moments = moments + (size_t)r, .stride = (size_t)num_reads,
            .counts = ENG_NO_WORD, .taken = ENG_NO_WORD });
        first = r == 0 ? index : first;
    }
    return first;
}

static void
plan_point_histogram(eng_layout_builder_t *builder, eng_outcome_plan_t *plan, const char *group, eng_layout_dim_t reads,
    double low, double high, double step, bool logarithmic)
{
    const char *const name = plan->request->row->name;
    char scale[64];
    eng_layout_dim_t bins;

    plan->point_histogram = ENG_NO_WORD;
    if (plan->request->histogram > 0) {
        eng_bins_init(&plan->point_bins, low, high, step, logarithmic, plan->request->histogram);
        snprintf(scale, sizeof(scale), "point_bin_%s", name);
        eng_layout_bins_scale(builder, scale, &plan->point_bins, plan->unit, name);
        bins = (eng_layout_dim_t){ scale, (size_t)plan->point_bins.num_bins };
        plan->point_histogram = eng_layout_field(builder, ENG_LEVEL_POINT, group, "point_histogram",
            reads.name != NULL ? reads : bins, reads.name != NULL ? bins : NO_DIM, "%s by bin",
            plan->request->row->kind == ENG_OUTCOME_TIME ? "events" : "courses");
    }
}

static void
plan_time(eng_layout_builder_t *builder, eng_outcome_plan_t *plan, const char *group, const char *paired)
{
    struct eng_layout_plan *all = builder->layout->plan;
    const eng_outcome_row_t *row = plan->request->row;
    const eng_layout_dim_t landmarks = { "landmark", (size_t)all->num_landmarks };
    eng_series_t series = { .stride = 1, .num_counts = all->num_landmarks, .taken = ENG_NO_WORD };

    plan->unit = "d";
    plan->step = 1.0 / ENG_TICKS_PER_DAY;
    plan->competing = ENG_NO_WORD;
    series.moments = eng_layout_moments(builder, ENG_LEVEL_POINT, group, "", NO_DIM,
        "time to the event, else the horizon", plan->step, "d");
    plan->events = eng_layout_field(builder, ENG_LEVEL_POINT, group, "event_count", landmarks, NO_DIM,
        "courses with the event by the landmark");
    if (row->competing != 0) {
        plan->competing = eng_layout_field(builder, ENG_LEVEL_POINT, group, "competing_count", landmarks, NO_DIM,
            "courses with a competing event first, by the landmark");
    }
    plan_point_histogram(builder, plan, group, NO_DIM, 0.0, builder->layout->study->horizon, plan->step, false);
    series.counts = plan->events;
    plan->series = append_series(builder, series);

    series.moments = eng_layout_moments(builder, ENG_LEVEL_POINT, paired, "", NO_DIM,
        "time under the protocol - under the reference", plan->step, "d");
    plan->gains = eng_layout_field(builder, ENG_LEVEL_POINT, paired, "gains", landmarks, NO_DIM,
        "patients with the event by the landmark under the reference only");
    plan->losses = eng_layout_field(builder, ENG_LEVEL_POINT, paired, "losses", landmarks, NO_DIM,
        "patients with the event by the landmark under the protocol only");
    series.counts = plan->losses;
    series.taken = plan->gains;
    plan->paired = append_series(builder, series);

    plan->pooled = eng_layout_field(builder, ENG_LEVEL_POOLED, group, "events_by_day",
        (eng_layout_dim_t){ "event_day", (size_t)all->num_event_days }, (eng_layout_dim_t){ "outcome_cause", 2 },
        "courses by the day of what came first; last row: neither by the horizon");
}

/** NUMBER and MARKER: moments and histograms, of a marker at each reading day. */
static void
plan_value(eng_layout_builder_t *builder, eng_outcome_plan_t *plan, const char *group, const char *paired,
    eng_layout_dim_t reads, double low, double high, bool logarithmic)
{
    const char *const name = plan->request->row->name;
    eng_layout_dim_t bins;
    char scale[64];
    size_t moments;

    check_row(builder, name, plan->step, low, high, logarithmic);
    if (builder->ret != ENG_OK) {
        return;
    }
    moments = eng_layout_moments(builder, ENG_LEVEL_POINT, group, "", reads, "value", plan->step, plan->unit);
    plan->series = append_readings(builder, moments, plan->num_reads);
    moments = eng_layout_moments(builder, ENG_LEVEL_POINT, paired, "", reads,
                                 "value under the protocol - the reference", plan->step, plan->unit);
    plan->paired = append_readings(builder, moments, plan->num_reads);
    plan_point_histogram(builder, plan, group, reads, low, high, plan->step, logarithmic);
    eng_bins_init(&plan->bins, low, high, plan->step, logarithmic, ENG_OUTCOME_BINS);
    snprintf(scale, sizeof(scale), "bin_%s", name);
    eng_layout_bins_scale(builder, scale, &plan->bins, plan->unit, name);
    bins = (eng_layout_dim_t){ scale, (size_t)plan->bins.num_bins };
    plan->pooled = eng_layout_field(builder, ENG_LEVEL_POOLED, group, "histogram", reads.name != NULL ? reads : bins,
        reads.name != NULL ? bins : NO_DIM, "courses by bin");
}

static void
plan_marker(eng_layout_builder_t *builder, eng_outcome_plan_t *plan, const char *group, const char *paired)
{
    const eng_outcome_request_t *request = plan->request;
    const eng_marker_row_t *row = eng_marker_row(builder->layout->study->disease, request->row->source);
    double *value;
    char scale[64];
    int r;

    if (row == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "outcome '%s' reads no marker", request->row->name);
        return;
    }
    plan->num_reads = request->num_at;
    plan->read = find_reads(builder, request->at, request->num_at);
    plan->unit = row->unit;
    plan->step = row->step;
    snprintf(scale, sizeof(scale), "read_%s", request->row->name);
    value = eng_layout_scale(builder, scale, "d", (size_t)request->num_at, "reading days of %s since day 0",
        request->row->name);
    for (r = 0; value != NULL && r < request->num_at; r++) {
        value[r] = request->at[r];
    }
    plan_value(builder, plan, group, paired, (eng_layout_dim_t){ scale, (size_t)request->num_at }, row->low, row->high,
        row->logarithmic);
}

void
eng_layout_plan_outcome(eng_layout_builder_t *builder, int outcome)
{
    const eng_outcome_request_t *request = &builder->layout->study->outcomes[outcome];
    eng_outcome_plan_t *plan = &builder->layout->plan->outcomes[outcome];
    const eng_outcome_row_t *row = request->row;
    char group[96], paired[96];

    if (builder->ret != ENG_OK) {
        return;
    }
    plan->request = request;
    plan->num_reads = 1;
    snprintf(group, sizeof(group), "/outcomes/%s", row->name);
    snprintf(paired, sizeof(paired), "/paired/%s", row->name);
    switch (row->kind) {
    case ENG_OUTCOME_TIME:
        plan_time(builder, plan, group, paired);
        break;
    case ENG_OUTCOME_NUMBER:
        plan->unit = row->unit;
        plan->step = row->step;
        plan_value(builder, plan, group, paired, NO_DIM, row->low, row->high, false);
        break;
    case ENG_OUTCOME_MARKER:
        plan_marker(builder, plan, group, paired);
        break;
    }
}

static void
plan_trajectory(eng_layout_builder_t *builder, eng_trajectory_plan_t *plan, int marker, eng_layout_dim_t days)
{
    const eng_marker_row_t *row = eng_marker_row(builder->layout->study->disease, marker);
    char group[96], scale[64];

    if (row == NULL || builder->ret != ENG_OK) {
        builder->ret = builder->ret != ENG_OK ? builder->ret : ENG_FAIL(ENG_ERR_INTERNAL, "no marker %d", marker);
        return;
    }
    check_row(builder, row->name, row->step, row->low, row->high, row->logarithmic);
    if (builder->ret != ENG_OK) {
        return;
    }
    plan->marker = marker;
    plan->step = row->step;
    snprintf(group, sizeof(group), "/trajectories/%s", row->name);
    snprintf(scale, sizeof(scale), "band_%s", row->name);
    eng_bins_init(&plan->bins, row->low, row->high, row->step, row->logarithmic, ENG_BAND_BINS);
    eng_layout_bins_scale(builder, scale, &plan->bins, row->unit, row->name);
    plan->pooled_moments =
        eng_layout_moments(builder, ENG_LEVEL_POOLED, group, "", days, "value", row->step, row->unit);
    plan->pooled_bands = eng_layout_field(builder, ENG_LEVEL_POOLED, group, "histogram", days,
        (eng_layout_dim_t){ scale, (size_t)plan->bins.num_bins }, "courses by bin");
    plan->point_moments = ENG_NO_WORD;
    if (builder->layout->study->trajectories.points) {
        plan->point_moments = eng_layout_moments(builder, ENG_LEVEL_POINT, group, "point_", days, "value", row->step,
            row->unit);
    }
}

void
eng_layout_plan_trajectories(eng_layout_builder_t *builder)
{
    const eng_trajectories_t *wanted = &builder->layout->study->trajectories;
    struct eng_layout_plan *plan = builder->layout->plan;
    const eng_layout_dim_t days = { "day", (size_t)wanted->num_days };
    double *value;
    int j;

    if (wanted->num_markers == 0 || builder->ret != ENG_OK) {
        return;
    }
    plan->trajectory_read = find_reads(builder, wanted->days, wanted->num_days);
    value = eng_layout_scale(builder, days.name, "d", days.size, "days since day 0 at which trajectories are read");
    for (j = 0; value != NULL && j < wanted->num_days; j++) {
        value[j] = wanted->days[j];
    }
    for (j = 0; j < wanted->num_markers; j++) {
        plan_trajectory(builder, &plan->trajectories[j], wanted->markers[j], days);
    }
}
