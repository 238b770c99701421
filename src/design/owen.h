/**
 * Nested uniform scrambling of base-2 digits (A. Owen 1995): each digit of a coordinate is turned over or not, by a fair coin
 * that belongs to all digits before it, so that points of a net stay points of a net, coordinates are uniform, and the error of
 * smooth integrands falls faster than with a shift.  The coins are a hash of (key, node of the tree of digits).
 */
#ifndef ENG_DESIGN_OWEN_H
#define ENG_DESIGN_OWEN_H

#include <stdint.h>

/** The 64-bit mixer of G. Steele, D. Lea, C. Flood (2014), constants of D. Stafford. */
static inline uint64_t
eng_owen_mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint64_t
eng_owen_coins(uint64_t key, uint64_t node)
{
    return eng_owen_mix(eng_owen_mix(key + node * UINT64_C(0x9e3779b97f4a7c15)) ^ key);
}

/** x, 32 digits: scrambled in the high half of the word, below it further digits at random. */
static inline uint64_t
eng_owen_scramble(uint32_t x, uint64_t key)
{
    uint32_t scrambled = 0;

    for (int depth = 0; depth < 32; depth++) {
        /* nodes are numbered as in a heap: the root is 1 */
        const uint64_t node = UINT64_C(1) << depth | (uint64_t)x >> (32 - depth);
        const uint32_t digit = x >> (31 - depth) & 1;
        scrambled = scrambled << 1 | (digit ^ (uint32_t)(eng_owen_coins(key, node) >> 63));
    }
    return (uint64_t)scrambled << 32 | eng_owen_coins(key, UINT64_C(1) << 32 | x) >> 32;
}

#endif
