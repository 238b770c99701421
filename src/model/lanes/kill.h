/**
 * Kills by drugs and conditioning (MODEL 6.2), which several verbs share.
 */
#ifndef ENG_MODEL_LANES_KILL_H
#define ENG_MODEL_LANES_KILL_H

#include "model/kernel.h"
#include "model/lanes/lanes.h"
#include "model/regimen.h"

/**
 * One dose in the lanes that are 1.  share: of the whole dose, by which the point's shifts of conditioning count; 0: no
 * conditioning.
 */
LANE_FUNCTION(void, eng_kill, (eng_course_t *c, const eng_kill_t *kill, real share, const real *lanes));

#endif
