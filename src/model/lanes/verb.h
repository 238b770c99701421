/**
 * All about a verb in one file, action_<verb>.c: its nouns, how an action becomes ops of the calendar, what is impossible in a
 * protocol (eng_action_kind_t, model/verb.h; compiled once, under ENG_TABLES), and what an op does to lanes (for each width).
 * A new one is that file and one line in catalogue.h; if the word is new, one in ENG_VERB_LIST (action.h).
 */
#ifndef ENG_MODEL_LANES_VERB_H
#define ENG_MODEL_LANES_VERB_H

#include "model/lanes/kill.h"
#include "model/lanes/step.h"
#include "model/verb.h"

typedef struct {
    /** An op at the start of a row; NULL: the calendar says all. */
    void (*apply)(eng_course_t *course, const eng_op_t *op);
    /** A rule that is not dated acts at a visit, for lanes that are 1, until its duration ends on day `until`. */
    void (*visit)(eng_course_t *course, const eng_rule_t *rule, real until, const real *lanes);
} eng_action_lanes_t;

#define ENG_ACTION_AS_EXTERN(verb) \
    extern const eng_action_kind_t eng_action_##verb; \
    LANE_TABLE(eng_action_lanes_t, eng_action_lanes_##verb);
ENG_ACTION_KIND_LIST(ENG_ACTION_AS_EXTERN)
#undef ENG_ACTION_AS_EXTERN

#define ENG_ACTION_LANES(verb) const eng_action_lanes_t eng_action_lanes_##verb

#endif
