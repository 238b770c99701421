/**
 * The lock of a work folder: one run at a time writes a result, also where several machines see the folder.  The file says
 * who holds it and under which attempt; a thread of the holder touches it every few seconds and looks whether it is still
 * the holder's own.  On one machine the system's lock decides: it goes with its process, however that ends.  Where
 * the holder is on another machine, a lock is free that nobody has touched for ENG_LOCK_STALE seconds: not by its date alone, since
 * clocks differ, but by what changes while one looks.  A run whose lock was taken over learns it within ENG_LOCK_BEAT seconds and stops by itself; attempts
 * never share a number, so it cannot have written into a file of its successor.  Serial.
 */
#ifndef ENG_ENGINE_LOCK_H
#define ENG_ENGINE_LOCK_H

#include <pthread.h>
#include <stdbool.h>

#define ENG_LOCK_BEAT 4   /* seconds between touches */
#define ENG_LOCK_STALE 30 /* seconds without a touch: the holder on another machine is gone */
#define ENG_LOCK_LOOK 9   /* of these so many must have been seen: two beats, whatever the date says */
#define ENG_LOCK_WAIT 15  /* seconds that a living holder is waited for: ranks outlive a killed launcher by some */
#define ENG_LOCK_TEXT 512

typedef struct {
    int fd;                   /* -1: not held */
    char *path;               /* owned */
    char text[ENG_LOCK_TEXT]; /* what this holder wrote */
    int attempt;
    bool beating;
    pthread_t thread;
    pthread_mutex_t mutex;    /* of the three below */
    pthread_cond_t wake;
    bool leaving, lost;
} eng_lock_t;

/**
 * Take the lock; the object must not move while it is held.  ENG_ERR_WRITE: another run holds it (message: who), or the
 * file cannot be made.  ENG_STOPPED: its file went while it was waited for; make the folder and try again.  *before: number of the attempt that held it last, 0 none.
 */
int eng_lock_take(eng_lock_t *lock, const char *path, int *before);
/** Write down under which attempt it is held, and begin to keep it alive.  lost_it is called by the thread, once, when it is lost. */
int eng_lock_keep(eng_lock_t *lock, int attempt, void (*lost_it)(void));
/** 0, or ENG_ERR_WRITE with the new holder in the message when another run has taken it over.  Asks the file, not only the thread. */
int eng_lock_check(eng_lock_t *lock);
/** End the thread; the lock stays held.  Before its file is removed. */
void eng_lock_rest(eng_lock_t *lock);
/** End the thread and let go; the file says that nobody holds it, unless another run does.  Legal on a lock not held. */
void eng_lock_drop(eng_lock_t *lock);

/** Does a living run hold the lock of this file?  For `engraft status`, which has no right to take it. */
bool eng_lock_is_held(const char *path);

#endif
