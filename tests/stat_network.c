/**
 * Steps of GRAFT24 against few exact courses: minutes (network_accuracy.h).
 */
#include "network_accuracy.h"

static void
test_against_exact_courses(void)
{
    accuracy_check(16, 80);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_against_exact_courses),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "stat_network", tests);
}
