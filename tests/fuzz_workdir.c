/**
 * The small files of a work folder: lock, status, list of attempts, study, and the names of its journals.  The input is these
 * five, with form feeds between them.  What has to hold whatever they say:
 *   - `status` and `show --partial` print something or refuse in one line
 *   - a folder can be entered (the lock is old, so that nobody is waited for); the new attempt has a number above that of the
 *     lock and of every journal, in the range of its type; the lock is the holder's then and free afterwards
 */
#include "cli/cli.h"
#include "engine/workdir.h"

#include "fuzzlib.h"
#include "testlib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK, STATUS, ATTEMPTS, STUDY, NAMES, NUM_PARTS };

static const char *const files[NAMES] = { "lock", "status", "attempts", "study" };
static const char *result, *folder; /* set once */

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *directory = eng_test_directory();

    (void)argc, (void)argv;
    result = eng_test_path(directory, "r.h5");
    folder = eng_test_path(directory, "r.h5.work");
    eng_fuzz_silence();
    return 0;
}

/* The next part of the input, up to a form feed. */
static void
take_part(eng_fuzz_input_t *input, const uint8_t **bytes, size_t *size)
{
    const size_t left = (size_t)(input->end - input->at);
    const uint8_t *end = left > 0 ? memchr(input->at, '\f', left) : NULL;

    *bytes = input->at;
    *size = end != NULL ? (size_t)(end - input->at) : left;
    input->at = end != NULL ? end + 1 : input->end;
}

/* Empty journals whose names end as the input says; what cannot be a name of a file is left out. */
static void
make_journals(const uint8_t *bytes, size_t size)
{
    char path[4096];
    int made = 0;

    for (size_t j = 0; j < size && made < 4;) {
        const uint8_t *end = memchr(bytes + j, '\n', size - j);
        const size_t length = end != NULL ? (size_t)(end - bytes) - j : size - j;
        if (length > 0 && length < 200 && memchr(bytes + j, '/', length) == NULL && memchr(bytes + j, '\0', length) == NULL) {
            snprintf(path, sizeof(path), "%s/journal.%.*s", folder, (int)length, (const char *)bytes + j);
            eng_fuzz_put(path, "x", 1);
            made++;
        }
        j += length + 1;
    }
}

static void
make_folder(eng_fuzz_input_t *input)
{
    const struct timespec old[2] = { { 1, 0 }, { 1, 0 } };
    const uint8_t *bytes;
    size_t size;

    ENG_FUZZ_HOLDS(mkdir(folder, 0777) == 0 || errno == EEXIST, "a folder can be made");
    for (int part = 0; part < NAMES; part++) {
        char path[4096];
        take_part(input, &bytes, &size);
        snprintf(path, sizeof(path), "%s/%s", folder, files[part]);
        eng_fuzz_put(path, bytes, size);
        if (part == LOCK) {
            ENG_FUZZ_HOLDS(utimensat(AT_FDCWD, path, old, 0) == 0, "a lock can be old");
        }
    }
    take_part(input, &bytes, &size);
    make_journals(bytes, size);
}

static void
run_command(const eng_command_t *command, const char *option)
{
    char words[3][4096];
    char *argv[] = { words[0], words[1], words[2], NULL };
    int ret;

    snprintf(words[0], sizeof(words[0]), "%s", command->name);
    snprintf(words[1], sizeof(words[1]), "%s", result);
    snprintf(words[2], sizeof(words[2]), "%s", option != NULL ? option : "");
    eng_error_clear();
    ret = command->run(option != NULL ? 3 : 2, argv);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret <= 0 || ret == 75, "a command that only looks succeeds, refuses, or says that work can go on");
}

static void
enter(void)
{
    eng_workdir_t dir;
    char *text;
    int ret = eng_workdir_enter(&dir, result);

    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret == 0, "a folder that nobody holds can be entered");
    ENG_FUZZ_HOLDS(dir.attempt >= 1, "attempts count from 1");
    ENG_FUZZ_HOLDS(dir.lock.attempt == dir.attempt && strstr(dir.lock.text, ", attempt ") != NULL, "the lock says under which attempt");
    for (int j = 0; j < dir.num_journals; j++) {
        const long attempt = strtol(strrchr(dir.journals[j], '/') + strlen("/journal."), NULL, 10);
        ENG_FUZZ_HOLDS(attempt < dir.attempt || attempt >= 1000000000, "an attempt has a number of its own");
    }
    ENG_FUZZ_HOLDS(eng_workdir_busy(&dir), "the lock is held");
    text = eng_workdir_text(&dir, "attempts");
    ENG_FUZZ_HOLDS(text != NULL && eng_lock_check(&dir.lock) == 0, "the lock is ours");
    free(text);
    ret = eng_workdir_remove(&dir);
    if (ret != 0 || access(folder, F_OK) == 0) {
        eng_fuzz_violated("a folder goes with all that engraft put there: %s", eng_error_message());
    }
    eng_workdir_free(&dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    eng_fuzz_input_t input = { data, data + size };

    if (size > 20000) {
        return 0;
    }
    make_folder(&input);
    run_command(&eng_command_status, NULL);
    run_command(&eng_command_status, "--quiet");
    run_command(&eng_command_show, "--partial");
    enter();
    return 0;
}
