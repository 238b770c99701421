/**
 * Sensitivity indices against functions whose indices are known, with noise of known variance added to every point: bias without
 * and with the noise taken out, coverage of intervals by repetition with fixed seeds, Morris effects, rank-based indices.
 *
 * Tolerance as in stat_intervals.c: four standard errors of a share of R repetitions, and a stated allowance.
 */
#include "sensitivity_fixture.h"
#include "stats/rank_indices.h"
#include <stdio.h>
#include <string.h>

/* --- without noise the indices come out ------------------------------------------------------------------------ */

static void
test_known_indices(void)
{
    double variance, first[3], total[3];

    g_indices(&variance, first, total);
    for (int k = 0; k < 2; k++) {
        sample_t s = make("saltelli", 8192, 5, k == 0 ? ishigami : g_function, 0, 0);
        const eng_sobol_sample_t sample = sobol_of(&s);
        const eng_sobol_spread_t spread = eng_sobol_spread(&sample);

        CU_ASSERT(fabs(spread.parameters / (k == 0 ? ishigami_variance : variance) - 1) < 0.02);
        CU_ASSERT(spread.noise == 0 && eng_sobol_spread_shows(&spread));
        for (int e = 0; e < ENG_NUM_SOBOL_ESTIMATORS; e++) {
            eng_index_t s1[3], st[3];

            CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, (eng_sobol_estimator_t)e, 20, s1, st), 0);
            for (int j = 0; j < 3; j++) {
                ENG_ASSERT_NEAR(s1[j].value, k == 0 ? ishigami_first[j] : first[j], 0.02);
                ENG_ASSERT_NEAR(st[j].value, k == 0 ? ishigami_total[j] : total[j], 0.02);
                CU_ASSERT_EQUAL(s1[j].value, s1[j].raw);
                CU_ASSERT_EQUAL(s1[j].rows, 8192);
            }
        }
        done(&s);
    }
}

static void
test_second_order(void)
{
    static const double want[3][3] = { { 0, 0, 0.24368366406214774 }, { 0, 0, 0 }, { 0, 0, 0 } };
    eng_index_t pairs[9] = { 0 };

    for (int k = 0; k < 2; k++) {
        sample_t s = make("saltelli", 8192, 6, ishigami, k * ishigami_variance, 1);
        const eng_sobol_sample_t sample = sobol_of(&s);

        CU_ASSERT_EQUAL_FATAL(eng_sobol_second_order(&sample, 50, pairs), 0);
        for (int i = 0; i < 3; i++) {
            for (int j = i + 1; j < 3; j++) {
                ENG_ASSERT_NEAR(pairs[3 * i + j].value, want[i][j], k == 0 ? 0.04 : 0.15);
                CU_ASSERT(pairs[3 * i + j].low < pairs[3 * i + j].value && pairs[3 * i + j].value < pairs[3 * i + j].high);
            }
        }
        done(&s);
    }
}

/* --- ten times as much noise as there is to find ----------------------------------------------------------------- */

static void
test_noise_is_taken_out(void)
{
    const int repetitions = 60;

    for (int e = 0; e < ENG_NUM_SOBOL_ESTIMATORS; e++) {
        double first[3] = { 0 }, total[3] = { 0 }, raw_first[3] = { 0 }, raw_total[3] = { 0 };

        for (int r = 0; r < repetitions; r++) {
            sample_t s = make("saltelli", 4096, (uint32_t)r, ishigami, 10 * ishigami_variance, 0);
            const eng_sobol_sample_t sample = sobol_of(&s);
            eng_index_t s1[3], st[3];

            CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, (eng_sobol_estimator_t)e, 2, s1, st), 0);
            for (int j = 0; j < 3; j++) {
                first[j] += s1[j].value / repetitions;
                total[j] += st[j].value / repetitions;
                raw_first[j] += s1[j].raw / repetitions;
                raw_total[j] += st[j].raw / repetitions;
            }
            done(&s);
        }
        printf("    %-12s", eng_sobol_name(e));
        for (int j = 0; j < 3; j++) {
            printf("  S %.3f (%.3f, with noise %.3f) T %.3f (%.3f, with noise %.3f)", first[j], ishigami_first[j], raw_first[j], total[j],
                ishigami_total[j], raw_total[j]);
            ENG_ASSERT_NEAR(first[j], ishigami_first[j], 0.12); /* four standard errors of the mean of so many */
            ENG_ASSERT_NEAR(total[j], ishigami_total[j], 0.12);
            CU_ASSERT(fabs(raw_total[j] - ishigami_total[j]) > 0.2);
            CU_ASSERT(ishigami_first[j] == 0 || fabs(raw_first[j] - ishigami_first[j]) > 0.2);
        }
        printf("\n");
    }
}

/* --- coverage ---------------------------------------------------------------------------------------------------- */

static void
check_coverage(const char *what, int inside, int repetitions, double below, double above)
{
    const double share = (double)inside / repetitions, error = 4 * sqrt(0.95 * 0.05 / repetitions);

    printf("    %-62s %.4f\n", what, share);
    CU_ASSERT(share >= 0.95 - below - error);
    CU_ASSERT(share <= 0.95 + above + error);
}

/* Random base points: intervals hold for them; of a Sobol' sequence they are wider than they need be. */
static void
cover(const char *name, function_t function, const double *first, const double *total, double noise, double sample_option)
{
    const int repetitions = 400;
    int inside[ENG_NUM_SOBOL_ESTIMATORS][2] = { { 0 } };

    for (int r = 0; r < repetitions; r++) {
        sample_t s = { .points = 0 };
        const eng_design_kind_t *kind = eng_design_find("saltelli");
        s = make("saltelli", 512, (uint32_t)(1000 + r), function, noise, 0);
        if (sample_option > 0) { /* again, by chance */
            uint64_t state = UINT64_C(31) * (uint64_t)r + 7;
            s.spec.option[1] = 1;
            CU_ASSERT_EQUAL_FATAL(kind->fill(&s.spec, s.unit), 0);
            for (uint64_t i = 0; i < s.points; i++) {
                s.mean[i] = function(s.unit + 3 * i) + sqrt(noise) * eng_normal_quantile(eng_uniform(eng_test_random(&state)));
            }
        }
        const eng_sobol_sample_t sample = sobol_of(&s);
        for (int e = 0; e < ENG_NUM_SOBOL_ESTIMATORS; e++) {
            eng_index_t s1[3], st[3];

            CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, (eng_sobol_estimator_t)e, RESAMPLES, s1, st), 0);
            for (int j = 0; j < 3; j++) {
                inside[e][0] += s1[j].low <= first[j] && first[j] <= s1[j].high;
                inside[e][1] += st[j].low <= total[j] && total[j] <= st[j].high;
            }
        }
        done(&s);
    }
    for (int e = 0; e < ENG_NUM_SOBOL_ESTIMATORS; e++) {
        for (int k = 0; k < 2; k++) {
            char what[100];

            snprintf(what, sizeof(what), "%s, %s, %s, %s, noise %.3g", name, eng_sobol_name(e), k == 0 ? "first" : "total",
                sample_option > 0 ? "random" : "sobol", noise);
            check_coverage(what, inside[e][k], 3 * repetitions, 0.02, sample_option > 0 ? 0.02 : 0.05);
        }
    }
}

static void
test_coverage_of_sobol_intervals(void)
{
    double variance, first[3], total[3];

    g_indices(&variance, first, total);
    cover("ishigami", ishigami, ishigami_first, ishigami_total, 0, 1);
    cover("ishigami", ishigami, ishigami_first, ishigami_total, ishigami_variance, 1);
    cover("ishigami", ishigami, ishigami_first, ishigami_total, ishigami_variance, 0);
    cover("g-function", g_function, first, total, variance, 1);
}

static void
test_coverage_of_rank_intervals(void)
{
    const int repetitions = 400;

    for (int k = 0; k < 3; k++) {
        const double noise = k * ishigami_variance;
        int inside = 0;
        double mean[3] = { 0 };

        for (int r = 0; r < repetitions; r++) {
            sample_t s = make("monte_carlo", 1000, (uint32_t)(r + 1), ishigami, noise, -1);
            for (int j = 0; j < 3; j++) {
                eng_index_t index;
                double x[1000];

                for (int i = 0; i < 1000; i++) {
                    x[i] = s.unit[3 * i + j];
                }
                CU_ASSERT_EQUAL_FATAL(eng_rank_index(x, s.mean, s.noise, 1000, RESAMPLES, &index), 0);
                inside += index.low <= ishigami_first[j] && ishigami_first[j] <= index.high;
                mean[j] += index.value / repetitions;
            }
            done(&s);
        }
        for (int j = 0; j < 3; j++) {
            ENG_ASSERT_NEAR(mean[j], ishigami_first[j], 0.03);
        }
        char what[100];
        snprintf(what, sizeof(what), "ishigami, rank, first, monte_carlo, noise %.3g", noise);
        check_coverage(what, inside, 3 * repetitions, 0.02, 0.02);
    }
}

/* --- morris -------------------------------------------------------------------------------------------------------- */

static double
linear(const double *u)
{
    return 3 * u[0] - 2 * u[1];
}

static void
test_effects_of_a_line(void)
{
    sample_t s = make("morris", 30, 3, linear, 0, -1);
    eng_effect_t *effects = malloc(s.points * sizeof(*effects));
    eng_morris_t out[3];

    CU_ASSERT_EQUAL_FATAL(eng_morris_effects(effects, effects_of(&s, effects), 30, 3, 100, out), 0);
    ENG_ASSERT_NEAR(out[0].mu.value, 3, 1e-12);
    ENG_ASSERT_NEAR(out[1].mu.value, -2, 1e-12);
    ENG_ASSERT_NEAR(out[1].mu_star.value, 2, 1e-12);
    ENG_ASSERT_NEAR(out[0].sigma.value, 0, 1e-6);
    CU_ASSERT_STRING_EQUAL(out[0].verdict, "resolved");
    CU_ASSERT_STRING_EQUAL(out[2].verdict, "no effect");
    free(effects);
    done(&s);
}

/* With noise: a parameter without effect passes for one in no more than 2.5 % and 4 standard errors; sigma is without it. */
static void
test_effects_under_noise(void)
{
    const int repetitions = 400;
    int found[3] = { 0 }, inside = 0;
    double sigma = 0, raw = 0;

    for (int r = 0; r < repetitions; r++) {
        sample_t s = make("morris", 40, (uint32_t)(r + 1), linear, 1, -1);
        eng_effect_t *effects = malloc(s.points * sizeof(*effects));
        eng_morris_t out[3];

        CU_ASSERT_EQUAL_FATAL(eng_morris_effects(effects, effects_of(&s, effects), 40, 3, RESAMPLES, out), 0);
        for (int j = 0; j < 3; j++) {
            found[j] += strcmp(out[j].verdict, "resolved") == 0;
        }
        ENG_ASSERT_NEAR(out[2].noise_star, sqrt(8 / PI * 2), 0.2);
        for (int j = 0; j < 3; j++) {
            static const double truth[3] = { 3, -2, 0 };
            inside += out[j].mu.low <= truth[j] && truth[j] <= out[j].mu.high;
        }
        sigma += out[2].sigma.value / repetitions;
        raw += out[2].sigma.raw / repetitions;
        free(effects);
        done(&s);
    }
    printf("    effects found of 3, -2, 0 under noise: %d %d %d of %d; sigma of none %.2f, with noise %.2f\n", found[0], found[1], found[2],
        repetitions, sigma, raw);
    CU_ASSERT(found[0] > 0.95 * repetitions);
    CU_ASSERT(found[2] < (0.10 + 4 * sqrt(0.1 * 0.9 / repetitions)) * repetitions); /* two tests of 5 % each */
    CU_ASSERT(sigma < 0.5 * raw);
    check_coverage("mu of a line under noise", inside, 3 * repetitions, 0.01, 0.01);
}

/* --- what is missing ------------------------------------------------------------------------------------------------- */

static void
test_missing_points(void)
{
    sample_t s = make("saltelli", 1024, 9, ishigami, 0, 0);
    const eng_sobol_sample_t sample = sobol_of(&s);
    eng_index_t s1[3], st[3], none[3], nothing[3];

    s.mean[5 * 7 + 2] = NAN; /* AB of the second parameter in row 7 */
    s.mean[5 * 9] = NAN;     /* A of row 9 */
    CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, ENG_SOBOL_JANSEN, 50, s1, st), 0);
    CU_ASSERT_EQUAL(s1[0].rows, 1023);
    CU_ASSERT_EQUAL(s1[1].rows, 1022);
    ENG_ASSERT_NEAR(s1[1].value, ishigami_first[1], 0.05);
    for (uint64_t i = 0; i < s.points; i++) {
        s.mean[i] = 4;
    }
    CU_ASSERT_EQUAL_FATAL(eng_sobol_indices(&sample, ENG_SOBOL_JANSEN, 50, none, nothing), 0);
    CU_ASSERT(isnan(none[0].value) && isnan(none[0].low));
    CU_ASSERT_STRING_EQUAL(eng_index_verdict(&none[0]), "not resolved");
    done(&s);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = {
        ENG_TEST(test_known_indices), ENG_TEST(test_second_order), ENG_TEST(test_noise_is_taken_out), ENG_TEST(test_coverage_of_sobol_intervals),
        ENG_TEST(test_coverage_of_rank_intervals), ENG_TEST(test_effects_of_a_line), ENG_TEST(test_effects_under_noise),
        ENG_TEST(test_missing_points),
    };

    return ENG_TEST_MAIN(argc, argv, "sensitivity", tests);
}
