#!/usr/bin/env python3
# long: many runs
"""Kills at random moments: a rank, all ranks, the launcher, or all of them get SIGKILL while a run computes, saves, writes
its result or gives it its name; some resumes are killed too.  Each then goes on, on 1 to 5 ranks, and has to give the
file of a quiet run.

    KILLS=200 tests/run_tests.sh tests/fault_kill.py       or: make test-kill N=200

Every case has random numbers of its own, from KILL_SEED and its number, so that a failed one can be repeated alone:
KILL_SEED=... KILL_CASE=7 (or 100-149).  A case fails as well where anything takes two minutes (a hang), where a result stands half written
under its name, and where anything is left beside it or in /dev/shm.
"""
import collections
import os
import random
import re
import signal
import subprocess
import sys
import time

ENGRAFT = os.environ["ENGRAFT"]
MPIEXEC = os.environ.get("MPIEXEC", "mpirun --oversubscribe").split()
KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("KILL_SEED", "20261124"))
CASES = os.environ.get("KILL_CASE")
WATCHDOG = 120  # seconds; ranks share the cores with other tests
ORPHANED = 30  # seconds that a launcher may live after its last rank
LAUNCHER_HUNG = "launcher of Open MPI hung without ranks"
SHM = "/dev/shm"
PHASES = ("compute", "commit", "write", "name")
VICTIMS = ("one rank", "all ranks", "launcher", "launcher and ranks")

STUDY = """study: kills
seed: 7
horizon: 1 y
cohort: {{disease: ms, patients: {patients}}}
protocols:
  dmt: [{{at: 0 d, drug: dmt_standard}}]
  cy_atg:
    - {{at: -5 d, condition: cy200}}
    - {{at: -5 d, atg: ratg}}
    - {{at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}}
parameters:
  thymus.export_at_20y: {{lognormal: {{median: 1.6e7, sdlog: 0.7}}, unit: cells/d}}
design: {{lhs: {{points: 40}}}}
outcomes: [relapse, death, os, anc_recovery, infections, cd4]
trajectories: {{markers: [anc], every: 1 mo}}
records: {{patients: 300}}
"""


class Failed(Exception):
    pass


def private_shm():
    """Run again with a /dev/shm of our own, where that is allowed: what is left there then is ours."""
    if os.environ.get("KILL_SHM") is None:
        os.environ["KILL_SHM"] = "shared"
        if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.environ["KILL_SHM"] = "own"
            script = f'mount -t tmpfs none {SHM} && exec "$@"'
            os.execvp("unshare", ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, *sys.argv])


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def ranks_of(pid):
    """The ranks of a launcher: its children that have become engraft."""
    ranks = []
    for child in children(pid):
        try:
            if os.path.realpath(f"/proc/{child}/exe") == os.path.realpath(ENGRAFT):
                ranks.append(child)
        except OSError:
            pass
    return ranks


def send_kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def start_of(pid):
    """When a living process began, in ticks; None: it is gone.  A number that is used again has another one."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return fields[19] if fields[0] not in ("Z", "X") else None
    except OSError:
        return None


class Run:
    """engraft run under mpirun; knows its processes, so that only those are ever killed."""

    def __init__(self, study, result, ranks, resume="auto"):
        self.result, self.known = result, {}  # known: number and start of every rank seen
        self.output = open(result + ".out", "w+", encoding="utf-8")
        self.began = time.monotonic()
        self.process = subprocess.Popen([*MPIEXEC, "-n", str(ranks), ENGRAFT, "run", "--progress", "none", "--resume", resume, study,
                                         "-o", result], stdout=self.output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def ended(self):
        return self.process.poll() is not None

    def wait_for(self, happened):
        """Until it happened; False when the run ended first."""
        while not happened():
            if self.ended():
                return False
            if time.monotonic() - self.began > WATCHDOG:
                self.end()
                raise Failed("a hang before the kill:\n" + self.text())
            time.sleep(0.0003)
        return True

    def ranks(self):
        if not self.ended():
            for pid in ranks_of(self.process.pid):
                self.known.setdefault(pid, start_of(pid))
        return sorted(pid for pid, start in self.known.items() if start is not None and start_of(pid) == start)

    def kill(self, victims, rng):
        ranks = self.ranks()
        chosen = [rng.choice(ranks)] if victims == "one rank" and ranks else ranks if "ranks" in victims else []
        if victims.startswith("launcher") or not chosen:
            chosen = [self.process.pid, *chosen]
        if rng.random() < 0.5:
            chosen.reverse()
        for pid in chosen:
            send_kill(pid)

    def end(self):
        for pid in self.ranks():
            send_kill(pid)
        self.process.kill()  # does nothing to one that has ended
        self.process.wait()

    def wait(self, what):
        """Until the launcher and all ranks are gone; its status.  None: Open MPI's launcher hung after its ranks had gone."""
        now = time.monotonic()
        deadline, lived = now + WATCHDOG, now  # lived: when a child of the launcher was last alive
        try:
            while True:
                ended, ranks, now = self.ended(), self.ranks(), time.monotonic()
                if ended and not ranks:
                    return self.process.returncode
                if ranks or any(start_of(pid) is not None for pid in children(self.process.pid)):
                    lived = now
                    if now > deadline:
                        raise Failed(f"{what}: {'ranks do not end' if ended else 'a hang'}:\n" + self.text())
                elif self.had_ranks() and now - lived > ORPHANED:
                    return None
                elif now > deadline + ORPHANED:
                    raise Failed(f"{what}: a launcher that starts nothing:\n" + self.text())
                time.sleep(0.01)
        finally:
            self.end()

    def had_ranks(self):
        """A rank was seen, or ended unseen: then the launcher has page faults of children (cminflt, proc(5))."""
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii", errors="replace") as file:
                return bool(self.known) or int(file.read().rpartition(")")[2].split()[8]) > 0
        except OSError:
            return bool(self.known)

    def text(self):
        self.output.seek(0)
        return self.output.read()


def saved_bytes(result):
    total = 0
    try:
        for entry in os.scandir(result + ".work"):
            if entry.name.startswith("journal."):
                total += entry.stat().st_size
    except OSError:
        pass
    return total


def exists(path):
    return lambda: os.path.exists(path)


def measure(study, result):
    """A quiet run: seconds from its start until its folder, its first record, `.part` and the name."""
    run = Run(study, result, 2)
    times = {}
    for name, happened in (("folder", exists(result + ".work")), ("commit", lambda: saved_bytes(result) > 0), ("write", exists(result + ".part")), ("name", exists(result))):
        if not run.wait_for(happened):
            break
        times[name] = time.monotonic() - run.began
    if run.wait("the quiet run") != 0 or not os.path.exists(result):
        raise Failed("the quiet run failed:\n" + run.text())
    end = time.monotonic() - run.began
    for name in ("folder", "commit", "write", "name"):
        times.setdefault(name, end)
    return times


def reach(run, phase, times, rng):
    """Wait for a random moment of the phase; False where the run ended before it."""
    result = run.result
    if phase == "compute":
        until = run.began + rng.uniform(0, times["write"])
        return run.wait_for(lambda: time.monotonic() >= until)
    if phase == "commit":
        for _ in range(rng.randint(1, 3)):  # the first records, each at its appearance or a little later
            before = saved_bytes(result)
            if not run.wait_for(lambda before=before: saved_bytes(result) > before or os.path.exists(result + ".part")):
                return False
        pause = rng.choice((0, 0, 1)) * rng.uniform(0, 0.004)
    elif phase == "write":
        if not run.wait_for(exists(result + ".part")):
            return False
        pause = rng.uniform(0, times["name"] - times["write"])
    else:
        # Around the rename: at the end of the write by the clock, or after the name is there, while the folder is removed.
        before = rng.random() < 0.5
        if not run.wait_for(exists(result + ".part" if before else result)):
            return False
        pause = rng.uniform(0.85, 1.0) * (times["name"] - times["write"]) if before else rng.uniform(0, 0.006)
    until = time.monotonic() + pause
    return run.wait_for(lambda: time.monotonic() >= until)


def check_killed(result):
    """Between kill and resume: what stands under the name is whole, and status answers."""
    there = os.path.exists(result)
    work = os.path.isdir(result + ".work")
    if there and subprocess.run([ENGRAFT, "show", result], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
        raise Failed("a result that cannot be read stands under the final name")
    status = subprocess.run([ENGRAFT, "status", "--quiet", result], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    wanted = (0,) if there else (75,) if work else (66,)
    if status.returncode not in wanted:
        raise Failed(f"status --quiet says {status.returncode}, not {wanted[0]}: {status.stdout}")
    return there


def check_end(run, status, quiet):
    result = run.result
    if status != 0:
        raise Failed(f"the resume ended with status {status}:\n" + run.text())
    diff = subprocess.run([ENGRAFT, "diff", quiet, result], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if diff.returncode != 0:
        raise Failed("another result:\n" + diff.stdout[:2000] + run.text())
    for name in (result + ".work", result + ".part"):
        if os.path.exists(name):
            raise Failed(f"{os.path.basename(name)} is left: {os.listdir(name) if os.path.isdir(name) else ''}\n" + run.text())
    if os.environ["KILL_SHM"] == "own":
        left = sorted(os.listdir(SHM))
        if left:
            raise Failed(f"left in {SHM}: {' '.join(left)}")


def one_case(number, study, quiet, times, count):
    rng = random.Random(f"{SEED}/{number}")
    phase = PHASES[number % len(PHASES)]
    victims = rng.choice(VICTIMS)
    result = f"case{number}.h5"
    kills, wanted = 0, 1 + (rng.random() < 0.25)  # a quarter of the resumes are killed as well
    while kills < wanted:
        run = Run(study, result, rng.randint(1, 4))
        if reach(run, phase, times, rng):
            run.kill(victims, rng)
            kills += 1
            count[phase] += 1
        else:
            count["ended before"] += 1
        count[LAUNCHER_HUNG] += run.wait(f"{phase}, {victims}") is None
        complete = check_killed(result)
        count["named when killed"] += complete
        if complete and not kills:
            os.remove(result)  # it was too fast: the same again
            continue
        phase, victims = rng.choice(PHASES), rng.choice(VICTIMS)
        wanted = kills if complete else wanted
    run = Run(study, result, rng.randint(1, 5))
    status = run.wait("the resume")
    saved = re.search(r"attempt \d+ goes on", run.text())
    count["resumed"] += saved is not None
    check_end(run, status, quiet)
    os.remove(result)
    os.remove(result + ".out")


def main():
    private_shm()
    os.chdir(os.environ["TMPDIR"])
    with open("pilot.yaml", "w", encoding="utf-8") as file:
        file.write(STUDY.format(patients=640))
    pilot = measure("pilot.yaml", "pilot.h5")
    # Some second of computing: enough for several records, little enough for many kills.
    patients = 64 * max(1, min(100, round(10 * 1.0 / max(pilot["write"] - pilot["folder"], 0.05))))
    with open("study.yaml", "w", encoding="utf-8") as file:
        file.write(STUDY.format(patients=patients))
    times = measure("study.yaml", "quiet.h5")
    first, _, last = (CASES or f"0-{KILLS - 1}").partition("-")
    numbers = range(int(first), int(last or first) + 1)
    print(f"seed {SEED}, cases {numbers[0]} to {numbers[-1]}; {patients} patients a point; first record after {times['commit']:.2f} s, "
          f"write {times['write']:.2f}, name {times['name']:.2f}", flush=True)
    count, passed, failed = collections.Counter(), 0, 0
    for number in numbers:
        try:
            one_case(number, "study.yaml", "quiet.h5", times, count)
            passed += 1
        except Failed as why:
            failed += 1
            print(f"failed: KILL_SEED={SEED} KILL_CASE={number}: {why}", flush=True)
    print("FOUND " + ", ".join(f"{name} {count[name]}" for name in sorted(count)))
    if count[LAUNCHER_HUNG] > 0.05 * len(numbers):
        failed += 1
        print(f"failed: {LAUNCHER_HUNG} in more than 5 % of cases", flush=True)
    if os.environ["KILL_SHM"] != "own":
        print(f"SKIPPED what kills leave in {SHM}: mount namespaces are not allowed here")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
