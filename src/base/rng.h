/**
 * Random numbers: PCG64-DXSM seeded by SeedSequence over nine words, the key (docs/NUMERICS.md), so that a draw
 * belongs to (seed, patient, channel, point, variant; time) and to nothing else.  NumPy gives the same bits:
 *   PCG64DXSM(SeedSequence([s0,s1,s2,s3, p_lo,p_hi, channel, point, variant]))   (all nine words, always)
 * Also pcg32 (XSH-RR 64/32) and pcg64 (XSL-RR 128/64) from their published definitions (O'Neill 2014).
 */
#ifndef ENG_BASE_RNG_H
#define ENG_BASE_RNG_H

#include "base/channels.h"
#include <stdint.h>

__extension__ typedef unsigned __int128 eng_u128_t;

/** The multiplier of one PCG64-DXSM step ("cheap multiplier"); 64 bits. */
#define ENG_DXSM_MULTIPLIER UINT64_C(0xda942042e4dd58b5)

/** Draw k of tick n sits at offset n * 2^16 + k of its stream. */
#define ENG_TICK_SHIFT 16

typedef struct {
    eng_u128_t state; /* output is computed from it before the advance */
    eng_u128_t inc;   /* odd */
} eng_rng_t;

/** Advance by a fixed distance: state' = mult * state + plus * inc.  The same pair serves every stream. */
typedef struct {
    eng_u128_t mult, plus;
} eng_rng_jump_t;

/** variant = candidate + 4096 course + 65536 copy. */
uint32_t eng_rng_variant(uint32_t candidate, uint32_t course, uint32_t copy);

/** SeedSequence(entropy words[0..n)).generate_state(num_out, uint32).  n >= 1; pool of four words, as NumPy. */
void eng_seed_sequence(const uint32_t *words, int n, uint32_t *out, int num_out);

/** Seed from 4 x u64 as NumPy's PCG64DXSM does: initstate = v0:v1, initseq = v2:v3 (high:low). */
void eng_rng_seed(eng_rng_t *rng, const uint64_t v[4]);

/** The stream of a key, standing at tick 0, draw 0.  Depends on its arguments only. */
void eng_rng_open(eng_rng_t *rng, const uint32_t seed[4], uint64_t patient, eng_channel_t channel, uint32_t point,
    uint32_t variant);

uint64_t eng_rng_next(eng_rng_t *rng);

/** The pair that moves a stream `distance` draws forward (mod 2^128: -d moves back). */
eng_rng_jump_t eng_rng_jump(eng_u128_t distance);
void eng_rng_apply(eng_rng_t *rng, eng_rng_jump_t jump);
void eng_rng_advance(eng_rng_t *rng, eng_u128_t distance);

/** A copy of `origin` (standing at tick 0, draw 0) that stands at draw `k` of `tick`; origin is unchanged. */
eng_rng_t eng_rng_at(const eng_rng_t *origin, uint64_t tick, uint32_t k);

/** Name of a channel as `engraft list channels` prints it, NULL if there is none of that number. */
const char *eng_channel_name(int channel);
const char *eng_channel_help(int channel);

/* --- pcg32 and pcg64, for checks against the reference implementation ------------------------------------ */
typedef struct {
    uint64_t state, inc;
} eng_pcg32_t;
void eng_pcg32_seed(eng_pcg32_t *rng, uint64_t initstate, uint64_t initseq);
uint32_t eng_pcg32_next(eng_pcg32_t *rng);
void eng_pcg32_advance(eng_pcg32_t *rng, uint64_t distance);

typedef struct {
    eng_u128_t state, inc;
} eng_pcg64_t;
void eng_pcg64_seed(eng_pcg64_t *rng, eng_u128_t initstate, eng_u128_t initseq);
uint64_t eng_pcg64_next(eng_pcg64_t *rng);
void eng_pcg64_advance(eng_pcg64_t *rng, eng_u128_t distance);

#endif
