/**
 * parameters and design: what is uncertain, and the rule that picks the points.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_POINTS UINT32_MAX /* a point's number is a word of the key */
#define MAX_UNCERTAIN 1000
#define CLIP_NOTE 1e-3        /* share of a prior outside the bounds that is worth a note */

/* ---- parameters ----------------------------------------------------------------------------------------- */

static void
add_fixed(eng_reader_t *self, int param, double value)
{
    eng_study_t *study = self->study;

    if (ENG_READER_GROW(self, study->fixed, study->num_fixed)) {
        study->fixed[study->num_fixed++] = (eng_fixed_t){ param, value };
    }
}

static void
add_uncertain(eng_reader_t *self, const eng_yaml_node_t *node, int param, const eng_param_row_t *row, const eng_dist_t *prior)
{
    eng_study_t *study = self->study;
    const double outside = eng_dist_outside(prior, row->low, row->high);

    if (study->num_uncertain == MAX_UNCERTAIN) {
        eng_reader_error(self, node, "more than %d uncertain parameters", MAX_UNCERTAIN);
        return;
    }
    if (outside > CLIP_NOTE) {
        eng_reader_note(self, node, "%s: %.2g %% of this prior lies outside %g to %g %s and is moved to the bounds",
            row->name, 100 * outside, row->low, row->high, row->unit);
    }
    if (ENG_READER_GROW(self, study->uncertain, study->num_uncertain)) {
        study->uncertain[study->num_uncertain++] = (eng_uncertain_t){ .param = param, .prior = *prior };
    }
}

static void
read_parameter(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_disease_t *disease = self->study->disease;
    const int j = eng_param_find(disease, key->text);
    const eng_yaml_node_t *value = key->value;
    eng_param_row_t row;
    eng_dist_t prior;
    eng_text_t names = { 0 };

    if (j < 0) {
        for (int k = 0; k < eng_param_count(disease); k++) {
            eng_text_add(&names, "%s%s", k == 0 ? "" : " ", eng_param_at(disease, k).name);
        }
        eng_reader_unknown(self, key, key->text, "parameter", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
        return;
    }
    row = eng_param_at(disease, j);
    if (value->kind == ENG_YAML_SCALAR && strcmp(value->text, "prior") == 0) {
        prior = row.prior;
    } else if (!eng_reader_dist(self, value, row.name, row.unit, row.low, row.high, &prior)) {
        return;
    }
    if (prior.kind == ENG_DIST_FIXED) {
        add_fixed(self, j, prior.arg[0]);
    } else {
        add_uncertain(self, value, j, &row, &prior);
    }
}

/* Is it a name or the beginning of one, as `clone.*`, in front of `*`? */
static bool
is_pattern(const char *text)
{
    const size_t length = strlen(text);

    return length > 0 && text[length - 1] == '*';
}

/* All parameters whose names begin so and that the study does not name, each by its own prior. */
static void
read_pattern(eng_reader_t *self, const eng_yaml_node_t *map, const eng_yaml_node_t *key)
{
    const eng_disease_t *disease = self->study->disease;
    const size_t length = strlen(key->text) - 1;
    int found = 0;

    if (key->value->kind != ENG_YAML_SCALAR || strcmp(key->value->text, "prior") != 0) {
        eng_reader_error(self, key->value, "%s: several parameters can only have their priors: expected 'prior'", key->text);
        return;
    }
    for (int j = 0; j < eng_param_count(disease) && self->err == 0; j++) {
        const eng_param_row_t row = eng_param_at(disease, j);
        bool told = strncmp(row.name, key->text, length) != 0, earlier = true;

        found += !told;
        for (const eng_yaml_node_t *k = map->first; k != NULL && !told; k = k->next) { /* by its name, or by an earlier pattern */
            earlier = earlier && k != key;
            told = k != key && k->kind == ENG_YAML_SCALAR && (strcmp(k->text, row.name) == 0 ||
                (is_pattern(k->text) && earlier &&
                    strncmp(row.name, k->text, strlen(k->text) - 1) == 0));
        }
        if (!told && row.prior.kind != ENG_DIST_FIXED) {
            add_uncertain(self, key->value, j, &row, &row.prior);
        }
    }
    if (found == 0) {
        eng_reader_error(self, key, "no parameter has a name that begins so: '%s'", key->text);
    }
}

void
eng_read_parameters(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *map = eng_yaml_get(root, "parameters");

    if (!eng_reader_map(self, map, "parameters by name, such as {atg.half_life: prior}") || self->study->disease == NULL) {
        return;
    }
    if (map->count == 0) {
        eng_reader_error(self, map, "there is no parameter; leave 'parameters' away to keep all of them nominal");
    }
    for (const eng_yaml_node_t *k = map->first; k != NULL && self->err == 0; k = k->next) {
        if (k->kind == ENG_YAML_SCALAR && is_pattern(k->text)) {
            read_pattern(self, map, k);
        } else if (k->kind == ENG_YAML_SCALAR) {
            read_parameter(self, k);
        }
    }
}

/* ---- design --------------------------------------------------------------------------------------------- */

static const eng_design_kind_t *
find_design(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_design_kind_t *kind = eng_design_find(key->text);
    eng_text_t names = { 0 };

    if (kind == NULL) {
        for (int j = 0; j < eng_design_count(); j++) {
            eng_text_add(&names, "%s%s", j == 0 ? "" : " ", eng_design_at(j)->name);
        }
        eng_reader_unknown(self, key, key->text, "design", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
    }
    return kind;
}

static void
example_of(const eng_design_kind_t *kind, char *text, size_t size)
{
    snprintf(text, size, "a map such as {%s: %llu}", kind->size_key, (unsigned long long)kind->size_example);
}

/* levels: {NAME: COUNT, ...}; parameters that are not named have as many as the size's example. */
static void
read_levels(eng_reader_t *self, const eng_yaml_node_t *map)
{
    eng_study_t *study = self->study;

    study->design_size = study->design->size_example;
    study->design_levels = calloc((size_t)study->num_uncertain + 1, sizeof(*study->design_levels));
    if (study->design_levels == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    for (int j = 0; j < study->num_uncertain; j++) {
        study->design_levels[j] = (uint32_t)study->design_size;
    }
    for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        const int j = k->kind == ENG_YAML_SCALAR ? eng_reader_uncertain(self, k) : -1;
        uint64_t levels = 0;

        if (j >= 0 && eng_reader_count(self, k->value, k->text, 1, MAX_POINTS, &levels)) {
            study->design_levels[j] = (uint32_t)levels;
        }
    }
}

static void
read_option(eng_reader_t *self, const eng_yaml_node_t *node, const eng_design_option_t *option, double *value)
{
    uint64_t count = 0;
    bool truth = false;
    const char *text;
    char what[60];

    switch (option->kind) {
    case ENG_OPTION_COUNT:
        if (eng_reader_count(self, node, option->name, (uint64_t)option->low, (uint64_t)option->high, &count)) {
            *value = (double)count;
        }
        break;
    case ENG_OPTION_SHARE:
        eng_reader_quantity(self, node, option->name, "1", true, option->low, option->high, value);
        break;
    case ENG_OPTION_TRUTH:
        *value = eng_reader_bool(self, node, option->name, &truth) && truth ? 1 : 0;
        break;
    case ENG_OPTION_CHOICE:
        text = eng_reader_text(self, node, option->words);
        if (text != NULL && eng_text_find_word(option->words, text) < 0) {
            snprintf(what, sizeof(what), "value of '%s'", option->name);
            eng_reader_unknown(self, node, text, what, option->words, NULL);
        } else if (text != NULL) {
            *value = eng_text_find_word(option->words, text);
        }
        break;
    }
}

/* The size of a design, its options and its groups. */
static void
read_size(eng_reader_t *self, const eng_yaml_node_t *node, const eng_design_kind_t *kind)
{
    eng_study_t *study = self->study;
    char expected[80];
    eng_text_t keys = { 0 };
    const eng_yaml_node_t *size;

    example_of(kind, expected, sizeof(expected));
    if (!eng_reader_map(self, node, expected)) {
        return;
    }
    eng_text_add(&keys, "%s", kind->size_key);
    for (int j = 0; j < eng_design_num_options(kind); j++) {
        eng_text_add(&keys, " %s", kind->options[j].name);
    }
    eng_text_add(&keys, "%s", kind->takes_groups ? " groups" : "");
    if (keys.failed) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        eng_text_free(&keys);
        return;
    }
    eng_reader_keys(self, node, "key of the design", keys.data, NULL);
    eng_text_free(&keys);
    size = eng_yaml_get(node, kind->size_key);
    if (size == NULL) {
        eng_reader_error(self, node, "'%s' is missing: expected %s", kind->size_key, expected);
    } else if (size->kind == ENG_YAML_MAP && kind->size_by_parameter) {
        read_levels(self, size);
    } else {
        eng_reader_count(self, size, kind->size_key, 1, MAX_POINTS, &study->design_size);
    }
    for (int j = 0; j < eng_design_num_options(kind); j++) {
        const eng_yaml_node_t *option = eng_yaml_get(node, kind->options[j].name);
        if (option != NULL) {
            read_option(self, option, &kind->options[j], &study->design_option[j]);
        }
    }
    if (kind->takes_groups) {
        eng_read_groups(self, eng_yaml_get(node, "groups"));
    }
}

static void
count_points(eng_reader_t *self, const eng_yaml_node_t *key)
{
    eng_study_t *study = self->study;
    const eng_design_kind_t *kind = study->design;
    const eng_design_spec_t spec = eng_study_design_spec(study);
    char problem[200] = "";

    if (study->design_size == 0 || study->num_uncertain == 0) {
        return; /* told already */
    }
    if (kind->max_dimension > 0 && study->num_uncertain > kind->max_dimension) {
        eng_reader_error(self, key, "'%s' takes at most %d uncertain parameters, here are %d", kind->name,
            kind->max_dimension, study->num_uncertain);
        return;
    }
    if (kind->problem != NULL) {
        kind->problem(&spec, problem, sizeof(problem));
    }
    if (problem[0] != '\0') {
        eng_reader_error(self, key, "'%s': %s", kind->name, problem);
        return;
    }
    study->num_points = kind->num_points(&spec);
    if (study->num_points == 0 || study->num_points > MAX_POINTS) {
        eng_reader_error(self, key, "the design has more than 4294967295 points");
        study->num_points = 1;
    }
}

/* A design whose points are alike takes any dependence, one that moves groups only dependence within them. */
static void
check_dependence(eng_reader_t *self, const eng_yaml_node_t *list)
{
    const eng_study_t *study = self->study;
    const eng_design_kind_t *kind = study->design;
    const eng_design_spec_t spec = eng_study_design_spec(study);

    if (study->correlations.count > 0 && !kind->takes_dependence) {
        eng_reader_error(self, list, "'%s' picks its points whatever depends on what: 'correlation' needs a random design, such as lhs", kind->name);
        return;
    }
    for (int k = 0; k < study->correlations.count && kind->takes_groups; k++) {
        const eng_correlation_t *pair = &study->correlations.pairs[k];

        if (eng_design_group(&spec, pair->a) != eng_design_group(&spec, pair->b)) {
            eng_reader_error(self, list, "'%s' moves '%s' and '%s' one without the other, but they depend on each other: put them in one of its 'groups'",
                kind->name, eng_study_uncertain_row(study, pair->a).name, eng_study_uncertain_row(study, pair->b).name);
        }
    }
}

void
eng_read_design(eng_reader_t *self, const eng_yaml_node_t *root)
{
    eng_study_t *study = self->study;
    const eng_yaml_node_t *key, *node = eng_yaml_get(root, "design"), *params = eng_yaml_get(root, "parameters");
    const bool told = eng_yaml_get(eng_yaml_get(root, "cohort"), "across_points") != NULL;

    study->num_points = 1;
    if (node == NULL) {
        study->patients_common = told ? study->patients_common : true;
        if (study->num_uncertain > 0) {
            eng_reader_error(self, params, "uncertain parameters need a 'design', such as 'design: {lhs: {points: 200}}'");
        }
        return;
    }
    key = eng_reader_only_key(self, node, "a design such as {lhs: {points: 200}}");
    study->design = key == NULL ? NULL : find_design(self, key);
    if (study->design == NULL) {
        return;
    }
    study->patients_common = told ? study->patients_common : study->design->patients_common;
    eng_design_standard(study->design, study->design_option);
    study->num_groups = study->num_uncertain;
    if (study->num_uncertain == 0) {
        if (params == NULL || (study->disease != NULL && study->num_errors == 0)) {
            eng_reader_error(self, key, "a design needs uncertain parameters, such as 'parameters: {atg.half_life: prior}'");
        }
        return;
    }
    if (study->design->gives_values) {
        eng_read_list(self, key->value);
    } else {
        read_size(self, key->value, study->design);
    }
    check_dependence(self, eng_yaml_get(root, "correlation"));
    count_points(self, key);
}
