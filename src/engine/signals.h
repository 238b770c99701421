/**
 * Requests to stop.  INT, TERM, USR1 and USR2 ask; asking twice changes nothing, except a second INT more than a second
 * after the first, which leaves at once (what is in the journals stays good).
 */
#ifndef ENG_ENGINE_SIGNALS_H
#define ENG_ENGINE_SIGNALS_H

#include <stdbool.h>

/** Take the four signals.  ENG_ERR_INTERNAL if the system refuses. */
int eng_signals_catch(void);
/** The signal that asked for a stop, 0 if none did; -1 if eng_run_request_stop did. */
int eng_signals_stop(void);
/** Is an end wanted now?  INT, TERM and eng_run_request_stop want one; USR1 and USR2 come long before, and leave time to write a result. */
bool eng_signals_end(void);
/** Forget requests (a library's next run). */
void eng_signals_clear(void);

#endif
