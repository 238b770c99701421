/**
 * Packing integers into bytes for journals and messages: numbers of 7 bits a byte (LEB128), words with their sign in
 * the lowest bit, runs of zero words as one zero byte and their length.  Accumulators of few courses are mostly small
 * or zero, so a packed point takes a fraction of its memory.  The same bytes on every machine.
 */
#ifndef ENG_ENGINE_PACK_H
#define ENG_ENGINE_PACK_H

#include <stddef.h>
#include <stdint.h>

/** Growing bytes; zeroed: empty.  A failed allocation is kept in `failed` and reported once, by eng_pack_check. */
typedef struct {
    unsigned char *bytes; /* owned */
    size_t length, capacity;
    int failed;
} eng_pack_t;

void eng_pack_number(eng_pack_t *pack, uint64_t value);
void eng_pack_words(eng_pack_t *pack, const int64_t *words, size_t n);
/** IEEE bits, low byte first. */
void eng_pack_doubles(eng_pack_t *pack, const double *values, size_t n);
void eng_pack_bytes(eng_pack_t *pack, const void *bytes, size_t n);
/** 0, or ENG_ERR_NO_MEMORY if anything since the last reset could not be stored. */
int eng_pack_check(const eng_pack_t *pack);
void eng_pack_reset(eng_pack_t *pack);
void eng_pack_free(eng_pack_t *pack);

/** Reading: bytes at .. end are borrowed.  Every function returns 0 or ENG_ERR_FORMAT, whatever the bytes hold. */
typedef struct {
    const unsigned char *at, *end;
} eng_unpack_t;

int eng_unpack_number(eng_unpack_t *unpack, uint64_t *value);
/** ADDS the packed words to `words`. */
int eng_unpack_words(eng_unpack_t *unpack, int64_t *words, size_t n);
int eng_unpack_doubles(eng_unpack_t *unpack, double *values, size_t n);

#endif
