#!/usr/bin/env python3
"""Hazard ratios, rate ratios and slopes of tests/data/studies/ratios.yaml, worked out once more from its records: Cox's partial likelihood
patient by patient, ratios of events per patient-year, polyfit through each patient's readings; what is told of them; mistakes.
"""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
    from scipy import stats
except ImportError as error:
    print(f"SKIPPED ratios: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = os.path.join(os.environ["SOURCE"], "tests/data/studies/ratios.yaml")
HORIZON, TICKS = 3 * 365.25, 16
os.chdir(os.environ["TMPDIR"])


def near(value, expected, tolerance, what):
    check(abs(value - expected) <= tolerance * max(1, abs(expected)), f"{what}: {value}, expected {expected}")


def cox(day, event, group, patient):
    """Log hazard ratio by Efron's likelihood and its robust standard error with patients as clusters."""
    days = np.unique(day[event])

    def terms(beta):
        risk = np.exp(beta * group)
        for t in days:
            at_risk, dies = day >= t, (day == t) & event
            for k in range(dies.sum()):
                gone = k / dies.sum()
                weight = risk * (at_risk - gone * dies)
                yield t, at_risk, dies, gone, weight.sum(), (weight * group).sum() / weight.sum()

    beta = 0.0
    for _ in range(30):
        shares = np.array([share for *_, share in terms(beta)])
        beta += (group[event].sum() - shares.sum()) / (shares * (1 - shares)).sum()
    residual, information, risk = np.zeros(len(day)), 0.0, np.exp(beta * group)
    for _, at_risk, dies, gone, total, share in terms(beta):
        residual -= (group - share) * risk / total * (at_risk - gone * dies)
        residual += (group - share) * dies / dies.sum()
        information += share * (1 - share)
    clusters = np.bincount(patient, residual)
    return beta, np.sqrt((clusters ** 2).sum()) / information


def text(array):
    return [item.decode() if isinstance(item, bytes) else item for item in array]


subprocess.run([ENGRAFT, "run", STUDY, "-o", "ratios.h5", "--progress", "none"], check=True)
with h5py.File("ratios.h5") as file:
    records = {key: np.array(data[:]) for key, data in file["records"].items() if isinstance(data, h5py.Dataset)}
    contrasts = file["summary/contrasts"]
    rows = {(outcome, protocol, kind): values for outcome, protocol, kind, *values in zip(
        text(contrasts["outcome"][:]), text(contrasts["protocol"][:]), text(contrasts["kind"][:]), contrasts["value"][:],
        contrasts["low"][:], contrasts["high"][:], contrasts["n"][:], text(contrasts["value_unit"][:]))}
    estimates = file["summary/estimates"]
    slopes = {(outcome, protocol): values for outcome, protocol, kind, *values in zip(
        text(estimates["outcome"][:]), text(estimates["protocol"][:]), text(estimates["kind"][:]), estimates["value"][:],
        estimates["low"][:], estimates["high"][:], estimates["n"][:]) if kind == "slope"}
    pairs = file["outcomes/relapse/pairs_by_exit"][:]
PROTOCOLS = ["ifn", "natalizumab", "same", "graft"]
patients = len(records["patient"])

# --- hazard ratios ------------------------------------------------------------------------------------------------------------------
check(pairs[0].sum() == 0 and (pairs[1:].sum(axis=(1, 2)) == patients).all(), "each patient is one pair")
for outcome in ("relapse", "progression", "os"):
    day = np.maximum(np.ceil(records[outcome] / TICKS), 0)
    cause = records[outcome + "_cause"]
    for p in (1, 3):
        left = np.where(cause[:, [0, p]] == 0, np.ceil(HORIZON), day[:, [0, p]])
        beta, error = cox(left.T.ravel(), (cause[:, [0, p]] == 1).T.ravel(), np.repeat([0.0, 1.0], patients), np.tile(np.arange(patients), 2))
        value, low, high, n, unit = rows[outcome, PROTOCOLS[p], "hazard_ratio"]
        critical = stats.t.ppf(0.975, (cause[:, [0, p]] == 1).sum() - 1)
        near(np.log(value), beta, 1e-7, f"{outcome}, {PROTOCOLS[p]}: log hazard ratio")
        near((np.log(high) - np.log(low)) / 2 / critical / error, 1, 0.06, f"{outcome}, {PROTOCOLS[p]}: standard error {error}")
        near(np.log(high) - np.log(value), np.log(value) - np.log(low), 1e-9, "symmetric in the logarithm")
        check(n == patients and unit == "1", f"{n} pairs")
value, low, high, *_ = rows["relapse", "same", "hazard_ratio"]
check(abs(value - 1) < 1e-12 and 0.95 < low < 1 < high < 1.05, f"what is the same has ratio 1, and pairs make it sure: {low} to {high}")
value, low, high, *_ = rows["nrm", "graft", "hazard_ratio"]
events = (records["nrm_cause"][:, 3] == 1).sum()
time = [np.where(records["nrm_cause"][:, p] == 0, np.ceil(HORIZON), np.ceil(records["nrm"][:, p] / TICKS)).sum() for p in (0, 3)]
exact = stats.beta.ppf(0.025, events, 1)
check((records["nrm_cause"][:, 0] != 1).all() and value == np.inf and high == np.inf, "no such death without a graft: the ratio is infinite")
near(low, exact / (1 - exact) * time[0] / time[1], 0.01, f"its lower limit by {events} deaths")
value, low, high, *_ = rows["nrm", "same", "hazard_ratio"]
check(value != value and low != low, "nobody dies under either: there is no ratio")

# --- rate ratios --------------------------------------------------------------------------------------------------------------------
lived = np.where(records["os_cause"] == 1, np.minimum(records["os"] / TICKS, HORIZON), HORIZON)
for outcome in ("relapses", "lesions", "infections"):
    count = records[outcome]
    for p in (1, 3):
        ratio = (count[:, p].sum() / lived[:, p].sum()) / (count[:, 0].sum() / lived[:, 0].sum())
        part = count[:, p] / count[:, p].sum() - count[:, 0] / count[:, 0].sum()
        error = np.sqrt((part ** 2).sum() * patients / (patients - 1)) * stats.t.ppf(0.975, patients - 1)
        value, low, high, n, unit = rows[outcome, PROTOCOLS[p], "rate_ratio"]
        near(value, ratio, 1e-6, f"{outcome}, {PROTOCOLS[p]}: rate ratio")  # times of records are whole ticks, as the sums are
        near(np.log(high / value), error, 1e-9, f"{outcome}, {PROTOCOLS[p]}: error")
        near(np.log(value / low), error, 1e-9, f"{outcome}, {PROTOCOLS[p]}: error")
        naive = 1.96 * np.sqrt(1 / count[:, p].sum() + 1 / count[:, 0].sum())
        check(outcome != "lesions" or p == 1 or error > 1.3 * naive, f"{outcome}: wider than Poisson's: {error}, {naive}")
check(rows["relapses", "same", "rate_ratio"][0] == 1, "what is the same has ratio 1")
check(("clones_left", "graft", "rate_ratio") not in rows, "a number of clones on a day has no rate")

# --- slopes ---------------------------------------------------------------------------------------------------------------------------
for marker, low_end, high_end in (("edss", 0, 10), ("cd4", None, None)):
    days = sorted((float(key[len(marker) + 2:]), key) for key in records if key.startswith(marker + "_d"))
    years = np.array([day for day, _ in days]) / 365.25
    values = np.stack([records[key] for _, key in days], axis=2)
    own = np.full(values.shape[:2], np.nan)
    for i in range(patients):
        for p in range(4):
            seen = ~np.isnan(values[i, p])
            if seen.sum() >= 2:
                own[i, p] = np.polyfit(years[seen], values[i, p, seen], 1)[0]
    for p in (0, 1, 3):
        value, low, high, n = slopes[marker, PROTOCOLS[p]]
        known = own[~np.isnan(own[:, p]), p]
        half = stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
        check(n == len(known), f"{marker}, {PROTOCOLS[p]}: {n} slopes, {len(known)} expected")
        step = 1e-4 if marker == "edss" else 2e-3
        check(abs(value - known.mean()) < step and abs((high - low) / 2 - half) < step, f"{marker}: slope {value}, expected {known.mean()}")
    difference = (own[:, 3] - own[:, 0])[~np.isnan(own[:, 3] - own[:, 0])]
    value, low, high, n, unit = rows[marker, "graft", "slope"]
    check(n == len(difference) and abs(value - difference.mean()) < step, f"{marker}: difference {value}, expected {difference.mean()}")
    check(unit == ("EDSS/y" if marker == "edss" else "1/(uL y)"), f"unit {unit}")
check(("b", "graft", "slope") not in rows, "one reading has no slope")

# --- what is told ---------------------------------------------------------------------------------------------------------------------
said = subprocess.run([ENGRAFT, "compare", "ratios.h5"], capture_output=True, text=True, check=True).stdout
check("relapse, hazard ratio within 3 y" in said and "Ratios are those of the protocol to the reference" in said, "compare tells ratios")
lines = {line.split("  ")[0]: line for line in said.split("graft against ifn")[1].splitlines()}
check(lines["relapse, hazard ratio within 3 y"].endswith("better"), "fewer relapses are better")
check(lines["infections, rate ratio within 3 y"].endswith("worse"), "more infections are worse")
check(lines["nrm, hazard ratio within 3 y"].endswith("worse"), "an infinite ratio of deaths is worse")
check(lines["edss, slope within 3 y"].endswith("better"), "a lower slope of EDSS is better")
same = said.split("same against ifn")[1].split("against")[0]
check(all("not distinguishable" in line or "too few events" in line for line in same.splitlines() if "ratio" in line), "equal protocols have no verdict")
subprocess.run([ENGRAFT, "export", "ratios.h5", "--csv", "csv"], check=True)
csv = "".join(open(os.path.join("csv", name)).read() for name in os.listdir("csv"))
check(all(kind in csv for kind in ("hazard_ratio", "rate_ratio", "slope")), "the export has them")
report = subprocess.run([os.path.join(os.environ["SOURCE"], "analysis/report"), "ratios.h5", "-o", "ratios.html"], capture_output=True, text=True)
page = open("ratios.html").read() if report.returncode == 0 else report.stderr
check("relapse, hazard ratio within 3 y" in page and "edss, slope within 3 y" in page and "infections, rate ratio within 3 y" in page, "the report has them")

# --- without the key nothing of it is kept; mistakes ------------------------------------------------------------------------------------
plain = open(STUDY).read().replace("estimates: [hazard_ratio, rate_ratio, slope]\n", "")
open("plain.yaml", "w").write(plain)
subprocess.run([ENGRAFT, "run", "plain.yaml", "-o", "plain.h5", "--progress", "none"], check=True)
with h5py.File("plain.h5") as file:
    check("exit" not in file and "exits_by_day" not in file["outcomes/relapse"] and "rate_count" not in file["paired/relapses"], "only what is asked for")
    check((file["records/relapse"][:] == records["relapse"]).all(), "what is estimated changes no course")
for line, status, words in (
        ("estimates: [hazard_ratios]", 65, "unknown estimate 'hazard_ratios', did you mean 'hazard_ratio'?"),
        ("estimates: [slope]", 0, "note: no outcome of the study has a 'slope': it is of markers"),
        ("estimates: [rate_ratio]\nweight: lean", 65, "'rate_ratio' compares protocols: a lean study needs 'compare', such as {reference: a}")):
    with open("mistake.yaml", "w") as out:
        out.write("study: m\nseed: 1\nhorizon: 1 y\ncohort: {disease: ms, patients: 8}\nprotocols: {a: [], b: []}\noutcomes: [relapse, relapses]\n" + line + "\n")
    done = subprocess.run([ENGRAFT, "check", "mistake.yaml"], capture_output=True, text=True)
    check(done.returncode == status and f"mistake.yaml:7:13: {words}" in done.stderr, f"{line}: {done.stderr.strip()}")

finish()
