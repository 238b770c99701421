/**
 * The example studies of jobs/studies, as the build found them: texts that are part of the command.  Made by the Makefile.
 */
#ifndef ENG_CLI_EXAMPLES_H
#define ENG_CLI_EXAMPLES_H

#include <stddef.h>

typedef struct {
    const char *name; /* of the study's file, without .yaml */
    const char *text; /* begins with its question: "# QUESTION" */
    size_t length;
} eng_example_t;

/** In the order of their names; the last has the name NULL. */
extern const eng_example_t eng_examples[];

#endif
