/**
 * How large a result will be, before there is one: the file is made in memory from some of the study's courses.  What rank 0 holds is all
 * there; points and records are some of them, and the others take as much.
 */
#include "store/writer_state.h"

#include <stdlib.h>

/* One dataset of points or rows: what the sample takes, for as many steps as the file will have. */
static int
add_spread(eng_writer_t *writer, const eng_dataset_t *dataset, double *bytes)
{
    eng_dataset_t sample = *dataset;
    uint64_t first, stored = 0;
    int ret;

    sample.size[0] = eng_dataset_own(dataset, &writer->content, &first);
    ret = eng_writer_measure(writer, &sample, &stored);
    if (ret == 0 && sample.size[0] > 0) {
        *bytes += (double)stored * (double)dataset->size[0] / (double)sample.size[0] + (double)eng_h5_index(dataset);
    }
    return ret;
}

static int
add_structure(eng_writer_t *writer, double *bytes)
{
    eng_h5_image_t image;
    hid_t file = -1;
    int ret = eng_h5_create_memory(writer->path, &file, &image), closed;

    if (ret == 0) {
        ret = eng_writer_fill_structure(writer, file);
    }
    closed = eng_h5_close_memory(writer->path, &file, &image);
    *bytes += (double)image.size;
    eng_h5_free_image(&image);
    return ret != 0 ? ret : closed;
}

int
eng_result_foretell(const eng_result_data_t *data, const int64_t *cluster, const int64_t *pooled, uint64_t *bytes)
{
    eng_facts_t facts = { 0 };
    eng_writer_t writer = { .path = data->layout->study->path };
    double sum = 0;
    int ret = eng_summary_create(&writer.summary, data->layout, cluster, pooled);

    *bytes = 0;
    eng_h5_start();
    writer.content = (eng_content_t){ .layout = data->layout, .records = data->records, .data = data, .summary = &writer.summary, .facts = &facts };
    if (ret == 0) {
        ret = eng_datasets_create(&writer.datasets, &writer.content);
    }
    if (ret == 0) {
        ret = eng_writer_allocate(&writer);
    }
    if (ret == 0) {
        ret = add_structure(&writer, &sum);
    }
    for (int j = 0; ret == 0 && j < writer.datasets.count; j++) {
        ret = eng_dataset_is_spread(&writer.datasets.items[j]) ? add_spread(&writer, &writer.datasets.items[j], &sum) : 0;
    }
    *bytes = (uint64_t)sum;
    eng_datasets_free(&writer.datasets);
    eng_summary_free(&writer.summary);
    free(writer.buffer);
    free(writer.again);
    return ret;
}
