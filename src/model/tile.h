/**
 * The state of 64 courses that advance together: one course a lane, structure of arrays.  Pools are whole-body
 * numbers relative to the patient's own healthy set point (1 at health); stem cells are whole numbers.
 * A lane never looks at another lane.
 *
 * This is the part that every study has: marrow, blood, lymphocytes, therapy, observation.  Behind it, in the same
 * memory, stand the blocks of the modules that the study uses (module.h, body.h).
 */
#ifndef ENG_MODEL_TILE_H
#define ENG_MODEL_TILE_H

#include "base/rng.h"
#include "model/covariate.h"
#include "model/outcome.h"
#include "model/signal.h"
#include <stddef.h>

#ifdef ENG_REAL_DOUBLE
typedef double eng_real_t;
#else
typedef float eng_real_t;
#endif

#define ENG_ALIGNED __attribute__((aligned(64)))
typedef eng_real_t eng_row_t[ENG_LANES] ENG_ALIGNED;

#define ENG_MAX_ANTIBODIES 4 /* nouns of `atg` */
#define ENG_MAX_SLOTS 16 /* drug classes in use at once in a protocol */
#define ENG_MAX_PRODUCTS 4 /* cell products in use at once in a protocol */
#define ENG_MAX_RULES 8  /* `when` rules of a protocol */
#define ENG_DAY_NEVER ((eng_real_t)1e9)

/*
 * State rows of the core, in the order in which `trace` prints them: CELLS(name, "unit", "meaning") is a pool of one origin of cells,
 * BODY(...) belongs to the patient, whoever the cells come from.
 */
#define ENG_CORE_STATE_LIST(CELLS, BODY)                                          \
    CELLS(hsc, "1", "H, long-term stem cells, relative to health")                \
    CELLS(progenitor, "1", "S, short-term progenitors")                           \
    CELLS(granulo, "1", "P, granulocyte mitotic pool")                            \
    CELLS(mature1, "1", "G1, maturing granulocytes")                              \
    CELLS(mature2, "1", "G2")                                                     \
    CELLS(mature3, "1", "G3")                                                     \
    CELLS(neutrophil, "1", "N, blood neutrophils")                                \
    CELLS(monocyte, "1", "A, blood monocytes and dendritic cells")                \
    CELLS(macrophage, "1", "M, macrophages of the tissues")                       \
    CELLS(meg_early, "1", "Kp, early megakaryocyte progenitors")                  \
    CELLS(meg, "1", "K, megakaryocyte progenitors")                               \
    CELLS(meg_mature, "1", "Q, megakaryocytes")                                   \
    CELLS(platelet, "1", "L, blood platelets")                                    \
    CELLS(erythroid, "1", "Er, erythroid precursors")                             \
    BODY(haemoglobin, "1", "Hb")                                                  \
    CELLS(lymphoid, "1", "C, lymphoid progenitors")                               \
    CELLS(thymocyte, "1", "Y, thymocytes")                                        \
    BODY(stroma, "1", "Theta, thymic stroma")                                     \
    BODY(richness, "1", "V, distinct clonotypes")                                 \
    CELLS(naive4, "1", "N4, naive CD4")                                           \
    CELLS(memory4, "1", "M4, memory CD4")                                         \
    CELLS(naive8, "1", "N8, naive CD8")                                           \
    CELLS(memory8, "1", "M8, memory CD8")                                         \
    CELLS(treg, "1", "R, regulatory T cells")                                     \
    CELLS(nk, "1", "NK cells")                                                    \
    CELLS(b_naive, "1", "Bn, naive B cells")                                      \
    CELLS(b_memory, "1", "Bm, memory B cells")                                    \
    CELLS(plasma, "1", "Pc, long-lived plasma cells")                             \
    BODY(igg, "1", "immunoglobulin G")                                            \
    BODY(mucosa, "1", "mu, mucosal injury")                                       \
    BODY(antibody, "1/d", "T-cell killing by antibodies")                         \
    BODY(neutropenic_days, "d", "running days with ANC < 500")

/* Behind the pools of an origin: its stem cells. */
#define ENG_CELLS_HIDDEN_LIST(X)                                                                              \
    X(hsc_gain) X(hsc_loss) X(hsc_count)          /* Q and A of the stem cells since the last draw; number then */

/* Rows behind the state: signals, countdowns to events, watch of recovery. */
#define ENG_HIDDEN_LIST(X)                                                                                    \
    X(drive_before) X(drive8_before)              /* signals one step ago, for extrapolation to mid-step */    \
    X(fill_before) X(fill8_before) X(granulo_before) X(meg_before)                                            \
    X(export_now)                                 /* F(age) x thymic function, cells/d */                      \
    X(left_bacterial) X(left_viral) X(left_febrile) X(left_bleeding) /* Exp(1) left */                        \
    X(below_anc) X(since_anc) X(anc_before) X(below_plt) X(since_plt) X(plt_before) X(below_cd4) X(cd4_before) \
    X(toxic) X(treated)                           /* conditioning reached c > 0.9; therapy is given */         \
    X(t_relapse) X(t_progression) X(t_death) X(t_anc) X(t_plt) X(t_cd4) X(t_graft_failure)                     \
    X(t_infection) X(t_malignancy) X(t_autoimmunity)                                                           \
    X(t_cmv) X(t_ebv) X(t_zoster) X(t_fungal) X(t_bacteraemia) X(t_severe) X(t_ptld)                           \
    X(t_vod) X(t_organ) X(t_cancer) X(t_infertile)                                                             \
    X(num_prevented) X(num_severe_infections) X(num_severe) X(mucositis) /* infections that were none; worst grade */ \
    X(alkylator) X(selected_until) X(graft_antibody) /* worth cyclophosphamide 200 mg/kg; exposure left at the graft */ \
    X(num_relapses) X(num_febrile) X(num_losses) X(num_resets) X(t_loss)                                                                          \
    X(cd34_harvested) X(t_cells_harvested)

/* Constants of a patient at a point: set points folded in. */
#define ENG_CONSTANT_LIST(X)                                                                                  \
    X(scale)            /* W / 70 kg */                                                                        \
    X(cap_granulo) X(cap_meg) /* caps of feedback */                                                           \
    X(hsc_unit)         /* 1 / (H* W/70) */                                                                    \
    X(anc_healthy) X(plt_healthy) /* 1/uL, 1e3/uL */                                                           \
    X(hb_healthy) X(per_hb_healthy) /* g/L; its inverse */                                                     \
    X(naive_of_age)     /* nu: naive CD4 cells at this age, relative to the reference; naive CD8 go with its square */ \
    X(share4_naive) X(share4_memory) X(share4_treg) X(share8_naive) X(share8_memory) /* of CD4, CD8 at health */ \
    X(cd4_healthy) X(cd8_healthy) /* 1/uL */                                                                   \
    X(input4) X(input8) X(input_treg) /* export split over the set point */                                    \
    X(loss4) X(renew4) X(loss8) X(renew8)                                                                      \
    X(naive_per_memory4) X(naive_per_memory8) X(memory_per_treg)                                               \
    X(loss_memory4) X(loss_memory8) X(loss_treg)                                                               \
    X(growth_t)         /* gT */                                                                               \
    X(atg_exposure) X(t_dose) X(homing) X(chemo)                                                               \
    X(viral_lymphopenia) X(frail) X(toxicity_factor)                                                           \
    X(sex_steroids)     /* how much of what they do to the thymus there is to be blocked: 0 before puberty, 1 */  \
    X(export_healthy) X(clonotypes) /* F0, cells/d; 1 / (n_c V*) */

/** A row of 128-bit numbers. */
typedef struct {
    uint64_t low[ENG_LANES] ENG_ALIGNED;
    uint64_t high[ENG_LANES] ENG_ALIGNED;
} eng_wide_row_t;

/** A drug of one class in use: what each lane takes.  As many as the calendars of a study need (body.h), and what each does behind them. */
typedef struct {
    eng_row_t drug;        /* which: index in the plan's drugs + 1; 0 none */
    eng_row_t exposure;    /* C */
    eng_row_t until;       /* day the intake stops; exposure rises to 1 until then */
    eng_row_t onset;       /* share of what is missing by which it rises a day */
    eng_row_t keep;        /* share of it left a day after that */
    eng_row_t taper;       /* > 0: linear fall instead, 1/d */
    eng_row_t response;    /* r, of the patient to the class: 1 full */
    eng_row_t spares;      /* r of what prevents damage: 1 in who responds, whatever the effect otherwise */
    eng_row_t loss;        /* hazard of losing it, 1/d */
    eng_row_t left_loss;   /* Exp(1) left until it is lost; ENG_DAY_NEVER: it was, or never drawn */
} eng_slot_t;

/** A `when` rule. */
typedef struct {
    eng_row_t left; /* how often it may still act */
    eng_row_t due;  /* day from which it acts at the next visit; ENG_DAY_NEVER */
} eng_rule_rows_t;

#define ENG_STATE_FIELD(name, unit, help) eng_row_t name;
#define ENG_STATE_ELSEWHERE(name, unit, help)
#define ENG_ROW_FIELD(name) eng_row_t name;
#define ENG_CELLS_FIELDS ENG_CORE_STATE_LIST(ENG_STATE_FIELD, ENG_STATE_ELSEWHERE) ENG_CELLS_HIDDEN_LIST(ENG_ROW_FIELD)

/** Marrow, blood and lymphocytes of one origin: the patient's own, which the core has, or those of a graft from someone else. */
typedef struct {
    ENG_CELLS_FIELDS
} eng_cells_t;

typedef struct eng_tile {
    union { /* the host's cells: t->naive4 where only they are meant */
        eng_cells_t cells;
        struct {
            ENG_CELLS_FIELDS
        };
    };
    ENG_CORE_STATE_LIST(ENG_STATE_ELSEWHERE, ENG_STATE_FIELD)
#define ENG_SIGNAL_FIELD(name, kind, unit, help) eng_row_t name;
    ENG_SIGNAL_LIST(ENG_SIGNAL_FIELD)  /* as drugs write them */
#undef ENG_SIGNAL_FIELD
    ENG_HIDDEN_LIST(ENG_ROW_FIELD)
    ENG_CONSTANT_LIST(ENG_ROW_FIELD)
    eng_row_t antibody_level[ENG_MAX_ANTIBODIES]; /* exposure C to each antibody */
    eng_row_t seen_relapse, seen_progression, seen_infection, seen_loss; /* events counted at the last visit */
    eng_wide_row_t count_state, count_inc; /* stream of whole numbers (stem cells, clones): base of the last draw's tick */
    uint64_t patient[ENG_LANES];
    uint32_t point[ENG_LANES];   /* of the key: 0 where all points share their patients */
    uint32_t variant[ENG_LANES]; /* of the key: the accepted candidate */
    uint32_t count_bacterial[ENG_LANES], count_viral[ENG_LANES], count_conditioning[ENG_LANES]; /* event numbers */
    uint8_t cause[ENG_LANES];
    uint8_t failure[ENG_LANES];
    int num_lanes;        /* lanes beyond repeat the first patient and are not read */
    bool watch_counts, watch_cd4; /* some lane still waits for recovery */
    bool exposed, exposure_ends;  /* some lane has antibodies or mucosal injury; had, until this row's end */
    eng_real_t drugs_change;      /* day on which some drug exposure begins to fall; -ENG_DAY_NEVER one may be rising or falling */
    double covariate[][ENG_LANES] ENG_ALIGNED; /* as many as the disease has */
} eng_tile_t;
#undef ENG_STATE_FIELD
#undef ENG_STATE_ELSEWHERE
#undef ENG_ROW_FIELD
#undef ENG_CELLS_FIELDS

#define ENG_SMALL_WORDS 32 /* of a draw in the stream of whole numbers: before it words of 32-bit halves for large counts, from it on two each for small */

/** Signal `signal` of a tile as drugs write it. */
static inline eng_real_t *eng_drug_signal(eng_tile_t *tile, int signal)
{
    return (eng_real_t *)(void *)((char *)tile + offsetof(eng_tile_t, traffic) + (size_t)signal * sizeof(eng_row_t));
}

#endif
