/**
 * Adding the courses of a tile: what they show of each subject is taken from the results once, and every statistic adds it.  Subjects
 * outside, lanes inside, so that every inner loop runs over 64 neighbours.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/moments.h"
#include "stats/survival.h"
#include "study/layout_plan.h"

/* The kinds of eng_outcome_time are those of stats/survival.h. */

/** What one protocol shows of a subject, with the arrays for it. */
typedef struct {
    eng_seen_t seen;
    int32_t tick[ENG_LANES], kind[ENG_LANES], quantum[ENG_LANES];
    double value[ENG_LANES];
} sight_t;

/** What eng_layout_add knows throughout. */
typedef struct {
    const struct eng_layout_plan *plan;
    const eng_loops_t *loops;
    const eng_results_t *results; /* [num_protocols] */
    int num_protocols, reference;
    size_t first, lanes, point_words, pooled_words;
    int64_t *point, *pooled;      /* pooled may be NULL */
    const eng_parts_t *parts;     /* of all lanes */
    bool couples;                 /* two neighbouring lanes are of one person */
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
look_at_times(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, sight_t *sight)
{
    const eng_results_t *results = &tile->results[protocol];
    const int32_t horizon = tile->plan->horizon_tick;
    int32_t event[ENG_LANES], competing[ENG_LANES], other, counts, first, second;
    size_t l;

    earliest(tile, results, plan->row->events, event);
    earliest(tile, results, plan->row->competing, competing);
    for (l = 0; l < tile->lanes; l++) {
        other = competing[l] == ENG_TICK_NOT_APPLICABLE ? ENG_TICK_NEVER : competing[l];
        counts = (event[l] != ENG_TICK_NOT_APPLICABLE) & (results->failure[tile->first + l] == ENG_FAILURE_NONE);
        first = (event[l] <= other) & (event[l] <= horizon);
        second = (other < event[l]) & (other <= horizon);
        sight->kind[l] = counts ? first * ENG_KIND_EVENT + second * ENG_KIND_COMPETING : ENG_KIND_NOT_COUNTED;
        sight->tick[l] = first ? event[l] : second ? other : horizon;
        sight->tick[l] = counts ? sight->tick[l] : 0;
    }
    eng_survival_restrict(sight->tick, sight->kind, tile->lanes, horizon, sight->quantum);
    sight->seen.tick = sight->tick;
    sight->seen.kind = sight->kind;
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

/** Reading r; a NUMBER has one. */
static void
look_at_values(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, int r, sight_t *sight)
{
    const eng_results_t *results = &tile->results[protocol];
    const double *value = plan->read == NULL ? results->number[plan->source] :
        results->read + ((size_t)plan->read[r] * (size_t)tile->plan->read_rows + (size_t)plan->source) * ENG_LANES;

    if (plan->subject.of == ENG_OF_MARKER) {
        sight->seen.reading = r;
        sight->seen.read = results->read + (size_t)plan->source * ENG_LANES + tile->first;
        sight->seen.read_at = plan->read;
        sight->seen.read_stride = (size_t)tile->plan->read_rows * ENG_LANES;
    }
    sight->seen.death = results->tick[ENG_EVENT_DEATH] + tile->first;
    sight->seen.value = without_failed(tile, protocol, value + tile->first, sight->value);
    tile->loops->quantise(sight->seen.value, tile->lanes, plan->subject.step, sight->quantum);
}

/* --- subjects ----------------------------------------------------------------------------------------------------- */

static void
look(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, int r, sight_t *sight)
{
    sight->seen = (eng_seen_t){ .count = tile->lanes, .loops = tile->loops, .quantum = sight->quantum };
    if (plan->subject.of == ENG_OF_TIME) {
        look_at_times(tile, plan, protocol, sight);
    } else {
        look_at_values(tile, plan, protocol, r, sight);
    }
}

/* Patients who failed under any protocol have no pairs. */
static void
leave_failed_out(const tile_t *tile, sight_t *sight)
{
    size_t l;

    for (l = 0; tile->failed && l < tile->lanes; l++) {
        if (tile->failed_lane[l]) {
            sight->kind[l] = ENG_KIND_NOT_COUNTED;
            sight->quantum[l] = ENG_QUANTUM_MISSING;
        }
    }
}

static void
add_own(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, int part, int r, const sight_t *sight)
{
    int64_t *pooled = tile->pooled != NULL ? pooled_row(tile, protocol) : NULL;
    int s;

    for (s = 0; s < plan->num_statistics; s++) {
        plan->statistics[s]->add(&plan->subject, &sight->seen, eng_place_in(plan, part, s, r), point_row(tile, protocol), pooled);
    }
}

static void
add_pairs(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, int part, int r, const sight_t *sight,
    const sight_t *reference)
{
    int s;

    for (s = 0; tile->plan->paired && s < plan->num_statistics; s++) {
        if (plan->statistics[s]->add_pair != NULL) {
            plan->statistics[s]->add_pair(&plan->subject, &sight->seen, &reference->seen, eng_place_in(plan, part, s, r),
                point_row(tile, protocol), tile->pooled != NULL ? pooled_row(tile, protocol) : NULL);
        }
    }
}

/* Some lanes, next to one another. */
static void
gather(const sight_t *all, const uint8_t *lanes, size_t count, bool time, sight_t *some)
{
    some->seen = (eng_seen_t){ .count = count, .loops = all->seen.loops, .quantum = some->quantum };
    for (size_t k = 0; k < count; k++) {
        some->quantum[k] = all->quantum[lanes[k]];
        if (time) {
            some->tick[k] = all->tick[lanes[k]];
            some->kind[k] = all->kind[lanes[k]];
        } else {
            some->value[k] = all->seen.value[lanes[k]];
        }
    }
    some->seen.tick = time ? some->tick : NULL;
    some->seen.kind = time ? some->kind : NULL;
    some->seen.value = time ? NULL : some->value;
}

/* Two neighbouring courses are of one person. */
static void
add_couples(const tile_t *tile, const eng_subject_plan_t *plan, int protocol, int r, const sight_t *sight)
{
    const bool time = plan->subject.of == ENG_OF_TIME;
    const size_t count = tile->lanes / 2;
    uint8_t first[ENG_LANES / 2], second[ENG_LANES / 2];
    sight_t one, other;

    if (!tile->couples) {
        return;
    }
    for (size_t k = 0; k < count; k++) {
        first[k] = (uint8_t)(2 * k);
        second[k] = (uint8_t)(2 * k + 1);
    }
    gather(sight, first, count, time, &one);
    gather(sight, second, count, time, &other);
    for (int s = 0; s < plan->num_statistics; s++) {
        if (plan->statistics[s]->add_couples != NULL) {
            plan->statistics[s]->add_couples(&plan->subject, &one.seen, &other.seen, eng_place_in(plan, 0, s, r), point_row(tile, protocol));
        }
    }
}

static void
add_outcome(const tile_t *tile, const eng_subject_plan_t *plan, int r)
{
    sight_t reference, sight;
    int p;

    look(tile, plan, tile->reference, r, &reference);
    add_own(tile, plan, tile->reference, 0, r, &reference);
    add_couples(tile, plan, tile->reference, r, &reference);
    leave_failed_out(tile, &reference);
    for (p = 0; p < tile->num_protocols; p++) {
        if (p != tile->reference) {
            look(tile, plan, p, r, &sight);
            add_own(tile, plan, p, 0, r, &sight);
            add_couples(tile, plan, p, r, &sight);
            add_pairs(tile, plan, p, 0, r, &sight, &reference);
        }
    }
}

/* --- parts ---------------------------------------------------------------------------------------------------------- */

/* Lanes by parts, those of a part in their order: lanes[begin[k]] to lanes[begin[k + 1] - 1] are in part k. */
static void
sort_lanes(const tile_t *tile, const eng_subject_plan_t *plan, uint8_t lanes[ENG_LANES], size_t begin[ENG_MAX_PARTS + 1])
{
    const uint8_t *part = tile->parts->part[plan->partition] + tile->first;
    size_t next[ENG_MAX_PARTS] = { 0 };

    for (size_t l = 0; l < tile->lanes; l++) {
        next[part[l]]++;
    }
    begin[0] = 0;
    for (int k = 0; k < plan->num_parts; k++) {
        begin[k + 1] = begin[k] + next[k];
        next[k] = begin[k];
    }
    for (size_t l = 0; l < tile->lanes; l++) {
        lanes[next[part[l]]++] = (uint8_t)l;
    }
}

static void
add_parts(const tile_t *tile, const eng_subject_plan_t *plan, int r)
{
    const bool time = plan->subject.of == ENG_OF_TIME;
    sight_t reference, sight, some, pair;
    size_t begin[ENG_MAX_PARTS + 1];
    uint8_t lanes[ENG_LANES];

    sort_lanes(tile, plan, lanes, begin);
    look(tile, plan, tile->reference, r, &reference);
    leave_failed_out(tile, &reference);
    for (int p = 0; p < tile->num_protocols; p++) {
        look(tile, plan, p, r, &sight);
        for (int k = 0; k < plan->num_parts; k++) {
            const size_t count = begin[k + 1] - begin[k];
            if (count > 0) {
                gather(&sight, lanes + begin[k], count, time, &some);
                add_own(tile, plan, p, k, r, &some);
            }
            if (count > 0 && p != tile->reference) {
                gather(&reference, lanes + begin[k], count, time, &pair);
                add_pairs(tile, plan, p, k, r, &some, &pair);
            }
        }
    }
}

/* Pairs of all other protocols with one that is not the reference. */
static void
add_against(const tile_t *tile, const eng_subject_plan_t *plan, int r)
{
    sight_t other, sight;

    look(tile, plan, plan->against, r, &other);
    leave_failed_out(tile, &other);
    for (int p = 0; p < tile->num_protocols; p++) {
        if (p != plan->against) {
            look(tile, plan, p, r, &sight);
            add_pairs(tile, plan, p, 0, r, &sight, &other);
        }
    }
}

static void
add_trajectory(const tile_t *tile, const eng_subject_plan_t *plan, int protocol)
{
    sight_t sight;
    int r;

    for (r = 0; r < plan->subject.num_readings; r++) {
        look(tile, plan, protocol, r, &sight);
        add_own(tile, plan, protocol, 0, r, &sight);
    }
}

void
eng_layout_add(const eng_layout_t *layout, const eng_results_t *results, int first, int count, const eng_parts_t *parts,
    int64_t *point, int64_t *pooled)
{
    const eng_study_t *study = layout->study;
    const struct eng_layout_plan *plan = layout->plan;
    tile_t tile = { .plan = plan, .loops = layout->loops, .results = results, .num_protocols = study->num_protocols,
        .reference = study->reference, .first = (size_t)first, .lanes = (size_t)count, .point_words = layout->point_words,
        .pooled_words = layout->pooled_words, .point = point, .pooled = pooled, .parts = parts, .couples = study->courses == 2 };
    int j, r, p;

    add_courses(&tile);
    for (j = 0; j < study->num_outcomes; j++) {
        for (r = 0; r < plan->subjects[j].subject.num_readings; r++) {
            add_outcome(&tile, &plan->subjects[j], r);
        }
    }
    for (p = 0; p < study->num_protocols; p++) {
        for (j = study->num_outcomes; j < plan->num_whole; j++) {
            add_trajectory(&tile, &plan->subjects[j], p);
        }
        if (pooled != NULL) {
            add_deaths(&tile, p);
        }
    }
    for (j = plan->num_whole; j < plan->num_subjects; j++) {
        for (r = 0; r < plan->subjects[j].subject.num_readings; r++) {
            (j < plan->first_pairs ? add_parts : add_against)(&tile, &plan->subjects[j], r);
        }
    }
}
