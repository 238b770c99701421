/**
 * Dead segments are found by asking every process of this machine.  That is done once per node and run, and only where
 * there are segments at all.
 */
#include "engine/shm.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const prefixes[] = { "vader_segment.", "sm_segment." }; /* of Open MPI up to 4, and from 5 on */
#define MOST 4096 /* segments looked at in one go; the next run goes on */

typedef struct {
    char *path; /* owned */
    bool used;
} segment_t;

typedef struct {
    const char *folder;
    segment_t *segments;
    int num;
} sweep_t;

/* Bytes of the prefix that a name begins with; 0: none. */
static size_t
prefix_of(const char *name)
{
    for (size_t j = 0; j < sizeof(prefixes) / sizeof(*prefixes); j++) {
        if (strncmp(name, prefixes[j], strlen(prefixes[j])) == 0) {
            return strlen(prefixes[j]);
        }
    }
    return 0;
}

/* PREFIX HOST . or, where Open MPI kept the whole name, PREFIX HOST.DOMAIN . */
static bool
is_of_this_host(const char *name)
{
    char host[256] = "";
    const size_t n = prefix_of(name);

    gethostname(host, sizeof(host) - 1);
    host[strcspn(host, ".")] = '\0';
    const size_t length = strlen(host);
    return n > 0 && length > 0 && strncmp(name + n, host, length) == 0 && name[n + length] == '.';
}

static void
find_segments(sweep_t *sweep)
{
    DIR *folder = opendir(sweep->folder);
    const struct dirent *entry;

    while (folder != NULL && sweep->num < MOST && (entry = readdir(folder)) != NULL) {
        const size_t size = strlen(sweep->folder) + strlen(entry->d_name) + 2;
        struct stat info;
        char *path;
        if (!is_of_this_host(entry->d_name) || (path = malloc(size)) == NULL) {
            continue;
        }
        snprintf(path, size, "%s/%s", sweep->folder, entry->d_name);
        segment_t *more = lstat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid()
            ? realloc(sweep->segments, ((size_t)sweep->num + 1) * sizeof(*more)) : NULL;
        if (more == NULL) {
            free(path);
            continue;
        }
        sweep->segments = more;
        more[sweep->num++] = (segment_t){ path, false };
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

/* The path of an open file, or a line of a map that ends with one. */
static void
note_use(sweep_t *sweep, const char *text)
{
    const char *at = strrchr(text, '/');

    for (int j = 0; at != NULL && prefix_of(at + 1) > 0 && j < sweep->num; j++) {
        const char *name = strrchr(sweep->segments[j].path, '/');
        const size_t length = strlen(name);
        if (strncmp(at, name, length) == 0 && (at[length] == '\0' || at[length] == '\n' || at[length] == ' ')) {
            sweep->segments[j].used = true;
        }
    }
}

/* Open files before maps: between the two a file can become mapped, not the reverse. */
static void
ask_process(sweep_t *sweep, const char *process)
{
    char path[64], target[4096], *line = NULL;
    size_t capacity = 0;
    const struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%.20s/fd", process);
    DIR *open_files = opendir(path);
    while (open_files != NULL && (entry = readdir(open_files)) != NULL) {
        snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", process, entry->d_name);
        const ssize_t n = readlink(path, target, sizeof(target) - 1);
        if (n > 0) {
            target[n] = '\0';
            note_use(sweep, target);
        }
    }
    if (open_files != NULL) {
        closedir(open_files);
    }
    snprintf(path, sizeof(path), "/proc/%.20s/maps", process);
    FILE *maps = fopen(path, "re");
    while (maps != NULL && getline(&line, &capacity, maps) > 0) {
        note_use(sweep, line);
    }
    if (maps != NULL) {
        fclose(maps);
    }
    free(line);
}

/* False: processes cannot be seen here. */
static bool
ask_all(sweep_t *sweep)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    int asked = 0;

    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        if (entry->d_name[strspn(entry->d_name, "0123456789")] == '\0') {
            ask_process(sweep, entry->d_name);
            asked++;
        }
    }
    if (processes != NULL) {
        closedir(processes);
    }
    return asked > 0;
}

/* Whether this process lives in the machine's first namespace of a kind; the numbers are the kernel's (linux/proc_ns.h). */
static bool
in_first_namespace(const char *kind, const char *number)
{
    char path[64], is[64] = "", first[64];

    snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
    snprintf(first, sizeof(first), "%s:[%s]", kind, number);
    return readlink(path, is, sizeof(is) - 1) > 0 && strcmp(is, first) == 0;
}

/* A container that has processes of its own but the machine's shared memory does not see who uses a segment. */
static bool
users_are_hidden(void)
{
    return !in_first_namespace("pid", "4026531836") && in_first_namespace("ipc", "4026531839");
}

int
eng_shm_sweep(const char *folder)
{
    sweep_t sweep = { .folder = folder };
    int gone = 0;

    find_segments(&sweep);
    if (sweep.num > 0 && !users_are_hidden() && ask_all(&sweep)) {
        for (int j = 0; j < sweep.num; j++) {
            gone += !sweep.segments[j].used && unlink(sweep.segments[j].path) == 0;
        }
    }
    for (int j = 0; j < sweep.num; j++) {
        free(sweep.segments[j].path);
    }
    free(sweep.segments);
    return gone;
}
