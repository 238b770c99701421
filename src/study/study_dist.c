/**
 * Distributions as a study writes them: `{lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}`, the arguments by
 * name or in order.  Arguments that are values of the quantity are converted to the row's unit; shapes are not.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "study/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char scaling_args[] = "value low high mean sd median mode scale"; /* carry the unit */
static const char beside[] = "unit low high"; /* keys that stand beside the name of a distribution */

/* "low 'mean sd'" into text for messages: {name: {arg: number, ...}}. */
static void
show_form(const eng_dist_row_t *row, char *out, size_t size)
{
    size_t used, length;
    const char *at;

    snprintf(out, size, "{%s: {", row->name);
    for (int j = 0; (at = eng_text_word(row->args, j, &length)) != NULL; j++) {
        used = strlen(out);
        snprintf(out + used, size - used, "%s%.*s: NUMBER", j == 0 ? "" : ", ", (int)length, at);
    }
    used = strlen(out);
    snprintf(out + used, size - used, "}}");
}

static bool
read_arg(eng_reader_t *self, const eng_yaml_node_t *node, const char *name, int length, double *value)
{
    const char *text = eng_reader_text(self, node, "a number");
    char problem[ENG_PROBLEM_SIZE];

    if (text == NULL) {
        return false;
    }
    if (eng_number_read(text, value, problem) != 0) {
        eng_reader_error(self, node, "%.*s: %s%s", length, name, problem,
            strstr(problem, "plain") != NULL ? "; a unit goes beside the distribution, as 'unit: 1/d'" : "");
        return false;
    }
    return true;
}

static bool
read_list(eng_reader_t *self, const eng_yaml_node_t *list, const eng_dist_row_t *row, eng_dist_t *dist)
{
    char form[200];
    bool good = true;
    int j = 0;

    if (list->count != row->num_args) {
        show_form(row, form, sizeof(form));
        eng_reader_error(self, list, "'%s' has %d argument%s (%s), here are %d", row->name, row->num_args,
            row->num_args == 1 ? "" : "s", form, list->count);
        return false;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next, j++) {
        size_t length = 0;
        const char *name = eng_text_word(row->args, j, &length);

        good = read_arg(self, item, name, (int)length, &dist->arg[j]) && good;
    }
    return good;
}

static bool
read_map(eng_reader_t *self, const eng_yaml_node_t *map, const eng_dist_row_t *row, eng_dist_t *dist)
{
    const int errors = self->study->num_errors;
    char what[64];
    size_t length;
    const char *name;

    snprintf(what, sizeof(what), "argument of '%s'", row->name);
    eng_reader_keys(self, map, what, row->args, NULL);
    for (int j = 0; (name = eng_text_word(row->args, j, &length)) != NULL; j++) {
        char key[32];
        const eng_yaml_node_t *value;

        snprintf(key, sizeof(key), "%.*s", (int)length, name);
        value = eng_yaml_get(map, key);
        if (value == NULL) {
            eng_reader_error(self, map, "'%s' needs '%s'", row->name, key);
        } else {
            read_arg(self, value, key, (int)length, &dist->arg[j]);
        }
    }
    return self->study->num_errors == errors;
}

static bool
read_args(eng_reader_t *self, const eng_yaml_node_t *node, const eng_dist_row_t *row, eng_dist_t *dist)
{
    char form[200], expected[240];
    size_t length = 0;
    const char *name;

    switch (node->kind) {
    case ENG_YAML_LIST:
        return read_list(self, node, row, dist);
    case ENG_YAML_MAP:
        return read_map(self, node, row, dist);
    case ENG_YAML_SCALAR:
        if (row->num_args == 1) {
            name = eng_text_word(row->args, 0, &length);
            return read_arg(self, node, name, (int)length, &dist->arg[0]);
        }
        show_form(row, form, sizeof(form));
        snprintf(expected, sizeof(expected), "arguments such as %s", form);
        eng_reader_error(self, node, "expected %s", expected);
        return false;
    default:
        return false;
    }
}

/* From the unit that the study names to the row's. */
static bool
convert(eng_reader_t *self, const eng_yaml_node_t *unit_node, const char *unit, const eng_dist_row_t *row,
    eng_dist_t *dist)
{
    const char *from = eng_reader_text(self, unit_node, "a unit such as '1/d'");
    char problem[ENG_PROBLEM_SIZE], word[32];
    double num, den;
    size_t length;
    const char *name;

    if (from == NULL) {
        return false;
    }
    if (eng_unit_factor(from, unit, &num, &den, problem) != 0) {
        eng_reader_error(self, unit_node, "unit: %s", problem);
        return false;
    }
    if (num == den) {
        return true;
    }
    if (dist->kind == ENG_DIST_BETA || dist->kind == ENG_DIST_POISSON || dist->kind == ENG_DIST_BERNOULLI ||
        dist->kind == ENG_DIST_NEGATIVE_BINOMIAL || dist->kind == ENG_DIST_CATEGORICAL) {
        eng_reader_error(self, unit_node, "'%s' gives pure numbers; they cannot be converted to %s", row->name, unit);
        return false;
    }
    for (int j = 0; (name = eng_text_word(row->args, j, &length)) != NULL; j++) {
        snprintf(word, sizeof(word), "%.*s", (int)length, name);
        if (eng_text_find_word(scaling_args, word) >= 0) {
            dist->arg[j] = dist->arg[j] * num / den;
        }
    }
    dist->low = dist->low * num / den;
    dist->high = dist->high * num / den;
    return dist->table == NULL || eng_reader_scale_table(self, &dist->table, num, den);
}

/* low, high: the law is that given that a value lies between them; either may be absent. */
static bool
read_truncation(eng_reader_t *self, const eng_yaml_node_t *map, eng_dist_t *dist)
{
    const eng_yaml_node_t *low = eng_yaml_get(map, "low"), *high = eng_yaml_get(map, "high");

    dist->truncated = low != NULL || high != NULL;
    dist->low = -INFINITY;
    dist->high = INFINITY;
    return (low == NULL || read_arg(self, low, "low", 3, &dist->low)) &&
        (high == NULL || read_arg(self, high, "high", 4, &dist->high));
}

/* The key that names the distribution; NULL after telling. */
static const eng_yaml_node_t *
find_kind(eng_reader_t *self, const eng_yaml_node_t *map, const char *key, int *kind)
{
    const eng_yaml_node_t *found = NULL;
    char names[400] = "";

    for (int j = 0; j < ENG_NUM_DIST; j++) {
        const size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, "%s%s", j == 0 ? "" : " ", eng_dist_row(j)->name);
    }
    for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        if (k->kind != ENG_YAML_SCALAR || eng_text_find_word(beside, k->text) >= 0) {
            continue;
        }
        if (eng_dist_find(k->text) < 0) {
            eng_reader_unknown(self, k, k->text, "distribution", names, NULL);
            return NULL;
        }
        if (found != NULL) {
            eng_reader_error(self, k, "%s: one distribution, please; '%s' is already given", key, found->text);
            return NULL;
        }
        found = k;
    }
    if (found == NULL) {
        eng_reader_error(self, map, "%s: expected a distribution such as {uniform: [1, 2]}", key);
        return NULL;
    }
    *kind = eng_dist_find(found->text);
    return found;
}

bool
eng_reader_dist(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, const char *unit, double low,
    double high, eng_dist_t *dist)
{
    const eng_yaml_node_t *name, *unit_node;
    eng_dist_t read = { .kind = ENG_DIST_FIXED };
    const eng_dist_row_t *row;
    const char *problem;
    int kind = 0;

    if (node == NULL || node->kind == ENG_YAML_REFUSED) {
        return false;
    }
    if (node->kind == ENG_YAML_SCALAR) {
        if (!eng_reader_quantity(self, node, key, unit, true, low, high, &read.arg[0])) {
            return false;
        }
        *dist = read;
        return true;
    }
    if (!eng_reader_map(self, node, "a number or a distribution such as {uniform: [1, 2]}") ||
        (name = find_kind(self, node, key, &kind)) == NULL) {
        return false;
    }
    row = eng_dist_row(kind);
    read.kind = (eng_dist_kind_t)kind;
    unit_node = eng_yaml_get(node, "unit");
    if (!(eng_dist_has_table(kind) ? eng_reader_table(self, name->value, kind, &read.table)
                                   : read_args(self, name->value, row, &read)) ||
        !read_truncation(self, node, &read) || (unit_node != NULL && !convert(self, unit_node, unit, row, &read))) {
        return false;
    }
    problem = eng_dist_problem(&read);
    if (problem != NULL) {
        eng_reader_error(self, name, "%s: %s: %s", key, row->name, problem);
        return false;
    }
    if (read.kind == ENG_DIST_FIXED && (read.arg[0] < low || read.arg[0] > high)) {
        eng_reader_error(self, name, "%s: the value is outside what is allowed; `engraft list` shows the bounds", key);
        return false;
    }
    *dist = read;
    return true;
}
