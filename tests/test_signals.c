/**
 * Requests to stop: any of the four signals, once or often, only sets the flag; a second INT after more than a second leaves at once.
 */
#include "engine/signals.h"
#include "testlib.h"
#include <engraft/run.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
pause_seconds(double seconds)
{
    struct timespec left = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

    while (nanosleep(&left, &left) != 0) {
    }
}

/* Status of a child that raises `count` signals, `gap` seconds apart; 7: it lived to the end and was asked to stop. */
static int
child_status(int signal_number, int count, double gap)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        if (eng_signals_catch() != 0 || eng_signals_stop() != 0) {
            _exit(1);
        }
        for (int j = 0; j < count; j++) {
            raise(signal_number);
            pause_seconds(gap);
        }
        _exit(eng_signals_stop() == signal_number ? 7 : 2);
    }
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
test_each_signal_asks(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGUSR1, SIGUSR2 };

    for (size_t j = 0; j < sizeof(signals) / sizeof(*signals); j++) {
        CU_ASSERT_EQUAL(child_status(signals[j], 1, 0), 7);
        CU_ASSERT_EQUAL(child_status(signals[j], 20, 0.002), 7);
    }
}

static void
test_slow_repeats(void)
{
    CU_ASSERT_EQUAL(child_status(SIGTERM, 2, 1.3), 7);
    CU_ASSERT_EQUAL(child_status(SIGUSR1, 2, 1.3), 7);
    CU_ASSERT_EQUAL(child_status(SIGINT, 2, 0.5), 7);
    CU_ASSERT_EQUAL(child_status(SIGINT, 2, 1.3), 130);
}

static void
test_library_call(void)
{
    eng_signals_clear();
    CU_ASSERT_EQUAL(eng_signals_stop(), 0);
    eng_run_request_stop();
    CU_ASSERT_EQUAL(eng_signals_stop(), -1);
    eng_signals_clear();
    CU_ASSERT_EQUAL(eng_signals_stop(), 0);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_each_signal_asks), ENG_TEST(test_slow_repeats), ENG_TEST(test_library_call) };
    return ENG_TEST_MAIN(argc, argv, "signals", tests);
}
