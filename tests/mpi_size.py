#!/usr/bin/env python3
"""How large a result is: what the final write takes room for, and what `check` says, are within 1.5 times of the file, and the room is never
less.  Eight shapes of study (EXTENT=all: `make test-slow`; two of them otherwise), on one rank and on several; and max_bytes refuses by the
same measure."""
import os
import re
import subprocess
import sys

ENGRAFT, TMPDIR = os.environ["ENGRAFT"], os.environ["TMPDIR"]
MPIEXEC = os.environ.get("MPIEXEC", "mpirun --oversubscribe").split()
QUICK = ("protocols", "mixed")
RANKS = {"mixed": 3, "wide": 5, "records": 2, "points": 16}  # one rank without a launcher otherwise
MOST = 1.5
# Room that is asked for, and the length of the file when it is made durable.
ROOM = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static void note(int fd, const char *what, long long bytes)
{
    char link[64], path[4096] = "";
    FILE *log;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof(path) - 1) > 0 && strstr(path, ".part") != NULL && (log = fopen(getenv("ROOM_LOG"), "a")) != NULL) {
        fprintf(log, "%s %lld\\n", what, bytes);
        fclose(log);
    }
}
int fallocate(int fd, int mode, off_t at, off_t bytes)
{
    note(fd, "room", (long long)(at + bytes));
    return ((int (*)(int, int, off_t, off_t))dlsym(RTLD_NEXT, "fallocate"))(fd, mode, at, bytes);
}
int fallocate64(int fd, int mode, off64_t at, off64_t bytes)
{
    return fallocate(fd, mode, at, bytes);
}
int fsync(int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0) {
        note(fd, "file", (long long)status.st_size);
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
"""
passed = failed = 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"failed: {what}")


def study(name, points=1, patients=16, protocols=2, outcomes="relapse", horizon="10 d", uncertain=1, more=""):
    arms = "".join(f"  p{j:04d}: [{{at: 0 d, drug: dmt_standard}}]\n" for j in range(protocols))
    names = ["thymus.export_at_20y", "clone.fitness_after_conditioning"][:uncertain]
    design = "parameters: {" + ", ".join(f"{name}: prior" for name in names) + f"}}\ndesign: {{lhs: {{points: {points}}}}}\n" if points > 1 else ""
    return (f"study: {name}\nseed: 1\nhorizon: {horizon}\ncohort: {{disease: ms, patients: {patients}}}\nprotocols:\n{arms}{design}"
            f"outcomes: [{outcomes}]\n{more}")


MANY = "relapse, death, os, anc_recovery, infections, cd4, efs, nrm"
SHAPES = {
    "one-patient": {"patients": 1},
    "protocols": {"patients": 1, "protocols": 1000, "horizon": "30 d"},
    "points": {"points": 100000, "patients": 1, "protocols": 1},
    "wide": {"points": 1500, "patients": 4, "protocols": 3, "outcomes": MANY, "horizon": "6 mo", "uncertain": 2},
    "records": {"patients": 30000, "protocols": 1, "more": "records: {patients: 30000}\n"},
    "trajectories": {"patients": 64, "protocols": 4, "horizon": "2 y", "more": "trajectories: {markers: [anc], every: 1 d}\n"},
    "one-point": {"patients": 3000, "outcomes": MANY, "horizon": "6 mo"},
    "mixed": {"points": 200, "patients": 20, "protocols": 4, "outcomes": "relapse, os, infections, cd4", "horizon": "6 mo",
              "more": "trajectories: {markers: [anc], every: 1 mo}\nrecords: {patients: 4000}\n"},
}


def engraft(*arguments, ranks=0, **environment):
    command = [ENGRAFT, *arguments]
    if ranks > 1:
        command = [*MPIEXEC, "-n", str(ranks), "env", *(f"{name}={value}" for name, value in environment.items()), *command]
    done = subprocess.run(command, env=dict(os.environ, **environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def foretold(said):
    number, unit = re.search(r"^result +([0-9.e+]+) (bytes|kB|MB|GB)", said, re.MULTILINE).groups()
    return float(number) * {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]


def one_shape(name, shape):
    path, result, log = name + ".yaml", name + ".h5", name + ".log"
    with open(path, "w") as file:
        file.write(study(name, **shape))
    status, said = engraft("run", "--progress", "none", path, "-o", result, ranks=RANKS.get(name, 0),
                           LD_PRELOAD=os.path.join(TMPDIR, "room.so"), ROOM_LOG=log)
    check(status == 0, f"{name}: {said}")
    size = os.path.getsize(result)
    lines = [line.split() for line in open(log)]
    room = max(int(number) for what, number in lines if what == "room")
    length = max(int(number) for what, number in lines if what == "file")
    check(size <= length <= room <= MOST * size, f"{name}: {room} bytes of room for {size}")
    status, said = engraft("check", path)
    told = foretold(said)
    check(status == 0 and size / MOST <= told <= MOST * size, f"{name}: check says {told:g} bytes, it is {size}")
    print(f"{name:14} file {size:9} room {room / size:.2f} check {told / size:.2f}")
    return size


def limits(size):
    """max_bytes goes by what the file will be, not by what it would be uncompressed."""
    for factor, wanted in ((1.6, 0), (0.6, 65)):
        with open("limit.yaml", "w") as file:
            file.write(study("mixed", **SHAPES["mixed"]) + f"max_bytes: {int(factor * size)}\n")
        status, said = engraft("check", "limit.yaml")
        check(status == wanted, f"check with max_bytes {factor} times the file: status {status}")
        status, said = engraft("run", "--progress", "none", "limit.yaml", "-o", f"limit{factor}.h5")
        check(status == wanted, f"run with max_bytes {factor} times the file: status {status}: {said}")


def main():
    os.chdir(TMPDIR)
    with open("room.c", "w") as file:
        file.write(ROOM)
    subprocess.run([os.environ.get("CC", "gcc"), "-shared", "-fPIC", "-O1", "-w", "-o", "room.so", "room.c", "-ldl"], check=True)
    sizes = {name: one_shape(name, shape) for name, shape in SHAPES.items() if os.environ.get("EXTENT") == "all" or name in QUICK}
    limits(sizes["mixed"])
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
