/**
 * parameters and design: what is uncertain, and the rule that picks the points.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "design/design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_POINTS UINT32_MAX /* a point's number is a word of the key */
#define MAX_UNCERTAIN 1000
#define CLIP_NOTE 1e-3        /* share of a prior outside the bounds that is worth a note */

static const char later_designs[] = "saltelli morris halton factorial";

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
        study->uncertain[study->num_uncertain++] = (eng_uncertain_t){ param, *prior };
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
        if (k->kind == ENG_YAML_SCALAR) {
            read_parameter(self, k);
        }
    }
}

/* ---- list designs --------------------------------------------------------------------------------------- */

static eng_param_row_t
uncertain_row(const eng_study_t *study, int j)
{
    return eng_param_at(study->disease, study->uncertain[j].param);
}

static void
read_list_value(eng_reader_t *self, const eng_yaml_node_t *node, int j, double *row)
{
    const eng_param_row_t param = uncertain_row(self->study, j);

    eng_reader_quantity(self, node, param.name, param.unit, true, param.low, param.high, &row[j]);
}

/* A row as {name: value, ...}: every uncertain parameter, nothing else. */
static void
read_named_row(eng_reader_t *self, const eng_yaml_node_t *map, double *row)
{
    const eng_study_t *study = self->study;
    eng_text_t names = { 0 };

    for (int j = 0; j < study->num_uncertain; j++) {
        const char *name = uncertain_row(study, j).name;
        const eng_yaml_node_t *value = eng_yaml_get(map, name);

        eng_text_add(&names, "%s%s", j == 0 ? "" : " ", name);
        if (value == NULL) {
            eng_reader_error(self, map, "a point needs a value of every uncertain parameter; '%s' is missing", name);
        } else {
            read_list_value(self, value, j, row);
        }
    }
    if (names.data != NULL && map->count != study->num_uncertain) {
        eng_reader_keys(self, map, "uncertain parameter", names.data, NULL);
    } else if (names.failed) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    eng_text_free(&names);
}

/* A row as [value, ...] in the order of `parameters`. */
static void
read_plain_row(eng_reader_t *self, const eng_yaml_node_t *list, double *row)
{
    int j = 0;

    if (list->count != self->study->num_uncertain) {
        eng_reader_error(self, list, "a point has %d values, one per uncertain parameter; here are %d",
            self->study->num_uncertain, list->count);
        return;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next, j++) {
        read_list_value(self, item, j, row);
    }
}

static void
read_rows(eng_reader_t *self, const eng_yaml_node_t *node)
{
    static const char expected[] = "a list of points, such as [{atg.half_life: 5 d}, {atg.half_life: 9 d}]";
    eng_study_t *study = self->study;
    const size_t width = (size_t)study->num_uncertain;
    size_t i = 0;

    if (node->kind == ENG_YAML_MAP) {
        eng_reader_keys(self, node, "key of 'list'", "rows", NULL);
        node = eng_yaml_get(node, "rows");
    }
    if (node == NULL || !eng_reader_list(self, node, expected)) {
        return;
    }
    if (node->count == 0) {
        eng_reader_error(self, node, "there is no point in the list");
        return;
    }
    study->design_list = calloc((size_t)node->count * width, sizeof(*study->design_list));
    if (study->design_list == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    study->design_size = (uint64_t)node->count;
    for (const eng_yaml_node_t *row = node->first; row != NULL && self->err == 0; row = row->next, i++) {
        if (row->kind == ENG_YAML_LIST) {
            read_plain_row(self, row, study->design_list + i * width);
        } else if (eng_reader_map(self, row, "a point such as {atg.half_life: 5 d}")) {
            read_named_row(self, row, study->design_list + i * width);
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
        eng_reader_unknown(self, key, key->text, "design", names.data == NULL ? "" : names.data, later_designs);
        eng_text_free(&names);
    }
    return kind;
}

static void
read_size(eng_reader_t *self, const eng_yaml_node_t *node, const eng_design_kind_t *kind)
{
    char expected[80];
    const eng_yaml_node_t *size;

    snprintf(expected, sizeof(expected), "a map such as {%s: %d}", kind->size_key,
        strcmp(kind->size_key, "levels") == 0 ? 3 : 200);
    if (!eng_reader_map(self, node, expected)) {
        return;
    }
    eng_reader_keys(self, node, "key of the design", kind->size_key, "groups");
    size = eng_yaml_get(node, kind->size_key);
    if (size == NULL) {
        eng_reader_error(self, node, "'%s' is missing: expected %s", kind->size_key, expected);
    }
    eng_reader_count(self, size, kind->size_key, 1, MAX_POINTS, &self->study->design_size);
}

static void
count_points(eng_reader_t *self, const eng_yaml_node_t *key)
{
    eng_study_t *study = self->study;
    const eng_design_kind_t *kind = study->design;
    const eng_design_spec_t spec = {
        .seed = { study->seed[0], study->seed[1], study->seed[2], study->seed[3] },
        .size = study->design_size,
        .dimension = study->num_uncertain,
        .rows = study->design_list,
    };

    if (study->design_size == 0 || study->num_uncertain == 0) {
        return; /* told already */
    }
    if (kind->max_dimension > 0 && study->num_uncertain > kind->max_dimension) {
        eng_reader_error(self, key, "'%s' takes at most %d uncertain parameters, here are %d", kind->name,
            kind->max_dimension, study->num_uncertain);
        return;
    }
    study->num_points = kind->num_points(&spec);
    if (study->num_points == 0 || study->num_points > MAX_POINTS) {
        eng_reader_error(self, key, "the design has more than 4294967295 points");
        study->num_points = 1;
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
    if (study->num_uncertain == 0) {
        if (params == NULL || (study->disease != NULL && study->num_errors == 0)) {
            eng_reader_error(self, key, "a design needs uncertain parameters, such as 'parameters: {atg.half_life: prior}'");
        }
        return;
    }
    if (study->design->gives_values) {
        read_rows(self, key->value);
    } else {
        read_size(self, key->value, study->design);
    }
    count_points(self, key);
}
