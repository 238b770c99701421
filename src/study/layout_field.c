/**
 * Fields and scales of a layout: names, units and long names, one after the other.
 */
#include "base/error.h"
#include "study/layout_plan.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void
fail(eng_layout_builder_t *builder)
{
    if (builder->ret == ENG_OK) {
        builder->ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "the layout of the accumulators");
    }
}

/** Text into a field of fixed size; one that does not fit is a mistake of ours. */
static void
set_text(eng_layout_builder_t *builder, char *out, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "the name '%s' is too long for the layout", text);
        length = size - 1;
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

static void
set_long_name(eng_layout_builder_t *builder, char *out, size_t size, const char *format, va_list args)
{
    int length = vsnprintf(out, size, format, args);

    if (length < 0 || (size_t)length >= size) {
        builder->ret = ENG_FAIL(ENG_ERR_INTERNAL, "the long name '%s' is too long for the layout", out);
    }
}

static eng_field_t *
append_field(eng_layout_builder_t *builder, eng_layout_level_t level)
{
    eng_layout_t *layout = builder->layout;
    eng_field_t **fields = level == ENG_LEVEL_POINT ? &layout->point_fields : &layout->pooled_fields;
    int *num = level == ENG_LEVEL_POINT ? &layout->num_point_fields : &layout->num_pooled_fields;
    eng_field_t *grown = realloc(*fields, ((size_t)*num + 1) * sizeof(*grown));

    if (grown == NULL) {
        fail(builder);
        return NULL;
    }
    *fields = grown;
    grown[*num] = (eng_field_t){ .unit = "1" };
    return &grown[(*num)++];
}

static void
add_dim(eng_layout_builder_t *builder, eng_field_t *field, eng_layout_dim_t dim)
{
    if (dim.name != NULL) {
        set_text(builder, field->dim[field->num_dims], sizeof(field->dim[0]), dim.name);
        field->size[field->num_dims++] = dim.size;
    }
}

size_t
eng_layout_field(eng_layout_builder_t *builder, eng_layout_level_t level, const char *group, const char *dataset,
    eng_layout_dim_t dim0, eng_layout_dim_t dim1, const char *long_name, ...)
{
    size_t *words = level == ENG_LEVEL_POINT ? &builder->layout->point_words : &builder->layout->pooled_words;
    size_t offset = *words;
    eng_field_t *field = builder->ret == ENG_OK ? append_field(builder, level) : NULL;
    va_list args;

    if (field == NULL) {
        return 0;
    }
    set_text(builder, field->group, sizeof(field->group), group);
    set_text(builder, field->dataset, sizeof(field->dataset), dataset);
    va_start(args, long_name);
    set_long_name(builder, field->long_name, sizeof(field->long_name), long_name, args);
    va_end(args);
    add_dim(builder, field, dim0);
    add_dim(builder, field, dim1);
    field->offset = offset;
    *words += (dim0.name != NULL ? dim0.size : 1) * (dim1.name != NULL ? dim1.size : 1);
    return offset;
}

static eng_scale_t *
append_scale(eng_layout_builder_t *builder, const char *name, const char *unit, size_t size)
{
    eng_layout_t *layout = builder->layout;
    eng_scale_t *grown, *scale;

    if (builder->ret != ENG_OK) {
        return NULL;
    }
    grown = realloc(layout->scales, ((size_t)layout->num_scales + 1) * sizeof(*grown));
    if (grown == NULL) {
        fail(builder);
        return NULL;
    }
    layout->scales = grown;
    scale = &grown[layout->num_scales++];
    *scale = (eng_scale_t){ .size = size };
    set_text(builder, scale->name, sizeof(scale->name), name);
    set_text(builder, scale->unit, sizeof(scale->unit), unit);
    return scale;
}

double *
eng_layout_scale(eng_layout_builder_t *builder, const char *name, const char *unit, size_t size, const char *long_name,
                 ...)
{
    eng_scale_t *scale = append_scale(builder, name, unit, size);
    va_list args;

    if (scale == NULL) {
        return NULL;
    }
    va_start(args, long_name);
    set_long_name(builder, scale->long_name, sizeof(scale->long_name), long_name, args);
    va_end(args);
    scale->value = calloc(size > 0 ? size : 1, sizeof(*scale->value));
    if (scale->value == NULL) {
        fail(builder);
    }
    return scale->value;
}

const char **
eng_layout_text_scale(eng_layout_builder_t *builder, const char *name, size_t size, const char *long_name)
{
    eng_scale_t *scale = append_scale(builder, name, "", size);

    if (scale == NULL) {
        return NULL;
    }
    set_text(builder, scale->long_name, sizeof(scale->long_name), long_name);
    scale->text = calloc(size, sizeof(*scale->text));
    if (scale->text == NULL) {
        fail(builder);
    }
    return scale->text;
}

void
eng_layout_bins_scale(eng_layout_builder_t *builder, const char *name, const eng_bins_t *bins, const char *unit,
    const char *what)
{
    const char *const meaning = bins->lattice ? "value of the bin" : "lower edge of the bin";
    double *value = eng_layout_scale(builder, name, unit, (size_t)bins->num_bins,
        "%s, %s; the last ends at %.9g; the first holds all below it too, the last all above", what, meaning,
        eng_bins_edge(bins, bins->num_bins));
    int j;

    for (j = 0; value != NULL && j < bins->num_bins; j++) {
        value[j] = eng_bins_label(bins, j);
    }
}
