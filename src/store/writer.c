/**
 * Writing a result.  Four stages, and after each of them all ranks agree whether to go on:
 *   1. every rank learns, in memory, what its points and records take when they are compressed;
 *   2. rank 0 makes, in memory, every dataset with its attributes and axes and what only it holds (one process writes thousands of
 *      small things faster than many), takes room on the disk for the whole file and puts that part there, under a temporary name;
 *   3. all ranks write points and records, collectively, each its own range;
 *   4. everything is read back and compared with values made anew from the data.
 * Then rank 0 marks the file complete, makes it durable and gives it its name.
 */
#include "store/better.h"
#include "store/provenance.h"
#include "store/publish.h"
#include "store/together.h"

#include <stdlib.h>
#include <string.h>

/* Most bytes that a rank moves in one call: MPI-IO counts in int. */
#define MOVE_BYTES (UINT64_C(256) << 20)
/* What HDF5 places when it closes the file, and chunks of which several ranks have parts: together they take no more than apart, nearly. */
#define CLOSING_BYTES UINT64_C(8192)
#define SHARE_OF_SPLIT 16
/* What making a dataset takes, in bytes moved. */
#define DATASET_WORK 50e3

typedef struct {
    const char *path;
    char *part; /* owned */
    eng_content_t content;
    eng_summary_t summary;
    eng_facts_t facts;
    eng_datasets_t datasets;
    MPI_Comm comm;
    int rank;
    eng_together_t *together; /* owned */
    void *buffer, *again; /* owned; one move's values, and the same read back */
    double work, done; /* of this rank: bytes written and read back, datasets made */
    uint64_t spread; /* bytes in the file of what is spread over the ranks; of this rank, then of all */
} writer_t;

static int
agree(const writer_t *writer, int err)
{
    return eng_together_agree(writer->together, err);
}

/* The first error counts, but that a file could not be closed has consequences (error.h). */
static int
and_closed(int ret, int closed)
{
    return ret == 0 || closed == ENG_ERR_UNCLOSED ? closed : ret;
}

/* So much more of this rank's work is done, and `ret` so far.  ENG_STOPPED: it is to be given up. */
static int
go_on(writer_t *writer, int ret, double work)
{
    const eng_write_watch_t *watch = &writer->content.data->watch;

    writer->done += work;
    if (writer->rank == 0 && watch->share != NULL) {
        watch->share(watch->context, writer->done < writer->work ? writer->done / writer->work : 1);
    }
    return ret == 0 && watch->stop != NULL && watch->stop(watch->context) ? ENG_STOPPED : ret;
}

static uint64_t
step_bytes(const eng_dataset_t *dataset)
{
    return eng_dataset_row(dataset) * dataset->cell_bytes;
}

/* Steps of a spread dataset that one move takes at most. */
static uint64_t
steps_a_move(const eng_dataset_t *dataset)
{
    const uint64_t steps = MOVE_BYTES / step_bytes(dataset);
    return steps == 0 ? 1 : steps;
}

static int
allocate(writer_t *writer)
{
    uint64_t most = 1, first;

    for (int j = 0; j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        uint64_t steps = dataset->num_dims == 0 ? 1 : dataset->size[0];
        if (eng_dataset_is_spread(dataset)) {
            const uint64_t own = eng_dataset_own(dataset, &writer->content, &first), part = steps_a_move(dataset);
            steps = own < part ? own : part;
        } else if (writer->rank != 0) {
            continue;
        }
        most = steps * step_bytes(dataset) > most ? steps * step_bytes(dataset) : most;
    }
    writer->buffer = malloc(most);
    writer->again = malloc(most);
    if (writer->buffer == NULL || writer->again == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %llu bytes of values", writer->path, (unsigned long long)most);
    }
    return 0;
}

/* Each dataset is made once; what this rank has of its values is compressed to be measured, written and read back. */
static double
whole_work(const writer_t *writer)
{
    double work = 0;
    uint64_t first;

    for (int j = 0; j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        const bool spread = eng_dataset_is_spread(dataset);
        const uint64_t steps = spread ? eng_dataset_own(dataset, &writer->content, &first) : dataset->num_dims == 0 ? 1 : dataset->size[0];
        work += DATASET_WORK + (spread ? 3 : 2) * (double)(steps * step_bytes(dataset));
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

/* Stage 1 of one dataset: its own steps in a file in memory, of the shape that the file on the disk will have. */
static int
measure_spread(writer_t *writer, const eng_dataset_t *dataset)
{
    uint64_t first, own = eng_dataset_own(dataset, &writer->content, &first);
    const uint64_t part = steps_a_move(dataset);
    eng_h5_image_t image = { 0 };
    hid_t file = -1, id = -1;
    int ret = own == 0 ? 0 : eng_h5_create_memory(writer->path, &file, &image);

    if (ret == 0 && own > 0) {
        ret = eng_h5_create_bare(file, dataset, &id);
    }
    for (uint64_t begin = 0; ret == 0 && begin < own; begin += part) {
        const uint64_t count = own - begin < part ? own - begin : part;
        eng_dataset_fill(dataset, &writer->content, begin, count, writer->buffer);
        ret = eng_h5_move(id, dataset, ENG_MOVE_WRITE, first + begin, count, false, writer->buffer);
        ret = go_on(writer, ret, (double)(count * step_bytes(dataset)));
    }
    if (ret == 0 && own > 0) {
        ret = eng_h5_stored(file, dataset->path, id, &writer->spread);
    }
    if (id >= 0) {
        H5Dclose(id);
    }
    const int closed = eng_h5_close_memory(writer->path, &file, &image);
    eng_h5_free_image(&image);
    return ret != 0 ? ret : closed;
}

/* Stage 1 (collective). */
static int
measure_all_spread(writer_t *writer)
{
    int ret = 0;

    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        ret = eng_dataset_is_spread(&writer->datasets.items[j]) ? measure_spread(writer, &writer->datasets.items[j]) : 0;
    }
    ret = agree(writer, ret);
    if (ret == 0 && MPI_Allreduce(MPI_IN_PLACE, &writer->spread, 1, MPI_UINT64_T, MPI_SUM, writer->comm) != MPI_SUCCESS) {
        ret = ENG_FAIL(ENG_ERR_MPI, "the ranks could not add up what they write");
    }
    writer->spread += writer->spread / SHARE_OF_SPLIT + CLOSING_BYTES;
    for (int j = 0; j < writer->datasets.count; j++) {
        writer->spread += eng_dataset_is_spread(&writer->datasets.items[j]) ? eng_h5_index(&writer->datasets.items[j]) : 0;
    }
    return ret;
}

/* One dataset that rank 0 holds: written, or read back and compared. */
static int
move_whole(writer_t *writer, hid_t file, const eng_dataset_t *dataset, bool verify)
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
        if (ret == 0 && memcmp(writer->buffer, writer->again, steps * step_bytes(dataset)) != 0) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s was read back with other values than were written", writer->part, dataset->path);
        }
    }
    if (H5Dclose(id) < 0 && ret == 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot be closed");
    }
    return go_on(writer, ret, (double)(steps * step_bytes(dataset)));
}

static int
create(writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    return go_on(writer, eng_h5_create(file, dataset), DATASET_WORK);
}

static int
fill_structure(writer_t *writer, hid_t file)
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
            ret = move_whole(writer, file, dataset, false);
        }
    }
    if (ret == 0) {
        ret = eng_better_write(file, writer->content.layout->study);
    }
    return ret;
}

/* Stage 2 (rank 0). */
static int
write_structure(writer_t *writer)
{
    eng_h5_image_t image;
    hid_t file = -1;
    int ret = eng_h5_create_memory(writer->path, &file, &image), closed;

    if (ret == 0) {
        ret = fill_structure(writer, file);
    }
    closed = eng_h5_close_memory(writer->path, &file, &image);
    ret = ret != 0 ? ret : closed;
    if (ret == 0) {
        ret = eng_publish_begin(writer->part, image.bytes, image.size, image.size + writer->spread);
    }
    eng_h5_free_image(&image);
    return ret;
}

/* One dataset of all ranks (collective), in as many moves as the rank with most of it needs. */
static int
write_spread(writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    uint64_t first, own = eng_dataset_own(dataset, &writer->content, &first);
    const uint64_t part = steps_a_move(dataset);
    uint64_t moves = (own + part - 1) / part, most = moves;
    hid_t id = -1;
    int ret = agree(writer, eng_h5_open(file, dataset->path, &id));

    if (ret == ENG_ERR_ALONE) {
        return ret;
    }
    MPI_Allreduce(&moves, &most, 1, MPI_UINT64_T, MPI_MAX, writer->comm);
    for (uint64_t k = 0; ret == 0 && k < most; k++) {
        const uint64_t begin = k * part < own ? k * part : own;
        const uint64_t count = own - begin < part ? own - begin : part;
        eng_dataset_fill(dataset, &writer->content, begin, count, writer->buffer);
        ret = eng_h5_move(id, dataset, ENG_MOVE_WRITE, first + begin, count, true, writer->buffer);
        ret = agree(writer, go_on(writer, ret, (double)(count * step_bytes(dataset))));
    }
    if (ret != ENG_ERR_ALONE && id >= 0 && H5Dclose(id) < 0 && ret == 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot be closed");
    }
    return agree(writer, ret);
}

/* Stage 3 (collective). */
static int
write_all_spread(writer_t *writer)
{
    hid_t file = -1;
    int ret, closed;

    eng_together_begin(writer->together);
    ret = agree(writer, eng_h5_open_parallel(writer->part, writer->comm, &file));
    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        if (eng_dataset_is_spread(&writer->datasets.items[j])) {
            ret = write_spread(writer, file, &writer->datasets.items[j]);
        }
    }
    if (ret == 0) {
        ret = agree(writer, eng_h5_flush(writer->part, file)); /* closing is collective too */
    }
    if (ret == ENG_ERR_ALONE) {
        return ret;
    }
    closed = eng_h5_close_file(writer->part, &file);
    ret = agree(writer, and_closed(ret, closed));
    eng_together_end(writer->together);
    return ret;
}

/* This rank's range of one dataset, read back and compared.  Not collective. */
static int
verify_spread(writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    uint64_t first, own = eng_dataset_own(dataset, &writer->content, &first);
    const uint64_t part = steps_a_move(dataset);
    hid_t id = -1;
    int ret = eng_h5_open(file, dataset->path, &id);

    if (ret != 0) {
        return ret;
    }
    ret = eng_h5_check(id, dataset);
    for (uint64_t begin = 0; ret == 0 && begin < own; begin += part) {
        const uint64_t count = own - begin < part ? own - begin : part;
        eng_dataset_fill(dataset, &writer->content, begin, count, writer->buffer);
        ret = eng_h5_move(id, dataset, ENG_MOVE_READ, first + begin, count, false, writer->again);
        if (ret == 0 && memcmp(writer->buffer, writer->again, count * step_bytes(dataset)) != 0) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s was read back with other values than were written", writer->part, dataset->path);
        }
        ret = go_on(writer, ret, (double)(count * step_bytes(dataset)));
    }
    H5Dclose(id);
    return ret;
}

/* Stage 4 of points and records: every rank reads what it wrote, as any reader would. */
static int
verify_all_spread(writer_t *writer)
{
    hid_t file = -1;
    int ret = eng_h5_open_serial(writer->part, false, &file);

    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        if (eng_dataset_is_spread(&writer->datasets.items[j])) {
            ret = verify_spread(writer, file, &writer->datasets.items[j]);
        }
    }
    if (file >= 0) {
        H5Fclose(file);
    }
    return agree(writer, ret);
}

/* Stage 4 of all else, and the mark that the file is whole (rank 0). */
static int
verify_structure(writer_t *writer)
{
    hid_t file = -1;
    int ret = eng_h5_open_serial(writer->part, true, &file), closed;

    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        if (!eng_dataset_is_spread(dataset)) {
            ret = move_whole(writer, file, dataset, true);
        }
    }
    if (ret == 0) {
        ret = eng_better_verify(file, writer->content.layout->study);
    }
    if (ret == 0) {
        ret = eng_h5_set_integer(file, writer->content.data->shard.of > 0 ? "shard_complete" : "complete", 1);
    }
    closed = eng_h5_close_file(writer->part, &file);
    return and_closed(ret, closed);
}

/* What the file will hold; every rank knows the datasets, rank 0 also the texts in them. */
static int
prepare(writer_t *writer, const eng_result_data_t *data)
{
    int ret = eng_facts_create(&writer->facts, data, writer->comm);

    if (ret == 0) {
        ret = eng_summary_create(&writer->summary, data->layout, data->cluster, data->pooled);
    }
    if (ret != 0) {
        return ret;
    }
    writer->content = (eng_content_t){ .layout = data->layout, .records = data->records, .data = data,
        .summary = &writer->summary, .facts = &writer->facts };
    ret = eng_datasets_create(&writer->datasets, &writer->content);
    if (ret == 0) {
        writer->work = whole_work(writer);
        ret = allocate(writer);
    }
    if (ret == 0 && writer->rank == 0) {
        ret = eng_publish_prepare(writer->path, writer->part);
    }
    return ret;
}

static int
write_all(writer_t *writer, const eng_result_data_t *data)
{
    int ret = agree(writer, prepare(writer, data));

    if (ret != 0) {
        return ret;
    }
    ret = measure_all_spread(writer);
    if (ret == 0) {
        ret = agree(writer, writer->rank == 0 ? write_structure(writer) : 0);
    }
    if (ret == 0) {
        ret = write_all_spread(writer);
    }
    if (ret == 0) {
        ret = verify_all_spread(writer);
    }
    if (ret == 0) {
        ret = agree(writer, writer->rank == 0 ? verify_structure(writer) : 0);
    }
    if (ret == 0) {
        ret = agree(writer, writer->rank == 0 ? eng_publish_finish(writer->path, writer->part) : 0);
    }
    if (ret != 0) {
        if (writer->rank == 0 || ret == ENG_ERR_ALONE) {
            eng_publish_abandon(writer->part);
        }
        if (ret != ENG_ERR_ALONE) {
            MPI_Barrier(writer->comm); /* it is gone for every rank that returns */
        }
    }
    return ret;
}

int
eng_result_write(const char *path, const eng_result_data_t *data, MPI_Comm comm)
{
    writer_t writer = { .path = path, .comm = MPI_COMM_NULL };
    int ret;

    if (MPI_Comm_dup(comm, &writer.comm) != MPI_SUCCESS) {
        return ENG_FAIL(ENG_ERR_MPI, "%s: the communicator could not be copied", path);
    }
    MPI_Comm_set_errhandler(writer.comm, MPI_ERRORS_RETURN);
    MPI_Comm_rank(writer.comm, &writer.rank);
    eng_h5_start();
    writer.part = eng_publish_name(path);
    ret = eng_together_create(&writer.together, writer.part, writer.comm);
    if (ret == 0) {
        ret = write_all(&writer, data);
    }
    eng_datasets_free(&writer.datasets);
    eng_summary_free(&writer.summary);
    eng_facts_free(&writer.facts);
    free(writer.buffer);
    free(writer.again);
    eng_together_free(writer.together, ret == ENG_ERR_ALONE);
    free(writer.part);
    if (ret != ENG_ERR_ALONE) {
        MPI_Comm_free(&writer.comm);
    }
    return ret;
}
