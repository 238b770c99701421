/**
 * Attributes that keep numbers from being misread: of every outcome the step of its sums (`step`, `step_unit`), what its probabilities are of
 * (`probability_of`) and what its mean times count a competing event as (`competing`); of `events_by_day` what its last row is; of
 * /design/unit whether it holds coordinates or values.
 */
#ifndef ENG_STORE_MEANING_H
#define ENG_STORE_MEANING_H

#include "store/h5.h"

/** To groups and datasets, which must be there.  Serial. */
int eng_meaning_write(hid_t file, const eng_layout_t *layout);
/** Are they there as they were written?  ENG_ERR_WRITE. */
int eng_meaning_verify(hid_t file, const eng_layout_t *layout);

#endif
