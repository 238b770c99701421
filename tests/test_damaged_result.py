#!/usr/bin/env python3
"""`status` and `run` do not call a damaged result complete: whatever bit of it `diff` refuses, they name the damage.  Where there is no
time to read all of it, they say so."""
import os
import random
import subprocess
import sys

ENGRAFT, TMPDIR = os.environ["ENGRAFT"], os.environ["TMPDIR"]
FLIPS, RUNS = (60, 5) if os.environ.get("EXTENT") == "all" else (20, 2)
STUDY = """study: damage
seed: 3
horizon: 6 mo
cohort: {disease: ms, patients: 20}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
parameters: {thymus.export_at_20y: prior}
design: {lhs: {points: 4}}
outcomes: [relapse, os]
records: {patients: 30}
"""
# Every look at the clock is two seconds later than the one before.
LATE = """#include <time.h>
int clock_gettime(clockid_t id, struct timespec *now)
{
    static long calls;
    (void)id;
    now->tv_sec = 1000 + 2 * calls++;
    now->tv_nsec = 0;
    return 0;
}
"""
passed = failed = 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"failed: {what}")


def engraft(*arguments, **environment):
    done = subprocess.run([ENGRAFT, *arguments], env=dict(os.environ, **environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def flip(source, path, bit):
    damaged = bytearray(source)
    damaged[bit // 8] ^= 1 << bit % 8
    with open(path, "wb") as file:
        file.write(damaged)


def main():
    os.chdir(TMPDIR)
    with open("study.yaml", "w") as file:
        file.write(STUDY)
    with open("late.c", "w") as file:
        file.write(LATE)
    run = ("run", "--progress", "none", "study.yaml", "-o")
    status, said = engraft(*run, "good.h5")
    check(status == 0, f"a run: {said}")
    source = open("good.h5", "rb").read()
    status, said = engraft("status", "good.h5")
    check(status == 0 and "checksums  good" in said, f"a good result: {said}")
    status, said = engraft(*run, "good.h5")
    check(status == 0 and "complete already" in said, f"a good result again: {said}")

    rng, refused, runs = random.Random(11), 0, 0
    for _ in range(FLIPS):
        bit = rng.randrange(len(source) * 8)
        flip(source, "flipped.h5", bit)
        if engraft("diff", "good.h5", "flipped.h5")[0] == 0:
            continue
        refused += 1
        status, said = engraft("status", "flipped.h5")
        check(status == 66 and "complete" not in said.replace("incomplete", ""), f"bit {bit}: status {status}: {said}")
        if runs < RUNS:
            runs += 1
            status, said = engraft(*run, "flipped.h5")
            check(status == 73 and "remove it" in said, f"bit {bit}: run {status}: {said}")
            check(open("flipped.h5", "rb").read() != source, f"bit {bit}: it was replaced")
    check(refused > FLIPS / 2, f"{refused} bits of {FLIPS} were in use")

    subprocess.run([os.environ.get("CC", "gcc"), "-shared", "-fPIC", "-O1", "-o", "late.so", "late.c"], check=True)
    status, said = engraft("status", "good.h5", LD_PRELOAD=os.path.join(TMPDIR, "late.so"))
    check(status == 0 and "checksums  not all read within 1 s; engraft diff good.h5 good.h5" in said, f"no time: {said}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
