/**
 * Axes, /study and /design: their rows of the schema and where the values come from.
 */
#include "store/schema_part.h"

#include "base/text.h"
#include "design/design.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- axes and study ------------------------------------------------------------------------------------- */

static int64_t
counting(const eng_content_t *content, uint64_t i)
{
    (void)content;
    return (int64_t)i;
}

static const char *
protocol_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return STUDY(content)->protocols[i].name;
}

static const char *
study_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->name;
}

static const char *
study_disease(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->disease->module.name;
}

static const char *
study_canonical(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->canonical;
}

static const char *
study_identity(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->identity;
}

static const char *
study_extent(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->extent;
}

static const char *
study_reference(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->protocols[STUDY(content)->reference].name;
}

static int64_t
study_patients(const eng_content_t *content, uint64_t i)
{
    (void)i;
    return (int64_t)STUDY(content)->patients;
}

static double
study_horizon(const eng_content_t *content, uint64_t i)
{
    (void)i;
    return STUDY(content)->horizon;
}

/* --- the design ---------------------------------------------------------------------------------------------- */

static eng_param_row_t
uncertain_row(const eng_content_t *content, uint64_t i)
{
    return eng_study_uncertain_row(STUDY(content), (int)i);
}

static const char *
param_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return uncertain_row(content, i).name;
}

static const char *
param_unit(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return uncertain_row(content, i).unit;
}

static double
param_nominal(const eng_content_t *content, uint64_t i)
{
    return uncertain_row(content, i).nominal;
}

static const char *
param_prior(const eng_content_t *content, uint64_t i, char *scratch)
{
    const eng_dist_t *prior = &STUDY(content)->uncertain[i].prior;
    const eng_dist_row_t *row = eng_dist_row((int)prior->kind);
    const char *name = row->args;
    char number[ENG_TEXT_DOUBLE_SIZE];
    size_t used = (size_t)snprintf(scratch, ENG_SCRATCH, "%s(", row->name);

    for (int j = 0; j < row->num_args && used < ENG_SCRATCH; j++) {
        const int length = (int)strcspn(name, " ");
        eng_text_double(number, prior->arg[j]);
        used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%s%.*s=%s", j == 0 ? "" : ", ", length, name, number);
        name += length + (name[length] == ' ');
    }
    if (prior->table != NULL && used < ENG_SCRATCH) {
        used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, "%d values, %.6g to %.6g", prior->table->count,
            prior->table->value[0], prior->table->value[prior->table->count - 1]);
    }
    if (used < ENG_SCRATCH) {
        used += (size_t)snprintf(scratch + used, ENG_SCRATCH - used, ")");
    }
    if (prior->truncated && used < ENG_SCRATCH) {
        snprintf(scratch + used, ENG_SCRATCH - used, " given %.6g to %.6g", prior->low, prior->high);
    }
    return scratch;
}

static const char *
design_kind(const eng_content_t *content, uint64_t i, char *scratch)
{
    const eng_design_kind_t *kind = STUDY(content)->design;
    (void)i, (void)scratch;
    return kind == NULL ? "nominal" : kind->name;
}

static const char *
design_patients(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)i, (void)scratch;
    return STUDY(content)->patients_common ? "common" : "independent";
}

static double
design_unit(const eng_content_t *content, uint64_t i)
{
    return content->data->unit[i];
}

static double
design_value(const eng_content_t *content, uint64_t i)
{
    return content->data->values[i];
}

static const char *
design_extends(const eng_content_t *content, uint64_t i, char *scratch)
{
    const eng_design_kind_t *kind = STUDY(content)->design;
    (void)i, (void)scratch;
    return kind == NULL ? "no" : eng_extends_name(kind->extends);
}

static const char *
design_id(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return STUDY(content)->design_ids[i];
}

static eng_design_role_t
role_of(const eng_content_t *content, uint64_t i)
{
    const eng_study_t *study = STUDY(content);
    const eng_design_spec_t spec = eng_study_design_spec(study);
    eng_design_role_t role = { .moved = -1 };

    study->design->role(&spec, content->data->unit, i, &role);
    return role;
}

static int64_t
design_set(const eng_content_t *content, uint64_t i)
{
    return (int64_t)role_of(content, i).set;
}

static int64_t
design_moved(const eng_content_t *content, uint64_t i)
{
    return role_of(content, i).moved;
}

static const char *
design_matrix(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return content->data == NULL ? "" : eng_matrix_name(role_of(content, i).matrix);
}

static const char *
group_name(const eng_content_t *content, uint64_t i, char *scratch)
{
    (void)scratch;
    return eng_study_group_name(STUDY(content), (int)i);
}

static int64_t
param_group(const eng_content_t *content, uint64_t i)
{
    const eng_design_spec_t spec = eng_study_design_spec(STUDY(content));
    return eng_design_group(&spec, (int)i);
}

/* Does the design move groups of parameters; are its points sets; have they ids? */
static bool
has_groups(const eng_content_t *content)
{
    return STUDY(content)->design != NULL && STUDY(content)->design->takes_groups;
}

static bool
has_sets(const eng_content_t *content)
{
    const eng_study_t *study = STUDY(content);
    const eng_design_kind_t *kind = study->design;

    return kind != NULL && kind->role != NULL && (kind->takes_groups || study->design_option[0] != kind->options[0].standard);
}

static bool
has_ids(const eng_content_t *content)
{
    return STUDY(content)->design_ids != NULL;
}

/* --- rounds --- */

static bool
has_rounds(const eng_content_t *content)
{
    return STUDY(content)->precision.asked;
}

static int64_t
round_points(const eng_content_t *content, uint64_t i)
{
    return (int64_t)content->data->rounds->round[i].points;
}

static int64_t
round_patients(const eng_content_t *content, uint64_t i)
{
    return (int64_t)content->data->rounds->round[i].patients;
}

static int64_t
round_precise(const eng_content_t *content, uint64_t i)
{
    return (int64_t)content->data->rounds->round[i].precise;
}

static double
round_half_width(const eng_content_t *content, uint64_t i)
{
    return content->data->rounds->round[i].half_width;
}

/* --- what a study that looked at all its courses together knows in the end --- */

static bool
has_looked(const eng_content_t *content)
{
    return content->summary != NULL && content->summary->looked != NULL;
}

static double
looked_value(const eng_content_t *content, uint64_t i)
{
    const eng_looked_t *looked = &content->summary->looked[i];

    return looked->estimator != NULL ? looked->value : NAN;
}

static double
looked_low(const eng_content_t *content, uint64_t i)
{
    const eng_looked_t *looked = &content->summary->looked[i];

    return looked->estimator != NULL ? looked->low : NAN;
}

static double
looked_high(const eng_content_t *content, uint64_t i)
{
    const eng_looked_t *looked = &content->summary->looked[i];

    return looked->estimator != NULL ? looked->high : NAN;
}

static double
half_width_asked(const eng_content_t *content, uint64_t i)
{
    (void)i;
    return STUDY(content)->precision.half_width;
}

/* --- the table ----------------------------------------------------------------------------------------------- */

static const eng_schema_row_t rows[] = {
    { "/point", "point", "1", "id of a point of the design", "", INTEGERS(counting) },
    { "/protocol", "protocol", "", "name of a protocol", "", TEXTS(protocol_name) },
    { "/parameter", "parameter", "", "name of an uncertain parameter", "", TEXTS(param_name) },
    { "/group", "group", "", "name of a group of parameters that the design moves together", "", TEXTS(group_name), .present = has_groups },
    { "/record", "record", "1", "number of a recorded (point, patient) pair in flat order", "", INTEGERS(counting) },
    { "/action", "action", "1", "number of an action, protocol by protocol", "", INTEGERS(counting) },
    { "/estimate", "estimate", "1", "number of an estimate", "", INTEGERS(counting) },
    { "/contrast", "contrast", "1", "number of a contrast", "", INTEGERS(counting) },

    { "/study/name", "", "", "name of the study", "", TEXTS(study_name) },
    { "/study/disease", "", "", "disease of the cohort", "", TEXTS(study_disease) },
    { "/study/canonical", "", "", "the study as it was understood: every key, canonical units", "", TEXTS(study_canonical) },
    { "/study/identity", "", "", "XXH3-128 of all that decides a course", "", TEXTS(study_identity) },
    { "/study/extent", "", "", "XXH3-128 of points, patients and records", "", TEXTS(study_extent) },
    { "/study/reference", "", "", "protocol that the others are compared with", "", TEXTS(study_reference) },
    { "/study/patients", "", "1", "patients per point and protocol", "", INTEGERS(study_patients) },
    { "/study/horizon", "", "d", "end of follow-up after day 0", "", NUMBERS(study_horizon) },

    { "/round", "round", "1", "number of a round of patients, from 0", "", INTEGERS(counting), .present = has_rounds },
    { "/rounds/points", "round", "1", "points that took part", "", INTEGERS(round_points), .present = has_rounds },
    { "/rounds/patients", "round", "1", "patients of each of them after the round", "", INTEGERS(round_patients), .present = has_rounds },
    { "/rounds/precise", "round", "1", "of these points, those that were precise enough and get no more patients", "", INTEGERS(round_precise), .present = has_rounds },
    { "/rounds/half_width", "round", "see precision", "largest half width of their 95 % confidence sequences, under any protocol", "confidence sequence",
        NUMBERS(round_half_width), .present = has_rounds },
    { "/rounds/half_width_asked", "", "see precision", "half width at which a point gets no more patients", "", NUMBERS(half_width_asked),
        .present = has_rounds },
    { "/rounds/value", "protocol", "see precision", "what the study looked at, of all its courses; NaN: not asked of this protocol", "", NUMBERS(looked_value),
        .present = has_looked },
    { "/rounds/low", "protocol", "see precision", "lower end of its 95 % confidence sequence, which holds at all looks together", "confidence sequence",
        NUMBERS(looked_low), .present = has_looked },
    { "/rounds/high", "protocol", "see precision", "upper end of its 95 % confidence sequence, which holds at all looks together", "confidence sequence",
        NUMBERS(looked_high), .present = has_looked },

    { "/design/kind", "", "", "rule that picked the points", "", TEXTS(design_kind) },
    { "/design/across_points", "", "", "common: the same patients at every point; independent: new ones", "", TEXTS(design_patients) },
    { "/design/extends", "", "", "how points are added so that these stay: prefix, copies (whole ones), no", "", TEXTS(design_extends) },
    { "/design/id", "point", "", "id of a point in the list that it came from", "", TEXTS(design_id), .present = has_ids },
    { "/design/set", "point", "1", "base row, trajectory or copy that a point belongs to", "", INTEGERS(design_set), .present = has_sets },
    { "/design/matrix", "point", "", "saltelli: A, B, AB (A with one group from B), BA; morris: start, step", "", TEXTS(design_matrix), .present = has_groups },
    { "/design/moved", "point", "1", "group from the other matrix, or moved by the step; -1 none", "", INTEGERS(design_moved), .present = has_groups },
    { "/design/parameter_group", "parameter", "1", "group of a parameter", "", INTEGERS(param_group), .present = has_groups },
    { "/design/unit", "point parameter", "1", "points in the unit cube", "", NUMBERS(design_unit) },
    { "/design/values", "point parameter", "see parameter_unit", "points in the parameters' units", "", NUMBERS(design_value) },
    { "/design/parameter_unit", "parameter", "", "unit of a parameter", "", TEXTS(param_unit) },
    { "/design/parameter_nominal", "parameter", "see parameter_unit", "nominal value of a parameter", "", NUMBERS(param_nominal) },
    { "/design/parameter_prior", "parameter", "", "prior of a parameter in its unit", "", TEXTS(param_prior) },
};

const eng_schema_part_t eng_schema_study = { rows, (int)(sizeof(rows) / sizeof(*rows)) };
