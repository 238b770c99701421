/**
 * How long the name and the path of a result may be.
 */
#include "engine/path_length.h"

#include "base/error.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_ENDING (sizeof(".work") - 1) /* as long as .part */
#define LONGEST_PATH_ENDING (sizeof(".work/journal.1000000000.10000000") - 1) /* attempt and rank */

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* Bytes of a name in the folder of a path; -1: no limit, or not known. */
static long
most_bytes_of_name(const char *path, size_t folder_length)
{
    char *folder = malloc(folder_length + 2);
    long most = -1;

    if (folder != NULL) {
        memcpy(folder, folder_length > 0 ? path : ".", folder_length > 0 ? folder_length : 1);
        folder[folder_length > 0 ? folder_length : 1] = '\0';
        most = pathconf(folder, _PC_NAME_MAX);
    }
    free(folder);
    return most;
}

/* Of the path from the root on: MPI-IO puts the folder of the process in front, into a buffer of PATH_MAX bytes. */
static size_t
absolute_length(const char *path)
{
    char folder[PATH_MAX];

    if (path[0] == '/') {
        return strlen(path);
    }
    if (getcwd(folder, sizeof(folder)) == NULL) {
        return strlen(path) + (errno == ERANGE ? PATH_MAX : 0);
    }
    return strlen(folder) + 1 + strlen(path);
}

int
eng_path_length_check(const char *result_path)
{
    const char *slash = strrchr(result_path, '/'), *name = slash != NULL ? slash + 1 : result_path;
    const size_t length = absolute_length(result_path), name_length = strlen(name), most_of_path = PATH_MAX - 1 - LONGEST_PATH_ENDING;
    const long most = most_bytes_of_name(result_path, (size_t)(name - result_path));

    if (most >= 0 && name_length + LONGEST_ENDING > (size_t)most) {
        return ENG_FAIL(ENG_ERR_WRITE, "the result's name has %zu bytes, %ld are possible here (%ld less the endings .work and .part): %s; "
            "choose a shorter -o", name_length, most - (long)LONGEST_ENDING, most, name);
    }
    if (length > most_of_path) {
        return ENG_FAIL(ENG_ERR_WRITE, "the result's path from / on has %zu bytes, %zu are possible (%d less what is put behind it in "
            "RESULT.work); choose a shorter -o", length, most_of_path, PATH_MAX - 1);
    }
    return 0;
}
