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
#include "store/meaning.h"
#include "store/provenance.h"
#include "store/publish.h"
#include "store/together.h"
#include "store/writer_state.h"

#include <stdlib.h>
#include <string.h>

static int
agree(const eng_writer_t *writer, int err)
{
    return eng_together_agree(writer->together, err);
}

/* The first error counts, but that a file could not be closed has consequences (error.h). */
static int
and_closed(int ret, int closed)
{
    return ret == 0 || closed == ENG_ERR_UNCLOSED ? closed : ret;
}

/* Stage 2 (rank 0). */
static int
write_structure(eng_writer_t *writer)
{
    eng_h5_image_t image;
    hid_t file = -1;
    int ret = eng_h5_create_memory(writer->path, &file, &image), closed;

    if (ret == 0) {
        ret = eng_writer_fill_structure(writer, file);
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
write_spread(eng_writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    uint64_t first, own = eng_dataset_own(dataset, &writer->content, &first);
    const uint64_t part = eng_writer_steps(dataset);
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
        ret = agree(writer, eng_writer_go_on(writer, ret, (double)(count * eng_writer_step(dataset))));
    }
    if (ret != ENG_ERR_ALONE && id >= 0 && H5Dclose(id) < 0 && ret == 0) {
        ret = eng_h5_fail(ENG_ERR_WRITE, dataset->path, "cannot be closed");
    }
    return agree(writer, ret);
}

/* Stage 3 (collective). */
static int
write_all_spread(eng_writer_t *writer)
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
verify_spread(eng_writer_t *writer, hid_t file, const eng_dataset_t *dataset)
{
    uint64_t first, own = eng_dataset_own(dataset, &writer->content, &first);
    const uint64_t part = eng_writer_steps(dataset);
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
        if (ret == 0 && memcmp(writer->buffer, writer->again, count * eng_writer_step(dataset)) != 0) {
            ret = ENG_FAIL(ENG_ERR_WRITE, "%s: %s was read back with other values than were written", writer->part, dataset->path);
        }
        ret = eng_writer_go_on(writer, ret, (double)(count * eng_writer_step(dataset)));
    }
    H5Dclose(id);
    return ret;
}

/* Stage 4 of points and records: every rank reads what it wrote, as any reader would. */
static int
verify_all_spread(eng_writer_t *writer)
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
verify_structure(eng_writer_t *writer)
{
    hid_t file = -1;
    int ret = eng_h5_open_serial(writer->part, true, &file), closed;

    for (int j = 0; ret == 0 && j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        if (!eng_dataset_is_spread(dataset)) {
            ret = eng_writer_move_whole(writer, file, dataset, true);
        }
    }
    if (ret == 0) {
        ret = eng_better_verify(file, writer->content.layout->study);
    }
    if (ret == 0) {
        ret = eng_meaning_verify(file, writer->content.layout);
    }
    if (ret == 0) {
        ret = eng_h5_set_integer(file, writer->content.data->shard.of > 0 ? "shard_complete" : "complete", 1);
    }
    closed = eng_h5_close_file(writer->part, &file);
    return and_closed(ret, closed);
}

/* What the file will hold; every rank knows the datasets, rank 0 also the texts in them. */
static int
prepare(eng_writer_t *writer, const eng_result_data_t *data)
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
        writer->work = eng_writer_work(writer);
        ret = eng_writer_allocate(writer);
    }
    if (ret == 0 && writer->rank == 0) {
        ret = eng_publish_prepare(writer->path, writer->part);
    }
    return ret;
}

static int
write_all(eng_writer_t *writer, const eng_result_data_t *data)
{
    int ret = agree(writer, prepare(writer, data));

    if (ret != 0) {
        return ret;
    }
    ret = agree(writer, eng_writer_measure_all(writer));
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
    eng_writer_t writer = { .path = path, .comm = MPI_COMM_NULL };
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
