/**
 * Identity and extent of a study: what resume, extend and merge compare.  Serial.
 */
#ifndef ENG_STUDY_IDENTITY_H
#define ENG_STUDY_IDENTITY_H

#include "study/study.h"

#define ENG_VERSIONS_SIZE 64

/**
 * The versions of the modules that a study uses, of its disease and then of its protocols, "core 3, clones 3, ms 3": part of the identity, so that old work
 * is not mixed with new, while new biology of other diseases refuses nothing.
 */
void eng_study_versions(const eng_study_t *study, char text[ENG_VERSIONS_SIZE]);

/** Precision of the step loop's pools, "float" or "double". */
const char *eng_study_precision(void);

#endif
