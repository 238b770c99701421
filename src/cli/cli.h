/**
 * The commands of `engraft`.  A command is one file cmd_<name>.c that fills one const row; main finds it by name,
 * prints its help and turns what it returns into the exit status.
 */
#ifndef ENG_CLI_CLI_H
#define ENG_CLI_CLI_H

#include <stdbool.h>

typedef struct {
    const char *name, *usage, *help; /* usage: what stands behind the name; help: text of `--help`, lines below 100 columns */
    bool needs_mpi;
    /** argv[0] is the command's name.  Negative ENG_ERR_* (main prints the last failure) or an exit status >= 0. */
    int (*run)(int argc, char **argv);
} eng_command_t;

extern const eng_command_t eng_command_check;
extern const eng_command_t eng_command_run;
extern const eng_command_t eng_command_status;
extern const eng_command_t eng_command_merge;
extern const eng_command_t eng_command_extend;
extern const eng_command_t eng_command_show;
extern const eng_command_t eng_command_compare;
extern const eng_command_t eng_command_sensitivity;
extern const eng_command_t eng_command_trace;
extern const eng_command_t eng_command_diff;
extern const eng_command_t eng_command_export;
extern const eng_command_t eng_command_list;

#endif
