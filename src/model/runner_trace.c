/**
 * One course in full: a run of one patient, its rows taken one by one, every state variable at each whole day.
 */
#include "model/runner_state.h"

int eng_trace_count(const eng_model_t *model)
{
    return model->body.num_states;
}

const char *eng_trace_name(const eng_model_t *model, int j)
{
    return j >= 0 && j < eng_trace_count(model) ? eng_body_state(&model->body, NULL, j, 0, NULL).name : NULL;
}

const char *eng_trace_unit(const eng_model_t *model, int j)
{
    return j >= 0 && j < eng_trace_count(model) ? eng_body_state(&model->body, NULL, j, 0, NULL).unit : NULL;
}

void eng_runner_show(eng_runner_t *r, const eng_course_t *course, int row)
{
    const int num = r->model->body.num_states;
    const eng_plan_t *plan = course->plan;
    const int32_t end = plan->rows[row].end;
    const bool last_part = row + 1 == plan->num_rows || plan->rows[row + 1].end != end;
    const double day = (double)end / ENG_TICKS_PER_DAY;

    if (end % ENG_TICKS_PER_DAY == 0 && last_part && day <= (double)course->tile->t_death[0]) {
        for (int j = 0; j < num; j++) {
            (void)eng_body_state(course->body, course->tile, j, 0, &r->trace[j]);
        }
        r->on_day(r->trace_context, day, r->trace);
        (void)eng_fpu_use_default();
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
