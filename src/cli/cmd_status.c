/**
 * engraft status: how far a run is, during it and after a crash.
 */
#include "cli/cli.h"

#include "base/error.h"
#include "base/shell.h"
#include "cli/args.h"
#include "cli/measure.h"
#include "cli/source.h"
#include "engine/journal.h"
#include "engine/progress.h"
#include "engine/target.h"
#include "engine/workdir.h"
#include "store/store.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RESUMABLE 75

/* Value of `key: value` in a status text, NULL if it is not there; fresh memory. */
static char *
field(const char *text, const char *key)
{
    const size_t length = strlen(key);

    for (const char *line = text; *line != '\0';) {
        const size_t width = strcspn(line, "\n");
        if (strncmp(line, key, length) == 0 && strncmp(line + length, ": ", 2) == 0) {
            char *value = calloc(1, width + 1);
            if (value != NULL) {
                memcpy(value, line + length + 2, width - length - 2);
            }
            return value;
        }
        line += width + (line[width] == '\n');
    }
    return NULL;
}

/* Within what a run can write; 0 for what is no number. */
static double
number(const char *text, const char *key)
{
    const double most = 1e15;
    char *value = field(text, key);
    const double x = value != NULL ? strtod(value, NULL) : 0;

    free(value);
    return x > most ? most : x > -most ? x : 0;
}

/* --- a complete result ------------------------------------------------------------------------------------- */

/* The estimate known least well among the probabilities. */
static void
print_widest(const eng_result_t *result)
{
    const eng_study_t *study = eng_result_study(result);
    const eng_estimate_t *widest = NULL;
    eng_summary_t summary = { 0 };

    if (eng_result_summary(result, &summary) == 0) {
        for (int j = 0; j < summary.num_estimates; j++) {
            const eng_estimate_t *e = &summary.estimates[j];
            if (e->kind == ENG_ESTIMATE_PROBABILITY && e->low <= e->high &&
                (widest == NULL || e->high - e->low > widest->high - widest->low)) {
                widest = e;
            }
        }
    }
    if (widest != NULL) {
        const eng_measure_t measure = { widest->outcome, widest->kind, widest->at };
        char label[ENG_CELL_SIZE], interval[ENG_CELL_SIZE];
        eng_measure_label(label, study, &measure);
        eng_format_interval(interval, ENG_AS_PERCENT, false, widest->value, widest->low, widest->high, "%");
        printf("least sure %s under %s: %s, the widest of the 95 %% intervals of probabilities\n", label,
            study->protocols[widest->protocol].name, interval);
    }
    eng_summary_free(&summary);
}

/* What is not read is said: a result of gigabytes takes minutes. */
static void
print_sums(const char *path, bool all)
{
    if (all) {
        printf("checksums  good\n");
    } else {
        eng_text_t file = { 0 };
        const char *typed = eng_shell_file_text(&file, path);
        printf("checksums  not all read within %g s; engraft diff %s %s reads them\n", ENG_TARGET_SECONDS, typed, typed);
        eng_text_free(&file);
    }
}

static int
show_complete(const char *path, bool quiet)
{
    eng_result_t *result = NULL;
    char courses[40];
    bool all = false;
    int ret = eng_result_open(&result, path);

    if (ret == 0) {
        ret = eng_result_verify(result, ENG_TARGET_SECONDS, &all);
    }
    if (ret == 0 && !quiet) {
        const eng_study_t *study = eng_result_study(result);
        const eng_shard_t shard = eng_result_shard(result);
        double done = (double)(study->num_points * study->patients * (uint64_t)study->num_protocols);
        if (study->precision.asked) {
            ret = eng_result_read(result, "/provenance/courses_done", &done, 1);
        }
        eng_count_text((uint64_t)done, courses, sizeof(courses));
        if (shard.of > 0) {
            printf("state      complete (shard %llu/%llu; engraft merge joins them)\nstudy      %s\ncourses    a part of %s\n",
                (unsigned long long)shard.number, (unsigned long long)shard.of, study->name, courses);
        } else {
            printf("state      complete\nstudy      %s\ncourses    %s\n", study->name, courses);
        }
        if (study->precision.asked) {
            eng_print_caveats(result, stdout);
        }
        print_widest(result);
        print_sums(path, all);
    }
    eng_result_close(result);
    return ret;
}

/* --- a run in progress, stopped or killed ------------------------------------------------------------------- */

static void
print_when(const char *text)
{
    char *updated = field(text, "updated");
    char age[40];
    const double seconds = (double)time(NULL) - number(text, "clock");

    eng_duration_text(seconds, age, sizeof(age));
    if (updated != NULL) {
        printf("updated    %s, %s ago\n", updated, age);
    }
    free(updated);
}

static void
print_where(const char *text)
{
    char *host = field(text, "host"), *pid = field(text, "pid"), *job = field(text, "job");

    if (host != NULL && pid != NULL) {
        printf("where      host %s, process %s%s%s, %.0f rank%s, attempt %.0f\n", host, pid,
            job != NULL && job[0] != '\0' ? ", job " : "", job != NULL ? job : "", number(text, "ranks"),
            (int)number(text, "ranks") == 1 ? "" : "s", number(text, "attempt"));
    }
    free(host);
    free(pid);
    free(job);
}

static void
print_share(const char *name, double part, double planned)
{
    const double most = 1e18; /* a journal's header may claim anything until its record is read */
    char count[40], of[40];

    part = part < most ? part : most;
    eng_count_text((uint64_t)part, count, sizeof(count));
    eng_count_text((uint64_t)planned, of, sizeof(of));
    printf("%-10s %s of %s courses (%.1f %%)\n", name, count, of, planned > 0 ? 100 * part / planned : 0.0);
}

/* A merge saves nothing: it takes seconds, and is done again from the shards. */
static void
show_merging(const char *text, bool busy, const char *path)
{
    printf("state      %s of %.0f shards\n", busy ? "merge" : "interrupted merge", number(text, "shards"));
    print_where(text);
    if (!busy) {
        eng_text_t file = { 0 };
        printf("next       the same engraft merge ... -o %s\n", eng_shell_file_text(&file, path));
        eng_text_free(&file);
    }
}

static void
show_running(const char *text, bool busy, double saved, const char *path)
{
    char *state = field(text, "state");
    char left[40];

    if (state != NULL && strcmp(state, "merging") == 0) {
        show_merging(text, busy, path);
        free(state);
        return;
    }
    const bool ended = state != NULL && strcmp(state, "running") != 0 && strcmp(state, "writing") != 0;
    printf("state      %s\n", busy ? state != NULL ? state : "running" : ended ? state : "interrupted");
    if (number(text, "planned") > 0) {
        if (busy) {
            /* Written every few seconds: what has been saved since then is done too. */
            const double done = number(text, "done");
            print_share("done", done > saved ? done : saved, number(text, "planned"));
        }
        print_share("saved", saved, number(text, "planned"));
    }
    if (busy && state != NULL && strcmp(state, "writing") == 0) {
        printf("written    %.1f %% of the result\n", 100 * number(text, "written"));
    } else if (busy) {
        eng_duration_text(number(text, "left"), left, sizeof(left));
        printf("rate       %.0f courses/s\n", number(text, "rate"));
        printf("left       %s\n", number(text, "left") < 0 ? "not known yet" : left);
    }
    print_where(text);
    print_when(text);
    if (!busy) {
        /* killed before it wrote what it was: it may have been a merge */
        eng_text_t file = { 0 };
        printf("next       the same engraft run %s... -o %s goes on from here\n", state == NULL ? "or merge " : "", eng_shell_file_text(&file, path));
        eng_text_free(&file);
    }
    free(state);
}

static int
show_work(const char *path, bool quiet)
{
    eng_workdir_t dir;
    uint64_t saved = 0;
    char *text = NULL;
    int ret = eng_workdir_look(&dir, path);

    if (ret != 0 && dir.path != NULL && access(dir.path, F_OK) != 0) {
        ret = ENG_FAIL(ENG_ERR_READ, "there is neither %s nor saved work for it", path);
    } else if (ret == 0 && !quiet) {
        for (int j = 0; j < dir.num_journals; j++) {
            saved += eng_journal_courses(dir.journals[j]);
        }
        text = eng_workdir_text(&dir, "status");
        if (text == NULL) {
            ret = ENG_FAIL(ENG_ERR_NO_MEMORY, "no memory for the status");
        } else {
            show_running(text, eng_workdir_busy(&dir), (double)saved, path);
        }
    }
    free(text);
    eng_workdir_free(&dir);
    return ret == 0 && quiet ? RESUMABLE : ret;
}

static int
cmd_status(int argc, char **argv)
{
    const char *path = NULL;
    bool quiet = false;
    const eng_option_t options[] = { { "--quiet", NULL, &quiet } };
    int ret = eng_args_parse(argc, argv, options, 1, &path, 1);

    if (ret != 0) {
        return ret;
    }
    if (access(path, F_OK) == 0) {
        return show_complete(path, quiet);
    }
    if (errno != ENOENT) {
        return ENG_FAIL(ENG_ERR_READ, "cannot look at %s: %s", path, strerror(errno));
    }
    return show_work(path, quiet);
}

const eng_command_t eng_command_status = {
    .name = "status",
    .usage = "RESULT.h5 [--quiet]",
    .help =
        "Says how far the run of a result is: courses done and saved, rate, time left, where it runs.  Works during a run,\n"
        "after a stop and after a crash.  A complete result is read for its checksums, for a second at most.  Status 66: there is\n"
        "nothing, or the result is damaged.\n\n"
        "  --quiet              prints nothing; status 0 when the result is complete, 75 when a run is under way or can go on\n",
    .run = cmd_status,
};
