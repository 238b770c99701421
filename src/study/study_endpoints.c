/**
 * endpoints: a trial's own composites, out of events and of markers at visits.
 */
#include "study/study_reader.h"

#include "study/records.h"

#include "base/text.h"
#include "model/action_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED "endpoints by name, such as {acr20: {first_of: [{marker: das28, change: -20 %}], better: +1}}"
#define EXPECTED_PART "an event or a marker, such as relapse or {marker: cd4, above: 200 /uL}"

/* ---- names ---------------------------------------------------------------------------------------------- */

static int
find_endpoint(const eng_study_t *study, const char *name)
{
    for (int j = 0; j < study->num_endpoints; j++) {
        if (strcmp(study->endpoints[j].name, name) == 0) {
            return j;
        }
    }
    return -1;
}

static bool
may_happen(const eng_disease_t *disease, int event)
{
    return (disease->no_events & ENG_BIT(event)) == 0;
}

int
eng_reader_event(eng_reader_t *self, const eng_yaml_node_t *node)
{
    const eng_disease_t *disease = self->study->disease;
    const char *name = eng_reader_text(self, node, "the name of an event");
    const int endpoint = name == NULL ? -1 : find_endpoint(self->study, name);
    eng_text_t names = { 0 };

    if (name == NULL || endpoint >= 0) {
        return endpoint < 0 ? -1 : ENG_EVENT_ENDPOINT(endpoint);
    }
    for (int e = 0; e < eng_event_count(disease); e++) {
        if (may_happen(disease, e) && strcmp(eng_event_name(disease, e), name) == 0) {
            eng_text_free(&names);
            return e;
        }
        if (may_happen(disease, e)) {
            eng_text_add(&names, "%s%s", names.length == 0 ? "" : " ", eng_event_name(disease, e));
        }
    }
    for (int j = 0; j < self->study->num_endpoints; j++) {
        eng_text_add(&names, " %s", self->study->endpoints[j].name);
    }
    eng_reader_unknown(self, node, name, "event", names.data == NULL ? "" : names.data, NULL);
    eng_text_free(&names);
    return -1;
}

/* An endpoint stands among outcomes, events and markers: no name may mean two of them. */
static bool
name_is_free(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_disease_t *disease = self->study->disease;
    bool taken = eng_outcome_find(disease, key->text) >= 0 || eng_marker_find(disease, key->text) >= 0;
    char shown[80];

    for (int e = 0; e < eng_event_count(disease); e++) {
        taken = taken || strcmp(eng_event_name(disease, e), key->text) == 0;
    }
    eng_text_excerpt(shown, sizeof(shown), key->text);
    if (!eng_text_is_name(key->text, ENG_MAX_ENDPOINT_NAME)) {
        eng_reader_error(self, key, "'%s' cannot name an endpoint: 1 to %d letters, digits, '_', '.' and '-', neither '.' nor '-' first",
            shown, ENG_MAX_ENDPOINT_NAME);
        return false;
    }
    if (eng_records_reserves(disease, key->text)) {
        eng_reader_error(self, key, "'%s' is or may be a dataset of /records beside outcomes: an endpoint needs another name", shown);
        return false;
    }
    if (taken) {
        eng_reader_error(self, key, "'%s' is there already, as an outcome, event or marker of '%s': an endpoint needs another name", shown,
            disease->module.name);
    }
    return !taken;
}

/* ---- criteria ------------------------------------------------------------------------------------------- */

bool
eng_reader_change(eng_reader_t *self, const eng_yaml_node_t *node, const eng_marker_row_t *row, double *change, bool *relative)
{
    const char *text = eng_reader_text(self, node, "a change such as -1.2 or -20 %");
    const size_t length = text == NULL ? 0 : strlen(text);

    *relative = length > 0 && text[length - 1] == '%' && strcmp(row->unit, "%") != 0;
    if (text == NULL || !eng_reader_quantity(self, node, "change", *relative ? "%" : row->unit, true, -1e12, 1e12, change)) {
        return node == NULL;
    }
    *change /= *relative ? 100 : 1;
    if (!(*change < 0 || *change > 0)) {
        eng_reader_error(self, node, "change: below 0 for a fall, above 0 for a rise since the baseline");
        return false;
    }
    return true;
}

static bool
read_marker_part(eng_reader_t *self, const eng_yaml_node_t *map, eng_criterion_t *part)
{
    const eng_yaml_node_t *change = eng_yaml_get(map, "change"), *since = eng_yaml_get(map, "since");
    const bool between = eng_yaml_get(map, "above") != NULL || eng_yaml_get(map, "below") != NULL;
    const eng_marker_row_t *row;

    eng_reader_keys(self, map, "key of a marker", "marker above below change since confirmed", NULL);
    if (eng_yaml_get(map, "marker") == NULL) {
        eng_reader_error(self, map, "'marker' is missing: expected " EXPECTED_PART);
    }
    part->marker = eng_reader_marker(self, eng_yaml_get(map, "marker"));
    row = part->marker < 0 ? NULL : eng_marker_row(self->study->disease, part->marker);
    eng_reader_time(self, eng_yaml_get(map, "confirmed"), "confirmed", 0, ENG_MAX_HORIZON, true, &part->confirmed);
    eng_reader_time(self, since, "since (a day of the follow-up)", 0, self->study->horizon, false, &part->since);
    if (since != NULL && change == NULL) {
        eng_reader_error(self, since, "'since' is the baseline of a 'change'");
    }
    if (row == NULL) {
        return false;
    }
    if (!between && change == NULL) {
        eng_reader_error(self, map, "a marker needs 'above', 'below' or 'change', such as {marker: %s, above: %g %s}", row->name, row->low,
            row->unit);
        return false;
    }
    return (!between || eng_reader_between(self, map, row, &part->low, &part->high))
        && eng_reader_change(self, change, row, &part->change, &part->relative);
}

static void
read_part(eng_reader_t *self, const eng_yaml_node_t *item, eng_endpoint_t *endpoint)
{
    eng_criterion_t part = { .event = ENG_NO_EVENT, .marker = -1, .low = -INFINITY, .high = INFINITY, .since = (double)NAN };
    bool good;

    if (item->kind == ENG_YAML_MAP) {
        good = read_marker_part(self, item, &part);
    } else if (item->kind == ENG_YAML_SCALAR) {
        part.event = eng_reader_event(self, item);
        good = part.event != ENG_NO_EVENT;
    } else {
        eng_reader_error(self, item, "expected " EXPECTED_PART);
        return;
    }
    if (endpoint->num_parts == ENG_MAX_CRITERIA) {
        eng_reader_error(self, item, "at most %d criteria", ENG_MAX_CRITERIA);
    } else if (good) {
        endpoint->part[endpoint->num_parts++] = part;
    }
}

static void
read_parts(eng_reader_t *self, const eng_yaml_node_t *map, eng_endpoint_t *endpoint)
{
    const eng_yaml_node_t *first = eng_yaml_get(map, "first_of"), *all = eng_yaml_get(map, "all_of");
    const eng_yaml_node_t *list = first != NULL ? first : all;

    if ((first == NULL) == (all == NULL)) {
        eng_reader_error(self, map, "an endpoint needs 'first_of' or 'all_of', such as {first_of: [relapse, death]}%s",
            first == NULL ? "" : ", not both");
        return;
    }
    endpoint->all = list == all;
    if (!eng_reader_list(self, list, "a list of criteria, such as [relapse, {marker: cd4, above: 200 /uL}]")) {
        return;
    }
    if (list->count == 0) {
        eng_reader_error(self, list, "there is no criterion: expected " EXPECTED_PART);
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
        read_part(self, item, endpoint);
    }
}

/* ---- when it counts --------------------------------------------------------------------------------------- */

/* The class that a word names, by itself or by one of its drugs; NULL. */
static const char *
find_class(const eng_disease_t *disease, const char *word)
{
    const eng_noun_t *drug = eng_noun_find(ENG_VERB_DRUG, word);

    if (drug != NULL) {
        return eng_drug_class(disease, drug);
    }
    for (int j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
        const char *name = eng_drug_class(disease, eng_noun_at(ENG_VERB_DRUG, j));
        if (strcmp(name, word) == 0) {
            return name;
        }
    }
    return NULL;
}

static void
add_off(eng_reader_t *self, const eng_yaml_node_t *node, eng_endpoint_t *endpoint)
{
    const eng_disease_t *disease = self->study->disease;
    const char *word = eng_reader_text(self, node, "a class of drugs, a drug, or 'all'");
    const char *name = word == NULL ? NULL : find_class(disease, word);
    eng_text_t names = { 0 };

    if (word == NULL) {
        return;
    }
    if (strcmp(word, "all") == 0) {
        endpoint->off_all = true;
    } else if (name == NULL) {
        eng_text_add(&names, "all");
        for (int j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
            eng_text_add(&names, " %s", eng_noun_at(ENG_VERB_DRUG, j)->name);
        }
        eng_reader_unknown(self, node, word, "class of drugs", names.data == NULL ? "" : names.data, NULL);
    } else if (endpoint->num_off == ENG_MAX_OFF) {
        eng_reader_error(self, node, "at most %d classes of drugs", ENG_MAX_OFF);
    } else {
        endpoint->off[endpoint->num_off++] = name;
    }
    eng_text_free(&names);
}

static void
read_off(eng_reader_t *self, const eng_yaml_node_t *node, eng_endpoint_t *endpoint)
{
    if (node == NULL) {
        return;
    }
    if (node->kind != ENG_YAML_LIST) {
        add_off(self, node, endpoint);
        return;
    }
    for (const eng_yaml_node_t *item = node->first; item != NULL; item = item->next) {
        add_off(self, item, endpoint);
    }
}

/* A day of the follow-up, or an event. */
static void
read_from(eng_reader_t *self, const eng_yaml_node_t *node, eng_endpoint_t *endpoint)
{
    const char *text = eng_reader_text(self, node, "a time such as 1 y, or an event");

    if (text == NULL) {
        return;
    }
    if (strchr("+-.0123456789", text[0]) != NULL) {
        eng_reader_time(self, node, "from (a day of the follow-up, or an event)", 0, self->study->horizon, false, &endpoint->from);
    } else {
        endpoint->from_event = eng_reader_event(self, node);
    }
}

static void
read_better(eng_reader_t *self, const eng_yaml_node_t *map, eng_endpoint_t *endpoint)
{
    const eng_yaml_node_t *node = eng_yaml_get(map, "better");
    const char *text = eng_reader_text(self, node, "+1 or -1");

    if (node == NULL) {
        eng_reader_error(self, map, "'better' is missing: +1 where it is good that the endpoint is met, -1 where it is bad");
    } else if (text != NULL && (strcmp(text, "+1") == 0 || strcmp(text, "1") == 0)) {
        endpoint->row.better = 1;
    } else if (text != NULL && strcmp(text, "-1") == 0) {
        endpoint->row.better = -1;
    } else if (text != NULL) {
        eng_reader_error(self, node, "better: expected +1 or -1");
    }
}

static void
read_visits(eng_reader_t *self, const eng_yaml_node_t *map, eng_endpoint_t *endpoint)
{
    const eng_study_t *study = self->study;
    const eng_yaml_node_t *node = eng_yaml_get(map, "visits");

    endpoint->visits = study->visits;
    eng_reader_time(self, node, "visits", 0, ENG_MAX_HORIZON, true, &endpoint->visits);
    if (study->horizon / endpoint->visits > ENG_MAX_READING_DAYS) {
        eng_reader_error(self, node == NULL ? map : node, "visits: more than %d until the horizon", ENG_MAX_READING_DAYS);
        return;
    }
    while (endpoint->num_visits * endpoint->visits <= study->horizon) {
        endpoint->num_visits++;
    }
}

/* ---- endpoints -------------------------------------------------------------------------------------------- */

/* An outcome like any other: time to the event of its own number; death competes where it is no part of it. */
static void
make_row(eng_endpoint_t *endpoint, int number)
{
    bool death = false;

    for (int k = 0; k < endpoint->num_parts; k++) {
        death = death || endpoint->part[k].event == ENG_EVENT_DEATH;
    }
    snprintf(endpoint->help, sizeof(endpoint->help), "endpoint of this study%s", death ? "" : "; death competes");
    endpoint->row.name = endpoint->name;
    endpoint->row.unit = "d";
    endpoint->row.help = endpoint->help;
    endpoint->row.kind = ENG_OUTCOME_TIME;
    endpoint->row.events = ENG_BIT(ENG_EVENT_ENDPOINT(number));
    endpoint->row.competing = death ? 0 : ENG_BIT(ENG_EVENT_DEATH);
}

static void
read_endpoint(eng_reader_t *self, const eng_yaml_node_t *key)
{
    eng_study_t *study = self->study;
    const eng_yaml_node_t *map = key->value, *given = eng_yaml_get(map, "given");
    eng_endpoint_t *endpoint = &study->endpoints[study->num_endpoints];

    if (!name_is_free(self, key) || !eng_reader_map(self, map, "an endpoint such as {first_of: [relapse, death], better: -1}")) {
        return;
    }
    *endpoint = (eng_endpoint_t){ .from_event = ENG_NO_EVENT, .given = ENG_NO_EVENT };
    strcpy(endpoint->name, key->text);
    eng_reader_keys(self, map, "key of an endpoint", "first_of all_of off from given visits better", NULL);
    read_parts(self, map, endpoint);
    read_off(self, eng_yaml_get(map, "off"), endpoint);
    read_from(self, eng_yaml_get(map, "from"), endpoint);
    if (given != NULL) {
        endpoint->given = eng_reader_event(self, given);
        if (eng_yaml_get(map, "from") == NULL) {
            eng_reader_error(self, given, "'given' needs 'from': the landmark by which the event must have come");
        }
    }
    read_better(self, map, endpoint);
    read_visits(self, map, endpoint);
    make_row(endpoint, study->num_endpoints++);
}

void
eng_read_endpoints(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *map = eng_yaml_get(root, "endpoints");
    eng_study_t *study = self->study;

    if (!eng_reader_map(self, map, EXPECTED) || study->disease == NULL || !(study->horizon > 0) || !(study->visits > 0)) {
        return;
    }
    if (map->count == 0 || map->count > ENG_MAX_ENDPOINTS) {
        eng_reader_error(self, map, "expected 1 to %d %s", ENG_MAX_ENDPOINTS, EXPECTED);
        return;
    }
    study->endpoints = calloc(ENG_MAX_ENDPOINTS, sizeof(*study->endpoints));
    if (study->endpoints == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    for (const eng_yaml_node_t *key = map->first; key != NULL; key = key->next) {
        if (key->kind == ENG_YAML_SCALAR) {
            read_endpoint(self, key);
        }
    }
}
