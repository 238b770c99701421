#!/usr/bin/env python3
"""People who live twice (courses: 2): the first life is that of the study without, bit for bit; the second has the same person and another luck; shares of variance
are those of the records, by the textbook's nested analysis of variance; noise of points, from any number of ranks the same, and what is refused."""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED couples: {error}")
    sys.exit(77)

ENGRAFT, MPIEXEC = os.environ["ENGRAFT"], os.environ.get("MPIEXEC", "").split()
os.chdir(os.environ["TMPDIR"])


def study(name, patients, courses, extra="", entry=True):
    criterion = ", entry: {relapse: {at_least: 1, within: 1 y}}" if entry else ""
    text = f"""study: couples
seed: 3
horizon: 2 y
cohort: {{disease: ms, patients: {patients}{courses}{criterion}}}
protocols:
  dmt: [{{at: 0 d, drug: dmf}}]
  cy: [{{at: -5 d, condition: cy200}}, {{at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}}]
parameters: {{trigger.rate: {{uniform: [0, 12]}}, effector.growth_rate: prior}}
design: {{lhs: {{points: 6}}}}
outcomes: [{{relapse: {{at: [6 mo, 1 y]}}}}, death, infections, {{edss: {{at: [1 y]}}}}]
{extra}records: 10000
"""
    with open(name + ".yaml", "w") as out:
        out.write(text)
    return name


def engraft(*arguments):
    return subprocess.run([ENGRAFT, *arguments], capture_output=True, text=True)


def run(name, launcher=()):
    subprocess.run([*launcher, ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True, stderr=subprocess.DEVNULL)
    with h5py.File(name + ".h5") as file:
        return {key: np.array(data[:]) for key, data in file["records"].items() if isinstance(data, h5py.Dataset)}


def same(a, b):
    return a.dtype.kind not in "f" and (a == b).all() or a.dtype.kind == "f" and np.array_equal(a, b, equal_nan=True)


once, twice = run(study("once", 24, "")), run(study("twice", 48, ", courses: 2"))
rows = [key for key in once if key not in ("point", "patient")]
check((twice["point"][::2] == once["point"]).all() and (twice["patient"][::2] == 2 * once["patient"]).all(), "two rows for each person")
check(all(same(twice[key][::2], once[key]) for key in rows), "first lives are those of the study without")
moved = [key for key in rows if not same(twice[key][::2], twice[key][1::2])]
check("t_relapse" in moved and "n_infection" in moved or len(moved) > 5, f"second lives differ in what happens: {moved}")
with h5py.File("twice.h5") as file:
    names = file["/records"].keys()
    constant = [key for key in rows if key not in moved]
    check(len(constant) > 0, "and not in who somebody is")
plain = run(study("plain", 48, ", courses: 2", entry=False))
alone = run(study("alone", 24, "", entry=False))
check(all(same(plain[key][::2], alone[key]) for key in rows), "without criteria of entry as well")


def textbook(y):
    """Shares by points, people, lives from y[point, person, life]."""
    points, people, _ = y.shape
    of_person, of_point = y.mean(2), y.mean((1, 2))
    between = 2 * people * ((of_point - y.mean()) ** 2).sum() / (points - 1)
    within = 2 * ((of_person - of_point[:, None]) ** 2).sum() / (points * (people - 1))
    lives = ((y - of_person[:, :, None]) ** 2).sum() / (points * people)
    parts = np.array([max(0, (between - within) / (2 * people)), max(0, (within - lives) / 2), lives])
    return parts / parts.sum() if parts.sum() > 0 else parts * np.nan


with h5py.File("twice.h5") as file:
    e = file["/summary/estimates"]
    kind, outcome, protocol, at, value = (e[k].asstr()[:] if e[k].dtype.kind in "OS" else e[k][:] for k in ("kind", "outcome", "protocol", "at", "value"))
    columns = {name: twice[name] for name in twice}
    found = 0
    for p, name in enumerate(("dmt", "cy")):
        infections = twice["infections"] if "infections" in twice else None
        for what in ("infections", "relapse"):
            days = [np.nan] if what == "infections" else [365.25]
            for day in days:
                y = None
                if what in columns:
                    y = columns[what][:, p].astype(float).reshape(6, 24, 2)
                if y is None:
                    continue
                if what == "relapse":
                    y = ((y <= 16 * day) & (columns["relapse_cause"][:, p].reshape(6, 24, 2) == 1)).astype(float)  # ticks
                row = [value[(kind == "variance_of_" + part) & (outcome == what) & (protocol == name) & (np.isnan(at) if np.isnan(day) else abs(at - day) < 1)]
                       for part in ("parameters", "patients", "chance")]
                check(all(len(r) == 1 for r in row) and np.allclose([r[0] for r in row], textbook(y), atol=1e-9), f"shares of {what} under {name}")
                found += 1
    check(found >= 2, f"records hold what is compared: {list(columns)}")
    s = file["/outcomes/relapse"]
    check((s["couples"][:] == 24).all() and (2 * s["in_both_lives"][:] + s["in_one_life"][:] == s["event_count"][:]).all(), "couples add up to courses")

if MPIEXEC:
    study("ranks", 48, ", courses: 2")
    run("ranks", (*MPIEXEC, "-n", "3"))
    check(engraft("diff", "twice.h5", "ranks.h5").returncode == 0, "three ranks give the same")
study("grown", 96, ", courses: 2")
run("grown")
check(engraft("extend", "twice.h5", "-o", "larger.h5", "--patients", "96", "--progress", "none").returncode == 0, "people are added")
check(engraft("diff", "larger.h5", "grown.h5").returncode == 0, "as if they had been there")
refused = engraft("extend", "twice.h5", "-o", "odd.h5", "--patients", "97")
check(refused.returncode == 64 and "expected an even number" in refused.stderr, "half a couple cannot be added")
shown = engraft("sensitivity", "twice.h5", "--outcome", "relapse").stdout
check("who patients are" not in shown, "six points are too few for indices")
study("many", 16, ", courses: 2")
text = open("many.yaml").read().replace("points: 6", "points: 60")
open("many.yaml", "w").write(text)
run("many")
page = subprocess.run([sys.executable, os.path.join(os.environ["SOURCE"], "analysis/report"), "many.h5", "-o", "many.html"], capture_output=True, text=True)
if page.returncode == 0:
    with h5py.File("many.h5") as file:
        e = file["/summary/estimates"]
        rows = [e["value"][i] for part in ("parameters", "patients", "chance") for i in range(len(e["value"]))
                if e["kind"].asstr()[i] == "variance_of_" + part and e["outcome"].asstr()[i] == "infections" and e["protocol"].asstr()[i] == "cy"]
    words = ", ".join(f"{what} {100 * share:.0f} %" for what, share in zip(("parameters", "patients", "chance"), rows))
    text = open("many.html").read()
    check("Where the variance comes from" in text and f"infections, cy: {words}" in text, f"the report shows {words}")
else:
    check("matplotlib" in page.stderr, page.stderr)
shown = engraft("sensitivity", "many.h5", "--outcome", "infections").stdout
check("who patients are" in shown and "chance" in shown, "the heading divides the variance")
check(engraft("sensitivity", "many.h5", "--difference").returncode == 64, "differences of couples are refused")
for extra, word in (("batches: {outcomes: [relapse]}\n", "batches"), ("estimates: [rate]\n", "estimates"), ("freeze: [triggers]\n", "freeze")):
    study("refused", 48, ", courses: 2", extra)
    complaint = engraft("check", "refused.yaml")
    check(complaint.returncode == 65 and f"'{word}' takes every patient for another person" in complaint.stderr + complaint.stdout, f"{word} is refused")
study("odd", 47, ", courses: 2")
complaint = engraft("check", "odd.yaml")
check("expected an even number" in complaint.stderr + complaint.stdout, "an odd number is refused")
finish()
