/**
 * Failing with a code and a message.  Thread-local text of the last failure, as errno is; the only
 * mutable global below engine/.
 */
#ifndef ENG_BASE_ERROR_H
#define ENG_BASE_ERROR_H

#include <engraft/error.h>

#if defined(__GNUC__)
#define ENG_MUST_CHECK __attribute__((warn_unused_result))
#define ENG_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define ENG_MUST_CHECK
#define ENG_PRINTF(fmt, first)
#endif

/** Room for any message and its NUL; with the prefix of a log line it still goes to a pipe as one piece (PIPE_BUF). */
#define ENG_ERROR_SIZE 4000

/**
 * Return `code` after storing the formatted message as the last failure; one that is too long loses its middle, which is part of a
 * path, not the reason at its end.  A debug build also keeps file and line.  Usage: ret = ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno)); goto out;
 */
#define ENG_FAIL(code, ...) eng_fail((code), __FILE__, __LINE__, __VA_ARGS__)

int eng_fail(int code, const char *file, int line, const char *format, ...) ENG_PRINTF(4, 5);

/** Text of this thread's last failure ("" if none).  Valid until the next failure. */
const char *eng_error_message(void);

/** `ret`, and a failure's message names the file, which it may do already.  ENG_OK changes nothing. */
int eng_error_of_file(int ret, const char *path);

/** Forget the last failure. */
void eng_error_clear(void);

#endif
