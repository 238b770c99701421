#!/usr/bin/env python3
"""A run-in (tests/data/studies/run-in.yaml): all protocols have the same patients on day 0; drugs of the run-in go on unless a
protocol stops them; what was given long ago has fallen as its half-life says; a point's drug acts at the point's parameters; mistakes.
"""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED run-in: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = os.path.join(os.environ["SOURCE"], "tests/data/studies/run-in.yaml")
os.chdir(os.environ["TMPDIR"])


def run(name, text, *options):
    with open(name + ".yaml", "w") as out:
        out.write(text)
    subprocess.run([ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none", *options], check=True)
    with h5py.File(name + ".h5") as file:
        return {key: np.array(data[:]) for key, data in file["records"].items() if isinstance(data, h5py.Dataset)}


def trace(name, protocol):
    subprocess.run([ENGRAFT, "trace", name + ".yaml", "--point", "0", "--protocol", protocol, "--patient", "3", "-o", name + ".csv"], check=True)
    rows = [line.rstrip("\n").split(",") for line in open(name + ".csv") if not line.startswith("#")]
    names = [column.split(" (")[0] for column in rows[0]]
    values = np.array(rows[1:], float)
    return {key: values[:, j] for j, key in enumerate(names)}


text = open(STUDY).read()
records = run("run-in", text)
if records["death"].shape[0] != len(records["patient"]):
    records = {key: value.T for key, value in records.items()}
KEPT, STOPPED, AGAIN, WEAKER = range(4)
relapses = records["relapses"].sum(axis=0)
for name in ("edss_d0", "b_d0"):
    check((records[name] == records[name][:, :1]).all(), f"{name} is the same under all protocols")
check((records["b_d0"] < 30).all(), "B cells are gone on day 0: the run-in was lived")
check(relapses[STOPPED] > 1.5 * relapses[KEPT], f"stopping brings relapses back: {relapses}")
check(relapses[KEPT] < relapses[WEAKER], f"what is kept acts: {relapses}")
check((records["b_d365.25"][:, KEPT] < 30).all() and (records["b_d365.25"][:, STOPPED] > 100).all(), "doses of the run-in go on, and end with a stop")
check(not (records["relapse_off_cause"][:, KEPT] == 1).any(), "whoever keeps the drug is never off it")
check((records["relapse_off_cause"][:, STOPPED] == 1).sum() > 50, "whoever stops it is off")

# --- the drug is stopped before: it falls in the run-in, by its half-life; protocols do nothing -----------------------------------
natalizumab = text.replace("drug: ocrelizumab, every: 6 mo", "drug: natalizumab, for: 320 d").replace("for: 400 d", "for: 400.0 d")
head, tail = natalizumab.split("protocols:")
tail = "protocols: {nothing: []}\noutcomes: [relapse]\nrecords: 8\n"
run("washout", head + tail)
traffic = trace("washout", "nothing")
days = traffic["day"]
check(days[0] <= 0, "the trace begins at the end of the run-in")
zero = int(np.argmin(abs(days)))
left = (1 - traffic["traffic"][zero]) / (1 - traffic["traffic"][zero + 11])
check(1.9 < left < 2.1, f"a half-life of 11 d after the run-in: {left}")
full = run("long", head.replace("for: 320 d", "for: 390 d") + tail)
longer = trace("long", "nothing")
ratio = (1 - longer["traffic"][zero]) / (1 - traffic["traffic"][zero])
check(abs(np.log2(ratio) - 70 / 11) < 0.2, f"ended 70 d later, it is {ratio} times as much on day 0")

# --- the drug acts at the parameters of the point -----------------------------------------------------------------------------------
points = head.replace("for: 320 d", "for: 2 y") + "protocols: {nothing: []}\n"
points += "parameters: {drug.natalizumab_block: {uniform: [0.1, 0.9]}}\ndesign: {list: [[0.1], [0.9]]}\noutcomes: [relapses]\nrecords: 400\n"
acts = run("points", points)
by_point = [acts["relapses"].ravel()[acts["point"] == point].mean() for point in (0, 1)]
check(by_point[0] > 1.3 * by_point[1], f"relapses by the point's drug: {by_point}")

# --- the canonical form reads back --------------------------------------------------------------------------------------------------
with h5py.File("run-in.h5") as file:
    canonical = file["study"].attrs.get("canonical") if "canonical" in file["study"].attrs else file["study/canonical"][()]
run("again", canonical.decode() if isinstance(canonical, bytes) else str(canonical))
check(subprocess.run([ENGRAFT, "diff", "run-in.h5", "again.h5"]).returncode == 0, "the canonical form gives the same result")

# --- mistakes -------------------------------------------------------------------------------------------------------------------------
for line, said in {
    "{actions: [{at: -9 d, drug: dmf}]}": "'for' is missing",
    "{for: 20 d, actions: [{at: -30 d, drug: dmf}]}": "day -30 is before the run-in, which begins on day -20",
    "{for: 20 d, actions: [{at: 0 d, drug: dmf}]}": "day 0 is no day of the run-in",
    "{for: 20 d, actions: [{when: relapse, drug: dmf}]}": "'when' in a run-in is not available",
    "{for: 20 d, actions: [{at: -9 d, condition: beam}]}": "'condition' in a run-in is not available",
    "{for: 20 y}": "is outside 0 to 3652.5 d",
    "{for: 20 d, drugs: []}": "unknown key 'drugs' of 'run_in'",
}.items():
    with open("mistake.yaml", "w") as out:
        out.write(f"study: m\nseed: 1\nhorizon: 2 y\ncohort:\n  disease: ms\n  patients: 8\n  run_in: {line}\nprotocols: {{a: []}}\n")
    done = subprocess.run([ENGRAFT, "check", "mistake.yaml"], capture_output=True, text=True)
    check(done.returncode == 65 and said in done.stderr and "mistake.yaml:7:" in done.stderr, f"{line}: {done.stderr.strip()}")

finish()
