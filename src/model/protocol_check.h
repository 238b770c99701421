/**
 * For the checks that the file of each verb makes (eng_action_kind_t.check): looking at an action and its neighbours, and
 * telling what was found.  Rules of one event stand in the order of their `after`, dated actions in that of their days;
 * ties go by the order of the list.
 */
#ifndef ENG_MODEL_PROTOCOL_CHECK_H
#define ENG_MODEL_PROTOCOL_CHECK_H

#include "base/error.h"
#include "model/action.h"

typedef struct {
    const eng_protocol_t *protocol;
    const struct eng_disease *disease; /* NULL: not known yet */
    double horizon; /* days */
    void (*tell)(void *context, int action, bool error, const char *text);
    void *context;
    int num_errors;
} eng_check_t;

/** A finding about action j; not an error: a note. */
void eng_check_tell(eng_check_t *check, int j, bool error, const char *format, ...) ENG_PRINTF(4, 5);

const eng_action_t *eng_check_at(const eng_check_t *check, int j);
bool eng_check_is_dated(const eng_check_t *check, int j, eng_verb_t verb);
bool eng_check_before(const eng_check_t *check, int j, int k);
/** The last dated action of a verb before action j, the first one after it; -1 if there is none. */
int eng_check_last_before(const eng_check_t *check, int j, eng_verb_t verb);
int eng_check_first_after(const eng_check_t *check, int j, eng_verb_t verb);

bool eng_check_is_rule(const eng_check_t *check, int j, eng_verb_t verb);
bool eng_check_has_rule(const eng_check_t *check, eng_verb_t verb);
/** A rule of that verb on the same event, before (1) or after (-1) rule j; -1 if there is none. */
int eng_check_find_rule(const eng_check_t *check, int j, eng_verb_t verb, int where);

#endif
