/**
 * Rows behind eng_noun_t.data that more than the file of one verb reads.  Numbers: MODEL sections 6.1-6.4.
 * Parameters that a row leans on are named by their offset in eng_params_t, so that a point's value is used.
 */
#ifndef ENG_MODEL_ACTION_DATA_H
#define ENG_MODEL_ACTION_DATA_H

#include "model/param.h"
#include <stddef.h>

/** No parameter: the fixed number beside it counts. */
#define ENG_NO_PARAM ((size_t)-1)

/** atg: antibodies against T cells, one compartment, exposure C = dose / reference decays exponentially. */
typedef struct {
    double reference;     /* dose that makes exposure 1, in the unit of argument 0 */
    size_t kill_param;    /* T-cell kill rate at C = 1, 1/d */
    double kill_factor;   /* multiplies it (eATG relative to rATG) */
    size_t half_life_param;
    double half_life;     /* d, where half_life_param is ENG_NO_PARAM */
    double b_factor;      /* killing of B cells relative to T cells */
    double nk_factor;     /* killing of NK relative to T cells; negative: parameter atg.nk_factor */
} eng_antibody_t;

/** harvest and graft: where the cells come from. */
typedef enum { ENG_SOURCE_PB, ENG_SOURCE_BM, ENG_SOURCE_CORD } eng_source_t;
typedef struct {
    eng_source_t source;
    double cd3;           /* CD3+ cells per kg that come with a usual graft */
} eng_graft_source_t;

/** mobilise: counts for harvests within so many days. */
#define ENG_MOBILISED_DAYS 30
typedef struct {
    double lymphoid;      /* log10 kill at the reference dose */
    double yield_factor;  /* on the CD34+ yield of these */
    double reference;     /* dose, in the unit of argument 0; 0 no dose */
} eng_mobiliser_t;

/** drug: an exposure with effects at C = 1. */
typedef struct {
    double half_life;      /* d; 0: the effect stops with the drug */
    size_t traffic_param;  /* share of triggers left */
    size_t b_kill_param;   /* B-cell kill rate, 1/d */
    double lymphoid_kill;  /* log10, once, when the drug is started */
} eng_drug_t;

#endif
