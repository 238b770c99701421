/**
 * Which parts of the patients a command is about, by the name of the study's partition.
 */
#ifndef ENG_CLI_STRATA_H
#define ENG_CLI_STRATA_H

#include "study/study.h"

/** Number of the study's strata of that name; -1 after ENG_FAIL with ENG_ERR_USAGE and the names there are. */
int eng_strata_find(const eng_study_t *study, const char *name);
/** "age 30 to 40 y", or "batch 3". */
void eng_strata_label(const eng_study_t *study, int partition, int part, char *text, size_t size);

#endif
