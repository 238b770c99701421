/**
 * Cell products (MODEL section 6.6): one row each.  They act at once; another dose is another action.  What becomes of the cells is said in
 * module_product.c, what they do to a disease in its own file.
 */
#include "model/lanes/engineered_rows.h"
#include "model/lanes/product_rows.h"
#include "model/lanes/verb.h"

typedef struct {
    int slot; /* below 0, where those of other products have theirs */
    eng_engineered_dose_t dose;
} engineered_t;

#ifdef ENG_TABLES

#define PARAM(field) offsetof(eng_params_t, field)

/* reference dose, content, spread, engraftment, loss, rejection, teratoma, draw, beta cells, marker of its diseases, spread of the loss */
#define BETA_CELLS(reference, source, teratoma, draw) \
    { reference, PARAM(product_##source##_content), PARAM(product_##source##_spread), PARAM(product_##source##_time), \
        PARAM(product_beta_loss), PARAM(product_beta_rejection), teratoma, draw, true, "c_peptide", PARAM(product_beta_loss_spread) }
static const eng_product_row_t beta_islet = BETA_CELLS(1e4, islet, ENG_NO_PARAM, 0);
static const eng_product_row_t beta_ipsc = BETA_CELLS(1e9, stem, PARAM(product_teratoma), 1);
static const eng_product_row_t beta_esc = BETA_CELLS(1e9, stem, PARAM(product_teratoma), 2);

enum { LIVER, SKIN }; /* site */
#define HLA { "hla", ENG_DIM_CHOICE, 0, 2, ENG_HLA_MISMATCHED, false, "matched mismatched low", "as recipient's, foreign, or edited to show little" }
static const eng_arg_row_t islet_args[] = { { "dose", ENG_DIM_CELLS, 100, 1e5, 1e4, false, NULL, "islet equivalents" }, HLA };
static const eng_arg_row_t stem_args[] = { { "dose", ENG_DIM_NUMBER, 1e6, 1e11, 8e8, false, NULL, "cells" }, HLA,
    { "site", ENG_DIM_CHOICE, 0, 1, LIVER, false, "liver skin", "cells into the portal vein, or precursors in a device under the skin" } };

/* Engineered immune cells: usual dose, what they are. */
typedef struct {
    double reference;
    eng_engineered_kind_t kind;
} engineered_row_t;
static const engineered_row_t car_t = { 1e6, ENG_ENGINEERED_CAR_T };
static const engineered_row_t treg = { MILLION, ENG_ENGINEERED_TREG };
static const engineered_row_t ipsc_apc = { 1e6, ENG_ENGINEERED_APC };
static const eng_arg_row_t car_args[] = { { "dose", ENG_DIM_CELLS, 1e4, 1e8, 1e6, false, NULL, "CAR-T cells" },
    { "hla", ENG_DIM_CHOICE, 0, 2, ENG_HLA_MATCHED, false, "matched mismatched low", "own cells, foreign, or edited to show little" },
    { "target", ENG_DIM_CHOICE, 0, 2, ENG_TARGET_CD19, false, "cd19 bcma both", "B cells, plasma cells or both" },
    { "from", ENG_DIM_CHOICE, 0, 1, 0, false, "blood ipsc", "made of T cells of blood or of pluripotent stem cells" } };
static const eng_arg_row_t treg_args[] = { { "dose", ENG_DIM_CELLS, 1e4, 1e9, 1e7, false, NULL, "regulatory T cells" },
    { "specific", ENG_DIM_CHOICE, 0, 1, 0, false, "false true", "for the antigen of the disease" } };
static const eng_arg_row_t apc_args[] = { { "dose", ENG_DIM_CELLS, 1e4, 1e8, 1e6, false, NULL, "antigen-presenting cells of a course" } };

#define ENGINEERED(name, args, source, help) \
    { ENG_VERB_PRODUCT, #name, ENG_ACTS_ONCE, args, ENG_COUNT_OF(args), "", true, false, true, &name, source, help, ENG_USES(engineered) }

/* source_ethics: flag of protocols that use it; "esc": cells of an embryo. */
#define PRODUCT(name, args, source_ethics, source, help) \
    { ENG_VERB_PRODUCT, #name, ENG_ACTS_ONCE, args, ENG_COUNT_OF(args), "", false, false, true, &name, source, help, ENG_USES(product), source_ethics }

static const eng_noun_t nouns[] = {
    PRODUCT(beta_islet, islet_args, NULL, "T", "islets of donors into the liver; 10,000 islet equivalents per kg is dose 1"),
    PRODUCT(beta_ipsc, stem_args, NULL, "A", "beta cells made of induced pluripotent stem cells; 1e9 is dose 1"),
    PRODUCT(beta_esc, stem_args, "esc", "T", "beta cells made of embryonic stem cells; 1e9 is dose 1"),
    ENGINEERED(car_t, car_args, "T Muller 2024", "CAR-T cells, which expand where they find antigen; with a conditioning before them"),
    ENGINEERED(treg, treg_args, "A", "regulatory T cells, expanded"),
    ENGINEERED(ipsc_apc, apc_args, "A", "tolerogenic antigen-presenting cells made of pluripotent stem cells"),
};

static int
find_slot(eng_plan_t *plan, const eng_noun_t *noun, int *slot)
{
    for (*slot = 0; *slot < plan->num_products; ++*slot) {
        if (plan->products[*slot] == noun) {
            return 0;
        }
    }
    if (plan->num_products == ENG_MAX_PRODUCTS) {
        return ENG_FAIL(ENG_ERR_STUDY, "a protocol may use at most %d cell products", ENG_MAX_PRODUCTS);
    }
    plan->products[plan->num_products++] = noun;
    return 0;
}

static bool
is_engineered(const eng_noun_t *noun)
{
    return (noun->uses & ENG_USES(engineered)) != 0;
}

static int
expand_engineered(const eng_expansion_t *e)
{
    const eng_action_t *action = e->action;
    const engineered_row_t *row = action->noun->data;
    const engineered_t given = { .slot = -1, .dose = { .kind = row->kind, .dose = eng_action_argument(action, "dose", row->reference) / row->reference,
        .target = (eng_target_t)eng_action_argument(action, "target", ENG_TARGET_CD19), .ipsc = eng_action_argument(action, "from", 0) > 0,
        .specific = eng_action_argument(action, "specific", 0) > 0, .hla = (eng_hla_t)eng_action_argument(action, "hla", ENG_HLA_MATCHED) } };

    return eng_plan_add(e, (eng_op_t){ .tick = action->tick, .window = true }, &given, sizeof(given));
}

static int
expand(const eng_expansion_t *e)
{
    if (is_engineered(e->action->noun)) {
        return expand_engineered(e);
    }
    const eng_product_row_t *row = e->action->noun->data;
    eng_infusion_t infusion = { .dose = eng_action_argument(e->action, "dose", row->reference) / row->reference,
        .hla = (eng_hla_t)eng_action_argument(e->action, "hla", ENG_HLA_MISMATCHED),
        .precursors = eng_action_argument(e->action, "site", LIVER) > LIVER };
    int ret = find_slot(e->plan, e->action->noun, &infusion.slot);

    return ret == 0 ? eng_plan_add(e, (eng_op_t){ .tick = e->action->tick }, &infusion, sizeof(infusion)) : ret;
}

/* Its slot is that of every calendar of the protocol, whether the rule has acted there or not. */
static int
rule(const eng_expansion_t *e, eng_rule_t *made)
{
    int slot;
    (void)made;

    return is_engineered(e->action->noun) ? 0 : find_slot(e->plan, e->action->noun, &slot);
}

static void
check_product(eng_check_t *check, int j)
{
    const eng_noun_t *noun = eng_check_at(check, j)->noun;
    const eng_product_row_t *row = is_engineered(noun) ? NULL : noun->data;

    if (row != NULL && check->disease != NULL && row->marker != NULL && eng_marker_find(check->disease, row->marker) < 0) {
        eng_check_tell(check, j, true, "'product: %s' is for diseases with '%s': '%s' has none", noun->name, row->marker, check->disease->module.name);
    }
}

const eng_action_kind_t eng_action_product = { .verb = ENG_VERB_PRODUCT,
    .nouns = nouns,
    .num_nouns = ENG_COUNT_OF(nouns),
    .lasts = ENG_LASTS_NEVER,
    .expand = expand,
    .rule = rule,
    .check = check_product };

#endif

static void apply(eng_course_t *c, const eng_op_t *op)
{
    const engineered_t *engineered = op->what;

    if (*(const int *)op->what < 0) {
        eng_engineered_infuse(c, &engineered->dose);
    } else {
        eng_product_infuse(c, op->what);
    }
}

ENG_ACTION_LANES(product) = { .apply = apply };
