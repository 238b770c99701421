/**
 * What the tests of diseases with an inflamed tissue share: one fixture, its parameters, laws and rows of state by name.
 */
#ifndef ENG_TISSUE_FIXTURE_H
#define ENG_TISSUE_FIXTURE_H

#include "model_fixture.h"

static fix_t fix;

/** A parameter by name, as the fixture has it. */
static inline double
own(const char *name)
{
    const int j = eng_param_find(fix.spec.disease, name);
    CU_ASSERT_FATAL(j >= 0);
    return eng_params_get(&fix.params, j);
}

/** Everybody has this value of a covariate. */
static inline void
law(const char *name, double value)
{
    const int j = eng_covariate_find(fix.spec.disease, name);
    CU_ASSERT_FATAL(j >= 0);
    fix.laws[j] = (eng_dist_t){ ENG_DIST_FIXED, { value } };
}

/** Where a row of the disease's own state lies in its block. */
static inline size_t
row_of(const char *name)
{
    const eng_module_t *module = &fix.spec.disease->module;

    for (int j = 0; j < module->num_states; j++) {
        if (strcmp(module->states[j].name, name) == 0) {
            return module->states[j].offset;
        }
    }
    CU_FAIL_FATAL("no such row of state");
    return 0;
}

/** That row, to read and to set. */
static inline eng_real_t *
state(const bench_t *b, const char *name)
{
    return (eng_real_t *)(void *)((char *)bench_own(b) + row_of(name));
}

/** A row of any module as `trace` shows it for a lane; NaN: there is none. */
static inline double
state_of(const bench_t *b, const char *name, int l)
{
    double value = NAN;

    for (int j = 0; j < b->body.num_states; j++) {
        if (strcmp(eng_body_state(&b->body, b->tile, j, l, NULL).name, name) == 0) {
            (void)eng_body_state(&b->body, b->tile, j, l, &value);
        }
    }
    return value;
}

#endif
