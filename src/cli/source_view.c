/**
 * Views of a result: sums of points that only they need are read field by field.
 */
#include "cli/source.h"

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const eng_field_t *field;
    double *values; /* owned: [points][protocols][words] */
    size_t words;
} kept_t;

static int
read_field(const eng_source_t *source, const eng_field_t *field, kept_t *kept)
{
    const size_t rows = (size_t)source->study->num_points * (size_t)source->study->num_protocols;
    char path[sizeof(field->group) + sizeof(field->dataset) + 1];

    *kept = (kept_t){ .field = field, .words = 1 };
    for (int d = 0; d < field->num_dims; d++) {
        kept->words *= field->size[d];
    }
    snprintf(path, sizeof(path), "%s/%s", field->group, field->dataset);
    kept->values = malloc((rows * kept->words + 1) * sizeof(*kept->values));
    return kept->values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", source->path, path)
                                : eng_source_read(source, path, kept->values, rows * kept->words);
}

/* Words of one point from the fields, all others 0. */
static void
gather(const eng_source_t *source, const eng_layout_t *layout, const kept_t *kept, int count, uint64_t point, int64_t *words)
{
    const int protocols = source->study->num_protocols;

    for (int k = 0; k < count; k++) {
        for (int p = 0; p < protocols; p++) {
            const double *from = kept[k].values + (point * (uint64_t)protocols + (uint64_t)p) * kept[k].words;
            int64_t *to = words + (size_t)p * layout->point_words + kept[k].field->offset;
            for (size_t j = 0; j < kept[k].words; j++) {
                to[j] = (int64_t)from[j];
            }
        }
    }
}

static int
read_view(const eng_source_t *source, const eng_layout_t *layout, const eng_view_t *view, eng_summary_t *summary)
{
    const size_t row = (size_t)source->study->num_protocols * layout->point_words;
    kept_t *kept = calloc((size_t)layout->num_point_fields + 1, sizeof(*kept));
    int64_t *words = calloc(row + 1, sizeof(*words)), *cluster = calloc(eng_view_words(layout, view) + 1, sizeof(*cluster));
    int count = 0, ret = kept == NULL || words == NULL || cluster == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for sums", source->path) : 0;

    for (int k = 0; ret == 0 && k < layout->num_point_fields; k++) {
        if (eng_view_needs(layout, view, &layout->point_fields[k])) {
            ret = read_field(source, &layout->point_fields[k], &kept[count++]);
        }
    }
    for (uint64_t i = 0; ret == 0 && i < source->study->num_points; i++) {
        gather(source, layout, kept, count, i, words);
        eng_view_add(layout, view, words, cluster);
    }
    ret = ret == 0 ? eng_view_summary(summary, layout, view, cluster) : ret;
    for (int k = 0; k < count; k++) {
        free(kept[k].values);
    }
    free(kept);
    free(words);
    free(cluster);
    return ret;
}

int
eng_source_view(const eng_source_t *source, const eng_view_t *view, eng_summary_t *summary)
{
    const eng_layout_t *layout = source->result != NULL ? eng_result_layout(source->result) : &source->partial.layout;

    *summary = (eng_summary_t){ 0 };
    if (!eng_view_kept(layout, view)) {
        return ENG_FAIL(ENG_ERR_USAGE, "%s: its study keeps no sums for that", source->path);
    }
    return read_view(source, layout, view, summary);
}
