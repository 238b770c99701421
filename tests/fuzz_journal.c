/**
 * Journals.  The input is a list of steps that make a file: good records with any numbers in them, records whose hash fits a payload of
 * any bytes, records of other studies, raw bytes, flipped bits, cut ends.  Only such files get past the hash; random bytes never would.
 * What has to hold:
 *   - every batch that is read stands in the file at that place with a hash that fits (computed here again), under the right key
 *   - packing it again gives bytes that read as the same batch; what it takes in memory is bounded by its bytes
 *   - reading ends with 0, or with one line and ENG_ERR_FORMAT or ENG_ERR_OTHER_STUDY
 *   - the header's courses and key are what peek and courses tell
 *   - the tables of saved work (show --partial) come from it, or are refused in one line
 */
#include "base/error.h"
#include "engine/block.h"
#include "engine/journal.h"
#include "engine/partial.h"

#include "fuzzlib.h"
#include "testlib.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { MOST_BYTES = 1 << 17, LENGTH_AT = 24 + sizeof(eng_journal_key_t), HASH_AT = LENGTH_AT + 16, HEADER_SIZE = HASH_AT + 16 };

static const char study_text[] =
    "study: fuzz\nseed: 7\nhorizon: 1 y\ncohort: {disease: ms, patients: 70}\n"
    "protocols:\n  a: [{at: 0 d, drug: dmt_standard}]\n  b: [{at: 0 d, drug: natalizumab}]\n"
    "parameters: {trigger.rate: prior}\ndesign: {lhs: {points: 3}}\n"
    "outcomes: [relapse, os, arr]\nrecords: {patients: 5}\n";

/* What does not change between inputs. */
static struct {
    eng_study_t study;
    eng_layout_t layout;
    eng_records_t records;
    eng_journal_key_t key;
    eng_batch_t batch, scratch, again;
    eng_pack_t pack;
    const char *result, *path;
} fixed;

typedef struct {
    uint8_t *bytes; /* [MOST_BYTES] */
    size_t size, last; /* last: where the last record begins */
} file_t;

static void
put_hash(uint8_t *record, size_t size)
{
    XXH3_state_t *state = XXH3_createState();

    ENG_FUZZ_HOLDS(state != NULL, "memory for a hash");
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, record, HASH_AT);
    XXH3_128bits_update(state, record + HEADER_SIZE, size - HEADER_SIZE);
    const XXH128_hash_t value = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    memcpy(record + HASH_AT, &value.low64, 8);
    memcpy(record + HASH_AT + 8, &value.high64, 8);
}

/* A record whose hash fits, of any payload. */
static void
put_record(file_t *file, const void *payload, size_t size, uint64_t courses)
{
    const uint64_t head[3] = { 0, ENG_JOURNAL_FORMAT, ~(uint64_t)ENG_JOURNAL_FORMAT }, tail[2] = { size, courses };
    uint8_t *record = file->bytes + file->size;

    if (HEADER_SIZE + size > MOST_BYTES - file->size) {
        return;
    }
    memcpy(record, head, sizeof(head));
    memcpy(record, "engjrnl\n", 8);
    memcpy(record + sizeof(head), &fixed.key, sizeof(fixed.key));
    memcpy(record + LENGTH_AT, tail, sizeof(tail));
    if (size > 0) {
        memcpy(record + HEADER_SIZE, payload, size);
    }
    put_hash(record, HEADER_SIZE + size);
    file->last = file->size;
    file->size += HEADER_SIZE + size;
}

/* --- the fixed things ------------------------------------------------------------------------------------------ */

/* The layout of a record is the journal's own business: what is made here must be what it makes. */
static void
check_format(void)
{
    eng_journal_t journal;
    file_t file = { malloc(MOST_BYTES), 0, 0 };
    size_t size = 0;
    char *written;

    ENG_FUZZ_HOLDS(file.bytes != NULL, "memory for a journal");
    eng_batch_clear(&fixed.batch);
    fixed.batch.courses = 3;
    eng_pack_reset(&fixed.pack);
    eng_batch_pack(&fixed.batch, &fixed.pack);
    put_record(&file, fixed.pack.bytes, fixed.pack.length, 3);
    ENG_FUZZ_HOLDS(eng_journal_open(&journal, eng_test_directory(), 9, 9, &fixed.key) == 0 &&
            eng_journal_append(&journal, &fixed.batch, false) == 0, "a journal can be written");
    written = eng_test_read_file(journal.path, &size);
    ENG_FUZZ_HOLDS(written != NULL && size == file.size && memcmp(written, file.bytes, size) == 0,
        "records are made here as the journal makes them (its format has changed?)");
    eng_journal_close(&journal);
    free(written);
    free(file.bytes);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    double unit[3], values[3];
    const char *directory = eng_test_directory();

    (void)argc, (void)argv;
    eng_fuzz_silence();
    ENG_FUZZ_HOLDS(eng_study_parse(&fixed.study, "fuzz", study_text, strlen(study_text)) == 0, "the study is right");
    ENG_FUZZ_HOLDS(eng_layout_create(&fixed.layout, &fixed.study) == 0 && eng_records_create(&fixed.records, &fixed.study) == 0 &&
            eng_batch_create(&fixed.batch, &fixed.layout, &fixed.records) == 0 &&
            eng_batch_create(&fixed.scratch, &fixed.layout, &fixed.records) == 0 &&
            eng_batch_create(&fixed.again, &fixed.layout, &fixed.records) == 0, "memory for a batch");
    ENG_FUZZ_HOLDS(fixed.study.num_points == 3 && fixed.study.num_uncertain == 1 && eng_study_points_unit(&fixed.study, unit) == 0,
        "the design is made");
    for (int j = 0; j < 3; j++) {
        eng_study_point_values(&fixed.study, unit + j, values + j);
    }
    fixed.key = eng_journal_key(&fixed.study, values, 0, eng_blocks_of(3, 70).num_blocks);
    check_format();
    fixed.result = eng_test_path(directory, "r.h5");
    fixed.path = eng_test_path(directory, "r.h5.work/journal.1.0");
    ENG_FUZZ_HOLDS(mkdir(eng_test_path(directory, "r.h5.work"), 0777) == 0, "a folder can be made");
    eng_fuzz_put(eng_test_path(directory, "r.h5.work/study"), study_text, strlen(study_text));
    return 0;
}

/* --- the steps ------------------------------------------------------------------------------------------------- */

static void
fill_words(eng_fuzz_input_t *input, int64_t *words, size_t n)
{
    const uint64_t first = eng_fuzz_number(input), step = eng_fuzz_number(input);

    for (size_t k = 0; k < n; k++) {
        words[k] = (int64_t)(first + k * step);
    }
}

/* A batch of any numbers: blocks, points, rows, pooled words. */
static void
put_batch(eng_fuzz_input_t *input, file_t *file)
{
    eng_batch_t *batch = &fixed.batch;

    eng_batch_clear(batch);
    batch->courses = eng_fuzz_number(input);
    for (unsigned n = eng_fuzz_byte(input) % 4; n > 0; n--) {
        const uint64_t first = eng_fuzz_number(input), count = eng_fuzz_number(input);
        (void)eng_ranges_add(&batch->blocks, (eng_range_t){ first, count });
    }
    for (unsigned n = eng_fuzz_byte(input) % 4; n > 0; n--) {
        int64_t *words = eng_batch_point(batch, eng_fuzz_number(input));
        ENG_FUZZ_HOLDS(words != NULL, "memory for a point");
        fill_words(input, words, batch->point_words);
    }
    for (unsigned n = eng_fuzz_byte(input) % 3; n > 0; n--) {
        double *row = eng_batch_row(batch, eng_fuzz_number(input));
        ENG_FUZZ_HOLDS(row != NULL, "memory for a row");
        for (size_t k = 0; k < batch->row_values; k++) {
            const uint64_t bits = eng_fuzz_number(input);
            memcpy(&row[k], &bits, sizeof(bits));
        }
    }
    fill_words(input, batch->pooled, batch->pooled_words);
    eng_pack_reset(&fixed.pack);
    eng_batch_pack(batch, &fixed.pack);
    ENG_FUZZ_HOLDS(eng_pack_check(&fixed.pack) == 0, "memory for packing");
    put_record(file, fixed.pack.bytes, fixed.pack.length, batch->courses);
}

static void
put_bytes(file_t *file, const uint8_t *bytes, size_t size)
{
    if (size > 0 && size <= MOST_BYTES - file->size) {
        memcpy(file->bytes + file->size, bytes, size);
        file->size += size;
    }
}

/* Other bytes in the last record; fitting: with a hash that fits what is there now. */
static void
change_last(eng_fuzz_input_t *input, file_t *file, bool fitting)
{
    const size_t size = file->size - file->last;
    const uint64_t at = eng_fuzz_number(input), value = eng_fuzz_number(input);

    if (size < HEADER_SIZE) {
        return;
    }
    file->bytes[file->last + at % size] = (uint8_t)value;
    if (fitting) {
        put_hash(file->bytes + file->last, size);
    }
}

static void
change_length(eng_fuzz_input_t *input, file_t *file)
{
    const uint64_t length = eng_fuzz_number(input);

    if (file->size - file->last >= HEADER_SIZE) {
        memcpy(file->bytes + file->last + LENGTH_AT, &length, sizeof(length));
        put_hash(file->bytes + file->last, file->size - file->last);
    }
}

static void
make_file(eng_fuzz_input_t *input, file_t *file)
{
    const uint8_t *bytes;
    size_t size;

    while (input->at < input->end) {
        switch (eng_fuzz_byte(input) % 8) {
        case 0:
            put_batch(input, file);
            break;
        case 1:
            bytes = eng_fuzz_bytes(input, &size);
            put_record(file, bytes, size, eng_fuzz_byte(input));
            break;
        case 2:
            bytes = eng_fuzz_bytes(input, &size);
            put_bytes(file, bytes, size);
            break;
        case 3:
            change_last(input, file, true);
            break;
        case 4:
            change_last(input, file, false);
            break;
        case 5:
            change_length(input, file);
            break;
        case 6:
            put_bytes(file, file->bytes + file->last, file->size - file->last);
            break;
        default:
            file->size -= eng_fuzz_number(input) % (file->size + 1);
            file->last = file->last < file->size ? file->last : file->size;
        }
    }
}

/* --- what has to hold ------------------------------------------------------------------------------------------ */

typedef struct {
    const file_t *file;
    size_t at;        /* where the next record has to stand */
    uint64_t courses; /* of headers */
} reading_t;

/* The record at reading->at is whole, of this study, and its hash fits. */
static size_t
check_record(const reading_t *reading)
{
    const file_t *file = reading->file;
    const size_t left = file->size - reading->at;
    uint64_t length;
    uint8_t *copy;

    ENG_FUZZ_HOLDS(left >= HEADER_SIZE, "a batch has a record");
    memcpy(&length, file->bytes + reading->at + LENGTH_AT, sizeof(length));
    ENG_FUZZ_HOLDS(length <= left - HEADER_SIZE, "a record is in the file");
    copy = malloc(HEADER_SIZE + length);
    ENG_FUZZ_HOLDS(copy != NULL, "memory for a record");
    memcpy(copy, file->bytes + reading->at, HEADER_SIZE + length);
    put_hash(copy, HEADER_SIZE + length);
    ENG_FUZZ_HOLDS(memcmp(copy + HASH_AT, file->bytes + reading->at + HASH_AT, 16) == 0, "no batch from a hash that does not fit");
    ENG_FUZZ_HOLDS(memcmp(copy + 24, fixed.key.identity, 32) == 0 && memcmp(copy + 56, fixed.key.extent, 32) == 0,
        "no batch of another study");
    free(copy);
    return HEADER_SIZE + (size_t)length;
}

static void
check_again(const eng_batch_t *batch)
{
    eng_batch_t *again = &fixed.again;
    eng_unpack_t unpack;

    eng_pack_reset(&fixed.pack);
    eng_batch_pack(batch, &fixed.pack);
    unpack = (eng_unpack_t){ fixed.pack.bytes, fixed.pack.bytes + fixed.pack.length };
    eng_batch_clear(again);
    ENG_FUZZ_HOLDS(eng_pack_check(&fixed.pack) == 0 && eng_batch_unpack(again, &unpack) == 0, "what was read can be packed again");
    ENG_FUZZ_HOLDS(again->courses == batch->courses && again->num_points == batch->num_points && again->num_rows == batch->num_rows &&
            again->blocks.num - again->blocks.head == batch->blocks.num - batch->blocks.head, "and reads as the same batch");
    ENG_FUZZ_HOLDS(memcmp(again->pooled, batch->pooled, batch->pooled_words * sizeof(*batch->pooled)) == 0 &&
            (batch->num_points == 0 ||
                memcmp(again->words, batch->words, batch->num_points * batch->point_words * sizeof(*batch->words)) == 0) &&
            (batch->num_rows == 0 || memcmp(again->rows, batch->rows, batch->num_rows * batch->row_values * sizeof(*batch->rows)) == 0),
        "with the same numbers");
}

static int
use(void *context, const eng_batch_t *batch)
{
    reading_t *reading = context;
    const size_t size = check_record(reading);

    ENG_FUZZ_HOLDS(batch->num_points <= size && batch->num_rows <= size && batch->blocks.num <= size, "memory is bounded by the bytes");
    check_again(batch);
    reading->at += size;
    return 0;
}

static void
check_reading(const file_t *file)
{
    reading_t reading = { file, 0, 0 };
    eng_journal_key_t key;
    int64_t bad = -1;
    bool torn = false;
    int ret;

    eng_error_clear();
    ret = eng_journal_read(fixed.path, &fixed.key, &fixed.scratch, use, &reading, &bad, &torn);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret == 0 || ret == ENG_ERR_FORMAT || ret == ENG_ERR_OTHER_STUDY, "a journal is read, damaged or another's");
    ENG_FUZZ_HOLDS(ret != 0 || (bad < 0 ? reading.at == file->size : (size_t)bad == reading.at), "every byte was read or named as bad");
    ret = eng_journal_peek(fixed.path, &key);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret == 0 || reading.at == 0, "a journal with a record has a first header");
    (void)eng_journal_courses(fixed.path);
}

static void
check_tables(void)
{
    eng_partial_t partial;
    eng_summary_t summary = { 0 };
    double values[6];
    int ret;

    eng_error_clear();
    ret = eng_partial_read(&partial, fixed.result);
    eng_fuzz_check_refusal(ret);
    if (ret == 0) {
        ret = eng_partial_summary(&partial, &summary);
        eng_fuzz_check_refusal(ret);
        ENG_FUZZ_HOLDS(partial.first_block <= partial.end_block && partial.end_block <= partial.all_blocks, "a share lies in the study");
        ENG_FUZZ_HOLDS(partial.points_whole + partial.points_begun <= partial.study.num_points, "points are counted once");
        ret = eng_partial_values(&partial, "/outcomes/courses/n", values, 6);
        ENG_FUZZ_HOLDS(ret == 0, "courses are told");
        for (uint64_t p = 0; p < 3; p++) {
            eng_summary_t point = { 0 };
            ret = eng_summary_point(&point, &partial.layout, partial.point + p * 2 * partial.layout.point_words);
            eng_fuzz_check_refusal(ret);
            eng_summary_free(&point);
        }
    }
    eng_summary_free(&summary);
    eng_partial_free(&partial);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    eng_fuzz_input_t input = { data, data + size };
    file_t file = { malloc(MOST_BYTES), 0, 0 };

    const bool tables = eng_fuzz_byte(&input) % 8 == 0; /* which take most of the time */

    ENG_FUZZ_HOLDS(file.bytes != NULL, "memory for a journal");
    make_file(&input, &file);
    eng_fuzz_put(fixed.path, file.bytes, file.size);
    check_reading(&file);
    if (tables) {
        eng_fuzz_capture_begin();
        check_tables();
        eng_fuzz_capture_end(&(size_t){ 0 });
    }
    free(file.bytes);
    return 0;
}
