/**
 * Waiting for a lock: until its holder has let go of it, or is known to be dead.  Serial.
 */
#ifndef ENG_ENGINE_LOCK_WAIT_H
#define ENG_ENGINE_LOCK_WAIT_H

#include "engine/lock_holder.h"

/**
 * Wait for a living holder, and for the end of silence of one that may be dead, and say so.  True: the lock is free, and the system's
 * lock ours where the file system has any.  False: its holder is alive after ENG_LOCK_WAIT seconds.  *holder: who had it last.
 */
bool eng_lock_wait(const eng_lock_t *lock, eng_holder_t *holder);

#endif
