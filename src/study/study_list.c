/**
 * list designs: points that stand in the study, in a file of comma-separated values, or in another result; and groups of
 * parameters, for designs that move several at once.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "study/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static eng_param_row_t
uncertain_row(const eng_study_t *study, int j)
{
    return eng_study_uncertain_row(study, j);
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
        if (eng_yaml_get(node, "rows") == NULL) {
            eng_reader_error(self, node, "there are no points: expected %s", expected);
        }
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

/* ---- from a file ---------------------------------------------------------------------------------------- */

/* Column of each uncertain parameter, and of the ids (-1 none); factors to the parameters' units. */
typedef struct {
    int *column;  /* owned */
    double *num, *den; /* owned */
    int ids;
} columns_t;

/* "NAME" or "NAME [UNIT]": which uncertain parameter is it?  -1 none. */
static int
parameter_of(const eng_study_t *study, const char *title, char unit[64])
{
    const size_t length = strcspn(title, " [");
    const char *open = strchr(title, '['), *close = open == NULL ? NULL : strchr(open, ']');

    unit[0] = '\0';
    if (open != NULL && close != NULL && close[1] == '\0') {
        snprintf(unit, 64, "%.*s", (int)(close - open - 1), open + 1);
    }
    for (int j = 0; j < study->num_uncertain; j++) {
        const char *name = uncertain_row(study, j).name;
        if (strlen(name) == length && memcmp(name, title, length) == 0) {
            return j;
        }
    }
    return -1;
}

static bool
read_title(eng_reader_t *self, const eng_yaml_node_t *node, const char *file, const eng_csv_cell_t *cell, int k, columns_t *columns)
{
    const eng_study_t *study = self->study;
    char unit[64], problem[ENG_PROBLEM_SIZE];
    const int j = parameter_of(study, cell->text, unit);

    if (strcmp(cell->text, "id") == 0) {
        columns->ids = k;
        return true;
    }
    if (j < 0) {
        eng_reader_error(self, node, "%s:%d:%d: '%.60s' is no uncertain parameter of this study; take the column away, or give it a distribution "
            "under 'parameters'", file, cell->line, cell->column, cell->text);
        return false;
    }
    if (columns->column[j] >= 0) {
        eng_reader_error(self, node, "%s:%d:%d: '%.60s' has a column already", file, cell->line, cell->column, cell->text);
        return false;
    }
    columns->column[j] = k;
    columns->num[j] = columns->den[j] = 1;
    if (unit[0] != '\0' && eng_unit_factor(unit, uncertain_row(study, j).unit, &columns->num[j], &columns->den[j], problem) != 0) {
        eng_reader_error(self, node, "%s:%d:%d: %s", file, cell->line, cell->column, problem);
        return false;
    }
    return true;
}

static bool
read_titles(eng_reader_t *self, const eng_yaml_node_t *node, const char *file, const eng_csv_t *csv, columns_t *columns)
{
    const eng_study_t *study = self->study;
    bool good = true;

    columns->ids = -1;
    for (int j = 0; j < study->num_uncertain; j++) {
        columns->column[j] = -1;
        columns->num[j] = columns->den[j] = 1;
    }
    if (csv->names == NULL) { /* as in a list: in the order of the parameters */
        for (int j = 0; j < study->num_uncertain; j++) {
            columns->column[j] = j;
        }
        good = csv->num_columns == study->num_uncertain;
        if (!good) {
            eng_reader_error(self, node, "%s: %d columns without names for %d uncertain parameters", file, csv->num_columns, study->num_uncertain);
        }
        return good;
    }
    for (int k = 0; k < csv->num_columns; k++) {
        good = read_title(self, node, file, &csv->names[k], k, columns) && good;
    }
    for (int j = 0; j < study->num_uncertain && good; j++) {
        if (columns->column[j] < 0) {
            eng_reader_error(self, node, "%s: a point needs a value of every uncertain parameter; there is no column '%s'", file, uncertain_row(study, j).name);
            good = false;
        }
    }
    return good;
}

static bool
read_file_value(eng_reader_t *self, const eng_yaml_node_t *node, const char *file, const eng_csv_cell_t *cell, int j, double num, double den,
    double *value)
{
    const eng_param_row_t row = uncertain_row(self->study, j);

    if (!eng_csv_number(cell, value)) {
        eng_reader_error(self, node, "%s:%d:%d: %s: '%.40s' is no number", file, cell->line, cell->column, row.name, cell->text);
        return false;
    }
    *value = *value * num / den;
    if (*value < row.low || *value > row.high) {
        eng_reader_error(self, node, "%s:%d:%d: %s: %.40s is outside %g to %g %s", file, cell->line, cell->column, row.name, cell->text, row.low,
            row.high, row.unit);
        return false;
    }
    return true;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Ids as they stand, no two the same. */
static void
read_ids(eng_reader_t *self, const eng_yaml_node_t *node, const char *file, const eng_csv_t *csv, int column)
{
    eng_study_t *study = self->study;
    const char **sorted = calloc((size_t)csv->num_rows, sizeof(*sorted));

    study->design_ids = calloc((size_t)csv->num_rows, sizeof(*study->design_ids));
    bool memory = sorted != NULL && study->design_ids != NULL;
    for (int i = 0; i < csv->num_rows && memory; i++) {
        const char *text = eng_csv_at(csv, i, column)->text;

        sorted[i] = text;
        study->design_ids[i] = eng_text_copy(text, strnlen(text, ENG_MAX_NAME));
        memory = study->design_ids[i] != NULL;
    }
    if (!memory) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    } else {
        qsort(sorted, (size_t)csv->num_rows, sizeof(*sorted), by_text);
    }
    for (int i = 1; i < csv->num_rows && memory; i++) {
        if (strcmp(sorted[i], sorted[i - 1]) == 0) {
            eng_reader_error(self, node, "%s: two points have the id '%.60s'", file, sorted[i]);
            break;
        }
    }
    free(sorted);
}

static void
read_table(eng_reader_t *self, const eng_yaml_node_t *node, const char *file, const eng_csv_t *csv, const columns_t *columns)
{
    eng_study_t *study = self->study;
    const size_t width = (size_t)study->num_uncertain;
    bool good = true;

    study->design_list = calloc((size_t)csv->num_rows * width, sizeof(*study->design_list));
    if (study->design_list == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    study->design_size = (uint64_t)csv->num_rows;
    study->design_from_file = true;
    for (int i = 0; i < csv->num_rows && good; i++) { /* the first row with a mistake is enough */
        for (int j = 0; j < study->num_uncertain; j++) {
            good = read_file_value(self, node, file, eng_csv_at(csv, i, columns->column[j]), j, columns->num[j], columns->den[j],
                       &study->design_list[(size_t)i * width + (size_t)j]) && good;
        }
    }
    if (good && columns->ids >= 0) {
        read_ids(self, node, file, csv, columns->ids);
    }
}

/* {file: POINTS.csv}, {file: POINTS.h5, dataset: PATH}, {result: FILE.h5} */
static void
read_list_file(eng_reader_t *self, const eng_yaml_node_t *map)
{
    const eng_yaml_node_t *result = eng_yaml_get(map, "result"), *node = result != NULL ? result : eng_yaml_get(map, "file");
    const eng_yaml_node_t *dataset_node = eng_yaml_get(map, "dataset");
    const size_t width = (size_t)self->study->num_uncertain + 1;
    const char *dataset = result != NULL ? "" : dataset_node == NULL ? NULL : eng_reader_text(self, dataset_node, "the path of a dataset");
    columns_t columns = { .column = calloc(width, sizeof(int)), .num = calloc(width, sizeof(double)), .den = calloc(width, sizeof(double)) };
    eng_csv_t csv = { 0 };
    const eng_attachment_t *file;

    eng_reader_keys(self, map, "key of a list", result != NULL ? "result" : "file dataset", NULL);
    if (columns.column == NULL || columns.num == NULL || columns.den == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    } else if ((file = eng_reader_file(self, node, dataset)) != NULL && eng_reader_csv(self, node, file, &csv) &&
        read_titles(self, node, file->name, &csv, &columns)) {
        read_table(self, node, file->name, &csv, &columns);
    }
    eng_csv_free(&csv);
    free(columns.column);
    free(columns.num);
    free(columns.den);
}

void
eng_read_list(eng_reader_t *self, const eng_yaml_node_t *node)
{
    if (node->kind == ENG_YAML_MAP && (eng_yaml_get(node, "file") != NULL || eng_yaml_get(node, "result") != NULL)) {
        read_list_file(self, node);
    } else {
        read_rows(self, node);
    }
}

/* ---- groups --------------------------------------------------------------------------------------------- */

static void
name_group(eng_study_t *study, int group, const char *name)
{
    snprintf(study->design_groups[group], sizeof(study->design_groups[group]), "%s", name);
}

/* Members of one group, each of none so far. */
static void
read_group(eng_reader_t *self, const eng_yaml_node_t *key, int number, int *member)
{
    char shown[60];

    eng_text_excerpt(shown, sizeof(shown), key->text);
    if (!eng_text_is_name(key->text, ENG_MAX_NAME)) {
        eng_reader_error(self, key, "'%s' cannot name a group: letters, digits, '_', '.' and '-'", shown);
    }
    if (!eng_reader_list(self, key->value, "a list of uncertain parameters")) {
        return;
    }
    if (key->value->count == 0) {
        eng_reader_error(self, key->value, "there is no parameter in the group '%s'", shown);
    }
    for (const eng_yaml_node_t *item = key->value->first; item != NULL; item = item->next) {
        const int j = eng_reader_uncertain(self, item);

        if (j >= 0 && member[j] >= 0) {
            eng_reader_error(self, item, "'%s' is in %s: groups must not overlap", item->text,
                member[j] == number ? "this group already" : "another group too");
        } else if (j >= 0) {
            member[j] = number;
        }
    }
}

/* Groups are numbered by their first parameters; a parameter of none is a group of its own. */
static void
number_groups(eng_reader_t *self, const eng_yaml_node_t *map, const int *member)
{
    eng_study_t *study = self->study;

    study->num_groups = 0;
    for (int j = 0; j < study->num_uncertain; j++) {
        int first = j;

        for (int i = 0; i < j && first == j; i++) {
            first = member[i] == member[j] && member[j] >= 0 ? i : j;
        }
        if (first < j) {
            study->design_group[j] = study->design_group[first];
            continue;
        }
        const eng_yaml_node_t *key = map->first;
        for (int k = 0; k < member[j]; k++) {
            key = key->next;
        }
        study->design_group[j] = study->num_groups;
        name_group(study, study->num_groups++, member[j] < 0 ? uncertain_row(study, j).name : key->text);
    }
}

void
eng_read_groups(eng_reader_t *self, const eng_yaml_node_t *map)
{
    eng_study_t *study = self->study;
    const size_t n = (size_t)study->num_uncertain + 1;
    int *member, number = 0;

    if (map == NULL || !eng_reader_map(self, map, "groups by name, such as {hazards: [hazard.viral, hazard.toxicity]}")) {
        return;
    }
    if (map->count == 0) {
        eng_reader_error(self, map, "there is no group; without 'groups' each parameter is one of its own");
        return;
    }
    member = malloc(n * sizeof(*member));
    study->design_group = calloc(n, sizeof(*study->design_group));
    study->design_groups = calloc(n, sizeof(*study->design_groups));
    if (member == NULL || study->design_group == NULL || study->design_groups == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        free(member);
        return;
    }
    for (size_t j = 0; j < n; j++) {
        member[j] = -1;
    }
    for (const eng_yaml_node_t *key = map->first; key != NULL; key = key->next, number++) {
        if (key->kind == ENG_YAML_SCALAR) {
            read_group(self, key, number, member);
            if (eng_param_find(study->disease, key->text) >= 0) {
                eng_reader_error(self, key, "'%s' is the name of a parameter; a group needs one of its own", key->text);
            }
        }
    }
    number_groups(self, map, member);
    free(member);
}
