/**
 * estimates: statistics that are kept only where a study asks for them.
 */
#include "study/study_reader.h"

#include "base/text.h"
#include "stats/statistic.h"

#include <string.h>

/* Number of a statistic that may be asked for; -1. */
static int
find_statistic(const char *name)
{
    for (int j = 0; j < ENG_NUM_STATISTICS; j++) {
        if ((eng_statistic_at(j)->by_name || eng_statistic_at(j)->extra) && strcmp(eng_statistic_at(j)->name, name) == 0) {
            return j;
        }
    }
    return -1;
}

static void
refuse(eng_reader_t *self, const eng_yaml_node_t *node, const char *name)
{
    eng_text_t names = { 0 };

    for (int j = 0; j < ENG_NUM_STATISTICS; j++) {
        if (eng_statistic_at(j)->by_name || eng_statistic_at(j)->extra) {
            eng_text_add(&names, "%s%s", names.length == 0 ? "" : " ", eng_statistic_at(j)->name);
        }
    }
    eng_reader_unknown(self, node, name, "estimate", names.data == NULL ? "" : names.data, NULL);
    eng_text_free(&names);
}

/* Is there an outcome of the kind that it is about, and something to compare? */
static void
check_use(eng_reader_t *self, const eng_yaml_node_t *item, const eng_statistic_t *statistic)
{
    static const unsigned kinds[] = { [ENG_OUTCOME_TIME] = ENG_OF_TIME, [ENG_OUTCOME_NUMBER] = ENG_OF_NUMBER, [ENG_OUTCOME_MARKER] = ENG_OF_MARKER };
    const eng_study_t *study = self->study;
    bool used = false;

    for (int j = 0; j < study->num_outcomes; j++) {
        used = used || (kinds[study->outcomes[j].row->kind] & statistic->of) != 0;
    }
    if (!used && study->num_outcomes > 0) {
        eng_reader_note(self, item, "no outcome of the study has a '%s': it is of %s", statistic->name,
            statistic->of == ENG_OF_NUMBER ? "numbers" : statistic->of == ENG_OF_MARKER ? "markers" : "times to an event");
    }
    if (statistic->compares && study->num_protocols == 1) {
        eng_reader_note(self, item, "'%s' compares protocols, and the study has one", statistic->name);
    } else if (statistic->compares && study->lean && !study->compared) {
        eng_reader_error(self, item, "'%s' compares protocols: a lean study needs 'compare', such as {reference: %s}", statistic->name,
            study->num_protocols > 0 ? study->protocols[0].name : "PROTOCOL");
    }
}

void
eng_read_estimates(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *list = eng_yaml_get(root, "estimates");
    uint32_t *asked = &self->study->estimates;

    if (!eng_reader_list(self, list, "a list of estimates, such as [rate]")) {
        return;
    }
    for (const eng_yaml_node_t *item = list->first; item != NULL; item = item->next) {
        const char *name = eng_reader_text(self, item, "the name of an estimate");
        const int j = name == NULL ? -1 : find_statistic(name);
        if (name != NULL && j < 0) {
            refuse(self, item, name);
        } else if (j >= 0 && (*asked >> j & 1) != 0) {
            eng_reader_error(self, item, "estimate '%s' is already asked for", name);
        } else if (j >= 0) {
            *asked |= UINT32_C(1) << j;
            check_use(self, item, eng_statistic_at(j));
        }
    }
}
