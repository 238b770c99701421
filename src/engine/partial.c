/**
 * Reading journals for people.  The run goes on meanwhile: a record that is being written is a torn one, and a journal
 * that goes away because a new attempt has gathered it means to look again.
 */
#include "engine/partial.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/journal.h"
#include "engine/kept_rounds.h"
#include "engine/shard.h"
#include "engine/work.h"
#include "engine/workdir.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOKS 3 /* at a folder that changes */

static int
use_batch(void *context, const eng_batch_t *batch)
{
    eng_partial_t *partial = context;
    int ret = 0;

    for (size_t j = batch->blocks.head; j < batch->blocks.num; j++) {
        if (eng_ranges_meet(&partial->done, batch->blocks.items[j])) {
            return 0; /* saved twice, counted once */
        }
    }
    for (size_t j = batch->blocks.head; j < batch->blocks.num && ret == 0; j++) {
        ret = eng_ranges_add(&partial->done, batch->blocks.items[j]);
    }
    for (size_t j = 0; j < batch->num_points && ret == 0; j++) {
        if (batch->points[j] >= partial->study.num_points) {
            return ENG_FAIL(ENG_ERR_FORMAT, "saved work names point %" PRIu64 ", which the study does not have", batch->points[j]);
        }
        eng_layout_add_words(partial->point + (size_t)batch->points[j] * batch->point_words, batch->words + j * batch->point_words,
            batch->point_words);
    }
    if (ret == 0) {
        eng_layout_add_words(partial->pooled, batch->pooled, batch->pooled_words);
    }
    partial->courses += batch->courses;
    return ret;
}

/* The study as the run keeps it beside its journals. */
static int
read_study(eng_partial_t *partial, const eng_workdir_t *dir)
{
    char *text = eng_workdir_text(dir, "study");
    int ret = 0;

    if (text == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the study");
    }
    if (text[0] == '\0') {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: nothing has been saved yet", dir->path);
    } else {
        ret = eng_study_parse(&partial->study, dir->path, text, strlen(text));
    }
    if (ret != 0 && ret != ENG_ERR_NO_MEMORY && ret != ENG_ERR_READ) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: this engraft cannot read the study in it", dir->path);
    }
    free(text);
    return ret == 0 ? eng_layout_create(&partial->layout, &partial->study) : ret;
}

static int
make_memory(eng_partial_t *partial)
{
    const eng_layout_t *layout = &partial->layout;
    const size_t protocols = (size_t)partial->study.num_protocols, points = (size_t)partial->study.num_points;

    partial->point = calloc(points * protocols * layout->point_words + 1, sizeof(*partial->point));
    partial->pooled = calloc(protocols * layout->pooled_words + 1, sizeof(*partial->pooled));
    partial->cluster = calloc(protocols * layout->cluster_words + 1, sizeof(*partial->cluster));
    if (partial->point == NULL || partial->pooled == NULL || partial->cluster == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the sums of %" PRIu64 " points on this machine", partial->study.num_points);
    }
    return 0;
}

/* As the run numbers them: those of the study, or of what is added to a result. */
static int
number_blocks(eng_partial_t *partial, const eng_journal_key_t *key)
{
    const eng_study_t *study = &partial->study;
    eng_block_t all = { 0, study->num_points, 0, eng_rounds_first(study) };

    if (key->from_points > study->num_points || key->from_patients > study->patients ||
        (key->from_points == study->num_points && key->from_patients == study->patients)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "the saved work extends a result that is larger than its study");
    }
    partial->from_points = key->from_points;
    partial->from_patients = key->from_patients;
    eng_block_without(&all, key->from_points, key->from_patients);
    int ret = eng_region_add(&partial->region, &all);
    for (int number = 2; ret == 0 && study->precision.asked && number <= partial->rounds.count + 1; number++) {
        ret = eng_kept_rounds_region(&partial->rounds, study, number, &partial->region);
    }
    partial->end_block = partial->all_blocks = partial->region.num_blocks;
    return ret;
}

static int
read_journals(eng_partial_t *partial, const eng_workdir_t *dir)
{
    eng_records_t records = { 0 };
    eng_batch_t batch = { 0 };
    eng_journal_key_t key = { .num_blocks = 0 };
    int ret = eng_records_create(&records, &partial->study);

    if (ret == 0) {
        ret = eng_batch_create(&batch, &partial->layout, &records);
    }
    for (int j = 0; j < dir->num_journals && ret == 0; j++) {
        int64_t bad = -1;
        bool torn = false;
        if (key.num_blocks == 0 && eng_journal_peek(dir->journals[j], &key) != 0) {
            key.num_blocks = 0; /* not one whole record */
            continue;
        }
        ret = partial->region.count == 0 ? number_blocks(partial, &key) : 0;
        if (ret != 0) {
            break;
        }
        if (key.first_block > partial->all_blocks || key.num_blocks > partial->all_blocks - key.first_block) {
            ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is of a share that the study does not have", dir->journals[j]);
            break;
        }
        partial->first_block = key.first_block;
        partial->end_block = partial->study.precision.asked ? partial->all_blocks : key.first_block + key.num_blocks;
        key = eng_journal_key(&partial->study, NULL, key.first_block, key.num_blocks);
        key.from_points = partial->from_points;
        key.from_patients = partial->from_patients;
        ret = eng_journal_read(dir->journals[j], &key, &batch, use_batch, partial, &bad, &torn);
        if (bad >= 0 && !torn) {
            eng_log(ENG_LOG_WARN, "%s: damaged at byte %" PRId64 "; what stands there and behind is left out", dir->journals[j], bad);
        }
    }
    eng_batch_free(&batch);
    eng_records_free(&records);
    return ret;
}

/* What hashes let through and no run can have saved: a share or blocks outside the study, numbers beyond its courses. */
static int
check_all(const eng_partial_t *partial, const eng_workdir_t *dir)
{
    const size_t protocols = (size_t)partial->study.num_protocols, points = (size_t)partial->study.num_points;
    const eng_ranges_t *done = &partial->done;
    int ret;

    if (done->num > done->head && (done->items[done->head].first < partial->first_block ||
            done->items[done->num - 1].first + done->items[done->num - 1].count > partial->end_block)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "%s: has blocks that the run does not compute", dir->path);
    }
    ret = eng_layout_check_words(partial->point, points * protocols * partial->layout.point_words, partial->study.patients, dir->path);
    return ret == 0 ? eng_layout_check_words(partial->pooled, protocols * partial->layout.pooled_words,
                          partial->study.patients * partial->study.num_points, dir->path)
                    : ret;
}

static void
count_points(eng_partial_t *partial)
{
    const eng_layout_t *layout = &partial->layout;
    const size_t stride = (size_t)partial->study.num_protocols * layout->point_words;

    const bool rounds = partial->study.precision.asked;

    for (uint64_t p = 0; p < partial->study.num_points; p++) {
        const int number = rounds && partial->rounds.closed[p] > 0 ? partial->rounds.closed[p] : partial->rounds.count + 1;
        const uint64_t whole = rounds ? eng_rounds_patients(&partial->study, number) : partial->region.parts[0].patients;
        const int64_t *words = partial->point + (size_t)p * stride;
        const int64_t n = eng_layout_courses(layout, words); /* of the first protocol: a block has all of them */
        partial->points_whole += (uint64_t)n == whole;
        partial->points_begun += n > 0 && (uint64_t)n < whole;
        eng_layout_cluster(layout, words, partial->cluster);
    }
}

static int
read_once(eng_partial_t *partial, const char *result_path)
{
    eng_workdir_t dir;
    int ret = eng_workdir_look(&dir, result_path);

    *partial = (eng_partial_t){ 0 };
    if (ret != 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "there is no saved work for %s", result_path);
    }
    if (ret == 0) {
        partial->running = eng_workdir_busy(&dir);
        ret = read_study(partial, &dir);
    }
    if (ret == 0) {
        ret = make_memory(partial);
    }
    if (ret == 0 && partial->study.precision.asked) {
        ret = eng_rounds_create(&partial->rounds, &partial->study);
        ret = ret == 0 ? eng_kept_rounds_get(result_path, &partial->study, &partial->rounds) : ret;
    }
    if (ret == 0) {
        ret = read_journals(partial, &dir);
        if (ret == 0 && partial->region.count == 0) {
            ret = number_blocks(partial, &(eng_journal_key_t){ .num_blocks = 0 }); /* nothing is saved */
        }
        if (ret == 0) {
            const eng_blocks_t *blocks = &partial->region.parts[0];
            const uint64_t pairs = partial->study.precision.asked ? partial->region.pairs
                : eng_block_first_pair(blocks, partial->end_block) - eng_block_first_pair(blocks, partial->first_block);
            partial->planned = pairs * (uint64_t)partial->study.num_protocols;
        }
    }
    if (ret == 0) {
        ret = check_all(partial, &dir);
    }
    if (ret == 0) {
        count_points(partial);
    }
    eng_workdir_free(&dir);
    return ret;
}

int
eng_partial_read(eng_partial_t *partial, const char *result_path)
{
    int ret = read_once(partial, result_path);

    for (int look = 1; look < LOOKS && ret == ENG_ERR_READ && partial->point != NULL; look++) {
        eng_partial_free(partial);
        ret = read_once(partial, result_path);
    }
    return ret;
}

void
eng_partial_free(eng_partial_t *partial)
{
    eng_ranges_free(&partial->done);
    eng_region_free(&partial->region);
    eng_rounds_free(&partial->rounds);
    eng_layout_free(&partial->layout);
    eng_study_free(&partial->study);
    free(partial->point);
    free(partial->pooled);
    free(partial->cluster);
    *partial = (eng_partial_t){ 0 };
}

int
eng_partial_summary(const eng_partial_t *partial, eng_summary_t *summary)
{
    return eng_summary_create(summary, &partial->layout, partial->cluster, partial->pooled);
}

/* --- datasets ------------------------------------------------------------------------------------------------- */

static const eng_field_t *
find_field(const eng_partial_t *partial, const char *dataset)
{
    for (int j = 0; j < partial->layout.num_point_fields; j++) {
        const eng_field_t *field = &partial->layout.point_fields[j];
        const size_t group = strlen(field->group);
        if (strncmp(dataset, field->group, group) == 0 && dataset[group] == '/' && strcmp(dataset + group + 1, field->dataset) == 0) {
            return field;
        }
    }
    return NULL;
}

static const eng_scale_t *
find_scale(const eng_partial_t *partial, const char *dataset)
{
    for (int j = 0; j < partial->layout.num_scales && dataset[0] == '/'; j++) {
        if (strcmp(dataset + 1, partial->layout.scales[j].name) == 0 && partial->layout.scales[j].value != NULL) {
            return &partial->layout.scales[j];
        }
    }
    return NULL;
}

static bool
is_design(const char *dataset)
{
    return strcmp(dataset, "/design/values") == 0;
}

int
eng_partial_shape(const eng_partial_t *partial, const char *dataset, int *num_dims, uint64_t *size)
{
    const eng_field_t *field = find_field(partial, dataset);
    const eng_scale_t *scale = find_scale(partial, dataset);

    if (field == NULL && scale == NULL && !is_design(dataset)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "there is no %s in saved work", dataset);
    }
    *num_dims = 1;
    size[0] = scale != NULL ? scale->size : partial->study.num_points;
    if (field != NULL) {
        size[1] = (uint64_t)partial->study.num_protocols;
        for (int j = 0; j < field->num_dims; j++) {
            size[2 + j] = field->size[j];
        }
        *num_dims = 2 + field->num_dims;
    } else if (scale == NULL) {
        size[1] = (uint64_t)partial->study.num_uncertain;
        *num_dims = 2;
    }
    return 0;
}

static int
design_values(const eng_partial_t *partial, double *out, size_t count)
{
    double *unit = NULL, *values = NULL;
    const int ret = eng_work_design(&partial->study, &unit, &values);

    if (ret == 0) {
        memcpy(out, values, count * sizeof(*out));
    }
    free(unit);
    free(values);
    return ret;
}

int
eng_partial_values(const eng_partial_t *partial, const char *dataset, double *values, size_t count)
{
    const eng_field_t *field = find_field(partial, dataset);
    const eng_scale_t *scale = find_scale(partial, dataset);
    uint64_t size[2 + ENG_MAX_FIELD_DIMS], total = 1;
    int dims = 0, ret = eng_partial_shape(partial, dataset, &dims, size);

    for (int j = 0; j < dims && ret == 0; j++) {
        total *= size[j];
    }
    if (ret == 0 && total != count) {
        ret = ENG_FAIL(ENG_ERR_RANGE, "%s: holds %" PRIu64 " values, not %zu", dataset, total, count);
    }
    if (ret != 0 || (field == NULL && scale == NULL)) {
        return ret != 0 ? ret : design_values(partial, values, count);
    }
    if (scale != NULL) {
        memcpy(values, scale->value, count * sizeof(*values));
        return 0;
    }
    const size_t width = count / (size_t)(size[0] * size[1]);
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)partial->point[i / width * partial->layout.point_words + field->offset + i % width];
    }
    return 0;
}
