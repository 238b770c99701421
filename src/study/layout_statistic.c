/**
 * Words for statistics: a field becomes a dataset, its axes the scales of its subject, and every reading knows its places.
 */
#include "base/error.h"
#include "study/layout_plan.h"

#include <stdlib.h>
#include <string.h>

/* Words of one statistic: fields, and where each begins. */
typedef struct {
    eng_statistic_field_t field[ENG_MAX_STATISTIC_FIELDS];
    size_t word[ENG_MAX_STATISTIC_FIELDS];
    int num;
    bool extra;
} kept_t;

/* The scale that an axis stands on; none where there is one reading without a day. */
static eng_layout_dim_t
dim_of(const eng_subject_plan_t *plan, eng_axis_t axis, char name[64])
{
    static const char *const shared[ENG_NUM_AXES] = { [ENG_AXIS_LANDMARK] = "landmark", [ENG_AXIS_EVENT_DAY] = "event_day",
        [ENG_AXIS_CAUSE] = "outcome_cause", [ENG_AXIS_EXIT] = "exit" };
    const eng_subject_t *subject = &plan->subject;
    const char *first = shared[axis], *second = NULL;

    if (axis == ENG_AXIS_READING && subject->day != NULL) {
        first = plan->row == NULL ? "day" : "read";
        second = plan->row == NULL ? NULL : subject->name;
    } else if (axis == ENG_AXIS_BIN || axis == ENG_AXIS_POINT_BIN) {
        first = axis == ENG_AXIS_POINT_BIN ? "point_bin" : plan->row == NULL ? "band" : "bin";
        second = subject->name;
    }
    if (first == NULL) {
        return (eng_layout_dim_t){ NULL, 0 };
    }
    snprintf(name, 64, "%s%s%s", first, second == NULL ? "" : "_", second == NULL ? "" : second);
    return (eng_layout_dim_t){ name, eng_axis_size(subject, axis) };
}

/* A dataset for a field; the word that it begins with. */
static size_t
keep_field(eng_layout_builder_t *builder, const eng_subject_plan_t *plan, const eng_statistic_field_t *field, bool extra)
{
    const eng_partition_t *split = plan->partition < 0 ? NULL : &builder->layout->study->partitions[plan->partition];
    char group[160], name[3][64];
    eng_layout_dim_t dim[4] = { { NULL, 0 } };
    int num = 0;

    if (split != NULL) {
        snprintf(name[2], sizeof(name[2]), "%s%s", split->labels == NULL ? "" : "stratum_", split->name);
        dim[num++] = (eng_layout_dim_t){ name[2], (size_t)split->size };
    }
    for (int k = 0; k < 2; k++) {
        dim[num] = dim_of(plan, field->axis[k], name[k]);
        num += dim[num].name != NULL;
    }
    if (num > ENG_MAX_FIELD_DIMS) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "'%s' has %d axes", field->dataset, num);
        return 0;
    }
    snprintf(group, sizeof(group), "%s%s/%s/%s", plan->against >= 0 ? "/pairs" : split == NULL ? "" : "/parts/", split == NULL ? "" : split->name,
        plan->against >= 0 ? builder->layout->study->protocols[plan->against].name : plan->row == NULL ? "trajectories" : field->cells == ENG_CELLS_PAIRED ? "paired" : "outcomes", plan->subject.name);
    const eng_layout_level_t level = field->cells == ENG_CELLS_POOLED ? ENG_LEVEL_POOLED : ENG_LEVEL_POINT;
    const size_t word = eng_layout_field(builder, level, group, field->dataset, dim[0], dim[1], "%s", field->long_name);
    if (builder->ret == ENG_OK && level == ENG_LEVEL_POINT) {
        builder->layout->point_fields[builder->layout->num_point_fields - 1].extra = extra;
    }
    return word;
}

/* Fields of one kind of cells. */
static void
keep_fields(eng_layout_builder_t *builder, const eng_subject_plan_t *plan, kept_t *kept, eng_cells_kind_t cells)
{
    for (int k = 0; k < kept->num; k++) {
        if (kept->field[k].dataset != NULL && kept->field[k].cells == cells && (plan->against < 0 || cells == ENG_CELLS_PAIRED) &&
            (cells != ENG_CELLS_PAIRED || builder->layout->plan->paired)) {
            kept->word[k] = keep_field(builder, plan, &kept->field[k], kept->extra);
        }
    }
}

static void
place_fields(const eng_subject_plan_t *plan, const kept_t *kept, int part, int reading, eng_place_t *place)
{
    const eng_subject_t *subject = &plan->subject;

    for (int k = 0; k < ENG_MAX_STATISTIC_FIELDS; k++) {
        const eng_axis_t *axis = kept->field[k].axis;
        const size_t each = axis[0] == ENG_AXIS_READING ? eng_axis_size(subject, axis[1]) : 0;
        const size_t words = eng_axis_size(subject, axis[0]) * eng_axis_size(subject, axis[1]);
        const bool is_kept = k < kept->num && kept->word[k] != ENG_NO_WORD;
        place->word[k] = is_kept ? kept->word[k] + (size_t)part * words + (size_t)reading * each : ENG_NO_WORD;
    }
    place->stride = (size_t)(plan->num_parts * subject->num_readings);
}

/* n of courses or of pairs: the first such field of the statistic that counts. */
static size_t
find_n(const eng_subject_plan_t *plan, const kept_t *kept, int part, int reading, bool paired)
{
    for (int s = 0; s < plan->num_statistics; s++) {
        for (int k = 0; plan->statistics[s]->counts && k < kept[s].num; k++) {
            if (kept[s].word[k] != ENG_NO_WORD && kept[s].field[k].cells == (paired ? ENG_CELLS_PAIRED : ENG_CELLS_OWN)) {
                return eng_place_in(plan, part, s, reading)->word[k];
            }
        }
    }
    return ENG_NO_WORD;
}

/* Cluster words of a reading: head, then the statistics'.  Those of the first part serve all, one after the other. */
static void
place_clusters(size_t *words, eng_subject_plan_t *plan, const kept_t *kept, int part, int reading, bool paired)
{
    const size_t n = find_n(plan, kept, part, reading, paired), head = *words;

    *words += n == ENG_NO_WORD ? 0 : ENG_CLUSTER_HEAD;
    for (int s = 0; s < plan->num_statistics; s++) {
        const eng_statistic_t *statistic = plan->statistics[s];
        eng_place_t *place = &plan->places[(part * plan->num_statistics + s) * plan->subject.num_readings + reading];
        place->n[paired] = n;
        place->head[paired] = head;
        place->cluster[paired] = *words;
        if (n != ENG_NO_WORD && statistic->wide != NULL) {
            *words += statistic->wide(&plan->subject, paired) * ENG_WIDE_WORDS;
        }
    }
}

/* Asked for, or kept of itself. */
static bool
is_wanted(const eng_study_t *study, int j)
{
    const eng_statistic_t *statistic = eng_statistic_at(j);

    if (statistic->of_couples) {
        return study->courses == 2;
    }
    return (study->estimates >> j & 1) != 0 || !(statistic->by_name || (statistic->extra && study->lean));
}

static void
choose_statistics(const eng_study_t *study, eng_subject_plan_t *plan)
{
    for (int j = 0; j < ENG_NUM_STATISTICS; j++) {
        const eng_statistic_t *statistic = eng_statistic_at(j);
        const bool possible = (plan->partition < 0 || statistic->in_parts) && (plan->against < 0 || statistic->add_pair != NULL);
        if ((statistic->of & plan->subject.of) != 0 && possible && is_wanted(study, j)) {
            plan->statistics[plan->num_statistics++] = statistic;
        }
    }
}

/* All readings of a part. */
static void
place_part(eng_layout_t *layout, eng_subject_plan_t *plan, const kept_t *kept, int part)
{
    const int readings = plan->subject.num_readings;
    const bool whole = plan->partition < 0 && plan->against < 0;
    size_t *words = whole ? &layout->cluster_words : &plan->part_words, first = *words;

    for (int r = 0; r < readings; r++) {
        for (int s = 0; s < plan->num_statistics; s++) {
            place_fields(plan, &kept[s], part, r, &plan->places[(part * plan->num_statistics + s) * readings + r]);
        }
        for (int paired = 0; paired < 2; paired++) {
            place_clusters(words, plan, kept, part, r, paired != 0);
        }
    }
    if (part + 1 < plan->num_parts) {
        *words = first;
    }
}

void
eng_layout_keep(eng_layout_builder_t *builder, eng_subject_plan_t *plan)
{
    const int readings = plan->subject.num_readings;
    kept_t *kept;

    if (builder->ret != ENG_OK) {
        return;
    }
    choose_statistics(builder->layout->study, plan);
    plan->places = calloc((size_t)(plan->num_parts * plan->num_statistics * readings) + 1, sizeof(*plan->places));
    kept = calloc((size_t)plan->num_statistics + 1, sizeof(*kept));
    if (plan->places == NULL || kept == NULL) {
        builder->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
        goto out;
    }
    for (int s = 0; s < plan->num_statistics; s++) {
        memset(kept[s].word, 0xff, sizeof(kept[s].word)); /* ENG_NO_WORD */
        kept[s].extra = plan->statistics[s]->extra;
        kept[s].num = plan->statistics[s]->fields(&plan->subject, kept[s].field);
    }
    for (int cells = 0; cells < ENG_NUM_CELLS; cells++) {
        for (int s = 0; s < plan->num_statistics; s++) {
            keep_fields(builder, plan, &kept[s], (eng_cells_kind_t)cells);
        }
    }
    for (int part = 0; part < plan->num_parts; part++) {
        place_part(builder->layout, plan, kept, part);
    }
out:
    free(kept);
}
