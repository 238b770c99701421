/**
 * batches and strata: which sums are kept apart, by whom.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static int
outcome_of(const eng_study_t *study, const char *name)
{
    for (int j = 0; j < study->num_outcomes; j++) {
        if (strcmp(study->outcomes[j].row->name, name) == 0) {
            return j;
        }
    }
    return -1;
}

/* Marks an outcome of the study. */
static void
mark_outcome(eng_reader_t *self, const eng_yaml_node_t *item, bool *wanted)
{
    const eng_study_t *study = self->study;
    const char *name = eng_reader_text(self, item, "the name of an outcome of the study");
    const int j = name == NULL ? -1 : outcome_of(study, name);
    eng_text_t names = { 0 };

    if (j >= 0 && wanted[j]) {
        eng_reader_error(self, item, "outcome '%s' is already asked for", name);
    } else if (j >= 0) {
        wanted[j] = true;
    } else if (name != NULL) {
        for (int k = 0; k < study->num_outcomes; k++) {
            eng_text_add(&names, "%s%s", k == 0 ? "" : " ", study->outcomes[k].row->name);
        }
        eng_reader_unknown(self, item, name, "outcome of this study", names.data == NULL ? "" : names.data, NULL);
    }
    eng_text_free(&names);
}

/* The outcomes that a partition names, or all. */
static void
read_outcomes(eng_reader_t *self, const eng_yaml_node_t *map, eng_partition_t *partition)
{
    const eng_yaml_node_t *list = eng_yaml_get(map, "outcomes");
    const int count = self->study->num_outcomes;
    bool *wanted = calloc((size_t)count + 1, sizeof(*wanted));

    partition->outcomes = calloc((size_t)count + 1, sizeof(*partition->outcomes));
    if (wanted == NULL || partition->outcomes == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        goto out;
    }
    if (list != NULL && eng_reader_list(self, list, "a list of outcomes, such as [efs, relapse]")) {
        if (list->count == 0) {
            eng_reader_error(self, list, "there is no outcome; leave 'outcomes' away to have all of the study");
        }
        for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
            mark_outcome(self, item, wanted);
        }
    }
    for (int j = 0; j < count; j++) {
        if (list == NULL || wanted[j]) {
            partition->outcomes[partition->num_outcomes++] = j;
        }
    }
out:
    free(wanted);
}

/* A partition to fill; NULL after telling. */
static eng_partition_t *
new_partition(eng_reader_t *self, const eng_yaml_node_t *node, const char *name)
{
    eng_study_t *study = self->study;
    eng_partition_t *partition = &study->partitions[study->num_partitions];

    if (study->num_partitions == ENG_MAX_PARTITIONS) {
        eng_reader_error(self, node, "more than %d splits of the patients", ENG_MAX_PARTITIONS);
        return NULL;
    }
    if (!eng_text_is_name(name, ENG_MAX_PARTITION_NAME) || strcmp(name, "batches") == 0) {
        eng_reader_error(self, node, "strata need a name of 1 to %d letters, digits, '_', '.' and '-', not 'batches'",
            ENG_MAX_PARTITION_NAME);
        return NULL;
    }
    study->num_partitions++;
    strcpy(partition->name, name);
    partition->size = 1;
    return partition;
}

/* ---- strata --------------------------------------------------------------------------------------------- */

static int
covariate_of(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_disease_t *disease = self->study->disease;
    const int j = eng_covariate_find(disease, key->text);
    eng_text_t names = { 0 };

    if (j < 0) {
        for (int k = 0; k < eng_covariate_count(disease); k++) {
            eng_text_add(&names, "%s%s", k == 0 ? "" : " ", eng_covariate_at(disease, k).name);
        }
        eng_reader_unknown(self, key, key->text, "covariate", names.data == NULL ? "" : names.data, NULL);
        eng_text_free(&names);
    }
    return j;
}

/* COVARIATE: [cuts]; `used` cuts stand there already. */
static bool
read_cuts(eng_reader_t *self, const eng_yaml_node_t *key, eng_partition_t *partition, int used)
{
    const int j = covariate_of(self, key);
    const eng_yaml_node_t *list = key->value;
    double *cut = partition->cut + used;
    int count = 0;

    if (j < 0 || !eng_reader_list(self, list, "a list of limits, such as [30 y, 40 y]")) {
        return false;
    }
    if (list->count == 0 || used + list->count >= ENG_MAX_PARTS) {
        eng_reader_error(self, list, "%s: expected 1 to %d limits in all", key->text, ENG_MAX_PARTS - 1);
        return false;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
        const eng_covariate_row_t row = eng_covariate_at(self->study->disease, j);
        if (!eng_reader_quantity(self, item, row.name, row.unit, true, row.low, row.high, &cut[count])) {
            return false;
        }
        if (count > 0 && cut[count] <= cut[count - 1]) {
            eng_reader_error(self, item, "%s: limits rise", key->text);
            return false;
        }
        count++;
    }
    partition->covariate[partition->num_by] = j;
    partition->num_cuts[partition->num_by++] = count;
    partition->size *= count + 1;
    return true;
}

static void
read_strata(eng_reader_t *self, const eng_yaml_node_t *key)
{
    static const char expected[] = "covariates with limits, such as {by: {age: [30 y, 40 y]}}";
    const eng_yaml_node_t *by = eng_yaml_get(key->value, "by");
    eng_partition_t *partition;
    int used = 0;

    if (!eng_reader_map(self, key->value, expected)) {
        return;
    }
    partition = new_partition(self, key, key->text);
    if (partition == NULL) {
        return;
    }
    eng_reader_keys(self, key->value, "key of strata", "by outcomes", NULL);
    if (by == NULL || (by->kind == ENG_YAML_MAP && (by->count == 0 || by->count > ENG_MAX_CUT_COVARIATES))) {
        eng_reader_error(self, by == NULL ? key : by, "%s: expected 1 to %d %s", key->text, ENG_MAX_CUT_COVARIATES, expected);
        return;
    }
    if (!eng_reader_map(self, by, expected)) {
        return;
    }
    for (const eng_yaml_node_t *k = by->first; k != NULL; k = k->next) {
        if (k->kind != ENG_YAML_SCALAR || !read_cuts(self, k, partition, used)) {
            return;
        }
        used += partition->num_cuts[partition->num_by - 1];
    }
    if (partition->size > ENG_MAX_PARTS) {
        eng_reader_error(self, by, "%s: %d strata, at most %d are kept", key->text, partition->size, ENG_MAX_PARTS);
        return;
    }
    read_outcomes(self, key->value, partition);
    if (self->err == 0) {
        self->err = eng_partition_label(partition, self->study->disease);
    }
}

void
eng_read_partitions(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *batches = eng_yaml_get(root, "batches"), *strata = eng_yaml_get(root, "strata");
    eng_study_t *study = self->study;

    if (study->disease == NULL) {
        return;
    }
    if (eng_reader_map(self, batches, "a map such as {outcomes: [efs, relapse]}")) {
        eng_reader_keys(self, batches, "key of 'batches'", "outcomes", NULL);
        eng_partition_t *partition = &study->partitions[study->num_partitions++];
        strcpy(partition->name, "batches");
        partition->size = ENG_BATCHES;
        read_outcomes(self, batches, partition);
    }
    if (eng_reader_map(self, strata, "strata by name, such as {age: {by: {age: [30 y, 40 y]}}}")) {
        if (strata->count == 0) {
            eng_reader_error(self, strata, "there are no strata; leave 'strata' away to keep none");
        }
        for (const eng_yaml_node_t *k = strata->first; k != NULL && self->err == 0; k = k->next) {
            if (k->kind == ENG_YAML_SCALAR) {
                read_strata(self, k);
            }
        }
    }
}
