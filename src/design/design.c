/**
 * The list of designs: one line in ENG_DESIGN_LIST and one file each; nothing else names a design.
 */
#include "design/stream.h"
#include <string.h>

#define ENG_DESIGN_AS_EXTERN(name) extern const eng_design_kind_t eng_design_##name;
ENG_DESIGN_LIST(ENG_DESIGN_AS_EXTERN)

#define ENG_DESIGN_AS_POINTER(name) &eng_design_##name,
static const eng_design_kind_t *const kinds[] = { ENG_DESIGN_LIST(ENG_DESIGN_AS_POINTER) };

#define NUM_KINDS ((int)(sizeof(kinds) / sizeof(*kinds)))

int
eng_design_count(void)
{
    return NUM_KINDS;
}

const eng_design_kind_t *
eng_design_at(int j)
{
    return j >= 0 && j < NUM_KINDS ? kinds[j] : NULL;
}

const eng_design_kind_t *
eng_design_find(const char *name)
{
    int j;

    for (j = 0; j < NUM_KINDS; j++) {
        if (strcmp(kinds[j]->name, name) == 0) {
            return kinds[j];
        }
    }
    return NULL;
}

int
eng_design_num_options(const eng_design_kind_t *kind)
{
    int n = 0;

    while (kind->options[n].name != NULL) {
        n++;
    }
    return n;
}

void
eng_design_standard(const eng_design_kind_t *kind, double option[ENG_DESIGN_MAX_OPTIONS])
{
    for (int j = 0; j < ENG_DESIGN_MAX_OPTIONS; j++) {
        option[j] = kind->options[j].standard;
    }
}

const char *
eng_matrix_name(eng_matrix_t matrix)
{
    static const char *const names[] = { "", "A", "B", "AB", "BA", "start", "step" };

    return names[matrix];
}

const char *
eng_extends_name(eng_extends_t extends)
{
    static const char *const names[] = { "no", "prefix", "copies" };

    return names[extends];
}

uint64_t
eng_design_size_as_points(const eng_design_spec_t *spec)
{
    return spec->size <= UINT32_MAX ? spec->size : 0;
}
