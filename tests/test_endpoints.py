#!/usr/bin/env python3
"""Endpoints of a study (tests/data/studies/endpoints.yaml), worked out again from what its records say of events and of markers at
visits; what is refused; two ways to write a study; and that endpoints move no course.
"""
import os
import re
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED endpoints: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = os.path.join(os.environ["SOURCE"], "tests/data/studies/endpoints.yaml")
DAY, NEVER = 16, 10**9
HORIZON = 17532
VISITS = np.arange(13) * 1461  # every 3 mo, in ticks
os.chdir(os.environ["TMPDIR"])


def run(name, text):
    with open(name + ".yaml", "w") as out:
        out.write(text)
    subprocess.run([ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True)
    with h5py.File(name + ".h5") as file:
        return {key: data[:] for key, data in file["records"].items() if isinstance(data, h5py.Dataset)}


text = open(STUDY).read()
records = run("endpoints", text)
number = len(records["patient"])
protocols = records["death"].shape[1] if records["death"].shape[0] == number else records["death"].shape[0]
by_patient = records["death"].shape[0] == number


def column(name, p):
    return records[name][:, p] if by_patient else records[name][p]


def event(name, p):
    """First tick, NEVER without."""
    return np.where(column(name + "_cause", p) == 1, column(name, p), NEVER)


def marker(name, p):
    return np.stack([column(f"{name}_d{tick / DAY:.10g}", p) for tick in VISITS])


def first_visit(holds):
    return np.where(holds.any(axis=0), VISITS[holds.argmax(axis=0)], NEVER)


def confirmed(holds, ticks):
    """Of each visit: right there and at all that follow, until one is `ticks` later."""
    result = np.zeros_like(holds)
    for j, now in enumerate(VISITS):
        last = np.searchsorted(VISITS, now + ticks)
        result[j] = holds[j : last + 1].all(axis=0) if last < len(VISITS) else False
    return result


def same(name, p, tick, what=None, applies=None):
    """As an outcome: the event, the death before it, or the end."""
    death = event("death", p) if what is None else np.full(number, NEVER)
    met = (tick <= death) & (tick <= HORIZON)
    died = ~met & (death <= HORIZON)
    kind = np.where(met, 1, np.where(died, 2, 0)).astype(float)
    when = np.where(met, tick, np.where(died, death, HORIZON)).astype(float)
    there = np.ones(number, bool) if applies is None else applies
    said, at = column(name + "_cause", p).astype(float), column(name, p).astype(float)
    missing = np.isnan(said) | (said < 0)
    good = np.array_equal(missing, ~there) and np.array_equal(said[there], kind[there]) and np.array_equal(at[there], when[there])
    check(good, f"{name} of protocol {p}: {int((said[there] != kind[there]).sum())} kinds, {int((at[there] != when[there]).sum())} times differ")
    return int(met[there].sum())


counted = {}
with np.errstate(invalid="ignore"):
    for p in range(protocols):
        edss, cd4, relapse, death = marker("edss", p), marker("cd4", p), event("relapse", p), event("death", p)
        late = VISITS >= 6 * 487
        counted["worse", p] = same("worse", p, first_visit(confirmed(edss - edss[0] >= 1, 2922) & (VISITS > 0)[:, None]))
        counted["fallen", p] = same("fallen", p, first_visit(((cd4 - cd4[0]) / cd4[0] <= -0.2) & late[:, None]))
        free = (VISITS >= 5844) if p == 0 else (VISITS > 0)
        if p != 1:
            counted["steady", p] = same("steady", p, first_visit((cd4 >= 200) & (edss <= 5) & (free & (VISITS > 0))[:, None]))
        if p == 2:
            counted["relapse_off", p] = same("relapse_off", p, np.where(relapse <= HORIZON, -(-relapse // 1461) * 1461, NEVER))
        landmark = np.minimum(np.where(death >= 5844, death, NEVER), np.where(event("progression", p) >= 5844, event("progression", p), NEVER))
        had = (relapse <= 5844) & (death > 5844)
        counted["landmark", p] = same("landmark", p, landmark, "death counts", had)
        again = first_visit(confirmed(edss - edss[4] >= 0.5, 1461) & (VISITS >= 5844)[:, None])
        fresh = relapse >= 5844  # of the others no record says when a relapse came again
        tick = np.minimum(np.minimum(again, np.where(fresh, relapse, NEVER)), np.where(death >= 5844, death, NEVER))
        said = column("neda_again", p)
        check(np.array_equal(said[fresh], np.minimum(tick, HORIZON)[fresh]), f"neda_again of protocol {p}, who had no relapse in year 1")
        check((said[~fresh & (death >= 5844)] <= np.minimum(tick, HORIZON)[~fresh & (death >= 5844)]).all(), "nor later in others")
        second = column("second", p)
        here = relapse <= HORIZON
        check(np.array_equal(np.isnan(second) | (column("second_cause", p) < 0), ~here), "a second relapse is asked of who had a first")
        check((second[here] > relapse[here]).all(), "the second relapse comes after the first")
check(counted["worse", 0] > 30 and counted["steady", 2] > 50 and counted["landmark", 0] > 20, f"endpoints are met: {counted}")

# --- the clock of `second` by other means: relapses per patient -------------------------------------------------------------
plain = re.sub(r"endpoints:.*?outcomes:", "outcomes:", text, flags=re.S)
plain = re.sub(r"outcomes: \[.*?\]\nstrata.*?\n", "outcomes: [relapse, progression, death, infections, relapses,\n  {edss: {visits: 3 mo}}]\n", plain, flags=re.S)
without = run("without", plain)
for name in ("relapse", "progression", "death", "infections", "edss_d1095.75"):
    check(np.array_equal(without[name], records[name], equal_nan=True), f"endpoints move no course: {name}")
relapses = without["relapses"] if by_patient else without["relapses"].T
for p in range(protocols):
    here = event("relapse", p) <= HORIZON
    found, twice = column("second_cause", p)[here] == 1, relapses[here, p] >= 2
    check(not (found & ~twice).any(), "a second relapse needs two")
    check((found | ~twice | (column("second", p)[here] >= HORIZON) | (column("death_cause", p)[here] == 1)).all(), "two are a second")

# --- the canonical form reads back, to the same study ------------------------------------------------------------------------
with h5py.File("endpoints.h5") as file:
    canonical = file["study"].attrs.get("canonical") if "canonical" in file["study"].attrs else file["study/canonical"][()]
canonical = canonical.decode() if isinstance(canonical, bytes) else str(canonical)
run("again", canonical)
check(subprocess.run([ENGRAFT, "diff", "endpoints.h5", "again.h5"]).returncode == 0, "the canonical form gives the same result")

# --- mistakes ------------------------------------------------------------------------------------------------------------------
HEAD = "study: m\nseed: 1\nhorizon: 2 y\ncohort: {disease: ms, patients: 8}\nprotocols: {a: [{at: 0 d, drug: dmf}]}\nendpoints:\n"
for line, said in {
    "x: {better: -1}": "7:6: an endpoint needs 'first_of' or 'all_of'",
    "x: {first_of: [relaps], better: -1}": "7:18: unknown event 'relaps', did you mean 'relapse'?",
    "x: {first_of: [relapse]}": "7:6: 'better' is missing",
    "x: {first_of: [relapse], better: 2}": "7:36: better: expected +1 or -1",
    "efs: {first_of: [relapse], better: 1}": "7:3: 'efs' is there already",
    "x: {first_of: [{marker: edss}], better: 1}": "needs 'above', 'below' or 'change'",
    "x: {first_of: [{marker: edss, above: 3, since: 1 y}], better: 1}": "'since' is the baseline of a 'change'",
    "x: {first_of: [{marker: edss, change: 0}], better: 1}": "change: below 0 for a fall",
    "x: {first_of: [{marker: edss, above: 5, below: 4}], better: 1}": "'above' has to be less than 'below'",
    "x: {first_of: [relapse], given: relapse, better: 1}": "'given' needs 'from'",
    "x: {first_of: [relapse], from: 3 y, better: 1}": "from (a day of the follow-up, or an event)",
    "x: {first_of: [relapse], off: dmff, better: 1}": "unknown class 'dmff' of drugs, did you mean 'dmf'?",
    "x: {first_of: [relapse], until: 1 y, better: 1}": "unknown key 'until' of an endpoint",
    "x: {first_of: [insulin_independence], better: 1}": "unknown event 'insulin_independence'",
}.items():
    with open("mistake.yaml", "w") as out:
        out.write(HEAD + "  " + line + "\n")
    done = subprocess.run([ENGRAFT, "check", "mistake.yaml"], capture_output=True, text=True)
    check(done.returncode == 65 and said in done.stderr, f"{line}: {done.stderr.strip()}")

finish()
