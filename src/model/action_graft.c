/**
 * Grafts (MODEL sections 6.1 and 6.4): what comes with the cells of each source.  How much of a source's CD34+ cells
 * are committed progenitors and stem cells is a matter of parameters (graft.*).
 */
#include "model/action_data.h"
#include "model/catalogue.h"
#include <math.h>

/* CD3+ cells per kg of a usual graft */
static const eng_graft_source_t pb = { ENG_SOURCE_PB, 2e8 };
static const eng_graft_source_t bm = { ENG_SOURCE_BM, 2.5e7 };
static const eng_graft_source_t cord = { ENG_SOURCE_CORD, 5e6 };

static const eng_arg_row_t args[] = {
    { "donor", ENG_DIM_CHOICE, 0, 5, NAN, false, "auto !syn !msd !mud !mmud !haplo", "who gave the cells" },
    { "cd34", ENG_DIM_CELLS, 1e4, 1e8, NAN, true, NULL, "CD34+ cells; without it, what the harvest yields" },
    { "cd3", ENG_DIM_CELLS, 0, 2e9, NAN, true, NULL,
        "CD3+ cells before selection; without it, what comes with a usual graft of the source" },
    { "select", ENG_DIM_LOG10, 0, 6, 0, false, NULL, "CD34+ selection: removal of T cells" },
};

#define NUM_ARGS ((int)(sizeof(args) / sizeof(*args)))
#define GRAFT(name, source, help)                                                                                      \
    { ENG_VERB_GRAFT, #name, ENG_ACTS_ONCE, args, NUM_ARGS, "", true, false, true, &name, source, help }

static const eng_noun_t nouns[] = {
    GRAFT(pb, "T", "mobilised blood"),
    GRAFT(bm, "T", "bone marrow"),
    GRAFT(cord, "T", "cord blood"),
};

const eng_action_kind_t eng_action_graft = { ENG_VERB_GRAFT, nouns, (int)(sizeof(nouns) / sizeof(*nouns)) };
