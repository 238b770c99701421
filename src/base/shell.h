/**
 * Words as a person types them to a shell: what a message says to type must do what it says.  Serial.
 */
#ifndef ENG_BASE_SHELL_H
#define ENG_BASE_SHELL_H

#include "base/text.h"

/** Add a word, in quotes where a POSIX shell would otherwise take it for something else. */
void eng_shell_word(eng_text_t *out, const char *word);
/** Likewise the name of a file: one that begins with '-' gets "./" in front, since commands would take it for an option. */
void eng_shell_file(eng_text_t *out, const char *path);

/** The latter by itself; never NULL; free with eng_text_free. */
const char *eng_shell_file_text(eng_text_t *out, const char *path);

#endif
