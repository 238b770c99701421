/**
 * Records: the courses of the first `records` (point, patient) pairs in flat order (point * patients + patient),
 * under all protocols, as columns.  A row is num_values doubles; integers are exact in them.
 */
#ifndef ENG_STUDY_RECORDS_H
#define ENG_STUDY_RECORDS_H

#include "study/study.h"

typedef struct {
    char name[64];       /* covariate ("age"), outcome ("relapse", "relapse_cause", "edss_d365") ... */
    char unit[24];
    char long_name[160];
    bool by_protocol;    /* false: one value a patient (covariates, candidate, point, patient) */
    bool integer;        /* stored as int64; missing is INT64_MIN */
    size_t offset;       /* first value in a row; by_protocol: num_protocols values stand there */
} eng_record_column_t;

typedef struct {
    const eng_study_t *study;     /* borrowed */
    eng_record_column_t *columns; /* owned */
    int num_columns;
    size_t num_values;            /* doubles a row */
} eng_records_t;

/** Is this the name of a column that every study has: of the patient, or of a course whatever its outcomes are? */
bool eng_records_has(const char *name);
/** Would an outcome of this name be a column that a study of the disease may have beside it: one of those, a covariate, the cause of another outcome, a marker on a day? */
bool eng_records_reserves(const eng_disease_t *disease, const char *name);

int eng_records_create(eng_records_t *records, const eng_study_t *study);
void eng_records_free(eng_records_t *records);

/** Fill one row. covariates: eng_covariate_count values; results: one per protocol.  Times are ticks since day 0. */
void eng_records_fill(const eng_records_t *records, uint64_t point, uint64_t patient, const double *covariates,
    int candidate, const eng_results_t *results, int lane, double *row);

/** The row's values under one protocol as `# name = value unit` lines with all digits (what trace prints first). */
int eng_records_print(const eng_records_t *records, const double *row, int protocol, FILE *out);

#endif
