/**
 * Every bit of the outcomes of short courses as text, for a comparison between machines: the yardstick's protocols in tiles of one point and
 * of several, `when` rules with drugs and with actions that have dates, every regimen, antibody, drug and disease that there is,
 * screened patients, a reaction network, and the loops over values.  Lines that begin with `bits` must depend neither on the width, which
 * ENGRAFT_SIMD asks for, nor on the processor.
 *
 *     model_bits [DAYS]      of the yardstick's courses (default 120)
 */
#include "graft24.h"
#include "model_fixture.h"
#include "stats/loops.h"
#include "stats/moments.h"
#include <inttypes.h>

static fix_t fix;
static uint64_t hash = UINT64_C(0xcbf29ce484222325), num_values; /* FNV-1a */

static void
count(const void *bytes, size_t size)
{
    for (size_t j = 0; j < size; j++) {
        hash = (hash ^ ((const unsigned char *)bytes)[j]) * UINT64_C(0x100000001b3);
    }
    num_values++;
}

static void
say(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    printf(" %" PRIx64, bits);
    count(&bits, sizeof(bits));
}

static void
say_course(const char *what, int slot, const eng_results_t *r, int l)
{
    printf("bits %s %d", what, slot);
    say(r->cause[l]);
    say(r->failure[l]);
    for (int e = 0; e < eng_event_count(fix.spec.disease); e++) {
        say(r->tick[e][l]);
    }
    for (int n = 0; n < eng_number_count(fix.spec.disease); n++) {
        say(r->number[n][l]);
    }
    for (int m = 0; m < fix.spec.num_reads * eng_marker_count(fix.spec.disease); m++) {
        say(r->read[(size_t)m * ENG_LANES + (size_t)l]);
    }
    putchar('\n');
}

/* Patients 0 .. each - 1 of so many points, whose parameters differ, under all protocols. */
static void
run_points(const char *what, int points, int each)
{
    const int tiles = (points * each + ENG_LANES - 1) / ENG_LANES;
    const size_t reads = (size_t)(fix.spec.num_reads + 1) * (size_t)eng_marker_count(fix.spec.disease) * ENG_LANES;
    static eng_results_t results[ENG_SLAB];
    eng_params_t params[ENG_SLAB];
    char name[2 * ENG_MAX_NAME];
    fix_run_t run;

    fix_open(&run, &fix);
    eng_runner_clear(run.runner);
    for (int p = 0; p < points; p++) {
        params[p] = fix.params;
        params[p].trigger_rate *= 1 + 0.25 * p;
        params[p].clone_reservoir *= 1 + 0.125 * p;
        CU_ASSERT_EQUAL_FATAL(eng_runner_add(run.runner, (uint32_t)p, &params[p], 0, each), each);
    }
    eng_runner_admit(run.runner);
    for (int k = 0; k < tiles; k++) {
        results[k].read = calloc(reads, sizeof(double));
        CU_ASSERT_PTR_NOT_NULL_FATAL(results[k].read);
    }
    for (int p = 0; p < fix.spec.num_protocols; p++) {
        CU_ASSERT_EQUAL_FATAL(eng_runner_run(run.runner, p, results, 1), 0);
        snprintf(name, sizeof(name), "%s %s", what, fix.protocols[p].name);
        for (int s = 0; s < points * each; s++) {
            say_course(name, s, &results[s / ENG_LANES], s % ENG_LANES);
        }
    }
    for (int k = 0; k < tiles; k++) {
        free(results[k].read);
    }
    fix_close(&run);
}

/* --- calendars ------------------------------------------------------------------------------------------------------------ */

static void
begin_for(const eng_disease_t *disease, double horizon)
{
    fix_init_for(&fix, disease, horizon);
    for (int j = 0; j <= 8; j++) {
        fix_read_at(&fix, horizon * j / 8);
    }
}

static void
begin(double horizon)
{
    begin_for(eng_disease_find("ms"), horizon);
}

/* What the registry leaves to the study: the middle of the range. */
static eng_action_t *
add(double day, int verb, const eng_noun_t *noun)
{
    eng_action_t *a = fix_add(&fix, day, eng_verb_name(verb), noun->name);

    for (int j = 0; j < noun->num_args; j++) {
        if (isnan(a->arg[j]) && !noun->args[j].optional) {
            a->arg[j] = (noun->args[j].low + noun->args[j].high) / 2;
        }
    }
    return a;
}

static void
transplant(const char *name, const eng_noun_t *regimen, const eng_noun_t *antibody, double select)
{
    (void)fix_protocol(&fix, name);
    (void)fix_with(&fix, -10, "harvest", "pb", "select", select);
    (void)add(-2, ENG_VERB_CONDITION, regimen);
    (void)add(-1, ENG_VERB_ATG, antibody);
    (void)fix_with(&fix, 0, "graft", "pb", "cd34", 5e6);
    (void)fix_with(&fix, 5, "growth", "gcsf", "for", 9);
}

/* jobs/studies/yardstick.yaml, shortened. */
static void
yardstick(double days)
{
    const eng_noun_t *cy = eng_noun_find(ENG_VERB_CONDITION, "cy200"), *atg = eng_noun_find(ENG_VERB_ATG, "ratg");

    begin(days);
    fix.params.trigger_infection = 0;
    (void)fix_dmt(&fix);
    transplant("cy_atg", cy, atg, 0);
    transplant("cy_atg_selected", cy, atg, 3.5);
}

/* A rule with a drug, which acts in its lane, and one with a second transplant, which leads to another calendar. */
static void
rules(void)
{
    static const struct {
        const char *verb, *noun, *arg;
        double value, after;
    } second[] = { { "harvest", "pb", "select", 0, 3 }, { "condition", "cy200", "for", 4, 25 }, { "atg", "ratg", "dose", 6, 25 },
        { "graft", "pb", "cd34", 5e6, 30 } };

    begin(300);
    (void)fix_dmt(&fix);
    for (size_t j = 0; j < sizeof(second) / sizeof(*second); j++) {
        eng_action_t *a = fix_with(&fix, 0, second[j].verb, second[j].noun, second[j].arg, second[j].value);
        a->on_event = true;
        a->event = ENG_EVENT_RELAPSE;
        a->after = second[j].after;
    }
}

/* Noun j of each verb, from the first again where there are fewer. */
static const eng_noun_t *
noun(int verb, int j)
{
    return eng_noun_at(verb, j % eng_noun_count(verb));
}

static void
run_registry(void)
{
    const int verbs[] = { ENG_VERB_CONDITION, ENG_VERB_ATG, ENG_VERB_DRUG };
    char name[ENG_MAX_NAME];
    int most = 0;

    for (size_t v = 0; v < sizeof(verbs) / sizeof(*verbs); v++) {
        most = eng_noun_count(verbs[v]) > most ? eng_noun_count(verbs[v]) : most;
    }
    for (int j = 0; j < most; j++) {
        const eng_noun_t *regimen = noun(ENG_VERB_CONDITION, j), *antibody = noun(ENG_VERB_ATG, j), *drug = noun(ENG_VERB_DRUG, j);
        begin(60);
        snprintf(name, sizeof(name), "%s_%s", regimen->name, antibody->name);
        transplant(name, regimen, antibody, 0);
        (void)fix_protocol(&fix, drug->name);
        add(0, ENG_VERB_DRUG, drug)->duration = 20;
        run_points("registry", 1, 16);
    }
}

/* A transplant under each other disease that there is, health among them. */
static void
run_diseases(double length)
{
    for (int d = 0; d < eng_disease_count(); d++) {
        const eng_disease_t *disease = eng_disease_at(d);
        char what[ENG_MAX_NAME];

        begin_for(disease, length);
        (void)fix_transplant(&fix, "beam", "beam", 0);
        (void)fix_untreated(&fix);
        snprintf(what, sizeof(what), "disease %s", disease->module.name);
        run_points(what, 3, 24);
    }
}

/* --- loops of other kinds -------------------------------------------------------------------------------------------------- */

static void
run_network(void)
{
    static const uint32_t seed[4] = { 7, 0, 0, 0 };
    static eng_network_tile_t tile;
    static graft24_t graft24;

    graft24_make(&graft24, 1);
    eng_network_open(&tile, &graft24.network, seed, 5);
    CU_ASSERT_EQUAL_FATAL(eng_network_advance(&tile, &graft24.network, 0.1, 300), 0);
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        printf("bits network %d", s);
        for (int l = 0; l < ENG_LANES; l++) {
            say(tile.count[s][l]);
        }
        putchar('\n');
    }
}

static void
run_values(const eng_loops_t *loops, bool logarithmic)
{
    double value[ENG_MOMENTS_MAX_COUNT];
    int32_t quantum[ENG_MOMENTS_MAX_COUNT], index[ENG_MOMENTS_MAX_COUNT];
    int64_t words[ENG_MOMENTS_WORDS] = { 0 };
    uint64_t state = 5;
    eng_bins_t bins;

    for (int j = 0; j < ENG_MOMENTS_MAX_COUNT; j++) {
        value[j] = j % 9 == 4 ? NAN : eng_test_uniform(&state, -50, 2000);
    }
    eng_bins_init(&bins, 0.5, 1500, 0.01, logarithmic, 400);
    loops->quantise(value, ENG_MOMENTS_MAX_COUNT, 0.01, quantum);
    loops->moments(quantum, ENG_MOMENTS_MAX_COUNT, words, 1);
    loops->bins(&bins, value, ENG_MOMENTS_MAX_COUNT, index);
    printf("bits values %d", logarithmic);
    for (int j = 0; j < ENG_MOMENTS_MAX_COUNT; j++) {
        say(quantum[j]);
        say(index[j]);
    }
    for (int j = 0; j < ENG_MOMENTS_WORDS; j++) {
        say((double)words[j]);
    }
    putchar('\n');
}

/* --- all of it -------------------------------------------------------------------------------------------------------------- */

static double days = 120;

static void
run_all(void)
{
    const eng_kernel_t *kernel;

    CU_ASSERT_EQUAL_FATAL(eng_kernel_choose(&kernel), 0);
    printf("\nwidth %s\n", kernel->width);
    yardstick(days);
    run_points("alone", 1, ENG_LANES);
    run_points("mixed", 7, 13);
    rules();
    run_points("rules", 3, ENG_LANES);
    yardstick(40);
    fix.spec.entry = (eng_entry_t){ .event = ENG_EVENT_RELAPSE, .at_least = 2, .within = 365.25 };
    run_points("screened", 1, 16);
    run_registry();
    run_diseases(days);
    run_network();
    run_values(eng_loops_find(kernel->width), false);
    run_values(eng_loops_find(kernel->width), true);
    printf("bits hash %016" PRIx64 " of %" PRIu64 " values\n", hash, num_values);
}

static const eng_test_t tests[] = { ENG_TEST(run_all) };

int
main(int argc, char **argv)
{
    days = argc > 1 ? atof(argv[1]) : days;
    return ENG_TEST_MAIN(1, argv, "model_bits", tests);
}
