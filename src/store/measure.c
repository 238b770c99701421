/**
 * What points and records will take in the file: they are compressed in memory as they will be on the disk, before any of it is there.  A chunk
 * of which several ranks have parts is compressed as a whole, by one of them: apart its parts would take more, the more ranks there are.
 */
#include "store/writer_state.h"

#include "store/agree.h"

#include <stdlib.h>

#define GROUP_BYTES (UINT64_C(4) << 20) /* ranks that measure together have so much, some chunks of at most 512 KiB */
#define MOST_GATHERED (UINT64_C(256) << 20)
/* What HDF5 places when it closes the file, and chunks that two groups have parts of. */
#define CLOSING_BYTES UINT64_C(8192)
#define SHARE_OF_SPLIT 16

/* Steps of one dataset, of which somebody has brought the values. */
typedef struct {
    void *values; /* NULL: they are this rank's own */
    uint64_t first, count;
} steps_t;

/* Who measures what of a dataset. */
typedef struct {
    int begin, end;        /* ranks of this rank's group */
    int leader;            /* of these: the one that measures */
    uint64_t first, count; /* steps of the group */
} group_t;

/* --- one rank ------------------------------------------------------------------------------------------------------- */

static int
write_steps(eng_writer_t *writer, hid_t id, const eng_dataset_t *dataset, const steps_t *steps)
{
    const uint64_t part = eng_writer_steps(dataset), step = eng_writer_step(dataset);
    int ret = 0;

    if (steps->values != NULL) {
        return eng_h5_move(id, dataset, ENG_MOVE_WRITE, steps->first, steps->count, false, steps->values);
    }
    for (uint64_t begin = 0; ret == 0 && begin < steps->count; begin += part) {
        const uint64_t count = steps->count - begin < part ? steps->count - begin : part;
        eng_dataset_fill(dataset, &writer->content, begin, count, writer->buffer);
        ret = eng_h5_move(id, dataset, ENG_MOVE_WRITE, steps->first + begin, count, false, writer->buffer);
        ret = eng_writer_go_on(writer, ret, (double)(count * step));
    }
    return ret;
}

/* In a file in memory, in the shape that the file on the disk will have. */
static int
measure_steps(eng_writer_t *writer, const eng_dataset_t *dataset, const steps_t *steps, uint64_t *bytes)
{
    eng_h5_image_t image = { 0 };
    hid_t file = -1, id = -1;
    int ret, closed;

    if (steps->count == 0) {
        return 0;
    }
    ret = eng_h5_create_memory(writer->path, &file, &image);
    if (ret == 0) {
        ret = eng_h5_create_bare(file, dataset, &id);
    }
    if (ret == 0) {
        ret = write_steps(writer, id, dataset, steps);
    }
    if (ret == 0) {
        ret = eng_h5_stored(file, dataset->path, id, bytes);
    }
    if (id >= 0) {
        H5Dclose(id);
    }
    closed = eng_h5_close_memory(writer->path, &file, &image);
    eng_h5_free_image(&image);
    return ret != 0 ? ret : closed;
}

int
eng_writer_measure(eng_writer_t *writer, const eng_dataset_t *dataset, uint64_t *bytes)
{
    steps_t own = { 0 };

    own.count = eng_dataset_own(dataset, &writer->content, &own.first);
    return measure_steps(writer, dataset, &own, bytes);
}

/* --- all ranks ------------------------------------------------------------------------------------------------------ */

/* Points and records of every rank. */
typedef struct {
    int size;
    uint64_t (*counts)[2]; /* owned */
} ranks_t;

static uint64_t
steps_of(const ranks_t *ranks, const eng_dataset_t *dataset, int rank)
{
    return ranks->counts[rank][dataset->origin == ENG_FROM_POINT ? 0 : 1];
}

/* Neighbours that have some chunks together; everybody finds the same groups.  Datasets take turns in who measures. */
static group_t
group_of(const ranks_t *ranks, const eng_dataset_t *dataset, int rank, int turn)
{
    const uint64_t all = dataset->size[0] * eng_writer_step(dataset), each = all / (uint64_t)ranks->size + 1;
    const uint64_t wanted = GROUP_BYTES / each + 1;
    const int members = wanted < (uint64_t)ranks->size ? (int)wanted : ranks->size;
    group_t group = { .begin = rank - rank % members };

    group.end = group.begin + members < ranks->size ? group.begin + members : ranks->size;
    group.leader = group.begin + turn % (group.end - group.begin);
    for (int r = 0; r < group.end; r++) {
        *(r < group.begin ? &group.first : &group.count) += steps_of(ranks, dataset, r);
    }
    return group;
}

/* Everybody's steps to the leader, in the order of ranks. */
static int
gather(eng_writer_t *writer, const ranks_t *ranks, const eng_dataset_t *dataset, const group_t *group, char *all)
{
    const uint64_t step = eng_writer_step(dataset), own = steps_of(ranks, dataset, writer->rank);
    int rc = MPI_SUCCESS;

    if (writer->rank != group->leader) {
        eng_dataset_fill(dataset, &writer->content, 0, own, writer->buffer);
        rc = MPI_Send(writer->buffer, (int)(own * step), MPI_BYTE, group->leader, 0, writer->comm);
    }
    for (int r = group->begin; writer->rank == group->leader && r < group->end && rc == MPI_SUCCESS; r++) {
        const uint64_t count = steps_of(ranks, dataset, r);
        if (r == writer->rank) {
            eng_dataset_fill(dataset, &writer->content, 0, count, all);
        } else {
            rc = MPI_Recv(all, (int)(count * step), MPI_BYTE, r, 0, writer->comm, MPI_STATUS_IGNORE);
        }
        all += count * step;
    }
    return eng_mpi_check(rc, "measuring the result");
}

static bool
is_gathered(const group_t *group, const eng_dataset_t *dataset)
{
    return group->end - group->begin > 1 && group->count * eng_writer_step(dataset) <= MOST_GATHERED;
}

/* Nobody leaves before the last dataset: others would wait for what was to come.  `bad`: this rank has failed and only sends. */
static int
measure_dataset(eng_writer_t *writer, const ranks_t *ranks, const eng_dataset_t *dataset, int turn, char *all, int bad)
{
    const group_t group = group_of(ranks, dataset, writer->rank, turn);
    const steps_t steps = { all, group.first, group.count };
    int ret;

    if (!is_gathered(&group, dataset)) {
        return bad != 0 ? bad : eng_writer_measure(writer, dataset, &writer->spread);
    }
    ret = gather(writer, ranks, dataset, &group, all);
    if (bad != 0 || ret != 0 || writer->rank != group.leader) {
        return bad != 0 ? bad : ret;
    }
    ret = measure_steps(writer, dataset, &steps, &writer->spread);
    return eng_writer_go_on(writer, ret, (double)(group.count * eng_writer_step(dataset)));
}

/* The most that this rank will gather of any dataset. */
static uint64_t
most_gathered(const eng_writer_t *writer, const ranks_t *ranks)
{
    uint64_t most = 1;

    for (int j = 0; j < writer->datasets.count; j++) {
        const eng_dataset_t *dataset = &writer->datasets.items[j];
        if (eng_dataset_is_spread(dataset)) {
            const group_t group = group_of(ranks, dataset, writer->rank, j);
            const uint64_t bytes = group.count * eng_writer_step(dataset);
            most = is_gathered(&group, dataset) && writer->rank == group.leader && bytes > most ? bytes : most;
        }
    }
    return most;
}

static int
measure_datasets(eng_writer_t *writer, const ranks_t *ranks)
{
    char *all = malloc(most_gathered(writer, ranks));
    int ret = all == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to measure it", writer->path) : 0;

    ret = eng_together_agree(writer->together, ret);
    if (ret == 0) {
        for (int j = 0; j < writer->datasets.count; j++) {
            if (eng_dataset_is_spread(&writer->datasets.items[j])) {
                ret = measure_dataset(writer, ranks, &writer->datasets.items[j], j, all, ret);
            }
        }
    }
    free(all);
    return ret;
}

int
eng_writer_measure_all(eng_writer_t *writer)
{
    const uint64_t own[2] = { writer->content.data->num_points, writer->content.data->num_records };
    ranks_t ranks = { 0 };
    int ret;

    MPI_Comm_size(writer->comm, &ranks.size);
    ranks.counts = malloc((size_t)ranks.size * sizeof(*ranks.counts));
    ret = ranks.counts == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to measure it", writer->path) : 0;
    ret = eng_together_agree(writer->together, ret);
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allgather(own, 2, MPI_UINT64_T, ranks.counts, 2, MPI_UINT64_T, writer->comm), "measuring the result");
    }
    if (ret == 0) {
        ret = eng_together_agree(writer->together, measure_datasets(writer, &ranks));
    }
    if (ret == 0) {
        ret = eng_mpi_check(MPI_Allreduce(MPI_IN_PLACE, &writer->spread, 1, MPI_UINT64_T, MPI_SUM, writer->comm), "measuring the result");
    }
    free(ranks.counts);
    writer->spread += writer->spread / SHARE_OF_SPLIT + CLOSING_BYTES;
    for (int j = 0; j < writer->datasets.count; j++) {
        writer->spread += eng_dataset_is_spread(&writer->datasets.items[j]) ? eng_h5_index(&writer->datasets.items[j]) : 0;
    }
    return ret;
}
