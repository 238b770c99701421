/**
 * The randomness of designs: streams of the DESIGN channel (patient 0, point 0, variant 0), far enough apart that
 * 2^36 words can be taken from each.
 */
#ifndef ENG_DESIGN_STREAM_H
#define ENG_DESIGN_STREAM_H

#include "base/rng.h"
#include "design/design.h"
#include <stddef.h>

/** Stream number `use` of the design, use < 2^31; words are taken with eng_rng_next. */
static inline eng_rng_t
eng_design_stream(const eng_design_spec_t *spec, uint32_t use)
{
    eng_rng_t origin;

    eng_rng_open(&origin, spec->seed, 0, ENG_CHANNEL_DESIGN, 0, 0);
    return eng_rng_at(&origin, (uint64_t)use << 20, 0);
}

/** A whole number below `bound` (bound < 2^32), all equally likely; and the numbers below `size` in random order. */
uint64_t eng_design_draw_below(eng_rng_t *rng, uint64_t bound);
void eng_design_permutation(eng_rng_t *rng, uint64_t size, uint32_t *order);

/** Points of the kinds that are told their number: all of spec->size, or 0 where 32-bit point ids end. */
uint64_t eng_design_size_as_points(const eng_design_spec_t *spec);

#endif
