/**
 * grid: the full factorial of equally likely levels.  A level is the middle quantile of its share of the prior,
 * (i + 0.5) / levels; the first parameter varies slowest.
 */
#include "design/stream.h"

static uint64_t
num_points(const eng_design_spec_t *spec)
{
    uint64_t points = 1;
    int j;

    for (j = 0; j < spec->dimension; j++) {
        if (spec->size == 0 || points > UINT32_MAX / spec->size) {
            return 0;
        }
        points *= spec->size;
    }
    return points;
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const uint64_t points = num_points(spec);
    const size_t dimension = (size_t)spec->dimension;
    uint64_t point, rest;
    size_t j;

    if (points == 0) {
        return ENG_FAIL(ENG_ERR_RANGE, "a grid of %llu levels in %d parameters has too many points",
            (unsigned long long)spec->size, spec->dimension);
    }
    for (point = 0; point < points; point++) {
        rest = point;
        for (j = dimension; j-- > 0;) {
            out[point * dimension + j] = ((double)(rest % spec->size) + 0.5) / (double)spec->size;
            rest /= spec->size;
        }
    }
    return ENG_OK;
}

extern const eng_design_kind_t eng_design_grid;
const eng_design_kind_t eng_design_grid = {
    .name = "grid",
    .help = "every combination of equally likely levels of each parameter",
    .size_key = "levels",
    .size_example = 3,
    .why_not = "every level would move",
    .patients_common = true,
    .num_points = num_points,
    .fill = fill,
};
