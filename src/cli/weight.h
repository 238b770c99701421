/**
 * How much the sums of a study weigh, by what they are kept for.
 */
#ifndef ENG_CLI_WEIGHT_H
#define ENG_CLI_WEIGHT_H

#include "study/layout.h"
#include "study/records.h"

#include <stdio.h>

/** One line: bytes of outcomes, of pairs, of each split of the patients, of trajectories, of all points together, of records. */
void eng_weight_print(const eng_layout_t *layout, const eng_records_t *records, FILE *out);
/** "419 kB" */
void eng_bytes_print(double bytes, FILE *out);

#endif
