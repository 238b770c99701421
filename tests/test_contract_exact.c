/**
 * Exact answers of MODEL section 12.4 in every disease that has clones: birth and death, kills, and that what there is is the sum of its parts.
 */
#include "contract.h"

#define TILES 3

static fix_t fix;

/* --- clones that are set by hand ---------------------------------------------------------------------------------------- */

/* Nothing but births and deaths, 1/d; nobody feels a drug more than others. */
static void
bare_clones(const eng_disease_t *disease, double births, double deaths)
{
    fix_init_for(&fix, disease, 40);
    fix_quiet(&fix);
    fix.laws[ENG_COV_CHEMOSENSITIVITY] = (eng_dist_t){ ENG_DIST_FIXED, { 1 } };
    fix.params.memory4_growth = fix.params.clone_memory_yield = fix.params.clone_sanctuary = 0;
    fix.params.memory4_turnover = births;
    fix.params.clone_decay = deaths - births;
    fix_untreated(&fix);
}

static void
set_clones(bench_t *b, int cells)
{
    eng_clones_t *e = b->clones;

    for (int l = 0; l < ENG_LANES; l++) {
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            e->clone[k][l] = (eng_real_t)cells;
        }
        e->clone_loss[l] = e->clone_gain[l] = e->clone_memory[l] = e->sanctuary[l] = e->effector[l] = e->specific_treg[l] = 0;
        e->clone_scale[l] = 1;
    }
}

typedef struct {
    double n, extinct, sum;
} counts_t;

/* From day -30, when each clone has so many cells, to day 20. */
static counts_t
fifty_days(int cells)
{
    counts_t c = { 0 };

    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        bench_open(&b, &fix, 0, -30, fix.spec.horizon, (uint64_t)tile * ENG_LANES);
        bench_start(&b, true);
        set_clones(&b, cells);
        bench_until(&b, 20);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++) {
                c.n++;
                c.extinct += b.clones->clone[k][l] == 0;
                c.sum += (double)b.clones->clone[k][l];
            }
        }
        bench_close(&b);
    }
    return c;
}

static bool
has_clones(const eng_disease_t *disease)
{
    return eng_disease_needs(disease, &eng_module_clones);
}

/* P(extinct) = [d (1 - e)/(b - d e)]^n with e = exp(-(b - d) t), and the mean n/e. */
static void
dies_out_by_the_law(const eng_disease_t *disease)
{
    const double b = 0.05, d = 0.0708, e = exp(-(b - d) * 50), mean1 = 1 / e;
    const double var1 = (b + d) / (b - d) * mean1 * (mean1 - 1), extinct = pow(d * (1 - e) / (b - d * e), 3);

    if (has_clones(disease)) {
        bare_clones(disease, b, d);
        const counts_t c = fifty_days(3);
        contract_expect(fabs(fix_z_binomial(c.extinct, c.n, extinct)) < 3.5, disease, "clones do not die out by the law");
        contract_expect(fabs(c.sum / c.n - 3 * mean1) / sqrt(3 * var1 / c.n) < 3.5, disease, "clones are more or fewer than births and deaths leave");
    }
}

static void
test_extinction(void)
{
    contract_each(dies_out_by_the_law);
}

/* Survivors of 2.3 log10 are binomial. */
static void
is_killed_exactly(const eng_disease_t *disease)
{
    const double s = pow(10, -2.3), n = 400;

    if (has_clones(disease)) {
        bare_clones(disease, 0, 0);
        fix_add(&fix, -5, "condition", "cy120_low");
        const counts_t c = fifty_days((int)n);
        contract_expect(fabs(fix_z_binomial(c.extinct, c.n, pow(1 - s, n))) < 3.5, disease, "clones do not survive conditioning by the law");
        contract_expect(fabs(c.sum / c.n - n * s) / sqrt(n * s * (1 - s) / c.n) < 3.5, disease, "conditioning leaves more or fewer cells");
    }
}

static void
test_conditioning(void)
{
    contract_each(is_killed_exactly);
}

/* --- balance -------------------------------------------------------------------------------------------------------------- */

/* Place of a state in what a day of a trace shows. */
static int
state_of(const bench_t *b, const char *name)
{
    for (int j = 0; j < b->body.num_states; j++) {
        if (strcmp(eng_body_state(&b->body, b->tile, j, 0, NULL).name, name) == 0) {
            return j;
        }
    }
    return -1;
}

static double
value(const bench_t *b, int j, int l)
{
    double x;
    (void)eng_body_state(&b->body, b->tile, j, l, &x);
    return x;
}

/* The reservoir is its clones, its sanctuary and what effectors left since the draw: on any day, after kills and grafts. */
static int
out_of_balance(const bench_t *b)
{
    const int first = state_of(b, "clone_1"), sanctuary = state_of(b, "sanctuary"), reservoir = state_of(b, "reservoir");
    int bad = 0;

    CU_ASSERT_FATAL(first >= 0 && sanctuary >= 0 && reservoir >= 0);
    for (int l = 0; l < ENG_LANES; l++) {
        double sum = value(b, sanctuary, l) + (double)b->clones->clone_memory[l];
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            sum += value(b, first + k, l);
        }
        bad += !(fabs(value(b, reservoir, l) - sum) <= 1e-4 * sum + 1e-3);
    }
    return bad;
}

static void
is_its_parts(const eng_disease_t *disease)
{
    int bad = 0;

    if (!has_clones(disease)) {
        return;
    }
    contract_study(&fix, disease, 420);
    for (int p = 0; p <= CONTRACT_DRUGS; p++) {
        bench_t b;
        bench_open(&b, &fix, p, -60, fix.spec.horizon, 0);
        bench_start(&b, true);
        for (double day = -59; day <= 400; day += 7) {
            bench_until(&b, day);
            bad += out_of_balance(&b);
        }
        bench_close(&b);
    }
    contract_expect(bad == 0, disease, "the reservoir is not the sum of its parts");
}

static void
test_balance(void)
{
    contract_each(is_its_parts);
}

/* Memory is made of effectors alone: yield x deaths, as far as there is room, and never more than the room. */
static void
leaves_memory(const eng_disease_t *disease)
{
    bench_t b;
    int bad = 0;

    if (!has_clones(disease)) {
        return;
    }
    for (int many = 0; many < 2; many++) {
        bare_clones(disease, 0, 0);
        fix.params.clone_memory_yield = 0.05;
        bench_open(&b, &fix, 0, -30, fix.spec.horizon, 0);
        bench_start(&b, true);
        bench_until(&b, 10); /* a draw */
        set_clones(&b, 0);
        for (int l = 0; l < ENG_LANES; l++) {
            b.clones->effector[l] = (eng_real_t)(many ? 1e11 : 1e4);
            b.clones->clone_total[l] = b.clones->clone_avid[l] = b.clones->clone_avid2[l] = b.clones->reservoir[l] = 0;
        }
        bench_until(&b, 11);
        for (int l = 0; l < ENG_LANES; l++) {
            const double room = 1 / (double)b.clones->reservoir_room[l], got = (double)b.clones->clone_memory[l];
            bad += many ? got > 1.0001 * room : got > 1.5e4 * 0.05 * fix.params.effector_death; /* they grow by half at most */
        }
        bench_close(&b);
    }
    contract_expect(bad == 0, disease, "effectors leave more memory than their deaths, or than there is room");
}

static void
test_memory(void)
{
    contract_each(leaves_memory);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_extinction),
    ENG_TEST(test_conditioning),
    ENG_TEST(test_balance),
    ENG_TEST(test_memory),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "exact answers of every disease", tests);
}
