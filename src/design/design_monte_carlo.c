/**
 * monte_carlo: independent uniform points.  Coordinate j of point i is word i of the j-th stream, so that a longer
 * design begins with the shorter one.
 */
#include "base/math.h"
#include "design/stream.h"

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const size_t dimension = (size_t)spec->dimension;
    uint64_t point;
    eng_rng_t rng;
    size_t j;

    for (j = 0; j < dimension; j++) {
        rng = eng_design_stream(spec, (uint32_t)j);
        for (point = 0; point < spec->size; point++) {
            out[point * dimension + j] = eng_uniform(eng_rng_next(&rng));
        }
    }
    return ENG_OK;
}

extern const eng_design_kind_t eng_design_monte_carlo;
const eng_design_kind_t eng_design_monte_carlo = {
    .name = "monte_carlo",
    .help = "independent random points; a longer design begins with the shorter one",
    .size_key = "points",
    .size_example = 200,
    .extends = ENG_EXTENDS_BY_PREFIX,
    .takes_dependence = true,
    .num_points = eng_design_size_as_points,
    .fill = fill,
};
