/**
 * Contrasts between any two protocols of a study that keeps batches (patients modulo 16): the difference of their means in the same
 * batches, whose spread is chance.  For studies with too many protocols for sums of all pairs.
 */
#ifndef ENG_CLI_BATCH_CONTRASTS_H
#define ENG_CLI_BATCH_CONTRASTS_H

#include "cli/source.h"

/** So many courses with the event, and without, must there be under both protocols for an interval. */
#define ENG_BATCH_EVENTS 80

/** Is there any outcome in batches? */
bool eng_batches_kept(const eng_study_t *study);
/** Contrasts of all protocols with one; intervals NaN where there are too few events.  Free is the summary's. */
int eng_batch_contrasts(const eng_source_t *source, int reference, eng_summary_t *summary);

#endif
