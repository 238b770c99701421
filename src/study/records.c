/**
 * Columns of single courses.  A row of doubles holds what belongs to the patient first, then num_protocols values of
 * each column that differs by protocol.  Missing is NaN; so is everything that a failed course would have reported.
 */
#include "study/records.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What a column is filled from, in the order in which columns are made. */
enum { POINT, PATIENT, CANDIDATE, NUM_OF_PATIENT };

static const char tick_unit[] = "0.0625 d";

/* Append a column and return it; the caller's array is large enough. */
static eng_record_column_t *
add(eng_records_t *records, const char *name, const char *unit, bool by_protocol, bool integer)
{
    eng_record_column_t *column = &records->columns[records->num_columns++];

    *column = (eng_record_column_t){ .by_protocol = by_protocol, .integer = integer, .offset = records->num_values };
    snprintf(column->name, sizeof(column->name), "%s", name);
    snprintf(column->unit, sizeof(column->unit), "%s", unit);
    records->num_values += by_protocol ? (size_t)records->study->num_protocols : 1;
    return column;
}

bool
eng_records_has(const char *name)
{
    static const char *const own[] = { "point", "patient", "candidate", "failure", "cause_of_death" };

    for (size_t j = 0; j < sizeof(own) / sizeof(*own); j++) {
        if (strcmp(own[j], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool
ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), tail = strlen(end);

    return length >= tail && strcmp(name + length - tail, end) == 0;
}

bool
eng_records_reserves(const eng_disease_t *disease, const char *name)
{
    bool marker = false;

    for (int j = 0; j < eng_marker_count(disease); j++) {
        const char *of = eng_marker_row(disease, j)->name;
        const size_t length = strlen(of);

        marker = marker || (strncmp(name, of, length) == 0 && strncmp(name + length, "_d", 2) == 0 && strchr("-0123456789", name[length + 2]) != NULL && name[length + 2] != '\0');
    }
    return eng_records_has(name) || eng_covariate_find(disease, name) >= 0 || ends_with(name, "_cause") || marker;
}

static void
add_patient(eng_records_t *records)
{
    const eng_disease_t *disease = records->study->disease;

    snprintf(add(records, "point", "1", false, true)->long_name, 160, "point of the design");
    snprintf(add(records, "patient", "1", false, true)->long_name, 160, "number of the patient");
    snprintf(add(records, "candidate", "1", false, true)->long_name, 160, "candidate that met the entry criteria, from 0");
    for (int j = 0; j < eng_covariate_count(disease); j++) {
        const eng_covariate_row_t row = eng_covariate_at(disease, j);
        snprintf(add(records, row.name, row.unit, false, false)->long_name, 160, "%s", row.help);
    }
}

static void
add_outcome(eng_records_t *records, const eng_outcome_request_t *request)
{
    const eng_outcome_row_t *row = request->row;
    char name[64];

    if (row->kind == ENG_OUTCOME_TIME) {
        snprintf(add(records, row->name, tick_unit, true, true)->long_name, 160,
            "when %s, its competing event or the end of follow-up came, in 1/16 days since day 0", row->name);
        snprintf(name, sizeof(name), "%s_cause", row->name);
        snprintf(add(records, name, "1", true, true)->long_name, 160,
            "what came: 1 %s, 2 its competing event, 0 the end of follow-up", row->name);
    } else if (row->kind == ENG_OUTCOME_NUMBER) {
        snprintf(add(records, row->name, row->unit, true, false)->long_name, 160, "%s", row->help);
    } else {
        const eng_marker_row_t *marker = eng_marker_row(records->study->disease, row->source);
        for (int j = 0; j < request->num_at; j++) {
            snprintf(name, sizeof(name), "%s_d%.10g", row->name, request->at[j]);
            snprintf(add(records, name, marker->unit, true, false)->long_name, 160, "%s on day %.10g", marker->help, request->at[j]);
        }
    }
}

int
eng_records_create(eng_records_t *records, const eng_study_t *study)
{
    size_t most = NUM_OF_PATIENT + (size_t)eng_covariate_count(study->disease) + 2;

    *records = (eng_records_t){ .study = study };
    for (int j = 0; j < study->num_outcomes; j++) {
        most += 2 + (size_t)study->outcomes[j].num_at;
    }
    records->columns = calloc(most, sizeof(*records->columns));
    if (records->columns == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %zu columns of records", most);
    }
    add_patient(records);
    snprintf(add(records, "failure", "1", true, true)->long_name, 160, "why the course failed; 0: it did not");
    snprintf(add(records, "cause_of_death", "1", true, true)->long_name, 160, "cause of a death within follow-up; 0: none");
    for (int j = 0; j < study->num_outcomes; j++) {
        add_outcome(records, &study->outcomes[j]);
    }
    return 0;
}

void
eng_records_free(eng_records_t *records)
{
    free(records->columns);
    *records = (eng_records_t){ 0 };
}

static double
missing(void)
{
    return __builtin_nan("");
}

/* Index of the reading day on the same tick; reads holds every day that an outcome asks for. */
static int
find_read(const eng_study_t *study, double day)
{
    const int32_t tick = eng_tick_nearest(day);
    int low = 0, high = study->num_reads - 1;

    while (low < high) {
        const int middle = (low + high) / 2;
        if (eng_tick_nearest(study->reads[middle]) < tick) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Values of one outcome under one protocol, to the columns from `column` on; returns the column behind them. */
static const eng_record_column_t *
fill_outcome(const eng_study_t *study, const eng_outcome_request_t *request, const eng_record_column_t *column,
    const eng_results_t *results, int protocol, int lane, double *row)
{
    const eng_outcome_row_t *outcome = request->row;
    const bool failed = results->failure[lane] != ENG_FAILURE_NONE;

    if (outcome->kind == ENG_OUTCOME_TIME) {
        int32_t tick = 0;
        const int cause = failed ? -1
                                 : eng_outcome_time(outcome, results, lane, eng_tick_nearest(study->horizon), &tick);
        row[column[0].offset + (size_t)protocol] = cause < 0 ? missing() : tick;
        row[column[1].offset + (size_t)protocol] = cause < 0 ? missing() : cause;
        return column + 2;
    }
    if (outcome->kind == ENG_OUTCOME_NUMBER) {
        row[column->offset + (size_t)protocol] = failed ? missing() : results->number[outcome->source][lane];
        return column + 1;
    }
    for (int j = 0; j < request->num_at; j++, column++) {
        const size_t cell = ((size_t)find_read(study, request->at[j]) * (size_t)eng_read_rows(study->disease, study->num_endpoints) + (size_t)outcome->source) * ENG_LANES;
        row[column->offset + (size_t)protocol] = failed ? missing() : results->read[cell + (size_t)lane];
    }
    return column;
}

void
eng_records_fill(const eng_records_t *records, uint64_t point, uint64_t patient, const double *covariates, int candidate,
    const eng_results_t *results, int lane, double *row)
{
    const eng_study_t *study = records->study;
    const int num_covariates = eng_covariate_count(study->disease);
    const eng_record_column_t *by_protocol = records->columns + NUM_OF_PATIENT + num_covariates;

    row[POINT] = (double)point;
    row[PATIENT] = (double)patient;
    row[CANDIDATE] = candidate;
    memcpy(row + NUM_OF_PATIENT, covariates, (size_t)num_covariates * sizeof(*row));
    for (int p = 0; p < study->num_protocols; p++) {
        const eng_record_column_t *column = by_protocol + 2;
        const bool failed = results[p].failure[lane] != ENG_FAILURE_NONE;
        row[by_protocol[0].offset + (size_t)p] = results[p].failure[lane];
        row[by_protocol[1].offset + (size_t)p] = failed ? missing() : results[p].cause[lane];
        for (int j = 0; j < study->num_outcomes; j++) {
            column = fill_outcome(study, &study->outcomes[j], column, &results[p], p, lane, row);
        }
    }
}

int
eng_records_print(const eng_records_t *records, const double *row, int protocol, FILE *out)
{
    for (int j = 0; j < records->num_columns; j++) {
        const eng_record_column_t *column = &records->columns[j];
        const double value = row[column->offset + (column->by_protocol ? (size_t)protocol : 0)];
        char text[ENG_TEXT_DOUBLE_SIZE];
        fprintf(out, "# %s = ", column->name);
        if (value != value) {
            fputs("missing", out);
        } else {
            eng_text_double(text, value);
            fputs(text, out);
        }
        fprintf(out, "%s%s\n", column->unit[0] == '\0' ? "" : " ", column->unit);
    }
    return ferror(out) ? ENG_FAIL(ENG_ERR_WRITE, "the record could not be printed") : 0;
}
