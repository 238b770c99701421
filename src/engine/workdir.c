/**
 * The work folder.
 */
#include "engine/workdir.h"

#include "base/error.h"
#include "engine/journal.h"
#include <engraft/run.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static long
attempt_of(const char *path)
{
    return strtol(strrchr(path, '/') + 1 + strlen(JOURNAL_PREFIX), NULL, 10);
}

/*
 * The newest attempt first: its records are those of older attempts gathered, and where a kill interrupted the removal of the old
 * ones, a gathered record holds more than what is left of them.
 */
static int
newest_first(const void *a, const void *b)
{
    const char *one = *(char *const *)a, *other = *(char *const *)b;
    const long left = attempt_of(one), right = attempt_of(other);

    return left != right ? (left < right ? 1 : -1) : strcmp(one, other);
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
        qsort(dir->journals, (size_t)dir->num_journals, sizeof(*dir->journals), newest_first);
    }
    return ret;
}

int
eng_workdir_enter(eng_workdir_t *dir, const char *result_path)
{
    char *path;
    int before = 0, ret;

    *dir = (eng_workdir_t){ .lock = { .fd = -1 } };
    dir->path = eng_workdir_path(result_path, NULL);
    if (dir->path == NULL) {
        return no_memory();
    }
    path = inside(dir, "lock");
    do {
        if (mkdir(dir->path, 0777) != 0 && errno != EEXIST) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "cannot make the folder %s: %s", dir->path, strerror(errno));
        } else {
            ret = path == NULL ? no_memory() : eng_lock_take(&dir->lock, path, &before);
        }
    } while (ret == ENG_STOPPED);
    free(path);
    if (ret == 0) {
        ret = find_journals(dir);
    }
    if (ret == 0) {
        dir->attempt = dir->attempt > before ? dir->attempt : before + 1;
        ret = eng_lock_keep(&dir->lock, dir->attempt, eng_run_request_stop);
    }
    return ret;
}

int
eng_workdir_look(eng_workdir_t *dir, const char *result_path)
{
    *dir = (eng_workdir_t){ .lock = { .fd = -1 } };
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
    static const char *const others[] = { "status", "status.new", "attempts", "study", "study.new", "design", "design.new", "rounds", "rounds.new", "lock" };
    const int attempt = dir->attempt;
    int ret = eng_lock_check(&dir->lock);

    if (ret != 0) {
        return ret; /* it is another run's folder now */
    }

    eng_lock_rest(&dir->lock);
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

/* Does all that is saved there belong to this study? */
static bool
holds_only(const eng_workdir_t *dir, const eng_study_t *study)
{
    eng_journal_key_t key;

    for (int j = 0; j < dir->num_journals; j++) {
        const int ret = eng_journal_peek(dir->journals[j], &key);
        if (ret != ENG_ERR_FORMAT && (ret != 0 || memcmp(key.identity, study->identity, sizeof(key.identity)) != 0 ||
                memcmp(key.extent, study->extent, sizeof(key.extent)) != 0)) {
            return false;
        }
    }
    return true;
}

int
eng_workdir_clear(eng_workdir_t *dir, const char *result_path, const eng_study_t *study)
{
    struct stat info;
    int ret = 0;

    *dir = (eng_workdir_t){ .path = eng_workdir_path(result_path, NULL), .lock = { .fd = -1 } };
    if (dir->path == NULL) {
        return no_memory();
    }
    if (lstat(dir->path, &info) != 0 || !S_ISDIR(info.st_mode) || eng_workdir_busy(dir)) {
        return 0;
    }
    eng_workdir_free(dir);
    ret = eng_workdir_enter(dir, result_path);
    return ret == 0 && holds_only(dir, study) ? eng_workdir_remove(dir) : ret;
}

void
eng_workdir_free(eng_workdir_t *dir)
{
    if (dir->path != NULL) {
        eng_lock_drop(&dir->lock);
    }
    drop_journals(dir);
    free(dir->path);
    *dir = (eng_workdir_t){ .lock = { .fd = -1 } };
}

int
eng_workdir_note(const eng_workdir_t *dir, const char *file, const char *line)
{
    char *path = inside(dir, file);
    FILE *out = path != NULL ? fopen(path, "a") : NULL;
    int ret = 0;

    if (path == NULL) {
        ret = no_memory();
    } else if (out == NULL || fprintf(out, "%s\n", line) < 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    if (out != NULL && fclose(out) != 0 && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    free(path);
    return ret;
}

int
eng_workdir_put(const eng_workdir_t *dir, const char *file, const char *bytes, size_t length)
{
    char *path = inside(dir, file), *fresh = inside(dir, "status.new");
    FILE *out = fresh != NULL ? fopen(fresh, "wb") : NULL;
    int ret = 0;

    if (path == NULL || fresh == NULL) {
        ret = no_memory();
    } else if (out == NULL || fwrite(bytes, 1, length, out) != length || fflush(out) != 0 || fsync(fileno(out)) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    if (out != NULL && fclose(out) != 0 && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    if (ret == 0 && rename(fresh, path) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write to %s: %s", dir->path, strerror(errno));
    }
    free(path);
    free(fresh);
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
    if (path == NULL) { /* "" would say that there is no such file */
        free(text);
        text = NULL;
    }
    free(path);
    return text;
}

bool
eng_workdir_busy(const eng_workdir_t *dir)
{
    char *path = inside(dir, "lock");
    const bool busy = path != NULL && eng_lock_is_held(path);

    free(path);
    return busy;
}
