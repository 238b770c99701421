/**
 * What stands under the name of a result.
 */
#include "engine/target.h"

#include "base/error.h"
#include "base/log.h"
#include "base/shell.h"
#include "engine/path_length.h"
#include "engine/workdir.h"
#include "store/store.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is wrong with a file that is there, as the end of a sentence; NULL: it is what was asked for. */
static const char *
difference(const eng_result_t *result, const char *identity, const char *extent, uint64_t number, uint64_t of)
{
    const eng_shard_t shard = eng_result_shard(result);

    if (strcmp(eng_result_identity(result), identity) != 0) {
        return "is the result of another study";
    }
    if (shard.of > 0 && of == 0) {
        return "is itself a shard, another share of this study";
    }
    if (shard.of != of || (of > 0 && shard.number != number)) {
        return "holds another share of this study";
    }
    if (strcmp(eng_result_extent(result), extent) != 0) {
        return "is a result of this study with other numbers of points, patients or records";
    }
    return NULL;
}

/* A link to a file that is not there: writing it would put the result beside the link, in its place. */
static int
refuse_link(const char *path)
{
    char target[PATH_MAX];
    eng_text_t file = { 0 };
    const ssize_t n = readlink(path, target, sizeof(target) - 1);

    if (n < 0) {
        return errno == ENOENT ? 0 : ENG_FAIL(ENG_ERR_WRITE, "cannot look at %s: %s", path, strerror(errno));
    }
    target[n] = '\0';
    const int ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s is a link to %s, where there is nothing; name the file itself (-o %s), or remove the link",
        path, target, eng_shell_file_text(&file, target));
    eng_text_free(&file);
    return ret;
}

/* The right result: is every byte of it what was written? */
static int
check_sums(const eng_result_t *result, const char *path)
{
    char message[ENG_ERROR_SIZE];
    bool all;
    int ret = eng_result_verify(result, ENG_TARGET_SECONDS, &all);

    if (ret == ENG_ERR_FORMAT) {
        snprintf(message, sizeof(message), "%s", eng_error_message());
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s; remove it and type the same command again", message);
    } else if (ret == 0 && !all) {
        eng_text_t file = { 0 };
        const char *typed = eng_shell_file_text(&file, path);
        eng_log(ENG_LOG_INFO, "%s is too large to read all its checksums within %g s; engraft diff %s %s reads them", path, ENG_TARGET_SECONDS, typed,
            typed);
        eng_text_free(&file);
    }
    return ret;
}

/* Nobody has looked into it, and it may be the work of weeks: to remove it is no advice. */
static int
refuse_unread(const char *path)
{
    char message[ENG_ERROR_SIZE];

    snprintf(message, sizeof(message), "%s", eng_error_message());
    return access(path, R_OK) != 0 && errno == EACCES
        ? ENG_FAIL(ENG_ERR_READ, "%s is there, but you have no permission to read it, so that nobody can say whether it is the result of this "
            "study; ask its owner to let you read it (chmod +r), or choose another -o", path)
        : ENG_FAIL(ENG_ERR_READ, "%s, so that nobody can say whether it is the result of this study; choose another -o", message);
}

/* With the reason: it may be a newer engraft's, or one that was damaged, and worth more than the name. */
static int
refuse_broken(const char *path)
{
    const size_t length = strlen(path);
    char message[ENG_ERROR_SIZE];
    const char *why = message;

    snprintf(message, sizeof(message), "%s", eng_error_message());
    if (strncmp(message, path, length) == 0 && strncmp(message + length, ": ", 2) == 0) {
        why = message + length + 2;
    }
    return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s exists and is no complete result of engraft (%s); choose another -o, or remove it", path, why);
}

int
eng_target_check(const char *path, const char *identity, const char *extent, uint64_t number, uint64_t of, int *complete)
{
    eng_result_t *result = NULL;
    const char *wrong;
    int ret;

    *complete = 0;
    if (access(path, F_OK) != 0) {
        const int why = errno; /* that of a name which is too long by itself says less */
        ret = why == ENOENT || why == ENAMETOOLONG ? eng_path_length_check(path) : 0;
        return ret != 0 ? ret : why == ENOENT ? refuse_link(path) : ENG_FAIL(ENG_ERR_WRITE, "cannot look at %s: %s", path, strerror(why));
    }
    ret = eng_result_open(&result, path);
    if (ret == ENG_ERR_NO_MEMORY) {
        return ret; /* says nothing of the file */
    }
    if (ret == ENG_ERR_READ) {
        return refuse_unread(path);
    }
    if (ret != 0) {
        return refuse_broken(path);
    }
    wrong = difference(result, identity, extent, number, of);
    if (wrong != NULL) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s %s; choose another -o, or remove it", path, wrong);
    }
    ret = wrong == NULL ? check_sums(result, path) : ret;
    *complete = ret == 0;
    eng_result_close(result);
    return ret;
}

/* A folder that cannot be removed is a nuisance: the result is what was asked for. */
void
eng_target_complete(const char *path, const eng_study_t *study)
{
    eng_workdir_t dir;

    eng_log(ENG_LOG_INFO, "%s is complete already; nothing to do", path);
    if (eng_workdir_clear(&dir, path, study) != 0) {
        eng_log(ENG_LOG_WARN, "%s", eng_error_message());
    }
    eng_workdir_free(&dir);
}
