/**
 * Identity and extent of a study: what resume, extend and merge compare.  Serial.
 */
#ifndef ENG_STUDY_IDENTITY_H
#define ENG_STUDY_IDENTITY_H

/** Raised whenever the same study gives other numbers: part of the identity, so that old results are not mixed with new. */
#define ENG_MODEL_VERSION "3"

/** Precision of the step loop's pools, "float" or "double". */
const char *eng_study_precision(void);

#endif
