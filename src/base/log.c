/**
 * Levelled lines to stderr.  A line is one write(), so that the lines of many ranks that share a terminal or
 * a file are not mixed.
 */
#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 4096

/* Set once by main before anything else runs; read only from then on. */
static int this_rank = 0;
static eng_log_level_t highest_level = ENG_LOG_INFO;

void
eng_log_set(int rank, eng_log_level_t level)
{
    this_rank = rank;
    highest_level = level;
}

static void
write_all(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, text, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return; /* nobody is left to be told that stderr cannot be written */
        }
        text += written;
        length -= (size_t)written;
    }
}

void
eng_log(eng_log_level_t level, const char *format, ...)
{
    static const char prefix[] = "engraft: ", cut[] = " ...";
    char line[LINE_SIZE];
    const size_t start = sizeof(prefix) - 1, room = sizeof(line) - start - 1; /* one byte for the newline */
    int saved_errno = errno, length;
    size_t end;
    va_list args;

    if (level > highest_level || (level >= ENG_LOG_INFO && this_rank != 0)) {
        return;
    }
    memcpy(line, prefix, start);
    va_start(args, format);
    length = vsnprintf(line + start, room, format, args);
    va_end(args);
    if (length < 0) {
        return;
    }
    end = start + (size_t)length;
    if ((size_t)length >= room) {
        end = start + room - 1;
        memcpy(line + end - (sizeof(cut) - 1), cut, sizeof(cut) - 1);
    }
    eng_text_one_line(line);
    line[end++] = '\n';
    write_all(line, end);
    errno = saved_errno;
}
