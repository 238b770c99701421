/**
 * The lock.  Its file is one line that is written over in place: "host H, process P, job J, attempt N, started S, since T".  What
 * stands behind that line is not read.  S tells two processes of one number apart, T is for people.
 */
#include "engine/lock.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/launch.h"
#include "engine/lock_holder.h"
#include "engine/lock_wait.h"
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

/* Some network file systems have no locks: a run then goes by what the file says and when it was touched. */
static void
say_without(const eng_lock_t *lock)
{
    if (flock(lock->fd, LOCK_EX | LOCK_NB) != 0 && errno != EWOULDBLOCK && errno != EINTR) {
        eng_log(ENG_LOG_WARN, "%s: this file system has no locks (%s): the run goes on without; the text and the date of that file say who writes this result", lock->path,
            strerror(errno));
    }
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
    eng_holder_t holder;

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
    if (!eng_lock_wait(lock, &holder)) {
        close(lock->fd);
        lock->fd = -1;
        eng_lock_drop(lock);
        return ENG_FAIL(ENG_ERR_WRITE, "%s: the result is in use by another run (%s), which is alive: stop that one%s, wait for its end, or "
            "choose another -o", path, holder.told, eng_holder_is_here(&holder) ? "" : " on its host");
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
is_ours(const eng_lock_t *lock, eng_holder_t *holder)
{
    const int fd = open(lock->path, O_RDONLY | O_CLOEXEC); /* by name: the folder may be another one by now */

    if (fd < 0) {
        holder->text[0] = holder->told[0] = '\0';
        return errno != ENOENT; /* a file system that does not answer is no reason to stop */
    }
    eng_holder_read(fd, holder);
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
    eng_holder_t holder;

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
    char host[ENG_HOLDER_HOST] = "", since[40] = "";
    const char *job = eng_launch_job();
    const time_t now = time(NULL);
    struct tm utc;

    gethostname(host, sizeof(host) - 1);
    if (gmtime_r(&now, &utc) != NULL) {
        strftime(since, sizeof(since), ", since %Y-%m-%d %H:%M UTC", &utc);
    }
    snprintf(lock->text, sizeof(lock->text), "host %.255s, process %ld, job %.100s, attempt %d, started %llu%s", host, (long)getpid(),
        job[0] != '\0' ? job : "-", attempt, eng_holder_start_of((long)getpid()), since);
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
    eng_holder_t holder;

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
    eng_holder_t holder;

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
