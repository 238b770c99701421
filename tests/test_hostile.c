/**
 * Hostile studies about uncertainty: each row of tests/data/hostile_uq.txt is a study with mistakes in correlations, groups, designs, frozen
 * chance, comparisons, parts of patients or priors; behind it, indented, all that is said about it, with line and column.  A row `KEY: ... ;; KEY: ...` stands for
 * these lines in front of a study that has the other keys.  A line that ends in "..." wants what stands before it.
 */
#include "study/study.h"

#include "base/text.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const base[] = { "study: hostile", "seed: 1", "horizon: 2 y", "cohort: {disease: ms, patients: 64}",
    "protocols: {a: [{at: 0 d, drug: dmt_standard}], b: []}", "parameters: {trigger.rate: prior, atg.half_life: prior, thymus.export_at_20y: prior}",
    "design: {lhs: {points: 20}}", "outcomes: [relapse, arr, {edss: {at: [1 y]}}]" };

/* Does the row have a line with the key of this one? */
static bool
has_key(const char *row, const char *line)
{
    const size_t length = strcspn(line, ":") + 1;
    bool found = strncmp(row, line, length) == 0;

    for (const char *at = strstr(row, " ;; "); at != NULL && !found; at = strstr(at + 1, " ;; ")) {
        found = strncmp(at + 4, line, length) == 0;
    }
    return found;
}

/* The study of a row; owned by the caller. */
static char *
study_of(const char *row)
{
    eng_text_t text = { 0 };

    for (const char *at = row; at != NULL;) {
        const char *end = strstr(at, " ;; ");
        eng_text_add(&text, "%.*s\n", (int)(end == NULL ? strlen(at) : (size_t)(end - at)), at);
        at = end == NULL ? NULL : end + 4;
    }
    for (size_t k = 0; k < sizeof(base) / sizeof(*base); k++) {
        if (!has_key(row, base[k])) {
            eng_text_add(&text, "%s\n", base[k]);
        }
    }
    CU_ASSERT_FATAL(!text.failed && text.data != NULL);
    return text.data;
}

/* All errors, one line each, indented as in the table; owned by the caller. */
static char *
said_about(const char *row)
{
    char *text = study_of(row);
    eng_text_t lines = { 0 };
    eng_study_t study;
    const int ret = eng_study_parse(&study, "hostile.yaml", text, strlen(text));

    for (int j = 0; j < study.num_complaints; j++) {
        const eng_complaint_t *c = &study.complaints[j];
        if (c->error) {
            eng_text_add(&lines, "    %d:%d: %s\n", c->line, c->column, c->text);
            CU_ASSERT(c->line > 0 && c->column > 0 && strchr(c->text, '\n') == NULL);
        }
    }
    if (ret != ENG_ERR_STUDY || lines.data == NULL) {
        printf("not refused: %s\n", row);
    }
    CU_ASSERT_EQUAL(ret, ENG_ERR_STUDY);
    eng_text_add(&lines, "%s", "");
    eng_study_free(&study);
    free(text);
    return lines.data;
}

/* Is a line what was wanted, up to "..."? */
static bool
same_line(const char *got, size_t length, const char *want, size_t wanted)
{
    const bool open = wanted >= 3 && strncmp(want + wanted - 3, "...", 3) == 0;

    return open ? length >= wanted - 3 && strncmp(got, want, wanted - 3) == 0 : length == wanted && strncmp(got, want, length) == 0;
}

/* The lines said, and the indented lines that follow a row: where these end. */
static const char *
check_row(const char *row, const char *want)
{
    char *said = said_about(row);
    const char *got = said;
    bool same = true;

    while (*want == ' ') {
        const size_t wanted = strcspn(want, "\n"), length = strcspn(got, "\n");
        same = same && length > 0 && same_line(got, length, want, wanted);
        got += length + (got[length] == '\n');
        want += wanted + (want[wanted] == '\n');
    }
    if (!same || *got != '\0') {
        printf("%s\nsaid:\n%s", row, said);
    }
    CU_ASSERT(same && *got == '\0');
    free(said);
    return want;
}

static void
test_every_study(void)
{
    char *table = eng_test_read_file(eng_test_data("hostile_uq.txt"), NULL);
    int rows = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(table);
    for (const char *at = table; *at != '\0'; rows++) {
        const size_t length = strcspn(at, "\n");
        char *row = eng_text_copy(at, length);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        at = check_row(row, at + length + (at[length] == '\n'));
        free(row);
    }
    CU_ASSERT(rows >= 200);
    free(table);
}

/* The study that they all are spoilt forms of is none. */
static void
test_the_good_one(void)
{
    char *text = study_of("weight: full");
    eng_study_t study;

    CU_ASSERT_EQUAL(eng_study_parse(&study, "good.yaml", text, strlen(text)), 0);
    eng_study_free(&study);
    free(text);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_every_study), ENG_TEST(test_the_good_one) };

    return ENG_TEST_MAIN(argc, argv, "hostile studies", tests);
}
