/**
 * Looking for failed courses.  Only points, blocks and protocols that can hold one are run, a slab at a time; what fails does so
 * whoever its lane mates are, so that a slab need not be the one of the sweep.
 */
#include "engine/failed.h"

#include "base/error.h"
#include "engine/work.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const eng_failed_search_t *search;
    int64_t *left;  /* owned: as search->counts, still to be found */
    eng_work_t work; /* owned */
} finder_t;

/* Counts by reason. */
static int64_t *
cell_of(const finder_t *finder, uint64_t point, int protocol)
{
    return finder->left + (point * (uint64_t)finder->search->study->num_protocols + (uint64_t)protocol) * ENG_NUM_REASONS;
}

static bool
is_wanted(const finder_t *finder, uint64_t point, int protocol)
{
    const int64_t *cell = cell_of(finder, point, protocol);
    bool wanted = false;

    for (int j = 0; j < ENG_NUM_REASONS; j++) {
        wanted = wanted || cell[j] > 0;
    }
    return wanted;
}

static bool
is_open(const finder_t *finder, uint64_t point)
{
    bool open = false;

    for (int p = 0; p < finder->search->study->num_protocols; p++) {
        open = open || is_wanted(finder, point, p);
    }
    return open;
}

/* --- one slab ------------------------------------------------------------------------------------------------ */

static void
report(finder_t *finder, const eng_work_part_t *part, int patient, const bool *ran)
{
    const int protocols = finder->search->study->num_protocols, slot = part->slot + patient;

    for (int p = 0; p < protocols; p++) {
        const eng_results_t *tile = &finder->work.results[slot / ENG_LANES * protocols + p];
        const int reason = ran[p] ? tile->failure[slot % ENG_LANES] : ENG_FAILURE_NONE;
        if (reason != ENG_FAILURE_NONE) {
            const eng_failed_course_t course = { part->point, part->first + (uint64_t)patient, p, reason };
            cell_of(finder, part->point, p)[reason - 1]--;
            finder->search->found(finder->search->context, &course);
        }
    }
}

/* Those in the slab, under the protocols under which somebody in it is missing. */
static int
run_slab(finder_t *finder)
{
    eng_work_t *work = &finder->work;
    const int protocols = finder->search->study->num_protocols;
    bool *ran = calloc((size_t)protocols, sizeof(*ran));
    int ret = ran != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for %d protocols", protocols);

    if (ret == 0 && work->num_parts > 0) {
        eng_work_admit(work);
    }
    for (int p = 0; ret == 0 && p < protocols && work->num_parts > 0; p++) {
        for (int j = 0; j < work->num_parts; j++) {
            ran[p] = ran[p] || is_wanted(finder, work->parts[j].point, p);
        }
        ret = ran[p] ? eng_work_run(work, p) : 0;
    }
    for (int j = 0; ret == 0 && j < work->num_parts; j++) {
        for (int i = 0; i < work->parts[j].count; i++) {
            report(finder, &work->parts[j], i, ran);
        }
    }
    eng_work_clear(work);
    free(ran);
    return ret;
}

/* --- all of them --------------------------------------------------------------------------------------------- */

static int
add_patients(finder_t *finder, uint64_t point, uint64_t first, uint64_t count)
{
    int ret = 0;

    if (finder->search->patient != NULL) {
        const uint64_t only = *finder->search->patient;
        if (only < first || only >= first + count) {
            return 0;
        }
        first = only;
        count = 1;
    }
    for (uint64_t done = 0; ret == 0 && done < count;) {
        done += (uint64_t)eng_work_add(&finder->work, point, first + done, count - done);
        if (eng_runner_room(finder->work.runner) == 0) {
            ret = run_slab(finder);
            if (!is_open(finder, point)) {
                break;
            }
        }
    }
    return ret;
}

static int
search_blocks(finder_t *finder)
{
    const eng_study_t *study = finder->search->study;
    const eng_ranges_t *set = finder->search->blocks;
    const eng_blocks_t blocks = eng_blocks_of(study->num_points, study->patients);
    int ret = 0;

    for (size_t r = set->head; r < set->num; r++) {
        for (uint64_t k = set->items[r].first; k < set->items[r].first + set->items[r].count; k++) {
            const eng_block_t block = finder->search->region != NULL ? eng_region_at(finder->search->region, k) : eng_block_at(&blocks, k);
            for (uint64_t point = block.first_point; ret == 0 && point < block.first_point + block.num_points; point++) {
                if (is_open(finder, point)) {
                    ret = add_patients(finder, point, block.first_patient, block.num_patients);
                }
            }
            if (ret != 0) {
                return ret;
            }
        }
    }
    return run_slab(finder);
}

/* As many as are counted: neither too many in any cell nor, unless it was about one patient, too few. */
static int
check_found(const finder_t *finder)
{
    const eng_study_t *study = finder->search->study;
    const uint64_t cells = study->num_points * (uint64_t)study->num_protocols * ENG_NUM_REASONS;

    for (uint64_t i = 0; i < cells; i++) {
        const uint64_t row = i / ENG_NUM_REASONS, protocols = (uint64_t)study->num_protocols;
        const int64_t left = finder->left[i], counted = finder->search->counts[i];
        if (left < 0 || (left > 0 && finder->search->patient == NULL)) {
            return ENG_FAIL(ENG_ERR_INTERNAL, "point %" PRIu64 ", %s: %" PRId64 " courses were found with %s, %" PRId64 " are counted; "
                "this engraft computes other courses than the one that made the result", row / protocols,
                study->protocols[row % protocols].name, counted - left, eng_failure_name((int)(i % ENG_NUM_REASONS) + 1), counted);
        }
    }
    return 0;
}

int
eng_failed_find(const eng_failed_search_t *search)
{
    const eng_study_t *study = search->study;
    const size_t cells = (size_t)study->num_points * (size_t)study->num_protocols * ENG_NUM_REASONS;
    finder_t finder = { .search = search, .left = malloc((cells + 1) * sizeof(int64_t)) };
    double *unit = NULL, *values = NULL;
    int ret = finder.left != NULL ? 0 : ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the counts of %zu points", (size_t)study->num_points);

    if (ret == 0) {
        memcpy(finder.left, search->counts, cells * sizeof(*finder.left));
        ret = eng_work_design(study, &unit, &values);
    }
    if (ret == 0) {
        ret = eng_work_create(&finder.work, study, values);
    }
    if (ret == 0) {
        eng_work_clear(&finder.work);
        ret = search_blocks(&finder);
    }
    if (ret == 0) {
        ret = check_found(&finder);
    }
    eng_work_free(&finder.work);
    free(finder.left);
    free(unit);
    free(values);
    return ret;
}

int64_t
eng_failed_text(const int64_t counts[ENG_NUM_REASONS], char *text, size_t size)
{
    int64_t sum = 0;
    size_t length = 0;

    text[0] = '\0';
    for (int j = 0; j < ENG_NUM_REASONS; j++) {
        if (counts[j] > 0 && length < size) {
            length += (size_t)snprintf(text + length, size - length, "%s%s %" PRId64, length > 0 ? ", " : "", eng_failure_name(j + 1),
                counts[j]);
        }
        sum += counts[j];
    }
    return sum;
}
