/**
 * The registry of therapy: every row is complete, arguments have defaults within their ranges, figures behind the rows
 * are the ones that are meant, and doses become kills.
 */
#include "testlib.h"

#include "model/action.h"
#include "model/action_data.h"
#include "model/disease.h"
#include "model/regimen.h"
#include "model/verb.h"
#include <math.h>
#include <string.h>

static bool
has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool
is_word(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static void
check_arg(const eng_arg_row_t *arg)
{
    CU_ASSERT(is_word(arg->name) && has_text(arg->help));
    CU_ASSERT(arg->low < arg->high);
    CU_ASSERT(isnan(arg->fallback) || (arg->fallback >= arg->low && arg->fallback <= arg->high));
    CU_ASSERT(!arg->optional || isnan(arg->fallback));
    CU_ASSERT((arg->dimension == ENG_DIM_CHOICE) == (arg->choices != NULL));
    if (arg->choices != NULL) {
        int words = 1;
        const char *c;

        for (c = arg->choices; *c != '\0'; c++) {
            words += *c == ' ';
        }
        CU_ASSERT(arg->low == 0 && arg->high == words - 1);
    }
}

static void
test_actions(void)
{
    int verb, j, k, i;

    for (verb = 0; verb < ENG_NUM_VERBS; verb++) {
        CU_ASSERT(eng_verb_find(eng_verb_name(verb)) == verb);
        CU_ASSERT(eng_noun_at(verb, -1) == NULL && eng_noun_at(verb, eng_noun_count(verb)) == NULL);
        CU_ASSERT(eng_noun_find(verb, "snake_oil") == NULL);
        for (j = 0; j < eng_noun_count(verb); j++) {
            const eng_noun_t *noun = eng_noun_at(verb, j);

            CU_ASSERT(is_word(noun->name) && has_text(noun->source) && has_text(noun->help));
            CU_ASSERT((int)noun->verb == verb && eng_noun_find(verb, noun->name) == noun);
            CU_ASSERT(noun->data != NULL && noun->class_name != NULL);
            CU_ASSERT_FATAL(noun->num_args >= 0 && noun->num_args <= ENG_MAX_ARGS);
            CU_ASSERT((noun->args == NULL) == (noun->num_args == 0));
            CU_ASSERT(noun->when_allowed == (verb != ENG_VERB_STOP));
            CU_ASSERT(verb != ENG_VERB_DRUG || !noun->window); /* given at visits, in lanes that stay where they are */
            for (k = 0; k < noun->num_args; k++) {
                check_arg(&noun->args[k]);
                for (i = 0; i < k; i++) {
                    CU_ASSERT(strcmp(noun->args[i].name, noun->args[k].name) != 0);
                }
            }
        }
    }
    CU_ASSERT(eng_noun_find(ENG_VERB_CONDITION, "cy200") != NULL);
    CU_ASSERT(eng_noun_find(ENG_VERB_DRUG, "dmt_standard") != NULL);
    CU_ASSERT(eng_verb_find("prescribe") == -1);
    CU_ASSERT(eng_noun_count(ENG_VERB_DLI) == 0 && eng_noun_at(ENG_VERB_DLI, 0) == NULL);
    CU_ASSERT(eng_noun_count(-1) == 0 && eng_noun_count(ENG_NUM_VERBS) == 0);
}

/* What a file of a verb may leave out it leaves out as a whole: nouns and their ops are there, ends of durations agree. */
static void
test_kinds(void)
{
    int kind, j;

    for (kind = 0; kind < ENG_NUM_KINDS; kind++) {
        const eng_action_kind_t *k = eng_action_kind_at(kind);

        CU_ASSERT_FATAL(k != NULL && k->num_nouns > 0 && k->expand != NULL);
        CU_ASSERT(eng_action_kind_of((int)k->verb) == kind && eng_noun_count((int)k->verb) == k->num_nouns);
        CU_ASSERT(!k->repeats || k->lasts == ENG_LASTS_AS_GIVEN);
        for (j = 0; j < k->num_nouns; j++) {
            CU_ASSERT(k->nouns[j].verb == k->verb && eng_noun_index(&k->nouns[j]) == j);
        }
    }
    CU_ASSERT(eng_action_kind_at(-1) == NULL && eng_action_kind_at(ENG_NUM_KINDS) == NULL);
    CU_ASSERT(eng_action_kind_of(ENG_VERB_DLI) == -1);
}

static eng_action_t
given(eng_verb_t verb, const char *noun, double arg0, double arg1)
{
    eng_action_t action = { .noun = eng_noun_find((int)verb, noun), .duration = NAN, .every = NAN };

    CU_ASSERT_FATAL(action.noun != NULL);
    action.arg[0] = arg0;
    action.arg[1] = arg1;
    return action;
}

static eng_kill_t
kill_of(const char *noun, double dose, double fraction)
{
    const eng_action_t action = given(ENG_VERB_CONDITION, noun, dose, fraction);

    return eng_regimen_kill(&action);
}

static void
test_regimens(void)
{
    int j;

    for (j = 0; j < eng_noun_count(ENG_VERB_CONDITION); j++) {
        const eng_noun_t *noun = eng_noun_at(ENG_VERB_CONDITION, j);
        const eng_regimen_t *regimen = noun->data;

        CU_ASSERT(regimen->stem >= 0 && regimen->progenitor >= regimen->stem - 0.11 && regimen->lymphoid >= 0);
        CU_ASSERT(regimen->intensity >= 0 && regimen->intensity < 1.2);
        CU_ASSERT((regimen->reference > 0) == (noun->num_args > 0 && strcmp(noun->args[0].name, "dose") == 0));
        CU_ASSERT(regimen->reference > 0 || noun->myeloablative == (regimen->stem >= 2));
        CU_ASSERT(regimen->reference > 0 || noun->num_args == (regimen->tbi && regimen->stem >= 2)); /* lungs may be shielded */
        if (regimen->reference > 0) {
            CU_ASSERT(isnan(noun->args[0].fallback) && !noun->args[0].optional);
            CU_ASSERT(regimen->reference >= noun->args[0].low && regimen->reference <= noun->args[0].high);
        }
    }
}

static void
test_kills(void)
{
    eng_kill_t kill = kill_of("cy200", NAN, NAN), part, other;

    CU_ASSERT(kill.stem == 1.0 && kill.progenitor == 4.7 && kill.lymphoid == 3.3 && kill.nk == 3.3);
    CU_ASSERT(kill.intensity == 0.60);
    kill = kill_of("cy", 200, NAN);
    ENG_ASSERT_NEAR(kill.stem, 1.0, 1e-12);
    ENG_ASSERT_NEAR(kill.progenitor, 4.6, 1e-12);
    ENG_ASSERT_NEAR(kill.intensity, 0.60, 1e-12);
    kill = kill_of("treosulfan", 42000, NAN);
    ENG_ASSERT_NEAR(kill.stem, 3.6, 1e-12);
    part = kill_of("mel", 140, NAN);
    other = kill_of("bcnu_arac_vp16", NAN, NAN);
    kill = kill_of("beam", NAN, NAN);
    ENG_ASSERT_NEAR(part.intensity + other.intensity, kill.intensity, 1e-12);
    kill = kill_of("none", NAN, NAN);
    CU_ASSERT(kill.stem == 0 && kill.progenitor == 0 && kill.lymphoid == 0 && kill.nk == 0 && kill.intensity == 0);
    /* 12 Gy by 2: (0.9 12 + 0.05 12 2) / ln 10 = 12 / ln 10, (1.2 12 + 0.06 12 2) / ln 10 = 15.84 / ln 10 */
    kill = kill_of("tbi", 12, 2);
    ENG_ASSERT_NEAR(kill.stem, 5.211533782839021, 1e-12);
    ENG_ASSERT_NEAR(kill.progenitor, 14.4 * 0.43429448190325182765, 1e-12);
    ENG_ASSERT_NEAR(kill.lymphoid, 15.84 * 0.43429448190325182765, 1e-12);
    CU_ASSERT(kill.nk == kill.lymphoid);
    ENG_ASSERT_NEAR(kill.intensity, 0.99, 1e-12);
    /* finer fractions spare; a fraction cannot be more than the whole */
    part = kill_of("tbi", 12, 1);
    CU_ASSERT(part.stem < kill.stem);
    kill = kill_of("tbi", 1, 2);
    part = kill_of("tbi", 1, 1);
    CU_ASSERT(kill.stem == part.stem);
}

/* Offsets point at whole fields of eng_params_t, and at the ones that are meant. */
static const char *
param_name(size_t offset)
{
    if (offset % sizeof(double) != 0 || offset / sizeof(double) >= ENG_NUM_CORE_PARAMS) {
        return "";
    }
    return eng_param_at(eng_disease_at(0), (int)(offset / sizeof(double))).name;
}

static void
test_antibodies(void)
{
    const eng_antibody_t *ratg = eng_noun_find(ENG_VERB_ATG, "ratg")->data;
    const eng_antibody_t *eatg = eng_noun_find(ENG_VERB_ATG, "eatg")->data;
    const eng_antibody_t *alemtuzumab = eng_noun_find(ENG_VERB_ATG, "alemtuzumab")->data;

    CU_ASSERT_STRING_EQUAL(param_name(ratg->kill_param), "atg.t_cell_kill_rate");
    CU_ASSERT_STRING_EQUAL(param_name(ratg->half_life_param), "atg.half_life");
    CU_ASSERT_STRING_EQUAL(param_name(eatg->kill_param), "atg.t_cell_kill_rate");
    CU_ASSERT_STRING_EQUAL(param_name(alemtuzumab->kill_param), "alemtuzumab.t_cell_kill_rate");
    CU_ASSERT(eatg->half_life_param == ENG_NO_PARAM && eatg->half_life == 5);
    CU_ASSERT(alemtuzumab->half_life_param == ENG_NO_PARAM && alemtuzumab->half_life == 8);
    ENG_ASSERT_NEAR(0.35 * eatg->kill_factor, 0.25, 1e-12);
    ENG_ASSERT_NEAR(0.45 * alemtuzumab->b_factor, 0.4, 1e-12);
    ENG_ASSERT_NEAR(0.45 * alemtuzumab->nk_factor, 0.2, 1e-12);
    CU_ASSERT(ratg->reference == 6.75 && ratg->nk_factor < 0 && ratg->b_factor == 0);
}

static void
test_drugs(void)
{
    int j;

    CU_ASSERT_FATAL(eng_noun_count(ENG_VERB_STOP) == eng_noun_count(ENG_VERB_DRUG));
    for (j = 0; j < eng_noun_count(ENG_VERB_DRUG); j++) {
        const eng_noun_t *noun = eng_noun_at(ENG_VERB_DRUG, j);
        const eng_drug_t *drug = noun->data;

        CU_ASSERT(drug->half_life >= 0 && drug->onset >= 0);
        CU_ASSERT(drug->num_effects <= ENG_MAX_EFFECTS);
        for (int k = 0; k < drug->num_effects; k++) { /* one parameter an effect, one effect a signal */
            CU_ASSERT(strncmp(param_name(drug->effect[k].param), "drug.", 5) == 0);
            CU_ASSERT(k == 0 || drug->effect[k].signal != drug->effect[k - 1].signal);
        }
        CU_ASSERT(drug->responders == ENG_NO_PARAM || strncmp(param_name(drug->responders), "drug.", 5) == 0);
        CU_ASSERT(drug->loss == ENG_NO_PARAM || strncmp(param_name(drug->loss), "drug.", 5) == 0);
        CU_ASSERT(has_text(noun->class_name));
        CU_ASSERT(eng_noun_find(ENG_VERB_STOP, noun->name) != NULL);
        CU_ASSERT(eng_noun_find(ENG_VERB_STOP, noun->name)->data == noun);
    }
    CU_ASSERT_STRING_EQUAL(
        param_name(((const eng_drug_t *)eng_noun_find(ENG_VERB_DRUG, "dmf")->data)->effect[0].param), "drug.dmf_block");
    CU_ASSERT(((const eng_drug_t *)eng_noun_find(ENG_VERB_DRUG, "ocrelizumab")->data)->half_life == 26);
}

static void
test_cells(void)
{
    const eng_noun_t *graft = eng_noun_find(ENG_VERB_GRAFT, "pb");
    int j;

    CU_ASSERT_FATAL(graft != NULL && graft->num_args == 6);
    CU_ASSERT_STRING_EQUAL(graft->args[0].name, "donor");
    CU_ASSERT(isnan(graft->args[0].fallback) && !graft->args[0].optional); /* a donor has to be named */
    CU_ASSERT(strcmp(graft->args[0].choices, "auto syn msd mud mmud haplo") == 0);
    CU_ASSERT(graft->args[1].optional && graft->args[2].optional && graft->args[3].fallback == 0);
    for (j = 0; j < eng_noun_count(ENG_VERB_HARVEST); j++) {
        const eng_noun_t *harvest = eng_noun_at(ENG_VERB_HARVEST, j);
        const eng_graft_source_t *taken = harvest->data;
        const eng_graft_source_t *source = eng_noun_find(ENG_VERB_GRAFT, harvest->name)->data;

        CU_ASSERT(taken->source == source->source && taken->cd3 == source->cd3);
    }
    for (j = 0; j < eng_noun_count(ENG_VERB_MOBILISE); j++) {
        const eng_noun_t *noun = eng_noun_at(ENG_VERB_MOBILISE, j);
        const eng_mobiliser_t *mobiliser = noun->data;

        CU_ASSERT(mobiliser->yield_factor >= 1 && mobiliser->lymphoid >= 0);
        CU_ASSERT((mobiliser->reference > 0) == (noun->num_args > 0));
    }
}

/* A noun that no verb registers has no place among them: an error, and not a search without end. */
static void
test_noun_outside_the_registry(void)
{
    const eng_noun_t stray = *eng_noun_find(ENG_VERB_ATG, "ratg");
    eng_action_t action = given(ENG_VERB_ATG, "ratg", 6, NAN);
    const eng_protocol_t protocol = { .actions = &action, .num_actions = 1 };
    const eng_model_spec_t spec = { .disease = eng_disease_find("ms"), .horizon = 400, .visits = 30 };
    eng_plan_t plan;

    CU_ASSERT_EQUAL(eng_plan_create(&plan, &protocol, &spec, -30, 400), 0);
    eng_plan_free(&plan);
    action.noun = &stray;
    CU_ASSERT_EQUAL(eng_noun_index(&stray), -1);
    CU_ASSERT_EQUAL(eng_plan_create(&plan, &protocol, &spec, -30, 400), ENG_ERR_INTERNAL);
    CU_ASSERT(strstr(eng_error_message(), "'atg: ratg' is not in the registry") != NULL);
    CU_ASSERT_PTR_NULL(plan.ops);
}

static const eng_test_t tests[] = {
    ENG_TEST(test_actions),
    ENG_TEST(test_kinds),
    ENG_TEST(test_regimens),
    ENG_TEST(test_kills),
    ENG_TEST(test_antibodies),
    ENG_TEST(test_drugs),
    ENG_TEST(test_cells),
    ENG_TEST(test_noun_outside_the_registry),
};

int
main(int argc, char **argv)
{
    return ENG_TEST_MAIN(argc, argv, "actions", tests);
}
