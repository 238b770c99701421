/**
 * Protocols chosen by patterns.
 */
#include "cli/choice.h"

#include "base/error.h"
#include "base/shell.h"
#include <stdlib.h>
#include <string.h>

#define NAMES_TOLD 8 /* of a study's protocols in a message */
#define LONG 20      /* protocols: more than people read side by side */

/* Does the pattern, up to `end`, describe the whole name?  Only the last star is ever tried again: others cannot help. */
static bool
matches(const char *pattern, const char *end, const char *name)
{
    const char *star = NULL, *behind = NULL;

    while (*name != '\0') {
        if (pattern < end && *pattern == '*') {
            star = ++pattern;
            behind = name;
        } else if (pattern < end && (*pattern == '?' || *pattern == *name)) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star;
            name = ++behind;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*') {
        pattern++;
    }
    return pattern == end;
}

void
eng_choice_names(eng_text_t *out, const eng_study_t *study, const char *wrong)
{
    eng_nearest_t nearest;
    const char *near;

    eng_nearest_init(&nearest, wrong != NULL ? wrong : "");
    for (int p = 0; p < study->num_protocols; p++) {
        eng_nearest_try(&nearest, study->protocols[p].name);
    }
    near = eng_nearest_get(&nearest);
    if (near != NULL) {
        eng_text_add(out, ", did you mean '%s'?", near);
    }
    for (int p = 0; p < study->num_protocols && p < NAMES_TOLD; p++) {
        eng_text_add(out, "%s%s", p > 0 ? ", " : "; the study has ", study->protocols[p].name);
    }
    if (study->num_protocols > NAMES_TOLD) {
        eng_text_add(out, " and %d more", study->num_protocols - NAMES_TOLD);
    }
}

static int
refuse(const eng_study_t *study, const char *pattern, size_t length)
{
    eng_text_t names = { 0 };
    char *word = eng_text_copy(pattern, length), shown[80];

    if (word == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a name");
    }
    eng_choice_names(&names, study, word);
    eng_text_excerpt(shown, sizeof(shown), word);
    const int ret = ENG_FAIL(ENG_ERR_USAGE, "--protocol: no protocol is named '%s'%s; * stands for any characters, ? for one", shown,
        names.data == NULL ? "" : names.data);
    eng_text_free(&names);
    free(word);
    return ret;
}

static int
choose(eng_choice_t *choice, const eng_study_t *study, const char *patterns)
{
    for (const char *at = patterns, *end;; at = end + 1) {
        bool found = false;
        end = at + strcspn(at, ",");
        for (int p = 0; p < study->num_protocols; p++) {
            if (matches(at, end, study->protocols[p].name)) {
                choice->wanted[p] = found = true;
            }
        }
        if (!found) {
            return refuse(study, at, (size_t)(end - at));
        }
        if (*end == '\0') {
            return 0;
        }
    }
}

int
eng_choice_create(eng_choice_t *choice, const eng_study_t *study, const char *patterns)
{
    const size_t protocols = (size_t)study->num_protocols;
    int ret = 0;

    *choice = (eng_choice_t){ .items = calloc(protocols + 1, sizeof(*choice->items)),
        .wanted = calloc(protocols + 1, sizeof(*choice->wanted)), .all = patterns == NULL };
    if (choice->items == NULL || choice->wanted == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %zu protocols", protocols);
    }
    if (patterns != NULL) {
        ret = choose(choice, study, patterns);
    }
    for (int p = 0; p < study->num_protocols; p++) {
        choice->wanted[p] = choice->wanted[p] || patterns == NULL;
        if (choice->wanted[p]) {
            choice->items[choice->count++] = p;
        }
    }
    return ret;
}

void
eng_choice_free(eng_choice_t *choice)
{
    free(choice->items);
    free(choice->wanted);
    *choice = (eng_choice_t){ 0 };
}

void
eng_choice_print_hint(const eng_choice_t *choice, const char *command, const char *path, bool one_outcome, FILE *out)
{
    eng_text_t file = { 0 };

    if (choice->count <= LONG) {
        return;
    }
    fprintf(out, "\nThese are %d protocols. For some of them: engraft %s %s --protocol 'A,B*'%s\n", choice->count, command,
        eng_shell_file_text(&file, path), one_outcome ? "" : "; for all of one outcome: --outcome X");
    eng_text_free(&file);
}
