/**
 * When something that is followed counts as an event: onsets with hysteresis, and changes of a score that trials believe only when
 * visits in a row show them.
 */
#ifndef ENG_MODEL_LANES_JUDGING_H
#define ENG_MODEL_LANES_JUDGING_H

#include "model/lanes/lanes.h"

/** 1 when x comes above `begins`, which it may do again only after it was below `ends`; *state: 1 from the one to the other. */
LANE_INLINE real onset(real x, real begins, real ends, real *state)
{
    const real held = x < ends ? 0 : *state;
    const real now = x > begins ? 1 : held;
    const real starts = max0(now - *state);
    *state = now;
    return starts;
}

/** The first day of all on which it was found; found: it is today. */
LANE_INLINE real first_of(real day, real today, int found)
{
    return found ? at_most(day, today) : day;
}

/** Nothing has been done to cells by then that a score would show: a visit may still be the entry of a trial. */
static inline bool untouched(const eng_plan_t *plan, int32_t tick)
{
    for (int j = 0; j < plan->num_ops && plan->ops[j].tick < tick; j++) {
        if (plan->ops[j].transplant || plan->ops[j].marrow) {
            return false;
        }
    }
    return true;
}

/** Visits in a row that found it, this one included; finds: this one does. */
LANE_INLINE real visits_in_a_row(real before, int finds)
{
    return finds ? before + 1 : 0;
}

/**
 * The day from which a finding counts: that of the first of `enough` visits in a row, one every `every` days; `day` is what stood
 * before, run what visits_in_a_row gave today.  Worsening confirmed over six months: three visits, three months apart.
 */
LANE_INLINE real confirmed(real day, real run, int enough, int every, real today)
{
    return run >= (real)enough ? at_most(day, today - (real)((enough - 1) * every)) : day;
}

#endif
