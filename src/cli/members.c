/**
 * Members of families, told by what varies.
 */
#include "cli/members.h"

enum { MOST = 100 }; /* a list of hundreds is for programs: /protocols of the result has it */

void
eng_members_print(const eng_study_t *study, const eng_choice_t *choice, FILE *out)
{
    int printed = 0;

    for (int j = 0; j < study->num_members && printed < MOST; j++) {
        const eng_member_t *member = &study->members[j];
        if (choice->wanted[member->protocol]) {
            fprintf(out, "%s  %s: %s\n", printed == 0 ? "\nMembers of families:\n" : "", study->protocols[member->protocol].name,
                member->text);
            printed++;
        }
    }
}
