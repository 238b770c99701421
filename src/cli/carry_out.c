/**
 * Options that `run` and `extend` share, and the way from them to a result.
 */
#include "cli/carry_out.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"

#include <stdio.h>

void
eng_command_text(int argc, char **argv, int ranks, eng_text_t *text)
{
    if (ranks > 1) {
        eng_text_add(text, "mpirun -n %d ", ranks);
    }
    eng_text_add(text, "engraft");
    for (int j = 0; j < argc; j++) {
        eng_text_add(text, " ");
        eng_shell_word(text, argv[j]);
    }
}

int
eng_run_modes(const char *command, const char *resume, const char *progress, const char *deadline, eng_run_options_t *options)
{
    char name[40];
    int choice = 0, ret;

    snprintf(name, sizeof(name), "%s: --resume", command);
    ret = eng_args_choice(name, resume, "auto|never|require", &choice);
    options->resume = (eng_resume_t)choice;
    if (ret == 0) {
        snprintf(name, sizeof(name), "%s: --progress", command);
        ret = eng_args_choice(name, progress, "auto|bar|log|none", &choice);
        options->progress = (eng_progress_mode_t)choice;
    }
    if (ret == 0 && deadline != NULL) {
        snprintf(name, sizeof(name), "%s: --deadline", command);
        ret = eng_args_duration(name, deadline, &options->deadline);
    }
    return ret;
}

int
eng_carry_out(int argc, char **argv, eng_run_options_t *options)
{
    eng_text_t text = { 0 };
    eng_run_t *run = NULL;
    int ranks = 1, ret;

    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    eng_command_text(argc, argv, ranks, &text);
    options->command_line = text.failed ? NULL : text.data;
    options->screen = stderr;
    ret = eng_run_create(&run, options, MPI_COMM_WORLD);
    if (ret == ENG_ERR_STUDY) {
        eng_run_complain(run, stderr);
    }
    if (ret == 0) {
        ret = eng_run_run(run);
    }
    eng_run_destroy(run);
    eng_text_free(&text);
    return ret;
}
