/**
 * What a course reports (MODEL section 11).  Outcomes are rows; those that are times to an event are defined by the
 * set of base events that count and the set that competes, so a new composite end point is one row.
 *
 * Which way is better stands in the row (`better`) and nowhere else: +1 more is good for the patient, -1 more is bad, 0
 * neither is said.  What there is more of is what the outcome's name says and its tables state:
 *   TIME       the event: +1 it is good that it comes, and soon (recovery, insulin independence); -1 it is bad (relapse)
 *   survival   being free of the events: +1 it is good to be free of them (os, efs)
 *   NUMBER     the number: -1 a burden (infections)
 *   MARKER     the value, by the marker's own row: +1 C-peptide, -1 EDSS, 0 a count that may be too high or too low
 * From it follow probabilities as they stand, and mean times and quantiles of a time (study/summary.h).
 */
#ifndef ENG_MODEL_OUTCOME_H
#define ENG_MODEL_OUTCOME_H

#include "base/ticks.h"
#include <stdbool.h>

struct eng_disease;

#ifndef ENG_LANES
#define ENG_LANES 64 /* courses that advance together in one tile; a multiple of 16 up to 128, which no result depends on */
#endif

/*
 * Events, causes, markers and numbers are numbered for each disease: those that every body has, in the order of the
 * lists below, then the disease's own (ENG_EVENT_OWN(k) ... is its row k).
 */

/** Base events of a course: first time each.  Bits of masks are ENG_BIT(event). */
typedef enum {
    ENG_EVENT_RELAPSE, ENG_EVENT_PROGRESSION, ENG_EVENT_DEATH, ENG_EVENT_ANC_RECOVERY, ENG_EVENT_PLT_RECOVERY,
    ENG_EVENT_CD4_200, ENG_EVENT_GRAFT_FAILURE, ENG_EVENT_INFECTION, ENG_EVENT_SECONDARY_MALIGNANCY,
    ENG_EVENT_SECONDARY_AUTOIMMUNITY, ENG_EVENT_LOSS_OF_RESPONSE,
    ENG_EVENT_CMV, ENG_EVENT_EBV, ENG_EVENT_ZOSTER, ENG_EVENT_FUNGAL, ENG_EVENT_BACTERAEMIA, ENG_EVENT_SEVERE_INFECTION, ENG_EVENT_PTLD,
    ENG_EVENT_VOD, ENG_EVENT_ORGAN_TOXICITY, ENG_EVENT_SECOND_CANCER, ENG_EVENT_INFERTILITY, ENG_EVENT_TERATOMA, ENG_EVENT_CRS, ENG_NUM_SHARED_EVENTS
} eng_event_t;
#define ENG_EVENT_OWN(k) (ENG_NUM_SHARED_EVENTS + (k))
#define ENG_MAX_EVENTS 38 /* shared and own */
#define ENG_EVENT_ENDPOINT(k) (ENG_MAX_EVENTS + (k)) /* endpoint k of the study (endpoint.h) */
#define ENG_MAX_ENDPOINTS 24
#define ENG_BIT(event) (UINT64_C(1) << (event))

int eng_event_count(const struct eng_disease *disease);
/** Name of a base event as `when:` uses it and lists print it.  disease NULL: of a shared one. */
const char *eng_event_name(const struct eng_disease *disease, int event);

/** Causes of death, in /records and in the pooled tables. */
#define ENG_CAUSE_LIST(X)                                                                                      \
    X(NONE, "none") X(BACKGROUND, "background") X(BACTERIAL, "bacterial_infection") X(VIRAL, "viral_infection") \
    X(BLEEDING, "bleeding") X(TOXICITY, "conditioning_toxicity") X(SECONDARY_MALIGNANCY, "secondary_malignancy") \
    X(HEART, "cardiac_toxicity") X(LUNG, "lung_toxicity") X(VOD, "vod") X(FUNGAL, "fungal_infection")             \
    X(CMV, "cmv_infection") X(PTLD, "ptld") X(SECOND_CANCER, "second_cancer") X(CRS, "crs")
#define ENG_CAUSE_AS_ENUM(name, text) ENG_CAUSE_##name,
typedef enum { ENG_CAUSE_LIST(ENG_CAUSE_AS_ENUM) ENG_NUM_SHARED_CAUSES } eng_cause_t;
#define ENG_CAUSE_OWN(k) (ENG_NUM_SHARED_CAUSES + (k))
int eng_cause_count(const struct eng_disease *disease);
const char *eng_cause_name(const struct eng_disease *disease, int cause);

/** Why a course failed. */
#define ENG_FAILURE_LIST(X)                                                       \
    X(NONE, "none") X(NON_FINITE, "non_finite_state") X(NEGATIVE, "negative_state") \
    X(NO_CANDIDATE, "no_candidate_met_the_entry_criteria")
#define ENG_FAILURE_AS_ENUM(name, text) ENG_FAILURE_##name,
typedef enum { ENG_FAILURE_LIST(ENG_FAILURE_AS_ENUM) ENG_NUM_FAILURES } eng_failure_t;
const char *eng_failure_name(int failure);

/** Markers: quantities that can be read at any row end. */
typedef enum {
    ENG_MARKER_ANC, ENG_MARKER_PLATELETS, ENG_MARKER_HB, ENG_MARKER_CD4, ENG_MARKER_CD8, ENG_MARKER_NK, ENG_MARKER_B,
    ENG_MARKER_TREG, ENG_MARKER_NAIVE_CD4_SHARE, ENG_MARKER_RICHNESS, ENG_MARKER_IGG, ENG_MARKER_MONOCYTES, ENG_MARKER_PRODUCT_CELLS,
    ENG_NUM_SHARED_MARKERS
} eng_marker_t;
#define ENG_MARKER_OWN(k) (ENG_NUM_SHARED_MARKERS + (k))
#define ENG_MAX_MARKERS 28 /* shared and own */

typedef struct {
    const char *name, *unit, *help;
    double step;      /* values are quantised to whole multiples of it before they are summed */
    double low, high; /* range of the fine histogram; values outside go to the end bins */
    bool logarithmic; /* bins equal in the logarithm */
    int better;       /* +1 a higher value, -1 a lower one, 0 neither */
} eng_marker_row_t;

int eng_marker_count(const struct eng_disease *disease);
/** Row of a marker; NULL outside the range. */
const eng_marker_row_t *eng_marker_row(const struct eng_disease *disease, int marker);
int eng_marker_find(const struct eng_disease *disease, const char *name);

/** Single numbers of a course. */
typedef enum {
    ENG_NUMBER_INFECTIONS, ENG_NUMBER_RELAPSES, ENG_NUMBER_ARR, ENG_NUMBER_E1Y_RATIO, ENG_NUMBER_CLONES_LEFT,
    ENG_NUMBER_FEBRILE, ENG_NUMBER_BACTERIAL, ENG_NUMBER_VIRAL, ENG_NUMBER_SEVERE_INFECTIONS, ENG_NUMBER_SEVERE_EVENTS,
    ENG_NUMBER_MUCOSITIS, ENG_NUMBER_CRS, ENG_NUM_SHARED_NUMBERS
} eng_number_t;
#define ENG_NUMBER_OWN(k) (ENG_NUM_SHARED_NUMBERS + (k))
#define ENG_MAX_NUMBERS 20 /* shared and own */
int eng_number_count(const struct eng_disease *disease);

typedef enum { ENG_OUTCOME_TIME, ENG_OUTCOME_NUMBER, ENG_OUTCOME_MARKER } eng_outcome_kind_t;

typedef struct {
    const char *name, *unit, *help;
    eng_outcome_kind_t kind;
    bool survival;            /* TIME: shown as the probability of being free of it (os, efs, rfs, pfs, neda3) */
    uint64_t events, competing; /* TIME: masks of base events; the earliest counts; on a tie the event wins */
    int source;               /* NUMBER: eng_number_t; MARKER: eng_marker_t */
    double step, low, high;   /* NUMBER: quantisation and histogram range (MARKER: the marker's row has them) */
    int better;               /* TIME, NUMBER: +1, -1 or 0, of what: above (MARKER: the marker's row has it) */
    bool by_name;             /* a part of another one: only where a study names it */
    bool state;               /* NUMBER: how things are on a day, no events that a rate could be of */
} eng_outcome_row_t;

/** The bit of an event of a disease's own. */
#define ENG_OWN_EVENT(k) ENG_BIT(ENG_EVENT_OWN(k))
/** Rows of a disease: the first of some events, with which death competes; a marker of its own on the days that a study names. */
#define ENG_FIRST_OF(which, label, way, text)                                                                  \
    { .name = label, .unit = "d", .help = text "; death competes", .kind = ENG_OUTCOME_TIME, .better = way, .events = (which), \
        .competing = ENG_BIT(ENG_EVENT_DEATH) }
#define ENG_MARKER_OUTCOME(k, label, measure, text)                                                            \
    { .name = label, .unit = measure, .help = text, .kind = ENG_OUTCOME_MARKER, .source = ENG_MARKER_OWN(k) }

/** Outcomes of a disease (`engraft list outcomes`): core rows, those of the modules that it needs, then its own; one of a core row's name stands in its stead. */
int eng_outcome_count(const struct eng_disease *disease);
const eng_outcome_row_t *eng_outcome_at(const struct eng_disease *disease, int j);
int eng_outcome_find(const struct eng_disease *disease, const char *name);
/** Which way is better, of a marker as of every other outcome: +1, -1 or 0. */
int eng_outcome_better(const struct eng_disease *disease, const eng_outcome_row_t *row);

/** Results of one protocol for the patients of one tile.  Lane l is patient first + l. */
typedef struct {
    int num_lanes;
    int32_t tick[ENG_MAX_EVENTS + ENG_MAX_ENDPOINTS][ENG_LANES]; /* since day 0; ENG_TICK_NEVER, ENG_TICK_NOT_APPLICABLE */
    double number[ENG_MAX_NUMBERS][ENG_LANES]; /* NaN: missing (e.g. died before it could be read) */
    uint8_t cause[ENG_LANES];   /* eng_cause_t of the death within the horizon */
    uint8_t failure[ENG_LANES]; /* eng_failure_t; all else is void where it is not NONE */
    double *read;               /* [num_reads][eng_read_rows of the model][ENG_LANES], owned by the runner; NaN once dead */
} eng_results_t;

/** Time outcome of a lane: tick of whatever came first, and 1 event, 2 competing event, 0 neither by the horizon (tick = horizon_tick), -1 not applicable. */
int eng_outcome_time(const eng_outcome_row_t *row, const eng_results_t *results, int lane, int32_t horizon_tick, int32_t *tick);

#endif
