/**
 * Parameters of cell products (MODEL section 6.6): how much engrafts and when, how it is lost, what it does.  Read when a product is
 * infused, by the rows of lanes/action_product.c.
 * X(field, "product.name", "symbol", "unit", nominal, low, high, prior, "source", "help")
 */
#ifndef ENG_MODEL_PRODUCT_PARAMS_H
#define ENG_MODEL_PRODUCT_PARAMS_H

#include "model/param_list.h"

/* Beta cells are relative to those of a healthy pancreas; contents are before the loss at infusion. */
#define ENG_PRODUCT_PARAM_LIST(X)                                                                                         \
    X(product_infusion_loss, "product.infusion_loss", "", "1", 0.5, 0, 0.98, ENG_UNI(0.3, 0.7), "A", "cells lost at infusion")      \
    X(product_islet_content, "product.islet_content", "", "1", 1.14, 0, 10, ENG_LN(1.14, 0.3), "T Hering 2016", "beta cells of 10,000 islet equivalents per kg") \
    X(product_islet_spread, "product.islet_spread", "", "1", 0.5, 0, 2, ENG_LN(0.5, 0.2), "T Hering 2016", "spread of what engrafts of them, log-sd") \
    X(product_islet_time, "product.islet_engraftment", "", "d", 20, 2, 365, ENG_LN(20, 0.3), "A", "time in which islets engraft") \
    X(product_stem_content, "product.stem_beta_content", "", "1", 2.7, 0, 20, ENG_LN(2.7, 0.3), "T Reichman 2025", "beta cells of 1e9 cells made of stem cells") \
    X(product_stem_spread, "product.stem_beta_spread", "", "1", 0.45, 0, 2, ENG_LN(0.45, 0.2), "T Reichman 2025", "spread of what engrafts of them, log-sd") \
    X(product_stem_time, "product.stem_beta_engraftment", "", "d", 90, 2, 365, ENG_LN(90, 0.3), "T Reichman 2025", "time in which they engraft and mature") \
    X(product_precursor_content, "product.precursor_content", "", "1", 0.13, 0, 5, ENG_LN(0.13, 0.5), "T Shapiro 2021", "beta cells that 1e9 precursors under the skin come to") \
    X(product_precursor_spread, "product.precursor_spread", "", "1", 1.2, 0, 3, ENG_LN(1.2, 0.2), "T Shapiro 2021", "spread of what engrafts of them, log-sd") \
    X(product_graft_function, "product.beta_graft_function", "", "1", 0.75, 0, 1, ENG_UNI(0.6, 0.9), "A", "function of engrafted beta cells outside of the pancreas") \
    X(product_beta_loss, "product.beta_graft_loss", "", "1/d", 9e-4, 0, 0.05, ENG_LN(9e-4, 0.3), "T Rickels 2022", "loss of engrafted beta cells while no T cell attacks them, median") \
    X(product_beta_loss_spread, "product.beta_graft_loss_spread", "", "1", 0.7, 0, 2, ENG_LN(0.7, 0.2), "T Rickels 2022", "spread of that between patients, log-sd") \
    X(product_beta_rejection, "product.beta_graft_rejection", "", "1/d", 0.03, 0, 1, ENG_LN(0.03, 0.4), "A", "their rejection without immunosuppression, mismatched") \
    X(product_hla_matched, "product.rejection_matched", "", "1", 0.3, 0, 1, ENG_UNI(0.1, 0.5), "A", "rejection of HLA-matched cells, relative") \
    X(product_hla_low, "product.rejection_edited", "", "1", 0.1, 0, 1, ENG_UNI(0, 0.2), "A", "rejection of cells edited to show little HLA, relative; attack by autoreactive cells likewise") \
    X(product_teratoma, "product.teratoma_rate", "", "1/d", 1e-6, 0, 1e-3, ENG_LN(1e-6, 1), "A", "teratoma while cells made of pluripotent stem cells live")

#endif
