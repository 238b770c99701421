/**
 * The block of mesenchymal stromal cells (MODEL section 6.5): a study has it where a protocol gives them.
 */
#ifndef ENG_MODEL_MSC_H
#define ENG_MODEL_MSC_H

#include "model/tile.h"

#define ENG_MSC_STATE_LIST(X)                                                       \
    X(msc_lung, "1e6/kg", "m_l, stromal cells held in the lung")                    \
    X(msc_active, "1e6/kg", "m_a, active stromal cells")                            \
    X(msc_mediators, "1", "Z, mediators of stromal cells")                          \
    X(msc_memory, "1", "Wm, macrophages and Treg that these re-educated")           \
    X(msc_local, "1", "cells injected where they act, full doses")

typedef struct {
#define ENG_MSC_FIELD(name, unit, help) eng_row_t name;
    ENG_MSC_STATE_LIST(ENG_MSC_FIELD)
#undef ENG_MSC_FIELD
    eng_row_t doses;    /* given so far */
    eng_row_t clearing; /* loss of the active cells of the last dose, relative to own marrow's */
    /* of a patient at a point */
    eng_row_t response; /* 0: none */
    eng_row_t lung_loss, reach, loss, secretion, mediator_loss, teaching, memory_loss, local_loss; /* 1/d; reach: share */
    eng_row_t fast, fast_half, slow, slow_half, most, treg, organs, local;
} eng_msc_t;

#endif
