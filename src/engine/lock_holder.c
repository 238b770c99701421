/**
 * The line of a lock's file read back, and the table of processes of this machine.
 */
#include "engine/lock_holder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_ATTEMPTS 1000000000 /* as for names of journals */

/* Field 22 of /proc/PID/stat; of a process that has ended only the status may be left. */
unsigned long long
eng_holder_start_of(long process)
{
    char path[64], text[1024];
    unsigned long long started = 0;
    FILE *in;

    snprintf(path, sizeof(path), "/proc/%ld/stat", process);
    in = fopen(path, "r");
    if (in == NULL) {
        return 0;
    }
    const size_t n = fread(text, 1, sizeof(text) - 1, in);
    text[n] = '\0';
    fclose(in);
    const char *at = strrchr(text, ')'); /* the name may hold anything */
    const bool dead = at != NULL && (strncmp(at, ") Z", 3) == 0 || strncmp(at, ") X", 3) == 0);
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    if (at != NULL && !dead) {
        started = strtoull(at, NULL, 10);
    }
    return started;
}

/* The number behind a mark; what no attempt can have had is none. */
static int
attempt_at(const char *mark)
{
    const long attempt = mark != NULL ? strtol(mark + strlen(", attempt "), NULL, 10) : 0;

    return attempt > 0 && attempt < MOST_ATTEMPTS ? (int)attempt : 0;
}

/* Ticks since a machine's start say nothing to anybody. */
static void
write_told(eng_holder_t *holder)
{
    const char *from = strstr(holder->text, ", started "), *behind = from != NULL ? strchr(from + 2, ',') : NULL;

    snprintf(holder->told, sizeof(holder->told), "%.*s%s", from != NULL ? (int)(from - holder->text) : (int)strlen(holder->text),
        holder->text, behind != NULL ? behind : "");
}

void
eng_holder_read(int fd, eng_holder_t *holder)
{
    const ssize_t n = pread(fd, holder->text, sizeof(holder->text) - 1, 0);

    holder->text[n > 0 ? n : 0] = '\0';
    holder->text[strcspn(holder->text, "\n")] = '\0';
    write_told(holder);
    holder->host[0] = '\0';
    holder->process = 0;
    holder->attempt = 0;
    holder->started = 0;
    const char *attempt = strstr(holder->text, ", attempt "), *started = strstr(holder->text, ", started ");
    if (sscanf(holder->text, "host %255[^,], process %ld", holder->host, &holder->process) == 2) {
        holder->attempt = attempt_at(attempt);
        holder->started = started != NULL ? strtoull(started + strlen(", started "), NULL, 10) : 0;
    } else if (attempt != NULL) {
        holder->attempt = attempt_at(attempt); /* let go by its holder */
    }
}

bool
eng_holder_is_here(const eng_holder_t *holder)
{
    char host[ENG_HOLDER_HOST] = "";

    gethostname(host, sizeof(host) - 1);
    return strcmp(host, holder->host) == 0;
}

bool
eng_holder_is_alive(const eng_holder_t *holder)
{
    return eng_holder_start_of(holder->process) != 0 && eng_holder_start_of(holder->process) == holder->started;
}
