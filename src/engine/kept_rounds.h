/**
 * Closed rounds of a run in the file `rounds` of the folder RESULT.work, and the blocks that follow from them.  Serial.
 */
#ifndef ENG_ENGINE_KEPT_ROUNDS_H
#define ENG_ENGINE_KEPT_ROUNDS_H

#include "engine/block.h"
#include "engine/workdir.h"
#include "study/rounds.h"

/** Write it whole and durably. */
int eng_kept_rounds_put(const eng_workdir_t *dir, const eng_study_t *study, const eng_rounds_t *rounds);
/** Into created rounds: those that are kept; none where there is no file, or one that is damaged or of another study. */
int eng_kept_rounds_get(const char *result_path, const eng_study_t *study, eng_rounds_t *rounds);

/** Add what round `number` runs, from 1, to a region: consecutive points that take part together. */
int eng_kept_rounds_region(const eng_rounds_t *rounds, const eng_study_t *study, int number, eng_region_t *region);

#endif
