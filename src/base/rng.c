/**
 * Streams of random words that belong to a key: PCG64-DXSM (M. O'Neill 2014; the DXSM output function of
 * 2019) seeded by SeedSequence (O'Neill's seed_seq_fe, as NumPy carries it).  Others may call everything
 * that base/rng.h declares.
 *
 * A linear congruential generator of 128 bits steps s' = M s + inc.  DXSM steps with a 64-bit multiplier,
 * which is cheaper, and computes its output from the state before the step, which is then off the critical
 * path.  Two things keep streams apart, and neither is the increment: nine words of key pass through a hash
 * into state and increment, and 2^128 states make a meeting of 2^40 streams improbable (2^-48).
 */
#include "base/rng.h"

#include <stddef.h>

#define U128(high, low) (((eng_u128_t)UINT64_C(high) << 64) | UINT64_C(low))

static const uint64_t pcg32_multiplier = UINT64_C(6364136223846793005);

/* The 128-bit multiplier of pcg64.  NumPy also steps with it, twice, while it *seeds* PCG64DXSM. */
static eng_u128_t
full_multiplier(void)
{
    return U128(0x2360ed051fc65da4, 0x4385df649fccf645);
}

/* --- SeedSequence --------------------------------------------------------------------------------------- */

#define POOL_SIZE 4

static uint32_t
hash_word(uint32_t word, uint32_t *constant)
{
    word ^= *constant;
    *constant *= UINT32_C(0x931e8875);
    word *= *constant;
    return word ^ word >> 16;
}

static uint32_t
mix_words(uint32_t x, uint32_t y)
{
    uint32_t mixed = UINT32_C(0xca01f9dd) * x - UINT32_C(0x4973f715) * y;

    return mixed ^ mixed >> 16;
}

void
eng_seed_sequence(const uint32_t *words, int n, uint32_t *out, int num_out)
{
    uint32_t pool[POOL_SIZE], constant = UINT32_C(0x43b0d7e5);
    int from, to, j;

    for (j = 0; j < POOL_SIZE; j++) {
        pool[j] = hash_word(j < n ? words[j] : 0, &constant);
    }
    for (from = 0; from < POOL_SIZE; from++) {
        for (to = 0; to < POOL_SIZE; to++) {
            if (from != to) {
                pool[to] = mix_words(pool[to], hash_word(pool[from], &constant));
            }
        }
    }
    for (from = POOL_SIZE; from < n; from++) {
        for (to = 0; to < POOL_SIZE; to++) {
            pool[to] = mix_words(pool[to], hash_word(words[from], &constant));
        }
    }
    constant = UINT32_C(0x8b51f9dd);
    for (j = 0; j < num_out; j++) {
        uint32_t word = pool[j % POOL_SIZE] ^ constant;

        constant *= UINT32_C(0x58f38ded);
        word *= constant;
        out[j] = word ^ word >> 16;
    }
}

/* --- PCG64-DXSM ----------------------------------------------------------------------------------------- */

uint32_t
eng_rng_variant(uint32_t candidate, uint32_t course, uint32_t copy)
{
    return candidate + 4096 * course + 65536 * copy;
}

void
eng_rng_seed(eng_rng_t *rng, const uint64_t v[4])
{
    eng_u128_t initstate = (eng_u128_t)v[0] << 64 | v[1], initseq = (eng_u128_t)v[2] << 64 | v[3];

    rng->inc = initseq << 1 | 1;
    rng->state = (rng->inc + initstate) * full_multiplier() + rng->inc; /* 0, a step, + initstate, a step */
}

void
eng_rng_open(eng_rng_t *rng, const uint32_t seed[4], uint64_t patient, eng_channel_t channel, uint32_t point,
             uint32_t variant)
{
    const uint32_t words[9] = {
        seed[0],           seed[1], seed[2], seed[3], (uint32_t)patient, (uint32_t)(patient >> 32),
        (uint32_t)channel, point,   variant
    };
    uint32_t hashed[8];
    uint64_t v[4];
    int j;

    eng_seed_sequence(words, 9, hashed, 8);
    for (j = 0; j < 4; j++) {
        v[j] = (uint64_t)hashed[2 * j + 1] << 32 | hashed[2 * j]; /* NumPy's order on every machine */
    }
    eng_rng_seed(rng, v);
}

uint64_t
eng_rng_next(eng_rng_t *rng)
{
    uint64_t high = (uint64_t)(rng->state >> 64), low = (uint64_t)rng->state | 1;

    rng->state = rng->state * ENG_DXSM_MULTIPLIER + rng->inc;
    high ^= high >> 32;
    high *= ENG_DXSM_MULTIPLIER;
    high ^= high >> 48;
    return high * low;
}

/*
 * `distance` steps of s' = multiplier s + inc as one: mult = multiplier^distance, plus = sum of its lower
 * powers.  Doubling (F. Brown 1994), modulo 2^128; a negative distance is its complement.
 */
static eng_rng_jump_t
jump_of(eng_u128_t multiplier, eng_u128_t distance)
{
    eng_rng_jump_t jump = { 1, 0 }, power = { multiplier, 1 };

    for (; distance != 0; distance >>= 1) {
        if (distance & 1) {
            jump.plus = jump.plus * power.mult + power.plus;
            jump.mult *= power.mult;
        }
        power.plus *= power.mult + 1;
        power.mult *= power.mult;
    }
    return jump;
}

eng_rng_jump_t
eng_rng_jump(eng_u128_t distance)
{
    return jump_of(ENG_DXSM_MULTIPLIER, distance);
}

void
eng_rng_apply(eng_rng_t *rng, eng_rng_jump_t jump)
{
    rng->state = jump.mult * rng->state + jump.plus * rng->inc;
}

void
eng_rng_advance(eng_rng_t *rng, eng_u128_t distance)
{
    eng_rng_apply(rng, eng_rng_jump(distance));
}

eng_rng_t
eng_rng_at(const eng_rng_t *origin, uint64_t tick, uint32_t k)
{
    eng_rng_t rng = *origin;

    eng_rng_advance(&rng, ((eng_u128_t)tick << ENG_TICK_SHIFT) + k);
    return rng;
}

/* --- channels: two equal numbers are two equal cases, which no compiler takes --------------------------- */

#define NOT_OF_TESTS(name, number, text, help)                                                                         \
    _Static_assert((number) < ENG_CHANNEL_TESTS || (number) > ENG_CHANNEL_TESTS_LAST, "kept for tests");
ENG_CHANNEL_LIST(NOT_OF_TESTS)
#undef NOT_OF_TESTS

const char *
eng_channel_name(int channel)
{
#define AS_NAME(name, number, text, help)                                                                              \
    case (number):                                                                                                     \
        return text;
    switch (channel) {
        ENG_CHANNEL_LIST(AS_NAME)
    default:
        return NULL;
    }
#undef AS_NAME
}

const char *
eng_channel_help(int channel)
{
#define AS_HELP(name, number, text, help)                                                                              \
    case (number):                                                                                                     \
        return help;
    switch (channel) {
        ENG_CHANNEL_LIST(AS_HELP)
    default:
        return NULL;
    }
#undef AS_HELP
}

/* --- pcg32 (XSH-RR 64/32) and pcg64 (XSL-RR 128/64) ----------------------------------------------------- */

void
eng_pcg32_seed(eng_pcg32_t *rng, uint64_t initstate, uint64_t initseq)
{
    rng->inc = initseq << 1 | 1;
    rng->state = (rng->inc + initstate) * pcg32_multiplier + rng->inc;
}

uint32_t
eng_pcg32_next(eng_pcg32_t *rng)
{
    uint64_t state = rng->state; /* the output belongs to the state before the step */
    uint32_t word = (uint32_t)((state ^ state >> 18) >> 27);
    unsigned turn = (unsigned)(state >> 59);

    rng->state = state * pcg32_multiplier + rng->inc;
    return word >> turn | word << (-turn & 31);
}

void
eng_pcg32_advance(eng_pcg32_t *rng, uint64_t distance)
{
    eng_rng_jump_t jump = jump_of(pcg32_multiplier, distance); /* its low 64 bits are those modulo 2^64 */

    rng->state = (uint64_t)jump.mult * rng->state + (uint64_t)jump.plus * rng->inc;
}

void
eng_pcg64_seed(eng_pcg64_t *rng, eng_u128_t initstate, eng_u128_t initseq)
{
    rng->inc = initseq << 1 | 1;
    rng->state = (rng->inc + initstate) * full_multiplier() + rng->inc;
}

uint64_t
eng_pcg64_next(eng_pcg64_t *rng)
{
    uint64_t word;
    unsigned turn;

    rng->state = rng->state * full_multiplier() + rng->inc; /* the output belongs to the state after it */
    word = (uint64_t)(rng->state >> 64) ^ (uint64_t)rng->state;
    turn = (unsigned)(rng->state >> 122);
    return word >> turn | word << (-turn & 63);
}

void
eng_pcg64_advance(eng_pcg64_t *rng, eng_u128_t distance)
{
    eng_rng_jump_t jump = jump_of(full_multiplier(), distance);

    rng->state = jump.mult * rng->state + jump.plus * rng->inc;
}
