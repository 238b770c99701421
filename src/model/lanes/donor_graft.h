/**
 * An infusion of another person's cells: what its verbs say of it.
 */
#ifndef ENG_MODEL_LANES_DONOR_GRAFT_H
#define ENG_MODEL_LANES_DONOR_GRAFT_H

#include "model/action_data.h"
#include "model/lanes/step.h"

typedef struct {
    eng_source_t source;
    eng_donor_t donor;
    double cd34, cd3;  /* 1e6/kg, 1/kg: of all units */
    bool cd34_of_body, cd3_of_body; /* so many in a body of 70 kg: a unit of cord blood holds its cells, whoever gets it */
    int units;         /* of cord blood; otherwise 1 */
    double select;     /* log10 of T cells removed */
    bool selected_now; /* which costs CD34+ cells: cd34 is what was collected */
    double intensity;  /* of the conditioning before it */
} eng_infusion_t;

/** Cells of the graft's origin, from now on; drawn by the stream of the op's tick. */
LANE_FUNCTION(void, eng_donor_infuse, (eng_course_t *c, const eng_infusion_t *in, int32_t tick));

#endif
