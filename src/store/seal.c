/**
 * Texts too long for an object header (the study file, mostly) are the only values that HDF5 stores without a checksum:
 * a single value cannot be chunked.  They carry their hash as an attribute, and the attribute carries HDF5's.
 */
#include "store/h5.h"

#include <string.h>
#include <xxhash.h>

#define SEAL "xxh3_128"
#define SEAL_SIZE 33

static void
hash_text(const void *value, size_t size, char text[SEAL_SIZE])
{
    const XXH128_hash_t hash = XXH3_128bits(value, size);

    snprintf(text, SEAL_SIZE, "%016llx%016llx", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

bool
eng_h5_needs_seal(const eng_dataset_t *dataset)
{
    return dataset->num_dims == 0 && dataset->cell_bytes > ENG_H5_COMPACT_BYTES;
}

int
eng_h5_seal(hid_t id, const eng_dataset_t *dataset, const void *value)
{
    char text[SEAL_SIZE];

    if (!eng_h5_needs_seal(dataset)) {
        return 0;
    }
    hash_text(value, dataset->cell_bytes, text);
    return eng_h5_set_text(id, SEAL, text);
}

int
eng_h5_check_seal(hid_t id, const eng_dataset_t *dataset, const void *value)
{
    char text[SEAL_SIZE], wanted[SEAL_SIZE + 1];

    if (!eng_h5_needs_seal(dataset)) {
        return 0;
    }
    hash_text(value, dataset->cell_bytes, text);
    if (eng_h5_get_text(id, SEAL, wanted, sizeof(wanted)) != 0 || strcmp(text, wanted) != 0) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: is damaged (its hash is another)", dataset->path);
    }
    return 0;
}
