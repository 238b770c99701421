/**
 * The folder RESULT.work of a run in progress: lock, journals, status, list of attempts.  Used by rank 0, and by
 * `engraft status`.  Serial.
 */
#ifndef ENG_ENGINE_WORKDIR_H
#define ENG_ENGINE_WORKDIR_H

#include "engine/lock.h"
#include "study/study.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *path;      /* owned: RESULT.work */
    eng_lock_t lock; /* held: lock.fd >= 0; the folder must not move in memory then */
    char **journals; /* owned: paths of the journals of earlier attempts, the newest attempt first */
    int num_journals;
    int attempt;     /* of this run: one more than the last, from 1 */
} eng_workdir_t;

/**
 * Make or enter the folder of a result and lock it.  ENG_ERR_WRITE: cannot, or another run holds it (its host and
 * process are in the message).  Free is legal whatever happens.
 */
int eng_workdir_enter(eng_workdir_t *dir, const char *result_path);
/** Write a file of the folder whole, durably and at once (another name, then renamed). */
int eng_workdir_put(const eng_workdir_t *dir, const char *file, const char *bytes, size_t length);
/** Only look: path and journals, no lock.  ENG_ERR_READ if there is no such folder. */
int eng_workdir_look(eng_workdir_t *dir, const char *result_path);
/** Remove the journals of earlier attempts. */
int eng_workdir_forget(eng_workdir_t *dir);
/** Remove the folder and what engraft has put there, and release the lock. */
int eng_workdir_remove(eng_workdir_t *dir);
/**
 * The result is complete: remove the folder that a run left which was killed between giving the result its name and the end of tidying
 * up.  Nothing happens where there is none, where a run holds it, or where another study's work is saved in it.  Free is owed whatever
 * happens.
 */
int eng_workdir_clear(eng_workdir_t *dir, const char *result_path, const eng_study_t *study);
void eng_workdir_free(eng_workdir_t *dir);

/** RESULT.work, or a file in it (NULL: the folder); owned by the caller. */
char *eng_workdir_path(const char *result_path, const char *file);
/** Append one line to a file of the folder. */
int eng_workdir_note(const eng_workdir_t *dir, const char *file, const char *line);
/** The text of a file of the folder, "" if there is none; owned by the caller; NULL without memory. */
char *eng_workdir_text(const eng_workdir_t *dir, const char *file);
/** Does a process hold the lock, that is: is a run under way? */
bool eng_workdir_busy(const eng_workdir_t *dir);

#endif
