/**
 * Damaged journals: every bit flipped, every length cut off, records in another order, twice or among rubbish, a disk that
 * does not answer.  What is read is what was written, or the damage is named; no damage gives another value.
 */
#include "fault_memory.h"
#include "journal_fixture.h"

#include <unistd.h>

typedef struct {
    const char *path;
    size_t size;
    char *bytes;               /* owned */
    eng_journal_key_t key;
    size_t begin[BATCHES + 1]; /* of each record; the end */
} journal_t;

/* Which batches of fill() a file gave; anything else is wrong. */
typedef struct {
    int seen[BATCHES], wrong;
} found_t;

static int
find(void *context, const eng_batch_t *batch)
{
    found_t *found = context;
    eng_batch_t expected;
    bool known = false;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&expected, &layout, &records), 0);
    for (uint64_t j = 0; j < BATCHES; j++) {
        fill(&expected, j);
        if (equal(batch, &expected)) {
            found->seen[j]++;
            known = true;
        }
    }
    found->wrong += !known;
    eng_batch_free(&expected);
    return 0;
}

static journal_t
make_journal(void)
{
    journal_t journal = { .key = make_key() };
    const char *one;
    char *bytes;

    journal.bytes = write_journal(eng_test_directory(), &journal.key, &journal.path, &journal.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(journal.bytes);
    /* The magic marks the records: found by search, so that the format stays the reader's own business. */
    one = journal.bytes;
    for (int j = 0; j < BATCHES; j++) {
        while (memcmp(one, "engjrnl\n", 8) != 0) {
            one++;
        }
        journal.begin[j] = (size_t)(one++ - journal.bytes);
    }
    journal.begin[BATCHES] = journal.size;
    bytes = realloc(journal.bytes, 3 * journal.size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    journal.bytes = bytes;
    return journal;
}

static int
read_found(const char *path, const eng_journal_key_t *key, eng_batch_t *batch, found_t *found, int64_t *bad, bool *torn)
{
    *found = (found_t){ .wrong = 0 };
    return eng_journal_read(path, key, batch, find, found, bad, torn);
}

/* Change the file in place: a bit costs a byte's write and not the file's. */
static void
put_byte(int fd, size_t at, unsigned char byte)
{
    CU_ASSERT_EQUAL_FATAL(pwrite(fd, &byte, 1, (off_t)at), 1);
}

static int
count_only(void *context, const eng_batch_t *batch)
{
    (void)batch;
    ((reading_t *)context)->count++;
    return 0;
}

static void
test_every_bit(void)
{
    journal_t journal = make_journal();
    eng_batch_t batch;
    FILE *file = fopen(journal.path, "r+b");
    long unnamed = 0, used = 0, misplaced = 0, flips = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (size_t j = 0; j < journal.size; j++) {
        int record = 0;
        while (journal.begin[record + 1] <= j) {
            record++;
        }
        for (int bit = 0; bit < 8; bit++, flips++) {
            reading_t reading = { 0, 0 };
            eng_journal_key_t key;
            int64_t bad;
            bool torn;
            put_byte(fileno(file), j, (unsigned char)(journal.bytes[j] ^ 1 << bit));
            const int ret = eng_journal_read(journal.path, &journal.key, &batch, use, &reading, &bad, &torn);
            unnamed += ret != 0 || bad < 0;
            used += reading.wrong != 0 || reading.count != record;
            misplaced += bad != (int64_t)journal.begin[record];
            (void)eng_journal_peek(journal.path, &key);
            (void)eng_journal_courses(journal.path);
        }
        put_byte(fileno(file), j, (unsigned char)journal.bytes[j]);
    }
    printf("%ld bits of %zu bytes: ", flips, journal.size);
    CU_ASSERT(flips == (long)journal.size * 8 && flips > 10000);
    CU_ASSERT_EQUAL(unnamed, 0);
    CU_ASSERT_EQUAL(used, 0);
    CU_ASSERT_EQUAL(misplaced, 0);
    fclose(file);
    eng_batch_free(&batch);
    free(journal.bytes);
}

/* Two bits, which only a weak checksum would miss: near one another and at random places. */
static void
test_pairs_of_bits(void)
{
    journal_t journal = make_journal();
    eng_batch_t batch;
    FILE *file = fopen(journal.path, "r+b");
    uint64_t state = 11;
    int wrong = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (int round = 0; round < 20000; round++) {
        const size_t bits = journal.size * 8, first = draw(&state) % bits;
        const size_t second = (first + 1 + (round % 2 == 0 ? draw(&state) % 64 : draw(&state) % (bits - 1))) % bits;
        reading_t reading = { 0, 0 };
        int64_t bad;
        bool torn;
        put_byte(fileno(file), first / 8, (unsigned char)(journal.bytes[first / 8] ^ 1 << first % 8));
        const unsigned char now = (unsigned char)(first / 8 == second / 8 ? journal.bytes[first / 8] ^ 1 << first % 8
                                                                       : journal.bytes[second / 8]);
        put_byte(fileno(file), second / 8, (unsigned char)(now ^ 1 << second % 8));
        const int ret = eng_journal_read(journal.path, &journal.key, &batch, use, &reading, &bad, &torn);
        wrong += reading.wrong != 0 || reading.count == BATCHES || (ret == 0 && bad < 0) || (ret != 0 && ret != ENG_ERR_OTHER_STUDY);
        put_byte(fileno(file), first / 8, (unsigned char)journal.bytes[first / 8]);
        put_byte(fileno(file), second / 8, (unsigned char)journal.bytes[second / 8]);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    fclose(file);
    eng_batch_free(&batch);
    free(journal.bytes);
}

/* Cut off at every length, and there followed by zeros (a file that became longer before its bytes arrived) or by the whole file. */
static void
test_every_length(void)
{
    journal_t journal = make_journal();
    eng_batch_t batch;
    const char *path = eng_test_path(eng_test_directory(), "cut");
    int wrong = 0;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (size_t length = 0; length <= journal.size; length++) {
        int whole = 0;
        while (whole < BATCHES && journal.begin[whole + 1] <= length) {
            whole++;
        }
        const bool at_record = length == journal.begin[whole];
        for (int tail = 0; tail < 3; tail++) {
            char *bytes = calloc(1, length + journal.size + 1);
            found_t found;
            int64_t bad;
            bool torn;
            CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
            memcpy(bytes, journal.bytes, length);
            if (tail == 2) {
                memcpy(bytes + length, journal.bytes, journal.size);
            }
            put_file(path, bytes, tail == 0 ? length : length + journal.size);
            wrong += read_found(path, &journal.key, &batch, &found, &bad, &torn) != 0 || found.wrong != 0;
            for (int j = 0; j < BATCHES; j++) {
                wrong += found.seen[j] != (j < whole) + (tail == 2 && at_record);
            }
            /* Zeros that happen to be the missing bytes make the record whole again: nothing is lost then. */
            wrong += tail == 0 && bad != (at_record ? -1 : (int64_t)journal.begin[whole]);
            wrong += tail == 0 && torn != !at_record;
            wrong += tail == 1 && bad != (int64_t)journal.begin[whole];
            free(bytes);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    eng_batch_free(&batch);
    free(journal.bytes);
}

/* Whole records are good wherever they stand: in any order, as often as they are there; between pieces of others they are named. */
static void
test_records_in_another_place(void)
{
    journal_t journal = make_journal();
    eng_batch_t batch;
    const char *path = eng_test_path(eng_test_directory(), "mixed");
    uint64_t state = 3;
    int wrong = 0;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    for (int round = 0; round < 2000; round++) {
        int expected[BATCHES] = { 0 };
        char *bytes = malloc(8 * journal.size);
        size_t length = 0;
        bool broken = false;
        CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
        for (int piece = 0; piece < 6; piece++) {
            const size_t j = draw(&state) % BATCHES, size = journal.begin[j + 1] - journal.begin[j];
            const bool part = draw(&state) % 6 == 0;
            const size_t used = part ? 1 + draw(&state) % (size - 1) : size;
            memcpy(bytes + length, journal.bytes + journal.begin[j], used);
            length += used;
            expected[j] += !part && !broken;
            broken = broken || part;
        }
        put_file(path, bytes, length);
        found_t found;
        int64_t bad;
        bool torn;
        wrong += read_found(path, &journal.key, &batch, &found, &bad, &torn) != 0 || found.wrong != 0 || broken != (bad >= 0);
        for (int j = 0; j < BATCHES; j++) {
            wrong += found.seen[j] != expected[j];
        }
        free(bytes);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    eng_batch_free(&batch);
    free(journal.bytes);
}

/* A read that fails is no damage: what was taken for damaged is computed again and its file removed. */
static void
test_a_disk_that_does_not_answer(void)
{
    const eng_journal_key_t key = make_key();
    eng_batch_t batch;
    found_t found;
    int64_t bad;
    bool torn;

    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    /* A folder can be opened as a file, has a size, and fails when it is read. */
    CU_ASSERT_EQUAL(read_found(eng_test_directory(), &key, &batch, &found, &bad, &torn), ENG_ERR_READ);
    CU_ASSERT_EQUAL(found.wrong, 0);
    eng_batch_free(&batch);
}

/* Every allocation of reading fails once. */
static void
test_no_memory(void)
{
    journal_t journal = make_journal();
    int ret = ENG_ERR_NO_MEMORY, failures = 0;

    for (long n = 0; ret == ENG_ERR_NO_MEMORY && n < 1000; n++) {
        eng_batch_t batch;
        reading_t reading = { 0, 0 };
        int64_t bad = -1;
        bool torn;
        allocations_left = n;
        ret = eng_batch_create(&batch, &layout, &records);
        ret = ret == 0 ? eng_journal_read(journal.path, &journal.key, &batch, count_only, &reading, &bad, &torn) : ret;
        allocations_left = -1;
        failures += ret == ENG_ERR_NO_MEMORY;
        CU_ASSERT(ret == 0 || ret == ENG_ERR_NO_MEMORY);
        CU_ASSERT(ret != 0 || (bad == -1 && reading.count == BATCHES));
        eng_batch_free(&batch);
    }
    CU_ASSERT_EQUAL(ret, 0);
    CU_ASSERT(failures > 3);
    free(journal.bytes);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_every_bit), ENG_TEST(test_pairs_of_bits), ENG_TEST(test_every_length),
        ENG_TEST(test_records_in_another_place), ENG_TEST(test_a_disk_that_does_not_answer),
        ENG_TEST(test_no_memory) };
    return ENG_TEST_MAIN(argc, argv, "damaged journals", tests);
}
