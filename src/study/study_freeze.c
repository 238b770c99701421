/**
 * freeze: channels whose chance is the same for everybody, and channels whose chance the points of the design choose.
 */
#include "study/study_reader.h"

#include "base/rng.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char patients[] = "patients", others[] = "others";

/* Channels of who a patient is: drawn before anything happens. */
static bool
of_patients(int channel)
{
    return channel == ENG_CHANNEL_COVARIATES || channel == ENG_CHANNEL_REPERTOIRE;
}

/* Is anything of a course drawn in it?  Retired ones say so, and two are of no course. */
static bool
in_courses(int channel)
{
    return eng_channel_name(channel) != NULL && channel != ENG_CHANNEL_DESIGN && channel != ENG_CHANNEL_NETWORK &&
        strncmp(eng_channel_help(channel), "retired", strlen("retired")) != 0;
}

/* Names of channels, behind those of `more`; a text without memory is told by its `failed`. */
static void
list_names(eng_text_t *names, const char *more, bool with_patients)
{
    eng_text_add(names, "%s", more);
    for (int k = 0; k < ENG_NUM_CHANNELS; k++) {
        if (in_courses(k) && (with_patients || !of_patients(k))) {
            eng_text_add(names, "%s%s", names->length == 0 ? "" : " ", eng_channel_name(k));
        }
    }
}

/* Number of the channel that a node names; -1 after telling, with all names there are. */
static int
read_channel(eng_reader_t *self, const eng_yaml_node_t *node, const char *more, bool factor)
{
    const char *name = eng_reader_text(self, node, "the name of a channel, such as triggers (engraft list channels)");
    eng_text_t names = { 0 };
    char shown[60];
    int found = -1;

    for (int k = 0; k < ENG_NUM_CHANNELS && name != NULL; k++) {
        found = eng_channel_name(k) != NULL && strcmp(eng_channel_name(k), name) == 0 ? k : found;
    }
    if (name == NULL) {
        return -1;
    }
    if (found >= 0 && in_courses(found) && !(factor && of_patients(found))) {
        return found;
    }
    list_names(&names, more, !factor);
    eng_text_excerpt(shown, sizeof(shown), name);
    if (found >= 0 && in_courses(found)) {
        eng_reader_error(self, node, "'%s' is part of who a patient is: the factor for that is 'patients'", name);
    } else if (found >= 0) {
        eng_reader_error(self, node, "'%s' cannot be frozen: nothing in a course is drawn in it", name);
    } else {
        eng_reader_error(self, node, "unknown channel '%s': there are %s", shown, names.data == NULL ? "" : names.data);
    }
    self->err = names.failed ? ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory") : self->err;
    eng_text_free(&names);
    return -1;
}

static void
read_held(eng_reader_t *self, const eng_yaml_node_t *list)
{
    eng_freeze_t *freeze = &self->study->freeze;

    if (!eng_reader_list(self, list, "a list of channels, such as [triggers] (engraft list channels)")) {
        return;
    }
    if (list->count == 0) {
        eng_reader_error(self, list, "there is no channel in the list");
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
        const int channel = read_channel(self, item, "", false);

        if (channel >= 0 && freeze->held[channel]) {
            eng_reader_error(self, item, "'%s' is in the list already", item->text);
        } else if (channel >= 0) {
            freeze->held[channel] = true;
        }
    }
}

/* One more coordinate of the design: uniform, it picks a copy. */
static void
add_factor(eng_reader_t *self, const char *name)
{
    eng_study_t *study = self->study;

    if (ENG_READER_GROW(self, study->uncertain, study->num_uncertain)) {
        study->uncertain[study->num_uncertain++] = (eng_uncertain_t){ .param = study->num_factors++, .factor = name,
            .prior = { .kind = ENG_DIST_UNIFORM, .arg = { 0, 1 } } };
    }
}

static void
read_factor(eng_reader_t *self, const eng_yaml_node_t *item, const eng_yaml_node_t **rest)
{
    eng_study_t *study = self->study;
    eng_freeze_t *freeze = &study->freeze;
    const bool scalar = item->kind == ENG_YAML_SCALAR;

    if (scalar && strcmp(item->text, patients) == 0 && freeze->patients < 0) {
        freeze->patients = study->num_factors;
        add_factor(self, patients);
        return;
    }
    if (scalar && strcmp(item->text, others) == 0 && *rest == NULL) {
        *rest = item; /* when all that are named are known */
        return;
    }
    if (scalar && (strcmp(item->text, patients) == 0 || strcmp(item->text, others) == 0)) {
        eng_reader_error(self, item, "'%s' is in the list already", item->text);
        return;
    }
    const int channel = read_channel(self, item, "patients others", true);
    if (channel >= 0 && freeze->factor[channel] >= 0) {
        eng_reader_error(self, item, "'%s' is in the list already", item->text);
    } else if (channel >= 0 && freeze->held[channel]) {
        eng_reader_error(self, item, "'%s' is held: it cannot be a factor too", item->text);
    } else if (channel >= 0) {
        freeze->factor[channel] = (int8_t)study->num_factors;
        add_factor(self, eng_channel_name(channel));
    }
}

/* All channels that nobody named become one factor. */
static void
read_others(eng_reader_t *self, const eng_yaml_node_t *item)
{
    eng_freeze_t *freeze = &self->study->freeze;
    int count = 0;

    for (int k = 0; k < ENG_NUM_CHANNELS; k++) {
        if ((in_courses(k) || k >= ENG_CHANNEL_TESTS) && !of_patients(k) && !freeze->held[k] && freeze->factor[k] < 0) {
            freeze->factor[k] = (int8_t)self->study->num_factors;
            count += in_courses(k);
        }
    }
    if (count == 0) {
        eng_reader_error(self, item, "there are no others: every channel is named");
    } else {
        add_factor(self, others);
    }
}

static void
read_factors(eng_reader_t *self, const eng_yaml_node_t *list)
{
    const eng_yaml_node_t *rest = NULL;

    if (!eng_reader_list(self, list, "a list of channels, such as [triggers, clones, others]")) {
        return;
    }
    if (list->count == 0) {
        eng_reader_error(self, list, "there is no channel in the list");
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL && self->err == 0; item = item->next) {
        read_factor(self, item, &rest);
    }
    if (rest != NULL && self->err == 0) {
        read_others(self, rest);
    }
}

void
eng_read_freeze(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node = eng_yaml_get(root, "freeze"), *hold = node, *copy;
    uint64_t number = 0;

    eng_freeze_none(&self->study->freeze);
    if (node == NULL) {
        return;
    }
    self->study->frozen = true;
    if (node->kind == ENG_YAML_MAP) {
        eng_reader_keys(self, node, "key of 'freeze'", "hold copy as_factor", NULL);
        hold = eng_yaml_get(node, "hold");
        copy = eng_yaml_get(node, "copy");
        if (eng_reader_count(self, copy, "copy", 0, UINT16_MAX, &number)) {
            self->study->freeze.copy = (uint32_t)number;
        }
        if (copy != NULL && hold == NULL) {
            eng_reader_error(self, copy, "'copy' says which chance is held, but nothing is: 'hold' is missing, such as 'hold: [triggers]'");
        }
        if (hold == NULL && eng_yaml_get(node, "as_factor") == NULL) {
            eng_reader_error(self, node, "expected channels, such as 'freeze: [triggers]' or 'freeze: {as_factor: [triggers, clones, others]}'");
        }
    }
    if (hold != NULL) {
        read_held(self, hold);
    }
    if (node->kind == ENG_YAML_MAP && eng_yaml_get(node, "as_factor") != NULL) {
        read_factors(self, eng_yaml_get(node, "as_factor"));
    }
}

/* A factor is a copy of chance that points share: patients must be the same, and some points must share it. */
void
eng_check_factors(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *list = eng_yaml_get(eng_yaml_get(root, "freeze"), "as_factor");
    const eng_yaml_node_t *across = eng_yaml_get(eng_yaml_get(root, "cohort"), "across_points");
    eng_study_t *study = self->study;

    if (study->num_factors == 0) {
        return;
    }
    if (study->design != NULL && strcmp(study->design->name, "saltelli") != 0) {
        eng_reader_error(self, list, "channels are factors of the design 'saltelli' only, whose points share them in part; '%s' does not", study->design->name);
    }
    if (across != NULL && !study->patients_common) {
        eng_reader_error(self, across, "channels as factors need 'across_points: common': what differs between points is what the factors choose");
    }
    study->patients_common = true;
}
