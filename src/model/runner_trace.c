/**
 * One course in full: a run of one patient, its rows taken one by one, every state variable at each whole day.
 */
#include "model/runner_state.h"

#define ENG_TRACE_AS_ONE(...) +1
enum { NUM_STATES = 0 ENG_STATE_LIST(ENG_TRACE_AS_ONE) };

int eng_trace_count(void)
{
    return NUM_STATES + ENG_NUM_CLONES;
}

const char *eng_trace_name(int j)
{
#define ENG_TRACE_AS_NAME(name, ...) #name,
    static const char *const names[] = { ENG_STATE_LIST(ENG_TRACE_AS_NAME) "clone_1", "clone_2", "clone_3", "clone_4", "clone_5",
        "clone_6", "clone_7", "clone_8", "clone_9", "clone_10", "clone_11", "clone_12", "clone_13", "clone_14", "clone_15",
        "clone_16", "clone_17", "clone_18", "clone_19", "clone_20" };
    return j >= 0 && j < eng_trace_count() ? names[j] : NULL;
}

const char *eng_trace_unit(int j)
{
#define ENG_TRACE_AS_UNIT(name, unit, ...) unit,
    static const char *const units[] = { ENG_STATE_LIST(ENG_TRACE_AS_UNIT) };
    return j < 0 || j >= eng_trace_count() ? NULL : j < NUM_STATES ? units[j] : "cells";
}

static void collect(const eng_course_t *c, double *values)
{
    eng_tile_t *t = c->tile;
    int j = 0;
#define ENG_TRACE_AS_VALUE(name, ...) values[j++] = (double)t->name[0];
    ENG_STATE_LIST(ENG_TRACE_AS_VALUE)
    for (int k = 0; k < ENG_NUM_CLONES; k++) {
        values[j++] = (double)(t->clone[k][0] * t->clone_scale[0]);
    }
}

void eng_runner_show(eng_runner_t *r, const eng_course_t *course, int row)
{
    double values[NUM_STATES + ENG_NUM_CLONES];
    const eng_plan_t *plan = course->plan;
    const int32_t end = plan->rows[row].end;
    const bool last_part = row + 1 == plan->num_rows || plan->rows[row + 1].end != end;
    const double day = (double)end / ENG_TICKS_PER_DAY;

    if (end % ENG_TICKS_PER_DAY == 0 && last_part && day <= (double)course->tile->t_death[0]) {
        collect(course, values);
        r->on_day(r->trace_context, day, values);
    }
}

int eng_runner_trace(eng_runner_t *r, int protocol, eng_trace_day_t on_day, void *context, eng_results_t *results)
{
    r->on_day = on_day;
    r->trace_context = context;
    const int ret = eng_runner_run(r, protocol, results, 1);
    r->on_day = NULL;
    return ret;
}
