/**
 * Looking up diseases.
 */
#include "model/disease.h"

#include "model/catalogue.h"
#include <string.h>

#define ENG_DISEASE_AS_EXTERN(name) extern const eng_disease_t eng_disease_##name##_plain;
ENG_DISEASE_LIST(ENG_DISEASE_AS_EXTERN)

#define ENG_DISEASE_AS_POINTER(name) &eng_disease_##name##_plain,
static const eng_disease_t *const diseases[] = { ENG_DISEASE_LIST(ENG_DISEASE_AS_POINTER) };

#define NUM_DISEASES ((int)(sizeof(diseases) / sizeof(*diseases)))

int
eng_disease_count(void)
{
    return NUM_DISEASES;
}

const eng_disease_t *
eng_disease_at(int j)
{
    return j >= 0 && j < NUM_DISEASES ? diseases[j] : NULL;
}

const eng_disease_t *
eng_disease_find(const char *name)
{
    int j;

    for (j = 0; j < NUM_DISEASES; j++) {
        if (strcmp(diseases[j]->name, name) == 0) {
            return diseases[j];
        }
    }
    return NULL;
}
