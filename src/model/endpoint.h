/**
 * Endpoints of a study's own: a trial's composite out of events and of markers as they were read at visits.  Pure: what a
 * course showed -> the tick at which the endpoint was met.  A course is never changed by them.
 *
 * Visits are on day 0, which is the baseline, `visits`, 2 `visits` ...  Events count on their day.  Of an event that may come again only the first day
 * is known: where it lies before the time from which the endpoint counts, later ones count at the visit that finds them.
 */
#ifndef ENG_MODEL_ENDPOINT_H
#define ENG_MODEL_ENDPOINT_H

#include "model/outcome.h"

#define ENG_MAX_CRITERIA 16 /* of an endpoint */
#define ENG_MAX_OFF 8       /* classes of drugs of an endpoint */
#define ENG_MAX_ENDPOINT_NAME 40 /* datasets and columns put words behind it */
#define ENG_NO_EVENT (-1)

/** An event, or what a marker must be. */
typedef struct {
    int event;         /* base event or an endpoint before this one; ENG_NO_EVENT: a marker */
    int marker;
    double low, high;  /* low <= marker <= high; -inf, inf where there is no such limit */
    double change;     /* < 0: fallen by as much since the baseline, > 0: risen; 0: not asked for */
    bool relative;     /* `change` is a share of the baseline */
    double since;      /* day of the baseline; NaN: the first visit from which the endpoint counts */
    double confirmed;  /* days for which it must hold, at every visit; 0: one is enough */
} eng_criterion_t;

typedef struct {
    char name[ENG_MAX_ENDPOINT_NAME + 1];
    char help[256];
    eng_outcome_row_t row;   /* as an outcome; its event is ENG_EVENT_ENDPOINT of its place */
    eng_criterion_t part[ENG_MAX_CRITERIA];
    int num_parts;
    bool all;                /* all_of; otherwise first_of */
    double from;             /* day from which it counts */
    int from_event;          /* or from this event on; ENG_NO_EVENT */
    int given;               /* only courses that had this event by then; ENG_NO_EVENT: all */
    const char *off[ENG_MAX_OFF]; /* classes of drugs of which none may be taken, borrowed */
    int num_off;
    bool off_all;            /* no drug at all */
    double visits;           /* days */
    int num_visits;
} eng_endpoint_t;

/** What is noted at a reading behind the markers, where a study has endpoints: counts of events that come again; drugs. */
enum { ENG_NOTE_RELAPSES, ENG_NOTE_INFECTIONS, ENG_NOTE_LOSSES, ENG_NOTE_TAKEN };
#define ENG_NUM_NOTES(num_endpoints) ((num_endpoints) > 0 ? ENG_NOTE_TAKEN + (num_endpoints) : 0)

/** A course as a study saw it. */
typedef struct {
    const eng_results_t *results;
    int lane;
    const double *days;  /* of the readings, rising */
    int num_reads;
    int num_markers;     /* rows of a reading before its notes */
    int num_rows;        /* of a reading */
    int32_t horizon;     /* tick */
} eng_sighting_t;

/** Has a marker fallen (change < 0) or risen by so much since its baseline, as a share of it or as it is?  0: any will do. */
bool eng_changed(double base, double value, double change, bool relative);
/** Day of visit j. */
double eng_endpoint_visit(const eng_endpoint_t *endpoint, int j);
/**
 * When a course met endpoint `number` of a study; ENG_TICK_NEVER, ENG_TICK_NOT_APPLICABLE.  Those before it must stand in the
 * results already.
 */
int32_t eng_endpoint_tick(const eng_endpoint_t *endpoint, int number, const eng_sighting_t *seen);

#endif
