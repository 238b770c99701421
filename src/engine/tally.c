/**
 * Counting what finished words hold.
 */
#include "engine/tally.h"

#include "base/error.h"
#include "base/log.h"
#include <inttypes.h>
#include <stdio.h>

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
eng_tally_judge(const int64_t sums[ENG_TALLY_SUMS], const eng_study_t *study, uint64_t planned)
{
    int64_t failed = 0;
    char reasons[512] = "";
    size_t length = 0;

    for (int reason = ENG_FAILURE_NONE + 1; reason < ENG_NUM_FAILURES; reason++) {
        const int64_t count = sums[ENG_TALLY_FAILED + reason];
        if (count > 0 && length < sizeof(reasons)) {
            length += (size_t)snprintf(reasons + length, sizeof(reasons) - length, "%s%s %" PRId64, length > 0 ? ", " : "",
                eng_failure_name(reason), count);
        }
        failed += count;
    }
    if ((double)failed > study->max_failures * (double)planned) {
        return ENG_FAIL(ENG_ERR_TOO_MANY_FAILURES, "%" PRId64 " of %" PRIu64 " courses failed (%s), more than max_failures: %g allows; "
            "the result is written", failed, planned, reasons, study->max_failures);
    }
    if (failed > 0) {
        eng_log(ENG_LOG_INFO, "%" PRId64 " of %" PRIu64 " courses failed (%s)", failed, planned, reasons);
    }
    return 0;
}
