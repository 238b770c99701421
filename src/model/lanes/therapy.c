/**
 * Therapy in lanes: each op at the start of a row, and each rule that acts at a visit, goes to the file of its verb.
 */
#include "model/lanes/verb.h"

#define ENG_ACTION_AS_POINTER(verb) &eng_action_lanes_##verb,
static const eng_action_lanes_t *const actions[] = { ENG_ACTION_KIND_LIST(ENG_ACTION_AS_POINTER) };

void eng_therapy_ops(eng_course_t *c)
{
    for (int j = 0; j < c->row->num_ops; j++) {
        const eng_op_t *op = &c->plan->ops[c->row->first_op + j];
        if (actions[op->kind]->apply != NULL) {
            actions[op->kind]->apply(c, op);
        }
    }
}

void eng_therapy_rule(eng_course_t *c, const eng_rule_t *rule, real until, const real *lanes)
{
    actions[rule->kind]->visit(c, rule, until, lanes);
}
