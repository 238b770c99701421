/**
 * A header that says whose points these are, unit-cube points, values; a hash over all.
 */
#include "engine/kept_design.h"

#include "base/error.h"
#include "engine/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

typedef struct {
    char magic[8];
    char identity[32], extent[32]; /* hex digits, no ending zero */
    uint64_t points, columns;
    uint64_t hash[2]; /* of all above and of the numbers */
} header_t;

static const char magic[8] = { 'e', 'n', 'g', 'd', 's', 'g', 'n', '\n' };

static header_t
header_of(const eng_study_t *study)
{
    header_t header;

    memset(&header, 0, sizeof(header));
    memcpy(header.magic, magic, sizeof(magic));
    memcpy(header.identity, study->identity, sizeof(header.identity));
    memcpy(header.extent, study->extent, sizeof(header.extent));
    header.points = study->num_points;
    header.columns = (uint64_t)study->num_uncertain;
    return header;
}

static size_t
numbers_of(const eng_study_t *study)
{
    return 2 * (size_t)study->num_points * (size_t)study->num_uncertain;
}

/* Of the numbers, and with that as its seed of the header up to its hash. */
static XXH128_hash_t
hash_of(const unsigned char *bytes, size_t length)
{
    const XXH128_hash_t numbers = XXH3_128bits(bytes + sizeof(header_t), length - sizeof(header_t));

    return XXH3_128bits_withSeed(bytes, offsetof(header_t, hash), numbers.low64 ^ numbers.high64);
}

int
eng_kept_design_put(const eng_workdir_t *dir, const eng_study_t *study, const double *unit, const double *values)
{
    const size_t half = numbers_of(study) / 2 * sizeof(double), length = sizeof(header_t) + 2 * half;
    const header_t header = header_of(study);
    unsigned char *bytes = malloc(length);
    int ret;

    if (bytes == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to save a design of %llu points", (unsigned long long)study->num_points);
    }
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + sizeof(header), unit, half);
    memcpy(bytes + sizeof(header) + half, values, half);
    const XXH128_hash_t hash = hash_of(bytes, length);
    memcpy(bytes + offsetof(header_t, hash), &hash.low64, sizeof(hash.low64));
    memcpy(bytes + offsetof(header_t, hash) + sizeof(hash.low64), &hash.high64, sizeof(hash.high64));
    ret = eng_workdir_put(dir, "design", (const char *)bytes, length);
    free(bytes);
    return ret;
}

/* The whole file, if it has just the size of this study's; else NULL. */
static unsigned char *
read_whole(const char *path, size_t length)
{
    struct stat info;
    FILE *in = fopen(path, "rb");
    unsigned char *bytes = NULL;

    if (in != NULL && fstat(fileno(in), &info) == 0 && (uint64_t)info.st_size == length) {
        bytes = malloc(length);
    }
    if (bytes != NULL && fread(bytes, 1, length, in) != length) {
        free(bytes);
        bytes = NULL;
    }
    if (in != NULL) {
        fclose(in);
    }
    return bytes;
}

static bool
is_good(const unsigned char *bytes, size_t length, const eng_study_t *study)
{
    const header_t wanted = header_of(study);
    header_t header;

    memcpy(&header, bytes, sizeof(header));
    const XXH128_hash_t hash = hash_of(bytes, length);
    return memcmp(&header, &wanted, offsetof(header_t, hash)) == 0 && header.hash[0] == hash.low64 && header.hash[1] == hash.high64;
}

static int
take(const unsigned char *bytes, size_t half, double **unit, double **values)
{
    *unit = malloc(half + sizeof(double));
    *values = malloc(half + sizeof(double));
    if (*unit == NULL || *values == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a design");
    }
    memcpy(*unit, bytes + sizeof(header_t), half);
    memcpy(*values, bytes + sizeof(header_t) + half, half);
    return 0;
}

int
eng_kept_design_get(const char *result_path, const eng_study_t *study, double **unit, double **values)
{
    const size_t half = numbers_of(study) / 2 * sizeof(double), length = sizeof(header_t) + 2 * half;
    char *path = eng_workdir_path(result_path, "design");
    unsigned char *bytes = path != NULL ? read_whole(path, length) : NULL;
    int ret;

    *unit = *values = NULL;
    if (path == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path");
    } else if (bytes != NULL && is_good(bytes, length, study)) {
        ret = take(bytes, half, unit, values);
    } else {
        ret = eng_work_design(study, unit, values);
    }
    free(bytes);
    free(path);
    return ret;
}
