/**
 * Infusions of engineered immune cells, between the verb (action_product.c) and the module that keeps what becomes of them
 * (module_engineered.c).
 */
#ifndef ENG_MODEL_LANES_ENGINEERED_ROWS_H
#define ENG_MODEL_LANES_ENGINEERED_ROWS_H

#include "model/engineered.h"
#include "model/lanes/step.h"
#include "model/product.h"

typedef enum { ENG_ENGINEERED_CAR_T, ENG_ENGINEERED_TREG, ENG_ENGINEERED_APC } eng_engineered_kind_t;
/** Values of the argument `target`, in its order. */
typedef enum { ENG_TARGET_CD19, ENG_TARGET_BCMA, ENG_TARGET_BOTH } eng_target_t;

typedef struct {
    eng_engineered_kind_t kind;
    double dose;         /* CAR-T, antigen-presenting cells: relative to the usual; Treg: 1e6 per kg */
    eng_target_t target; /* CAR-T */
    bool ipsc;           /* CAR-T made of pluripotent stem cells */
    bool specific;       /* Treg for the antigen of the disease */
    eng_hla_t hla;
} eng_engineered_dose_t;

LANE_FUNCTION(void, eng_engineered_infuse, (eng_course_t *c, const eng_engineered_dose_t *dose));

#endif
