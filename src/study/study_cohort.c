/**
 * cohort: who is treated.  disease, patients, covariates, trial_care, across_points; entry: study_entry.c, run_in: study_run_in.c.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

int
eng_reader_covariate(eng_reader_t *self, const eng_yaml_node_t *node)
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
    return j;
}

/* That of one which varies. */
static int
find_varying(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const int j = eng_reader_covariate(self, node);

    if (j >= 0 && self->study->laws[j].kind == ENG_DIST_FIXED) {
        eng_reader_error(self, node, "'%s' is the same for all patients: it cannot be correlated with anything",
            eng_covariate_at(self->study->disease, j).name);
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
        eng_reader_correlations(self, eng_yaml_get(cohort, "correlation"), find_varying, falls, &study->laws_dependence);
    }
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

/* Sums and tables count courses, so that a number of patients is one of courses: of every two, one person's. */
static void
read_courses(eng_reader_t *self, const eng_yaml_node_t *node, const eng_yaml_node_t *patients)
{
    uint64_t courses = 1;

    if (node != NULL && eng_reader_count(self, node, "courses", 1, 2, &courses) && courses == 2 && self->study->patients % 2 != 0) {
        eng_reader_error(self, patients, "with 'courses: 2' every two patients are one person who lives twice: expected an even number");
    }
    self->study->courses = (int)courses;
}

/* What counts on each patient being somebody else. */
void
eng_check_courses(eng_reader_t *self, const eng_yaml_node_t *root)
{
    static const char *const keys[] = { "batches", "freeze", "estimates", "precision" };

    for (size_t k = 0; self->study->courses == 2 && k < sizeof(keys) / sizeof(*keys); k++) {
        const eng_yaml_node_t *node = eng_yaml_get(root, keys[k]);
        if (node != NULL) {
            eng_reader_error(self, node, "'%s' takes every patient for another person: leave it or 'courses: 2' away", keys[k]);
        }
    }
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
    eng_reader_keys(self, cohort, "key of 'cohort'", "disease patients covariates correlation entry run_in trial_care across_points courses", NULL);
    read_disease(self, cohort);
    node = eng_yaml_get(cohort, "patients");
    if (node == NULL) {
        eng_reader_error(self, cohort, "'patients' is missing: the number per point and protocol, such as 'patients: 1000'");
    }
    eng_reader_count(self, node, "patients", 1, ENG_MAX_PATIENTS, &self->study->patients);
    read_courses(self, eng_yaml_get(cohort, "courses"), node);
    read_covariates(self, cohort);
    read_dependence(self, cohort);
    read_trial_care(self, cohort);
    node = eng_yaml_get(cohort, "across_points");
    text = eng_reader_text(self, node, "'common' or 'independent'");
    if (text != NULL && strcmp(text, "common") != 0 && strcmp(text, "independent") != 0) {
        eng_reader_unknown(self, node, text, "value of 'across_points'", "common independent", NULL);
    } else if (text != NULL) {
        self->study->patients_common = strcmp(text, "common") == 0;
    }
}
