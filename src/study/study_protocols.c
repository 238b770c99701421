/**
 * protocols and sets: lists of actions, families of protocols, and the reference of comparisons.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SET_DEPTH 8
#define MAX_PROTOCOL_ACTIONS 1000
#define MAX_SHIFT 10957.5

/* ---- lists of actions ----------------------------------------------------------------------------------- */

static void
read_use(eng_reader_t *self, const eng_yaml_node_t *map, double shift, int depth, eng_protocol_t *protocol)
{
    const eng_yaml_node_t *set = NULL, *use = eng_yaml_get(map, "use");
    const char *name = eng_reader_text(self, use, "the name of a set");
    double by = 0;
    eng_text_t names = { 0 };
    int j = 0;

    eng_reader_keys(self, map, "key beside 'use'", "use at", NULL);
    eng_reader_time(self, eng_yaml_get(map, "at"), "at", -MAX_SHIFT, MAX_SHIFT, false, &by);
    if (name == NULL) {
        return;
    }
    for (const eng_yaml_node_t *k = self->sets == NULL ? NULL : self->sets->first; k != NULL; k = k->next, j++) {
        if (k->kind == ENG_YAML_SCALAR && strcmp(k->text, name) == 0) {
            set = k->value;
            self->set_used[j] = true;
            break;
        }
        eng_text_add(&names, "%s%s", j == 0 ? "" : " ", k->text);
    }
    if (set == NULL) {
        eng_reader_unknown(self, use, name, "set", names.data == NULL ? "" : names.data, NULL);
    } else if (depth == MAX_SET_DEPTH) {
        eng_reader_error(self, use, "sets use sets more than %d deep; does one use itself?", MAX_SET_DEPTH);
    } else {
        eng_read_actions(self, set, shift + by, depth + 1, protocol);
    }
    eng_text_free(&names);
}

bool
eng_reader_count_action(eng_reader_t *self)
{
    if (++self->actions_seen > ENG_MAX_ACTIONS) {
        eng_reader_error(self, NULL, "the protocols have more than %d actions together", ENG_MAX_ACTIONS);
    }
    return self->actions_seen <= ENG_MAX_ACTIONS;
}

void
eng_read_actions(eng_reader_t *self, const eng_yaml_node_t *list, double shift, int depth, eng_protocol_t *protocol)
{
    if (!eng_reader_list(self, list, "a list of actions, such as [{at: 0 d, graft: pb}]")) {
        return;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL && self->err == 0; item = item->next) {
        if (!eng_reader_count_action(self)) {
            return;
        }
        if (!eng_reader_map(self, item, "an action such as {at: 0 d, graft: pb}")) {
            continue;
        }
        if (eng_yaml_get(item, "use") != NULL) {
            read_use(self, item, shift, depth, protocol);
        } else {
            eng_read_action(self, item, shift, protocol);
        }
    }
}

/* ---- protocols ------------------------------------------------------------------------------------------ */

typedef struct {
    eng_reader_t *reader;
    const eng_protocol_t *protocol;
} check_t;

static void
tell_finding(void *context, int action, bool error, const char *text)
{
    const check_t *check = context;
    const eng_action_t *at = &check->protocol->actions[action];

    if (action < check->protocol->num_run_in) { /* of all protocols: once */
        if (check->reader->study->num_protocols == 1) {
            eng_reader_tell(check->reader, at->line, at->column, error, text);
        }
        return;
    }
    eng_reader_finding(check->reader, at->line, at->column, error, check->protocol->name, text);
}

static void
read_protocol(eng_reader_t *self, const eng_yaml_node_t *key, const char *name, const eng_yaml_node_t *actions)
{
    eng_study_t *study = self->study;
    const double horizon = study->horizon > 0 ? study->horizon : ENG_MAX_HORIZON;
    const int errors = study->num_errors;
    eng_protocol_t *protocol;

    if (study->num_protocols == ENG_MAX_PROTOCOLS) {
        eng_reader_error(self, key, "more than %d protocols", ENG_MAX_PROTOCOLS);
        return;
    }
    if (!ENG_READER_GROW(self, study->protocols, study->num_protocols)) {
        return;
    }
    protocol = &study->protocols[study->num_protocols++];
    *protocol = (eng_protocol_t){ .num_actions = 0 };
    snprintf(protocol->name, sizeof(protocol->name), "%s", name);
    eng_reader_add_run_in(self, protocol);
    eng_read_actions(self, actions, 0, 0, protocol);
    if (protocol->num_actions > MAX_PROTOCOL_ACTIONS) {
        eng_reader_error(self, key, "'%s' has more than %d actions", name, MAX_PROTOCOL_ACTIONS);
    }
    if (study->num_errors == errors && self->err == 0) {
        check_t check = { self, protocol };

        eng_protocol_check(protocol, study->disease, horizon, tell_finding, &check);
    }
}

/* Variables of a family, and whether all combinations of their values are members. */
static const eng_yaml_node_t *
find_variables(const eng_yaml_node_t *map, bool *crossed)
{
    const eng_yaml_node_t *vary = eng_yaml_get(map, "vary"), *cross = eng_yaml_get(vary, "cross");

    *crossed = cross != NULL && cross->kind == ENG_YAML_MAP;
    return *crossed ? cross : vary;
}

/* Members of a family: the length that all lists of `vary` share, or the product of those of `cross`; 0 after telling. */
static int
count_members(eng_reader_t *self, const eng_yaml_node_t *map)
{
    static const char expected[] = "variables and their values, such as {dose: [4.5 mg/kg, 6 mg/kg]}";
    bool crossed;
    const eng_yaml_node_t *all = eng_yaml_get(map, "vary"), *vary = find_variables(map, &crossed);
    int members = 0;

    if (all == NULL) {
        eng_reader_error(self, map, "'vary' is missing: %s", expected);
    }
    if (crossed && all->count > 1) {
        eng_reader_error(self, all, "'cross' stands alone in 'vary': put all variables into it, or none");
        return 0;
    }
    if (!eng_reader_map(self, vary, expected)) {
        return 0;
    }
    for (const eng_yaml_node_t *k = vary->first; k != NULL; k = k->next) {
        if (k->kind != ENG_YAML_SCALAR || !eng_reader_list(self, k->value, "a list of values")) {
            return 0;
        }
        if (k->value->count == 0 || (members > 0 && !crossed && k->value->count != members)) {
            eng_reader_error(self, k->value, "'%.40s' has %d values%s; variables of one family change together%s",
                k->text, k->value->count, members > 0 ? ", those before it another number" : "",
                members > 0 ? ", or in all combinations: 'vary: {cross: {...}}'" : "");
            return 0;
        }
        members = crossed && members > 0 ? members * k->value->count : k->value->count;
        if (members > ENG_MAX_PROTOCOLS) {
            eng_reader_error(self, k, "these are more than %d protocols", ENG_MAX_PROTOCOLS);
            return 0;
        }
        for (const eng_yaml_node_t *v = k->value->first; v != NULL; v = v->next) {
            if (v->kind != ENG_YAML_SCALAR) {
                eng_reader_error(self, v, "'%.40s': expected a plain value", k->text);
                return 0;
            }
        }
    }
    if (members == 0) {
        eng_reader_error(self, vary, "expected %s", expected);
    }
    return members;
}

static bool
uses_variable(const eng_yaml_node_t *node, const char *name)
{
    const size_t length = strlen(name);

    if (node->kind == ENG_YAML_SCALAR) {
        for (const char *at = strchr(node->text, '$'); at != NULL; at = strchr(at + 1, '$')) {
            if (strncmp(at + 1, name, length) == 0) {
                return true;
            }
        }
        return false;
    }
    for (const eng_yaml_node_t *child = node->first; child != NULL; child = child->next) {
        if (uses_variable(node->kind == ENG_YAML_MAP ? child->value : child, name)) {
            return true;
        }
    }
    return false;
}

static void
check_variables_used(eng_reader_t *self, const eng_yaml_node_t *vary, const eng_yaml_node_t *actions)
{
    for (const eng_yaml_node_t *k = vary->first; k != NULL; k = k->next) {
        bool used = uses_variable(actions, k->text);

        for (const eng_yaml_node_t *s = self->sets == NULL ? NULL : self->sets->first; s != NULL && !used; s = s->next) {
            used = uses_variable(s->value, k->text);
        }
        if (!used) {
            eng_reader_error(self, k, "variable '%.40s' is used nowhere: write $%.40s where its value goes", k->text, k->text);
        }
    }
}

/* The values of member j, for people: "dose 7.5 mg/kg, agent cy200". */
static void
keep_member(eng_reader_t *self, const eng_yaml_node_t *vary, bool crossed, int j, int protocol)
{
    eng_study_t *study = self->study;
    eng_text_t text = { 0 };

    for (const eng_yaml_node_t *k = vary->first; k != NULL; k = k->next) {
        eng_text_add(&text, "%s%s %s", text.length == 0 ? "" : ", ", k->text, eng_family_value(k, crossed, j)->text);
    }
    if (text.failed || !ENG_READER_GROW(self, study->members, study->num_members)) {
        self->err = self->err != 0 ? self->err : ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        eng_text_free(&text);
        return;
    }
    study->members[study->num_members++] = (eng_member_t){ protocol, text.data }; /* the study owns it now */
}

static void
read_family(eng_reader_t *self, const eng_yaml_node_t *key)
{
    const eng_yaml_node_t *map = key->value, *actions = eng_yaml_get(map, "actions");
    const int members = count_members(self, map);
    bool crossed;
    const eng_yaml_node_t *vary = find_variables(map, &crossed);
    char name[ENG_MAX_NAME + 16];

    eng_reader_keys(self, map, "key of a family of protocols", "vary actions", NULL);
    if (actions == NULL) {
        eng_reader_error(self, map, "'actions' is missing: a list of actions in which variables stand as $NAME");
        return;
    }
    if (members > 0) {
        check_variables_used(self, vary, actions);
    }
    for (int j = 0; j < members && j <= ENG_MAX_PROTOCOLS && self->err == 0; j++) {
        snprintf(name, sizeof(name), "%s[%d]", key->text, j);
        if (strlen(name) > ENG_MAX_NAME) {
            eng_reader_error(self, key, "'%s' is longer than %d characters", name, ENG_MAX_NAME);
            return;
        }
        const int before = self->study->num_protocols;
        eng_reader_family(self, vary, crossed, key->text, j);
        read_protocol(self, key, name, actions);
        if (self->study->num_protocols > before) {
            keep_member(self, vary, crossed, j, before);
        }
        eng_reader_family(self, NULL, false, NULL, 0);
    }
}

static void
check_name(eng_reader_t *self, const eng_yaml_node_t *key, const char *what)
{
    char shown[80];

    if (!eng_text_is_name(key->text, ENG_MAX_NAME)) {
        eng_text_excerpt(shown, sizeof(shown), key->text);
        eng_reader_error(self, key,
            "'%s' cannot name %s: 1 to %d letters, digits, '_', '.' and '-', neither '.' nor '-' first", shown, what,
            ENG_MAX_NAME);
    }
}

/* ---- sets ----------------------------------------------------------------------------------------------- */

static void
open_sets(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *sets = eng_yaml_get(root, "sets");

    if (!eng_reader_map(self, sets, "sets of actions by name") || sets->count == 0) {
        return;
    }
    self->set_used = calloc((size_t)sets->count, sizeof(*self->set_used));
    if (self->set_used == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return;
    }
    self->sets = sets;
    for (const eng_yaml_node_t *k = sets->first; k != NULL; k = k->next) {
        if (k->kind == ENG_YAML_SCALAR) {
            check_name(self, k, "a set");
        }
    }
}

/* A set that nothing uses is still read for mistakes, unless it waits for variables. */
static void
check_unused_sets(eng_reader_t *self)
{
    int j = 0;

    for (const eng_yaml_node_t *k = self->sets == NULL ? NULL : self->sets->first; k != NULL; k = k->next, j++) {
        eng_protocol_t scratch = { .num_actions = 0 };

        if (self->set_used[j] || k->kind != ENG_YAML_SCALAR) {
            continue;
        }
        eng_reader_note(self, k, "set '%.64s' is used nowhere", k->text);
        if (!uses_variable(k->value, "")) {
            eng_read_actions(self, k->value, 0, 1, &scratch);
        }
        free(scratch.actions);
    }
}

/* ---- compare -------------------------------------------------------------------------------------------- */

static void
read_compare(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node, *map = eng_yaml_get(root, "compare");
    eng_study_t *study = self->study;
    const char *name;
    eng_text_t names = { 0 };

    study->reference = 0;
    if (!eng_reader_map(self, map, "a map such as {reference: NAME}")) {
        return;
    }
    eng_reader_keys(self, map, "key of 'compare'", "reference all_pairs", NULL);
    node = eng_yaml_get(map, "all_pairs");
    if (eng_reader_bool(self, node, "all_pairs", &study->all_pairs) && study->all_pairs) {
        if (study->num_protocols > ENG_MAX_ALL_PAIRS) {
            eng_reader_error(self, node, "sums of all pairs are kept of up to %d protocols, here are %d: 'batches' give contrasts of any two",
                ENG_MAX_ALL_PAIRS, study->num_protocols);
            study->all_pairs = false;
        }
    }
    node = eng_yaml_get(map, "reference");
    name = eng_reader_text(self, node, "the name of a protocol");
    if (name == NULL) {
        return;
    }
    for (int j = 0; j < study->num_protocols; j++) {
        if (strcmp(study->protocols[j].name, name) == 0) {
            study->reference = j;
            goto out;
        }
        eng_text_add(&names, "%s%s", j == 0 ? "" : " ", study->protocols[j].name);
    }
    eng_reader_unknown(self, node, name, "protocol", names.data == NULL ? "" : names.data, NULL);
out:
    eng_text_free(&names);
}

void
eng_read_protocols(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *protocols = eng_yaml_get(root, "protocols");

    open_sets(self, root);
    eng_read_run_in(self, root);
    if (protocols == NULL) {
        eng_reader_error(self, root, "'protocols' is missing, such as 'protocols: {cy_atg: [{at: 0 d, graft: pb}]}'");
    }
    if (eng_reader_map(self, protocols, "protocols by name, each a list of actions")) {
        if (protocols->count == 0) {
            eng_reader_error(self, protocols, "there is no protocol");
        }
        for (const eng_yaml_node_t *k = protocols->first; k != NULL && self->err == 0; k = k->next) {
            if (k->kind != ENG_YAML_SCALAR) {
                continue;
            }
            check_name(self, k, "a protocol");
            if (k->value->kind == ENG_YAML_MAP) {
                read_family(self, k);
            } else {
                read_protocol(self, k, k->text, k->value);
            }
        }
    }
    if (self->err == 0) {
        check_unused_sets(self);
    }
    read_compare(self, root);
}
