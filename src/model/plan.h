/**
 * The calendar of a protocol: rows of time steps made once from its dated actions, shared by all lanes and points.
 * Steps are dyadic (1/16 to 1 d) and start on multiples of their length; a fine window opens when an action acts
 * and never before; reading never splits a row (docs/NUMERICS.md).  In quiet times pools step every second day, which ends
 * on an even one; all else, and what visits of `when` rules look at, stays daily.
 */
#ifndef ENG_MODEL_PLAN_H
#define ENG_MODEL_PLAN_H

#include "model/action.h"
#include "model/clones.h"
#include "model/rates.h"
#include "model/runner.h"
#include "model/signal.h"

/** What a row asks for besides the step itself. */
enum {
    ENG_ROW_DAY = 1u << 0,     /* starts on a whole day: that day's trigger acts at its start */
    ENG_ROW_DRAW = 1u << 1,    /* clones and stem cells are drawn at its end */
    ENG_ROW_VISIT = 1u << 2,   /* `when` rules look at its end */
    ENG_ROW_WATCH = 1u << 3,   /* recovery of counts is watched (after a graft or conditioning) */
    ENG_ROW_YEAR1 = 1u << 4,   /* ends at day 365: reservoir relative to the start */
    ENG_ROW_DAY30 = 1u << 5,   /* ends at day 30: clones left */
    ENG_ROW_SCREEN = 1u << 6,  /* before entry: no hazards, no therapy */
    ENG_ROW_AFTER0 = 1u << 7,  /* starts at day 0 or later: events count */
    ENG_ROW_CHECK28 = 1u << 8, /* ends on the day of judgement of primary graft failure */
    ENG_ROW_GCSF = 1u << 9,    /* G-CSF is given */
    ENG_ROW_MARROW = 1u << 10, /* something has moved the marrow: before that it rests at health */
    ENG_ROW_HOLD = 1u << 11,   /* first day of a pair in quiet times: pools wait and take both days in the next row, */
    ENG_ROW_SECOND = 1u << 12, /* which is this one */
    ENG_ROW_OWN_VISIT = 1u << 13, /* ends on a visit of the disease's own */
    ENG_ROW_DONOR = 1u << 14   /* cells of a donor were given: there are two origins */
};

typedef struct {
    double t;            /* day of its start */
    eng_real_t dt;       /* days */
    eng_real_t pool_dt;  /* step of marrow and lymphocytes, days: dt, or 2 after a row that holds them */
    eng_real_t carry;    /* step of the pools / (2 x their step before), 0 after a jump: extrapolation of drives to mid-step */
    int32_t end;         /* tick of its end */
    uint16_t flags;
    uint8_t ladder, pool_ladder; /* indices of dt and pool_dt in eng_rates_t.step */
    uint8_t substeps;    /* of the effectors, each at most half a day */
    int first_op, num_ops;     /* ops at its start */
    int first_read, num_reads; /* reads at its end */
    int draw;            /* index in plan->draws where ENG_ROW_DRAW */
    int noise;           /* index in plan->noise where somebody may look at its end: own visits, readings, the last row */
    int reprimes;        /* the clone that a fixed draw at its end re-primes; -1: none, the draw is for the sake of an action */
    eng_real_t since;    /* days since the fixed draw before, or the first day */
} eng_plan_row_t;

/** What is dated: the calendar reads the head, the file of its verb (lanes/action_<verb>.c) the rest. */
typedef struct {
    int32_t tick;
    int kind;           /* ENG_KIND_* of its action (catalogue.h) */
    int order;          /* index of the action in the protocol: ties go by list order */
    int32_t seen;       /* tick of the visit at which a rule asked for it; INT32_MIN: dated by the study */
    bool window;        /* opens a fine window */
    bool draw;          /* wants clones and stem cells drawn just before it */
    bool marrow;        /* moves the marrow */
    bool still;         /* moves no pool: calendars with and without it step alike */
    bool transplant;    /* conditioning or graft: counts are watched from then on */
    bool donor;         /* gives cells of another person */
    int judged;         /* days after it at which primary graft failure is judged; 0: brings no stem cells */
    void *what;         /* owned: the kind's own; NULL where nothing is to be said */
} eng_op_t;

/** Days on which a growth factor is given: start .. stop. */
typedef struct {
    double start, stop;
} eng_span_t;

/** Days on which doses of a drug are given again and again. */
typedef struct {
    int slot, drug, order; /* order: of its action in the protocol */
    double start, stop;
} eng_dosing_t;

typedef struct {
    eng_event_t event;
    double after, duration, taper; /* days; duration NaN: to the horizon */
    int times;
    int kind;              /* ENG_KIND_* of its action */
    bool dated;            /* acts on the day visit + after, by another calendar (slab_branch.c); otherwise at visits */
    double busy;           /* dated: days from a visit until the last action of this event's rules */
    void *what;            /* owned: the kind's own, where it acts at visits */
} eng_rule_t;

typedef struct {
    eng_plan_row_t *rows;   /* owned */
    int num_rows;
    eng_op_t *ops;          /* owned, by tick, then list order */
    int num_ops;
    eng_span_t *gcsf;       /* owned */
    int num_gcsf;
    eng_dosing_t *dosings;  /* owned */
    int num_dosings;
    unsigned off[ENG_MAX_ENDPOINTS]; /* slots of the classes that an endpoint of the study wants to be off */
    unsigned antibodies;    /* bit j: noun j of `atg` is given */
    eng_signal_set_t writes; /* signals that drugs in use write */
    unsigned uses;          /* modules that its actions need: ENG_USES(name) */
    bool losses;            /* the response to some drug in use may be lost */
    eng_rng_jump_t *draws;  /* owned: from the draw before (the first: from tick 0) to each draw */
    int num_draws;
    eng_rng_jump_t *noise;  /* owned: from tick 0 to the first tick of a day that is looked at (visits.h); of bodies with such */
    int num_noise;
    eng_rng_jump_t small[ENG_NUM_CLONES + 2]; /* from the base of a draw to the two words of clone k while it is small (stem cells, a donor's stem cells last) */
    eng_rng_jump_t donor;        /* from there to the word of a donor's stem cells */
    eng_rng_jump_t one_day;      /* trigger stream: from one day to the next */
    eng_rng_jump_t to_first_day; /* trigger stream: from tick 0 to the word of the first day */
    eng_rule_t rules[ENG_MAX_RULES];
    int num_rules;
    const eng_noun_t *drugs[ENG_MAX_RULES + 16]; /* borrowed registry rows in use */
    int num_drugs;
    const eng_noun_t *products[ENG_MAX_PRODUCTS]; /* borrowed, in the order of their actions (product.h) */
    int num_products;
    const char *slots[ENG_MAX_SLOTS]; /* borrowed class names */
    int num_slots;
    bool transplant;        /* some op is: counts are watched */
    bool harvest_at_start;  /* an autologous graft without a harvest before it, or on an event */
    bool branches;          /* some rule is dated */
    bool screening;         /* years before entry */
    bool pools;             /* of such: pools move */
    double start;           /* first day */
    eng_real_t visits;      /* days between visits */
    eng_real_t trial_care;  /* 0 routine, 1 that of a trial (tissue.h) */
    int32_t stop;           /* horizon, tick */
} eng_plan_t;

/**
 * Make the calendar.  protocol NULL: the screening years, from `start` to `stop`, without therapy.
 * spec gives horizon, visits, reads and refine.  ENG_ERR_STUDY: more rules or classes than the tables hold.
 */
int eng_plan_create(eng_plan_t *plan, const eng_protocol_t *protocol, const eng_model_spec_t *spec, double start, double stop);
void eng_plan_free(eng_plan_t *plan);

/** Marks a row that ends at its `end`: visits of the disease's own, noise of what is looked at there (plan_visits.c). */
int eng_plan_visits(eng_plan_t *plan, const eng_disease_t *disease, eng_plan_row_t *row);

/** Ops of a protocol's dated actions and its rules, with what the calendar holds for their verbs (plan_ops.c). */
int eng_plan_ops(eng_plan_t *plan, const eng_protocol_t *protocol, const eng_disease_t *disease, double horizon);

#endif
