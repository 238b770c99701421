/**
 * What a run will take on some number of ranks: the pilot's courses, and what the engine does around them.  Constants and where
 * they come from: the head of cost.c, docs/PERFORMANCE.md.  Serial.
 */
#ifndef ENG_ENGINE_COST_H
#define ENG_ENGINE_COST_H

#include "engine/pilot.h"

/** Seconds of wall time, each rank having a core of its own like the pilot's. */
typedef struct {
    double start;    /* until the first block */
    double courses;  /* running and summing */
    double commit;   /* packing, journals, delivery to owners */
    double wait;     /* for answers, and for the last block of others */
    double write;    /* the result file */
    double wall;     /* all of it */
    uint64_t records; /* of all journals: how often something is saved */
} eng_cost_t;

/** ranks >= 1.  result_bytes: of the file (eng_pilot_t). */
eng_cost_t eng_cost_of(const eng_pilot_t *pilot, const eng_work_t *work, const eng_layout_t *layout, uint64_t result_bytes, int ranks);

#endif
