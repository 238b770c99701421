/**
 * Codes, texts, exit statuses, the last failure of a thread, and log lines.
 */
#include "base/error.h"
#include "base/log.h"
#include "testlib.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AS_CODE(name, code, status, text) name,
static const int codes[] = { ENG_ERROR_LIST(AS_CODE) };
#undef AS_CODE
#define NUM_CODES (sizeof(codes) / sizeof(*codes))

static void
test_every_code_has_a_text_of_its_own(void)
{
    size_t j, k;

    for (j = 0; j < NUM_CODES; j++) {
        CU_ASSERT(codes[j] < 0);
        CU_ASSERT(strlen(eng_strerror(codes[j])) > 5);
        CU_ASSERT_STRING_NOT_EQUAL(eng_strerror(codes[j]), eng_strerror(-1000));
        for (k = 0; k < j; k++) {
            CU_ASSERT_NOT_EQUAL(codes[j], codes[k]);
            CU_ASSERT_STRING_NOT_EQUAL(eng_strerror(codes[j]), eng_strerror(codes[k]));
        }
    }
    CU_ASSERT(strlen(eng_strerror(-1000)) > 0);
    CU_ASSERT(strlen(eng_strerror(1000)) > 0);
    CU_ASSERT_STRING_NOT_EQUAL(eng_strerror(ENG_OK), eng_strerror(-1000));
    CU_ASSERT_STRING_NOT_EQUAL(eng_strerror(ENG_STOPPED), eng_strerror(-1000));
}

static void
test_exit_statuses_are_the_published_ones(void)
{
    CU_ASSERT_EQUAL(eng_exit_status(ENG_OK), 0);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_STOPPED), 75);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_USAGE), 64);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_STUDY), 65);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_READ), 66);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_FORMAT), 66);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_WRITE), 73);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_OTHER_STUDY), 73);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_TOO_MANY_FAILURES), 3);
    CU_ASSERT_EQUAL(eng_exit_status(ENG_ERR_NO_MEMORY), 70);
    CU_ASSERT_EQUAL(eng_exit_status(-1000), 70);
    CU_ASSERT_EQUAL(eng_exit_status(1000), 70);
}

static void
test_the_last_failure_is_kept(void)
{
    eng_error_clear();
    CU_ASSERT_STRING_EQUAL(eng_error_message(), "");
    CU_ASSERT_EQUAL(ENG_FAIL(ENG_ERR_READ, "%s: line %d", "study.yaml", 7), ENG_ERR_READ);
    CU_ASSERT_PTR_EQUAL(strstr(eng_error_message(), "study.yaml: line 7"), eng_error_message());
    CU_ASSERT_EQUAL(ENG_FAIL(ENG_ERR_STUDY, "reading: %s", eng_error_message()), ENG_ERR_STUDY);
    CU_ASSERT_PTR_EQUAL(strstr(eng_error_message(), "reading: study.yaml: line 7"), eng_error_message());
    eng_error_clear();
    CU_ASSERT_STRING_EQUAL(eng_error_message(), "");
}

static void
test_a_message_may_be_too_long(void)
{
    char text[5000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    CU_ASSERT_EQUAL(ENG_FAIL(ENG_ERR_RANGE, "%s", text), ENG_ERR_RANGE);
    CU_ASSERT(strlen(eng_error_message()) > 500);
    CU_ASSERT(strlen(eng_error_message()) < sizeof(text));
}

/* What people need stands at both ends: the file's name begins it, the reason ends it. */
static void
test_a_long_path_gives_way_to_the_reason(void)
{
    static const char reason[] = ": No space left on device";
    const size_t lengths[] = { 1000, 3800, 3935, 3936, 4062, 9000 };
    char path[9001];

    for (size_t j = 0; j < sizeof(lengths) / sizeof(*lengths); j++) {
        for (size_t k = 0; k < lengths[j]; k++) {
            path[k] = k % 2 == 0 ? '\xC3' : '\xA9'; /* characters of two bytes: none is cut apart */
        }
        path[0] = path[1] = '/';
        path[lengths[j]] = '\0';
        (void)ENG_FAIL(ENG_ERR_WRITE, "%s%s", path, reason);
        (void)ENG_FAIL(ENG_ERR_WRITE, "%s; and again", eng_error_message());
        const char *said = eng_error_message(), *cut = strstr(said, "..."), *why = strstr(said, reason);
        CU_ASSERT_EQUAL(strncmp(said, path, 1000), 0);
        CU_ASSERT_PTR_NOT_NULL(why);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, "; and again"));
        CU_ASSERT_EQUAL(cut != NULL, lengths[j] > 3900);
        CU_ASSERT(cut == NULL || ((cut[-1] & 0xFF) == 0xA9 && (cut[3] & 0xFF) == 0xC3));
        CU_ASSERT(strlen(said) < ENG_ERROR_SIZE);
    }
}

static void *
fail_elsewhere(void *was_empty)
{
    *(bool *)was_empty = eng_error_message()[0] == '\0';
    (void)ENG_FAIL(ENG_ERR_WRITE, "elsewhere");
    return NULL;
}

static void
test_failures_of_other_threads_are_theirs(void)
{
    pthread_t thread;
    bool was_empty = false;

    (void)ENG_FAIL(ENG_ERR_READ, "here");
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, fail_elsewhere, &was_empty), 0);
    pthread_join(thread, NULL);
    CU_ASSERT(was_empty);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "here"));
}

/* --- log lines: stderr goes to a file for a while ------------------------------------------------------- */

static int kept_stderr = -1;

static const char *
catch_stderr(void)
{
    const char *path = eng_test_path(eng_test_directory(), "stderr");

    fflush(stderr);
    kept_stderr = dup(STDERR_FILENO);
    CU_ASSERT_PTR_NOT_NULL_FATAL(freopen(path, "w", stderr));
    return path;
}

static char *
release_stderr(const char *path)
{
    fflush(stderr);
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    return eng_test_read_file(path, NULL);
}

static void
test_log_lines_by_rank_and_level(void)
{
    const char *path = catch_stderr();
    char *text;

    eng_log(ENG_LOG_DEBUG, "hidden: the default is info");
    eng_log(ENG_LOG_INFO, "one %d", 1);
    eng_log_set(1, ENG_LOG_DEBUG);
    eng_log(ENG_LOG_INFO, "hidden: another rank");
    eng_log(ENG_LOG_WARN, "two");
    eng_log_set(0, ENG_LOG_ERROR);
    eng_log(ENG_LOG_WARN, "hidden: a level too low");
    eng_log(ENG_LOG_ERROR, "three");
    eng_log_set(0, ENG_LOG_DEBUG);
    eng_log(ENG_LOG_DEBUG, "four");
    eng_log_set(0, ENG_LOG_INFO);
    text = release_stderr(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, "engraft: one 1\nengraft: two\nengraft: three\nengraft: four\n");
    free(text);
}

static void
test_a_long_log_line_is_cut_and_ends(void)
{
    const char *path = catch_stderr();
    static char much[10000];
    char *text;
    size_t length;

    memset(much, 'y', sizeof(much) - 1);
    eng_log(ENG_LOG_ERROR, "%s", much);
    text = release_stderr(path);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    length = strlen(text);
    CU_ASSERT(length > 4000 && length <= 4096);
    CU_ASSERT_STRING_EQUAL(text + length - 6, "y ...\n");
    free(text);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_every_code_has_a_text_of_its_own),
    ENG_TEST(test_exit_statuses_are_the_published_ones),
    ENG_TEST(test_the_last_failure_is_kept),
    ENG_TEST(test_a_message_may_be_too_long),
    ENG_TEST(test_a_long_path_gives_way_to_the_reason),
    ENG_TEST(test_failures_of_other_threads_are_theirs),
    ENG_TEST(test_log_lines_by_rank_and_level),
    ENG_TEST(test_a_long_log_line_is_cut_and_ends),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "error and log", tests);
}
