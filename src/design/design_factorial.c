/**
 * factorial: every combination of levels, as many for each parameter as the study says.  Levels are equally spaced quantiles
 * of the prior from `low` to `high`, both among them; the first parameter varies slowest.
 */
#include "design/stream.h"
#include <stdio.h>

enum { LOW, HIGH };

static uint64_t
levels_of(const eng_design_spec_t *spec, int j)
{
    return spec->levels != NULL ? spec->levels[j] : spec->size;
}

static uint64_t
num_points(const eng_design_spec_t *spec)
{
    uint64_t points = 1;

    for (int j = 0; j < spec->dimension; j++) {
        const uint64_t levels = levels_of(spec, j);
        if (levels == 0 || points > UINT32_MAX / levels) {
            return 0;
        }
        points *= levels;
    }
    return points;
}

static void
problem(const eng_design_spec_t *spec, char *text, size_t size)
{
    text[0] = '\0';
    if (!(spec->option[LOW] < spec->option[HIGH])) {
        snprintf(text, size, "'low' must be below 'high'");
    } else if (num_points(spec) == 1) {
        snprintf(text, size, "one level of each parameter is one point, in the middle of all: expected two levels or more, of one parameter at least");
    }
}

/* One level alone is the middle. */
static double
place(const eng_design_spec_t *spec, uint64_t level, uint64_t levels)
{
    const double low = spec->option[LOW], high = spec->option[HIGH];

    return levels == 1 ? 0.5 * (low + high) : low + (high - low) * ((double)level / (double)(levels - 1));
}

static int
fill(const eng_design_spec_t *spec, double *out)
{
    const uint64_t points = num_points(spec);
    const size_t dimension = (size_t)spec->dimension;

    if (points == 0) {
        return ENG_FAIL(ENG_ERR_RANGE, "a factorial design in %d parameters has too many points", spec->dimension);
    }
    for (uint64_t point = 0; point < points; point++) {
        uint64_t rest = point;
        for (size_t j = dimension; j-- > 0;) {
            const uint64_t levels = levels_of(spec, (int)j);
            out[point * dimension + j] = place(spec, rest % levels, levels);
            rest /= levels;
        }
    }
    return ENG_OK;
}

extern const eng_design_kind_t eng_design_factorial;
const eng_design_kind_t eng_design_factorial = {
    .name = "factorial",
    .help = "every combination of levels between two quantiles, as many for each parameter as it says",
    .size_key = "levels",
    .size_example = 2,
    .size_by_parameter = true,
    .patients_common = true,
    .why_not = "every level would move",
    .options = { [LOW] = { .name = "low", .kind = ENG_OPTION_SHARE, .low = 1e-6, .high = 1 - 1e-6, .standard = 0.05 },
        [HIGH] = { .name = "high", .kind = ENG_OPTION_SHARE, .low = 1e-6, .high = 1 - 1e-6, .standard = 0.95 } },
    .problem = problem,
    .num_points = num_points,
    .fill = fill,
};
