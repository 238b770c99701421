/**
 * Mobilisation and harvest (MODEL section 6.1).  A yield is drawn for each harvest around harvest.*_yield, which
 * stands for an apheresis after G-CSF; other mobilisation multiplies it.
 *
 * Yield factors: plerixafor with G-CSF collected 1.8 times the median of G-CSF alone in myeloma (DiPersio 2009);
 * cyclophosphamide with G-CSF collects more than G-CSF alone, by how much is assumed.
 */
#include "model/action_data.h"
#include "model/catalogue.h"

/* lymphoid log10 kill at the reference dose; factor on the yield; reference dose */
static const eng_mobiliser_t cy = { 0.3, 1.3, 2000 };
static const eng_mobiliser_t gcsf = { 0, 1, 0 };
static const eng_mobiliser_t plerixafor = { 0, 1.8, 0 };

static const eng_arg_row_t cy_args[] = {
    { "dose", ENG_DIM_DOSE_SURFACE, 500, 7000, 2000, false, NULL, "whole dose" },
};

static const eng_noun_t mobilise_nouns[] = {
    { ENG_VERB_MOBILISE, "cy", ENG_ACTS_ONCE, cy_args, 1, "", false, false, true, &cy, "A",
        "cyclophosphamide with G-CSF; also kills lymphocytes" },
    { ENG_VERB_MOBILISE, "gcsf", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &gcsf, "D",
        "G-CSF alone, which a harvest from blood assumes" },
    { ENG_VERB_MOBILISE, "plerixafor", ENG_ACTS_ONCE, NULL, 0, "", false, false, true, &plerixafor, "L",
        "plerixafor with G-CSF" },
};

const eng_action_kind_t eng_action_mobilise
    = { ENG_VERB_MOBILISE, mobilise_nouns, (int)(sizeof(mobilise_nouns) / sizeof(*mobilise_nouns)) };

/* CD3+ cells per kg, as in a graft of the source */
static const eng_graft_source_t pb = { ENG_SOURCE_PB, 2e8 };
static const eng_graft_source_t bm = { ENG_SOURCE_BM, 2.5e7 };

static const eng_arg_row_t harvest_args[] = {
    { "select", ENG_DIM_LOG10, 0, 6, 0, false, NULL, "CD34+ selection of the stored cells: removal of T cells" },
};

static const eng_noun_t harvest_nouns[] = {
    { ENG_VERB_HARVEST, "pb", ENG_ACTS_ONCE, harvest_args, 1, "", false, false, true, &pb, "T",
        "apheresis of mobilised blood" },
    { ENG_VERB_HARVEST, "bm", ENG_ACTS_ONCE, harvest_args, 1, "", false, false, true, &bm, "T", "bone marrow" },
};

const eng_action_kind_t eng_action_harvest
    = { ENG_VERB_HARVEST, harvest_nouns, (int)(sizeof(harvest_nouns) / sizeof(*harvest_nouns)) };
