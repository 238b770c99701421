/**
 * Streams of words: published answers (tests/data/pcg_vectors.txt), jumps, keys and the channel list.
 */
#include "base/rng.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 16

/* --- lines of known answers ----------------------------------------------------------------------------- */

typedef struct {
    int num_in, num_out;
    uint64_t in[MAX_WORDS], out[MAX_WORDS];
} answer_t;

static int
parse_words(char *text, uint64_t *words)
{
    int n = 0;
    char *word = strtok(text, " \n");

    for (; word != NULL && n < MAX_WORDS; word = strtok(NULL, " \n")) {
        words[n++] = strtoull(word, NULL, 16);
    }
    return n;
}

/* Calls `check` on every line that begins with `what`; the number of lines. */
static int
each_answer(const char *what, void (*check)(const answer_t *))
{
    FILE *file = fopen(eng_test_data("pcg_vectors.txt"), "r");
    char line[1000], *colon;
    const size_t length = strlen(what);
    answer_t answer;
    int n = 0;

    CU_ASSERT_FATAL(file != NULL);
    while (fgets(line, sizeof(line), file) != NULL) {
        colon = strchr(line, ':');
        if (line[0] == '#' || colon == NULL || strncmp(line, what, length) != 0 || line[length] != ' ') {
            continue;
        }
        *colon = '\0';
        answer.num_in = parse_words(line + length, answer.in);
        answer.num_out = parse_words(colon + 1, answer.out);
        check(&answer);
        n++;
    }
    fclose(file);
    return n;
}

static void
words_of(const answer_t *answer, uint32_t *words)
{
    int j;

    for (j = 0; j < answer->num_in; j++) {
        words[j] = (uint32_t)answer->in[j];
    }
}

/* --- published answers ---------------------------------------------------------------------------------- */

static void
check_seed_sequence(const answer_t *answer)
{
    uint32_t words[MAX_WORDS], out[MAX_WORDS];
    int j;

    words_of(answer, words);
    eng_seed_sequence(words, answer->num_in, out, answer->num_out);
    for (j = 0; j < answer->num_out; j++) {
        CU_ASSERT_EQUAL(out[j], (uint32_t)answer->out[j]);
    }
}

static void
check_long_seed_sequence(const answer_t *answer)
{
    uint32_t words[MAX_WORDS], out[8];
    int j;

    words_of(answer, words);
    eng_seed_sequence(words, answer->num_in, out, 8);
    for (j = 0; j < 4; j++) {
        CU_ASSERT_EQUAL((uint64_t)out[2 * j + 1] << 32 | out[2 * j], answer->out[j]);
    }
}

static void
test_seed_sequence_gives_numpys_words(void)
{
    CU_ASSERT_EQUAL(each_answer("seed_sequence", check_seed_sequence), 10);
    CU_ASSERT_EQUAL(each_answer("seed7", check_long_seed_sequence), 6);
}

static void
seed_from_word(eng_rng_t *rng, uint32_t seed)
{
    uint32_t out[8];
    uint64_t v[4];
    int j;

    eng_seed_sequence(&seed, 1, out, 8);
    for (j = 0; j < 4; j++) {
        v[j] = (uint64_t)out[2 * j + 1] << 32 | out[2 * j];
    }
    eng_rng_seed(rng, v);
}

static void
check_dxsm(const answer_t *answer)
{
    eng_rng_t rng;
    uint64_t n;
    int j;

    seed_from_word(&rng, (uint32_t)answer->in[0]);
    for (n = 0; n < answer->in[1]; n++) { /* one by one: the jump has tests of its own */
        eng_rng_next(&rng);
    }
    for (j = 0; j < answer->num_out; j++) {
        CU_ASSERT_EQUAL(eng_rng_next(&rng), answer->out[j]);
    }
}

static void
test_dxsm_gives_numpys_words(void)
{
    CU_ASSERT_EQUAL(each_answer("dxsm", check_dxsm), 18);
}

static void
check_key(const answer_t *answer)
{
    uint32_t w[MAX_WORDS];
    eng_rng_t rng, later;
    int j;

    words_of(answer, w);
    eng_rng_open(&rng, w, (uint64_t)w[5] << 32 | w[4], (eng_channel_t)w[6], w[7], w[8]);
    later = eng_rng_at(&rng, 65536, 3);
    for (j = 0; j < 3; j++) {
        CU_ASSERT_EQUAL(eng_rng_next(&rng), answer->out[j]);
    }
    for (j = 3; j < 5; j++) {
        CU_ASSERT_EQUAL(eng_rng_next(&later), answer->out[j]);
    }
}

static void
test_streams_of_keys_are_numpys(void)
{
    CU_ASSERT_EQUAL(each_answer("key", check_key), 6);
}

/* --- the demo of the reference implementation: five rounds, each shows six words ------------------------ */

static eng_pcg32_t demo32;
static eng_pcg64_t demo64;

static uint32_t
bounded32(uint32_t bound)
{
    uint32_t threshold = -bound % bound, word = eng_pcg32_next(&demo32);

    while (word < threshold) {
        word = eng_pcg32_next(&demo32);
    }
    return word % bound;
}

static uint64_t
bounded64(uint64_t bound)
{
    uint64_t threshold = -bound % bound, word = eng_pcg64_next(&demo64);

    while (word < threshold) {
        word = eng_pcg64_next(&demo64);
    }
    return word % bound;
}

static void
check_pcg32_round(const answer_t *answer)
{
    int turn, j;

    for (turn = 0; turn < 2; turn++) { /* the demo goes back by six and shows them again */
        for (j = 0; j < 6; j++) {
            CU_ASSERT_EQUAL(eng_pcg32_next(&demo32), (uint32_t)answer->out[j]);
        }
        eng_pcg32_advance(&demo32, turn == 0 ? -UINT64_C(6) : 0);
    }
    for (j = 0; j < 65; j++) {
        bounded32(2);
    }
    for (j = 0; j < 33; j++) {
        bounded32(6);
    }
    for (j = 52; j > 1; j--) {
        bounded32((uint32_t)j);
    }
}

static void
check_pcg64_round(const answer_t *answer)
{
    int turn, j;

    for (turn = 0; turn < 2; turn++) {
        for (j = 0; j < 6; j++) {
            CU_ASSERT_EQUAL(eng_pcg64_next(&demo64), answer->out[j]);
        }
        eng_pcg64_advance(&demo64, turn == 0 ? -(eng_u128_t)6 : 0);
    }
    for (j = 0; j < 65; j++) {
        bounded64(2);
    }
    for (j = 0; j < 33; j++) {
        bounded64(6);
    }
    for (j = 52; j > 1; j--) {
        bounded64((uint64_t)j);
    }
}

static void
test_pcg32_and_pcg64_give_the_words_of_the_demo(void)
{
    eng_pcg32_seed(&demo32, 42, 54);
    eng_pcg64_seed(&demo64, 42, 54);
    CU_ASSERT_EQUAL(each_answer("pcg32", check_pcg32_round), 5);
    CU_ASSERT_EQUAL(each_answer("pcg64", check_pcg64_round), 5);
}

/* --- jumps ---------------------------------------------------------------------------------------------- */

static bool
equal(const eng_rng_t *a, const eng_rng_t *b)
{
    return a->state == b->state && a->inc == b->inc;
}

static void
test_a_jump_is_so_many_steps(void)
{
    eng_rng_t walked, jumped, start;
    int distance;

    seed_from_word(&start, 1);
    walked = start;
    for (distance = 0; distance < 3000; distance++) {
        jumped = start;
        eng_rng_advance(&jumped, (eng_u128_t)distance);
        CU_ASSERT(equal(&walked, &jumped));
        eng_rng_advance(&jumped, -(eng_u128_t)distance);
        CU_ASSERT(equal(&start, &jumped));
        eng_rng_next(&walked);
    }
}

static void
test_jumps_by_powers_of_two(void)
{
    eng_rng_t start, there, twice;
    eng_rng_jump_t half, whole;
    int k;

    seed_from_word(&start, 2);
    for (k = 0; k < 128; k++) {
        eng_u128_t distance = (eng_u128_t)1 << k;

        there = start;
        eng_rng_advance(&there, distance);
        CU_ASSERT(there.state != start.state); /* the period is 2^128 and no less */
        CU_ASSERT(there.inc == start.inc);
        twice = there;
        eng_rng_advance(&twice, distance);
        half = eng_rng_jump(distance);
        whole = eng_rng_jump(distance << 1);
        CU_ASSERT(whole.mult == half.mult * half.mult);
        eng_rng_apply(&start, whole);
        CU_ASSERT(equal(&twice, &start)); /* two jumps of 2^k are one of 2^(k+1); 2^128 is none at all */
        eng_rng_advance(&start, -(distance << 1));
        eng_rng_advance(&there, -distance);
        CU_ASSERT(equal(&there, &start));
    }
}

static void
test_jumps_compose(void)
{
    uint64_t random = 3;
    eng_rng_t start, one, two;
    int n;

    seed_from_word(&start, 3);
    for (n = 0; n < 1000; n++) {
        eng_u128_t a = (eng_u128_t)eng_test_random(&random) << 64 | eng_test_random(&random);
        eng_u128_t b = (eng_u128_t)eng_test_random(&random) << 64 | eng_test_random(&random);

        one = two = start;
        eng_rng_advance(&one, a);
        eng_rng_advance(&one, b);
        eng_rng_advance(&two, a + b);
        CU_ASSERT(equal(&one, &two));
    }
}

static void
test_draws_sit_at_their_tick(void)
{
    const uint32_t seed[4] = { 1, 2, 3, 4 };
    eng_rng_t origin, copy, at;
    uint32_t k;

    eng_rng_open(&origin, seed, 77, ENG_CHANNEL_TRIGGERS, 0, 0);
    copy = origin;
    at = eng_rng_at(&origin, 0, 0);
    CU_ASSERT(equal(&at, &origin));
    for (k = 0; k < 65536; k++) {
        eng_rng_next(&copy);
    }
    at = eng_rng_at(&origin, 1, 0);
    CU_ASSERT(equal(&at, &copy));
    at = eng_rng_at(&origin, 0, 65536);
    CU_ASSERT(equal(&at, &copy));
    eng_rng_next(&copy);
    at = eng_rng_at(&origin, 1, 1);
    CU_ASSERT(equal(&at, &copy));
    at = eng_rng_at(&origin, UINT64_MAX, 5);
    copy = origin;
    eng_rng_advance(&copy, ((eng_u128_t)UINT64_MAX << 16) + 5);
    CU_ASSERT(equal(&at, &copy));
}

static void
test_pcg32_and_pcg64_jumps(void)
{
    eng_pcg32_t a32, b32;
    eng_pcg64_t a64, b64;
    int n;

    eng_pcg32_seed(&a32, 1, 2);
    eng_pcg64_seed(&a64, 1, 2);
    b32 = a32;
    b64 = a64;
    for (n = 0; n < 1000; n++) {
        eng_pcg32_next(&a32);
        eng_pcg64_next(&a64);
    }
    eng_pcg32_advance(&b32, 1000);
    eng_pcg64_advance(&b64, 1000);
    CU_ASSERT(a32.state == b32.state && a64.state == b64.state);
    for (n = 0; n < 64; n++) {
        eng_pcg32_advance(&b32, UINT64_C(1) << n);
        eng_pcg32_advance(&b32, -(UINT64_C(1) << n));
    }
    for (n = 0; n < 128; n++) {
        eng_pcg64_advance(&b64, (eng_u128_t)1 << n);
        eng_pcg64_advance(&b64, -((eng_u128_t)1 << n));
    }
    CU_ASSERT(a32.state == b32.state && a64.state == b64.state);
}

/* --- keys ----------------------------------------------------------------------------------------------- */

#define NUM_KEYS 40000

static int
compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Neighbours in every word of the key: no first word twice, and the bits of neighbours are unrelated. */
static void
test_neighbouring_keys_give_unrelated_streams(void)
{
    static uint64_t first[NUM_KEYS];
    uint32_t seed[4] = { 0 };
    eng_rng_t rng;
    int n, same = 0, differing = 0;

    for (n = 0; n < NUM_KEYS; n++) {
        uint32_t v = (uint32_t)(n / 8);

        memset(seed, 0, sizeof(seed));
        seed[n % 2] = n % 8 < 2 ? v + 1 : 0;
        eng_rng_open(&rng, seed,
                     n % 8 == 2   ? v
                     : n % 8 == 3 ? (uint64_t)(v + 1) << 32
                                  : 0,
                     (eng_channel_t)(n % 8 == 4 ? v + 1 : 0), n % 8 == 5 ? v + 1 : 0,
                     n % 8 == 6   ? v + 1
                     : n % 8 == 7 ? (v + 1) << 16
                                  : 0);
        first[n] = eng_rng_next(&rng);
    }
    for (n = 8; n < NUM_KEYS; n++) {
        differing += __builtin_popcountll(first[n] ^ first[n - 8]);
    }
    /* binomial(64 n, 1/2): five standard errors */
    CU_ASSERT_DOUBLE_EQUAL(differing, 32.0 * (NUM_KEYS - 8), 5 * 4 * 200.0);
    qsort(first, NUM_KEYS, sizeof(*first), compare_words);
    for (n = 1; n < NUM_KEYS; n++) {
        same += first[n] == first[n - 1];
    }
    CU_ASSERT_EQUAL(same, 0);
}

static void
test_a_stream_depends_on_nothing_but_its_key(void)
{
    const uint32_t seed[4] = { 5, 6, 7, 8 };
    eng_rng_t one, two;

    memset(&one, 0x55, sizeof(one));
    memset(&two, 0xaa, sizeof(two));
    eng_rng_open(&one, seed, UINT64_C(5000000007), ENG_CHANNEL_CLONES, 3, 4);
    eng_rng_open(&two, seed, 1, ENG_CHANNEL_THYMUS, 0, 0);
    eng_rng_next(&two);
    eng_rng_open(&two, seed, UINT64_C(5000000007), ENG_CHANNEL_CLONES, 3, 4);
    CU_ASSERT(equal(&one, &two));
}

static void
test_variants_do_not_overlap(void)
{
    CU_ASSERT_EQUAL(eng_rng_variant(0, 0, 0), 0);
    CU_ASSERT_EQUAL(eng_rng_variant(4095, 1, 2), 4095 + 4096 + 2 * 65536);
    CU_ASSERT_NOT_EQUAL(eng_rng_variant(4095, 0, 0), eng_rng_variant(0, 1, 0));
    CU_ASSERT(eng_rng_variant(4095, 1, 0) < eng_rng_variant(0, 0, 1));
    CU_ASSERT(eng_rng_variant(4095, 1, 65535) > eng_rng_variant(0, 0, 65535));
}

/* --- channels ------------------------------------------------------------------------------------------- */

/* The published numbers: they may be added to, but a change of one changes every result. */
static void
test_channel_numbers_stay(void)
{
    static const char *const names[] = { NULL,
                                         "covariates",
                                         "repertoire",
                                         "collection",
                                         "engraftment",
                                         "clones",
                                         "thymus",
                                         "thymus_clone",
                                         "triggers",
                                         "infection_triggers",
                                         "bacterial",
                                         "bacterial_fatality",
                                         "viral",
                                         "viral_fatality",
                                         "febrile",
                                         "bleeding",
                                         "toxicity",
                                         "background",
                                         "lesions",
                                         "design",
                                         "secondary_malignancy",
                                         "secondary_autoimmunity" };
    int j;

    for (j = 1; j < (int)(sizeof(names) / sizeof(*names)); j++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(eng_channel_name(j));
        CU_ASSERT_STRING_EQUAL(eng_channel_name(j), names[j]);
        CU_ASSERT(strlen(eng_channel_help(j)) > 10);
    }
    CU_ASSERT_PTR_NULL(eng_channel_name(0));
    CU_ASSERT_PTR_NULL(eng_channel_name(-1));
    CU_ASSERT_PTR_NULL(eng_channel_help(100000));
}

static const eng_test_t tests[] = {
    ENG_TEST(test_seed_sequence_gives_numpys_words),
    ENG_TEST(test_dxsm_gives_numpys_words),
    ENG_TEST(test_streams_of_keys_are_numpys),
    ENG_TEST(test_pcg32_and_pcg64_give_the_words_of_the_demo),
    ENG_TEST(test_a_jump_is_so_many_steps),
    ENG_TEST(test_jumps_by_powers_of_two),
    ENG_TEST(test_jumps_compose),
    ENG_TEST(test_draws_sit_at_their_tick),
    ENG_TEST(test_pcg32_and_pcg64_jumps),
    ENG_TEST(test_neighbouring_keys_give_unrelated_streams),
    ENG_TEST(test_a_stream_depends_on_nothing_but_its_key),
    ENG_TEST(test_variants_do_not_overlap),
    ENG_TEST(test_channel_numbers_stay),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "rng", tests);
}
