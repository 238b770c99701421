/**
 * Agreeing, and the clock that runs while a file is open in all ranks.  The clock is a timer of the system, whose thread starts when it
 * rings: the main thread may hang in a system call or turn in MPI for ever.
 */
#include "store/together.h"

#include "base/error.h"
#include "base/log.h"
#include "store/agree.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ALONE_SECONDS 10.0 /* that a rank which has failed waits for the others to hear of it */
#define TURN_SECONDS 5.0   /* that rank 0 rings before the others: one line is enough */

struct eng_together {
    const char *part;
    MPI_Comm comm; /* the caller's */
    int rank;
    bool open, ticking; /* ticking: there is a timer */
    atomic_bool armed;
    timer_t timer;
    double limit;
    struct {
        int code, rank;
    } mine, worst; /* of the heap: MPI may still write to it when nobody waits any more */
};

/* --- the clock ------------------------------------------------------------------------------------------------- */

static void
give_up(union sigval context)
{
    const eng_together_t *together = context.sival_ptr;

    if (atomic_load(&together->armed)) {
        eng_log(ENG_LOG_ERROR, "%s: writing came to a stop %g s ago: a call of MPI-IO failed on one rank alone, or the file system does not "
            "answer; nothing that was computed is lost, the same command writes the result again", together->part, together->limit);
        (void)unlink(together->part);
        _exit(eng_exit_status(ENG_ERR_WRITE));
    }
}

static void
set_clock(const eng_together_t *together, double seconds)
{
    struct itimerspec when = { .it_value = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) } };

    if (together->ticking) {
        (void)timer_settime(together->timer, 0, &when, NULL);
    }
}

static void
wind_up(const eng_together_t *together)
{
    if (together->open) {
        set_clock(together, together->limit + (together->rank > 0 ? TURN_SECONDS : 0));
    }
}

void
eng_together_begin(eng_together_t *together)
{
    const char *wanted = getenv("ENGRAFT_WRITE_LIMIT");
    const double limit = wanted != NULL ? strtod(wanted, NULL) : 0;
    struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_value.sival_ptr = together, .sigev_notify_function = give_up };

    together->limit = limit >= 1 && limit <= 1e6 ? limit : ENG_WRITE_LIMIT;
    together->ticking = timer_create(CLOCK_MONOTONIC, &event, &together->timer) == 0; /* without one it is written all the same */
    together->open = true;
    atomic_store(&together->armed, true);
    wind_up(together);
}

void
eng_together_end(eng_together_t *together)
{
    atomic_store(&together->armed, false);
    if (together->ticking) {
        (void)timer_delete(together->timer);
    }
    together->open = together->ticking = false;
}

/* --- agreeing -------------------------------------------------------------------------------------------------- */

/* Codes in the order of what matters more: errors, ENG_STOPPED, 0. */
static int
weight_of(int code)
{
    return code == ENG_STOPPED ? -1 : 2 * code;
}

/* Wait for a collective call.  A rank that has an error of its own does not wait for ever: false, when the others do not come. */
static bool
meet(MPI_Request *request, bool failed)
{
    const struct timespec pause = { 0, 1000000 };
    const double end = MPI_Wtime() + ALONE_SECONDS;
    int done = 0;

    if (!failed) {
        return MPI_Wait(request, MPI_STATUS_IGNORE) == MPI_SUCCESS;
    }
    while (MPI_Test(request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done && MPI_Wtime() < end) {
        nanosleep(&pause, NULL);
    }
    return done != 0;
}

int
eng_together_agree(eng_together_t *together, int err)
{
    char text[ENG_ERROR_SIZE];
    MPI_Request request;

    if (err == ENG_ERR_ALONE) {
        return err;
    }
    wind_up(together);
    together->mine.code = together->worst.code = weight_of(err);
    together->mine.rank = together->rank;
    if (MPI_Iallreduce(&together->mine, &together->worst, 1, MPI_2INT, MPI_MINLOC, together->comm, &request) != MPI_SUCCESS) {
        return ENG_FAIL(ENG_ERR_MPI, "the ranks could not agree");
    }
    if (!meet(&request, together->open && err < 0)) {
        snprintf(text, sizeof(text), "%s", eng_error_message());
        return err < 0 ? ENG_FAIL(ENG_ERR_ALONE, "%s", text) : ENG_FAIL(ENG_ERR_MPI, "the ranks could not agree");
    }
    wind_up(together);
    if (together->worst.code == weight_of(ENG_STOPPED)) {
        return ENG_STOPPED;
    }
    return together->worst.code < 0 ? eng_agree_message(together->worst.code / 2, together->worst.rank, together->comm) : 0;
}

int
eng_together_create(eng_together_t **together, const char *part, MPI_Comm comm)
{
    int missing;

    *together = calloc(1, sizeof(**together));
    missing = *together == NULL || part == NULL;
    if (MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_MAX, comm) != MPI_SUCCESS) {
        return ENG_FAIL(ENG_ERR_MPI, "the ranks could not agree");
    }
    if (missing) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to write a result");
    }
    (*together)->part = part;
    (*together)->comm = comm;
    MPI_Comm_rank(comm, &(*together)->rank);
    return 0;
}

void
eng_together_free(eng_together_t *together, int alone)
{
    if (together == NULL) {
        return;
    }
    eng_together_end(together);
    if (!alone) {
        free(together);
    }
}
