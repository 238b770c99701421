/**
 * Responses from the datasets of a file: integer sums of each point become a mean and the variance of that mean.
 */
#include "cli/response.h"

#include "base/math.h"
#include "stats/moments.h"

#include <stdlib.h>
#include <string.h>

/* A dataset of points and protocols, whatever axes follow, as numbers; owned by the caller. */
static int
read_dataset(const eng_source_t *source, const char *group, const char *name, const char *dataset, uint64_t *last, double **out)
{
    char path[192];
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 }, count = 1;
    int dims = 0, ret;

    snprintf(path, sizeof(path), "/%s/%.100s/%s", group, name, dataset);
    ret = eng_source_shape(source, path, &dims, size);
    for (int j = 0; ret == 0 && j < dims; j++) {
        count *= size[j];
    }
    if (ret == 0 && (dims < 2 || size[0] != source->study->num_points || size[1] != (uint64_t)source->study->num_protocols)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: %s has another shape than the study", source->path, path);
    }
    if (ret == 0) {
        *last = dims > 2 ? size[2] : 1;
        *out = malloc((size_t)count * sizeof(**out) + 1);
        ret = *out == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for %s", source->path, path)
                           : eng_source_read(source, path, *out, (size_t)count);
    }
    return ret;
}

static int
read_landmarks(eng_response_t *self, const eng_source_t *source)
{
    uint64_t size[ENG_RESULT_MAX_DIMS] = { 0 };
    int dims = 0, ret = eng_source_shape(source, "/landmark", &dims, size);

    if (ret == 0 && (dims != 1 || size[0] != (uint64_t)self->readings)) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: its landmarks are not those of its counts", source->path);
    }
    return ret == 0 ? eng_source_read(source, "/landmark", self->days, (size_t)self->readings) : ret;
}

static int
read_counts(eng_response_t *self, const eng_source_t *source, const char *name)
{
    const char *group = self->difference ? "paired" : "outcomes";
    uint64_t one = 0, last = 0, again = 0;
    int ret = read_dataset(source, group, name, "n", &one, &self->n);

    if (ret == 0) {
        ret = read_dataset(source, group, name, self->difference ? "gains" : "event_count", &last, &self->first);
    }
    if (ret == 0 && self->difference) {
        ret = read_dataset(source, group, name, "losses", &again, &self->second);
    }
    self->readings = (int)last;
    return ret;
}

/* Of people who live twice: couples stand once for all landmarks of a time. */
static int
read_couples(eng_response_t *self, const eng_source_t *source, const char *name)
{
    uint64_t last[3] = { 0 };
    int ret;

    if (self->study->courses != 2 || self->difference) {
        return 0;
    }
    ret = read_dataset(source, "outcomes", name, self->share ? "couples" : "couple_n", &last[0], &self->couples);
    ret = ret == 0 ? read_dataset(source, "outcomes", name, self->share ? "in_one_life" : "life_sum_sq_low", &last[1], &self->apart) : ret;
    if (ret == 0 && !self->share) {
        ret = read_dataset(source, "outcomes", name, "life_sum_sq_high", &last[2], &self->apart_high);
    }
    if (ret == 0 && ((int)last[1] != self->readings || (!self->share && (last[0] != last[1] || last[2] != last[1])))) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: the two lives of people have another shape than their sums in %s", source->path, name);
    }
    return ret;
}

static int
read_sums(eng_response_t *self, const eng_source_t *source, const char *name)
{
    const char *group = self->difference ? "paired" : "outcomes";
    uint64_t last[4] = { 0 };
    int ret = read_dataset(source, group, name, "n", &last[0], &self->n);

    ret = ret == 0 ? read_dataset(source, group, name, "sum", &last[1], &self->first) : ret;
    ret = ret == 0 ? read_dataset(source, group, name, "sum_sq_low", &last[2], &self->second) : ret;
    ret = ret == 0 ? read_dataset(source, group, name, "sum_sq_high", &last[3], &self->third) : ret;
    if (ret == 0 && (last[0] != last[1] || last[0] != last[2] || last[0] != last[3])) {
        ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: the sums of %s have different shapes", source->path, name);
    }
    self->readings = (int)last[0];
    return ret;
}

int
eng_response_open(eng_response_t *self, const eng_source_t *source, int outcome, bool difference)
{
    const eng_outcome_request_t *request = &source->study->outcomes[outcome];
    const eng_outcome_row_t *row = request->row;
    int ret;

    *self = (eng_response_t){ .study = source->study, .outcome = outcome, .difference = difference, .share = row->kind == ENG_OUTCOME_TIME };
    ret = self->share ? read_counts(self, source, row->name) : read_sums(self, source, row->name);
    ret = ret == 0 ? read_couples(self, source, row->name) : ret;
    if (ret != 0) {
        return ret;
    }
    self->step = row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(source->study->disease, row->source)->step : row->step;
    self->days = malloc((size_t)self->readings * sizeof(*self->days) + 1);
    if (self->days == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for reading days", source->path);
    }
    for (int r = 0; r < self->readings; r++) {
        self->days[r] = row->kind == ENG_OUTCOME_MARKER && r < request->num_at ? request->at[r] : NAN;
    }
    return self->share ? read_landmarks(self, source) : 0;
}

int
eng_response_open_trajectory(eng_response_t *self, const eng_source_t *source, int marker)
{
    const eng_trajectories_t *wanted = &source->study->trajectories;
    const eng_marker_row_t *row = eng_marker_row(source->study->disease, marker);
    uint64_t last[4] = { 0 };

    *self = (eng_response_t){ .study = source->study, .outcome = -1, .marker = marker, .step = row->step };
    int ret = read_dataset(source, "trajectories", row->name, "point_n", &last[0], &self->n);
    ret = ret == 0 ? read_dataset(source, "trajectories", row->name, "point_sum", &last[1], &self->first) : ret;
    ret = ret == 0 ? read_dataset(source, "trajectories", row->name, "point_sum_sq_low", &last[2], &self->second) : ret;
    ret = ret == 0 ? read_dataset(source, "trajectories", row->name, "point_sum_sq_high", &last[3], &self->third) : ret;
    for (int k = 0; ret == 0 && k < 4; k++) {
        if (last[k] != (uint64_t)wanted->num_days) {
            ret = ENG_FAIL(ENG_ERR_FORMAT, "%s: the trajectories of %s have other days than the study", source->path, row->name);
        }
    }
    if (ret == 0) {
        self->readings = wanted->num_days;
        self->days = malloc((size_t)self->readings * sizeof(*self->days) + 1);
        ret = self->days == NULL ? ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: no memory for reading days", source->path) : 0;
    }
    for (int r = 0; ret == 0 && r < self->readings; r++) {
        self->days[r] = wanted->days[r];
    }
    return ret;
}

void
eng_response_free(eng_response_t *self)
{
    free(self->days);
    free(self->n);
    free(self->first);
    free(self->second);
    free(self->third);
    free(self->couples);
    free(self->apart);
    free(self->apart_high);
    *self = (eng_response_t){ .study = NULL };
}

/* Mean and variance between courses of one point; n is the number of courses or pairs. */
static void
one_point(const eng_response_t *self, size_t row, int reading, double *n, double *mean, double *variance)
{
    const size_t at = row * (size_t)self->readings + (size_t)reading;
    const bool survival = self->share && self->study->outcomes[self->outcome].row->survival;

    *n = self->n[self->share ? row : at];
    if (!self->share) {
        *mean = self->step * self->first[at] / *n;
        *variance = self->step * self->step * eng_moments_variance(*n, self->first[at], self->second[at], self->third[at]);
    } else if (self->difference) {
        const double difference = (self->first[at] - self->second[at]) / *n; /* gains: the event under the reference only */
        *mean = survival ? difference : -difference;
        *variance = ((self->first[at] + self->second[at]) / *n - difference * difference) * *n / (*n - 1);
    } else {
        const double share = self->first[at] / *n;
        *mean = survival ? 1 - share : share;
        *variance = share * (1 - share) * *n / (*n - 1);
    }
}

/* Variance between two lives of a person, NaN where that is not known. */
static double
chance_of(const eng_response_t *self, size_t row, int reading)
{
    const size_t at = row * (size_t)self->readings + (size_t)reading;

    if (self->couples == NULL) {
        return NAN;
    }
    if (self->share) {
        return self->couples[row] > 0 ? self->apart[at] / (2 * self->couples[row]) : NAN;
    }
    return self->couples[at] > 0 ? self->step * self->step * (self->apart[at] + ENG_SQUARE_SCALE * self->apart_high[at]) / (2 * self->couples[at]) : NAN;
}

int
eng_response_points(const eng_response_t *self, int protocol, int reading, eng_series_of_points_t *series)
{
    const uint64_t points = self->study->num_points;
    double n = 0, mean = 0, variance = 0, counted = 0;

    *series = (eng_series_of_points_t){ malloc((size_t)points * sizeof(double) + 1), malloc((size_t)points * sizeof(double) + 1),
        .noisy = true };
    if (series->mean == NULL || series->noise == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the responses of %llu points", (unsigned long long)points);
    }
    for (uint64_t i = 0; i < points; i++) {
        one_point(self, (size_t)i * (size_t)self->study->num_protocols + (size_t)protocol, reading, &n, &mean, &variance);
        series->mean[i] = n > 0 ? mean : NAN;
        const double chance = chance_of(self, (size_t)i * (size_t)self->study->num_protocols + (size_t)protocol, reading);
        /* the mean of n courses of n / 2 people: who they are counts twice */
        series->noise[i] = n > 1 ? (chance == chance ? eng_max(variance, 2 * variance - chance) : variance) / n : 0;
        series->noisy = series->noisy && n != 1;
        if (n > 0) {
            counted++;
            series->average += (mean - series->average) / counted;
            series->within += ((n > 1 ? variance : 0) - series->within) / counted;
            series->chance += (chance - series->chance) / counted;
        }
    }
    series->average = counted > 0 ? series->average : NAN;
    return 0;
}

void
eng_series_of_points_free(eng_series_of_points_t *series)
{
    free(series->mean);
    free(series->noise);
    *series = (eng_series_of_points_t){ NULL };
}

void
eng_response_label(const eng_response_t *self, int reading, char text[ENG_CELL_SIZE])
{
    const char *name = self->outcome < 0 ? eng_marker_row(self->study->disease, self->marker)->name : self->study->outcomes[self->outcome].row->name;
    const double day = self->days[reading];
    char days[ENG_CELL_SIZE];

    eng_format_days(days, day);
    snprintf(text, ENG_CELL_SIZE, "%.80s%s%.40s", name, day == day ? " at " : "", day == day ? days : "");
}

eng_style_t
eng_response_style(const eng_response_t *self, const char **unit)
{
    if (self->outcome < 0) {
        *unit = eng_marker_row(self->study->disease, self->marker)->unit;
        return ENG_AS_NUMBER;
    }
    const eng_outcome_row_t *row = self->study->outcomes[self->outcome].row;

    *unit = row->kind == ENG_OUTCOME_MARKER ? eng_marker_row(self->study->disease, row->source)->unit : row->unit;
    if (self->share) {
        *unit = "";
        return self->difference ? ENG_AS_POINTS : ENG_AS_PERCENT;
    }
    return ENG_AS_NUMBER;
}
