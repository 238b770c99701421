/**
 * A point's constants in the form that the step loop wants: every parameter once, and the factors of every fixed
 * rate for each step length of the ladder, computed in double and rounded once.
 */
#ifndef ENG_MODEL_RATES_H
#define ENG_MODEL_RATES_H

#include "model/disease.h"
#include "model/tile.h"

/* What parameters and pools are relative to: a body of 70 kg and 30 years, thymic export at 20 years, mortality at 40. */
#define ENG_REFERENCE_KG 70
#define ENG_REFERENCE_AGE 30
#define ENG_EXPORT_AGE 20
#define ENG_HAZARD_AGE 40
#define ENG_HAZARD_YEAR 2010

/** Step lengths are 2^(i - 7) days: 1/128, 1/64, 1/32 (verification only), 1/16 ... 1, and 2 for pools at rest. */
#define ENG_LADDER 9
#define ENG_LADDER_DAY 7

/*
 * Every constant of a point that lanes read, named once.  ENG_RATE_TYPE makes two structures of the list: eng_real_t for
 * a tile whose lanes share a point, eng_row_t for one that mixes points (one value a lane).
 */

/* Constants of one step length.  relax(k) = 1 - exp(-k dt), the share by which v' = k (target - v) closes its gap. */
#define ENG_STEP_RATE_FIELDS                                                                                        \
    ENG_RATE_TYPE progenitor, neutrophil, meg_early, meg_mature, erythroid, red_cell, lymphoid, thymocyte, plasma;  \
    ENG_RATE_TYPE monocyte, macrophage, igg; /* relax, all of them */                                                      \
    ENG_RATE_TYPE monocyte_mean;      /* the like share for the mean over the step */                               \
    ENG_RATE_TYPE mature[2];          /* dt phi(-kt dt), without and with G-CSF */                                  \
    ENG_RATE_TYPE transit[2];         /* kt, likewise */                                                            \
    ENG_RATE_TYPE speed[2];           /* kt / ktr */                                                                \
    ENG_RATE_TYPE stroma;             /* relax(1/tauTheta) */                                                       \
    ENG_RATE_TYPE neutropenic_decay;  /* share of the days of neutropenia that is kept after recovery */             \
    ENG_RATE_TYPE transient_keep, transient_made;     /* Rx: left at the end; made of a production of 1/d */          \
    ENG_RATE_TYPE injury_keep, injury_mean;           /* mucosal injury: left at the end, mean over the step */     \
    ENG_RATE_TYPE antibody_keep[ENG_MAX_ANTIBODIES];  /* exposure left at the end of the step */                    \
    ENG_RATE_TYPE antibody_mean[ENG_MAX_ANTIBODIES];  /* its mean over the step */

/* Derived from several parameters. */
#define ENG_DERIVED_RATE_FIELDS                                                                                     \
    ENG_RATE_TYPE niche;            /* 1 - dH/rHmax: self-renewal balances loss in a full niche (0.8 at nominal) */ \
    ENG_RATE_TYPE gcsf_gain;        /* factor of G-CSF on the cap of feedback, less 1 */                            \
    ENG_RATE_TYPE burst_steep;      /* 1 / yb */                                                                    \
    ENG_RATE_TYPE platelet_half;    /* platelets that half meet the fixed use, relative to health */                          \
    ENG_RATE_TYPE platelet_use;     /* fixed use relative to health, 1/d */                                         \
    ENG_RATE_TYPE platelet_supply;  /* l0: loss rate at health, 1/d */                                              \
    ENG_RATE_TYPE per_anc_half, per_cd4_half; /* hazards: 1 / counts that halve them, uL */                         \
    ENG_RATE_TYPE niche_all;        /* 1 - wo: weight of the whole compartment in how full a niche is */            \
    ENG_RATE_TYPE fill_cd8;         /* weight of CD8 cells in y */                                                  \
    ENG_RATE_TYPE naive_per_clonotype, naive8_per_naive4, naive4_per_memory4; /* set points at the reference age */ \
    ENG_RATE_TYPE per_memory4;      /* 1 / M4*, 1/cells */                                                          \
    ENG_RATE_TYPE per_graft_dose;   /* 1 / CD34+ dose to which a graft's content belongs, kg/1e6 */                 \
    ENG_RATE_TYPE bleeding_below;   /* 1e3/uL */                                                                    \
    ENG_RATE_TYPE trigger_scale;    /* 2^32 / (p 2^64): upper half of a hit's word to a uniform number */           \
    ENG_RATE_TYPE antibody_t[ENG_MAX_ANTIBODIES], antibody_nk[ENG_MAX_ANTIBODIES], antibody_b[ENG_MAX_ANTIBODIES];  \
                                    /* killing at exposure 1, 1/d */

#define ENG_RATE_FIELD(field, ...) ENG_RATE_TYPE field;
#define ENG_RATE_FIELDS                                   \
    ENG_PARAM_LIST(ENG_RATE_FIELD)                        \
    ENG_RATE_TYPE disease[ENG_MAX_DISEASE_PARAMS];        \
    ENG_DERIVED_RATE_FIELDS

#define ENG_RATE_TYPE eng_real_t
typedef struct {
    ENG_STEP_RATE_FIELDS
} eng_step_rates_t;
typedef struct {
    ENG_RATE_FIELDS
    eng_step_rates_t step[ENG_LADDER];
    eng_real_t end_of_values;      /* value j here is row j there: rates.c copies them by number */
    /* what is no row: */
    uint64_t trigger_below;        /* word < this is a hit: p x 2^64 */
    eng_params_t params;           /* the same in double */
} eng_rates_t;
#undef ENG_RATE_TYPE

#define ENG_RATE_TYPE eng_row_t
typedef struct {
    ENG_STEP_RATE_FIELDS
} eng_step_rows_t;
/** Points of a mixed tile, one a lane. */
typedef struct {
    ENG_RATE_FIELDS
    eng_step_rows_t step[ENG_LADDER];
    eng_row_t end_of_values;
    uint64_t trigger_below[ENG_LANES] ENG_ALIGNED;
    const eng_params_t *params[ENG_LANES]; /* borrowed */
} eng_rate_rows_t;
#undef ENG_RATE_TYPE

/** Lane l of a mixed tile is of that point; the rates are borrowed as long as the rows are used. */
void eng_rate_rows_set(eng_rate_rows_t *rows, int l, const eng_rates_t *rates);

/** Not collective, no allocation. */
void eng_rates_make(eng_rates_t *rates, const eng_params_t *params);

/** Blood of a reference body, uL. */
static inline double eng_blood_volume(const eng_params_t *params)
{
    return params->blood_per_kg * ENG_REFERENCE_KG;
}

/** (e^x - 1)/x in double, exact to rounding for |x| < 700. */
double eng_phi(double x);

#endif
