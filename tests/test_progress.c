/**
 * Progress texts, the status file, the work folder's lock, signals, and what the launcher's environment says.
 */
#include "base/error.h"
#include "engine/launch.h"
#include "engine/progress.h"
#include "engine/signals.h"
#include "engine/workdir.h"
#include "testlib.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *
duration(double seconds)
{
    static char text[40];
    eng_duration_text(seconds, text, sizeof(text));
    return text;
}

static void
test_texts(void)
{
    char text[40];

    CU_ASSERT_STRING_EQUAL(duration(0), "0 s");
    CU_ASSERT_STRING_EQUAL(duration(59.4), "59 s");
    CU_ASSERT_STRING_EQUAL(duration(59.6), "1 min 00 s");
    CU_ASSERT_STRING_EQUAL(duration(3599), "59 min 59 s");
    CU_ASSERT_STRING_EQUAL(duration(3900), "1 h 05 min");
    CU_ASSERT_STRING_EQUAL(duration(90000), "1 d 1 h");
    CU_ASSERT_STRING_EQUAL(duration(-5), "0 s");
    eng_count_text(0, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "0");
    eng_count_text(1234567, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "1,234,567");
    eng_count_text(UINT64_MAX, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "18,446,744,073,709,551,615");
}

static void
test_line(void)
{
    eng_progress_t progress = { .planned = 2000, .before = 500 };
    char text[200];

    eng_progress_line(&progress, 500, 10, true, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "[############............]  50.0 %  1,000 of 2,000 courses  50 courses/s  20 s left");
    eng_progress_line(&progress, 0, 0, false, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, " 25.0 %  500 of 2,000 courses");
    eng_progress_line(&progress, 1500, 10, false, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "100.0 %  2,000 of 2,000 courses  150 courses/s  0 s left");
}

/* Whatever the width of a terminal, a line fits; what it says least needs goes first. */
static void
test_fit(void)
{
    eng_progress_t progress = { .planned = 12800000, .before = 500000 };
    char text[200];

    eng_progress_fit(&progress, 5900000, 147.1, 120, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "[############............]  50.0 %  6,400,000 of 12,800,000 courses  40,108 courses/s  2 min 40 s left");
    eng_progress_fit(&progress, 5900000, 147.1, 79, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "[############............]  50.0 %  40,108 courses/s  2 min 40 s left");
    eng_progress_fit(&progress, 5900000, 147.1, 39, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "[#####.....]  50.0 %  2 min 40 s left");
    eng_progress_fit(&progress, 5900000, 147.1, 30, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, " 50.0 %  2 min 40 s left");
    eng_progress_fit(&progress, 0, 0, 30, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "[..........]   3.9 %");
    for (size_t room = 0; room < 130; room++) {
        eng_progress_fit(&progress, 5900000, 147.1, room, text, sizeof(text));
        CU_ASSERT(strlen(text) <= room);
    }
}

static void
test_status_file(void)
{
    const char *directory = eng_test_directory();
    eng_progress_t progress;
    size_t size;

    CU_ASSERT_EQUAL_FATAL(eng_progress_open(&progress, ENG_PROGRESS_NONE, NULL, directory, 100, 20, 3, 2), 0);
    eng_progress_state(&progress, 30, "stopped");
    char *text = eng_test_read_file(eng_test_path(directory, "status"), &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "state: stopped\nplanned: 100\ndone: 50\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nranks: 3\nattempt: 2\n"));
    CU_ASSERT_NOT_EQUAL(access(eng_test_path(directory, "status.new"), F_OK), 0);
    free(text);
    eng_progress_close(&progress);
}

/* While the result is written its share is on the terminal, and in the status. */
static void
test_writing(void)
{
    const char *directory = eng_test_directory();
    FILE *screen = tmpfile();
    eng_progress_t progress;
    char drawn[400] = "";

    CU_ASSERT_PTR_NOT_NULL_FATAL(screen);
    CU_ASSERT_EQUAL_FATAL(eng_progress_open(&progress, ENG_PROGRESS_BAR, screen, directory, 100, 20, 1, 1), 0);
    progress.noted -= 60; /* time for a new one */
    eng_progress_writing(&progress, 0.425);
    rewind(screen);
    CU_ASSERT(fread(drawn, 1, sizeof(drawn) - 1, screen) > 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(drawn, "\r 42.5 %  of the result is written"));
    char *text = eng_test_read_file(eng_test_path(directory, "status"), NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "state: writing\nplanned: 100\ndone: 100\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nwritten: 0.4250\n"));
    free(text);
    eng_progress_close(&progress);
    fclose(screen);
}

/* Another process holds the lock: refused; it dies: free again. */
static void
test_lock(void)
{
    const char *result = eng_test_path(eng_test_directory(), "r.h5");
    eng_workdir_t dir;
    int ready[2], status;
    char byte = 0;

    CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        eng_workdir_t held;
        byte = eng_workdir_enter(&held, result) == 0;
        if (write(ready[1], &byte, 1) == 1) {
            pause();
        }
        _exit(0);
    }
    CU_ASSERT_EQUAL_FATAL(read(ready[0], &byte, 1), 1);
    CU_ASSERT_EQUAL(byte, 1);
    CU_ASSERT_EQUAL(eng_workdir_enter(&dir, result), ENG_ERR_WRITE);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "in use by another run (host "));
    CU_ASSERT(eng_workdir_busy(&dir));
    eng_workdir_free(&dir);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(eng_workdir_enter(&dir, result), 0);
    CU_ASSERT_EQUAL(dir.attempt, 2); /* the number of the one that was killed is not used again */
    CU_ASSERT_EQUAL(eng_workdir_note(&dir, "attempts", "one"), 0);
    CU_ASSERT_EQUAL(eng_workdir_note(&dir, "journal.7.0", "x"), 0);
    eng_workdir_free(&dir);
    CU_ASSERT_EQUAL(eng_workdir_enter(&dir, result), 0);
    CU_ASSERT_EQUAL(dir.attempt, 8);
    CU_ASSERT_EQUAL(dir.num_journals, 1);
    CU_ASSERT_EQUAL(eng_workdir_remove(&dir), 0);
    CU_ASSERT_NOT_EQUAL(access(dir.path, F_OK), 0);
    eng_workdir_free(&dir);
    close(ready[0]);
    close(ready[1]);
}

/* A file that engraft did not make stays, and its folder with it. */
static void
test_foreign_files_stay(void)
{
    const char *result = eng_test_path(eng_test_directory(), "r.h5");
    eng_workdir_t dir;

    CU_ASSERT_EQUAL_FATAL(eng_workdir_enter(&dir, result), 0);
    CU_ASSERT_EQUAL(eng_workdir_note(&dir, "mine.txt", "x"), 0);
    CU_ASSERT_EQUAL(eng_workdir_remove(&dir), ENG_ERR_WRITE);
    char *text = eng_workdir_text(&dir, "mine.txt");
    CU_ASSERT_STRING_EQUAL(text, "x\n");
    free(text);
    eng_workdir_free(&dir);
}

static void
test_signals(void)
{
    static const int signals[] = { SIGTERM, SIGUSR1, SIGUSR2, SIGINT };
    int status;

    CU_ASSERT_EQUAL_FATAL(eng_signals_catch(), 0);
    for (int j = 0; j < 4; j++) {
        eng_signals_clear();
        CU_ASSERT_EQUAL(eng_signals_stop(), 0);
        raise(signals[j]);
        raise(signals[j]); /* twice at once, as mpirun does */
        CU_ASSERT_EQUAL(eng_signals_stop(), signals[j]);
        CU_ASSERT_EQUAL(eng_signals_end(), signals[j] == SIGTERM || signals[j] == SIGINT);
    }
    eng_signals_clear();
    eng_run_request_stop();
    CU_ASSERT_EQUAL(eng_signals_stop(), -1);
    eng_signals_clear();
    const pid_t child = fork();
    if (child == 0) { /* a second INT, later, leaves at once */
        raise(SIGINT);
        nanosleep(&(struct timespec){ 1, 300000000 }, NULL);
        raise(SIGINT);
        _exit(7);
    }
    waitpid(child, &status, 0);
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 130);
}

static void
test_launcher(void)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS",
        "SLURM_PROCID", "PMI_SIZE", "PMI_RANK", "FLUX_JOB_SIZE", "PALS_SIZE", "OMPI_MCA_sharedfp" };
    bool speak;

    for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
        unsetenv(names[j]);
    }
    CU_ASSERT_EQUAL(eng_launch_check(&speak), 0);
    setenv("SLURM_NTASKS", "1", 1);
    CU_ASSERT_EQUAL(eng_launch_check(&speak), 0);
    setenv("SLURM_NTASKS", "4", 1);
    CU_ASSERT_EQUAL(eng_launch_check(&speak), ENG_ERR_USAGE);
    CU_ASSERT(speak);
    setenv("SLURM_PROCID", "3", 1);
    CU_ASSERT_EQUAL(eng_launch_check(&speak), ENG_ERR_USAGE);
    CU_ASSERT(!speak);
    setenv("PMIX_RANK", "3", 1);
    CU_ASSERT_EQUAL(eng_launch_check(&speak), 0);
    CU_ASSERT_EQUAL(eng_launch_prepare(), 0);
    CU_ASSERT_STRING_EQUAL(getenv("OMPI_MCA_sharedfp"), "^sm,lockedfile");
    setenv("OMPI_MCA_sharedfp", "individual", 1);
    CU_ASSERT_EQUAL(eng_launch_prepare(), 0);
    CU_ASSERT_STRING_EQUAL(getenv("OMPI_MCA_sharedfp"), "individual");
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_texts), ENG_TEST(test_line), ENG_TEST(test_fit), ENG_TEST(test_status_file), ENG_TEST(test_writing),
        ENG_TEST(test_lock), ENG_TEST(test_foreign_files_stay), ENG_TEST(test_signals), ENG_TEST(test_launcher) };
    return ENG_TEST_MAIN(argc, argv, "progress", tests);
}
