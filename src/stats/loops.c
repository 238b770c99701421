/**
 * Which loops belong to a width.
 */
#include "stats/loops.h"

#include <string.h>

extern const eng_loops_t eng_loops_plain;
#ifndef ENG_ONLY_PLAIN
extern const eng_loops_t eng_loops_avx512, eng_loops_avx2;
#endif

const eng_loops_t *
eng_loops_find(const char *width)
{
#ifndef ENG_ONLY_PLAIN
    static const eng_loops_t *const wide[] = { &eng_loops_avx512, &eng_loops_avx2 };

    for (size_t j = 0; j < sizeof(wide) / sizeof(*wide); j++) {
        if (strcmp(width, wide[j]->width) == 0) {
            return wide[j];
        }
    }
#else
    (void)width;
#endif
    return &eng_loops_plain;
}
