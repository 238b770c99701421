/**
 * Cell products (MODEL section 6.6): a row of the verb's table each (lanes/action_product.c), and a slot of the block for each that a protocol
 * gives.  A study has the block only where it gives one.  Cells are in the unit of the product: beta cells relative to a healthy pancreas.
 */
#ifndef ENG_MODEL_PRODUCT_H
#define ENG_MODEL_PRODUCT_H

#include "model/action_data.h"
#include "model/tile.h"

/** Values of the argument `hla`, in its order. */
typedef enum { ENG_HLA_MATCHED, ENG_HLA_MISMATCHED, ENG_HLA_LOW } eng_hla_t;

/** A product; params are offsets in eng_params_t, ENG_NO_PARAM: there is none of it. */
typedef struct {
    double reference;    /* dose that makes 1, in the unit of argument `dose` */
    size_t content;      /* cells of that dose, before the loss at infusion */
    size_t spread;       /* log-sd of what engrafts of it */
    size_t engraftment;  /* d */
    size_t loss;         /* 1/d, of engrafted cells that no T cell attacks */
    size_t rejection;    /* 1/d, mismatched, without immunosuppression */
    size_t teratoma;     /* 1/d while cells live */
    uint32_t draw;       /* of its infusions: unique, never changed */
    bool beta_cells;     /* they make insulin, and the disease attacks them */
    const char *marker;  /* only for diseases with this marker; NULL: for all */
    size_t loss_spread;  /* log-sd of loss between patients */
} eng_product_row_t;

/** A product in use. */
typedef struct {
    eng_row_t arriving;  /* infused, not yet engrafted */
    eng_row_t cells;     /* engrafted */
    eng_row_t infusions; /* how many there were */
    /* at the point: */
    eng_row_t rate;      /* of engraftment, 1/d */
    eng_row_t loss, rejection, teratoma; /* 1/d */
    eng_row_t seen;      /* by autoreactive cells: 1 as native ones */
} eng_product_slot_t;

typedef struct {
    eng_product_slot_t slot[ENG_MAX_PRODUCTS]; /* by plan->products */
    eng_row_t beta;                            /* beta cells of all of them */
    eng_row_t left_teratoma, t_teratoma;       /* Exp(1) left; day */
} eng_product_t;

#endif
