/**
 * Designs: rules that pick points of the unit cube.  A design knows no disease.  One file design_<name>.c each and
 * one line in ENG_DESIGN_LIST.  Every design is a pure function of its specification; its randomness comes from
 * the DESIGN channel.  list and grid carry values of their own and are handled by the same interface: their unit
 * coordinates are levels, see design_grid.c and design_list.c.
 */
#ifndef ENG_DESIGN_DESIGN_H
#define ENG_DESIGN_DESIGN_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENG_DESIGN_LIST(X) X(list) X(grid) X(factorial) X(monte_carlo) X(lhs) X(sobol) X(halton) X(saltelli) X(morris)

#define ENG_DESIGN_MAX_OPTIONS 4

typedef struct {
    uint32_t seed[4];
    uint64_t size;      /* what size_key counts: points, levels of every parameter, base rows, trajectories; rows of a list */
    int dimension;      /* uncertain parameters, >= 1 */
    const double *rows; /* list only: [size][dimension] values in the parameters' units, borrowed */
    double option[ENG_DESIGN_MAX_OPTIONS]; /* by their place in the kind's list */
    const uint32_t *levels; /* factorial: of each parameter, borrowed; NULL: size of all */
    const int *group;   /* of each parameter, borrowed; NULL: each is a group of its own */
    int num_groups;     /* dimension, where each is one of its own */
} eng_design_spec_t;

/** What a point is there for, in designs that estimate effects. */
typedef enum { ENG_MATRIX_NONE, ENG_MATRIX_A, ENG_MATRIX_B, ENG_MATRIX_AB, ENG_MATRIX_BA, ENG_MATRIX_START, ENG_MATRIX_STEP } eng_matrix_t;

typedef struct {
    uint64_t set;        /* base row, trajectory */
    eng_matrix_t matrix; /* AB: row of A with one group from B; BA: the reverse; START, STEP: of a trajectory */
    int moved;           /* the group that is from the other matrix, or that the step moved; -1 none */
} eng_design_role_t;

/** Can more points be added so that all there are remain what they are? */
typedef enum { ENG_EXTENDS_NOT, ENG_EXTENDS_BY_PREFIX, ENG_EXTENDS_BY_COPIES } eng_extends_t;

typedef enum { ENG_OPTION_COUNT, ENG_OPTION_SHARE, ENG_OPTION_TRUTH, ENG_OPTION_CHOICE } eng_option_kind_t;

/** A key of a design beside its size. */
typedef struct {
    const char *name;     /* NULL ends the list */
    eng_option_kind_t kind;
    double low, high;     /* COUNT, SHARE */
    double standard;      /* without the key; of a CHOICE the place of the word */
    const char *words;    /* CHOICE: separated by one space */
    bool extent;          /* says how many points there are, not which */
} eng_design_option_t;

typedef struct eng_design_kind {
    const char *name;
    const char *help;
    const char *size_key;     /* key of the size in a study: "points", "levels", "base" ...; "" for list */
    uint64_t size_example;
    bool patients_common;     /* default of cohort.across_points */
    bool gives_values;        /* list: rows are values, not unit coordinates */
    bool takes_dependence;    /* its coordinates are uniform numbers, which a copula may make dependent */
    bool takes_groups;        /* ... or, with takes_dependence, those of one group */
    bool size_by_parameter;   /* the size may be a map of parameters: factorial */
    bool spread;              /* points lie more evenly than independent ones: means over them vary less */
    int max_dimension;        /* 0: no limit */
    eng_extends_t extends;
    const char *why_not;      /* ENG_EXTENDS_NOT: the reason */
    eng_design_option_t options[ENG_DESIGN_MAX_OPTIONS + 1];
    /** What is wrong with a specification: one line into text, "" if nothing is.  May be NULL. */
    void (*problem)(const eng_design_spec_t *spec, char *text, size_t size);
    uint64_t (*num_points)(const eng_design_spec_t *spec); /* 0: too many (over 2^32 - 1) */
    /* fill out[num_points][dimension], 0 < value < 1 (gives_values: the values themselves) */
    int (*fill)(const eng_design_spec_t *spec, double *out);
    /** Of a point of out; NULL: points are all alike. */
    void (*role)(const eng_design_spec_t *spec, const double *out, uint64_t point, eng_design_role_t *role);
    /** How the points come about, for `check`: one line into text.  May be NULL. */
    void (*describe)(const eng_design_spec_t *spec, char *text, size_t size);
} eng_design_kind_t;

int eng_design_count(void);
const eng_design_kind_t *eng_design_at(int j);              /* NULL outside the range */
const eng_design_kind_t *eng_design_find(const char *name); /* NULL if unknown */

int eng_design_num_options(const eng_design_kind_t *kind);
/** Option values that a study without its keys has. */
void eng_design_standard(const eng_design_kind_t *kind, double option[ENG_DESIGN_MAX_OPTIONS]);
/** "A", "B", "AB", "BA", "start", "step"; "" for none. */
const char *eng_matrix_name(eng_matrix_t matrix);
/** "prefix", "copies", "no". */
const char *eng_extends_name(eng_extends_t extends);
/** Group of a parameter. */
static inline int
eng_design_group(const eng_design_spec_t *spec, int parameter)
{
    return spec->group == NULL ? parameter : spec->group[parameter];
}

#endif
