/**
 * Steps of GRAFT24 against a thousand exact courses: most of an hour (network_accuracy.h).
 */
#include "network_accuracy.h"

static void
test_against_exact_courses(void)
{
    accuracy_check(16, 1000);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_against_exact_courses),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "slow_network", tests);
}
