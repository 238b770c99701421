/**
 * Where a result comes from.  The build passes ENG_REVISION and ENG_BUILD_FLAGS to this file only, so that a new
 * revision rebuilds one object.  Hosts and failures are gathered from all ranks.
 */
#include "store/provenance.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef ENG_REVISION
#define ENG_REVISION "unknown"
#endif
#ifndef ENG_BUILD_FLAGS
#define ENG_BUILD_FLAGS "unknown"
#endif

const char *
eng_build_revision(void)
{
    return ENG_REVISION;
}

const char *
eng_build_flags(void)
{
    return ENG_BUILD_FLAGS;
}

const char *
eng_build_compiler(void)
{
#if defined(__clang__)
    return __VERSION__;
#else
    return "gcc " __VERSION__;
#endif
}

const char *
eng_job_id(void)
{
    static const char *const names[] = { "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID" };
    for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
        const char *id = getenv(names[j]);
        if (id != NULL && id[0] != '\0') {
            return id;
        }
    }
    return "";
}

const char *
eng_key_recipe(void)
{
    return "PCG64-DXSM, seeded by NumPy's SeedSequence from nine 32-bit words: seed (4, little-endian), patient (2), channel, "
           "point (0 where all points share their patients), candidate + 4096 course + 65536 copy. Time is counted in ticks "
           "of 1/16 day from day -4096; draw k of tick n is the output n * 65536 + k of the stream. Channels are listed by "
           "`engraft list channels`.";
}

/* One line of text, at most `room` bytes with the end: libraries like to answer in several lines. */
static void
first_line(char *text)
{
    text[strcspn(text, "\r\n")] = '\0';
}

static char *
count_hosts(char *names, int ranks)
{
    const size_t width = MPI_MAX_PROCESSOR_NAME;
    const size_t room = (size_t)ranks * (width + 16) + 1;
    char *text = calloc(1, room);
    size_t used = 0;

    for (int i = 0; text != NULL && i < ranks; i++) {
        char *name = names + (size_t)i * width;
        int count = 1;
        if (name[0] == '\0') {
            continue; /* counted with an earlier rank */
        }
        for (int j = i + 1; j < ranks; j++) {
            char *other = names + (size_t)j * width;
            if (strcmp(name, other) == 0) {
                other[0] = '\0';
                count++;
            }
        }
        used += (size_t)snprintf(text + used, room - used, "%s%s x %d", used == 0 ? "" : ", ", name, count);
    }
    return text;
}

static char *
describe_failures(const eng_study_t *study, const int64_t *counts)
{
    const size_t room = (size_t)study->num_protocols * ENG_NUM_FAILURES * 160 + 8;
    char *text = calloc(1, room);
    size_t used = 0;

    for (int p = 0; text != NULL && p < study->num_protocols; p++) {
        for (int reason = 1; reason < ENG_NUM_FAILURES; reason++) {
            const int64_t count = counts[p * ENG_NUM_FAILURES + reason];
            if (count > 0) {
                used += (size_t)snprintf(text + used, room - used, "%s: %lld %s\n", study->protocols[p].name,
                    (long long)count, eng_failure_name(reason));
            }
        }
    }
    if (text != NULL && used == 0) {
        snprintf(text, room, "none");
    }
    return text;
}

static int
gather_hosts(char **hosts, int rank, int ranks, MPI_Comm comm)
{
    char name[MPI_MAX_PROCESSOR_NAME] = { 0 };
    char *names = NULL;
    int length = 0, ret = 0, fine;

    MPI_Get_processor_name(name, &length);
    if (rank == 0) {
        names = calloc((size_t)ranks, sizeof(name));
    }
    fine = rank != 0 || names != NULL;
    MPI_Bcast(&fine, 1, MPI_INT, 0, comm);
    if (!fine) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the names of %d hosts", ranks);
    }
    if (MPI_Gather(name, (int)sizeof(name), MPI_CHAR, names, (int)sizeof(name), MPI_CHAR, 0, comm) != MPI_SUCCESS) {
        ret = ENG_FAIL(ENG_ERR_MPI, "the names of the hosts could not be gathered");
    } else if (rank == 0) {
        *hosts = count_hosts(names, ranks);
        ret = *hosts == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the names of %d hosts", ranks) : 0;
    }
    free(names);
    return ret;
}

/* Failed courses by protocol and reason over all points, on rank 0. */
static int
gather_failures(eng_facts_t *facts, const eng_result_data_t *data, int rank, MPI_Comm comm)
{
    const eng_layout_t *layout = data->layout;
    const int protocols = layout->study->num_protocols, cells = protocols * ENG_NUM_FAILURES;
    int64_t *mine = calloc(2 * (size_t)cells, sizeof(*mine));
    int64_t *all;
    int fine = mine != NULL, everywhere = 0, ret = 0;

    MPI_Allreduce(&fine, &everywhere, 1, MPI_INT, MPI_MIN, comm);
    if (!everywhere) {
        free(mine);
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to count failures");
    }
    all = mine + cells;
    for (uint64_t i = 0; i < data->num_points * (uint64_t)protocols; i++) {
        const int64_t *row = data->point + i * layout->point_words;
        for (int reason = 1; reason < ENG_NUM_FAILURES; reason++) {
            mine[(i % (uint64_t)protocols) * ENG_NUM_FAILURES + (uint64_t)reason] += eng_layout_failed(layout, row, reason);
        }
    }
    if (MPI_Reduce(mine, all, cells, MPI_INT64_T, MPI_SUM, 0, comm) != MPI_SUCCESS) {
        ret = ENG_FAIL(ENG_ERR_MPI, "failures could not be counted");
    } else if (rank == 0) {
        for (int j = 0; j < cells; j++) {
            facts->failed += all[j];
        }
        facts->failures = describe_failures(layout->study, all);
        ret = facts->failures == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory to list failures") : 0;
    }
    free(mine);
    return ret;
}

int
eng_facts_create(eng_facts_t *facts, const eng_result_data_t *data, MPI_Comm comm)
{
    char mpi[MPI_MAX_LIBRARY_VERSION_STRING] = { 0 };
    const time_t now = time(NULL);
    unsigned major = 0, minor = 0, release = 0;
    struct tm utc;
    int rank = 0, ranks = 1, length = 0, ret, other;

    *facts = (eng_facts_t){ 0 };
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    ret = gather_hosts(&facts->hosts, rank, ranks, comm);
    other = gather_failures(facts, data, rank, comm);
    ret = ret != 0 ? ret : other;
    if (ret != 0 || rank != 0) {
        return ret;
    }
    MPI_Get_library_version(mpi, &length);
    first_line(mpi);
    facts->mpi = malloc(strlen(mpi) + 1);
    if (facts->mpi == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the version of MPI");
    }
    memcpy(facts->mpi, mpi, strlen(mpi) + 1);
    H5get_libversion(&major, &minor, &release);
    snprintf(facts->hdf5, sizeof(facts->hdf5), "%u.%u.%u", major, minor, release);
    if (gmtime_r(&now, &utc) != NULL) {
        strftime(facts->written, sizeof(facts->written), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    return 0;
}

void
eng_facts_free(eng_facts_t *facts)
{
    free(facts->hosts);
    free(facts->failures);
    free(facts->mpi);
    *facts = (eng_facts_t){ 0 };
}
