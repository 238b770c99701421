/**
 * What `show` and `compare` print without being asked for one outcome: the measures that a clinician looks for first,
 * chosen from what the study asked for.
 */
#ifndef ENG_CLI_MEASURE_H
#define ENG_CLI_MEASURE_H

#include "cli/lookup.h"
#include "cli/table.h"
#include "store/store.h"

typedef struct {
    int outcome; /* index in study->outcomes */
    eng_estimate_kind_t kind; /* QUANTILE: median with 10 and 90 % */
    double at;                /* as in eng_estimate_t */
} eng_measure_t;

typedef struct {
    eng_measure_t *items; /* owned */
    int count;
} eng_measures_t;

/** `contrast`: those that can be compared (mean times instead of quantiles). */
int eng_measures_create(eng_measures_t *measures, const eng_study_t *study, const eng_lookup_t *lookup, bool contrast);
void eng_measures_free(eng_measures_t *measures);

/** "relapse at 5 y" or "anc_recovery, median (10 to 90 %)". */
void eng_measure_label(char text[ENG_CELL_SIZE], const eng_study_t *study, const eng_measure_t *measure);
/** How values of a measure are written, and in which unit. */
eng_style_t eng_measure_style(const eng_study_t *study, const eng_measure_t *measure, const char **unit);
/** 1: a larger value is better for the patient, -1: worse, 0: neither is said. */
int eng_measure_direction(const eng_study_t *study, const eng_measure_t *measure);

/** The whole of the outcome named, -1 and a failure with the nearest name if the study did not ask for it. */
int eng_outcome_of_study(const eng_study_t *study, const char *name);

#endif
