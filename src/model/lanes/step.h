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
    /** A trigger of size `u`, Exp(1), in lane l. */
    void (*trigger)(eng_course_t *c, void *block, int l, real u);
    /** A trigger moved `cells` effectors into the tissue of lane l. */
    void (*burst)(eng_course_t *c, void *block, int l, real cells);
    /** Lymphocytes were killed: survival s[l] of cells at rest, cycling[l] times that of cells in division. */
    void (*kill)(eng_course_t *c, void *block, const real *s, const real *cycling);
    /** Antithymocyte globulin is given: `part` of it now, `whole` in all, as exposures at the nominal dose. */
    void (*globulin)(eng_course_t *c, void *block, real part, real whole);
    /** Cells are collected: what goes with them into kept, the module's kept_bytes; those collected before are lost. */
    void (*harvest)(eng_course_t *c, void *block, void *kept);
    /** What comes back with t_cells[l] T cells of a graft, less those whose autoreactive cells were removed; rng: streams of its tick, one a lane, behind the modules before. */
    void (*graft)(eng_course_t *c, void *block, const void *kept, eng_rng_t *rng, const real *t_cells);
    /** What is looked at after a draw (ENG_ROW_YEAR1, ENG_ROW_DAY30). */
    void (*marks)(eng_course_t *c, void *block);
    /** A visit of the disease's own (eng_calendar_needs_t.visits) at the row's end: it sees what a reading sees, and rules see what it finds. */
    void (*visit)(eng_course_t *c, void *block);
    /** The disease's own marker k as a visit would find it. */
    void (*read)(const eng_course_t *c, const void *block, int k, real *value);
} eng_module_lanes_t;

/** The hooks of module or disease `name`: ENG_MODULE_LANES(ms) = { .name = "ms", ... }; */
#define ENG_MODULE_LANES(name) \
    LANE_TABLE(eng_module_lanes_t, eng_lanes_##name); \
    const eng_module_lanes_t eng_lanes_##name

/** Call a hook of every module that has it, in the order of the catalogue: with further arguments, or without. */
#define CALL_WITH(c, hook, ...)                                                                                \
    for (unsigned left_ = (c)->hooks->with[ENG_HOOK_##hook]; left_ != 0; left_ &= left_ - 1) {                \
        (c)->hooks->module[__builtin_ctz(left_)]->hook((c), (c)->block[__builtin_ctz(left_)], __VA_ARGS__); \
    }
/** In the arguments of CALL_WITH: what the module that is called keeps with collected cells. */
#define KEPT(c) ((void *)((char *)(c)->kept + (c)->body->kept[__builtin_ctz(left_)]))
#define CALL(c, hook)                                                                             \
    for (unsigned left_ = (c)->hooks->with[ENG_HOOK_##hook]; left_ != 0; left_ &= left_ - 1) {   \
        (c)->hooks->module[__builtin_ctz(left_)]->hook((c), (c)->block[__builtin_ctz(left_)]); \
    }

/**
 * Cells of a pool in the whole body, which is what feedback, niches and the thymus see; o: the core's pools, in which origins are
 * added up where there are two (origins.h).
 */
#define TOTAL(o, pool) ((o)->pool[l])

LANE_FUNCTION(void, eng_signals_make, (eng_course_t *c));
/** Marrow and blood of one origin; s: the body's signals with what is the origin's own (its mean S). */
LANE_FUNCTION(void, eng_marrow_step, (const eng_course_t *c, eng_cells_t *o, eng_signals_t *s));
/** Thymus and lymphocytes of one origin; leaves its thymic export in s. */
LANE_FUNCTION(void, eng_lymphocytes_step, (const eng_course_t *c, eng_cells_t *o, eng_signals_t *s));
/** Integrals of the birth-death law of stem cells and clones over the row. */
LANE_FUNCTION(void, eng_counts_step, (eng_course_t *c));
/** Draw stem cells and clones at the row's end; also ages the thymus. */
LANE_FUNCTION(void, eng_counts_draw, (eng_course_t *c));
/** Where so much was killed (`killed` above 0) that no cell is left for certain, the law stays where numbers can follow it; before a refresh. */
LANE_FUNCTION(void, eng_clones_bound, (eng_clones_t *clones, const real *killed));
/** Sums over the clones after their numbers changed. */
LANE_FUNCTION(void, eng_clones_refresh, (eng_clones_t *clones));
LANE_FUNCTION(void, eng_effectors_step, (eng_course_t *c));
LANE_FUNCTION(void, eng_triggers_fill, (eng_course_t *c, eng_trigger_list_t *list, int32_t day));
/** Bursts of the day that starts with the row. */
LANE_FUNCTION(void, eng_triggers_apply, (eng_course_t *c, eng_trigger_list_t *list));
/** One burst of size u in lane l, z its normal. */
LANE_FUNCTION(void, eng_trigger_one, (eng_course_t *c, int l, real u, real z));
/** First thresholds of lanes first .. end - 1: the core's hazards and the modules'. */
LANE_FUNCTION(void, eng_hazards_start, (eng_course_t *c, int first, int end));
/** The day of background death, at the start of a course. */
LANE_FUNCTION(void, eng_background_start, (eng_course_t *c));
/** Threshold `number` (0: the first) of a hazard in lane l. */
LANE_FUNCTION(real, eng_threshold, (const eng_course_t *c, int l, eng_channel_t channel, uint32_t number));
/**
 * The next threshold of what comes often, from a channel of its own: a word serves two.  drawn[l]: how many there were, 0 at the start;
 * spare[l]: the second of a word.
 */
LANE_FUNCTION(real, eng_next_threshold, (const eng_course_t *c, int l, eng_channel_t channel, real *drawn, real *spare));
/** Word `k` of tick 0 of an event channel, for lane l. */
LANE_FUNCTION(uint64_t, eng_event_word, (const eng_course_t *c, int l, eng_channel_t channel, uint32_t k));
/** The same, and the word that lies 2^16 further on: two independent ones for the price of one stream. */
LANE_FUNCTION(void, eng_event_words, (const eng_course_t *c, int l, eng_channel_t channel, uint32_t k, uint64_t *word, uint64_t *far));
LANE_FUNCTION(void, eng_hazards_step, (eng_course_t *c));
/** Lane l dies on `day` of `cause` unless it dies before. */
LANE_FUNCTION(void, eng_death_at, (eng_tile_t *tile, int l, real day, int cause));
/** Recovery of counts, graft failure. */
LANE_FUNCTION(void, eng_watch_step, (eng_course_t *c));
/** What is read at draws: secondary graft failure, marks of modules. */
LANE_FUNCTION(void, eng_watch_marks, (eng_course_t *c));
/** All markers at the row's end: out[markers of the disease][ENG_LANES], NaN for the dead. */
LANE_FUNCTION(void, eng_read_markers, (const eng_course_t *c, double *out));
/** What endpoints of the study need noted at the row's end (endpoint.h): out[ENG_NUM_NOTES][ENG_LANES]. */
LANE_FUNCTION(void, eng_read_notes, (const eng_course_t *c, double *out));
/** What is dated at the start of a row. */
LANE_FUNCTION(void, eng_therapy_ops, (eng_course_t *c));
/** A rule that is not dated acts in the lanes that are 1. */
LANE_FUNCTION(void, eng_therapy_rule, (eng_course_t *c, const eng_rule_t *rule, real until, const real *lanes));
/** `when` rules at a visit. */
LANE_FUNCTION(void, eng_therapy_visit, (eng_course_t *c));
/** Killing by antibodies and mucosal injury over the row, while the tile is exposed to any. */
LANE_FUNCTION(void, eng_exposures_row, (eng_course_t *c));
/** Nothing is left of them in any lane: signals back to none. */
LANE_FUNCTION(void, eng_exposures_end, (eng_course_t *c));
/** antibody: noun of `atg`; amount: exposure, 1 = reference course. */
LANE_FUNCTION(void, eng_antibody_dose, (eng_course_t *c, int antibody, real amount));
/** A drug starts in the lanes that are 1: it replaces what its class took there. */
LANE_FUNCTION(void, eng_drug_start, (eng_course_t *c, int slot_index, int drug_index, real until, real taper, const real *lanes));
LANE_FUNCTION(void, eng_drug_stop, (eng_course_t *c, int slot_index, int drug_index, real now));
/** Lymphocytes of lane l were killed so thoroughly that it responds to drugs anew. */
LANE_FUNCTION(void, eng_drugs_reset, (eng_course_t *c, int l));
/** What patients take as they come out of screening, at the parameters of their point. */
LANE_FUNCTION(void, eng_drugs_enter, (eng_course_t *c, int first, int end));
/** Exposures of drug slots as a day begins. */
LANE_FUNCTION(void, eng_drugs_day, (eng_course_t *c));
/** Keep T cells, and what modules keep with them, as they are collected now. */
LANE_FUNCTION(void, eng_harvest_keep, (eng_course_t *c));

/** Rows of streams of the lanes' patients at tick 0. */
LANE_FUNCTION(void, eng_streams_open, (const eng_course_t *c, eng_channel_t channel, eng_wide_row_t *state, eng_wide_row_t *inc, int first, int end));
/** Draw covariates of patients; laws: eng_covariate_count(disease) laws. */
LANE_FUNCTION(void, eng_patient_draw, (eng_tile_t *tile, const eng_model_spec_t *spec));
/**
 * Noise of what is measured on a day: standard normals of score `score`, one a lane, those of the day and not of who looks.  day: from
 * c->plan->noise or c->plan->to_first_day.  Bodies with module `visits`.
 */
LANE_FUNCTION(void, eng_visit_noise, (const eng_course_t *c, const eng_rng_jump_t *day, int score, real *z));
/** The day on which the row ends; rows of which the calendar says so (eng_plan_row_t.noise). */
static inline const eng_rng_jump_t *eng_visit_day(const eng_course_t *c)
{
    return &c->plan->noise[c->row->noise];
}
/**
 * What a score shows of the tissue (tissue.h), one number a lane: A on day `today`, with the noise of `day` and `score`; day NULL: the truth.  Bodies
 * with modules `tissue` and `visits`.
 */
LANE_FUNCTION(void, eng_tissue_activity, (const eng_course_t *c, const eng_rng_jump_t *day, int score, real today, real *activity));
/** Fresh patients at a point, lanes first .. end - 1: streams, constants, healthy pools, modules. */
LANE_FUNCTION(void, eng_patient_start, (eng_course_t *course, int first, int end));
/** Patients who come out of screening, likewise. */
LANE_FUNCTION(void, eng_patient_enter, (eng_course_t *course, int first, int end));

#endif
