/**
 * A kind of action, all questions about it in one table: its nouns, what it takes, how it becomes rows of the calendar, what is
 * impossible in a protocol.  What it does to courses is the other half of its file (lanes/verb.h).
 */
#ifndef ENG_MODEL_VERB_H
#define ENG_MODEL_VERB_H

#include "model/action.h"
#include "model/catalogue.h"
#include "model/disease.h"
#include "model/plan.h"
#include "model/protocol_check.h"

/** What `for` and `until` mean to an action. */
typedef enum {
    ENG_LASTS_AS_GIVEN, /* a dose split over so many days, or an exposure so long */
    ENG_LASTS_NEEDED,
    ENG_LASTS_NEVER     /* acts at once */
} eng_lasts_t;

/** One action on its way into the calendar. */
typedef struct {
    eng_plan_t *plan;
    const eng_disease_t *disease;
    const eng_protocol_t *protocol;
    const eng_action_t *action;
    double horizon; /* day */
    int kind, order;
} eng_expansion_t;

typedef struct {
    eng_verb_t verb;
    const eng_noun_t *nouns; /* num_nouns rows, all of this verb */
    int num_nouns;
    eng_lasts_t lasts;
    bool repeats;            /* takes `every` and `taper` */
    /** Ops of a dated action. */
    int (*expand)(const eng_expansion_t *e);
    /**
     * A `when` rule; NULL: all is said.  It is dated unless the hook says otherwise: then it acts at visits, without another
     * calendar, through eng_action_lanes_t.visit.
     */
    int (*rule)(const eng_expansion_t *e, eng_rule_t *rule);
    /** What only all ops of the calendar together show, which stand in order; NULL nothing. */
    void (*finish)(eng_plan_t *plan);
    /** Findings about action j, dated or in a rule, and about all actions of the verb together; NULL none. */
    void (*check)(eng_check_t *check, int j);
    void (*check_all)(eng_check_t *check);
} eng_action_kind_t;

const eng_action_kind_t *eng_action_kind_at(int kind); /* NULL outside 0 <= kind < ENG_NUM_KINDS */
int eng_action_kind_of(int verb);                      /* ENG_KIND_*; -1: the verb has no nouns yet */

/** Add an op; head: tick and flags.  `what`, size bytes of the kind's own, is copied; NULL, 0: nothing. */
int eng_plan_add(const eng_expansion_t *e, eng_op_t head, const void *what, size_t size);
/** One op a day, from the action's on, for as long as a pulse is split (eng_action_days). */
int eng_plan_add_daily(const eng_expansion_t *e, eng_op_t head, const void *what, size_t size);
/** A copy of such bytes for eng_rule_t.what; the calendar frees it. */
int eng_plan_keep(const void *what, size_t size, void **kept);

#endif
