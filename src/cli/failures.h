/**
 * What a result or saved work says of failed courses: how many, why, and in which blocks they can be.
 */
#ifndef ENG_CLI_FAILURES_H
#define ENG_CLI_FAILURES_H

#include "cli/source.h"
#include "engine/failed.h"

/** [num_points][num_protocols][ENG_NUM_REASONS], owned by the caller (free); ENG_ERR_FORMAT: another version of the model. */
int eng_failures_read(const eng_source_t *source, int64_t **counts);
/** Blocks whose courses are in it, free with eng_ranges_free; those of a region where that is not left empty, free with eng_region_free. */
int eng_failures_blocks(const eng_source_t *source, eng_ranges_t *blocks, eng_region_t *region);
/**
 * How many courses the estimates of all points, or of `point`, rest on, why others are missing, and how to see which, to `out`;
 * nothing where none failed.
 */
int eng_failures_print(const eng_source_t *source, const uint64_t *point, FILE *out);

#endif
