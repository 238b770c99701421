/**
 * Laws that are tables: `{discrete: {values: [1, 2, 5], p: [0.5, 0.3, 0.2]}}`, `{categorical: [0.85, 0.1, 0.05]}`,
 * `{empirical: [31, 36, 36, 44]}` or `{empirical: {file: ages.csv, column: age}}`.
 */
#include "study/study_reader.h"

#include "base/math.h"
#include "base/text.h"
#include "study/quantity.h"

#include <stdlib.h>
#include <string.h>

#define MAX_VALUES 100000
#define SUM_ERROR 1e-9 /* how far probabilities may be from summing to 1 */

typedef struct {
    double *value, *weight; /* owned; weight NULL: equal ones */
    int count;
} sample_t;

/* Numbers of a list; NULL after telling. */
static double *
read_numbers(eng_reader_t *self, const eng_yaml_node_t *list, const char *what, int *count)
{
    double *numbers = NULL;
    char problem[ENG_PROBLEM_SIZE];
    bool good = true;

    if (!eng_reader_list(self, list, "a list of numbers")) {
        return NULL;
    }
    if (list->count < 1 || list->count > MAX_VALUES) {
        eng_reader_error(self, list, "%s: expected 1 to %d numbers, here are %d", what, MAX_VALUES, list->count);
        return NULL;
    }
    numbers = calloc((size_t)list->count, sizeof(*numbers));
    if (numbers == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return NULL;
    }
    *count = 0;
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
        const char *text = eng_reader_text(self, item, "a number");

        if (text == NULL) {
            good = false;
        } else if (eng_number_read(text, &numbers[(*count)++], problem) != 0) {
            eng_reader_error(self, item, "%s: %s", what, problem);
            good = false;
        }
    }
    if (!good) {
        free(numbers);
        numbers = NULL;
    }
    return numbers;
}

/* Weights as many as there are values, none negative; `shares`: summing to 1. */
static bool
read_weights(eng_reader_t *self, const eng_yaml_node_t *list, const char *what, bool shares, sample_t *sample)
{
    double sum = 0;
    int count = 0;

    sample->weight = read_numbers(self, list, what, &count);
    if (sample->weight == NULL) {
        return false;
    }
    if (sample->value != NULL && count != sample->count) {
        eng_reader_error(self, list, "%s: one for each of %d values, here are %d", what, sample->count, count);
        return false;
    }
    sample->count = count;
    for (int k = 0; k < count; k++) {
        if (sample->weight[k] < 0) {
            eng_reader_error(self, list, "%s: must not be negative", what);
            return false;
        }
        sum += sample->weight[k];
    }
    if (!(sum > 0) || (shares && eng_abs(sum - 1) > SUM_ERROR)) {
        eng_reader_error(self, list, shares ? "%s: must sum to 1; here they sum to %.10g" : "%s: must not all be 0", what, sum);
        return false;
    }
    return true;
}

/* A column of a file as numbers; false after telling. */
static bool
read_column(eng_reader_t *self, const eng_yaml_node_t *file_node, const eng_yaml_node_t *node, const eng_csv_t *csv, double **out)
{
    const char *name = node == NULL ? NULL : eng_reader_text(self, node, "the name of a column"), *file = file_node->text;
    const int column = name == NULL ? 0 : eng_csv_find(csv, name);
    eng_text_t names = { 0 };

    if (name == NULL && csv->num_columns > 1) {
        eng_reader_error(self, file_node, "'column' is missing: '%s' has %d columns", file, csv->num_columns);
        return false;
    }
    if (column < 0) {
        for (int j = 0; csv->names != NULL && j < csv->num_columns; j++) {
            eng_text_add(&names, "%s%s", j == 0 ? "" : " ", csv->names[j].text);
        }
        eng_reader_unknown(self, node, name, "column of the file", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
        return false;
    }
    *out = calloc((size_t)csv->num_rows, sizeof(**out));
    if (*out == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return false;
    }
    for (int k = 0; k < csv->num_rows; k++) {
        const eng_csv_cell_t *cell = eng_csv_at(csv, k, column);

        if (!eng_csv_number(cell, &(*out)[k])) {
            eng_reader_error(self, file_node, "%s:%d:%d: '%.40s' is no number", file, cell->line, cell->column, cell->text);
            return false;
        }
    }
    return true;
}

static bool
read_sample_file(eng_reader_t *self, const eng_yaml_node_t *map, sample_t *sample)
{
    const eng_yaml_node_t *file_node = eng_yaml_get(map, "file"), *weights = eng_yaml_get(map, "weights");
    const eng_attachment_t *file = eng_reader_file(self, file_node, NULL);
    eng_csv_t csv = { 0 };
    bool good = file != NULL && eng_reader_csv(self, file_node, file, &csv);

    if (good && csv.num_rows > MAX_VALUES) {
        eng_reader_error(self, file_node, "%s: %d rows; a law takes at most %d", file->name, csv.num_rows, MAX_VALUES);
        good = false;
    }
    sample->count = csv.num_rows;
    good = good && read_column(self, file_node, eng_yaml_get(map, "column"), &csv, &sample->value) &&
        (weights == NULL || read_column(self, file_node, weights, &csv, &sample->weight));
    eng_csv_free(&csv);
    return good;
}

static bool
read_empirical(eng_reader_t *self, const eng_yaml_node_t *node, sample_t *sample)
{
    const bool list = node->kind == ENG_YAML_LIST, file = !list && eng_yaml_get(node, "file") != NULL;
    const eng_yaml_node_t *weights;

    if (!list && !eng_reader_map(self, node, "a list of values, or a map such as {file: ages.csv, column: age}")) {
        return false;
    }
    if (!list) {
        eng_reader_keys(self, node, "argument of 'empirical'", file ? "file column weights" : "values weights", NULL);
    }
    if (file) {
        return read_sample_file(self, node, sample);
    }
    if (!list && eng_yaml_get(node, "values") == NULL) {
        eng_reader_error(self, node, "'empirical' needs 'values', or a 'file' with its 'column'");
        return false;
    }
    sample->value = read_numbers(self, list ? node : eng_yaml_get(node, "values"), "values", &sample->count);
    weights = list ? NULL : eng_yaml_get(node, "weights");
    return sample->value != NULL && (weights == NULL || read_weights(self, weights, "weights", false, sample));
}

static bool
read_discrete(eng_reader_t *self, const eng_yaml_node_t *node, sample_t *sample)
{
    const eng_yaml_node_t *p;

    if (!eng_reader_map(self, node, "a map such as {values: [1, 2, 5], p: [0.5, 0.3, 0.2]}")) {
        return false;
    }
    eng_reader_keys(self, node, "argument of 'discrete'", "values p", NULL);
    if (eng_yaml_get(node, "values") == NULL) {
        eng_reader_error(self, node, "'discrete' needs 'values'");
        return false;
    }
    sample->value = read_numbers(self, eng_yaml_get(node, "values"), "values", &sample->count);
    p = eng_yaml_get(node, "p");
    return sample->value != NULL && (p == NULL || read_weights(self, p, "p", true, sample));
}

static bool
read_categorical(eng_reader_t *self, const eng_yaml_node_t *node, sample_t *sample)
{
    const eng_yaml_node_t *p = node->kind == ENG_YAML_LIST ? node : eng_yaml_get(node, "p");

    if (node->kind != ENG_YAML_LIST) {
        if (!eng_reader_map(self, node, "probabilities of 0, 1, 2 ..., such as [0.85, 0.1, 0.05]")) {
            return false;
        }
        eng_reader_keys(self, node, "argument of 'categorical'", "p", NULL);
    }
    if (p == NULL) {
        eng_reader_error(self, node, "'categorical' needs 'p'");
        return false;
    }
    if (!read_weights(self, p, "p", true, sample)) {
        return false;
    }
    sample->value = calloc((size_t)sample->count, sizeof(*sample->value));
    for (int k = 0; sample->value != NULL && k < sample->count; k++) {
        sample->value[k] = k;
    }
    self->err = sample->value == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory") : self->err;
    return sample->value != NULL;
}

/* The study owns its tables. */
static bool
keep_table(eng_reader_t *self, const eng_yaml_node_t *node, const double *value, const double *weight, int count,
    const eng_dist_table_t **out)
{
    eng_study_t *study = self->study;
    eng_dist_table_t *table = calloc(1, sizeof(*table));
    int ret = table == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory")
                            : eng_dist_table_create(table, value, weight, count);

    if (ret == 0 && ENG_READER_GROW(self, study->tables, study->num_tables)) {
        study->tables[study->num_tables++] = table;
        *out = table;
        return true;
    }
    if (ret == ENG_ERR_RANGE) {
        eng_reader_error(self, node, "%s", eng_error_message());
    } else if (ret != 0) {
        self->err = ret;
    } else {
        eng_dist_table_free(table);
    }
    free(table);
    return false;
}

bool
eng_reader_table(eng_reader_t *self, const eng_yaml_node_t *node, int kind, const eng_dist_table_t **table)
{
    sample_t sample = { 0 };
    bool good = node->kind != ENG_YAML_REFUSED && (kind == ENG_DIST_DISCRETE    ? read_discrete(self, node, &sample)
                                                    : kind == ENG_DIST_EMPIRICAL ? read_empirical(self, node, &sample)
                                                                                 : read_categorical(self, node, &sample));

    good = good && self->err == 0 && keep_table(self, node, sample.value, sample.weight, sample.count, table);
    free(sample.value);
    free(sample.weight);
    return good;
}

bool
eng_reader_scale_table(eng_reader_t *self, const eng_dist_table_t **table, double num, double den)
{
    const eng_dist_table_t *from = *table;
    double *value = calloc((size_t)from->count, sizeof(*value));
    bool good;

    if (value == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return false;
    }
    for (int k = 0; k < from->count; k++) {
        value[k] = from->value[k] * num / den;
    }
    good = keep_table(self, NULL, value, from->weight, from->count, table);
    free(value);
    return good;
}
