/**
 * A larger study: the text of a study with more points or patients in it, all else as it stands.
 */
#ifndef ENG_STUDY_STUDY_GROW_H
#define ENG_STUDY_STUDY_GROW_H

#include "study/study.h"

/** How large the study is to be; 0: as it is.  One of them is given. */
typedef struct {
    uint64_t points, patients;
} eng_growth_t;

/**
 * Read the larger study from the text of this one.  The same courses at the same points remain: its identity does not change.
 * ENG_ERR_USAGE says in one line why the study cannot grow so; ENG_ERR_STUDY as eng_study_parse.  eng_study_free(larger) is owed whatever happens.
 */
int eng_study_grow(const eng_study_t *study, const eng_growth_t *growth, eng_study_t *larger);

#endif
