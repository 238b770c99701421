/**
 * Calendar rows: where steps begin and end, and what each row asks for.  First days are multiples of 10 d, but behind a run-in.
 *
 * The ladder after an action that opens a window: 1/4 d for 32 d, 1/2 d to day 122, then 1 d.  Clone
 * draws lie every 10 d from the first day to day 120, every 20 d to day 360, on day 365, every 30 d after it, and just before an
 * op that wants a drawn state (harvest, graft).  Screening years draw every 180 d, and every 30 d in
 * the last 120 d, counted back from entry: reservoirs are large there, and what a draw adds is small.
 */
#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#define DAY ENG_TICKS_PER_DAY

typedef struct {
    eng_plan_t *plan;
    const eng_model_spec_t *spec;
    int capacity;
    int next_op, next_read;
    int32_t window;      /* tick at which the last fine window opened; INT32_MIN none */
    int32_t next_visit;
    int32_t last_draw;   /* tick; INT32_MIN none yet */
    int32_t last_fixed;  /* tick of the fixed draw before, the first day at first */
    int num_fixed;       /* of these so far */
    int32_t graft;       /* tick of the last graft; INT32_MIN none */
    int check_days;      /* days after it at which primary failure is judged */
    bool screening;
    bool marrow;         /* something has moved the marrow */
    int32_t longest;     /* step of the disease, ticks */
} calendar_t;

/* Longest step allowed at a tick, in ticks. */
static int32_t ladder_at(const calendar_t *c, int32_t tick)
{
    static const struct {
        int32_t days, length;
    } ladder[] = { { 32, DAY / 4 }, { 122, DAY / 2 } };
    if (c->window != INT32_MIN) {
        for (size_t j = 0; j < sizeof(ladder) / sizeof(*ladder); j++) {
            if (tick - c->window < ladder[j].days * DAY) {
                return ladder[j].length < c->longest ? ladder[j].length : c->longest;
            }
        }
    }
    return c->longest;
}

/* Length of the row that starts at a tick: on the dyadic raster and not across the next op or the end. */
static int32_t row_length(const calendar_t *c, int32_t tick)
{
    const eng_plan_t *plan = c->plan;
    int32_t limit = plan->stop, length = ladder_at(c, tick);

    if (c->next_op < plan->num_ops && plan->ops[c->next_op].tick < limit) {
        limit = plan->ops[c->next_op].tick;
    }
    while (length > 1 && (tick % length != 0 || tick + length > limit)) {
        length /= 2;
    }
    return length;
}

/* Do any of these ops move pools?  Others leave their steps as they would be. */
static bool any_moves(const eng_plan_t *plan, int first, int end, int32_t before)
{
    for (int j = first; j < end && plan->ops[j].tick < before; j++) {
        if (!plan->ops[j].still) {
            return true;
        }
    }
    return false;
}

/* May pools skip the row that starts here?  Quiet times only, and nothing may want them where it ends. */
static bool may_hold(const calendar_t *c, int32_t tick, const eng_plan_row_t *row)
{
    const bool op_follows = any_moves(c->plan, c->next_op, c->plan->num_ops, tick + 2 * DAY);
    const bool seen = (row->flags & ENG_ROW_VISIT) != 0 && c->plan->num_rules > 0;
    return !c->screening && c->spec->refine == 0 && row->end - tick == DAY && tick % (2 * DAY) == 0
        && tick + 2 * DAY <= c->plan->stop && !op_follows && !seen && !(row->flags & ENG_ROW_CHECK28);
}

static bool draw_day(const calendar_t *c, int32_t tick)
{
    if (c->screening) {
        const int32_t left = c->plan->stop - tick;
        return left > 0 && left % ((left <= 120 * DAY ? 30 : 180) * DAY) == 0;
    }
    if (tick <= 360 * DAY) {
        return tick % ((tick <= 120 * DAY ? 10 : 20) * DAY) == 0;
    }
    return (tick - 365 * DAY) % (30 * DAY) == 0;
}

static bool op_needs_draw(const calendar_t *c, int32_t tick)
{
    for (int j = c->next_op; j < c->plan->num_ops && c->plan->ops[j].tick == tick; j++) {
        if (c->plan->ops[j].draw) {
            return true;
        }
    }
    return false;
}

static int add_draw(calendar_t *c, int32_t tick, eng_plan_row_t *row)
{
    eng_plan_t *plan = c->plan;
    const uint64_t from = c->last_draw == INT32_MIN ? 0 : ENG_TICK_OF_STREAM(c->last_draw);
    const uint64_t distance = ENG_TICK_OF_STREAM(tick) - from;
    eng_rng_jump_t *draws = realloc(plan->draws, (size_t)(plan->num_draws + 1) * sizeof(*draws));
    if (draws == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
    }
    plan->draws = draws;
    draws[plan->num_draws] = eng_rng_jump((eng_u128_t)distance << ENG_TICK_SHIFT);
    row->flags |= ENG_ROW_DRAW;
    row->draw = plan->num_draws++;
    c->last_draw = tick;
    return 0;
}

/* Ops at the row's start: they may open a window. */
static void take_ops(calendar_t *c, int32_t tick, eng_plan_row_t *row)
{
    const eng_plan_t *plan = c->plan;
    row->first_op = c->next_op;
    while (c->next_op < plan->num_ops && plan->ops[c->next_op].tick <= tick) {
        const eng_op_t *op = &plan->ops[c->next_op++];
        if (op->window) {
            c->window = tick;
        }
        c->marrow = c->marrow || op->marrow;
        if (op->judged > 0) {
            c->graft = tick;
            c->check_days = op->judged;
        }
    }
    row->num_ops = c->next_op - row->first_op;
}

static int mark_end(calendar_t *c, int32_t end, eng_plan_row_t *row)
{
    const eng_model_spec_t *spec = c->spec;
    if (c->screening) {
        row->flags |= ENG_ROW_SCREEN;
    } else {
        if (end >= c->next_visit) {
            row->flags |= ENG_ROW_VISIT;
            while (c->next_visit <= end) {
                c->next_visit += eng_tick_nearest(spec->visits);
            }
        }
    }
    if (c->graft != INT32_MIN && end == c->graft + c->check_days * DAY) {
        row->flags |= ENG_ROW_CHECK28;
    }
    row->reprimes = -1;
    if (draw_day(c, end)) {
        row->reprimes = c->num_fixed++ % ENG_NUM_CLONES;
        row->since = (eng_real_t)(end - c->last_fixed) / DAY;
        c->last_fixed = end;
    }
    if (row->reprimes >= 0 || op_needs_draw(c, end)) {
        if (!c->screening && end == 365 * DAY) {
            row->flags |= ENG_ROW_YEAR1;
        }
        if (!c->screening && end == 30 * DAY) {
            row->flags |= ENG_ROW_DAY30;
        }
        return add_draw(c, end, row);
    }
    return 0;
}

static void mark_start(calendar_t *c, int32_t tick, eng_plan_row_t *row)
{
    if (tick % DAY == 0) {
        row->flags |= ENG_ROW_DAY;
    }
    if (tick >= 0 && !c->screening) {
        row->flags |= ENG_ROW_AFTER0;
        if (c->plan->transplant) {
            row->flags |= ENG_ROW_WATCH;
        }
    }
    for (int j = 0; j < c->plan->num_gcsf; j++) { /* no row straddles an end of it */
        const eng_span_t *span = &c->plan->gcsf[j];
        if (tick >= eng_tick_nearest(span->start) && tick < eng_tick_nearest(span->stop)) {
            row->flags |= ENG_ROW_GCSF;
        }
    }
    c->marrow = c->marrow || row->flags & ENG_ROW_GCSF;
    row->flags |= c->marrow ? ENG_ROW_MARROW : 0;
}

/* The step of the pools in row r, which comes after plan->rows[num_rows - 1]. */
static void step_pools(const eng_plan_t *plan, eng_plan_row_t *r)
{
    const bool first = plan->num_rows == 0;
    const bool second = !first && r[-1].flags & ENG_ROW_HOLD;
    const double dt = second || r->flags & ENG_ROW_HOLD ? 2 : (double)r->dt;

    r->flags |= second ? ENG_ROW_SECOND : 0;
    r->pool_dt = (eng_real_t)dt;
    r->pool_ladder = (uint8_t)(dt > 1 ? ENG_LADDER_DAY + 1 : r->ladder);
    r->carry = first || any_moves(plan, r->first_op, r->first_op + r->num_ops, INT32_MAX) ? 0 : (eng_real_t)(0.5 * dt / (double)r[-1].pool_dt);
}

/* What falls due is read as it stands: pools that wait, as on the day before. */
static void mark_reads(calendar_t *c, eng_plan_row_t *row)
{
    row->first_read = c->next_read;
    while (!c->screening && c->next_read < c->spec->num_reads && c->spec->reads[c->next_read] * DAY <= row->end) {
        c->next_read++;
    }
    row->num_reads = c->next_read - row->first_read;
}

/* One calendar row, cut in 2^refine equal parts for verification runs. */
static int add_rows(calendar_t *c, int32_t tick, int32_t length, eng_plan_row_t row)
{
    eng_plan_t *plan = c->plan;
    const int parts = 1 << c->spec->refine;
    if (plan->num_rows + parts > c->capacity) {
        const int capacity = 2 * c->capacity + 1024;
        eng_plan_row_t *rows = realloc(plan->rows, (size_t)capacity * sizeof(*rows));
        if (rows == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the calendar");
        }
        plan->rows = rows;
        c->capacity = capacity;
    }
    const double dt = (double)length / DAY / parts;
    int ladder = ENG_LADDER_DAY;
    for (double step = 1; step > dt; step /= 2) {
        ladder--;
    }
    for (int j = 0; j < parts; j++) {
        eng_plan_row_t *r = &plan->rows[plan->num_rows];
        const bool first = j == 0, last = j == parts - 1;
        *r = row;
        r->t = (double)tick / DAY + j * dt;
        r->dt = (eng_real_t)dt;
        r->ladder = (uint8_t)ladder;
        r->substeps = (uint8_t)(dt > 0.5 ? 2 : 1);
        r->flags = (uint16_t)(row.flags & (ENG_ROW_SCREEN | ENG_ROW_AFTER0 | ENG_ROW_WATCH | ENG_ROW_GCSF | ENG_ROW_MARROW));
        r->flags |= (uint16_t)(first ? row.flags & ENG_ROW_DAY : 0);
        r->flags |= (uint16_t)(last ? row.flags & ~(unsigned)ENG_ROW_DAY : 0);
        r->num_ops = first ? row.num_ops : 0;
        r->num_reads = last ? row.num_reads : 0;
        step_pools(plan, r);
        plan->num_rows++;
    }
    return 0;
}

static int make_rows(calendar_t *c)
{
    int ret = 0;
    int32_t tick = eng_tick_nearest(c->plan->start);
    while (tick < c->plan->stop && ret == 0) {
        eng_plan_row_t row = { 0 };
        take_ops(c, tick, &row);
        mark_start(c, tick, &row);
        const int32_t length = row_length(c, tick);
        row.end = tick + length;
        ret = mark_end(c, row.end, &row);
        row.flags |= may_hold(c, tick, &row) ? ENG_ROW_HOLD : 0;
        mark_reads(c, &row);
        if (ret == 0) {
            ret = eng_plan_visits(c->plan, c->spec->disease, &row);
        }
        if (ret == 0) {
            ret = add_rows(c, tick, length, row);
        }
        tick += length;
    }
    return ret;
}

/* Which slots hold what endpoints want to be off. */
static void find_off(eng_plan_t *plan, const eng_model_spec_t *spec)
{
    for (int k = 0; k < spec->num_endpoints; k++) {
        const eng_endpoint_t *endpoint = &spec->endpoints[k];
        for (int j = 0; j < plan->num_slots; j++) {
            bool named = endpoint->off_all;
            for (int i = 0; i < endpoint->num_off; i++) {
                named = named || strcmp(endpoint->off[i], plan->slots[j]) == 0;
            }
            plan->off[k] |= named ? 1u << j : 0;
        }
    }
}

int eng_plan_create(eng_plan_t *plan, const eng_protocol_t *protocol, const eng_model_spec_t *spec, double start, double stop)
{
    int ret = 0;
    calendar_t c = { .plan = plan, .spec = spec, .window = INT32_MIN, .last_draw = INT32_MIN, .graft = INT32_MIN,
        .screening = protocol == NULL };

    memset(plan, 0, sizeof(*plan));
    plan->start = start;
    c.last_fixed = eng_tick_nearest(start);
    plan->screening = protocol == NULL;
    plan->pools = spec->disease->calendar.pools || spec->run_in_days > 0;
    c.marrow = spec->disease->calendar.marrow;
    c.longest = spec->disease->calendar.longest_step > 0 ? eng_tick_nearest(spec->disease->calendar.longest_step) : DAY;
    plan->visits = (eng_real_t)spec->visits;
    plan->trial_care = (eng_real_t)spec->trial_care;
    plan->stop = eng_tick_nearest(stop);
    c.next_visit = (spec->run_in_days > 0 ? 0 : eng_tick_nearest(start)) + eng_tick_nearest(spec->visits);
    plan->to_first_day
        = eng_rng_jump((eng_u128_t)ENG_TICK_OF_STREAM(eng_tick_nearest(start)) << ENG_TICK_SHIFT);
    plan->one_day = eng_rng_jump((eng_u128_t)DAY << ENG_TICK_SHIFT);
    for (int j = 0; j <= ENG_NUM_CLONES; j++) {
        plan->small[j] = eng_rng_jump(ENG_SMALL_WORDS + 2 * (unsigned)j);
    }
    if (protocol != NULL || spec->run_in != NULL) {
        ret = eng_plan_ops(plan, protocol != NULL ? protocol : spec->run_in, spec->disease, spec->horizon);
    }
    find_off(plan, spec);
    if (ret == 0) {
        ret = make_rows(&c);
    }
    if (ret != 0) {
        eng_plan_free(plan);
    }
    return ret;
}

void eng_plan_free(eng_plan_t *plan)
{
    for (int j = 0; j < plan->num_ops; j++) {
        free(plan->ops[j].what);
    }
    for (int j = 0; j < plan->num_rules; j++) {
        free(plan->rules[j].what);
    }
    free(plan->rows);
    free(plan->ops);
    free(plan->gcsf);
    free(plan->dosings);
    free(plan->draws);
    free(plan->noise);
    memset(plan, 0, sizeof(*plan));
}
