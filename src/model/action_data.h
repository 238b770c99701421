/**
 * Rows behind eng_noun_t.data that more than the file of one verb reads.  Numbers: MODEL sections 6.1-6.4.
 * Parameters that a row leans on are named by their offset in eng_params_t, so that a point's value is used.
 */
#ifndef ENG_MODEL_ACTION_DATA_H
#define ENG_MODEL_ACTION_DATA_H

#include "model/param.h"
#include "model/signal.h"
#include <stddef.h>
#include <stdint.h>

struct eng_disease;
struct eng_noun;

/** No parameter: the fixed number beside it counts. */
#define ENG_NO_PARAM ((size_t)-1)

/** atg: antibodies against T cells, one compartment, exposure C = dose / reference decays exponentially. */
typedef struct {
    double reference;     /* dose that makes exposure 1, in the unit of argument 0 */
    size_t kill_param;    /* T-cell kill rate at C = 1, 1/d */
    double kill_factor;   /* multiplies it (eATG relative to rATG) */
    size_t half_life_param;
    double half_life;     /* d, where half_life_param is ENG_NO_PARAM */
    double b_factor;      /* killing of B cells relative to T cells */
    double nk_factor;     /* killing of NK relative to T cells; negative: parameter atg.nk_factor */
    bool globulin;        /* antithymocyte globulin: of many specificities */
} eng_antibody_t;

/** harvest and graft: where the cells come from. */
typedef enum { ENG_SOURCE_PB, ENG_SOURCE_BM, ENG_SOURCE_CORD } eng_source_t;
typedef struct {
    eng_source_t source;
    double cd3;           /* CD3+ cells per kg that come with a usual graft */
    double donor_cd34, donor_cd3, haplo_cd3; /* of a donor's: 1e6/kg, 1/kg; of a unit of cord blood, in a body of 70 kg */
} eng_graft_source_t;

/** Who gave the cells: argument `donor` of a graft, in the order of its words. */
typedef enum { ENG_DONOR_AUTO, ENG_DONOR_SYN, ENG_DONOR_MSD, ENG_DONOR_MUD, ENG_DONOR_MMUD, ENG_DONOR_HAPLO } eng_donor_t;

/** mobilise: counts for harvests within so many days. */
#define ENG_MOBILISED_DAYS 30
typedef struct {
    double lymphoid;      /* log10 kill at the reference dose */
    double yield_factor;  /* on the CD34+ yield of these */
    double reference;     /* dose, in the unit of argument 0; 0 no dose */
    double gonads;        /* what it does to them, relative to cyclophosphamide 200 mg/kg */
} eng_mobiliser_t;

/** drug: an exposure with effects on signals at C = 1. */
#define ENG_MAX_EFFECTS 4
typedef struct {
    eng_signal_t signal;
    size_t param;          /* factor: share taken; sum: what is added */
    const char *only;      /* the class in which the drug has this effect, as a disease may move it there; NULL: in any */
} eng_effect_t;
typedef struct {
    double half_life;      /* d; 0: the effect stops with the drug */
    double onset;          /* d: time in which its effect rises; 0: at once */
    size_t responders;     /* parameter: share who respond; ENG_NO_PARAM: all, and fully */
    size_t loss;           /* parameter: 1/y at which a response is lost; ENG_NO_PARAM: never */
    eng_effect_t effect[ENG_MAX_EFFECTS];
    int num_effects;
} eng_drug_t;

/*
 * Classes of drugs: one of a class at a time.  Whether patients respond to one is drawn by its number in the channels of response: of
 * those in this list, X(name, number), the number that they began with; of every other class one that is made of its name.
 */
#define ENG_DRUG_CLASS_LIST(X) X(ms_dmt, 0) X(anti_cd20, 1) X(teplizumab, 2) X(abatacept, 3) X(insulin, 4)
/** Name of the class to which a drug belongs in patients with a disease. */
const char *eng_drug_class(const struct eng_disease *disease, const struct eng_noun *noun);
/** Draw number of a class: the same in every study and version, and below 2^31, as two words of it are read. */
uint32_t eng_drug_class_number(const char *class_name);

#endif
