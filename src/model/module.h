/**
 * A module is a part of the body or of a disease that owns rows of state and says everything about them in one place:
 * what they are called, where chance enters, which events and numbers come of them, and what happens to them in a row of
 * the calendar.  A study has the modules that its disease needs; of the others it has no memory, no loop and no branch.
 *
 * A module keeps its state in a block of its own behind the core of a tile (body.h).  The tables below do not depend on
 * the vector width and exist once; the hooks, eng_module_lanes_t, exist once a width (kernel.h finds them by name).
 */
#ifndef ENG_MODEL_MODULE_H
#define ENG_MODEL_MODULE_H

#include "base/channels.h"
#include "model/covariate.h"
#include "model/outcome.h"
#include "model/param.h"
#include "model/tile.h"

/** Rows of one kind that stand together: `rows` rows of ENG_LANES elements of `size` bytes, from `offset` on. */
typedef struct {
    size_t offset;
    int rows, size;
} eng_lane_span_t;

/** A row that `trace` prints and whose values are checked: finite and not negative, or the course has failed. */
typedef struct {
    const char *name, *unit, *help;
    size_t offset;   /* in the block */
    size_t scale;    /* a row that multiplies what is shown; ENG_NO_ROW none */
} eng_state_row_t;
#define ENG_NO_ROW ((size_t)-1)

/** A kind of event that fires when its integrated hazard passes an Exp(1) threshold: draw j of tick 0 of its channel. */
typedef struct {
    eng_channel_t channel;
    size_t left;     /* the row that counts down; it holds the first threshold on the first day */
} eng_hazard_row_t;

/** An event of a disease: its name, and the row of its first day (ENG_DAY_NEVER: not yet). */
typedef struct {
    const char *name, *help;
    size_t day;
} eng_event_row_t;

/** A number of outcome.h that stands in a row of the block: missing where it is negative or the patient died by `after`. */
typedef struct {
    int number;
    size_t row;
    double after; /* days */
} eng_number_row_t;

/** An event of outcome.h that only this module brings, by the row of its first day. */
typedef struct {
    int event;
    size_t day;
} eng_shared_event_t;

typedef struct {
    const char *name, *help; /* "ms", hashed into the identity of studies that use it; one line for lists */
    int version;             /* raised when courses change */
    unsigned writes;         /* signals that its hook `signal` writes: ENG_SIGNAL_BIT(name) ... */
    size_t bytes;            /* of its block: a whole number of rows */
    size_t kept_bytes;       /* rows of eng_real_t that a harvest fills and a graft reads (hooks of these names); 0: none */
    const eng_lane_span_t *spans; /* of everything in the block, so that lanes can be moved */
    int num_spans;
    const eng_state_row_t *states;
    int num_states;
    const eng_hazard_row_t *hazard_rows;
    int num_hazard_rows;
    const eng_number_row_t *numbers;
    int num_numbers;
    const eng_outcome_row_t *outcomes;
    int num_outcomes;
    const eng_shared_event_t *shared_events; /* never in bodies without it */
    int num_shared_events;
} eng_module_t;

#define ENG_COUNT_OF(rows) ((int)(sizeof(rows) / sizeof(*(rows))))

/** A table of a module or disease, an array of the member's name: ENG_TABLE(states) is .states = states, .num_states = its rows. */
#define ENG_TABLE(rows) .rows = rows, .num_##rows = ENG_COUNT_OF(rows)

/** Block and spans of a module whose state, struct `type`, is rows of eng_real_t throughout. */
#define ENG_BLOCK(type)                                                                                            \
    .bytes = sizeof(type), .num_spans = 1, .spans = (const eng_lane_span_t[]) {                                     \
        { 0, (int)(sizeof(type) / sizeof(eng_row_t)), (int)sizeof(eng_real_t) }                                     \
    }

extern const eng_module_t eng_module_clones, eng_module_visits, eng_module_tissue, eng_module_humoral, eng_module_product, eng_module_msc,
    eng_module_engineered;

/** Module k of the catalogue, in its order; NULL outside. */
const eng_module_t *eng_module_at(int k);

#endif
