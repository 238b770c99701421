/**
 * cohort: run_in.  What happens to all patients before day 0, whatever protocol follows.
 */
#include "study/study_reader.h"

#include <string.h>

#define MAX_RUN_IN 3652.5 /* 10 y: the streams of chance begin at day -4096 */
#define EXPECTED "a run-in such as {actions: [{at: -200 d, drug: dmt_standard}], for: 200 d}"

/* Dated, a drug or its end, within the run-in: no hazard is run there, and nothing is kept for later. */
static void
check_action(eng_reader_t *self, const eng_action_t *action)
{
    char text[256] = "";

    if (action->on_event) {
        snprintf(text, sizeof(text), "'when' in a run-in is not available: date its actions with 'at'");
    } else if (action->noun->verb != ENG_VERB_DRUG && action->noun->verb != ENG_VERB_STOP) {
        snprintf(text, sizeof(text), "'%s' in a run-in is not available: it takes 'drug' and 'stop'; the protocol may do it",
            eng_verb_name((int)action->noun->verb));
    } else if (action->tick >= 0) {
        snprintf(text, sizeof(text), "day %g is no day of the run-in, which ends on day 0: the protocols say what follows",
            (double)action->tick / ENG_TICKS_PER_DAY);
    } else if (action->tick < -eng_tick_nearest(self->study->run_in_days)) {
        snprintf(text, sizeof(text), "day %g is before the run-in, which begins on day %g",
            (double)action->tick / ENG_TICKS_PER_DAY, -self->study->run_in_days);
    }
    if (text[0] != '\0') {
        eng_reader_tell(self, action->line, action->column, true, text);
    }
}

void
eng_read_run_in(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *map = eng_yaml_get(eng_yaml_get(root, "cohort"), "run_in"), *actions = eng_yaml_get(map, "actions");
    eng_study_t *study = self->study;

    if (!eng_reader_map(self, map, EXPECTED)) {
        return;
    }
    eng_reader_keys(self, map, "key of 'run_in'", "actions for", NULL);
    if (eng_yaml_get(map, "for") == NULL) {
        eng_reader_error(self, map, "'for' is missing: expected " EXPECTED);
    }
    if (!eng_reader_time(self, eng_yaml_get(map, "for"), "for", 0, MAX_RUN_IN, true, &study->run_in_days) || actions == NULL) {
        return;
    }
    eng_read_actions(self, actions, 0, 0, &study->run_in);
    for (int j = 0; j < study->run_in.num_actions; j++) {
        check_action(self, &study->run_in.actions[j]);
    }
}

void
eng_reader_add_run_in(eng_reader_t *self, eng_protocol_t *protocol)
{
    const eng_protocol_t *run_in = &self->study->run_in;

    for (int j = 0; j < run_in->num_actions && ENG_READER_GROW(self, protocol->actions, protocol->num_actions); j++) {
        protocol->actions[protocol->num_actions++] = run_in->actions[j];
    }
    protocol->num_run_in = protocol->num_actions;
}
