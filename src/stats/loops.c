/**
 * Which loops belong to a width.
 */
#include "stats/loops.h"

#include "base/widths.h"

#include <string.h>

#define AS_EXTERN(width) extern const eng_loops_t eng_loops_##width;
ENG_WIDTH_LIST(AS_EXTERN)

const eng_loops_t *
eng_loops_find(const char *width)
{
#define AS_POINTER(width) &eng_loops_##width,
    static const eng_loops_t *const loops[] = { ENG_WIDTH_LIST(AS_POINTER) };

    for (size_t j = 0; j < sizeof(loops) / sizeof(*loops); j++) {
        if (strcmp(width, loops[j]->width) == 0) {
            return loops[j];
        }
    }
    return &eng_loops_plain;
}
