/**
 * The attribute `better` of each group /outcomes/NAME: which way is better, from the outcome's row (model/outcome.h), for
 * readers who do not know the names of outcomes.
 */
#ifndef ENG_STORE_BETTER_H
#define ENG_STORE_BETTER_H

#include "store/h5.h"

/** To every outcome's group, which must be there.  Serial. */
int eng_better_write(hid_t file, const eng_study_t *study);
/** Does every outcome's group say what its row says?  ENG_ERR_WRITE, as for any value that was read back with another one. */
int eng_better_verify(hid_t file, const eng_study_t *study);

#endif
