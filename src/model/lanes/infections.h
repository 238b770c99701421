/**
 * Infections of a lane: lanes/infections.c, called by the hazards.
 */
#ifndef ENG_MODEL_LANES_INFECTIONS_H
#define ENG_MODEL_LANES_INFECTIONS_H

#include "model/lanes/step.h"

/** A bacterial or fungal infection on day `now`; the next threshold is drawn. */
LANE_FUNCTION(void, eng_bacterial_infection, (eng_course_t *c, int l, real now));
/** A viral or opportunistic one, unless a drug prevents it. */
LANE_FUNCTION(void, eng_viral_infection, (eng_course_t *c, int l, real now));

#endif
