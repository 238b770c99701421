/**
 * One action of a protocol: when, what, how much, how long.  The registry row of (verb, noun) decides which
 * arguments there are; this file only knows the keys that every action may have.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "study/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_TIME 36525.0 /* no time of a study is further from day 0: 100 y; the protocol's check is narrower */
#define CHOICES_SIZE 160
#define MAX_TIMES 1000   /* times a 'when' rule may act, times in an 'at' list */

static const char timing_keys[] = "at when after times for until every taper";
static const char later_events[] = "remission agvhd_2 agvhd_3 cgvhd mrd_positive steroid_refractory relapse progression";

/* ---- verb and noun -------------------------------------------------------------------------------------- */

static void
add_verbs(eng_text_t *names)
{
    for (int v = 0; v < ENG_NUM_VERBS; v++) {
        eng_text_add(names, "%s%s", names->length == 0 ? "" : " ", eng_verb_name(v));
    }
}

/* The key that is a verb; NULL after telling that there is none, or two. */
static const eng_yaml_node_t *
find_verb(eng_reader_t *self, const eng_yaml_node_t *map)
{
    const eng_yaml_node_t *found = NULL, *stranger = NULL;
    eng_text_t names = { 0 };

    for (const eng_yaml_node_t *k = map->first; k != NULL; k = k->next) {
        if (k->kind != ENG_YAML_SCALAR) {
            continue;
        }
        if (eng_verb_find(k->text) >= 0) {
            if (found != NULL) {
                eng_reader_error(self, k, "an action has one verb; '%s' is already given", found->text);
                return NULL;
            }
            found = k;
        } else if (stranger == NULL && eng_text_find_word(timing_keys, k->text) < 0) {
            stranger = k;
        }
    }
    if (found == NULL) {
        add_verbs(&names);
        if (stranger != NULL && names.data != NULL) {
            eng_reader_unknown(self, stranger, stranger->text, "verb", names.data, NULL);
        } else {
            eng_reader_error(self, map, "an action needs a verb and a noun, such as {at: 0 d, graft: pb}");
        }
    }
    eng_text_free(&names);
    return found;
}

static const eng_noun_t *
find_noun(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const int verb = eng_verb_find(key->text);
    const char *name;
    const eng_noun_t *noun;
    char what[48];
    eng_text_t names = { 0 };

    if (eng_noun_count(verb) == 0) {
        eng_reader_error(self, key, "'%s' is not available yet", key->text);
        return NULL;
    }
    snprintf(what, sizeof(what), "a name after '%s'", key->text);
    name = eng_reader_text(self, key->value, what);
    if (name == NULL) {
        return NULL;
    }
    noun = eng_noun_find(verb, name);
    if (noun == NULL) {
        for (int j = 0; j < eng_noun_count(verb); j++) {
            eng_text_add(&names, "%s%s", j == 0 ? "" : " ", eng_noun_at(verb, j)->name);
        }
        snprintf(what, sizeof(what), "noun of '%s'", key->text);
        eng_reader_unknown(self, key->value, name, what, names.data == NULL ? "" : names.data, NULL);
    }
    eng_text_free(&names);
    return noun;
}

/* ---- arguments ------------------------------------------------------------------------------------------ */

/* Splits arg->choices: words before the first '!' are offered; those behind it are known, but not available yet. */
static void
split_choices(const char *choices, char offered[CHOICES_SIZE], char later[CHOICES_SIZE])
{
    char *out = offered;
    size_t n = 0;

    for (const char *c = choices; *c != '\0' && n + 1 < CHOICES_SIZE; c++) {
        if (*c == '!' && out == offered) {
            offered[n > 0 ? n - 1 : 0] = '\0'; /* without the space before it */
            out = later;
            n = 0;
        } else if (*c != '!') {
            out[n++] = *c;
        }
    }
    out[n] = '\0';
    if (out == offered) {
        later[0] = '\0';
    }
}

static void
read_choice(eng_reader_t *self, const eng_yaml_node_t *node, const eng_arg_row_t *arg, double *value)
{
    char expected[CHOICES_SIZE + 16], offered[CHOICES_SIZE], later[CHOICES_SIZE], what[64];
    const char *text;
    int index;

    split_choices(arg->choices, offered, later);
    snprintf(expected, sizeof(expected), "one of: %s", offered);
    text = eng_reader_text(self, node, expected);
    index = text == NULL ? -1 : eng_text_find_word(offered, text);
    if (text != NULL && index < 0) {
        snprintf(what, sizeof(what), "value of '%s'", arg->name);
        eng_reader_unknown(self, node, text, what, offered, later);
    } else if (index >= 0) {
        *value = index;
    }
}

static void
tell_missing(eng_reader_t *self, const eng_yaml_node_t *map, const eng_noun_t *noun, const eng_arg_row_t *arg)
{
    char offered[CHOICES_SIZE], later[CHOICES_SIZE];

    if (arg->dimension == ENG_DIM_CHOICE) {
        split_choices(arg->choices, offered, later);
        eng_reader_error(self, map, "'%s' needs '%s', one of: %s", noun->name, arg->name, offered);
    } else {
        eng_reader_error(self, map, "'%s' needs '%s', %g to %g %s", noun->name, arg->name, arg->low, arg->high,
            eng_dimension_unit(arg->dimension));
    }
}

static void
read_arg(eng_reader_t *self, const eng_yaml_node_t *map, const eng_noun_t *noun, const eng_arg_row_t *arg, double *value)
{
    const eng_yaml_node_t *node = eng_yaml_get(map, arg->name);

    *value = arg->fallback;
    if (node == NULL) {
        if (isnan(arg->fallback) && !arg->optional) {
            tell_missing(self, map, noun, arg);
        }
    } else if (arg->dimension == ENG_DIM_CHOICE) {
        read_choice(self, node, arg, value);
    } else {
        eng_reader_quantity(self, node, arg->name, eng_dimension_unit(arg->dimension), false, arg->low, arg->high, value);
    }
}

static void
read_args(eng_reader_t *self, const eng_yaml_node_t *map, const eng_noun_t *noun, const char *verb, eng_action_t *action)
{
    eng_text_t names = { 0 };
    char what[96];

    eng_text_add(&names, "%s %s", timing_keys, verb);
    for (int j = 0; j < noun->num_args; j++) {
        eng_text_add(&names, " %s", noun->args[j].name);
        read_arg(self, map, noun, &noun->args[j], &action->arg[j]);
    }
    if (names.failed) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    } else {
        snprintf(what, sizeof(what), "argument of '%s'", noun->name);
        eng_reader_keys(self, map, what, names.data, NULL);
    }
    eng_text_free(&names);
}

/* ---- timing --------------------------------------------------------------------------------------------- */

static void
read_event(eng_reader_t *self, const eng_yaml_node_t *map, eng_action_t *action)
{
    const eng_disease_t *disease = self->study->disease;
    const eng_yaml_node_t *node = eng_yaml_get(map, "when");
    const char *text = eng_reader_text(self, node, "an event such as 'relapse'");
    uint64_t times = 1;
    eng_text_t names = { 0 };

    action->on_event = true;
    if (text != NULL && disease != NULL) {
        const int event = eng_when_find(disease, text);

        for (int e = 0; e < eng_event_count(disease); e++) {
            if ((eng_when_events(disease) & ENG_BIT(e)) != 0) {
                eng_text_add(&names, "%s%s", names.length == 0 ? "" : " ", eng_event_name(disease, e));
            }
        }
        if (event >= 0) {
            action->event = (eng_event_t)event;
        } else {
            eng_reader_unknown(self, node, text, "event of 'when'", names.data == NULL ? "" : names.data, later_events);
        }
        eng_text_free(&names);
    }
    eng_reader_time(self, eng_yaml_get(map, "after"), "after", 0, MAX_TIME, false, &action->after);
    if (eng_reader_count(self, eng_yaml_get(map, "times"), "times", 1, MAX_TIMES, &times)) {
        action->times = (int)times;
    }
    if (eng_yaml_get(map, "until") != NULL) {
        eng_reader_error(self, eng_yaml_get(map, "until"), "'until' is a day; after 'when' say 'for' how long");
    }
    if (action->noun != NULL && !action->noun->when_allowed) {
        eng_reader_error(self, node, "'when' with '%s' is not available: end a drug by its 'for'",
            eng_verb_name((int)action->noun->verb));
    }
}

/* for, every, taper: the same for all times of an 'at' list.  What they mean for a noun eng_protocol_check knows. */
static void
read_extent(eng_reader_t *self, const eng_yaml_node_t *map, eng_action_t *action)
{
    const eng_yaml_node_t *lasts = eng_yaml_get(map, "for"), *until = eng_yaml_get(map, "until");

    eng_reader_time(self, lasts, "for", 0, MAX_TIME, true, &action->duration);
    eng_reader_time(self, eng_yaml_get(map, "every"), "every", 0, MAX_TIME, true, &action->every);
    eng_reader_time(self, eng_yaml_get(map, "taper"), "taper", 0, MAX_TIME, false, &action->taper);
    if (lasts != NULL && until != NULL) {
        eng_reader_error(self, until, "either 'for' or 'until', not both");
    }
}

/* One time of `at`: the action as it stands, dated. */
static void
add_dated(eng_reader_t *self, const eng_yaml_node_t *map, const eng_yaml_node_t *at, double shift, eng_action_t action,
    eng_protocol_t *protocol)
{
    const eng_yaml_node_t *until = eng_yaml_get(map, "until");
    double day = 0, end = 0;

    if (!eng_reader_time(self, at, "at", -MAX_TIME, MAX_TIME, false, &day)) {
        return;
    }
    if (eng_reader_time(self, until, "until", -MAX_TIME, MAX_TIME, false, &end)) {
        if (end <= day) {
            eng_reader_error(self, until, "'until' must come after 'at'");
            return;
        }
        action.duration = end - day;
    }
    action.tick = eng_tick_nearest(day + shift);
    if (action.noun != NULL && ENG_READER_GROW(self, protocol->actions, protocol->num_actions)) {
        protocol->actions[protocol->num_actions++] = action;
    }
}

static void
add_times(eng_reader_t *self, const eng_yaml_node_t *map, double shift, const eng_action_t *action, eng_protocol_t *protocol)
{
    const eng_yaml_node_t *at = eng_yaml_get(map, "at");

    for (const char *key = "after\0times\0"; *key != '\0'; key += strlen(key) + 1) {
        if (eng_yaml_get(map, key) != NULL) {
            eng_reader_error(self, eng_yaml_get(map, key), "'%s' goes with 'when', not with 'at'", key);
        }
    }
    if (at->kind != ENG_YAML_LIST) {
        add_dated(self, map, at, shift, *action, protocol);
        return;
    }
    if (at->count == 0 || at->count > MAX_TIMES) {
        eng_reader_error(self, at, "at: expected 1 to %d times", MAX_TIMES);
        return;
    }
    for (const eng_yaml_node_t *item = at->first; item != NULL && self->err == 0; item = item->next) {
        if (!eng_reader_count_action(self)) {
            return;
        }
        add_dated(self, map, item, shift, *action, protocol);
    }
}

void
eng_read_action(eng_reader_t *self, const eng_yaml_node_t *map, double shift, eng_protocol_t *protocol)
{
    const eng_yaml_node_t *at = eng_yaml_get(map, "at"), *when = eng_yaml_get(map, "when");
    const eng_yaml_node_t *verb = find_verb(self, map);
    eng_action_t action = { .times = 1, .duration = NAN, .every = NAN, .line = map->line, .column = map->column };

    for (int j = 0; j < ENG_MAX_ARGS; j++) {
        action.arg[j] = NAN;
    }
    action.noun = verb == NULL ? NULL : find_noun(self, verb);
    if (action.noun != NULL) {
        read_args(self, map, action.noun, verb->text, &action);
    }
    read_extent(self, map, &action);
    if ((at == NULL) == (when == NULL)) {
        eng_reader_error(self, map, at == NULL ? "an action needs a time, 'at: 5 d', or an event, 'when: relapse'"
                                               : "either 'at' or 'when', not both");
    } else if (when != NULL) {
        read_event(self, map, &action);
        if (action.noun != NULL && ENG_READER_GROW(self, protocol->actions, protocol->num_actions)) {
            protocol->actions[protocol->num_actions++] = action;
        }
    } else {
        add_times(self, map, shift, &action, protocol);
    }
}
