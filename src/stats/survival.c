/**
 * Counts of events and competing events at landmarks and by day.
 */
#include "stats/survival.h"
#include "base/math.h"
#include "base/ticks.h"
#include "stats/moments.h"

void
eng_survival_count(const int32_t *restrict tick, const int32_t *restrict kind, size_t count, int32_t which,
    const int32_t *restrict landmark, size_t num_landmarks, int64_t *restrict words)
{
    int32_t time[ENG_SURVIVAL_MAX_COUNT], first = INT32_MAX, sum;
    size_t l, k;

    for (l = 0; l < count; l++) {
        time[l] = kind[l] == which ? tick[l] : INT32_MAX;
        first = time[l] < first ? time[l] : first;
    }
    for (k = 0; k < num_landmarks; k++) {
        if (landmark[k] < first) {
            continue; /* rare events: most landmarks have nothing to add */
        }
        sum = 0;
        for (l = 0; l < count; l++) {
            sum += time[l] <= landmark[k];
        }
        words[k] += sum;
    }
}

void
eng_survival_restrict(const int32_t *restrict tick, const int32_t *restrict kind, size_t count, int32_t tau,
    int32_t *restrict restricted)
{
    int32_t time;
    size_t l;

    for (l = 0; l < count; l++) {
        time = kind[l] == ENG_KIND_EVENT && tick[l] < tau ? tick[l] : tau;
        time = time > 0 ? time : 0;
        restricted[l] = kind[l] < 0 ? ENG_QUANTUM_MISSING : time;
    }
}

void
eng_survival_days(const int32_t *tick, const int32_t *kind, size_t count, int32_t num_days, int64_t *words)
{
    int32_t day;
    size_t l;

    for (l = 0; l < count; l++) {
        if (kind[l] < 0) {
            continue;
        }
        day = num_days - 1;
        if (kind[l] != ENG_KIND_NONE) {
            day = tick[l] > 0 ? (tick[l] - 1) / ENG_TICKS_PER_DAY + 1 : 0;
            day = day < num_days - 2 ? day : num_days - 2;
        }
        words[2 * (size_t)day + (kind[l] == ENG_KIND_COMPETING ? 1 : 0)]++;
    }
}

double
eng_survival_quantile(const int64_t *words, int32_t num_days, double level)
{
    int64_t total = 0, events = 0;
    int32_t day;

    for (day = 0; day < num_days; day++) {
        total += words[2 * day] + words[2 * day + 1];
    }
    for (day = 0; day < num_days - 1 && total > 0; day++) {
        events += words[2 * day];
        if (events > 0 && (double)events >= level * (double)total) {
            return (double)day;
        }
    }
    return NAN;
}

double
eng_survival_event_quantile(const int64_t *words, int32_t num_days, double level)
{
    int64_t total = 0, events = 0;
    int32_t day;

    for (day = 0; day < num_days - 1; day++) {
        total += words[2 * day];
    }
    for (day = 0; day < num_days - 1 && total > 0; day++) {
        events += words[2 * day];
        if (events > 0 && (double)events >= level * (double)total) {
            return (double)day;
        }
    }
    return NAN;
}
