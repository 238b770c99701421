/**
 * How this process was started, read from the environment before MPI_Init.
 */
#ifndef ENG_ENGINE_LAUNCH_H
#define ENG_ENGINE_LAUNCH_H

#include <stdbool.h>

/**
 * ENG_ERR_USAGE if a launcher started several processes that MPI would take for as many programs of one rank each,
 * with the remedy in the message.  *speak: this process is the one to print it.
 */
int eng_launch_check(bool *speak);

/**
 * After MPI_Init, of a world of `size` ranks: ENG_ERR_USAGE if the launcher has started more processes than MPI sees (its MPI or
 * PMIx does not fit this one's).
 */
int eng_launch_verify(int size);

/** Set what Open MPI needs to hear before MPI_Init; what the user has set stays. */
int eng_launch_prepare(void);

/** Is a person looking at stderr, also through mpirun on this machine? */
bool eng_launch_terminal(void);

/** Name of the batch job, "" outside one. */
const char *eng_launch_job(void);

#endif
