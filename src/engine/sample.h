/**
 * The size of a result from a sample of its courses.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_SAMPLE_H
#define ENG_ENGINE_SAMPLE_H

#include "engine/work.h"

/** Bytes of the file of all courses, from a batch of some: at least one, with their rows.  ENG_ERR_NO_MEMORY. */
int eng_sample_bytes(const eng_batch_t *batch, const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, uint64_t *bytes);

#endif
