/**
 * What the parts of a merge share.  Private to merge.c and merge_check.c.
 */
#ifndef ENG_ENGINE_MERGE_STATE_H
#define ENG_ENGINE_MERGE_STATE_H

#include "engine/owner.h"
#include "engine/shard.h"
#include "engine/workdir.h"

typedef struct {
    const char *const *paths;
    int num;
    const char *result_path, *command;
    MPI_Comm comm;
    int rank, size;
    double started;
    eng_shard_t *shards;    /* owned: [num] */
    eng_result_t *first;    /* its study is that of all */
    const eng_study_t *study; /* of `first` */
    const eng_layout_t *layout; /* of `first` */
    eng_records_t records;
    eng_blocks_t blocks;
    eng_owner_t owner;
    int64_t *pooled, *cluster; /* owned */
    int64_t *courses;       /* owned: [num], in each file */
    double *unit, *values;  /* owned: the design */
    double core_seconds;
    char *attempts, *width; /* owned; rank 0 */
    eng_workdir_t dir;      /* rank 0: keeps others from writing the same result */
} merge_t;

/** Rank 0: the files of all shards, their order, history and cost; the design of the first.  Errors as eng_merge. */
int eng_merge_check(merge_t *merge);
/** Both arrays of the design, [num_points][num_uncertain]; owned by the caller, also after an error. */
int eng_merge_read_design(const eng_result_t *result, double **unit, double **values);

#endif
