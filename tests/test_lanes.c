/**
 * The language of the step loop, as the plain build compiles it: multiply-add rounded once, elementary functions
 * against libm, random words against base/rng.c.
 */
#define ENG_WIDTH plain
#include "model_fixture.h"

#include "base/sample.h"
#include "model/lanes/normal_rows.h"
#include "model/lanes/rng_rows.h"
#include "model/lanes/step.h"

#define NUM_RANDOM 1000000

/* --- multiply-add --------------------------------------------------------------------------------------------- */

static bool
same_float(float a, float b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static bool
same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static bool
float_agrees(float a, float b, float c)
{
    const bool good = same_float(eng_soft_fma_float(a, b, c), fmaf(a, b, c));
    if (!good) {
        printf("float fma(%a, %a, %a) = %a, not %a\n", (double)a, (double)b, (double)c,
            (double)eng_soft_fma_float(a, b, c), (double)fmaf(a, b, c));
    }
    return good;
}

static bool
double_agrees(double a, double b, double c)
{
    const bool good = same_double(eng_soft_fma_double(a, b, c), fma(a, b, c));
    if (!good) {
        printf("double fma(%a, %a, %a) = %a, not %a\n", a, b, c, eng_soft_fma_double(a, b, c), fma(a, b, c));
    }
    return good;
}

/* A number of either sign with a random significand of `bits` bits and an exponent within +-range. */
static double
random_number(uint64_t *state, int bits, int range)
{
    const uint64_t word = eng_test_random(state);
    const double significand = ldexp((double)(word >> 11 | UINT64_C(1) << 52), -52);
    const double kept = floor(ldexp(significand, bits - 1));
    const int exponent = (int)(eng_test_random(state) % (uint64_t)(2 * range + 1)) - range;
    return (word & 1 ? -1 : 1) * ldexp(kept, exponent - bits + 1);
}

static void
test_fma_float_random(void)
{
    uint64_t state = 1;
    int bad = 0;

    for (int j = 0; j < NUM_RANDOM && bad < 5; j++) {
        const int bits = 2 + (int)(eng_test_random(&state) % 23);
        const float a = (float)random_number(&state, bits, 30), b = (float)random_number(&state, 26 - bits, 30);
        const float x = (float)random_number(&state, 24, 30), c = (float)random_number(&state, 24, 60);
        bad += !float_agrees(a, x, c) + !float_agrees(a, b, c);
        bad += !float_agrees(a, x, -(a * x)); /* cancellation down to the rounding error of the product */
        bad += !float_agrees(a, x, nextafterf(-(a * x), INFINITY));
        bad += !float_agrees(a, x, c * 1e-30f * 1e-10f); /* small and subnormal results, too */
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void
test_fma_double_random(void)
{
    uint64_t state = 2;
    int bad = 0;

    for (int j = 0; j < NUM_RANDOM && bad < 5; j++) {
        const int bits = 2 + (int)(eng_test_random(&state) % 52);
        const double a = random_number(&state, bits, 60), b = random_number(&state, 55 - bits, 60);
        const double x = random_number(&state, 53, 60), c = random_number(&state, 53, 120);
        bad += !double_agrees(a, x, c) + !double_agrees(a, b, c);
        bad += !double_agrees(a, x, -(a * x)) + !double_agrees(a, x, nextafter(-(a * x), INFINITY));
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/*
 * The product is m + half an ulp exactly; the addend moves it off the tie by as little as it can, of either sign, or
 * not at all.  A sum rounded to nearest in between rounds the wrong way in half of these.
 */
static void
test_fma_float_ties(void)
{
    uint64_t state = 3;
    int bad = 0;

    for (int j = 0; j < 100000 && bad < 5; j++) {
        /* (2^12 + p)(2^12 + q) has 25 bits; odd ones end halfway between two floats */
        const float a = (float)(4096 + eng_test_random(&state) % 4096) * (eng_test_random(&state) & 1 ? 1.0f : -1.0f);
        const float b = (float)(4096 + (eng_test_random(&state) % 4096 | 1));
        const int depth = (int)(eng_test_random(&state) % 120);
        const float tiny = ldexpf(1, -depth);
        bad += !float_agrees(a, b, tiny) + !float_agrees(a, b, -tiny) + !float_agrees(a, b, 0.0f);
        bad += !float_agrees(a, b, 16777216.0f + tiny) + !float_agrees(a, b, -tiny * 1e-30f);
    }
    /* 1 + 2^-24 exactly halfway, sticky bit far below */
    for (int k = 25; k < 149; k++) {
        const float half = 1.0f - 0x1p-24f, up = 1.0f + 0x1p-23f;
        bad += !float_agrees(ldexpf(1, -12), ldexpf(1, -12), 1.0f) + !float_agrees(half, up, ldexpf(1, -k));
        bad += !float_agrees(half, up, -ldexpf(1, -k)) + !float_agrees(1.0f, 1.0f, 0x1p-24f);
        bad += !float_agrees(0x1p-75f, ldexpf(1, -k + 75), 1.0f + 0x1p-23f);
        bad += !float_agrees(-0x1p-75f, ldexpf(1, -k + 75), 1.0f + 0x1p-23f);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void
test_fma_double_ties(void)
{
    uint64_t state = 4;
    int bad = 0;

    for (int j = 0; j < 100000 && bad < 5; j++) {
        /* (2^26 + p)(2^27 + q): 54 bits, odd ones halfway between two doubles */
        const double a = (double)((UINT64_C(1) << 26) + (eng_test_random(&state) >> 38 | 1));
        const double b = (double)((UINT64_C(1) << 27) + (eng_test_random(&state) >> 37 | 1));
        const double sign = eng_test_random(&state) & 1 ? 1 : -1;
        const double tiny = ldexp(1, -(int)(eng_test_random(&state) % 300));
        bad += !double_agrees(a * sign, b, tiny) + !double_agrees(a * sign, b, -tiny) + !double_agrees(a * sign, b, 0);
        bad += !double_agrees(sign * 0x1p-53, tiny, 1.0) + !double_agrees(sign * tiny, 0x1p-30, 1.0 + 0x1p-52);
        bad += !double_agrees(1.0 - 0x1p-53, 1.0 + 0x1p-52, sign * tiny);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void
test_fma_zeros(void)
{
    static const double values[] = { 0.0, -0.0, 1.0, -1.0, 3.0, -3.0 };
    int bad = 0;

    for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
            for (int k = 0; k < 6; k++) {
                bad += !float_agrees((float)values[i], (float)values[j], (float)values[k]);
                bad += !double_agrees(values[i], values[j], values[k]);
            }
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/* --- elementary functions --------------------------------------------------------------------------------------- */

#ifdef ENG_REAL_DOUBLE
#define DIGITS 53
#else
#define DIGITS 24
#endif

/* Error in units in the last place of `real`. */
static double
ulps(real got, long double want)
{
    int exponent;
    frexpl(want, &exponent);
    return (double)(fabsl((long double)got - want) / ldexpl(1, exponent - DIGITS));
}

static void
report(const char *what, double worst, double limit)
{
    if (!(worst <= limit)) {
        printf("%s: %.3f ulp, limit %.3f\n", what, worst, limit);
    }
    CU_ASSERT(worst <= limit);
}

static void
test_real_exp_and_log(void)
{
    double worst_exp = 0, worst_log = 0;
    real last_exp = 0, last_log = real_log((real)1e-30);
    int falls = 0;

    for (int j = 0; j <= NUM_RANDOM; j++) {
        const real x = (real)(-79.9 + 159.8 * j / NUM_RANDOM), y = (real)exp(-69 + 138.0 * j / NUM_RANDOM);
        const real e = real_exp(x), g = real_log(y);
        worst_exp = fmax(worst_exp, ulps(e, expl((long double)x)));
        worst_log = fmax(worst_log, y == 1 ? fabs((double)g) : ulps(g, logl((long double)y)));
        falls += e < last_exp || g < last_log;
        last_exp = e;
        last_log = g;
    }
    for (int j = 1; j < 200000; j++) { /* near 1 the logarithm is small and must keep its relative precision */
        const real y = 1 + (real)(j - 100000) * (real)1e-6;
        worst_log = fmax(worst_log, y == 1 ? fabs((double)real_log(y)) : ulps(real_log(y), logl((long double)y)));
    }
    report("exp", worst_exp, 2);
    report("log", worst_log, 2);
    CU_ASSERT_EQUAL(falls, 0);
    CU_ASSERT(real_exp(0) == 1 && real_exp((real)-0.0) == 1 && real_log(1) == 0);
    CU_ASSERT(real_exp(-80) > 0 && real_exp(-80) < (real)2e-35 && real_exp(-1000) <= real_exp(-80));
}

static void
test_real_floor(void)
{
    uint64_t state = 5;
    int bad = 0;

    for (int j = 0; j < NUM_RANDOM; j++) {
        const real x = (real)exp(eng_test_uniform(&state, -10, 40)), whole = (real)floor((double)x);
        bad += real_floor(x) != (real)floor((double)x) || real_floor(whole) != whole;
        bad += whole > 0 && whole < (real)4e6 && real_floor((real)nextafterf((float)whole, 0)) != whole - 1;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(real_floor(0) == 0 && real_floor((real)0.99999994) == 0 && real_floor((real)8388607.5) == 8388607);
}

/* No further from (e^x - 1)/x than the first term that is left out and 2 ulp, and no pool can become negative. */
static void
test_phi(void)
{
    const double ulp = sizeof(real) == sizeof(float) ? 0x1p-23 : 0x1p-52;
    int bad = 0, negative = 0;

    for (int j = -100000; j <= 100000; j++) {
        const real a = (real)(0.3e-5 * j), b = (real)(1e-5 * j), far = (real)(1e-3 * j);
        const double exact_a = (double)(a == 0 ? 1 : expm1l((long double)a) / (long double)a);
        const double exact_b = (double)(b == 0 ? 1 : expm1l((long double)b) / (long double)b);
        bad += fabs((double)phi_small(a) / exact_a - 1) > 1.25 * pow((double)a, 4) / 120 + 2 * ulp;
        bad += fabs((double)phi_wide(b) / exact_b - 1) > 1.7 * pow((double)b, 6) / 5040 + 2 * ulp;
        negative += 1 + far * phi_small(far) <= 0 || 1 + far * phi_wide(far) <= 0;
        negative += grow(1, far, 0, 1) < 0 || grow_fast(1, far, 0, 1) < 0 || grow_any(1, far < 60 ? far : 60, 0, 1) < 0;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT_EQUAL(negative, 0);
    CU_ASSERT(phi_small(0) == 1 && phi_wide(0) == 1);
}

/* The exact quantile of the number that 32 bits stand for. */
static double
exact_normal(uint32_t bits)
{
    const double z = eng_normal_quantile(((double)(bits >> 1) + 0.5) * 0x1p-32);
    return bits & 1 ? -z : z;
}

static void
test_real_normal(void)
{
    static const uint32_t starts[] = { 0, 1u << 8, 1u << 12, 1u << 16, 1u << 20, 1u << 24, 1u << 28, 0x40000000u,
        0x79000000u, 0xa0000000u, 0xf0000000u, 0xffff0000u };
    uint64_t state = 6;
    double worst = 0, sum = 0, square = 0, fourth = 0;
    int falls = 0;

    for (int j = 0; j < NUM_RANDOM; j++) {
        const uint32_t bits = (uint32_t)(eng_test_random(&state) >> 32) >> (j % 4 == 0 ? j / 4 % 31 : 0);
        const double z = (double)real_normal(bits), want = exact_normal(bits);
        worst = fmax(worst, fabs(z - want) / fmax(1, fabs(want)));
        if (j % 4 != 0) {
            sum += z;
            square += z * z;
            fourth += z * z * z * z;
        }
    }
    /* rising in the upper bits where the last one says which side */
    for (size_t s = 0; s < sizeof(starts) / sizeof(*starts); s++) {
        for (uint32_t j = 0; j < 0xffffu - 2; j += 2) {
            const uint32_t at = starts[s] + j;
            const double step = (double)(real_normal(at + 2) - real_normal(at));
            falls += step < -1e-6;
            falls += real_normal(at | 1) != -real_normal(at & ~1u);
        }
    }
    CU_ASSERT_EQUAL(falls, 0);
    if (worst >= 2e-6) {
        printf("normal: %g\n", worst);
    }
    CU_ASSERT(worst < 2e-6);
    const double n = 0.75 * NUM_RANDOM;
    CU_ASSERT(fabs(sum / sqrt(n)) < 4);
    CU_ASSERT(fabs((square - n) / sqrt(2 * n)) < 4);
    CU_ASSERT(fabs((fourth - 3 * n) / sqrt(96 * n)) < 4);
    /* extreme words */
    ENG_ASSERT_NEAR((double)real_normal(0), exact_normal(0), 2e-6);
    ENG_ASSERT_NEAR((double)real_normal(1), -exact_normal(0), 2e-6);
    ENG_ASSERT_NEAR((double)real_normal(0xffffffffu), 0, 1e-6);
    ENG_ASSERT_NEAR((double)real_normal(0xfffffffeu), 0, 1e-6);
    CU_ASSERT(real_normal(0) < -6 && real_normal(0) > -7);
}

static double
signed_normal(uint32_t word)
{
    return (double)(far_out(word) ? far_normal(word) : rough_normal(word));
}

/* Signed words: the short form is right, and odd, in probability where it serves; the long one in the number. */
static void
test_normal_of_signed_words(void)
{
    uint64_t state = 7;
    double near_error = 0, far_error = 0, odd_error = 0;
    int num_far = 0;

    for (int j = 0; j < NUM_RANDOM; j++) {
        const uint32_t any = (uint32_t)(eng_test_random(&state) >> 32), word = j % 2 == 0 ? any : (any >> (j / 2 % 31)) ^ 0x80000000u;
        const bool above = (word & 0x80000000u) == 0;
        const double want = exact_normal((above ? 0x7fffffffu - word : word ^ 0x80000000u) << 1 | above);
        const double z = signed_normal(word), density = exp(-want * want / 2) / sqrt(2 * 3.14159265358979);
        if (far_out(word)) {
            far_error = fmax(far_error, fabs(z - want));
            num_far++;
        } else {
            near_error = fmax(near_error, fabs(z - want) * density);
        }
        odd_error = fmax(odd_error, fabs(signed_normal(~word) + z) * density);
    }
    CU_ASSERT(near_error < 2e-7);
    CU_ASSERT(num_far > 1000);
    CU_ASSERT(far_error < 2e-5);
    CU_ASSERT(odd_error < 2e-7);
    CU_ASSERT(far_out(0x80000000u) && far_out(0x7fffffffu) && !far_out(0) && !far_out(0xffffffffu));
}

/* --- words ------------------------------------------------------------------------------------------------------ */

static eng_u128_t
wide(const eng_wide_row_t *row, int l)
{
    return (eng_u128_t)row->high[l] << 64 | row->low[l];
}

static void
open_row(eng_rng_t *rng, eng_wide_row_t *state, eng_wide_row_t *inc, uint64_t *random)
{
    for (int l = 0; l < ENG_LANES; l++) {
        const uint32_t seed[4] = { (uint32_t)eng_test_random(random), (uint32_t)eng_test_random(random), 3, 4 };
        eng_rng_open(&rng[l], seed, eng_test_random(random), ENG_CHANNEL_CLONES, (uint32_t)eng_test_random(random), 1);
        state->low[l] = (uint64_t)rng[l].state;
        state->high[l] = (uint64_t)(rng[l].state >> 64);
        inc->low[l] = (uint64_t)rng[l].inc;
        inc->high[l] = (uint64_t)(rng[l].inc >> 64);
    }
}

static void
test_rows_of_words(void)
{
    static eng_wide_row_t state, inc;
    static eng_rng_t rng[ENG_LANES];
    uint64_t word[ENG_LANES] ENG_ALIGNED, random = 7;
    int bad = 0;

    for (int round = 0; round < 200; round++) {
        open_row(rng, &state, &inc, &random);
        for (int k = 0; k < 20; k++) {
            next_words(&state, &inc, word);
            for (int l = 0; l < ENG_LANES; l++) {
                bad += word[l] != eng_rng_next(&rng[l]) || wide(&state, l) != rng[l].state;
            }
        }
        eng_u128_t distance = (eng_u128_t)eng_test_random(&random) << (round % 64) | eng_test_random(&random) >> 40;
        const eng_rng_jump_t jump = eng_rng_jump(distance);
        jump_rows(&state, &inc, &jump);
        for (int l = 0; l < ENG_LANES; l++) {
            eng_rng_apply(&rng[l], jump);
            bad += wide(&state, l) != rng[l].state || wide(&inc, l) != rng[l].inc;
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
}

/* Each day's word is draw 0 of the day's first tick, from the first day on. */
static void
test_trigger_words(void)
{
    static fix_t fix;
    bench_t b;
    int bad = 0, hits = 0;

    fix_init(&fix, 100);
    fix.params.trigger_rate = 100;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 100, 5);
    bench_width(&b, "plain");
    bench_start(&b, true);
    for (int32_t day = -30; day < 66; day += ENG_TRIGGER_DAYS) {
        eng_triggers_fill(&b.course, b.list, day);
        int next = 0;
        for (int32_t d = day; d < day + ENG_TRIGGER_DAYS; d++) {
            for (int l = 0; l < ENG_LANES; l++) {
                eng_rng_t origin;
                eng_rng_t rng = eng_rng_at(bench_stream(&b, ENG_CHANNEL_TRIGGERS, l, &origin),
                    ENG_TICK_OF_STREAM(d * ENG_TICKS_PER_DAY), 0);
                const uint64_t word = eng_rng_next(&rng);
                if (word >= b.rates->trigger_below) {
                    continue;
                }
                bad += next >= b.list->count || b.list->lane[next] != l || b.list->day[next] != d
                    || b.list->word[next] != word;
                const double u = -log((double)word / (double)b.rates->trigger_below);
                bad += fabs((double)b.list->size[next] - u) > 1e-5 * (1 + u);
                bad += b.list->normal[next] != real_normal((uint32_t)word);
                next++;
                hits++;
            }
        }
        bad += next != b.list->count;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(hits > 1000);
    bench_close(&b);
}

/* Clone k of a draw has word k of the draw's tick, and word 32 + k where it needs a second. */
static void
test_clone_words(void)
{
    static fix_t fix;
    static real before[ENG_NUM_CLONES][ENG_LANES], loss[ENG_LANES], gain[ENG_LANES];
    bench_t b;
    int bad = 0;

    fix_init(&fix, 100);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.clone_reservoir = 500; /* some twenty cells a clone: the exact sampler serves all */
    fix.params.memory4_turnover = 0.05;
    fix_untreated(&fix);
    bench_open(&b, &fix, 0, -30, 100, 9);
    bench_width(&b, "plain");
    bench_start(&b, true);
    for (int draw = 0; draw < 3; draw++) {
        const double day = -20 + 10 * draw;
        memcpy(before, b.clones->clone, sizeof(before));
        /* the same rows by hand without the draw, to see the law as it is drawn from */
        bench_until(&b, day - 1);
        b.course.row = &b.plan.rows[b.row];
        CU_ASSERT_FATAL((b.course.row->flags & ENG_ROW_DRAW) != 0);
        eng_signals_make(&b.course);
        eng_counts_step(&b.course);
        memcpy(loss, b.clones->clone_loss, sizeof(loss));
        memcpy(gain, b.clones->clone_gain, sizeof(gain));
        eng_counts_draw(&b.course);
        b.row++;
        for (int l = 0; l < ENG_LANES; l++) {
            for (int k = 0; k < ENG_NUM_CLONES; k++) {
                const uint64_t tick = ENG_TICK_OF_STREAM((int)day * ENG_TICKS_PER_DAY);
                eng_rng_t opened;
                const eng_rng_t *origin = bench_stream(&b, ENG_CHANNEL_CLONES, l, &opened);
                eng_rng_t first = eng_rng_at(origin, tick, (uint32_t)(ENG_SMALL_WORDS + 2 * k));
                eng_rng_t second = eng_rng_at(origin, tick, (uint32_t)(ENG_SMALL_WORDS + 2 * k + 1));
                const double n = (double)before[k][l];
                const double want = n > 0 ? eng_sample_birth_death(n, (double)loss[l], (double)gain[l],
                                                eng_rng_next(&first), eng_rng_next(&second))
                                          : 0;
                const bool large = n > 60; /* may go through the expansion */
                bad += !large && (double)b.clones->clone[k][l] != want;
                bad += large && fabs((double)b.clones->clone[k][l] - want) > 8 * sqrt(2 * n);
            }
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    bench_close(&b);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_fma_float_random),
    ENG_TEST(test_fma_double_random),
    ENG_TEST(test_fma_float_ties),
    ENG_TEST(test_fma_double_ties),
    ENG_TEST(test_fma_zeros),
    ENG_TEST(test_real_exp_and_log),
    ENG_TEST(test_real_floor),
    ENG_TEST(test_phi),
    ENG_TEST(test_real_normal),
    ENG_TEST(test_normal_of_signed_words),
    ENG_TEST(test_rows_of_words),
    ENG_TEST(test_trigger_words),
    ENG_TEST(test_clone_words),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "lanes", tests);
}
