/**
 * Renaming without replacing: by the system where its file system can, else by a second name and the end of the first one.
 */
#ifdef __linux__
#define _GNU_SOURCE /* renameat2 */
#endif
#include "base/rename.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a file system or a kernel says of a call that it does not have. */
static bool
is_not_there(int why)
{
    return why == EINVAL || why == ENOSYS || why == EOPNOTSUPP || why == EPERM;
}

static int
rename_at_once(const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
#else
    (void)from, (void)to;
    errno = ENOSYS;
    return -1;
#endif
}

/* The answer to a link may be lost on a network and the call repeated: it then finds its own work. */
static bool
is_same(const char *from, const char *to)
{
    struct stat one, other;

    return lstat(from, &one) == 0 && lstat(to, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

int
eng_rename_new(const char *from, const char *to)
{
    struct stat status;

    if (rename_at_once(from, to) == 0) {
        return 0;
    }
    if (!is_not_there(errno)) {
        return -1;
    }
    if (link(from, to) == 0 || (errno == EEXIST && is_same(from, to))) {
        return unlink(from);
    }
    if (!is_not_there(errno)) {
        return -1;
    }
    /* neither can be had: whoever comes between these two calls loses */
    if (lstat(to, &status) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}
