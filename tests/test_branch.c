/**
 * `when` rules that ask for actions with dates.  The oracle is a protocol that has the same actions on the same days from the
 * start: up to the visit its calendar has the same rows, and behind it the same actions, so that every bit must agree.
 */
#include "model/runner_state.h"
#include "model_fixture.h"

#define HORIZON 1000.0
#define PATIENTS 48

static fix_t fix;

typedef struct {
    const char *verb, *noun, *arg;
    double value, after;
} step_t;

static const step_t second_graft[] = {
    { "harvest", "pb", "select", 0, 3 },
    { "condition", "cy200", "for", 4, 25 },
    { "atg", "ratg", "dose", 6, 25 },
    { "graft", "pb", "cd34", 5e6, 30 },
    { "growth", "gcsf", "for", 7, 35 },
};

/* Everything on the day of the visit: the harvest needs clones drawn just before it. */
static const step_t at_once[] = {
    { "harvest", "bm", "select", 0, 0 },
    { "condition", "mel200", "for", 1, 0.5 },
    { "graft", "bm", "cd34", 3e6, 2 },
};

#define COUNT(steps) ((int)(sizeof(steps) / sizeof(*(steps))))

static void
add_rules(const step_t *steps, int count, int times)
{
    for (int j = 0; j < count; j++) {
        eng_action_t *a = fix_with(&fix, 0, steps[j].verb, steps[j].noun, steps[j].arg, steps[j].value);
        a->on_event = true;
        a->event = ENG_EVENT_RELAPSE;
        a->after = steps[j].after;
        a->times = times;
    }
}

static void
add_dated(const step_t *steps, int count, double visit)
{
    for (int j = 0; j < count; j++) {
        (void)fix_with(&fix, visit + steps[j].after, steps[j].verb, steps[j].noun, steps[j].arg, steps[j].value);
    }
}

/* What stands in every protocol here: a drug, and another on relapse. */
static void
begin_protocol(const char *name)
{
    eng_action_t *rescue;

    (void)fix_protocol(&fix, name);
    (void)fix_with(&fix, 0, "drug", "dmt_standard", "for", 900);
    rescue = fix_with(&fix, 0, "drug", "natalizumab", "for", 200);
    rescue->on_event = true;
    rescue->event = ENG_EVENT_RELAPSE;
}

static void
make_study(void)
{
    static const double days[] = { 30, 100, 200, 365, 366, 500, 731, 900, 1000 };

    fix_init(&fix, HORIZON);
    for (int j = 0; j < COUNT(days); j++) {
        fix_read_at(&fix, days[j]);
    }
}

/* The visit at which a first relapse is seen. */
static double
visit_of(int32_t relapse)
{
    int32_t visit = -30 * ENG_TICKS_PER_DAY;
    while (visit < relapse) {
        visit += 30 * ENG_TICKS_PER_DAY;
    }
    return (double)visit / ENG_TICKS_PER_DAY;
}

/* --- against dates from the start ---------------------------------------------------------------------------------- */

static int
compare_with_dates(const step_t *steps, int count)
{
    static eng_results_t tile, one;
    eng_results_t kept;
    fix_run_t run;
    int left = 0, differ = 0;

    make_study();
    begin_protocol("rule");
    add_rules(steps, count, 1);
    fix_open(&run, &fix);
    fix_admit(&run, 0, PATIENTS);
    fix_run(&run, 0, &tile);
    kept = fix_keep(&tile, fix.spec.num_reads);
    fix_close(&run);
    for (int l = 0; l < PATIENTS; l++) {
        const int32_t relapse = kept.tick[ENG_EVENT_RELAPSE][l];
        make_study();
        begin_protocol("dates");
        if (relapse != ENG_TICK_NEVER && visit_of(relapse) < HORIZON && relapse < kept.tick[ENG_EVENT_DEATH][l]) {
            add_dated(steps, count, visit_of(relapse));
            left++;
        }
        fix_open(&run, &fix);
        fix_admit(&run, (uint64_t)l, 1);
        fix_run(&run, 0, &one);
        differ += !fix_lane_equal(&kept, l, &one, 0, fix.spec.num_reads);
        fix_close(&run);
    }
    CU_ASSERT(left > PATIENTS / 4);
    fix_drop(&kept);
    return differ;
}

static void
test_dates_from_the_start(void)
{
    CU_ASSERT_EQUAL(compare_with_dates(second_graft, COUNT(second_graft)), 0);
}

static void
test_on_the_day_of_the_visit(void)
{
    CU_ASSERT_EQUAL(compare_with_dates(at_once, COUNT(at_once)), 0);
}

/* --- rules that do not act ------------------------------------------------------------------------------------------- */

static void
test_rule_that_never_acts(void)
{
    static eng_results_t results;
    eng_results_t with;
    fix_run_t run;

    make_study();
    fix_transplant(&fix, "without", "cy200", 0);
    fix_transplant(&fix, "with", "cy200", 0);
    add_rules(second_graft, COUNT(second_graft), 1);
    fix.params.trigger_rate = 0; /* no relapse */
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 1, &results);
    with = fix_keep(&results, fix.spec.num_reads);
    fix_run(&run, 0, &results);
    for (int l = 0; l < ENG_LANES; l++) {
        CU_ASSERT(fix_lane_equal(&with, l, &results, l, fix.spec.num_reads));
    }
    fix_drop(&with);
    fix_close(&run);
}

/* --- company ---------------------------------------------------------------------------------------------------------- */

/* A full slab of several points, together and apart, against every patient alone. */
static void
test_mates_do_not_matter(void)
{
    enum { POINTS = 5, EACH = 41 };
    static eng_results_t tile[ENG_SLAB], one;
    eng_params_t params[POINTS];
    fix_run_t run;

    make_study();
    begin_protocol("rule");
    add_rules(second_graft, COUNT(second_graft), 3);
    fix.params.hz_background *= 300;
    fix_open(&run, &fix);
    for (int k = 0; k < ENG_SLAB; k++) {
        tile[k].read = calloc((size_t)fix.spec.num_reads * FIX_NUM_MARKERS * ENG_LANES, sizeof(double));
        CU_ASSERT_PTR_NOT_NULL_FATAL(tile[k].read);
    }
    for (int together = 0; together < 2; together++) {
        int differ = 0;
        eng_runner_clear(run.runner);
        for (int j = 0; j < POINTS; j++) {
            params[j] = fix.params;
            params[j].trigger_rate *= 0.7 + 0.3 * j;
            params[j].graft_carry_over *= 0.5 + 0.3 * j;
            CU_ASSERT_EQUAL(eng_runner_add(run.runner, (uint32_t)j, &params[j], 7, EACH), EACH);
        }
        eng_runner_admit(run.runner);
        run.runner->waste[0] = together;
        CU_ASSERT_EQUAL(eng_runner_run(run.runner, 0, tile, 1), 0);
        for (int s = 0; s < POINTS * EACH; s += 3) {
            run.params = params[s / EACH];
            eng_runner_clear(run.runner);
            CU_ASSERT_EQUAL(eng_runner_add(run.runner, (uint32_t)(s / EACH), &run.params, (uint64_t)(7 + s % EACH), 1), 1);
            eng_runner_admit(run.runner);
            fix_run(&run, 0, &one);
            differ += !fix_lane_equal(&tile[s / ENG_LANES], s % ENG_LANES, &one, 0, fix.spec.num_reads);
        }
        CU_ASSERT_EQUAL(differ, 0);
    }
    for (int k = 0; k < ENG_SLAB; k++) {
        free(tile[k].read);
    }
    fix_close(&run);
}

/* --- a traced course ----------------------------------------------------------------------------------------------------- */

#define MAX_DAYS 1100
#define MAX_VALUES 160

typedef struct {
    double day[MAX_DAYS], value[MAX_DAYS][MAX_VALUES];
    int num, width;
} trace_t;

static void
write_down(void *context, double day, const double *values)
{
    trace_t *trace = context;

    CU_ASSERT_FATAL(trace->num < MAX_DAYS);
    trace->day[trace->num] = day;
    memcpy(trace->value[trace->num++], values, (size_t)trace->width * sizeof(*values));
}

static int
value_index(const eng_model_t *model, const char *name)
{
    int j = 0;
    while (strcmp(eng_trace_name(model, j), name) != 0) {
        j++;
    }
    return j;
}

/* Falls of the neutrophils below a tenth of health, at least 60 d apart. */
static int
falls(const trace_t *trace, int neutrophil)
{
    double last = -1000;
    int n = 0;

    for (int j = 0; j < trace->num; j++) {
        if (trace->value[j][neutrophil] < 0.1) {
            n += trace->day[j] - last > 60;
            last = trace->day[j];
        }
    }
    return n;
}

/* The trace is the run; before the visit it is the course without the rule, and `times: 2` is a second transplantation. */
static void
test_trace(void)
{
    static trace_t with, without, twice;
    static eng_results_t results;
    eng_results_t kept;
    fix_run_t run;
    int second = 0, first = 0;

    make_study();
    begin_protocol("without");
    begin_protocol("once");
    add_rules(second_graft, COUNT(second_graft), 1);
    begin_protocol("twice");
    add_rules(second_graft, COUNT(second_graft), 2);
    fix.params.clone_fitness = 1.1;
    fix.params.trigger_rate *= 2;
    fix_open(&run, &fix);
    with.width = without.width = twice.width = eng_trace_count(run.model);
    CU_ASSERT_FATAL(with.width <= MAX_VALUES);
    const int neutrophil = value_index(run.model, "neutrophil");
    for (uint64_t patient = 0; patient < 40; patient++) {
        fix_admit(&run, patient, 1);
        fix_run(&run, 1, &results);
        kept = fix_keep(&results, fix.spec.num_reads);
        with.num = without.num = twice.num = 0;
        fix_trace(&run, 1, write_down, &with, &results);
        CU_ASSERT(fix_lane_equal(&kept, 0, &results, 0, fix.spec.num_reads));
        fix_drop(&kept);
        fix_trace(&run, 0, write_down, &without, &results);
        fix_trace(&run, 2, write_down, &twice, &results);
        const double visit = results.tick[ENG_EVENT_RELAPSE][0] == ENG_TICK_NEVER ? HORIZON
                                                                               : visit_of(results.tick[ENG_EVENT_RELAPSE][0]);
        for (int j = 0; j < with.num && with.day[j] <= visit; j++) {
            CU_ASSERT_EQUAL(memcmp(with.value[j], without.value[j], (size_t)with.width * sizeof(double)), 0);
        }
        for (int j = 1; j < with.num; j++) {
            CU_ASSERT_EQUAL(with.day[j], with.day[j - 1] + 1); /* no day twice, none left out */
        }
        CU_ASSERT_EQUAL(falls(&without, neutrophil), 0);
        CU_ASSERT(falls(&with, neutrophil) <= 1);
        first += falls(&with, neutrophil);
        second += falls(&twice, neutrophil) == 2;
    }
    CU_ASSERT(first > 20);
    CU_ASSERT(second > 0);
    fix_close(&run);
}

/* --- widths --------------------------------------------------------------------------------------------------------------- */

static void
test_widths(void)
{
    static eng_results_t results;
    eng_results_t kept = { 0 };
    fix_run_t run;
    const char *const before = getenv("ENGRAFT_SIMD");
    char was[32] = "";

    snprintf(was, sizeof(was), "%s", before == NULL ? "" : before);
    const eng_kernel_t *kernel = eng_kernel_find("plain");
    for (int next = 0; kernel != NULL; kernel = eng_kernel_at(next++)) {
        const bool plain = next == 0;
        if (!eng_kernel_usable(kernel)) {
            printf("\nSKIPPED branches with vectors of %s: this CPU lacks them\n", kernel->width);
            continue;
        }
        setenv("ENGRAFT_SIMD", kernel->width, 1);
        make_study();
        begin_protocol("rule");
        add_rules(second_graft, COUNT(second_graft), 2);
        fix_open(&run, &fix);
        fix_admit(&run, 200, ENG_LANES);
        fix_run(&run, 0, &results);
        if (plain) {
            kept = fix_keep(&results, fix.spec.num_reads);
        }
        for (int l = 0; l < ENG_LANES && !plain; l++) {
            CU_ASSERT(fix_lane_equal(&kept, l, &results, l, fix.spec.num_reads));
        }
        fix_close(&run);
    }
    fix_drop(&kept);
    if (before == NULL) {
        unsetenv("ENGRAFT_SIMD");
    } else {
        setenv("ENGRAFT_SIMD", was, 1);
    }
}

static const eng_test_t tests[] = {
    ENG_TEST(test_dates_from_the_start),
    ENG_TEST(test_on_the_day_of_the_visit),
    ENG_TEST(test_rule_that_never_acts),
    ENG_TEST(test_mates_do_not_matter),
    ENG_TEST(test_trace),
    ENG_TEST(test_widths),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "branch", tests);
}
