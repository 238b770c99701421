/**
 * Which protocols a table is about.  Families make a thousand of them, and a table of all is for programs.
 */
#ifndef ENG_CLI_CHOICE_H
#define ENG_CLI_CHOICE_H

#include "base/text.h"
#include "study/study.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    int *items;   /* owned: protocols by rising number */
    int count;
    bool *wanted; /* owned: by protocol */
    bool all;     /* nobody chose */
} eng_choice_t;

/**
 * The protocols whose names one of the patterns names, all where `patterns` is NULL.  Patterns stand between commas; `*` is
 * any characters and `?` one; brackets are themselves, since members of families have them in their names.
 * ENG_ERR_USAGE: a pattern names none (message: the nearest name, and what there is).  Free is owed whatever happens.
 */
int eng_choice_create(eng_choice_t *choice, const eng_study_t *study, const char *patterns);
void eng_choice_free(eng_choice_t *choice);

/**
 * ", did you mean 'x'?; the study has a, b, c and 7 more": the end of a message about a name that no protocol has (NULL: none was
 * given).  Free with eng_text_free.
 */
void eng_choice_names(eng_text_t *out, const eng_study_t *study, const char *wrong);

/** Behind a table that is too long to be read: how to make a shorter one of `command` on `path`. */
void eng_choice_print_hint(const eng_choice_t *choice, const char *command, const char *path, bool one_outcome, FILE *out);

#endif
