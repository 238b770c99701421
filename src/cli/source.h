/**
 * Where `show` takes its numbers from: the result file, or, before there is one, what its run has saved so far.
 */
#ifndef ENG_CLI_SOURCE_H
#define ENG_CLI_SOURCE_H

#include "engine/partial.h"
#include "store/store.h"
#include "study/view.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    const char *path;         /* borrowed */
    const eng_study_t *study; /* of either */
    eng_result_t *result;     /* owned; NULL: saved work */
    eng_partial_t partial;    /* owned: that work */
} eng_source_t;

/**
 * The result at `path`, or with `partial_too` the saved work where there is no such file.  Errors as eng_result_open and
 * eng_partial_read.  Close is owed whatever happens.  Must not move in memory.
 */
int eng_source_open(eng_source_t *source, const char *path, bool partial_too);
void eng_source_close(eng_source_t *source);

/** As eng_result_shape and eng_result_read; of saved work, what eng_partial_shape names. */
int eng_source_shape(const eng_source_t *source, const char *dataset, int *num_dims, uint64_t *size);
int eng_source_read(const eng_source_t *source, const char *dataset, double *values, size_t count);

/** Estimates over all points, or those of one; valid until close, freed by the caller. */
int eng_source_summary(const eng_source_t *source, eng_summary_t *summary);
int eng_source_point(const eng_source_t *source, uint64_t point, eng_summary_t *summary);

/** Of a part of the patients, or against another protocol, over all points.  ENG_ERR_USAGE: the study keeps no such sums. */
int eng_source_view(const eng_source_t *source, const eng_view_t *view, eng_summary_t *summary);

/** What a reader must know before anything that could be taken for the whole result; mostly nothing. */
void eng_source_print_caveats(const eng_source_t *source, FILE *out);
/** Likewise of a result: is it a shard? */
void eng_print_caveats(const eng_result_t *result, FILE *out);

#endif
