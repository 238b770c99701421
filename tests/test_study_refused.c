/** Studies that are refused: every file of tests/data/broken with its lines, limits, and what cannot be read. */
#include "study/study.h"

#include "base/text.h"
#include "testlib.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* All errors of one broken study as lines that begin with its bare name. */
static char *
complaints_of(const char *name)
{
    char path[300];
    eng_study_t s;
    eng_text_t lines = { 0 };
    int ret;

    snprintf(path, sizeof(path), "broken/%s", name);
    ret = eng_study_load(&s, eng_test_data(path));
    CU_ASSERT_EQUAL(ret, ENG_ERR_STUDY);
    CU_ASSERT_EQUAL(eng_exit_status(ret), 65);
    CU_ASSERT_PTR_NULL(s.canonical);
    for (int j = 0; j < s.num_complaints; j++) {
        const eng_complaint_t *c = &s.complaints[j];

        if (c->error && c->line == 0) {
            eng_text_add(&lines, "%s: %s\n", name, c->text);
        } else if (c->error) {
            eng_text_add(&lines, "%s:%d:%d: %s\n", name, c->line, c->column, c->text);
        }
    }
    eng_study_free(&s);
    CU_ASSERT_PTR_NOT_NULL_FATAL(lines.data);
    return lines.data;
}

/* The lines of `expected` that begin with the file's name and a colon. */
static char *
expected_of(const char *expected, const char *name)
{
    const size_t length = strlen(name);
    eng_text_t lines = { 0 };

    for (const char *at = expected; *at != '\0';) {
        const size_t n = strcspn(at, "\n");

        if (strncmp(at, name, length) == 0 && at[length] == ':') {
            eng_text_add(&lines, "%.*s\n", (int)n, at);
        }
        at += n + (at[n] == '\n');
    }
    eng_text_add(&lines, "%s", "");
    return lines.data;
}

/* Line by line the same; a wanted line that ends in "..." wants what stands before it. */
static bool
same_lines(const char *got, const char *want)
{
    while (*got != '\0' && *want != '\0') {
        const size_t n = strcspn(got, "\n"), m = strcspn(want, "\n");
        const bool open = m >= 3 && strncmp(want + m - 3, "...", 3) == 0;

        if (open ? n < m - 3 || strncmp(got, want, m - 3) != 0 : n != m || strncmp(got, want, m) != 0) {
            return false;
        }
        got += n + 1;
        want += m + 1;
    }
    return *got == *want;
}

static void
test_broken_studies(void)
{
    char *expected = eng_test_read_file(eng_test_data("broken/expected.txt"), NULL);
    DIR *directory = opendir(eng_test_data("broken"));
    int files = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
    CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char *got, *want;

        if (strstr(entry->d_name, ".yaml") == NULL) {
            continue;
        }
        files++;
        got = complaints_of(entry->d_name);
        want = expected_of(expected, entry->d_name);
        CU_ASSERT(same_lines(got, want));
        if (!same_lines(got, want)) {
            printf("expected:\n%sgot:\n%s", want, got);
        }
        free(got);
        free(want);
    }
    CU_ASSERT(files >= 25);
    closedir(directory);
    free(expected);
}

static void
test_a_hundred_complaints_are_kept(void)
{
    eng_text_t text = { 0 };
    eng_study_t s;

    for (int j = 0; j < 3000; j++) {
        eng_text_add(&text, "key_%d: 1\n", j);
    }
    CU_ASSERT_EQUAL(eng_study_parse(&s, "test", text.data, text.length), ENG_ERR_STUDY);
    CU_ASSERT_EQUAL(s.num_complaints, ENG_MAX_COMPLAINTS + 1);
    CU_ASSERT_EQUAL(s.num_errors, 3005);
    CU_ASSERT_STRING_EQUAL(s.complaints[ENG_MAX_COMPLAINTS].text, "... and 2905 more");
    for (int j = 1; j < ENG_MAX_COMPLAINTS; j++) {
        CU_ASSERT(s.complaints[j].line >= s.complaints[j - 1].line);
    }
    eng_study_free(&s);
    eng_text_free(&text);
}

static void
test_errors_come_before_notes(void)
{
    static const char text[] =
        "study: small\nseed: 7\nhorizon: 2 y\ncohort: {disease: ms, patients: 100}\n"
        "sets: {idle: []}\n"
        "visit: 3\n"
        "protocols: {dmt: [{at: 0 d, drug: dmf}]}\n";
    eng_study_t s;

    CU_ASSERT_EQUAL(eng_study_parse(&s, "test", text, strlen(text)), ENG_ERR_STUDY);
    CU_ASSERT_EQUAL_FATAL(s.num_complaints, 2);
    CU_ASSERT(s.complaints[0].error);
    CU_ASSERT_EQUAL(s.complaints[0].line, 6);
    CU_ASSERT_FALSE(s.complaints[1].error);
    CU_ASSERT_EQUAL(s.complaints[1].line, 5);
    CU_ASSERT_EQUAL(s.num_errors, 1);
    eng_study_free(&s);
}

/* Sets that use sets must not multiply without end. */
static void
test_sets_cannot_explode(void)
{
    eng_text_t text = { 0 };
    eng_study_t s;

    eng_text_add(&text, "%s", "study: bomb\nseed: 1\nhorizon: 1 y\ncohort: {disease: ms, patients: 1}\nsets:\n");
    for (int j = 0; j < 7; j++) {
        eng_text_add(&text, "  s%d: [", j);
        for (int k = 0; k < 30; k++) {
            eng_text_add(&text, "%s{use: s%d}", k == 0 ? "" : ", ", j + 1);
        }
        eng_text_add(&text, "]\n");
    }
    eng_text_add(&text, "%s", "  s7: []\nprotocols: {p: [{use: s0}]}\n");
    CU_ASSERT_EQUAL(eng_study_parse(&s, "test", text.data, text.length), ENG_ERR_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.complaints[0].text, "more than 100000 actions"));
    eng_study_free(&s);
    eng_text_free(&text);
}

static void
test_what_cannot_be_read(void)
{
    const char *directory = eng_test_directory();
    const char *large = eng_test_path(directory, "large.yaml"), *pipe_path = eng_test_path(directory, "pipe.yaml");
    char *bytes = calloc(1, 1000001);
    eng_study_t s;

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(bytes, '#', 1000001);
    CU_ASSERT(eng_test_write_file(large, bytes, 1000001));
    CU_ASSERT_EQUAL(mkfifo(pipe_path, 0600), 0);
    CU_ASSERT_EQUAL(eng_study_load(&s, large), ENG_ERR_READ);
    eng_study_free(&s);
    CU_ASSERT_EQUAL(eng_study_load(&s, pipe_path), ENG_ERR_READ); /* and does not wait for a writer */
    eng_study_free(&s);
    CU_ASSERT_EQUAL(eng_study_load(&s, directory), ENG_ERR_READ);
    eng_study_free(&s);
    CU_ASSERT_EQUAL(eng_study_load(&s, eng_test_path(directory, "none.yaml")), ENG_ERR_READ);
    eng_study_free(&s);
    free(bytes);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_broken_studies), ENG_TEST(test_a_hundred_complaints_are_kept),
        ENG_TEST(test_errors_come_before_notes), ENG_TEST(test_sets_cannot_explode), ENG_TEST(test_what_cannot_be_read) };

    return ENG_TEST_MAIN(argc, argv, "refused studies", tests);
}
