/**
 * What the tests call of CUnit, for compilers of machines for which there is none here (make SERIAL=1): checks that print and count, tests
 * that run in their order, a summary that tests/run_tests.sh reads.
 */
#ifndef ENG_WITHOUT_CUNIT_H
#define ENG_WITHOUT_CUNIT_H

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#define CU_TRUE  1
#define CU_FALSE 0
#define CU_MAX_TESTS 200

typedef enum { CUE_SUCCESS } CU_ErrorCode;
typedef enum { CU_BRM_VERBOSE } CU_BasicRunMode;
typedef struct {
    const char *name;
    void (*run)(void);
} CU_Test, *CU_pTest;
typedef struct {
    CU_Test test[CU_MAX_TESTS];
    unsigned num_tests, num_failed_tests, num_checks, num_failures;
    jmp_buf end; /* of the test that runs: where a fatal check goes */
} CU_Suite, *CU_pSuite;

/* One for all files of the program. */
__attribute__((weak)) CU_Suite cu_suite_of_program;

static inline int
CU_assertImplementation(int good, unsigned line, const char *what, const char *file, const char *function, int fatal)
{
    (void)function;
    cu_suite_of_program.num_checks++;
    if (!good) {
        cu_suite_of_program.num_failures++;
        printf("    %s:%u: %s\n", file, line, what);
        if (fatal) {
            longjmp(cu_suite_of_program.end, 1);
        }
    }
    return good;
}

#define CU_CHECK_(value, text, fatal)      (void)CU_assertImplementation((value), __LINE__, text, __FILE__, "", fatal)
#define CU_ASSERT(value)                   CU_CHECK_((value), #value, CU_FALSE)
#define CU_ASSERT_FATAL(value)             CU_CHECK_((value), #value, CU_TRUE)
#define CU_ASSERT_TRUE(value)              CU_CHECK_((value), #value, CU_FALSE)
#define CU_ASSERT_FALSE(value)             CU_CHECK_(!(value), "not " #value, CU_FALSE)
#define CU_ASSERT_EQUAL(a, b)              CU_CHECK_((a) == (b), #a " == " #b, CU_FALSE)
#define CU_ASSERT_EQUAL_FATAL(a, b)        CU_CHECK_((a) == (b), #a " == " #b, CU_TRUE)
#define CU_ASSERT_NOT_EQUAL(a, b)          CU_CHECK_((a) != (b), #a " != " #b, CU_FALSE)
#define CU_ASSERT_PTR_EQUAL(a, b)          CU_CHECK_((const void *)(a) == (const void *)(b), #a " == " #b, CU_FALSE)
#define CU_ASSERT_PTR_NULL(a)              CU_CHECK_((a) == NULL, #a " == NULL", CU_FALSE)
#define CU_ASSERT_PTR_NOT_NULL(a)          CU_CHECK_((a) != NULL, #a " != NULL", CU_FALSE)
#define CU_ASSERT_PTR_NOT_NULL_FATAL(a)    CU_CHECK_((a) != NULL, #a " != NULL", CU_TRUE)
#define CU_ASSERT_STRING_EQUAL(a, b)       CU_CHECK_(strcmp((a), (b)) == 0, #a " is " #b, CU_FALSE)
#define CU_ASSERT_STRING_NOT_EQUAL(a, b)   CU_CHECK_(strcmp((a), (b)) != 0, #a " is not " #b, CU_FALSE)
#define CU_ASSERT_DOUBLE_EQUAL(a, b, near) CU_CHECK_(fabs((double)(a) - (b)) <= fabs((double)(near)), #a " near " #b, CU_FALSE)
#define CU_FAIL(text)                      CU_CHECK_(0, text, CU_FALSE)
#define CU_FAIL_FATAL(text)                CU_CHECK_(0, text, CU_TRUE)

static inline CU_ErrorCode
CU_initialize_registry(void)
{
    memset(&cu_suite_of_program, 0, sizeof(cu_suite_of_program));
    return CUE_SUCCESS;
}

static inline void
CU_cleanup_registry(void)
{
}

static inline CU_pSuite
CU_add_suite(const char *name, int (*begin)(void), int (*end)(void))
{
    (void)begin;
    (void)end;
    printf("Suite: %s\n", name);
    return &cu_suite_of_program;
}

static inline CU_pTest
CU_add_test(CU_pSuite suite, const char *name, void (*run)(void))
{
    CU_pTest test = suite->num_tests < CU_MAX_TESTS ? &suite->test[suite->num_tests++] : NULL;

    if (test != NULL) {
        *test = (CU_Test){ name, run };
    }
    return test;
}

static inline void
CU_basic_set_mode(CU_BasicRunMode mode)
{
    (void)mode;
}

static inline CU_ErrorCode
CU_basic_run_tests(void)
{
    CU_pSuite s = &cu_suite_of_program;

    for (volatile unsigned j = 0; j < s->num_tests; j++) {
        const unsigned before = s->num_failures;
        printf("  Test: %s\n", s->test[j].name);
        fflush(stdout);
        if (setjmp(s->end) == 0) {
            s->test[j].run();
        }
        s->num_failed_tests += s->num_failures > before;
    }
    printf("Run Summary:\n  tests %u %u %u %u\n", s->num_tests, s->num_tests, s->num_tests - s->num_failed_tests, s->num_failed_tests);
    return CUE_SUCCESS;
}

static inline unsigned
CU_get_number_of_tests_run(void)
{
    return cu_suite_of_program.num_tests;
}

static inline unsigned
CU_get_number_of_tests_failed(void)
{
    return cu_suite_of_program.num_failed_tests;
}

static inline unsigned
CU_get_number_of_failures(void)
{
    return cu_suite_of_program.num_failures;
}

#endif
