/**
 * Which courses failed: a result counts them by point, protocol and reason; running the points concerned again, as the sweep
 * does, gives their patients.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_FAILED_H
#define ENG_ENGINE_FAILED_H

#include "engine/block.h"
#include "engine/ranges.h"
#include "study/study.h"

/** Reasons that are counted: those of eng_failure_t but NONE, reason r at index r - 1. */
#define ENG_NUM_REASONS (ENG_NUM_FAILURES - 1)

typedef struct {
    uint64_t point, patient;
    int protocol, reason; /* eng_failure_t */
} eng_failed_course_t;

/** Where to look.  Everything is borrowed. */
typedef struct {
    const eng_study_t *study;
    const int64_t *counts;       /* [num_points][num_protocols][ENG_NUM_REASONS]: how many there are; 0 where nobody is to look */
    const eng_ranges_t *blocks;  /* blocks whose courses were counted (engine/block.h) */
    const eng_region_t *region;  /* whose blocks these are; NULL: those of the study */
    const uint64_t *patient;     /* only this one; NULL: all */
    void (*found)(void *context, const eng_failed_course_t *course);
    void *context;
} eng_failed_search_t;

/**
 * Calls `found` for every failed course, by point, patient and protocol.  A point is left as soon as as many were found as are
 * counted.  ENG_ERR_INTERNAL: others failed than are counted (of one patient: more).
 */
int eng_failed_find(const eng_failed_search_t *search);

/** "a 3, b 1" from counts by reason; "" if none failed.  Returns their sum. */
int64_t eng_failed_text(const int64_t counts[ENG_NUM_REASONS], char *text, size_t size);

#endif
