/**
 * Work: runs patients of any points under all protocols, a slab at a time, and adds what comes out to a batch.  What
 * run, check's pilot and trace share, so that all three run the same courses.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_WORK_H
#define ENG_ENGINE_WORK_H

#include "engine/batch.h"
#include "engine/block.h"
#include "engine/profile.h"
#include "study/layout.h"
#include "study/records.h"

/** Patients of one point in consecutive slots of the slab. */
typedef struct {
    uint64_t point, first; /* patient of the first slot */
    int slot, count;
} eng_work_part_t;

typedef struct {
    const eng_study_t *study;    /* borrowed */
    const double *values;        /* borrowed: [num_points][num_uncertain] */
    eng_model_spec_t spec;
    eng_params_t common;         /* what the parameters of all points begin with */
    eng_model_t *model;          /* owned */
    eng_runner_t *runner;        /* owned */
    eng_results_t *results;      /* owned: [tiles of the slab][num_protocols], of the patients run last; .read is owned too */
    int max_tiles;
    eng_work_part_t *parts;      /* owned: who is in the slab, by slot */
    int num_parts;
    double *covariates;          /* owned: of one patient */
    /* Called every few milliseconds, so that a rank can look after its messages; may be NULL. */
    void (*between)(void *context);
    void *context;
    eng_profile_t *profile;      /* borrowed: told when adding begins and ends; may be NULL */
} eng_work_t;

/** The work must not move in memory afterwards.  Free is legal whatever happens. */
int eng_work_create(eng_work_t *work, const eng_study_t *study, const double *values);
void eng_work_free(eng_work_t *work);
/** Bytes it holds, roughly. */
size_t eng_work_bytes(const eng_work_t *work);

/** Nobody is in the slab. */
void eng_work_clear(eng_work_t *work);
/** Patients first .. of a point, as many as there is room for; how many these are. */
int eng_work_add(eng_work_t *work, uint64_t point, uint64_t first, uint64_t count);
/** Draw and screen all in the slab. */
void eng_work_admit(eng_work_t *work);
/** Run them under one protocol / under all; tile k's results of a protocol are results[k * num_protocols + protocol]. */
int eng_work_run(eng_work_t *work, int protocol);
int eng_work_run_all(eng_work_t *work);
/** Row of /records of a part's patient; after eng_work_run_all. */
void eng_work_record(eng_work_t *work, const eng_records_t *records, const eng_work_part_t *part, int patient, double *row);
/** Add the results of all in the slab to a batch: words, pooled words, rows of the first `num_records` pairs. */
int eng_work_store(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    eng_batch_t *batch);

/** Whole blocks of a study that share a slab, at least 1. */
int eng_work_slab_blocks(const eng_work_t *work, const eng_blocks_t *blocks);
/** Run blocks and add them to the batch (all but their numbers). */
int eng_work_blocks(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    const eng_block_t *blocks, int num_blocks, eng_batch_t *batch);

/** Rows that /records of a study will have. */
uint64_t eng_work_num_records(const eng_study_t *study);

/** Unit-cube points and values of a study's design, [num_points][num_uncertain] each; owned by the caller (free). */
int eng_work_design(const eng_study_t *study, double **unit, double **values);

#endif
