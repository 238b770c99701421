/**
 * The lock.  Its file is one line that is written over in place: "host H, process P, job J, attempt N, started S, since T".  What
 * stands behind that line is not read.  S tells two processes of one number apart, T is for people.
 */
#include "engine/lock.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/heartbeat.h"
#include "engine/launch.h"
#include "engine/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOST_SIZE 256
#define MOST_SKEW 3600 /* seconds: an older date is not taken for that of a living run whose clock is slow */
#define MOST_ATTEMPTS 1000000000 /* as for names of journals */

/* Who holds it, as the holder wrote it; "" nobody. */
typedef struct {
    char text[ENG_LOCK_TEXT];
    char told[ENG_LOCK_TEXT]; /* the same for people */
    char host[HOST_SIZE];
    long process;
    int attempt;
    unsigned long long started; /* of the process, in ticks since the machine's start; 0 not known */
} holder_t;

typedef enum { FREE, HELD, UNKNOWN } verdict_t; /* UNKNOWN: of another machine, which only time can tell */

/* Field 22 of /proc/PID/stat: a process number that is used again has another one.  0: there is none, or only its status is left. */
static unsigned long long
start_of(long process)
{
    char path[64], text[1024];
    unsigned long long started = 0;
    FILE *in;

    snprintf(path, sizeof(path), "/proc/%ld/stat", process);
    in = fopen(path, "r");
    if (in == NULL) {
        return 0;
    }
    const size_t n = fread(text, 1, sizeof(text) - 1, in);
    text[n] = '\0';
    fclose(in);
    const char *at = strrchr(text, ')'); /* the name may hold anything */
    const bool dead = at != NULL && (strncmp(at, ") Z", 3) == 0 || strncmp(at, ") X", 3) == 0);
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    if (at != NULL && !dead) {
        started = strtoull(at, NULL, 10);
    }
    return started;
}

/* The number behind a mark; what no attempt can have had is none. */
static int
attempt_at(const char *mark)
{
    const long attempt = mark != NULL ? strtol(mark + strlen(", attempt "), NULL, 10) : 0;

    return attempt > 0 && attempt < MOST_ATTEMPTS ? (int)attempt : 0;
}

/* Ticks since a machine's start say nothing to anybody. */
static void
write_told(holder_t *holder)
{
    const char *from = strstr(holder->text, ", started "), *behind = from != NULL ? strchr(from + 2, ',') : NULL;

    snprintf(holder->told, sizeof(holder->told), "%.*s%s", from != NULL ? (int)(from - holder->text) : (int)strlen(holder->text),
        holder->text, behind != NULL ? behind : "");
}

static void
read_holder(int fd, holder_t *holder)
{
    const ssize_t n = pread(fd, holder->text, sizeof(holder->text) - 1, 0);

    holder->text[n > 0 ? n : 0] = '\0';
    holder->text[strcspn(holder->text, "\n")] = '\0';
    write_told(holder);
    holder->host[0] = '\0';
    holder->process = 0;
    holder->attempt = 0;
    holder->started = 0;
    const char *attempt = strstr(holder->text, ", attempt "), *started = strstr(holder->text, ", started ");
    if (sscanf(holder->text, "host %255[^,], process %ld", holder->host, &holder->process) == 2) {
        holder->attempt = attempt_at(attempt);
        holder->started = started != NULL ? strtoull(started + strlen(", started "), NULL, 10) : 0;
    } else if (attempt != NULL) {
        holder->attempt = attempt_at(attempt); /* let go by its holder */
    }
}

/* First the new line, then the end of a longer old one: a reader never finds an empty file. */
static int
write_text(const eng_lock_t *lock, const char *text)
{
    char line[ENG_LOCK_TEXT + 1];
    const size_t length = (size_t)snprintf(line, sizeof(line), "%s\n", text);
    size_t done = 0;

    while (done < length) {
        const ssize_t n = pwrite(lock->fd, line + done, length - done, (off_t)done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", lock->path, strerror(n == 0 ? ENOSPC : errno));
        }
        done += (size_t)n;
    }
    (void)!ftruncate(lock->fd, (off_t)length); /* what stays behind the line is not read */
    return 0;
}

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

static bool
is_here(const holder_t *holder)
{
    char host[HOST_SIZE] = "";

    gethostname(host, sizeof(host) - 1);
    return strcmp(host, holder->host) == 0;
}

/* Is the process of this machine that wrote the line alive?  Where the system's lock cannot be had this is what tells. */
static bool
is_alive(const holder_t *holder)
{
    return start_of(holder->process) != 0 && start_of(holder->process) == holder->started;
}

/* Some network file systems have no locks: a run then goes by what the file says and when it was touched. */
static void
say_without(const eng_lock_t *lock)
{
    if (flock(lock->fd, LOCK_EX | LOCK_NB) != 0 && errno != EWOULDBLOCK && errno != EINTR) {
        eng_log(ENG_LOG_WARN, "%s: this file system has no locks (%s): the run goes on without; the text and the date of that file say who writes this result", lock->path,
            strerror(errno));
    }
}

/* One look.  FREE: the system's lock is ours (or cannot be had on this file system) and nobody else is alive. */
static verdict_t
look(const eng_lock_t *lock, holder_t *holder)
{
    const bool got = flock(lock->fd, LOCK_EX | LOCK_NB) == 0; /* a record lock would go with any descriptor of the file */
    const bool taken = !got && errno == EWOULDBLOCK;

    read_holder(lock->fd, holder);
    if (taken) {
        return HELD;
    }
    if (holder->process == 0) {
        return FREE;
    }
    if (is_here(holder)) {
        return !got && is_alive(holder) ? HELD : FREE;
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
say_waiting(const holder_t *holder, verdict_t verdict, double patience)
{
    if (verdict == HELD) {
        eng_log(ENG_LOG_INFO, "waiting for another run of this result to end (%s)", holder->told);
    } else {
        eng_log(ENG_LOG_INFO, "waiting for a sign of life of another run of this result (%s); after %.0f s without one it is taken for dead",
            holder->told, patience);
    }
}

/* Wait for a living holder, and for the end of silence of one that may be dead. */
static verdict_t
wait_for(const eng_lock_t *lock, holder_t *holder)
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
            return FREE;
        }
        if (waited > ENG_LOCK_WAIT && (verdict == HELD || heart.alive)) {
            return HELD;
        }
        if (!said && waited > 0.5) {
            say_waiting(holder, verdict, patience);
            said = true;
        }
        nanosleep(&pause, NULL);
    }
    return FREE;
}

/* Does the open file still stand under its name?  The holder that was waited for may have removed the folder. */
static bool
is_there(const eng_lock_t *lock)
{
    struct stat open_file, named;

    return fstat(lock->fd, &open_file) == 0 && stat(lock->path, &named) == 0 && open_file.st_dev == named.st_dev &&
        open_file.st_ino == named.st_ino;
}

int
eng_lock_take(eng_lock_t *lock, const char *path, int *before)
{
    holder_t holder;

    *lock = (eng_lock_t){ .fd = -1, .path = malloc(strlen(path) + 1) };
    *before = 0;
    if (lock->path == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the lock");
    }
    strcpy(lock->path, path);
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->fd < 0) {
        const int why = errno;
        eng_lock_drop(lock);
        return ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", path, strerror(why));
    }
    say_without(lock);
    if (wait_for(lock, &holder) != FREE) {
        close(lock->fd);
        lock->fd = -1;
        eng_lock_drop(lock);
        return ENG_FAIL(ENG_ERR_WRITE, "%s: the result is in use by another run (%s), which is alive: stop that one%s, wait for its end, or "
            "choose another -o", path, holder.told, is_here(&holder) ? "" : " on its host");
    }
    if (!is_there(lock)) {
        eng_lock_drop(lock);
        return ENG_STOPPED;
    }
    *before = holder.attempt;
    return 0;
}

/* Is the text in the file still ours? */
static bool
is_ours(const eng_lock_t *lock, holder_t *holder)
{
    const int fd = open(lock->path, O_RDONLY | O_CLOEXEC); /* by name: the folder may be another one by now */

    if (fd < 0) {
        holder->text[0] = holder->told[0] = '\0';
        return errno != ENOENT; /* a file system that does not answer is no reason to stop */
    }
    read_holder(fd, holder);
    close(fd);
    return strcmp(holder->text, lock->text) == 0;
}

/* --- keeping it ---------------------------------------------------------------------------------------------- */

typedef struct {
    eng_lock_t *lock;
    void (*lost_it)(void);
} beat_t;

/* Touch the file, or learn that it is another's. */
static void
beat(beat_t *self)
{
    eng_lock_t *lock = self->lock;
    holder_t holder;

    if (is_ours(lock, &holder)) {
        (void)futimens(lock->fd, NULL);
        return;
    }
    pthread_mutex_lock(&lock->mutex);
    const bool first = !lock->lost;
    lock->lost = true;
    pthread_mutex_unlock(&lock->mutex);
    if (first) {
        self->lost_it();
    }
}

static void *
keep_alive(void *context)
{
    beat_t self = *(beat_t *)context;
    eng_lock_t *lock = self.lock;
    bool leaving = false;

    free(context);
    while (!leaving) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += ENG_LOCK_BEAT;
        pthread_mutex_lock(&lock->mutex);
        if (!lock->leaving) {
            pthread_cond_timedwait(&lock->wake, &lock->mutex, &until);
        }
        leaving = lock->leaving;
        pthread_mutex_unlock(&lock->mutex);
        if (!leaving) {
            beat(&self);
        }
    }
    return NULL;
}

/* With every signal blocked in it, so that handlers go on running where they did. */
static int
start_thread(eng_lock_t *lock, void (*lost_it)(void))
{
    beat_t *self = malloc(sizeof(*self));
    sigset_t all, old;

    if (self == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the lock");
    }
    *self = (beat_t){ lock, lost_it };
    pthread_mutex_init(&lock->mutex, NULL);
    pthread_cond_init(&lock->wake, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    const int rc = pthread_create(&lock->thread, NULL, keep_alive, self);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (rc != 0) {
        free(self);
        return ENG_FAIL(ENG_ERR_INTERNAL, "cannot start a thread: %s", strerror(rc));
    }
    lock->beating = true;
    return 0;
}

/*
 * The number stays, so that no later attempt takes it again.  Where this cannot be written the old line stays: on this machine the
 * system's lock is what counts, on others the line is old news ENG_LOCK_STALE seconds from now; the journals have the number too.
 */
static void
let_go(eng_lock_t *lock)
{
    char message[ENG_ERROR_SIZE];

    snprintf(message, sizeof(message), "%s", eng_error_message());
    snprintf(lock->text, sizeof(lock->text), "free, attempt %d", lock->attempt);
    if (write_text(lock, lock->text) != 0) {
        (void)ENG_FAIL(ENG_ERR_WRITE, "%s", message); /* the failure before it is the one to tell */
    }
}

int
eng_lock_keep(eng_lock_t *lock, int attempt, void (*lost_it)(void))
{
    char host[HOST_SIZE] = "", since[40] = "";
    const char *job = eng_launch_job();
    const time_t now = time(NULL);
    struct tm utc;

    gethostname(host, sizeof(host) - 1);
    if (gmtime_r(&now, &utc) != NULL) {
        strftime(since, sizeof(since), ", since %Y-%m-%d %H:%M UTC", &utc);
    }
    snprintf(lock->text, sizeof(lock->text), "host %.255s, process %ld, job %.100s, attempt %d, started %llu%s", host, (long)getpid(),
        job[0] != '\0' ? job : "-", attempt, start_of((long)getpid()), since);
    lock->attempt = attempt;
    int ret = write_text(lock, lock->text);
    while (ret == 0 && fsync(lock->fd) != 0) {
        ret = errno == EINTR ? 0 : ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", lock->path, strerror(errno));
    }
    if (ret == 0) {
        return start_thread(lock, lost_it);
    }
    let_go(lock); /* half a line may name a process that has nothing to do with it */
    return ret;
}

/* Has the file that we hold lost its name?  Then the folder was removed, and with it what this run has saved. */
static bool
is_removed(const eng_lock_t *lock)
{
    struct stat info;

    return fstat(lock->fd, &info) == 0 && info.st_nlink == 0;
}

int
eng_lock_check(eng_lock_t *lock)
{
    holder_t holder;

    if (is_ours(lock, &holder)) {
        return 0;
    }
    if (holder.text[0] == '\0' || is_removed(lock)) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s was removed while this run was going on%s%s%s; this one stops, and what was removed with it is lost: "
            "%s", lock->path, holder.text[0] != '\0' ? ", and another has begun (" : "", holder.told, holder.text[0] != '\0' ? ")" : "",
            holder.text[0] != '\0' ? "leave the result to that one" : "run again, from what is left or anew");
    }
    return ENG_FAIL(ENG_ERR_WRITE, "%s: another run has taken over this result (%s); this one stops, what it saved stays good", lock->path,
        holder.told);
}

void
eng_lock_rest(eng_lock_t *lock)
{
    if (lock->beating) {
        pthread_mutex_lock(&lock->mutex);
        lock->leaving = true;
        pthread_cond_signal(&lock->wake);
        pthread_mutex_unlock(&lock->mutex);
        pthread_join(lock->thread, NULL);
        pthread_cond_destroy(&lock->wake);
        pthread_mutex_destroy(&lock->mutex);
        lock->beating = false;
    }
}

void
eng_lock_drop(eng_lock_t *lock)
{
    holder_t holder;

    eng_lock_rest(lock);
    if (lock->fd >= 0 && lock->attempt > 0 && is_ours(lock, &holder)) {
        let_go(lock);
    }
    if (lock->fd >= 0) {
        close(lock->fd);
    }
    free(lock->path);
    *lock = (eng_lock_t){ .fd = -1 };
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
    holder_t holder;
    bool held = false;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return false;
    }
    read_holder(fd, &holder);
    const bool got = flock(fd, LOCK_SH | LOCK_NB) == 0;
    if (!got && errno == EWOULDBLOCK) {
        held = true;
    } else if (holder.process != 0 && is_here(&holder)) {
        held = !got && is_alive(&holder); /* the system's lock goes with its process */
    } else if (holder.process != 0) {
        held = is_heard_of(path, fd);
    }
    close(fd);
    return held;
}
