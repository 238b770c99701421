/**
 * Core parameters, one row each (nominal values and priors: MODEL section 13.1 and the equations named there).
 * X(field, "module.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 * Source codes: L literature, D derived, A assumed, T tuned.  Rows may be added anywhere; names are never reused.
 */
#ifndef ENG_MODEL_PARAM_LIST_H
#define ENG_MODEL_PARAM_LIST_H

#define ENG_LN(median, sdlog) { ENG_DIST_LOGNORMAL, { (median), (sdlog), 0, 0 } }
#define ENG_UNI(low, high) { ENG_DIST_UNIFORM, { (low), (high), 0, 0 } }
#define ENG_NRM(mean, sd) { ENG_DIST_NORMAL, { (mean), (sd), 0, 0 } }
#define ENG_TRN(mean, sd, low, high) { ENG_DIST_TRUNCATED_NORMAL, { (mean), (sd), (low), (high) } }
#define ENG_BET(a, b) { ENG_DIST_BETA, { (a), (b), 0, 0 } }

#define ENG_PARAM_LIST(X)                                                                                               \
    /* stem cells, R1-R4 */                                                                                             \
    X(hsc_renewal, "hsc.renewal_rate", "rHmax", "1/d", 0.02, 0, 0.2, ENG_LN(0.02, 0.4), "A", "largest self-renewal rate, empty niche") \
    X(hsc_loss, "hsc.loss_rate", "dH", "1/d", 0.004, 1e-4, 0.1, ENG_LN(0.0036, 0.3), "L Catlin 2011", "differentiation and loss") \
    X(hsc_number, "hsc.number", "H*", "cells", 8e4, 1e3, 1e7, ENG_LN(1e5, 0.4), "L Lee-Six 2018", "stem cells of a healthy 70-kg adult") \
    X(progenitor_rate, "progenitor.turnover", "kS", "1/d", 0.03, 0.003, 0.3, ENG_LN(0.03, 0.3), "A", "turnover of short-term progenitors S") \
    /* granulocytes, monocytes, R5-R10, R18-R19 */                                                                                          \
    X(transit, "granulocyte.transit_rate", "ktr", "1/d", 0.80, 0.2, 1.6, ENG_LN(0.80, 0.1), "L Friberg 2002, Lahoz-Beneytez 2016", "transit between maturation stages") \
    X(neutrophil_exponent, "granulocyte.feedback_exponent", "gammaN", "1", 0.16, 0, 0.5, ENG_LN(0.16, 0.15), "L Friberg 2002", "feedback of neutrophils on division") \
    X(neutrophil_cap, "granulocyte.feedback_cap", "cN", "1", 1.85, 1, 3, ENG_UNI(1.6, 2.2), "T", "cap of feedback amplification") \
    X(attrition, "granulocyte.attrition", "etaP", "1/d", 0.35, 0.01, 1, ENG_LN(0.35, 0.25), "D", "loss that makes progenitors depend on stem cells") \
    X(neutrophil_loss, "granulocyte.loss_rate", "dNe", "1/d", 0.88, 0.1, 2, ENG_LN(0.88, 0.25), "L Lahoz-Beneytez 2016", "loss of blood neutrophils") \
    X(monocyte_rate, "monocyte.turnover", "", "1/d", 0.9, 0.05, 2, ENG_LN(0.9, 0.2), "L Patel 2017", "turnover of blood monocytes") \
    X(monocyte_stem, "monocyte.progenitor_share", "", "1", 0.2, 0, 1, ENG_BET(4, 16), "A", "share of their supply that follows progenitors S; the rest follows the mitotic pool P") \
    X(macrophage_rate, "macrophage.turnover", "", "1/d", 0.05, 0.001, 0.5, ENG_LN(0.05, 0.4), "A", "replacement of tissue macrophages by monocytes") \
    X(gcsf_cap, "gcsf.cap_gain", "", "1", 1.16, 1, 2, ENG_UNI(1.08, 1.25), "T", "factor of G-CSF on the cap") \
    X(gcsf_transit, "gcsf.transit_gain", "", "1", 1.25, 1, 2, ENG_UNI(1.1, 1.5), "T", "factor of G-CSF on transit") \
    /* platelets, R11-R15 */                                                                                            \
    X(platelet_exponent, "platelet.feedback_exponent", "gammaL", "1", 0.25, 0, 0.5, ENG_LN(0.25, 0.2), "T", "feedback of platelets on megakaryocytes") \
    X(platelet_cap, "platelet.feedback_cap", "", "1", 2.0, 1, 4, ENG_LN(2.0, 0.2), "T", "cap of that feedback") \
    X(meg_early, "platelet.early_rate", "", "1/d", 0.06, 0.006, 0.6, ENG_LN(0.06, 0.2), "T", "turnover of early megakaryocyte progenitors") \
    X(meg_division, "platelet.division_rate", "", "1/d", 0.8, 0.08, 2, ENG_LN(0.8, 0.2), "T", "division of megakaryocyte progenitors") \
    X(meg_attrition, "platelet.attrition", "", "1/d", 0.55, 0.05, 2, ENG_LN(0.55, 0.2), "T", "their supply and loss") \
    X(meg_maturation, "platelet.maturation_rate", "", "1/d", 0.3, 0.03, 2, ENG_LN(0.3, 0.2), "T", "maturation K to Q to platelets") \
    X(platelet_senescence, "platelet.senescence_rate", "", "1/d", 0.095, 0.01, 0.5, ENG_LN(0.095, 0.1), "L Hanson & Slichter 1985", "loss by age") \
    X(platelet_fixed, "platelet.fixed_use", "", "1/(uL d)", 7e3, 0, 5e4, ENG_LN(7e3, 0.1), "L Hanson & Slichter 1985", "fixed endothelial use") \
    X(platelet_fixed_half, "platelet.fixed_use_half", "", "1/uL", 15e3, 1e3, 1e5, ENG_LN(15e3, 0.2), "L Hanson & Slichter 1985", "platelets at which half of the fixed use is met") \
    X(platelet_consumption, "platelet.mucositis_consumption", "", "1", 2.0, 0, 10, ENG_LN(2.0, 0.3), "T", "extra loss at full mucosal injury") \
    /* red cells, R16-R17 */                                                                         \
    X(erythroid_rate, "erythroid.rate", "", "1/d", 0.2, 0.02, 2, ENG_LN(0.2, 0.2), "A", "turnover of erythroid precursors") \
    X(red_cell_life, "erythroid.red_cell_life", "", "d", 120, 60, 180, ENG_LN(120, 0.05), "L", "life of red cells") \
    X(transfusion_floor, "erythroid.transfusion_floor", "", "g/L", 75, 0, 110, ENG_UNI(70, 80), "A", "red cells are transfused below this") \
    /* graft, section 6.1 and 6.4 */                                                                                    \
    X(graft_dose, "graft.reference_dose", "", "1e6/kg", 5, 0.1, 100, ENG_LN(5, 0.01), "A scale", "CD34+ cells to which graft.*_content belongs") \
    X(graft_granulocyte, "graft.granulocyte_content", "phiP0", "1", 1.5e-3, 0, 0.1, ENG_LN(1.5e-3, 0.5), "T", "P per 5e6 CD34/kg of blood, relative to health") \
    X(graft_progenitor, "graft.progenitor_content", "phiS0", "1", 2.0e-3, 0, 0.1, ENG_LN(2.0e-3, 0.5), "T", "S, likewise") \
    X(graft_megakaryocyte, "graft.megakaryocyte_content", "phiK0", "1", 6.0e-2, 0, 1, ENG_LN(6.0e-2, 0.5), "T", "K, likewise") \
    X(graft_p_marrow, "graft.marrow_granulocyte", "phiP BM", "1", 0.03, 0, 2, ENG_LN(0.03, 0.5), "T", "marrow graft relative to blood: P") \
    X(graft_s_marrow, "graft.marrow_progenitor", "phiS BM", "1", 0.08, 0, 2, ENG_LN(0.08, 0.6), "T", "S") \
    X(graft_k_marrow, "graft.marrow_megakaryocyte", "phiM BM", "1", 0.05, 0, 2, ENG_LN(0.05, 0.6), "T", "K") \
    X(graft_h_marrow, "graft.marrow_stem", "phiH BM", "1", 0.8, 0, 4, ENG_LN(0.8, 0.3), "L order of magnitude", "H") \
    X(graft_stem, "graft.stem_per_cd34", "fSRC", "1", 1e-4, 0, 1e-2, ENG_LN(1e-4, 0.7), "L order of magnitude", "long-term stem cells per CD34+ cell of blood") \
    X(graft_seeding, "graft.seeding_fraction", "home", "1", 0.10, 0, 1, ENG_BET(2, 18), "L order of magnitude", "share of them that seed an empty niche") \
    X(graft_full_niche, "graft.full_niche", "", "1", 0.02, 0, 1, ENG_BET(2, 98), "A", "seeding of a full niche relative to an empty one") \
    X(graft_homing_cap, "graft.homing_cap", "", "1", 1.5, 0.1, 10, ENG_UNI(1.2, 2), "A", "largest factor of homing on the seeding of niches") \
    X(graft_naive4, "graft.naive_cd4", "", "1", 0.3, 0, 1, ENG_BET(6, 14), "A", "naive CD4 cells among the T cells of a graft") \
    X(graft_memory4, "graft.memory_cd4", "", "1", 0.279, 0, 1, ENG_BET(6, 16), "A", "memory CD4 cells, likewise") \
    X(graft_treg, "graft.treg", "", "1", 0.03, 0, 1, ENG_BET(3, 97), "A", "Treg, likewise") \
    X(graft_naive8, "graft.naive_cd8", "", "1", 0.2, 0, 1, ENG_BET(4, 16), "A", "naive CD8 cells, likewise") \
    X(graft_memory8, "graft.memory_cd8", "", "1", 0.2, 0, 1, ENG_BET(4, 16), "A", "memory CD8 cells, likewise") \
    X(graft_nk, "graft.nk", "", "1", 0.15, 0, 2, ENG_LN(0.15, 0.4), "A", "NK cells of a graft per T cell") \
    X(graft_carry_over, "graft.carry_over", "", "1", 0.79, 0, 10, ENG_LN(0.79, 0.5), "T", "autoreactive cells among the graft's T cells, relative to those of the body") \
    X(harvest_blood, "harvest.blood_yield", "", "1e6/kg", 6, 0.1, 50, ENG_LN(6, 0.2), "T", "CD34+ by apheresis, median, no prior line") \
    X(harvest_blood_cv, "harvest.blood_yield_cv", "", "1", 0.6, 0, 2, ENG_UNI(0.4, 0.8), "T", "its spread") \
    X(harvest_marrow, "harvest.marrow_yield", "", "1e6/kg", 3, 0.1, 50, ENG_LN(3, 0.2), "T", "CD34+ by marrow harvest, median") \
    X(harvest_marrow_cv, "harvest.marrow_yield_cv", "", "1", 0.35, 0, 2, ENG_UNI(0.2, 0.5), "T", "its spread") \
    X(harvest_line_factor, "harvest.prior_line_factor", "", "1", 0.93, 0.5, 1, ENG_UNI(0.88, 0.98), "T", "factor on the yield per prior line of therapy") \
    X(harvest_rescue, "harvest.second_success", "", "1", 0.7, 0, 1, ENG_BET(7, 3), "A", "share of failed harvests that a second one mends") \
    X(harvest_minimum, "harvest.minimum", "", "1e6/kg", 2, 0, 10, ENG_UNI(1.5, 2.5), "L", "least dose that is transplanted") \
    X(selection_recovery, "harvest.selection_recovery", "", "1", 0.7, 0.1, 1, ENG_BET(14, 6), "L CliniMACS", "CD34+ cells left after selection") \
    /* thymus, R20-R24, R46-R47 */                                                                                      \
    X(thymus_export, "thymus.export_at_20y", "F20", "cells/d", 1.6e7, 1e5, 5e8, ENG_LN(1.6e7, 0.7), "L den Braber 2012", "thymic export at 20 years") \
    X(thymus_involution, "thymus.involution", "alpha_F", "1/y", 0.046, 0, 0.15, ENG_NRM(0.046, 0.008), "L tenfold from 20 to 70 y", "yearly decline after 20 years") \
    X(thymus_involution_child, "thymus.involution_child", "", "1/y", 0.2067, 0, 0.5, ENG_NRM(0.2067, 0.02), "L Steinmann 1985", "yearly decline before 20 years") \
    X(thymus_stroma, "thymus.stroma_recovery", "tauTheta", "d", 150, 20, 1000, ENG_LN(150, 0.35), "A", "recovery time of the stroma") \
    X(thymus_injury, "thymus.conditioning_injury", "", "1", 0.45, 0, 0.7, ENG_UNI(0.3, 0.6), "A", "share of stroma lost at intensity 1") \
    X(thymus_injury_cap, "thymus.injury_cap", "", "1", 1.4, 0.1, 3, ENG_UNI(1, 1.8), "A", "largest intensity that counts for it") \
    X(thymus_transit, "thymus.transit_time", "", "d", 40, 5, 120, ENG_LN(40, 0.2), "A", "time within the thymus") \
    X(thymus_rebound, "thymus.rebound", "reb", "1", 3.5, 0, 20, ENG_LN(3.5, 0.5), "T Hakim 2005, Muraro 2005", "post-thymic burst in an empty naive niche") \
    X(thymus_half_input, "thymus.half_input", "", "1", 0.03, 0.001, 1, ENG_LN(0.03, 0.4), "A", "share of progenitors that half fills the thymus") \
    X(lymphoid_rate, "thymus.progenitor_turnover", "", "1/d", 0.05, 0.005, 0.5, ENG_LN(0.05, 0.3), "T", "turnover of lymphoid progenitors C") \
    X(export_cd4, "thymus.cd4_share", "", "1", 0.62, 0, 1, ENG_BET(31, 19), "A", "naive CD4 cells among thymic export") \
    X(export_cd8, "thymus.cd8_share", "", "1", 0.33, 0, 1, ENG_BET(33, 67), "A", "naive CD8 cells, likewise") \
    X(export_treg, "thymus.treg_share", "", "1", 0.035, 0, 0.5, ENG_BET(7, 193), "A", "Treg, likewise") \
    X(kgf_shield, "kgf.stroma_shield", "", "1", 0.5, 0, 1, ENG_UNI(0.2, 0.8), "A", "share of the injury by conditioning that stroma is spared while KGF acts") \
    X(ssb_gain, "ssb.stroma_gain", "", "1", 0.3, 0, 3, ENG_LN(0.3, 0.4), "A Sutherland 2008", "stroma without sex steroids, beyond what age leaves of it") \
    X(ssb_speed, "ssb.recovery_gain", "e_SSB", "1", 0.5, 0, 5, ENG_LN(0.5, 0.4), "A", "faster recovery of stroma without sex steroids") \
    X(ssb_from, "ssb.from_age", "", "y", 12, 8, 18, ENG_UNI(11, 14), "L", "age from which there are sex steroids to be blocked") \
    X(ssb_women_until, "ssb.women_until", "", "y", 50, 35, 65, ENG_UNI(48, 53), "L", "age of women from which ovaries make few") \
    X(ssb_after, "ssb.after_menopause", "", "1", 0.3, 0, 1, ENG_UNI(0, 0.6), "A", "effect of the blockade in them, relative to others") \
    X(clonotype_size, "repertoire.clonotype_size", "n_c", "cells", 1000, 10, 1e5, ENG_LN(1000, 0.5), "A", "cells per new clonotype after post-thymic division") \
    X(graft_depth, "repertoire.graft_depth", "", "1", 2000, 1, 1e6, ENG_LN(2000, 0.5), "A", "how fast the clonotypes of a graft rise with its T cells: V at least 1 - exp(-this x T cells / repertoire.graft_reference)") \
    X(graft_depth_cells, "repertoire.graft_reference", "", "cells", 4e11, 1e10, 1e13, ENG_LN(4e11, 0.01), "A scale", "T cells to which repertoire.graft_depth belongs, 70 kg") \
    /* T cells, R24-R38 */                                                                                              \
    X(niche_own, "t_cell.niche_own_share", "wo", "1", 0.6, 0, 1, ENG_BET(12, 8), "T", "weight of the own kind in how full a niche is; the rest is the whole compartment") \
    X(fill_cd4, "t_cell.fill_cd4_share", "", "1", 0.75, 0, 1, ENG_BET(15, 5), "T", "weight of CD4 cells in how full the T-cell compartment is (y)") \
    X(naive4_loss, "t_cell.naive_cd4_loss", "dN+a4", "1/d", 4.5e-4, 1e-5, 0.01, ENG_LN(4.5e-4, 0.2), "L Vrisekoop 2008", "loss and activation of naive CD4") \
    X(naive4_activation, "t_cell.naive_cd4_activation", "a4", "1/d", 1.5e-4, 0, 0.005, ENG_LN(1.5e-4, 0.2), "L Vrisekoop 2008", "naive to memory, CD4") \
    X(naive8_loss, "t_cell.naive_cd8_loss", "l8", "1/d", 3e-4, 1e-5, 0.01, ENG_LN(3e-4, 0.2), "L Vrisekoop 2008", "loss and activation of naive CD8") \
    X(naive8_activation, "t_cell.naive_cd8_activation", "a8", "1/d", 1e-4, 0, 0.005, ENG_LN(1e-4, 0.2), "L Vrisekoop 2008", "naive to memory, CD8") \
    X(naive_growth, "t_cell.naive_growth", "gN", "1/d", 0.010, 0, 0.1, ENG_LN(0.010, 0.4), "T", "homeostatic division of naive cells, empty niche") \
    X(conversion, "t_cell.homeostatic_conversion", "", "1/d", 0.003, 0, 0.05, ENG_LN(0.003, 0.4), "A", "naive to memory in lymphopenia") \
    X(memory4_turnover, "t_cell.memory_cd4_turnover", "pm4", "1/d", 4.7e-3, 1e-4, 0.05, ENG_LN(4.7e-3, 0.25), "L Vrisekoop 2008", "turnover of memory CD4") \
    X(memory8_turnover, "t_cell.memory_cd8_turnover", "pm8", "1/d", 2.7e-3, 1e-4, 0.05, ENG_LN(2.7e-3, 0.25), "L Vrisekoop 2008", "turnover of memory CD8") \
    X(memory4_growth, "t_cell.memory_cd4_growth", "gM", "1/d", 0.0032, 0, 0.1, ENG_LN(0.0032, 0.3), "T Muraro 2005, Storek 2008", "homeostatic division of memory CD4, empty niche") \
    X(burst, "t_cell.early_burst", "eb", "1", 11, 0, 50, ENG_LN(11, 0.4), "T", "early burst of memory division") \
    X(burst_width, "t_cell.early_burst_width", "yb", "1", 0.15, 0.01, 1, ENG_LN(0.15, 0.3), "T", "T-cell fill at which the burst fades") \
    X(cd8_growth, "t_cell.cd8_growth", "g8", "1/d", 0.045, 0, 0.3, ENG_LN(0.045, 0.3), "T", "homeostatic division of CD8") \
    X(cd8_contraction, "t_cell.cd8_contraction", "", "1/d", 0.01, 0, 0.1, ENG_LN(0.01, 0.3), "T", "contraction of CD8 after overshoot") \
    X(drive_most, "t_cell.drive_most", "om4", "1", 1.5, 1, 5, ENG_UNI(1.2, 2), "A", "largest drive of lymphopenia and IL-7 together, 1 in an empty host") \
    X(il7_contraction, "il7.contraction_rate", "", "1/d", 0.01, 0, 0.1, ENG_LN(0.01, 0.4), "A", "loss of CD4 cells that IL-7 has made beyond health, per excess relative to health") \
    X(il7_division, "il7.division_rate", "", "1/d", 0.05, 0, 0.5, ENG_LN(0.05, 0.3), "T Perales 2012", "division of naive and memory T cells per unit of the drive by IL-7") \
    X(treg_turnover, "treg.turnover", "", "1/d", 0.015, 0.001, 0.2, ENG_LN(0.015, 0.3), "T", "turnover of Treg") \
    X(treg_growth, "treg.growth", "gR", "1/d", 0.03, 0, 0.3, ENG_LN(0.03, 0.4), "T", "homeostatic division of Treg") \
    X(treg_induction, "treg.peripheral_induction", "", "1/d", 1e-5, 0, 1e-3, ENG_LN(1e-5, 0.3), "A", "memory CD4 to Treg") \
    X(treg_tissue, "treg.tissue_share", "", "1", 0, 0, 1, ENG_UNI(0, 0.5), "A", "Treg in tissue, which antibodies do not reach, relative to health") \
    X(treg_cap, "treg.effect_cap", "", "1", 2.5, 0.5, 20, ENG_UNI(2, 4), "A", "largest number of Treg that counts for suppression and regulation") \
    /* NK, B, plasma cells, R39-R45 */                                                                                  \
    X(nk_turnover, "nk.turnover", "", "1/d", 0.05, 0.005, 0.5, ENG_LN(0.05, 0.3), "L Zhang 2007", "turnover of NK") \
    X(nk_growth, "nk.growth", "", "1/d", 0.12, 0, 0.6, ENG_LN(0.12, 0.3), "T", "division in NK lymphopenia") \
    X(nk_gain, "nk.input_gain", "", "1", 10, 1, 100, ENG_LN(10, 0.4), "T", "input of NK per progenitor S, at most 1") \
    X(b_turnover, "b_cell.turnover", "", "1/d", 0.02, 0.002, 0.2, ENG_LN(0.02, 0.3), "T", "turnover of naive B") \
    X(b_gain, "b_cell.input_gain", "", "1", 4, 1, 100, ENG_LN(4, 0.4), "T Storek 2008", "input of naive B per lymphoid progenitor C, at most 1") \
    X(b_memory, "b_cell.memory_turnover", "", "1/d", 0.002, 1e-4, 0.05, ENG_LN(0.002, 0.3), "T", "turnover of memory B") \
    X(plasma_turnover, "plasma.turnover", "dP", "1/d", 0.0003, 1e-5, 0.05, ENG_LN(0.0003, 0.5), "L Amanna 2007", "turnover of long-lived plasma cells") \
    X(antibody_clearance, "antibody.clearance", "", "1/d", 0.0333333333333333333, 0.005, 0.2, ENG_LN(0.0333333333333333333, 0.1), "L IgG half-life 21 d", "clearance of IgG") \
    X(antibody_plasma_share, "antibody.plasma_share", "", "1", 0.9, 0, 1, ENG_BET(18, 2), "L Storek 2008", "antibodies made by long-lived plasma cells") \
    /* autoreactive clones, R50-R51, R55, R57: constants of most diseases, which move them in param_overrides */        \
    X(clone_reservoir, "clone.reservoir", "E_0", "cells", 2e6, 1e3, 1e9, ENG_LN(2e6, 0.01), "A scale", "autoreactive memory cells, severity 1, 70 kg") \
    X(clone_start, "clone.reservoir_at_start", "", "1", 1.2, 0.01, 5, ENG_UNI(1.1, 1.3), "D", "those at the start, relative to E_0: active disease runs near its cap") \
    X(clone_size_cv, "clone.size_cv", "w_k CV", "1", 1.5, 0, 5, ENG_UNI(1, 2), "A", "spread of clone sizes") \
    X(clone_avidity_cv, "clone.avidity_cv", "a_k CV", "1", 0.4, 0, 2, ENG_UNI(0.2, 0.6), "A", "spread of avidities") \
    X(clone_fitness, "clone.fitness_after_conditioning", "hE", "1", 1.0, 0.2, 1.1, ENG_TRN(1.0, 0.10, 0.2, 1.1), "T", "mean fitness of autoreactive survivors in the refill") \
    X(clone_fitness_sd, "clone.fitness_sd", "", "1", 0.16, 0, 0.5, ENG_UNI(0.1, 0.2), "T", "its spread between patients") \
    X(clone_fitness_least, "clone.fitness_least", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "A", "least fitness of a patient") \
    X(clone_fitness_most, "clone.fitness_most", "", "1", 1.1, 0.2, 5, ENG_UNI(1, 1.2), "A", "greatest fitness of a patient") \
    X(clone_decay, "clone.decay_rate", "dE", "1/d", 8e-4, 0, 0.05, ENG_LN(8e-4, 0.4), "A", "loss without restimulation") \
    X(clone_room, "clone.carrying_capacity", "", "1", 1.3, 1, 5, ENG_UNI(1.1, 1.6), "A", "largest reservoir relative to E_0") \
    X(clone_memory_yield, "clone.memory_yield", "mC", "1", 0.05, 0, 0.5, ENG_LN(0.05, 0.4), "L about 5 %", "effectors that become memory") \
    X(clone_repriming, "clone.repriming_rate", "sigma", "1/y", 0.05, 0, 5, ENG_LN(0.05, 0.6), "T", "naive cells that become autoreactive memory, relative to E_0, at normal naive CD4") \
    X(clone_sanctuary, "clone.sanctuary_share", "pi_s", "1", 0.02, 0, 0.5, ENG_UNI(0, 0.5), "T", "autoreactive memory in tissue, hardly reached by kills and by no graft: share of E_0") \
    X(clone_sanctuary_reached, "clone.sanctuary_exposure", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "T", "share of the killing by antibodies and drugs that reaches it there: of rates") \
    X(clone_sanctuary_penetrated, "clone.sanctuary_penetration", "", "1", 0.2, 0, 1, ENG_UNI(0.1, 0.3), "T", "the same of conditioning, which goes where antibodies do not: of logs") \
    X(clone_sanctuary_loss, "clone.sanctuary_loss", "", "1", 1, 0, 1, ENG_UNI(0, 1), "A", "loss there without restimulation, relative to clone.decay_rate; resident memory needs none") \
    /* effectors and regulation, R53-R56 */                                                                             \
    X(effector_growth, "effector.growth_rate", "pX", "1/d", 1.0, 0.05, 3, ENG_LN(1.0, 0.2), "A", "growth of activated effectors") \
    X(effector_death, "effector.death_rate", "dX", "1/d", 0.28, 0.02, 2, ENG_LN(0.28, 0.2), "A", "activation-induced death") \
    X(effector_cooperation, "effector.cooperation", "K_X", "cells", 2e4, 1e2, 1e8, ENG_LN(2e4, 0.35), "T", "half-saturation of co-operation, 70 kg") \
    X(effector_cooperation_spread, "effector.cooperation_spread", "sdK", "1", 0.5, 0, 1.5, ENG_UNI(0.2, 0.9), "T", "its spread between patients, log-sd") \
    X(effector_treg, "effector.treg_suppression", "Rb", "1", 0.5, 0, 5, ENG_LN(0.5, 0.2), "A", "suppression by normal Treg") \
    X(effector_regulation, "effector.regulation_rate", "kR", "1/(d cell)", 4e-7, 0, 1e-4, ENG_LN(4e-7, 0.3), "A", "induction of specific Treg") \
    X(effector_regulation_decay, "effector.regulation_decay", "dR", "1/d", 0.40, 1e-3, 2, ENG_LN(0.40, 0.3), "A", "their decay") \
    X(effector_extinction, "effector.extinction", "", "cells", 300, 1, 1e5, ENG_LN(300, 0.5), "A", "falling effectors die out below so many") \
    X(effector_remission, "effector.remission_rate", "nu", "1/y", 0, 0, 20, ENG_UNI(0, 0.5), "T", "spontaneous remission: all effectors gone") \
    X(effector_transient, "effector.transient_regulation", "", "d", 300, 10, 3000, ENG_LN(300, 0.3), "T", "life of transient regulation Rx by treatment") \
    /* triggers, R52 */                                                                                                 \
    X(trigger_rate, "trigger.rate", "lam_tr", "1/y", 10, 0, 100, ENG_LN(10, 0.3), "A", "activating events") \
    X(trigger_activation, "trigger.activation", "p_act", "1", 0.01, 0, 0.5, ENG_LN(0.01, 0.01), "A scale", "share of clones activated by a trigger of size 1") \
    X(trigger_infection, "trigger.infection_probability", "", "1", 0.3, 0, 1, ENG_BET(3, 7), "A", "viral infections that act as a trigger") \
    /* drugs, 6.3; the rest in drug_params.h */                                                                         \
    X(drug_scale, "drug.scale", "z", "1", 1, 0, 4, ENG_LN(1, 0.3), "T", "effect of drugs on the growth of effectors, relative to arthritis") \
    X(drug_most, "drug.effect_most", "", "1", 0.95, 0, 1, ENG_UNI(0.9, 1), "A", "largest part of a factor that drugs of a class take") \
    /* antibodies, 6.3 */                                                                                     \
    X(atg_kill, "atg.t_cell_kill_rate", "kA", "1/d", 0.35, 0, 3, ENG_LN(0.35, 0.25), "A", "T-cell killing at reference exposure of rATG") \
    X(atg_half_life, "atg.half_life", "", "d", 7, 0.5, 60, ENG_LN(7, 0.2), "L", "of active rATG") \
    X(alemtuzumab_kill, "alemtuzumab.t_cell_kill_rate", "", "1/d", 0.45, 0, 3, ENG_LN(0.45, 0.25), "A", "T-cell killing by alemtuzumab") \
    X(atg_treg_factor, "atg.treg_factor", "", "1", 0.7, 0, 1.5, ENG_UNI(0.5, 0.9), "A", "killing of Treg relative to T cells") \
    X(atg_nk_factor, "atg.nk_factor", "", "1", 0.2, 0, 1.5, ENG_UNI(0.1, 0.4), "A", "killing of NK relative to T cells") \
    /* conditioning, 6.2 */                                                                                             \
    X(kill_lymphoid_shift, "condition.lymphoid_shift", "", "log10", 0, -1.5, 1.5, ENG_NRM(0, 0.3), "A", "added to the lymphoid log kill of every regimen") \
    X(kill_progenitor_shift, "condition.progenitor_shift", "", "log10", 0, -1.5, 1.5, ENG_NRM(0, 0.3), "A", "added to the progenitor log kill") \
    X(kill_stem_shift, "condition.stem_shift", "", "log10", 0, -1.5, 1.5, ENG_NRM(0, 0.3), "A", "added to the stem-cell log kill") \
    X(kill_treg_factor, "condition.treg_factor", "", "1", 0.95, 0, 1.5, ENG_UNI(0.85, 1.0), "A", "log kill of Treg relative to T cells") \
    X(kill_plasma_factor, "condition.plasma_factor", "", "1", 0.02, 0, 1.5, ENG_UNI(0, 0.05), "L Storek 2008", "log kill of plasma cells relative to T cells") \
    X(kill_effector_factor, "condition.effector_factor", "", "1", 0.3, 0, 1, ENG_UNI(0.1, 1.0), "A", "further survival of cycling effectors") \
    X(mucositis_healing, "condition.mucositis_healing", "", "d", 8, 1, 60, ENG_LN(8, 0.2), "L", "healing time of mucosal injury") \
    /* healthy body: an adult of 70 kg and 30 years, section 2 */ \
    X(blood_per_kg, "body.blood_volume", "V_b", "uL/kg", 70e3, 3e4, 1.5e5, ENG_LN(70e3, 0.1), "L", "blood per body weight") \
    X(share_in_blood, "body.lymphocytes_in_blood", "f_bl", "1", 0.02, 0.001, 0.2, ENG_LN(0.02, 0.1), "L", "lymphocytes that are in blood") \
    X(women_weight, "body.women_weight", "", "1", 0.87, 0.5, 1.5, ENG_UNI(0.82, 0.92), "A", "weight of a woman relative to the covariate weight") \
    X(neutrophil_number, "body.neutrophils", "N*", "cells", 2.2e10, 1e9, 2e11, ENG_LN(2.2e10, 0.2), "L Lahoz-Beneytez 2016", "neutrophils in blood") \
    X(monocyte_number, "body.monocytes", "A*", "cells", 2e9, 1e8, 2e10, ENG_LN(2e9, 0.2), "D blood counts", "monocytes and dendritic cells in blood") \
    X(platelet_number, "body.platelets", "L*", "cells", 1.2e12, 1e11, 1e13, ENG_LN(1.2e12, 0.2), "D blood counts", "platelets in blood") \
    X(hb_men, "body.haemoglobin_men", "Hb*", "g/L", 140, 80, 200, ENG_LN(140, 0.05), "L", "haemoglobin of men") \
    X(hb_women, "body.haemoglobin_women", "Hb*", "g/L", 130, 80, 200, ENG_LN(130, 0.05), "L", "haemoglobin of women") \
    X(naive4_number, "body.naive_cd4", "N4*", "cells", 1e11, 1e9, 1e13, ENG_LN(1e11, 0.2), "D blood counts", "naive CD4 cells") \
    X(memory4_number, "body.memory_cd4", "M4*", "cells", 1e11, 1e9, 1e13, ENG_LN(1e11, 0.2), "D blood counts", "memory CD4 cells") \
    X(naive8_number, "body.naive_cd8", "N8*", "cells", 5e10, 1e9, 1e13, ENG_LN(5e10, 0.2), "D blood counts", "naive CD8 cells") \
    X(memory8_number, "body.memory_cd8", "M8*", "cells", 7e10, 1e9, 1e13, ENG_LN(7e10, 0.2), "D blood counts", "memory CD8 cells") \
    X(treg_number, "body.treg", "R*", "cells", 1.1e10, 1e8, 1e12, ENG_LN(1.1e10, 0.2), "D blood counts", "regulatory T cells") \
    X(nk_number, "body.nk", "NK*", "cells", 5e10, 1e9, 1e12, ENG_LN(5e10, 0.2), "D blood counts", "NK cells") \
    X(b_naive_number, "body.naive_b", "Bn*", "cells", 3.7e10, 1e9, 1e12, ENG_LN(3.7e10, 0.2), "D blood counts", "naive B cells") \
    X(b_memory_number, "body.memory_b", "Bm*", "cells", 1.5e10, 1e8, 1e12, ENG_LN(1.5e10, 0.2), "D blood counts", "memory B cells") \
    X(clonotype_number, "body.clonotypes", "V*", "1", 1e8, 1e6, 1e10, ENG_LN(1e8, 0.5), "A", "distinct T-cell clonotypes") \
    X(naive_decline, "body.naive_decline", "nu", "1/y", 0.012, 0, 0.1, ENG_LN(0.012, 0.2), "L", "fall of naive CD4 cells with age; naive CD8 fall twice as fast") \
    /* what a genotype can make: 0 none, 1 as others */ \
    X(genotype_t, "genotype.t_cells", "e_T", "1", 1, 0, 1, ENG_UNI(0, 1), "A", "T cells of the host and their thymic export") \
    X(genotype_b, "genotype.b_cells", "e_B", "1", 1, 0, 1, ENG_UNI(0, 1), "A", "largest input of B cells") \
    X(genotype_nk, "genotype.nk", "e_NK", "1", 1, 0, 1, ENG_UNI(0, 1), "A", "largest input of NK cells") \
    /* what a vaccine finds */ \
    X(immune_age, "vaccine.immune_age", "", "y", 8, 0, 30, ENG_LN(8, 0.3), "A", "years by which the immune system is older per loss of naive CD4 cells to 1/e of what the age has") \
    X(vaccine_most, "vaccine.efficacy_most", "", "1", 0.72, 0, 1, ENG_BET(18, 7), "D Oxman 2005", "efficacy of a recall vaccine in the young") \
    X(vaccine_half, "vaccine.half_age", "", "y", 77, 40, 120, ENG_NRM(77, 3), "D Oxman 2005", "immune age at which half of it is left") \
    X(vaccine_width, "vaccine.width", "", "y", 5, 0.5, 30, ENG_LN(5, 0.3), "D Oxman 2005", "years over which it falls") \
    /* hazards, section 9 */                                                                                            \
    X(hz_bacterial_base, "hazard.bacterial_base", "", "1/d", 8e-5, 0, 0.01, ENG_LN(8e-5, 0.4), "T", "bacterial or fungal infection, normal counts") \
    X(hz_bacterial, "hazard.bacterial_neutropenia", "", "1/d", 0.04, 0, 1, ENG_LN(0.04, 0.4), "T", "the same without neutrophils") \
    X(hz_bacterial_mucositis, "hazard.bacterial_mucositis", "", "1", 0.5, 0, 5, ENG_LN(0.5, 0.4), "T", "factor of mucosal injury on it") \
    X(hz_mucositis_cap, "hazard.mucositis_cap", "", "1", 1.5, 0.1, 10, ENG_UNI(1, 2), "T", "largest mucosal injury that counts") \
    X(hz_anc_half, "hazard.anc_half", "", "1/uL", 200, 20, 2000, ENG_LN(200, 0.2), "T", "neutrophils that halve the hazard") \
    X(hz_bacterial_fatality, "hazard.bacterial_fatality", "", "1", 0.004, 0, 0.5, ENG_LN(0.004, 0.4), "T", "case fatality at reference frailty") \
    X(hz_bacterial_delay, "hazard.bacterial_delay", "", "d", 3, 0, 60, ENG_LN(3, 0.4), "A", "from a fatal bacterial infection to death") \
    X(hz_neutropenic_days, "hazard.neutropenic_days", "", "d", 30, 1, 1000, ENG_LN(30, 0.3), "T", "days of neutropenia that double the fatality") \
    X(hz_neutropenic_cap, "hazard.neutropenic_cap", "", "d", 150, 1, 1000, ENG_LN(150, 0.2), "A", "longest neutropenia that counts") \
    X(hz_neutropenic_memory, "hazard.neutropenic_memory", "", "d", 10, 0.1, 365, ENG_LN(10, 0.3), "A", "time in which its days are forgotten after recovery") \
    X(hz_toxic_intensity, "hazard.toxic_intensity", "", "1", 0.9, 0, 3, ENG_UNI(0.8, 1), "A", "intensity above which conditioning makes infections more fatal") \
    X(hz_toxic_fatality, "hazard.toxic_fatality", "", "1", 2, 0, 20, ENG_LN(2, 0.4), "T", "added to 1, the factor on fatality after it") \
    X(hz_febrile, "hazard.febrile_neutropenia", "", "1/d", 0.12, 0, 2, ENG_LN(0.12, 0.4), "T", "fever without microbiology, no neutrophils") \
    X(hz_viral_base, "hazard.viral_base", "", "1/d", 1e-4, 0, 0.01, ENG_LN(1e-4, 0.4), "T", "viral or opportunistic infection, normal counts") \
    X(hz_viral, "hazard.viral_lymphopenia", "", "1/d", 0.0035, 0, 0.2, ENG_LN(0.0035, 0.4), "T", "the same without CD4 cells") \
    X(hz_viral_cmv, "hazard.viral_cmv", "", "1/d", 0.006, 0, 0.2, ENG_LN(0.006, 0.4), "T", "added for CMV carriers") \
    X(hz_cd4_half, "hazard.cd4_half", "", "1/uL", 150, 15, 1500, ENG_LN(150, 0.2), "T", "CD4 cells that halve the hazard") \
    X(hz_viral_drug, "hazard.viral_trafficking", "", "1", 2, 0, 10, ENG_LN(2, 0.4), "T", "rise of the hazard per share of trafficking blocked") \
    X(hz_viral_fatality, "hazard.viral_fatality", "", "1", 0.004, 0, 0.5, ENG_LN(0.004, 0.4), "T", "case fatality at reference frailty") \
    X(hz_viral_delay, "hazard.viral_delay", "", "d", 7, 0, 60, ENG_LN(7, 0.4), "A", "from a fatal viral infection to death") \
    X(hz_fatality_age, "hazard.fatality_age", "", "1/y", 0.03, 0, 0.2, ENG_LN(0.03, 0.2), "T", "rise of case fatality with age, from 40 years") \
    X(hz_fatality_comorbidity, "hazard.fatality_comorbidity", "", "1", 1.35, 1, 3, ENG_LN(1.35, 0.1), "T", "factor on case fatality per point of comorbidity") \
    X(hz_prior_line, "hazard.prior_line", "", "1", 0.1, 0, 2, ENG_LN(0.1, 0.4), "A", "points of comorbidity per prior line of therapy") \
    X(hz_bleeding, "hazard.bleeding", "", "1/d", 6e-5, 0, 0.01, ENG_LN(6e-5, 0.4), "T", "fatal bleeding, with transfusion, below hazard.bleeding_platelets") \
    X(hz_bleeding_platelets, "hazard.bleeding_platelets", "", "1/uL", 1e4, 1e3, 5e4, ENG_LN(1e4, 0.2), "T", "platelets below which one may bleed to death") \
    X(hz_toxicity, "hazard.toxicity", "", "1", 1, 0, 100, ENG_LN(1, 0.4), "A scale", "factor on the fatal toxicity of all agents, hazard.toxicity_*") \
    X(hz_toxicity_age, "hazard.toxicity_age", "", "1/y", 0.035, 0, 0.2, ENG_LN(0.035, 0.2), "T", "rise of it with age, from 40 years") \
    X(hz_toxicity_comorbidity, "hazard.toxicity_comorbidity", "", "1", 1.45, 1, 3, ENG_LN(1.45, 0.1), "T", "factor on it per point of comorbidity") \
    X(hz_toxicity_delay, "hazard.toxicity_delay", "", "d", 20, 0, 365, ENG_LN(20, 0.3), "A", "mean time to a toxic death") \
    X(hz_secondary_malignancy, "hazard.secondary_malignancy", "", "1/d", 4e-6, 0, 1e-3, ENG_LN(4e-6, 0.4), "T", "MDS or AML after conditioning") \
    X(hz_malignancy_tbi, "hazard.secondary_malignancy_tbi", "", "1", 3, 0, 30, ENG_LN(3, 0.3), "A", "factor of irradiation on it") \
    X(hz_malignancy_onset, "hazard.secondary_malignancy_onset", "", "y", 1, 0, 20, ENG_LN(1, 0.3), "A", "years after conditioning before which there is none") \
    X(hz_malignancy_fatality, "hazard.secondary_malignancy_fatality", "", "1", 0.5, 0, 1, ENG_BET(5, 5), "A", "share of them that is fatal") \
    X(hz_malignancy_survival, "hazard.secondary_malignancy_survival", "", "y", 0.5, 0, 20, ENG_LN(0.5, 0.4), "A", "from a fatal one to death") \
    X(hz_secondary_autoimmunity, "hazard.secondary_autoimmunity", "", "1/y", 0.03, 0, 1, ENG_LN(0.03, 0.4), "T", "thyroid disease or ITP, months 6 to 36 after conditioning") \
    X(hz_autoimmunity_onset, "hazard.secondary_autoimmunity_onset", "", "y", 0.5, 0, 20, ENG_LN(0.5, 0.3), "A", "years after conditioning before which there is none") \
    X(hz_autoimmunity_end, "hazard.secondary_autoimmunity_end", "", "y", 3, 0, 50, ENG_LN(3, 0.2), "A", "years after conditioning from which on there is none") \
    X(hz_autoimmunity_kill, "hazard.secondary_autoimmunity_kill", "", "log10", 2, 0, 6, ENG_UNI(1.5, 2.5), "A", "lymphoid log kill of a conditioning from which on there is any") \
    X(hz_background_slope, "hazard.background_slope", "", "1/y", 0.085, 0.01, 0.2, ENG_LN(0.085, 0.05), "L Gompertz", "rise of background mortality with age") \
    X(hz_background_women, "hazard.background_women", "", "1", 0.8, 0.01, 5, ENG_LN(0.8, 0.1), "A", "factor of women on it") \
    X(hz_background_men, "hazard.background_men", "", "1", 1.25, 0.01, 5, ENG_LN(1.25, 0.1), "A", "factor of men on it") \
    X(hz_background, "hazard.background", "", "1/d", 1.2e-6, 0, 1e-3, ENG_LN(1.2e-6, 0.1), "L Gompertz", "background mortality at 30 years")

#endif
