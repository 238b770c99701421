/**
 * One answer whatever the vectors: AVX-512, AVX2, NEON and plain code give the same bits, and so does any place of a
 * patient among any mates, the trace of one, and a tile in which a mate fails.
 */
#include "base/error.h"
#include "model_fixture.h"
#include "stats/loops.h"

static fix_t fix;

static void
wanted(const char *width)
{
    CU_ASSERT_EQUAL_FATAL(setenv("ENGRAFT_SIMD", width, 1), 0);
}

/* Some of everything: drugs on relapse, two kinds of transplant, late actions, ordinary patients. */
static void
mixed_study(double horizon)
{
    fix_init(&fix, horizon);
    for (double day = 0; day <= horizon && fix.spec.num_reads < 20; day += horizon / 15) {
        fix_read_at(&fix, day);
    }
    fix_dmt(&fix);
    fix_transplant(&fix, "cy", "cy200", 0);
    fix_transplant(&fix, "beam", "beam", 4);
    fix_protocol(&fix, "late");
    fix_with(&fix, -20, "mobilise", "cy", "dose", 2000);
    fix_with(&fix, 3.0625, "atg", "alemtuzumab", "dose", 30)->duration = 3;
    fix_with(&fix, 20, "drug", "ocrelizumab", "for", 200)->every = 60;
    fix_with(&fix, 50, "drug", "cladribine", "for", 20)->taper = 10;
}

/* --- widths -------------------------------------------------------------------------------------------------------- */

static int
lanes_that_differ(const char *a, const char *b, int protocol, uint64_t first)
{
    static eng_results_t x, y;
    eng_results_t kept;
    fix_run_t run;
    int differ = 0;

    wanted(a);
    fix_open(&run, &fix);
    CU_ASSERT_STRING_EQUAL(eng_runner_width(run.runner), a);
    fix_admit(&run, first, ENG_LANES);
    fix_run(&run, protocol, &x);
    kept = fix_keep(&x, fix.spec.num_reads);
    fix_close(&run);
    wanted(b);
    fix_open(&run, &fix);
    CU_ASSERT_STRING_EQUAL(eng_runner_width(run.runner), b);
    fix_admit(&run, first, ENG_LANES);
    fix_run(&run, protocol, &y);
    for (int l = 0; l < ENG_LANES; l++) {
        differ += !fix_lane_equal(&kept, l, &y, l, fix.spec.num_reads);
    }
    fix_close(&run);
    fix_drop(&kept);
    return differ;
}

static void
compare_widths(const char *a, const char *b)
{
    mixed_study(150);
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        CU_ASSERT_EQUAL(lanes_that_differ(a, b, p, 64 * (uint64_t)p), 0);
    }
    /* patients who are found by screening */
    mixed_study(60);
    fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 2, .within = 365.25 };
    CU_ASSERT_EQUAL(lanes_that_differ(a, b, 1, 500), 0);
    /* the whole way */
    mixed_study(5 * ENG_DAYS_PER_YEAR);
    CU_ASSERT_EQUAL(lanes_that_differ(a, b, 1, 1000), 0);
}

/* Each width that was built with the next narrower one that runs here. */
static void
test_every_width(void)
{
    const eng_kernel_t *kernel, *wider = NULL;

    for (int j = 0; (kernel = eng_kernel_at(j)) != NULL; j++) {
        if (!eng_kernel_usable(kernel)) {
            printf("\nSKIPPED vectors of %s: this CPU lacks them\n", kernel->width);
            continue;
        }
        if (wider != NULL) {
            compare_widths(wider->width, kernel->width);
        }
        wider = kernel;
    }
    CU_ASSERT_STRING_EQUAL(wider->width, "plain");
}

static void
test_choice_of_width(void)
{
    const eng_kernel_t *kernel = NULL;

    wanted("plain");
    CU_ASSERT_EQUAL(eng_kernel_choose(&kernel), 0);
    CU_ASSERT_STRING_EQUAL(kernel->width, "plain");
    wanted("avx1024");
    CU_ASSERT_EQUAL(eng_kernel_choose(&kernel), ENG_ERR_USAGE);
    for (int j = 0; (kernel = eng_kernel_at(j)) != NULL; j++) {
        CU_ASSERT_PTR_EQUAL(eng_kernel_find(kernel->width), kernel);
        CU_ASSERT_PTR_NOT_NULL(strstr(eng_error_message(), kernel->width));
        CU_ASSERT_STRING_EQUAL(eng_loops_find(kernel->width)->width, kernel->width);
    }
    wanted("auto");
    CU_ASSERT_EQUAL(eng_kernel_choose(&kernel), 0);
    const char *widest = kernel->width;
    unsetenv("ENGRAFT_SIMD");
    CU_ASSERT_EQUAL(eng_kernel_choose(&kernel), 0);
    CU_ASSERT_STRING_EQUAL(kernel->width, widest);
    CU_ASSERT(eng_kernel_find("avx1024") == NULL);
}

/* --- lanes --------------------------------------------------------------------------------------------------------- */

static void
alone_and_among(bool screened)
{
    static const struct {
        uint64_t first;
        int count;
    } seats[] = { { 17, 1 }, { 0, 64 }, { 10, 20 }, { 17, 64 }, { 1, 17 } };
    static eng_results_t results;
    const uint64_t patient = 17;
    fix_run_t run;
    int bad = 0;

    unsetenv("ENGRAFT_SIMD");
    mixed_study(600);
    if (screened) {
        fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 2, .within = 365.25 };
    }
    fix_open(&run, &fix);
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        eng_results_t kept = { 0 };
        int candidate = -1;
        for (size_t j = 0; j < sizeof(seats) / sizeof(*seats); j++) {
            const int lane = (int)(patient - seats[j].first);
            fix_admit(&run, seats[j].first, seats[j].count);
            fix_run(&run, (p + 1) % fix.spec.num_protocols, &results); /* leaves nothing behind */
            fix_run(&run, p, &results);
            CU_ASSERT_EQUAL(results.num_lanes, seats[j].count);
            if (j == 0) {
                kept = fix_keep(&results, fix.spec.num_reads);
                candidate = eng_runner_candidate(run.runner, lane);
                continue;
            }
            bad += !fix_lane_equal(&kept, 0, &results, lane, fix.spec.num_reads);
            bad += eng_runner_candidate(run.runner, lane) != candidate;
        }
        fix_drop(&kept);
    }
    CU_ASSERT_EQUAL(bad, 0);
    fix_close(&run);
}

static void
test_mates_do_not_matter(void)
{
    alone_and_among(false);
}

static void
test_mates_do_not_matter_in_screening(void)
{
    alone_and_among(true);
}

/* Everybody alone against everybody together, while mates die, relapse, go into remission and take drugs. */
static void
compare_with_alone(double horizon, double background, int least_deaths)
{
    static eng_results_t results;
    fix_run_t run;
    int bad = 0, deaths = 0;

    mixed_study(horizon);
    fix.params.clone_repriming = fix.params.effector_remission = 2;
    fix.params.clone_sanctuary = 0.3;
    fix.params.hz_background = background;
    fix_open(&run, &fix);
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        fix_admit(&run, 0, ENG_LANES);
        fix_run(&run, p, &results);
        eng_results_t kept = fix_keep(&results, fix.spec.num_reads);
        for (int l = 0; l < ENG_LANES; l++) {
            fix_admit(&run, (uint64_t)l, 1);
            fix_run(&run, p, &results);
            bad += !fix_lane_equal(&kept, l, &results, 0, fix.spec.num_reads);
            deaths += results.tick[ENG_EVENT_DEATH][0] != ENG_TICK_NEVER;
        }
        fix_drop(&kept);
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(deaths >= least_deaths);
    fix_close(&run);
}

static void
test_everybody_alone(void)
{
    compare_with_alone(4 * ENG_DAYS_PER_YEAR, 1e-4, 20);
    compare_with_alone(90, 1e-2, 100); /* many die before their counts are low, while those of others are watched */
}

/* What a study reads changes no course. */
static void
test_reads_do_not_matter(void)
{
    static eng_results_t with, without;
    fix_run_t run;
    eng_results_t kept;
    int bad = 0;

    mixed_study(400);
    fix_open(&run, &fix);
    fix_admit(&run, 3, ENG_LANES);
    fix_run(&run, 1, &with);
    kept = fix_keep(&with, 0);
    fix_close(&run);
    fix.spec.num_reads = 0;
    fix_open(&run, &fix);
    fix_admit(&run, 3, ENG_LANES);
    fix_run(&run, 1, &without);
    for (int l = 0; l < ENG_LANES; l++) {
        bad += !fix_lane_equal(&kept, l, &without, l, 0);
    }
    CU_ASSERT_EQUAL(bad, 0);
    fix_drop(&kept);
    fix_close(&run);
}

/* --- trace ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    double first, last;
    int days, wild, width;
} span_t;

static void
count_days(void *context, double day, const double *values)
{
    span_t *span = context;
    span->first = span->days == 0 ? day : span->first;
    span->last = day;
    span->days++;
    for (int j = 0; j < span->width; j++) {
        span->wild += !isfinite(values[j]) || values[j] < 0;
    }
}

static void
test_trace_is_the_run(void)
{
    static eng_results_t run_results, trace_results;
    fix_run_t run;
    int bad = 0;

    mixed_study(5 * ENG_DAYS_PER_YEAR);
    fix_open(&run, &fix);
    for (uint64_t patient = 0; patient < 10; patient++) {
        for (int p = 0; p < fix.spec.num_protocols; p++) {
            span_t span = { .width = eng_trace_count(run.model) };
            fix_admit(&run, 0, ENG_LANES);
            fix_run(&run, p, &run_results);
            eng_results_t kept = fix_keep(&run_results, fix.spec.num_reads);
            fix_admit(&run, patient, 1);
            fix_trace(&run, p, count_days, &span, &trace_results);
            bad += !fix_lane_equal(&kept, (int)patient, &trace_results, 0, fix.spec.num_reads);
            bad += span.wild;
            if (trace_results.tick[ENG_EVENT_DEATH][0] == ENG_TICK_NEVER) {
                bad += span.first != -29 || span.last != 1826 || span.days != 1856;
            }
            fix_drop(&kept);
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    for (int j = 0; j < eng_trace_count(run.model); j++) {
        CU_ASSERT(eng_trace_name(run.model, j) != NULL && eng_trace_unit(run.model, j) != NULL);
    }
    CU_ASSERT(eng_trace_name(run.model, eng_trace_count(run.model)) == NULL && eng_trace_unit(run.model, -1) == NULL);
    fix_close(&run);
}

/* --- failures --------------------------------------------------------------------------------------------------------- */

/*
 * Patients whose T-dose covariate is 0 or 1 by a coin, and a graft so rich in T cells that the rates which hold
 * their number overflow: those with the coin fail, the others must not notice.
 */
static void
test_failed_lanes(void)
{
    static eng_results_t results;
    fix_run_t run;
    int failed = 0, bad = 0;

    fix_init(&fix, 200);
    fix_read_at(&fix, 100);
    fix_transplant(&fix, "cy", "cy200", 0);
    fix.actions[0][3].arg[2] = 1e35; /* CD3+ cells per kg, far beyond what a study may say */
    fix.laws[ENG_COV_T_DOSE] = (eng_dist_t){ ENG_DIST_BERNOULLI, { 0.3 } };
    fix_open(&run, &fix);
    fix_admit(&run, 0, ENG_LANES);
    fix_run(&run, 0, &results);
    eng_results_t kept = fix_keep(&results, 1);
    for (int l = 0; l < ENG_LANES; l++) {
        const bool rich = eng_runner_covariate(run.runner, ENG_COV_T_DOSE, l) > 0;
        failed += rich;
        bad += (results.failure[l] != ENG_FAILURE_NONE) != rich;
        bad += rich && results.failure[l] != ENG_FAILURE_NON_FINITE;
    }
    CU_ASSERT(failed > 5 && failed < 40);
    for (int l = 0; l < ENG_LANES; l++) {
        fix_admit(&run, (uint64_t)l, 1);
        fix_run(&run, 0, &results);
        if (kept.failure[l] == ENG_FAILURE_NONE) {
            bad += !fix_lane_equal(&kept, l, &results, 0, 1);
        } else {
            bad += results.failure[0] != kept.failure[l];
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    fix_drop(&kept);
    fix_close(&run);
}

/* Ordinary studies have no failures at all. */
static void
test_no_failures(void)
{
    static eng_results_t results;
    fix_run_t run;
    int failures = 0;

    mixed_study(5 * ENG_DAYS_PER_YEAR);
    fix_open(&run, &fix);
    for (int tile = 0; tile < 8; tile++) {
        fix_admit(&run, (uint64_t)tile * ENG_LANES, ENG_LANES);
        for (int p = 0; p < fix.spec.num_protocols; p++) {
            fix_run(&run, p, &results);
            for (int l = 0; l < ENG_LANES; l++) {
                failures += results.failure[l] != ENG_FAILURE_NONE;
            }
        }
    }
    CU_ASSERT_EQUAL(failures, 0);
    fix_close(&run);
}

/* Nobody meets an impossible criterion: all fail by that reason, at once and not for ever. */
static void
test_no_candidate(void)
{
    static eng_results_t results;
    fix_run_t run;

    fix_init(&fix, 10);
    fix_untreated(&fix);
    fix.params.trigger_rate = 0;
    fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 60, .within = 90 };
    fix_open(&run, &fix);
    fix_admit(&run, 0, 2);
    fix_run(&run, 0, &results);
    CU_ASSERT_EQUAL(results.failure[0], ENG_FAILURE_NO_CANDIDATE);
    CU_ASSERT_EQUAL(results.failure[1], ENG_FAILURE_NO_CANDIDATE);
    fix_close(&run);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_choice_of_width),
    ENG_TEST(test_every_width),
    ENG_TEST(test_mates_do_not_matter),
    ENG_TEST(test_mates_do_not_matter_in_screening),
    ENG_TEST(test_everybody_alone),
    ENG_TEST(test_reads_do_not_matter),
    ENG_TEST(test_trace_is_the_run),
    ENG_TEST(test_failed_lanes),
    ENG_TEST(test_no_failures),
    ENG_TEST(test_no_candidate),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "widths", tests);
}
