/**
 * Text under a name that a user gave.
 */
#include "cli/new_file.h"

#include "base/error.h"
#include "base/rename.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
refuse_taken(const char *path)
{
    return ENG_FAIL(ENG_ERR_WRITE, "%s: is there already and is not replaced; choose another -o, or remove it", path);
}

static int
cannot_write(const char *path)
{
    return ENG_FAIL(ENG_ERR_WRITE, "cannot write %s: %s", path, strerror(errno));
}

/* Ours where the name means what this process has open already (/dev/stdout): opened anew, a file behind it would be written from its start. */
static FILE *
stream_of(const struct stat *there)
{
    FILE *const streams[] = { stdout, stderr };
    struct stat own;

    for (int j = 0; j < 2; j++) {
        if (fstat(fileno(streams[j]), &own) == 0 && own.st_dev == there->st_dev && own.st_ino == there->st_ino) {
            return streams[j];
        }
    }
    return NULL;
}

int
eng_new_file_check(const char *path)
{
    struct stat there;

    if (stat(path, &there) == 0) {
        return S_ISREG(there.st_mode) && stream_of(&there) == NULL ? refuse_taken(path) : 0;
    }
    if (lstat(path, &there) == 0) {
        return ENG_FAIL(ENG_ERR_WRITE, "%s: is a link that leads nowhere; name the file itself, or remove the link", path);
    }
    return errno == ENOENT ? 0 : cannot_write(path);
}

/* Closes the file where it was opened for this. */
static int
put(FILE *out, const char *path, const char *text, size_t length, bool opened)
{
    bool bad = fwrite(text, 1, length, out) != length;

    bad = fflush(out) != 0 || bad;
    const int why = errno;
    if (opened && fclose(out) != 0 && !bad) {
        return cannot_write(path);
    }
    errno = why;
    return bad ? cannot_write(path) : 0;
}

static int
write_there(const char *path, const struct stat *there, const char *text, size_t length)
{
    FILE *own = stream_of(there), *out = own != NULL ? own : fopen(path, "w");

    return out != NULL ? put(out, path, text, length, own == NULL) : cannot_write(path);
}

static int
write_new(const char *path, const char *part, const char *text, size_t length)
{
    FILE *out = fopen(part, "wx");
    int ret;

    if (out == NULL) {
        return errno == EEXIST ? ENG_FAIL(ENG_ERR_WRITE, "%s: is there already: somebody writes it now, or was killed; remove it, or choose another -o", part)
                               : cannot_write(path);
    }
    ret = put(out, path, text, length, true);
    if (ret == 0 && eng_rename_new(part, path) != 0) {
        ret = errno == EEXIST ? refuse_taken(path) : cannot_write(path);
    }
    if (ret != 0) {
        (void)unlink(part);
    }
    return ret;
}

int
eng_new_file_write(const char *path, const char *text, size_t length)
{
    const size_t size = strlen(path) + sizeof(".part");
    struct stat there;
    char *part;
    int ret = eng_new_file_check(path);

    if (ret != 0) {
        return ret;
    }
    if (stat(path, &there) == 0 && (!S_ISREG(there.st_mode) || stream_of(&there) != NULL)) {
        return write_there(path, &there, text, length);
    }
    part = malloc(size);
    if (part == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for a path", path);
    }
    snprintf(part, size, "%s.part", path);
    ret = write_new(path, part, text, length);
    free(part);
    return ret;
}
