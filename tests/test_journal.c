/**
 * Packing, batches and journals: what is read is what was saved, and no damage passes.
 */
#include "base/error.h"
#include "engine/journal.h"
#include "testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POINT_WORDS = 12, POOLED_WORDS = 40, ROW_VALUES = 5, BATCHES = 4 };

static eng_study_t study;
static eng_layout_t layout = { .study = &study, .point_words = POINT_WORDS, .pooled_words = POOLED_WORDS };
static eng_records_t records = { .study = &study, .num_values = ROW_VALUES };

static uint64_t
draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11;
}

static int64_t
random_word(uint64_t *state)
{
    static const int64_t special[] = { INT64_MAX, INT64_MIN, -1, 1, 63, 64, -64, -65, 0, 8192 };
    const uint64_t kind = draw(state) % 4;

    return kind == 0 ? 0 : kind == 1 ? (int64_t)(draw(state) % 100) : kind == 2 ? special[draw(state) % 10]
                                                                               : (int64_t)(draw(state) << (draw(state) % 12));
}

/* Batch j of the tests: two points, a row, some blocks. */
static void
fill(eng_batch_t *batch, uint64_t j)
{
    uint64_t state = 7 * j + 1;

    eng_batch_clear(batch);
    for (uint64_t p = 2 * j; p < 2 * j + 2; p++) {
        int64_t *words = eng_batch_point(batch, p);
        for (size_t k = 0; k < batch->point_words; k++) {
            words[k] = random_word(&state);
        }
    }
    for (size_t k = 0; k < batch->pooled_words; k++) {
        batch->pooled[k] = random_word(&state);
    }
    double *row = eng_batch_row(batch, j);
    for (int k = 0; k < ROW_VALUES; k++) {
        row[k] = k == 0 ? -0.0 : (double)j / (k + 2);
    }
    CU_ASSERT_EQUAL(eng_ranges_add(&batch->blocks, (eng_range_t){ 10 * j, 3 }), 0);
    CU_ASSERT_EQUAL(eng_ranges_add(&batch->blocks, (eng_range_t){ 10 * j + 5, 1 }), 0);
    batch->courses = 100 + j;
}

static bool
equal(const eng_batch_t *a, const eng_batch_t *b)
{
    return a->courses == b->courses && a->num_points == b->num_points && a->num_rows == b->num_rows &&
        a->blocks.num == b->blocks.num && memcmp(a->blocks.items, b->blocks.items, a->blocks.num * sizeof(eng_range_t)) == 0 &&
        memcmp(a->points, b->points, a->num_points * sizeof(*a->points)) == 0 &&
        memcmp(a->words, b->words, a->num_points * a->point_words * sizeof(*a->words)) == 0 &&
        memcmp(a->pooled, b->pooled, a->pooled_words * sizeof(*a->pooled)) == 0 &&
        memcmp(a->row_ids, b->row_ids, a->num_rows * sizeof(*a->row_ids)) == 0 &&
        memcmp(a->rows, b->rows, a->num_rows * a->row_values * sizeof(*a->rows)) == 0;
}

typedef struct {
    int count, wrong;
} reading_t;

static int
use(void *context, const eng_batch_t *batch)
{
    reading_t *reading = context;
    eng_batch_t expected;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&expected, &layout, &records), 0);
    fill(&expected, (uint64_t)reading->count);
    reading->wrong += !equal(batch, &expected);
    reading->count++;
    eng_batch_free(&expected);
    return 0;
}

static eng_journal_key_t
make_key(void)
{
    static const double values[4] = { 1, 2, 3, 4 };

    study.num_protocols = 2;
    study.num_points = 2;
    study.num_uncertain = 2;
    memset(study.identity, 'a', 32);
    memset(study.extent, 'b', 32);
    return eng_journal_key(&study, values, 0, 30);
}

/* Write BATCHES records; returns the file's bytes and size, and its path. */
static char *
write_journal(const char *directory, const eng_journal_key_t *key, const char **path, size_t *size)
{
    eng_journal_t journal;
    eng_batch_t batch;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    CU_ASSERT_EQUAL_FATAL(eng_journal_open(&journal, directory, 1, 0, key), 0);
    for (uint64_t j = 0; j < BATCHES; j++) {
        fill(&batch, j);
        CU_ASSERT_EQUAL(eng_journal_append(&journal, &batch, j % 2 == 0), 0);
    }
    eng_journal_close(&journal);
    eng_batch_free(&batch);
    *path = eng_test_path(directory, "journal.1.0");
    return eng_test_read_file(*path, size);
}

static int
read_back(const char *path, const eng_journal_key_t *key, reading_t *reading, int64_t *bad, bool *torn)
{
    eng_batch_t batch;
    int ret;

    *reading = (reading_t){ 0, 0 };
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    ret = eng_journal_read(path, key, &batch, use, reading, bad, torn);
    eng_batch_free(&batch);
    return ret;
}

static void
put_file(const char *path, const char *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");

    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, out), size);
    fclose(out);
}

static void
test_words_survive_packing(void)
{
    uint64_t state = 1;

    for (int round = 0; round < 2000; round++) {
        int64_t words[50], back[50] = { 0 };
        eng_pack_t pack = { 0 };
        const size_t n = draw(&state) % 51;
        for (size_t j = 0; j < n; j++) {
            words[j] = random_word(&state);
        }
        eng_pack_words(&pack, words, n);
        CU_ASSERT_EQUAL(eng_pack_check(&pack), 0);
        eng_unpack_t unpack = { pack.bytes, pack.bytes + pack.length };
        CU_ASSERT_EQUAL(eng_unpack_words(&unpack, back, n), 0);
        CU_ASSERT(unpack.at == unpack.end && (n == 0 || memcmp(words, back, n * sizeof(*words)) == 0));
        if (pack.length > 0) { /* one byte short is noticed */
            unpack = (eng_unpack_t){ pack.bytes, pack.bytes + pack.length - 1 };
            CU_ASSERT_EQUAL(eng_unpack_words(&unpack, back, n), ENG_ERR_FORMAT);
        }
        eng_pack_free(&pack);
    }
}

/* Any bytes at all: an error or a result, never a crash. */
static void
test_unpacking_noise(void)
{
    uint64_t state = 5;
    unsigned char noise[200];
    eng_batch_t batch;

    make_key();
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (int round = 0; round < 20000; round++) {
        for (size_t j = 0; j < sizeof(noise); j++) {
            noise[j] = (unsigned char)(draw(&state) % (round % 2 == 0 ? 256 : 4));
        }
        eng_unpack_t unpack = { noise, noise + sizeof(noise) };
        eng_batch_clear(&batch);
        const int ret = eng_batch_unpack(&batch, &unpack);
        CU_ASSERT(ret == 0 || ret == ENG_ERR_FORMAT);
    }
    eng_batch_free(&batch);
}

static void
test_journal_is_read_as_written(void)
{
    const eng_journal_key_t key = make_key();
    const char *path;
    size_t size;
    char *bytes = write_journal(eng_test_directory(), &key, &path, &size);
    reading_t reading;
    int64_t bad;
    bool torn;

    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), 0);
    CU_ASSERT_EQUAL(reading.count, BATCHES);
    CU_ASSERT_EQUAL(reading.wrong, 0);
    CU_ASSERT_EQUAL(bad, -1);
    CU_ASSERT_EQUAL(eng_journal_courses(path), 100 + 101 + 102 + 103);
    free(bytes);
}

/* Cut at every length: whole records are used, the rest is named. */
static void
test_journal_cut_anywhere(void)
{
    const eng_journal_key_t key = make_key();
    const char *directory = eng_test_directory(), *path;
    size_t size;
    char *bytes = write_journal(directory, &key, &path, &size);
    const char *cut = eng_test_path(directory, "cut");
    int last = 0;

    for (size_t length = 0; length <= size; length++) {
        reading_t reading;
        int64_t bad;
        bool torn;
        put_file(cut, bytes, length);
        CU_ASSERT_EQUAL(read_back(cut, &key, &reading, &bad, &torn), 0);
        CU_ASSERT(reading.wrong == 0 && (reading.count == last || reading.count == last + 1));
        CU_ASSERT((bad == -1 && !torn) || (bad >= 0 && torn));
        CU_ASSERT(bad == -1 || bad < (int64_t)length);
        last = reading.count;
    }
    CU_ASSERT_EQUAL(last, BATCHES);
    free(bytes);
}

/* Flip a bit of every byte: found, and nothing that was changed is used. */
static void
test_journal_every_byte_is_guarded(void)
{
    const eng_journal_key_t key = make_key();
    const char *directory = eng_test_directory(), *path;
    size_t size;
    char *bytes = write_journal(directory, &key, &path, &size);
    const char *copy = eng_test_path(directory, "copy");

    for (size_t j = 0; j < size; j++) {
        reading_t reading;
        int64_t bad;
        bool torn;
        bytes[j] = (char)(bytes[j] ^ 1 << j % 8);
        put_file(copy, bytes, size);
        CU_ASSERT_EQUAL(read_back(copy, &key, &reading, &bad, &torn), 0);
        CU_ASSERT(bad >= 0 && bad <= (int64_t)j && reading.wrong == 0 && reading.count < BATCHES);
        bytes[j] = (char)(bytes[j] ^ 1 << j % 8);
    }
    free(bytes);
}

static void
test_journal_of_another_study(void)
{
    eng_journal_key_t key = make_key();
    const char *path;
    size_t size;
    char *bytes = write_journal(eng_test_directory(), &key, &path, &size);
    reading_t reading;
    int64_t bad;
    bool torn;

    key.extent[0] = 'c';
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_EQUAL(reading.count, 0);
    key = make_key();
    key.num_blocks--;
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "another share"));
    key = make_key();
    key.identity[0] ^= 1;
    key.seed[3] = 1;
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "another seed"));
    key = make_key();
    key.model[0] ^= 1;
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "version of the model"));
    key = make_key();
    key.design[1] ^= 1;
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_EQUAL(read_back("/nowhere/journal", &key, &reading, &bad, &torn), ENG_ERR_READ);
    free(bytes);
}

static void
test_journal_that_cannot_be_written(void)
{
    const eng_journal_key_t key = make_key();
    eng_journal_t journal;
    eng_batch_t batch;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    fill(&batch, 0);
    CU_ASSERT_EQUAL_FATAL(eng_journal_open(&journal, "/nowhere", 1, 0, &key), 0);
    CU_ASSERT_EQUAL(eng_journal_append(&journal, &batch, true), ENG_ERR_WRITE);
    eng_journal_close(&journal);
    eng_batch_free(&batch);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_words_survive_packing), ENG_TEST(test_unpacking_noise),
        ENG_TEST(test_journal_is_read_as_written), ENG_TEST(test_journal_cut_anywhere),
        ENG_TEST(test_journal_every_byte_is_guarded), ENG_TEST(test_journal_of_another_study),
        ENG_TEST(test_journal_that_cannot_be_written) };
    return ENG_TEST_MAIN(argc, argv, "journal", tests);
}
