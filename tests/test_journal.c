/**
 * Packing, batches and journals: what is read is what was saved, and no damage passes.
 */
#include "journal_fixture.h"

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
        eng_unpack_t unpack = { pack.bytes, pack.length > 0 ? pack.bytes + pack.length : pack.bytes };
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
    key.model[strlen(key.model) - 1] ^= 1; /* "core 3, clones 3, ms 2" */
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "version of the model"));
    key = make_key();
    snprintf(key.model, sizeof(key.model), "core 3, none 1");
    CU_ASSERT_EQUAL(read_back(path, &key, &reading, &bad, &torn), ENG_ERR_OTHER_STUDY);
    CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), "another disease"));
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
