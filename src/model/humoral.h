/**
 * The block of autoreactive B cells, plasma cells and antibodies (MODEL section 5.7), each relative to active disease: what helps effectors
 * and drives a tissue beside them.  Its constants are parameters of the disease: a table has ENG_HUMORAL_PARAMS behind the rows of a
 * tissue that scores (tissue.h), and its covariates likewise.
 */
#ifndef ENG_MODEL_HUMORAL_H
#define ENG_MODEL_HUMORAL_H

#include "model/tissue.h"

#define ENG_HUMORAL_STATE_LIST(X)                                                \
    X(autoreactive_b, "1", "Ba, autoreactive B memory, relative to active disease")     \
    X(b_tissue, "1", "Bt, other B cells in tissue, relative to health")           \
    X(plasma_short, "1", "Ps, short-lived autoreactive plasma cells, relative")   \
    X(plasma_long, "1", "Pl, long-lived autoreactive plasma cells, relative")     \
    X(autoantibody, "1", "Ab, autoantibodies, relative")

typedef struct {
#define ENG_HUMORAL_FIELD(name, unit, help) eng_row_t name;
    ENG_HUMORAL_STATE_LIST(ENG_HUMORAL_FIELD)
#undef ENG_HUMORAL_FIELD
    /* of a patient at a point */
    eng_row_t antibody_least;                           /* least share of what antibodies do */
    eng_row_t help, burst_least;                        /* of B cells for growth; for bursts */
    eng_row_t growth, unaided, most, new_cells;         /* of B memory */
    eng_row_t renewal, tissue_kill;                     /* of B cells in tissue */
    eng_row_t plasma_unaided, plasma_most, plasma_rate; /* 1/d */
    eng_row_t long_rate, long_from_short, antibody_long, antibody_rate;
    eng_row_t kill_memory, kill_short, kill_long;       /* share of lymphocytes' log kill */
    eng_row_t graft_share;
    eng_row_t reached;                                  /* by antibodies against CD20, in tissue */
} eng_humoral_t;

/** What is kept of them with collected cells. */
typedef struct {
    eng_row_t autoreactive_b;
} eng_humoral_kept_t;

/** First rows of the disease's own parameters, behind those of a tissue that scores. */
enum {
    ENG_HUMORAL_SHARE = ENG_TISSUE_NUM_SCORE_PARAMS, ENG_HUMORAL_SEROLOGY, ENG_HUMORAL_ANTIBODY_LEAST, ENG_HUMORAL_HELP,
    ENG_HUMORAL_BURST_LEAST, ENG_HUMORAL_GROWTH, ENG_HUMORAL_UNAIDED, ENG_HUMORAL_MOST, ENG_HUMORAL_NEW, ENG_HUMORAL_RENEWAL,
    ENG_HUMORAL_TISSUE_KILL, ENG_HUMORAL_PLASMA_UNAIDED, ENG_HUMORAL_PLASMA_MOST, ENG_HUMORAL_PLASMA_TIME, ENG_HUMORAL_LONG_RATE,
    ENG_HUMORAL_LONG_FROM_SHORT, ENG_HUMORAL_ANTIBODY_LONG, ENG_HUMORAL_ANTIBODY_TIME, ENG_HUMORAL_KILL_MEMORY,
    ENG_HUMORAL_KILL_SHORT, ENG_HUMORAL_KILL_LONG, ENG_HUMORAL_GRAFT, ENG_HUMORAL_UNREACHED, ENG_HUMORAL_NUM_PARAMS
};

#define ENG_HUMORAL_TUNED(name, symbol, unit, x, help) { name, symbol, unit, x, 0, 2.5 * (x), ENG_LN(x, 0.3), "T", help }
#define ENG_HUMORAL_PARAMS \
    [ENG_HUMORAL_SHARE] = { "humoral.antibody_share", "w", "1", 0.4, 0, 1, ENG_UNI(0.25, 0.55), "T", "share of inflammation that antibodies drive" }, \
    [ENG_HUMORAL_SEROLOGY] = { "humoral.serology_share", "", "1", 0.6, 0, 1, ENG_UNI(0.3, 0.9), "A", "that share in the seropositive, relative excess; others have as much less" }, \
    [ENG_HUMORAL_ANTIBODY_LEAST] = { "humoral.antibody_without_effectors", "", "1", 0.45, 0, 1, ENG_UNI(0.3, 0.6), "T", "effect of antibodies where no effectors are" }, \
    [ENG_HUMORAL_HELP] = { "humoral.b_cell_help", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "T", "growth of effectors that B memory adds" }, \
    [ENG_HUMORAL_BURST_LEAST] = { "humoral.burst_without_b_cells", "", "1", 0.02, 0, 1, ENG_LN(0.02, 0.3), "T", "bursts of effectors without B memory" }, \
    [ENG_HUMORAL_GROWTH] = ENG_HUMORAL_TUNED("humoral.b_memory_growth", "", "1/d", 0.031, "growth of autoreactive B memory"), \
    [ENG_HUMORAL_UNAIDED] = ENG_HUMORAL_TUNED("humoral.b_memory_unaided", "", "1", 0.22, "of it without effectors"), \
    [ENG_HUMORAL_MOST] = { "humoral.b_memory_aid_most", "", "1", 1.2, 0, 5, ENG_LN(1.2, 0.1), "T", "largest j that it follows" }, \
    [ENG_HUMORAL_NEW] = ENG_HUMORAL_TUNED("humoral.b_memory_new", "", "1/d", 1e-4, "naive B cells that become autoreactive memory, with a full reservoir of T memory"), \
    [ENG_HUMORAL_RENEWAL] = { "humoral.tissue_b_renewal", "", "1/d", 0.02, 0, 0.2, ENG_LN(0.02, 0.3), "T", "B cells that come to tissue" }, \
    [ENG_HUMORAL_TISSUE_KILL] = { "humoral.tissue_b_kill", "", "1", 1.5, 0, 5, ENG_LN(1.5, 0.2), "T", "their killing relative to that of autoreactive memory" }, \
    [ENG_HUMORAL_PLASMA_UNAIDED] = { "humoral.plasma_unaided", "", "1", 0.35, 0, 1, ENG_UNI(0.2, 0.5), "T", "plasma cells made without effectors" }, \
    [ENG_HUMORAL_PLASMA_MOST] = { "humoral.plasma_aid_most", "", "1", 1.5, 0, 5, ENG_LN(1.5, 0.1), "T", "largest j that they follow" }, \
    [ENG_HUMORAL_PLASMA_TIME] = { "humoral.plasma_life", "", "d", 6, 2, 60, ENG_LN(6, 0.3), "L days", "life of short-lived plasma cells" }, \
    [ENG_HUMORAL_LONG_RATE] = { "humoral.long_lived_rate", "", "1/d", 0.002, 0, 0.05, ENG_LN(0.002, 0.3), "T", "turnover of long-lived plasma cells" }, \
    [ENG_HUMORAL_LONG_FROM_SHORT] = { "humoral.long_lived_from_short", "", "1", 0.5, 0, 1, ENG_UNI(0.3, 0.7), "T", "of them from short-lived ones, the rest from B memory" }, \
    [ENG_HUMORAL_ANTIBODY_LONG] = { "humoral.antibody_of_long_lived", "", "1", 0.4, 0, 1, ENG_UNI(0.25, 0.55), "T", "antibodies that long-lived plasma cells make" }, \
    [ENG_HUMORAL_ANTIBODY_TIME] = { "humoral.antibody_life", "", "d", 30, 2, 200, ENG_LN(30, 0.2), "L IgG", "life of antibodies" }, \
    [ENG_HUMORAL_KILL_MEMORY] = { "humoral.kill_b_memory", "", "1", 0.17, 0, 1.5, ENG_UNI(0.1, 0.3), "T", "log kill of autoreactive B memory relative to lymphocytes" }, \
    [ENG_HUMORAL_KILL_SHORT] = { "humoral.kill_plasma", "", "1", 0.5, 0, 1.5, ENG_UNI(0.3, 0.7), "T", "of short-lived plasma cells" }, \
    [ENG_HUMORAL_KILL_LONG] = { "humoral.kill_long_lived", "", "1", 0.1, 0, 1.5, ENG_UNI(0, 0.2), "T", "of long-lived plasma cells" }, \
    [ENG_HUMORAL_GRAFT] = { "humoral.graft_b_memory", "", "1", 0.42, 0, 2, ENG_LN(0.42, 0.4), "T", "B memory that comes with T cells of a graft, relative to their share of the body's" }, \
    [ENG_HUMORAL_UNREACHED] = { "humoral.b_cells_unreached", "", "1", 0.25, 0, 1, ENG_UNI(0.1, 0.5), "T", "killing by antibodies against CD20 in tissue of those whom they hardly reach" }

/** First rows of the disease's own covariates, likewise; draws 43 and 44. */
enum { ENG_COV_SEROLOGY = ENG_TISSUE_END_SCORE_COV, ENG_COV_B_CELLS_REACHED, ENG_HUMORAL_END_COV };
#define ENG_HUMORAL_COVARIATES(positive) \
    { "serology", "1", 43, { ENG_DIST_BERNOULLI, { positive } }, 0, 1, "L", "1 with antibodies against DNA and low complement" }, \
    { "b_cells_reached", "1", 44, { ENG_DIST_BERNOULLI, { 0.7 } }, 0, 1, "T", "1 where antibodies against CD20 reach B cells in tissue" }

#endif
