/**
 * Run a study on a communicator.  The only public header that includes mpi.h.  The functions set the calling thread to round to
 * nearest and to keep subnormal numbers, and leave it so.
 *
 *     eng_run_t *run = NULL;
 *     int ret = eng_run_create(&run, &options, MPI_COMM_WORLD);
 *     if (ret == ENG_ERR_STUDY) eng_run_complain(run, stderr);
 *     if (ret == 0) ret = eng_run_run(run);
 *     eng_run_destroy(run);
 */
#ifndef ENGRAFT_RUN_H
#define ENGRAFT_RUN_H

#include <engraft/error.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ENG_RESUME_AUTO,   /* go on where saved work is, else begin */
    ENG_RESUME_NEVER,  /* begin anew; what was saved under this name is removed */
    ENG_RESUME_REQUIRE /* refuse to begin anew */
} eng_resume_t;

typedef enum {
    ENG_PROGRESS_AUTO, /* bar on a terminal, else log */
    ENG_PROGRESS_BAR,  /* one line, rewritten */
    ENG_PROGRESS_LOG,  /* a line a minute */
    ENG_PROGRESS_NONE
} eng_progress_mode_t;

/** All texts are borrowed until eng_run_destroy.  The same values on every rank. */
typedef struct {
    const char *study_path;   /* read by rank 0 only */
    const char *result_path;  /* the folder RESULT.work beside it must be seen by all ranks */
    eng_resume_t resume;
    eng_progress_mode_t progress;
    FILE *screen;             /* where rank 0 draws the bar (stderr); NULL: log lines instead */
    double deadline;          /* seconds after eng_run_create at which the run stops with everything saved; 0 none */
    uint64_t shard, shards;   /* compute only the share `shard` of 1 .. `shards` of the study's blocks; 0, 0: all of it */
    const char *extend_path;  /* a result; the study is then that of this file with more points or patients, and study_path is not read; NULL: none */
    uint64_t extend_points, extend_patients; /* how many there are to be in all: one of them, the other is 0 */
    const char *command_line; /* for /provenance and for the advice what to type next; NULL: none */
} eng_run_options_t;

typedef struct eng_run eng_run_t;

/**
 * Collective.  Reads and checks the study.  *run is NULL or must be destroyed, also after an error.  Every rank
 * returns the same: 0, ENG_ERR_STUDY (see eng_run_complain), ENG_ERR_READ, ENG_ERR_NO_MEMORY, ENG_ERR_MPI.  Of a result that is extended also
 * ENG_ERR_USAGE (it cannot grow so) and ENG_ERR_FORMAT (it is damaged, a shard, or of another version of the model).
 */
int eng_run_create(eng_run_t **run, const eng_run_options_t *options, MPI_Comm comm);

/**
 * Collective.  Runs all courses that neither an earlier attempt has saved nor an extended result has, writes the result file and removes
 * the saved work.
 * Every rank returns the same: 0 complete; ENG_STOPPED stopped on request with everything saved; ENG_ERR_OTHER_STUDY
 * the result or the saved work belong to another study; ENG_ERR_TOO_MANY_FAILURES complete, but more courses failed than
 * the study allows; any other error: what was saved stays.  But ENG_ERR_ALONE (error.h) is returned by one rank while others still wait.
 */
int eng_run_run(eng_run_t *run);

/** Not collective.  On rank 0: all complaints about the study, one line each. */
void eng_run_complain(const eng_run_t *run, FILE *out);

/** Collective.  NULL is allowed. */
void eng_run_destroy(eng_run_t *run);

/**
 * Collective.  Make the result of a study from the files of all its shares, in any order; the same bits as a run of the whole.
 * Texts as in eng_run_options_t, the same on every rank.  0, also when `result_path` is that result already; ENG_ERR_USAGE: a
 * share is missing or there twice; ENG_ERR_OTHER_STUDY: they are not of one study; ENG_ERR_FORMAT: a file is damaged, is
 * no share, or was made by another version of the model; ENG_ERR_TOO_MANY_FAILURES; ENG_STOPPED: asked to end before the file was whole; otherwise as
 * eng_run_run.  Only with 0 and with ENG_ERR_TOO_MANY_FAILURES there is a file; the shares are never touched.
 */
int eng_merge(const char *const *shard_paths, int num_shards, const char *result_path, const char *command_line, MPI_Comm comm);

/** Ask the run of this process to stop soon.  Async-signal-safe; one rank suffices. */
void eng_run_request_stop(void);

#ifdef __cplusplus
}
#endif
#endif
