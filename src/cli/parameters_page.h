/**
 * docs/PARAMETERS.md: every parameter of the model, from its tables.
 */
#ifndef ENG_CLI_PARAMETERS_PAGE_H
#define ENG_CLI_PARAMETERS_PAGE_H

#include "base/dist.h"
#include "cli/table.h"

/** The page on stdout; a name is refused. */
int eng_parameters_page(const char *name);
/** "lognormal 0.02, 0.4" */
void eng_describe_law(char text[ENG_CELL_SIZE], const eng_dist_t *law);

#endif
