/**
 * The table of parameters: the rows of param_list.h, moved by the disease where it says so, then the disease's own.
 */
#include "model/param.h"

#include "model/disease.h"
#include <assert.h>
#include <string.h>

#define ENG_PARAM_AS_ROW(field, name, symbol, unit, nominal, low, high, prior, source, help) \
    { name, symbol, unit, nominal, low, high, prior, source, help },
static const eng_param_row_t core[] = { ENG_PARAM_LIST(ENG_PARAM_AS_ROW) ENG_DRUG_PARAM_LIST(ENG_PARAM_AS_ROW)
    ENG_COMPLICATION_PARAM_LIST(ENG_PARAM_AS_ROW) ENG_PRODUCT_PARAM_LIST(ENG_PARAM_AS_ROW) ENG_MSC_PARAM_LIST(ENG_PARAM_AS_ROW)
    ENG_ENGINEERED_PARAM_LIST(ENG_PARAM_AS_ROW) };

/* eng_params_t is read and written as an array of doubles, in the order of the table. */
static_assert(sizeof(core) / sizeof(*core) == ENG_NUM_CORE_PARAMS, "one row per field");
static_assert(offsetof(eng_params_t, disease) == ENG_NUM_CORE_PARAMS * sizeof(double), "core fields are contiguous");
static_assert(offsetof(eng_params_t, trigger_bound) == (ENG_NUM_CORE_PARAMS + ENG_MAX_DISEASE_PARAMS) * sizeof(double),
    "the disease's values follow them");

int
eng_param_count(const eng_disease_t *disease)
{
    return ENG_NUM_CORE_PARAMS + disease->num_params;
}

eng_param_row_t
eng_param_at(const eng_disease_t *disease, int j)
{
    eng_param_row_t row;
    int k;

    if (j >= ENG_NUM_CORE_PARAMS) {
        return disease->params[j - ENG_NUM_CORE_PARAMS];
    }
    row = core[j];
    for (k = 0; k < disease->num_param_overrides; k++) {
        if (strcmp(disease->param_overrides[k].param, row.name) == 0) {
            row.nominal = disease->param_overrides[k].nominal;
            row.prior = disease->param_overrides[k].prior;
        }
    }
    return row;
}

int
eng_param_find(const eng_disease_t *disease, const char *name)
{
    int j;

    for (j = 0; j < ENG_NUM_CORE_PARAMS; j++) {
        if (strcmp(core[j].name, name) == 0) {
            return j;
        }
    }
    for (j = 0; j < disease->num_params; j++) {
        if (strcmp(disease->params[j].name, name) == 0) {
            return ENG_NUM_CORE_PARAMS + j;
        }
    }
    return -1;
}

void
eng_params_nominal(const eng_disease_t *disease, eng_params_t *params)
{
    int j, count = eng_param_count(disease);

    *params = (eng_params_t){ .trigger_bound = disease->trigger_bound > 0 ? disease->trigger_bound : 1 }; /* unused places stay 0 */
    for (j = 0; j < count; j++) {
        eng_params_set(params, j, eng_param_at(disease, j).nominal);
    }
}

void
eng_params_set(eng_params_t *params, int j, double value)
{
    memcpy((char *)params + (size_t)j * sizeof(value), &value, sizeof(value));
}

double
eng_params_get(const eng_params_t *params, int j)
{
    double value;

    memcpy(&value, (const char *)params + (size_t)j * sizeof(value), sizeof(value));
    return value;
}
