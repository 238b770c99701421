/**
 * Results.  The input is a list of changes to a right one, made with HDF5 itself in memory, so that every checksum of the file fits:
 * other values, types and shapes, datasets removed, moved, linked or claimed to be huge, other attributes, another study; last,
 * raw bytes and a cut end.  Then the file is read as commands and merge do.  What has to hold:
 *   - every reader ends with 0 or with one line and a documented code; `diff` of a file with itself finds no difference
 *   - no handle of HDF5 stays open; no memory is asked for that the file does not account for (libFuzzer's -malloc_limit_mb)
 */
#include "base/error.h"
#include "cli/cli.h"
#include "store/walk.h"

#include "fuzzlib.h"
#include "testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_STEPS = 12, MOST_PATCHES = 8 };

/* What does not change between inputs. */
static struct {
    char *bytes; /* the right result */
    size_t size;
    eng_walk_t datasets;
    const char *base, *path, *folder;
} fixed;

/* Changes of raw bytes, made when the file is whole. */
typedef struct {
    struct {
        uint64_t at;
        uint8_t byte;
    } patch[MOST_PATCHES];
    int count;
    uint64_t cut;
} raw_t;

/* --- the right result ------------------------------------------------------------------------------------------ */

static hid_t
open_image(void)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file;

    ENG_FUZZ_HOLDS(H5Pset_fapl_core(access, 1 << 16, false) >= 0 && H5Pset_file_image(access, fixed.bytes, fixed.size) >= 0 &&
            H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0, "an image can be described");
    file = H5Fopen("image", H5F_ACC_RDWR, access);
    H5Pclose(access);
    ENG_FUZZ_HOLDS(file >= 0, "the right result can be opened");
    return file;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *directory = eng_test_directory();
    hid_t file;

    (void)argc, (void)argv;
    eng_fuzz_silence();
    eng_h5_start();
    H5set_free_list_limits(0, 0, 0, 0, 0, 0); /* memory of the library is freed at once, so that the sanitizer sees its end */
    fixed.base = eng_fuzz_seed("result.h5");
    fixed.path = eng_test_path(directory, "r.h5");
    fixed.folder = eng_test_path(directory, "csv");
    fixed.bytes = eng_test_read_file(fixed.base, &fixed.size);
    ENG_FUZZ_HOLDS(fixed.bytes != NULL, "the right result can be read");
    file = open_image();
    ENG_FUZZ_HOLDS(eng_walk_create(&fixed.datasets, file, false, true) == 0 && fixed.datasets.count > 50, "the right result has datasets");
    H5Fclose(file);
    return 0;
}

/* --- changes --------------------------------------------------------------------------------------------------- */

static const char *
some_name(eng_fuzz_input_t *input)
{
    const unsigned high = eng_fuzz_byte(input), low = eng_fuzz_byte(input);

    return fixed.datasets.paths[(high << 8 | low) % (unsigned)fixed.datasets.count];
}

/* One value of a dataset of numbers, or one byte of a text; a long text is sealed again. */
static void
change_value(eng_fuzz_input_t *input, hid_t file)
{
    const char *name = some_name(input);
    const uint64_t at = eng_fuzz_number(input), value = eng_fuzz_number(input);
    const bool all = at == 199;
    eng_dataset_t dataset;
    void *values = NULL;
    hid_t id = -1;

    if (eng_h5_read(file, name, &dataset, &values) != 0 || eng_h5_open(file, name, &id) != 0) {
        free(values);
        return;
    }
    const uint64_t n = eng_dataset_elements(&dataset), steps = dataset.num_dims == 0 ? 1 : dataset.size[0];
    for (uint64_t i = 0; i < n && n > 0; i++) {
        if (!all && i != at % n) {
            continue;
        }
        if (dataset.cell == ENG_CELL_TEXT) {
            ((char *)values)[i * dataset.cell_bytes + at / 7 % dataset.cell_bytes] = (char)value;
        } else {
            memcpy((char *)values + 8 * i, &value, 8);
        }
    }
    (void)eng_h5_move(id, &dataset, ENG_MOVE_WRITE, 0, steps, false, values);
    if (eng_h5_needs_seal(&dataset)) {
        H5Adelete(id, "xxh3_128");
        (void)eng_h5_seal(id, &dataset, values);
    }
    H5Dclose(id);
    free(values);
}

static hid_t
some_type(unsigned which)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    switch (which % 10) {
    case 0:
        H5Tclose(type);
        return H5Tcopy(H5T_STD_I64LE);
    case 1:
        H5Tclose(type);
        return H5Tcopy(H5T_IEEE_F64LE);
    case 2:
        H5Tset_size(type, 1);
        return type;
    case 3:
        H5Tset_size(type, 300);
        return type;
    case 4:
        H5Tset_size(type, H5T_VARIABLE);
        return type;
    case 5:
        H5Tclose(type);
        return H5Tcopy(H5T_STD_I32BE);
    case 6:
        H5Tclose(type);
        return H5Tvlen_create(H5T_STD_I64LE);
    case 7:
        H5Tclose(type);
        type = H5Tcreate(H5T_COMPOUND, 16);
        H5Tinsert(type, "a", 0, H5T_STD_I64LE);
        return type;
    case 8:
        H5Tclose(type);
        return H5Tcopy(H5T_STD_REF_OBJ);
    default:
        H5Tset_size(type, (size_t)1 << 30);
        return type;
    }
}

static hid_t
some_space(eng_fuzz_input_t *input, hsize_t size[H5S_MAX_RANK], int *dims)
{
    const unsigned byte = eng_fuzz_byte(input);

    *dims = byte == 255 ? 0 : (int)(byte % 7);
    for (int j = 0; j < *dims; j++) {
        const uint64_t number = eng_fuzz_number(input);
        size[j] = number > UINT64_C(1) << 40 ? UINT64_C(1) << 40 : number;
    }
    return byte == 255 ? H5Screate(H5S_NULL) : *dims == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(*dims, size, NULL);
}

/* The dataset of this name gets another type and shape and no values, or values of the first row. */
static void
replace_dataset(eng_fuzz_input_t *input, hid_t file)
{
    const char *name = some_name(input);
    const unsigned kind = eng_fuzz_byte(input), how = eng_fuzz_byte(input);
    hsize_t size[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    int dims = 0;
    const hid_t type = some_type(kind), space = some_space(input, size, &dims), list = H5Pcreate(H5P_DATASET_CREATE);
    hid_t id;

    if (how % 3 > 0 && dims > 0) {
        for (int j = 0; j < dims; j++) {
            chunk[j] = how % 3 == 1 || size[j] == 0 ? 1 : size[j] < 256 ? size[j] : 256;
        }
        H5Pset_chunk(list, dims, chunk);
        H5Pset_deflate(list, 1);
    }
    H5Ldelete(file, name, H5P_DEFAULT);
    id = H5Dcreate2(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (id >= 0) {
        H5Dclose(id);
    }
    H5Pclose(list);
    H5Sclose(space);
    H5Tclose(type);
}

static void
change_link(eng_fuzz_input_t *input, hid_t file)
{
    const char *name = some_name(input), *other = some_name(input);

    switch (eng_fuzz_byte(input) % 7) {
    case 0:
        H5Ldelete(file, name, H5P_DEFAULT);
        break;
    case 1:
        H5Ldelete(file, other, H5P_DEFAULT);
        H5Lmove(file, name, file, other, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 2:
        H5Ldelete(file, name, H5P_DEFAULT);
        H5Lcreate_soft(other, file, name, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 3:
        H5Ldelete(file, name, H5P_DEFAULT);
        H5Lcreate_external(fixed.base, other, file, name, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 4:
        H5Ldelete(file, other, H5P_DEFAULT);
        H5Lcreate_hard(file, name, file, other, H5P_DEFAULT, H5P_DEFAULT);
        break;
    case 5:
        H5Ldelete(file, name, H5P_DEFAULT);
        H5Lcreate_hard(file, "/", file, name, H5P_DEFAULT, H5P_DEFAULT); /* a circle */
        break;
    default: {
        char path[600];
        const unsigned length = eng_fuzz_byte(input) + 1;
        snprintf(path, sizeof(path), "/summary/%0*d", (int)length, 1);
        H5Lmove(file, name, file, path, H5P_DEFAULT, H5P_DEFAULT);
    }
    }
}

/* An attribute of the root or of a dataset: removed, a number, a text, an array, something of another type. */
static void
change_attribute(eng_fuzz_input_t *input, hid_t file)
{
    static const char *const names[] = { "complete", "format", "format_major", "shard_number", "shard_of", "shard_first_block",
        "shard_blocks", "shard_all_blocks", "shard_complete", "unit", "long_name", "estimator", "xxh3_128", "missing_value",
        "DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "_Encoding" };
    const unsigned which = eng_fuzz_byte(input);
    const char *name = names[which % (sizeof(names) / sizeof(*names))];
    const hid_t object = which >= 128 ? H5Oopen(file, some_name(input), H5P_DEFAULT) : H5Gopen2(file, "/", H5P_DEFAULT);
    const unsigned how = eng_fuzz_byte(input);
    hsize_t size[H5S_MAX_RANK];
    int dims;

    if (object < 0) {
        return;
    }
    if (H5Aexists(object, name) > 0) {
        H5Adelete(object, name);
    }
    if (how % 4 == 1) {
        (void)eng_h5_set_integer(object, name, (int64_t)eng_fuzz_number(input));
    } else if (how % 4 == 2) {
        size_t length;
        const uint8_t *bytes = eng_fuzz_bytes(input, &length);
        char *text = eng_fuzz_text(bytes, length);
        (void)eng_h5_set_text(object, name, text);
        free(text);
    } else if (how % 4 == 3) {
        const hid_t type = some_type(how / 4), space = some_space(input, size, &dims);
        const hid_t id = H5Sget_simple_extent_npoints(space) > 1000 || how / 4 % 10 == 9
            ? -1
            : H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        if (id >= 0) {
            H5Aclose(id);
        }
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Oclose(object);
}

/* Another text of the study: bytes put in at a place. */
static void
change_study(eng_fuzz_input_t *input, hid_t file)
{
    static const char name[] = "/provenance/study_text";
    const uint64_t at = eng_fuzz_number(input), gone = eng_fuzz_byte(input) % 40;
    size_t length;
    const uint8_t *bytes = eng_fuzz_bytes(input, &length);
    eng_dataset_t dataset;
    void *values = NULL;

    if (eng_h5_read(file, name, &dataset, &values) != 0 || dataset.cell != ENG_CELL_TEXT || dataset.num_dims != 0) {
        free(values);
        return;
    }
    const size_t old = dataset.cell_bytes, from = at % (old + 1), to = from + gone < old ? from + (size_t)gone : old;
    char *text = malloc(old + length + 1);
    ENG_FUZZ_HOLDS(text != NULL, "memory for a study");
    memcpy(text, values, from);
    memcpy(text + from, bytes, length);
    memcpy(text + from + length, (char *)values + to, old - to);
    dataset.cell_bytes = from + length + old - to;
    dataset.cell_bytes += dataset.cell_bytes == 0;
    H5Ldelete(file, name, H5P_DEFAULT);
    if (eng_h5_create(file, &dataset) == 0) {
        hid_t id;
        if (eng_h5_open(file, name, &id) == 0) {
            (void)eng_h5_move(id, &dataset, ENG_MOVE_WRITE, 0, 1, false, text);
            (void)eng_h5_seal(id, &dataset, text);
            H5Dclose(id);
        }
    }
    free(text);
    free(values);
}

static void
change_raw(eng_fuzz_input_t *input, raw_t *raw)
{
    const unsigned how = eng_fuzz_byte(input);

    if (how % 8 == 0) {
        raw->cut = eng_fuzz_number(input);
    } else if (raw->count < MOST_PATCHES) {
        raw->patch[raw->count].at = (uint64_t)eng_fuzz_byte(input) << 16 | (uint64_t)eng_fuzz_byte(input) << 8 | eng_fuzz_byte(input);
        raw->patch[raw->count++].byte = (uint8_t)eng_fuzz_byte(input);
    }
}

static void
make_file(eng_fuzz_input_t *input)
{
    const hid_t file = open_image();
    raw_t raw = { .count = 0 };
    char *bytes;

    for (int step = 0; step < MOST_STEPS && input->at < input->end; step++) {
        switch (eng_fuzz_byte(input) % 8) {
        case 0:
            change_raw(input, &raw);
            break;
        case 1:
            replace_dataset(input, file);
            break;
        case 2:
            change_link(input, file);
            break;
        case 3:
            change_attribute(input, file);
            break;
        case 4:
            change_study(input, file);
            break;
        default:
            change_value(input, file);
        }
    }
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    const ssize_t size = H5Fget_file_image(file, NULL, 0);
    ENG_FUZZ_HOLDS(size > 0 && (bytes = malloc((size_t)size)) != NULL && H5Fget_file_image(file, bytes, (size_t)size) == size,
        "a changed file can be written");
    ENG_FUZZ_HOLDS(H5Fclose(file) >= 0, "a changed file can be closed");
    for (int j = 0; j < raw.count; j++) {
        bytes[raw.patch[j].at % (uint64_t)size] = (char)raw.patch[j].byte;
    }
    eng_fuzz_put(fixed.path, bytes, (size_t)size - (size_t)(raw.cut % (uint64_t)size));
    free(bytes);
}

/* --- readers --------------------------------------------------------------------------------------------------- */

static void
run_command(const eng_command_t *command, int argc, const char *const *words)
{
    char copies[4][1024];
    char *argv[5] = { NULL };

    for (int j = 0; j < argc; j++) {
        snprintf(copies[j], sizeof(copies[j]), "%s", words[j]);
        argv[j] = copies[j];
    }
    eng_error_clear();
    eng_fuzz_check_refusal(command->run(argc, argv));
}

#define RUN(command, ...)                                                                                              \
    run_command(&eng_command_##command, sizeof((const char *const[]){ #command, __VA_ARGS__ }) / sizeof(char *),       \
        (const char *const[]){ #command, __VA_ARGS__ })

static void
read_names(const eng_result_t *result)
{
    for (int j = 0; j < fixed.datasets.count; j++) {
        uint64_t size[ENG_RESULT_MAX_DIMS], n = 1;
        double *values;
        int dims = 0;
        if (eng_result_shape(result, fixed.datasets.paths[j], &dims, size) != 0) {
            continue;
        }
        for (int d = 0; d < dims; d++) {
            n *= size[d];
        }
        values = n < 1000000 ? malloc((n + 1) * sizeof(*values)) : NULL;
        if (values != NULL) {
            eng_fuzz_check_refusal(eng_result_read(result, fixed.datasets.paths[j], values, n));
        }
        free(values);
    }
}

/* As merge and `show` read it. */
static void
read_words(const eng_result_t *result)
{
    const eng_study_t *study = eng_result_study(result);
    const eng_layout_t *layout = eng_result_layout(result);
    const size_t protocols = (size_t)study->num_protocols;
    const size_t most = protocols * (layout->point_words > layout->pooled_words ? layout->point_words : layout->pooled_words);
    int64_t *words = most < 10000000 ? malloc((most + 1) * sizeof(*words)) : NULL;
    eng_summary_t summary = { 0 };
    eng_records_t records = { 0 };

    if (words != NULL) {
        eng_fuzz_check_refusal(eng_result_point(result, 0, words));
        eng_fuzz_check_refusal(eng_result_point(result, study->num_points - 1, words));
        eng_fuzz_check_refusal(eng_result_pooled(result, words));
    }
    eng_fuzz_check_refusal(eng_result_summary(result, &summary));
    eng_summary_free(&summary);
    if (eng_records_create(&records, study) == 0 && records.num_values < 100000) {
        double *rows = malloc((records.num_values * 4 + 1) * sizeof(*rows));
        if (rows != NULL) {
            eng_fuzz_check_refusal(eng_result_rows(result, 0, study->records < 4 ? study->records : 4, rows));
        }
        free(rows);
    }
    eng_records_free(&records);
    eng_fuzz_check_refusal(eng_result_print_provenance(result, stdout));
    free(words);
}

static void
read_with_library(void)
{
    eng_result_t *result = NULL;
    bool equal = false;
    int ret;

    eng_error_clear();
    ret = eng_result_open(&result, fixed.path);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS((ret == 0) == (result != NULL), "a result is open or refused");
    if (ret == 0) {
        read_words(result);
        read_names(result);
    }
    eng_result_close(result);
    ret = eng_result_diff(fixed.path, fixed.path, stdout, &equal);
    eng_fuzz_check_refusal(ret);
    ENG_FUZZ_HOLDS(ret != 0 || equal, "a file is equal to itself");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    eng_fuzz_input_t input = { data, data + size };
    const unsigned reader = eng_fuzz_byte(&input);

    make_file(&input);
    eng_fuzz_capture_begin();
    switch (reader % 8) {
    case 0:
        RUN(show, fixed.path);
        RUN(status, fixed.path);
        break;
    case 1:
        RUN(show, fixed.path, "--outcome", reader >= 128 ? "relapse" : "edss");
        break;
    case 2:
        RUN(show, fixed.path, "--point", "1");
        break;
    case 3:
        RUN(compare, fixed.path);
        break;
    case 4:
        RUN(diff, fixed.base, fixed.path);
        break;
    case 5:
        RUN(export, fixed.path, "--csv", fixed.folder);
        break;
    default:
        read_with_library();
    }
    eng_fuzz_capture_end(&(size_t){ 0 });
    ENG_FUZZ_HOLDS(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) == 0, "no handle stays open");
    return 0;
}
