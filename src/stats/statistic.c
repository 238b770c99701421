/**
 * The list of statistics, and what is the same in all of them.
 */
#include "stats/statistic.h"

#include <string.h>

#define AS_EXTERN(name) extern const eng_statistic_t eng_statistic_##name;
ENG_STATISTIC_LIST(AS_EXTERN)

const eng_statistic_t *
eng_statistic_at(int j)
{
#define AS_POINTER(name) &eng_statistic_##name,
    static const eng_statistic_t *const list[] = { ENG_STATISTIC_LIST(AS_POINTER) };

    return j >= 0 && j < ENG_NUM_STATISTICS ? list[j] : NULL;
}

const eng_column_t *
eng_column_at(int kind)
{
    const eng_statistic_t *statistic = kind < 0 ? NULL : eng_statistic_at(kind / ENG_MAX_COLUMNS);

    return statistic == NULL || kind % ENG_MAX_COLUMNS >= statistic->num_columns ? NULL : &statistic->columns[kind % ENG_MAX_COLUMNS];
}

int
eng_column_find(const char *name)
{
    for (int kind = 0; kind < ENG_NUM_KINDS_OF_ESTIMATES; kind++) {
        const eng_column_t *column = eng_column_at(kind);
        if (column != NULL && strcmp(column->name, name) == 0) {
            return kind;
        }
    }
    return -1;
}

size_t
eng_axis_size(const eng_subject_t *subject, eng_axis_t axis)
{
    switch (axis) {
    case ENG_AXIS_READING:
        return (size_t)subject->num_readings;
    case ENG_AXIS_LANDMARK:
        return (size_t)subject->num_landmarks;
    case ENG_AXIS_EVENT_DAY:
        return (size_t)subject->num_event_days;
    case ENG_AXIS_CAUSE:
        return 2;
    case ENG_AXIS_BIN:
        return (size_t)subject->bins.num_bins;
    case ENG_AXIS_POINT_BIN:
        return (size_t)subject->point_bins.num_bins;
    case ENG_AXIS_EXIT:
        return ENG_NUM_EXITS;
    default:
        return 1;
    }
}

void
eng_cluster_products(int64_t *words, int64_t n, int64_t y)
{
    eng_wide_add(words, y);
    eng_wide_add(words + ENG_WIDE_WORDS, (eng_i128_t)y * y);
    eng_wide_add(words + 2 * ENG_WIDE_WORDS, (eng_i128_t)n * y);
}
