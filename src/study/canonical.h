/**
 * The canonical form of a study that was read without a mistake.  Serial.
 */
#ifndef ENG_STUDY_CANONICAL_H
#define ENG_STUDY_CANONICAL_H

#include "base/text.h"
#include "study/study.h"

/** What a line decides: the courses themselves, how many there are, or nothing that a result depends on. */
typedef enum { ENG_LINE_IDENTITY, ENG_LINE_EXTENT, ENG_LINE_NEITHER } eng_line_kind_t;

typedef struct {
    eng_text_t whole;            /* all lines, YAML */
    eng_text_t identity, extent; /* the lines of one kind */
} eng_canonical_t;

/** 0 or ENG_ERR_NO_MEMORY (then empty).  The numeric locale must be "C". */
int ENG_MUST_CHECK eng_canonical_write(eng_canonical_t *self, const eng_study_t *study);
/** canonical_freeze.c: channels that are held or factors. */
void eng_canonical_freeze(eng_canonical_t *self, const eng_study_t *study);
void eng_canonical_free(eng_canonical_t *self);

/* --- its parts -------------------------------------------------------------------------------------------------- */

/** A line at a level of indentation; printf text. */
void eng_canonical_line(eng_canonical_t *self, eng_line_kind_t kind, int level, const char *format, ...) ENG_PRINTF(4, 5);
/** A line `key: value unit`. */
void eng_canonical_value(eng_canonical_t *self, eng_line_kind_t kind, int level, const char *key, double value, const char *unit);
/** canonical_endpoints.c: what trials ask of patients at entry; the study's own composites. */
void eng_canonical_entry(eng_canonical_t *self, const eng_study_t *study);
void eng_canonical_endpoints(eng_canonical_t *self, const eng_study_t *study);
/** canonical_report.c: what is reported. */
void eng_canonical_report(eng_canonical_t *self, const eng_study_t *study);

#endif
