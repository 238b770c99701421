/**
 * The Sobol' sequence itself, before the design's random shift.
 */
#ifndef ENG_DESIGN_SOBOL_H
#define ENG_DESIGN_SOBOL_H

#include <stdbool.h>
#include <stdint.h>

#define ENG_SOBOL_MAX_DIMENSION 128

/** Coordinate `dimension` (0 <= dimension < ENG_SOBOL_MAX_DIMENSION) of point `index`, times 2^32; Gray-code order. */
uint32_t eng_sobol_coordinate(int dimension, uint32_t index);

/** All of its numbers at once, for many points: [32]; and a point from them. */
void eng_sobol_directions(int dimension, uint32_t v[32]);
uint32_t eng_sobol_combine(const uint32_t v[32], uint32_t index);

/** Whether so many points are a complete net (a power of two); others lose part of the evenness. */
bool eng_sobol_is_net(uint64_t size);

#endif
