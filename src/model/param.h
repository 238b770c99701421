/**
 * Parameters: the uncertain constants of the model.  A parameter is a row; from the row come its field, nominal
 * value, bounds, prior, `engraft list parameters`, the column of /design and docs.  The table of a disease is the
 * core rows (param_list.h), those of drugs (drug_params.h), of complications (complication_params.h), of cell products (product_params.h, engineered_params.h), stromal
 * cells (msc_params.h) and donors (donor_params.h), followed by the disease's own rows; a disease may move nominal value and prior of core rows.
 */
#ifndef ENG_MODEL_PARAM_H
#define ENG_MODEL_PARAM_H

#include "base/dist.h"
#include "model/complication_params.h"
#include "model/donor_params.h"
#include "model/drug_params.h"
#include "model/engineered_params.h"
#include "model/msc_params.h"
#include "model/product_params.h"
#include <stdint.h>

struct eng_disease;

typedef struct {
    const char *name;   /* module.name, as in a study */
    const char *symbol; /* as in docs/MODEL.md, "" if it has none there */
    const char *unit;   /* UDUNITS-like text, "1" for a pure number */
    double nominal, low, high; /* low <= nominal <= high; values outside are refused */
    eng_dist_t prior;   /* what `name: prior` means */
    const char *source; /* L literature, D derived, A assumed, T tuned; with a key */
    const char *help;
} eng_param_row_t;

#define ENG_MAX_DISEASE_PARAMS 48
#define ENG_MAX_FACTORS 48 /* channels that a design may choose */

/** All parameter values of one point, in the order of the table: an array of doubles with names. */
typedef struct {
#define ENG_PARAM_AS_FIELD(field, ...) double field;
    ENG_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_DRUG_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_COMPLICATION_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_PRODUCT_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_MSC_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_ENGINEERED_PARAM_LIST(ENG_PARAM_AS_FIELD)
    ENG_DONOR_PARAM_LIST(ENG_PARAM_AS_FIELD)
#undef ENG_PARAM_AS_FIELD
    double disease[ENG_MAX_DISEASE_PARAMS]; /* the disease's rows, in their order */
    double trigger_bound;                   /* no row: triggers are drawn at this times trigger.rate (disease.h) */
    uint16_t copy[ENG_MAX_FACTORS];         /* no rows: copies of channels that are factors of the design (freeze.h) */
} eng_params_t;

#define ENG_PARAM_AS_ONE(...) +1
enum { ENG_NUM_CORE_PARAMS = 0 ENG_PARAM_LIST(ENG_PARAM_AS_ONE) ENG_DRUG_PARAM_LIST(ENG_PARAM_AS_ONE)
        ENG_COMPLICATION_PARAM_LIST(ENG_PARAM_AS_ONE) ENG_PRODUCT_PARAM_LIST(ENG_PARAM_AS_ONE) ENG_MSC_PARAM_LIST(ENG_PARAM_AS_ONE)
        ENG_ENGINEERED_PARAM_LIST(ENG_PARAM_AS_ONE) ENG_DONOR_PARAM_LIST(ENG_PARAM_AS_ONE) };
#undef ENG_PARAM_AS_ONE

/** Number of rows of a disease's table. */
int eng_param_count(const struct eng_disease *disease);
/** Row j, 0 <= j < count, with the disease's own nominal value and prior where it has them. */
eng_param_row_t eng_param_at(const struct eng_disease *disease, int j);
/** Index of a name, -1 if there is none. */
int eng_param_find(const struct eng_disease *disease, const char *name);
/** Every parameter at its nominal value. */
void eng_params_nominal(const struct eng_disease *disease, eng_params_t *params);
void eng_params_set(eng_params_t *params, int j, double value);
double eng_params_get(const eng_params_t *params, int j);

#endif
