/**
 * The body of a study: the core and the modules that its disease and its actions need, in the order of the catalogue, and where each
 * stands in a tile.  A tile is one block of memory: eng_tile_t, then the modules' blocks.  What must be done to every row
 * (moving lanes, tracing, looking for failures) walks the descriptions that are collected here; nothing is listed by hand.
 */
#ifndef ENG_MODEL_BODY_H
#define ENG_MODEL_BODY_H

#include "model/clones.h"
#include "model/disease.h"

#define ENG_MAX_MODULES 8
#define ENG_MAX_SPANS 32

typedef struct eng_body {
    const eng_disease_t *disease;
    const eng_module_t *module[ENG_MAX_MODULES];
    size_t offset[ENG_MAX_MODULES]; /* of its block in a tile */
    int num_modules;
    size_t tile_bytes;              /* a multiple of 64 */
    size_t kept[ENG_MAX_MODULES];   /* offset of what a module keeps with collected cells, out of the tile: lanes need it between */
    size_t kept_bytes;              /*   harvest and graft only; of all modules, a multiple of 64 */
    size_t clones;                  /* offset of the autoreactive clones; 0: there are none */
    size_t slots, effects, rules;   /* offsets of what lanes take by drug class, what that does, and `when` rules */
    int num_slots, num_rules;
    eng_signal_set_t drug_signals;  /* signals that drugs of the study write; a row of effects for each, class by class */
    eng_signal_set_t writes;        /* signals that modules write */
    eng_lane_span_t span[ENG_MAX_SPANS]; /* of everything that belongs to a lane */
    int num_spans;
    int num_states;                 /* rows that `trace` prints */
} eng_body_t;

/**
 * The body of a disease, with room for the drug classes and rules of the calendars that use most and for the signals that any of their
 * drugs writes, with the modules that their actions use (ENG_USES).  Not collective, no allocation.  ENG_ERR_INTERNAL: a disease needs more than the tables hold.
 */
int eng_body_make(eng_body_t *body, const eng_disease_t *disease, int num_slots, int num_rules, eng_signal_set_t drug_signals, unsigned uses);

/** Tile k of tiles that stand one behind the other. */
static inline eng_tile_t *eng_tile_at(eng_tile_t *tiles, const eng_body_t *body, int k)
{
    return (eng_tile_t *)(void *)((char *)tiles + body->tile_bytes * (size_t)k);
}

/** The block of module j. */
static inline void *eng_block(eng_tile_t *tile, const eng_body_t *body, int j)
{
    return (char *)tile + body->offset[j];
}

/** The block of a module; NULL where the body has none. */
void *eng_body_find(eng_tile_t *tile, const eng_body_t *body, const eng_module_t *module);

/** The autoreactive clones of a tile, NULL where the body has none. */
static inline eng_clones_t *eng_clones_of(eng_tile_t *tile, const eng_body_t *body)
{
    return body->clones == 0 ? NULL : (eng_clones_t *)(void *)((char *)tile + body->clones);
}

/** State row j of a tile, 0 <= j < num_states: its description; *value (if not NULL): the number shown for lane l. */
eng_state_row_t eng_body_state(const eng_body_t *body, const eng_tile_t *tile, int j, int l, double *value);

/** A course whose state became negative or non-finite has failed. */
eng_failure_t eng_body_failure(const eng_body_t *body, const eng_tile_t *tile, int l);

/** Everything of lane i of a tile to lane j of another of the same body; of what is kept with collected cells, likewise. */
void eng_body_copy_lane(const eng_body_t *body, eng_tile_t *to, int j, const eng_tile_t *from, int i);
void eng_body_copy_kept(const eng_body_t *body, void *to, int j, const void *from, int i);

#endif
