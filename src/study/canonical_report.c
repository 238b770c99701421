/**
 * The canonical form of what is reported: outcomes, estimates, parts of the patients, trajectories.
 */
#include "study/canonical.h"

#include "base/text.h"
#include "stats/statistic.h"

#include <string.h>

typedef eng_canonical_t writer_t;

#define IDENTITY(level, ...) eng_canonical_line(self, ENG_LINE_IDENTITY, (level), __VA_ARGS__)

static void
write_days(writer_t *self, int depth, const double *days, int count)
{
    if (count > 0) {
        IDENTITY(depth, "at:");
    }
    for (int k = 0; k < count; k++) {
        char number[ENG_TEXT_DOUBLE_SIZE];

        eng_text_double(number, days[k]);
        IDENTITY(depth + 1, "- %s d", number);
    }
}

static void
write_outcomes(writer_t *self, const eng_study_t *study)
{
    IDENTITY(0, "outcomes:");
    for (int j = 0; j < study->num_outcomes; j++) {
        const eng_outcome_request_t *request = &study->outcomes[j];

        if (request->num_at == 0 && request->histogram == 0) {
            IDENTITY(1, "- %s", request->row->name);
            continue;
        }
        IDENTITY(1, "- %s:", request->row->name);
        write_days(self, 4, request->at, request->num_at);
        if (request->histogram > 0) {
            IDENTITY(4, "histogram: %d", request->histogram);
        }
    }
}

static void
write_estimates(writer_t *self, const eng_study_t *study)
{
    if (study->estimates != 0) {
        IDENTITY(0, "estimates:");
    }
    for (int j = 0; j < ENG_NUM_STATISTICS; j++) {
        if ((study->estimates >> j & 1) != 0) {
            IDENTITY(1, "- %s", eng_statistic_at(j)->name);
        }
    }
}

static void
write_cuts(writer_t *self, const eng_study_t *study, const eng_partition_t *partition)
{
    const double *cut = partition->cut;

    IDENTITY(2, "by:");
    for (int j = 0; j < partition->num_by; j++) {
        const eng_covariate_row_t row = eng_covariate_at(study->disease, partition->covariate[j]);
        const bool plain = row.unit[0] == '\0' || strcmp(row.unit, "1") == 0;

        IDENTITY(3, "%s:", row.name);
        for (int k = 0; k < partition->num_cuts[j]; k++) {
            char number[ENG_TEXT_DOUBLE_SIZE];

            eng_text_double(number, *cut++);
            IDENTITY(4, "- %s%s%s", number, plain ? "" : " ", plain ? "" : row.unit);
        }
    }
}

static void
write_partitions(writer_t *self, const eng_study_t *study)
{
    bool strata = false;

    for (int j = 0; j < study->num_partitions; j++) {
        const eng_partition_t *partition = &study->partitions[j];
        const int depth = partition->num_by > 0 ? 2 : 1;

        if (partition->num_by > 0 && !strata) {
            IDENTITY(0, "strata:");
            strata = true;
        }
        IDENTITY(depth - 1, "%s:", partition->name);
        if (partition->num_by > 0) {
            write_cuts(self, study, partition);
        }
        IDENTITY(depth, "outcomes:");
        for (int k = 0; k < partition->num_outcomes; k++) {
            IDENTITY(depth + 1, "- %s", study->outcomes[partition->outcomes[k]].row->name);
        }
    }
}

static void
write_trajectories(writer_t *self, const eng_study_t *study)
{
    const eng_trajectories_t *trajectories = &study->trajectories;

    if (trajectories->num_markers == 0) {
        return;
    }
    IDENTITY(0, "trajectories:");
    IDENTITY(1, "markers:");
    for (int j = 0; j < trajectories->num_markers; j++) {
        IDENTITY(2, "- %s", eng_marker_row(study->disease, trajectories->markers[j])->name);
    }
    eng_canonical_value(self, ENG_LINE_IDENTITY, 1, "every", trajectories->every, "d");
    write_days(self, 1, trajectories->also, trajectories->num_also);
    IDENTITY(1, "points: %s", trajectories->points ? "true" : "false");
}

void
eng_canonical_report(eng_canonical_t *self, const eng_study_t *study)
{
    write_outcomes(self, study);
    write_estimates(self, study);
    write_partitions(self, study);
    write_trajectories(self, study);
}
