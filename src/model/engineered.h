/**
 * The block of engineered immune cells (MODEL section 6.6): a study has it where a protocol gives them.
 */
#ifndef ENG_MODEL_ENGINEERED_H
#define ENG_MODEL_ENGINEERED_H

#include "model/tile.h"

#define ENG_ENGINEERED_STATE_LIST(X)                                         \
    X(car_t, "1", "U, CAR-T cells, relative to the peak of a usual dose")   \
    X(crs_grade, "1", "worst grade of cytokine release")

typedef struct {
#define ENG_ENGINEERED_FIELD(name, unit, help) eng_row_t name;
    ENG_ENGINEERED_STATE_LIST(ENG_ENGINEERED_FIELD)
#undef ENG_ENGINEERED_FIELD
    eng_row_t infusions;          /* of CAR-T cells */
    eng_row_t waiting;            /* 1 from an infusion to its expansion, at which cytokines are released */
    eng_row_t t_crs;
    eng_row_t against19, against_bcma; /* what the last infusion's cells do to each, relative */
    eng_row_t growth, loss, rejection; /* of them, 1/d */
    /* of a patient at a point */
    eng_row_t fading, half, per_most, crs_at; /* fading: 1/d */
    eng_row_t b_kill, tissue_kill, plasmablast_kill, plasma_kill; /* 1/d */
} eng_engineered_t;

#endif
