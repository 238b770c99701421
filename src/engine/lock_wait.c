/**
 * Whether a lock's holder is alive: at once on this machine, by what changes while one looks on another one, since clocks differ.
 */
#include "engine/lock_wait.h"

#include "base/log.h"
#include "engine/heartbeat.h"
#include "engine/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_SKEW 3600 /* seconds: an older date is not taken for that of a living run whose clock is slow */

typedef enum { FREE, HELD, UNKNOWN } verdict_t; /* UNKNOWN: of another machine, which only time can tell */

/* Seconds since the file was touched, by the clock that dates files: that of a file made now in the same folder. */
static double
age_of(const char *path, int fd)
{
    struct stat then, now;
    const size_t size = strlen(path) + 32;
    char *probe = malloc(size);
    double age = 0;

    if (probe == NULL || fstat(fd, &then) != 0) {
        free(probe);
        return 0;
    }
    snprintf(probe, size, "%s.clock.%ld", path, (long)getpid());
    const int clock_fd = open(probe, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (clock_fd >= 0 && write(clock_fd, "x", 1) == 1 && fsync(clock_fd) == 0 && fstat(clock_fd, &now) == 0) {
        age = difftime(now.st_mtime, then.st_mtime);
    }
    if (clock_fd >= 0) {
        close(clock_fd);
        unlink(probe);
    }
    free(probe);
    return age;
}

/* One look.  FREE: the system's lock is ours (or cannot be had on this file system) and nobody else is alive. */
static verdict_t
look(const eng_lock_t *lock, eng_holder_t *holder)
{
    const bool got = flock(lock->fd, LOCK_EX | LOCK_NB) == 0; /* a record lock would go with any descriptor of the file */
    const bool taken = !got && errno == EWOULDBLOCK;

    eng_holder_read(lock->fd, holder);
    if (taken) {
        return HELD;
    }
    if (holder->process == 0) {
        return FREE;
    }
    if (eng_holder_is_here(holder)) {
        return !got && eng_holder_is_alive(holder) ? HELD : FREE;
    }
    return UNKNOWN;
}

/*
 * Seconds for which a holder on another machine must be seen to give no sign of life.  A date that can be right counts for as long
 * ago as it says, but for two beats one has to look in any case; one in the future says nothing.
 */
static double
patience_with(const eng_lock_t *lock)
{
    const double age = age_of(lock->path, lock->fd), left = ENG_LOCK_STALE - (age > 0 ? age : 0);

    return left > ENG_LOCK_LOOK ? left : ENG_LOCK_LOOK;
}

static void
say_waiting(const eng_holder_t *holder, verdict_t verdict, double patience)
{
    if (verdict == HELD) {
        eng_log(ENG_LOG_INFO, "waiting for another run of this result to end (%s)", holder->told);
    } else {
        eng_log(ENG_LOG_INFO, "waiting for a sign of life of another run of this result (%s); after %.0f s without one it is taken for dead",
            holder->told, patience);
    }
}

bool
eng_lock_wait(const eng_lock_t *lock, eng_holder_t *holder)
{
    const struct timespec pause = { 0, 250000000 };
    const double began = eng_seconds();
    eng_heartbeat_t heart;
    double patience = 0;
    bool said = false;
    verdict_t verdict;

    eng_heartbeat_begin(&heart, lock->path);
    while ((verdict = look(lock, holder)) != FREE) {
        const double waited = eng_seconds() - began, silence = eng_heartbeat_silence(&heart, lock->path);
        if (verdict == UNKNOWN && patience <= 0) {
            patience = patience_with(lock);
        }
        if (verdict == UNKNOWN && silence > patience) {
            return true;
        }
        if (waited > ENG_LOCK_WAIT && (verdict == HELD || heart.alive)) {
            return false;
        }
        if (!said && waited > 0.5) {
            say_waiting(holder, verdict, patience);
            said = true;
        }
        nanosleep(&pause, NULL);
    }
    return true;
}

/* Is the holder on another machine alive?  Where the date alone cannot tell, by one beat. */
static bool
is_heard_of(const char *path, int fd)
{
    const struct timespec pause = { ENG_LOCK_BEAT + 1, 0 };
    eng_heartbeat_t heart;
    struct stat info;

    if (fstat(fd, &info) != 0) {
        return false;
    }
    const double age = difftime(time(NULL), info.st_mtime);
    if (age >= -ENG_LOCK_BEAT && age <= ENG_LOCK_STALE) {
        return true;
    }
    if (age > MOST_SKEW) {
        return false;
    }
    eng_heartbeat_begin(&heart, path);
    nanosleep(&pause, NULL);
    (void)eng_heartbeat_silence(&heart, path);
    return heart.alive;
}

bool
eng_lock_is_held(const char *path)
{
    eng_holder_t holder;
    bool held = false;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return false;
    }
    eng_holder_read(fd, &holder);
    const bool got = flock(fd, LOCK_SH | LOCK_NB) == 0;
    if (!got && errno == EWOULDBLOCK) {
        held = true;
    } else if (holder.process != 0 && eng_holder_is_here(&holder)) {
        held = !got && eng_holder_is_alive(&holder); /* the system's lock goes with its process */
    } else if (holder.process != 0) {
        held = is_heard_of(path, fd);
    }
    close(fd);
    return held;
}
