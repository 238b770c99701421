/**
 * Levelled lines to stderr, from one rank at a time.  The only printing below cli.
 * Rank and level are set once by main; the default is rank 0 of 1 and ENG_LOG_INFO.
 */
#ifndef ENG_BASE_LOG_H
#define ENG_BASE_LOG_H

#include "base/error.h"

typedef enum { ENG_LOG_ERROR = 0, ENG_LOG_WARN = 1, ENG_LOG_INFO = 2, ENG_LOG_DEBUG = 3 } eng_log_level_t;

void eng_log_set(int rank, eng_log_level_t level);

/** One line, "engraft: " in front and newline behind.  INFO and below: rank 0 only; errors and warnings: every rank. */
void eng_log(eng_log_level_t level, const char *format, ...) ENG_PRINTF(2, 3);

#endif
