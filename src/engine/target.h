/**
 * The file that a run or a merge is asked for, looked at before the first course: what stands under its name already.
 * Rank 0; serial.
 */
#ifndef ENG_ENGINE_TARGET_H
#define ENG_ENGINE_TARGET_H

#include "study/study.h"
#include <stdint.h>

/** Seconds that the checksums of a result which is there may cost; what is not read then is said. */
#define ENG_TARGET_SECONDS 1.0

/**
 * *complete: 1 if the result of this identity and extent, of the share `number` of `of` (0, 0: the whole), is there; 0 if nothing
 * is.  ENG_ERR_OTHER_STUDY: something else is, a damaged file or a link that leads nowhere, and is left alone; ENG_ERR_WRITE: cannot look.
 */
int eng_target_check(const char *path, const char *identity, const char *extent, uint64_t number, uint64_t of, int *complete);

/** Say that the result is there, and remove what a run or merge left that was killed before it had tidied up. */
void eng_target_complete(const char *path, const eng_study_t *study);

#endif
