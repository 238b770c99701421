/**
 * lhs: Latin hypercube sample (M. McKay, R. Beckman, W. Conover, Technometrics 21 (1979)).  Each coordinate has one
 * point in each of `size` equal strata, in random order, at a random position within the stratum.
 */
#include "base/math.h"
#include "design/stream.h"
#include <stdlib.h>

/** A whole number below `bound`, all equally likely (rejection of the incomplete last part; bound < 2^32). */
static uint64_t
draw_below(eng_rng_t *rng, uint64_t bound)
{
    const uint64_t excess = (0 - bound) % bound; /* 2^64 mod bound */
    eng_u128_t product;

    do {
        product = (eng_u128_t)eng_rng_next(rng) * bound;
    } while ((uint64_t)product < excess);
    return (uint64_t)(product >> 64);
}

/** Fisher-Yates. */
static void
draw_permutation(eng_rng_t *rng, uint64_t size, uint32_t *order)
{
    uint64_t i, k;
    uint32_t other;

    for (i = 0; i < size; i++) {
        order[i] = (uint32_t)i;
    }
    for (i = size; i > 1; i--) {
        k = draw_below(rng, i);
        other = order[k];
        order[k] = order[i - 1];
        order[i - 1] = other;
    }
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const size_t dimension = (size_t)spec->dimension;
    uint32_t *order = malloc((size_t)spec->size * sizeof(*order));
    eng_rng_t rng;
    double within;
    uint64_t i;
    size_t j;

    if (order == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "a design of %llu points", (unsigned long long)spec->size);
    }
    for (j = 0; j < dimension; j++) {
        rng = eng_design_stream(spec, (uint32_t)(2 * j));
        draw_permutation(&rng, spec->size, order);
        rng = eng_design_stream(spec, (uint32_t)(2 * j + 1));
        for (i = 0; i < spec->size; i++) {
            /* 20 bits: stratum + position is then exact, so that no rounding reaches the next stratum */
            within = ((double)(eng_rng_next(&rng) >> 44) + 0.5) * 0x1p-20;
            out[i * dimension + j] = ((double)order[i] + within) / (double)spec->size;
        }
    }
    free(order);
    return ENG_OK;
}

extern const eng_design_kind_t eng_design_lhs;
const eng_design_kind_t eng_design_lhs = {
    .name = "lhs",
    .help = "Latin hypercube: one point in each of `points` equal strata of every parameter",
    .size_key = "points",
    .num_points = eng_design_size_as_points,
    .fill = fill,
    .spread = true,
};
