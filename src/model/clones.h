/**
 * The block of autoreactive clones (MODEL section 5.5): memory clones E_k, activated effectors X, antigen-specific
 * Treg Ra, and what triggers them.  A study without autoimmunity has none of it.
 */
#ifndef ENG_MODEL_CLONES_H
#define ENG_MODEL_CLONES_H

#include "model/param.h"
#include "model/tile.h"

#define ENG_NUM_CLONES 20

/* X(name, "unit", "meaning") */
#define ENG_CLONES_STATE_LIST(X)                                                 \
    X(effector, "cells", "X, activated autoreactive effectors")                  \
    X(specific_treg, "1", "Ra, specific Treg, in units of their EC50")           \
    X(transient, "1", "Rx, transient regulation by treatment, in the same units") \
    X(reservoir, "cells", "conditional mean number of autoreactive memory cells")

#define ENG_CLONES_HIDDEN_LIST(X)                                                                              \
    X(clone_gain) X(clone_loss) X(clone_scale)    /* Q and A of the clones; conditional mean 1/(1 + A - Q) */  \
    X(clone_memory)                               /* memory made from effectors since the last draw */         \
    X(sanctuary)                                  /* memory cells that kills hardly reach, as if at the last draw: times clone_scale; a = 1 */ \
    X(clone_total) X(clone_avid) X(clone_avid2)   /* sum E, sum a E, (sum a^2 E)/(sum a E), with the sanctuary, likewise */ \
    X(left_remission)                             /* Exp(1) left until effectors vanish of themselves */       \
    X(e1y_ratio) X(clones_left)                   /* numbers; -1: not read yet */                              \
    X(fitness)                                    /* of a patient: hE */                                       \
    X(reservoir_start) X(reservoir_room)          /* E_0; 1 / (1.3 E_0) */                                     \
    X(cooperation)                                /* 1 / K_X */                                                \
    X(activation)                                 /* p_act */

typedef struct {
#define ENG_CLONES_STATE_FIELD(name, unit, help) eng_row_t name;
#define ENG_CLONES_FIELD(name) eng_row_t name;
    ENG_CLONES_STATE_LIST(ENG_CLONES_STATE_FIELD)
    ENG_CLONES_HIDDEN_LIST(ENG_CLONES_FIELD)
#undef ENG_CLONES_STATE_FIELD
#undef ENG_CLONES_FIELD
    eng_row_t clone[ENG_NUM_CLONES];   /* E_k at the last draw, whole numbers */
    eng_row_t avidity[ENG_NUM_CLONES]; /* a_k */
    eng_wide_row_t trigger_state;      /* trigger stream: next day's word; at tick 0 until a calendar begins */
    eng_wide_row_t trigger_step;       /* its increment until then, afterwards plus * increment of a one-day jump */
    uint32_t count_remission[ENG_LANES] ENG_ALIGNED; /* event numbers */
} eng_clones_t;

/** Regulation Ra at which effectors rest untreated, and their number there, X_n = Ra dR / kR; 0 where they cannot live. */
static inline double eng_treg_at_rest(const eng_params_t *p)
{
    const double treg = p->effector_growth / p->effector_death - 1 - p->effector_treg;
    return treg > 0 ? treg : 0;
}

static inline double eng_effectors_at_rest(const eng_params_t *p)
{
    return eng_treg_at_rest(p) * p->effector_regulation_decay / p->effector_regulation;
}

/** What is kept of them with collected cells. */
typedef struct {
    eng_row_t clone[ENG_NUM_CLONES]; /* cells in the body at the harvest */
} eng_clones_kept_t;

#endif
