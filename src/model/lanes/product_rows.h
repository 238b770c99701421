/**
 * An infusion of a cell product, between the verb (action_product.c) and the module that keeps what becomes of it (module_product.c).
 */
#ifndef ENG_MODEL_LANES_PRODUCT_ROWS_H
#define ENG_MODEL_LANES_PRODUCT_ROWS_H

#include "model/lanes/step.h"
#include "model/product.h"

typedef struct {
    int slot;        /* of the product in the calendar */
    double dose;     /* relative to the reference */
    eng_hla_t hla;
    bool precursors; /* of beta cells, under the skin */
} eng_infusion_t;

LANE_FUNCTION(void, eng_product_infuse, (eng_course_t *c, const eng_infusion_t *infusion));
/** Autoreactive cells take beta cells of products at rate[l] a day, as far as they see them and nothing holds them back. */
LANE_FUNCTION(void, eng_product_attack, (eng_course_t *c, const real *rate));

#endif
