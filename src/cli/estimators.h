/**
 * The foot of the tables of estimates: by which estimators their numbers were made.
 */
#ifndef ENG_CLI_ESTIMATORS_H
#define ENG_CLI_ESTIMATORS_H

#include "cli/choice.h"
#include "cli/measure.h"

/** Each estimator once: of the rows of `outcome`, or where it is negative of the measures, under the chosen protocols. */
void eng_estimators_print(const eng_summary_t *summary, const eng_choice_t *choice, const eng_measures_t *measures, int outcome, FILE *out);

#endif
