/**
 * What a study will cost, from a timed pilot of a few slabs and from the sizes of its tables.  Serial, needs no MPI.
 */
#ifndef ENG_ENGINE_PILOT_H
#define ENG_ENGINE_PILOT_H

#include "engine/work.h"
#include "study/spread.h"

typedef struct {
    double *seconds;       /* owned: [num_protocols] per course, running it alone */
    double overhead;       /* seconds per course for all else: patients, statistics */
    double pack_seconds;   /* packing one point's words */
    uint64_t courses;      /* run in the pilot */
    uint64_t failed;       /* of these */
    double core_seconds;   /* of the whole study */
    uint64_t journal_bytes; /* of the whole study, all ranks together */
    uint64_t result_bytes; /* of its result file */
    eng_spread_t spread;   /* of the points that it ran */
} eng_pilot_t;

/** Run slabs of the first points until `budget` seconds are over, at least one.  Free is legal whatever happens. */
int eng_pilot_run(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, double budget);
void eng_pilot_free(eng_pilot_t *pilot);

/** Bytes that a run takes on its most loaded rank. */
uint64_t eng_pilot_memory(const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, int ranks);

#endif
