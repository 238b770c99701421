/**
 * The block of observation noise (MODEL section 11): what a visit measures beside the truth.  It belongs to (patient, day, score) and
 * to nothing else, so that a visit of the disease's own and a reading that a study asks for on that day report the same; nothing
 * of it comes back into the state.
 */
#ifndef ENG_MODEL_VISITS_H
#define ENG_MODEL_VISITS_H

#include "model/tile.h"

typedef struct {
    eng_wide_row_t origin, step; /* stream at tick 0, for good; its increment: a day is looked at with a copy */
} eng_visits_t;

#endif
