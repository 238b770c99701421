#!/usr/bin/env python3
# long: many runs
"""The k-th call that touches a run's or a merge's files fails: journals, lock, status, shards, `.part`, the rename, the work folder; with EIO,
ENOSPC, EINTR, half a read or write, or a kill.  Whatever fails there is no false success: the status is 0 with the whole result in place, or a
documented one with one line that says why; what stood under the final name stays; `status` and `show --partial` say what is there; and the
same command then gives the result of a quiet run.

Starts: a fresh run, a run that goes on from saved work, two ranks (calls of rank 0, of rank 1), a merge of two shards on one rank and on two.
Quick (`make test`): the first and the last call of every kind on every file, of two ranks a sample, and half of those whose kind an earlier
start had; EXTENT=all (`make test-slow`): all of these.  FAIL_CALLS=all: every call; FAIL_FIRST=n and FAIL_LAST=n skip some,
FAIL_STARTS=merge,resumed takes some starts, FAIL_SEED chooses the failures.
"""
import concurrent.futures
import errno
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys

ENGRAFT, SOURCE, TMPDIR = os.environ["ENGRAFT"], os.environ["SOURCE"], os.environ["TMPDIR"]
MPIEXEC = os.environ.get("MPIEXEC", "mpirun --oversubscribe").split()
ALL = os.environ.get("FAIL_CALLS") == "all"
EVERY_START = os.environ.get("EXTENT") == "all"
FIRST = int(os.environ.get("FAIL_FIRST", "1"))
LAST = int(os.environ.get("FAIL_LAST", "1000000"))
SEED = int(os.environ.get("FAIL_SEED", "1"))
ONLY = os.environ.get("FAIL_STARTS", "")
SAMPLE = 5  # cases of a start of two ranks in the quick mode: a launcher takes its time
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
    """A state from which a run or a merge begins, and the calls that it then makes on one of its ranks."""

    def __init__(self, name, ranks=1, rank=0, saved=None, shards=()):
        self.name, self.ranks, self.rank, self.saved, self.shards = name, ranks, rank, saved, shards
        self.command = ([ENGRAFT, "merge", *shards] if shards else
                        [ENGRAFT, "run", "--progress", "none", os.path.join(TMPDIR, "study.yaml")]) + ["-o", "r.h5"]
        folder = self.folder("quiet")
        status, said = self.run(folder, FAIL_TRACE=os.path.join(folder, "trace"))
        if status != 0:
            raise Failed(f"{name}: without a failure, status {status}:\n{said}")
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
        command, environment = self.command, dict(os.environ)
        if shim:
            shim = {"FAIL_PATH": "r.h5", **shim}
            if self.ranks > 1:
                shim["FAIL_RANK"] = str(self.rank)
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

    def chosen(self, rng, known):
        """(number of the call, how it fails); `known`: kinds of calls of earlier starts, which gets those of this one"""
        numbers = range(1, len(self.calls) + 1)
        if not ALL:
            first, last = {}, {}
            for number, kind in enumerate(self.calls, 1):
                first.setdefault(kind, number)
                last[kind] = number
            numbers = sorted({*first.values(), *last.values()})
            if self.ranks > 1:
                numbers = sorted(rng.sample(numbers, min(SAMPLE, len(numbers))))
            elif not EVERY_START:
                seen = [number for number in numbers if self.calls[number - 1] in known]
                numbers = sorted({*numbers} - {*seen} | {*rng.sample(seen, len(seen) // 2)})
                known.update(first)
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


def ask(folder, *words):
    """What a command that only looks says, and its status."""
    asked = subprocess.run([ENGRAFT, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, errors="replace", check=False)
    return asked.returncode, asked.stdout


def check_truth(start, folder):
    """Between the failure and the next try: what is said about the result is so."""
    there, work = (os.path.exists(os.path.join(folder, name)) for name in ("r.h5", "r.h5.work"))
    wanted = 0 if there else 75 if work else 66
    status, said = ask(folder, "status", "--quiet", "r.h5")
    if status != wanted:
        raise Failed(f"status --quiet says {status}, not {wanted}: {said}")
    status, said = ask(folder, "status", "r.h5")
    if status != (66 if wanted == 66 else 0) or ("complete" in said) != there:
        raise Failed(f"status {status}: {said}")
    if wanted == 75 and f"engraft {'merge' if start.shards else 'run'} " not in said.replace("run or merge", "run or engraft merge"):
        raise Failed(f"status names another command to go on with: {said}")
    status, said = ask(folder, "show", "--partial", "r.h5")
    partial = re.search(r"^PARTIAL: (\d+) of (\d+) courses", said, re.MULTILINE)
    if status == 0 and not there and not (partial and int(partial[1]) <= int(partial[2])):
        raise Failed(f"show --partial: {said}")
    if status not in (0, 66) or (there and (status or partial)):
        raise Failed(f"show --partial, status {status}: {said}")


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
        if ALL or how == "kill":
            check_truth(start, folder)
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
    start = Start("first")
    number = 1 + start.calls.index("open64 r.h5.part" if "open64 r.h5.part" in start.calls else "open r.h5.part")
    folder = start.folder("killed")
    start.run(folder, FAIL_AT=str(number), FAIL_HOW="kill")
    return start, os.path.join(folder, "r.h5.work")


def make_shards(folder):
    """Two shards, whose names have in them what the calls are recognised by."""
    os.makedirs(folder)
    shards = [os.path.join(folder, f"{number}r.h5") for number in (1, 2)]
    for number, path in enumerate(shards, 1):
        subprocess.run([ENGRAFT, "run", "--progress", "none", os.path.join(TMPDIR, "study.yaml"), "-o", path, "--shard", f"{number}/2"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True)
    return shards


def digest(paths):
    hashes = []
    for path in paths:
        with open(path, "rb") as file:
            hashes.append(hashlib.sha256(file.read()).hexdigest())
    return hashes


def make_starts(shards):
    first, saved = saved_work()
    makers = {"first": lambda: first, "resumed": lambda: Start("resumed", saved=saved),
              "two-ranks": lambda: Start("two-ranks", 2), "rank-1": lambda: Start("rank-1", 2, 1),
              "merge": lambda: Start("merge", shards=shards), "merge-two-ranks": lambda: Start("merge-two-ranks", 2, shards=shards),
              "merge-rank-1": lambda: Start("merge-rank-1", 2, 1, shards=shards)}
    starts = [make() for name, make in makers.items() if not ONLY or name in ONLY.split(",")]
    for start in starts:
        if not same(first.quiet, start.quiet):
            raise Failed(f"{start.name}: another result without any failure")
    return starts


def main():
    os.environ["ENGRAFT_WRITE_LIMIT"] = "4"  # seconds: HDF5 can wait for a rank on which MPI-IO failed for ever
    with open(os.path.join(TMPDIR, "study.yaml"), "w", encoding="utf-8") as file:
        file.write(STUDY)
    subprocess.run([os.environ.get("CC", "gcc"), "-std=gnu11", "-O1", "-Wall", "-shared", "-fPIC", "-o", SHIM,
                    os.path.join(SOURCE, "tests", "fail_calls.c"), "-ldl"], check=True)
    shards = make_shards(os.path.join(TMPDIR, "shards"))
    before, starts = digest(shards), make_starts(shards)
    rng, counts, failed = random.Random(SEED), {}, 0
    known = set()
    cases = [(start, number, how) for start in starts for number, how in start.chosen(rng, known)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for job in concurrent.futures.as_completed([pool.submit(one_case, *case) for case in cases]):
            try:
                outcome = job.result()
            except Failed as why:
                failed += 1
                print(f"failed: {why}", flush=True)
                continue
            counts[outcome] = counts.get(outcome, 0) + 1
    print("FOUND " + ", ".join(f"{name} {counts[name]}" for name in sorted(counts)) +
          "; calls: " + ", ".join(f"{start.name} {len(start.calls)}" for start in starts))
    if digest(shards) != before:
        failed += 1
        print("failed: a merge changed a shard")
    if not ALL and (counts.get("refused", 0) < 5 or counts.get("unreached", 0) > len(cases) / 4):
        failed += 1
        print("failed: the calls were not reached")
    print(f"{sum(counts.values()) - counts.get('unreached', 0)} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
