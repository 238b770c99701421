#!/usr/bin/env python3
"""The bench's one table, `make bench`: the step loop by part, what lies outside it, ranks; then one line of CSV to keep.

Speeds are CPU time.  Shares are instructions under callgrind (AVX2 path: valgrind knows no AVX-512): every function
belongs to the part of its compilation unit, and what no unit claims (samplers, libraries) goes to those who called
it, in proportion to what they spent there.  Nothing here is a verdict.
"""

import collections
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

OUT = pathlib.Path(os.environ["ENGRAFT"]).parent
MPIEXEC = shlex.split(os.environ.get("MPIEXEC", "mpirun --oversubscribe"))
CALLGRIND_LIMIT = 90  # s
TILES = 16
PAIRS = 4  # of runs with and without commits
LOOP_STUDY = "jobs/studies/yardstick.yaml"

# Compilation unit -> part; units of lanes/ that are not named are parts of their own.
LANE_PARTS = {"signals": "core", "marrow": "core", "lymphocytes": "core", "watch": "observation", "patient": "patients",
              "course": "rows", "small_clones": "clones", "exposures": "therapy", "loops_lanes": "reduction", "network": "other"}
LOOP_PARTS = ["core", "effectors", "clones", "triggers", "hazards", "observation", "disease", "therapy", "patients", "rows"]
OUTER_PARTS = {"study/layout": "reduction", "stats/": "reduction"}


def part_of(unit):
    folder, name = os.path.split(unit)
    if folder.startswith("lanes-"):
        return "disease" if name.startswith("disease_") else LANE_PARTS.get(name, name)
    if unit.startswith(("model/runner", "model/slab")):
        return "patients" if name == "runner_screen" else "rows"
    return next((part for prefix, part in OUTER_PARTS.items() if unit.startswith(prefix)), None)


def owners():
    """Function -> part, from the objects of the AVX2 build and of the rest; names of several parts belong to none."""
    found = collections.defaultdict(set)
    for path in sorted(OUT.glob("*/*.o")):
        unit = str(path.relative_to(OUT))[:-2]
        if unit.startswith(("lanes-avx512", "lanes-plain", "tests", "cli")):
            continue
        for line in subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True, check=True).stdout.splitlines():
            kind, name = line.split()[-2:]
            if kind in "tT":
                found[name].add(part_of(unit))
    result = {name: parts.pop() for name, parts in found.items() if len(parts) == 1}
    return {name: part for name, part in result.items() if part}


def read_callgrind(path):
    """Instructions of each function itself, and those spent in calls: {callee: {caller: instructions}}."""
    own, calls, names = collections.Counter(), collections.defaultdict(collections.Counter), {}
    function = callee = None

    def name_of(text):
        number, name = re.match(r"(\(\d+\)) ?(.*)", text).groups()
        if name:
            names[number] = name
        return names[number]

    for line in open(path):
        if line.startswith("fn="):
            function = name_of(line[3:].strip())
        elif line.startswith("cfn="):
            callee = name_of(line[4:].strip())
        elif callee and line[0] in "0123456789+-*":
            calls[callee][function] += int(line.split()[1])
            callee = None
        elif function and line[0] in "0123456789+-*":
            own[function] += int(line.split()[1])
        elif line.startswith("totals:"):
            break
    return own, calls


def shares(path):
    """Part -> instructions; what belongs to no part is 'other'."""
    own, calls = read_callgrind(path)
    part = owners()
    known = {f: {part[f]: 1.0} for f in own if f in part}
    mix = {f: known.get(f, {"other": 1.0}) for f in set(own) | set(calls)}
    for _ in range(30):  # depth of helpers below a unit
        for f in mix:
            if f in known or not sum(calls[f].values()):
                continue
            spread, total = collections.Counter(), sum(calls[f].values())
            for caller, spent in calls[f].items():
                for name, weight in mix.get(caller, {"other": 1.0}).items():
                    spread[name] += weight * spent / total
            mix[f] = dict(spread)
    result = collections.Counter()
    for f, instructions in own.items():
        for name, weight in mix[f].items():
            result[name] += weight * instructions
    return result


def callgrind(arguments, directory):
    path = os.path.join(directory, "callgrind.out")
    try:
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}"] + arguments, capture_output=True,
                              text=True, env=dict(os.environ, ENGRAFT_SIMD="avx2"), timeout=CALLGRIND_LIMIT)
    except subprocess.TimeoutExpired:
        print(f"SKIPPED instructions of {arguments[0]}: callgrind took more than {CALLGRIND_LIMIT} s")
        return None
    if done.returncode != 0:
        print(f"SKIPPED instructions of {arguments[0]}: status {done.returncode}: {done.stderr.splitlines()[-1:]}")
        return None
    return shares(path)


def show(title, counts, parts):
    total = sum(counts[p] for p in parts)
    print(f"{title}: " + " | ".join(f"{p} {100 * counts[p] / total:.1f} %" for p in parts if counts[p]))
    return {p: f"{100 * counts[p] / total:.2f}" for p in parts}


def loop(fields, directory):
    program = str(OUT / "tests/bench_courses")
    text = subprocess.run([program, LOOP_STUDY, str(TILES)], capture_output=True, text=True, check=True).stdout
    print(text[: text.rindex("csv,")], end="")
    words = text[text.rindex("csv,"):].strip().split(",")
    fields["study"], fields["width"] = words[1:3]
    for name, speed, each, use in zip(*[iter(words[3:-1])] * 4):
        fields[f"{name}_courses_s"], fields[f"{name}_ns_lane_step"], fields[f"{name}_lanes_in_use"] = speed, each, use
    if not shutil.which("valgrind"):
        print("SKIPPED instructions: valgrind is missing")
        return
    # Two lengths: their difference is free of the start of the program.
    tiles, counts = (1, 3), []
    for n in tiles:
        counts.append(callgrind([program, LOOP_STUDY, str(n)], directory))
        if counts[-1] is None:
            return
    loop_only = collections.Counter({p: counts[1][p] - counts[0][p] for p in counts[1]})
    steps = int(words[-1]) / TILES * (tiles[1] - tiles[0])
    each = sum(loop_only[p] for p in LOOP_PARTS) / steps
    print(f"instructions a lane-step, AVX2: {each:.2f}")
    fields["instructions_lane_step"] = f"{each:.3f}"
    fields.update(show("  of them (instructions)", loop_only, LOOP_PARTS))


def profile(text):
    """What ENGRAFT_PROFILE=1 prints: CPU time between first hand-out and last commit by part, start and write apart."""
    line = next(l for l in text.splitlines() if "profile:" in l)
    found = {name: float(x) for name, x in re.findall(r"(loop|reduction|commit|hand-out) ([0-9.]+) %", line)}
    found["courses"] = float(re.search(r"([0-9]+) courses per cpu-second", line).group(1))
    found["start"], found["write"] = (float(re.search(name + r" ([0-9.]+) s", line).group(1)) for name in ("start", "write"))
    found["memory"] = float(re.search(r"at most ([0-9.]+) MB", line).group(1))
    return found


RANKS = [int(n) for n in os.environ.get("RANKS", "1,2,4,8,16").split(",")]
SCALE = int(os.environ.get("SCALE", "1"))
SHAPES = {"few points": "design: {list: [{trigger.rate: 10}]}\n", "many points": f"design: {{lhs: {{points: {400 * SCALE}}}}}\n"}


def shape(name, directory):
    """The loop's study without trajectories, as one point with many patients or as many points with 64."""
    text = open(LOOP_STUDY).read().replace("parameters:", "parameters:\n  trigger.rate: {uniform: [8, 12], unit: 1/y}")
    patients = 25600 * SCALE if name == "few points" else 64
    text = re.sub(r"patients: \d+", f"patients: {patients}", text.replace("  across_points: common\n", ""))
    path = os.path.join(directory, name.replace(" ", "-") + ".yaml")
    with open(path, "w") as file:
        file.write(text + SHAPES[name])
    return path


def ranks(fields, directory):
    """Runs of both shapes: where the CPU time went, and what more ranks than one cost."""
    cores = os.cpu_count()
    print(f"runs of {76800 * SCALE:,} courses: CPU time between first hand-out and last commit; wall time against one rank")
    print("  study        ranks   loop %  reduction %  commit %  hand-out %  courses/CPU s   wall  write s    MB    bytes")
    for name in SHAPES:
        study, first = shape(name, directory), None
        for n in RANKS:
            path = os.path.join(directory, f"{n}.h5")
            start = time.monotonic()
            done = subprocess.run(MPIEXEC + ["-n", str(n), os.environ["ENGRAFT"], "run", "--progress", "none", study, "-o", path],
                                  capture_output=True, text=True, env=dict(os.environ, ENGRAFT_PROFILE="1"))
            if done.returncode != 0:
                sys.exit(f"{study} on {n} ranks: status {done.returncode}\n{done.stderr}")
            wall, p = time.monotonic() - start, profile(done.stderr)
            first, size = first or wall, os.path.getsize(path)
            print(f"  {name:12} {n:3}{'+' if n > cores else ' '}  {p['loop']:7.2f} {p['reduction']:12.2f} {p['commit']:9.2f}"
                  f" {p['hand-out']:11.2f} {p['courses']:14.0f} {wall / first:6.2f} {p['write']:8.2f} {p['memory']:5.0f} {size:8}")
            key = name.replace(" ", "_") + f"_ranks{n}"
            fields.update({f"{key}_loop": p["loop"], f"{key}_courses_cpu_s": p["courses"], f"{key}_wall": f"{wall / first:.3f}",
                           f"{key}_bytes": size})
            os.remove(path)
    print("  (+: more ranks than cores)")


def commits(fields, directory):
    """The same studies with and without journals, in turn in one process; 1 rank, so that nobody waits for anybody."""
    for name in SHAPES:
        done = subprocess.run(MPIEXEC + ["-n", "1", str(OUT / "tests/bench_commits"), shape(name, directory), str(PAIRS)], capture_output=True,
                              text=True)
        found = re.findall(r"^overhead of commits, (\w+): ([-0-9.]+) % \(standard error ([0-9.]+)\)$", done.stdout, re.M)
        inside = re.search(r"^inside of appending and syncing: ([0-9.]+) %", done.stdout, re.M)
        if done.returncode != 0 or len(found) != 2 or not inside:
            sys.exit(f"bench_commits: status {done.returncode}\n{done.stderr}")
        print(f"overhead of commits, {name}, with against without, {PAIRS} pairs: " +
              ", ".join(f"{kind} {mean} % (standard error {error})" for kind, mean, error in found) +
              f"; time inside of saving {inside.group(1)} %")
        fields[name.replace(" ", "_") + "_commits"] = found[0][1]


def main():
    fields = {"revision": os.environ.get("REVISION", "unknown")}
    with tempfile.TemporaryDirectory() as directory:
        loop(fields, directory)
        sys.stdout.flush()
        ranks(fields, directory)
        commits(fields, directory)
    print("csv," + ",".join(f"{name}={value}" for name, value in fields.items()))


main()
