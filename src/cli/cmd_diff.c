/**
 * engraft diff: are results equal, bit for bit, in everything but where they come from.
 */
#include "cli/cli.h"
#include "store/store.h"

#include <string.h>

static int
cmd_diff(int argc, char **argv)
{
    bool all_equal = true;
    int ret = 0;

    for (int j = 1; j < argc; j++) {
        if (argv[j][0] == '-') {
            return ENG_FAIL(ENG_ERR_USAGE, "diff has no option '%s'", argv[j]);
        }
    }
    if (argc < 3) {
        return ENG_FAIL(ENG_ERR_USAGE, "diff needs two or more result files");
    }
    for (int j = 2; ret == 0 && j < argc; j++) {
        bool equal = false;
        ret = eng_result_diff(argv[1], argv[j], stdout, &equal);
        if (ret == 0) {
            printf("%s and %s %s\n", argv[1], argv[j], equal ? "are equal" : "differ");
        }
        all_equal = all_equal && equal;
    }
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
