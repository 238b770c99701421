/**
 * A header that says whose rounds these are, the rounds, where each point ended; a hash over all.
 */
#include "engine/kept_rounds.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

typedef struct {
    char magic[8];
    char identity[32], extent[32]; /* hex digits, no ending zero */
    uint64_t points, count;
    eng_round_t round[ENG_MAX_ROUNDS];
    uint64_t hash[2]; /* of all above and of `closed`, which stands behind */
} header_t;

static const char magic[8] = { 'e', 'n', 'g', 'r', 'n', 'd', 's', '\n' };

static header_t
header_of(const eng_study_t *study)
{
    header_t header;

    memset(&header, 0, sizeof(header));
    memcpy(header.magic, magic, sizeof(magic));
    memcpy(header.identity, study->identity, sizeof(header.identity));
    memcpy(header.extent, study->extent, sizeof(header.extent));
    header.points = study->num_points;
    return header;
}

static void
hash_all(const header_t *header, const uint8_t *closed, uint64_t hash[2])
{
    const XXH128_hash_t points = XXH3_128bits(closed, (size_t)header->points);
    const XXH128_hash_t all = XXH3_128bits_withSeed(header, offsetof(header_t, hash), points.low64 ^ points.high64);

    hash[0] = all.low64;
    hash[1] = all.high64;
}

int
eng_kept_rounds_put(const eng_workdir_t *dir, const eng_study_t *study, const eng_rounds_t *rounds)
{
    const size_t length = sizeof(header_t) + (size_t)study->num_points;
    header_t header = header_of(study);
    char *bytes = malloc(length);
    int ret;

    if (bytes == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to save a round");
    }
    header.count = (uint64_t)rounds->count;
    memcpy(header.round, rounds->round, sizeof(header.round));
    hash_all(&header, rounds->closed, header.hash);
    memcpy(bytes, &header, sizeof(header));
    memcpy(bytes + sizeof(header), rounds->closed, (size_t)study->num_points);
    ret = eng_workdir_put(dir, "rounds", bytes, length);
    free(bytes);
    return ret;
}

int
eng_kept_rounds_get(const char *result_path, const eng_study_t *study, eng_rounds_t *rounds)
{
    const size_t points = (size_t)study->num_points;
    const header_t wanted = header_of(study);
    char *path = eng_workdir_path(result_path, "rounds");
    FILE *in = path != NULL ? fopen(path, "rb") : NULL;
    header_t header;
    uint64_t hash[2];

    rounds->count = 0;
    if (in != NULL && fread(&header, sizeof(header), 1, in) == 1 && memcmp(&header, &wanted, offsetof(header_t, count)) == 0 &&
        fread(rounds->closed, 1, points, in) == points) {
        hash_all(&header, rounds->closed, hash);
        if (memcmp(hash, header.hash, sizeof(hash)) == 0 && header.count < ENG_MAX_ROUNDS) {
            rounds->count = (int)header.count;
            memcpy(rounds->round, header.round, sizeof(header.round));
        }
    }
    if (rounds->count == 0) {
        memset(rounds->closed, 0, points);
    }
    if (in != NULL) {
        fclose(in);
    }
    free(path);
    return path != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path");
}

int
eng_kept_rounds_region(const eng_rounds_t *rounds, const eng_study_t *study, int number, eng_region_t *region)
{
    const uint64_t first = number == 1 ? 0 : eng_rounds_patients(study, number - 1), end = eng_rounds_patients(study, number);
    int ret = 0;

    for (uint64_t p = 0, next; ret == 0 && p < study->num_points; p = next) {
        const bool takes_part = eng_rounds_take_part(rounds, p, number);
        next = p + 1;
        while (next < study->num_points && eng_rounds_take_part(rounds, next, number) == takes_part) {
            next++;
        }
        if (takes_part && end > first) {
            const eng_block_t ranges = { p, next - p, first, end - first };
            ret = eng_region_add(region, &ranges);
        }
    }
    return ret;
}
