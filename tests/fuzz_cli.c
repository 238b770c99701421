/**
 * The command line: `engraft` with any arguments, one a line.  The whole command runs, but for what computes or starts MPI: that
 * ends where the work would begin (the functions behind --wrap in the Makefile).  What has to hold:
 *   - the status is one of docs/USING.md, and a failure is told on stderr: one line "engraft: ..."; of a study, one line a mistake
 *   - options reach the work as they were checked: a share is one of those it is counted among, a deadline is a time
 *   - nothing is written but where the arguments say
 * Names of files stay inside a folder of their own: '/' is taken out but between digits.  In it stand s.yaml (a study), r.h5 (a result)
 * and w.h5.work (saved work).
 */
#include "base/error.h"
#include "cli/cli.h"
#include "engine/pilot.h"
#include "engine/work.h"
#include <engraft/run.h>

#include "fuzzlib.h"
#include "testlib.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ARGS 24

int eng_cli_main(int argc, char **argv); /* main of src/cli/main.c under another name */

static const char *const kept[] = { "s.yaml", "r.h5", "w.h5.work" };

/* --- where the work would begin -------------------------------------------------------------------------------- */

int __wrap_MPI_Init(int *argc, char ***argv);
int __wrap_MPI_Finalize(void);
int __wrap_MPI_Comm_rank(MPI_Comm comm, int *rank);
int __wrap_MPI_Comm_size(MPI_Comm comm, int *size);
int __wrap_eng_run_create(eng_run_t **run, const eng_run_options_t *options, MPI_Comm comm);
int __wrap_eng_merge(const char *const *shards, int count, const char *result, const char *command, MPI_Comm comm);
int __wrap_eng_pilot_run(
    eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, double seconds);
int __wrap_eng_work_run_all(eng_work_t *work);
int __wrap_eng_launch_prepare(void);

int
__wrap_MPI_Init(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return MPI_SUCCESS;
}

int
__wrap_MPI_Finalize(void)
{
    return MPI_SUCCESS;
}

int
__wrap_MPI_Comm_rank(MPI_Comm comm, int *rank)
{
    (void)comm;
    *rank = 0;
    return MPI_SUCCESS;
}

int
__wrap_MPI_Comm_size(MPI_Comm comm, int *size)
{
    (void)comm;
    *size = 1;
    return MPI_SUCCESS;
}

/* The environment and shared memory of the machine are no part of the command line. */
int
__wrap_eng_launch_prepare(void)
{
    return 0;
}

int
__wrap_eng_run_create(eng_run_t **run, const eng_run_options_t *options, MPI_Comm comm)
{
    (void)comm;
    *run = NULL;
    ENG_FUZZ_HOLDS(options->study_path != NULL && options->result_path != NULL && options->result_path[0] != '\0',
        "a run has a study and a result");
    ENG_FUZZ_HOLDS(options->resume <= ENG_RESUME_REQUIRE && options->progress <= ENG_PROGRESS_NONE, "choices are among those offered");
    ENG_FUZZ_HOLDS(options->deadline >= 0 && options->deadline - options->deadline == 0, "a deadline is a time");
    ENG_FUZZ_HOLDS(options->shards == 0 ? options->shard == 0 : options->shard >= 1 && options->shard <= options->shards,
        "a share is one of those it is counted among");
    ENG_FUZZ_HOLDS(strlen(options->command_line) < 4096 && strncmp(options->command_line, "engraft run", 11) == 0,
        "the command is kept as it was typed");
    return ENG_FAIL(ENG_ERR_NOT_BUILT, "the run would begin here");
}

int
__wrap_eng_merge(const char *const *shards, int count, const char *result, const char *command, MPI_Comm comm)
{
    (void)comm;
    ENG_FUZZ_HOLDS(count >= 1 && result[0] != '\0' && strncmp(command, "engraft merge", 13) == 0, "a merge has shards and a result");
    for (int j = 0; j < count; j++) {
        ENG_FUZZ_HOLDS(shards[j] != NULL, "a shard has a name");
    }
    return ENG_FAIL(ENG_ERR_NOT_BUILT, "the merge would begin here");
}

int
__wrap_eng_pilot_run(eng_pilot_t *pilot, eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, double seconds)
{
    (void)pilot, (void)work, (void)layout, (void)records;
    ENG_FUZZ_HOLDS(seconds > 0, "a pilot takes time");
    return ENG_FAIL(ENG_ERR_NOT_BUILT, "the pilot would begin here");
}

int
__wrap_eng_work_run_all(eng_work_t *work)
{
    (void)work;
    return ENG_FAIL(ENG_ERR_NOT_BUILT, "the course would begin here");
}

/* --- the folder ------------------------------------------------------------------------------------------------ */

static void
copy(const char *from, const char *to)
{
    size_t size = 0;
    char *bytes = eng_test_read_file(from, &size);

    ENG_FUZZ_HOLDS(bytes != NULL, "a seed can be read");
    eng_fuzz_put(to, bytes, size);
    free(bytes);
}

/* A folder in a folder in a folder: ".." is inside too. */
static void
enter_folder(void)
{
    static const char status[] = "state: running\nplanned: 1000\ndone: 20\nrate: 9.5\nleft: 100\nhost: n1\npid: 7\nranks: 2\nattempt: 1\n";

    ENG_FUZZ_HOLDS(chdir(eng_test_directory()) == 0 && mkdir("outer", 0777) == 0 && mkdir("outer/inner", 0777) == 0 &&
            chdir("outer/inner") == 0 && mkdir("w.h5.work", 0777) == 0, "a folder can be made");
    copy(eng_fuzz_seed("study.yaml"), "s.yaml");
    copy(eng_fuzz_seed("result.h5"), "r.h5");
    copy(eng_fuzz_seed("study.yaml"), "w.h5.work/study");
    eng_fuzz_put("w.h5.work/status", status, sizeof(status) - 1);
}

static void
remove_all(const char *path)
{
    struct dirent *entry;
    DIR *inside = unlink(path) != 0 ? opendir(path) : NULL;

    while (inside != NULL && (entry = readdir(inside)) != NULL) {
        char below[1024];
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
            remove_all(below);
        }
    }
    if (inside != NULL) {
        closedir(inside);
        rmdir(path);
    }
}

/* What a command wrote goes; what was there must still be there.  How many files there were besides. */
static int
tidy(void)
{
    char *names[512];
    int count = 0, found = 0;
    struct dirent *entry;
    DIR *here = opendir(".");

    ENG_FUZZ_HOLDS(here != NULL, "the folder is there");
    while (count < 512 && (entry = readdir(here)) != NULL) {
        bool keep = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t j = 0; j < sizeof(kept) / sizeof(*kept); j++) {
            if (strcmp(entry->d_name, kept[j]) == 0) {
                keep = true;
                found++;
            }
        }
        if (!keep) {
            names[count] = eng_fuzz_text((const uint8_t *)entry->d_name, strlen(entry->d_name));
            count++;
        }
    }
    closedir(here);
    ENG_FUZZ_HOLDS(found == (int)(sizeof(kept) / sizeof(*kept)), "what a command reads is still there");
    for (int j = 0; j < count; j++) {
        remove_all(names[j]);
        free(names[j]);
    }
    return count;
}

/* --- one command ----------------------------------------------------------------------------------------------- */

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    eng_fuzz_silence();
    enter_folder();
    return 0;
}

/* Arguments in place; '/' only between digits, as in 1/8. */
static int
split(char *text, char *argv[MAX_ARGS + 2])
{
    int argc = 0;

    argv[argc++] = "engraft";
    for (char *at = text; at != NULL && argc < MAX_ARGS; argc++) {
        char *end = strchr(at, '\n');
        argv[argc] = at;
        if (end != NULL) {
            *end++ = '\0';
        }
        for (char *c = at; *c != '\0'; c++) {
            *c = *c == '/' && (c == at || !isdigit((unsigned char)c[-1]) || !isdigit((unsigned char)c[1])) ? '_' : *c;
        }
        at = end;
    }
    argv[argc] = NULL;
    return argc;
}

static bool
writes(const char *command)
{
    return strcmp(command, "export") == 0 || strcmp(command, "trace") == 0;
}

static void
check_told(int status, const char *told, size_t length)
{
    static const int documented[] = { 0, 1, 3, 64, 65, 66, 70, 73, 75 };
    bool known = false;
    int lines = 0;

    for (size_t j = 0; j < sizeof(documented) / sizeof(*documented); j++) {
        known = known || documented[j] == status;
    }
    if (!known || status == 70) {
        eng_fuzz_violated("status %d is for what the arguments say; stderr: %s", status, told);
    }
    for (size_t j = 0; j < length; j++) {
        lines += told[j] == '\n';
    }
    if (status > 1 && status != 75 && (lines == 0 || told[length - 1] != '\n')) {
        eng_fuzz_violated("a failure (status %d) is told: '%s'", status, told);
    }
    if (status == 0 && strstr(told, "engraft: ") == told && strstr(told, "would begin") != NULL) {
        eng_fuzz_violated("what was not done is no success");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *argv[MAX_ARGS + 2], *text;
    const char *told;
    size_t length;
    int argc, status;

    if (size > 2000 || memchr(data, '\0', size) != NULL) {
        return -1;
    }
    text = eng_fuzz_text(data, size);
    argc = split(text, argv);
    eng_fuzz_capture_begin();
    status = eng_cli_main(argc, argv);
    told = eng_fuzz_capture_end(&length);
    check_told(status, told, length);
    if (tidy() > 0 && !(argc > 1 && writes(argv[1]))) {
        eng_fuzz_violated("'%s' writes nothing", argc > 1 ? argv[1] : "");
    }
    free(text);
    return 0;
}
