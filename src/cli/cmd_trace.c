/**
 * engraft trace: one course by day, exactly the sweep's.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "cli/args.h"
#include "engine/work.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    uint64_t point, patient;
    int protocol;
} course_t;

static void
print_day(void *context, double day, const double *values)
{
    FILE *out = context;
    const int n = eng_trace_count();

    fprintf(out, "%.10g", day);
    for (int j = 0; j < n; j++) {
        fprintf(out, ",%.9g", values[j]);
    }
    fputc('\n', out);
}

static void
print_header(FILE *out)
{
    const int n = eng_trace_count();

    fputs("day (d)", out);
    for (int j = 0; j < n; j++) {
        fprintf(out, ",%s (%s)", eng_trace_name(j), eng_trace_unit(j));
    }
    fputc('\n', out);
}

/* The traced course must be the one whose record was printed. */
static int
check_same(const eng_results_t *swept, const eng_results_t *traced)
{
    bool same = swept->failure[0] == traced->failure[0];

    if (same && swept->failure[0] == ENG_FAILURE_NONE) {
        same = swept->cause[0] == traced->cause[0];
        for (int event = 0; event < ENG_NUM_EVENTS; event++) {
            same = same && swept->tick[event][0] == traced->tick[event][0];
        }
        for (int number = 0; number < ENG_NUM_NUMBERS; number++) {
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
        print_header(out);
        swept = work.results[course->protocol];
        ret = eng_runner_trace(work.runner, course->protocol, print_day, out, &work.results[course->protocol]);
    }
    if (ret == 0) {
        ret = check_same(&swept, &work.results[course->protocol]);
    }
    eng_work_free(&work);
    eng_records_free(&records);
    free(unit);
    free(values);
    free(row);
    return ret;
}

/* Write under the final name only what is whole. */
static int
trace_to_file(const eng_study_t *study, const course_t *course, const char *path)
{
    const size_t size = strlen(path) + 8;
    char *part = malloc(size);
    FILE *out;
    int ret;

    if (part == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a path");
    }
    snprintf(part, size, "%s.part", path);
    out = fopen(part, "w");
    if (out == NULL) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write %s: %s", path, strerror(errno));
        free(part);
        return ret;
    }
    ret = trace_course(study, course, out);
    const int bad = fflush(out) != 0 || ferror(out);
    if ((fclose(out) != 0 || bad) && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write %s: %s", path, strerror(errno));
    }
    if (ret == 0 && rename(part, path) != 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "cannot write %s: %s", path, strerror(errno));
    }
    if (ret != 0) {
        (void)unlink(part);
    }
    free(part);
    return ret;
}

static int
find_protocol(const eng_study_t *study, const char *name, int *protocol)
{
    char names[512] = "";
    size_t n = 0;

    for (*protocol = 0; *protocol < study->num_protocols; (*protocol)++) {
        const char *known = study->protocols[*protocol].name;
        if (name != NULL && strcmp(known, name) == 0) {
            return 0;
        }
        if (n < sizeof(names)) {
            n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "", known);
        }
    }
    return name == NULL ? ENG_FAIL(ENG_ERR_USAGE, "trace: say which protocol: --protocol, one of %s", names)
                        : ENG_FAIL(ENG_ERR_USAGE, "trace: --protocol %s: the study has %s", name, names);
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

static int
cmd_trace(int argc, char **argv)
{
    const char *path = NULL, *output = NULL, *point = "0", *patient = "0", *protocol = NULL;
    const eng_option_t options[] = {
        { "-o", &output, NULL }, { "--point", &point, NULL }, { "--protocol", &protocol, NULL }, { "--patient", &patient, NULL },
    };
    eng_study_t study;
    course_t course = { 0 };
    int ret = eng_args_parse(argc, argv, options, (int)(sizeof(options) / sizeof(*options)), &path, 1);

    if (ret != 0) {
        return ret;
    }
    ret = eng_study_load(&study, path);
    if (ret == ENG_ERR_STUDY) {
        eng_study_complain(&study, stderr, true);
    }
    if (ret == 0) {
        ret = choose_course(&study, point, protocol, patient, &course);
    }
    if (ret == 0) {
        ret = output != NULL ? trace_to_file(&study, &course, output) : trace_course(&study, &course, stdout);
    }
    eng_study_free(&study);
    return ret;
}

const eng_command_t eng_command_trace = {
    .name = "trace",
    .usage = "STUDY --protocol NAME [--point P] [--patient I] [-o trace.csv]",
    .help =
        "Runs one course again, exactly as the sweep runs it, and writes every state variable by day as CSV.  First come the\n"
        "values of its row in /records, as lines `# name = value unit` with all digits.\n\n"
        "  --protocol NAME      which protocol\n"
        "  --point P            which point of the design, from 0 (default 0)\n"
        "  --patient I          which patient, from 0 (default 0)\n"
        "  -o FILE              where to; default: the terminal\n",
    .run = cmd_trace,
};
