/**
 * The fixed part of a result file as a table.  A new fixed dataset is a row in the part of its group (schema_part.h)
 * and, where it holds something new, a function of a line or two beside it.
 */
#include "store/schema_part.h"

#include <stdio.h>
#include <string.h>

static const eng_schema_part_t *const parts[] = { &eng_schema_study, &eng_schema_protocols, &eng_schema_summary,
    &eng_schema_provenance };

#define NUM_PARTS (sizeof(parts) / sizeof(*parts))

int
eng_schema_count(void)
{
    int count = 0;

    for (size_t k = 0; k < NUM_PARTS; k++) {
        count += parts[k]->count;
    }
    return count;
}

const eng_schema_row_t *
eng_schema_row(int j)
{
    for (size_t k = 0; k < NUM_PARTS && j >= 0; k++) {
        if (j < parts[k]->count) {
            return &parts[k]->rows[j];
        }
        j -= parts[k]->count;
    }
    return NULL;
}

const eng_schema_row_t *
eng_schema_find(const char *path)
{
    const eng_schema_row_t *row;

    for (int j = 0; (row = eng_schema_row(j)) != NULL; j++) {
        if (strcmp(row->path, path) == 0) {
            return row;
        }
    }
    return NULL;
}

eng_cell_t
eng_schema_cell(const eng_schema_row_t *row)
{
    if (row->integer != NULL) {
        return ENG_CELL_INTEGER;
    }
    return row->number != NULL ? ENG_CELL_NUMBER : ENG_CELL_TEXT;
}

static uint64_t
count_actions(const eng_study_t *study)
{
    uint64_t count = 0;
    for (int p = 0; p < study->num_protocols; p++) {
        count += (uint64_t)study->protocols[p].num_actions;
    }
    return count;
}

static uint64_t
count_records(const eng_study_t *study)
{
    const uint64_t pairs = study->num_points * eng_rounds_first(study);
    return study->records < pairs ? study->records : pairs;
}

bool
eng_schema_dim(const eng_content_t *content, const char *name, uint64_t *size)
{
    const eng_study_t *study = STUDY(content);
    const eng_summary_t *summary = content->summary;
    const struct {
        const char *name;
        uint64_t size;
    } dims[] = {
        { "point", study->num_points },
        { "protocol", (uint64_t)study->num_protocols },
        { "parameter", (uint64_t)study->num_uncertain },
        { "group", (uint64_t)study->num_groups },
        { "record", count_records(study) },
        { "action", count_actions(study) },
        { "estimate", summary == NULL ? 0 : (uint64_t)summary->num_estimates },
        { "round", content->data == NULL || content->data->rounds == NULL ? 0 : (uint64_t)content->data->rounds->count },
        { "contrast", summary == NULL ? 0 : (uint64_t)summary->num_contrasts },
    };

    for (size_t j = 0; j < sizeof(dims) / sizeof(*dims); j++) {
        if (strcmp(dims[j].name, name) == 0) {
            *size = dims[j].size;
            return true;
        }
    }
    return false;
}

static const char *
cell_name(eng_cell_t cell)
{
    return cell == ENG_CELL_INTEGER ? "int64" : cell == ENG_CELL_NUMBER ? "float64" : "text";
}

/* What a study adds to the table: patterns for people; their datasets are described by the layout and the records. */
static const char study_part[] =
    "/LANDMARK, /DAY ...                 one scale per axis of the study: landmarks, reading days, bins, causes, reasons of failure\n"
    "/outcomes/NAME/DATASET              int64    (point, protocol[, axes]) counts and sums of each point; (protocol[, axes]) pooled over the points\n"
    "/paired/NAME/DATASET                int64    (point, protocol[, axes]) differences from the reference protocol in the same patients\n"
    "/parts/SPLIT/outcomes/NAME/DATASET  int64    (point, protocol, part[, axes]) and /parts/SPLIT/paired: the same of batches or strata of the patients\n"
    "/trajectories/MARKER/DATASET        int64    (protocol, day[, bin]) sums and fine histograms\n"
    "/records/COLUMN                     int64 or float64  (record) covariates, (record, protocol) outcomes of single courses\n";

int
eng_schema_print(FILE *out)
{
    fprintf(out, "Result file, format %d.%d.  Root attributes: format, format_major, format_minor, complete.\n\n",
        ENG_FORMAT_MAJOR, ENG_FORMAT_MINOR);
    fprintf(out, "%-34s  %-7s  %-17s  %-22s  %s\n", "dataset", "type", "dimensions", "unit", "what it holds");
    for (int j = 0; j < eng_schema_count(); j++) {
        const eng_schema_row_t *row = eng_schema_row(j);
        fprintf(out, "%-34s  %-7s  %-17s  %-22s  %s\n", row->path, cell_name(eng_schema_cell(row)),
            row->dims[0] == '\0' ? "-" : row->dims, row->unit[0] == '\0' ? "-" : row->unit, row->long_name);
    }
    fprintf(out, "\nFrom the study itself:\n%s", study_part);
    return ferror(out) ? ENG_FAIL(ENG_ERR_WRITE, "the list of datasets could not be printed") : 0;
}
