/**
 * One row of the calendar for one tile: the parts of the step, in the order in which course.c calls them.
 * Numbers R.. are the reactions of MODEL section 5.
 */
#ifndef ENG_MODEL_LANES_STEP_H
#define ENG_MODEL_LANES_STEP_H

#include "model/kernel.h"
#include "model/lanes/lanes.h"

/** What a disease adds to the step; every hook works on all lanes unless it says a lane. */
typedef struct {
    /** Constants and scores from the covariates, attack thresholds: lanes first .. end - 1, at the start of a course. */
    void (*enter)(eng_tile_t *tile, const eng_rates_t *rates, int first, int end);
    /** Damage and events of one row; signals->effector_days is known. */
    void (*advance)(eng_course_t *course);
    /** A trigger moved `burst` effectors into the tissue of a lane. */
    void (*burst)(eng_course_t *course, int lane, real burst);
    /** The score that a visit would find. */
    void (*score)(const eng_course_t *course, real *score);
} eng_disease_lanes_t;

#define eng_signals_make LANE_NAME(signals_make)
#define eng_marrow_step LANE_NAME(marrow_step)
#define eng_lymphocytes_step LANE_NAME(lymphocytes_step)
#define eng_clones_step LANE_NAME(clones_step)
#define eng_clones_draw LANE_NAME(clones_draw)
#define eng_clones_add LANE_NAME(clones_add)
#define eng_clones_refresh LANE_NAME(clones_refresh)
#define eng_effectors_step LANE_NAME(effectors_step)
#define eng_triggers_fill LANE_NAME(triggers_fill)
#define eng_triggers_apply LANE_NAME(triggers_apply)
#define eng_trigger_one LANE_NAME(trigger_one)
#define eng_hazards_step LANE_NAME(hazards_step)
#define eng_hazards_start LANE_NAME(hazards_start)
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
#define eng_patient_draw LANE_NAME(patient_draw)
#define eng_patient_derive LANE_NAME(patient_derive)
#define eng_patient_start LANE_NAME(patient_start)

void eng_signals_make(eng_course_t *c);
void eng_marrow_step(eng_course_t *c);
void eng_lymphocytes_step(eng_course_t *c);
/** Integrals of the birth-death law of clones and stem cells over the row. */
void eng_clones_step(eng_course_t *c);
/** Draw clones and stem cells at the row's end; also ages the thymus. */
void eng_clones_draw(eng_course_t *c);
/** A new clone of `size` cells and avidity `avidity` in lane l (R57). */
void eng_clones_add(eng_tile_t *tile, int l, int start, real size, real avidity);
/** Sums over the clones after their numbers changed. */
void eng_clones_refresh(eng_tile_t *tile);
void eng_effectors_step(eng_course_t *c);
void eng_triggers_fill(eng_course_t *c, eng_trigger_list_t *list, int32_t day);
/** Bursts of the day that starts with the row. */
void eng_triggers_apply(eng_course_t *c, eng_trigger_list_t *list);
/** One burst of size u in lane l, z its normal. */
void eng_trigger_one(eng_course_t *c, int l, real u, real z);
/** First thresholds of the hazards, background death; at the start of a course. */
void eng_hazards_start(eng_course_t *c);
void eng_hazards_step(eng_course_t *c);
/** Lane l dies on `day` of `cause` unless it dies before. */
void eng_death_at(eng_tile_t *tile, int l, real day, int cause);
/** Recovery of counts, graft failure. */
void eng_watch_step(eng_course_t *c);
/** What is read at fixed days: reservoir at one year, clones left. */
void eng_watch_marks(eng_course_t *c);
/** All markers at the row's end: out[ENG_NUM_MARKERS][ENG_LANES], NaN for the dead. */
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

/** Draw covariates and keys of patients; laws: eng_covariate_count(disease) laws. */
void eng_patient_draw(eng_tile_t *tile, const eng_model_spec_t *spec);
/** Constants of patients at a point: lanes first .. end - 1. */
void eng_patient_derive(eng_tile_t *tile, const eng_disease_t *disease, const eng_rates_t *rates, int first, int end);
/** Constants, healthy pools and fresh clones, likewise. */
void eng_patient_start(const eng_course_t *course, int first, int end);

#endif
