/**
 * engraft trace: one course by day, exactly the sweep's; which courses of a result failed.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/choice.h"
#include "cli/failures.h"
#include "cli/new_file.h"
#include "engine/work.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t point, patient;
    int protocol;
} course_t;

typedef struct {
    FILE *out;
    int num; /* state variables */
} trace_t;

static void
print_day(void *context, double day, const double *values)
{
    const trace_t *trace = context;

    fprintf(trace->out, "%.10g", day);
    for (int j = 0; j < trace->num; j++) {
        fprintf(trace->out, ",%.9g", values[j]);
    }
    fputc('\n', trace->out);
}

static void
print_header(FILE *out, const eng_model_t *model)
{
    const int n = eng_trace_count(model);

    fputs("day (d)", out);
    for (int j = 0; j < n; j++) {
        fprintf(out, ",%s (%s)", eng_trace_name(model, j), eng_trace_unit(model, j));
    }
    fputc('\n', out);
}

/* The traced course must be the one whose record was printed. */
static int
check_same(const eng_disease_t *disease, const eng_results_t *swept, const eng_results_t *traced)
{
    bool same = swept->failure[0] == traced->failure[0];

    if (same && swept->failure[0] == ENG_FAILURE_NONE) {
        same = swept->cause[0] == traced->cause[0];
        for (int event = 0; event < eng_event_count(disease); event++) {
            same = same && swept->tick[event][0] == traced->tick[event][0];
        }
        for (int number = 0; number < eng_number_count(disease); number++) {
            same = same && memcmp(&swept->number[number][0], &traced->number[number][0], sizeof(double)) == 0;
        }
    }
    return same ? 0 : ENG_FAIL(ENG_ERR_INTERNAL, "the traced course differs from the sweep's");
}

static int
trace_course(const eng_study_t *study, const course_t *course, FILE *out)
{
    eng_records_t records = { 0 };
    eng_work_t work = { 0 };
    eng_results_t swept = { 0 };
    double *unit = NULL, *values = NULL, *row = NULL;
    int ret = eng_records_create(&records, study);

    if (ret == 0) {
        row = calloc(records.num_values + 1, sizeof(*row));
        ret = row != NULL ? eng_work_design(study, &unit, &values) : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a record");
    }
    if (ret == 0) {
        ret = eng_work_create(&work, study, values);
    }
    if (ret == 0) {
        eng_work_clear(&work);
        (void)eng_work_add(&work, course->point, course->patient, 1);
        eng_work_admit(&work);
        ret = eng_work_run_all(&work);
    }
    if (ret == 0) {
        eng_work_record(&work, &records, &work.parts[0], 0, row);
        ret = eng_records_print(&records, row, course->protocol, out);
    }
    if (ret == 0) {
        swept = work.results[course->protocol];
        if (swept.failure[0] != ENG_FAILURE_NONE) {
            fprintf(out, "# failure_reason = %s\n", eng_failure_name(swept.failure[0]));
        }
        trace_t trace = { out, eng_trace_count(work.model) };
        print_header(out, work.model);
        ret = eng_runner_trace(work.runner, course->protocol, print_day, &trace, &work.results[course->protocol]);
    }
    if (ret == 0) {
        ret = check_same(study->disease, &swept, &work.results[course->protocol]);
    }
    eng_work_free(&work);
    eng_records_free(&records);
    free(unit);
    free(values);
    free(row);
    return ret;
}

/* Made in memory, a few MB at most: whatever ends it meanwhile leaves nothing behind. */
static int
trace_to_file(const eng_study_t *study, const course_t *course, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    int ret = out != NULL ? trace_course(study, course, out) : 0;
    const bool bad = out == NULL || ferror(out);

    if (((out != NULL && fclose(out) != 0) || bad) && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a course by day");
    }
    if (ret == 0) {
        ret = eng_new_file_write(path, text, length);
    }
    free(text);
    return ret;
}

static int
find_protocol(const eng_study_t *study, const char *name, int *protocol)
{
    eng_text_t names = { 0 };
    int ret;

    for (*protocol = 0; *protocol < study->num_protocols; (*protocol)++) {
        if (name != NULL && strcmp(study->protocols[*protocol].name, name) == 0) {
            return 0;
        }
    }
    eng_choice_names(&names, study, name);
    ret = ENG_FAIL(ENG_ERR_USAGE, name == NULL ? "trace: say which protocol with --protocol%s%s" : "trace: --protocol %s: no protocol has this name%s",
        name == NULL ? "" : name, names.data == NULL ? "" : names.data);
    eng_text_free(&names);
    return ret;
}

static int
choose_course(const eng_study_t *study, const char *point, const char *protocol, const char *patient, course_t *course)
{
    int ret = eng_args_count("trace: --point", point, &course->point);

    if (ret == 0) {
        ret = eng_args_count("trace: --patient", patient, &course->patient);
    }
    if (ret == 0 && course->point >= study->num_points) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "trace: --point %s: the study has points 0 to %" PRIu64, point, study->num_points - 1);
    }
    if (ret == 0 && course->patient >= study->patients) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "trace: --patient %s: the study has patients 0 to %" PRIu64, patient, study->patients - 1);
    }
    return ret == 0 ? find_protocol(study, protocol, &course->protocol) : ret;
}

/* --- which courses failed ------------------------------------------------------------------------------------- */

/* What was asked for on the command line; NULL: not said. */
typedef struct {
    const char *study, *output, *point, *protocol, *patient, *failed;
    bool partial;
} request_t;

typedef struct {
    const eng_study_t *study;
    int widths[3];     /* of the columns point, patient, protocol */
    course_t first;
    uint64_t listed;
} list_t;

/* A given study must be the one that made the result: a course of another has nothing to do with it. */
static int
check_study(const eng_source_t *source, const char *path)
{
    eng_study_t study;
    eng_text_t file = { 0 };
    const char *result = eng_shell_file_text(&file, source->path);
    int ret = eng_study_load_importing(&study, path, eng_points_import);

    if (ret == ENG_ERR_STUDY) {
        eng_study_complain(&study, stderr, true);
    }
    if (ret == 0 && strcmp(study.identity, source->study->identity) != 0) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s is the result of another study than %s; without a study, trace takes the one in the result: "
            "engraft trace --failed %s", source->path, path, result);
    } else if (ret == 0 && strcmp(study.extent, source->study->extent) != 0) {
        ret = ENG_FAIL(ENG_ERR_OTHER_STUDY, "%s is a result of this study with other numbers of points, patients or records than %s says; "
            "without a study, trace takes the one in the result: engraft trace --failed %s", source->path, path, result);
    }
    eng_text_free(&file);
    eng_study_free(&study);
    return ret;
}

/* Forget what was not asked for; how many failed courses are left, as text by reason. */
static int64_t
choose_counts(const eng_study_t *study, const request_t *request, const course_t *course, int64_t *counts, char *text, size_t size)
{
    int64_t sums[ENG_NUM_REASONS] = { 0 };
    const uint64_t protocols = (uint64_t)study->num_protocols;

    for (uint64_t row = 0; row < study->num_points * protocols; row++) {
        const bool wanted = (request->point == NULL || row / protocols == course->point) &&
            (request->protocol == NULL || row % protocols == (uint64_t)course->protocol);
        for (uint64_t j = 0; j < ENG_NUM_REASONS; j++) {
            counts[row * ENG_NUM_REASONS + j] *= wanted;
            sums[j] += counts[row * ENG_NUM_REASONS + j];
        }
    }
    return eng_failed_text(sums, text, size);
}

static void
print_failed(void *context, const eng_failed_course_t *course)
{
    list_t *list = context;

    if (list->listed++ == 0) {
        list->first = (course_t){ course->point, course->patient, course->protocol };
        printf("\n%*s  %*s  %-*s  reason\n", list->widths[0], "point", list->widths[1], "patient", list->widths[2], "protocol");
    }
    printf("%*" PRIu64 "  %*" PRIu64 "  %-*s  %s\n", list->widths[0], course->point, list->widths[1], course->patient, list->widths[2],
        list->study->protocols[course->protocol].name, eng_failure_name(course->reason));
}

/* Columns wide enough for whatever may come: the list is printed as it is found. */
static list_t
make_list(const eng_study_t *study)
{
    list_t list = { .study = study, .widths = { 5, 7, 8 } };
    const int point = snprintf(NULL, 0, "%" PRIu64, study->num_points - 1), patient = snprintf(NULL, 0, "%" PRIu64, study->patients - 1);

    list.widths[0] = point > list.widths[0] ? point : list.widths[0];
    list.widths[1] = patient > list.widths[1] ? patient : list.widths[1];
    for (int p = 0; p < study->num_protocols; p++) {
        const int length = (int)strlen(study->protocols[p].name);
        list.widths[2] = length > list.widths[2] ? length : list.widths[2];
    }
    return list;
}

/* The first of the list by day, or how to get it. */
static int
trace_first(const eng_source_t *source, const request_t *request, const list_t *list)
{
    const course_t *first = &list->first;
    const char *name = list->study->protocols[first->protocol].name;
    int ret = 0;

    if (request->output != NULL) {
        ret = trace_to_file(list->study, first, request->output);
        if (ret == 0) {
            printf("\n%s: point %" PRIu64 ", %s, patient %" PRIu64 " by day\n", request->output, first->point, name, first->patient);
        }
    } else {
        eng_text_t file = { 0 }, protocol = { 0 };
        printf("\nOne of them by day: engraft trace --failed %s%s --point %" PRIu64 " --protocol %s --patient %" PRIu64 " -o trace.csv\n",
            eng_shell_file_text(&file, source->path), source->result == NULL ? " --partial" : "", first->point,
            eng_shell_file_text(&protocol, name), first->patient);
        eng_text_free(&file);
        eng_text_free(&protocol);
    }
    return ret;
}

static int
list_failed(const eng_source_t *source, const request_t *request, const course_t *course, int64_t *counts)
{
    eng_ranges_t blocks = { 0 };
    eng_region_t region = { 0 };
    const bool rounds = source->result != NULL && source->study->precision.asked;
    list_t list = make_list(source->study);
    const eng_failed_search_t search = { source->study, counts, &blocks, source->result == NULL ? &source->partial.region : rounds ? &region : NULL,
        request->patient != NULL ? &course->patient : NULL,
        print_failed, &list };
    char reasons[512];
    const int64_t failed = choose_counts(source->study, request, course, counts, reasons, sizeof(reasons));
    const bool chosen = request->point != NULL || request->protocol != NULL || request->patient != NULL;
    int ret = 0;

    printf("Study %s: %s\n", source->study->name, source->path);
    eng_source_print_caveats(source, stdout);
    if (failed > 0) {
        printf("%" PRId64 " course%s%s failed (%s)\n", failed, failed == 1 ? "" : "s",
            request->point != NULL || request->protocol != NULL ? " of those asked for" : "", reasons);
        ret = request->output != NULL ? eng_new_file_check(request->output) : 0;
        ret = ret == 0 ? eng_failures_blocks(source, &blocks, &region) : ret;
        ret = ret == 0 ? eng_failed_find(&search) : ret;
    }
    if (ret == 0 && list.listed == 0) {
        printf("no course%s failed%s%s\n", chosen ? " of those asked for" : "", request->output != NULL ? "; nothing is written to " : "",
            request->output != NULL ? request->output : "");
    } else if (ret == 0) {
        ret = trace_first(source, request, &list);
    }
    eng_ranges_free(&blocks);
    eng_region_free(&region);
    return ret;
}

static int
trace_failed(const request_t *request)
{
    eng_source_t source;
    course_t course = { 0 };
    int64_t *counts = NULL;
    int ret = eng_source_open(&source, request->failed, request->partial);

    if (ret == 0 && request->study != NULL) {
        ret = check_study(&source, request->study);
    }
    if (ret == 0) {
        /* Without a protocol any name will do here: it is not looked at. */
        ret = choose_course(source.study, request->point != NULL ? request->point : "0",
            request->protocol != NULL ? request->protocol : source.study->protocols[0].name,
            request->patient != NULL ? request->patient : "0", &course);
    }
    if (ret == 0) {
        ret = eng_failures_read(&source, &counts);
    }
    if (ret == 0) {
        ret = list_failed(&source, request, &course, counts);
    }
    free(counts);
    eng_source_close(&source);
    return ret;
}

/* --- the command ------------------------------------------------------------------------------------------------ */

static int
trace_one(const request_t *request)
{
    eng_study_t study;
    course_t course = { 0 };
    int ret = eng_study_load_importing(&study, request->study, eng_points_import);

    if (ret == ENG_ERR_STUDY) {
        eng_study_complain(&study, stderr, true);
    }
    if (ret == 0) {
        ret = choose_course(&study, request->point != NULL ? request->point : "0", request->protocol,
            request->patient != NULL ? request->patient : "0", &course);
    }
    if (ret == 0 && request->output != NULL) {
        ret = eng_new_file_check(request->output);
    }
    if (ret == 0) {
        ret = request->output != NULL ? trace_to_file(&study, &course, request->output) : trace_course(&study, &course, stdout);
    }
    eng_study_free(&study);
    return ret;
}

static int
cmd_trace(int argc, char **argv)
{
    request_t request = { 0 };
    const eng_option_t options[] = {
        { "-o", &request.output, NULL }, { "--point", &request.point, NULL }, { "--protocol", &request.protocol, NULL },
        { "--patient", &request.patient, NULL }, { "--failed", &request.failed, NULL }, { "--partial", NULL, &request.partial },
    };
    int ret = eng_args_parse_optional(argc, argv, options, (int)(sizeof(options) / sizeof(*options)), &request.study);

    if (ret == 0 && request.failed == NULL && request.study == NULL) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "trace: a study is missing, or --failed RESULT.h5; see engraft trace --help");
    }
    if (ret == 0 && request.failed == NULL && request.partial) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "trace: --partial belongs to --failed RESULT.h5");
    }
    if (ret != 0) {
        return ret;
    }
    return request.failed != NULL ? trace_failed(&request) : trace_one(&request);
}

const eng_command_t eng_command_trace = {
    .name = "trace",
    .usage = "STUDY --protocol NAME [--point P] [--patient I] [-o trace.csv] | [STUDY] --failed RESULT.h5 [--partial]",
    .help =
        "Runs one course again, exactly as the sweep runs it, and writes every state variable by day as CSV.  First come the\n"
        "values of its row in /records, as lines `# name = value unit` with all digits.\n\n"
        "  --protocol NAME      which protocol\n"
        "  --point P            which point of the design, from 0 (default 0)\n"
        "  --patient I          which patient, from 0 (default 0)\n"
        "  -o FILE              where to; default: the terminal; a file that is there already is not replaced (status 73)\n\n"
        "    engraft trace --failed RESULT.h5 -o trace.csv\n\n"
        "lists the courses of a result (or of a shard) that failed: point, patient, protocol and reason, a line each; with -o, the first\n"
        "of them goes by day to a file.  The study is in the result; one that is named must be the same.  Points with failures\n"
        "are run again on one core, until as many are found as the result counts.\n\n"
        "  --failed RESULT.h5   list failed courses; --point, --protocol and --patient then choose among them (default: all)\n"
        "  --partial            before there is a result: those of what its run has saved so far\n",
    .run = cmd_trace,
};
