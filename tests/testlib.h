/**
 * What every test program shares: a main that runs all of its tests or the ones named on the command line
 * (through CUnit's Basic interface), temporary directories, files and comparisons.
 *
 *   static const eng_test_t tests[] = { ENG_TEST(test_one), ENG_TEST(test_two) };
 *   int main(int argc, char **argv) { return ENG_TEST_MAIN(argc, argv, "subject", tests); }
 */
#ifndef ENG_TESTLIB_H
#define ENG_TESTLIB_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *name;
    void (*run)(void);
} eng_test_t;

#define ENG_TEST(function)                                                                                             \
    {                                                                                                                  \
#function, function                                                                                            \
    }
#define ENG_TEST_MAIN(argc, argv, suite, tests)                                                                        \
    eng_test_main((argc), (argv), (suite), (tests), sizeof(tests) / sizeof((tests)[0]))

/**
 * Run the tests (no arguments), list them (--list), or run the ones named.  Returns the exit status: 0 if all
 * passed, 1 if one failed or nothing ran, 2 for an unknown name.  Unnamed temporary directories are removed.
 */
int eng_test_main(int argc, char **argv, const char *suite, const eng_test_t *tests, size_t n);

/**
 * A fresh directory that is removed with its contents at exit, below $TMPDIR or the system's default.  Not to
 * be freed; ends the program if it cannot be made.
 */
const char *eng_test_directory(void);

/** directory/name in storage that lasts until the program ends. */
const char *eng_test_path(const char *directory, const char *name);

/** The whole file, 0-terminated, which the caller frees; *size without the 0 (may be NULL).  NULL if unreadable. */
char *eng_test_read_file(const char *path, size_t *size);

/** Write a whole file; false if that fails. */
bool eng_test_write_file(const char *path, const void *bytes, size_t size);

/**
 * The path of a file of tests/data: below $ENG_TEST_DATA, or tests/data of the working directory.  Storage as
 * eng_test_path.
 */
const char *eng_test_data(const char *name);

/** CPU time of this process so far, s: what a bench counts, since other programs do not change it. */
double eng_test_cpu_seconds(void);

/** |got - want| <= tolerance max(1, |want|); equal infinities and two NaN count as equal. */
bool eng_test_near(double got, double want, double tolerance);

/** The same with a relative tolerance only: |got - want| <= tolerance |want|. */
bool eng_test_relative(double got, double want, double tolerance);

/** Distance in units in the last place of `want` rounded to double; NaN against NaN is 0. */
double eng_test_ulps(double got, long double want);

/** Numbers that differ from run to run in nothing: splitmix64, kept apart from the generators under test. */
uint64_t eng_test_random(uint64_t *state);
/** Uniform in low..high from it. */
double eng_test_uniform(uint64_t *state, double low, double high);

/** Assertions that print the two numbers when they differ. */
#define ENG_ASSERT_NEAR(got, want, tolerance) eng_test_check_near((got), (want), (tolerance), __FILE__, __LINE__)
void eng_test_check_near(double got, double want, double tolerance, const char *file, int line);

#endif
