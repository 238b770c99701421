/**
 * What the parts of writing a result share.  Private to writer.c (the order of things), structure.c (what one rank makes), measure.c and
 * foretell.c (how large the file will be).
 */
#ifndef ENG_STORE_WRITER_STATE_H
#define ENG_STORE_WRITER_STATE_H

#include "store/dataset.h"
#include "store/h5.h"
#include "store/together.h"

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
} eng_writer_t;

/** So much more of this rank's work is done, and `ret` so far.  ENG_STOPPED: it is to be given up. */
int eng_writer_go_on(eng_writer_t *writer, int ret, double work);
/** All of it. */
double eng_writer_work(const eng_writer_t *writer);

/** Bytes of a step of the first dimension; steps that one move takes at most. */
uint64_t eng_writer_step(const eng_dataset_t *dataset);
uint64_t eng_writer_steps(const eng_dataset_t *dataset);
/** Buffers for any move of this rank. */
int eng_writer_allocate(eng_writer_t *writer);

/** One dataset that rank 0 holds: written, or read back and compared. */
int eng_writer_move_whole(eng_writer_t *writer, hid_t file, const eng_dataset_t *dataset, bool verify);
/** All datasets and their attributes, and the values that rank 0 holds, into a new file. */
int eng_writer_fill_structure(eng_writer_t *writer, hid_t file);
/** Add to *bytes what this rank's steps of a spread dataset take when they are compressed. */
int eng_writer_measure(eng_writer_t *writer, const eng_dataset_t *dataset, uint64_t *bytes);
/** Collective: writer->spread, what those of all ranks take, with the indices of their chunks.  The codes of ranks may differ. */
int eng_writer_measure_all(eng_writer_t *writer);

#endif
