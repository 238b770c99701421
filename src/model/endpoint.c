/**
 * From what was read at visits and from events to the tick of an endpoint.
 */
#include "model/endpoint.h"

#include <math.h>
#include <stddef.h>

/** An endpoint and a course, with what of it does not depend on a criterion. */
typedef struct {
    const eng_endpoint_t *endpoint;
    const eng_sighting_t *seen;
    int number;
    int32_t start;  /* tick from which it counts */
    int base;       /* first visit at or after it: the baseline */
    int first;      /* first visit that counts: not that of day 0, before anything is done */
} judge_t;

bool
eng_changed(double base, double value, double change, bool relative)
{
    const double by = !relative ? value - base : base > 0 ? (value - base) / base : 0;

    return change < 0 ? by <= change : change > 0 ? by >= change : true;
}

double
eng_endpoint_visit(const eng_endpoint_t *endpoint, int j)
{
    return eng_tick_nearest(j * endpoint->visits) / (double)ENG_TICKS_PER_DAY;
}

static int32_t
visit_tick(const eng_endpoint_t *endpoint, int j)
{
    return eng_tick_nearest(j * endpoint->visits);
}

/* Row `row` of what was read on a day; NaN where nothing was. */
static double
read_on(const eng_sighting_t *seen, int32_t tick, int row)
{
    int low = 0, high = seen->num_reads - 1;

    while (low < high) {
        const int middle = (low + high) / 2;
        if (eng_tick_nearest(seen->days[middle]) < tick) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (seen->num_reads == 0 || eng_tick_nearest(seen->days[low]) != tick) {
        return (double)NAN;
    }
    return seen->results->read[((size_t)low * (size_t)seen->num_rows + (size_t)row) * ENG_LANES + (size_t)seen->lane];
}

static double
read_at(const judge_t *judge, int visit, int row)
{
    return read_on(judge->seen, visit_tick(judge->endpoint, visit), row);
}

/* The note that counts an event; -1: it comes once. */
static int
note_of(int event)
{
    switch (event) {
    case ENG_EVENT_RELAPSE:
        return ENG_NOTE_RELAPSES;
    case ENG_EVENT_INFECTION:
        return ENG_NOTE_INFECTIONS;
    case ENG_EVENT_LOSS_OF_RESPONSE:
        return ENG_NOTE_LOSSES;
    default:
        return -1;
    }
}

/* --- criteria ----------------------------------------------------------------------------------------------- */

/* Of an event that starts the clock only later ones count. */
static bool
counts(const judge_t *judge, int32_t tick)
{
    return tick >= judge->start + (judge->endpoint->from_event != ENG_NO_EVENT);
}

/* The visit that finds an event again, whose first day lies before the time that counts. */
static int32_t
found_again(const judge_t *judge, int event)
{
    const int row = judge->seen->num_markers + note_of(event);
    double before;

    if (note_of(event) < 0) {
        return ENG_TICK_NEVER;
    }
    before = event == judge->endpoint->from_event ? 1 : read_at(judge, judge->base, row);
    for (int j = judge->base; j < judge->endpoint->num_visits; j++) {
        if (read_at(judge, j, row) > before) {
            return visit_tick(judge->endpoint, j);
        }
    }
    return ENG_TICK_NEVER;
}

/* Is a visit the first one after an event? */
static bool
found_at(const judge_t *judge, int event, int visit)
{
    const int32_t tick = judge->seen->results->tick[event][judge->seen->lane];
    const int row = judge->seen->num_markers + note_of(event);

    if (counts(judge, tick) && tick <= visit_tick(judge->endpoint, visit)
        && (visit == judge->first || tick > visit_tick(judge->endpoint, visit - 1))) {
        return true;
    }
    return note_of(event) >= 0 && visit > judge->base && read_at(judge, visit, row) > read_at(judge, visit - 1, row);
}

static int32_t
event_tick(const judge_t *judge, int event)
{
    const int32_t tick = judge->seen->results->tick[event][judge->seen->lane];

    return tick == ENG_TICK_NOT_APPLICABLE || counts(judge, tick) ? tick : found_again(judge, event);
}

/* Is a marker at a visit what a criterion asks for?  Nothing is, once dead. */
static bool
holds(const judge_t *judge, const eng_criterion_t *part, int visit)
{
    const double value = read_at(judge, visit, part->marker);

    if (!(value >= part->low && value <= part->high)) {
        return false;
    }
    return eng_changed(part->since >= 0 ? read_on(judge->seen, eng_tick_nearest(part->since), part->marker)
                                        : read_at(judge, judge->base, part->marker), value, part->change, part->relative);
}

/* Is none of the drugs taken that the endpoint excludes? */
static bool
off_drugs(const judge_t *judge, int visit)
{
    const bool asked = judge->endpoint->num_off > 0 || judge->endpoint->off_all;

    return !asked || read_at(judge, visit, judge->seen->num_markers + ENG_NOTE_TAKEN + judge->number) <= 0;
}

/* Does a criterion hold at a visit: an event has come, or a marker is right until it is confirmed? */
static bool
met(const judge_t *judge, const eng_criterion_t *part, int visit)
{
    const eng_endpoint_t *endpoint = judge->endpoint;
    const int32_t now = visit_tick(endpoint, visit), until = now + eng_tick_nearest(part->confirmed);
    int j;

    if (part->event != ENG_NO_EVENT) {
        const int32_t tick = event_tick(judge, part->event);
        return tick <= now && tick != ENG_TICK_NOT_APPLICABLE;
    }
    for (j = visit; j < endpoint->num_visits; j++) {
        if (!holds(judge, part, j) || !off_drugs(judge, j)) {
            return false;
        }
        if (visit_tick(endpoint, j) >= until) {
            return true;
        }
    }
    return false; /* nobody came back to confirm it */
}

/* --- endpoints ---------------------------------------------------------------------------------------------- */

/* Does an event mean the visit at which it is first seen, or its own day? */
static bool
at_visits(const eng_endpoint_t *endpoint)
{
    return endpoint->num_off > 0 || endpoint->off_all;
}

static int32_t
first_of(const judge_t *judge, const eng_criterion_t *part)
{
    const eng_endpoint_t *endpoint = judge->endpoint;

    if (part->event != ENG_NO_EVENT && !at_visits(endpoint)) {
        return event_tick(judge, part->event);
    }
    for (int j = judge->first; j < endpoint->num_visits; j++) {
        if ((part->event != ENG_NO_EVENT ? found_at(judge, part->event, j) : met(judge, part, j)) && off_drugs(judge, j)) {
            return visit_tick(endpoint, j);
        }
    }
    return ENG_TICK_NEVER;
}

/* The first visit at which all criteria hold; of events alone, the day of the last. */
static int32_t
all_of(const judge_t *judge)
{
    const eng_endpoint_t *endpoint = judge->endpoint;
    bool events = !at_visits(endpoint);
    int32_t last = INT32_MIN;

    for (int k = 0; k < endpoint->num_parts && events; k++) {
        events = endpoint->part[k].event != ENG_NO_EVENT;
        if (events) {
            const int32_t tick = event_tick(judge, endpoint->part[k].event);
            last = tick > last ? tick : last;
        }
    }
    if (events) {
        return last;
    }
    for (int j = judge->first; j < endpoint->num_visits; j++) {
        bool all = off_drugs(judge, j);
        for (int k = 0; k < endpoint->num_parts && all; k++) {
            all = met(judge, &endpoint->part[k], j);
        }
        if (all) {
            return visit_tick(endpoint, j);
        }
    }
    return ENG_TICK_NEVER;
}

static int32_t
first_part(const judge_t *judge)
{
    int32_t first = ENG_TICK_NEVER;

    for (int k = 0; k < judge->endpoint->num_parts; k++) {
        const int32_t tick = first_of(judge, &judge->endpoint->part[k]);
        first = tick != ENG_TICK_NOT_APPLICABLE && tick < first ? tick : first;
    }
    return first;
}

/* Can the course be asked at all?  Not where events that the endpoint needs cannot be. */
static bool
applies(const eng_endpoint_t *endpoint, const eng_sighting_t *seen)
{
    int missing = 0;

    for (int k = 0; k < endpoint->num_parts; k++) {
        const int event = endpoint->part[k].event;
        missing += event != ENG_NO_EVENT && seen->results->tick[event][seen->lane] == ENG_TICK_NOT_APPLICABLE;
    }
    return endpoint->all ? missing == 0 : missing < endpoint->num_parts;
}

/* Was the event there at a tick, within follow-up and in the living? */
static bool
had_by(const eng_sighting_t *seen, int event, int32_t tick)
{
    const int32_t had = seen->results->tick[event][seen->lane], death = seen->results->tick[ENG_EVENT_DEATH][seen->lane];

    return had != ENG_TICK_NOT_APPLICABLE && had <= tick && had <= seen->horizon && death > tick;
}

int32_t
eng_endpoint_tick(const eng_endpoint_t *endpoint, int number, const eng_sighting_t *seen)
{
    judge_t judge = { .endpoint = endpoint, .seen = seen, .number = number, .start = eng_tick_nearest(endpoint->from) };

    if (endpoint->from_event != ENG_NO_EVENT) {
        judge.start = seen->results->tick[endpoint->from_event][seen->lane];
    }
    if (judge.start == ENG_TICK_NOT_APPLICABLE || !applies(endpoint, seen)) {
        return ENG_TICK_NOT_APPLICABLE;
    }
    if (endpoint->given != ENG_NO_EVENT && !had_by(seen, endpoint->given, judge.start)) {
        return ENG_TICK_NOT_APPLICABLE;
    }
    if (judge.start > seen->horizon) {
        return ENG_TICK_NEVER;
    }
    while (judge.base < endpoint->num_visits && visit_tick(endpoint, judge.base) < judge.start) {
        judge.base++;
    }
    judge.first = judge.base > 0 ? judge.base : 1;
    return endpoint->all ? all_of(&judge) : first_part(&judge);
}
