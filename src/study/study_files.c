/**
 * Files that a study names: tables of values and lists of points.  Whoever starts a study reads them once; their text is then
 * part of the study's own, behind the keys, in lines that YAML takes for comments:
 *
 *     #attached 24 ages.csv
 *     #|age
 *     #|31.5
 *
 * so that other ranks, saved work and the result have them without the files.
 */
#include "study/study_reader.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "#attached "
#define LINE_MARK "#|"

/* --- from the text of a study -------------------------------------------------------------------------------- */

size_t
eng_study_own_length(const char *text, size_t length)
{
    const char *at = text;

    for (size_t left = length; left > 0;) {
        const char *end = memchr(at, '\n', left);

        if (left >= strlen(MARK) && memcmp(at, MARK, strlen(MARK)) == 0) {
            return (size_t)(at - text);
        }
        if (end == NULL) {
            break;
        }
        left -= (size_t)(end + 1 - at);
        at = end + 1;
    }
    return length;
}

static eng_attachment_t *
attach(eng_reader_t *self, const char *name, char *text, size_t length)
{
    eng_study_t *study = self->study;
    char *copy = eng_text_copy(name, strlen(name));

    if (copy == NULL || text == NULL || !ENG_READER_GROW(self, study->attachments, study->num_attachments)) {
        self->err = self->err != 0 ? self->err : ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        free(copy);
        free(text);
        return NULL;
    }
    study->attachments[study->num_attachments] = (eng_attachment_t){ copy, text, length };
    return &study->attachments[study->num_attachments++];
}

/* Lines behind a mark, without theirs, up to `length` bytes; where they end. */
static const char *
gather(const char *at, const char *end, char *out, size_t length, size_t *used)
{
    *used = 0;
    while (at < end && (size_t)(end - at) >= strlen(LINE_MARK) && memcmp(at, LINE_MARK, strlen(LINE_MARK)) == 0) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *from = at + strlen(LINE_MARK);

        stop = stop == NULL ? end : stop;
        for (; from <= stop && *used < length; from++) {
            out[(*used)++] = from == stop ? '\n' : *from;
        }
        at = stop < end ? stop + 1 : end;
    }
    return at;
}

void
eng_reader_attachments(eng_reader_t *self, const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    while (at < end && self->err == 0) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        char *name = NULL, *content;
        size_t size = 0, used = 0;

        stop = stop == NULL ? end : stop;
        if ((size_t)(stop - at) > strlen(MARK) && memcmp(at, MARK, strlen(MARK)) == 0) {
            size = strtoull(at + strlen(MARK), &name, 10);
        }
        if (name == NULL || name >= stop || *name != ' ' || size > ENG_MAX_FILE_BYTES || size > (size_t)(end - stop)) {
            eng_reader_error(self, NULL, "what is attached to the study is damaged");
            return;
        }
        char *kept = eng_text_copy(name + 1, (size_t)(stop - name - 1));
        content = calloc(size + 1, 1);
        at = content == NULL ? end : gather(stop < end ? stop + 1 : end, end, content, size, &used);
        if (kept != NULL && content != NULL && used != size) {
            eng_reader_error(self, NULL, "what is attached to the study is damaged: '%s' is not whole", kept);
            free(content);
            content = NULL;
        } else if (kept != NULL) {
            attach(self, kept, content, size);
        }
        free(kept);
    }
}

/* --- from the files ------------------------------------------------------------------------------------------ */

/* A path beside the study, unless it is absolute. */
static char *
full_path(const eng_reader_t *self, const char *name)
{
    const char *slash = strrchr(self->study->path, '/');
    eng_text_t path = { 0 };

    if (name[0] != '/' && slash != NULL) {
        eng_text_add(&path, "%.*s/", (int)(slash - self->study->path), self->study->path);
    }
    eng_text_add(&path, "%s", name);
    return path.data;
}

static char *
read_file(const char *path, size_t *length, const char **problem)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    char *text = NULL;
    ssize_t n = 1;

    *problem = NULL;
    *length = 0;
    if (fd < 0 || fstat(fd, &status) != 0) {
        *problem = strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
        *problem = "not a file";
    } else if (status.st_size > ENG_MAX_FILE_BYTES) {
        *problem = "larger than such a file may be (64 MB)";
    } else if ((text = malloc((size_t)status.st_size + 1)) != NULL) {
        while (*length < (size_t)status.st_size && n != 0 && *problem == NULL) {
            n = read(fd, text + *length, (size_t)status.st_size - *length);
            *length += n > 0 ? (size_t)n : 0;
            *problem = n < 0 && errno != EINTR ? strerror(errno) : NULL;
        }
        text[*length] = '\0';
    }
    if (fd >= 0) {
        close(fd);
    }
    if (*problem != NULL) {
        free(text);
        text = NULL;
    }
    return text;
}

/* A result or another HDF5 file becomes a table of text. */
static char *
import_file(eng_reader_t *self, const eng_yaml_node_t *node, const char *path, const char *dataset, size_t *length)
{
    char *text = NULL;
    const int ret = self->import == NULL
        ? ENG_FAIL(ENG_ERR_READ, "%s: points of an HDF5 file cannot be read here", path)
        : self->import(path, dataset, &text);

    if (ret == ENG_ERR_NO_MEMORY) {
        self->err = ret;
    } else if (ret != 0) {
        eng_reader_error(self, node, "%s", eng_error_message());
    }
    *length = text == NULL ? 0 : strlen(text);
    return ret == 0 ? text : NULL;
}

const eng_attachment_t *
eng_reader_file(eng_reader_t *self, const eng_yaml_node_t *node, const char *dataset)
{
    const char *name = eng_reader_text(self, node, "the name of a file"), *problem = NULL;
    char *path, *text;
    size_t length = 0;

    if (name == NULL) {
        return NULL;
    }
    for (int j = 0; j < self->study->num_attachments; j++) {
        if (strcmp(self->study->attachments[j].name, name) == 0) {
            return &self->study->attachments[j];
        }
    }
    if (!self->from_disk) {
        eng_reader_error(self, node, "'%s' is not attached to the study", name);
        return NULL;
    }
    path = full_path(self, name);
    if (path == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
        return NULL;
    }
    text = dataset != NULL ? import_file(self, node, path, dataset, &length) : read_file(path, &length, &problem);
    if (problem != NULL) {
        eng_reader_error(self, node, "%s: %s", path, problem);
    } else if (text != NULL && memchr(text, '\0', length) != NULL) {
        eng_reader_error(self, node, "%s: is no text; expected comma-separated values", path);
        free(text);
        text = NULL;
    } else if (text == NULL && dataset == NULL) {
        self->err = ENG_FAIL(ENG_ERR_NO_MEMORY, "reading a study: out of memory");
    }
    free(path);
    return text == NULL ? NULL : attach(self, name, text, length);
}

int
eng_study_keep_attachments(eng_study_t *study)
{
    const size_t own = eng_study_own_length(study->text, study->text_length);
    eng_text_t whole = { 0 };

    if (study->num_attachments == 0) {
        return 0;
    }
    eng_text_add(&whole, "%.*s%s", (int)own, study->text, own > 0 && study->text[own - 1] != '\n' ? "\n" : "");
    for (int j = 0; j < study->num_attachments; j++) {
        const eng_attachment_t *file = &study->attachments[j];

        eng_text_add(&whole, MARK "%zu %s\n", file->length, file->name);
        for (const char *at = file->text; *at != '\0';) {
            const size_t line = strcspn(at, "\n");
            eng_text_add(&whole, LINE_MARK "%.*s\n", (int)line, at);
            at += line + (at[line] == '\n');
        }
    }
    if (whole.failed) {
        eng_text_free(&whole);
        return ENG_FAIL(ENG_ERR_NO_MEMORY, "%s: out of memory", study->path);
    }
    free(study->text);
    study->text = whole.data;
    study->text_length = whole.length;
    return 0;
}

bool
eng_reader_csv(eng_reader_t *self, const eng_yaml_node_t *node, const eng_attachment_t *file, eng_csv_t *csv)
{
    eng_csv_problem_t problem;
    const int ret = eng_csv_parse(csv, file->text, file->length, &problem);

    if (ret == ENG_ERR_NO_MEMORY) {
        self->err = ret;
    } else if (ret != 0) {
        eng_reader_error(self, node, "%s:%d:%d: %s", file->name, problem.line, problem.column, problem.text);
    }
    return ret == 0;
}
