/**
 * What one rank makes of a result by itself: the structure of the file, with all that only rank 0 holds.
 */
#include "store/better.h"
#include "store/meaning.h"
#include "store/writer_state.h"

#include <stdlib.h>
#include <string.h>

/* Most bytes that a rank moves in one call: MPI-IO counts in int. */
#define MOVE_BYTES (UINT64_C(256) << 20)
/* What making a dataset takes, in bytes moved. */
#define DATASET_WORK 50e3

/* So much more of this rank's work is done, and `ret` so far.  ENG_STOPPED: it is to be given up. */
int
eng_writer_go_on(eng_writer_t *writer, int ret, double work)
{
    const eng_write_watch_t *watch = &writer->content.data->watch;

    writer->done += work;
    if (writer->rank == 0 && watch->share != NULL) {
        watch->share(watch->context, writer->done < writer->work ? writer->done / writer->work : 1);
    }
    return ret == 0 && watch->stop != NULL && watch->stop(watch->context) ? ENG_STOPPED : ret;
}

uint64_t
eng_writer_step(const eng_dataset_t *dataset)
{
    return eng_dataset_row(dataset) * dataset->cell_bytes;
}

/* Steps of a spread dataset that one move takes at most. */
uint64_t
eng_writer_steps(const eng_dataset_t *dataset)
{
    const uint64_t steps = MOVE_BYTES / eng_writer_step(dataset);
    return steps == 0 ? 1 : steps;
}

int
eng_writer_allocate(eng_writer_t *writer)
{
    uint64_t most = 1, first;

    for (int j = 0; j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        uint64_t steps = dataset->num_dims == 0 ? 1 : dataset->size[0];
        if (eng_dataset_is_spread(dataset)) {
            const uint64_t own = eng_dataset_own(dataset, &writer->content, &first), part = eng_writer_steps(dataset);
            steps = own < part ? own : part;
        } else if (writer->rank != 0) {
            continue;
        }
        most = steps * eng_writer_step(dataset) > most ? steps * eng_writer_step(dataset) : most;
    }
    writer->buffer = malloc(most);
    writer->again = malloc(most);
    if (writer->buffer == NULL || writer->again == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %llu bytes of values", writer->path, (unsigned long long)most);
    }
    return 0;
}

/* Each dataset is made once; what this rank has of its values is compressed to be measured, written and read back. */
double
eng_writer_work(const eng_writer_t *writer)
{
    double work = 0;
    uint64_t first;

    for (int j = 0; j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        const bool spread = eng_dataset_is_spread(dataset);
        const uint64_t steps = spread ? eng_dataset_own(dataset, &writer->content, &first) : dataset->num_dims == 0 ? 1 : dataset->size[0];
        work += DATASET_WORK + (spread ? 3 : 2) * (double)(steps * eng_writer_step(dataset));
    }
    return work;
}

/* A share says so in the root, and is never `complete`: who does not know of shares must not take it for the study. */
static int
set_shard(hid_t file, const eng_shard_t *shard)
{
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        { "shard_number", shard->number },         { "shard_of", shard->of },
        { "shard_first_block", shard->first_block }, { "shard_blocks", shard->num_blocks },
        { "shard_all_blocks", shard->all_blocks },   { "shard_complete", 0 },
    };
    int ret = 0;

    for (size_t j = 0; ret == 0 && j < sizeof(numbers) / sizeof(*numbers) && shard->of > 0; j++) {
        ret = eng_h5_set_integer(file, numbers[j].name, (int64_t)numbers[j].value);
    }
    return ret;
}

static int
set_root(hid_t file, const eng_study_t *study, const eng_shard_t *shard)
{
    int ret = eng_h5_set_text(file, "format", "engraft result");

    if (ret == 0) {
        ret = eng_h5_set_text(file, "title", study->name);
    }
    if (ret == 0) {
        ret = eng_h5_set_integer(file, "format_major", ENG_FORMAT_MAJOR);
    }
    if (ret == 0) {
        ret = eng_h5_set_integer(file, "format_minor", ENG_FORMAT_MINOR);
    }
    if (ret == 0) {
        ret = eng_h5_set_integer(file, "complete", 0);
    }
    return ret == 0 ? set_shard(file, shard) : ret;
}

/* One dataset that rank 0 holds: written, or read back and compared. */
int
eng_writer_move_whole(eng_writer_t *writer, hid_t file, const eng_dataset_t *dataset, bool verify)
{
    const uint64_t steps = dataset->num_dims == 0 ? 1 : dataset->size[0];
    hid_t id;
    int ret = eng_h5_open(file, dataset->path, &id);

    if (ret != 0) {
        return ret;
    }
    eng_dataset_fill(dataset, &writer->content, 0, steps, writer->buffer);
    if (!verify) {
        ret = eng_h5_move(id, dataset, ENG_MOVE_WRITE, 0, steps, false, writer->buffer);
        if (ret == 0) {
            ret = eng_h5_seal(id, dataset, writer->buffer);
        }
    } else {
        ret = eng_h5_check(id, dataset);
        if (ret == 0) {
            ret = eng_h5_move(id, dataset, ENG_MOVE_READ, 0, steps, false, writer->again);
        }
        if (ret == 0) {
            ret = eng_h5_check_seal(id, dataset, writer->again);
        }
        if (ret == 0 && memcmp(writer->buffer, writer->again, steps * eng_writer_step(dataset)) != 0) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s was read back with other values than were written", writer->part, dataset->path);
        }
    }
    if (H5Dclose(id) < 0 && ret == 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot be closed");
    }
    return eng_writer_go_on(writer, ret, (double)(steps * eng_writer_step(dataset)));
}

static int
create(eng_writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    return eng_writer_go_on(writer, eng_h5_create(file, dataset), DATASET_WORK);
}

int
eng_writer_fill_structure(eng_writer_t *writer, hid_t file)
{
    int ret = set_root(file, writer->content.layout->study, &writer->content.data->shard);

    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        /* all scales come before what stands on them, whatever the order of the list */
        ret = eng_dataset_is_scale(&writer->datasets.items[j]) ? create(writer, file, &writer->datasets.items[j]) : 0;
    }
    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        const bool whole = !eng_dataset_is_spread(dataset);
        ret = eng_dataset_is_scale(dataset) ? 0 : create(writer, file, dataset);
        if (ret == 0 && whole) {
            ret = eng_writer_move_whole(writer, file, dataset, false);
        }
    }
    if (ret == 0) {
        ret = eng_better_write(file, writer->content.layout->study);
    }
    if (ret == 0) {
        ret = eng_meaning_write(file, writer->content.layout);
    }
    return ret;
}
