/**
 * What fuzz targets share.
 */
#include "fuzzlib.h"

#include "base/error.h"
#include "testlib.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAPTURE_SIZE 65536

void __sanitizer_set_report_fd(void *fd) __attribute__((weak));

static int own_stderr = STDERR_FILENO; /* where reports go while stderr is captured */
static int capture_fd = -1;
static char captured[CAPTURE_SIZE];

void
eng_fuzz_violated(const char *format, ...)
{
    va_list args;

    dup2(own_stderr, STDERR_FILENO);
    fputs("violated: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

void
eng_fuzz_check_refusal(int ret)
{
    const char *text = eng_error_message();

    if (ret >= 0) {
        return;
    }
    if (strcmp(eng_strerror(ret), eng_strerror(-1000)) == 0) {
        eng_fuzz_violated("error %d is not in the list", ret);
    }
    if (ret == ENG_ERR_INTERNAL || text[0] == '\0' || strpbrk(text, "\r\n") != NULL) {
        eng_fuzz_violated("a refusal (%d, '%s') says in one line what is wrong with the input", ret, text);
    }
}

unsigned
eng_fuzz_byte(eng_fuzz_input_t *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

uint64_t
eng_fuzz_number(eng_fuzz_input_t *input)
{
    static const uint64_t limits[] = { UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN, UINT32_MAX, INT32_MAX, (uint64_t)INT32_MIN,
        UINT64_C(1) << 40, UINT64_C(1) << 62, UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff8000000000000),
        UINT64_C(0x3ff0000000000000), UINT64_C(0x7fefffffffffffff) };
    const unsigned byte = eng_fuzz_byte(input), n = sizeof(limits) / sizeof(*limits);
    uint64_t value = 0;

    if (byte < 200) {
        return byte;
    }
    if (byte < 200 + n) {
        return limits[byte - 200];
    }
    for (int j = 0; j < 8; j++) {
        value = value << 8 | eng_fuzz_byte(input);
    }
    return value;
}

const uint8_t *
eng_fuzz_bytes(eng_fuzz_input_t *input, size_t *size)
{
    const size_t wanted = eng_fuzz_byte(input), left = (size_t)(input->end - input->at);
    const uint8_t *bytes = input->at;

    *size = wanted < left ? wanted : left;
    input->at += *size;
    return bytes;
}

char *
eng_fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text == NULL) {
        eng_fuzz_violated("no memory for an input of %zu bytes", size);
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    return text;
}

void
eng_fuzz_put(const char *path, const void *bytes, size_t size)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd < 0 || (size > 0 && write(fd, bytes, size) != (ssize_t)size) || close(fd) != 0) {
        eng_fuzz_violated("%s cannot be written", path);
    }
}

void
eng_fuzz_silence(void)
{
    ENG_FUZZ_HOLDS(freopen("/dev/null", "w", stdout) != NULL, "stdout can be sent away");
    own_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
    capture_fd = open(eng_test_path(eng_test_directory(), "stderr"), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    ENG_FUZZ_HOLDS(own_stderr >= 0 && capture_fd >= 0, "stderr can be kept");
    if (__sanitizer_set_report_fd != NULL) {
        __sanitizer_set_report_fd((void *)(intptr_t)own_stderr);
    }
}

void
eng_fuzz_capture_begin(void)
{
    ENG_FUZZ_HOLDS(ftruncate(capture_fd, 0) == 0 && lseek(capture_fd, 0, SEEK_SET) == 0 && dup2(capture_fd, STDERR_FILENO) >= 0,
        "stderr can be kept");
}

const char *
eng_fuzz_capture_end(size_t *length)
{
    const ssize_t n = pread(capture_fd, captured, sizeof(captured) - 1, 0);

    dup2(own_stderr, STDERR_FILENO);
    *length = n > 0 ? (size_t)n : 0;
    captured[*length] = '\0';
    return captured;
}

const char *
eng_fuzz_seed(const char *name)
{
    const char *folder = getenv("FUZZ_SEEDS");
    const char *path = eng_test_path(folder != NULL ? folder : "build/fuzz/seeds", name);

    if (access(path, R_OK) != 0) {
        eng_fuzz_violated("%s is missing; tests/run_fuzz.sh makes it", path);
    }
    return path;
}
