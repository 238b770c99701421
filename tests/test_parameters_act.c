/**
 * Every parameter acts: a study that sets it gets other courses.  Protocols that use everything, patients in whom every hazard is
 * high enough to be met; a parameter that moves no event, number or marker of theirs under any of a few values is one that nothing reads.
 */
#include "model_fixture.h"

#include "model/action_data.h"

#define NUM_PROTOCOLS 10
#define NUM_VALUES 4

static fix_t fix;

static void
drug(double day, const char *name)
{
    fix_with(&fix, day, "drug", name, "for", 60);
}

/* Every second drug, one after the other and once more, whatever they are for: a protocol holds so many classes. */
static void
drugs(const char *name, int first)
{
    const int verb = eng_verb_find("drug"), num = (eng_noun_count(verb) - first + 1) / 2;

    fix_protocol(&fix, name);
    for (int j = 0; j < 2 * num; j++) {
        drug(1100.0 / (2 * num) * j, eng_noun_at(verb, first + 2 * (j % num))->name);
    }
}

/* Beta cells of every kind, for diseases that want them; what holds rejection back comes later and goes again. */
static void
beta_cells(void)
{
    if (eng_marker_find(fix.spec.disease, "c_peptide") >= 0) {
        fix_with(&fix, 20, "product", "beta_islet", "dose", 1e4)->arg[1] = 1; /* mismatched */
        fix_with(&fix, 40, "product", "beta_esc", "dose", 8e8)->arg[1] = 2;   /* edited */
        fix_with(&fix, 60, "product", "beta_ipsc", "dose", 8e8)->arg[2] = 1;  /* matched, under the skin */
        drug(80, "tac");
        drug(150, "mmf");
    }
}

/* What the transplants below leave out, in many a patient the last of it. */
static void
agents(void)
{
    static const char *const others[] = { "mel", "flu", "treosulfan", "etoposide", "thiotepa" };
    static const double dose[] = { 30, 60, 5000, 10, 2 };

    fix_protocol(&fix, "agents");
    fix_with(&fix, -28, "mobilise", "cy", "dose", 4000);
    fix_add(&fix, -20, "harvest", "pb");
    drug(-12, "defibrotide");
    drug(-12, "letermovir");
    for (int j = 0; j < 5; j++) {
        fix_with(&fix, -9 + j, "condition", others[j], "dose", dose[j]);
    }
    fix_add(&fix, -4, "condition", "bcnu_arac_vp16");
    fix_with(&fix, -3, "condition", "tbi", "dose", 1)->arg[2] = 1; /* lungs open */
    fix_with(&fix, -3, "atg", "ratg", "dose", 2);
    fix_add(&fix, 0, "graft", "pb");
    fix_with(&fix, 500, "atg", "alemtuzumab", "dose", 30);
}

/* Stromal cells of every source, in fistulas too. */
static void
stromal_cells(void)
{
    fix_with(&fix, 10, "msc", "bm", "dose", 8e6);
    fix_with(&fix, 30, "msc", "adipose", "dose", 8e6);
    fix_with(&fix, 40, "msc", "umbilical", "dose", 8e6)->arg[1] = 1; /* own */
    fix_with(&fix, 50, "msc", "adipose", "dose", 1e6)->arg[2] = 1;   /* local */
}

/* Cells of every kind of donor: clones that reject one graft are there for the next, so that those rejected often come in protocols of their own. */
static void
donors(void)
{
    static const struct {
        const char *source;
        eng_donor_t donor;
    } grafts[] = { { "pb", ENG_DONOR_MSD }, { "cord", ENG_DONOR_MMUD }, { "bm", ENG_DONOR_MMUD }, { "bm", ENG_DONOR_HAPLO } };

    for (int j = 0; j < 4; j++) {
        fix_protocol(&fix, grafts[j].source);
        fix_add(&fix, -7, "condition", "mac");
        fix_with(&fix, 0, "graft", grafts[j].source, "donor", grafts[j].donor);
        if (j == 0) {
            fix_with(&fix, 60, "graft", "pb", "donor", ENG_DONOR_MUD);
        }
    }
}

/* Other cell products, each in a way that meets what there is of it; beta cells where there is insulin. */
static void
products(void)
{
    fix_with(&fix, 100, "product", "car_t", "dose", 4e6);
    fix_with(&fix, 300, "product", "car_t", "target", 1); /* bcma */
    eng_action_t *a = fix_with(&fix, 500, "product", "car_t", "target", 2);
    a->arg[1] = 1; /* mismatched */
    a->arg[3] = 1; /* ipsc */
    fix_with(&fix, 700, "product", "car_t", "hla", 2); /* low */
    fix_with(&fix, 800, "product", "treg", "specific", 1);
    fix_add(&fix, 900, "product", "ipsc_apc");
}

/* All drugs; a transplant of blood with everything that may go before it; one of marrow. */
static void
protocols(void)
{
    drugs("drugs", 0);
    stromal_cells();
    drugs("others", 1);
    products();
    fix_protocol(&fix, "blood");
    fix_with(&fix, -30, "harvest", "pb", "select", 2);
    fix_add(&fix, -8, "condition", "mac");
    fix_with(&fix, -7, "condition", "tbi", "dose", 4);
    fix_with(&fix, -5, "atg", "ratg", "dose", 6);
    fix_with(&fix, 0, "graft", "pb", "cd3", 1e7);
    fix_with(&fix, 1, "growth", "gcsf", "for", 10);
    fix_protocol(&fix, "marrow");
    fix_add(&fix, -30, "harvest", "bm");
    fix_add(&fix, -5, "condition", "beam");
    fix_with(&fix, -3, "atg", "alemtuzumab", "dose", 30);
    fix_add(&fix, 0, "graft", "bm");
    fix_with(&fix, -20, "growth", "ssb", "for", 120);
    fix_with(&fix, -8, "growth", "kgf", "for", 3);
    fix_with(&fix, 1, "growth", "tpo", "for", 20);
    fix_with(&fix, 30, "growth", "il7", "for", 21);
    fix_with(&fix, 900, "growth", "il7", "for", 90); /* beyond health */
    drug(20, "abatacept"); /* responses begin anew; what escapes from it returns before the next */
    drug(600, "abatacept");
    drug(660, "abatacept");
    agents();
    donors();
    fix_protocol(&fix, "insulin"); /* for most diseases nothing: all that happens untreated */
    fix_with(&fix, 0, "drug", "insulin", "for", 1200);
    beta_cells();
}

static void
dangerous(void)
{
    eng_params_t *p = &fix.params;

    p->hz_bacterial_base = p->hz_viral_base = 2e-3;
    p->hz_bacterial_fatality = p->hz_viral_fatality = 0.1;
    p->hz_neutropenic_days = 5;
    p->hz_bleeding = 0.01;
    p->hz_toxicity = 10;
    p->hz_vod = 0.2;
    p->hz_ptld = 0.1;
    p->hz_second_cancer = 1e-3;
    p->crs_fatality = 0.5;
    p->crs_severe = 1;
    p->crs_second = 0;
    p->hz_secondary_malignancy = 4e-4;
    p->hz_secondary_autoimmunity = 0.5;
    p->hz_background = 1e-4;
    p->harvest_minimum = 4;
    p->trigger_rate = 25; /* attacks follow upon one another, some before the last is over */
    p->effector_regulation_decay = fmax(p->effector_regulation_decay, 0.1);
}

/* Every kind of patient, where the disease's own laws have but one. */
static void
widen(const char *covariate, double low, double high)
{
    const int j = eng_covariate_find(fix.spec.disease, covariate);

    if (j >= 0) {
        fix.laws[j] = (eng_dist_t){ ENG_DIST_UNIFORM, { low, high } };
    }
}

static void
prepare(const eng_disease_t *disease)
{
    fix_init_for(&fix, disease, 3.5 * ENG_DAYS_PER_YEAR);
    widen("age", 6, 60);
    widen("organ_score", 0, 3);
    widen("year", 1990, 2025);
    widen("hct_ci", 0, 3);
    widen("edss", 2, 8);
    if (fix.laws[ENG_COV_PRIOR_LINES].kind == ENG_DIST_FIXED) {
        widen("prior_lines", 0, 4);
    }
    widen("t1d_stage", 1, 3);
    widen("ms_form", 1, 3);
    fix.spec.trial_care = 1;
    dangerous();
    if (eng_covariate_find(disease, "ms_form") >= 0) {
        fix.params.effector_regulation_decay = 0.1; /* attacks that follow one another before effectors have gone */
    }
    protocols();
    for (int day = -25; day < 60; day += 5) {
        fix_read_at(&fix, day);
    }
    for (int day = 60; day < 1200; day += 60) {
        fix_read_at(&fix, day);
    }
}

static void
run_one(fix_run_t *run, int protocol, eng_results_t *results)
{
    fix_run(run, protocol, results);
    *results = fix_keep_for(fix.spec.disease, results, fix.spec.num_reads);
}

static void
run_all(fix_run_t *run, eng_results_t *results)
{
    run->params = fix.params;
    fix_admit(run, 0, ENG_LANES);
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        run_one(run, p, &results[p]);
    }
}

static bool
differ(const eng_results_t *a, const eng_results_t *b)
{
    for (int l = 0; l < ENG_LANES; l++) {
        if (!fix_lane_equal_for(fix.spec.disease, a, l, b, l, fix.spec.num_reads)) {
            return true;
        }
    }
    return false;
}

static void
drop(eng_results_t *results)
{
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        fix_drop(&results[p]);
    }
}

/* Does the value that stands in run->params move any course?  The first protocol that shows it is enough. */
static bool
moves(fix_run_t *run, const eng_results_t *before)
{
    bool found = false;

    fix_admit(run, 0, ENG_LANES);
    for (int p = 0; p < NUM_PROTOCOLS && !found; p++) {
        eng_results_t after;
        run_one(run, p, &after);
        found = differ(&before[p], &after);
        fix_drop(&after);
    }
    return found;
}

static bool
acts(fix_run_t *run, const eng_results_t *before, int j)
{
    const eng_param_row_t row = eng_param_at(fix.spec.disease, j);
    const double now = eng_params_get(&fix.params, j);
    const double values[NUM_VALUES] = { fmax(row.low, now / 2), fmin(row.high, now * 2), row.low, row.high };
    bool found = false;

    for (int k = 0; k < NUM_VALUES && !found; k++) {
        run->params = fix.params;
        eng_params_set(&run->params, j, values[k]);
        found = values[k] != now && moves(run, before);
    }
    return found;
}

/* Macrophages, which `trace` alone shows; lungs, until a disease has them. */
static bool
waits_for_a_reader(const char *name)
{
    bool lungs = false;

    for (int d = 0; d < eng_disease_count(); d++) {
        lungs = lungs || eng_covariate_find(eng_disease_at(d), "fvc") >= 0;
    }
    return strcmp(name, "macrophage.turnover") == 0 || (!lungs && strncmp(name, "hazard.toxicity_lung", 20) == 0);
}

/* Rows of the core that act in some disease need not do so in the next. */
static void
note_what_acts(const eng_disease_t *disease, bool *core)
{
    eng_results_t before[NUM_PROTOCOLS], again[NUM_PROTOCOLS];
    fix_run_t run;

    prepare(disease);
    fix_open(&run, &fix);
    run_all(&run, before);
    run_all(&run, again);
    for (int p = 0; p < NUM_PROTOCOLS; p++) {
        CU_ASSERT_FALSE_FATAL(differ(&before[p], &again[p])); /* or nothing that follows says anything */
    }
    drop(again);
    for (int j = 0; j < eng_param_count(disease); j++) {
        if (j < ENG_NUM_CORE_PARAMS) {
            core[j] = core[j] || acts(&run, before, j);
        } else if (!acts(&run, before, j)) {
            printf("%s changes nothing\n", eng_param_at(disease, j).name);
            CU_FAIL("a parameter that does not act");
        }
    }
    drop(before);
    fix_close(&run);
}

static void
test_every_parameter_acts(void)
{
    bool core[ENG_NUM_CORE_PARAMS] = { false };

    for (int d = 0; d < eng_disease_count(); d++) {
        note_what_acts(eng_disease_at(d), core);
    }
    for (int j = 0; j < ENG_NUM_CORE_PARAMS; j++) {
        const char *name = eng_param_at(eng_disease_at(0), j).name;
        if (core[j] == waits_for_a_reader(name)) {
            printf("%s %s\n", name, core[j] ? "acts: it waits for nothing any more" : "changes nothing");
            CU_FAIL("a parameter that does not act");
        }
    }
}

static const eng_test_t tests[] = { ENG_TEST(test_every_parameter_acts) };

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "every parameter acts", tests);
}
