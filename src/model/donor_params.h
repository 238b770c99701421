/**
 * Parameters of grafts from others (docs/MODEL.md, section 8): what comes with them, how two origins share a body, how hosts reject.  They
 * become rows of a patient (origins.h) or are read at an infusion, never in the step.
 * X(field, "donor.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_DONOR_PARAMS_H
#define ENG_MODEL_DONOR_PARAMS_H

#include "model/param_list.h"

#define ENG_DONOR_PARAM_LIST(X)                                                                                             \
    /* marrow of two origins */                                                                                             \
    X(donor_drive, "donor.stem_drive", "hS", "1", 0.3, 0.01, 100, ENG_LN(0.3, 0.4), "T", "stem cells, relative to health, that half drive progenitors: few are driven harder") \
    X(donor_early, "donor.early_rate", "", "1/d", 0.05, 0.005, 0.5, ENG_LN(0.05, 0.3), "T", "turnover of progenitors between stem cells and S") \
    X(donor_feedback_spread, "donor.feedback_spread", "", "1", 0.12, 0, 0.5, ENG_UNI(0.06, 0.15), "T", "log-sd between grafts of the cap of neutrophil feedback") \
    X(donor_homing_spread, "donor.homing_spread", "", "1", 0.5, 0, 1.5, ENG_UNI(0.3, 0.7), "T", "log-sd of homing between grafts") \
    /* lymphocytes */                                                                                                       \
    X(donor_lymphoid, "donor.lymphoid_content", "phiC", "1", 0.03, 0, 1, ENG_LN(0.03, 0.4), "T", "lymphoid progenitors C with 5e6 CD34/kg, relative to health") \
    X(donor_lymphoid_cord, "donor.lymphoid_cord", "", "1", 10, 0, 100, ENG_LN(10, 0.4), "T", "cord blood relative to other sources: C") \
    X(donor_lymphoid_slow, "donor.lymphoid_slow", "", "1/d", 0.01, 1e-4, 0.5, ENG_LN(0.01, 0.5), "A", "turnover of C while there are more of them than of S") \
    X(donor_stage, "donor.thymus_stage", "", "d", 15, 2, 60, ENG_LN(15, 0.2), "T", "time in each of three stages of the thymus") \
    X(donor_injury, "donor.thymus_injury", "", "1", 0.30, 0, 1, ENG_UNI(0.15, 0.45), "T", "stroma that a donor's graft costs after full conditioning") \
    X(donor_injury_from, "donor.thymus_injury_from", "", "1", 0.6, 0, 1, ENG_UNI(0.4, 0.8), "T", "intensity of conditioning up to which it costs none; all of it at 1") \
    X(donor_stroma_least, "donor.stroma_least", "", "1", 0.02, 0, 0.5, ENG_UNI(0.01, 0.05), "A", "least stroma that a graft leaves") \
    X(donor_burst, "donor.early_burst", "", "1", 12, 0, 100, ENG_LN(12, 0.5), "T", "early burst of the donor's memory CD4, beside t_cell.early_burst") \
    X(donor_burst_width, "donor.early_burst_width", "", "1", 0.02, 0.001, 1, ENG_LN(0.02, 0.4), "T", "T-cell fill at which it fades") \
    X(donor_cord_growth, "donor.cord_naive_growth", "", "1", 8, 0, 50, ENG_LN(8, 0.4), "T", "naive cells of cord blood in an empty body: what is added to 1, the factor on their growth") \
    X(donor_cord_width, "donor.cord_growth_width", "", "1", 0.1, 0.001, 1, ENG_LN(0.1, 0.3), "T", "T-cell fill at which that fades") \
    X(donor_b_gain, "donor.b_input_gain", "", "1", 10, 1, 100, ENG_LN(10, 0.4), "T", "input of naive B per lymphoid progenitor of two origins, at most 1") \
    X(donor_nk_gain, "donor.nk_input_gain", "", "1", 10, 1, 100, ENG_LN(10, 0.4), "T", "input of NK per progenitor S of two origins ...") \
    X(donor_nk_lymphoid, "donor.nk_lymphoid_gain", "", "1", 3, 0, 100, ENG_LN(3, 0.4), "T", "... and per lymphoid progenitor, together at most 1") \
    /* what comes with cord blood */                                                                                        \
    X(donor_p_cord, "graft.cord_granulocyte", "phiP cord", "1", 0.05, 0, 2, ENG_LN(0.05, 0.5), "T", "cord blood relative to mobilised blood: P") \
    X(donor_s_cord, "graft.cord_progenitor", "phiS cord", "1", 0.05, 0, 2, ENG_LN(0.05, 0.6), "T", "S") \
    X(donor_k_cord, "graft.cord_megakaryocyte", "phiM cord", "1", 0.001, 0, 2, ENG_LN(0.001, 0.6), "T", "K") \
    X(donor_h_cord, "graft.cord_stem", "phiH cord", "1", 1, 0, 4, ENG_LN(1, 0.3), "L order of magnitude", "H") \
    X(donor_cord_naive, "graft.cord_naive", "", "1", 0.9, 0, 1, ENG_BET(18, 2), "L", "naive among the CD4 and CD8 cells of cord blood") \
    /* rejection */                                                                                                         \
    X(rejection_share, "rejection.clone_share", "fh", "1", 9e-8, 0, 1e-5, ENG_LN(9e-8, 0.8), "T", "host T cells that can reject a mismatched family donor, relative to all; median") \
    X(rejection_spread, "rejection.share_spread", "", "1", 1.2, 0, 3, ENG_UNI(0.9, 1.5), "T", "its log-sd between patients") \
    X(rejection_msd, "rejection.sibling", "mmR", "1", 2e-4, 0, 10, ENG_LN(2e-4, 0.8), "T", "factor of the donor on it: matched sibling") \
    X(rejection_mud, "rejection.unrelated", "mmR", "1", 0.03, 0, 10, ENG_LN(0.03, 0.8), "T", "matched unrelated donor") \
    X(rejection_mmud, "rejection.mismatched", "mmR", "1", 0.3, 0, 10, ENG_LN(0.3, 0.8), "T", "mismatched unrelated donor") \
    X(rejection_haplo, "rejection.haploidentical", "mmR", "1", 1, 0, 10, ENG_LN(1, 0.8), "T", "half-matched family donor") \
    X(rejection_cord, "rejection.cord", "mmR", "1", 0.06, 0, 10, ENG_LN(0.06, 0.8), "T", "cord blood, whatever its match") \
    X(rejection_sensitised, "rejection.sensitised", "sens", "1", 1, 0, 1000, ENG_LN(1, 0.5), "T", "factor of transfusions before, without treatment that spends T cells") \
    X(rejection_birth, "rejection.birth", "ph", "1/d", 0.8, 0, 3, ENG_LN(0.8, 0.2), "A", "division of rejecting T cells") \
    X(rejection_death, "rejection.death", "dh", "1/d", 0.08, 0, 3, ENG_LN(0.08, 0.3), "A", "their death, beside that by antibodies") \
    X(rejection_most, "rejection.most", "", "cells", 3e9, 1e7, 1e12, ENG_LN(3e9, 0.5), "A", "largest number of them, 70 kg") \
    X(rejection_half, "rejection.half", "", "cells", 1e6, 1e3, 1e9, ENG_LN(1e6, 0.5), "A", "number that kills at half the rate, and is a rejection, 70 kg") \
    X(rejection_rate, "rejection.kill_rate", "rejk", "1/d", 0.6, 0, 5, ENG_LN(0.6, 0.3), "A", "largest loss of the graft's cells to them")

#endif
