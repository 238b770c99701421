/**
 * Steps of GRAFT24 against a thousand exact courses: a quarter of an hour (network_accuracy.h).
 */
#include "network_accuracy.h"

static void
test_against_exact_courses(void)
{
    accuracy_verdict_t most;
    const accuracy_verdict_t verdict = accuracy_run(250, 1000, &most);

    CU_ASSERT(verdict.mean <= 1.1);
    CU_ASSERT(verdict.sd <= 1.1);
    CU_ASSERT(verdict.beyond <= most.beyond);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_against_exact_courses),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "slow_network", tests);
}
