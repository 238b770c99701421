/**
 * Comparing two results: every group, dataset, axis, attribute and value outside /provenance, bit for bit.
 */
#include "base/text.h"
#include "store/walk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_LINES 50
#define SLAB_BYTES (UINT64_C(16) << 20)

typedef struct {
    const char *path_a, *path_b;
    hid_t a, b;
    FILE *out;
    int found;
} diff_t;

/* One line about a difference, as long as there are not too many. */
static void ENG_PRINTF(2, 3) tell(diff_t *diff, const char *format, ...);

static void
tell(diff_t *diff, const char *format, ...)
{
    va_list args;

    diff->found++;
    if (diff->found > MOST_LINES) {
        return;
    }
    va_start(args, format);
    vfprintf(diff->out, format, args);
    va_end(args);
    fputc('\n', diff->out);
}

/* --- attributes ---------------------------------------------------------------------------------------------- */

/* Axes are compared by name with the datasets; the attributes that hold them contain addresses. */
static bool
is_about_axes(const char *name)
{
    return strcmp(name, "DIMENSION_LIST") == 0 || strcmp(name, "REFERENCE_LIST") == 0;
}

typedef struct {
    diff_t *diff;
    const char *path;
    hid_t other;
    bool other_is_b, values; /* values: compare them too, else only look for missing ones */
} attributes_t;

static bool
equal_attribute(hid_t a, hid_t b, const char *name)
{
    const hid_t id_a = H5Aopen(a, name, H5P_DEFAULT), id_b = H5Aopen(b, name, H5P_DEFAULT);
    const hid_t type_a = H5Aget_type(id_a), type_b = H5Aget_type(id_b);
    const hsize_t size_a = H5Aget_storage_size(id_a), size_b = H5Aget_storage_size(id_b);
    bool equal = id_a >= 0 && id_b >= 0 && H5Tequal(type_a, type_b) > 0 && size_a == size_b && H5Tis_variable_str(type_a) <= 0 &&
        H5Tdetect_class(type_a, H5T_VLEN) <= 0;
    char *bytes = equal ? malloc(2 * size_a + 1) : NULL;

    equal = bytes != NULL && H5Aread(id_a, type_a, bytes) >= 0 && H5Aread(id_b, type_b, bytes + size_a) >= 0 &&
        memcmp(bytes, bytes + size_a, size_a) == 0;
    free(bytes);
    H5Tclose(type_a);
    H5Tclose(type_b);
    H5Aclose(id_a);
    H5Aclose(id_b);
    return equal;
}

static herr_t
look_at_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    attributes_t *look = context;
    (void)info;

    if (is_about_axes(name)) {
        return 0;
    }
    if (H5Aexists(look->other, name) <= 0) {
        tell(look->diff, "%s: the attribute '%s' is not in %s", look->path, name,
            look->other_is_b ? look->diff->path_b : look->diff->path_a);
    } else if (look->values && !equal_attribute(object, look->other, name)) {
        tell(look->diff, "%s: the attribute '%s' differs", look->path, name);
    }
    return 0;
}

static int
diff_attributes(diff_t *diff, const char *path, hid_t a, hid_t b)
{
    attributes_t there = { diff, path, b, true, true }, back = { diff, path, a, false, false };

    if (H5Aiterate2(a, H5_INDEX_NAME, H5_ITER_INC, NULL, look_at_attribute, &there) < 0 ||
        H5Aiterate2(b, H5_INDEX_NAME, H5_ITER_INC, NULL, look_at_attribute, &back) < 0) {
        return eng_h5_fail(ENG_ERR_FORMAT, path, "its attributes cannot be read");
    }
    return 0;
}

/* --- datasets ------------------------------------------------------------------------------------------------ */

static bool
equal_shape(const eng_dataset_t *a, const eng_dataset_t *b)
{
    return a->num_dims == b->num_dims && memcmp(a->size, b->size, sizeof(a->size)) == 0;
}

static bool
equal_axes(const eng_dataset_t *a, const eng_dataset_t *b)
{
    for (int j = 0; j < a->num_dims; j++) {
        if (strcmp(a->dim[j], b->dim[j]) != 0) {
            return false;
        }
    }
    return true;
}

static void
print_cell(char *text, size_t size, const eng_dataset_t *dataset, const void *values, uint64_t i)
{
    if (dataset->cell == ENG_CELL_INTEGER) {
        snprintf(text, size, "%lld", (long long)((const int64_t *)values)[i]);
    } else if (dataset->cell == ENG_CELL_NUMBER) {
        char number[ENG_TEXT_DOUBLE_SIZE];
        eng_text_double(number, ((const double *)values)[i]);
        snprintf(text, size, "%s", number);
    } else {
        const int length = (int)(dataset->cell_bytes < size - 3 ? dataset->cell_bytes : size - 3);
        snprintf(text, size, "'%.*s'", length, (const char *)values + i * dataset->cell_bytes);
        text[strcspn(text, "\n")] = '\0';
    }
}

/* "[3, 0, 17]" of element i. */
static void
print_place(char *text, size_t size, const eng_dataset_t *dataset, uint64_t i)
{
    uint64_t behind = eng_dataset_elements(dataset);
    size_t used = 0;

    text[0] = '\0';
    for (int j = 0; j < dataset->num_dims && used < size; j++) {
        behind /= dataset->size[j];
        used += (size_t)snprintf(text + used, size - used, "%s%llu", j == 0 ? "[" : ", ", (unsigned long long)(i / behind));
        i %= behind;
    }
    if (dataset->num_dims > 0 && used < size) {
        snprintf(text + used, size - used, "]");
    }
}

typedef struct {
    uint64_t count, first;
    char a[40], b[40];
} differing_t;

static void
count_differing(const eng_dataset_t *dataset, const char *a, const char *b, uint64_t begin, uint64_t elements, differing_t *found)
{
    const size_t size = dataset->cell_bytes;

    if (memcmp(a, b, elements * size) == 0) {
        return;
    }
    for (uint64_t i = 0; i < elements; i++) {
        if (memcmp(a + i * size, b + i * size, size) == 0) {
            continue;
        }
        if (found->count++ == 0) {
            found->first = begin + i;
            print_cell(found->a, sizeof(found->a), dataset, a, i);
            print_cell(found->b, sizeof(found->b), dataset, b, i);
        }
    }
}

static void
tell_values(diff_t *diff, const eng_dataset_t *dataset, const differing_t *found)
{
    char place[96];

    if (dataset->num_dims == 0) {
        tell(diff, "%s: %s and %s", dataset->path, found->a, found->b);
        return;
    }
    print_place(place, sizeof(place), dataset, found->first);
    tell(diff, "%s: %llu of %llu values differ, first at %s: %s and %s", dataset->path, (unsigned long long)found->count,
        (unsigned long long)eng_dataset_elements(dataset), place, found->a, found->b);
}

static int
diff_values(diff_t *diff, const eng_dataset_t *dataset, hid_t a, hid_t b)
{
    const uint64_t row = eng_dataset_row(dataset), steps = dataset->num_dims == 0 ? 1 : dataset->size[0];
    const uint64_t room = SLAB_BYTES / (row * dataset->cell_bytes + 1), slab = room == 0 ? 1 : room < steps ? room : steps;
    const uint64_t bytes = slab * row * dataset->cell_bytes;
    char *values = malloc(2 * bytes + 1);
    differing_t found = { 0 };
    int ret = values == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory to compare it", dataset->path) : 0;

    for (uint64_t i = 0; ret == 0 && i < steps && row > 0; i += slab) {
        const uint64_t count = steps - i < slab ? steps - i : slab;
        ret = eng_h5_move(a, dataset, ENG_MOVE_READ, i, count, false, values);
        if (ret == 0) {
            ret = eng_h5_move(b, dataset, ENG_MOVE_READ, i, count, false, values + bytes);
        }
        if (ret == 0) {
            count_differing(dataset, values, values + bytes, i * row, count * row, &found);
        }
    }
    if (found.count > 0) {
        tell_values(diff, dataset, &found);
    }
    free(values);
    return ret;
}

static const char *
kind_of(const eng_dataset_t *dataset)
{
    return dataset->cell == ENG_CELL_TEXT ? "texts" : dataset->cell == ENG_CELL_INTEGER ? "integers" : "numbers";
}

static void
print_shape(char *text, size_t size, const eng_dataset_t *dataset)
{
    size_t used = (size_t)snprintf(text, size, "%s", dataset->num_dims == 0 ? "one value" : "");

    for (int j = 0; j < dataset->num_dims && used < size; j++) {
        used += (size_t)snprintf(text + used, size - used, "%s%llu", j == 0 ? "" : " x ", (unsigned long long)dataset->size[j]);
    }
}

static void
tell_shapes(diff_t *diff, const eng_dataset_t *a, const eng_dataset_t *b)
{
    char of_a[96], of_b[96];

    print_shape(of_a, sizeof(of_a), a);
    print_shape(of_b, sizeof(of_b), b);
    tell(diff, "%s: of different shapes, %s and %s", a->path, of_a, of_b);
}

static bool
equal_text(const eng_dataset_t *a, const char *text_a, const eng_dataset_t *b, const char *text_b)
{
    const size_t n = strnlen(text_a, a->cell_bytes);

    return n == strnlen(text_b, b->cell_bytes) && memcmp(text_a, text_b, n) == 0;
}

/* Texts of one length in each file, the longest one's: where these differ the texts are what a person wants to see. */
static int
diff_texts(diff_t *diff, const char *path)
{
    eng_dataset_t a, b;
    void *in_a = NULL, *in_b = NULL;
    differing_t found = { 0 };
    int ret = eng_h5_read(diff->a, path, &a, &in_a);

    if (ret == 0) {
        ret = eng_h5_read(diff->b, path, &b, &in_b);
    }
    for (uint64_t i = 0; ret == 0 && i < eng_dataset_elements(&a); i++) {
        if (!equal_text(&a, (const char *)in_a + i * a.cell_bytes, &b, (const char *)in_b + i * b.cell_bytes) && found.count++ == 0) {
            found.first = i;
            print_cell(found.a, sizeof(found.a), &a, in_a, i);
            print_cell(found.b, sizeof(found.b), &b, in_b, i);
        }
    }
    if (ret == 0 && found.count == 0) {
        tell(diff, "%s: the same texts, stored in %zu and in %zu bytes", path, a.cell_bytes, b.cell_bytes);
    } else if (ret == 0) {
        tell_values(diff, &a, &found);
    }
    free(in_a);
    free(in_b);
    return ret;
}

static int
diff_dataset(diff_t *diff, const char *path)
{
    eng_dataset_t in_a, in_b;
    hid_t a = -1, b = -1;
    int ret = eng_h5_open(diff->a, path, &a);

    if (ret == 0) {
        ret = eng_h5_open(diff->b, path, &b);
    }
    if (ret == 0) {
        ret = eng_h5_describe(a, path, &in_a);
    }
    if (ret == 0) {
        ret = eng_h5_describe(b, path, &in_b);
    }
    if (ret == 0) {
        ret = eng_h5_describe_axes(a, &in_a);
    }
    if (ret == 0) {
        ret = eng_h5_describe_axes(b, &in_b);
    }
    if (ret != 0) {
        goto out;
    }
    if (in_a.cell != in_b.cell) {
        tell(diff, "%s: holds %s in %s, %s in %s", path, kind_of(&in_a), diff->path_a, kind_of(&in_b), diff->path_b);
    } else if (!equal_shape(&in_a, &in_b)) {
        tell_shapes(diff, &in_a, &in_b);
    } else if (in_a.cell == ENG_CELL_TEXT && in_a.cell_bytes != in_b.cell_bytes) {
        ret = diff_texts(diff, path);
    } else {
        if (!equal_axes(&in_a, &in_b)) {
            tell(diff, "%s: stands on different axes", path);
        }
        ret = diff_values(diff, &in_a, a, b);
    }
    if (ret == 0) {
        ret = diff_attributes(diff, path, a, b);
    }
out:
    if (a >= 0) {
        H5Dclose(a);
    }
    if (b >= 0) {
        H5Dclose(b);
    }
    return ret;
}

static int
diff_group(diff_t *diff, const char *path)
{
    const hid_t a = H5Gopen2(diff->a, path, H5P_DEFAULT), b = H5Gopen2(diff->b, path, H5P_DEFAULT);
    int ret = a < 0 || b < 0 ? eng_h5_fail(ENG_ERR_FORMAT, path, "the group cannot be opened") : diff_attributes(diff, path, a, b);

    if (a >= 0) {
        H5Gclose(a);
    }
    if (b >= 0) {
        H5Gclose(b);
    }
    return ret;
}

/* --- files --------------------------------------------------------------------------------------------------- */

/* The study and the axes explain most other differences, so that they are told first. */
static bool
explains_others(const char *path)
{
    return strncmp(path, "/study/", 7) == 0 || strchr(path + 1, '/') == NULL;
}

static int
diff_walks(diff_t *diff, const eng_walk_t *in_a, const eng_walk_t *in_b, bool first)
{
    int ret = 0, i = 0, j = 0;

    while (ret == 0 && (i < in_a->count || j < in_b->count)) {
        const int order = i == in_a->count ? 1 : j == in_b->count ? -1 : strcmp(in_a->paths[i], in_b->paths[j]);
        const char *path = order <= 0 ? in_a->paths[i] : in_b->paths[j];
        i += order <= 0;
        j += order >= 0;
        if (explains_others(path) != first) {
            continue;
        }
        if (order != 0) {
            tell(diff, "%s: is not in %s", path, order < 0 ? diff->path_b : diff->path_a);
        } else {
            ret = path[strlen(path) - 1] == '/' ? diff_group(diff, path) : diff_dataset(diff, path);
        }
    }
    return ret;
}

static int
diff_files(diff_t *diff)
{
    eng_walk_t in_a = { 0 }, in_b = { 0 };
    int ret = eng_walk_create(&in_a, diff->a, true, false);

    if (ret == 0) {
        ret = eng_walk_create(&in_b, diff->b, true, false);
    }
    if (ret == 0) {
        ret = diff_walks(diff, &in_a, &in_b, true);
    }
    if (ret == 0) {
        ret = diff_walks(diff, &in_a, &in_b, false);
    }
    if (diff->found > MOST_LINES) {
        fprintf(diff->out, "... and %d more differences\n", diff->found - MOST_LINES);
    }
    eng_walk_free(&in_a);
    eng_walk_free(&in_b);
    return ret;
}

static int
open_result(const char *path, hid_t *file)
{
    char format[32] = "";
    int64_t complete = 0, shard = 0;
    int ret;

    *file = -1;
    if (access(path, R_OK) != 0) {
        return ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno));
    }
    ret = eng_h5_open_serial(path, false, file);
    if (ret == 0 && (eng_h5_get_text(*file, "format", format, sizeof(format)) != 0 || strcmp(format, "engraft result") != 0)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is not a result of engraft", path);
    }
    if (ret == 0 && (eng_h5_get_integer(*file, "complete", &complete) != 0 || complete != 1) &&
        (eng_h5_get_integer(*file, "shard_complete", &shard) != 0 || shard != 1)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: is incomplete", path);
    }
    return ret;
}

int
eng_result_diff(const char *path_a, const char *path_b, FILE *out, bool *equal)
{
    diff_t diff = { .path_a = path_a, .path_b = path_b, .a = -1, .b = -1, .out = out };
    int ret;

    *equal = false;
    eng_h5_start();
    ret = open_result(path_a, &diff.a);
    if (ret == 0) {
        ret = open_result(path_b, &diff.b);
    }
    if (ret == 0) {
        ret = diff_files(&diff);
    }
    if (diff.a >= 0) {
        H5Fclose(diff.a);
    }
    if (diff.b >= 0) {
        H5Fclose(diff.b);
    }
    *equal = ret == 0 && diff.found == 0;
    return ret;
}
