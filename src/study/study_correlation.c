/**
 * correlation: [{pair: [a, b], spearman: r}, ...]: which uncertain numbers depend on one another.  The same reader serves
 * whatever is drawn from laws: it asks its caller what a name is.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define EXPECTED "a list such as [{pair: [a, b], spearman: 0.5}]"

static bool
same_pair(const eng_correlation_t *x, const eng_correlation_t *y)
{
    return (x->a == y->a && x->b == y->b) || (x->a == y->b && x->b == y->a);
}

static bool
read_pair(eng_reader_t *self, const eng_yaml_node_t *list, eng_find_t find, eng_correlation_t *pair)
{
    if (!eng_reader_list(self, list, "two names such as [a, b]")) {
        return false;
    }
    if (list->count != 2) {
        eng_reader_error(self, list, "a pair has two names, here are %d", list->count);
        return false;
    }
    pair->a = find(self, list->first);
    pair->b = find(self, list->first->next);
    if (pair->a < 0 || pair->b < 0) {
        return false;
    }
    if (pair->a == pair->b) {
        eng_reader_error(self, list, "'%s' cannot be correlated with itself: a pair has two names", list->first->text);
        return false;
    }
    return true;
}

static bool
read_item(eng_reader_t *self, const eng_yaml_node_t *map, eng_find_t find, eng_correlations_t *into)
{
    eng_correlation_t pair = { 0 };
    const eng_yaml_node_t *value;

    if (!eng_reader_map(self, map, "a map such as {pair: [a, b], spearman: 0.5}")) {
        return false;
    }
    eng_reader_keys(self, map, "key of a correlation", "pair spearman", NULL);
    value = eng_yaml_get(map, "spearman");
    if (value == NULL || eng_yaml_get(map, "pair") == NULL) {
        eng_reader_error(self, map, "a correlation needs both 'pair' and 'spearman', such as {pair: [a, b], spearman: 0.5}");
        return false;
    }
    if (!read_pair(self, eng_yaml_get(map, "pair"), find, &pair) ||
        !eng_reader_quantity(self, value, "spearman", "1", true, -1, 1, &pair.spearman)) {
        return false;
    }
    if (pair.spearman <= -1 || pair.spearman >= 1) {
        eng_reader_error(self, value, "spearman: must lie between -1 and 1, and be neither of them");
        return false;
    }
    for (int k = 0; k < into->count; k++) {
        if (same_pair(&into->pairs[k], &pair)) {
            eng_reader_error(self, map, "this pair has a correlation already");
            return false;
        }
    }
    if (!ENG_READER_GROW(self, into->pairs, into->count)) {
        return false;
    }
    into->pairs[into->count++] = pair;
    return true;
}

/* Which item of the list is number k of those that were right. */
static const eng_yaml_node_t *
item_at(const eng_yaml_node_t *list, int k)
{
    const eng_yaml_node_t *item = list->first;

    while (k-- > 0) {
        item = item->next;
    }
    return item;
}

static void
make_copula(eng_reader_t *self, const eng_yaml_node_t *list, const bool *falls, eng_correlations_t *into)
{
    eng_correlation_t *pairs = calloc((size_t)into->count + 1, sizeof(*pairs));
    double nearest = 0;
    int worst = -1, ret = ENG_ERR_NO_MEMORY;

    for (int k = 0; pairs != NULL && k < into->count; k++) {
        pairs[k] = into->pairs[k];
        pairs[k].spearman *= falls[pairs[k].a] != falls[pairs[k].b] ? -1 : 1;
    }
    if (pairs != NULL) {
        ret = eng_copula_create(&into->copula, pairs, into->count, &worst, &nearest);
    }
    if (ret == ENG_ERR_RANGE && worst < 0) {
        eng_reader_error(self, list, "these correlations contradict one another: no numbers have all of them");
    } else if (ret == ENG_ERR_RANGE) {
        const double sign = pairs[worst].spearman == into->pairs[worst].spearman ? 1 : -1;
        eng_reader_error(self, item_at(list, worst), "these correlations contradict one another: beside the others, 'spearman' of this pair "
            "can be %.4g at the nearest", sign * nearest);
    } else if (ret != 0) {
        self->err = ret;
    }
    free(pairs);
}

void
eng_reader_correlations(
    eng_reader_t *self, const eng_yaml_node_t *list, eng_find_t find, const bool *falls, eng_correlations_t *into)
{
    bool good = true;

    if (!eng_reader_list(self, list, EXPECTED)) {
        return;
    }
    if (list->count == 0) {
        eng_reader_error(self, list, "there is no pair; leave 'correlation' away where nothing depends on anything");
        return;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL && self->err == 0; item = item->next) {
        good = read_item(self, item, find, into) && good;
    }
    if (good && self->err == 0) {
        make_copula(self, list, falls, into);
    }
}

/* --- of parameters ------------------------------------------------------------------------------------------- */

int
eng_reader_uncertain(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const eng_study_t *study = self->study;
    const char *name = eng_reader_text(self, node, "the name of an uncertain parameter");
    eng_text_t names = { 0 };
    int found = -1;

    for (int j = 0; name != NULL && j < study->num_uncertain; j++) {
        const eng_param_row_t row = eng_study_uncertain_row(study, j);

        eng_text_add(&names, "%s%s", j == 0 ? "" : " ", row.name);
        found = strcmp(row.name, name) == 0 ? j : found;
    }
    if (name != NULL && found < 0 && eng_param_find(study->disease, name) >= 0) {
        eng_reader_error(self, node, "'%s' is not uncertain here: only parameters that have a distribution under 'parameters' are", name);
    } else if (name != NULL && found < 0) {
        eng_reader_unknown(self, node, name, "uncertain parameter", names.data == NULL ? "" : names.data, NULL);
    }
    eng_text_free(&names);
    return found;
}

void
eng_read_correlation(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *list = eng_yaml_get(root, "correlation");
    eng_study_t *study = self->study;
    bool *falls;

    if (list == NULL || study->disease == NULL) {
        return;
    }
    falls = calloc((size_t)study->num_uncertain + 1, sizeof(*falls));
    if (falls == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    for (int j = 0; j < study->num_uncertain; j++) {
        falls[j] = study->uncertain[j].prior.kind == ENG_DIST_BERNOULLI; /* the one law whose quantiles fall */
    }
    eng_reader_correlations(self, list, eng_reader_uncertain, falls, &study->correlations);
    free(falls);
}

void
eng_correlations_free(eng_correlations_t *correlations)
{
    free(correlations->pairs);
    eng_copula_free(&correlations->copula);
}
