/**
 * Agreement and the two collective calls of any length (MPI 3 counts are int).
 */
#include "store/agree.h"

#include <stdio.h>

#define PIECE ((size_t)1 << 20) /* elements a call */

int
eng_mpi_check(int rc, const char *what)
{
    return rc == MPI_SUCCESS ? 0 : ENG_FAIL(ENG_ERR_MPI, "MPI failed: %s (code %d)", what, rc);
}

int
eng_agree_message(int code, int owner, MPI_Comm comm)
{
    char message[ENG_ERROR_SIZE] = "";
    int rank, ret;

    MPI_Comm_rank(comm, &rank);
    if (rank == owner) {
        snprintf(message, sizeof(message), "%s", eng_error_message());
    }
    ret = eng_mpi_check(MPI_Bcast(message, ENG_ERROR_SIZE, MPI_CHAR, owner, comm), "agreeing");
    if (ret != 0) {
        return ret;
    }
    return rank == owner ? code : ENG_FAIL(code, "%s", message);
}

int
eng_agree(int code, MPI_Comm comm)
{
    struct {
        int code, rank;
    } mine = { code, 0 }, worst = { code, 0 };
    int ret;

    if (code == ENG_ERR_ALONE) {
        return code;
    }
    MPI_Comm_rank(comm, &mine.rank);
    ret = eng_mpi_check(MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MINLOC, comm), "agreeing");
    if (ret != 0) {
        return ret;
    }
    return worst.code < 0 ? eng_agree_message(worst.code, worst.rank, comm) : worst.code;
}

int
eng_mpi_bcast(void *bytes, size_t length, MPI_Comm comm)
{
    char *at = bytes;
    int ret = 0;

    while (length > 0 && ret == 0) {
        const size_t n = length < PIECE ? length : PIECE;
        ret = eng_mpi_check(MPI_Bcast(at, (int)n, MPI_BYTE, 0, comm), "broadcast");
        at += n;
        length -= n;
    }
    return ret;
}

int
eng_mpi_sum(int64_t *words, size_t n, MPI_Comm comm)
{
    int ret = 0;

    for (size_t done = 0; done < n && ret == 0; done += PIECE) {
        const size_t piece = n - done < PIECE ? n - done : PIECE;
        ret = eng_mpi_check(MPI_Allreduce(MPI_IN_PLACE, words + done, (int)piece, MPI_INT64_T, MPI_SUM, comm), "summing");
    }
    return ret;
}
