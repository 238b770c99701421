/**
 * halton: digits of the point's number, read backwards in a prime base for each coordinate (J. Halton 1960); every digit is
 * permuted at random, each place on its own, leading zeros too (A. Owen 2017), so that coordinates are uniform and bases of
 * many dimensions are no longer in step.  A longer design begins with the shorter one.
 */
#include "design/halton.h"
#include "base/math.h"
#include "design/stream.h"
#include <stdlib.h>

uint32_t
eng_halton_base(int dimension)
{
    uint32_t candidate = 2;

    for (int found = 0;; candidate++) {
        bool prime = true;

        for (uint32_t d = 2; d * d <= candidate && prime; d++) {
            prime = candidate % d != 0;
        }
        if (prime && found++ == dimension) {
            return candidate;
        }
    }
}

int
eng_halton_digits(uint32_t base)
{
    int digits = 0;

    for (double place = 1; place > 0x1p-53; place /= base) {
        digits++;
    }
    return digits;
}

double
eng_halton_coordinate(uint64_t index, uint32_t base, const uint32_t *permutation)
{
    const int digits = eng_halton_digits(base);
    double place = 1, sum = 0;

    for (int k = 0; k < digits; k++) {
        const uint32_t digit = (uint32_t)(index % base);

        place /= base;
        sum += place * (permutation == NULL ? digit : permutation[(size_t)k * base + digit]);
        index /= base;
    }
    return sum;
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const size_t dimension = (size_t)spec->dimension;
    int ret = ENG_OK;

    for (size_t j = 0; j < dimension && ret == ENG_OK; j++) {
        const uint32_t base = eng_halton_base((int)j);
        const int digits = eng_halton_digits(base);
        uint32_t *permutation = malloc((size_t)digits * base * sizeof(*permutation));
        eng_rng_t rng = eng_design_stream(spec, (uint32_t)j);

        if (permutation == NULL) {
            ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "a design of %llu points", (unsigned long long)spec->size);
            break;
        }
        for (int k = 0; k < digits; k++) {
            eng_design_permutation(&rng, base, permutation + (size_t)k * base);
        }
        for (uint64_t point = 0; point < spec->size; point++) {
            out[point * dimension + j] = eng_max(0x1p-53, eng_min(eng_halton_coordinate(point, base, permutation), 1 - 0x1p-53));
        }
        free(permutation);
    }
    return ret;
}

extern const eng_design_kind_t eng_design_halton;
const eng_design_kind_t eng_design_halton = {
    .name = "halton",
    .help = "Halton sequence with random digits; even at any number of points, best in few dimensions",
    .size_key = "points",
    .size_example = 200,
    .takes_dependence = true,
    .spread = true,
    .max_dimension = ENG_HALTON_MAX_DIMENSION,
    .extends = ENG_EXTENDS_BY_PREFIX,
    .num_points = eng_design_size_as_points,
    .fill = fill,
};
