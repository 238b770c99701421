/**
 * Estimators, each told once.
 */
#include "cli/estimators.h"

#include <string.h>

enum { MOST = 64 }; /* a model has a dozen; what a file made elsewhere has beyond this is not told */

/* Is it one of the numbers that were printed? */
static bool
was_printed(const eng_estimate_t *row, const eng_choice_t *choice, const eng_measures_t *measures, int outcome)
{
    bool printed = outcome >= 0 && row->outcome == outcome;

    for (int i = 0; !printed && outcome < 0 && i < measures->count; i++) {
        const eng_measure_t *measure = &measures->items[i];
        printed = row->outcome == measure->outcome && row->kind == measure->kind && eng_same_at(row->at, measure->at);
    }
    return printed && row->n > 0 && choice->wanted[row->protocol];
}

void
eng_estimators_print(const eng_summary_t *summary, const eng_choice_t *choice, const eng_measures_t *measures, int outcome, FILE *out)
{
    const char *told[MOST];
    int count = 0;

    fprintf(out, "\nIntervals are 95 %%. Estimators:\n");
    for (int i = 0; i < summary->num_estimates && count < MOST; i++) {
        const eng_estimate_t *row = &summary->estimates[i];
        int j = 0;
        while (j < count && strcmp(told[j], row->estimator) != 0) {
            j++;
        }
        if (j == count && was_printed(row, choice, measures, outcome)) {
            fprintf(out, "  %s\n", row->estimator);
            told[count++] = row->estimator;
        }
    }
}
