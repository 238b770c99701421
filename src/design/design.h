/**
 * Designs: rules that pick points of the unit cube.  A design knows no disease.  One file design_<name>.c each and
 * one line in ENG_DESIGN_LIST.  Every design is a pure function of (size, dimension, seed); its randomness comes from
 * the DESIGN channel.  list and grid carry values of their own and are handled by the same interface: their unit
 * coordinates are levels, see design_grid.c and design_list.c.
 */
#ifndef ENG_DESIGN_DESIGN_H
#define ENG_DESIGN_DESIGN_H

#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

#define ENG_DESIGN_LIST(X) X(list) X(grid) X(monte_carlo) X(lhs) X(sobol)

typedef struct {
    uint32_t seed[4];
    uint64_t size;      /* points asked for (monte_carlo, lhs, sobol); levels per parameter (grid); rows (list) */
    int dimension;      /* uncertain parameters, >= 1 */
    const double *rows; /* list only: [size][dimension] values in the parameters' units, borrowed */
} eng_design_spec_t;

typedef struct eng_design_kind {
    const char *name;
    const char *help;
    const char *size_key;     /* key of the size in a study: "points", "levels", "" for list */
    bool patients_common;     /* default of cohort.across_points */
    bool gives_values;        /* list: rows are values, not unit coordinates */
    bool spread;              /* points lie more evenly than independent ones: means over them vary less */
    int max_dimension;        /* 0: no limit */
    uint64_t (*num_points)(const eng_design_spec_t *spec); /* 0: too many (over 2^32 - 1) */
    /* fill out[num_points][dimension], 0 < value < 1 (gives_values: the values themselves) */
    int (*fill)(const eng_design_spec_t *spec, double *out);
} eng_design_kind_t;

int eng_design_count(void);
const eng_design_kind_t *eng_design_at(int j);              /* NULL outside the range */
const eng_design_kind_t *eng_design_find(const char *name); /* NULL if unknown */

#endif
