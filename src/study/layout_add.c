/**
 * Adding the courses of a tile: outcomes outside, lanes inside, so that every inner loop runs over 64 neighbours.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/moments.h"
#include "stats/paired.h"
#include "stats/survival.h"
#include "study/layout_plan.h"

/* The kinds of eng_outcome_time are those of stats/survival.h. */

/** Times of one outcome under one protocol. */
typedef struct {
    int32_t tick[ENG_LANES], kind[ENG_LANES], restricted[ENG_LANES];
} times_t;

/** What eng_layout_add knows throughout. */
typedef struct {
    const struct eng_layout_plan *plan;
    const eng_loops_t *loops;
    const eng_results_t *results; /* [num_protocols] */
    int num_protocols, reference;
    size_t first, lanes, point_words, pooled_words;
    int64_t *point, *pooled;      /* pooled may be NULL */
    bool failed;                  /* any course of the tile */
    bool failed_lane[ENG_LANES];  /* under any protocol */
} tile_t;

static int64_t *
point_row(const tile_t *tile, int protocol)
{
    return tile->point + (size_t)protocol * tile->point_words;
}

static int64_t *
pooled_row(const tile_t *tile, int protocol)
{
    return tile->pooled + (size_t)protocol * tile->pooled_words;
}

static void
add_courses(tile_t *tile)
{
    int64_t *row;
    int failure, p;
    size_t l;

    for (p = 0; p < tile->num_protocols; p++) {
        row = point_row(tile, p);
        for (l = 0; l < tile->lanes; l++) {
            failure = tile->results[p].failure[tile->first + l];
            if (failure == ENG_FAILURE_NONE) {
                row[tile->plan->courses]++;
            } else {
                row[tile->plan->failures + (size_t)failure - 1]++;
                tile->failed = true;
                tile->failed_lane[l] = true;
            }
        }
    }
}

/** Deaths are few: one at a time. */
static void
add_deaths(const tile_t *tile, int protocol)
{
    const struct eng_layout_plan *plan = tile->plan;
    const eng_results_t *results = &tile->results[protocol];
    const size_t num_landmarks = (size_t)plan->num_landmarks;
    const int32_t *tick = results->tick[ENG_EVENT_DEATH] + tile->first;
    const uint8_t *cause = results->cause + tile->first, *failed = results->failure + tile->first;
    int64_t *words;
    size_t l, k;

    for (l = 0; l < tile->lanes; l++) {
        if (cause[l] == ENG_CAUSE_NONE || failed[l] != ENG_FAILURE_NONE) {
            continue;
        }
        words = pooled_row(tile, protocol) + plan->deaths + ((size_t)cause[l] - 1) * num_landmarks;
        for (k = 0; k < num_landmarks; k++) {
            words[k] += tick[l] <= plan->landmark[k];
        }
    }
}

/* --- times ----------------------------------------------------------------------------------------------- */

/* Earliest tick of a set of events by lane; NEVER if none happened, NOT_APPLICABLE if none of the set can be asked. */
static void
earliest(const tile_t *tile, const eng_results_t *results, uint64_t mask, int32_t first[ENG_LANES])
{
    const int32_t *tick;
    int event;
    size_t l;

    for (l = 0; l < tile->lanes; l++) {
        first[l] = ENG_TICK_NOT_APPLICABLE;
    }
    for (event = 0; mask >> event != 0; event++) {
        if ((mask >> event & 1) == 0) {
            continue;
        }
        tick = results->tick[event] + tile->first;
        for (l = 0; l < tile->lanes; l++) {
            int32_t asked = tick[l] != ENG_TICK_NOT_APPLICABLE, fresh = first[l] == ENG_TICK_NOT_APPLICABLE;
            first[l] = asked & (fresh | (tick[l] < first[l])) ? tick[l] : first[l];
        }
    }
}

/* eng_outcome_time of all lanes at once. */
static void
get_times(const tile_t *tile, const eng_outcome_plan_t *plan, int protocol, times_t *times)
{
    const eng_results_t *results = &tile->results[protocol];
    const int32_t horizon = tile->plan->horizon_tick;
    int32_t event[ENG_LANES], competing[ENG_LANES], other, counts, first, second;
    size_t l;

    earliest(tile, results, plan->request->row->events, event);
    earliest(tile, results, plan->request->row->competing, competing);
    for (l = 0; l < tile->lanes; l++) {
        other = competing[l] == ENG_TICK_NOT_APPLICABLE ? ENG_TICK_NEVER : competing[l];
        counts = (event[l] != ENG_TICK_NOT_APPLICABLE) & (results->failure[tile->first + l] == ENG_FAILURE_NONE);
        first = (event[l] <= other) & (event[l] <= horizon);
        second = (other < event[l]) & (other <= horizon);
        times->kind[l] = counts ? first * ENG_KIND_EVENT + second * ENG_KIND_COMPETING : ENG_KIND_NOT_COUNTED;
        times->tick[l] = first ? event[l] : second ? other : horizon;
        times->tick[l] = counts ? times->tick[l] : 0;
    }
    eng_survival_restrict(times->tick, times->kind, tile->lanes, tile->plan->horizon_tick, times->restricted);
}

static void
add_time_histogram(const tile_t *tile, const eng_outcome_plan_t *plan, const times_t *times, int64_t *words)
{
    double day[ENG_LANES];
    int32_t index[ENG_LANES];
    size_t l;

    for (l = 0; l < tile->lanes; l++) {
        day[l] = times->kind[l] == ENG_KIND_EVENT ? (double)times->tick[l] / ENG_TICKS_PER_DAY : NAN;
    }
    tile->loops->bins(&plan->point_bins, day, tile->lanes, index);
    eng_histogram_add(index, tile->lanes, words);
}

static void
add_times(const tile_t *tile, const eng_outcome_plan_t *plan, int protocol, const times_t *times)
{
    const size_t num_landmarks = (size_t)tile->plan->num_landmarks;
    const int32_t *landmark = tile->plan->landmark;
    const eng_series_t *series = &tile->plan->series[plan->series];
    int64_t *row = point_row(tile, protocol);

    tile->loops->moments(times->restricted, tile->lanes, row + series->moments, 1);
    eng_survival_count(times->tick, times->kind, tile->lanes, ENG_KIND_EVENT, landmark, num_landmarks,
                       row + plan->events);
    if (plan->competing != ENG_NO_WORD) {
        eng_survival_count(times->tick, times->kind, tile->lanes, ENG_KIND_COMPETING, landmark, num_landmarks,
            row + plan->competing);
    }
    if (plan->point_histogram != ENG_NO_WORD) {
        add_time_histogram(tile, plan, times, row + plan->point_histogram);
    }
    if (tile->pooled != NULL) {
        eng_survival_days(times->tick, times->kind, tile->lanes, tile->plan->num_event_days,
            pooled_row(tile, protocol) + plan->pooled);
    }
}

static void
add_paired_times(const tile_t *tile, const eng_outcome_plan_t *plan, int protocol, const times_t *times,
    const times_t *reference)
{
    const eng_series_t *series = &tile->plan->series[plan->paired];
    int64_t *row = point_row(tile, protocol);
    int32_t difference[ENG_LANES];

    eng_paired_difference(times->restricted, reference->restricted, tile->lanes, difference);
    tile->loops->moments(difference, tile->lanes, row + series->moments, 1);
    eng_paired_count(reference->tick, reference->kind, times->tick, times->kind, tile->lanes, tile->plan->landmark,
        (size_t)tile->plan->num_landmarks, row + plan->gains, row + plan->losses);
}

static void
add_time_outcome(const tile_t *tile, const eng_outcome_plan_t *plan)
{
    times_t reference, times;
    size_t l;
    int p;

    get_times(tile, plan, tile->reference, &reference);
    add_times(tile, plan, tile->reference, &reference);
    for (l = 0; tile->failed && l < tile->lanes; l++) {
        if (tile->failed_lane[l]) { /* such a patient has no pairs */
            reference.kind[l] = ENG_KIND_NOT_COUNTED;
            reference.restricted[l] = ENG_QUANTUM_MISSING;
        }
    }
    for (p = 0; p < tile->num_protocols; p++) {
        if (p != tile->reference) {
            get_times(tile, plan, p, &times);
            add_times(tile, plan, p, &times);
            add_paired_times(tile, plan, p, &times, &reference);
        }
    }
}

/* --- numbers and markers ------------------------------------------------------------------------------------ */

/** Values of the lanes that did not fail: the array itself where none did, else a copy with NaN in `space`. */
static const double *
without_failed(const tile_t *tile, int protocol, const double *value, double space[ENG_LANES])
{
    size_t l;

    if (!tile->failed) {
        return value;
    }
    for (l = 0; l < tile->lanes; l++) {
        space[l] = tile->results[protocol].failure[tile->first + l] == ENG_FAILURE_NONE ? value[l] : NAN;
    }
    return space;
}

/** Reading r of an outcome; a NUMBER has one. */
static const double *
get_values(const tile_t *tile, const eng_outcome_plan_t *plan, int protocol, int r, double space[ENG_LANES])
{
    const eng_results_t *results = &tile->results[protocol];
    const int source = plan->request->row->source;
    const double *value = plan->read == NULL ? results->number[source] :
        results->read + ((size_t)plan->read[r] * (size_t)tile->plan->num_markers + (size_t)source) * ENG_LANES;

    return without_failed(tile, protocol, value + tile->first, space);
}

static void
add_histogram(const tile_t *tile, const eng_bins_t *bins, const double *value, int64_t *words)
{
    int32_t index[ENG_LANES];

    tile->loops->bins(bins, value, tile->lanes, index);
    eng_histogram_add(index, tile->lanes, words);
}

/** Moments and histograms of a reading; leaves the quanta for pairing. */
static void
add_values(const tile_t *tile, const eng_outcome_plan_t *plan, int protocol, int r, int32_t quantum[ENG_LANES])
{
    const eng_series_t *series = &tile->plan->series[plan->series + r];
    int64_t *row = point_row(tile, protocol);
    double space[ENG_LANES];
    const double *value = get_values(tile, plan, protocol, r, space);

    tile->loops->quantise(value, tile->lanes, plan->step, quantum);
    tile->loops->moments(quantum, tile->lanes, row + series->moments, series->stride);
    if (plan->point_histogram != ENG_NO_WORD) {
        add_histogram(tile, &plan->point_bins, value,
            row + plan->point_histogram + (size_t)(r * plan->point_bins.num_bins));
    }
    if (tile->pooled != NULL) {
        add_histogram(tile, &plan->bins, value,
            pooled_row(tile, protocol) + plan->pooled + (size_t)(r * plan->bins.num_bins));
    }
}

static void
add_reading(const tile_t *tile, const eng_outcome_plan_t *plan, int r)
{
    const eng_series_t *paired = &tile->plan->series[plan->paired + r];
    int32_t reference[ENG_LANES], quantum[ENG_LANES], difference[ENG_LANES];
    size_t l;
    int p;

    add_values(tile, plan, tile->reference, r, reference);
    for (l = 0; tile->failed && l < tile->lanes; l++) {
        reference[l] = tile->failed_lane[l] ? ENG_QUANTUM_MISSING : reference[l];
    }
    for (p = 0; p < tile->num_protocols; p++) {
        if (p != tile->reference) {
            add_values(tile, plan, p, r, quantum);
            eng_paired_difference(quantum, reference, tile->lanes, difference);
            tile->loops->moments(difference, tile->lanes, point_row(tile, p) + paired->moments, paired->stride);
        }
    }
}

static void
add_trajectory(const tile_t *tile, const eng_trajectory_plan_t *plan, int protocol, int num_days)
{
    const eng_results_t *results = &tile->results[protocol];
    const size_t stride = (size_t)num_days;
    int32_t quantum[ENG_LANES];
    double space[ENG_LANES];
    const double *value;
    int d;

    for (d = 0; d < num_days; d++) {
        value = results->read +
            ((size_t)tile->plan->trajectory_read[d] * (size_t)tile->plan->num_markers + (size_t)plan->marker) * ENG_LANES;
        value = without_failed(tile, protocol, value + tile->first, space);
        tile->loops->quantise(value, tile->lanes, plan->step, quantum);
        if (plan->point_moments != ENG_NO_WORD) {
            tile->loops->moments(quantum, tile->lanes, point_row(tile, protocol) + plan->point_moments + d, stride);
        }
        if (tile->pooled != NULL) {
            tile->loops->moments(quantum, tile->lanes, pooled_row(tile, protocol) + plan->pooled_moments + d, stride);
            add_histogram(tile, &plan->bins, value,
                pooled_row(tile, protocol) + plan->pooled_bands + (size_t)(d * plan->bins.num_bins));
        }
    }
}

void
eng_layout_add(const eng_layout_t *layout, const eng_results_t *results, int first, int count, int64_t *point,
    int64_t *pooled)
{
    const eng_study_t *study = layout->study;
    const struct eng_layout_plan *plan = layout->plan;
    tile_t tile = { .plan = plan, .loops = layout->loops, .results = results, .num_protocols = study->num_protocols,
        .reference = study->reference, .first = (size_t)first, .lanes = (size_t)count, .point_words = layout->point_words,
        .pooled_words = layout->pooled_words, .point = point, .pooled = pooled };
    int j, r, p;

    add_courses(&tile);
    for (j = 0; j < study->num_outcomes; j++) {
        if (plan->outcomes[j].request->row->kind == ENG_OUTCOME_TIME) {
            add_time_outcome(&tile, &plan->outcomes[j]);
            continue;
        }
        for (r = 0; r < plan->outcomes[j].num_reads; r++) {
            add_reading(&tile, &plan->outcomes[j], r);
        }
    }
    for (p = 0; p < study->num_protocols; p++) {
        for (j = 0; j < study->trajectories.num_markers; j++) {
            add_trajectory(&tile, &plan->trajectories[j], p, study->trajectories.num_days);
        }
        if (pooled != NULL) {
            add_deaths(&tile, p);
        }
    }
}
