/**
 * Courses far from the nominal patient and point do not fail in any disease: rare covariates, antibodies as strong as they may be, parameters
 * anywhere in their priors.  A hundred thousand of each disease: slow_courses.sh.
 */
#include "contract.h"
#include "base/dist.h"

static fix_t fix;

/* Covariates anywhere in what one of a hundred thousand has by the disease's own laws; sensitivity to conditioning and antibodies within bounds. */
static void
people_of_every_kind(const eng_disease_t *disease)
{
    for (int j = 0; j < eng_covariate_count(disease); j++) {
        const eng_covariate_row_t row = eng_covariate_at(disease, j);
        const bool bounds = j == ENG_COV_CHEMOSENSITIVITY || j == ENG_COV_ATG_EXPOSURE;
        const double low = bounds ? row.low : fmax(row.low, eng_dist_quantile(&row.law, 1e-5));
        const double high = bounds ? row.high : fmin(row.high, eng_dist_quantile(&row.law, 1 - 1e-5));
        if (high > low) {
            fix.laws[j] = (eng_dist_t){ ENG_DIST_UNIFORM, { low, high } };
        }
    }
}

/* A point of the priors. */
static void
draw_point(const eng_disease_t *disease, uint64_t *state, eng_params_t *params)
{
    for (int j = 0; j < eng_param_count(disease); j++) {
        const eng_param_row_t row = eng_param_at(disease, j);
        const double u = eng_test_uniform(state, 0, 1);
        if (row.prior.kind != ENG_DIST_FIXED) {
            eng_params_set(params, j, fmax(row.low, fmin(row.high, eng_dist_quantile(&row.prior, u))));
        }
    }
}

static void
bears_extremes(const eng_disease_t *disease)
{
    enum { POINTS = 6, EACH = 16 };
    uint64_t state = 11;
    int failures = 0;

    for (int k = 0; k < POINTS; k++) {
        contract_study(&fix, disease, 400);
        people_of_every_kind(disease);
        draw_point(disease, &state, &fix.params);
        for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
            contract_batch_t batch = contract_run(&fix, p, 0, 1, (uint64_t)k * EACH, EACH, 1);
            failures += contract_failures(&batch);
            contract_drop(&batch);
        }
    }
    contract_expect(failures == 0, disease, "courses of extreme patients fail");
}

static void
test_extremes(void)
{
    contract_each(bears_extremes);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_extremes),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "extremes", tests);
}
