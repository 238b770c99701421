/**
 * Width of the terminal.  Asked for anew each time, since a window may be resized.
 */
#include "engine/terminal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static size_t
columns_of(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Under mpirun stderr is a pipe to it; what a rank writes there appears on the terminal of mpirun's own. */
static size_t
columns_of_launcher(void)
{
    char path[64];
    size_t columns = 0;

    snprintf(path, sizeof(path), "/proc/%ld/fd/2", (long)getppid());
    const int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
        columns = columns_of(fd);
        close(fd);
    }
    return columns;
}

size_t
eng_terminal_columns(void)
{
    size_t columns = columns_of(STDERR_FILENO);

    if (columns == 0 && getenv("OMPI_COMM_WORLD_SIZE") != NULL) {
        columns = columns_of_launcher();
    }
    return columns > 0 ? columns : ENG_TERMINAL_COLUMNS;
}
