/**
 * Journal files.  The hash covers the header too, so that no byte of a record can change unseen.
 */
#include "engine/journal.h"

#include "base/error.h"
#include "study/identity.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

typedef struct {
    char magic[8];
    uint64_t format, not_format; /* twice, so that damage does not pass for another format */
    eng_journal_key_t key;
    uint64_t length;  /* payload, bytes */
    uint64_t courses;
    uint64_t hash[2]; /* of all above and of the payload */
} header_t;

static const char magic[8] = { 'e', 'n', 'g', 'j', 'r', 'n', 'l', '\n' };

/* As much of a text as has room; the rest is zero already. */
static void
put_text(char *to, size_t size, const char *text)
{
    const size_t length = strlen(text);

    memcpy(to, text, length < size ? length : size);
}

eng_journal_key_t
eng_journal_key(const eng_study_t *study, const double *values, uint64_t first_block, uint64_t num_blocks)
{
    eng_journal_key_t key;
    char versions[ENG_VERSIONS_SIZE];
    const size_t n = (size_t)study->num_points * (size_t)study->num_uncertain;

    memset(&key, 0, sizeof(key));
    memcpy(key.identity, study->identity, sizeof(key.identity));
    memcpy(key.extent, study->extent, sizeof(key.extent));
    if (values != NULL) {
        const XXH128_hash_t hash = XXH3_128bits(values, n * sizeof(*values));
        key.design[0] = hash.low64;
        key.design[1] = hash.high64;
    }
    key.first_block = first_block;
    key.num_blocks = num_blocks;
    memcpy(key.seed, study->seed, sizeof(key.seed));
    eng_study_versions(study, versions);
    put_text(key.model, sizeof(key.model), versions);
    put_text(key.precision, sizeof(key.precision), eng_study_precision());
    put_text(key.name, sizeof(key.name), study->name);
    return key;
}

static int
hash_record(const header_t *header, const void *payload, uint64_t hash[2])
{
    XXH3_state_t *state = XXH3_createState();

    if (state == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a hash");
    }
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, header, offsetof(header_t, hash));
    XXH3_128bits_update(state, payload, (size_t)header->length);
    const XXH128_hash_t value = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    hash[0] = value.low64;
    hash[1] = value.high64;
    return 0;
}

int
eng_journal_open(eng_journal_t *journal, const char *folder, int attempt, int rank, const eng_journal_key_t *key)
{
    const size_t size = strlen(folder) + 64;

    *journal = (eng_journal_t){ .fd = -1, .key = *key };
    journal->path = malloc(size);
    if (journal->path == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path");
    }
    snprintf(journal->path, size, "%s/journal.%d.%d", folder, attempt, rank);
    return 0;
}

static int
write_whole(eng_journal_t *journal, const unsigned char *at, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(journal->fd, at, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ENG_FAIL(ENG_ERR_WRITE, "cannot save to %s: %s", journal->path, strerror(n == 0 ? ENOSPC : errno));
        }
        at += n;
        length -= (size_t)n;
    }
    return 0;
}

int
eng_journal_append(eng_journal_t *journal, const eng_batch_t *batch, bool sync)
{
    static const unsigned char zeros[sizeof(header_t)];
    header_t header;
    eng_pack_t *pack = &journal->pack;
    int ret;

    if (journal->fd < 0) {
        journal->fd = open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
        if (journal->fd < 0) {
            return ENG_FAIL(ENG_ERR_WRITE, "cannot make %s: %s", journal->path, strerror(errno));
        }
    }
    /* The header's place comes first, so that the record is one piece for write(). */
    eng_pack_reset(pack);
    eng_pack_bytes(pack, zeros, sizeof(zeros));
    eng_batch_pack(batch, pack);
    ret = eng_pack_check(pack);
    if (ret == 0) {
        memcpy(header.magic, magic, sizeof(magic));
        header.format = ENG_JOURNAL_FORMAT;
        header.not_format = ~header.format;
        header.key = journal->key;
        header.length = pack->length - sizeof(header);
        header.courses = batch->courses;
        ret = hash_record(&header, pack->bytes + sizeof(header), header.hash);
    }
    if (ret == 0) {
        memcpy(pack->bytes, &header, sizeof(header));
        ret = write_whole(journal, pack->bytes, pack->length);
        journal->written += pack->length;
    }
    return ret == 0 && sync ? eng_journal_sync(journal) : ret;
}

int
eng_journal_sync(eng_journal_t *journal)
{
    int ret = 0;

    do {
        ret = journal->fd >= 0 ? fdatasync(journal->fd) : 0;
    } while (ret != 0 && errno == EINTR);
    return ret == 0 ? 0 : ENG_FAIL(ENG_ERR_WRITE, "cannot save to %s: %s", journal->path, strerror(errno));
}

void
eng_journal_close(eng_journal_t *journal)
{
    if (journal->path != NULL && journal->fd >= 0) {
        close(journal->fd);
    }
    free(journal->path);
    eng_pack_free(&journal->pack);
    *journal = (eng_journal_t){ .fd = -1 };
}

/* One record: the payload (owned by the caller) or NULL at the end, at a torn or at a damaged record. */
typedef struct {
    FILE *file;
    const char *path;
    int64_t at, size;
    unsigned char *payload;
    size_t capacity;
} scan_t;

static int
scan_open(scan_t *scan, const char *path)
{
    struct stat info;

    *scan = (scan_t){ .path = path };
    scan->file = fopen(path, "rb");
    if (scan->file == NULL || fstat(fileno(scan->file), &info) != 0) {
        return ENG_FAIL(ENG_ERR_READ, "cannot read %s: %s", path, strerror(errno));
    }
    scan->size = (int64_t)info.st_size;
    return 0;
}

static void
scan_close(scan_t *scan)
{
    if (scan->file != NULL) {
        fclose(scan->file);
    }
    free(scan->payload);
}

/* 1: a header that can be trusted to be one stands at `at` and its payload is inside the file; 0: not; or an error. */
static int
scan_header(scan_t *scan, header_t *header, bool *torn)
{
    const int64_t left = scan->size - scan->at;

    *torn = left < (int64_t)sizeof(*header);
    if (*torn) {
        return 0;
    }
    if (fread(header, sizeof(*header), 1, scan->file) != 1) { /* a disk that does not answer is no damage: the old journals go after reading */
        return ENG_FAIL(ENG_ERR_READ, "cannot read %s: %s", scan->path, ferror(scan->file) ? strerror(errno) : "it became shorter");
    }
    if (memcmp(header->magic, magic, sizeof(magic)) != 0) {
        return 0;
    }
    if (header->format != ENG_JOURNAL_FORMAT) {
        return header->not_format != ~header->format ? 0
            : ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s has format %" PRIu64 ", this engraft has %d; remove the folder to begin anew", scan->path,
                header->format, ENG_JOURNAL_FORMAT);
    }
    *torn = header->length > (uint64_t)(left - (int64_t)sizeof(*header));
    return !*torn;
}

/* Payload and its hash: 1 good, 0 damaged, negative error. */
static int
scan_payload(scan_t *scan, const header_t *header)
{
    uint64_t hash[2] = { 0, 0 };

    if (scan->capacity < header->length || scan->payload == NULL) {
        free(scan->payload);
        scan->capacity = (size_t)header->length + 1;
        scan->payload = malloc(scan->capacity);
        if (scan->payload == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a record of %s", scan->path);
        }
    }
    if (fread(scan->payload, 1, (size_t)header->length, scan->file) != header->length) {
        return ENG_FAIL(ENG_ERR_READ, "cannot read %s: %s", scan->path, ferror(scan->file) ? strerror(errno) : "it became shorter");
    }
    const int ret = hash_record(header, scan->payload, hash);
    if (ret != 0) {
        return ret;
    }
    return hash[0] == header->hash[0] && hash[1] == header->hash[1];
}

/* "core 3, ms 3" and "core 3, ms 4" have the same modules. */
static bool
same_modules(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
        while (*a >= '0' && *a <= '9') {
            a++;
        }
        while (*b >= '0' && *b <= '9') {
            b++;
        }
    }
    return *a == '\0' && *b == '\0';
}

/* What differs, most telling first; NULL: nothing. */
static const char *
difference(const eng_journal_key_t *saved, const eng_journal_key_t *key)
{
    if (memcmp(saved->model, key->model, sizeof(key->model)) != 0) {
        return same_modules(saved->model, key->model) ? "another version of the model" : "another study (another disease)";
    }
    if (memcmp(saved->precision, key->precision, sizeof(key->precision)) != 0) {
        return "an engraft built with another precision (REAL=float or double)";
    }
    if (memcmp(saved->identity, key->identity, sizeof(key->identity)) != 0) {
        return memcmp(saved->seed, key->seed, sizeof(key->seed)) != 0 && memcmp(saved->name, key->name, sizeof(key->name)) == 0
            ? "another study (another seed)"
            : "another study";
    }
    if (memcmp(saved->extent, key->extent, sizeof(key->extent)) != 0) {
        return "this study with other numbers of points, patients or records";
    }
    if (saved->from_points != key->from_points || saved->from_patients != key->from_patients) {
        return "this study, begun from another result (engraft extend) or from none";
    }
    if (saved->first_block != key->first_block || saved->num_blocks != key->num_blocks) {
        return "another share (--shard) of this study";
    }
    if ((key->design[0] | key->design[1]) != 0 && memcmp(saved->design, key->design, sizeof(key->design)) != 0) {
        return "this study with other points of its design";
    }
    return NULL;
}

static int
check_key(const scan_t *scan, const header_t *header, const eng_journal_key_t *key)
{
    const char *what = difference(&header->key, key);

    if (what == NULL) {
        return 0;
    }
    return ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s holds the saved work of %s (study %.48s, model %.63s); choose another -o, or remove that "
        "folder", scan->path, what, header->key.name, header->key.model);
}

int
eng_journal_peek(const char *path, eng_journal_key_t *key)
{
    scan_t scan;
    header_t header;
    bool torn;
    int ret = scan_open(&scan, path);

    if (ret == 0) {
        ret = scan_header(&scan, &header, &torn);
        *key = header.key;
        ret = ret == 0 ? ENG_FAIL(ENG_ERR_FORMAT, "%s holds no whole record", path) : ret < 0 ? ret : 0;
    }
    scan_close(&scan);
    return ret;
}

int
eng_journal_read(const char *path, const eng_journal_key_t *key, eng_batch_t *batch,
    int (*use)(void *context, const eng_batch_t *batch), void *context, int64_t *bad, bool *torn)
{
    scan_t scan;
    header_t header;
    int ret = scan_open(&scan, path);

    *bad = -1;
    *torn = false;
    while (ret == 0 && scan.at < scan.size) {
        int good = scan_header(&scan, &header, torn);
        if (good == 1) {
            good = scan_payload(&scan, &header);
        }
        if (good != 1) {
            *bad = scan.at;
            ret = good; /* 0, or why it could not be read */
            break;
        }
        ret = check_key(&scan, &header, key);
        if (ret == 0) {
            eng_unpack_t unpack = { scan.payload, scan.payload + header.length };
            eng_batch_clear(batch);
            ret = eng_batch_unpack(batch, &unpack);
        }
        if (ret == 0) {
            ret = use(context, batch);
        }
        scan.at += (int64_t)(sizeof(header) + header.length);
    }
    scan_close(&scan);
    return ret;
}

uint64_t
eng_journal_courses(const char *path)
{
    scan_t scan;
    header_t header;
    bool torn;
    uint64_t courses = 0;

    if (scan_open(&scan, path) == 0) {
        while (scan.at < scan.size && scan_header(&scan, &header, &torn) == 1) {
            courses += header.courses;
            scan.at += (int64_t)(sizeof(header) + header.length);
            if (fseeko(scan.file, (off_t)scan.at, SEEK_SET) != 0) {
                break;
            }
        }
    }
    scan_close(&scan);
    return courses;
}
