/**
 * engraft: the command.  A table of commands; exit statuses; MPI's beginning and end for those that need it.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/launch.h"
#include "store/provenance.h"
#include <engraft/version.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const eng_command_t *const commands[] = {
    &eng_command_check, &eng_command_run, &eng_command_status, &eng_command_show, &eng_command_compare,
    &eng_command_sensitivity,    &eng_command_trace, &eng_command_extend, &eng_command_merge, &eng_command_diff, &eng_command_export, &eng_command_list,
};
enum { NUM_COMMANDS = sizeof(commands) / sizeof(*commands) };

static const eng_command_t *
find_command(const char *name)
{
    for (int j = 0; j < NUM_COMMANDS; j++) {
        if (strcmp(commands[j]->name, name) == 0) {
            return commands[j];
        }
    }
    return NULL;
}

static void
print_overview(FILE *out)
{
    fprintf(out, "engraft runs populations of virtual patients through stem-cell treatment protocols and says which is better.\n\n");
    for (int j = 0; j < NUM_COMMANDS; j++) {
        fprintf(out, "  engraft %-11s %s\n", commands[j]->name, commands[j]->usage);
    }
    fprintf(out, "\n  engraft COMMAND --help    what a command does\n"
                 "  engraft --version         version, revision and flags\n\n"
                 "A first result:  engraft check STUDY;  mpirun engraft run STUDY -o RESULT.h5;  engraft show RESULT.h5\n");
}

static void
print_help(const eng_command_t *command)
{
    const size_t length = strlen(command->help);

    printf("engraft %s %s\n\n%s%s", command->name, command->usage, command->help,
        length > 0 && command->help[length - 1] == '\n' ? "" : "\n");
}

static void
print_version(void)
{
    printf("engraft %s\nrevision %s\nflags %s\n", ENG_VERSION, eng_build_revision(), eng_build_flags());
}

/* Results that never reached stdout (a full disk, a closed pipe) are no success. */
static int
finish_output(int ret)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return ret != 0 ? ret : ENG_FAIL(ENG_ERR_WRITE, "cannot write to stdout");
    }
    return ret;
}

/* Statuses of commands are 0, ENG_STOPPED, other small numbers of their own, or negative errors. */
static int
exit_status(const eng_command_t *command, int ret)
{
    return ret < 0 || (command->needs_mpi && ret == ENG_STOPPED) ? eng_exit_status(ret) : ret;
}

static int
run_serial(const eng_command_t *command, int argc, char **argv)
{
    const int ret = finish_output(command->run(argc, argv));

    if (ret < 0) {
        eng_log(ENG_LOG_ERROR, "%s", eng_error_message());
    }
    return exit_status(command, ret);
}

static int
run_parallel(const eng_command_t *command, int argc, char **argv)
{
    bool speak = true;
    int rank = 0, size = 1, ret = eng_launch_check(&speak);

    if (ret == 0) {
        ret = eng_launch_prepare();
    }
    if (ret != 0) {
        if (speak) {
            eng_log(ENG_LOG_ERROR, "%s", eng_error_message());
        }
        return eng_exit_status(ret);
    }
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS) {
        eng_log(ENG_LOG_ERROR, "MPI_Init failed");
        return eng_exit_status(ENG_ERR_MPI);
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    eng_log_set(rank, ENG_LOG_INFO);
    ret = eng_launch_verify(size);
    if (ret == 0) {
        ret = finish_output(command->run(argc, argv));
    }
    const bool alone = ret == ENG_ERR_MPI || ret == ENG_ERR_ALONE;
    if (ret < 0 && (rank == 0 || alone)) {
        eng_log(ENG_LOG_ERROR, "%s", eng_error_message());
    }
    if (alone) {
        MPI_Abort(MPI_COMM_WORLD, eng_exit_status(ret)); /* the others may be waiting for this rank */
    }
    if (ret == ENG_ERR_UNCLOSED) {
        /* Every rank has this error.  HDF5 would close the file once more when MPI ends, and 1.10 crashes there. */
        fflush(NULL);
        MPI_Barrier(MPI_COMM_WORLD);
        _exit(eng_exit_status(ret));
    }
    MPI_Finalize();
    return exit_status(command, ret);
}

static bool
asks_for_help(int argc, char **argv)
{
    for (int j = 1; j < argc && strcmp(argv[j], "--") != 0; j++) {
        if (strcmp(argv[j], "--help") == 0 || strcmp(argv[j], "-h") == 0) {
            return true;
        }
    }
    return false;
}

int
main(int argc, char **argv)
{
    const eng_command_t *command;

    if (argc < 2) {
        print_overview(stderr);
        return eng_exit_status(ENG_ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        command = argc > 2 ? find_command(argv[2]) : NULL;
        if (command != NULL) {
            print_help(command);
        } else {
            print_overview(stdout);
        }
        return exit_status(&eng_command_list, finish_output(0));
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return exit_status(&eng_command_list, finish_output(0));
    }
    command = find_command(argv[1]);
    if (command == NULL) {
        eng_log(ENG_LOG_ERROR, "there is no command '%s'; engraft --help lists them", argv[1]);
        return eng_exit_status(ENG_ERR_USAGE);
    }
    if (asks_for_help(argc - 1, argv + 1)) {
        print_help(command);
        return exit_status(command, finish_output(0));
    }
    return command->needs_mpi ? run_parallel(command, argc - 1, argv + 1) : run_serial(command, argc - 1, argv + 1);
}
