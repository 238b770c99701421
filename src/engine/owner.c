/**
 * Delivery of results.  A message is: number of points, (id, words) each, number of rows, (id, values) each, packed.
 * Two-sided messages only; a rank that waits goes on receiving, so no two ranks can wait for each other.
 */
#include "engine/owner.h"

#include "store/agree.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGE_BYTES ((size_t)1 << 20) /* a message is closed when it is larger than this */

void
eng_idle(void)
{
    const struct timespec pause = { 0, 200000 };

    nanosleep(&pause, NULL);
}

uint64_t
eng_owner_first(uint64_t n, int rank, int size)
{
    const uint64_t share = n / (uint64_t)size, rest = n % (uint64_t)size, r = (uint64_t)rank;

    return r * share + (r < rest ? r : rest);
}

int
eng_owner_of(uint64_t n, uint64_t j, int size)
{
    const uint64_t share = n / (uint64_t)size, rest = n % (uint64_t)size;
    const uint64_t larger = rest * (share + 1); /* the first `rest` ranks own one more */

    return (int)(j < larger ? j / (share + 1) : rest + (j - larger) / share);
}

int
eng_owner_create(eng_owner_t *owner, const eng_layout_t *layout, const eng_records_t *records, uint64_t num_records, MPI_Comm comm)
{
    *owner = (eng_owner_t){ .comm = comm, .all_points = layout->study->num_points, .all_records = num_records };
    MPI_Comm_rank(comm, &owner->rank);
    MPI_Comm_size(comm, &owner->size);
    for (int j = 0; j < ENG_OWNER_SENDS; j++) {
        owner->sends[j].request = MPI_REQUEST_NULL;
    }
    owner->point_words = (size_t)layout->study->num_protocols * layout->point_words;
    owner->row_values = records->num_values;
    owner->first_point = eng_owner_first(owner->all_points, owner->rank, owner->size);
    owner->num_points = eng_owner_first(owner->all_points, owner->rank + 1, owner->size) - owner->first_point;
    owner->first_record = eng_owner_first(num_records, owner->rank, owner->size);
    owner->num_records = eng_owner_first(num_records, owner->rank + 1, owner->size) - owner->first_record;
    owner->point = calloc(owner->num_points * owner->point_words + 1, sizeof(*owner->point));
    owner->rows = calloc(owner->num_records * owner->row_values + 1, sizeof(*owner->rows));
    owner->sent = calloc((size_t)owner->size, sizeof(*owner->sent));
    if (owner->point == NULL || owner->rows == NULL || owner->sent == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the results of %llu points; use more ranks or nodes",
            (unsigned long long)owner->num_points);
    }
    return 0;
}

void
eng_owner_free(eng_owner_t *owner)
{
    for (int j = 0; j < ENG_OWNER_SENDS; j++) {
        eng_pack_free(&owner->sends[j].pack);
    }
    free(owner->point);
    free(owner->rows);
    free(owner->sent);
    free(owner->inbox);
    *owner = (eng_owner_t){ 0 };
}

/* --- receiving --------------------------------------------------------------------------------------------- */

static int
take_points(eng_owner_t *owner, eng_unpack_t *unpack)
{
    uint64_t count = 0, id;
    int ret = eng_unpack_number(unpack, &count);

    for (uint64_t j = 0; j < count && ret == 0; j++) {
        ret = eng_unpack_number(unpack, &id);
        if (ret == 0 && (id < owner->first_point || id - owner->first_point >= owner->num_points)) {
            ret = ENG_FAIL(ENG_ERR_INTERNAL, "results of point %llu came to rank %d", (unsigned long long)id, owner->rank);
        }
        if (ret == 0) {
            ret = eng_unpack_words(unpack, owner->point + (id - owner->first_point) * owner->point_words, owner->point_words);
        }
    }
    return ret;
}

static int
take_rows(eng_owner_t *owner, eng_unpack_t *unpack)
{
    uint64_t count = 0, id;
    int ret = eng_unpack_number(unpack, &count);

    for (uint64_t j = 0; j < count && ret == 0; j++) {
        ret = eng_unpack_number(unpack, &id);
        if (ret == 0 && (id < owner->first_record || id - owner->first_record >= owner->num_records)) {
            ret = ENG_FAIL(ENG_ERR_INTERNAL, "record %llu came to rank %d", (unsigned long long)id, owner->rank);
        }
        if (ret == 0) {
            ret = eng_unpack_doubles(unpack, owner->rows + (id - owner->first_record) * owner->row_values, owner->row_values);
        }
    }
    return ret;
}

static int
take(eng_owner_t *owner, const unsigned char *bytes, size_t length)
{
    eng_unpack_t unpack = { bytes, bytes + length };
    const int ret = take_points(owner, &unpack);

    return ret == 0 ? take_rows(owner, &unpack) : ret;
}

static int
receive(eng_owner_t *owner, MPI_Status *status)
{
    int length = 0, ret;

    MPI_Get_count(status, MPI_BYTE, &length);
    if (owner->inbox_size < (size_t)length) {
        free(owner->inbox);
        owner->inbox_size = (size_t)length;
        owner->inbox = malloc(owner->inbox_size);
        if (owner->inbox == NULL) {
            owner->inbox_size = 0;
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for a message of %d bytes", length);
        }
    }
    ret = eng_mpi_check(MPI_Recv(owner->inbox, length, MPI_BYTE, status->MPI_SOURCE, ENG_TAG_RESULTS, owner->comm,
                            MPI_STATUS_IGNORE), "receiving results");
    owner->received++;
    return ret == 0 ? take(owner, owner->inbox, (size_t)length) : ret;
}

int
eng_owner_poll(eng_owner_t *owner)
{
    int ret = 0;

    while (ret == 0 && owner->size > 1) {
        MPI_Status status;
        int there = 0;
        ret = eng_mpi_check(MPI_Iprobe(MPI_ANY_SOURCE, ENG_TAG_RESULTS, owner->comm, &there, &status), "looking for results");
        if (ret != 0 || !there) {
            break;
        }
        ret = receive(owner, &status);
    }
    return ret;
}

/* --- sending ----------------------------------------------------------------------------------------------- */

/* A free place of the pool; receives while it waits. */
static int
free_send(eng_owner_t *owner, eng_owner_send_t **send)
{
    for (;;) {
        for (int j = 0; j < ENG_OWNER_SENDS; j++) {
            int done = 0;
            int ret = eng_mpi_check(MPI_Test(&owner->sends[j].request, &done, MPI_STATUS_IGNORE), "sending results");
            if (ret != 0) {
                return ret;
            }
            if (done) {
                *send = &owner->sends[j];
                eng_pack_reset(&(*send)->pack);
                return 0;
            }
        }
        const int ret = eng_owner_poll(owner);
        if (ret != 0) {
            return ret;
        }
        eng_idle();
    }
}

/* Points first .. end-1 and rows first_row .. end_row-1 of the batch to one owner, as one message. */
static int
send_part(eng_owner_t *owner, const eng_batch_t *batch, int to, size_t first, size_t end, size_t first_row, size_t end_row)
{
    eng_owner_send_t *send;
    int ret = free_send(owner, &send);

    if (ret != 0) {
        return ret;
    }
    eng_pack_number(&send->pack, end - first);
    for (size_t j = first; j < end; j++) {
        eng_pack_number(&send->pack, batch->points[j]);
        eng_pack_words(&send->pack, batch->words + j * batch->point_words, batch->point_words);
    }
    eng_pack_number(&send->pack, end_row - first_row);
    for (size_t j = first_row; j < end_row; j++) {
        eng_pack_number(&send->pack, batch->row_ids[j]);
        eng_pack_doubles(&send->pack, batch->rows + j * batch->row_values, batch->row_values);
    }
    ret = eng_pack_check(&send->pack);
    if (ret != 0) {
        return ret;
    }
    if (to == owner->rank) {
        return take(owner, send->pack.bytes, send->pack.length);
    }
    ret = eng_mpi_check(MPI_Isend(send->pack.bytes, (int)send->pack.length, MPI_BYTE, to, ENG_TAG_RESULTS, owner->comm,
                            &send->request), "sending results");
    owner->sent[to] += ret == 0;
    return ret;
}

/* End of the run of entries that have one owner and fit one message. */
static size_t
run_end(const uint64_t *ids, size_t first, size_t num, uint64_t all, int size, size_t entry_bytes)
{
    const int owner = eng_owner_of(all, ids[first], size);
    const size_t most = entry_bytes >= MESSAGE_BYTES ? 1 : MESSAGE_BYTES / (entry_bytes + 1) + 1;
    size_t end = first + 1;

    while (end < num && end - first < most && eng_owner_of(all, ids[end], size) == owner) {
        end++;
    }
    return end;
}

int
eng_owner_deliver(eng_owner_t *owner, const eng_batch_t *batch)
{
    int ret = 0;

    for (size_t j = 0, end; j < batch->num_points && ret == 0; j = end) {
        end = run_end(batch->points, j, batch->num_points, owner->all_points, owner->size, batch->point_words * sizeof(int64_t));
        ret = send_part(owner, batch, eng_owner_of(owner->all_points, batch->points[j], owner->size), j, end, 0, 0);
    }
    for (size_t j = 0, end; j < batch->num_rows && ret == 0; j = end) {
        end = run_end(batch->row_ids, j, batch->num_rows, owner->all_records, owner->size, batch->row_values * sizeof(double));
        ret = send_part(owner, batch, eng_owner_of(owner->all_records, batch->row_ids[j], owner->size), 0, 0, j, end);
    }
    return ret;
}

/* --- settling ---------------------------------------------------------------------------------------------- */

/* Wait for a request while receiving.  The first error is kept, but the waiting goes on: others depend on it. */
static void
wait_receiving(eng_owner_t *owner, MPI_Request *request, int *ret)
{
    int done = 0;

    for (;;) {
        const int code = eng_mpi_check(MPI_Test(request, &done, MPI_STATUS_IGNORE), "settling");
        *ret = *ret == 0 ? code : *ret;
        if (done || code != 0) {
            return;
        }
        const int taken = eng_owner_poll(owner);
        *ret = *ret == 0 ? taken : *ret;
        eng_idle();
    }
}

int
eng_owner_settle(eng_owner_t *owner)
{
    int64_t expected = 0;
    MPI_Request request = MPI_REQUEST_NULL;
    int ret = eng_mpi_check(MPI_Ireduce_scatter_block(owner->sent, &expected, 1, MPI_INT64_T, MPI_SUM, owner->comm, &request),
        "settling");

    if (ret != 0) {
        return ret;
    }
    wait_receiving(owner, &request, &ret);
    while (owner->received < expected) {
        const int64_t before = owner->received;
        const int taken = eng_owner_poll(owner);
        ret = ret == 0 ? taken : ret;
        if (owner->received == before) {
            if (taken != 0) {
                break; /* a message that cannot be taken in at all */
            }
            eng_idle();
        }
    }
    for (int j = 0; j < ENG_OWNER_SENDS; j++) {
        wait_receiving(owner, &owner->sends[j].request, &ret);
    }
    memset(owner->sent, 0, (size_t)owner->size * sizeof(*owner->sent));
    owner->received = 0;
    /* Nobody may send anew, and be counted here, before all have counted. */
    const int met = eng_mpi_check(MPI_Ibarrier(owner->comm, &request), "settling");
    if (met == 0) {
        wait_receiving(owner, &request, &ret);
    }
    return ret == 0 ? met : ret;
}
