/**
 * Ulcerative colitis: sustained regime over an inflamed bowel (bowel.h), scored by Mayo.
 *
 *   Mayo         8.3 A + N(0, 1.8), whole numbers from 0 to 12
 *   response     3 points and 30 % below entry; remission: at most 2
 *   relapse      Mayo of at least 6 with s above 0.5 at a three-monthly visit: treatment is needed
 *   progression  colectomy
 */
#include "model/lanes/bowel.h"

/* Definitions of trials: points.  Points are whole: at most 2 is below 3, at least 6 above 5. */
#define PERCENT 100
#define MAYO_MOST 12
#define MAYO_FALL 3
#define MAYO_FALL_SHARE ((real)30 / PERCENT)
#define MAYO_REMISSION 3
#define MAYO_ACTIVE 5

static const bowel_score_t mayo = {
    .most = MAYO_MOST, .falls = MAYO_FALL, .falls_share = MAYO_FALL_SHARE, .remission_below = MAYO_REMISSION, .lost_above = MAYO_ACTIVE,
    .whole = 1,
};

static void derive(eng_course_t *c, void *block, int first, int end)
{
    bowel_derive(c, block, first, end);
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    bowel_start(c, block, first, end);
}

static void enter(eng_course_t *c, void *block, int first, int end)
{
    (void)c;
    bowel_enter(block, first, end);
}

static void begin(eng_course_t *c, void *block)
{
    bowel_begin(c, block, &mayo);
}

static void signal(eng_course_t *c, void *block)
{
    bowel_signal(c, block);
}

static void step(eng_course_t *c, void *block)
{
    bowel_step(c, block);
}

static void visit(eng_course_t *c, void *block)
{
    real points[ENG_LANES] ENG_ALIGNED;
    bowel_visit(c, block, &mayo, points);
}

static void read(const eng_course_t *c, const void *block, int k, real *value)
{
    bowel_read(c, block, &mayo, k, value);
}

ENG_MODULE_LANES(uc) = { .name = "uc", .derive = derive, .start = start, .enter = enter, .begin = begin, .signal = signal, .step = step,
    .visit = visit, .read = read };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

static const eng_param_row_t params[BOWEL_NUM_PARAMS] = {
    ENG_TISSUE_PARAMS(0.98, 75, 8, 0.03, 0),
    BOWEL_TISSUE_SCORE("uc", "mayo", 0.03, 0.05, 21, 1.8),
    BOWEL_PARAMS("uc", "mayo", 0, 8.3, "L ACT 1, GEMINI 1", 25, 0.7, 0.25, 0.75),
};

static const eng_param_override_t param_overrides[] = {
    { "effector.cooperation", 1.6e4, ENG_LN(1.6e4, 0.35) },
    { "effector.cooperation_spread", 0.5, ENG_UNI(0.2, 0.9) },
    { "effector.remission_rate", 0.55, ENG_LN(0.55, 0.6) },
    { "clone.repriming_rate", 0.05, ENG_LN(0.05, 0.6) },
    { "clone.sanctuary_share", 0.02, ENG_UNI(0, 0.5) },
    { "drug.scale", 1.65, ENG_LN(1.65, 0.3) },
};

static const eng_covariate_row_t covariates[] = { BOWEL_COVARIATES(0.193, 0.3) };

static const eng_law_override_t law_overrides[] = {
    { ENG_COV_AGE, { ENG_DIST_TRUNCATED_NORMAL, { 42, 14, 18, 80 } } },
    { ENG_COV_FEMALE, { ENG_DIST_BERNOULLI, { 0.4 } } },
    { ENG_COV_DURATION, { ENG_DIST_GAMMA, { 1.2, 5.7 } } },
    { ENG_COV_HCT_CI, { ENG_DIST_FIXED, { 1 } } }, /* the index gives a point for it (Sorror 2005) */
    { ENG_COV_SEVERITY, { ENG_DIST_LOGNORMAL, { 1, 0.35 } } },
    { ENG_COV_PRIOR_LINES, { ENG_DIST_FIXED, { 1 } } },
    { ENG_COV_ACTIVATION, { ENG_DIST_FIXED, { 1 } } },
};

static const eng_state_row_t states[] = { BOWEL_STATE_LIST(BOWEL_STATE) };
static const eng_hazard_row_t hazard_rows[] = { { ENG_CHANNEL_SURGERY, offsetof(bowel_t, left_surgery) } };
static const eng_event_row_t events[] = { BOWEL_EVENTS("mayo") };

#define RESPONSE "Mayo 3 points and 30 % below entry"
#define REMISSION "Mayo of at most 2"
static const eng_marker_row_t markers[] = { BOWEL_MARKERS("mayo", 16, RESPONSE, REMISSION) };
static const eng_module_t *const needs[] = { &eng_module_clones, &eng_module_visits, &eng_module_tissue };
static const eng_outcome_row_t outcomes[] = { BOWEL_OUTCOMES("mayo", "Mayo of at least 6 with s above 0.5", RESPONSE, REMISSION, "0.7", "0.25") };

const eng_disease_t eng_disease_uc = {
    .module = { .name = "uc", .help = "ulcerative colitis: Mayo, barrier, mucosal healing, treatment-free survival", .version = 1,
        .writes = ENG_SIGNAL_BIT(trigger_rate) | ENG_SIGNAL_BIT(repriming), ENG_BLOCK(bowel_t), ENG_TABLE(states), ENG_TABLE(hazard_rows), ENG_TABLE(outcomes) },
    ENG_TABLE(needs), ENG_TABLE(params), ENG_TABLE(param_overrides), ENG_TABLE(covariates), ENG_TABLE(law_overrides),
    ENG_TABLE(events), ENG_TABLE(markers),
    .sustained = true,
    .trigger_bound = BOWEL_TRIGGER_BOUND,
    .calendar = BOWEL_CALENDAR,
    .remission = "mayo_remission",
    .when_events = BOWEL_WHEN,
};

#endif
