/**
 * The block of module `graft`: pools of a body with cells of another person (docs/ARCHITECTURE.md, "Two origins").  From the first infusion on
 * the core's pools are the sum of both origins and the host's own stand here; before it these are 0 and say nothing.
 */
#ifndef ENG_MODEL_ORIGINS_H
#define ENG_MODEL_ORIGINS_H

#include "model/module.h"

enum { ENG_HOST, ENG_DONOR, ENG_NUM_ORIGINS };

/* State of an origin beside its pools. */
#define ENG_ORIGIN_STATE_LIST(X)                                               \
    X(early, "1", "Sp, progenitors between stem cells and S")                   \
    X(thymus1, "1", "Y1, thymocytes of the first stage")                        \
    X(thymus2, "1", "Y2, thymocytes of the second stage")

/* Constants of a patient at a point, as in donor_params.h. */
#define ENG_ORIGIN_CONSTANT_LIST(X)                                                               \
    X(donor_drive) X(donor_early) X(donor_lymphoid_slow) X(donor_burst) X(donor_cord_growth) X(donor_b_gain) X(donor_nk_gain)     \
    X(donor_nk_lymphoid) X(rejection_birth) X(rejection_death) X(rejection_rate)

typedef struct {
    eng_cells_t cells[ENG_NUM_ORIGINS];
#define ENG_ORIGIN_FIELD(name, unit, help) eng_row_t name[ENG_NUM_ORIGINS];
    ENG_ORIGIN_STATE_LIST(ENG_ORIGIN_FIELD)
#undef ENG_ORIGIN_FIELD
    eng_row_t rejecting;           /* Hr, host T cells of clones that reject: the expected number between draws */
    eng_row_t reject_count;        /* as last drawn; from 1e4 on as it stands */
    eng_row_t reject_gain, reject_loss; /* Q and A of their law since then */
    eng_row_t lost;                /* x_g, loss of the donor's cells to them, 1/d */
    eng_row_t feedback_before;     /* of the donor's granulocytes one step ago */
    eng_row_t infused, t_rejection; /* days of the first infusion, of rejection; ENG_DAY_NEVER */
    eng_row_t feedback;            /* g_allo, factor on the cap of the graft's feedback */
    eng_row_t cord;                /* 1: the graft is cord blood */
    eng_row_t export_now;          /* F(age) x thymic function of cells that any genotype could be, cells/d */
#define ENG_ORIGIN_ROW(name) eng_row_t name;
    ENG_ORIGIN_CONSTANT_LIST(ENG_ORIGIN_ROW)
#undef ENG_ORIGIN_ROW
    eng_row_t burst_steep, cord_steep;     /* 1 / widths */
    eng_row_t reject_half, per_reject_most; /* of a body of this size: cells; 1/cells */
    eng_row_t stage_rate;                  /* of the thymus, 1/d */
} eng_graft_t;

#endif
