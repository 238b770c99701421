/**
 * One row of the calendar for one tile: the parts of the step, in the order in which course.c calls them.
 * Numbers R.. are the reactions of MODEL section 5.
 */
#ifndef ENG_MODEL_LANES_STEP_H
#define ENG_MODEL_LANES_STEP_H

#include "model/kernel.h"
#include "model/lanes/lanes.h"

/**
 * What a module adds to the step.  `block` is its own in the course's tile; hooks work on all lanes unless they name some.
 * NULL: nothing to do.  A new hook is a line here and a word in ENG_HOOK_LIST (kernel.h).
 */
typedef struct eng_module_lanes {
    const char *name;
    /** Constants of the patients in lanes first .. end - 1 at their point. */
    void (*derive)(eng_course_t *c, void *block, int first, int end);
    /** State of fresh patients: after the healthy pools and after the modules before it. */
    void (*start)(eng_course_t *c, void *block, int first, int end);
    /** Patients who come out of screening (at c->nominal) to their own point; derive ran. */
    void (*enter)(eng_course_t *c, void *block, int first, int end);
    /** First day of a calendar. */
    void (*begin)(eng_course_t *c, void *block);
    /** Signals of the row, from the state at its start: into c->signals->written[ENG_SIGNAL_...]. */
    void (*signal)(eng_course_t *c, void *block);
    /** One row: after clones and effectors, before hazards. */
    void (*step)(eng_course_t *c, void *block);
    /** Hazards that pass with the pools; rows of the calendar that hold them are left out. */
    void (*hazards)(eng_course_t *c, void *block);
    /** A viral infection, number `number` of lane l. */
    void (*infected)(eng_course_t *c, void *block, int l, uint32_t number);
    /** A trigger moved `cells` effectors into the tissue of lane l. */
    void (*burst)(eng_course_t *c, void *block, int l, real cells);
    /** Lymphocytes were killed: survival s[l] of cells at rest, cycling[l] times that of cells in division. */
    void (*kill)(eng_course_t *c, void *block, const real *s, const real *cycling);
    /** Cells are collected: keep what goes with them. */
    void (*harvest)(eng_course_t *c, void *block);
    /** What comes back with t_cells[l] T cells of a graft; rng: streams of its tick, one a lane. */
    void (*graft)(eng_course_t *c, void *block, eng_rng_t *rng, const real *t_cells);
    /** What is looked at after a draw (ENG_ROW_YEAR1, ENG_ROW_DAY30). */
    void (*marks)(eng_course_t *c, void *block);
    /** The disease's own marker k as a visit would find it. */
    void (*read)(const eng_course_t *c, const void *block, int k, real *value);
} eng_module_lanes_t;

/** Call a hook of every module that has it, in the order of the catalogue: with further arguments, or without. */
#define CALL_WITH(c, hook, ...)                                                                                \
    for (unsigned left_ = (c)->hooks->with[ENG_HOOK_##hook]; left_ != 0; left_ &= left_ - 1) {                \
        (c)->hooks->module[__builtin_ctz(left_)]->hook((c), (c)->block[__builtin_ctz(left_)], __VA_ARGS__); \
    }
#define CALL(c, hook)                                                                             \
    for (unsigned left_ = (c)->hooks->with[ENG_HOOK_##hook]; left_ != 0; left_ &= left_ - 1) {   \
        (c)->hooks->module[__builtin_ctz(left_)]->hook((c), (c)->block[__builtin_ctz(left_)]); \
    }

/**
 * Cells of a pool in the whole body, which is what feedback, niches and the thymus see; o: an origin.  Here and nowhere else
 * origins are added up.  A body has one so far, whose own number is the total.
 */
#define TOTAL(o, pool) ((o)->pool[l])

#define eng_signals_make LANE_NAME(signals_make)
#define eng_marrow_step LANE_NAME(marrow_step)
#define eng_lymphocytes_step LANE_NAME(lymphocytes_step)
#define eng_counts_step LANE_NAME(counts_step)
#define eng_counts_draw LANE_NAME(counts_draw)
#define eng_clones_add LANE_NAME(clones_add)
#define eng_clones_refresh LANE_NAME(clones_refresh)
#define eng_effectors_step LANE_NAME(effectors_step)
#define eng_triggers_fill LANE_NAME(triggers_fill)
#define eng_triggers_apply LANE_NAME(triggers_apply)
#define eng_trigger_one LANE_NAME(trigger_one)
#define eng_hazards_step LANE_NAME(hazards_step)
#define eng_hazards_start LANE_NAME(hazards_start)
#define eng_background_start LANE_NAME(background_start)
#define eng_threshold LANE_NAME(threshold)
#define eng_event_word LANE_NAME(event_word)
#define eng_death_at LANE_NAME(death_at)
#define eng_watch_step LANE_NAME(watch_step)
#define eng_watch_marks LANE_NAME(watch_marks)
#define eng_read_markers LANE_NAME(read_markers)
#define eng_therapy_ops LANE_NAME(therapy_ops)
#define eng_therapy_rule LANE_NAME(therapy_rule)
#define eng_therapy_visit LANE_NAME(therapy_visit)
#define eng_exposures_row LANE_NAME(exposures_row)
#define eng_exposures_end LANE_NAME(exposures_end)
#define eng_antibody_dose LANE_NAME(antibody_dose)
#define eng_drug_start LANE_NAME(drug_start)
#define eng_drug_stop LANE_NAME(drug_stop)
#define eng_drugs_day LANE_NAME(drugs_day)
#define eng_harvest_keep LANE_NAME(harvest_keep)
#define eng_streams_open LANE_NAME(streams_open)
#define eng_patient_draw LANE_NAME(patient_draw)
#define eng_patient_start LANE_NAME(patient_start)
#define eng_patient_enter LANE_NAME(patient_enter)

void eng_signals_make(eng_course_t *c);
/** Marrow and blood of one origin; s: the body's signals with what is the origin's own (its mean S). */
void eng_marrow_step(const eng_course_t *c, eng_cells_t *o, eng_signals_t *s);
/** Thymus and lymphocytes of one origin; leaves its thymic export in s. */
void eng_lymphocytes_step(const eng_course_t *c, eng_cells_t *o, eng_signals_t *s);
/** Integrals of the birth-death law of stem cells and clones over the row. */
void eng_counts_step(eng_course_t *c);
/** Draw stem cells and clones at the row's end; also ages the thymus. */
void eng_counts_draw(eng_course_t *c);
/** A new clone of `size` cells and avidity `avidity` in lane l (R57). */
void eng_clones_add(eng_clones_t *clones, int l, int start, real size, real avidity);
/** Sums over the clones after their numbers changed. */
void eng_clones_refresh(eng_clones_t *clones);
void eng_effectors_step(eng_course_t *c);
void eng_triggers_fill(eng_course_t *c, eng_trigger_list_t *list, int32_t day);
/** Bursts of the day that starts with the row. */
void eng_triggers_apply(eng_course_t *c, eng_trigger_list_t *list);
/** One burst of size u in lane l, z its normal. */
void eng_trigger_one(eng_course_t *c, int l, real u, real z);
/** First thresholds of lanes first .. end - 1: the core's hazards and the modules'. */
void eng_hazards_start(eng_course_t *c, int first, int end);
/** The day of background death, at the start of a course. */
void eng_background_start(eng_course_t *c);
/** Threshold `number` (0: the first) of a hazard in lane l. */
real eng_threshold(const eng_course_t *c, int l, eng_channel_t channel, uint32_t number);
/** Word `k` of tick 0 of an event channel, for lane l. */
uint64_t eng_event_word(const eng_course_t *c, int l, eng_channel_t channel, uint32_t k);
void eng_hazards_step(eng_course_t *c);
/** Lane l dies on `day` of `cause` unless it dies before. */
void eng_death_at(eng_tile_t *tile, int l, real day, int cause);
/** Recovery of counts, graft failure. */
void eng_watch_step(eng_course_t *c);
/** What is read at draws: secondary graft failure, marks of modules. */
void eng_watch_marks(eng_course_t *c);
/** All markers at the row's end: out[markers of the disease][ENG_LANES], NaN for the dead. */
void eng_read_markers(const eng_course_t *c, double *out);
/** What is dated at the start of a row. */
void eng_therapy_ops(eng_course_t *c);
/** A rule that is not dated acts in the lanes that are 1. */
void eng_therapy_rule(eng_course_t *c, const eng_rule_t *rule, real until, const real *lanes);
/** `when` rules at a visit. */
void eng_therapy_visit(eng_course_t *c);
/** Killing by antibodies and mucosal injury over the row, while the tile is exposed to any. */
void eng_exposures_row(eng_course_t *c);
/** Nothing is left of them in any lane: signals back to none. */
void eng_exposures_end(eng_course_t *c);
/** antibody: noun of `atg`; amount: exposure, 1 = reference course. */
void eng_antibody_dose(eng_course_t *c, int antibody, real amount);
/** A drug starts in the lanes that are 1: it replaces what its class took there. */
void eng_drug_start(eng_course_t *c, int slot_index, int drug_index, real until, real taper, const real *lanes);
void eng_drug_stop(eng_course_t *c, int slot_index, int drug_index, real now);
/** Exposures of drug slots as a day begins. */
void eng_drugs_day(eng_course_t *c);
/** Keep clones and T cells as they are collected now. */
void eng_harvest_keep(eng_course_t *c);

/** Rows of streams of the lanes' patients at tick 0. */
void eng_streams_open(const eng_course_t *c, eng_channel_t channel, eng_wide_row_t *state, eng_wide_row_t *inc, int first, int end);
/** Draw covariates of patients; laws: eng_covariate_count(disease) laws. */
void eng_patient_draw(eng_tile_t *tile, const eng_model_spec_t *spec);
/** Fresh patients at a point, lanes first .. end - 1: streams, constants, healthy pools, modules. */
void eng_patient_start(eng_course_t *course, int first, int end);
/** Patients who come out of screening, likewise. */
void eng_patient_enter(eng_course_t *course, int first, int end);

#endif
