/**
 * How often a rank saves: what the run and the cost model share.
 */
#ifndef ENG_ENGINE_SAVE_H
#define ENG_ENGINE_SAVE_H

/* Between records of a journal, in the system's hands: survives a kill of the process.  Early ones come sooner. */
#define ENG_SAVE_FIRST_SECONDS 0.25
#define ENG_SAVE_SECONDS 2.0
#define ENG_SAVE_SECONDS_A_RANK 0.01 /* more of them where many ranks share a file system */

/** Seconds between two records of a rank, once a run has gone on for a while. */
static inline double
eng_save_most(int ranks)
{
    return ENG_SAVE_SECONDS + ENG_SAVE_SECONDS_A_RANK * ranks;
}

#endif
