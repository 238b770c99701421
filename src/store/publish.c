/**
 * Crash-safe appearance of a file: write under another name, fsync, rename, fsync the folder.  Room is checked first
 * because HDF5 1.10 does not survive every full disk.
 */
#include "store/publish.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
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

int
eng_publish_prepare(const char *path, const char *part, uint64_t bytes)
{
    char *folder = folder_of(path);
    struct statvfs disk;
    struct rlimit limit;
    struct stat status;
    int ret = 0;

    if (folder == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its folder's name", path);
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: is there already and is no file", path);
    } else if (statvfs(folder, &disk) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: the folder %s: %s", path, folder, strerror(errno));
    } else if (access(folder, W_OK | X_OK) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: cannot write in %s: %s", path, folder, strerror(errno));
    } else if ((uint64_t)disk.f_bavail * disk.f_frsize < bytes) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: may need %.1f MB and only %.1f MB are free in %s", path, (double)bytes / 1e6,
            (double)disk.f_bavail * (double)disk.f_frsize / 1e6, folder);
    } else if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < bytes) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: may need %.1f MB and this process may write files of %.1f MB only (ulimit -f)", path,
            (double)bytes / 1e6, (double)limit.rlim_cur / 1e6);
    } else if (unlink(part) != 0 && errno != ENOENT) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: the remains of an earlier run cannot be removed: %s", part, strerror(errno));
    }
    free(folder);
    return ret;
}

static int
sync_path(const char *path, int flags)
{
    const int fd = open(path, flags);
    int ret = 0;

    if (fd < 0 || fsync(fd) != 0) {
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
    ret = sync_path(part, O_RDWR | O_CLOEXEC);
    if (ret == 0 && rename(part, path) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s", path, strerror(errno));
    }
    if (ret == 0) {
        ret = sync_path(folder, O_RDONLY | O_CLOEXEC);
    }
    free(folder);
    return ret;
}
