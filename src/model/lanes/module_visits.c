/**
 * Observation noise as a module (MODEL section 11; visits.h): normals by day and score.  A word of the day's first tick gives two scores,
 * one of each half; whoever looks jumps a copy of the stream there, so that looking leaves no trace.
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#include "model/visits.h"

#define HALF_WORD 32 /* bits */

#ifndef ENG_MIXED /* patients are made at one point at a time; no constant of a point enters */

static void derive(eng_course_t *c, void *block, int first, int end)
{
    eng_visits_t *v = block;
    eng_streams_open(c, ENG_CHANNEL_VISITS, &v->origin, &v->step, first, end);
}

void eng_visit_noise(const eng_course_t *c, const eng_rng_jump_t *day, int score, real *z)
{
    const eng_visits_t *v = c->visits;
    const unsigned half = score % 2 == 0 ? 0 : HALF_WORD;
    eng_wide_row_t state = v->origin;
    uint64_t word[ENG_LANES] ENG_ALIGNED;

    jump_rows(&state, &v->step, day);
    for (int k = 0; k <= score / 2; k++) {
        next_words(&state, &v->step, word);
    }
    FOR_LANES
    {
        z[l] = real_normal((uint32_t)(word[l] >> half));
    }
}

#define MAKE_PATIENTS .derive = derive,
#else
#define MAKE_PATIENTS
#endif

ENG_MODULE_LANES(visits) = { .name = "visits", MAKE_PATIENTS };

/* --- tables ----------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_lane_span_t spans[] = {
    { 0, (int)(sizeof(eng_visits_t) / (sizeof(uint64_t) * ENG_LANES)), (int)sizeof(uint64_t) },
};

const eng_module_t eng_module_visits = {
    .name = "visits",
    .help = "what is measured amiss, by day and score",
    .version = 1,
    .bytes = sizeof(eng_visits_t),
    ENG_TABLE(spans),
};

#endif
