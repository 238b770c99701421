/**
 * A study from its text: the top level of the file, limits that concern several sections, and the complaints.
 * Sections are read in an order in which each finds what it needs (disease and horizon first), whatever their order
 * in the file; the one mistake does not hide the next.
 */
#include "study/study.h"

#include "base/fpu.h"
#include "base/rng.h"
#include "base/text.h"
#include "study/study_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_VISITS 30.0      /* d */
#define DEFAULT_RECORDS 1000
#define DEFAULT_MAX_FAILURES 0.001
#define DEFAULT_MAX_BYTES UINT64_C(1000000000)
#define MAX_WHOLE 400000000 /* bytes of a study with all that is attached */
#define MAX_EXACT (UINT64_C(1) << 53)

static const char top_keys[] = "study seed horizon visits cohort protocols sets parameters correlation freeze design endpoints outcomes estimates batches strata trajectories weight "
                               "precision compare records max_failures max_bytes";
static const char later_keys[] = "utilities costs groups";

/* ---- top level ------------------------------------------------------------------------------------------ */

static void
read_name(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node = eng_yaml_get(root, "study");
    const char *name = eng_reader_text(self, node, "a name for the study");
    char shown[80];

    if (node == NULL) {
        eng_reader_error(self, root, "'study' is missing: a name, such as 'study: ms-conditioning'");
    }
    if (name != NULL && !eng_text_is_name(name, ENG_MAX_NAME)) {
        eng_text_excerpt(shown, sizeof(shown), name);
        eng_reader_error(self, node,
            "'%s' cannot name a study: 1 to %d letters, digits, '_', '.' and '-', neither '.' nor '-' first", shown,
            ENG_MAX_NAME);
    } else if (name != NULL) {
        strcpy(self->study->name, name);
    }
}

/* 0 to 2^128 - 1, decimal. */
static void
read_seed(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node = eng_yaml_get(root, "seed");
    const char *text = eng_reader_text(self, node, "a whole number from 0 to 2^128 - 1");
    const eng_u128_t largest = ~(eng_u128_t)0;
    eng_u128_t seed = 0;
    bool good = true;

    if (node == NULL) {
        eng_reader_error(self, root, "'seed' is missing: a whole number, such as 'seed: 20261122'");
    }
    for (const char *c = text; c != NULL && *c != '\0' && good; c++) {
        const unsigned digit = (unsigned)(*c - '0');

        good = *c >= '0' && *c <= '9' && (seed < largest / 10 || (seed == largest / 10 && digit <= largest % 10));
        seed = seed * 10 + digit;
    }
    if (!good) {
        eng_reader_error(self, node, "seed: expected a whole number from 0 to 2^128 - 1, in decimal digits");
        return;
    }
    for (int j = 0; j < 4; j++) {
        self->study->seed[j] = (uint32_t)(seed >> (32 * j));
    }
}

static void
read_times(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *horizon = eng_yaml_get(root, "horizon");

    if (horizon == NULL) {
        eng_reader_error(self, root, "'horizon' is missing: how long patients are followed, such as 'horizon: 5 y'");
    }
    eng_reader_time(self, horizon, "horizon", 0, ENG_MAX_HORIZON, true, &self->study->horizon);
    self->study->visits = DEFAULT_VISITS;
    eng_reader_time(self, eng_yaml_get(root, "visits"), "visits", 0, ENG_MAX_HORIZON, true, &self->study->visits);
}

/* How much is kept that nobody asked for. */
static void
read_weight(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *node = eng_yaml_get(root, "weight");
    const char *text = eng_reader_text(self, node, "'full' or 'lean'");

    if (text != NULL && strcmp(text, "full") != 0 && strcmp(text, "lean") != 0) {
        eng_reader_unknown(self, node, text, "weight", "full lean", NULL);
    }
    self->study->lean = text != NULL && strcmp(text, "lean") == 0;
    self->study->compared = eng_yaml_get(root, "compare") != NULL;
}

static void
read_limits(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_yaml_node_t *records = eng_yaml_get(root, "records");
    eng_study_t *study = self->study;

    study->records = study->lean ? 0 : DEFAULT_RECORDS;
    study->max_failures = DEFAULT_MAX_FAILURES;
    study->max_bytes = DEFAULT_MAX_BYTES;
    if (records != NULL && records->kind == ENG_YAML_MAP) {
        eng_reader_keys(self, records, "key of 'records'", "patients", NULL);
        if (eng_yaml_get(records, "patients") == NULL) {
            eng_reader_error(self, records, "'patients' is missing, such as 'records: {patients: 1000}'");
        }
        records = eng_yaml_get(records, "patients");
    }
    eng_reader_count(self, records, "records", 0, MAX_EXACT, &study->records);
    eng_reader_quantity(self, eng_yaml_get(root, "max_failures"), "max_failures", "1", true, 0, 1, &study->max_failures);
    eng_reader_count(self, eng_yaml_get(root, "max_bytes"), "max_bytes", 1, MAX_EXACT, &study->max_bytes);
}

static void
check_courses(eng_reader_t *self, const eng_yaml_node_t *root)
{
    const eng_study_t *study = self->study;
    const eng_u128_t courses = (eng_u128_t)study->num_points * study->patients * (unsigned)study->num_protocols;

    if (courses >= ENG_MAX_COURSES) {
        eng_reader_error(self, eng_yaml_get(root, "cohort"), "points x patients x protocols is more than 2^62 courses");
    }
}

static void
read_root(eng_reader_t *self, const eng_yaml_node_t *root)
{
    if (!eng_reader_map(self, root, "a study: keys such as 'study', 'seed', 'horizon', 'cohort', 'protocols'")) {
        return;
    }
    eng_reader_keys(self, root, "key", top_keys, later_keys);
    read_name(self, root);
    read_seed(self, root);
    read_times(self, root);
    read_weight(self, root);
    eng_read_cohort(self, root);
    eng_read_protocols(self, root);
    eng_read_entry(self, root);
    eng_read_parameters(self, root);
    eng_read_correlation(self, root);
    eng_read_freeze(self, root);
    eng_read_design(self, root);
    eng_check_factors(self, root);
    eng_read_endpoints(self, root);
    eng_read_outcomes(self, root);
    eng_read_estimates(self, root);
    eng_read_partitions(self, root);
    eng_read_trajectories(self, root);
    eng_read_reads(self);
    eng_read_precision(self, root);
    eng_check_courses(self, root);
    read_limits(self, root);
    check_courses(self, root);
}

/* ---- a whole study -------------------------------------------------------------------------------------- */

static void
tell_yaml(void *context, int line, int column, const char *text)
{
    eng_reader_tell(context, line, column, true, text);
}

/* Where the files that a study names may come from. */
typedef struct {
    bool from_disk;
    eng_import_t import;
} source_t;

static int
read_text(eng_study_t *study, source_t source)
{
    eng_reader_t self = { .study = study, .from_disk = source.from_disk, .import = source.import };
    const size_t own = eng_study_own_length(study->text, study->text_length);
    const char behind = study->text[own];
    int ret;

    if (own > ENG_YAML_MAX_BYTES) {
        return ENG_FAIL(ENG_ERR_READ, "%s: longer than a study may be (1 MB)", study->path);
    }
    eng_reader_attachments(&self, study->text + own, study->text_length - own);
    study->text[own] = '\0';
    ret = eng_yaml_parse(&self.tree, study->text, own, tell_yaml, &self);
    study->text[own] = behind;
    if ((ret == 0 || ret == ENG_ERR_FORMAT) && self.tree.root != NULL) {
        read_root(&self, self.tree.root);
    }
    eng_reader_finish(&self);
    ret = ret == ENG_ERR_FORMAT ? 0 : ret;
    if (self.err != 0) {
        ret = self.err;
    }
    free(self.set_used);
    free(self.findings);
    eng_yaml_free(&self.tree);
    return ret;
}

/* Numbers are read and written in the C locale, whatever the program that uses the library has set. */
static int
read_and_identify(eng_study_t *study, source_t source)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before;
    int ret;

    if (plain == (locale_t)0) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", study->path);
    }
    before = uselocale(plain);
    (void)eng_fpu_use_default();
    ret = read_text(study, source);
    if (ret == 0 && study->num_errors == 0) {
        ret = eng_study_identify(study);
    }
    if (ret == 0) {
        ret = eng_study_keep_attachments(study);
    }
    uselocale(before);
    freelocale(plain);
    if (ret == 0 && study->num_errors > 0) {
        ret = ENG_FAIL(ENG_ERR_STUDY, "%s: %d mistake%s", study->path, study->num_errors, study->num_errors == 1 ? "" : "s");
    }
    return ret;
}

static int
parse(eng_study_t *study, const char *path, const char *text, size_t length, source_t source)
{
    *study = (eng_study_t){ .num_points = 1 };
    study->path = eng_text_copy(path, strlen(path));
    study->text = eng_text_copy(text, length);
    study->text_length = length;
    if (study->path == NULL || study->text == NULL) {
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    return read_and_identify(study, source);
}

int
eng_study_parse(eng_study_t *study, const char *path, const char *text, size_t length)
{
    return parse(study, path, text, length, (source_t){ false, NULL });
}

/* Reads at most `size` bytes; the number read, or -1. */
static ssize_t
read_whole(int fd, char *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t n = read(fd, bytes + done, size - done);

        if (n < 0 && errno != EINTR) {
            return -1;
        }
        if (n == 0) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)done;
}

int
eng_study_load(eng_study_t *study, const char *path)
{
    return eng_study_load_importing(study, path, NULL);
}

int
eng_study_load_importing(eng_study_t *study, const char *path, eng_import_t import)
{
    size_t most;
    int ret, fd;
    char *text = NULL;
    struct stat status;
    ssize_t length;

    *study = (eng_study_t){ 0 };
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* not waiting for whoever writes into a pipe */
    if (fd < 0 || fstat(fd, &status) != 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (!S_ISREG(status.st_mode)) {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: not a file", path);
        goto out;
    }
    most = status.st_size > ENG_YAML_MAX_BYTES && status.st_size <= MAX_WHOLE ? (size_t)status.st_size : ENG_YAML_MAX_BYTES;
    text = malloc(most + 1);
    if (text == NULL) {
        ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", path);
        goto out;
    }
    length = read_whole(fd, text, most + 1);
    if (length < 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: %s", path, strerror(errno));
        goto out;
    }
    if ((size_t)length > most) {
        ret = ENG_FAIL(ENG_ERR_READ, "%s: longer than a study may be (1 MB)", path);
        goto out;
    }
    ret = parse(study, path, text, (size_t)length, (source_t){ true, import });
out:
    free(text);
    if (fd >= 0) {
        close(fd);
    }
    return ret;
}

void
eng_study_free(eng_study_t *study)
{
    for (int j = 0; j < study->num_protocols; j++) {
        free(study->protocols[j].actions);
    }
    for (int j = 0; j < study->num_outcomes; j++) {
        free(study->outcomes[j].at);
    }
    for (int j = 0; j < study->num_complaints; j++) {
        free(study->complaints[j].text);
    }
    for (int j = 0; j < study->num_attachments; j++) {
        free(study->attachments[j].name);
        free(study->attachments[j].text);
    }
    for (int j = 0; j < study->num_tables; j++) {
        eng_dist_table_free(study->tables[j]);
        free(study->tables[j]);
    }
    eng_correlations_free(&study->correlations);
    eng_correlations_free(&study->laws_dependence);
    free(study->attachments);
    free(study->tables);
    for (int j = 0; j < study->num_partitions; j++) {
        eng_partition_free(&study->partitions[j]);
    }
    for (int j = 0; j < study->num_members; j++) {
        free(study->members[j].text);
    }
    free(study->members);
    free(study->path);
    free(study->text);
    free(study->laws);
    free(study->protocols);
    free(study->uncertain);
    free(study->fixed);
    for (uint64_t j = 0; study->design_ids != NULL && j < study->design_size; j++) {
        free(study->design_ids[j]);
    }
    free(study->design_ids);
    free(study->design_levels);
    free(study->design_group);
    free(study->design_groups);
    free(study->design_list);
    free(study->run_in.actions);
    free(study->endpoints);
    free(study->outcomes);
    free(study->trajectories.markers);
    free(study->trajectories.days);
    free(study->trajectories.also);
    free(study->reads);
    free(study->canonical);
    free(study->complaints);
    *study = (eng_study_t){ 0 };
}

void
eng_study_complain(const eng_study_t *study, FILE *out, bool errors_only)
{
    for (int j = 0; j < study->num_complaints; j++) {
        const eng_complaint_t *c = &study->complaints[j];

        if (errors_only && !c->error) {
            continue;
        }
        if (c->line == 0) {
            fprintf(out, "%s: %s\n", study->path, c->text);
        } else {
            fprintf(out, "%s:%d:%d: %s%s\n", study->path, c->line, c->column, c->error ? "" : "note: ", c->text);
        }
    }
}
