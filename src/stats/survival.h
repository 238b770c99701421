/**
 * Times to an event with competing events, completely followed to a horizon (nobody is censored earlier), so that the
 * Aalen-Johansen estimate is a plain proportion and counts at landmarks are all that it needs.
 *
 * Every function takes `count` subjects: tick[l] is the time of whatever came first, kind[l] says what it was.
 */
#ifndef ENG_STATS_SURVIVAL_H
#define ENG_STATS_SURVIVAL_H

#include <stddef.h>
#include <stdint.h>

enum { ENG_KIND_NOT_COUNTED = -1, ENG_KIND_NONE = 0, ENG_KIND_EVENT = 1, ENG_KIND_COMPETING = 2 };

#define ENG_SURVIVAL_MAX_COUNT 64

/** words[k] += subjects with kind `which` and tick <= landmark[k]. */
void eng_survival_count(const int32_t *tick, const int32_t *kind, size_t count, int32_t which, const int32_t *landmark,
    size_t num_landmarks, int64_t *words);

/**
 * min(T, tau) of each subject, 0 at least, where T is the time of the event, and later than tau where it never
 * comes, also because a competing event came first: the mean is then tau less the area under the cumulative incidence.
 * Subjects that do not count are ENG_QUANTUM_MISSING (stats/moments.h).
 */
void eng_survival_restrict(const int32_t *tick, const int32_t *kind, size_t count, int32_t tau, int32_t *restricted);

/**
 * words[2 * day + cause] += 1, cause 0 event and 1 competing event, day = days to the event rounded up, 0 at least and
 * num_days - 2 at most; subjects with neither go to row num_days - 1, cause 0.
 */
void eng_survival_days(const int32_t *tick, const int32_t *kind, size_t count, int32_t num_days, int64_t *words);

/**
 * First day by which at least the share `level` of all subjects has had the event, from the words of
 * eng_survival_days; NaN if that does not happen by the horizon, or without subjects.
 */
double eng_survival_quantile(const int64_t *words, int32_t num_days, double level);

/** First day by which at least the share `level` of those who have the event by the horizon has had it; NaN where nobody has. */
double eng_survival_event_quantile(const int64_t *words, int32_t num_days, double level);

#endif
