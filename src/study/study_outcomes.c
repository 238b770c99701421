/**
 * outcomes and trajectories: what is reported, and on which days the model is read for it.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define MAX_HISTOGRAM 1024

/* ---- days ----------------------------------------------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts and drops what is there twice; the new number. */
static int
sort_days(double *days, int count)
{
    int kept = 0;

    if (count > 1) {
        qsort(days, (size_t)count, sizeof(*days), by_value);
    }
    for (int j = 0; j < count; j++) {
        if (kept == 0 || days[j] != days[kept - 1]) {
            days[kept++] = days[j];
        }
    }
    return kept;
}

static bool
add_day(eng_reader_t *self, double **days, int *count, double day)
{
    if (!ENG_READER_GROW(self, *days, *count)) {
        return false;
    }
    (*days)[(*count)++] = day;
    return true;
}

static double
longest(const eng_study_t *study)
{
    return study->horizon > 0 ? study->horizon : ENG_MAX_HORIZON;
}

/* 0, every, 2 every ... up to the horizon. */
static void
add_regular(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, double every, double **days, int *count)
{
    const double horizon = longest(self->study);

    if (horizon / every > ENG_MAX_READING_DAYS) {
        eng_reader_error(self, node, "%s: more than %d reading days until the horizon", key, ENG_MAX_READING_DAYS);
        return;
    }
    for (int j = 0; j * every <= horizon; j++) {
        if (!add_day(self, days, count, j * every)) {
            return;
        }
    }
}

static void
read_at(eng_reader_t *self, const eng_yaml_node_t *node, double low, double **days, int *count)
{
    const double horizon = longest(self->study);

    if (!eng_reader_list(self, node, "a list of times, such as [1 y, 3 y]")) {
        return;
    }
    if (node->count == 0 || node->count > ENG_MAX_LANDMARKS) {
        eng_reader_error(self, node, "at: expected 1 to %d times", ENG_MAX_LANDMARKS);
        return;
    }
    for (const eng_yaml_node_t *item = node->first; item != NULL; item = item->next) {
        double day = 0;

        if (eng_reader_time(self, item, "at (up to the horizon)", low, horizon, false, &day) &&
            !add_day(self, days, count, day)) {
            return;
        }
    }
}

/* Reading days of a marker of which the study does not say when. */
static void
add_default_days(eng_reader_t *self, eng_outcome_request_t *request)
{
    static const double defaults[] = { 30, 100, 0.5 * ENG_DAYS_PER_YEAR, ENG_DAYS_PER_YEAR, 2 * ENG_DAYS_PER_YEAR,
        5 * ENG_DAYS_PER_YEAR };
    const double horizon = longest(self->study);

    for (size_t j = 0; j < sizeof(defaults) / sizeof(*defaults); j++) {
        if (defaults[j] < horizon) {
            add_day(self, &request->at, &request->num_at, eng_tick_nearest(defaults[j]) / (double)ENG_TICKS_PER_DAY);
        }
    }
    add_day(self, &request->at, &request->num_at, horizon);
}

/* ---- outcomes ------------------------------------------------------------------------------------------- */

static void
read_marker_options(eng_reader_t *self, const eng_yaml_node_t *map, eng_outcome_request_t *request)
{
    const eng_yaml_node_t *at = eng_yaml_get(map, "at"), *visits = eng_yaml_get(map, "visits");
    double every = 0;

    eng_reader_keys(self, map, "key of a marker", "at visits histogram", NULL);
    if (at != NULL && visits != NULL) {
        eng_reader_error(self, visits, "either 'at' or 'visits', not both");
        return;
    }
    read_at(self, at, 0, &request->at, &request->num_at);
    if (eng_reader_time(self, visits, "visits", 0, ENG_MAX_HORIZON, true, &every)) {
        add_regular(self, visits, "visits", every, &request->at, &request->num_at);
    }
}

static void
read_options(eng_reader_t *self, const eng_yaml_node_t *map, eng_outcome_request_t *request)
{
    const eng_yaml_node_t *bins = eng_yaml_get(map, "histogram");
    uint64_t histogram = 0;

    switch (request->row->kind) {
    case ENG_OUTCOME_TIME:
        eng_reader_keys(self, map, "key of a time to an event", "at", "histogram visits");
        read_at(self, eng_yaml_get(map, "at"), 0, &request->at, &request->num_at);
        return;
    case ENG_OUTCOME_NUMBER:
        eng_reader_keys(self, map, "key of a number", "histogram", NULL);
        break;
    case ENG_OUTCOME_MARKER:
        read_marker_options(self, map, request);
        break;
    }
    if (eng_reader_count(self, bins, "histogram", 2, MAX_HISTOGRAM, &histogram)) {
        request->histogram = (int)histogram;
    }
}

static const eng_outcome_row_t *
find_outcome(eng_reader_t *self, const eng_yaml_node_t *node, const char *name)
{
    const eng_disease_t *disease = self->study->disease;
    const int j = eng_outcome_find(disease, name);
    eng_text_t names = { 0 };

    if (j >= 0) {
        return eng_outcome_at(disease, j);
    }
    for (int k = 0; k < self->study->num_endpoints; k++) {
        if (strcmp(self->study->endpoints[k].name, name) == 0) {
            eng_text_free(&names);
            return &self->study->endpoints[k].row;
        }
        eng_text_add(&names, "%s ", self->study->endpoints[k].name);
    }
    for (int k = 0; k < eng_outcome_count(disease); k++) {
        eng_text_add(&names, "%s%s", k == 0 ? "" : " ", eng_outcome_at(disease, k)->name);
    }
    eng_reader_unknown(self, node, name, "outcome", names.data == NULL ? "" : names.data, NULL);
    eng_text_free(&names);
    return NULL;
}

static void
add_request(eng_reader_t *self, const eng_outcome_row_t *row, const eng_yaml_node_t *options)
{
    eng_study_t *study = self->study;
    eng_outcome_request_t *request;

    if (!ENG_READER_GROW(self, study->outcomes, study->num_outcomes)) {
        return;
    }
    request = &study->outcomes[study->num_outcomes++];
    *request = (eng_outcome_request_t){ .row = row };
    if (options != NULL && eng_reader_map(self, options, "a map such as {at: [1 y, 3 y]}")) {
        read_options(self, options, request);
    }
    if (row->kind == ENG_OUTCOME_MARKER && request->num_at == 0) {
        add_default_days(self, request);
    }
    request->num_at = sort_days(request->at, request->num_at);
}

static void
read_outcome(eng_reader_t *self, const eng_yaml_node_t *item)
{
    const eng_yaml_node_t *node = item, *options = NULL;
    const char *name;
    const eng_outcome_row_t *row;

    if (item->kind == ENG_YAML_MAP) {
        node = eng_reader_only_key(self, item, "one outcome with its options, such as {efs: {at: [1 y, 3 y]}}");
        options = node == NULL ? NULL : node->value;
    }
    name = eng_reader_text(self, node, "the name of an outcome");
    row = name == NULL ? NULL : find_outcome(self, node, name);
    if (row == NULL) {
        return;
    }
    for (int j = 0; j < self->study->num_outcomes; j++) {
        if (self->study->outcomes[j].row == row) {
            eng_reader_error(self, node, "outcome '%s' is already asked for", row->name);
            return;
        }
    }
    add_request(self, row, options);
}

void
eng_read_outcomes(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *list = eng_yaml_get(root, "outcomes");
    const eng_disease_t *disease = self->study->disease;

    if (disease == NULL) {
        return;
    }
    if (list == NULL) {
        for (int j = 0; j < eng_outcome_count(disease); j++) {
            const eng_outcome_row_t *row = eng_outcome_at(disease, j);
            if (row->kind != ENG_OUTCOME_MARKER && !row->by_name) {
                add_request(self, row, NULL);
            }
        }
        for (int j = 0; j < self->study->num_endpoints; j++) {
            add_request(self, &self->study->endpoints[j].row, NULL);
        }
        return;
    }
    if (!eng_reader_list(self, list, "a list of outcomes, such as [relapse, {edss: {visits: 6 mo}}]")) {
        return;
    }
    if (list->count == 0) {
        eng_reader_error(self, list, "there is no outcome; leave 'outcomes' away to have all times and numbers");
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL && self->err == 0; item = item->next) {
        read_outcome(self, item);
    }
}

/* ---- trajectories --------------------------------------------------------------------------------------- */

static void
read_marker(eng_reader_t *self, const eng_yaml_node_t *item)
{
    eng_study_t *study = self->study;
    eng_trajectories_t *trajectories = &study->trajectories;
    const int marker = eng_reader_marker(self, item);

    if (marker < 0) {
        return;
    }
    for (int j = 0; j < trajectories->num_markers; j++) {
        if (trajectories->markers[j] == marker) {
            eng_reader_error(self, item, "marker '%s' is already asked for", eng_marker_row(study->disease, marker)->name);
            return;
        }
    }
    if (ENG_READER_GROW(self, trajectories->markers, trajectories->num_markers)) {
        trajectories->markers[trajectories->num_markers++] = marker;
    }
}

void
eng_read_trajectories(eng_reader_t *self, const eng_yaml_node_t *root)
{
    static const char expected[] = "a map such as {markers: [anc, cd4], every: 1 mo}";
    const eng_yaml_node_t *map = eng_yaml_get(root, "trajectories"), *markers = eng_yaml_get(map, "markers");
    eng_trajectories_t *trajectories = &self->study->trajectories;
    double every = ENG_DAYS_PER_MONTH;

    if (!eng_reader_map(self, map, expected)) {
        return;
    }
    eng_reader_keys(self, map, "key of 'trajectories'", "markers every at points", NULL);
    eng_reader_time(self, eng_yaml_get(map, "every"), "every", 0, ENG_MAX_HORIZON, true, &every);
    eng_reader_bool(self, eng_yaml_get(map, "points"), "points", &trajectories->points);
    if (markers == NULL || (markers->kind == ENG_YAML_LIST && markers->count == 0)) {
        eng_reader_error(self, map, "'markers' is missing: expected %s", expected);
    }
    if (!eng_reader_list(self, markers, "a list of markers, such as [anc, cd4]") || self->study->disease == NULL) {
        return;
    }
    for (const eng_yaml_node_t *item = markers->first; item != NULL && self->err == 0; item = item->next) {
        read_marker(self, item);
    }
    trajectories->every = every;
    read_at(self, eng_yaml_get(map, "at"), 0, &trajectories->also, &trajectories->num_also);
    trajectories->num_also = sort_days(trajectories->also, trajectories->num_also);
    add_regular(self, map, "every", every, &trajectories->days, &trajectories->num_days);
    for (int j = 0; j < trajectories->num_also; j++) {
        if (!add_day(self, &trajectories->days, &trajectories->num_days, trajectories->also[j])) {
            return;
        }
    }
    trajectories->num_days = sort_days(trajectories->days, trajectories->num_days);
}

/* Visits of an endpoint, and the days of its baselines. */
static void
add_visits(eng_reader_t *self, const eng_endpoint_t *endpoint)
{
    eng_study_t *study = self->study;

    for (int j = 0; j < endpoint->num_visits; j++) {
        add_day(self, &study->reads, &study->num_reads, eng_endpoint_visit(endpoint, j));
    }
    for (int k = 0; k < endpoint->num_parts; k++) {
        if (endpoint->part[k].since >= 0) {
            add_day(self, &study->reads, &study->num_reads, endpoint->part[k].since);
        }
    }
}

void
eng_read_reads(eng_reader_t *self)
{
    eng_study_t *study = self->study;

    for (int j = 0; j < study->num_outcomes; j++) {
        const eng_outcome_request_t *request = &study->outcomes[j];

        for (int k = 0; request->row->kind == ENG_OUTCOME_MARKER && k < request->num_at; k++) {
            if (!add_day(self, &study->reads, &study->num_reads, request->at[k])) {
                return;
            }
        }
    }
    for (int k = 0; k < study->trajectories.num_days; k++) {
        if (!add_day(self, &study->reads, &study->num_reads, study->trajectories.days[k])) {
            return;
        }
    }
    for (int j = 0; j < study->num_endpoints; j++) {
        add_visits(self, &study->endpoints[j]);
    }
    study->num_reads = sort_days(study->reads, study->num_reads);
}
