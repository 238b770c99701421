/**
 * Patients who failed lines of drugs (diseases with a tissue that is judged at visits): how far their disease varies from visit to visit.
 */
#ifndef ENG_MODEL_LANES_FAILED_LINES_H
#define ENG_MODEL_LANES_FAILED_LINES_H

#include "model/lanes/step.h"

/**
 * What drugs failed to hold is there at every visit: it rises and falls less, until a reset makes the disease a new one.  Rows: variation
 * relative to who has failed one line at most, 1; then noise, share of flares and a flare's size of those.
 */
LANE_INLINE void vary_after_failures(const eng_course_t *c, const real *failed, const real *noise, const real *flares, const real *per_flare, int first, int end)
{
    eng_tissue_t *tissue = c->tissue;

    FOR_SPAN
    {
        const real less = failed[l], varies = c->tile->num_resets[l] > 0 ? 1 : less;
        tissue->noise[l] = noise[l] * varies;
        tissue->per_flare[l] = per_flare[l] * varies;
        tissue->no_flare[l] = 1 - flares[l] * varies;
    }
}

#endif
