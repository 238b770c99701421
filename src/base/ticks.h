/**
 * Time.  Days are counted from day 0, the day of the (first) graft or of randomisation.  A tick is 1/16 day and is
 * exact in binary.  Streams count ticks from day -4096 (so that they are never negative): ENG_TICK_OF_STREAM.
 */
#ifndef ENG_BASE_TICKS_H
#define ENG_BASE_TICKS_H

#include <stdint.h>

#define ENG_TICKS_PER_DAY 16
#define ENG_DAYS_PER_YEAR 365.25
#define ENG_DAYS_PER_MONTH 30.4375

/** A time of event, in ticks since day 0: values that are not times. */
#define ENG_TICK_NEVER INT32_MAX       /* did not happen by the horizon */
#define ENG_TICK_NOT_APPLICABLE INT32_MIN /* cannot be asked of this course, e.g. recovery without a nadir */

/** Position in a random stream of a tick counted from day 0. */
#define ENG_TICK_OF_STREAM(tick) ((uint64_t)((int64_t)(tick) + INT64_C(4096) * ENG_TICKS_PER_DAY))

/** Nearest tick (ties away from zero); |days| < 1e8. */
static inline int32_t eng_tick_nearest(double days)
{
    const double x = days * ENG_TICKS_PER_DAY;
    return (int32_t)(x < 0 ? x - 0.5 : x + 0.5);
}

#endif
