/**
 * Sets of block numbers as sorted, disjoint ranges.  Blocks are done nearly in order, so a set of millions is a
 * handful of ranges.  A zeroed set is empty and legal; free is legal on it.
 */
#ifndef ENG_ENGINE_RANGES_H
#define ENG_ENGINE_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t first, count;
} eng_range_t;

typedef struct {
    eng_range_t *items; /* owned; items[head .. num - 1], rising, no two touch */
    size_t head, num, capacity;
} eng_ranges_t;

/** Add a range.  ENG_ERR_FORMAT if part of it is there already (the set is unchanged), ENG_ERR_NO_MEMORY. */
int eng_ranges_add(eng_ranges_t *ranges, eng_range_t range);
/** Is any number of the range in the set? */
bool eng_ranges_meet(const eng_ranges_t *ranges, eng_range_t range);
/** How many numbers the set holds. */
uint64_t eng_ranges_total(const eng_ranges_t *ranges);
/** Take up to `at_most` numbers that follow one another from the front; count 0: the set is empty. */
eng_range_t eng_ranges_take(eng_ranges_t *ranges, uint64_t at_most);
/** missing = 0 .. n-1 without `ranges`; missing must be empty.  ENG_ERR_RANGE if the set reaches beyond n. */
int eng_ranges_missing(const eng_ranges_t *ranges, uint64_t n, eng_ranges_t *missing);
void eng_ranges_clear(eng_ranges_t *ranges);
void eng_ranges_free(eng_ranges_t *ranges);

#endif
