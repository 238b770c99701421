/**
 * engraft sensitivity: which parameters the outcomes depend on.  The design of the study says how: Sobol' indices of saltelli,
 * elementary effects of morris, rank-based first-order indices of any random design.
 */
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/failures.h"
#include "cli/measure.h"
#include "cli/sensitivity.h"
#include "stats/shapley.h"

#include <stdlib.h>
#include <string.h>

static int
one_series(const eng_sensitivity_t *self, const eng_response_t *response, int protocol, int reading)
{
    char label[ENG_CELL_SIZE];
    const eng_sensitivity_subject_t of = { label, protocol };
    eng_series_of_points_t series;
    int ret = eng_response_points(response, protocol, reading, &series);

    for (uint64_t i = 0; ret == 0 && self->source.study->num_factors > 0 && i < self->source.study->num_points; i++) {
        series.noise[i] = 0; /* chance is what the points choose: it is no noise */
    }
    eng_response_label(response, reading, label);
    if (ret == 0 && !(series.average == series.average)) {
        printf("\n%s, %s: no course has it\n", label, self->source.study->protocols[protocol].name);
    } else if (ret == 0) {
        ret = self->look == ENG_LOOK_REGIONAL ? eng_sensitivity_regional(self, response, &of, &series) :
            self->look == ENG_LOOK_SHAPLEY ? eng_sensitivity_shapley(self, response, &of, &series) :
            self->method == ENG_METHOD_SOBOL ? eng_sensitivity_sobol(self, response, &of, &series) :
            self->method == ENG_METHOD_MORRIS  ? eng_sensitivity_morris(self, response, &of, &series) :
                                             eng_sensitivity_ranks(self, response, &of, &series);
    }
    eng_series_of_points_free(&series);
    return ret;
}

/* The last reading of each outcome, all of one that was asked for. */
static int
one_outcome(const eng_sensitivity_t *self, int outcome)
{
    eng_response_t response;
    int ret = eng_response_open(&response, &self->source, outcome, self->difference);

    for (int j = 0; ret == 0 && self->look == ENG_LOOK_DISTRIBUTION && j < self->choice.count; j++) {
        ret = eng_sensitivity_distribution(self, &response, self->choice.items[j]);
    }
    for (int r = self->look == ENG_LOOK_DISTRIBUTION ? response.readings : self->outcome < 0 ? response.readings - 1 : 0; ret == 0 && r < response.readings; r++) {
        for (int j = 0; ret == 0 && j < self->choice.count; j++) {
            const int p = self->choice.items[j];
            ret = self->difference && p == self->source.study->reference ? 0 : one_series(self, &response, p, r);
        }
    }
    eng_response_free(&response);
    return ret;
}

/* Every day of the trajectory of a marker. */
static int
one_trajectory(const eng_sensitivity_t *self)
{
    eng_response_t response;
    int ret = eng_response_open_trajectory(&response, &self->source, self->trajectory);

    for (int j = 0; ret == 0 && j < self->choice.count; j++) {
        for (int r = 0; ret == 0 && r < response.readings; r++) {
            ret = one_series(self, &response, self->choice.items[j], r);
        }
    }
    eng_response_free(&response);
    return ret;
}

/* The marker that is named, if the study has its trajectories at each point; -1 after a failure. */
static int
find_trajectory(const eng_sensitivity_t *self, const char *name)
{
    const eng_study_t *study = self->source.study;
    const eng_trajectories_t *wanted = &study->trajectories;
    eng_text_t names = { 0 };
    int found = -1;

    for (int k = 0; k < wanted->num_markers; k++) {
        const eng_marker_row_t *row = eng_marker_row(study->disease, wanted->markers[k]);
        found = strcmp(row->name, name) == 0 ? wanted->markers[k] : found;
        eng_text_add(&names, "%s%s", k > 0 ? ", " : "", row->name);
    }
    if (found >= 0 && (self->difference || self->look == ENG_LOOK_DISTRIBUTION || self->look == ENG_LOOK_REGIONAL)) {
        found = -1;
        ENG_FAIL(ENG_ERR_USAGE, "--trajectory: indices and Shapley effects of its means only: leave --difference and other looks away");
    } else if (found < 0) {
        ENG_FAIL(ENG_ERR_USAGE, "%s: has no trajectory of '%s'; it has %s", self->source.path, name, names.data == NULL ? "none" : names.data);
    } else if (!wanted->points) {
        found = -1;
        ENG_FAIL(ENG_ERR_USAGE, "%s: has trajectories over all points only: indices need 'points: true' in 'trajectories'", self->source.path);
    }
    eng_text_free(&names);
    return found;
}

/* Which indices the points allow, or why none. */
static int
choose_method(eng_sensitivity_t *self)
{
    const eng_study_t *study = self->source.study;
    const eng_design_kind_t *kind = study->design;
    const char *path = self->source.path;

    if (kind == NULL) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: has one point: nothing is uncertain in its study", path);
    }
    self->method = kind->role == NULL || !kind->takes_groups ? ENG_METHOD_RANK : kind->takes_dependence && strcmp(kind->name, "morris") == 0 ? ENG_METHOD_MORRIS
                                                                                                                                       : ENG_METHOD_SOBOL;
    if (self->method != ENG_METHOD_MORRIS && study->patients_common && study->num_factors == 0) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: its points share their patients, whose chance would pass for an effect of parameters: indices of variance "
            "need 'across_points: independent' in 'cohort'", path);
    }
    if (self->difference && study->courses == 2) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: its people live twice ('courses: 2'), and the noise of their differences is not known: leave --difference away", path);
    }
    if (self->method == ENG_METHOD_RANK && !kind->takes_dependence && !kind->gives_values) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: '%s' has few values of each parameter: indices need a random design, saltelli or morris", path, kind->name);
    }
    if (self->method == ENG_METHOD_RANK && study->num_points < 10) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: %llu points are too few for indices", path, (unsigned long long)study->num_points);
    }
    if (self->look >= ENG_LOOK_REGIONAL && self->method != ENG_METHOD_RANK) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: '%s' moves its points together: this needs independent ones, such as lhs", path, kind->name);
    }
    if (self->look == ENG_LOOK_DISTRIBUTION && (self->method == ENG_METHOD_MORRIS || self->difference)) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: indices of distributions need saltelli or a random design, and no --difference", path);
    }
    if (self->convergence && self->look != ENG_LOOK_INDICES) {
        return ENG_FAIL(ENG_ERR_USAGE, "--convergence: is of indices and elementary effects, not of another --look");
    }
    if (self->look == ENG_LOOK_SHAPLEY && study->num_uncertain > ENG_MAX_SHAPLEY) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: Shapley effects look at all sets of parameters, at most %d, here are %d", path, ENG_MAX_SHAPLEY,
            study->num_uncertain);
    }
    self->groups = self->method == ENG_METHOD_RANK ? study->num_uncertain : study->num_groups;
    self->second = self->method == ENG_METHOD_SOBOL && study->design_option[0] > 0;
    return 0;
}

static int
read_design(eng_sensitivity_t *self)
{
    const eng_study_t *study = self->source.study;
    const eng_design_spec_t spec = eng_study_design_spec(study);
    const size_t count = (size_t)study->num_points * (size_t)study->num_uncertain;
    int ret;

    self->unit = malloc(count * sizeof(*self->unit) + 1);
    self->values = malloc(count * sizeof(*self->values) + 1);
    self->roles = calloc((size_t)study->num_points + 1, sizeof(*self->roles));
    if (self->unit == NULL || self->values == NULL || self->roles == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for its design", self->source.path);
    }
    ret = eng_source_read(&self->source, "/design/unit", self->unit, count);
    ret = ret == 0 ? eng_source_read(&self->source, "/design/values", self->values, count) : ret;
    for (uint64_t i = 0; ret == 0 && self->method == ENG_METHOD_MORRIS && i < study->num_points; i++) {
        study->design->role(&spec, self->unit, i, &self->roles[i]);
    }
    return ret;
}

static void
print_about(const eng_sensitivity_t *self)
{
    const eng_study_t *study = self->source.study;

    if (self->look == ENG_LOOK_REGIONAL) {
        printf("\ndistance: between the distributions of a parameter's values, weighted by courses with the event and without (points above\n"
               "and below the median of other outcomes); p: share of 400 random orders of the points with one as large.\n");
        return;
    }
    if (self->look == ENG_LOOK_SHAPLEY) {
        printf("\nShapley effects add up to 1: what parameters make together, or by their dependence, is divided among them; from neighbours of\n"
               "points, noise of finite patients taken out; intervals are 95 %%, from resampled points.\n");
        return;
    }
    printf("\nIntervals are 95 %%, from resampled %s.", self->method == ENG_METHOD_SOBOL ? "base rows"
            : self->method == ENG_METHOD_MORRIS                                              ? "trajectories"
                                                                                         : "halves of the points");
    if (self->method == ENG_METHOD_MORRIS) {
        printf("  Effects are changes of the outcome over the whole unit interval of a\nparameter's prior: mu* their mean size, mu their mean, "
               "sigma their spread%s.\n", study->patients_common ? " (interactions, curvature); the patients are the same at every point,\n"
               "so that intervals hold for them" : " without noise");
        return;
    }
    if (study->num_factors > 0) {
        printf("  Indices are shares of the variance that chance in each\nchannel makes in the outcome of a course%s; %s.\n",
            study->num_factors == study->num_uncertain ? "" : ", and parameters in the mean of the patients of a point", eng_sobol_name(self->estimator));
        return;
    }
    printf("  Indices are shares of the variance that parameters make in\nthe mean outcome, noise of finite patients taken out; %s.\n",
        self->method == ENG_METHOD_SOBOL ? eng_sobol_name(self->estimator) : "each alone, by neighbours in its order");
}

static int
print_all(eng_sensitivity_t *self)
{
    const eng_study_t *study = self->source.study;
    int ret;

    printf("Study %s: %llu points by %s, %d %s\n", study->name, (unsigned long long)study->num_points, study->design->name, self->groups,
        study->num_factors > 0 ? "factors" : study->design_groups != NULL ? "groups of parameters" : "parameters");
    eng_source_print_caveats(&self->source, stdout);
    ret = eng_failures_print(&self->source, NULL, stdout);
    if (ret == 0 && self->trajectory >= 0) {
        ret = one_trajectory(self);
    }
    for (int j = 0; ret == 0 && self->trajectory < 0 && j < study->num_outcomes; j++) {
        ret = self->outcome >= 0 && self->outcome != j ? 0 : one_outcome(self, j);
    }
    if (ret == 0) {
        print_about(self);
    }
    return ret;
}

static int
open_all(eng_sensitivity_t *self, const char *outcome, const char *trajectory, const char *protocols, const char *estimator, const char *look, const char *csv)
{
    const eng_study_t *study = self->source.study;
    int ret = outcome == NULL ? 0 : (self->outcome = eng_outcome_of_study(study, outcome)) < 0 ? ENG_ERR_USAGE : 0;

    if (ret == 0 && estimator != NULL) {
        ret = eng_args_choice("--estimator", estimator, "janon_monod|saltelli|jansen|martinez", &self->estimator);
    }
    if (ret == 0 && look != NULL) {
        ret = eng_args_choice("--look", look, ENG_LOOK_WORDS, &self->look);
    }
    if (ret == 0 && trajectory != NULL) {
        ret = (self->trajectory = find_trajectory(self, trajectory)) < 0 ? ENG_ERR_USAGE : 0;
    }
    if (ret == 0 && outcome != NULL && trajectory != NULL) {
        ret = ENG_FAIL(ENG_ERR_USAGE, "--outcome and --trajectory: one of them at a time");
    }
    ret = ret == 0 ? eng_choice_create(&self->choice, study, protocols) : ret;
    ret = ret == 0 ? choose_method(self) : ret;
    ret = ret == 0 ? read_design(self) : ret;
    if (ret == 0 && csv != NULL) {
        self->csv = fopen(csv, "wx");
        if (self->csv == NULL) {
            return ENG_FAIL(ENG_ERR_WRITE, "%s: cannot be made, or is there already", csv);
        }
        fprintf(self->csv, "outcome,protocol,parameter,index,estimator,value,low,high,with_noise,rows,verdict\n");
    }
    ret = ret == 0 ? print_all(self) : ret;
    if (self->csv != NULL && (ferror(self->csv) != 0) + (fclose(self->csv) != 0) > 0 && ret == 0) {
        ret = ENG_FAIL(ENG_ERR_WRITE, "%s: could not be written", csv);
    }
    return ret;
}

static int
cmd_sensitivity(int argc, char **argv)
{
    const char *path = NULL, *outcome = NULL, *trajectory = NULL, *protocols = NULL, *estimator = NULL, *look = NULL, *csv = NULL;
    eng_sensitivity_t self = { .outcome = -1, .trajectory = -1 };
    const eng_option_t options[] = { { "--outcome", &outcome, NULL }, { "--trajectory", &trajectory, NULL }, { "--protocol", &protocols, NULL }, { "--estimator", &estimator, NULL },
        { "--csv", &csv, NULL }, { "--difference", NULL, &self.difference },
        { "--look", &look, NULL }, { "--convergence", NULL, &self.convergence } };
    int ret = eng_args_parse(argc, argv, options, (int)(sizeof(options) / sizeof(*options)), &path, 1);

    if (ret == 0) {
        ret = eng_source_open(&self.source, path, false);
    }
    if (ret == 0) {
        ret = open_all(&self, outcome, trajectory, protocols, estimator, look, csv);
    }
    free(self.unit);
    free(self.values);
    free(self.roles);
    eng_choice_free(&self.choice);
    eng_source_close(&self.source);
    return ret;
}

const eng_command_t eng_command_sensitivity = {
    .name = "sensitivity",
    .usage = "RESULT.h5 [--outcome X | --trajectory MARKER] [--protocol GLOB] [--difference] [--estimator NAME] [--look WHAT] [--convergence] [--csv FILE]",
    .help =
        "Says which uncertain parameters the outcomes depend on, with 95 % intervals and a verdict for each: Sobol' indices (first\n"
        "order, total, second order) of a saltelli design, elementary effects of a morris design, first-order indices by ranks of any\n"
        "other random design.  Noise of finite numbers of patients is taken out.\n\n"
        "  --outcome X          every landmark or reading day of one outcome, all parameters\n"
        "  --trajectory MARKER  every day of a marker's trajectory, of a study that keeps it at each point ('points: true')\n"
        "  --protocol GLOB      the protocols of that name: * is any characters, ? one, a comma separates names\n"
        "  --difference         of differences from the reference in the same patients\n"
        "  --estimator NAME     janon_monod (default), saltelli, jansen, martinez\n"
        "  --look WHAT          distribution: indices of the whole distribution (landmarks; 'histogram' of numbers and markers);\n"
        "                       regional: which parameters differ where the event happens; shapley: effects of dependent parameters\n"
        "  --convergence        indices (morris: mu*) from a quarter and a half of the base rows, trajectories or points beside those from all\n"
        "  --csv FILE           all numbers of all estimators, 17 digits, in a new file\n",
    .run = cmd_sensitivity,
};
