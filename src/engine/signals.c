/**
 * The one mutable global of the engine: the stop flag, set by signal handlers.
 */
#include "engine/signals.h"

#include "base/error.h"
#include <engraft/run.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXIT_AT_ONCE 130 /* what shells report of a program that INT ended */

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t first_int; /* monotonic tenths of a second, 0: none yet */

static void
on_signal(int signal_number)
{
    if (signal_number == SIGINT) {
        struct timespec now;
        const int saved_errno = errno;
        clock_gettime(CLOCK_MONOTONIC, &now);
        errno = saved_errno;
        const sig_atomic_t tenths = (sig_atomic_t)(now.tv_sec * 10 + now.tv_nsec / 100000000 + 1);
        if (first_int == 0) {
            first_int = tenths;
        } else if (tenths - first_int > 10) {
            _exit(EXIT_AT_ONCE);
        }
    }
    stop_signal = signal_number;
}

int
eng_signals_catch(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGUSR1, SIGUSR2 };
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (size_t j = 0; j < sizeof(signals) / sizeof(*signals); j++) {
        if (sigaction(signals[j], &action, NULL) != 0) {
            return ENG_FAIL(ENG_ERR_INTERNAL, "cannot take signal %d: %s", signals[j], strerror(errno));
        }
    }
    return 0;
}

int
eng_signals_stop(void)
{
    return (int)stop_signal;
}

bool
eng_signals_end(void)
{
    const int asked = eng_signals_stop();

    return asked == SIGINT || asked == SIGTERM || asked < 0;
}

void
eng_signals_clear(void)
{
    stop_signal = 0;
    first_int = 0;
}

void
eng_run_request_stop(void)
{
    stop_signal = -1;
}
