/**
 * Patients with type 1 diabetes for tests: alike or of the disease's own laws, and results that can be compared.
 */
#ifndef ENG_TESTS_T1D_FIXTURE_H
#define ENG_TESTS_T1D_FIXTURE_H

#include "model_fixture.h"

static fix_t fix;

enum { C_PEPTIDE = ENG_MARKER_OWN(0), BETA = ENG_MARKER_OWN(1), DOSE = ENG_MARKER_OWN(2), HBA1C = ENG_MARKER_OWN(3) };
enum { INDEPENDENCE = ENG_EVENT_OWN(0), RESUMED = ENG_EVENT_OWN(1), HYPOGLYCAEMIA = ENG_EVENT_OWN(2), DIAGNOSIS = ENG_EVENT_OWN(3) };

static inline void
covariate(const char *name, double value)
{
    const int j = eng_covariate_find(fix.spec.disease, name);

    CU_ASSERT_FATAL(j >= 0);
    fix.laws[j] = (eng_dist_t){ ENG_DIST_FIXED, { value } };
}

/* Number of a parameter of the disease's own. */
static inline int
fix_own(const char *name)
{
    const int j = eng_param_find(eng_disease_find("t1d"), name) - ENG_NUM_CORE_PARAMS;

    CU_ASSERT_FATAL(j >= 0);
    return j;
}

/* Patients of the disease's own laws; alike: the reference, who are 16 years old. */
static inline void
patients(double horizon, bool alike)
{
    fix_init(&fix, horizon);
    fix.spec.disease = eng_disease_find("t1d");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fix.spec.disease);
    for (int j = 0; j < eng_covariate_count(fix.spec.disease); j++) {
        const eng_dist_t law = eng_covariate_at(fix.spec.disease, j).law;
        const bool relative = law.kind == ENG_DIST_LOGNORMAL || law.kind == ENG_DIST_LOGNORMAL_CV;
        fix.laws[j] = alike && relative ? (eng_dist_t){ ENG_DIST_FIXED, { 1 } } : law;
    }
    eng_params_nominal(fix.spec.disease, &fix.params);
    if (alike) {
        covariate("age", 16);
        covariate("weight", 70);
        covariate("female", 0);
        covariate("cmv", 0);
        covariate("dka", 0);
        covariate("clone_fitness", 0);
        covariate("cooperation", 0);
        fix_quiet(&fix);
    }
}

static inline eng_results_t
results_of(fix_run_t *run, int protocol)
{
    eng_results_t results, copy;
    const size_t size = (size_t)fix.spec.num_reads * (size_t)run->num_markers * ENG_LANES * sizeof(double);

    fix_run(run, protocol, &results);
    copy = results;
    copy.read = malloc(size + 1);
    CU_ASSERT_FATAL(copy.read != NULL);
    memcpy(copy.read, results.read, size);
    return copy;
}

/* Lanes that differ in any event but `leave`, in any number or marker. */
static inline int
lanes_that_differ(const eng_results_t *a, const eng_results_t *b, int leave)
{
    const int markers = eng_marker_count(fix.spec.disease) * fix.spec.num_reads;
    int differ = 0;

    for (int l = 0; l < ENG_LANES; l++) {
        bool equal = a->cause[l] == b->cause[l] && a->failure[l] == b->failure[l];
        for (int e = 0; e < eng_event_count(fix.spec.disease); e++) {
            equal = equal && (e == leave || a->tick[e][l] == b->tick[e][l]);
        }
        for (int n = 0; n < eng_number_count(fix.spec.disease); n++) {
            equal = equal && memcmp(&a->number[n][l], &b->number[n][l], sizeof(double)) == 0;
        }
        for (int m = 0; m < markers; m++) {
            equal = equal && memcmp(&a->read[m * ENG_LANES + l], &b->read[m * ENG_LANES + l], sizeof(double)) == 0;
        }
        differ += !equal;
    }
    return differ;
}

static inline double
marker(const eng_results_t *r, int read, int which, int l)
{
    return r->read[(read * eng_marker_count(fix.spec.disease) + which) * ENG_LANES + l];
}

#endif
