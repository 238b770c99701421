/**
 * What the parameters of one point are.
 */
#ifndef ENG_CLI_POINT_VALUES_H
#define ENG_CLI_POINT_VALUES_H

#include "cli/source.h"

/** Its number, then every uncertain parameter with its value and unit. */
int eng_point_print(const eng_source_t *source, uint64_t point, FILE *out);

#endif
