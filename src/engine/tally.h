/**
 * Courses and failures in finished words: how many there are by reason, and whether that is what was planned and what the
 * study allows.  Serial.
 */
#ifndef ENG_ENGINE_TALLY_H
#define ENG_ENGINE_TALLY_H

#include "study/layout.h"

enum { ENG_TALLY_COURSES, ENG_TALLY_FAILED, ENG_TALLY_SUMS = ENG_TALLY_FAILED + ENG_NUM_FAILURES }; /* FAILED + reason */

/** Add `num_points` points' words ([num_points][num_protocols][point_words]); sums of ranks may be added up. */
void eng_tally_add(int64_t sums[ENG_TALLY_SUMS], const eng_layout_t *layout, const int64_t *point, uint64_t num_points);
/** ENG_ERR_INTERNAL unless `planned` courses were counted. */
int eng_tally_check(const int64_t sums[ENG_TALLY_SUMS], uint64_t planned);
/**
 * Says how many courses of the result at `path` failed, why, and how to see which; ENG_ERR_TOO_MANY_FAILURES if more than
 * max_failures of the planned ones.
 */
int eng_tally_judge(const int64_t sums[ENG_TALLY_SUMS], const eng_study_t *study, uint64_t planned, const char *path);

#endif
