/**
 * Ranks that write one file together: what fails on one of them all agree on, and where a failure inside of MPI-IO or HDF5 keeps
 * some of them waiting for others for ever, the job ends all the same.
 */
#ifndef ENG_STORE_TOGETHER_H
#define ENG_STORE_TOGETHER_H

#include <mpi.h>

/** Seconds without any progress after which a writing job ends, unless ENGRAFT_WRITE_LIMIT says otherwise. */
#define ENG_WRITE_LIMIT 600.0

typedef struct eng_together eng_together_t;

/** Collective: on every rank or on none.  `part`: the temporary file, removed when the job is ended; kept, not copied. */
int eng_together_create(eng_together_t **together, const char *part, MPI_Comm comm);

/**
 * Collective: the worst code of all ranks, so that every rank leaves together; all have its message.  ENG_STOPPED counts less than an error
 * and more than 0.  Between begin and end a rank whose
 * err is an error waits 10 s for the others, which may be waiting inside of MPI-IO for it: it then returns ENG_ERR_ALONE, at once
 * from any later call, and only MPI_Abort ends the job.
 */
int eng_together_agree(eng_together_t *together, int err);

/**
 * The file is open in all ranks from here to end.  A rank that does not come to agree within the limit cannot come at all: HDF5 went on,
 * after a failed call of MPI-IO, to a collective call of its own, or the file system does not answer.  It then says so and ends with
 * the status of ENG_ERR_WRITE, and the launcher ends the others.
 */
void eng_together_begin(eng_together_t *together);
void eng_together_end(eng_together_t *together);

/** Collective, but after ENG_ERR_ALONE (`alone`): MPI may then still write to what is not freed. */
void eng_together_free(eng_together_t *together, int alone);

#endif
