/**
 * Where a rank's time goes during a run: CPU seconds of its thread by phase, seconds asleep waiting for others, and peak
 * memory.  A change of phase costs two readings of clocks, below a microsecond, and happens a few times a tile.
 */
#ifndef ENG_ENGINE_PROFILE_H
#define ENG_ENGINE_PROFILE_H

#include <stddef.h>
#include <stdint.h>
#include <mpi.h>

typedef enum {
    ENG_PHASE_START,    /* reading, design, saved work: before the first hand-out */
    ENG_PHASE_LOOP,     /* drawing, screening and running patients */
    ENG_PHASE_REDUCE,   /* adding courses to words, rows of /records */
    ENG_PHASE_COMMIT,   /* packing, journals, delivery to owners and what comes from others */
    ENG_PHASE_HAND_OUT, /* asking, answering, looking at messages, progress, waiting */
    ENG_PHASE_WRITE,    /* sums over ranks and the result file: after the last commit */
    ENG_NUM_PHASES
} eng_phase_t;

typedef struct {
    eng_phase_t now;
    double since;                /* CPU seconds of this thread at the last change */
    double cpu[ENG_NUM_PHASES];  /* seconds */
    double asleep;               /* seconds of wall time between first hand-out and last commit */
    double began, ended;         /* monotonic seconds: first hand-out, last commit (this rank) */
} eng_profile_t;

/** Over all ranks.  Plain record. */
typedef struct {
    double cpu[ENG_NUM_PHASES]; /* sums */
    double asleep, span;        /* sums of ranks: seconds */
    uint64_t peak_bytes;        /* of the largest rank */
    int ranks;
} eng_profile_sum_t;

void eng_profile_start(eng_profile_t *profile);
/** Enter a phase; returns the one before, to go back to.  profile may be NULL: nothing is measured. */
eng_phase_t eng_profile_enter(eng_profile_t *profile, eng_phase_t phase);
/** Collective.  Sums over ranks so far. */
int eng_profile_sum(eng_profile_t *profile, eng_profile_sum_t *sum, MPI_Comm comm);
/** One line: shares of the CPU time of the sweep, courses per CPU-second, start and write apart, memory. */
void eng_profile_text(const eng_profile_sum_t *sum, uint64_t courses, char *text, size_t size);

#endif
