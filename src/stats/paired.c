/**
 * Paired differences and discordant counts.
 */
#include "stats/paired.h"
#include "stats/moments.h"
#include "stats/survival.h"

void
eng_paired_difference(const int32_t *restrict a, const int32_t *restrict b, size_t count, int32_t *restrict difference)
{
    int32_t missing;
    size_t l;

    for (l = 0; l < count; l++) {
        missing = (a[l] == ENG_QUANTUM_MISSING) | (b[l] == ENG_QUANTUM_MISSING);
        difference[l] = missing ? ENG_QUANTUM_MISSING : (int32_t)((uint32_t)a[l] - (uint32_t)b[l]);
    }
}

void
eng_paired_count(const int32_t *restrict tick_a, const int32_t *restrict kind_a, const int32_t *restrict tick_b,
    const int32_t *restrict kind_b, size_t count, const int32_t *restrict landmark, size_t num_landmarks,
    int64_t *restrict only_a, int64_t *restrict only_b)
{
    int32_t a[ENG_SURVIVAL_MAX_COUNT], b[ENG_SURVIVAL_MAX_COUNT], first = INT32_MAX, both, sum_a, sum_b, by_a, by_b;
    size_t l, k;

    for (l = 0; l < count; l++) {
        both = kind_a[l] >= 0 && kind_b[l] >= 0;
        a[l] = both && kind_a[l] == ENG_KIND_EVENT ? tick_a[l] : INT32_MAX;
        b[l] = both && kind_b[l] == ENG_KIND_EVENT ? tick_b[l] : INT32_MAX;
        first = a[l] < first ? a[l] : first;
        first = b[l] < first ? b[l] : first;
    }
    for (k = 0; k < num_landmarks; k++) {
        if (landmark[k] < first) {
            continue;
        }
        sum_a = 0;
        sum_b = 0;
        for (l = 0; l < count; l++) {
            by_a = a[l] <= landmark[k];
            by_b = b[l] <= landmark[k];
            sum_a += by_a > by_b;
            sum_b += by_b > by_a;
        }
        only_a[k] += sum_a;
        only_b[k] += sum_b;
    }
}
