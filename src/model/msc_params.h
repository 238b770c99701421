/**
 * Parameters of mesenchymal stromal cells (MODEL section 6.5): what cells do, how long they last, in whom they act.
 * X(field, "module.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_MSC_PARAMS_H
#define ENG_MODEL_MSC_PARAMS_H

#include "model/param_list.h"

#define ENG_MSC_PARAM_LIST(X)                                                                                                    \
    /* mesenchymal stromal cells: where they go and what they leave; controlled trials found next to nothing */                 \
    X(msc_lung_loss, "msc.lung_loss", "", "1/d", 0.9, 0, 3, ENG_LN(0.9, 0.2), "L Eggenhofer 2012", "loss of cells that are held in the lung") \
    X(msc_reach, "msc.reaching_share", "", "1", 0.25, 0, 1, ENG_BET(5, 15), "L Wang 2016", "of them that become active in tissue")  \
    X(msc_loss, "msc.active_loss", "", "1/d", 0.12, 0, 2, ENG_LN(0.12, 0.3), "L Wang 2016", "loss of active cells of marrow or fat") \
    X(msc_secretion, "msc.secretion", "", "1/d", 0.7, 0, 5, ENG_LN(0.7, 0.3), "A scale", "mediators that an active cell makes")     \
    X(msc_mediator_loss, "msc.mediator_loss", "", "1/d", 0.5, 0.01, 3, ENG_LN(0.5, 0.3), "A", "loss of mediators")                  \
    X(msc_teaching, "msc.teaching", "", "1/d", 0.03, 0, 1, ENG_LN(0.03, 0.3), "A", "macrophages and Treg that mediators re-educate") \
    X(msc_memory_loss, "msc.memory_loss", "", "1/d", 0.02, 0, 1, ENG_LN(0.02, 0.3), "A effect of weeks", "loss of that re-education")  \
    X(msc_fast, "msc.fast_effect", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "A", "growth of effectors that mediators stop, at most")   \
    X(msc_fast_half, "msc.fast_half", "", "1", 0.8, 0.05, 10, ENG_LN(0.8, 0.4), "A scale", "mediators of half that effect")        \
    X(msc_slow, "msc.slow_effect", "", "1", 0.33, 0, 1, ENG_UNI(0.1, 0.5), "A", "growth that re-educated cells stop, at most")       \
    X(msc_slow_half, "msc.slow_half", "", "1", 0.2, 0.01, 5, ENG_LN(0.2, 0.4), "A scale", "re-educated cells of half of what they do") \
    X(msc_most, "msc.largest_effect", "", "1", 0.7, 0, 0.98, ENG_UNI(0.6, 0.8), "A", "both together, at most")                       \
    X(msc_treg, "msc.treg_help", "t_m - 1", "1", 0.66, 0, 5, ENG_LN(0.66, 0.3), "A", "rise of what Treg do, by re-educated cells, at most") \
    X(msc_effect, "msc.effect", "", "1", 0.3, 0, 1, ENG_UNI(0, 1), "T blinded trials find none", "of all that in a patient who responds; 0: none") \
    X(msc_responders, "msc.responders", "", "1", 0.5, 0, 1, ENG_UNI(0, 1), "A", "patients who respond at all")                       \
    X(msc_lot_spread, "msc.lot_spread", "", "1", 0.4, 0, 1.5, ENG_UNI(0.2, 0.6), "A", "potency between lots, log-sd")                \
    X(msc_adipose, "msc.adipose_potency", "", "1", 1.1, 0, 5, ENG_LN(1.1, 0.3), "A small trials", "mediators of cells of fat relative to those of marrow") \
    X(msc_umbilical, "msc.umbilical_potency", "", "1", 1.2, 0, 5, ENG_LN(1.2, 0.3), "A small trials", "the same of the umbilical cord") \
    X(msc_umbilical_loss, "msc.umbilical_loss", "", "1", 0.9, 0.1, 5, ENG_LN(0.9, 0.2), "A", "loss of their active cells relative to those of marrow") \
    X(msc_allogeneic, "msc.allogeneic_loss", "", "1", 1.3, 1, 10, ENG_LN(1.3, 0.2), "A", "factor on it of cells of another person") \
    X(msc_organs, "msc.organ_repair", "", "1", 0, 0, 1, ENG_UNI(0, 0.5), "A no trial shows any", "damage of joints and other organs spared by re-educated cells, at most") \
    X(msc_local, "msc.local_effect", "", "1", 0.3, 0, 3, ENG_UNI(0, 0.6), "T ADMIRE-CD I, II", "repair where a full dose was injected, relative") \
    X(msc_local_life, "msc.local_life", "", "d", 200, 5, 2000, ENG_LN(200, 0.4), "A", "time in which that fades")                    \
    X(msc_local_dose, "msc.local_dose", "", "1e6/kg", 1.7, 0.01, 50, ENG_LN(1.7, 0.2), "D 120e6 cells", "full dose of an injection; more does no more")

#endif
