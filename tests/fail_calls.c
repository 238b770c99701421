/**
 * A library to be put in front of libc (LD_PRELOAD): the k-th call that opens, reads, writes, makes, renames or removes a file whose path has
 * FAIL_PATH in it fails once.  fault_calls.py builds and drives it.
 *
 *   FAIL_PATH    part of the path                   FAIL_AT     k, from 1; 0 or unset: none fails
 *   FAIL_HOW     a number of errno, or "short" (reads and writes: half of it; others: EINTR), or "kill" (SIGKILL before the call)
 *   FAIL_RANK    only this rank of mpirun           FAIL_TRACE  file that gets a line for every call seen: "call path"
 *   FAIL_FIRED   file that is made when it fails    FAIL_CALL   only calls of this function count
 *
 * What stdio does inside libc cannot be caught; fopen, fflush and fclose fail in its place.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SHORT = -1, KILL = -2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long seen;

/* By the system's own call, so that the line is not counted. */
static void
put_line(const char *file, const char *call, const char *path)
{
    char line[4200];
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const int length = snprintf(line, sizeof(line), "%s %s\n", call, path);

    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, (size_t)length);
        syscall(SYS_close, fd);
    }
}

static bool
is_this_rank(void)
{
    const char *rank = getenv("FAIL_RANK"), *mine = getenv("OMPI_COMM_WORLD_RANK");

    return rank == NULL || (mine != NULL && strcmp(rank, mine) == 0);
}

/* 0: let it pass; else the error, SHORT.  Counts the call. */
static int
verdict(const char *call, const char *path)
{
    const char *part = getenv("FAIL_PATH"), *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW"), *file = getenv("FAIL_TRACE");
    const char *only = getenv("FAIL_CALL");
    bool now;

    if (part == NULL || path == NULL || strstr(path, part) == NULL || !is_this_rank()) {
        return 0;
    }
    const bool counts = only == NULL || strcmp(call, only) == 0;
    pthread_mutex_lock(&mutex);
    seen += counts;
    now = at != NULL && counts && seen == strtol(at, NULL, 10);
    if (file != NULL) {
        put_line(file, call, path);
    }
    pthread_mutex_unlock(&mutex);
    if (!now || how == NULL) {
        return 0;
    }
    if (getenv("FAIL_FIRED") != NULL) {
        put_line(getenv("FAIL_FIRED"), call, path);
    }
    if (strcmp(how, "kill") == 0) {
        kill(getpid(), SIGKILL);
    }
    return strcmp(how, "short") == 0 ? SHORT : (int)strtol(how, NULL, 10);
}

static int
verdict_of(const char *call, int fd)
{
    char link[64], path[4096];

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    const ssize_t n = readlink(link, path, sizeof(path) - 1);
    if (n <= 0) {
        return 0;
    }
    path[n] = '\0';
    return verdict(call, path);
}

#define NEXT(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
/* SHORT has no meaning for what does not count bytes: interrupted instead. */
#define FAIL_IF(expression, value)                \
    do {                                          \
        const int err_ = (expression);            \
        if (err_ != 0) {                          \
            errno = err_ == SHORT ? EINTR : err_; \
            return value;                         \
        }                                         \
    } while (0)

#define MOVES(name, parameters, shorter, whole) \
    ssize_t name parameters                      \
    {                                            \
        NEXT(name);                              \
        const int err = verdict_of(#name, fd);   \
        if (err == SHORT && (shorter)) {         \
            return real whole;                   \
        }                                        \
        if (err != 0) {                          \
            errno = err == SHORT ? EINTR : err;  \
            return -1;                           \
        }                                        \
        return real whole;                       \
    }

#define HALVE (n > 1 ? (n /= 2, true) : false)
#define FEWER (n > 1 ? (n -= 1, true) : false)
MOVES(write, (int fd, const void *bytes, size_t n), HALVE, (fd, bytes, n))
MOVES(pwrite, (int fd, const void *bytes, size_t n, off_t at), HALVE, (fd, bytes, n, at))
MOVES(pwrite64, (int fd, const void *bytes, size_t n, off64_t at), HALVE, (fd, bytes, n, at))
MOVES(writev, (int fd, const struct iovec *parts, int n), FEWER, (fd, parts, n))
MOVES(pwritev, (int fd, const struct iovec *parts, int n, off_t at), FEWER, (fd, parts, n, at))
MOVES(pwritev64, (int fd, const struct iovec *parts, int n, off64_t at), FEWER, (fd, parts, n, at))
/* Reading too: what cannot be read back cannot be vouched for. */
MOVES(read, (int fd, void *bytes, size_t n), HALVE, (fd, bytes, n))
MOVES(pread, (int fd, void *bytes, size_t n, off_t at), HALVE, (fd, bytes, n, at))
MOVES(pread64, (int fd, void *bytes, size_t n, off64_t at), HALVE, (fd, bytes, n, at))

#define OF_FD(name, parameters, whole)            \
    int name parameters                           \
    {                                             \
        NEXT(name);                               \
        FAIL_IF(verdict_of(#name, fd), -1);       \
        return real whole;                        \
    }
OF_FD(fsync, (int fd), (fd))
OF_FD(fdatasync, (int fd), (fd))
OF_FD(ftruncate, (int fd, off_t length), (fd, length))
OF_FD(ftruncate64, (int fd, off64_t length), (fd, length))
OF_FD(fallocate, (int fd, int mode, off_t at, off_t length), (fd, mode, at, length))
OF_FD(fallocate64, (int fd, int mode, off64_t at, off64_t length), (fd, mode, at, length))

/* These two return the error. */
#define RETURNS_ERRNO(name, parameters, whole)      \
    int name parameters                             \
    {                                               \
        NEXT(name);                                 \
        const int err = verdict_of(#name, fd);      \
        return err == 0 ? real whole : err == SHORT ? EINTR : err; \
    }
RETURNS_ERRNO(posix_fallocate, (int fd, off_t at, off_t length), (fd, at, length))
RETURNS_ERRNO(posix_fallocate64, (int fd, off64_t at, off64_t length), (fd, at, length))

#define OF_PATH(name, parameters, whole)        \
    int name parameters                         \
    {                                           \
        NEXT(name);                             \
        FAIL_IF(verdict(#name, path), -1);      \
        return real whole;                      \
    }
OF_PATH(rename, (const char *path, const char *to), (path, to))
OF_PATH(link, (const char *path, const char *to), (path, to))
OF_PATH(unlink, (const char *path), (path))
OF_PATH(rmdir, (const char *path), (path))
OF_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
OF_PATH(truncate, (const char *path, off_t length), (path, length))
OF_PATH(truncate64, (const char *path, off64_t length), (path, length))

int
renameat2(int from, const char *path, int at, const char *to, unsigned flags)
{
    NEXT(renameat2);
    FAIL_IF(verdict("renameat2", path), -1);
    return real(from, path, at, to, flags);
}

static mode_t
mode_of(int flags, va_list rest)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? (mode_t)va_arg(rest, unsigned) : 0;
}

#define OPENS(name)                                  \
    int name(const char *path, int flags, ...)       \
    {                                                \
        NEXT(name);                                  \
        va_list rest;                                \
        va_start(rest, flags);                       \
        const mode_t mode = mode_of(flags, rest);    \
        va_end(rest);                                \
        FAIL_IF(verdict(#name, path), -1);           \
        return real(path, flags, mode);              \
    }
OPENS(open)
OPENS(open64)

void *
mmap(void *where, size_t length, int protection, int flags, int fd, off_t at)
{
    NEXT(mmap);
    if (fd >= 0) {
        FAIL_IF(verdict_of("mmap", fd), MAP_FAILED);
    }
    return real(where, length, protection, flags, fd, at);
}

FILE *
fopen(const char *path, const char *mode)
{
    NEXT(fopen);
    FAIL_IF(verdict("fopen", path), NULL);
    return real(path, mode);
}

int
fflush(FILE *file)
{
    NEXT(fflush);
    if (file != NULL) {
        FAIL_IF(verdict_of("fflush", fileno(file)), EOF);
    }
    return real(file);
}

int
fclose(FILE *file)
{
    NEXT(fclose);
    const int err = verdict_of("fclose", fileno(file)), ret = real(file);
    FAIL_IF(err, EOF);
    return ret;
}
