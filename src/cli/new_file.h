/**
 * Text under a name that a user gave: a new file appears whole or not at all, nothing that stands there is replaced, and what is no file
 * (a pipe, a terminal, /dev/stdout) is written to.
 */
#ifndef ENG_CLI_NEW_FILE_H
#define ENG_CLI_NEW_FILE_H

#include <stddef.h>

/** ENG_ERR_WRITE if the name is taken: said before the work, which would be in vain.  It may be taken later. */
int eng_new_file_check(const char *path);
/** Write all of it, or ENG_ERR_WRITE with nothing under the name that was not there. */
int eng_new_file_write(const char *path, const char *text, size_t length);

#endif
