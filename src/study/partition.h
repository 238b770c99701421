/**
 * Partitions: named splits of the patients whose sums are kept apart for chosen outcomes.  Batches are patients by their number,
 * modulo ENG_BATCHES: what differs between batches is chance, from which every variance and covariance can be had.  Strata are declared
 * by a study, by covariates: for whom a protocol is better.
 */
#ifndef ENG_STUDY_PARTITION_H
#define ENG_STUDY_PARTITION_H

#include "base/error.h"
#include "model/outcome.h"

#include <stdint.h>

#define ENG_BATCHES 16
#define ENG_MAX_PARTS 64      /* of one partition */
#define ENG_MAX_PARTITIONS 8
#define ENG_MAX_PARTITION_NAME 24
#define ENG_MAX_CUT_COVARIATES 4

typedef struct {
    char name[ENG_MAX_PARTITION_NAME + 1];
    int size;                                    /* parts */
    int num_by;                                  /* covariates that it goes by; 0: batches */
    int covariate[ENG_MAX_CUT_COVARIATES];
    int num_cuts[ENG_MAX_CUT_COVARIATES];
    double cut[ENG_MAX_PARTS];                   /* rising within a covariate; those of the first, then of the second ... */
    int *outcomes;                               /* owned: indices in study->outcomes, rising */
    int num_outcomes;
    char (*labels)[ENG_MAX_PARTS + 96];          /* owned: [size] of strata, "age 30 to 40 y, edss below 3"; NULL of batches */
} eng_partition_t;

/** Which part a patient is in: 0 to size - 1.  Cuts belong to the part above.  covariates: all of the disease, in its order. */
int eng_partition_index(const eng_partition_t *partition, uint64_t patient, const double *covariates);

/** The labels of strata, once cuts are there; what a disease calls its covariates.  ENG_ERR_NO_MEMORY. */
struct eng_disease;
int ENG_MUST_CHECK eng_partition_label(eng_partition_t *partition, const struct eng_disease *disease);
void eng_partition_free(eng_partition_t *partition);

/** Which part every lane of a tile is in, of each partition of a study. */
typedef struct {
    uint8_t part[ENG_MAX_PARTITIONS][ENG_LANES];
} eng_parts_t;

#endif
