/**
 * The diseases that only tests have, their drugs and their hooks for every width: what a program that is linked with this file finds behind
 * those of the catalogue (src/model/disease.c, action.c, lanes/course.c).
 */
#include "base/widths.h"
#include "model/kernel.h"

#define MORE_DISEASE_LIST(X) X(blister) X(itp)

#define AS_EXTERN(name) extern const eng_disease_t eng_disease_##name;
MORE_DISEASE_LIST(AS_EXTERN)

#define AS_POINTER(name) &eng_disease_##name,
extern const eng_disease_t *const eng_more_diseases[];
const eng_disease_t *const eng_more_diseases[] = { MORE_DISEASE_LIST(AS_POINTER) NULL };

/* Drugs of theirs. */
extern const eng_noun_t eng_noun_derminib, eng_noun_stop_derminib, eng_noun_cutizumab, eng_noun_stop_cutizumab;
extern const eng_noun_t *const eng_more_nouns[];
const eng_noun_t *const eng_more_nouns[] = { &eng_noun_derminib, &eng_noun_stop_derminib, &eng_noun_cutizumab,
    &eng_noun_stop_cutizumab, NULL };

/* A list of lists is not for the preprocessor: one line for each disease. */
#define LANES_OF_WIDTH(width)                                                     \
    extern const struct eng_module_lanes eng_lanes_blister_##width;                \
    extern const struct eng_module_lanes eng_lanes_itp_##width;                    \
    extern const struct eng_module_lanes *const eng_more_lanes_##width[];          \
    const struct eng_module_lanes *const eng_more_lanes_##width[] = { &eng_lanes_blister_##width, &eng_lanes_itp_##width, NULL };
ENG_WIDTH_LIST(LANES_OF_WIDTH)
