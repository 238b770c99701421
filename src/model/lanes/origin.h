/**
 * What the loops of marrow.c and lymphocytes.c find of one of two origins, one row each.  In a body of one they are compiled with two = 0
 * and never look.
 */
#ifndef ENG_MODEL_LANES_ORIGIN_H
#define ENG_MODEL_LANES_ORIGIN_H

#include "model/lanes/step.h"

typedef struct {
    eng_cells_t *cells;
    real *early, *thymus1, *thymus2; /* its state beside them */
    const real *early_rate;  /* of Sp, 1/d */
    eng_row_t drive;         /* what Sp follows */
    eng_row_t lost, lost_t;  /* loss to the other origin: of progenitors and NK cells; of T cells, 1/d */
    eng_row_t feedback;      /* fN */
    eng_row_t memory_drive;  /* growth of memory CD4, 1/d */
    eng_row_t naive_factor;  /* on the growth of naive cells */
    eng_row_t nk_input, b_input; /* relative to what balances at health */
    eng_row_t export;        /* thymic export at full stroma and thymocytes, cells/d */
    eng_row_t out;           /* of the row */
    eng_row_t red, globulin; /* what it makes: haemoglobin, IgG */
} eng_origin_t;

/** Cells of a pool of the whole body in a loop over one origin: its own where it is alone, what the core has where there are two. */
#define WHOLE(pool) (two ? c->tile->pool[l] : o->pool[l])

/** The steps of grow and grow_limited, where the other origin may kill faster than they follow. */
LANE_INLINE real grow_of(const int two, real v, real net, real source, real dt)
{
    return two ? grow_any(v, net, source, dt) : grow(v, net, source, dt);
}

LANE_INLINE real grow_limited_of(const int two, real v, real net, real slope, real source, real dt)
{
    return two ? max0(fma_real(dt * phi_any((net - slope) * dt), fma_real(net, v, source), v)) : grow_limited(v, net, slope, source, dt);
}

/** The body's haemoglobin, of what origins made in the row. */
LANE_FUNCTION(void, eng_red_cells, (const eng_course_t *c, const real *made));
/** Marrow and blood, then lymphocytes of one of two origins; its thymus is in between. */
LANE_FUNCTION(void, eng_marrow_step_of, (const eng_course_t *c, eng_origin_t *w, eng_signals_t *s));
LANE_FUNCTION(void, eng_lymphocytes_step_of, (const eng_course_t *c, eng_origin_t *w, eng_signals_t *s));

#endif
