/**
 * Has an index settled?  What it was from fewer rows.
 */
#include "cli/sensitivity.h"

#include <stdlib.h>

static void
trace_cells(const eng_sensitivity_t *self, eng_table_t *table, const void *rows, int g)
{
    const eng_trace_t *trace = rows;

    (void)self;
    for (int k = 0; k < 3; k++) {
        snprintf(eng_table_cell(table, 1 + k), ENG_CELL_SIZE, trace->at[k][g] == trace->at[k][g] ? "%.4g" : "-", trace->at[k][g]);
    }
}

int
eng_trace_make(const eng_sensitivity_t *self, eng_trace_t *trace, const char *what)
{
    *trace = (eng_trace_t){ .what = what };
    for (int k = 0; k < 3; k++) {
        trace->at[k] = calloc((size_t)self->groups + 1, sizeof(double));
        if (trace->at[k] == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a trace of convergence");
        }
    }
    return 0;
}

int
eng_trace_print(const eng_sensitivity_t *self, const eng_trace_t *trace)
{
    static const char *const head[] = { "", "from 1/4", "from 1/2", "from all" };

    printf("convergence of the %s:\n", trace->what);
    return eng_sensitivity_table(self, head, 4, trace_cells, trace, trace->at[2]);
}

void
eng_trace_free(eng_trace_t *trace)
{
    for (int k = 0; k < 3; k++) {
        free(trace->at[k]);
    }
}
