/**
 * The terminal on which stderr arrives.  Serial.
 */
#ifndef ENG_ENGINE_TERMINAL_H
#define ENG_ENGINE_TERMINAL_H

#include <stddef.h>

/** Columns of it now: a window is resized while a run goes on.  Where nobody knows: ENG_TERMINAL_COLUMNS, which fits nearly everywhere. */
#define ENG_TERMINAL_COLUMNS 80
size_t eng_terminal_columns(void);

#endif
