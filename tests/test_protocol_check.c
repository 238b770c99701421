/**
 * What is said about whole protocols: each case is a protocol and exactly the findings that it must cause.
 */
#include "testlib.h"

#include "model/action.h"
#include "model/disease.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define HORIZON 1826.25
#define MAX_ACTIONS 16

/* --- protocols in a line ---------------------------------------------------------------------------------- */

/* An action with the defaults of its arguments and all other arguments absent. */
static eng_action_t
action(const char *verb, const char *noun, double day)
{
    eng_action_t a = { .tick = eng_tick_nearest(day), .duration = NAN, .every = NAN, .times = 1 };
    int j;

    a.noun = eng_noun_find(eng_verb_find(verb), noun);
    CU_ASSERT_FATAL(a.noun != NULL);
    for (j = 0; j < a.noun->num_args; j++) {
        a.arg[j] = a.noun->args[j].dimension == ENG_DIM_CHOICE ? 0 : a.noun->args[j].fallback;
    }
    return a;
}

static eng_action_t
lasting(eng_action_t a, double days)
{
    a.duration = days;
    return a;
}

static eng_action_t
every(eng_action_t a, double days)
{
    a.every = days;
    return a;
}

static eng_action_t
with(eng_action_t a, const char *arg, double value)
{
    int j;

    for (j = 0; j < a.noun->num_args; j++) {
        if (strcmp(a.noun->args[j].name, arg) == 0) {
            a.arg[j] = value;
            return a;
        }
    }
    CU_FAIL_FATAL("no such argument");
    return a;
}

static eng_action_t
on_relapse(eng_action_t a)
{
    a.on_event = true;
    a.event = ENG_EVENT_RELAPSE;
    a.tick = INT32_MAX; /* a rule has no date: whoever reads it is wrong */
    return a;
}

/* --- findings ---------------------------------------------------------------------------------------------- */

typedef struct {
    int num_errors, num_notes;
    char text[4096]; /* one line each: "error 2: ..." */
} findings_t;

static void
tell(void *context, int j, bool error, const char *text)
{
    findings_t *found = context;
    size_t length = strlen(found->text);

    CU_ASSERT(strchr(text, '\n') == NULL && strlen(text) > 10 && strlen(text) < 200);
    found->num_errors += error;
    found->num_notes += !error;
    snprintf(found->text + length, sizeof(found->text) - length, "%s %d: %s\n", error ? "error" : "note", j, text);
}

/* The protocol causes so many errors and notes, and one of them begins "error 2:" (action 2) and has the words. */
static void
expect(const eng_action_t *actions, int num_actions, int errors, int notes, const char *start, const char *words)
{
    eng_action_t copy[MAX_ACTIONS];
    const eng_protocol_t protocol = { .name = "p", .actions = copy, .num_actions = num_actions };
    findings_t found = { 0, 0, "" };
    const char *line;
    bool seen = start == NULL;

    CU_ASSERT_FATAL(num_actions <= MAX_ACTIONS);
    memcpy(copy, actions, (size_t)num_actions * sizeof(*actions));
    CU_ASSERT(eng_protocol_check(&protocol, eng_disease_find("ms"), HORIZON, tell, &found) == errors);
    for (line = found.text; start != NULL && *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *hit = strstr(line, words);

        seen = seen || (strncmp(line, start, strlen(start)) == 0 && hit != NULL && hit < strchr(line, '\n'));
    }
    if (found.num_errors != errors || found.num_notes != notes || !seen) {
        fprintf(stderr, "expected %d errors, %d notes, \"%s ... %s\"; told:\n%s", errors, notes,
            start == NULL ? "" : start, words == NULL ? "" : words, found.text);
        CU_FAIL("other findings than expected");
    }
}

#define EXPECT(actions, errors, notes, start, words) \
    expect((actions), (int)(sizeof(actions) / sizeof(*(actions))), (errors), (notes), (start), (words))

/* --- cases -------------------------------------------------------------------------------------------------- */

static void
test_usual_protocols_pass(void)
{
    const eng_action_t dmt[] = { lasting(action("drug", "dmt_standard", 0), HORIZON),
        on_relapse(lasting(action("drug", "natalizumab", 0), 1095.75)) };
    const eng_action_t cy_atg[] = { action("mobilise", "cy", -40), action("harvest", "pb", -30),
        action("condition", "cy200", -5), action("atg", "ratg", -5), action("graft", "pb", 0),
        lasting(action("growth", "gcsf", 5), 7) };
    const eng_action_t tandem[] = { action("harvest", "pb", -60), action("condition", "mel200", -2),
        action("graft", "pb", 0), action("condition", "mel200", 100), action("graft", "pb", 102) };
    const eng_action_t anti_cd20[] = { lasting(every(action("drug", "rituximab", 0), 182), 1826) };

    EXPECT(dmt, 0, 0, NULL, NULL);
    EXPECT(cy_atg, 0, 0, NULL, NULL);
    EXPECT(tandem, 0, 0, NULL, NULL);
    EXPECT(anti_cd20, 0, 0, NULL, NULL);
    expect(dmt, 0, 0, 0, NULL, NULL); /* an empty protocol is observation */
}

static void
test_dates(void)
{
    const eng_action_t early[] = { action("drug", "dmf", -60.0625) };
    const eng_action_t first[] = { action("drug", "dmf", -60) };
    const eng_action_t late[] = { action("drug", "dmf", HORIZON + 0.0625) };
    const eng_action_t last[] = { action("drug", "dmf", HORIZON) };

    EXPECT(early, 1, 0, "error 0:", "-60.0625 is too early");
    EXPECT(first, 0, 0, NULL, NULL);
    EXPECT(late, 1, 0, "error 0:", "after the horizon");
    EXPECT(last, 0, 0, NULL, NULL);
}

static void
test_myeloablation_needs_a_graft(void)
{
    const eng_action_t beam[] = { action("condition", "beam", -5) };
    const eng_action_t cy200[] = { action("condition", "cy200", -5) };
    const eng_action_t too_early[] = { action("harvest", "pb", -20), action("graft", "pb", -6),
        action("condition", "beam", -5) };
    const eng_action_t goes_on[] = { action("harvest", "pb", -20), lasting(action("condition", "beam", -5), 7),
        action("graft", "pb", 0) };
    const eng_action_t just_done[] = { action("harvest", "pb", -20), lasting(action("condition", "beam", -5), 5),
        action("graft", "pb", 0) };
    const eng_action_t listed_last[] = { action("graft", "pb", 0), action("harvest", "pb", -20),
        lasting(action("condition", "beam", -5), 5) };
    const eng_action_t same_day[] = { action("harvest", "pb", -20), action("condition", "beam", 0),
        action("graft", "pb", 0) };
    const eng_action_t wrong_way[] = { action("harvest", "pb", -20), action("graft", "pb", 0),
        action("condition", "beam", 0) };
    const eng_action_t second[] = { action("harvest", "pb", -20), action("condition", "beam", -5),
        action("graft", "pb", 0), action("condition", "mac", 100) };

    EXPECT(beam, 1, 0, "error 0:", "no graft follows");
    EXPECT(cy200, 0, 0, NULL, NULL); /* marrow recovers by itself */
    EXPECT(too_early, 1, 0, "error 2:", "no graft follows");
    EXPECT(goes_on, 1, 0, "error 1:", "no graft follows");
    EXPECT(just_done, 0, 0, NULL, NULL);
    EXPECT(listed_last, 0, 0, NULL, NULL);
    EXPECT(same_day, 0, 0, NULL, NULL);
    EXPECT(wrong_way, 1, 0, "error 2:", "no graft follows");
    EXPECT(second, 1, 0, "error 3:", "4.5 log10");
}

/* A row may say that it needs a graft, whatever its figures. */
static void
test_myeloablative_by_name(void)
{
    eng_noun_t flagged = *eng_noun_find(ENG_VERB_CONDITION, "cy200");
    eng_action_t actions[] = { action("condition", "cy200", -5) };

    flagged.myeloablative = true;
    actions[0].noun = &flagged;
    EXPECT(actions, 1, 0, "error 0:", "no graft follows");
}

static void
test_agents_add_up(void)
{
    const eng_action_t one[] = { with(action("condition", "bu", -6), "dose", 3.2) };
    const eng_action_t two[] = { with(action("condition", "bu", -6), "dose", 3.2),
        with(action("condition", "bu", -5), "dose", 3.2) };
    const eng_action_t apart[] = { action("harvest", "pb", -20), with(action("condition", "bu", -6), "dose", 3.2),
        action("graft", "pb", 0), with(action("condition", "bu", 50), "dose", 3.2) };
    const eng_action_t rays[] = { with(action("condition", "tbi", -1), "dose", 5) };
    const eng_action_t fewer[] = { with(action("condition", "tbi", -1), "dose", 4) };

    EXPECT(one, 0, 0, NULL, NULL);
    EXPECT(two, 1, 0, "error 1:", "2 log10");
    EXPECT(apart, 0, 0, NULL, NULL); /* each half has its own balance */
    EXPECT(rays, 1, 0, "error 0:", "2.2 log10"); /* 5 / ln 10; 4 Gy: 4 / ln 10 = 1.7 */
    EXPECT(fewer, 0, 0, NULL, NULL);
}

static void
test_grafts_and_harvests(void)
{
    const eng_action_t at_start[] = { action("graft", "pb", 0) };
    const eng_action_t after[] = { action("graft", "pb", 0), action("harvest", "pb", 5) };
    const eng_action_t never[] = { action("harvest", "pb", -20) };
    const eng_action_t twice[] = { action("graft", "pb", 0), action("graft", "pb", 100) };
    const eng_action_t other[] = { action("harvest", "bm", -20), action("graft", "pb", 0) };
    const eng_action_t latest[] = { action("harvest", "pb", -20), action("harvest", "bm", -30),
        action("graft", "pb", 0) };
    const eng_action_t latest_too[] = { action("harvest", "bm", -30), action("harvest", "pb", -20),
        action("graft", "pb", 0) };
    const eng_action_t cord[] = { action("graft", "cord", 0) };
    const eng_action_t same_day[] = { action("harvest", "pb", 0), action("graft", "pb", 0) };
    const eng_action_t wrong_way[] = { action("graft", "pb", 0), action("harvest", "pb", 0) };
    const eng_action_t any_order[] = { action("graft", "pb", 0), action("harvest", "pb", -20) };
    const eng_action_t selected[] = { with(action("harvest", "pb", -20), "select", 4),
        with(action("graft", "pb", 0), "select", 4) };
    const eng_action_t once[] = { with(action("harvest", "pb", -20), "select", 4), action("graft", "pb", 0) };

    const eng_action_t twin[] = { with(action("graft", "pb", 0), "donor", 1), with(action("graft", "pb", 100), "donor", 1) };
    const eng_action_t own_too[] = { action("harvest", "pb", -20), with(action("graft", "bm", 0), "donor", 1) };

    EXPECT(twin, 0, 0, NULL, NULL); /* nobody waits for a harvest */
    EXPECT(own_too, 0, 1, "note 1:", "stays in store");
    EXPECT(at_start, 0, 1, "note 0:", "first day");
    EXPECT(after, 1, 1, "error 1:", "after its graft");
    EXPECT(never, 0, 1, "note 0:", "never given");
    EXPECT(twice, 1, 1, "error 1:", "harvest before it");
    EXPECT(other, 1, 0, "error 1:", "harvested as 'bm'");
    EXPECT(latest, 0, 0, NULL, NULL); /* a graft takes the cells of the harvest just before it */
    EXPECT(latest_too, 0, 0, NULL, NULL);
    EXPECT(cord, 1, 0, "error 0:", "no autologous donor");
    EXPECT(same_day, 0, 0, NULL, NULL);
    EXPECT(wrong_way, 1, 1, "error 1:", "after its graft");
    EXPECT(any_order, 0, 0, NULL, NULL); /* the order of the list counts on one day only */
    EXPECT(selected, 0, 1, "note 1:", "the graft's counts");
    EXPECT(once, 0, 0, NULL, NULL);
}

static void
test_mobilisation(void)
{
    const eng_action_t in_time[] = { action("mobilise", "gcsf", -40), action("harvest", "pb", -10),
        action("harvest", "pb", 20), action("graft", "pb", 30) };
    const eng_action_t in_time_too[] = { action("mobilise", "gcsf", -40), action("harvest", "pb", 20),
        action("harvest", "pb", -10), action("graft", "pb", 30) };
    const eng_action_t idle[] = { action("mobilise", "gcsf", -20) };
    const eng_action_t stale[] = { action("mobilise", "gcsf", -60), action("harvest", "pb", -29),
        action("graft", "pb", 0) };

    EXPECT(in_time, 0, 0, NULL, NULL);
    EXPECT(in_time_too, 0, 0, NULL, NULL);
    EXPECT(idle, 0, 1, "note 0:", "no harvest within 30 d");
    EXPECT(stale, 0, 1, "note 0:", "no harvest within 30 d");
}

static void
test_keys_that_nothing_reads(void)
{
    const eng_action_t endless[] = { action("growth", "gcsf", 5) };
    const eng_action_t slow_graft[] = { action("harvest", "pb", -20), lasting(action("graft", "pb", 0), 2) };
    const eng_action_t repeated[] = { every(lasting(action("condition", "cy120_low", -5), 4), 1) };
    const eng_action_t no_tail[] = { every(lasting(action("drug", "dmf", 0), 365), 30) };
    const eng_action_t rule[] = { on_relapse(every(lasting(action("drug", "rituximab", 0), 365), 182)) };
    eng_action_t tapered[] = { action("drug", "dmf", 0), action("atg", "ratg", 0) };

    EXPECT(endless, 1, 0, "error 0:", "needs 'for' or 'until'");
    EXPECT(slow_graft, 1, 0, "error 1:", "at once");
    EXPECT(repeated, 1, 0, "error 0:", "'every' is for drugs");
    EXPECT(no_tail, 1, 0, "error 0:", "only while it is taken");
    EXPECT(rule, 1, 0, "error 0:", "not available yet");
    tapered[0].taper = 30;
    EXPECT(tapered, 0, 0, NULL, NULL);
    tapered[1].taper = 30;
    EXPECT(tapered, 1, 0, "error 1:", "'taper' is for drugs");
}

static void
test_rules(void)
{
    const eng_action_t growth[] = { on_relapse(lasting(action("growth", "gcsf", 0), 5)) };
    const eng_action_t endless[] = { on_relapse(action("growth", "gcsf", 0)) };
    /* a graft that may come does not make up for conditioning that will */
    const eng_action_t hope[] = { action("condition", "beam", -5), on_relapse(action("graft", "pb", 0)) };
    eng_action_t many[MAX_ACTIONS];
    int j;

    EXPECT(growth, 0, 0, NULL, NULL);
    EXPECT(endless, 1, 0, "error 0:", "needs 'for'");
    EXPECT(hope, 2, 0, "error 0:", "no graft follows");
    for (j = 0; j < MAX_ACTIONS; j++) {
        many[j] = on_relapse(action("drug", "dmf", 0));
    }
    expect(many, 8, 0, 0, NULL, NULL);
    expect(many, MAX_ACTIONS, 1, 0, "error 8:", "at most 8");
}

/* The same, so many days after the visit. */
static eng_action_t
later(double after, eng_action_t a)
{
    a = on_relapse(a);
    a.after = after;
    return a;
}

static void
test_transplant_on_an_event(void)
{
    const eng_action_t own[] = { later(2, action("mobilise", "cy", 0)), later(12, action("harvest", "pb", 0)),
        later(25, lasting(action("condition", "beam", 0), 5)), later(25, action("atg", "ratg", 0)),
        later(30, action("graft", "pb", 0)), later(35, lasting(action("growth", "gcsf", 0), 7)) };
    const eng_action_t store[] = { action("harvest", "pb", -20), later(10, action("condition", "cy200", 0)),
        later(15, action("graft", "pb", 0)) };
    const eng_action_t second[] = { action("harvest", "pb", -20), action("condition", "cy200", -5), action("graft", "pb", 0),
        action("harvest", "pb", 5), later(10, action("graft", "pb", 0)) };
    const eng_action_t no_cells[] = { later(10, action("graft", "pb", 0)) };
    const eng_action_t too_late[] = { action("harvest", "pb", 11), later(10, action("graft", "pb", 0)) };
    const eng_action_t other[] = { action("harvest", "bm", -20), later(10, action("graft", "pb", 0)) };
    const eng_action_t after_graft[] = { action("harvest", "pb", -20), later(10, action("graft", "pb", 0)),
        later(11, action("harvest", "pb", 0)) };
    const eng_action_t never_given[] = { later(11, action("harvest", "pb", 0)) };
    const eng_action_t no_graft[] = { later(10, action("condition", "beam", 0)) };
    const eng_action_t graft_first[] = { action("harvest", "pb", -20), later(10, lasting(action("condition", "beam", 0), 5)),
        later(13, action("graft", "pb", 0)) };
    const eng_action_t cord[] = { later(10, action("graft", "cord", 0)) };
    eng_action_t often[] = { action("harvest", "pb", -20), later(10, action("condition", "beam", 0)),
        later(15, action("graft", "pb", 0)) };

    EXPECT(own, 0, 0, NULL, NULL);
    EXPECT(store, 0, 0, NULL, NULL);
    EXPECT(second, 0, 0, NULL, NULL);
    EXPECT(no_cells, 1, 0, "error 0:", "needs cells in store");
    EXPECT(too_late, 1, 0, "error 1:", "a harvest by day 10");
    EXPECT(other, 1, 0, "error 1:", "harvested as 'bm'");
    EXPECT(after_graft, 1, 0, "error 2:", "harvest comes after its graft");
    EXPECT(never_given, 0, 1, "note 0:", "never given");
    EXPECT(no_graft, 1, 0, "error 0:", "{when: relapse, after: 11 d, graft");
    EXPECT(graft_first, 1, 0, "error 1:", "{when: relapse, after: 15 d, graft");
    EXPECT(cord, 1, 0, "error 0:", "cord blood");
    often[1].times = 2;
    often[2].times = 1;
    EXPECT(often, 1, 0, "error 1:", "acts up to 2 times, the graft after it up to 1");
    often[2].times = 2;
    EXPECT(often, 0, 0, NULL, NULL);
}

static eng_action_t
on_loss(eng_action_t a)
{
    a = on_relapse(a);
    a.event = ENG_EVENT_LOSS_OF_RESPONSE;
    return a;
}

/* A response can be lost to some drugs only, and to none before the protocol gives it. */
static void
test_loss_of_response(void)
{
    const eng_action_t good[] = { action("drug", "abatacept", 0), on_loss(action("drug", "rituximab", 0)) };
    const eng_action_t rule[] = { on_loss(action("drug", "rituximab", 0)), on_relapse(action("drug", "abatacept", 0)) };
    const eng_action_t never[] = { action("drug", "natalizumab", 0), on_loss(action("drug", "rituximab", 0)) };
    const eng_action_t itself[] = { on_loss(action("drug", "abatacept", 0)) };

    EXPECT(good, 0, 0, NULL, NULL);
    EXPECT(rule, 0, 0, NULL, NULL);
    EXPECT(never, 1, 0, "error 1:", "no drug of this protocol can lose its response; those that can: abatacept");
    EXPECT(itself, 1, 0, "error 0:", "those that can: abatacept");
}

static void
test_stop(void)
{
    const eng_action_t good[] = { action("drug", "fingolimod", 0), action("stop", "fingolimod", 100) };
    const eng_action_t other[] = { action("drug", "dmf", 0), action("stop", "fingolimod", 100) };
    const eng_action_t early[] = { action("drug", "fingolimod", 101), action("stop", "fingolimod", 100) };
    const eng_action_t rule[] = { on_relapse(action("drug", "fingolimod", 0)), action("stop", "fingolimod", 100) };
    const eng_action_t when[] = { action("drug", "fingolimod", 0), on_relapse(action("stop", "fingolimod", 0)) };

    EXPECT(good, 0, 0, NULL, NULL);
    EXPECT(other, 0, 1, "note 1:", "nothing to stop");
    EXPECT(early, 0, 1, "note 1:", "nothing to stop");
    EXPECT(rule, 0, 0, NULL, NULL);
    EXPECT(when, 1, 0, "error 1:", "'stop' in a 'when' rule");
}

static const eng_test_t tests[] = {
    ENG_TEST(test_usual_protocols_pass),
    ENG_TEST(test_dates),
    ENG_TEST(test_myeloablation_needs_a_graft),
    ENG_TEST(test_myeloablative_by_name),
    ENG_TEST(test_agents_add_up),
    ENG_TEST(test_grafts_and_harvests),
    ENG_TEST(test_mobilisation),
    ENG_TEST(test_keys_that_nothing_reads),
    ENG_TEST(test_rules),
    ENG_TEST(test_transplant_on_an_event),
    ENG_TEST(test_loss_of_response),
    ENG_TEST(test_stop),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "protocol_check", tests);
}
