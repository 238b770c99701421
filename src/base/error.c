/**
 * Codes, their texts and exit statuses from the one list in include/engraft/error.h, and the text of the
 * last failure of each thread.
 */
#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_SIZE 64 /* " (file:line)" of a debug build */

static _Thread_local char last_message[ENG_ERROR_SIZE];

const char *
eng_strerror(int code)
{
#define AS_TEXT(name, number, status, text)                                                                            \
    case (name):                                                                                                       \
        return text;
    switch (code) {
        ENG_ERROR_LIST(AS_TEXT)
    case ENG_OK:
        return "no error";
    case ENG_STOPPED:
        return "stopped; everything is saved";
    default:
        return "unknown error";
    }
#undef AS_TEXT
}

int
eng_exit_status(int code)
{
#define AS_STATUS(name, number, status, text)                                                                          \
    case (name):                                                                                                       \
        return status;
    switch (code) {
        ENG_ERROR_LIST(AS_STATUS)
    case ENG_OK:
        return 0;
    case ENG_STOPPED:
        return 75;
    default:
        return 70;
    }
#undef AS_STATUS
}

/* Too long for `message`, where its beginning stands: all of it again, without its middle. */
static void
leave_out_middle(char *message, size_t size, size_t length, const char *format, va_list args)
{
    char *whole = malloc(length + 1);

    if (whole != NULL) {
        vsnprintf(whole, length + 1, format, args);
        eng_text_ends(message, size, whole);
        free(whole);
    }
}

int
eng_fail(int code, const char *file, int line, const char *format, ...)
{
    char message[ENG_ERROR_SIZE]; /* apart from last_message: an argument may be the last message itself */
    const size_t room = sizeof(message) - PLACE_SIZE;
    va_list args, again;
    int length;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(message, room, format, args);
    if (length >= 0 && (size_t)length >= room) {
        leave_out_middle(message, room, (size_t)length, format, again);
    }
    va_end(again);
    va_end(args);
    if (length < 0) {
        snprintf(message, sizeof(message), "%s", eng_strerror(code));
    }
    eng_text_one_line(message);
#ifdef ENG_DEBUG
    length = (int)strlen(message);
    snprintf(message + length, sizeof(message) - (size_t)length, " (%s:%d)", file, line);
#else
    (void)file;
    (void)line;
#endif
    memcpy(last_message, message, sizeof(last_message));
    return code;
}

const char *
eng_error_message(void)
{
    return last_message;
}

void
eng_error_clear(void)
{
    last_message[0] = '\0';
}

int
eng_error_of_file(int ret, const char *path)
{
    return ret == 0 || strstr(last_message, path) != NULL ? ret : ENG_FAIL(ret, "%s: %s", path, last_message);
}
