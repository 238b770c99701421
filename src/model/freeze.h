/**
 * Chance that is held, or that the points of a design choose: which stream a channel of a course reads.
 *
 * A held channel has one stream for everybody.  A factor is a channel whose stream belongs to (patient, copy), where the copy is a
 * number of the point (eng_params_t.copy): points with equal copies share that chance patient by patient, whatever else differs.
 * Who a patient is (covariates, repertoire, candidate, all that happened before entry) is one factor, `patients`: what comes after
 * entry then has streams without the candidate, so that another person may meet the same fate.
 */
#ifndef ENG_MODEL_FREEZE_H
#define ENG_MODEL_FREEZE_H

#include "base/rng.h"
#include "model/param.h"
#include <stdbool.h>

#define ENG_NUM_CHANNELS (ENG_CHANNEL_TESTS_LAST + 1)
#define ENG_NO_FACTOR (-1)

typedef struct eng_freeze {
    bool held[ENG_NUM_CHANNELS];
    uint32_t copy;                   /* of those that are held */
    int8_t factor[ENG_NUM_CHANNELS]; /* ENG_NO_FACTOR: the channel is the patient's own */
    int patients;                    /* factor of who patients are; ENG_NO_FACTOR: they are the same at all points */
} eng_freeze_t;

/** Nothing is held and nothing is a factor. */
void eng_freeze_none(eng_freeze_t *freeze);

/** The word `variant` of candidate number `candidate` at a point. */
uint32_t eng_freeze_variant(const eng_freeze_t *freeze, const eng_params_t *params, uint32_t candidate);

/** Copy 1 to 65535 that a coordinate 0 < u < 1 of the unit cube picks. */
uint16_t eng_freeze_copy(double u);

#endif
