#!/usr/bin/env python3
"""Who enters: covariates, relapses, markers on a day, changes of them, as cohorts of the same patients show; a withdrawal trial of responders
(tests/data/studies/withdrawal.yaml); what selection by a noisy score does; the canonical form; every mistake with its place.

Candidates are numbered, so that a patient's candidate 0 is the same whatever is asked: who meets one criterion and not another is exact.
"""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED entry: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = os.path.join(os.environ["SOURCE"], "tests/data/studies/withdrawal.yaml")
os.chdir(os.environ["TMPDIR"])


def run(name, text):
    with open(name + ".yaml", "w") as out:
        out.write(text)
    if os.path.exists(name + ".h5"):
        os.remove(name + ".h5")
    subprocess.run([ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True)
    with h5py.File(name + ".h5") as file:
        return {key: np.array(data[:]) for key, data in file["records"].items() if isinstance(data, h5py.Dataset)}


def cohort(disease, entry, run_in="", outcomes="[death]", patients=200):
    """Patients who enter under nothing."""
    lines = [f"study: entry\nseed: 5\nhorizon: 90 d\ncohort:\n  disease: {disease}\n  patients: {patients}"]
    lines += [f"  run_in: {run_in}"] if run_in else []
    lines += [f"  entry: {entry}"] if entry else []
    lines += [f"protocols: {{nothing: []}}\noutcomes: {outcomes}\nrecords: {patients}\n"]
    return run("cohort", "\n".join(lines))


def first(records):
    """Whose candidate 0 was accepted."""
    return records["candidate"] == 0


# --- covariates ---------------------------------------------------------------------------------------------------------------------
everybody = cohort("ms", "")
some = cohort("ms", "{age: {covariate: age, above: 30 y, below: 40 y}, sex: {covariate: female, above: 0.5}}")
fits = (everybody["age"] >= 30) & (everybody["age"] <= 40) & (everybody["female"] > 0.5)
check(((some["age"] >= 30) & (some["age"] <= 40) & (some["female"] == 1)).all(), "all are women of 30 to 40")
check((first(some) == fits).all() and 40 < fits.sum() < 160, f"who fits is the patient, others are replaced: {fits.sum()}")
check((some["age"][fits] == everybody["age"][fits]).all(), "who fits is as before")
months = cohort("ms", "{age: {covariate: age, above: 360 mo, below: 480 mo}, sex: {covariate: female, above: 0.5}}")
check((months["age"] == some["age"]).all(), "in other units")

# --- relapses -------------------------------------------------------------------------------------------------------------------------
none, one, two = (first(cohort("ms", f"{{relapse: {{{what}, within: 2 y}}}}")) for what in ("at_most: 0", "at_least: 1", "at_least: 2"))
check((none != one).all() and 20 < none.sum() < 180, f"no relapse, or at least one: {none.sum()} of 200")
between = first(cohort("ms", "{relapse: {at_least: 1, at_most: 1, within: 2 y}}"))
check((between == (one & ~two)).all() and 5 < between.sum(), f"exactly one relapse: {between.sum()}")

# --- markers on a day, and their changes ------------------------------------------------------------------------------------------------
TREATED = "{for: 112 d, actions: [{at: -112 d, drug: anti_tnf}]}"


def accepted(criteria):
    return first(cohort("ra", "{" + ", ".join(f"c{j}: {{marker: das28, {c}}}" for j, c in enumerate(criteria)) + "}", TREATED))


low, high = accepted(["below: 5, at: run_in"]), accepted(["above: 5, at: run_in"])
check((low != high).all() and 10 < low.sum() < 190, f"below or above 5 when the run-in begins: {low.sum()}")
same = accepted(["above: 5, at: -112 d"])
check((same == high).all(), "run_in is its first day")
late_low, late_high = accepted(["below: 3.6"]), accepted(["above: 3.6"])
check((late_low != late_high).all() and (late_low != low).any(), "the end of the run-in is another day")
fell = accepted(["change: -1.4, since: run_in"])
certain, impossible = high & late_low, low & late_high
check(certain.sum() > 10 and fell[certain].all(), f"from above 5 to below 3.6 is a fall of 1.4: {certain.sum()}")
check(impossible.sum() > 10 and not fell[impossible].any(), f"from below 5 to above 3.6 is none: {impossible.sum()}")
both = accepted(["above: 5, at: run_in", "below: 3.6", "change: -1.4, since: run_in"])
check((both == certain).all(), "criteria are met together")
earlier = accepted(["change: -1.4, since: run_in, at: -30 d"])
check((earlier != fell).any() and (earlier & fell).sum() > 10, "a change until a day is another than one until the end")
share = accepted(["change: -50 %, since: run_in"])
third = accepted(["change: -30 %, since: run_in"])
check((third | ~share).all() and third.sum() > share.sum() > 10, f"a fall by half is one by a third: {share.sum()}, {third.sum()}")
rose = accepted(["change: 0.2, since: run_in"])
check(not (rose & fell).any() and rose.any(), "who rises has not fallen")
worse = cohort("ra", "{worse: {marker: das28, change: 0.5, since: -90 d}}")
check((worse["failure"] == 0).all() and 10 < first(worse).sum() < 100, "a score that grew before the first day: no run-in is needed")

# --- a withdrawal trial -------------------------------------------------------------------------------------------------------------------
trial = run("withdrawal", open(STUDY).read())
KEPT, STOPPED = 0, 1
check((trial["failure"] == 0).all(), "everybody finds a candidate")
check((trial["das28_d0"][:, KEPT] == trial["das28_d0"][:, STOPPED]).all(), "both arms randomise the same patients")
check(trial["das28_true_d0"].mean() < 3.2, "responders have low activity")
end = np.nanmean(trial["das28_true_d168"], axis=0)  # of the living
check(end[STOPPED] - end[KEPT] > 0.5, f"stopping brings disease back: {end}")
with h5py.File("withdrawal.h5") as file:
    canonical = file["study"].attrs.get("canonical") if "canonical" in file["study"].attrs else file["study/canonical"][()]
run("again", canonical.decode() if isinstance(canonical, bytes) else str(canonical))
check(subprocess.run([ENGRAFT, "diff", "withdrawal.h5", "again.h5"]).returncode == 0, "the canonical form gives the same result")

# --- whoever was chosen for a high noisy score improves without treatment ----------------------------------------------------------------
READ = "[{das28: {at: [0 d]}}, {das28_true: {at: [0 d]}}, {acr_n: {at: [0 d, 84 d]}}]"
plain = cohort("ra", "", "{for: 28 d}", READ, 400)
chosen = cohort("ra", "{active: {marker: das28, above: 6.4}}", "{for: 28 d}", READ, 400)
gain = chosen["acr_n_d0"].mean() - plain["acr_n_d0"].mean()
error = np.hypot(chosen["acr_n_d0"].std(), plain["acr_n_d0"].std()) / 20
check(gain > 4 * error, f"reported activity falls after selection by it: {gain} +- {error}")
bias = (chosen["das28_d0"] - chosen["das28_true_d0"]).mean() - (plain["das28_d0"] - plain["das28_true_d0"]).mean()
check(abs(bias) < 0.35, f"noise of the next day knows nothing of the selection: {bias}")

# --- mistakes -------------------------------------------------------------------------------------------------------------------------------
for line, said in {
    "{}": "10: 'entry' is empty",
    "{a: 1}": "11: unknown event 'a' of 'entry'; there are: relapse",
    "{relapse: {at_least: 1}}": "20: 'relapse' needs 'within'",
    "{relapse: {within: 1 y}}": "20: 'relapse' needs 'within', and 'at_least' or 'at_most'",
    "{relapse: {at_least: 3, at_most: 2, within: 1 y}}": "43: at_most: expected a whole number from 3 to 100",
    "{a: {covariate: agee, above: 3 y}}": "26: unknown covariate 'agee', did you mean 'age'?",
    "{a: {covariate: age}}": "14: a criterion needs 'above' or 'below', such as {marker: age",
    "{a: {covariate: age, above: 3 d/y}}": "38: above: the unit 'd/y' does not fit here; expected one that converts to y",
    "{a: {covariate: age, above: 40 y, below: 30 y}}": "14: 'above' has to be less than 'below'",
    "{a: {covariate: age, above: 40 y, at: -90 d}}": "44: unknown key 'at' of an entry criterion",
    "{a: {marker: edsss, below: 3}}": "23: unknown marker 'edsss', did you mean 'edss'?",
    "{a: {marker: edss}}": "14: a criterion needs 'above' or 'below'",
    "{a: {marker: edss, change: 1}}": "14: 'change' and 'since' go together",
    "{a: {marker: edss, above: 1, since: -90 d}}": "14: 'change' and 'since' go together",
    "{a: {marker: edss, change: 0, since: -90 d}}": "37: change: below 0 for a fall, above 0 for a rise",
    "{a: {marker: edss, change: 1, since: run_in}}": "47: since: the cohort has no 'run_in'",
    "{a: {marker: edss, above: 1, at: run_in}}": "43: at: the cohort has no 'run_in'",
    "{a: {marker: edss, change: 1, since: -20 d}}": "47: since: day -20 is not before the first day of the protocols, -30",
    "{a: {marker: edss, above: 1, at: 90 d}}": "43: at: '90 d' is outside -3652.5 to 0 d",
    "{a: {marker: edss, above: 1, at: -11 y}}": "43: at: '-11 y' is outside -3652.5 to 0 d",
    "{a: {marker: edss, change: 1, since: -90 d, at: -91 d}}": "47: since: day -90 is not before the day 'at', -91",
}.items():
    with open("mistake.yaml", "w") as out:
        out.write(f"study: m\nseed: 1\nhorizon: 2 y\ncohort:\n  disease: ms\n  patients: 8\n  entry: {line}\nprotocols: {{a: []}}\n")
    done = subprocess.run([ENGRAFT, "check", "mistake.yaml"], capture_output=True, text=True)
    where = "mistake.yaml:7:"
    check(done.returncode == 65 and any(f"{where}{said}" in one for one in done.stderr.splitlines()), f"{line}: {done.stderr.strip()}")

finish()
