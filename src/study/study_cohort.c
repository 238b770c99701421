/**
 * cohort: who is treated.  disease, patients, covariates, entry, trial_care, across_points.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTRY_EVENTS 100
#define MAX_ENTRY_DAYS 3652.5 /* 10 y: the streams of chance begin at day -4096 */

static void
read_disease(eng_reader_t *self, const eng_yaml_node_t *cohort)
{
    const eng_yaml_node_t *node = eng_yaml_get(cohort, "disease");
    const char *name = eng_reader_text(self, node, "the name of a disease such as 'ms'");
    eng_text_t names = { 0 };

    if (node == NULL) {
        eng_reader_error(self, cohort, "'disease' is missing, such as 'disease: ms'");
    }
    if (name == NULL) {
        return;
    }
    self->study->disease = eng_disease_find(name);
    if (self->study->disease == NULL) {
        for (int j = 0; j < eng_disease_count(); j++) {
            eng_text_add(&names, "%s%s", j == 0 ? "" : " ", eng_disease_at(j)->module.name);
        }
        eng_reader_unknown(self, node, name, "disease", names.data == NULL ? "" : names.data, NULL);
    }
    eng_text_free(&names);
}

static void
note_clipping(eng_reader_t *self, const eng_yaml_node_t *node, const eng_covariate_row_t *row, const eng_dist_t *law)
{
    const double outside = eng_dist_outside(law, row->low, row->high);

    if (law->kind != ENG_DIST_FIXED && law->kind != ENG_DIST_BERNOULLI && law->kind != ENG_DIST_POISSON &&
        outside > 0.001) {
        eng_reader_note(self, node, "%s: %.2g %% of this distribution lies outside %g to %g %s and is moved to the bounds",
            row->name, 100 * outside, row->low, row->high, row->unit);
    }
}

static void
read_covariate(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_disease_t *disease = self->study->disease;
    const int j = eng_covariate_find(disease, key->text);
    eng_covariate_row_t row;
    eng_text_t names = { 0 };

    if (j < 0) {
        for (int k = 0; k < eng_covariate_count(disease); k++) {
            eng_text_add(&names, "%s%s", k == 0 ? "" : " ", eng_covariate_at(disease, k).name);
        }
        eng_reader_unknown(self, key, key->text, "covariate", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
        return;
    }
    row = eng_covariate_at(disease, j);
    if (eng_reader_dist(self, key->value, row.name, row.unit, row.low, row.high, &self->study->laws[j])) {
        note_clipping(self, key->value, &row, &self->study->laws[j]);
    }
}

/* Every covariate has a law: the table's, unless the study has another. */
static void
read_covariates(eng_reader_t *self, const eng_yaml_node_t *cohort)
{
    const eng_yaml_node_t *map = eng_yaml_get(cohort, "covariates");
    eng_study_t *study = self->study;
    const int count = study->disease == NULL ? 0 : eng_covariate_count(study->disease);

    if (count == 0) {
        return;
    }
    study->laws = calloc((size_t)count, sizeof(*study->laws));
    if (study->laws == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    for (int j = 0; j < count; j++) {
        study->laws[j] = eng_covariate_at(study->disease, j).law;
    }
    if (eng_reader_map(self, map, "covariates and their distributions, such as {age: {normal: [36, 8]}}")) {
        for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
            if (k->kind == ENG_YAML_SCALAR) {
                read_covariate(self, k);
            }
        }
    }
}

/* Place of a covariate in its table; -1 after telling. */
static int
find_covariate(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const eng_disease_t *disease = self->study->disease;
    const char *name = eng_reader_text(self, node, "the name of a covariate");
    const int j = name == NULL ? -1 : eng_covariate_find(disease, name);
    eng_text_t names = { 0 };

    if (name != NULL && j < 0) {
        for (int k = 0; k < eng_covariate_count(disease); k++) {
            eng_text_add(&names, "%s%s", k == 0 ? "" : " ", eng_covariate_at(disease, k).name);
        }
        eng_reader_unknown(self, node, name, "covariate", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
    }
    if (j >= 0 && self->study->laws[j].kind == ENG_DIST_FIXED) {
        eng_reader_error(self, node, "'%s' is the same for all patients: it cannot be correlated with anything", name);
        return -1;
    }
    return j;
}

static void
read_dependence(eng_reader_t *self, const eng_yaml_node_t *cohort)
{
    bool falls[ENG_MAX_COVARIATES] = { false };
    eng_study_t *study = self->study;

    for (int j = 0; study->laws != NULL && j < eng_covariate_count(study->disease); j++) {
        falls[j] = study->laws[j].kind == ENG_DIST_BERNOULLI; /* the one law whose quantiles fall */
    }
    if (study->laws != NULL) {
        eng_reader_correlations(self, eng_yaml_get(cohort, "correlation"), find_covariate, falls, &study->laws_dependence);
    }
}

#define ENTRY_EXPECTED "an entry criterion such as {relapse: {at_least: 2, within: 1 y}} or {residual: {marker: cd4, above: 200 /uL}}"

static void
read_entry_relapse(eng_reader_t *self, const eng_yaml_node_t *key, eng_entry_t *entry)
{
    const eng_yaml_node_t *map = key->value;
    uint64_t at_least = 0;
    double within = 0;

    if (self->study->disease != NULL && (self->study->disease->when_events & ENG_BIT(ENG_EVENT_RELAPSE)) == 0) {
        eng_reader_error(self, key, "'%s' has no relapses to count", self->study->disease->module.name);
        return;
    }
    if (!eng_reader_map(self, map, ENTRY_EXPECTED)) {
        return;
    }
    eng_reader_keys(self, map, "key of 'relapse'", "at_least within", NULL);
    if (eng_yaml_get(map, "at_least") == NULL || eng_yaml_get(map, "within") == NULL) {
        eng_reader_error(self, map, "'relapse' needs both 'at_least' and 'within', such as {at_least: 2, within: 1 y}");
    }
    if (eng_reader_count(self, eng_yaml_get(map, "at_least"), "at_least", 1, MAX_ENTRY_EVENTS, &at_least) &&
        eng_reader_time(self, eng_yaml_get(map, "within"), "within", 0, MAX_ENTRY_DAYS, true, &within)) {
        entry->at_least = (int)at_least;
        entry->within = within;
    }
}

bool
eng_reader_between(eng_reader_t *self, const eng_yaml_node_t *map, const eng_marker_row_t *row, double *low, double *high)
{
    const eng_yaml_node_t *above = eng_yaml_get(map, "above"), *below = eng_yaml_get(map, "below");
    bool good = above != NULL || below != NULL;

    if (!good) {
        eng_reader_error(self, map, "a criterion needs 'above' or 'below', such as {marker: %s, above: %g %s}", row->name, row->low, row->unit);
    }
    good = (above == NULL || eng_reader_quantity(self, above, "above", row->unit, true, -1e12, 1e12, low)) && good;
    good = (below == NULL || eng_reader_quantity(self, below, "below", row->unit, true, -1e12, 1e12, high)) && good;
    if (!(*low < *high)) {
        eng_reader_error(self, map, "'above' has to be less than 'below'");
        return false;
    }
    return good;
}

/* NAME: {marker: M, above: Q, below: Q}, on the day before the first day. */
static void
read_entry_marker(eng_reader_t *self, const eng_yaml_node_t *key, eng_entry_t *entry)
{
    const eng_disease_t *disease = self->study->disease;
    const eng_yaml_node_t *map = key->value;
    const int marker = eng_reader_marker(self, eng_yaml_get(map, "marker"));
    eng_entry_marker_t criterion = { .marker = marker, .low = -INFINITY, .high = INFINITY };

    eng_reader_keys(self, map, "key of an entry criterion", "marker above below", NULL);
    if (marker < 0) {
        return;
    }
    const eng_marker_row_t *row = eng_marker_row(disease, marker);
    const bool good = eng_reader_between(self, map, row, &criterion.low, &criterion.high);

    if (entry->num_markers == ENG_MAX_ENTRY_MARKERS) {
        eng_reader_error(self, map, "at most %d criteria on markers", ENG_MAX_ENTRY_MARKERS);
    } else if (good) {
        entry->marker[entry->num_markers++] = criterion;
    }
}

static void
read_entry(eng_reader_t *self, const eng_yaml_node_t *cohort)
{
    const eng_yaml_node_t *key, *node = eng_yaml_get(cohort, "entry");
    eng_entry_t entry = { .event = ENG_EVENT_RELAPSE };

    if (node == NULL || !eng_reader_map(self, node, ENTRY_EXPECTED)) {
        return;
    }
    if (node->count == 0) {
        eng_reader_error(self, node, "'entry' is empty: " ENTRY_EXPECTED);
    }
    for (key = node->first; key != NULL; key = key->next) {
        if (strcmp(key->text, "relapse") == 0) {
            read_entry_relapse(self, key, &entry);
        } else if (key->value->kind == ENG_YAML_MAP && eng_yaml_get(key->value, "marker") != NULL) {
            read_entry_marker(self, key, &entry);
        } else {
            eng_reader_unknown(self, key, key->text, "event of 'entry'", "relapse", NULL);
        }
    }
    self->study->entry = entry;
}

/* The gain of being looked after as in a trial, in every arm. */
static void
read_trial_care(eng_reader_t *self, const eng_yaml_node_t *cohort)
{
    const eng_yaml_node_t *node = eng_yaml_get(cohort, "trial_care");

    if (node != NULL && self->study->disease != NULL && !eng_disease_has_care(self->study->disease)) {
        eng_reader_error(self, node, "'trial_care' moves no score of '%s'", self->study->disease->module.name);
        return;
    }
    eng_reader_quantity(self, node, "trial_care", "1", true, 0, 1, &self->study->trial_care);
}

void
eng_read_cohort(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node, *cohort = eng_yaml_get(root, "cohort");
    const char *text;

    if (cohort == NULL) {
        eng_reader_error(self, root, "'cohort' is missing, such as 'cohort: {disease: ms, patients: 1000}'");
    }
    if (!eng_reader_map(self, cohort, "a map such as {disease: ms, patients: 1000}")) {
        return;
    }
    eng_reader_keys(self, cohort, "key of 'cohort'", "disease patients covariates correlation entry run_in trial_care across_points", "courses");
    read_disease(self, cohort);
    node = eng_yaml_get(cohort, "patients");
    if (node == NULL) {
        eng_reader_error(self, cohort, "'patients' is missing: the number per point and protocol, such as 'patients: 1000'");
    }
    eng_reader_count(self, node, "patients", 1, ENG_MAX_PATIENTS, &self->study->patients);
    read_covariates(self, cohort);
    read_dependence(self, cohort);
    read_entry(self, cohort);
    read_trial_care(self, cohort);
    node = eng_yaml_get(cohort, "across_points");
    text = eng_reader_text(self, node, "'common' or 'independent'");
    if (text != NULL && strcmp(text, "common") != 0 && strcmp(text, "independent") != 0) {
        eng_reader_unknown(self, node, text, "value of 'across_points'", "common independent", NULL);
    } else if (text != NULL) {
        self->study->patients_common = strcmp(text, "common") == 0;
    }
}
