/**
 * A failure on one rank is agreed on before the next collective call: every rank leaves together, with one code and
 * one message.
 */
#ifndef ENG_STORE_AGREE_H
#define ENG_STORE_AGREE_H

#include "base/error.h"
#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Collective.  The lowest code over all ranks (errors are negative, so 0 means that nobody failed); every rank then
 * has the message of the lowest rank that has this code as its last failure.  ENG_ERR_ALONE is returned at once: nobody comes.
 */
int eng_agree(int code, MPI_Comm comm);

/** Collective.  The second half of it: all have the message of the rank `owner`, whose error `code` is, and return that code. */
int eng_agree_message(int code, int owner, MPI_Comm comm);

/** 0, or ENG_ERR_MPI with `what` in the message, from the return code of an MPI call. */
int eng_mpi_check(int rc, const char *what);

/** Collective.  Broadcast from rank 0 / sum over ranks (in place), of any length. */
int eng_mpi_bcast(void *bytes, size_t length, MPI_Comm comm);
int eng_mpi_sum(int64_t *words, size_t n, MPI_Comm comm);

#endif
