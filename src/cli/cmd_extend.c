/**
 * engraft extend: a result with more points or patients.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/carry_out.h"

/* How large the study is to be: one of both. */
static int
read_growth(const char *points, const char *patients, eng_run_options_t *options)
{
    int ret = 0;

    if ((points == NULL) == (patients == NULL)) {
        return ENG_FAIL(ENG_ERR_USAGE, "extend: say how many there are to be in all: either --points N or --patients N");
    }
    if (points != NULL) {
        ret = eng_args_count("extend: --points", points, &options->extend_points);
    } else {
        ret = eng_args_count("extend: --patients", patients, &options->extend_patients);
    }
    if (ret == 0 && options->extend_points + options->extend_patients == 0) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "extend: 0 is no number of %s", points != NULL ? "points" : "patients");
    }
    return ret;
}

static int
read_options(int argc, char **argv, eng_run_options_t *options)
{
    const char *points = NULL, *patients = NULL, *resume = "auto", *progress = "auto", *deadline = NULL, *output = NULL;
    const eng_option_t table[] = {
        { "-o", &output, NULL }, { "--points", &points, NULL }, { "--patients", &patients, NULL }, { "--resume", &resume, NULL },
        { "--progress", &progress, NULL }, { "--deadline", &deadline, NULL },
    };
    int ret = eng_args_parse(argc, argv, table, (int)(sizeof(table) / sizeof(*table)), &options->extend_path, 1);

    if (ret == 0 && (output == NULL || output[0] == '\0')) {
        eng_text_t file = { 0 };
        ret = ENG_FAIL(ENG_ERR_USAGE, "extend: say where the larger result goes: engraft extend %s -o LARGER.h5 --points N",
            eng_shell_file_text(&file, options->extend_path));
        eng_text_free(&file);
    }
    options->result_path = output;
    if (ret == 0) {
        ret = read_growth(points, patients, options);
    }
    return ret == 0 ? eng_run_modes("extend", resume, progress, deadline, options) : ret;
}

static int
cmd_extend(int argc, char **argv)
{
    eng_run_options_t options = { 0 };
    const int ret = read_options(argc, argv, &options);

    return ret == 0 ? eng_carry_out(argc, argv, &options) : ret;
}

const eng_command_t eng_command_extend = {
    .name = "extend",
    .usage = "RESULT.h5 -o LARGER.h5 --points N | --patients N [--resume auto|never|require] [--deadline 3h50m] [--progress auto|bar|log|none]",
    .help =
        "Makes the result of a larger study from one that is there: every course of it is reused, what is missing is run, and\n"
        "the file is bit for bit what a run of the larger study would have written.  Start it with mpirun for more than one\n"
        "core; it is saved, stopped and goes on as a run is (engraft run --help).  The result is not changed.\n\n"
        "  -o FILE              the larger result\n"
        "  --points N           points in all.  Designs monte_carlo, sobol and halton take any number, saltelli whole base rows,\n"
        "                       morris whole trajectories, lhs whole copies; a list, a grid and a factorial design have theirs\n"
        "  --patients N         patients in all, for each point and protocol, of any design\n"
        "  --resume, --deadline, --progress   as of engraft run\n",
    .needs_mpi = true,
    .run = cmd_extend,
};
