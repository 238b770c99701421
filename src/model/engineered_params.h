/**
 * Parameters of engineered immune cells (MODEL section 6.6): CAR-T cells, Treg, tolerogenic antigen-presenting cells.
 * X(field, "product.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_ENGINEERED_PARAMS_H
#define ENG_MODEL_ENGINEERED_PARAMS_H

#include "model/param_list.h"

#define ENG_ENGINEERED_PARAM_LIST(X)                                                                                              \
    /* CAR-T cells: 1 is the peak after a usual dose */                                                                          \
    X(car_content, "product.car_content", "", "1", 1e-3, 0, 1, ENG_LN(1e-3, 0.7), "L Muller 2024", "CAR-T cells of a dose, relative to their peak: they expand a thousandfold") \
    X(car_spread, "product.car_spread", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "A", "their expansion between infusions, log-sd")   \
    X(car_expansion, "product.car_expansion", "", "1/d", 2.2, 0, 8, ENG_LN(2.2, 0.2), "L peak by day 10", "their expansion where they find antigen") \
    X(car_fading, "product.car_expansion_time", "", "d", 4.5, 0.5, 1000, ENG_LN(4.5, 0.3), "T Muller 2024", "time in which they lose the ability to expand") \
    X(car_half, "product.car_antigen_half", "", "1", 0.005, 1e-4, 1, ENG_LN(0.005, 0.5), "A", "B cells, relative to health, of half that expansion") \
    X(car_most, "product.car_most", "", "1", 10, 1, 1000, ENG_LN(10, 0.4), "A", "as many there can be")                            \
    X(car_life, "product.car_life", "", "d", 12, 1, 1000, ENG_LN(12, 0.3), "T Muller 2024", "life of expanded cells")              \
    X(car_ipsc, "product.car_ipsc", "", "1", 0.5, 0, 2, ENG_UNI(0.3, 0.8), "A", "what CAR-T cells made of iPSC do, relative")       \
    X(car_rejection, "product.car_rejection", "", "1/d", 0.06, 0, 2, ENG_LN(0.06, 0.4), "A lives 7 d", "their rejection where HLA is foreign, without immunosuppression") \
    X(car_b_kill, "product.car_b_kill", "", "1/d", 1.5, 0, 10, ENG_LN(1.5, 0.3), "T Muller 2024", "killing of blood B cells by cells against CD19 at their peak") \
    X(car_tissue_kill, "product.car_tissue_kill", "", "1/d", 1.2, 0, 10, ENG_LN(1.2, 0.3), "T Muller 2024", "of autoreactive B memory, wherever it is") \
    X(car_plasmablast_kill, "product.car_plasmablast_kill", "", "1/d", 0.3, 0, 5, ENG_LN(0.3, 0.3), "T", "of short-lived plasma cells, of which some carry CD19; long-lived do not") \
    X(car_plasma_kill, "product.car_plasma_kill", "", "1/d", 0.3, 0, 5, ENG_LN(0.3, 0.3), "T Feng 2025", "of all plasma cells by cells against BCMA") \
    /* cytokine release: a grade where a normal z is above; the more antigen, the higher */                                     \
    X(crs_at, "product.crs_at", "", "1", 0.1, 1e-3, 5, ENG_LN(0.1, 0.3), "L days 3 to 8", "expansion at which cytokines are released, relative to the peak") \
    X(crs_some, "product.crs_some", "", "1", -0.61, -6, 6, ENG_NRM(-0.61, 0.3), "T Muller 2024", "threshold of any, at the reference burden") \
    X(crs_second, "product.crs_second", "", "1", 1.5, -6, 8, ENG_NRM(1.5, 0.3), "T Muller 2024", "of grade 2")                     \
    X(crs_severe, "product.crs_severe", "", "1", 2.33, -6, 9, ENG_NRM(2.33, 0.3), "T", "of grade 3")                               \
    X(crs_burden, "product.crs_burden", "", "1", 0.3, 0, 3, ENG_UNI(0.1, 0.5), "D lymphoma against autoimmunity", "fall of these thresholds per logarithm of antigen") \
    X(crs_reference, "product.crs_reference", "", "1", 0.03, 1e-4, 100, ENG_LN(0.03, 0.3), "D after fludarabine and cyclophosphamide", "B cells at expansion, relative to health, of the reference burden") \
    X(crs_fatality, "product.crs_fatality", "", "1", 0.05, 0, 1, ENG_BET(1, 19), "A", "share of grade 3 or more that is fatal")      \
    X(crs_delay, "product.crs_delay", "", "d", 5, 0, 100, ENG_LN(5, 0.4), "A", "mean time to such a death")                       \
    /* regulation that is given; no trial shows any effect */                                                                  \
    X(treg_content, "product.treg_surviving", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "A", "infused Treg that survive")            \
    X(treg_specific, "product.treg_regulation", "Rx", "1", 0.3, 0, 5, ENG_UNI(0, 1), "A null is likely", "regulation that 1e9 antigen-specific Treg bring") \
    X(apc_regulation, "product.apc_regulation", "Rx", "1", 0.2, 0, 5, ENG_UNI(0, 0.6), "A null is likely", "regulation that a course of tolerogenic antigen-presenting cells brings")

#endif
