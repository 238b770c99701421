/**
 * Rounds of a study that adds patients until it knows enough (key `precision`).  What is added is a pure function of the sums of closed rounds:
 * no rank, schedule or kill can change it.  Serial.
 */
#ifndef ENG_STUDY_ROUNDS_H
#define ENG_STUDY_ROUNDS_H

#include "study/layout.h"

#define ENG_MAX_ROUNDS 64
#define ENG_FIRST_LOOK 256 /* patients; every look has twice as many as the one before */

/** A closed round: `points` of the design took part, and have `patients` each now. */
typedef struct {
    uint64_t points, patients;
    uint64_t precise;  /* of these, how many are known well enough */
    double half_width; /* the largest of theirs, under any protocol */
} eng_round_t;

typedef struct {
    eng_round_t round[ENG_MAX_ROUNDS];
    int count;
    uint8_t *closed; /* owned: [num_points], the number of the round, from 1, in which a point had its last patients; 0: it is open */
} eng_rounds_t;

/** No round is closed.  A study without precision has one, of all its patients.  Free is legal on a zeroed record. */
int eng_rounds_create(eng_rounds_t *rounds, const eng_study_t *study);
void eng_rounds_free(eng_rounds_t *rounds);

/** Patients of the first round; those that have records. */
uint64_t eng_rounds_first(const eng_study_t *study);
/** Patients that a point has which took part in round `number`, from 1. */
uint64_t eng_rounds_patients(const eng_study_t *study, int number);

/** Does each of several points decide for itself? */
bool eng_rounds_by_point(const eng_study_t *study);

/**
 * Half the width of the 95 % confidence sequence of what the study wants to know, from the words of a point or the sum of those of all points: the largest
 * under any protocol that the outcome says something of, INFINITY where nothing can be said.  `pooled`: distributions over all points, which quantiles are read from; NULL: quantiles are
 * those of the point's landmarks or histogram.
 */
double eng_rounds_half_width(const eng_layout_t *layout, const int64_t *words, const int64_t *pooled);

/**
 * Close a round: half_width[num_points] of the points, all the same where the study wants to know about all points together.  True: another
 * round follows, of the points that are open.
 */
bool eng_rounds_close(eng_rounds_t *rounds, const eng_study_t *study, const double *half_width);

/** Does a point take part in round `number`? */
bool eng_rounds_take_part(const eng_rounds_t *rounds, uint64_t point, int number);

#endif
