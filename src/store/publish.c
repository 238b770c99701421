/**
 * Crash-safe appearance of a file: write under another name, fsync, give it the name that nobody else has taken, fsync the folder.  Room is
 * taken before it is written to, because HDF5 1.10 does not survive every full disk.
 */
#ifdef __linux__
#define _GNU_SOURCE /* fallocate: posix_fallocate would write all of a file on systems that cannot reserve; renameat2 */
#endif
#include "store/publish.h"

#include "base/error.h"
#include "base/rename.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

char *
eng_publish_name(const char *path)
{
    const size_t length = strlen(path);
    char *part = malloc(length + sizeof(".part"));
    if (part != NULL) {
        memcpy(part, path, length);
        memcpy(part + length, ".part", sizeof(".part"));
    }
    return part;
}

/* The folder of a path as an owned text. */
static char *
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = malloc(length + 1);
    if (folder != NULL) {
        memcpy(folder, slash == NULL ? "." : path, length);
        folder[length] = '\0';
    }
    return folder;
}

/*
 * Open MPI's shared file pointers, which nobody uses here, make small files beside an open one, NAME.data.RANK and the like; what is
 * killed meanwhile leaves them.
 */
static void
clear_beside(const char *part)
{
    static const char *const kinds[] = { ".data.", ".metadata.", ".locktest.", ".lockedfile" };
    const char *slash = strrchr(part, '/'), *name = slash == NULL ? part : slash + 1;
    char *folder = folder_of(part);
    DIR *entries = folder != NULL ? opendir(folder) : NULL;
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        bool is_one = false;
        for (size_t j = 0; j < sizeof(kinds) / sizeof(*kinds) && strncmp(entry->d_name, name, strlen(name)) == 0; j++) {
            is_one = is_one || strncmp(entry->d_name + strlen(name), kinds[j], strlen(kinds[j])) == 0;
        }
        if (is_one) {
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
        }
    }
    if (entries != NULL) {
        closedir(entries);
    }
    free(folder);
}

void
eng_publish_abandon(const char *part)
{
    (void)unlink(part);
    clear_beside(part);
}

/* What stands there is somebody's work: it was not there when the courses began. */
static int
appeared(const char *path)
{
    return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s: has appeared meanwhile and is not replaced; move it away and type the same command again", path);
}

int
eng_publish_prepare(const char *path, const char *part)
{
    char *folder = folder_of(path);
    struct stat status;
    int ret = 0;

    if (folder == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its folder's name", path);
    }
    if (lstat(path, &status) == 0) {
        ret = appeared(path);
    } else if (access(folder, W_OK | X_OK) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: cannot write in %s: %s", path, folder, strerror(errno));
    } else if (unlink(part) != 0 && errno != ENOENT) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: the remains of an earlier run cannot be removed: %s", part, strerror(errno));
    }
    if (ret == 0) {
        clear_beside(part);
    }
    free(folder);
    return ret;
}

/* 0 taken, 1 this file system or machine cannot, negative with errno: there is no room. */
static int
take_room(int fd, uint64_t bytes)
{
#ifdef FALLOC_FL_KEEP_SIZE
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) == 0) {
        return 0;
    }
    return errno == EOPNOTSUPP || errno == ENOSYS ? 1 : -1;
#else
    (void)fd, (void)bytes;
    return 1;
#endif
}

/* Is as much free as the file still lacks? */
static bool
has_room(int fd, uint64_t bytes)
{
    struct statvfs disk;
    struct stat status;

    if (fstatvfs(fd, &disk) != 0 || fstat(fd, &status) != 0) {
        return false;
    }
    if ((uint64_t)status.st_size + (uint64_t)disk.f_bavail * disk.f_frsize < bytes) {
        errno = ENOSPC;
        return false;
    }
    return true;
}

static int
reserve(const char *part, int fd, uint64_t bytes)
{
    struct rlimit limit;
    int taken;

    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < bytes) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s: may need %.1f MB and this process may write files of %.1f MB only (ulimit -f)", part,
            (double)bytes / 1e6, (double)limit.rlim_cur / 1e6);
    }
    do {
        taken = take_room(fd, bytes);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0 || (taken > 0 && !has_room(fd, bytes))) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s: may need %.1f MB: %s", part, (double)bytes / 1e6, strerror(errno));
    }
    return 0;
}

static int
write_bytes(const char *part, int fd, const char *bytes, size_t length)
{
    size_t done = 0;

    while (done < length) {
        const ssize_t n = write(fd, bytes + done, length - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ENG_FAIL(ENG_ERR_WRITE, "%s: %s", part, strerror(n == 0 ? ENOSPC : errno));
        }
        done += (size_t)n;
    }
    return 0;
}

int
eng_publish_begin(const char *part, const void *bytes, size_t length, uint64_t room)
{
    const int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int ret;

    if (fd < 0) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s: %s", part, strerror(errno));
    }
    ret = reserve(part, fd, room > length ? room : length);
    if (ret == 0) {
        ret = write_bytes(part, fd, bytes, length);
    }
    if (close(fd) != 0 && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s", part, strerror(errno));
    }
    return ret;
}

static int
give_back_room(const char *part)
{
    struct stat status;

    int failed = stat(part, &status);

    while (failed == 0 && truncate(part, status.st_size) != 0) {
        failed = errno != EINTR;
    }
    if (failed != 0) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s: %s", part, strerror(errno));
    }
    return 0;
}

static int
sync_path(const char *path, int flags)
{
    const int fd = open(path, flags);
    int ret = 0, failed = fd < 0;

    while (!failed && fsync(fd) != 0) {
        failed = errno != EINTR;
    }
    if (failed) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return ret;
}

int
eng_publish_finish(const char *path, const char *part)
{
    char *folder = folder_of(path);
    int ret;

    if (folder == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its folder's name", path);
    }
    ret = give_back_room(part);
    if (ret == 0) {
        ret = sync_path(part, O_RDWR | O_CLOEXEC);
    }
    if (ret == 0 && eng_rename_new(part, path) != 0) {
        ret = errno == EEXIST ? appeared(path) : ENG_FAIL(ENG_ERR_WRITE, "%s: %s", path, strerror(errno));
    }
    if (ret == 0) {
        clear_beside(part);
        ret = sync_path(folder, O_RDONLY | O_CLOEXEC);
    }
    free(folder);
    return ret;
}
