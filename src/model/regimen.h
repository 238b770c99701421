/**
 * What a conditioning action kills, as log10 of surviving fractions: the one reading of eng_regimen_t and of the
 * action's dose.  Before the shifts of a point (condition.*_shift) and a patient's chemosensitivity.
 */
#ifndef ENG_MODEL_REGIMEN_H
#define ENG_MODEL_REGIMEN_H

#include "model/action.h"

typedef struct {
    double stem, progenitor, lymphoid, nk; /* log10 */
    double intensity;                      /* c: mucosal injury, thymus, toxicity */
} eng_kill_t;

/**
 * Kill of the whole dose of a `condition` action, given once.  A single agent's kills grow in proportion to its
 * dose; those of irradiation by the linear-quadratic law; a named regimen has no dose.
 */
eng_kill_t eng_regimen_kill(const eng_action_t *action);

#endif
