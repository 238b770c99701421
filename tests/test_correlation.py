#!/usr/bin/env python3
"""Dependence of parameters: rank correlations of a design are those that the study asks for, its points those that NumPy's
Cholesky factor and SciPy's normal law make of the independent ones, marginals stay what they were, and what is impossible is
refused with the nearest possible value, beyond which NumPy finds no positive definite matrix.
"""
import os
import re
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
    from scipy import stats
except ImportError as error:
    print(f"SKIPPED correlation: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
NAMES = ["atg.half_life", "atg.t_cell_kill_rate", "trigger.rate", "clone.fitness_after_conditioning"]
STUDY = """\
study: correlation
seed: 3
horizon: 30 d
cohort: {disease: ms, patients: 1}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
outcomes: [death]
parameters:
  atg.half_life: prior
  atg.t_cell_kill_rate: {uniform: [0.2, 0.5]}
  trigger.rate: {gamma: [9, 1]}
  clone.fitness_after_conditioning: prior
"""


def correlation(pairs):
    return "correlation:\n" + "".join(f"  - {{pair: [{NAMES[a]}, {NAMES[b]}], spearman: {r}}}\n" for a, b, r in pairs)


def unit(name, pairs, design="monte_carlo: {points: 4000}"):
    with open(name + ".yaml", "w") as out:
        out.write(STUDY + (correlation(pairs) if pairs else "") + f"design: {{{design}}}\n")
    subprocess.run([ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True)
    with h5py.File(name + ".h5") as file:
        return file["design/unit"][:], file["design/values"][:]


def matrix(pairs, n=4):
    m = np.eye(n)
    for a, b, r in pairs:
        m[a, b] = m[b, a] = 2 * np.sin(np.pi * r / 6)
    return m


def possible(pairs):
    return np.linalg.eigvalsh(matrix(pairs)).min() > 0


def points():
    pairs = [(0, 2, 0.7), (2, 3, -0.4), (0, 3, -0.6)]
    plain, _ = unit("plain", [])
    got, values = unit("dependent", pairs)
    places = [0, 2, 3]
    lower = np.linalg.cholesky(matrix(pairs)[np.ix_(places, places)])
    want = stats.norm.cdf(stats.norm.ppf(plain[:, places]) @ lower.T)
    check(np.abs(got[:, places] - want).max() < 1e-12, "points are NumPy's")
    check(np.array_equal(got[:, 1], plain[:, 1]) and np.array_equal(got[:, 0], plain[:, 0]), "what depends on nothing keeps its bits")
    for a, b, r in pairs:
        rho = stats.spearmanr(values[:, a], values[:, b]).statistic
        check(abs(rho - r) < 0.04, f"rank correlation of {a} and {b}: {rho} for {r}")
    for j in range(4):
        check(stats.kstest(got[:, j], "uniform").pvalue > 1e-4, f"coordinate {j} is uniform")
    for design in ["lhs: {points: 500}", "sobol: {points: 512}"]:
        got, _ = unit(design[:3], pairs, design)
        check(abs(stats.spearmanr(got[:, 0], got[:, 2]).statistic - 0.7) < 0.06, design)


def refused(pairs, said, design="lhs: {points: 8}"):
    with open("broken.yaml", "w") as out:
        out.write(STUDY + (pairs if isinstance(pairs, str) else correlation(pairs)) + f"design: {{{design}}}\n")
    done = subprocess.run([ENGRAFT, "check", "broken.yaml"], capture_output=True, text=True)
    found = re.search(said, done.stderr)
    check(done.returncode == 65 and found is not None, f"{said}: {done.stderr}")
    return found


def impossible():
    rng = np.random.default_rng(1)
    tried = 0
    while tried < 12:
        pairs = [(a, b, round(rng.uniform(-0.95, 0.95), 3)) for a in range(4) for b in range(a)]
        if possible(pairs):
            continue
        found = refused(pairs, r"broken.yaml:(\d+):\d+: these correlations contradict")
        text = subprocess.run([ENGRAFT, "check", "broken.yaml"], capture_output=True, text=True).stderr
        value = re.search(r":(\d+):\d+: .* can be (-?[0-9.]+) at the nearest", text)
        if found is not None and value is not None:
            k, r = int(value[1]) - 13, float(value[2])
            nearer = pairs[k][2] + 0.999 * (r - pairs[k][2]) - np.sign(r - pairs[k][2]) * 5e-4
            check(possible([*pairs[:k], (*pairs[k][:2], r), *pairs[k + 1:]]), f"{r} is possible for {pairs[k]} of {pairs}")
            check(not possible([*pairs[:k], (*pairs[k][:2], nearer), *pairs[k + 1:]]), f"{nearer} is not, for {pairs[k]}")
            tried += 1
        else:
            tried += found is None
            alone = [k for k in range(6) for r in np.linspace(-0.999, 0.999, 41) if possible([*pairs[:k], (*pairs[k][:2], r), *pairs[k + 1:]])]
            check(not alone, f"no pair alone mends {pairs}")
    refused([(0, 2, 1)], "spearman: must lie between -1 and 1, and be neither")
    refused([(0, 2, -1.5)], "'-1.5' is outside -1 to 1")
    refused([(0, 0, 0.5)], "'atg.half_life' cannot be correlated with itself")
    refused([(0, 2, 0.5), (2, 0, 0.5)], "broken.yaml:14:5: this pair has a correlation already")
    refused([(0, 2, 0.5)], "'grid' picks its points whatever depends on what", "grid: {levels: 2}")
    refused("correlation: [{pair: [atg.half_life, atg.halflife], spearman: 0.2}]\n", "did you mean 'atg.half_life'")
    refused("correlation: [{pair: [atg.half_life, graft.homing], spearman: 0.2}]\n", "graft.homing")
    refused("correlation: [{pair: [atg.half_life], spearman: 0.2}]\n", "a pair has two names, here are 1")
    refused("correlation: [{pair: [atg.half_life, trigger.rate]}]\n", "needs both 'pair' and 'spearman'")
    refused("correlation: {}\n", "expected a list such as")
    refused("correlation: []\n", "there is no pair")


COHORT = """\
study: patients
seed: 3
horizon: 30 d
cohort:
  disease: ms
  patients: 8000
  covariates: {{female: {{bernoulli: 0.6}}, hct_ci: {{poisson: 2}}}}
{correlation}
protocols: {{dmt: [{{at: 0 d, drug: dmt_standard}}]}}
outcomes: [death]
records: 8000
"""


def patients(name, correlation):
    with open(name + ".yaml", "w") as out:
        out.write(COHORT.format(correlation=correlation))
    start = os.environ["MPIEXEC"].split() + ["-n", "2"] if name == "two" else []
    subprocess.run(start + [ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True, capture_output=True)
    with h5py.File(name + ".h5") as file:
        return {c: file["records/" + c][:] for c in ["age", "duration", "weight", "female", "hct_ci", "edss", "severity", "centre"]}


def covariates():
    plain = patients("independent", "")
    pairs = [("age", "duration", 0.6), ("age", "hct_ci", 0.4), ("weight", "female", -0.5), ("duration", "hct_ci", 0.1)]
    text = "  correlation: [" + ", ".join(f"{{pair: [{a}, {b}], spearman: {r}}}" for a, b, r in pairs) + "]"
    got = patients("one", text)
    patients("two", text)
    check(subprocess.run([ENGRAFT, "diff", "one.h5", "two.h5"]).returncode == 0, "dependent patients are the same on two ranks")
    for name in ["edss", "severity", "centre", "age"]:
        check(np.array_equal(plain[name], got[name]), f"{name} keeps its bits: it depends on nothing before it")
    for name in ["duration", "weight"]:
        check(not np.array_equal(plain[name], got[name]), f"{name} depends on another")
    for name in ["duration", "weight", "age"]:
        check(stats.ks_2samp(plain[name], got[name]).pvalue > 1e-4, f"the law of {name} is what it was")
    for name in ["female", "hct_ci"]:
        check(abs(plain[name].mean() - got[name].mean()) < 5 * plain[name].std() * np.sqrt(2 / 8000), f"the mean of {name} is what it was")
    for a, b, r in pairs:
        rho = stats.spearmanr(got[a], got[b]).statistic
        few = 0.45 if "female" in (a, b) else 0.95  # ties: a share of two values cannot have all of it
        check(np.sign(rho) == np.sign(r) and few * abs(r) < abs(rho) + 0.04 and abs(rho) < abs(r) + 0.04, f"{a} and {b}: {rho} for {r}")
    for line, said in [("[{pair: [age, agee], spearman: 0.1}]", "did you mean 'age'"), ("[{pair: [age, age], spearman: 0.1}]", "with itself"),
                       ("[{pair: [age, duration], spearman: 0.9}, {pair: [age, weight], spearman: 0.9}, {pair: [weight, duration], spearman: 0}]",
                        "these correlations contradict one another")]:
        with open("broken.yaml", "w") as out:
            out.write(COHORT.format(correlation="  correlation: " + line))
        done = subprocess.run([ENGRAFT, "check", "broken.yaml"], capture_output=True, text=True)
        check(done.returncode == 65 and said in done.stderr and done.stderr.startswith("broken.yaml:8:"), f"{said}: {done.stderr}")


os.chdir(os.environ["TMPDIR"])
points()
impossible()
covariates()
finish()
