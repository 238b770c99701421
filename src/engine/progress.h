/**
 * How far a run is: for people on stderr, and for `engraft status` in RESULT.work/status.  Used by rank 0 alone.
 */
#ifndef ENG_ENGINE_PROGRESS_H
#define ENG_ENGINE_PROGRESS_H

#include <engraft/run.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    eng_progress_mode_t mode; /* BAR, LOG or NONE */
    FILE *screen;             /* borrowed: where the bar is drawn; NULL: no bar */
    char *path, *fresh;       /* owned: status file, and the name under which a new one is written */
    uint64_t planned, before; /* courses of the study; done by earlier attempts */
    int ranks, attempt;
    double started, shown, noted; /* monotonic seconds: begin, last line, last status file */
    double share;             /* of the result that has been written */
    size_t width;             /* characters of the line on the terminal */
    bool by_lines;            /* a launcher passes on whole lines only (Open MPI 5) */
} eng_progress_t;

/** folder NULL: no status file.  mode AUTO is decided here; without a screen a bar becomes log lines. */
int eng_progress_open(eng_progress_t *progress, eng_progress_mode_t mode, FILE *screen, const char *folder, uint64_t planned,
    uint64_t before, int ranks, int attempt);
/** done: courses of this attempt so far.  Cheap; writes only when it is time to. */
void eng_progress_update(eng_progress_t *progress, uint64_t done);
/** Instead of that, while the result is written: how much of that is done, 0 to 1. */
void eng_progress_writing(eng_progress_t *progress, double share);
/** Clears the line on the terminal and writes a last status: "running", "writing", "stopped", "failed". */
void eng_progress_state(eng_progress_t *progress, uint64_t done, const char *state);
void eng_progress_close(eng_progress_t *progress);

/** Monotonic seconds. */
double eng_seconds(void);
/** "1 h 05 min", "3 min 20 s", "12 s". */
void eng_duration_text(double seconds, char *text, size_t size);
/** 1234567 as "1,234,567". */
void eng_count_text(uint64_t count, char *text, size_t size);
/** One line of the display: "[#####.....]  42.1 %  5,052 of 12,000 courses  401 courses/s  17 s left". */
void eng_progress_line(const eng_progress_t *progress, uint64_t done, double seconds, bool bar, char *text, size_t size);
/** The same with a bar in at most `room` characters: counts, rate and bar give way, in this order. */
void eng_progress_fit(const eng_progress_t *progress, uint64_t done, double seconds, size_t room, char *text, size_t size);

#endif
