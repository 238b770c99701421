/**
 * Who belongs where, and how the parts are called.
 */
#include "study/partition.h"

#include "base/text.h"
#include "model/disease.h"

#include <stdlib.h>
#include <string.h>

int
eng_partition_index(const eng_partition_t *partition, uint64_t patient, const double *covariates)
{
    const double *cut = partition->cut;
    int index = 0;

    if (partition->num_by == 0) {
        return (int)(patient % ENG_BATCHES);
    }
    for (int j = 0; j < partition->num_by; j++) {
        const double value = covariates[partition->covariate[j]];
        int above = 0;
        for (int k = 0; k < partition->num_cuts[j]; k++) {
            above += value >= cut[k];
        }
        index = index * (partition->num_cuts[j] + 1) + above;
        cut += partition->num_cuts[j];
    }
    return index;
}

/* "age below 30 y", "age 30 to 40 y", "age from 40 y" */
static void
label_one(eng_text_t *text, const eng_covariate_row_t *row, const double *cut, int num_cuts, int above)
{
    const char *const space = row->unit[0] == '\0' || strcmp(row->unit, "1") == 0 ? "" : " ";
    const char *const unit = space[0] == '\0' ? "" : row->unit;

    if (above == 0) {
        eng_text_add(text, "%s below %.6g%s%s", row->name, cut[0], space, unit);
    } else if (above == num_cuts) {
        eng_text_add(text, "%s from %.6g%s%s", row->name, cut[num_cuts - 1], space, unit);
    } else {
        eng_text_add(text, "%s %.6g to %.6g%s%s", row->name, cut[above - 1], cut[above], space, unit);
    }
}

static int
label_part(const eng_partition_t *partition, const eng_disease_t *disease, int part, char *label, size_t size)
{
    int above[ENG_MAX_CUT_COVARIATES], ret = 0;
    const double *cut = partition->cut;
    eng_text_t text = { 0 };

    for (int j = partition->num_by - 1; j >= 0; j--) {
        above[j] = part % (partition->num_cuts[j] + 1);
        part /= partition->num_cuts[j] + 1;
    }
    for (int j = 0; j < partition->num_by; j++) {
        const eng_covariate_row_t row = eng_covariate_at(disease, partition->covariate[j]);
        eng_text_add(&text, "%s", j > 0 ? ", " : "");
        label_one(&text, &row, cut, partition->num_cuts[j], above[j]);
        cut += partition->num_cuts[j];
    }
    if (text.failed) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the names of strata");
    } else {
        eng_text_excerpt(label, size, text.data);
    }
    eng_text_free(&text);
    return ret;
}

int
eng_partition_label(eng_partition_t *partition, const eng_disease_t *disease)
{
    int ret = 0;

    if (partition->num_by == 0) {
        return 0;
    }
    partition->labels = calloc((size_t)partition->size, sizeof(*partition->labels));
    if (partition->labels == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the names of strata");
    }
    for (int k = 0; ret == 0 && k < partition->size; k++) {
        ret = label_part(partition, disease, k, partition->labels[k], sizeof(*partition->labels));
    }
    return ret;
}

void
eng_partition_free(eng_partition_t *partition)
{
    free(partition->outcomes);
    free(partition->labels);
    *partition = (eng_partition_t){ 0 };
}
