/**
 * The step loop: what one row of the calendar does to a tile of courses, in order (MODEL section 12.1).
 */
#include "model/lanes/rng_rows.h"
#include "model/lanes/network_step.h"
#include "model/lanes/step.h"

#include "model/catalogue.h"

static void one_row(eng_course_t *c, eng_trigger_list_t *list)
{
    const unsigned flags = c->row->flags;

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
    if (flags & ENG_ROW_DAY) {
        eng_triggers_apply(c, list);
    }
    /* before entry all pools rest at health, and with them the signals; a pair of days has those of its start */
    const bool moving = !(flags & (ENG_ROW_SCREEN | ENG_ROW_HOLD));
    if (!(flags & (ENG_ROW_SCREEN | ENG_ROW_SECOND)) || c->row == c->plan->rows) {
        eng_signals_make(c);
    }
    if (moving) {
        if (flags & ENG_ROW_MARROW) {
            eng_marrow_step(c);
        } else {
            memcpy(c->signals->progenitor, c->tile->progenitor, sizeof(c->signals->progenitor));
        }
        eng_lymphocytes_step(c);
    }
    eng_clones_step(c);
    eng_effectors_step(c);
    ((const eng_disease_lanes_t *)c->disease->lanes)->advance(c);
    if (moving) { /* hazards belong to counts, and wait with them */
        eng_hazards_step(c);
        if (flags & ENG_ROW_WATCH) {
            eng_watch_step(c);
        }
    }
    if (flags & ENG_ROW_DRAW) {
        eng_clones_draw(c);
        eng_watch_marks(c);
    }
    if ((flags & ENG_ROW_VISIT) && c->plan->num_rules > 0) {
        eng_therapy_visit(c);
    }
}

static int advance_tile(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    const size_t read_size = (size_t)ENG_NUM_MARKERS * ENG_LANES;

    if (!c->tile->exposed) { /* the signals may be those of another tile */
        memset(c->signals->kill, 0, sizeof(c->signals->kill));
    }
    for (int i = first; i < last; i++) {
        c->row = &c->plan->rows[i];
        one_row(c, list);
        for (int j = 0; j < c->row->num_reads && reads != NULL; j++) {
            eng_read_markers(c, reads + read_size * (size_t)(c->row->first_read + j));
        }
        if (c->leaving) {
            return i + 1;
        }
    }
    return last;
}

static void draw_row(eng_course_t *c, int row)
{
    c->row = &c->plan->rows[row];
    eng_clones_draw(c);
    eng_watch_marks(c);
}

static void split_row(const eng_rng_t *rng, eng_u128_t (*value)(const eng_rng_t *), eng_wide_row_t *row)
{
    for (int l = 0; l < ENG_LANES; l++) {
        const eng_u128_t x = value(&rng[l]);
        row->low[l] = (uint64_t)x;
        row->high[l] = (uint64_t)(x >> 64);
    }
}

static eng_u128_t state_of(const eng_rng_t *rng)
{
    return rng->state;
}

static eng_u128_t inc_of(const eng_rng_t *rng)
{
    return rng->inc;
}

/* The clone stream stands at tick 0; the trigger stream at its first day, with what each later day adds. */
static void begin(eng_course_t *c, bool hazards)
{
    eng_tile_t *t = c->tile;
    eng_wide_row_t inc;
    const eng_rng_jump_t step = { 1, c->plan->one_day.plus };

    split_row(t->stream[ENG_STREAM_CLONES], state_of, &t->clone_state);
    split_row(t->stream[ENG_STREAM_CLONES], inc_of, &t->clone_inc);
    split_row(t->stream[ENG_STREAM_TRIGGERS], state_of, &t->trigger_state);
    split_row(t->stream[ENG_STREAM_TRIGGERS], inc_of, &inc);
    memset(&t->trigger_step, 0, sizeof(t->trigger_step));
    jump_rows(&t->trigger_step, &inc, &step);
    jump_rows(&t->trigger_state, &inc, &c->plan->to_first_day);
    t->watch_counts = t->watch_cd4 = c->plan->transplant;
    for (int j = 0; j < ENG_MAX_RULES; j++) {
        const real times = j < c->plan->num_rules ? (real)c->plan->rules[j].times : 0;
        FOR_LANES
        {
            t->rule_left[j][l] = times;
            t->rule_due[j][l] = ENG_DAY_NEVER;
        }
    }
    if (hazards) {
        eng_hazards_start(c);
    }
    if (c->plan->harvest_at_start) { /* the dose that the graft states was collected on the first day */
        eng_harvest_keep(c);
    }
}

#define ENG_DISEASE_AS_EXTERN(name) extern const eng_disease_t LANE_NAME(disease_##name);
ENG_DISEASE_LIST(ENG_DISEASE_AS_EXTERN)

static const eng_disease_t *find_disease(const char *name)
{
#define ENG_DISEASE_AS_POINTER(name) &LANE_NAME(disease_##name),
    static const eng_disease_t *const diseases[] = { ENG_DISEASE_LIST(ENG_DISEASE_AS_POINTER) };
    for (size_t j = 0; j < sizeof(diseases) / sizeof(*diseases); j++) {
        if (strcmp(diseases[j]->name, name) == 0) {
            return diseases[j];
        }
    }
    return NULL;
}

#ifdef ENG_MIXED

/* The other build has the table of the width; it takes these from here. */
#define eng_begin LANE_NAME(begin)
#define eng_advance LANE_NAME(advance)
#define eng_draw_row LANE_NAME(draw_row)
void eng_begin(eng_course_t *c, bool hazards);
void eng_draw_row(eng_course_t *c, int row);
int eng_advance(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads);

void eng_begin(eng_course_t *c, bool hazards)
{
    begin(c, hazards);
}

int eng_advance(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads)
{
    const eng_disease_t *const single = c->disease;
    c->disease = find_disease(single->name); /* with the hooks of this build */
    const int next = advance_tile(c, list, first, last, reads);
    c->disease = single;
    return next;
}

void eng_draw_row(eng_course_t *c, int row)
{
    draw_row(c, row);
}

#else

/* Screening ran at nominal parameters: clones keep their sizes relative to the reservoir of the point. */
static void enter(eng_course_t *c, double nominal_reservoir, int first, int end)
{
    eng_tile_t *t = c->tile;
    const real factor = (real)(c->rates->params.clone_reservoir / nominal_reservoir);

    eng_patient_derive(t, c->disease, c->rates, first, end);
    if (factor != 1) {
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = first; l < end; l++) {
                t->clone[k][l] = real_floor(t->clone[k][l] * factor);
            }
        }
        eng_clones_refresh(t);
    }
    for (int l = first; l < end; l++) {
        const double since_draw = 1 + (double)t->hsc_loss[l] - (double)t->hsc_gain[l]; /* counted as at the last draw */
        t->hsc_count[l] = (real)eng_round((double)t->hsc[l] / (double)t->hsc_unit[l] * since_draw);
    }
}

static void start(eng_course_t *c, int first, int end)
{
    eng_patient_start(c, first, end);
}

#define LANE_MIXED2(name, width) eng_##name##_##width##_mixed
#define LANE_MIXED1(name, width) LANE_MIXED2(name, width)
#define LANE_MIXED(name) LANE_MIXED1(name, ENG_WIDTH)
void LANE_MIXED(begin)(eng_course_t *c, bool hazards);
void LANE_MIXED(draw_row)(eng_course_t *c, int row);
int LANE_MIXED(advance)(eng_course_t *c, eng_trigger_list_t *list, int first, int last, double *reads);

#define LANE_TEXT2(x) #x
#define LANE_TEXT(x) LANE_TEXT2(x)
#define eng_kernel LANE_NAME(kernel)

extern const eng_kernel_t eng_kernel;
const eng_kernel_t eng_kernel = {
    .width = LANE_TEXT(ENG_WIDTH),
    .disease = find_disease,
    .draw = eng_patient_draw,
    .start = start,
    .enter = enter,
    .begin = begin,
    .advance = advance_tile,
    .draw_row = draw_row,
    .begin_mixed = LANE_MIXED(begin),
    .advance_mixed = LANE_MIXED(advance),
    .draw_row_mixed = LANE_MIXED(draw_row),
    .network = eng_network_steps,
    .poisson = eng_network_poisson_row,
};

#endif
