/**
 * engraft diff: are results equal, bit for bit, in everything but where they come from.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/args.h"
#include "store/store.h"

#include <stdlib.h>

static int
diff_all(const char **paths, int count, bool *all_equal)
{
    int ret = 0;

    for (int j = 1; ret == 0 && j < count; j++) {
        bool equal = false;
        ret = eng_result_diff(paths[0], paths[j], stdout, &equal);
        if (ret == 0) {
            printf("%s and %s %s\n", paths[0], paths[j], equal ? "are equal" : "differ");
        }
        *all_equal = *all_equal && equal;
    }
    return ret;
}

static int
cmd_diff(int argc, char **argv)
{
    const char **paths = calloc((size_t)argc, sizeof(*paths));
    bool all_equal = true;
    int count = 0, ret = 0;

    if (paths == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "diff: no memory for the names of %d files", argc);
    }
    ret = eng_args_parse_list(argc, argv, NULL, 0, paths, argc, &count);
    if (ret == 0 && count < 2) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "diff needs two or more result files");
    }
    if (ret == 0) {
        ret = diff_all(paths, count, &all_equal);
    }
    free(paths);
    return ret != 0 ? ret : all_equal ? 0 : 1;
}

const eng_command_t eng_command_diff = {
    .name = "diff",
    .usage = "A.h5 B.h5 [C.h5 ...]",
    .help =
        "Compares the first result with each of the others: every dataset, axis and attribute outside /provenance, bit for\n"
        "bit.  Prints where they differ (at most 50 lines a pair).  Status 0: equal; 1: not.\n",
    .run = cmd_diff,
};
