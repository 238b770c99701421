/**
 * The step loop: what one row of the calendar does to a tile of courses, in order (MODEL section 12.1).
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/network_step.h"
#include "model/lanes/origins.h"
#include "model/lanes/step.h"

#include "base/error.h"
#include "model/catalogue.h"

/* Signals of drugs as they stand, then what modules make of them. */
static void modules_signal(eng_course_t *c)
{
    for (eng_signal_set_t left = c->body->writes; left != 0; left &= left - 1) {
        const int k = __builtin_ctzll(left);
        memcpy(c->signals->written[k], eng_drug_signal(c->tile, k), sizeof(c->signals->written[k]));
    }
    CALL(c, signal);
}

static void step_cells(eng_course_t *c)
{
    if (c->row->flags & ENG_ROW_MARROW) {
        eng_marrow_step(c, &c->tile->cells, c->signals);
    } else {
        memcpy(c->signals->progenitor, c->tile->cells.progenitor, sizeof(c->signals->progenitor));
    }
    eng_lymphocytes_step(c, &c->tile->cells, c->signals);
}

/* What a body of two does in a row and in a draw. */
static void count_of(eng_course_t *c)
{
    eng_counts_step_of(c);
    eng_rejection_step(c);
}

static void draw_of(eng_course_t *c)
{
    eng_counts_draw_of(c);
    eng_rejection_judge(c);
}

/* donors: the body has room for a second origin, which it has from some row on. */
LANE_INLINE void one_row(eng_course_t *c, eng_trigger_list_t *list, const int donors)
{
    const unsigned flags = c->row->flags;
    const int two = donors && flags & ENG_ROW_DONOR;

    if ((flags & ENG_ROW_DAY) && c->plan->num_slots > 0) {
        eng_drugs_day(c);
    }
    if (c->row->num_ops > 0) {
        eng_therapy_ops(c);
    }
    if (c->tile->exposure_ends) {
        eng_exposures_end(c);
    } else if (c->tile->exposed) {
        eng_exposures_row(c);
    }
    if (c->body->writes != 0) {
        modules_signal(c);
    }
    if ((flags & ENG_ROW_DAY) && c->clones != NULL) {
        eng_triggers_apply(c, list);
    }
    /* before entry all pools rest at health, unless the disease moves them; a pair of days has the signals of its start */
    const bool rests = (flags & ENG_ROW_SCREEN) && !c->plan->pools, moving = !rests && !(flags & ENG_ROW_HOLD);
    if ((!rests && !(flags & ENG_ROW_SECOND)) || c->row == c->plan->rows) {
        eng_signals_make(c);
    }
    if (moving) {
        (two ? eng_origins_step : step_cells)(c);
    }
    (two ? count_of : eng_counts_step)(c);
    if (c->clones != NULL) {
        eng_effectors_step(c);
    }
    CALL(c, step);
    if (moving && !(flags & ENG_ROW_SCREEN)) { /* hazards belong to counts, and wait with them */
        eng_hazards_step(c);
        CALL(c, hazards);
        if (flags & ENG_ROW_WATCH) {
            eng_watch_step(c);
        }
    }
    if (flags & ENG_ROW_DRAW) {
        (two ? draw_of : eng_counts_draw)(c);
        eng_watch_marks(c);
    }
    if (flags & ENG_ROW_OWN_VISIT) {
        CALL(c, visit);
    }
    if ((flags & ENG_ROW_VISIT) && c->plan->num_rules > 0) {
        eng_therapy_visit(c);
    }
}

LANE_INLINE int advance_of(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads, const int donors)
{
    const size_t markers = (size_t)eng_marker_count(c->body->disease) * ENG_LANES;
    const size_t read_size = (size_t)eng_read_rows(c->body->disease, c->num_endpoints) * ENG_LANES;

    if (!c->tile->exposed) { /* the signals may be those of another tile */
        memset(c->signals->kill, 0, sizeof(c->signals->kill));
    }
    for (int i = first; i < last; i++) {
        c->row = &c->plan->rows[i];
        one_row(c, list, donors);
        for (int j = 0; j < c->row->num_reads && reads != NULL; j++) {
            double *reading = reads + read_size * (size_t)(c->row->first_read + j);
            eng_read_markers(c, reading);
            eng_read_notes(c, reading + markers);
        }
        if (c->leaving) {
            return i + 1;
        }
    }
    return last;
}

/* Each of these is a loop of its own for the compiler: what has no donor asks no question in a row. */
static int advance_alone(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    return advance_of(c, list, first, last, reads, 0);
}

static int advance_donors(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    return advance_of(c, list, first, last, reads, 1);
}

static int advance_tile(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    return (c->graft == NULL ? advance_alone : advance_donors)(c, list, first, last, reads);
}

static void draw_row(eng_course_t *c, int row)
{
    c->row = &c->plan->rows[row];
    (eng_origins_open(c) ? draw_of : eng_counts_draw)(c);
    eng_watch_marks(c);
}

/* Streams of a patient stand at tick 0 until a calendar begins. */
static void begin(eng_course_t *c, bool hazards)
{
    eng_tile_t *t = c->tile;

    t->watch_counts = t->watch_cd4 = c->plan->transplant;
    for (int j = 0; j < c->plan->num_rules; j++) {
        const real times = (real)c->plan->rules[j].times;
        FOR_LANES
        {
            c->rule[j].left[l] = times;
            c->rule[j].due[l] = ENG_DAY_NEVER;
        }
    }
    CALL(c, begin);
    if (hazards) {
        eng_background_start(c);
    }
    if (c->plan->harvest_at_start) { /* the dose that the graft states was collected on the first day */
        eng_harvest_keep(c);
    }
}

/* --- hooks by name ------------------------------------------------------------------------------------------------- */

#define LANE_AS_EXTERN(name) LANE_TABLE(eng_module_lanes_t, eng_lanes_##name);
#define LANE_AS_POINTER(name) &eng_lanes_##name,

ENG_MODULE_LIST(LANE_AS_EXTERN)

static const eng_module_lanes_t *find_in(const eng_module_lanes_t *const *all, const char *name)
{
    while (all != NULL && *all != NULL && strcmp((*all)->name, name) != 0) {
        all++;
    }
    return all == NULL ? NULL : *all;
}

static const eng_module_lanes_t *find_module(const char *name)
{
    static const eng_module_lanes_t *const modules[] = { ENG_MODULE_LIST(LANE_AS_POINTER) NULL };
    return find_in(modules, name);
}

/* Of the mixed build, for the other one, which has the table of the width. */
#ifdef ENG_MIXED
#define LANE_MIXED(type, name, arguments) LANE_FUNCTION(type, name, arguments)
#else
#define LANE_MIXED(type, name, arguments) type name arguments __asm__(LANE_TEXT(__USER_LABEL_PREFIX__) #name "_" LANE_WIDTH "_mixed")
#endif
LANE_MIXED(void, eng_begin, (eng_course_t *c, bool hazards));
LANE_MIXED(void, eng_draw_row, (eng_course_t *c, int row));
LANE_MIXED(int, eng_advance, (eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads));
LANE_MIXED(const eng_module_lanes_t *, eng_find_module, (const char *name));

#ifdef ENG_MIXED

void eng_begin(eng_course_t *c, bool hazards)
{
    begin(c, hazards);
}

int eng_advance(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    return advance_tile(c, list, first, last, reads);
}

const eng_module_lanes_t *eng_find_module(const char *name)
{
    return find_module(name);
}

void eng_draw_row(eng_course_t *c, int row)
{
    draw_row(c, row);
}

#else

/* Diseases read rows only: tiles of one point and mixed ones have the same hooks. */
ENG_DISEASE_LIST(LANE_AS_EXTERN)

/* Ends with NULL; only test programs have it. */
extern const eng_module_lanes_t *const eng_more_lanes[] LANE_SYMBOL(eng_more_lanes) __attribute__((weak));

static const eng_module_lanes_t *find_disease(const char *name)
{
    static const eng_module_lanes_t *const diseases[] = { ENG_DISEASE_LIST(LANE_AS_POINTER) NULL };
    const eng_module_lanes_t *found = find_in(diseases, name);
    return found != NULL ? found : find_in(eng_more_lanes, name);
}

static int find_hooks(eng_hooks_t *hooks, const eng_body_t *body, const eng_module_lanes_t *(*shared)(const char *name))
{
    memset(hooks, 0, sizeof(*hooks));
    for (int j = 0; j < body->num_modules; j++) {
        const char *name = body->module[j]->name;
        const eng_module_lanes_t *found = shared(name) != NULL ? shared(name) : find_disease(name);
        if (found == NULL) {
            return ENG_FAIL(ENG_ERR_INTERNAL, "module '%s' has no hooks", name);
        }
        hooks->module[j] = found;
#define LANE_NOTE_HOOK(name) hooks->with[ENG_HOOK_##name] |= found->name != NULL ? 1u << j : 0;
        ENG_HOOK_LIST(LANE_NOTE_HOOK)
    }
    return 0;
}

static int hooks(eng_hooks_t *hooks, const eng_body_t *body)
{
    return find_hooks(hooks, body, find_module);
}

static int hooks_mixed(eng_hooks_t *hooks, const eng_body_t *body)
{
    return find_hooks(hooks, body, eng_find_module);
}

LANE_TABLE(eng_kernel_t, eng_kernel);
const eng_kernel_t eng_kernel = {
    .width = LANE_WIDTH,
    .hooks = hooks,
    .hooks_mixed = hooks_mixed,
    .draw = eng_patient_draw,
    .start = eng_patient_start,
    .enter = eng_patient_enter,
    .begin = begin,
    .advance = advance_tile,
    .read = eng_read_markers,
    .draw_row = draw_row,
    .begin_mixed = eng_begin,
    .advance_mixed = eng_advance,
    .draw_row_mixed = eng_draw_row,
    .network = eng_network_steps,
    .poisson = eng_network_poisson_row,
};

#endif
