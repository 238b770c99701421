/**
 * Which numbers people see first and how they are called.
 */
#include "cli/measure.h"

#include "base/error.h"
#include "base/math.h"
#include "base/text.h"
#include "base/ticks.h"

#include <stdlib.h>
#include <string.h>

#define Y ENG_DAYS_PER_YEAR

/* Landmarks of outcomes that are not read at the usual ones. */
static const struct {
    const char *outcome;
    double at[4]; /* ends with 0 */
} special_landmarks[] = {
    { "nrm", { 100, Y, 5 * Y, 0 } },
    { "graft_failure", { 100, Y, 0 } },
};
static const double usual_landmarks[] = { Y, 3 * Y, 5 * Y, 0 };

/* An event that is waited for: people ask how soon it comes. */
static bool
is_recovery(const eng_outcome_row_t *row)
{
    return row->kind == ENG_OUTCOME_TIME && !row->survival && row->better > 0;
}

/* --- the list ------------------------------------------------------------------------------------------------ */

typedef struct {
    eng_measures_t *measures;
    const eng_study_t *study;
    const eng_lookup_t *lookup;
    bool contrast;
    int capacity;
} maker_t;

/* Add a measure that the tables have for some protocol; do they? */
static bool
add(maker_t *maker, int outcome, eng_estimate_kind_t kind, double at)
{
    const double level = kind == ENG_ESTIMATE_QUANTILE ? 0.5 : NAN;
    bool there = false;

    for (int p = 0; !there && p < maker->study->num_protocols; p++) {
        there = maker->contrast ? eng_contrast_find(maker->lookup, outcome, p, kind, at) != NULL
                                : eng_estimate_find(maker->lookup, outcome, p, kind, at, level) != NULL;
    }
    if (there && maker->measures->count < maker->capacity) {
        maker->measures->items[maker->measures->count++] = (eng_measure_t){ outcome, kind, at };
    }
    return there;
}

static void
add_time(maker_t *maker, int outcome)
{
    const eng_outcome_row_t *row = maker->study->outcomes[outcome].row;
    const double *at = usual_landmarks;
    bool horizon = true;

    for (size_t j = 0; j < sizeof(special_landmarks) / sizeof(*special_landmarks); j++) {
        if (strcmp(row->name, special_landmarks[j].outcome) == 0) {
            at = special_landmarks[j].at;
        }
    }
    for (; *at > 0; at++) {
        if (*at <= maker->study->horizon + 1e-6) {
            add(maker, outcome, ENG_ESTIMATE_PROBABILITY, *at);
            horizon = horizon && !eng_same_at(*at, maker->study->horizon);
        }
    }
    if (horizon) {
        add(maker, outcome, ENG_ESTIMATE_PROBABILITY, maker->study->horizon);
    }
}

static void
add_marker(maker_t *maker, int outcome)
{
    const eng_outcome_request_t *request = &maker->study->outcomes[outcome];
    const int step = request->num_at > 4 ? (request->num_at + 3) / 4 : 1; /* at most four days of a long list */

    for (int j = request->num_at == 0 ? 0 : (request->num_at - 1) % step; j < request->num_at; j += step) {
        add(maker, outcome, ENG_ESTIMATE_MEAN, request->at[j]); /* the last day is always among them */
    }
}

/* Kinds of estimates that are always among the first, as those that a study asks for by name. */
static void
add_shown(maker_t *maker, int outcome)
{
    for (int kind = 0; kind < ENG_NUM_KINDS_OF_ESTIMATES; kind++) {
        const eng_column_t *column = eng_column_at(kind);
        if (column != NULL && column->shown) {
            add(maker, outcome, kind, maker->study->horizon);
        }
    }
}

/* Where only death competes, its time is not counted as free of the event; results of earlier versions know no better. */
static void
add_mean_time(maker_t *maker, int outcome)
{
    const double horizon = maker->study->horizon;

    if (!add(maker, outcome, ENG_ESTIMATE_FREE_TIME, horizon)) {
        add(maker, outcome, ENG_ESTIMATE_RMST, horizon);
    }
}

/* In the order in which people read: survival, other events, recovery, numbers, markers. */
static int
rank_of(const eng_outcome_row_t *row)
{
    if (row->kind == ENG_OUTCOME_TIME) {
        return row->survival ? 0 : is_recovery(row) ? 2 : 1;
    }
    return row->kind == ENG_OUTCOME_NUMBER ? 3 : 4;
}

int
eng_measures_create(eng_measures_t *measures, const eng_study_t *study, const eng_lookup_t *lookup, bool contrast)
{
    maker_t maker = { measures, study, lookup, contrast, 8 * study->num_outcomes + 1 };

    *measures = (eng_measures_t){ .items = calloc((size_t)maker.capacity, sizeof(*measures->items)) };
    if (measures->items == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d measures", maker.capacity);
    }
    for (int rank = 0; rank <= 4; rank++) {
        for (int j = 0; j < study->num_outcomes; j++) {
            if (rank_of(study->outcomes[j].row) != rank) {
                continue;
            }
            if (rank == 2) {
                add(&maker, j, contrast ? ENG_ESTIMATE_RMST : ENG_ESTIMATE_QUANTILE, contrast ? study->horizon : NAN);
                add(&maker, j, ENG_ESTIMATE_PROBABILITY, study->horizon);
                add(&maker, j, ENG_ESTIMATE_MEDIAN_OF_EVENTS, NAN);
            } else if (rank <= 1) {
                add_time(&maker, j);
                if (contrast) {
                    add_mean_time(&maker, j);
                }
            } else if (rank == 3) {
                add(&maker, j, ENG_ESTIMATE_MEAN, NAN);
            } else {
                add_marker(&maker, j);
            }
            add_shown(&maker, j);
        }
    }
    return 0;
}

void
eng_measures_free(eng_measures_t *measures)
{
    free(measures->items);
    *measures = (eng_measures_t){ 0 };
}

/* --- words --------------------------------------------------------------------------------------------------- */

void
eng_measure_label(char text[ENG_CELL_SIZE], const eng_study_t *study, const eng_measure_t *measure)
{
    const eng_outcome_row_t *row = study->outcomes[measure->outcome].row;
    const eng_column_t *column = eng_column_at(measure->kind);
    const char *words = row->survival && column->words_free != NULL ? column->words_free : column->words;
    const bool dated = measure->at == measure->at && column->before_day != NULL;
    char day[ENG_CELL_SIZE];

    eng_format_days(day, measure->at);
    snprintf(text, ENG_CELL_SIZE, "%.50s%s%.44s%s%s%s%.20s%s", row->name, words[0] == '\0' ? "" : ", ", words, dated ? " " : "",
        dated ? column->before_day : "", dated ? " " : "", dated ? day : "",
        row->competing != 0 && column->competing != NULL ? column->competing : "");
}

eng_style_t
eng_measure_style(const eng_study_t *study, const eng_measure_t *measure, const char **unit)
{
    const eng_column_t *column = eng_column_at(measure->kind);
    const bool time = study->outcomes[measure->outcome].row->kind == ENG_OUTCOME_TIME;

    *unit = eng_estimate_unit(study, measure->outcome, measure->kind);
    if (column->share || column->ratio) {
        return column->share ? ENG_AS_PERCENT : ENG_AS_RATIO;
    }
    return time && strcmp(*unit, "d") == 0 ? ENG_AS_DAYS : ENG_AS_NUMBER;
}

int
eng_measure_direction(const eng_study_t *study, const eng_measure_t *measure)
{
    return eng_estimate_direction(study, measure->outcome, measure->kind);
}

int
eng_outcome_of_study(const eng_study_t *study, const char *name)
{
    eng_nearest_t nearest;
    eng_text_t names = { 0 };
    const char *near;

    eng_nearest_init(&nearest, name);
    for (int j = 0; j < study->num_outcomes; j++) {
        if (strcmp(study->outcomes[j].row->name, name) == 0) {
            return j;
        }
        eng_nearest_try(&nearest, study->outcomes[j].row->name);
    }
    near = eng_nearest_get(&nearest);
    for (int j = 0; j < study->num_outcomes; j++) {
        eng_text_add(&names, "%s%s", j > 0 ? ", " : "", study->outcomes[j].row->name);
    }
    ENG_FAIL(ENG_ERR_USAGE, "the study has no outcome '%s'%s%s%s; it has %s", name, near == NULL ? "" : ", did you mean '",
        near == NULL ? "" : near, near == NULL ? "" : "'?", names.data == NULL ? "none" : names.data);
    eng_text_free(&names);
    return -1;
}
