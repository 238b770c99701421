/**
 * Signs of life of a run on another machine: a file that it touches every few seconds.  Dates are by the clock of whoever set
 * them and clocks differ, by hours where one is wrong; that a date or a text has changed between two looks is certain.  Serial.
 */
#ifndef ENG_ENGINE_HEARTBEAT_H
#define ENG_ENGINE_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t stamp; /* of date and text, as they were seen last */
    double seen;    /* monotonic seconds: since when they are so */
    bool alive;     /* they have changed while we looked */
} eng_heartbeat_t;

void eng_heartbeat_begin(eng_heartbeat_t *heart, const char *path);
/** Look again: seconds since something was last seen to change. */
double eng_heartbeat_silence(eng_heartbeat_t *heart, const char *path);

#endif
