/**
 * What the check of a protocol finds.  The members of a family repeat it: it is told once, with the members that it is about.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is it this finding, of whichever members?  Their names stand in front, ": " between. */
static bool
is_about(const eng_complaint_t *complaint, int line, int column, bool error, const char *text)
{
    const size_t length = strlen(complaint->text), behind = strlen(text) + 2;

    return complaint->line == line && complaint->column == column && complaint->error == error && length > behind &&
        strncmp(complaint->text + length - behind, ": ", 2) == 0 && strcmp(complaint->text + length - behind + 2, text) == 0;
}

static void
rewrite(eng_reader_t *self, const eng_finding_t *finding, const char *text)
{
    const int members = finding->last - finding->first + 1;
    char line[480], some[40] = "";
    char *copy;

    if (finding->count < members) {
        snprintf(some, sizeof(some), ", %d of them", finding->count);
    }
    snprintf(line, sizeof(line), "%s[%d] %s %s[%d]%s: %s", self->family.name, finding->first,
        members == 2 ? "and" : "to", self->family.name, finding->last, some, text);
    copy = eng_text_copy(line, strlen(line));
    if (copy == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    free(self->study->complaints[finding->complaint].text);
    self->study->complaints[finding->complaint].text = copy;
}

void
eng_reader_finding(eng_reader_t *self, int line, int column, bool error, const char *protocol, const char *text)
{
    const eng_study_t *study = self->study;
    const int before = study->num_complaints, member = self->family.member;
    char told[480];

    for (int j = 0; j < self->num_findings; j++) {
        eng_finding_t *finding = &self->findings[j];
        if (is_about(&study->complaints[finding->complaint], line, column, error, text)) {
            if (finding->last != member) { /* one action at several times is found several times */
                finding->last = member;
                finding->count++;
                rewrite(self, finding, text);
            }
            return;
        }
    }
    snprintf(told, sizeof(told), "%s: %s", protocol, text);
    eng_reader_tell(self, line, column, error, told);
    if (self->family.vary != NULL && study->num_complaints > before && ENG_READER_GROW(self, self->findings, self->num_findings)) {
        self->findings[self->num_findings++] = (eng_finding_t){ study->num_complaints - 1, member, member, 1 };
    }
}

void
eng_reader_family(eng_reader_t *self, const eng_yaml_node_t *vary, bool crossed, const char *name, int member)
{
    if (vary != NULL && member == 0) {
        self->num_findings = 0;
    }
    self->family = (eng_family_t){ vary, crossed, name, member };
}
