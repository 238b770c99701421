/**
 * The contract of every disease, with statistics: on a calendar whose steps are all cut in two the same patients with the same draws have
 * the same outcomes.  What counts is the far end of the 95 % interval of the paired difference:
 *   events    share of patients with one by the horizon: 1 point
 *   numbers   0.06 standard deviations between patients
 *   markers   at each reading: 0.06 standard deviations, or 2 % of the mean
 * Limits hold for what thousands of patients show; slow_refine.c looks closer at the reference study.
 */
#include "contract.h"

#define BATCHES 6
#define EACH (ENG_SLAB * ENG_LANES)
#define HORIZON 730

static fix_t fix;

/* One quantity: sums over patients who have it on both grids; of the usual grid and of the difference. */
typedef struct {
    double n, sum, squares, difference, differences;
} pair_t;

static void
add(pair_t *pair, double usual, double halved)
{
    if (!isnan(usual) && !isnan(halved)) {
        pair->n++;
        pair->sum += usual;
        pair->squares += usual * usual;
        pair->difference += usual - halved;
        pair->differences += (usual - halved) * (usual - halved);
    }
}

/* The far end of the interval; *sd, *mean: of the usual grid. */
static double
far_end(const pair_t *pair, double *mean, double *sd)
{
    const double d = pair->difference / pair->n, error = sqrt(fmax(0, pair->differences / pair->n - d * d) / pair->n);

    *mean = pair->sum / pair->n;
    *sd = sqrt(fmax(0, pair->squares / pair->n - *mean * *mean));
    return fabs(d) + 1.96 * error;
}

typedef struct {
    pair_t event[ENG_MAX_EVENTS], number[ENG_MAX_NUMBERS], marker[FIX_MAX_READS * ENG_MAX_MARKERS];
} measures_t;

static double
happened(const eng_results_t *r, int event, int l)
{
    return r->tick[event][l] == ENG_TICK_NOT_APPLICABLE ? (double)NAN : r->tick[event][l] != ENG_TICK_NEVER;
}

static void
measure(measures_t *m, const contract_batch_t *a, const contract_batch_t *b)
{
    for (int s = 0; s < a->count; s++) {
        const eng_results_t *x = &a->tile[s / ENG_LANES], *y = &b->tile[s / ENG_LANES];
        const int l = s % ENG_LANES;

        for (int e = 0; e < eng_event_count(a->disease); e++) {
            add(&m->event[e], happened(x, e, l), happened(y, e, l));
        }
        for (int n = 0; n < eng_number_count(a->disease); n++) {
            add(&m->number[n], x->number[n][l], y->number[n][l]);
        }
        for (int k = 0; k < a->num_reads * eng_marker_count(a->disease); k++) {
            add(&m->marker[k], x->read[(size_t)k * ENG_LANES + (size_t)l], y->read[(size_t)k * ENG_LANES + (size_t)l]);
        }
    }
}

static void
judge(const eng_disease_t *disease, const char *protocol, const char *what, const pair_t *pair, double limit, double of_sd, double of_mean)
{
    double mean, sd;

    if (pair->n < 100) {
        return; /* next to nobody has it */
    }
    const double end = far_end(pair, &mean, &sd), most = fmax(limit, fmax(of_sd * sd, of_mean * fabs(mean)));
    if (!(end <= most)) {
        printf("\n    %s, %s: %.4g within %.4g (mean %.4g, SD %.4g, %g patients)", protocol, what, end, most, mean, sd, pair->n);
        contract_expect(false, disease, "halved steps give other outcomes");
    }
}

static void
judge_all(const eng_disease_t *disease, const char *protocol, const measures_t *m, int num_reads)
{
    const int markers = eng_marker_count(disease);
    char what[96];

    for (int e = 0; e < eng_event_count(disease); e++) {
        judge(disease, protocol, eng_event_name(disease, e), &m->event[e], 0.01, 0, 0);
    }
    for (int n = 0; n < eng_number_count(disease); n++) {
        snprintf(what, sizeof(what), "number %d", n);
        judge(disease, protocol, what, &m->number[n], 0, 0.06, 0);
    }
    for (int k = 0; k < num_reads * markers; k++) {
        snprintf(what, sizeof(what), "%s at day %g", eng_marker_row(disease, k % markers)->name, fix.reads[k / markers]);
        judge(disease, protocol, what, &m->marker[k], eng_marker_row(disease, k % markers)->step, 0.06, 0.02);
    }
}

static void
steps_say_the_same(const eng_disease_t *disease)
{
    static measures_t m;

    contract_study(&fix, disease, HORIZON);
    for (int p = CONTRACT_UNTREATED; p <= CONTRACT_DRUGS; p++) {
        memset(&m, 0, sizeof(m));
        for (int k = 0; k < BATCHES; k++) {
            fix.spec.refine = 0;
            contract_batch_t a = contract_run(&fix, p, 0, 1, (uint64_t)k * EACH, EACH, 1);
            fix.spec.refine = 1;
            contract_batch_t b = contract_run(&fix, p, 0, 1, (uint64_t)k * EACH, EACH, 1);
            measure(&m, &a, &b);
            contract_expect(contract_failures(&a) + contract_failures(&b) == 0, disease, "courses fail");
            contract_drop(&a);
            contract_drop(&b);
        }
        judge_all(disease, fix.protocols[p].name, &m, fix.spec.num_reads);
    }
}

static void
test_halved_steps(void)
{
    contract_each(steps_say_the_same);
}

/* Ten years under every protocol: no course fails. */
static void
lives_long(const eng_disease_t *disease)
{
    contract_study(&fix, disease, 10 * ENG_DAYS_PER_YEAR);
    for (int p = 0; p < CONTRACT_PROTOCOLS; p++) {
        contract_batch_t batch = contract_run(&fix, p, 0, 16, 0, ENG_LANES, 1);
        contract_expect(contract_failures(&batch) == 0, disease, "courses of ten years fail");
        contract_drop(&batch);
    }
}

static void
test_ten_years(void)
{
    contract_each(lives_long);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_halved_steps),
    ENG_TEST(test_ten_years),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "contract, with statistics", tests);
}
