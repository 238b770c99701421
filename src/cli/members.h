/**
 * The foot of tables: what the members of families are.
 */
#ifndef ENG_CLI_MEMBERS_H
#define ENG_CLI_MEMBERS_H

#include "cli/choice.h"

/** "intensity[2]: dose 7.5 mg/kg", a line for each of the chosen protocols that is a member of a family. */
void eng_members_print(const eng_study_t *study, const eng_choice_t *choice, FILE *out);

#endif
