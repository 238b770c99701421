/**
 * Counting what finished words hold.
 */
#include "engine/tally.h"

#include "base/error.h"
#include "base/log.h"
#include "base/shell.h"
#include "engine/failed.h"
#include <inttypes.h>

void
eng_tally_add(int64_t sums[ENG_TALLY_SUMS], const eng_layout_t *layout, const int64_t *point, uint64_t num_points)
{
    const size_t rows = (size_t)num_points * (size_t)layout->study->num_protocols;

    for (size_t j = 0; j < rows; j++) {
        const int64_t *row = point + j * layout->point_words;
        sums[ENG_TALLY_COURSES] += eng_layout_courses(layout, row);
        for (int reason = ENG_FAILURE_NONE + 1; reason < ENG_NUM_FAILURES; reason++) {
            sums[ENG_TALLY_FAILED + reason] += eng_layout_failed(layout, row, reason);
        }
    }
}

int
eng_tally_check(const int64_t sums[ENG_TALLY_SUMS], uint64_t planned)
{
    if ((uint64_t)sums[ENG_TALLY_COURSES] != planned) {
        return ENG_FAIL(ENG_ERR_INTERNAL, "%" PRId64 " courses were counted instead of %" PRIu64, sums[ENG_TALLY_COURSES], planned);
    }
    return 0;
}

int
eng_tally_judge(const int64_t sums[ENG_TALLY_SUMS], const eng_study_t *study, uint64_t planned, const char *path)
{
    char reasons[512];
    const int64_t failed = eng_failed_text(sums + ENG_TALLY_FAILED + 1, reasons, sizeof(reasons));
    eng_text_t file = { 0 };
    int ret = 0;

    path = eng_shell_file_text(&file, path);
    if ((double)failed > study->max_failures * (double)planned) {
        ret = ENG_FAIL(ENG_ERR_TOO_MANY_FAILURES, "%" PRId64 " of %" PRIu64 " courses failed (%s), more than max_failures: %g allows; "
            "the result is written; engraft trace --failed %s lists them", failed, planned, reasons, study->max_failures, path);
    } else if (failed > 0) {
        eng_log(ENG_LOG_INFO, "%" PRId64 " of %" PRIu64 " courses failed (%s); engraft trace --failed %s lists them", failed, planned,
            reasons, path);
    }
    eng_text_free(&file);
    return ret;
}
