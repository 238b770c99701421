/**
 * The line of a lock that cannot be written: a lock that others could not read is not held.  This program stands in front of the
 * calls that write it.
 */
#define _GNU_SOURCE
#include "base/error.h"
#include "engine/lock.h"
#include "fault_memory.h"
#include "testlib.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOTHING, INTERRUPTED, SHORT, FULL, NO_WRITE }; /* what pwrite does */

static int way = NOTHING, fsync_error, ftruncate_error;
static int calls;      /* of pwrite */
static int fail_from;  /* FULL: only from this call on */

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    calls++;
    if (way == INTERRUPTED && calls % 2 == 1) {
        errno = EINTR;
        return -1;
    }
    if (way == NO_WRITE) {
        return 0;
    }
    if (way == FULL && calls >= fail_from) {
        errno = ENOSPC;
        return -1;
    }
    n = (way == SHORT || way == FULL) && n > 5 ? 5 : n;
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

int
fsync(int fd)
{
    if (fsync_error != 0) {
        errno = fsync_error;
        fsync_error = fsync_error == EINTR ? 0 : fsync_error; /* interrupted once */
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t length)
{
    if (ftruncate_error != 0) {
        errno = ftruncate_error;
        return -1;
    }
    return (int)syscall(SYS_ftruncate, fd, length);
}

static void
reset(void)
{
    way = NOTHING;
    calls = fail_from = fsync_error = ftruncate_error = 0;
}

static void
nothing(void)
{
}

/* A lock file as an earlier run of another machine left it, longer than what is written over it, let go. */
static const char *
make_file(const char *text)
{
    const char *path = eng_test_path(eng_test_directory(), "lock");

    CU_ASSERT_FATAL(eng_test_write_file(path, text, strlen(text)));
    return path;
}

/* Does the file begin with this line, and with nothing of another one in it? */
static bool
begins_with(const char *path, const char *line)
{
    char *text = eng_test_read_file(path, NULL);
    const bool good = text != NULL && strncmp(text, line, strlen(line)) == 0 && text[strcspn(text, "\n")] == '\n';

    free(text);
    return good;
}

static void
take(eng_lock_t *lock, const char *path, int ways)
{
    int before;

    reset();
    CU_ASSERT_EQUAL_FATAL(eng_lock_take(lock, path, &before), 0);
    CU_ASSERT_EQUAL(before, 7);
    way = ways;
}

static const char old_line[] = "free, attempt 7\nand much that stood behind it, longer than any line of a holder could ever be: "
    "................................................................................................................................\n";

static void
test_interrupted_and_in_pieces(void)
{
    static const int ways[] = { INTERRUPTED, SHORT };

    for (int j = 0; j < 2; j++) {
        const char *path = make_file(old_line);
        eng_lock_t lock;
        take(&lock, path, ways[j]);
        fsync_error = EINTR;
        CU_ASSERT_EQUAL(eng_lock_keep(&lock, 8, nothing), 0);
        CU_ASSERT(calls > 1);
        CU_ASSERT_EQUAL(eng_lock_check(&lock), 0);
        CU_ASSERT(begins_with(path, lock.text) && strstr(lock.text, ", attempt 8, ") != NULL);
        eng_lock_drop(&lock);
        CU_ASSERT(begins_with(path, "free, attempt 8\n"));
    }
}

/* The end of the old line stays: nobody reads it. */
static void
test_old_end_stays(void)
{
    const char *path = make_file(old_line);
    eng_lock_t lock;
    int before;

    take(&lock, path, NOTHING);
    ftruncate_error = EIO;
    CU_ASSERT_EQUAL(eng_lock_keep(&lock, 8, nothing), 0);
    CU_ASSERT_EQUAL(eng_lock_check(&lock), 0);
    eng_lock_drop(&lock);
    reset();
    CU_ASSERT_EQUAL(eng_lock_take(&lock, path, &before), 0);
    CU_ASSERT_EQUAL(before, 8);
    eng_lock_drop(&lock);
}

static void
refused(eng_lock_t *lock, const char *path, const char *why)
{
    eng_error_clear();
    CU_ASSERT_EQUAL(eng_lock_keep(lock, 8, nothing), ENG_ERR_WRITE);
    CU_ASSERT(!lock->beating);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "cannot write to "));
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), path));
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), why));
    eng_lock_drop(lock);
    reset();
    CU_ASSERT(!eng_lock_is_held(path));
}

static void
test_no_room(void)
{
    for (int from = 1; from < 8; from++) { /* after 0, 5, 10 ... bytes */
        const char *path = make_file(old_line);
        eng_lock_t lock;
        int before;
        take(&lock, path, FULL);
        fail_from = from;
        refused(&lock, path, "No space left");
        CU_ASSERT_EQUAL(eng_lock_take(&lock, path, &before), 0);
        eng_lock_drop(&lock);
    }
}

static void
test_nothing_written(void)
{
    const char *path = make_file(old_line);
    eng_lock_t lock;

    take(&lock, path, NO_WRITE);
    refused(&lock, path, "No space left");
    path = make_file(old_line);
    take(&lock, path, NOTHING);
    fsync_error = EIO; /* others may never see the line */
    refused(&lock, path, "Input/output error");
    CU_ASSERT(begins_with(path, "free, attempt 8\n"));
}

static void
test_no_memory(void)
{
    int failures = 0, ret = ENG_ERR_NO_MEMORY;

    for (long n = 0; ret == ENG_ERR_NO_MEMORY && n < 100; n++) {
        const char *path = make_file(old_line);
        eng_lock_t lock;
        int before;
        reset();
        allocations_left = n;
        ret = eng_lock_take(&lock, path, &before);
        ret = ret == 0 ? eng_lock_keep(&lock, 8, nothing) : ret;
        allocations_left = -1;
        failures += ret == ENG_ERR_NO_MEMORY;
        eng_lock_drop(&lock);
        CU_ASSERT(!eng_lock_is_held(path));
    }
    CU_ASSERT_EQUAL(ret, 0);
    CU_ASSERT(failures >= 2);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_interrupted_and_in_pieces), ENG_TEST(test_old_end_stays), ENG_TEST(test_no_room),
        ENG_TEST(test_nothing_written), ENG_TEST(test_no_memory) };
    return ENG_TEST_MAIN(argc, argv, "lock that cannot be written", tests);
}
