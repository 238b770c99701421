/**
 * What a run has saved so far, read from its work folder without disturbing it: the sums of all blocks in the journals, for
 * tables before there is a result.  Needs the memory of all points on one machine.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_PARTIAL_H
#define ENG_ENGINE_PARTIAL_H

#include "engine/block.h"
#include "engine/ranges.h"
#include "study/rounds.h"
#include "study/summary.h"
#include <stdbool.h>

typedef struct {
    eng_study_t study;
    eng_layout_t layout;
    eng_region_t region;           /* of the study, but for what an extended result has */
    uint64_t from_points, from_patients; /* of that result; 0: none */
    eng_rounds_t rounds;           /* closed, of a study with precision */
    eng_ranges_t done;             /* blocks of the region */
    uint64_t first_block, end_block, all_blocks; /* what the run computes: all blocks, or those of its shard */
    uint64_t courses, planned;     /* planned: of the run */
    uint64_t points_whole, points_begun; /* of those that the run computes: all courses there, some */
    bool running;
    int64_t *point;                /* owned: [num_points][num_protocols][point_words] */
    int64_t *pooled, *cluster;     /* owned */
} eng_partial_t;

/**
 * ENG_ERR_READ: there is no saved work for this result; ENG_ERR_OTHER_STUDY: saved by another version of the model.
 * Free is legal whatever happens.  Must not move in memory.
 */
int eng_partial_read(eng_partial_t *partial, const char *result_path);
void eng_partial_free(eng_partial_t *partial);

/** Estimates over all points with courses; estimators are static texts. */
int eng_partial_summary(const eng_partial_t *partial, eng_summary_t *summary);

/** As eng_result_shape and eng_result_read for datasets of points, root scales of numbers and /design/values. */
int eng_partial_shape(const eng_partial_t *partial, const char *dataset, int *num_dims, uint64_t *size);
int eng_partial_values(const eng_partial_t *partial, const char *dataset, double *values, size_t count);

#endif
