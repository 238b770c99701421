/**
 * Responses of the points of a result: for sensitivity, what each point says of an outcome, and how much of that is noise of
 * its finite number of patients.
 */
#ifndef ENG_CLI_RESPONSE_H
#define ENG_CLI_RESPONSE_H

#include "cli/source.h"
#include "cli/table.h"

/** One outcome of a result under all protocols, as read from it. */
typedef struct {
    const eng_study_t *study; /* borrowed, as the rest of the source */
    int outcome;              /* -1: a trajectory */
    int marker;               /* of a trajectory */
    bool difference;          /* from the reference, in the same patients */
    bool share;               /* of a time: shares of courses, else means */
    int readings;             /* landmarks of a time, reading days of a marker, 1 of a number */
    double *days;             /* owned: of each reading; NaN of a number */
    double step;              /* of sums */
    double *n, *first, *second, *third; /* owned: event counts; gains and losses; sum and the two words of squares */
    double *couples, *apart, *apart_high; /* owned: of people who live twice, how many, and squares of what differs between their lives; else NULL */
} eng_response_t;

/** A number of each point. */
typedef struct {
    double *mean, *noise; /* owned: [points]; NaN: no course; noise: the variance of the mean, 0 where one course tells nothing of it */
    double within;        /* mean variance between courses of a point */
    double chance;        /* the part of it that differs between two lives of a person; NaN: people live once */
    double average;       /* of all means */
    bool noisy;           /* there are two courses at every point: the noise is known */
} eng_series_of_points_t;

/** All that the file holds of an outcome.  Free is owed whatever happens. */
int eng_response_open(eng_response_t *response, const eng_source_t *source, int outcome, bool difference);
/** A marker of the trajectories of each point (`points: true`): readings are its days. */
int eng_response_open_trajectory(eng_response_t *response, const eng_source_t *source, int marker);
void eng_response_free(eng_response_t *response);

/** One reading under one protocol.  Owned by the caller: free is owed whatever happens. */
int eng_response_points(const eng_response_t *response, int protocol, int reading, eng_series_of_points_t *series);
void eng_series_of_points_free(eng_series_of_points_t *series);

/** "relapse at 1 y", "arr": what it is a number of. */
void eng_response_label(const eng_response_t *response, int reading, char text[ENG_CELL_SIZE]);
/** How its numbers are written. */
eng_style_t eng_response_style(const eng_response_t *response, const char **unit);

#endif
