/**
 * The work folder.  The lock is a POSIX record lock: the system drops it when its process dies, however that happens.
 */
#include "engine/workdir.h"

#include "base/error.h"
#include "engine/launch.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_SIZE 256
#define JOURNAL_PREFIX "journal."

char *
eng_workdir_path(const char *result_path, const char *file)
{
    const size_t size = strlen(result_path) + 16 + (file != NULL ? strlen(file) : 0);
    char *path = malloc(size);

    if (path != NULL) {
        snprintf(path, size, "%s.work%s%s", result_path, file != NULL ? "/" : "", file != NULL ? file : "");
    }
    return path;
}

static char *
inside(const eng_workdir_t *dir, const char *file)
{
    const size_t size = strlen(dir->path) + strlen(file) + 2;
    char *path = malloc(size);

    if (path != NULL) {
        snprintf(path, size, "%s/%s", dir->path, file);
    }
    return path;
}

static int
no_memory(void)
{
    return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the work folder");
}

static int
add_journal(eng_workdir_t *dir, const char *name)
{
    const long attempt = strtol(name + strlen(JOURNAL_PREFIX), NULL, 10);
    char **journals = realloc(dir->journals, ((size_t)dir->num_journals + 1) * sizeof(*journals));

    if (journals == NULL) {
        return no_memory();
    }
    dir->journals = journals;
    journals[dir->num_journals] = inside(dir, name);
    if (journals[dir->num_journals] == NULL) {
        return no_memory();
    }
    dir->num_journals++;
    if (attempt >= dir->attempt && attempt < 1000000000) {
        dir->attempt = (int)attempt + 1;
    }
    return 0;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
find_journals(eng_workdir_t *dir)
{
    DIR *folder = opendir(dir->path);
    const struct dirent *entry;
    int ret = 0;

    if (folder == NULL) {
        return ENG_FAIL(ENG_ERR_READ, "cannot read %s: %s", dir->path, strerror(errno));
    }
    dir->attempt = 1;
    while (ret == 0 && (entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, JOURNAL_PREFIX, strlen(JOURNAL_PREFIX)) == 0) {
            ret = add_journal(dir, entry->d_name);
        }
    }
    closedir(folder);
    if (dir->num_journals > 1) {
        qsort(dir->journals, (size_t)dir->num_journals, sizeof(*dir->journals), by_name);
    }
    return ret;
}

/* Who holds the lock, as the holder wrote it, in one line. */
static void
read_holder(int lock, char *text, size_t size)
{
    const ssize_t n = pread(lock, text, size - 1, 0);

    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static int
take_lock(eng_workdir_t *dir)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char holder[HOST_SIZE + 64], host[HOST_SIZE] = "";
    char *path = inside(dir, "lock");

    if (path == NULL) {
        return no_memory();
    }
    dir->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    free(path);
    if (dir->lock < 0) {
        return ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    if (fcntl(dir->lock, F_SETLK, &whole) != 0) {
        const int why = errno;
        read_holder(dir->lock, holder, sizeof(holder));
        close(dir->lock);
        dir->lock = -1;
        return why == EACCES || why == EAGAIN
            ? ENG_FAIL(ENG_ERR_WRITE, "%s is in use by another run (%s)", dir->path, holder)
            : ENG_FAIL(ENG_ERR_WRITE, "cannot lock %s: %s", dir->path, strerror(why));
    }
    gethostname(host, sizeof(host) - 1);
    const int n = snprintf(holder, sizeof(holder), "host %s, process %ld%s%s\n", host, (long)getpid(),
        eng_launch_job()[0] != '\0' ? ", job " : "", eng_launch_job());
    if (ftruncate(dir->lock, 0) != 0 || pwrite(dir->lock, holder, (size_t)n, 0) != n) {
        return ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    return 0;
}

int
eng_workdir_enter(eng_workdir_t *dir, const char *result_path)
{
    int ret;

    *dir = (eng_workdir_t){ .lock = -1 };
    dir->path = eng_workdir_path(result_path, NULL);
    if (dir->path == NULL) {
        return no_memory();
    }
    if (mkdir(dir->path, 0777) != 0 && errno != EEXIST) {
        return ENG_FAIL(ENG_ERR_WRITE, "cannot make the folder %s: %s", dir->path, strerror(errno));
    }
    ret = take_lock(dir);
    return ret == 0 ? find_journals(dir) : ret;
}

int
eng_workdir_look(eng_workdir_t *dir, const char *result_path)
{
    *dir = (eng_workdir_t){ .lock = -1 };
    dir->path = eng_workdir_path(result_path, NULL);
    return dir->path == NULL ? no_memory() : find_journals(dir);
}

static void
drop_journals(eng_workdir_t *dir)
{
    for (int j = 0; j < dir->num_journals; j++) {
        free(dir->journals[j]);
    }
    free(dir->journals);
    dir->journals = NULL;
    dir->num_journals = 0;
}

int
eng_workdir_forget(eng_workdir_t *dir)
{
    for (int j = 0; j < dir->num_journals; j++) {
        if (unlink(dir->journals[j]) != 0 && errno != ENOENT) {
            return ENG_FAIL(ENG_ERR_WRITE, "cannot remove %s: %s", dir->journals[j], strerror(errno));
        }
    }
    drop_journals(dir);
    return 0;
}

int
eng_workdir_remove(eng_workdir_t *dir)
{
    static const char *const others[] = { "status", "status.new", "attempts", "lock" };
    const int attempt = dir->attempt;
    int ret;

    /* The journals of this attempt have appeared since the folder was entered. */
    drop_journals(dir);
    ret = find_journals(dir);
    dir->attempt = attempt;
    if (ret == 0) {
        ret = eng_workdir_forget(dir);
    }
    for (size_t j = 0; j < sizeof(others) / sizeof(*others) && ret == 0; j++) {
        char *path = inside(dir, others[j]);
        if (path == NULL) {
            return no_memory();
        }
        if (unlink(path) != 0 && errno != ENOENT) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "cannot remove %s: %s", path, strerror(errno));
        }
        free(path);
    }
    if (ret == 0 && rmdir(dir->path) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot remove the folder %s: %s", dir->path, strerror(errno));
    }
    return ret;
}

void
eng_workdir_free(eng_workdir_t *dir)
{
    if (dir->path != NULL && dir->lock >= 0) {
        close(dir->lock);
    }
    drop_journals(dir);
    free(dir->path);
    *dir = (eng_workdir_t){ .lock = -1 };
}

int
eng_workdir_note(const eng_workdir_t *dir, const char *file, const char *line)
{
    char *path = inside(dir, file);
    FILE *out = path != NULL ? fopen(path, "a") : NULL;
    int ret = 0;

    if (out == NULL || fprintf(out, "%s\n", line) < 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    if (out != NULL && fclose(out) != 0 && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    free(path);
    return ret;
}

char *
eng_workdir_text(const eng_workdir_t *dir, const char *file)
{
    const size_t most = 1 << 20;
    char *path = inside(dir, file), *text = calloc(1, most + 1);
    FILE *in = path != NULL ? fopen(path, "r") : NULL;

    if (in != NULL && text != NULL) {
        text[fread(text, 1, most, in)] = '\0';
    }
    if (in != NULL) {
        fclose(in);
    }
    free(path);
    return text;
}

bool
eng_workdir_busy(const eng_workdir_t *dir)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char *path = inside(dir, "lock");
    const int lock = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    bool busy = false;

    if (lock >= 0) {
        busy = fcntl(lock, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
        close(lock);
    }
    free(path);
    return busy;
}
