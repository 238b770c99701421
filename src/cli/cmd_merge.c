/**
 * engraft merge: the shards of a study into its result.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/carry_out.h"
#include <stdlib.h>

static int
cmd_merge(int argc, char **argv)
{
    const char *output = NULL, **paths = calloc((size_t)argc, sizeof(*paths));
    eng_text_t command = { 0 }, file = { 0 };
    const eng_option_t options[] = { { "-o", &output, NULL } };
    int count = 0, ret = 0;

    eng_command_text(argc, argv, 1, &command);
    if (paths == NULL || command.failed) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "merge: no memory for the names of %d files", argc);
    }
    if (ret == 0) {
        ret = eng_args_parse_list(argc, argv, options, 1, paths, argc, &count);
    }
    if (ret == 0 && (output == NULL || output[0] == '\0')) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "merge: say where the result goes: engraft merge %s ... -o ALL.h5", eng_shell_file_text(&file, paths[0]));
    }
    if (ret == 0) {
        ret = eng_merge(paths, count, output, command.data, MPI_COMM_WORLD);
    }
    free(paths);
    eng_text_free(&command);
    eng_text_free(&file);
    return ret;
}

const eng_command_t eng_command_merge = {
    .name = "merge",
    .usage = "A.h5 B.h5 ... -o ALL.h5",
    .help =
        "Makes the result of a study from its shards (engraft run --shard K/N), in any order: bit for bit what a single run\n"
        "would have written.  All N must be there, each once; a shard of another study, another version or another N, a\n"
        "damaged file and a file that is complete already are refused by name.  The shards are not changed.\n"
        "Under mpirun each rank holds its part of the points only.\n\n"
        "  -o FILE              the result; if it is there already and is the result of this study, nothing is done\n",
    .needs_mpi = true,
    .run = cmd_merge,
};
