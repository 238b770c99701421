/**
 * precision: how well the study wants to know something before it stops adding patients.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "base/ticks.h"
#include "study/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char expected[] = "a map such as {outcome: relapse, at: 2 y, half_width: 0.02, max_patients: 20000}";

static int
find_outcome(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const eng_study_t *study = self->study;
    const char *name = eng_reader_text(self, node, "the name of an outcome of this study");
    eng_text_t names = { 0 };
    int found = -1;

    for (int j = 0; j < study->num_outcomes; j++) {
        found = name != NULL && strcmp(study->outcomes[j].row->name, name) == 0 ? j : found;
        eng_text_add(&names, "%s%s", j == 0 ? "" : " ", study->outcomes[j].row->name);
    }
    if (name != NULL && found < 0 && study->num_outcomes > 0) {
        eng_reader_unknown(self, node, name, "outcome of this study", names.data == NULL ? "" : names.data, NULL);
    }
    eng_text_free(&names);
    return found;
}

/* The day of a time becomes a landmark of its outcome. */
static bool
add_landmark(eng_reader_t *self, eng_outcome_request_t *request, double day)
{
    int j = 0;

    while (j < request->num_at && eng_tick_nearest(request->at[j]) < eng_tick_nearest(day)) {
        j++;
    }
    if (j < request->num_at && eng_tick_nearest(request->at[j]) == eng_tick_nearest(day)) {
        return true;
    }
    double *at = realloc(request->at, ((size_t)request->num_at + 1) * sizeof(*at));
    if (at == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return false;
    }
    memmove(at + j + 1, at + j, (size_t)(request->num_at - j) * sizeof(*at));
    at[j] = day;
    request->at = at;
    request->num_at++;
    return true;
}

/* A time has its probability by a day, a marker its mean on a day that it is read, a number its mean. */
static void
read_at(eng_reader_t *self, const eng_yaml_node_t *map)
{
    eng_study_t *study = self->study;
    eng_precision_t *precision = &study->precision;
    eng_outcome_request_t *request = &study->outcomes[precision->outcome];
    const eng_yaml_node_t *node = eng_yaml_get(map, "at");

    precision->at = NAN;
    if (request->row->kind == ENG_OUTCOME_NUMBER) {
        if (node != NULL) {
            eng_reader_error(self, node, "'%s' is one number of a course: leave 'at' away", request->row->name);
        }
        return;
    }
    if (node == NULL) {
        eng_reader_error(self, map, "'at' is missing: the day at which '%s' is to be known", request->row->name);
        return;
    }
    if (!eng_reader_time(self, node, "at", 0, study->horizon, true, &precision->at)) {
        return;
    }
    if (request->row->kind == ENG_OUTCOME_TIME) {
        (void)add_landmark(self, request, precision->at);
        return;
    }
    while (precision->reading < request->num_at && eng_tick_nearest(request->at[precision->reading]) != eng_tick_nearest(precision->at)) {
        precision->reading++;
    }
    if (precision->reading == request->num_at) {
        precision->reading = 0;
        eng_reader_error(self, node, "'%s' is not read on that day: add it to its 'at' or 'visits'", request->row->name);
    }
}

static void
read_scope(eng_reader_t *self, const eng_yaml_node_t *node)
{
    eng_study_t *study = self->study;
    const char *text = eng_reader_text(self, node, "'study' or 'point'");

    if (text != NULL && strcmp(text, "study") != 0 && strcmp(text, "point") != 0) {
        eng_reader_unknown(self, node, text, "scope", "study point", NULL);
    }
    study->precision.by_point = text != NULL && strcmp(text, "point") == 0;
}

/* A quantile is one that /summary has as well; that of a point is read from its histogram. */
static void
read_quantile(eng_reader_t *self, const eng_yaml_node_t *map, const eng_yaml_node_t *node)
{
    eng_study_t *study = self->study;
    eng_precision_t *precision = &study->precision;
    const eng_outcome_request_t *request = &study->outcomes[precision->outcome];
    double level = 0;

    if (!eng_reader_quantity(self, node, "quantile", "1", true, 0, 1, &level)) {
        return;
    }
    precision->quantile = level;
    if (level != 0.1 && level != 0.5 && level != 0.9) {
        eng_reader_error(self, node, "quantile: expected 0.5 (the median), 0.1 or 0.9, those of which a result has estimates");
        return;
    }
    if (eng_yaml_get(map, "at") != NULL && request->row->kind == ENG_OUTCOME_TIME) {
        eng_reader_error(self, node, "a quantile of '%s' is a time: leave 'at' away", request->row->name);
        return;
    }
    if (precision->by_point && study->num_points > 1 && request->histogram == 0 && request->row->kind != ENG_OUTCOME_TIME) {
        eng_reader_error(self, node, "a quantile at each point is read from its histogram: expected {%s: {histogram: 64}} in 'outcomes'", request->row->name);
    }
}

static void
read_difference(eng_reader_t *self, const eng_yaml_node_t *map, const eng_yaml_node_t *node)
{
    const char *text = eng_reader_text(self, node, "the name of the reference");
    const eng_study_t *study = self->study;

    if (text == NULL) {
        return;
    }
    if (study->num_protocols < 2) {
        eng_reader_error(self, node, "difference_from: there is one protocol, which differs from none");
    } else if (strcmp(text, study->protocols[study->reference].name) != 0) {
        eng_reader_error(self, node, "difference_from: pairs are made with the reference, '%s': expected its name, or {reference: %s} in 'compare'",
            study->protocols[study->reference].name, text);
    } else if (study->lean && !study->compared) {
        eng_reader_error(self, node, "difference_from: a lean study has pairs only with 'compare', such as {reference: %s}", text);
    } else if (eng_yaml_get(map, "quantile") != NULL) {
        eng_reader_error(self, node, "difference_from: no difference of two quantiles is that of the same patients: leave 'quantile' or this away");
    }
    self->study->precision.difference = true;
}

/* What is to be known of the outcome. */
static void
read_what(eng_reader_t *self, const eng_yaml_node_t *map)
{
    const eng_yaml_node_t *quantile = eng_yaml_get(map, "quantile"), *difference = eng_yaml_get(map, "difference_from");
    const eng_study_t *study = self->study;

    if (quantile != NULL) {
        read_quantile(self, map, quantile);
    }
    if (difference != NULL) {
        read_difference(self, map, difference);
    }
    if (quantile == NULL || study->outcomes[study->precision.outcome].row->kind != ENG_OUTCOME_TIME) {
        read_at(self, map);
    } else {
        self->study->precision.at = NAN;
    }
}

/* A share is known to less than half, a time to days, all else in its unit. */
static bool
read_half_width(eng_reader_t *self, const eng_yaml_node_t *width)
{
    eng_precision_t *precision = &self->study->precision;
    const eng_outcome_row_t *row = self->study->outcomes[precision->outcome].row;
    const bool time = row->kind == ENG_OUTCOME_TIME;

    if (time && precision->quantile > 0) {
        if (!eng_reader_time(self, width, "half_width", 0, self->study->horizon, true, &precision->half_width)) {
            return false;
        }
    } else if (!eng_reader_quantity(self, width, "half_width", time ? "1" : row->unit, true, 0, time ? 0.5 : 1e12, &precision->half_width)) {
        return false;
    }
    if (!(precision->half_width > 0)) {
        eng_reader_error(self, width, "half_width: nothing is known without an error: expected more than 0");
    }
    return true;
}

void
eng_read_precision(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *map = eng_yaml_get(root, "precision"), *width = eng_yaml_get(map, "half_width"), *most = eng_yaml_get(map, "max_patients");
    eng_study_t *study = self->study;
    eng_precision_t *precision = &study->precision;
    uint64_t patients = study->patients;

    if (!eng_reader_map(self, map, expected)) {
        return;
    }
    eng_reader_keys(self, map, "key of 'precision'", "outcome at quantile difference_from half_width max_patients scope", NULL);
    if (eng_yaml_get(map, "outcome") == NULL || width == NULL || most == NULL) {
        eng_reader_error(self, map, "'%s' is missing: expected %s", width == NULL ? "half_width" : most == NULL ? "max_patients" : "outcome", expected);
        return;
    }
    precision->outcome = find_outcome(self, eng_yaml_get(map, "outcome"));
    read_scope(self, eng_yaml_get(map, "scope"));
    if (precision->outcome < 0) {
        precision->outcome = 0;
        return;
    }
    read_what(self, map);
    if (!read_half_width(self, width) || !eng_reader_count(self, most, "max_patients", 1, UINT64_C(1) << 40, &patients)) {
        return;
    }
    if (patients < study->patients) {
        eng_reader_error(self, most, "max_patients is less than the %llu patients that 'cohort' has at least", (unsigned long long)study->patients);
        return;
    }
    if (!precision->by_point && study->patients_common && study->num_points > 1) {
        eng_reader_error(self, map, "with 'across_points: common' all points have the same patients, so that they are no sample of all points: "
            "expected 'scope: point', or 'across_points: independent'");
    }
    precision->least = study->patients;
    precision->asked = true;
    study->patients = patients;
}
