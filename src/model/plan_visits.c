/**
 * Days on which patients are looked at: visits of the disease's own, which no study moves, and where in the stream of noise
 * a day stands that somebody may ask for (visits.h).
 */
#include "model/plan.h"

#include <stdlib.h>

#define DAY ENG_TICKS_PER_DAY

/* Visit k is on the whole day nearest to k intervals. */
static bool own_visit(const eng_calendar_needs_t *needs, int32_t tick)
{
    const int32_t day = tick / DAY;

    if (tick % DAY != 0) {
        return false;
    }
    for (int j = 0; day < 0 && j < ENG_MAX_VISITS_BEFORE; j++) {
        if (needs->visits_before[j] > 0 && day == -(int32_t)(needs->visits_before[j] + 0.5)) {
            return true;
        }
    }
    if (day < 0 || !(needs->visits > 0)) {
        return false;
    }
    const int32_t k = (int32_t)((double)day / needs->visits + 0.5);
    return (int32_t)(k * needs->visits + 0.5) == day;
}

/* The whole day that a tick belongs to. */
static int32_t day_of(int32_t tick)
{
    const int32_t part = ((tick % DAY) + DAY) % DAY;
    return tick - part;
}

int eng_plan_visits(eng_plan_t *plan, const eng_disease_t *disease, eng_plan_row_t *row)
{
    const bool visit = own_visit(&disease->calendar, row->end);

    row->flags |= visit ? ENG_ROW_OWN_VISIT : 0;
    if (!eng_disease_needs(disease, &eng_module_visits) || !(visit || row->num_reads > 0 || row->end == plan->stop)) {
        return 0;
    }
    eng_rng_jump_t *noise = realloc(plan->noise, (size_t)(plan->num_noise + 1) * sizeof(*noise));
    if (noise == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    plan->noise = noise;
    row->noise = plan->num_noise++;
    noise[row->noise] = eng_rng_jump((eng_u128_t)ENG_TICK_OF_STREAM(day_of(row->end)) << ENG_TICK_SHIFT);
    return 0;
}
