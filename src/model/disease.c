/**
 * Looking up diseases: those of the catalogue, then those that a test program brings.
 */
#include "model/disease.h"

#include "model/catalogue.h"
#include <string.h>

#define ENG_DISEASE_AS_EXTERN(name) extern const eng_disease_t eng_disease_##name;
ENG_DISEASE_LIST(ENG_DISEASE_AS_EXTERN)

#define ENG_DISEASE_AS_POINTER(name) &eng_disease_##name,
static const eng_disease_t *const diseases[] = { ENG_DISEASE_LIST(ENG_DISEASE_AS_POINTER) };

#define NUM_DISEASES ((int)(sizeof(diseases) / sizeof(*diseases)))

/* Ends with NULL; not there in engraft itself. */
extern const eng_disease_t *const eng_more_diseases[] __attribute__((weak));

int
eng_disease_count(void)
{
    int more = 0;

    while (eng_more_diseases != NULL && eng_more_diseases[more] != NULL) {
        more++;
    }
    return NUM_DISEASES + more;
}

const eng_disease_t *
eng_disease_at(int j)
{
    if (j < 0 || j >= eng_disease_count()) {
        return NULL;
    }
    return j < NUM_DISEASES ? diseases[j] : eng_more_diseases[j - NUM_DISEASES];
}

const eng_disease_t *
eng_disease_find(const char *name)
{
    int j;

    for (j = 0; j < eng_disease_count(); j++) {
        if (strcmp(eng_disease_at(j)->module.name, name) == 0) {
            return eng_disease_at(j);
        }
    }
    return NULL;
}

uint64_t
eng_when_events(const eng_disease_t *disease)
{
    const uint64_t shared = (ENG_BIT(ENG_NUM_SHARED_EVENTS) - 1) & ~(ENG_BIT(ENG_EVENT_RELAPSE) | ENG_BIT(ENG_EVENT_PROGRESSION) | ENG_BIT(ENG_EVENT_DEATH));

    return (disease->when_events | shared) & ~disease->no_events;
}

int
eng_when_find(const eng_disease_t *disease, const char *name)
{
    const char *wanted = disease->remission != NULL && strcmp(name, "remission") == 0 ? disease->remission : name;
    int e;

    for (e = 0; e < eng_event_count(disease); e++) {
        if ((eng_when_events(disease) & ENG_BIT(e)) != 0 && strcmp(eng_event_name(disease, e), wanted) == 0) {
            return e;
        }
    }
    return -1;
}

bool
eng_disease_needs(const eng_disease_t *disease, const eng_module_t *module)
{
    int j;

    for (j = 0; j < disease->num_needs; j++) {
        if (disease->needs[j] == module) {
            return true;
        }
    }
    return false;
}

bool
eng_disease_has_care(const eng_disease_t *disease)
{
    return eng_disease_needs(disease, &eng_module_tissue) && eng_covariate_find(disease, "care") >= 0;
}

const char *
eng_score_name(const eng_disease_t *disease)
{
    return disease->num_markers > 0 ? disease->markers[0].name : "-";
}
