/**
 * engraft run: from a study file to a result file.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/carry_out.h"

static int
read_options(int argc, char **argv, eng_run_options_t *options)
{
    const char *resume = "auto", *progress = "auto", *deadline = NULL, *output = NULL, *shard = NULL;
    const eng_option_t table[] = {
        { "-o", &output, NULL },         { "--resume", &resume, NULL },     { "--progress", &progress, NULL },
        { "--deadline", &deadline, NULL }, { "--shard", &shard, NULL },
    };
    int ret = eng_args_parse(argc, argv, table, (int)(sizeof(table) / sizeof(*table)), &options->study_path, 1);

    if (ret == 0 && shard != NULL) {
        ret = eng_args_shard("run: --shard", shard, &options->shard, &options->shards);
    }
    if (ret == 0 && (output == NULL || output[0] == '\0')) {
        eng_text_t file = { 0 };
        ret = ENG_FAIL(ENG_ERR_USAGE, "run: say where the result goes: engraft run %s -o RESULT.h5", eng_shell_file_text(&file, options->study_path));
        eng_text_free(&file);
    }
    options->result_path = output;
    return ret == 0 ? eng_run_modes("run", resume, progress, deadline, options) : ret;
}

static int
cmd_run(int argc, char **argv)
{
    eng_run_options_t options = { 0 };
    const int ret = read_options(argc, argv, &options);

    return ret == 0 ? eng_carry_out(argc, argv, &options) : ret;
}

const eng_command_t eng_command_run = {
    .name = "run",
    .usage = "STUDY -o RESULT.h5 [--resume auto|never|require] [--deadline 3h50m] [--progress auto|bar|log|none] [--shard k/n]",
    .help =
        "Runs all courses of a study and writes the result file.  Start it with mpirun for more than one core:\n\n"
        "    mpirun -n 4 engraft run STUDY -o RESULT.h5\n\n"
        "Work is saved in RESULT.h5.work while it runs; after a kill or a stop the same command goes on where it ended,\n"
        "with any number of ranks.  Ctrl-C, TERM, USR1, USR2, --deadline and the end of a Slurm job stop it with everything\n"
        "saved (status 75; mpirun may report another one, engraft status RESULT.h5 --quiet does not).  While the result is\n"
        "written, only Ctrl-C and TERM do.\n\n"
        "  -o FILE              the result; a complete result of the same study is left as it is, any other is refused\n"
        "  --resume auto        go on where saved work is, else begin (default)\n"
        "           never       begin anew, whatever is saved\n"
        "           require     refuse to begin anew\n"
        "  --deadline TIME      stop with everything saved after 3h50m, 90 min, 3:50:00 ...\n"
        "  --shard K/N          only the share K (1 to N) of the study's courses: jobs of an array, each with its own -o; then\n"
        "                       engraft merge SHARD.h5 ... -o RESULT.h5 makes the same file as one job would\n"
        "  --progress MODE      bar: one line, rewritten; log: a line a minute; none; auto: bar on a terminal\n\n"
        "Open MPI refuses to start ranks for root unless OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 are\n"
        "set, and more ranks than cores without mpirun --oversubscribe; . jobs/env.sh sets what a workstation needs.\n",
    .needs_mpi = true,
    .run = cmd_run,
};
