/**
 * /provenance: where a result comes from, never compared.
 */
#include "store/schema_part.h"

#include "store/provenance.h"

#include <engraft/version.h>

#define TEXT_OF(function, expression)                                                                        \
    static const char *function(const eng_content_t *content, uint64_t i, char *scratch)                     \
    {                                                                                                        \
        const char *text = (expression);                                                                     \
        (void)content, (void)i, (void)scratch;                                                               \
        return text == NULL ? "" : text;                                                                     \
    }
#define INTEGER_OF(function, expression)                                                                     \
    static int64_t function(const eng_content_t *content, uint64_t i)                                        \
    {                                                                                                        \
        (void)i;                                                                                             \
        return (int64_t)(expression);                                                                        \
    }
#define NUMBER_OF(function, expression)                                                                      \
    static double function(const eng_content_t *content, uint64_t i)                                         \
    {                                                                                                        \
        (void)i;                                                                                             \
        return (expression);                                                                                 \
    }
TEXT_OF(made_from, STUDY(content)->text)
TEXT_OF(made_path, STUDY(content)->path)
TEXT_OF(made_version, ENG_VERSION)
TEXT_OF(made_revision, eng_build_revision())
TEXT_OF(made_compiler, eng_build_compiler())
TEXT_OF(made_flags, eng_build_flags())
TEXT_OF(made_key, eng_key_recipe())
TEXT_OF(made_job, eng_job_id())
TEXT_OF(made_mpi, content->facts->mpi)
TEXT_OF(made_hdf5, content->facts->hdf5)
TEXT_OF(made_hosts, content->facts->hosts)
TEXT_OF(made_when, content->facts->written)
TEXT_OF(made_failures, content->facts->failures)
TEXT_OF(made_width, content->data->provenance.width)
TEXT_OF(made_command, content->data->provenance.command_line)
TEXT_OF(made_attempts, content->data->provenance.attempts)
INTEGER_OF(made_failed, content->facts->failed)
INTEGER_OF(made_ranks, content->data->provenance.ranks)
INTEGER_OF(made_planned, content->data->provenance.courses_planned)
INTEGER_OF(made_done, content->data->provenance.courses_done)
NUMBER_OF(made_seconds, content->data->provenance.seconds)
NUMBER_OF(made_core_seconds, content->data->provenance.core_seconds)

/* --- the table ----------------------------------------------------------------------------------------------- */

static const eng_schema_row_t rows[] = {
    { "/provenance/study_text", "", "", "the study file as it was given", "", TEXTS(made_from) },
    { "/provenance/study_path", "", "", "where it was read", "", TEXTS(made_path) },
    { "/provenance/engraft", "", "", "version of engraft", "", TEXTS(made_version) },
    { "/provenance/revision", "", "", "revision of its sources", "", TEXTS(made_revision) },
    { "/provenance/compiler", "", "", "compiler", "", TEXTS(made_compiler) },
    { "/provenance/flags", "", "", "flags of the compiler", "", TEXTS(made_flags) },
    { "/provenance/mpi", "", "", "MPI library", "", TEXTS(made_mpi) },
    { "/provenance/hdf5", "", "", "HDF5 library", "", TEXTS(made_hdf5) },
    { "/provenance/vectors", "", "", "vector instructions of the step loop on rank 0", "", TEXTS(made_width) },
    { "/provenance/key_recipe", "", "", "how a random draw is made", "", TEXTS(made_key) },
    { "/provenance/command_line", "", "", "command that wrote this file", "", TEXTS(made_command) },
    { "/provenance/written", "", "", "when, in universal time", "", TEXTS(made_when) },
    { "/provenance/hosts", "", "", "hosts and ranks on each", "", TEXTS(made_hosts) },
    { "/provenance/job", "", "", "job of the batch system, empty outside of one", "", TEXTS(made_job) },
    { "/provenance/attempts", "", "", "one line an attempt", "", TEXTS(made_attempts) },
    { "/provenance/ranks", "", "1", "MPI ranks of the last attempt", "", INTEGERS(made_ranks) },
    { "/provenance/seconds", "", "s", "wall time of the last attempt", "", NUMBERS(made_seconds) },
    { "/provenance/core_seconds", "", "s", "wall time of the last attempt summed over ranks", "", NUMBERS(made_core_seconds) },
    { "/provenance/courses_planned", "", "1", "courses that the study asks for", "", INTEGERS(made_planned) },
    { "/provenance/courses_done", "", "1", "courses that were run", "", INTEGERS(made_done) },
    { "/provenance/courses_failed", "", "1", "courses that failed", "", INTEGERS(made_failed) },
    { "/provenance/failures", "", "", "failed courses by protocol and reason", "", TEXTS(made_failures) },
};

const eng_schema_part_t eng_schema_provenance = { rows, (int)(sizeof(rows) / sizeof(*rows)) };
