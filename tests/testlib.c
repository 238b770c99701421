/**
 * See testlib.h.
 */
#define _XOPEN_SOURCE 700
#include "testlib.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_KEPT 4096

static char *kept[MAX_KEPT]; /* strings that live until exit */
static size_t num_kept;
static char *directories[MAX_KEPT];
static size_t num_directories;
static pid_t owner; /* a forked child must not remove its parent's directories */

/* --- storage and directories ---------------------------------------------------------------------------- */

static void
give_up(const char *what)
{
    perror(what);
    exit(2);
}

static char *
keep(char *text)
{
    if (text == NULL || num_kept == MAX_KEPT) {
        give_up("testlib: no room for a path");
    }
    return kept[num_kept++] = text;
}

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void
clean_up(void)
{
    if (getpid() == owner) {
        while (num_directories > 0) {
            nftw(directories[--num_directories], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        }
        while (num_kept > 0) {
            free(kept[--num_kept]);
        }
    }
}

static void
clean_up_at_exit(void)
{
    if (owner == 0) {
        owner = getpid();
        atexit(clean_up);
    }
}

const char *
eng_test_directory(void)
{
    const char *base = getenv("TMPDIR");
    const char *path = eng_test_path(base != NULL && *base != '\0' ? base : P_tmpdir, "engraft_test_XXXXXX");

    if (num_directories == MAX_KEPT || mkdtemp((char *)(uintptr_t)path) == NULL) {
        give_up(path);
    }
    directories[num_directories++] = (char *)(uintptr_t)path;
    return path;
}

const char *
eng_test_path(const char *directory, const char *name)
{
    size_t size = strlen(directory) + strlen(name) + 2;
    char *path;

    clean_up_at_exit();
    path = keep(malloc(size));
    snprintf(path, size, "%s/%s", directory, name);
    return path;
}

const char *
eng_test_data(const char *name)
{
    const char *directory = getenv("ENG_TEST_DATA");

    return eng_test_path(directory != NULL && *directory != '\0' ? directory : "tests/data", name);
}

/* --- files ---------------------------------------------------------------------------------------------- */

char *
eng_test_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL, *larger;
    size_t length = 0, room = 0, part = 1;

    if (file == NULL) {
        return NULL;
    }
    while (part > 0) {
        if (room - length < 4096) {
            room = 2 * room + 8192;
            larger = realloc(text, room);
            if (larger == NULL) {
                free(text);
                text = NULL;
                goto out;
            }
            text = larger;
        }
        part = fread(text + length, 1, room - length - 1, file);
        length += part;
    }
    text[length] = '\0';
    if (size != NULL) {
        *size = length;
    }
out:
    fclose(file);
    return text;
}

bool
eng_test_write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    bool good;

    if (file == NULL) {
        return false;
    }
    good = size == 0 || fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && good;
}

/* --- comparisons ---------------------------------------------------------------------------------------- */

double
eng_test_cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool
eng_test_near(double got, double want, double tolerance)
{
    if (isnan(got) || isnan(want)) {
        return isnan(got) && isnan(want);
    }
    return got == want || fabs(got - want) <= tolerance * fmax(1.0, fabs(want));
}

bool
eng_test_relative(double got, double want, double tolerance)
{
    if (isnan(got) || isnan(want)) {
        return isnan(got) && isnan(want);
    }
    return got == want || fabs(got - want) <= tolerance * fabs(want);
}

double
eng_test_ulps(double got, long double want)
{
    double rounded = (double)want;
    int exponent;

    if (isnan(got) && isnan(want)) {
        return 0;
    }
    if (got == rounded) {
        return isinf(got) ? 0
                          : (double)fabsl((long double)got - want) / ldexp(1, ilogb(got == 0 ? 0x1p-1022 : got) - 52);
    }
    if (isnan(got) || isinf(got) || isinf(rounded)) {
        return INFINITY;
    }
    frexp(rounded, &exponent);
    exponent = exponent - 53 < -1074 ? -1074 : exponent - 53;
    return (double)(fabsl((long double)got - want) / ldexpl(1, exponent));
}

void
eng_test_check_near(double got, double want, double tolerance, const char *file, int line)
{
    char text[200];
    bool good = eng_test_near(got, want, tolerance);

    snprintf(text, sizeof(text), "%.17g is not %.17g within %g", got, want, tolerance);
    CU_assertImplementation(good, (unsigned)line, text, file, "", CU_FALSE);
}

uint64_t
eng_test_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

double
eng_test_uniform(uint64_t *state, double low, double high)
{
    return low + (high - low) * ((double)(eng_test_random(state) >> 11) * 0x1p-53);
}

/* --- main ----------------------------------------------------------------------------------------------- */

static bool
is_wanted(const char *name, int argc, char **argv)
{
    int j;

    for (j = 1; j < argc; j++) {
        if (strcmp(name, argv[j]) == 0) {
            return true;
        }
    }
    return argc < 2;
}

static bool
names_are_known(int argc, char **argv, const eng_test_t *tests, size_t n)
{
    size_t k;
    int j;

    for (j = 1; j < argc; j++) {
        for (k = 0; k < n && strcmp(argv[j], tests[k].name) != 0; k++) {
        }
        if (k == n) {
            fprintf(stderr, "%s: no test of the name %s\n", argv[0], argv[j]);
            return false;
        }
    }
    return true;
}

int
eng_test_main(int argc, char **argv, const char *suite, const eng_test_t *tests, size_t n)
{
    CU_pSuite cu_suite = NULL;
    unsigned failures = 1, run = 0;
    size_t k;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (k = 0; k < n; k++) {
            puts(tests[k].name);
        }
        return 0;
    }
    if (!names_are_known(argc, argv, tests, n)) {
        return 2;
    }
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return 1;
    }
    cu_suite = CU_add_suite(suite, NULL, NULL);
    if (cu_suite == NULL) {
        goto out;
    }
    for (k = 0; k < n; k++) {
        if (is_wanted(tests[k].name, argc, argv) && CU_add_test(cu_suite, tests[k].name, tests[k].run) == NULL) {
            goto out;
        }
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    if (CU_basic_run_tests() == CUE_SUCCESS) {
        failures = CU_get_number_of_failures() + CU_get_number_of_tests_failed();
        run = CU_get_number_of_tests_run();
    }
out:
    CU_cleanup_registry();
    return failures == 0 && run > 0 ? 0 : 1;
}
