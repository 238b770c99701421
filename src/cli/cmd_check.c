/**
 * engraft check: what a study would run and what it would cost, or every mistake in it.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/math.h"
#include "cli/args.h"
#include "cli/weight.h"
#include "design/design.h"
#include "engine/block.h"
#include "engine/cost.h"
#include "engine/pilot.h"
#include "engine/progress.h"
#include "store/store.h"
#include "study/rounds.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PILOT_SECONDS 1.0
#define BRIEF_SECONDS 36.0 /* a hundredth of an hour: nobody counts less in hours */
#define ADVICE_POINTS 10 /* fewer do not tell how points differ */
#define Z95 1.959963984540054 /* normal quantile at 0.975 */

/* How the points come about, and whether more of them could follow. */
static void
print_design(const eng_study_t *study)
{
    const eng_design_spec_t spec = eng_study_design_spec(study);
    char text[240];

    if (study->design->describe != NULL) {
        study->design->describe(&spec, text, sizeof(text));
        printf("              %s\n", text);
    }
    if (study->design->extends == ENG_EXTENDS_NOT) {
        printf("              more points cannot be added later: %s\n", study->design->why_not);
    }
}

/* When a study with `precision` looks, and at what. */
static void
print_looks(const eng_study_t *study)
{
    const eng_precision_t *precision = &study->precision;
    int looks = 1;

    if (!precision->asked) {
        return;
    }
    while (eng_rounds_patients(study, looks) < study->patients) {
        looks++;
    }
    printf("              looks at %s%s after %llu patients and %d more times at twice as many,\n"
           "              until its 95 %% confidence sequence is %.3g to each side under every protocol\n",
        study->outcomes[precision->outcome].row->name, precision->by_point ? " at each point" : "", (unsigned long long)eng_rounds_first(study),
        looks - 1, precision->half_width);
}

static void
print_size(const eng_study_t *study)
{
    const eng_blocks_t blocks = eng_blocks_of(study->num_points, study->patients);
    const uint64_t courses = study->num_points * study->patients * (uint64_t)study->num_protocols;
    char points[40], patients[40], all[40], parts[40];

    eng_count_text(study->num_points, points, sizeof(points));
    eng_count_text(study->patients, patients, sizeof(patients));
    eng_count_text(courses, all, sizeof(all));
    eng_count_text(blocks.num_blocks, parts, sizeof(parts));
    printf("study         %s: %s, %.4g y from day 0\n", study->name, study->disease->module.help, study->horizon / ENG_DAYS_PER_YEAR);
    if (study->design == NULL) {
        printf("points        1: every parameter nominal or fixed\n");
    } else {
        printf("points        %s by %s over %d uncertain parameter%s; patients are %s\n", points, study->design->name,
            study->num_uncertain, study->num_uncertain == 1 ? "" : "s",
            study->patients_common ? "the same at every point" : "different ones at every point");
        print_design(study);
    }
    printf("patients      %s%s per point and protocol\n", study->precision.asked ? "at most " : "", patients);
    print_looks(study);
    printf("courses       %s%s in %s blocks\n", study->precision.asked ? "at most " : "", all, parts);
}

static void
print_protocols(const eng_work_t *work, const eng_pilot_t *pilot)
{
    const eng_study_t *study = work->study;

    printf("protocols     %d; steps of a course, microseconds a course:\n", study->num_protocols);
    for (int p = 0; p < study->num_protocols; p++) {
        printf("    %-32s %7d %9.1f%s\n", study->protocols[p].name, eng_model_num_rows(work->model, p), 1e6 * pilot->seconds[p],
            p == study->reference ? "  (reference)" : "");
    }
}

static void
print_cost(const eng_work_t *work, const eng_layout_t *layout, const eng_records_t *records, const eng_pilot_t *pilot)
{
    static const int ranks[] = { 1, 16, 256 };
    char wall[40];

    eng_duration_text(pilot->core_seconds, wall, sizeof(wall));
    const bool brief = pilot->core_seconds < BRIEF_SECONDS;
    printf("time          %.3g core-%s (%s on one core), from %" PRIu64 " courses timed here (%s)\n",
        brief ? pilot->core_seconds : pilot->core_seconds / 3600, brief ? "seconds" : "hours",
        pilot->core_seconds < 0.5 ? "less than a second" : wall, pilot->courses, eng_runner_width(work->runner));
    printf("wall time     ");
    for (size_t j = 0; j < sizeof(ranks) / sizeof(*ranks); j++) {
        const eng_cost_t cost = eng_cost_of(pilot, work, layout, pilot->result_bytes, ranks[j]);
        eng_duration_text(cost.wall, wall, sizeof(wall));
        printf("%s%s on %d rank%s", j > 0 ? ", " : "", wall, ranks[j], ranks[j] == 1 ? "" : "s");
    }
    printf(", each with a core like this one\n");
    if (pilot->failed > 0) {
        printf("failed        %" PRIu64 " of these courses failed; after the run, engraft trace --failed RESULT.h5 lists them\n", pilot->failed);
    }
    printf("memory        ");
    for (size_t j = 0; j < sizeof(ranks) / sizeof(*ranks); j++) {
        printf(j > 0 ? ", " : "");
        eng_bytes_print((double)eng_pilot_memory(work, layout, records, ranks[j]), stdout);
        printf(" per rank on %d", ranks[j]);
    }
    printf("\n");
    eng_weight_print(layout, records, stdout);
    printf("result        ");
    eng_bytes_print((double)pilot->result_bytes, stdout);
    printf(" (max_bytes ");
    eng_bytes_print((double)work->study->max_bytes, stdout);
    printf("); saved work while running ");
    eng_bytes_print((double)pilot->journal_bytes, stdout);
    printf("\n");
}

static double
half_width(double p, double n)
{
    return 100 * Z95 * sqrt(p * (1 - p) / n);
}

/* What the numbers of patients can tell, before any course is run: simple binomial intervals. */
static void
print_precision(const eng_study_t *study)
{
    const double one = (double)study->patients, points = (double)study->num_points;
    const double all = study->patients_common ? one : one * points;

    printf("95 %% interval half-width of a probability of 50 %% or 10 %%, percentage points:\n");
    printf("    %-32s %7.2g %9.2g\n", "over all points", half_width(0.5, all), half_width(0.1, all));
    if (study->num_points > 1) {
        printf("    %-32s %7.2g %9.2g\n", "at one point", half_width(0.5, one), half_width(0.1, one));
        printf(study->patients_common ? "    (the patients are the same at every point: more points do not narrow it)\n"
                                      : "    (at best: differences between points widen the first)\n");
    }
}

/* More points or more patients?  From the points of the pilot, where there are enough of them. */
static void
print_advice(const eng_study_t *study, const eng_spread_t *spread)
{
    const double share = spread->outcome >= 0 ? eng_spread_of_points(spread, study->patients) : 0;

    if (study->patients_common || spread->outcome < 0 || spread->points < ADVICE_POINTS) {
        return;
    }
    printf("explore or repeat: of the variance of %s under %s, over all points, %.0f %% comes from the points and %.0f %% from\n"
           "    patients and chance (%d points of the pilot): %s\n", study->outcomes[spread->outcome].row->name, study->protocols[spread->protocol].name,
        100 * share, 100 - 100 * share, spread->points,
        share > 0.8       ? "more points narrow it, more patients hardly do"
            : share < 0.2 ? "more patients narrow it as well as more points"
                          : "more points narrow it, more patients do so less");
}

static int
check_study(const eng_study_t *study)
{
    eng_layout_t layout = { 0 };
    eng_records_t records = { 0 };
    eng_work_t work = { 0 };
    eng_pilot_t pilot = { 0 };
    double *unit = NULL, *values = NULL;
    int ret = eng_layout_create(&layout, study);

    if (ret == 0) {
        ret = eng_records_create(&records, study);
    }
    if (ret == 0) {
        ret = eng_work_design(study, &unit, &values);
    }
    if (ret == 0) {
        ret = eng_work_create(&work, study, values);
    }
    if (ret == 0) {
        ret = eng_pilot_run(&pilot, &work, &layout, &records, PILOT_SECONDS);
    }
    if (ret == 0) {
        print_size(study);
        print_protocols(&work, &pilot);
        print_cost(&work, &layout, &records, &pilot);
        print_precision(study);
        print_advice(study, &pilot.spread);
        if (pilot.result_bytes > study->max_bytes) {
            ret = ENG_FAIL(ENG_ERR_STUDY, "%s: the result would be larger than max_bytes: ask for fewer outcomes, reading days or "
                "points, or raise max_bytes", study->path);
        }
    }
    eng_pilot_free(&pilot);
    eng_work_free(&work);
    eng_records_free(&records);
    eng_layout_free(&layout);
    free(unit);
    free(values);
    return ret;
}

/* Under mpirun every process would print the same, and they would disturb one another's timing. */
static bool
is_copy(void)
{
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");

    return rank != NULL && strcmp(rank, "0") != 0;
}

static int
cmd_check(int argc, char **argv)
{
    const char *path = NULL;
    eng_study_t study;
    int ret = eng_args_parse(argc, argv, NULL, 0, &path, 1);

    if (ret != 0 || is_copy()) {
        return ret;
    }
    ret = eng_study_load_importing(&study, path, eng_points_import);
    if (ret == 0 || ret == ENG_ERR_STUDY) {
        eng_study_complain(&study, stderr, false);
    }
    if (ret == 0) {
        ret = check_study(&study);
    }
    eng_study_free(&study);
    return ret;
}

const eng_command_t eng_command_check = {
    .name = "check",
    .usage = "STUDY",
    .help =
        "Reads a study and prints what it would run: points, protocols, courses, core-hours from a timed pilot of a second,\n"
        "memory per rank, size of the result and expected interval widths.  Mistakes are printed, all of them, as\n"
        "file:line:column with what would be right, and the status is 65.\n",
    .run = cmd_check,
};
