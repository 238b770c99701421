/**
 * Bodies of two origins: what course.c, kill.c and actions call where module `graft` is part of the body (c->graft).
 */
#ifndef ENG_MODEL_LANES_ORIGINS_H
#define ENG_MODEL_LANES_ORIGINS_H

#include "model/lanes/step.h"

/** Rows of an origin's cells that add up to those of the body: all pools and the number of stem cells, not the law of these. */
#define ORIGIN_POOLS (offsetof(eng_cells_t, hsc_gain) / sizeof(eng_row_t))

/** Row j of an origin's pools. */
static inline real *eng_origin_pool(eng_cells_t *o, size_t j)
{
    return (real *)(void *)((char *)o + j * sizeof(eng_row_t));
}

/** Have cells of a donor been given?  Of the tile's lanes all or none, but for those that run nobody's course. */
static inline bool eng_origins_open(const eng_course_t *c)
{
    for (int l = 0; c->graft != NULL && l < ENG_LANES; l++) {
        if (c->graft->infused[l] < ENG_DAY_NEVER) {
            return true;
        }
    }
    return false;
}

/** The pools that hold the patient's own cells. */
static inline eng_cells_t *eng_origins_own(eng_course_t *c)
{
    return eng_origins_open(c) ? &c->graft->cells[ENG_HOST] : &c->tile->cells;
}

/** The first infusion, on day `now`: the host's cells move to the module. */
LANE_FUNCTION(void, eng_origins_begin, (eng_course_t *c, real now));
/** The core's pools as the sum of origins, host first, in lanes that have two. */
LANE_FUNCTION(void, eng_origins_sum, (eng_course_t *c));
/** One row of the pools. */
LANE_FUNCTION(void, eng_origins_step, (eng_course_t *c));
/** Thymic export of the graft at the row's end, as it ages with the patient. */
LANE_FUNCTION(void, eng_origins_age, (eng_course_t *c));
/** What eng_counts_step and eng_counts_draw do in a body of one. */
LANE_FUNCTION(void, eng_counts_step_of, (eng_course_t *c));
LANE_FUNCTION(void, eng_counts_draw_of, (eng_course_t *c));
/** Share of the donor among T cells, among neutrophils: from 0 to 1. */
LANE_FUNCTION(void, eng_chimerism, (const eng_course_t *c, real *t_cells, real *myeloid));
/** T cells of a set of pools in lane l. */
LANE_INLINE real t_cells_of(const eng_tile_t *t, const rates_t *r, const eng_cells_t *o, int l)
{
    const real nu = t->naive_of_age[l], naive4 = LANE(r->naive4_per_memory4) * nu; /* relative to memory */
    return t->scale[l]
        * (LANE(r->memory4_number) * (naive4 * o->naive4[l] + o->memory4[l]) + LANE(r->naive8_number) * nu * nu * o->naive8[l]
            + LANE(r->memory8_number) * o->memory8[l] + LANE(r->treg_number) * o->treg[l]);
}

/** Rejection: `mean` cells of its clones are expected at an infusion at `tick`; one row; at a draw, of a graft that is no more; its end by kills of survival s[l]. */
LANE_FUNCTION(void, eng_rejection_begin, (eng_course_t *c, const double *mean, int32_t tick));
LANE_FUNCTION(void, eng_rejection_step, (eng_course_t *c));
LANE_FUNCTION(void, eng_rejection_judge, (eng_course_t *c));
LANE_FUNCTION(void, eng_rejection_kill, (eng_course_t *c, const real *s));

#endif
