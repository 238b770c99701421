/**
 * Indices of any random design, one parameter at a time, by ranks.
 */
#include "cli/sensitivity.h"

#include "stats/rank_indices.h"

#include <stdlib.h>

static void
rank_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const eng_index_t *index = (const eng_index_t *)rows + g;

    (void)self;
    eng_sensitivity_format(eng_table_cell(table, 1), index);
    snprintf(eng_table_cell(table, 2), ENG_CELL_SIZE, "%s", eng_index_verdict(index));
}

static eng_sobol_spread_t
spread_of(const eng_series_of_points_t *series, uint64_t points)
{
    double n = 0, sum = 0, squares = 0, noise = 0;

    for (uint64_t i = 0; i < points; i++) {
        const double y = series->mean[i] - series->average;
        if (y == y) {
            n++;
            sum += y;
            squares += y * y;
            noise += series->noise[i];
        }
    }
    return (eng_sobol_spread_t){ (squares - sum * sum / n) / (n - 1) - noise / n, noise / n, (uint64_t)n };
}

/* From the first points, in the order of the design. */
static int
rank_trace(const eng_sensitivity_t *self, const eng_series_of_points_t *series, double *x)
{
    const uint64_t points = self->source.study->num_points, width = (uint64_t)self->source.study->num_uncertain;
    eng_index_t index;
    eng_trace_t trace;
    int ret = eng_trace_make(self, &trace, "first-order index with the number of points");

    for (int g = 0; ret == 0 && g < self->groups; g++) {
        for (uint64_t i = 0; i < points; i++) {
            x[i] = self->values[i * width + (uint64_t)g];
        }
        for (int k = 0; ret == 0 && k < 3; k++) {
            ret = eng_rank_index(x, series->mean, series->noise, points >> (2 - k), 2, &index);
            trace.at[k][g] = index.value;
        }
    }
    ret = ret == 0 ? eng_trace_print(self, &trace) : ret;
    eng_trace_free(&trace);
    return ret;
}

int
eng_sensitivity_ranks(const eng_sensitivity_t *self, const eng_response_t *response, const eng_sensitivity_subject_t *of,
    const eng_series_of_points_t *series)
{
    static const char *const head[] = { "", "first order by ranks (95 %)", "verdict" };
    const eng_study_t *study = self->source.study;
    const uint64_t points = study->num_points, width = (uint64_t)study->num_uncertain;
    const eng_sobol_spread_t spread = spread_of(series, points);
    eng_index_t *rows = calloc((size_t)self->groups + 1, sizeof(*rows));
    double *key = calloc((size_t)self->groups + 1, sizeof(*key)), *x = malloc((size_t)points * sizeof(*x) + 1);
    int ret = rows == NULL || key == NULL || x == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for indices") : 0;

    for (int g = 0; ret == 0 && g < self->groups; g++) {
        for (uint64_t i = 0; i < points; i++) {
            x[i] = self->values[i * width + (uint64_t)g];
        }
        ret = eng_rank_index(x, series->mean, series->noise, points, ENG_RESAMPLES, &rows[g]);
        key[g] = rows[g].value;
        if (ret == 0) {
            eng_sensitivity_csv(self, of, eng_study_group_name(study, g), "first", "rank", &rows[g], eng_sensitivity_verdict(&rows[g], &spread));
        }
    }
    if (ret == 0) {
        eng_sensitivity_heading(self, response, of, series, &spread);
    }
    if (ret == 0 && !eng_sobol_spread_shows(&spread)) {
        printf(ENG_NOTHING_SHOWS);
    } else if (ret == 0) {
        ret = eng_sensitivity_table(self, head, 3, rank_cells, rows, key);
    }
    if (ret == 0 && self->convergence && eng_sobol_spread_shows(&spread)) {
        ret = rank_trace(self, series, x);
    }
    free(rows);
    free(key);
    free(x);
    return ret;
}
