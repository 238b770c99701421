/**
 * Two treatments of the same subjects: differences, and subjects of whom only one treatment had the event.
 */
#ifndef ENG_STATS_PAIRED_H
#define ENG_STATS_PAIRED_H

#include <stddef.h>
#include <stdint.h>

/** difference[l] = a[l] - b[l]; ENG_QUANTUM_MISSING where either is (stats/moments.h). */
void eng_paired_difference(const int32_t *a, const int32_t *b, size_t count, int32_t *difference);

/**
 * Discordant subjects at each landmark: only_a[k] += those with the event (ENG_KIND_EVENT, stats/survival.h) by
 * landmark[k] under a and not under b, only_b[k] the other way round.  Both kinds must count (>= 0).  count <= 64.
 */
void eng_paired_count(const int32_t *tick_a, const int32_t *kind_a, const int32_t *tick_b, const int32_t *kind_b,
    size_t count, const int32_t *landmark, size_t num_landmarks, int64_t *only_a, int64_t *only_b);

#endif
