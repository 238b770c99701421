/**
 * Confidence sequences hold under continuous looking: that of a probability by exact enumeration of all histories, that of a mean by repetition; and a fixed
 * interval looked at so often does not, so that the enumeration can tell.
 */
#include "base/math.h"
#include "stats/sequence.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 600 /* courses, looked at after each */
#define MISS 0.05

/* Does the interval of s of n hold p?  Fixed-size intervals for comparison. */
typedef bool (*holds_t)(const eng_interval_t *table, int s, int n, double p);

static bool
sequence_holds(const eng_interval_t *table, int s, int n, double p)
{
    const eng_interval_t *at = &table[n * (MOST + 1) + s];

    return at->low <= p && p <= at->high;
}

static bool
wilson_holds(const eng_interval_t *table, int s, int n, double p)
{
    const eng_interval_t at = eng_interval_wilson((double)s / n, n, eng_normal_quantile(0.975));

    (void)table;
    return at.low <= p && p <= at.high;
}

/* The probability that p is outside at some n, looked at after every `each` courses: histories that it ends are taken out. */
static double
ever_missed(const eng_interval_t *table, holds_t holds, int first, int each, double p)
{
    double *now = calloc(MOST + 2, sizeof(*now)), missed = 0;

    now[0] = 1;
    for (int n = 1; n <= MOST; n++) {
        for (int s = n; s >= 0; s--) {
            now[s] = (s < n ? now[s] * (1 - p) : 0) + (s > 0 ? now[s - 1] * p : 0);
        }
        for (int s = 0; n >= first && n % each == 0 && s <= n; s++) {
            if (now[s] > 0 && !holds(table, s, n, p)) {
                missed += now[s];
                now[s] = 0;
            }
        }
    }
    free(now);
    return missed;
}

static const double truths[] = { 0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.99 };
#define NUM_TRUTHS (sizeof(truths) / sizeof(*truths))

static void
test_a_share_is_held_at_every_look(void)
{
    eng_interval_t *table = calloc((size_t)(MOST + 1) * (MOST + 1), sizeof(*table));
    double worst = 0;

    for (int n = 1; n <= MOST; n++) {
        for (int s = 0; s <= n; s++) {
            table[n * (MOST + 1) + s] = eng_sequence_share(s, n, MISS);
        }
    }
    for (size_t k = 0; k < NUM_TRUTHS; k++) {
        const double missed = ever_missed(table, sequence_holds, 1, 1, truths[k]);
        const double fixed = ever_missed(table, wilson_holds, 20, 1, truths[k]);
        printf("    p %-6g missed ever: sequence %.4f, interval of a fixed size %.4f\n", truths[k], missed, fixed);
        CU_ASSERT(missed <= MISS);
        worst = eng_max(worst, missed);
        if (truths[k] >= 0.1 && truths[k] <= 0.8) {
            CU_ASSERT(fixed > 0.2); /* so that this enumeration can tell */
        }
    }
    CU_ASSERT(worst > 0.005); /* nor is it idle */
    free(table);
}

static double
draw(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Skewed values: waiting times; numbers of events of which most are 0. */
static double
waiting(uint64_t *state)
{
    return -eng_log(draw(state));
}

static double
rare_events(uint64_t *state)
{
    return draw(state) < 0.1 ? 1.0 + (draw(state) < 0.2) : 0.0;
}

static double
missed_means(double (*value)(uint64_t *), double truth, int repetitions)
{
    uint64_t state = 20261127;
    int missed = 0;

    for (int r = 0; r < repetitions; r++) {
        double sum = 0, squares = 0;
        bool out = false;
        for (int n = 1; n <= 8192; n++) {
            const double x = value(&state);
            sum += x;
            squares += x * x;
            if (n >= 256 && n % 64 == 0 && !out) {
                const eng_interval_t at = eng_sequence_mean(sum / n, (squares - sum * sum / n) / (n - 1), n, MISS);
                out = truth < at.low || truth > at.high;
            }
        }
        missed += out;
    }
    return (double)missed / repetitions;
}

static void
test_a_mean_is_held_at_every_look(void)
{
    const double noise = 4 * sqrt(MISS * (1 - MISS) / 2000);
    const double times = missed_means(waiting, 1.0, 2000), events = missed_means(rare_events, 0.12, 2000);

    printf("    means missed ever, 256 to 8192 values, every 64: waiting times %.4f, rare events %.4f\n", times, events);
    CU_ASSERT(times <= MISS + noise && events <= MISS + noise);
    CU_ASSERT(times > 0 && events > 0);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_a_share_is_held_at_every_look),
    ENG_TEST(test_a_mean_is_held_at_every_look),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "confidence sequences", tests);
}
