/**
 * The Halton sequence itself, before its digits are permuted.
 */
#ifndef ENG_DESIGN_HALTON_H
#define ENG_DESIGN_HALTON_H

#include <stdint.h>

#define ENG_HALTON_MAX_DIMENSION 1000

/** The base of a dimension, from 0: the primes. */
uint32_t eng_halton_base(int dimension);
/** Digits that matter to a double in this base. */
int eng_halton_digits(uint32_t base);
/** Point `index` from 0 in a base; permutation[digits][base] or NULL. */
double eng_halton_coordinate(uint64_t index, uint32_t base, const uint32_t *permutation);

#endif
