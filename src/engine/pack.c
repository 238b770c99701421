/**
 * Packed integers.  A non-zero word never begins with a zero byte (its first byte has bits or a continuation), so
 * zero marks a run of zero words.
 */
#include "engine/pack.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

#define MAX_NUMBER_BYTES 10

/* Room for `more` bytes, NULL when there is no memory. */
static unsigned char *
reserve(eng_pack_t *pack, size_t more)
{
    if (pack->capacity - pack->length < more) {
        size_t capacity = pack->capacity < 4096 ? 4096 : pack->capacity;
        while (capacity - pack->length < more) {
            capacity *= 2;
        }
        unsigned char *bytes = realloc(pack->bytes, capacity);
        if (bytes == NULL) {
            pack->failed = 1;
            return NULL;
        }
        pack->bytes = bytes;
        pack->capacity = capacity;
    }
    return pack->bytes + pack->length;
}

static size_t
put(unsigned char *at, uint64_t value)
{
    size_t n = 0;

    while (value >= 0x80) {
        at[n++] = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    at[n++] = (unsigned char)value;
    return n;
}

void
eng_pack_number(eng_pack_t *pack, uint64_t value)
{
    unsigned char *at = reserve(pack, MAX_NUMBER_BYTES);

    if (at != NULL) {
        pack->length += put(at, value);
    }
}

void
eng_pack_words(eng_pack_t *pack, const int64_t *words, size_t n)
{
    for (size_t j = 0; j < n;) {
        unsigned char *at = reserve(pack, 1 + MAX_NUMBER_BYTES);
        if (at == NULL) {
            return;
        }
        if (words[j] != 0) {
            const uint64_t bits = (uint64_t)words[j];
            pack->length += put(at, bits << 1 ^ (words[j] < 0 ? UINT64_MAX : 0));
            j++;
        } else {
            const size_t start = j;
            while (j < n && words[j] == 0) {
                j++;
            }
            *at = 0;
            pack->length += 1 + put(at + 1, j - start);
        }
    }
}

void
eng_pack_doubles(eng_pack_t *pack, const double *values, size_t n)
{
    unsigned char *at = reserve(pack, 8 * n);

    if (at == NULL) {
        return;
    }
    for (size_t j = 0; j < n; j++) {
        uint64_t bits;
        memcpy(&bits, &values[j], sizeof(bits));
        for (int b = 0; b < 8; b++) {
            *at++ = (unsigned char)(bits >> 8 * b);
        }
    }
    pack->length += 8 * n;
}

void
eng_pack_bytes(eng_pack_t *pack, const void *bytes, size_t n)
{
    unsigned char *at = reserve(pack, n);

    if (at != NULL) {
        memcpy(at, bytes, n);
        pack->length += n;
    }
}

int
eng_pack_check(const eng_pack_t *pack)
{
    return pack->failed ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for packing results") : 0;
}

void
eng_pack_reset(eng_pack_t *pack)
{
    pack->length = 0;
    pack->failed = 0;
}

void
eng_pack_free(eng_pack_t *pack)
{
    free(pack->bytes);
    *pack = (eng_pack_t){ 0 };
}

static int
damaged(void)
{
    return ENG_FAIL(ENG_ERR_FORMAT, "packed results do not have the expected form");
}

int
eng_unpack_number(eng_unpack_t *unpack, uint64_t *value)
{
    uint64_t result = 0;

    for (int shift = 0; shift < 64; shift += 7) {
        if (unpack->at == unpack->end) {
            return damaged();
        }
        const unsigned char byte = *unpack->at++;
        if (shift == 63 && byte > 1) {
            return damaged();
        }
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = result;
            return 0;
        }
    }
    return damaged();
}

int
eng_unpack_words(eng_unpack_t *unpack, int64_t *words, size_t n)
{
    size_t j = 0;

    while (j < n) {
        uint64_t bits, run;
        if (eng_unpack_number(unpack, &bits) != 0) {
            return damaged();
        }
        if (bits != 0) {
            const uint64_t value = bits >> 1 ^ ((bits & 1) != 0 ? UINT64_MAX : 0);
            words[j] = (int64_t)((uint64_t)words[j] + value); /* unsigned: damaged bytes must not be undefined behaviour */
            j++;
        } else if (eng_unpack_number(unpack, &run) != 0 || run == 0 || run > n - j) {
            return damaged();
        } else {
            j += (size_t)run;
        }
    }
    return 0;
}

int
eng_unpack_doubles(eng_unpack_t *unpack, double *values, size_t n)
{
    if ((size_t)(unpack->end - unpack->at) / 8 < n) {
        return damaged();
    }
    for (size_t j = 0; j < n; j++) {
        uint64_t bits = 0;
        for (int b = 0; b < 8; b++) {
            bits |= (uint64_t)*unpack->at++ << 8 * b;
        }
        memcpy(&values[j], &bits, sizeof(bits));
    }
    return 0;
}
