/**
 * Canonical form of `freeze`: held channels by number, then factors in the order of the design's coordinates.
 */
#include "study/canonical.h"

#include "base/rng.h"

void
eng_canonical_freeze(eng_canonical_t *self, const eng_study_t *study)
{
    bool any = false;

    if (!study->frozen) {
        return; /* a study without the key keeps its identity */
    }
    eng_canonical_line(self, ENG_LINE_IDENTITY, 0, "freeze:");
    for (int k = 0; k < ENG_NUM_CHANNELS; k++) {
        if (study->freeze.held[k]) {
            if (!any) {
                eng_canonical_line(self, ENG_LINE_IDENTITY, 1, "copy: %lu", (unsigned long)study->freeze.copy);
                eng_canonical_line(self, ENG_LINE_IDENTITY, 1, "hold:");
            }
            eng_canonical_line(self, ENG_LINE_IDENTITY, 1, "- %s", eng_channel_name(k));
            any = true;
        }
    }
    if (study->num_factors > 0) {
        eng_canonical_line(self, ENG_LINE_IDENTITY, 1, "as_factor:");
    }
    for (int j = study->num_uncertain - study->num_factors; j < study->num_uncertain; j++) {
        eng_canonical_line(self, ENG_LINE_IDENTITY, 1, "- %s", study->uncertain[j].factor);
    }
}
