/**
 * engraft export: a result as CSV files.
 */
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/failures.h"

/* A table of estimates read elsewhere does not say what is missing in it: this does. */
static int
print_missing(const char *path)
{
    eng_source_t source;
    int ret = eng_source_open(&source, path, false);

    if (ret == 0) {
        ret = eng_failures_print(&source, NULL, stdout);
    }
    eng_source_close(&source);
    return ret;
}

static int
cmd_export(int argc, char **argv)
{
    const char *path = NULL, *dir = NULL;
    const eng_option_t options[] = { { "--csv", &dir, NULL } };
    int ret = eng_args_parse(argc, argv, options, 1, &path, 1);

    if (ret == 0 && dir == NULL) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "export needs --csv DIR");
    }
    if (ret == 0) {
        ret = eng_result_export_csv(path, dir);
    }
    if (ret == 0) {
        printf("Written to %s; columns.csv says what each column is\n", dir);
        ret = print_missing(path);
    }
    return ret;
}

const eng_command_t eng_command_export = {
    .name = "export",
    .usage = "RESULT.h5 --csv DIR",
    .help =
        "Writes all datasets as CSV files in a folder, which is made.  Datasets of one group on the same axes share a file,\n"
        "one row per element with the values of the axes in front.  Missing values are empty.  A file that is there already is\n"
        "not replaced (status 73), and after a failure none is left.\n",
    .run = cmd_export,
};
