/**
 * cohort: entry.  Who may enter: criteria on relapses, markers and covariates before the first day of the protocols.
 */
#include "study/study_reader.h"

#include "study/records.h"

#include <math.h>
#include <string.h>

#define MAX_ENTRY_EVENTS 100
#define MAX_ENTRY_DAYS 3652.5 /* 10 y: the streams of chance begin at day -4096 */
#define EXPECTED "an entry criterion such as {relapse: {at_least: 2, within: 1 y}} or {residual: {marker: cd4, above: 200 /uL}}"

static void
read_relapse(eng_reader_t *self, const eng_yaml_node_t *key, eng_entry_t *entry)
{
    const eng_yaml_node_t *map = key->value, *least = eng_yaml_get(map, "at_least"), *most = eng_yaml_get(map, "at_most");
    uint64_t at_least = 0, at_most = 0;
    double within = 0;

    if (self->study->disease != NULL && (self->study->disease->when_events & ENG_BIT(ENG_EVENT_RELAPSE)) == 0) {
        eng_reader_error(self, key, "'%s' has no relapses to count", self->study->disease->module.name);
        return;
    }
    if (!eng_reader_map(self, map, EXPECTED)) {
        return;
    }
    eng_reader_keys(self, map, "key of 'relapse'", "at_least at_most within", NULL);
    if ((least == NULL && most == NULL) || eng_yaml_get(map, "within") == NULL) {
        eng_reader_error(self, map, "'relapse' needs 'within', and 'at_least' or 'at_most', such as {at_least: 2, within: 1 y}");
    }
    const bool low = least == NULL || eng_reader_count(self, least, "at_least", 1, MAX_ENTRY_EVENTS, &at_least);
    const bool high = most == NULL || eng_reader_count(self, most, "at_most", at_least, MAX_ENTRY_EVENTS, &at_most);
    if (eng_reader_time(self, eng_yaml_get(map, "within"), "within", 0, MAX_ENTRY_DAYS, true, &within) && low && high) {
        entry->at_least = (int)at_least;
        entry->fewer_than = most == NULL ? 0 : (int)at_most + 1;
        entry->within = within;
    }
}

bool
eng_reader_between(eng_reader_t *self, const eng_yaml_node_t *map, const eng_marker_row_t *row, double *low, double *high)
{
    const eng_yaml_node_t *above = eng_yaml_get(map, "above"), *below = eng_yaml_get(map, "below");
    bool good = above != NULL || below != NULL;

    if (!good) {
        eng_reader_error(self, map, "a criterion needs 'above' or 'below', such as {marker: %s, above: %g %s}", row->name, row->low, row->unit);
    }
    good = (above == NULL || eng_reader_quantity(self, above, "above", row->unit, true, -1e12, 1e12, low)) && good;
    good = (below == NULL || eng_reader_quantity(self, below, "below", row->unit, true, -1e12, 1e12, high)) && good;
    if (!(*low < *high)) {
        eng_reader_error(self, map, "'above' has to be less than 'below'");
        return false;
    }
    return good;
}

/* A day of the run-in, `run_in` its first one; later than the first day of the protocols nothing is looked at. */
static bool
read_day(eng_reader_t *self, const eng_yaml_node_t *node, const char *key, double *day)
{
    const eng_model_spec_t spec = eng_study_model(self->study);
    const char *text = eng_reader_text(self, node, "a day before the protocols such as -90 d, or run_in");
    double first;

    if (text == NULL) {
        return node == NULL;
    }
    if (strcmp(text, "run_in") == 0) {
        if (!(self->study->run_in_days > 0)) {
            eng_reader_error(self, node, "%s: the cohort has no 'run_in'", key);
            return false;
        }
        *day = -self->study->run_in_days;
    } else if (!eng_reader_time(self, node, key, -MAX_ENTRY_DAYS, 0, false, day)) {
        return false;
    }
    first = eng_spec_first_day(&spec);
    if (!(*day < first)) {
        eng_reader_error(self, node, "%s: day %g is not before the first day of the protocols, %g, on which patients enter", key, *day, first);
        return false;
    }
    return true;
}

static bool
read_marker_bounds(eng_reader_t *self, const eng_yaml_node_t *map, eng_entry_marker_t *criterion)
{
    const eng_yaml_node_t *since = eng_yaml_get(map, "since"), *change = eng_yaml_get(map, "change");
    const bool between = eng_yaml_get(map, "above") != NULL || eng_yaml_get(map, "below") != NULL;
    const eng_marker_row_t *row;
    bool good;

    eng_reader_keys(self, map, "key of an entry criterion", "marker above below at change since", NULL);
    criterion->marker = eng_reader_marker(self, eng_yaml_get(map, "marker"));
    if ((since == NULL) != (change == NULL)) {
        eng_reader_error(self, map, "'change' and 'since' go together, such as {change: -20 %%, since: run_in}");
    }
    good = read_day(self, since, "since", &criterion->since);
    good = read_day(self, eng_yaml_get(map, "at"), "at", &criterion->at) && good;
    if (good && criterion->since < 0 && criterion->at < 0 && !(criterion->since < criterion->at)) {
        eng_reader_error(self, since, "since: day %g is not before the day 'at', %g", criterion->since, criterion->at);
    }
    if (criterion->marker < 0) {
        return false;
    }
    row = eng_marker_row(self->study->disease, criterion->marker);
    good = (!between && change != NULL) || eng_reader_between(self, map, row, &criterion->low, &criterion->high);
    return eng_reader_change(self, change, row, &criterion->change, &criterion->relative) && good;
}

static bool
read_covariate_bounds(eng_reader_t *self, const eng_yaml_node_t *map, eng_entry_marker_t *criterion)
{
    eng_reader_keys(self, map, "key of an entry criterion", "covariate above below", NULL);
    criterion->covariate = true;
    criterion->marker = eng_reader_covariate(self, eng_yaml_get(map, "covariate"));
    if (criterion->marker < 0) {
        return false;
    }
    const eng_covariate_row_t row = eng_covariate_at(self->study->disease, criterion->marker);
    const eng_marker_row_t as_marker = { .name = row.name, .unit = row.unit, .low = row.low };
    return eng_reader_between(self, map, &as_marker, &criterion->low, &criterion->high);
}

/* NAME: {marker: M, [above: Q], [below: Q], [at: DAY], [change: Q, since: DAY]} or {covariate: C, [above: Q], [below: Q]} */
static void
read_criterion(eng_reader_t *self, const eng_yaml_node_t *map, eng_entry_t *entry)
{
    eng_entry_marker_t criterion = { .marker = -1, .low = -INFINITY, .high = INFINITY };
    const bool good = eng_yaml_get(map, "marker") != NULL ? read_marker_bounds(self, map, &criterion)
                                                          : read_covariate_bounds(self, map, &criterion);

    if (entry->num_markers == ENG_MAX_ENTRY_MARKERS) {
        eng_reader_error(self, map, "at most %d criteria on markers and covariates", ENG_MAX_ENTRY_MARKERS);
    } else if (good) {
        entry->marker[entry->num_markers++] = criterion;
    }
}

void
eng_read_entry(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *key, *node = eng_yaml_get(eng_yaml_get(root, "cohort"), "entry");
    eng_entry_t entry = { .event = ENG_EVENT_RELAPSE };

    if (node == NULL || !eng_reader_map(self, node, EXPECTED)) {
        return;
    }
    if (node->count == 0) {
        eng_reader_error(self, node, "'entry' is empty: " EXPECTED);
    }
    for (key = node->first; key != NULL; key = key->next) {
        const eng_yaml_node_t *map = key->value;

        if (eng_records_has(key->text)) {
            eng_reader_error(self, key, "'%s' is a dataset of /records: a criterion needs another name", key->text);
        } else if (strcmp(key->text, "relapse") == 0) {
            read_relapse(self, key, &entry);
        } else if (map->kind == ENG_YAML_MAP && (eng_yaml_get(map, "marker") != NULL || eng_yaml_get(map, "covariate") != NULL)) {
            read_criterion(self, map, &entry);
        } else {
            eng_reader_unknown(self, key, key->text, "event of 'entry'", "relapse", NULL);
        }
    }
    self->study->entry = entry;
}
