/**
 * Coverage of the 95 % intervals: 2,000 repetitions with fixed seeds of small studies whose laws are known exactly, no model: exponential
 * competing risks and a birth-death process through layout and summary, Ishigami's function and the g-function through the estimators of
 * sensitivity.  `make coverage` prints the table of docs/STATISTICS.md; here what misses 93 to 97 % without being called conservative fails.
 */
#include "layout_fixture.h"
#include "sensitivity_fixture.h"
#include "study/summary.h"
#include <stdio.h>

#define REPETITIONS 2000
#define YEAR 365.25
#define BIRTHS 3  /* individuals at the start */
#define TIME 5    /* of births and deaths */
#define MOST 400  /* individuals whose chances are summed up */

static bool table_wanted; /* Markdown instead of lines */

/* Nominal: 93 to 97 %.  Conservative kinds, and those that are discrete, must not cover less.  FEW: a dozen patients decide, and 95 % are missed. */
typedef enum { NOMINAL, AT_LEAST, FEW } promise_t;

static void
tell(const char *cell, const char *what, uint64_t seed, int inside, int repetitions, promise_t promise)
{
    const double share = (double)inside / repetitions, error = 4 * sqrt(0.95 * 0.05 / repetitions);
    const bool good = share >= 0.95 - error && (promise == AT_LEAST || share <= 0.95 + error);
    const bool close = share >= (promise == FEW ? 0.85 : 0.93) && (promise == AT_LEAST || share <= 0.97);

    printf(table_wanted ? "| %s | %s | %llu | %.1f %% | %s |\n" : "    %-34s %-40s seed %llu %.1f %% %s\n", cell, what, (unsigned long long)seed, 100 * share,
        promise == AT_LEAST ? "at least 95 %" : promise == FEW ? "95 %, missed: few patients differ" : close ? "95 %" : "95 %, missed");
    CU_ASSERT(close || good);
}

/* --- laws -------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const char *design;    /* NULL: one point */
    int points, patients;
    double relapse[2], death[2]; /* hazards by protocol, 1/d */
    double birth[2], present; /* births by protocol, deaths are 0.4; share of patients who have any individuals */
    double spread;         /* of the points' factor on all of them but deaths of individuals: 1 - spread to 1 + spread */
} law_t;

enum { KM, AJ, RMST, FREE_TIME, MEAN, MEDIAN_TIME, MEDIAN_NUMBER, PAIRED_SHARE, PAIRED_AJ, PAIRED_TIME, PAIRED_MEAN, NUM_ROWS };
static const char *const row_names[NUM_ROWS] = { "Kaplan-Meier: survival at 1 y", "Aalen-Johansen: relapse at 1 y", "restricted mean time to relapse",
    "mean time free of relapse and death", "mean of a number (birth-death)", "median time to relapse", "median of a number (birth-death)",
    "paired difference of survival", "paired difference of relapse", "paired difference of free time", "paired difference of a number" };

typedef struct {
    double value[NUM_ROWS]; /* NaN: not looked at */
} truth_t;

/* Chances of a line that begins with one individual: of none, and that of one more where there are some. */
static void
line_of(double births, double deaths, double *none, double *more)
{
    const double growth = exp((births - deaths) * TIME);

    *none = deaths * (growth - 1) / (births * growth - deaths);
    *more = births * (growth - 1) / (births * growth - deaths);
}

/* What one protocol gives at one factor: the shares, means and restricted means. */
static void
means_of(const law_t *law, int p, double factor, double *out)
{
    const double a = law->relapse[p] * factor, d = law->death[p] * factor, all = a + d, tau = 400;

    out[KM] = exp(-d * YEAR);
    out[AJ] = a / all * (1 - exp(-all * YEAR));
    out[RMST] = tau - a / all * (tau - (1 - exp(-all * tau)) / all);
    out[FREE_TIME] = (1 - exp(-all * tau)) / all;
    out[MEAN] = law->present * BIRTHS * exp((law->birth[p] * factor - 0.4) * TIME);
}

/* The smallest number at or below which half of the patients are (one point). */
static double
median_number(const law_t *law)
{
    double line[MOST], sum[MOST] = { 1 }, next[MOST], none, more, below = 0;
    int k = 0;

    line_of(law->birth[0], 0.4, &none, &more);
    for (int n = 0; n < MOST; n++) {
        line[n] = n == 0 ? none : (1 - none) * (1 - more) * pow(more, n - 1);
    }
    for (int b = 0; b < BIRTHS; b++) {
        for (int n = 0; n < MOST; n++) {
            next[n] = 0;
            for (int m = 0; m <= n; m++) {
                next[n] += sum[m] * line[n - m];
            }
        }
        memcpy(sum, next, sizeof(sum));
    }
    for (below = sum[0]; below < 0.5; below += sum[++k]) {
    }
    return k;
}

/* Averages over the points' factor by Simpson's rule. */
static truth_t
find_truth(const law_t *law)
{
    const int intervals = 200;
    truth_t truth = { { 0 } };
    double one[NUM_ROWS], other[NUM_ROWS];

    for (int j = 0; j <= intervals; j++) {
        const double factor = 1 + law->spread * (2.0 * j / intervals - 1), weight = (j == 0 || j == intervals ? 1 : (j % 2 ? 4 : 2)) / (3.0 * intervals);
        means_of(law, 0, factor, one);
        means_of(law, 1, factor, other);
        for (int k = 0; k <= MEAN; k++) {
            truth.value[k] += weight * one[k];
        }
        truth.value[PAIRED_SHARE] += weight * (one[KM] - other[KM]);
        truth.value[PAIRED_AJ] += weight * (one[AJ] - other[AJ]);
        truth.value[PAIRED_TIME] += weight * (one[FREE_TIME] - other[FREE_TIME]);
        truth.value[PAIRED_MEAN] += weight * (one[MEAN] - other[MEAN]);
    }
    const double a = law->relapse[0], all = a + law->death[0], half = 1 - 0.5 * all / a;
    truth.value[MEDIAN_TIME] = law->design == NULL && half > exp(-all * 399) ? floor(-log(half) / all) + 1 : NAN; /* days are rounded up */
    truth.value[MEDIAN_NUMBER] = law->design == NULL && law->present == 1 ? median_number(law) : NAN;
    return truth;
}

/* --- one study --------------------------------------------------------------------------------------------------------------- */

static void
open_study(fix_sums_t *run, const law_t *law)
{
    memset(run, 0, sizeof(*run));
    fix_init(&run->fix);
    run->fix.study.trajectories.num_markers = 0;
    run->fix.outcomes[1] = run->fix.outcomes[FIX_OS];
    run->fix.outcomes[2] = run->fix.outcomes[FIX_INFECTIONS];
    run->fix.study.num_outcomes = 3;
    run->fix.study.num_protocols = 2;
    run->fix.study.design = law->design == NULL ? NULL : eng_design_find(law->design);
    fix_sums_open(run);
}

static double
uniform(uint64_t *state)
{
    return eng_uniform(eng_test_random(state));
}

static int32_t
tick_of(double luck, double hazard)
{
    const double day = -log(luck) / hazard;
    return day < 400 ? (int32_t)(day * ENG_TICKS_PER_DAY) + 1 : ENG_TICK_NEVER;
}

static double
individuals(double births, const double *luck)
{
    double none, more, sum = 0;

    line_of(births, 0.4, &none, &more);
    for (int b = 0; b < BIRTHS; b++) {
        const double u = luck[b];
        sum += u < none ? 0 : 1 + floor(log((1 - u) / (1 - none)) / log(more));
    }
    return sum;
}

/* Seven patients of ten have the same luck under both protocols. */
static void
draw_patient(fix_sums_t *run, const law_t *law, double factor, int l, uint64_t *state)
{
    const bool shared = uniform(state) < 0.7, present = uniform(state) < law->present;
    double luck[2 + BIRTHS];

    for (int p = 0; p < 2; p++) {
        eng_results_t *out = &run->tiles->results[p];
        for (int k = 0; k < 2 + BIRTHS && (p == 0 || !shared); k++) {
            luck[k] = uniform(state);
        }
        out->failure[l] = 0;
        out->tick[ENG_EVENT_RELAPSE][l] = tick_of(luck[0], law->relapse[p] * factor);
        out->tick[ENG_EVENT_DEATH][l] = tick_of(luck[1], law->death[p] * factor);
        out->cause[l] = out->tick[ENG_EVENT_DEATH][l] == ENG_TICK_NEVER ? 0 : 1;
        out->number[ENG_NUMBER_INFECTIONS][l] = present ? individuals(law->birth[p] * factor, luck + 2) : 0;
    }
}

static void
draw_study(fix_sums_t *run, const law_t *law, uint32_t seed, uint64_t *state)
{
    const eng_design_kind_t *kind = run->fix.study.design;
    double *unit = calloc((size_t)law->points + 1, sizeof(*unit));

    CU_ASSERT_FATAL(unit != NULL);
    if (kind != NULL) {
        eng_design_spec_t spec = { .seed = { seed, 5, 0, 0 }, .size = (uint64_t)law->points, .dimension = 1, .num_groups = 1 };
        eng_design_standard(kind, spec.option);
        CU_ASSERT_EQUAL_FATAL(kind->fill(&spec, unit), 0);
    }
    memset(run->pooled, 0, 2 * run->layout.pooled_words * sizeof(int64_t));
    memset(run->cluster, 0, 2 * run->layout.cluster_words * sizeof(int64_t));
    for (int point = 0; point < law->points; point++) {
        const double factor = kind == NULL ? 1 : 1 + law->spread * (2 * unit[point] - 1);
        memset(run->point, 0, 2 * run->layout.point_words * sizeof(int64_t));
        for (int done_so_far = 0, lanes; done_so_far < law->patients; done_so_far += lanes) {
            lanes = law->patients - done_so_far < ENG_LANES ? law->patients - done_so_far : ENG_LANES;
            for (int l = 0; l < lanes; l++) {
                draw_patient(run, law, factor, l, state);
            }
            fix_lanes(run->tiles, lanes);
            eng_layout_add(&run->layout, run->tiles->results, 0, lanes, NULL, run->point, run->pooled);
        }
        eng_layout_cluster(&run->layout, run->point, run->cluster);
    }
    free(unit);
}

/* Which row a line of the tables is; -1 none. */
static int
row_of(int outcome, int kind, double at, double level, bool contrast)
{
    if (kind == ENG_ESTIMATE_PROBABILITY && at == YEAR) {
        return outcome == 0 ? (contrast ? PAIRED_AJ : AJ) : (contrast ? PAIRED_SHARE : KM);
    }
    if (kind == ENG_ESTIMATE_RMST && outcome == 0) {
        return contrast ? -1 : RMST;
    }
    if (kind == ENG_ESTIMATE_FREE_TIME && outcome == 0) {
        return contrast ? PAIRED_TIME : FREE_TIME;
    }
    if (kind == ENG_ESTIMATE_MEAN) {
        return contrast ? PAIRED_MEAN : MEAN;
    }
    return kind == ENG_ESTIMATE_QUANTILE && level == 0.5 && outcome != 1 && !contrast ? (outcome == 0 ? MEDIAN_TIME : MEDIAN_NUMBER) : -1;
}

static void
count(int row, double low, double high, const truth_t *truth, int *inside)
{
    if (row >= 0) {
        inside[row] += !(truth->value[row] < low) && !(truth->value[row] > high); /* NaN: an open end */
    }
}

static void
repeat(const law_t *law, uint64_t seed, const promise_t promise[NUM_ROWS])
{
    const truth_t truth = find_truth(law);
    int inside[NUM_ROWS] = { 0 };
    uint64_t state = seed;
    fix_sums_t run;

    open_study(&run, law);
    for (int r = 0; r < REPETITIONS; r++) {
        eng_summary_t summary;
        draw_study(&run, law, (uint32_t)(seed * REPETITIONS) + (uint32_t)r, &state);
        CU_ASSERT_EQUAL_FATAL(eng_summary_create(&summary, &run.layout, run.cluster, run.pooled), ENG_OK);
        for (int j = 0; j < summary.num_estimates; j++) {
            const eng_estimate_t *e = &summary.estimates[j];
            if (e->protocol == 0) {
                count(row_of(e->outcome, e->kind, e->at, e->level, false), e->low, e->high, &truth, inside);
            }
        }
        for (int j = 0; j < summary.num_contrasts; j++) {
            const eng_contrast_t *c = &summary.contrasts[j];
            count(row_of(c->outcome, c->kind, c->at, NAN, true), c->low, c->high, &truth, inside);
        }
        eng_summary_free(&summary);
    }
    fix_sums_close(&run);
    for (int row = 0; row < NUM_ROWS; row++) {
        if (truth.value[row] == truth.value[row]) {
            tell(law->name, row_names[row], seed, inside[row], REPETITIONS, promise[row]);
        }
    }
}

static const promise_t nominal[NUM_ROWS] = { [MEDIAN_TIME] = AT_LEAST, [MEDIAN_NUMBER] = AT_LEAST };
/* of fewer than 60 events the exact limits of their number */
static const promise_t careful[NUM_ROWS] = { AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST };
static const promise_t rare[NUM_ROWS] = { AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, AT_LEAST, FEW };

static void
test_one_point(void)
{
    repeat(&(law_t){ "one point of 400", NULL, 1, 400, { 2.5e-3, 1.5e-3 }, { 6e-4, 9e-4 }, { 0.35, 0.45 }, 1, 0 }, 101, nominal);
}

static void
test_one_point_rare(void)
{
    repeat(&(law_t){ "1 % risk, one point of 2000", NULL, 1, 2000, { 2.75e-5, 1.4e-5 }, { 2.75e-5, 4e-5 }, { 0.35, 0.45 }, 0.01, 0 }, 102, rare);
}

static void
test_random_points(void)
{
    repeat(&(law_t){ "40 monte_carlo points of 40", "monte_carlo", 40, 40, { 2.5e-3, 1.5e-3 }, { 6e-4, 9e-4 }, { 0.35, 0.45 }, 1, 0.5 }, 103, nominal);
    repeat(&(law_t){ "1 % risk, 40 monte_carlo points of 50", "monte_carlo", 40, 50, { 2.75e-5, 1.4e-5 }, { 2.75e-5, 4e-5 }, { 0.35, 0.45 }, 0.01, 0.5 }, 104, rare);
}

/* Points that are spread evenly vary less than their intervals suppose. */
static void
test_spread_points(void)
{
    repeat(&(law_t){ "40 lhs points of 40", "lhs", 40, 40, { 2.5e-3, 1.5e-3 }, { 6e-4, 9e-4 }, { 0.35, 0.45 }, 1, 0.5 }, 105, careful);
    repeat(&(law_t){ "1 % risk, 40 lhs points of 50", "lhs", 40, 50, { 2.75e-5, 1.4e-5 }, { 2.75e-5, 4e-5 }, { 0.35, 0.45 }, 0.01, 0.5 }, 106, rare);
}

/* --- indices -------------------------------------------------------------------------------------------------------------------- */

/* Base rows by chance: what the intervals are made for. */
static void
repeat_indices(const char *name, function_t function, const double *first, const double *total, double noise, uint32_t seed)
{
    static const eng_sobol_estimator_t estimators[2] = { ENG_SOBOL_JANON_MONOD, ENG_SOBOL_JANSEN };
    int inside[2][2] = { { 0 } };

    for (int r = 0; r < REPETITIONS; r++) {
        sample_t s = make("saltelli", 512, seed * REPETITIONS + (uint32_t)r, function, noise, 0);
        uint64_t state = UINT64_C(31) * (uint64_t)r + seed;
        s.spec.option[1] = 1; /* again, by chance */
        CU_ASSERT_EQUAL_FATAL(eng_design_find("saltelli")->fill(&s.spec, s.unit), 0);
        for (uint64_t i = 0; i < s.points; i++) {
            s.mean[i] = function(s.unit + 3 * i) + sqrt(noise) * eng_normal_quantile(eng_uniform(eng_test_random(&state)));
        }
        const eng_sobol_sample_t sample = sobol_of(&s);
        for (int e = 0; e < 2; e++) {
            eng_index_t s1[3], st[3];
            CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, estimators[e], RESAMPLES, s1, st), 0);
            for (int j = 0; j < 3; j++) {
                inside[e][0] += s1[j].low <= first[j] && first[j] <= s1[j].high;
                inside[e][1] += st[j].low <= total[j] && total[j] <= st[j].high;
            }
        }
        done(&s);
    }
    for (int e = 0; e < 2; e++) {
        for (int k = 0; k < 2; k++) {
            char what[100];
            snprintf(what, sizeof(what), "%s index, %s", k == 0 ? "first-order" : "total", eng_sobol_name((int)estimators[e]));
            tell(name, what, seed, inside[e][k], 3 * REPETITIONS, NOMINAL);
        }
    }
}

static void
test_sobol_indices(void)
{
    double variance, first[3], total[3];

    g_indices(&variance, first, total);
    repeat_indices("Ishigami, 512 base rows", ishigami, ishigami_first, ishigami_total, 0, 201);
    repeat_indices("Ishigami, noise as its variance", ishigami, ishigami_first, ishigami_total, ishigami_variance, 202);
    repeat_indices("g-function, 512 base rows", g_function, first, total, 0, 203);
    repeat_indices("g-function, noise as its variance", g_function, first, total, variance, 204);
}

/* Effects of all steps of the grid of four levels: their mean and mean size. */
static void
find_effects(function_t function, double *mu, double *mu_star)
{
    for (int j = 0; j < 3; j++) {
        mu[j] = mu_star[j] = 0;
        for (int k = 0; k < 32; k++) { /* two steps, four by four levels of the others */
            double u[3] = { 0.125 + 0.25 * (k / 2 % 4), 0.125 + 0.25 * (k / 8), 0 };
            u[2] = u[j];
            u[j] = 0.125 + 0.25 * (k % 2);
            const double before = function(u);
            u[j] += 0.5;
            const double effect = (function(u) - before) / 0.5;
            mu[j] += effect / 32;
            mu_star[j] += fabs(effect) / 32;
        }
    }
}

static void
repeat_effects(const char *name, function_t function, double noise, uint32_t seed)
{
    double mu[3], mu_star[3];
    int inside[2] = { 0 };

    find_effects(function, mu, mu_star);
    for (int r = 0; r < REPETITIONS; r++) {
        sample_t s = make("morris", 100, seed * REPETITIONS + (uint32_t)r, function, noise, -1);
        eng_effect_t *effects = malloc(s.points * sizeof(*effects));
        uint64_t state = UINT64_C(37) * (uint64_t)r + seed;
        eng_morris_t out[3];

        CU_ASSERT_FATAL(effects != NULL);
        s.spec.option[1] = 1; /* trajectories as they come: the farthest of ten are no random sample */
        CU_ASSERT_EQUAL_FATAL(eng_design_find("morris")->fill(&s.spec, s.unit), 0);
        for (uint64_t i = 0; i < s.points; i++) {
            s.mean[i] = function(s.unit + 3 * i) + sqrt(noise) * eng_normal_quantile(eng_uniform(eng_test_random(&state)));
        }
        CU_ASSERT_EQUAL_FATAL(eng_morris_effects(effects, effects_of(&s, effects), 100, 3, RESAMPLES, out), 0);
        for (int j = 0; j < 3; j++) {
            const double slack = 1e-9; /* on this grid the second parameter of Ishigami's function has no effect but rounding */
            inside[0] += out[j].mu.low - slack <= mu[j] && mu[j] <= out[j].mu.high + slack;
            inside[1] += out[j].mu_star.low - slack <= mu_star[j] && mu_star[j] <= out[j].mu_star.high + slack;
        }
        free(effects);
        done(&s);
    }
    tell(name, "Morris mu", seed, inside[0], 3 * REPETITIONS, NOMINAL);
    if (noise == 0) { /* with noise sizes of effects are those of effects and noise */
        tell(name, "Morris mu*", seed, inside[1], 3 * REPETITIONS, mu_star[1] < 1e-9 ? AT_LEAST : NOMINAL); /* what has none is exact */
    }
}

static void
test_morris(void)
{
    repeat_effects("Ishigami, 100 trajectories", ishigami, 0, 301);
    repeat_effects("Ishigami, noise as its variance", ishigami, ishigami_variance, 302);
    repeat_effects("g-function, 100 trajectories", g_function, 0, 303);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_one_point), ENG_TEST(test_one_point_rare), ENG_TEST(test_random_points),
        ENG_TEST(test_spread_points), ENG_TEST(test_sobol_indices), ENG_TEST(test_morris) };

    table_wanted = getenv("COVERAGE") != NULL;
    if (table_wanted) {
        printf("| study | interval | seed | coverage | promised |\n| --- | --- | --- | --- | --- |\n");
    }
    return ENG_TEST_MAIN(argc, argv, "coverage", tests);
}
