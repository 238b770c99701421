/**
 * Values of a point, from the design of the file.
 */
#include "cli/point_values.h"

#include "base/error.h"
#include <stdlib.h>

int
eng_point_print(const eng_source_t *source, uint64_t point, FILE *out)
{
    const eng_study_t *study = source->study;
    const size_t width = (size_t)study->num_uncertain, count = (size_t)study->num_points * width;
    double *values = malloc((count + 1) * sizeof(*values));
    int ret = values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for the design", source->path) : 0;

    fprintf(out, "Point %llu\n", (unsigned long long)point);
    if (ret == 0 && width > 0) {
        ret = eng_source_read(source, "/design/values", values, count);
    }
    for (size_t j = 0; ret == 0 && j < width; j++) {
        const eng_param_row_t row = eng_study_uncertain_row(study, (int)j);
        fprintf(out, "  %s = %.6g %s\n", row.name, values[point * width + j], row.unit);
    }
    free(values);
    return ret;
}
