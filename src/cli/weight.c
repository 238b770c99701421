/**
 * Bytes by level, before compression, which leaves a third to a twentieth of them.
 */
#include "cli/weight.h"

#include <string.h>

void
eng_bytes_print(double bytes, FILE *out)
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
    int unit = 0;

    while (bytes >= 1000 && unit < 4) {
        bytes /= 1000;
        unit++;
    }
    fprintf(out, unit == 0 ? "%.0f %s" : "%.3g %s", bytes, units[unit]);
}

/* Words of the fields whose group begins so. */
static size_t
words_of(const eng_layout_t *layout, const char *prefix)
{
    size_t words = 0;

    for (int j = 0; j < layout->num_point_fields; j++) {
        const eng_field_t *field = &layout->point_fields[j];
        size_t product = 1;
        for (int d = 0; d < field->num_dims; d++) {
            product *= field->size[d];
        }
        words += strncmp(field->group, prefix, strlen(prefix)) == 0 ? product : 0;
    }
    return words;
}

static void
print_level(const char *name, double bytes, bool *first, FILE *out)
{
    if (bytes > 0) {
        fprintf(out, "%s%s ", *first ? "" : ", ", name);
        eng_bytes_print(bytes, out);
        *first = false;
    }
}

void
eng_weight_print(const eng_layout_t *layout, const eng_records_t *records, FILE *out)
{
    const eng_study_t *study = layout->study;
    const double rows = (double)study->num_points * study->num_protocols, pairs = (double)study->num_points * (double)study->patients;
    const double kept = (double)study->records < pairs ? (double)study->records : pairs;
    bool first = true;

    fprintf(out, "sums          ");
    print_level("outcomes", 8 * rows * (double)words_of(layout, "/outcomes/"), &first, out);
    print_level("pairs with the reference", 8 * rows * (double)words_of(layout, "/paired/"), &first, out);
    print_level("pairs with all others", 8 * rows * (double)words_of(layout, "/pairs/"), &first, out);
    print_level("trajectories of points", 8 * rows * (double)words_of(layout, "/trajectories/"), &first, out);
    for (int j = 0; j < study->num_partitions; j++) {
        const char *name = study->partitions[j].name;
        char prefix[64], label[64];
        snprintf(prefix, sizeof(prefix), "/parts/%s/", name);
        snprintf(label, sizeof(label), "%s%s", study->partitions[j].num_by > 0 ? "strata " : "", name);
        print_level(label, 8 * rows * (double)words_of(layout, prefix), &first, out);
    }
    print_level("over all points", 8.0 * study->num_protocols * (double)layout->pooled_words, &first, out);
    print_level("records", 8 * kept * (double)records->num_values, &first, out);
    fprintf(out, "; before compression\n");
}
