/**
 * A library to be put in front of libc (LD_PRELOAD): a file system without locks, as some network file systems are mounted.  flock and the
 * record locks of fcntl fail with the errno of NO_LOCKS.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>

static int
refuse(void)
{
    const char *why = getenv("NO_LOCKS");

    errno = why != NULL ? (int)strtol(why, NULL, 10) : ENOLCK;
    return -1;
}

int
flock(int fd, int operation)
{
    (void)fd, (void)operation;
    return refuse();
}

#define RECORD_LOCKS(name)                                                              \
    int name(int fd, int command, ...)                                                  \
    {                                                                                   \
        int (*real)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, #name);   \
        va_list rest;                                                                   \
        va_start(rest, command);                                                        \
        void *argument = va_arg(rest, void *);                                          \
        va_end(rest);                                                                   \
        return command == F_SETLK || command == F_SETLKW ? refuse() : real(fd, command, argument); \
    }
RECORD_LOCKS(fcntl)
RECORD_LOCKS(fcntl64)
