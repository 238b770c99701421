/**
 * A point's constants in the form that the step loop wants: every parameter once, and the factors of every fixed
 * rate for each step length of the ladder, computed in double and rounded once.
 */
#ifndef ENG_MODEL_RATES_H
#define ENG_MODEL_RATES_H

#include "model/disease.h"
#include "model/tile.h"

/** Step lengths are 2^(i - 7) days: 1/128, 1/64, 1/32 (verification only), 1/16 ... 1. */
#define ENG_LADDER 8
#define ENG_LADDER_DAY 7

/** Constants of one step length.  relax(k) = 1 - exp(-k dt), the share by which v' = k (target - v) closes its gap. */
typedef struct {
    eng_real_t dt;
    eng_real_t progenitor, neutrophil, meg_early, meg_mature, erythroid, red_cell, lymphoid, thymocyte, plasma, igg; /* relax */
    eng_real_t mature[2];  /* dt phi(-kt dt), without and with G-CSF */
    eng_real_t transit[2]; /* kt, likewise */
    eng_real_t stroma;     /* relax(1/tauTheta) */
    eng_real_t neutropenic_decay; /* exp(-dt / 10 d) */
} eng_step_rates_t;

typedef struct {
#define ENG_RATE_FIELD(field, ...) eng_real_t field;
    ENG_PARAM_LIST(ENG_RATE_FIELD)
#undef ENG_RATE_FIELD
    eng_real_t disease[ENG_MAX_DISEASE_PARAMS];
    eng_real_t niche;              /* 1 - dH/rHmax: self-renewal balances loss in a full niche (0.8 at nominal) */
    eng_real_t platelet_half;      /* 15e3 per uL of the fixed use, relative to health */
    eng_real_t platelet_use;       /* fixed use relative to health, 1/d */
    eng_real_t platelet_supply;    /* l0: loss rate at health, 1/d */
    eng_real_t leak_per_export;    /* new clones per exported cell */
    eng_real_t trigger_chance;     /* p = 1 - exp(-lam 1 d) */
    uint64_t trigger_below;        /* word < this is a hit: p x 2^64 */
    eng_step_rates_t step[ENG_LADDER];
    eng_params_t params;           /* the same in double */
} eng_rates_t;

/** Not collective, no allocation. */
void eng_rates_make(eng_rates_t *rates, const eng_params_t *params);

/** Thymic export at `age` years without thymic function: F of MODEL section 4, cells/d. */
double eng_rates_export(const eng_params_t *params, double age);

/** (e^x - 1)/x in double, exact to rounding for |x| < 700. */
double eng_phi(double x);

#endif
