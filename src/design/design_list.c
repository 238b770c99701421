/**
 * list: the points stand in the study, in the units of their parameters.
 */
#include "design/stream.h"
#include <string.h>

static int
fill(const eng_design_spec_t *spec, double *out)
{
    memcpy(out, spec->rows, (size_t)spec->size * (size_t)spec->dimension * sizeof(*out));
    return ENG_OK;
}

extern const eng_design_kind_t eng_design_list;
const eng_design_kind_t eng_design_list = {
    .name = "list",
    .help = "the points that the study lists",
    .size_key = "",
    .why_not = "its points are those that the study lists",
    .patients_common = true,
    .gives_values = true,
    .num_points = eng_design_size_as_points,
    .fill = fill,
};
