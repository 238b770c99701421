/**
 * The model's chance against its laws, with samples large enough to see small faults: birth and death, bottlenecks,
 * triggers, thresholds, mortality, collection, toxicity, screening.  Seeds are fixed.
 */
#include "model_fixture.h"

#include "base/sample.h"

#define TILES 200
#define LANES (TILES * ENG_LANES)
#define Z_LIMIT 3.9 /* some hundred scores in this file: one in a hundred files would pass it by chance */

static fix_t fix;

static void
score(const char *what, double z)
{
    if (!(fabs(z) < Z_LIMIT)) {
        printf("%s: z = %.2f\n", what, z);
    }
    CU_ASSERT(fabs(z) < Z_LIMIT);
}

static void
uniform(const char *what, double *u, size_t n)
{
    const double d = fix_ks_uniform(u, n);
    if (!(d < 2.1)) {
        printf("%s: sqrt(n) D = %.2f\n", what, d);
    }
    CU_ASSERT(d < 2.1); /* p = 3e-4 */
}

static void
open_tile(bench_t *b, int tile)
{
    bench_open(b, &fix, 0, -30, fix.spec.horizon, (uint64_t)tile * ENG_LANES);
    bench_start(b, true);
}

static void
same_quiet_patients(double horizon)
{
    fix_init(&fix, horizon);
    fix_quiet(&fix);
    fix_same_patients(&fix);
    fix.params.memory4_growth = fix.params.clone_memory_yield = 0;
    fix.params.clone_sanctuary = 0; /* all are clones */
}

/* --- birth and death ------------------------------------------------------------------------------------------------ */

/* n cells a clone: how many died out, and the first two moments, against the closed form. */
static void
birth_and_death(int n, double births, double deaths, double days)
{
    const double e = exp(-(births - deaths) * days), alone = deaths * (1 - e) / (births - deaths * e), mean1 = 1 / e;
    const double var1 = (births + deaths) / (births - deaths) * mean1 * (mean1 - 1), p = pow(alone, n);
    double extinct = 0, sum = 0, square = 0, count = 0;

    same_quiet_patients(days);
    fix.params.clone_size_cv = 0;
    fix.params.clone_reservoir = ENG_NUM_CLONES * (n + 0.5);
    fix.params.memory4_turnover = births;
    fix.params.clone_decay = deaths - births;
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES / 2; tile++) {
        bench_t b;
        open_tile(&b, tile);
        bench_until(&b, days - 30);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++, count++) {
                const double x = (double)b.clones->clone[k][l];
                extinct += x == 0;
                sum += x;
                square += (x - n * mean1) * (x - n * mean1);
            }
        }
        bench_close(&b);
    }
    if (p * count > 10) {
        score("extinct clones", fix_z_binomial(extinct, count, p));
    }
    score("mean of clones", (sum / count - n * mean1) / sqrt(n * var1 / count));
    /* fourth cumulant of a sum of n zero-modified geometrics, bounded by that of n exponentials of the same mean */
    const double mean_alive = mean1 / (1 - alone), kurtosis = 24 * pow(mean_alive, 4) * (1 - alone) / (n * var1 * var1);
    score("variance of clones", (square / count / (n * var1) - 1) / sqrt((2 + kurtosis) / count));
}

static void
test_birth_and_death(void)
{
    birth_and_death(1, 0.02, 0.03, 30);
    birth_and_death(2, 0.05, 0.055, 60);
    birth_and_death(7, 0.0047, 0.0055, 120);
    birth_and_death(30, 0.1, 0.2, 40);
    birth_and_death(90, 0.03, 0.04, 10); /* on either side of where the expansion takes over */
    birth_and_death(150, 0.03, 0.04, 10);
    birth_and_death(3000, 0.03, 0.08, 60);
}

/* The expansion that serves large clones has the distribution of the exact sampler: two samples, one draw. */
static void
test_large_clones(void)
{
    enum { CELLS = 120, DAYS = 10 };
    const double births = 0.05, deaths = 0.06, rho = (deaths - births) * DAYS;
    const double A = deaths * expm1(rho) / (deaths - births), Q = births * expm1(rho) / (deaths - births);
    static double drawn[512], exact[512];
    uint64_t state = 11;
    double d = 0, f = 0, n = 0;

    same_quiet_patients(60);
    fix.params.clone_size_cv = 0;
    fix.params.clone_reservoir = ENG_NUM_CLONES * (CELLS + 0.5);
    fix.params.memory4_turnover = births;
    fix.params.clone_decay = deaths - births;
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        bench_until(&b, -30 + DAYS);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++, n++) {
                const double x = (double)b.clones->clone[k][l];
                const double y = eng_sample_birth_death(CELLS, A, Q, eng_test_random(&state), eng_test_random(&state));
                drawn[x < 511 ? (int)x : 511]++;
                exact[y < 511 ? (int)y : 511]++;
            }
        }
        bench_close(&b);
    }
    for (int j = 0; j < 512; j++) {
        f += (drawn[j] - exact[j]) / n;
        d = fmax(d, fabs(f));
    }
    CU_ASSERT(d * sqrt(n / 2) < 2.1);
    CU_ASSERT(n > 2e5);
}

/* ATG through the rates of many rows: each cell survives with exp(-kA C0 t1/2 / ln 2). */
static void
test_survivors_of_antibodies(void)
{
    const double cells = 500, area = 6 / 6.75 * 0.35 * 7 / log(2) * (1 - exp2(-105 / 7.0)), s = exp(-area);
    double sum = 0, square = 0, count = 0, extinct = 0;

    same_quiet_patients(100);
    fix.params.clone_size_cv = 0;
    fix.params.clone_reservoir = ENG_NUM_CLONES * (cells + 0.5);
    fix.params.memory4_turnover = fix.params.clone_decay = 0;
    fix_untreated(&fix);
    fix_with(&fix, -5, "atg", "ratg", "dose", 6);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        bench_until(&b, 100);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++, count++) {
                const double x = (double)b.clones->clone[k][l];
                sum += x;
                square += (x - cells * s) * (x - cells * s);
                extinct += x == 0;
            }
        }
        bench_close(&b);
    }
    const double variance = cells * s * (1 - s);
    score("survivors of ATG, mean", (sum / count - cells * s) / sqrt(variance / count));
    score("survivors of ATG, variance", (square / count / variance - 1) / sqrt((2 + 1 / variance) / count));
    CU_ASSERT(extinct <= 1 + 10 * count * pow(1 - s, cells));
}

/* --- graft and harvest ---------------------------------------------------------------------------------------------- */

static void
test_graft(void)
{
    const double body = 3.31e11, t_cells = 2e8 * 70 * 1e-3;
    double chi = 0, sum = 0, wanted = 0, clones = 0, stem = 0, stem_wanted = 0, stem_variance = 0, stem_square = 0;

    same_quiet_patients(30);
    fix_bare_graft(&fix, "graft", "beam");
    fix.actions[0][1].arg[3] = 3; /* log10 of selection: a few cells a clone */
    for (int tile = 0; tile < TILES; tile++) {
        static double before[ENG_NUM_CLONES][ENG_LANES], start[ENG_NUM_CLONES][ENG_LANES];
        bench_t b;
        open_tile(&b, tile);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++) {
                start[k][l] = (double)b.clones->clone[k][l];
            }
        }
        bench_until(&b, 0);
        for (int k = 0; k < ENG_NUM_CLONES; k++) {
            for (int l = 0; l < ENG_LANES; l++) {
                before[k][l] = (double)b.clones->clone[k][l];
            }
        }
        double count[ENG_LANES], empty[ENG_LANES];
        for (int l = 0; l < ENG_LANES; l++) {
            count[l] = (double)b.tile->hsc_count[l];
            empty[l] = fmax(0, 1 - (double)b.tile->hsc[l]);
        }
        bench_until(&b, 0.25); /* the graft comes at the beginning of its row */
        for (int l = 0; l < ENG_LANES; l++) {
            const double p = 0.10 * (0.02 + 0.98 * empty[l]), mean = 42000 * p, x = (double)b.tile->hsc_count[l] - count[l];
            stem += x;
            stem_wanted += mean;
            stem_variance += mean * (1 - p);
            stem_square += (x - mean) * (x - mean);
            for (int k = 0; k < ENG_NUM_CLONES; k++) {
                const double cells = (double)b.clones->avidity[k][l] * start[k][l] * fix.params.graft_carry_over * t_cells / body;
                const double got = (double)b.clones->clone[k][l] - before[k][l];
                sum += got;
                wanted += cells;
                if (cells > 0.5) {
                    chi += (got - cells) * (got - cells) / cells;
                    clones++;
                }
            }
        }
        bench_close(&b);
    }
    score("carried over, mean", (sum - wanted) / sqrt(wanted));
    score("carried over, dispersion", (chi / clones - 1) / sqrt(3.5 / clones));
    score("stem cells seeded, mean", (stem - stem_wanted) / sqrt(stem_variance));
    score("stem cells seeded, dispersion", (stem_square / stem_variance - 1) / sqrt(2.0 / LANES));
}

/* Yields are log-normal; below the minimum 70 % are mended and the rest is not treated at all. */
static void
test_harvest(void)
{
    const double sd = sqrt(log(1.36)), low = eng_dist_cdf(&(eng_dist_t){ ENG_DIST_NORMAL, { 0, 1 } }, log(4 / 6.0) / sd);
    static double u[LANES];
    size_t n = 0;
    double failed = 0, mended = 0;
    int bad = 0;

    same_quiet_patients(60);
    fix.params.harvest_minimum = 4;
    fix_transplant(&fix, "cy", "cy200", 0);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        bench_until(&b, 10);
        for (int l = 0; l < ENG_LANES; l++) {
            const double yield = (double)b.tile->cd34_harvested[l];
            failed += yield == 0;
            mended += yield == 4;
            if (yield > 4) {
                const eng_dist_t law = { ENG_DIST_LOGNORMAL, { 6, sd } };
                u[n++] = (eng_dist_cdf(&law, yield) - low) / (1 - low);
            } else if (yield == 0) { /* neither kill nor ATG nor graft */
                bad += b.tile->treated[l] != 0 || (double)b.tile->memory4[l] < 0.95 || (double)b.tile->neutrophil[l] < 0.9;
            }
        }
        bench_close(&b);
    }
    score("harvests that failed", fix_z_binomial(failed, LANES, 0.3 * low));
    score("harvests mended", fix_z_binomial(mended, LANES, 0.7 * low));
    uniform("yields", u, n);
    CU_ASSERT_EQUAL(bad, 0);
}

/* Fatal toxicity of BEAM, 0.003 at 40 years, 40 times as frequent here, 3.5 % less for each year below; death within an exponential time of mean 20 d from day 0. */
static void
test_toxicity(void)
{
    const double p = 1 - exp(-40 * 0.003 * exp(0.035 * (30 - 40)));
    static double u[LANES];
    size_t n = 0;

    same_quiet_patients(400);
    fix.params.hz_toxicity = 40;
    fix_bare_graft(&fix, "graft", "beam");
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        bench_until(&b, 1);
        for (int l = 0; l < ENG_LANES; l++) {
            if (b.tile->t_death[l] < ENG_DAY_NEVER) {
                CU_ASSERT(b.tile->cause[l] == ENG_CAUSE_TOXICITY || b.tile->cause[l] == ENG_CAUSE_LUNG);
                u[n++] = exp(-(double)b.tile->t_death[l] / 20);
            }
        }
        bench_close(&b);
    }
    score("fatal toxicity", fix_z_binomial((double)n, LANES, p));
    uniform("days to fatal toxicity", u, n);
}

/* --- triggers and thresholds -------------------------------------------------------------------------------------------- */

/* Ten years of trigger days: a coin a day, sizes Exp(1), no memory from one day to the next. */
static void
test_triggers(void)
{
    static double u[400000];
    const double p = -expm1(-10 / ENG_DAYS_PER_YEAR), days = 3648;
    double hits = 0, square = 0, next_day = 0, large = 0;
    size_t n = 0;

    fix_init(&fix, days - 30);
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES / 4; tile++) {
        static int32_t last[ENG_LANES];
        static double count[ENG_LANES];
        bench_t b;
        open_tile(&b, tile);
        memset(count, 0, sizeof(count));
        for (int l = 0; l < ENG_LANES; l++) {
            last[l] = INT32_MIN;
        }
        for (int32_t day = -30; day < (int32_t)days - 30; day++) {
            bench_until(&b, day + 1);
            /* the list covers sixteen days; take each day once */
            for (int j = 0; j < b.list->count; j++) {
                if (b.list->day[j] == day) {
                    const int l = b.list->lane[j];
                    const double size = (double)b.list->size[j];
                    count[l]++;
                    next_day += last[l] == day - 1;
                    last[l] = day;
                    large += size > 1.3;
                    if (n < sizeof(u) / sizeof(*u)) {
                        u[n++] = exp(-size);
                    }
                }
            }
        }
        for (int l = 0; l < ENG_LANES; l++) {
            hits += count[l];
            square += (count[l] - days * p) * (count[l] - days * p);
        }
        bench_close(&b);
    }
    const double lanes = TILES / 4 * ENG_LANES;
    score("trigger days", fix_z_binomial(hits, lanes * days, p));
    score("their dispersion", (square / lanes / (days * p * (1 - p)) - 1) / sqrt(2 / lanes));
    score("on the next day again", (next_day - lanes * (days - 1) * p * p) / sqrt(lanes * (days - 1) * p * p));
    score("sizes above 1.3", fix_z_binomial(large, hits, exp(-1.3)));
    uniform("sizes", u, n);
}

/* First thresholds are Exp(1) in every channel, and no channel knows of another nor a patient of the next. */
static void
test_thresholds(void)
{
    enum { CHANNELS = 5 }; /* four of the core; remission of effectors */
    static double x[CHANNELS][LANES], u[LANES];

    fix_init(&fix, 10);
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        const eng_real_t *rows[CHANNELS] = { b.tile->left_bacterial, b.tile->left_viral, b.tile->left_febrile,
            b.tile->left_bleeding, b.clones->left_remission };
        for (int j = 0; j < CHANNELS; j++) {
            for (int l = 0; l < ENG_LANES; l++) {
                x[j][tile * ENG_LANES + l] = exp(-(double)rows[j][l]);
            }
        }
        bench_close(&b);
    }
    for (int i = 0; i < CHANNELS; i++) {
        for (int j = i; j < CHANNELS; j++) {
            double same = 0, neighbour = 0;
            for (int l = 0; l + 1 < LANES; l++) {
                same += (x[i][l] - 0.5) * (x[j][l] - 0.5) * 12;
                neighbour += (x[i][l] - 0.5) * (x[j][l + 1] - 0.5) * 12;
            }
            score("neighbouring patients", neighbour / sqrt(LANES));
            if (i != j) {
                score("two channels", same / sqrt(LANES));
            }
        }
        memcpy(u, x[i], sizeof(u));
        uniform("thresholds", u, LANES);
    }
}

/* Background mortality: Gompertz in age, 1.25 for men and 0.8 for women, from the first day on. */
static void
test_background_mortality(void)
{
    static double u[LANES];

    fix_init(&fix, 10);
    fix.laws[ENG_COV_AGE] = (eng_dist_t){ ENG_DIST_UNIFORM, { 18, 80 } };
    fix_untreated(&fix);
    for (int tile = 0; tile < TILES; tile++) {
        bench_t b;
        open_tile(&b, tile);
        for (int l = 0; l < ENG_LANES; l++) {
            const double age = b.tile->covariate[ENG_COV_AGE][l], female = b.tile->covariate[ENG_COV_FEMALE][l];
            const double years = ((double)b.tile->t_death[l] + 30) / ENG_DAYS_PER_YEAR;
            const double hazard = 1.2e-6 * ENG_DAYS_PER_YEAR * (female > 0 ? 0.8 : 1.25) * exp(0.085 * (age - 30));
            u[tile * ENG_LANES + l] = exp(-hazard * expm1(0.085 * years) / 0.085);
            CU_ASSERT_EQUAL(b.tile->cause[l], ENG_CAUSE_BACKGROUND);
        }
        bench_close(&b);
    }
    uniform("background mortality", u, LANES);
}

/* --- screening ------------------------------------------------------------------------------------------------------------ */

/* Relapses in the window of 64 (patient, candidate) pairs, by a simulation of its own. */
static void
relapses_before(uint64_t first, const uint32_t *candidate, double *relapses)
{
    bench_t b;
    const double before = -900; /* of MS */

    bench_open(&b, &fix, -1, before, -30, first);
    for (int l = 0; l < ENG_LANES; l++) {
        b.tile->variant[l] = eng_rng_variant(candidate[l], 0, 0);
    }
    bench_start(&b, false);
    bench_until(&b, -30 - 366);
    for (int l = 0; l < ENG_LANES; l++) {
        relapses[l] = (double)b.tile->num_relapses[l];
    }
    bench_until(&b, -30);
    for (int l = 0; l < ENG_LANES; l++) {
        relapses[l] = (double)b.tile->num_relapses[l] - relapses[l];
    }
    bench_close(&b);
}

static void
test_entry(void)
{
    static double relapses[ENG_LANES];
    fix_run_t run;
    double tried = 0, meets = 0, n = 0;
    int bad = 0;

    fix_init(&fix, 10);
    fix_untreated(&fix);
    fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 2, .within = ENG_DAYS_PER_YEAR };
    fix_open(&run, &fix);
    for (int tile = 0; tile < 40; tile++) {
        const uint64_t first = (uint64_t)tile * ENG_LANES;
        uint32_t accepted[ENG_LANES], last_refused[ENG_LANES], fresh[ENG_LANES];
        fix_admit(&run, first, ENG_LANES);
        for (int l = 0; l < ENG_LANES; l++) {
            accepted[l] = (uint32_t)eng_runner_candidate(run.runner, l);
            last_refused[l] = accepted[l] > 0 ? accepted[l] - 1 : 0;
            fresh[l] = 3000; /* never tried by screening */
            tried += accepted[l] + 1;
            n++;
        }
        relapses_before(first, accepted, relapses);
        for (int l = 0; l < ENG_LANES; l++) {
            bad += !(relapses[l] >= 2);
        }
        relapses_before(first, last_refused, relapses);
        for (int l = 0; l < ENG_LANES; l++) {
            bad += accepted[l] > 0 && relapses[l] >= 2;
        }
        relapses_before(first, fresh, relapses);
        for (int l = 0; l < ENG_LANES; l++) {
            meets += relapses[l] >= 2;
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
    /* candidates are alike: the share accepted is the share that meets the criterion */
    const double p = meets / n, q = n / tried;
    printf("\n    accepted: %.3f of the candidates; %.3f of fresh patients meet the criterion\n", q, p);
    CU_ASSERT(p > 0.02 && p < 0.6);
    score("acceptance", (p - q) / sqrt(p * (1 - p) / n + q * q * (1 - q) / n));
    fix_close(&run);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_birth_and_death),
    ENG_TEST(test_large_clones),
    ENG_TEST(test_survivors_of_antibodies),
    ENG_TEST(test_graft),
    ENG_TEST(test_harvest),
    ENG_TEST(test_toxicity),
    ENG_TEST(test_triggers),
    ENG_TEST(test_thresholds),
    ENG_TEST(test_background_mortality),
    ENG_TEST(test_entry),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "laws of the model", tests);
}
