/**
 * Work: runs patients of any point under all protocols with one runner, and adds what comes out to a batch.  What
 * run, check's pilot and trace share, so that all three run the same courses.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_WORK_H
#define ENG_ENGINE_WORK_H

#include "engine/batch.h"
#include "engine/block.h"
#include "engine/profile.h"
#include "study/layout.h"
#include "study/records.h"

typedef struct {
    const eng_study_t *study;    /* borrowed */
    const double *values;        /* borrowed: [num_points][num_uncertain] */
    eng_model_spec_t spec;
    eng_model_t *model;          /* owned */
    eng_runner_t *runner;        /* owned */
    eng_results_t *results;      /* owned: [num_protocols], of the patients run last; .read is owned too */
    double *covariates;          /* owned: of one lane */
    uint64_t point;              /* the runner's point, when point_set */
    bool point_set;
    uint64_t first;              /* patient of lane 0 */
    int count;                   /* lanes */
    /* Called between protocols of a tile, so that a rank can look after its messages; may be NULL. */
    void (*between)(void *context);
    void *context;
    eng_profile_t *profile;      /* borrowed: told when adding begins and ends; may be NULL */
} eng_work_t;

/** The work must not move in memory afterwards.  Free is legal whatever happens. */
int eng_work_create(eng_work_t *work, const eng_study_t *study, const double *values);
void eng_work_free(eng_work_t *work);
/** Bytes it holds, roughly. */
size_t eng_work_bytes(const eng_work_t *work);

/** Set the point and admit patients first .. first + count - 1, count <= ENG_LANES. */
void eng_work_admit(eng_work_t *work, uint64_t point, uint64_t first, int count);
/** Run the admitted patients under one protocol / under all; results[protocol] holds what came out. */
void eng_work_run(eng_work_t *work, int protocol);
void eng_work_run_all(eng_work_t *work);
/** Row of /records of a lane; after eng_work_run_all. */
void eng_work_record(eng_work_t *work, const eng_records_t *records, int lane, double *row);

/** Run a block and add it to the batch (words, pooled words, rows of the first `num_records` pairs, courses; not its number). */
int eng_work_block(eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records,
    const eng_block_t *block, eng_batch_t *batch);

/** Rows that /records of a study will have. */
uint64_t eng_work_num_records(const eng_study_t *study);

/** Unit-cube points and values of a study's design, [num_points][num_uncertain] each; owned by the caller (free). */
int eng_work_design(const eng_study_t *study, double **unit, double **values);

#endif
