/**
 * The engine's random words as one endless stream of little-endian 64-bit words on stdout, for batteries of tests:
 *
 *     rng_stream [NAME=VALUE]... | RNG_test stdin64          `make rng-stream` calls it; docs/RANDOMNESS.md
 *
 *     streams=N   keys side by side, interleaved word by word (64; at most 65536)
 *     draws=N     words that each takes at a stop (1; at most 65536, the draws of a tick)
 *     walk=WHERE  from stop to stop: day (triggers), tick, ten_days (clones), draw (no jump: words one after the other)
 *     steps=N     stops before the next keys take over (0: the same keys for ever); a five-year course has 1856 days
 *     vary=WORD   the word of the key that counts up from key to key: patient, channel, point, variant or seed.  There
 *                 are few channels: they go round first, then the patient counts
 *     first=N     the first value of that word
 *     scheme=NAME engraft; pcg32_ranks is known to be bad, for proof that a battery finds such things: pcg32 with one
 *                 seed for all and the stream's number as increment, 32 bits of each at every stop
 *
 * Keys come from base/rng.c, words and jumps from the code of the step loop (rng_rows.h).  It ends quietly when nobody reads.
 */
#define ENG_WIDTH plain
#include "base/rng.h"
#include "base/ticks.h"
#include "model/lanes/rng_rows.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STREAMS 65536
#define FIRST_DAY (-30) /* as a course */

typedef struct {
    uint64_t streams, draws, steps, first;
    const char *walk, *vary, *scheme;
} options_t;

typedef struct {
    eng_wide_row_t state, inc;
} row_t;

static const char *const walks[] = { "draw", "tick", "day", "ten_days", NULL };
static const uint64_t walk_ticks[] = { 0, 1, ENG_TICKS_PER_DAY, 10 * ENG_TICKS_PER_DAY };
static const char *const varied[] = { "patient", "channel", "point", "variant", "seed", NULL };
static const char *const schemes[] = { "engraft", "pcg32_ranks", NULL };

/* --- the command line ---------------------------------------------------------------------------------------- */

static int
index_of(const char *const *names, const char *name)
{
    for (int j = 0; names[j] != NULL; j++) {
        if (strcmp(names[j], name) == 0) {
            return j;
        }
    }
    return -1;
}

static bool
read_number(const char *text, uint64_t low, uint64_t high, uint64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value >= low && *value <= high;
}

static bool
read_name(const char *text, const char *const *names, const char **value)
{
    *value = text;
    return index_of(names, text) >= 0;
}

static bool
read_option(options_t *o, const char *argument)
{
    const char *value = strchr(argument, '=');
    const size_t length = value == NULL ? 0 : (size_t)(value++ - argument);
#define IS(name) (length == strlen(name) && strncmp(argument, name, length) == 0)

    return IS("streams") ? read_number(value, 1, MAX_STREAMS, &o->streams)
        : IS("draws")    ? read_number(value, 1, UINT64_C(1) << ENG_TICK_SHIFT, &o->draws)
        : IS("steps")    ? read_number(value, 0, UINT64_MAX, &o->steps)
        : IS("first")    ? read_number(value, 0, UINT32_MAX, &o->first)
        : IS("walk")     ? read_name(value, walks, &o->walk)
        : IS("vary")     ? read_name(value, varied, &o->vary)
        : IS("scheme")   ? read_name(value, schemes, &o->scheme)
                         : false;
#undef IS
}

/* --- keys ---------------------------------------------------------------------------------------------------- */

#define ONE(name, number, text, help) ENG_CHANNEL_##name,
static const eng_channel_t channels[] = { ENG_CHANNEL_LIST(ONE) };
#undef ONE
enum { NUM_CHANNELS = sizeof(channels) / sizeof(*channels) };

/* The stream of key number `id`, at tick 0. */
static void
open_key(eng_rng_t *rng, const options_t *o, uint64_t id)
{
    uint32_t seed[4] = { 20261122, 0, 0, 0 }, point = 0, variant = 0;
    uint64_t patient = 0, n = o->first + id;
    eng_channel_t channel = ENG_CHANNEL_TRIGGERS;

    switch (index_of(varied, o->vary)) {
    case 0: patient = n; break;
    case 1:
        channel = channels[n % NUM_CHANNELS];
        patient = n / NUM_CHANNELS;
        break;
    case 2: point = (uint32_t)n; break;
    case 3: variant = (uint32_t)n; break;
    default:
        seed[0] = (uint32_t)n;
        seed[1] = (uint32_t)(n >> 32);
    }
    eng_rng_open(rng, seed, patient, channel, point, variant);
}

static void
open_rows(row_t *rows, const options_t *o, uint64_t first_id)
{
    const eng_rng_jump_t start = eng_rng_jump((eng_u128_t)ENG_TICK_OF_STREAM(FIRST_DAY * ENG_TICKS_PER_DAY) << ENG_TICK_SHIFT);
    eng_rng_t rng;

    for (uint64_t s = 0; s < o->streams; s++) {
        row_t *row = &rows[s / ENG_LANES];
        const size_t l = s % ENG_LANES;
        open_key(&rng, o, first_id + s);
        row->state.low[l] = (uint64_t)rng.state;
        row->state.high[l] = (uint64_t)(rng.state >> 64);
        row->inc.low[l] = (uint64_t)rng.inc;
        row->inc.high[l] = (uint64_t)(rng.inc >> 64);
    }
    for (uint64_t s = 0; s < o->streams; s += ENG_LANES) {
        jump_rows(&rows[s / ENG_LANES].state, &rows[s / ENG_LANES].inc, &start);
    }
}

/* --- words --------------------------------------------------------------------------------------------------- */

static bool
put(uint64_t word)
{
    unsigned char bytes[8];

    for (int j = 0; j < 8; j++) {
        bytes[j] = (unsigned char)(word >> 8 * j);
    }
    return fwrite(bytes, sizeof(bytes), 1, stdout) == 1;
}

/* Every stream's next words, stream by stream within a draw: word k of all, then word k + 1 of all. */
static bool
put_stop(row_t *rows, const options_t *o, row_t *walk)
{
    uint64_t word[ENG_LANES] ENG_ALIGNED;
    const size_t num_rows = (o->streams + ENG_LANES - 1) / ENG_LANES;

    memcpy(walk, rows, num_rows * sizeof(*rows));
    for (uint64_t k = 0; k < o->draws; k++) {
        for (size_t r = 0; r < num_rows; r++) {
            next_words(&walk[r].state, &walk[r].inc, word);
            for (uint64_t l = 0; l < ENG_LANES && r * ENG_LANES + l < o->streams; l++) {
                if (!put(word[l])) {
                    return false;
                }
            }
        }
    }
    return true;
}

/* Runs until nobody reads or writing fails. */
static void
write_engraft(const options_t *o, row_t *rows, row_t *walk)
{
    const uint64_t ticks = walk_ticks[index_of(walks, o->walk)];
    const eng_rng_jump_t jump = eng_rng_jump(ticks == 0 ? o->draws : (eng_u128_t)ticks << ENG_TICK_SHIFT);
    uint64_t step = 0, id = 0;

    open_rows(rows, o, id);
    while (put_stop(rows, o, walk)) {
        if (++step == o->steps) {
            step = 0;
            id += o->streams;
            open_rows(rows, o, id);
            continue;
        }
        for (uint64_t s = 0; s < o->streams; s += ENG_LANES) {
            jump_rows(&rows[s / ENG_LANES].state, &rows[s / ENG_LANES].inc, &jump);
        }
    }
}

static void
write_ranks(const options_t *o, eng_pcg32_t *rng)
{
    const uint64_t streams = o->streams + o->streams % 2; /* two make a word */
    bool reading = true;

    for (uint64_t s = 0; s < streams; s++) {
        eng_pcg32_seed(&rng[s], 20261122, o->first + s);
    }
    while (reading) {
        for (uint64_t s = 0; reading && s < streams; s += 2) {
            const uint64_t low = eng_pcg32_next(&rng[s]);
            reading = put(low | (uint64_t)eng_pcg32_next(&rng[s + 1]) << 32);
        }
    }
}

int
main(int argc, char **argv)
{
    options_t o = { 64, 1, 0, 0, "day", "patient", "engraft" };
    row_t *rows = aligned_alloc(64, MAX_STREAMS / ENG_LANES * sizeof(*rows));
    row_t *walk = aligned_alloc(64, MAX_STREAMS / ENG_LANES * sizeof(*walk));
    eng_pcg32_t *ranks = malloc((MAX_STREAMS + 1) * sizeof(*ranks));
    int j, status = 0;

    for (j = 1; j < argc && read_option(&o, argv[j]); j++) {
    }
    if (j < argc) {
        fprintf(stderr, "rng_stream: '%s': expected streams=1..65536, draws=1..65536, steps=N, first=0..4294967295, "
            "walk=draw|tick|day|ten_days, vary=patient|channel|point|variant|seed or scheme=engraft|pcg32_ranks\n", argv[j]);
        status = 64;
    } else if (rows == NULL || walk == NULL || ranks == NULL) {
        fprintf(stderr, "rng_stream: no memory\n");
        status = 70;
    } else {
        signal(SIGPIPE, SIG_IGN); /* a reader that has enough is the usual end */
        memset(rows, 0, MAX_STREAMS / ENG_LANES * sizeof(*rows));
        if (strcmp(o.scheme, "engraft") == 0) {
            write_engraft(&o, rows, walk);
        } else {
            write_ranks(&o, ranks);
        }
        if (errno != EPIPE) {
            fprintf(stderr, "rng_stream: cannot write: %s\n", strerror(errno));
            status = 73;
        }
    }
    free(rows);
    free(walk);
    free(ranks);
    return status;
}
