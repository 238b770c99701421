/**
 * Rows of the tables by what they are about.  A thousand protocols have hundreds of thousands of rows and ask for tens of
 * thousands of them: rows of one outcome and protocol stand together here, wherever the table has them.
 */
#ifndef ENG_CLI_LOOKUP_H
#define ENG_CLI_LOOKUP_H

#include "study/summary.h"

typedef struct {
    const eng_summary_t *summary; /* borrowed; must not move while this is used */
    int num_protocols;
    int *estimates, *first_estimate; /* owned: rows by (outcome, protocol); where those of each pair begin, and the end of all */
    int *contrasts, *first_contrast; /* owned, likewise */
} eng_lookup_t;

/** ENG_ERR_NO_MEMORY; free is owed whatever happens. */
int eng_lookup_create(eng_lookup_t *lookup, const eng_study_t *study, const eng_summary_t *summary);
void eng_lookup_free(eng_lookup_t *lookup);

/** NULL if the tables do not have it.  at and level: NaN finds NaN. */
const eng_estimate_t *eng_estimate_find(const eng_lookup_t *lookup, int outcome, int protocol, eng_estimate_kind_t kind, double at,
    double level);
const eng_contrast_t *eng_contrast_find(const eng_lookup_t *lookup, int outcome, int protocol, eng_estimate_kind_t kind, double at);

/** Contrast j of the pair, from 0, in the order of the table; NULL behind the last. */
const eng_contrast_t *eng_contrast_of(const eng_lookup_t *lookup, int outcome, int protocol, int j);

/** Is it the same day, or both none? */
bool eng_same_at(double a, double b);

#endif
