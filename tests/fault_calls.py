#!/usr/bin/env python3
"""The k-th call that touches a run's files fails: journals, lock, status, `.part`, the rename, the work folder; with EIO, ENOSPC,
EINTR, half a write or a kill.  Whatever fails there is no false success: the status is 0 with the whole result in place, or a documented one
with one line that says why; what stood under the final name stays; and the same command then gives the result of a quiet run.

Three starts: a fresh run, a run that goes on from saved work, and one of two ranks.  Quick (`make test`): the first and the last
call of every kind on every file.  FAIL_CALLS=all: every call, of which FAIL_FIRST=n skips some; FAIL_SEED chooses the failures.
"""
import concurrent.futures
import errno
import os
import random
import re
import shutil
import subprocess
import sys

ENGRAFT, SOURCE, TMPDIR = os.environ["ENGRAFT"], os.environ["SOURCE"], os.environ["TMPDIR"]
MPIEXEC = os.environ.get("MPIEXEC", "mpirun --oversubscribe").split()
ALL = os.environ.get("FAIL_CALLS") == "all"
FIRST = int(os.environ.get("FAIL_FIRST", "1"))
LAST = int(os.environ.get("FAIL_LAST", "1000000"))
SEED = int(os.environ.get("FAIL_SEED", "1"))
SHIM = os.path.join(TMPDIR, "fail_calls.so")
HOWS = {"EIO": str(errno.EIO), "ENOSPC": str(errno.ENOSPC), "EINTR": str(errno.EINTR), "short": "short", "kill": "kill"}
DOCUMENTED = (0, 66, 73)  # docs/USING.md: complete, cannot read, cannot write
WATCHDOG = 60

STUDY = """study: calls
seed: 7
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy: [{at: -5 d, condition: cy200}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
parameters:
  thymus.export_at_20y: {lognormal: {median: 1.6e7, sdlog: 0.7}, unit: cells/d}
design: {lhs: {points: 4}}
outcomes: [relapse]
records: {patients: 30}
"""


class Failed(Exception):
    pass


class Start:
    """A state from which a run begins, and the calls that it then makes."""

    def __init__(self, name, ranks, saved=None):
        self.name, self.ranks, self.saved = name, ranks, saved
        folder = self.folder("quiet")
        if self.run(folder, FAIL_TRACE=os.path.join(folder, "trace"))[0] != 0:
            raise Failed(f"{name}: a quiet run fails")
        with open(os.path.join(folder, "trace"), encoding="utf-8") as file:
            self.calls = [kind_of(line) for line in file]
        self.quiet = os.path.join(folder, "r.h5")

    def folder(self, name):
        folder = os.path.join(TMPDIR, self.name, str(name))
        os.makedirs(folder)
        if self.saved:
            shutil.copytree(self.saved, os.path.join(folder, "r.h5.work"))
        return folder

    def run(self, folder, **shim):
        command = [ENGRAFT, "run", "--progress", "none", os.path.join(TMPDIR, "study.yaml"), "-o", "r.h5"]
        environment = dict(os.environ)
        if shim:
            shim = {"FAIL_PATH": "r.h5", **shim}
            if self.ranks > 1:
                shim.setdefault("FAIL_RANK", "0")
                command = ["env", f"LD_PRELOAD={SHIM}", *(f"{name}={value}" for name, value in shim.items()), *command]
            else:
                environment |= {"LD_PRELOAD": SHIM, **shim}
        if self.ranks > 1:
            command = [*MPIEXEC, "-n", str(self.ranks), *command]
        try:
            run = subprocess.run(["timeout", "-k", "1", str(WATCHDOG), *command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        except OSError as why:
            raise Failed(str(why)) from None
        return run.returncode, run.stdout

    def chosen(self, rng):
        """(number of the call, how it fails)"""
        numbers = range(1, len(self.calls) + 1)
        if not ALL:
            first, last = {}, {}
            for number, kind in enumerate(self.calls, 1):
                first.setdefault(kind, number)
                last[kind] = number
            numbers = sorted({*first.values(), *last.values()})
        return [(number, rng.choice(sorted(HOWS))) for number in numbers if FIRST <= number <= LAST]


def kind_of(line):
    call, _, path = line.strip().partition(" ")
    return call + " " + re.sub(r"\.\d+", ".0", os.path.basename(path))


def same(one, other):
    return subprocess.run([ENGRAFT, "diff", one, other], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


# What a run says that is no failure.
SAID = re.compile("engraft: (calls: |complete: |next: |attempt [0-9]+ goes on|all courses are saved in |.*cut short|.*is complete already)")


def errors_in(text):
    """Lines of engraft that name a failure, and lines of others."""
    lines = [line for line in text.splitlines() if line.strip()]
    return ([line for line in lines if line.startswith("engraft: ") and not SAID.match(line)],
            [line for line in lines if not line.startswith("engraft: ") and not re.match(r"(\[.*\] )?mca_", line)])  # Open MPI has its own


def judge_failed_run(start, result, how, status, text):
    if status in (124, 137) and how != "kill":
        raise Failed(f"a hang (status {status}):\n{text}")
    if os.path.exists(result) and not same(start.quiet, result):
        raise Failed(f"status {status}, and another result stands under the final name:\n{text}")
    if how == "kill":
        return
    if status not in DOCUMENTED:
        raise Failed(f"status {status}:\n{text}")
    errors, noise = errors_in(text)
    if status == 0 and not os.path.exists(result):
        raise Failed(f"status 0 without a result:\n{text}")
    if status != 0 and (len(errors) != 1 or (noise and start.ranks == 1)):
        raise Failed(f"status {status} with {len(errors)} errors and {len(noise)} lines of others:\n{text}")
    if os.path.exists(result + ".part"):
        raise Failed(f"status {status}, .part is left:\n{text}")


def one_case(start, number, how):
    folder = start.folder(f"{number}-{how}")
    result, fired = os.path.join(folder, "r.h5"), os.path.join(folder, "fired")
    status, text = start.run(folder, FAIL_AT=str(number), FAIL_HOW=HOWS[how], FAIL_FIRED=fired)
    if not os.path.exists(fired):
        return "unreached"  # one call more or less: a status line is written by the clock
    with open(fired, encoding="utf-8") as file:
        call = kind_of(file.readline())
    try:
        judge_failed_run(start, result, how, status, text)
        again, said = start.run(folder)
        if again != 0 or not same(start.quiet, result):
            raise Failed(f"the same command again: status {again}:\n{text}--\n{said}")
        left = [name for name in os.listdir(folder) if name not in ("r.h5", "fired")]
        if left:
            raise Failed(f"left: {left}\n{text}--\n{said}")
    except Failed as why:
        raise Failed(f"{start.name}, call {number} ({call}), {how}: {why}") from None
    shutil.rmtree(folder)
    return "survived" if status == 0 else "killed" if how == "kill" else "refused"


def saved_work():
    """The work folder of a run that was killed when all was computed and nothing written."""
    start = Start("first", 1)
    number = 1 + start.calls.index("open64 r.h5.part" if "open64 r.h5.part" in start.calls else "open r.h5.part")
    folder = start.folder("killed")
    start.run(folder, FAIL_AT=str(number), FAIL_HOW="kill")
    return start, os.path.join(folder, "r.h5.work")


def main():
    with open(os.path.join(TMPDIR, "study.yaml"), "w", encoding="utf-8") as file:
        file.write(STUDY)
    subprocess.run([os.environ.get("CC", "gcc"), "-std=gnu11", "-O1", "-Wall", "-shared", "-fPIC", "-o", SHIM,
                    os.path.join(SOURCE, "tests", "fail_calls.c"), "-ldl"], check=True)
    first, saved = saved_work()
    starts = [first, Start("resumed", 1, saved), Start("two-ranks", 2)]
    rng, counts, failed, cases = random.Random(SEED), {}, 0, []
    for start in starts:
        chosen = start.chosen(rng)
        if not ALL and start.ranks > 1:
            chosen = rng.sample(chosen, min(8, len(chosen)))  # a launcher takes its time
        cases += [(start, number, how) for number, how in chosen]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for job in concurrent.futures.as_completed([pool.submit(one_case, *case) for case in cases]):
            try:
                outcome = job.result()
            except Failed as why:
                failed += 1
                print(f"failed: {why}", flush=True)
                continue
            counts[outcome] = counts.get(outcome, 0) + 1
    print(", ".join(f"{name} {counts[name]}" for name in sorted(counts)) +
          "; calls of a run: " + ", ".join(f"{start.name} {len(start.calls)}" for start in starts))
    if counts.get("refused", 0) < 5 or counts.get("unreached", 0) > len(cases) / 4:
        failed += 1
        print("failed: the calls were not reached")
    print(f"{sum(counts.values()) - counts.get('unreached', 0)} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
