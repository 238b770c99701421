/**
 * What the files of the runner share: the model of a study and the scratch of one worker.  Not for others.
 *
 * A worker holds a slab: up to ENG_SLAB tiles of patients at entry, of one point or of several, who run under one
 * protocol after the other.  A patient has a slot for good; the lane that runs the course starts at the slot's place and
 * may move (slab_move.c).
 */
#ifndef ENG_MODEL_RUNNER_STATE_H
#define ENG_MODEL_RUNNER_STATE_H

#include "base/fpu.h"
#include "model/kernel.h"
#include "model/runner.h"

#define ENG_NOBODY (-1)

struct eng_model {
    eng_model_spec_t spec;
    eng_body_t body;
    eng_plan_t *plans; /* owned: one per protocol */
    eng_plan_t screening;   /* the years before entry, where patients are screened or their disease must run in */
    bool screened;          /* there are such */
    int window;             /* first of its rows in which events count */
    eng_rates_t nominal;
    double start;
};

/** Patients of one point: consecutive slots. */
typedef struct {
    uint32_t id, key;   /* number of the point; the key's point word */
    int first, count;   /* slots */
    eng_rates_t rates;
} eng_slab_point_t;

/** Whose courses the lanes of a working tile run. */
typedef struct {
    int slot[ENG_LANES];      /* ENG_NOBODY: whatever it computes is not read */
    int point[ENG_LANES];     /* index in the runner's points of its constants */
    int in_rows[ENG_LANES];   /* the same, as they stand in the tile's rate rows; ENG_NOBODY none */
    bool home;                /* lane l of tile k has slot 64 k + l or nobody */
    bool mixed;               /* points differ */
} eng_seats_t;

struct eng_runner {
    const eng_model_t *model;
    const eng_kernel_t *kernel;
    /* of the body's modules: for tiles of one point, for mixed ones */
    eng_hooks_t hooks, hooks_mixed;
    int max_tiles;
    eng_slab_point_t *points;     /* owned: [64 max_tiles] */
    int num_points;
    int count;                    /* patients */
    uint64_t *patient;            /* owned, by slot: their numbers */
    uint8_t *life;                /* owned, by slot: 1: the second course of this patient (spec.courses) */
    int *point_of;                /* owned, by slot: index in points */
    uint32_t *candidate;          /* owned, by slot */
    int *queue;                   /* owned, [64 max_tiles]: slots that wait for a candidate who fits */
    uint32_t *next_candidate;     /* owned, by slot */
    eng_tile_t *screen, *base, *tile; /* owned, by eng_tile_at: one; [max_tiles] at entry; [max_tiles] that run */
    eng_seats_t *seats;           /* owned: of `tile` */
    eng_rate_rows_t *rows;        /* owned: of `tile`, where it is mixed */
    char *kept;                   /* owned: of `tile`, what modules keep with collected cells; NULL where none does */
    double since[ENG_MAX_ENTRY_MARKERS][ENG_LANES], at[ENG_MAX_ENTRY_MARKERS][ENG_LANES]; /* of the screening tile: what entry criteria ask of days before */
    eng_signals_t *signals;       /* owned */
    eng_trigger_list_t *list;     /* owned */
    double *reads;                /* owned: [num_reads][read_rows][ENG_LANES] of a tile that is not at home */
    int read_rows;                /* of a reading */
    double *waste;                /* owned: [num_protocols] share of lane-steps that were nobody's, last time */
    /* courses that left for another calendar, NULL where no protocol has such rules */
    struct eng_branches *branches; /* owned */
    int branch;                   /* that of the tiles that run; ENG_NOBODY: the protocol's own */
    /* the run under way */
    int protocol;
    int trouble;                  /* first error, 0 none */
    eng_results_t *results;       /* of tile k: results[k * stride] */
    int stride;
    int64_t lost;                 /* lane-steps left to courses that ended */
    int64_t steps_all, steps_used;
    void (*between)(void *context);
    void *between_context;
    eng_trace_day_t on_day;
    void *trace_context;
    double *trace;                /* owned: [states of the body] */
};

/** Working tile k, and tile k at entry. */
static inline eng_tile_t *eng_slab_tile(const eng_runner_t *r, int k)
{
    return eng_tile_at(r->tile, &r->model->body, k);
}

static inline eng_tile_t *eng_slab_base(const eng_runner_t *r, int k)
{
    return eng_tile_at(r->base, &r->model->body, k);
}

/** What is kept with the collected cells of working tile k, NULL where nothing is. */
static inline void *eng_slab_kept(const eng_runner_t *r, int k)
{
    return r->kept == NULL ? NULL : r->kept + (size_t)k * r->model->body.kept_bytes;
}

/** Tiles that the patients of the slab fill. */
static inline int eng_slab_tiles(const eng_runner_t *r)
{
    return (r->count + ENG_LANES - 1) / ENG_LANES;
}

/** Work goes on after foreign code had a turn: it may have left the floating-point unit in another state. */
static inline void
eng_runner_look_around(eng_runner_t *r)
{
    if (r->between != NULL) {
        r->between(r->between_context);
        (void)eng_fpu_use_default();
    }
}

/* --- runner_screen.c, runner_results.c, runner_trace.c ---------------------------------------------------------- */

/** Fill the base tiles with patients who meet the entry criterion. */
void eng_runner_screen(eng_runner_t *runner);
/** Results of the course in lane l of a tile, which is over or at the horizon, to its slot. */
void eng_runner_finish(eng_runner_t *runner, const eng_tile_t *tile, int l, int slot);
/** Readings first .. end - 1 of lane l of a tile that is not at home, from the runner's own to the slot's. */
void eng_runner_keep_reads(eng_runner_t *runner, int l, int slot, int first, int end);
/** Readings from `first` on of a course that is over. */
void eng_runner_void_reads(eng_runner_t *runner, int slot, int first);
/** Endpoints of the study, when all else of a run is known. */
void eng_runner_judge(eng_runner_t *runner);
/** Show the state at the end of the row that lane 0 ran last. */
void eng_runner_show(eng_runner_t *runner, const eng_course_t *course, int row);

/* --- slab_move.c --------------------------------------------------------------------------------------------------- */

/** What a tile knows of all its lanes, after lanes of `from` came to it. */
void eng_slab_join_flags(eng_tile_t *to, const eng_tile_t *from);
/** After lanes changed: is the tile mixed; the rate rows of its points. */
void eng_slab_seat(eng_runner_t *runner, int k);
/** Move living lanes of tiles 0 .. num - 1 together; the tiles still in use. */
int eng_slab_compact(eng_runner_t *runner, int num);

/* --- slab_run.c ---------------------------------------------------------------------------------------------------- */

/** A tile of the runner's body, of one point or (rates NULL) mixed; all else is to be filled in. */
eng_course_t eng_runner_course(const eng_runner_t *runner, eng_tile_t *tile, const eng_plan_t *plan, const eng_rates_t *rates);
/** Working tile k under a plan at its points. */
eng_course_t eng_slab_course(eng_runner_t *runner, int k, const eng_plan_t *plan);
/** Tiles 0 .. num - 1 from a row of the plan to the horizon; results of all their courses. */
void eng_slab_run(eng_runner_t *runner, const eng_plan_t *plan, int first_row, int num, bool together);
/** Index of the first reading at or after the start of a row. */
int eng_slab_reads_before(const eng_plan_t *plan, int row);

/* --- slab_branch.c -------------------------------------------------------------------------------------------------- */

/** Memory for courses that leave, if some protocol of the model has rules that date actions. */
int eng_branches_create(eng_runner_t *runner);
void eng_branches_free(struct eng_branches *branches);
size_t eng_branches_bytes(const struct eng_branches *branches, const eng_body_t *body);
/** Nobody waits; called before a run. */
void eng_branches_reset(eng_runner_t *runner);
/** Lanes of tile k that leave after row - 1 (course->leaves; readings from row `first` on are in the runner) wait aside. */
void eng_branches_leave(eng_runner_t *runner, int k, eng_course_t *course, int first, int row);
/** Run all who wait, and who leaves then, to the horizon. */
void eng_branches_run(eng_runner_t *runner);

#endif
