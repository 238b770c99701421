/**
 * Progress.  The status file is written under another name and renamed, so that a reader always sees a whole one; a
 * failure to write it is no reason to stop a run.
 */
#include "engine/progress.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/launch.h"
#include "engine/terminal.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define BAR_NARROW 10
#define BAR_SECONDS 0.25
#define LOG_SECONDS 60.0
#define STATUS_SECONDS 3.0
#define LINE_SIZE 200

double
eng_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void
eng_duration_text(double seconds, char *text, size_t size)
{
    const long s = seconds < 0 ? 0 : seconds > 3e9 ? 3000000000L : (long)(seconds + 0.5);

    if (s >= 86400) {
        snprintf(text, size, "%ld d %ld h", s / 86400, s % 86400 / 3600);
    } else if (s >= 3600) {
        snprintf(text, size, "%ld h %02ld min", s / 3600, s % 3600 / 60);
    } else if (s >= 60) {
        snprintf(text, size, "%ld min %02ld s", s / 60, s % 60);
    } else {
        snprintf(text, size, "%ld s", s);
    }
}

void
eng_count_text(uint64_t count, char *text, size_t size)
{
    char digits[32];
    const int n = snprintf(digits, sizeof(digits), "%" PRIu64, count);
    size_t out = 0;

    for (int j = 0; j < n && out + 2 < size; j++) {
        if (j > 0 && (n - j) % 3 == 0) {
            text[out++] = ',';
        }
        text[out++] = digits[j];
    }
    if (size > 0) {
        text[out] = '\0';
    }
}

int
eng_progress_open(eng_progress_t *progress, eng_progress_mode_t mode, FILE *screen, const char *folder, uint64_t planned,
    uint64_t before, int ranks, int attempt)
{
    *progress = (eng_progress_t){ .mode = mode, .screen = screen, .planned = planned, .before = before, .ranks = ranks, .attempt = attempt };
    if (mode == ENG_PROGRESS_AUTO) {
        progress->mode = eng_launch_terminal() ? ENG_PROGRESS_BAR : ENG_PROGRESS_LOG;
    }
    if (progress->mode == ENG_PROGRESS_BAR && screen == NULL) {
        progress->mode = ENG_PROGRESS_LOG;
    }
    progress->by_lines = screen != NULL && !isatty(fileno(screen)) && getenv("OMPI_COMM_WORLD_SIZE") != NULL;
    progress->started = progress->shown = eng_seconds();
    if (folder != NULL) {
        const size_t size = strlen(folder) + 16;
        progress->path = malloc(size);
        progress->fresh = malloc(size);
        if (progress->path == NULL || progress->fresh == NULL) {
            return ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the status file");
        }
        snprintf(progress->path, size, "%s/status", folder);
        snprintf(progress->fresh, size, "%s/status.new", folder);
    }
    eng_progress_state(progress, 0, "running");
    return 0;
}

void
eng_progress_close(eng_progress_t *progress)
{
    free(progress->path);
    free(progress->fresh);
    *progress = (eng_progress_t){ 0 };
}

static double
share_done(const eng_progress_t *progress, uint64_t done)
{
    return progress->planned == 0 ? 1 : (double)(progress->before + done) / (double)progress->planned;
}

/* Seconds left at the rate of this attempt; negative: not known yet. */
static double
seconds_left(const eng_progress_t *progress, uint64_t done, double seconds)
{
    const uint64_t all = progress->before + done;

    return done == 0 ? -1 : seconds * (double)(progress->planned > all ? progress->planned - all : 0) / (double)done;
}

/* What a line may say; a terminal that is too narrow for all of it has less. */
enum { COUNTS = 1, RATE = 2, LEFT = 4 };

static void
write_line(const eng_progress_t *progress, uint64_t done, double seconds, int bar, int parts, char *text, size_t size)
{
    const double share = share_done(progress, done), left = seconds_left(progress, done, seconds);
    char marks[BAR_WIDTH + 5] = "", counts[100] = "", rate[60] = "", when[60] = "", number[40], all[40];

    if (bar > 0) {
        const int full = (int)(share * bar);
        marks[0] = '[';
        for (int j = 0; j < bar; j++) {
            marks[1 + j] = j < full ? '#' : '.';
        }
        memcpy(marks + 1 + bar, "] ", 3);
    }
    if (parts & COUNTS) {
        eng_count_text(progress->before + done, number, sizeof(number));
        eng_count_text(progress->planned, all, sizeof(all));
        snprintf(counts, sizeof(counts), "  %s of %s courses", number, all);
    }
    if (left >= 0 && seconds > 0 && (parts & RATE)) {
        eng_count_text((uint64_t)((double)done / seconds), number, sizeof(number));
        snprintf(rate, sizeof(rate), "  %s courses/s", number);
    }
    if (left >= 0 && seconds > 0 && (parts & LEFT)) {
        eng_duration_text(left, number, sizeof(number));
        snprintf(when, sizeof(when), "  %s left", number);
    }
    snprintf(text, size, "%s%5.1f %%%s%s%s", marks, 100 * share, counts, rate, when);
}

void
eng_progress_line(const eng_progress_t *progress, uint64_t done, double seconds, bool bar, char *text, size_t size)
{
    write_line(progress, done, seconds, bar ? BAR_WIDTH : 0, COUNTS | RATE | LEFT, text, size);
}

void
eng_progress_fit(const eng_progress_t *progress, uint64_t done, double seconds, size_t room, char *text, size_t size)
{
    static const struct {
        int bar, parts;
    } forms[] = { { BAR_WIDTH, COUNTS | RATE | LEFT }, { BAR_WIDTH, RATE | LEFT }, { BAR_NARROW, LEFT }, { 0, LEFT }, { 0, 0 } };

    for (size_t j = 0; j < sizeof(forms) / sizeof(*forms); j++) {
        write_line(progress, done, seconds, forms[j].bar, forms[j].parts, text, size);
        if (strlen(text) <= room) {
            return;
        }
    }
    if (room < size) {
        text[room] = '\0';
    }
}

/* The last column stays free: a terminal that has written there may go to the next line, and scroll. */
static size_t
room_on_line(void)
{
    return eng_terminal_columns() - 1;
}

/*
 * Rewrite the terminal's line; blanks cover what is left of a longer one.  Where a launcher keeps what has no end of line until it has 4 KB,
 * each line ends, and the cursor goes back up.
 */
static void
rewrite_line(eng_progress_t *progress, const char *line)
{
    const size_t room = room_on_line(), length = strlen(line), width = length < room ? length : room;
    const size_t covered = progress->width < room ? progress->width : room;

    fprintf(progress->screen, "\r%.*s%*s%s", (int)width, line, covered > width ? (int)(covered - width) : 0, "", progress->by_lines ? "\n\033[A" : "");
    fflush(progress->screen);
    progress->width = width;
}

static void
show_bar(eng_progress_t *progress, uint64_t done, double now)
{
    char line[LINE_SIZE];

    eng_progress_fit(progress, done, now - progress->started, room_on_line(), line, sizeof(line));
    rewrite_line(progress, line);
}

static void
write_status(eng_progress_t *progress, uint64_t done, const char *state, double now)
{
    char host[256] = "", updated[40] = "";
    const double seconds = now - progress->started, left = seconds_left(progress, done, seconds);
    const time_t clock = time(NULL);
    struct tm utc;

    progress->noted = now;
    if (progress->path == NULL) {
        return;
    }
    FILE *out = fopen(progress->fresh, "w");
    if (out == NULL) {
        return;
    }
    gethostname(host, sizeof(host) - 1);
    if (gmtime_r(&clock, &utc) != NULL) {
        strftime(updated, sizeof(updated), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    fprintf(out, "state: %s\nplanned: %" PRIu64 "\ndone: %" PRIu64 "\nrate: %.1f\nleft: %.0f\n", state, progress->planned,
        progress->before + done, seconds > 0 ? (double)done / seconds : 0.0, left);
    fprintf(out, "written: %.4f\n", progress->share);
    fprintf(out, "ranks: %d\nattempt: %d\nhost: %s\npid: %ld\njob: %s\nupdated: %s\nclock: %lld\n", progress->ranks,
        progress->attempt, host, (long)getpid(), eng_launch_job(), updated, (long long)clock);
    const int bad = ferror(out);
    if (fclose(out) == 0 && !bad) {
        (void)rename(progress->fresh, progress->path);
    }
}

void
eng_progress_update(eng_progress_t *progress, uint64_t done)
{
    const double now = eng_seconds();

    if (progress->mode == ENG_PROGRESS_BAR && now - progress->shown >= BAR_SECONDS) {
        progress->shown = now;
        show_bar(progress, done, now);
    } else if (progress->mode == ENG_PROGRESS_LOG && now - progress->shown >= LOG_SECONDS) {
        char line[LINE_SIZE];
        progress->shown = now;
        eng_progress_line(progress, done, now - progress->started, false, line, sizeof(line));
        eng_log(ENG_LOG_INFO, "%s", line);
    }
    if (now - progress->noted >= STATUS_SECONDS) {
        write_status(progress, done, "running", now);
    }
}

void
eng_progress_writing(eng_progress_t *progress, double share)
{
    const double now = eng_seconds();
    const bool first = progress->share <= 0;
    char line[LINE_SIZE];

    progress->share = share;
    snprintf(line, sizeof(line), "%5.1f %%  of the result is written", 100 * share);
    if (progress->mode == ENG_PROGRESS_BAR && (first || now - progress->shown >= BAR_SECONDS)) {
        progress->shown = now;
        rewrite_line(progress, line);
    } else if (progress->mode == ENG_PROGRESS_LOG && (first || now - progress->shown >= LOG_SECONDS)) {
        progress->shown = now;
        eng_log(ENG_LOG_INFO, "%s", first ? "all courses are done, the result is being written" : line);
    }
    if (now - progress->noted >= STATUS_SECONDS) {
        write_status(progress, progress->planned - progress->before, "writing", now);
    }
}

void
eng_progress_state(eng_progress_t *progress, uint64_t done, const char *state)
{
    if (progress->width > 0) {
        rewrite_line(progress, "");
        fputc('\r', progress->screen);
        fflush(progress->screen);
        progress->width = 0;
    }
    write_status(progress, done, state, eng_seconds());
}
