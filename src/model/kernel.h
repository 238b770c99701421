/**
 * A kernel: the step loop compiled for one vector width.  All kernels give the same bits; the runner picks one.
 */
#ifndef ENG_MODEL_KERNEL_H
#define ENG_MODEL_KERNEL_H

#include "model/body.h"
#include "model/freeze.h"
#include "model/humoral.h"
#include "model/network.h"
#include "model/origins.h"
#include "model/plan.h"
#include "model/product.h"
#include "model/rates.h"
#include "model/tile.h"
#include "model/tissue.h"
#include "model/visits.h"

/** Shared signals of a row (MODEL section 4): at mid-step where not said otherwise. */
typedef struct {
    eng_row_t feedback_granulo; /* fN */
    eng_row_t feedback_meg;     /* fL */
    eng_row_t progenitor;       /* S, mean over the step */
    eng_row_t fill4;            /* y4 at the start */
    eng_row_t fill8, fill;      /* y8, y */
    eng_row_t kill, kill_nk, kill_b; /* killing by antibodies, mean over the row, 1/d */
    eng_row_t injury;           /* mucosal injury, mean over the row */
    eng_row_t early;            /* memory CD4 drive gM omM eb gT */
    eng_row_t room8;            /* om8, signed */
    eng_row_t thymic_export;    /* mean over the row, cells/d */
    eng_row_t effector_days;    /* integral of X over the row, cells x d */
    eng_row_t effector_first;   /* X after the first of the row's sub-steps, cells */
    eng_row_t written[ENG_NUM_SIGNALS]; /* signals that modules write, after what drugs do */
} eng_signals_t;

struct eng_module_lanes;

/** What modules add to the step (lanes/step.h says when each is called). */
#define ENG_HOOK_LIST(X)                                                                                            \
    X(derive) X(start) X(enter) X(begin) X(signal) X(step) X(hazards) X(infected) X(trigger) X(burst) X(kill) X(harvest) \
    X(graft) X(globulin) X(marks) X(visit) X(read)
#define ENG_HOOK_AS_ENUM(name) ENG_HOOK_##name,
enum { ENG_HOOK_LIST(ENG_HOOK_AS_ENUM) ENG_NUM_HOOKS };
#undef ENG_HOOK_AS_ENUM

/** The hooks of a body's modules for one width. */
typedef struct {
    const struct eng_module_lanes *module[ENG_MAX_MODULES];
    unsigned with[ENG_NUM_HOOKS]; /* bit j: module j has this hook */
} eng_hooks_t;

/** Everything that a row needs. */
typedef struct {
    eng_tile_t *tile;
    eng_clones_t *clones;              /* the tile's, NULL where the body has none */
    const eng_visits_t *visits;        /* likewise */
    eng_tissue_t *tissue;
    eng_humoral_t *humoral;
    eng_product_t *product;            /* cell products; NULL where no protocol of the study gives any */
    eng_graft_t *graft;                /* cells of a donor; NULL: no protocol of the study gives any */
    const eng_body_t *body;
    const eng_hooks_t *hooks;          /* of the body's modules */
    void *block[ENG_MAX_MODULES];      /* their blocks in the tile */
    eng_slot_t *slot;                  /* what lanes take, by class */
    eng_row_t *effect;                 /* what that does: eng_slot_effect */
    eng_rule_rows_t *rule;
    eng_signal_set_t writes;           /* signals that somebody writes: drugs of the calendar, modules */
    const eng_real_t *signal[ENG_NUM_SIGNALS]; /* rows of signals as they are to be read */
    const eng_plan_t *plan;
    const eng_plan_row_t *row;
    const eng_rates_t *rates;          /* of the point that all lanes share */
    const eng_rate_rows_t *rate_rows;  /* or, in a mixed tile, of each lane's point */
    const eng_rates_t *nominal;        /* of the screening before entry, while patients come out of it */
    eng_signals_t *signals;
    void *kept;                        /* of the tile, with collected cells: body->kept_bytes; NULL where the body keeps nothing */
    const uint32_t *seed;         /* of the key */
    const eng_freeze_t *freeze;   /* channels that are held or factors; NULL: none */
    bool before_entry;            /* candidates are simulated: factors but `patients` come later */
    int num_endpoints;            /* of the study: what they need noted stands behind the markers of a reading */
    bool leaving;                 /* rules of the row that ran last ask for actions with dates: */
    uint32_t leaves[ENG_LANES];   /* bit j: rule j acted in this lane, which then leaves for another calendar */
} eng_course_t;

/** Put a tile of a body into a course, whose plan and signals are known. */
static inline void eng_course_set(eng_course_t *course, eng_tile_t *tile, const eng_body_t *body)
{
    course->tile = tile;
    course->body = body;
    course->clones = eng_clones_of(tile, body);
    course->visits = NULL;
    course->tissue = NULL;
    course->humoral = NULL;
    course->product = NULL;
    course->graft = NULL;
    for (int j = 0; j < body->num_modules; j++) {
        course->block[j] = eng_block(tile, body, j);
        if (body->module[j] == &eng_module_visits) {
            course->visits = course->block[j];
        } else if (body->module[j] == &eng_module_tissue) {
            course->tissue = course->block[j];
        } else if (body->module[j] == &eng_module_humoral) {
            course->humoral = course->block[j];
        } else if (body->module[j] == &eng_module_product) {
            course->product = course->block[j];
        } else if (body->module[j] == &eng_module_graft) {
            course->graft = course->block[j];
        }
    }
    course->slot = (eng_slot_t *)(void *)((char *)tile + body->slots);
    course->effect = (eng_row_t *)(void *)((char *)tile + body->effects);
    course->rule = (eng_rule_rows_t *)(void *)((char *)tile + body->rules);
    course->writes = course->plan->writes | body->writes;
    for (int k = 0; k < ENG_NUM_SIGNALS; k++) {
        course->signal[k] = body->writes >> k & 1 ? course->signals->written[k] : eng_drug_signal(tile, k);
    }
}

/** What the drug in slot j does to a signal that drugs of the study write, at C = 1 and r = 1: part of a factor taken, or a sum. */
static inline eng_real_t *eng_slot_effect(const eng_course_t *course, int j, int signal)
{
    const eng_signal_set_t all = course->body->drug_signals;
    return course->effect[j * __builtin_popcountll(all) + __builtin_popcountll(all & ((UINT64_C(1) << signal) - 1))];
}

/** Is this the second course of a patient (spec.courses)? */
static inline bool
eng_second_life(const eng_tile_t *tile, int l)
{
    return (tile->variant[l] >> 12 & 15) != 0;
}

/** The stream of a channel of lane l, at tick 0, draw 0: the one place that makes the key of a course. */
void eng_course_stream(const eng_course_t *course, int l, eng_channel_t channel, eng_rng_t *rng);

/** A trigger's hits for 16 days at a time: drawn together, applied day by day. */
#define ENG_TRIGGER_DAYS 16
typedef struct {
    int count, next;
    int32_t first, end;                       /* days covered: first .. end - 1 */
    int32_t limit;                            /* no day from here on is drawn yet */
    int32_t day[ENG_LANES * ENG_TRIGGER_DAYS];
    int16_t lane[ENG_LANES * ENG_TRIGGER_DAYS];
    uint64_t word[ENG_LANES * ENG_TRIGGER_DAYS] ENG_ALIGNED;
    eng_real_t size[ENG_LANES * ENG_TRIGGER_DAYS] ENG_ALIGNED;   /* u, Exp(1) */
    eng_real_t normal[ENG_LANES * ENG_TRIGGER_DAYS] ENG_ALIGNED;
} eng_trigger_list_t;

/** Nothing drawn yet, and nothing to be drawn from day `limit` on. */
static inline void eng_triggers_none(eng_trigger_list_t *list, int32_t limit)
{
    list->count = list->next = 0;
    list->first = list->end = INT32_MIN;
    list->limit = limit;
}

/** Entry points of one width.  Nothing here allocates. */
typedef struct {
    const char *width;
    /** Hooks of a body for tiles of one point, or for mixed ones.  ENG_ERR_INTERNAL: a module has none. */
    int (*hooks)(eng_hooks_t *hooks, const eng_body_t *body);
    int (*hooks_mixed)(eng_hooks_t *hooks, const eng_body_t *body);
    /** Draw covariates of the tile's (patient, point, variant) keys. */
    void (*draw)(eng_tile_t *tile, const eng_model_spec_t *spec);
    /** Lanes first .. end - 1, which are of one point (course->rates): streams, constants, the healthy state, modules. */
    void (*start)(eng_course_t *course, int first, int end);
    /** The same, but the state stays as it is (patients who come out of screening at course->nominal). */
    void (*enter)(eng_course_t *course, int first, int end);
    /** Streams to the plan's first day; with `hazards` background death too. */
    void (*begin)(eng_course_t *course, bool hazards);
    /**
     * Rows first .. last - 1, or fewer where lanes leave (course->leaving); the next row.
     * reads: [num_reads][eng_read_rows][ENG_LANES] or NULL.
     */
    int (*advance)(eng_course_t *course, eng_trigger_list_t *list, int first, int last, double *reads);
    /** All markers at the end of the row that ran last: out[markers of the disease][ENG_LANES]. */
    void (*read)(const eng_course_t *course, double *out);
    /** The draw at the end of a row, for lanes that came from a calendar without it. */
    void (*draw_row)(eng_course_t *course, int row);
    /** begin, advance and draw_row of a tile whose lanes are of several points (course->rate_rows). */
    void (*begin_mixed)(eng_course_t *course, bool hazards);
    int (*advance_mixed)(eng_course_t *course, eng_trigger_list_t *list, int first, int last, double *reads);
    void (*draw_row_mixed)(eng_course_t *course, int row);
    /** Steps of a reaction network that eng_network_check accepts, and its Poisson counts alone (network.h). */
    void (*network)(eng_network_tile_t *tile, const eng_network_t *network, double dt, int steps);
    void (*poisson)(const eng_real_t *mean, const uint32_t *word, eng_real_t *count);
} eng_kernel_t;

/** The kernel of a width ("avx512", "avx2", "neon", "plain"), NULL if it was not built. */
const eng_kernel_t *eng_kernel_find(const char *width);
/** Those that were built, the widest first; NULL behind the last, which is plain. */
const eng_kernel_t *eng_kernel_at(int j);
/** True if this CPU runs it. */
bool eng_kernel_usable(const eng_kernel_t *kernel);
/**
 * What ENGRAFT_SIMD asks for, or the widest usable one.  ENG_ERR_USAGE: unknown or not usable on this CPU.
 */
int eng_kernel_choose(const eng_kernel_t **kernel);

#endif
