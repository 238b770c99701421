/**
 * Who holds a lock, as the line in its file says.  Serial.
 */
#ifndef ENG_ENGINE_LOCK_HOLDER_H
#define ENG_ENGINE_LOCK_HOLDER_H

#include "engine/lock.h"
#include <stdbool.h>

#define ENG_HOLDER_HOST 256

/** Who holds it, as the holder wrote it; text "" nobody. */
typedef struct {
    char text[ENG_LOCK_TEXT];
    char told[ENG_LOCK_TEXT]; /* the same for people */
    char host[ENG_HOLDER_HOST];
    long process;               /* 0 none: let go, or never held */
    int attempt;                /* 0 none */
    unsigned long long started; /* of the process, in ticks since the machine's start; 0 not known */
} eng_holder_t;

/** What the open file says.  A line that cannot be read is nobody's. */
void eng_holder_read(int fd, eng_holder_t *holder);
bool eng_holder_is_here(const eng_holder_t *holder);
/** Is the process of this machine that wrote the line alive?  Where the system's lock cannot be had this is what tells. */
bool eng_holder_is_alive(const eng_holder_t *holder);
/** When a process of this machine began: a number that is used again has another time.  0: there is none. */
unsigned long long eng_holder_start_of(long process);

#endif
