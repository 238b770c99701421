/**
 * Codes, their texts and exit statuses from the one list in include/engraft/error.h, and the text of the
 * last failure of each thread.
 */
#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_SIZE 1024

static _Thread_local char last_message[MESSAGE_SIZE];

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

int
eng_fail(int code, const char *file, int line, const char *format, ...)
{
    char message[MESSAGE_SIZE]; /* apart from last_message: an argument may be the last message itself */
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(message, sizeof(message), format, args);
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
