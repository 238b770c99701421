/**
 * Strata and batches by their names.
 */
#include "cli/strata.h"

#include "base/error.h"
#include "base/text.h"
#include <string.h>

int
eng_strata_find(const eng_study_t *study, const char *name)
{
    eng_text_t names = { 0 };

    for (int j = 0; j < study->num_partitions; j++) {
        if (strcmp(study->partitions[j].name, name) == 0) {
            return j;
        }
        eng_text_add(&names, "%s%s", j > 0 ? ", " : "", study->partitions[j].name);
    }
    ENG_FAIL(ENG_ERR_USAGE, "the study has no strata '%s'; it has %s", name, names.data == NULL ? "none: key 'strata'" : names.data);
    eng_text_free(&names);
    return -1;
}

void
eng_strata_label(const eng_study_t *study, int partition, int part, char *text, size_t size)
{
    const eng_partition_t *of = &study->partitions[partition];

    if (of->labels != NULL) {
        snprintf(text, size, "%s", of->labels[part]);
    } else {
        snprintf(text, size, "batch %d (patients %d, %d ...)", part, part, part + of->size);
    }
}
