/*
 * Damaged results: whatever happens to the bytes of a file, what is read from it is what was written or an error, never
 * another value.  Each damaged file is read in a process of its own, because HDF5 may keep memory or crash.
 */
#include "store_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

enum { MAX_PARTS = 64, MOST_DAMAGES = 60 };
enum { READ_RIGHT, READ_REFUSED, READ_WRONG, READ_CRASHED, NUM_READS };

static const char *const datasets[] = { "/records/age", "/records/edss_d365.25", "/design/values", "/landmark", "/point",
    "/outcomes/relapse/event_count", "/outcomes/courses/n", "/paired/relapse/gains", "/trajectories/anc/n", "/study/horizon",
    "/study/patients", "/summary/estimates/value", "/summary/estimates/n", "/provenance/ranks", "/provenance/seconds" };

/* Hashes of what a file gives, part by part; 0 for a part that is refused. */
typedef struct {
    uint64_t hash[MAX_PARTS];
    int count;
} parts_t;

static uint64_t
mix(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
    }
    return hash | 1;
}

static void
add_part(parts_t *parts, bool read, const void *bytes, size_t size)
{
    parts->hash[parts->count++] = read ? mix(UINT64_C(14695981039346656037), bytes, size) : 0;
}

static void
add_dataset(parts_t *parts, const eng_result_t *result, const char *dataset)
{
    uint64_t size[ENG_RESULT_MAX_DIMS], count = 1;
    double *values = NULL;
    int dims = 0, ret = eng_result_shape(result, dataset, &dims, size);

    for (int j = 0; ret == 0 && j < dims; j++) {
        count *= size[j];
    }
    if (ret == 0) {
        values = calloc(count, sizeof(*values));
        ret = values == NULL ? ENG_ERR_NO_MEMORY : eng_result_read(result, dataset, values, count);
    }
    add_part(parts, ret == 0, values, count * sizeof(*values));
    free(values);
}

static void
add_summary(parts_t *parts, const eng_result_t *result)
{
    eng_summary_t summary;
    const bool read = eng_result_summary(result, &summary) == 0;
    uint64_t hash = 0;

    for (int j = 0; read && j < summary.num_estimates; j++) {
        const eng_estimate_t *row = &summary.estimates[j];
        const double numbers[] = { row->outcome, row->protocol, (double)row->kind, row->at, row->level, (double)row->n, row->value,
            row->low, row->high };
        hash = mix(mix(hash, numbers, sizeof(numbers)), row->estimator, strlen(row->estimator));
    }
    for (int j = 0; read && j < summary.num_contrasts; j++) {
        const eng_contrast_t *row = &summary.contrasts[j];
        const double numbers[] = { row->outcome, row->protocol, (double)row->kind, row->at, (double)row->n, (double)row->gains,
            (double)row->losses, row->value, row->low, row->high };
        hash = mix(mix(hash, numbers, sizeof(numbers)), row->estimator, strlen(row->estimator));
    }
    add_part(parts, read, &hash, sizeof(hash));
    if (read) {
        eng_summary_free(&summary);
    }
}

/* False: the file as a whole is refused. */
static bool
read_parts(const char *path, parts_t *parts)
{
    eng_result_t *result = NULL;
    const eng_study_t *study;
    size_t words;
    int64_t *buffer;
    bool read;

    *parts = (parts_t){ 0 };
    if (eng_result_open(&result, path) != 0) {
        return false;
    }
    study = eng_result_study(result);
    add_part(parts, true, study->text, strlen(study->text));
    add_part(parts, true, eng_result_identity(result), strlen(eng_result_identity(result)));
    add_part(parts, true, eng_result_extent(result), strlen(eng_result_extent(result)));
    words = (size_t)study->num_protocols *
        (eng_result_layout(result)->point_words + eng_result_layout(result)->pooled_words) * sizeof(*buffer);
    buffer = calloc(1, words);
    for (uint64_t i = 0; i < study->num_points; i++) {
        memset(buffer, 0, words);
        read = eng_result_point(result, i, buffer) == 0;
        add_part(parts, read, buffer, words);
    }
    memset(buffer, 0, words);
    read = eng_result_pooled(result, buffer) == 0;
    add_part(parts, read, buffer, words);
    add_summary(parts, result);
    for (size_t j = 0; j < sizeof(datasets) / sizeof(*datasets); j++) {
        add_dataset(parts, result, datasets[j]);
    }
    free(buffer);
    eng_result_close(result);
    return true;
}

static int
read_and_judge(const char *path, const parts_t *truth)
{
    parts_t parts;
    int verdict = READ_RIGHT;

    if (!read_parts(path, &parts)) {
        return READ_REFUSED;
    }
    for (int j = 0; j < truth->count; j++) {
        if (parts.hash[j] == 0) {
            verdict = verdict == READ_RIGHT ? READ_REFUSED : verdict;
        } else if (parts.hash[j] != truth->hash[j]) {
            verdict = READ_WRONG;
        }
    }
    return verdict;
}

static int
judge_apart(const char *path, const parts_t *truth)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        _exit(read_and_judge(path, truth));
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) < READ_CRASHED
        ? WEXITSTATUS(status)
        : READ_CRASHED;
}

static const char *
write_result(const char *name, const char *text)
{
    const char *path = eng_test_path(eng_test_directory(), name);
    fixture_t f;

    fixture_make(&f, text, 0, 1, MPI_COMM_SELF);
    CU_ASSERT_EQUAL_FATAL(eng_result_write(path, &f.data, MPI_COMM_SELF), 0);
    fixture_free(&f);
    return path;
}

typedef enum { FLIP_BIT, CLEAR_RUN, CLEAR_BLOCK, SWAP_WORDS, NUM_DAMAGES } damage_t;

/* Damage kind by kind, at a place of its own; never outside of the file. */
static void
damage(char *bytes, size_t size, damage_t kind, uint64_t *state)
{
    const size_t at = (size_t)(eng_test_random(state) % (size - 16)), from = (size_t)(eng_test_random(state) % (size - 16));
    const size_t block = at / 4096 * 4096;
    char word[8];

    switch (kind) {
    case FLIP_BIT:
        bytes[at] = (char)(bytes[at] ^ (1 << (eng_test_random(state) % 8)));
        break;
    case CLEAR_RUN:
        memset(bytes + at, 0, 16);
        break;
    case CLEAR_BLOCK:
        memset(bytes + block, 0, size - block < 4096 ? size - block : 4096);
        break;
    default:
        memcpy(word, bytes + at, 8);
        memmove(bytes + at, bytes + from, 8);
        memcpy(bytes + from, word, 8);
    }
}

static void
damage_often(damage_t kind, int times)
{
    const char *path = write_result("whole.h5", study_text), *damaged = eng_test_path(eng_test_directory(), "damaged.h5");
    int seen[NUM_READS] = { 0 };
    uint64_t state = 1 + (uint64_t)kind;
    size_t size = 0;
    char *bytes = eng_test_read_file(path, &size), *copy = malloc(size + 1);
    parts_t truth;

    CU_ASSERT_FATAL(bytes != NULL && copy != NULL);
    CU_ASSERT_FATAL(read_parts(path, &truth));
    CU_ASSERT_EQUAL(judge_apart(path, &truth), READ_RIGHT);
    for (int k = 0; k < times; k++) {
        memcpy(copy, bytes, size);
        damage(copy, size, kind, &state);
        CU_ASSERT_FATAL(eng_test_write_file(damaged, copy, size));
        seen[judge_apart(damaged, &truth)]++;
    }
    CU_ASSERT(seen[READ_REFUSED] > 0);
    CU_ASSERT_EQUAL(seen[READ_WRONG], 0);
    CU_ASSERT_EQUAL(seen[READ_CRASHED], 0);
    free(bytes);
    free(copy);
}

static void
test_a_flipped_bit_is_never_used(void)
{
    damage_often(FLIP_BIT, MOST_DAMAGES);
}

static void
test_cleared_bytes_are_never_used(void)
{
    damage_often(CLEAR_RUN, MOST_DAMAGES);
}

static void
test_a_lost_block_is_never_used(void)
{
    damage_often(CLEAR_BLOCK, MOST_DAMAGES / 2);
}

static void
test_bytes_in_the_wrong_place_are_never_used(void)
{
    damage_often(SWAP_WORDS, MOST_DAMAGES);
}

static void
test_a_short_file_is_refused(void)
{
    const char *path = write_result("long.h5", study_text), *cut = eng_test_path(eng_test_directory(), "cut.h5");
    size_t size = 0;
    char *bytes = eng_test_read_file(path, &size);
    parts_t truth;

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_FATAL(read_parts(path, &truth));
    for (size_t left = 0; left < size; left += size / 20) {
        CU_ASSERT_FATAL(eng_test_write_file(cut, bytes, left));
        CU_ASSERT_EQUAL(judge_apart(cut, &truth), READ_REFUSED);
    }
    CU_ASSERT_FATAL(eng_test_write_file(cut, bytes, size - 1));
    CU_ASSERT_EQUAL(judge_apart(cut, &truth), READ_REFUSED);
    free(bytes);
}

/* A study file too long for an object header: its text stands as it is in the file, with a hash beside it. */
static void
test_a_long_study_text_is_protected(void)
{
    static const char mark[] = "# a remark that is found again\n";
    static char text[100000];
    const char *path, *damaged = eng_test_path(eng_test_directory(), "remark.h5");
    size_t used = (size_t)snprintf(text, sizeof(text), "%s", study_text), size = 0, at = 0;
    char *bytes;
    parts_t truth;

    while (used < 70000) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", mark);
    }
    path = write_result("remarks.h5", text);
    bytes = eng_test_read_file(path, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_FATAL(read_parts(path, &truth));
    while (at + sizeof(mark) < size && memcmp(bytes + at, mark, sizeof(mark) - 1) != 0) {
        at++;
    }
    CU_ASSERT_FATAL(at + sizeof(mark) < size);
    bytes[at + 5] ^= 1;
    CU_ASSERT_FATAL(eng_test_write_file(damaged, bytes, size));
    CU_ASSERT_EQUAL(judge_apart(damaged, &truth), READ_REFUSED);
    free(bytes);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_a_flipped_bit_is_never_used), ENG_TEST(test_cleared_bytes_are_never_used),
        ENG_TEST(test_a_lost_block_is_never_used), ENG_TEST(test_bytes_in_the_wrong_place_are_never_used),
        ENG_TEST(test_a_short_file_is_refused), ENG_TEST(test_a_long_study_text_is_protected) };
    int status;

    setenv("OMPI_MCA_sharedfp", "^sm,lockedfile", 0);
    MPI_Init(&argc, &argv);
    status = ENG_TEST_MAIN(argc, argv, "damage", tests);
    MPI_Finalize();
    return status;
}
