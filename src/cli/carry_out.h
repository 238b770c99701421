/**
 * What the commands that compute have in common: options of a run, and carrying one out.
 */
#ifndef ENG_CLI_CARRY_OUT_H
#define ENG_CLI_CARRY_OUT_H

#include "base/text.h"
#include <engraft/run.h>

/** The command as a person would type it again, quoted where a shell needs it; ranks 1: without mpirun.  text is freed by the caller. */
void eng_command_text(int argc, char **argv, int ranks, eng_text_t *text);

/** --resume, --progress and --deadline (NULL: none) of `command`, which mistakes are named by; ENG_ERR_USAGE. */
int eng_run_modes(const char *command, const char *resume, const char *progress, const char *deadline, eng_run_options_t *options);

/** A run from its options to its result; a study's mistakes are told on stderr.  Collective over MPI_COMM_WORLD. */
int eng_carry_out(int argc, char **argv, eng_run_options_t *options);

#endif
