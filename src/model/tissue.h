/**
 * The block of an inflamed tissue (MODEL section 5.6): flares F and inflammation s between effectors and what a disease scores, and what a
 * score shows of it (activity A).  s = 1 is the mean patient who is active without new drugs.
 *
 * Its constants are parameters of the disease: a table begins with ENG_TISSUE_PARAMS(...), then ENG_TISSUE_SCORE_PARAMS(...) if the disease
 * scores A, for which it has module `visits` too; its covariates likewise.  A disease without tissue has none of these rows.
 */
#ifndef ENG_MODEL_TISSUE_H
#define ENG_MODEL_TISSUE_H

#include "model/param_list.h"
#include "model/tile.h"

#define ENG_TISSUE_STATE_LIST(X)                                                      \
    X(flare, "1", "F, flare: sizes of triggers, fading")                              \
    X(inflammation, "1", "s, inflammation of the tissue, 1 in the mean active patient")

typedef struct {
#define ENG_TISSUE_FIELD(name, unit, help) eng_row_t name;
    ENG_TISSUE_STATE_LIST(ENG_TISSUE_FIELD)
#undef ENG_TISSUE_FIELD
    eng_row_t own_drive;                  /* what drives beside effectors: a disease that has such writes it in its hook `signal` */
    /* of a patient at a point */
    eng_row_t own_share;                  /* its share, 0 until the disease says more in `derive` */
    eng_row_t per_effector;               /* 1 / X_n: j of a cell */
    eng_row_t fading, per_flare, no_flare; /* 1/tauF; wF / mean F; 1 - wF */
    eng_row_t drive_most;                 /* of D */
    eng_row_t stroma;                     /* psi_i, share of s that does not follow what drives */
    eng_row_t rate;                       /* 1/tauS */
    /* of diseases that score A */
    eng_row_t level, residual, noise, gain, care_rate; /* m; A/m of a healed tissue; sv; g_i; 1/d */
} eng_tissue_t;

/** First rows of the disease's own parameters. */
enum {
    ENG_TISSUE_FLARE_SHARE, ENG_TISSUE_FLARE_TIME, ENG_TISSUE_TIME, ENG_TISSUE_STROMA, ENG_TISSUE_STROMA_LINE, ENG_TISSUE_DRIVE_MOST,
    ENG_TISSUE_NUM_PARAMS,
    ENG_TISSUE_RESIDUAL = ENG_TISSUE_NUM_PARAMS, ENG_TISSUE_NOISE, ENG_TISSUE_CARE, ENG_TISSUE_CARE_TIME, ENG_TISSUE_NUM_SCORE_PARAMS
};

#define ENG_TISSUE_TUNED(name, symbol, unit, x, sd, help) { name, symbol, unit, x, 0.4 * (x), 2.5 * (x), ENG_LN(x, sd), "T", help }
#define ENG_TISSUE_PARAMS(share, flare_time, time, psi, per_line)                                                                \
    [ENG_TISSUE_FLARE_SHARE] = { "tissue.flare_share", "wF", "1", share, 0, 1, ENG_UNI(0.1, 1), "T", "share of inflammation that rises and falls with triggers" }, \
    [ENG_TISSUE_FLARE_TIME] = ENG_TISSUE_TUNED("tissue.flare_time", "tauF", "d", flare_time, 0.3, "time in which a flare fades"),  \
    [ENG_TISSUE_TIME] = ENG_TISSUE_TUNED("tissue.response_time", "tauS", "d", time, 0.3, "time in which inflammation follows what drives it"), \
    [ENG_TISSUE_STROMA] = { "tissue.stromal_share", "psi", "1", psi, 0, 0.98, ENG_LN(psi, 0.5), "T", "mean share of inflammation that effectors do not drive, no line of therapy before" }, \
    [ENG_TISSUE_STROMA_LINE] = { "tissue.stroma_per_line", "psi_k", "1", per_line, 0, 12,                                           \
        { (per_line) > 0 ? ENG_DIST_LOGNORMAL : ENG_DIST_UNIFORM, { per_line, 0.5 } }, "T", "its rise per line, relative" }, \
    [ENG_TISSUE_DRIVE_MOST] = { "tissue.drive_most", "", "1", 1.5, 1, 50, ENG_UNI(1.2, 2), "A", "largest drive that a tissue follows, relative to that of the mean active patient" }
#define ENG_TISSUE_SCORE_PARAMS(left, sd, gain, gain_time)                                                                       \
    [ENG_TISSUE_RESIDUAL] = { "tissue.residual", "", "1", left, 0, 0.5, ENG_LN(left, 0.3), "A", "score of a healed tissue, relative to the mean active one" }, \
    [ENG_TISSUE_NOISE] = { "tissue.visit_noise", "sv", "1", sd, 0, 2, ENG_LN(sd, 0.2), "T", "spread of a score between visits, log-sd" }, \
    [ENG_TISSUE_CARE] = { "tissue.care_gain", "g", "1", gain, 0, 5, ENG_LN(gain, 0.5), "T", "mean gain of the care that a trial gives, logarithm" }, \
    [ENG_TISSUE_CARE_TIME] = { "tissue.care_time", "", "d", gain_time, 1, 365, ENG_LN(gain_time, 0.3), "A", "time in which it comes" }

/** First rows of the disease's own covariates, likewise; draws 40 to 42. */
enum {
    ENG_COV_STROMA = ENG_NUM_COMMON_COV, ENG_TISSUE_END_COV,
    ENG_COV_CARE = ENG_TISSUE_END_COV, ENG_COV_LEVEL, ENG_TISSUE_END_SCORE_COV
};
#define ENG_TISSUE_COVARIATES \
    { "stroma", "1", 40, { ENG_DIST_UNIFORM, { 0, 1 } }, 1e-6, 1 - 1e-6, "A", "rank by the share of inflammation that effectors do not drive (exponential)" }
#define ENG_TISSUE_SCORE_COVARIATES(sd)                                                                                          \
    { "care", "1", 41, { ENG_DIST_UNIFORM, { 0, 1 } }, 1e-6, 1 - 1e-6, "A", "rank by the gain of trial care (exponential)" },       \
    { "activity_level", "1", 42, { ENG_DIST_LOGNORMAL, { 1, sd } }, 0.05, 20, "T", "m, score relative to that of others at equal inflammation" }

#endif
