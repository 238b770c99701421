/**
 * Sorted disjoint ranges.  Adding at the end is the common case; elsewhere a binary search finds the place.
 */
#include "engine/ranges.h"

#include "base/error.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Index of the first range that starts after `first`. */
static size_t
find_place(const eng_ranges_t *ranges, uint64_t first)
{
    size_t low = ranges->head, high = ranges->num;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges->items[middle].first > first) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static int
insert(eng_ranges_t *ranges, size_t place, eng_range_t range)
{
    if (ranges->num == ranges->capacity) {
        const size_t capacity = ranges->capacity == 0 ? 16 : 2 * ranges->capacity;
        eng_range_t *items = realloc(ranges->items, capacity * sizeof(*items));
        if (items == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the list of blocks");
        }
        ranges->items = items;
        ranges->capacity = capacity;
    }
    memmove(ranges->items + place + 1, ranges->items + place, (ranges->num - place) * sizeof(range));
    ranges->items[place] = range;
    ranges->num++;
    return 0;
}

int
eng_ranges_add(eng_ranges_t *ranges, eng_range_t range)
{
    const size_t place = find_place(ranges, range.first);
    const uint64_t end = range.first + range.count;
    eng_range_t *before = place > ranges->head ? &ranges->items[place - 1] : NULL;
    eng_range_t *after = place < ranges->num ? &ranges->items[place] : NULL;

    if (range.count == 0) {
        return 0;
    }
    if (end < range.first || (before != NULL && before->first + before->count > range.first) ||
        (after != NULL && end > after->first)) {
        return ENG_FAIL(ENG_ERR_FORMAT, "block %" PRIu64 " or a later one is there twice", range.first);
    }
    if (before != NULL && before->first + before->count == range.first) {
        before->count += range.count;
        if (after != NULL && end == after->first) {
            before->count += after->count;
            memmove(after, after + 1, (ranges->num - place - 1) * sizeof(range));
            ranges->num--;
        }
        return 0;
    }
    if (after != NULL && end == after->first) {
        after->first = range.first;
        after->count += range.count;
        return 0;
    }
    return insert(ranges, place, range);
}

bool
eng_ranges_meet(const eng_ranges_t *ranges, eng_range_t range)
{
    for (size_t j = ranges->head; j < ranges->num; j++) {
        const eng_range_t *item = &ranges->items[j];
        if (item->first < range.first + range.count && range.first < item->first + item->count) {
            return true;
        }
    }
    return false;
}

uint64_t
eng_ranges_total(const eng_ranges_t *ranges)
{
    uint64_t total = 0;

    for (size_t j = ranges->head; j < ranges->num; j++) {
        total += ranges->items[j].count;
    }
    return total;
}

eng_range_t
eng_ranges_take(eng_ranges_t *ranges, uint64_t at_most)
{
    eng_range_t taken = { 0, 0 };

    if (ranges->head == ranges->num || at_most == 0) {
        return taken;
    }
    eng_range_t *front = &ranges->items[ranges->head];
    taken.first = front->first;
    taken.count = front->count < at_most ? front->count : at_most;
    front->first += taken.count;
    front->count -= taken.count;
    if (front->count == 0) {
        ranges->head++;
    }
    return taken;
}

int
eng_ranges_missing(const eng_ranges_t *ranges, uint64_t n, eng_ranges_t *missing)
{
    uint64_t next = 0;
    int ret = 0;

    for (size_t j = ranges->head; j < ranges->num && ret == 0; j++) {
        const eng_range_t range = ranges->items[j];
        if (range.first + range.count > n) {
            return ENG_FAIL(ENG_ERR_RANGE, "block %" PRIu64 " lies beyond the last of the study", range.first + range.count - 1);
        }
        ret = eng_ranges_add(missing, (eng_range_t){ next, range.first - next });
        next = range.first + range.count;
    }
    return ret == 0 ? eng_ranges_add(missing, (eng_range_t){ next, n - next }) : ret;
}

void
eng_ranges_clear(eng_ranges_t *ranges)
{
    ranges->head = ranges->num = 0;
}

void
eng_ranges_free(eng_ranges_t *ranges)
{
    free(ranges->items);
    *ranges = (eng_ranges_t){ 0 };
}
