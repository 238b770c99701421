/**
 * Names of events, causes and failures; the markers; the outcomes that every disease reports, and how a time outcome
 * is read off the first times of the base events.
 */
#include "model/outcome.h"

#include "model/disease.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

/* --- names ----------------------------------------------------------------------------------------------- */

static const char *const events[ENG_NUM_SHARED_EVENTS] = {
    [ENG_EVENT_RELAPSE] = "relapse",
    [ENG_EVENT_PROGRESSION] = "progression",
    [ENG_EVENT_DEATH] = "death",
    [ENG_EVENT_ANC_RECOVERY] = "anc_recovery",
    [ENG_EVENT_PLT_RECOVERY] = "plt_recovery",
    [ENG_EVENT_CD4_200] = "cd4_200",
    [ENG_EVENT_GRAFT_FAILURE] = "graft_failure",
    [ENG_EVENT_INFECTION] = "infection",
    [ENG_EVENT_SECONDARY_MALIGNANCY] = "secondary_malignancy",
    [ENG_EVENT_SECONDARY_AUTOIMMUNITY] = "secondary_autoimmunity",
    [ENG_EVENT_LOSS_OF_RESPONSE] = "loss_of_response",
    [ENG_EVENT_CMV] = "cmv_infection",
    [ENG_EVENT_EBV] = "ebv_infection",
    [ENG_EVENT_ZOSTER] = "zoster",
    [ENG_EVENT_FUNGAL] = "fungal_infection",
    [ENG_EVENT_BACTERAEMIA] = "bacteraemia",
    [ENG_EVENT_SEVERE_INFECTION] = "severe_infection",
    [ENG_EVENT_PTLD] = "ptld",
    [ENG_EVENT_VOD] = "vod",
    [ENG_EVENT_ORGAN_TOXICITY] = "organ_toxicity",
    [ENG_EVENT_SECOND_CANCER] = "second_cancer",
    [ENG_EVENT_INFERTILITY] = "infertility",
    [ENG_EVENT_TERATOMA] = "teratoma",
    [ENG_EVENT_CRS] = "crs",
};

#define AS_TEXT(name, text) text,
static const char *const causes[] = { ENG_CAUSE_LIST(AS_TEXT) };
static const char *const failures[] = { ENG_FAILURE_LIST(AS_TEXT) };

int
eng_event_count(const eng_disease_t *disease)
{
    return ENG_NUM_SHARED_EVENTS + disease->num_events;
}

const char *
eng_event_name(const eng_disease_t *disease, int event)
{
    if (event < 0 || event >= (disease == NULL ? (int)ENG_NUM_SHARED_EVENTS : eng_event_count(disease))) {
        return NULL;
    }
    return event < ENG_NUM_SHARED_EVENTS ? events[event] : disease->events[event - ENG_NUM_SHARED_EVENTS].name;
}

int
eng_cause_count(const eng_disease_t *disease)
{
    return ENG_NUM_SHARED_CAUSES + disease->num_causes;
}

const char *
eng_cause_name(const eng_disease_t *disease, int cause)
{
    if (cause < 0 || cause >= eng_cause_count(disease)) {
        return NULL;
    }
    return cause < ENG_NUM_SHARED_CAUSES ? causes[cause] : disease->causes[cause - ENG_NUM_SHARED_CAUSES];
}

const char *
eng_failure_name(int failure)
{
    return failure >= 0 && failure < ENG_NUM_FAILURES ? failures[failure] : NULL;
}

/* --- markers --------------------------------------------------------------------------------------------- */

/* Steps are well below what a laboratory resolves; ranges hold a life without marrow as well as any overshoot. */
static const eng_marker_row_t markers[ENG_NUM_SHARED_MARKERS] = {
    /*                              name, unit, help, step, low, high, logarithmic, better: a count may be too high as well as too low */
    [ENG_MARKER_ANC] = { "anc", "1/uL", "neutrophils in blood", 1, 1, 1e5, true, 0 },
    [ENG_MARKER_PLATELETS] = { "platelets", "1e3/uL", "platelets in blood, without transfusions", 0.1, 0.1, 2000,
        true, 0 },
    [ENG_MARKER_HB] = { "hb", "g/L", "haemoglobin", 0.1, 0, 250, false, 0 },
    [ENG_MARKER_CD4] = { "cd4", "1/uL", "CD4 T cells in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_CD8] = { "cd8", "1/uL", "CD8 T cells in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_NK] = { "nk", "1/uL", "NK cells in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_B] = { "b", "1/uL", "B cells in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_TREG] = { "treg", "1/uL", "regulatory T cells in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_NAIVE_CD4_SHARE] = { "naive_cd4_share", "1", "naive among naive and memory CD4 cells", 1e-4, 0, 1,
        false, 0 },
    [ENG_MARKER_RICHNESS] = { "richness", "1", "distinct T-cell clonotypes, relative to the patient's own health", 1e-4,
        0, 3, false, 0 },
    [ENG_MARKER_IGG] = { "igg", "1", "immunoglobulin G, relative to the patient's own health", 1e-4, 0, 3, false, 0 },
    [ENG_MARKER_MONOCYTES] = { "monocytes", "1/uL", "monocytes in blood", 0.1, 0.1, 1e5, true, 0 },
    [ENG_MARKER_PRODUCT_CELLS] = { "product_cells", "1", "cells of products that live: beta cells relative to a healthy pancreas, CAR-T cells to their usual peak", 1e-4, 1e-4, 100, true, 0 },
};

int
eng_marker_count(const eng_disease_t *disease)
{
    return ENG_NUM_SHARED_MARKERS + disease->num_markers;
}

int
eng_number_count(const eng_disease_t *disease)
{
    return ENG_NUM_SHARED_NUMBERS + disease->module.num_numbers;
}

const eng_marker_row_t *
eng_marker_row(const eng_disease_t *disease, int marker)
{
    if (marker < 0 || marker >= eng_marker_count(disease)) {
        return NULL;
    }
    return marker < ENG_NUM_SHARED_MARKERS ? &markers[marker] : &disease->markers[marker - ENG_NUM_SHARED_MARKERS];
}

int
eng_marker_find(const eng_disease_t *disease, const char *name)
{
    int j;

    for (j = 0; j < eng_marker_count(disease); j++) {
        if (strcmp(eng_marker_row(disease, j)->name, name) == 0) {
            return j;
        }
    }
    return -1;
}

/* --- outcomes -------------------------------------------------------------------------------------------- */

#define RELAPSE ENG_BIT(ENG_EVENT_RELAPSE)
#define PROGRESSION ENG_BIT(ENG_EVENT_PROGRESSION)
#define DEATH ENG_BIT(ENG_EVENT_DEATH)

enum { GOOD = 1, BAD = -1 }; /* what a row is about */
#define TIME(name, better, events, competing, help) \
    { name, "d", help, ENG_OUTCOME_TIME, false, events, competing, 0, 0, 0, 0, better, false, false }
#define FREE_OF(name, events, help) { name, "d", help, ENG_OUTCOME_TIME, true, events, 0, 0, 0, 0, 0, GOOD, false, false }
#define FIRST(name, better, event, help) TIME(name, better, ENG_BIT(event), DEATH, help)
#define ASKED(name, event, help) \
    { name, "d", help "; death competes", ENG_OUTCOME_TIME, false, ENG_BIT(event), DEATH, 0, 0, 0, 0, BAD, true }
#define NUMBER(name, unit, better, number, step, high, help) \
    { name, unit, help, ENG_OUTCOME_NUMBER, false, 0, 0, number, step, 0, high, better, false, false }
#define PART(name, unit, better, number, step, high, help) \
    { name, unit, help, ENG_OUTCOME_NUMBER, false, 0, 0, number, step, 0, high, better, true, false }
#define MARKER(name, unit, marker, help) { name, unit, help, ENG_OUTCOME_MARKER, false, 0, 0, marker, 0, 0, 0, 0, false, false }

static const eng_outcome_row_t core[] = {
    TIME("relapse", BAD, RELAPSE, DEATH, "first relapse of the disease; death competes"),
    TIME("progression", BAD, PROGRESSION, DEATH, "first confirmed progression; death competes"),
    TIME("death", BAD, DEATH, 0, "death of any cause"),
    FREE_OF("os", DEATH, "overall survival"),
    TIME("nrm", BAD, DEATH, RELAPSE | PROGRESSION, "death without relapse or progression, which compete"),
    FREE_OF("efs", RELAPSE | PROGRESSION | DEATH, "alive without relapse and progression"),
    FREE_OF("rfs", RELAPSE | DEATH, "alive without relapse"),
    FREE_OF("pfs", PROGRESSION | DEATH, "alive without progression"),
    FIRST("anc_recovery", GOOD, ENG_EVENT_ANC_RECOVERY, "neutrophils back above 500/uL after the nadir; death competes"),
    FIRST("plt_recovery", GOOD, ENG_EVENT_PLT_RECOVERY, "platelets back above 20e3/uL after the nadir; death competes"),
    FIRST("cd4_200", GOOD, ENG_EVENT_CD4_200, "CD4 cells back above 200/uL; death competes"),
    FIRST("graft_failure", BAD, ENG_EVENT_GRAFT_FAILURE, "primary or secondary graft failure; death competes"),
    FIRST("secondary_malignancy", BAD, ENG_EVENT_SECONDARY_MALIGNANCY, "therapy-related MDS or AML; death competes"),
    FIRST("secondary_autoimmunity", BAD, ENG_EVENT_SECONDARY_AUTOIMMUNITY, "a new autoimmune disease; death competes"),
    ASKED("cmv_infection", ENG_EVENT_CMV, "cytomegalovirus in blood"),
    ASKED("ebv_infection", ENG_EVENT_EBV, "Epstein-Barr virus in blood"),
    ASKED("zoster", ENG_EVENT_ZOSTER, "shingles"),
    ASKED("fungal_infection", ENG_EVENT_FUNGAL, "invasive fungal infection"),
    ASKED("bacteraemia", ENG_EVENT_BACTERAEMIA, "gram-negative bacteria in blood"),
    ASKED("severe_infection", ENG_EVENT_SEVERE_INFECTION, "bacteraemia, fungal infection, viral disease of organs, or fatal"),
    ASKED("ptld", ENG_EVENT_PTLD, "lymphoproliferative disease by Epstein-Barr virus"),
    ASKED("vod", ENG_EVENT_VOD, "veno-occlusive disease of the liver"),
    ASKED("organ_toxicity", ENG_EVENT_ORGAN_TOXICITY, "severe toxicity of conditioning to an organ"),
    ASKED("second_cancer", ENG_EVENT_SECOND_CANCER, "solid cancer after conditioning"),
    ASKED("infertility", ENG_EVENT_INFERTILITY, "gonads lost by conditioning: early menopause, no sperm; women above 50 years are not asked"),
    ASKED("teratoma", ENG_EVENT_TERATOMA, "teratoma of a cell product made of pluripotent stem cells"),
    ASKED("crs", ENG_EVENT_CRS, "cytokine release after CAR-T cells, of any grade"),
    NUMBER("infections", "1", BAD, ENG_NUMBER_INFECTIONS, 1, 100, "bacterial, fungal, viral and opportunistic infections"),
    PART("bacterial_infections", "1", BAD, ENG_NUMBER_BACTERIAL, 1, 100, "bacterial and fungal infections, of all infections"),
    PART("viral_infections", "1", BAD, ENG_NUMBER_VIRAL, 1, 100, "viral and opportunistic infections, of all infections"),
    PART("severe_infections", "1", BAD, ENG_NUMBER_SEVERE_INFECTIONS, 1, 100, "severe infections, of all infections"),
    PART("severe_events", "1", BAD, ENG_NUMBER_SEVERE_EVENTS, 1, 100,
        "severe events: febrile neutropenia, severe infections, mucositis, VOD, toxicity to organs, lymphoproliferation, cancers"),
    PART("mucositis", "1", BAD, ENG_NUMBER_MUCOSITIS, 1, 4, "worst grade of mucositis after conditioning, 0 to 4"),
    PART("crs_grade", "1", BAD, ENG_NUMBER_CRS, 1, 5, "worst grade of cytokine release, 0 to 5; missing where no protocol gives such cells"),
    NUMBER("febrile", "1", BAD, ENG_NUMBER_FEBRILE, 1, 100, "episodes of febrile neutropenia without an organism"),
    NUMBER("relapses", "1", BAD, ENG_NUMBER_RELAPSES, 1, 60, "relapses from day 0 on"),
    NUMBER("arr", "1/y", BAD, ENG_NUMBER_ARR, 1e-4, 20, "relapses per year of life from day 0 on"),
    MARKER("anc", "1/uL", ENG_MARKER_ANC, "neutrophils in blood"),
    MARKER("platelets", "1e3/uL", ENG_MARKER_PLATELETS, "platelets in blood, without transfusions"),
    MARKER("hb", "g/L", ENG_MARKER_HB, "haemoglobin"),
    MARKER("cd4", "1/uL", ENG_MARKER_CD4, "CD4 T cells in blood"),
    MARKER("cd8", "1/uL", ENG_MARKER_CD8, "CD8 T cells in blood"),
    MARKER("nk", "1/uL", ENG_MARKER_NK, "NK cells in blood"),
    MARKER("b", "1/uL", ENG_MARKER_B, "B cells in blood"),
    MARKER("treg", "1/uL", ENG_MARKER_TREG, "regulatory T cells in blood"),
    MARKER("naive_cd4_share", "1", ENG_MARKER_NAIVE_CD4_SHARE, "naive among naive and memory CD4 cells"),
    MARKER("richness", "1", ENG_MARKER_RICHNESS, "distinct T-cell clonotypes, relative to health"),
    MARKER("igg", "1", ENG_MARKER_IGG, "immunoglobulin G, relative to health"),
    MARKER("monocytes", "1/uL", ENG_MARKER_MONOCYTES, "monocytes in blood"),
    MARKER("product_cells", "1", ENG_MARKER_PRODUCT_CELLS, "cells of products that live"),
};

#define NUM_CORE ((int)(sizeof(core) / sizeof(*core)))

/* Rows of the core, of the modules in their order, of the disease: part 0, 1 ... */
static const eng_outcome_row_t *
rows_of(const eng_disease_t *disease, int part, int *count)
{
    const eng_module_t *module;

    if (part == 0) {
        *count = NUM_CORE;
        return core;
    }
    module = part <= disease->num_needs ? disease->needs[part - 1] : &disease->module;
    *count = module->num_outcomes;
    return module->outcomes;
}

/* A row of the core that the disease defines in its own way. */
static bool
replaced(const eng_disease_t *disease, int part, const eng_outcome_row_t *row)
{
    int k;

    for (k = 0; part == 0 && k < disease->module.num_outcomes; k++) {
        if (strcmp(disease->module.outcomes[k].name, row->name) == 0) {
            return true;
        }
    }
    return false;
}

int
eng_outcome_count(const eng_disease_t *disease)
{
    int total = 0, part, count, k;

    for (part = 0; part <= disease->num_needs + 1; part++) {
        const eng_outcome_row_t *rows = rows_of(disease, part, &count);
        for (k = 0; k < count; k++) {
            total += replaced(disease, part, &rows[k]) ? 0 : 1;
        }
    }
    return total;
}

/* Lists go by sections: times that the disease makes, other times, numbers, markers; within one by parts. */
#define NUM_SECTIONS 4
static int
section_of(const eng_outcome_row_t *row)
{
    const uint64_t shared = (ENG_BIT(ENG_NUM_SHARED_EVENTS) - 1) & ~(RELAPSE | PROGRESSION | DEATH);

    if (row->kind == ENG_OUTCOME_TIME) {
        return (row->events & shared) == 0 ? 0 : 1;
    }
    return row->kind == ENG_OUTCOME_NUMBER ? 2 : 3;
}

const eng_outcome_row_t *
eng_outcome_at(const eng_disease_t *disease, int j)
{
    int section, part, count, k;

    for (section = 0; section < NUM_SECTIONS && j >= 0; section++) {
        for (part = 0; part <= disease->num_needs + 1; part++) {
            const eng_outcome_row_t *rows = rows_of(disease, part, &count);
            for (k = 0; k < count; k++) {
                if (section_of(&rows[k]) == section && !replaced(disease, part, &rows[k]) && j-- == 0) {
                    return &rows[k];
                }
            }
        }
    }
    return NULL;
}

int
eng_outcome_find(const eng_disease_t *disease, const char *name)
{
    int section, part, count, k, j = 0;

    for (section = 0; section < NUM_SECTIONS; section++) {
        for (part = 0; part <= disease->num_needs + 1; part++) {
            const eng_outcome_row_t *rows = rows_of(disease, part, &count);
            for (k = 0; k < count; k++) {
                if (section_of(&rows[k]) == section && !replaced(disease, part, &rows[k])) {
                    if (strcmp(rows[k].name, name) == 0) {
                        return j;
                    }
                    j++;
                }
            }
        }
    }
    return -1;
}

int
eng_outcome_better(const eng_disease_t *disease, const eng_outcome_row_t *row)
{
    return row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(disease, row->source)->better : row->better;
}

/* --- times ----------------------------------------------------------------------------------------------- */

/* Earliest tick of a set of events; NEVER if none happened, NOT_APPLICABLE if none of the set can be asked. */
static int32_t
earliest(const eng_results_t *results, uint64_t mask, int lane)
{
    int32_t first = ENG_TICK_NEVER, tick;
    bool asked = false;
    int event;

    for (event = 0; mask >> event != 0; event++) {
        if ((mask >> event & 1) != 0) {
            tick = results->tick[event][lane];
            if (tick != ENG_TICK_NOT_APPLICABLE) {
                asked = true;
                first = tick < first ? tick : first;
            }
        }
    }
    return asked ? first : ENG_TICK_NOT_APPLICABLE;
}

int
eng_outcome_time(const eng_outcome_row_t *row, const eng_results_t *results, int lane, int32_t horizon_tick,
    int32_t *tick)
{
    int32_t event = earliest(results, row->events, lane);
    int32_t competing = earliest(results, row->competing, lane);

    if (event == ENG_TICK_NOT_APPLICABLE) {
        *tick = ENG_TICK_NOT_APPLICABLE;
        return -1;
    }
    if (competing == ENG_TICK_NOT_APPLICABLE) {
        competing = ENG_TICK_NEVER; /* nothing competes, or only what cannot happen */
    }
    if (event <= competing && event <= horizon_tick) {
        *tick = event;
        return 1;
    }
    if (competing < event && competing <= horizon_tick) {
        *tick = competing;
        return 2;
    }
    *tick = horizon_tick;
    return 0;
}
