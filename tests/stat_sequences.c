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

/* --- quantiles: how many values lie below, whatever their law ------------------------------------------------------------ */

static bool
ranks_hold(const eng_interval_t *table, int s, int n, double level)
{
    const eng_interval_t *at = &table[n];

    (void)level;
    return s > at->low * n && s < at->high * n;
}

static void
test_a_quantile_is_held_at_every_look(void)
{
    static const double levels[] = { 0.1, 0.5, 0.9 };
    eng_interval_t *table = calloc(MOST + 1, sizeof(*table));

    for (int k = 0; k < 3; k++) {
        for (int n = 1; n <= MOST; n++) {
            table[n] = eng_sequence_ranks(n, levels[k], MISS);
            table[n].low = table[n].low == 0 ? -1 : table[n].low; /* no value is an end */
            table[n].high = table[n].high == 1 ? 2 : table[n].high;
        }
        const double missed = ever_missed(table, ranks_hold, 1, 1, levels[k]);
        printf("    %.0f %% quantile missed ever: %.4f\n", 100 * levels[k], missed);
        CU_ASSERT(missed <= MISS && missed > 0.005);
    }
    free(table);
}

/* --- differences: all histories of gained and lost --------------------------------------------------------------------- */

#define FEW 56 /* pairs, looked at after each */

static double
ever_missed_difference(double p, double q, bool fixed)
{
    double *now = calloc((FEW + 2) * (FEW + 2), sizeof(*now)), missed = 0;

    now[0] = 1;
    for (int n = 1; n <= FEW; n++) {
        for (int a = n; a >= 0; a--) {
            for (int b = n - a; b >= 0; b--) {
                double *const at = &now[a * (FEW + 2) + b];
                *at = (a + b < n ? *at * (1 - p - q) : 0) + (a > 0 ? at[-(FEW + 2)] * p : 0) + (b > 0 ? at[-1] * q : 0);
            }
        }
        for (int a = 0; a <= n; a++) {
            for (int b = 0; b <= n - a; b++) {
                double *const at = &now[a * (FEW + 2) + b];
                if (!(*at > 1e-15)) {
                    continue;
                }
                const eng_interval_t interval = fixed ? eng_interval_discordant(b, a, n, eng_normal_quantile(0.975)) : eng_sequence_difference(a, b, n, MISS);
                if (p - q < interval.low || p - q > interval.high) {
                    missed += *at;
                    *at = 0;
                }
            }
        }
    }
    free(now);
    return missed;
}

static void
test_a_difference_is_held_at_every_look(void)
{
    static const double shares[][2] = { { 0.02, 0 }, { 0.1, 0.05 }, { 0.3, 0.1 }, { 0.25, 0.25 }, { 0.7, 0.05 } };
    double most = 0;

    for (int k = 0; k < 5; k++) {
        const double missed = ever_missed_difference(shares[k][0], shares[k][1], false);
        printf("    gained %g, lost %g missed ever: %.4f\n", shares[k][0], shares[k][1], missed);
        CU_ASSERT(missed <= MISS);
        most = eng_max(most, missed);
    }
    CU_ASSERT(most > 1e-4);
    CU_ASSERT(ever_missed_difference(0.25, 0.25, true) > 0.1); /* that of a fixed number does not */
}

/* --- values -------------------------------------------------------------------------------------------------------------- */

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

/* Numbers of events, of which whole shares are equal: the median is 1, as 0.45 have none and 0.75 at most one. */
static void
test_a_tied_quantile_is_held_at_every_look(void)
{
    const int repetitions = 2000;
    uint64_t state = 7;
    int missed = 0, narrow = 0;

    for (int r = 0; r < repetitions; r++) {
        double below = 0, at_most = 0;
        bool out = false;
        for (int n = 1; n <= 1024; n++) {
            const double u = draw(&state);
            below += u < 0.45;
            at_most += u < 0.75;
            const eng_interval_t ranks = eng_sequence_ranks(n, 0.5, MISS);
            out = out || (ranks.low > 0 && at_most < ranks.low * n) || (ranks.high < 1 && below > ranks.high * n);
            narrow += n == 1024 && below < ranks.low * n && at_most > ranks.high * n; /* both ends are 1 */
        }
        missed += out;
    }
    printf("    median of tied values missed ever: %.4f, known to a value in the end: %.4f\n", (double)missed / repetitions, (double)narrow / repetitions);
    CU_ASSERT(missed <= MISS * repetitions && narrow > 0);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_a_share_is_held_at_every_look),
    ENG_TEST(test_a_mean_is_held_at_every_look),
    ENG_TEST(test_a_quantile_is_held_at_every_look),
    ENG_TEST(test_a_tied_quantile_is_held_at_every_look),
    ENG_TEST(test_a_difference_is_held_at_every_look),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "confidence sequences", tests);
}
