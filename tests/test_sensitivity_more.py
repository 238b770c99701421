#!/usr/bin/env python3
"""The other looks of engraft sensitivity against NumPy, from the counts in the file, to 1e-10: indices of whole distributions (saltelli and by
ranks), regional distances, Shapley effects; convergence is what a shorter design says; and what is refused.
"""
import csv
import itertools
import math
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED looks of sensitivity: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = """\
study: looks
seed: 5
horizon: 1 y
cohort: {{disease: ms, patients: 16, across_points: independent}}
protocols:
  dmt: [{{at: 0 d, drug: dmf}}]
outcomes: [relapse, os, arr, {{edss: {{at: [180 d, 1 y], histogram: 12}}}}]
records: 0
parameters: {{trigger.rate: prior, clone.fitness_after_conditioning: prior, trigger.activation: prior}}
{more}
design: {{{design}}}
"""
NAMES = ["trigger.rate", "clone.fitness_after_conditioning", "trigger.activation"]


def engraft(*args):
    return subprocess.run([ENGRAFT, *args], capture_output=True, text=True)


def result(name, design, more=""):
    with open(name + ".yaml", "w") as out:
        out.write(STUDY.format(design=design, more=more))
    done = engraft("run", name + ".yaml", "-o", name + ".h5", "--progress", "none")
    check(done.returncode == 0, f"{name} runs: {done.stderr}")
    return name + ".h5"


def rows(path, *options):
    if os.path.exists("out.csv"):
        os.remove("out.csv")
    done = engraft("sensitivity", path, "--csv", "out.csv", *options)
    check(done.returncode == 0, f"sensitivity {options}: {done.stderr}")
    with open("out.csv") as file:
        return {(r["outcome"], r["parameter"], r["index"], r["estimator"]): r for r in csv.DictReader(file)}, done.stdout


def same(row, column, want, what):
    got = float(row[column]) if row[column] else np.nan
    check(abs(got - want) <= 1e-10 * max(1, abs(want)), f"{what}: {got} for {want}")


def functions(path):
    """Distribution functions of points at thresholds with their noise: {outcome: (shares, noise, weights)}."""
    out = {}
    with h5py.File(path) as file:
        def put(name, count, n):
            share = count / n
            whole = np.maximum.accumulate(np.r_[0, share.mean(axis=0)])
            out[name] = share, share * (1 - share) / (n - 1), np.diff(whole)
        g = file["outcomes/relapse"]
        put("relapse", g["event_count"][:, 0, :].astype(float), g["n"][:, 0].astype(float)[:, None])
        bins = file["outcomes/edss/point_histogram"][:, 0, -1, :].astype(float)
        put("edss", np.cumsum(bins, axis=1)[:, :-1], bins.sum(axis=1)[:, None])
        return out, file["design/values"][:]


def check_distribution_sobol():
    path = result("saltelli", "saltelli: {base: 64}")
    table, text = rows(path, "--look", "distribution")
    shares, _ = functions(path)
    for outcome, (y, v, w) in shares.items():
        y, v = y.reshape(64, 5, -1), v.reshape(64, 5, -1)
        a, b = y[:, 0], y[:, -1]
        for g, name in enumerate(NAMES):
            e = y[:, 1 + g]
            m, q = ((b + e) / 2).mean(axis=0), ((a + e) / 2).mean(axis=0)
            for k, column in enumerate(["with_noise", "value"]):
                var_b = ((b**2 + e**2) / 2).mean(axis=0) - m**2 - k * ((v[:, -1] + v[:, 1 + g]) / 2).mean(axis=0)
                var_a = ((a**2 + e**2) / 2).mean(axis=0) - q**2 - k * ((v[:, 0] + v[:, 1 + g]) / 2).mean(axis=0)
                same(table[outcome, name, "first", "distribution"], column, w @ ((b * e).mean(axis=0) - m**2) / (w @ var_b), f"{outcome} {name} first")
                same(table[outcome, name, "total", "distribution"], column, 1 - w @ ((a * e).mean(axis=0) - q**2) / (w @ var_a), f"{outcome} {name} total")
    check("Cramer-von Mises" in text and "arr" not in text, "numbers without a histogram are left out")
    check(engraft("sensitivity", path, "--look", "distribution", "--outcome", "arr").returncode == 64, "and named where they are asked for")


def check_convergence():
    text = engraft("sensitivity", "saltelli.h5", "--convergence", "--outcome", "arr").stdout
    quarter, _ = rows(result("quarter", "saltelli: {base: 16}"), "--outcome", "arr")
    block = text.split("convergence of the total index")[-1]
    for name in NAMES:
        line = [x for x in block.splitlines() if x.startswith(name)][0].split()
        want = float(quarter["arr", name, "total", "janon_monod"]["value"])
        check(abs(float(line[1]) - want) <= 5e-4 * max(1, abs(want)), f"{name} from a quarter: {line[1]} for {want}")
        check(float(line[1]) != float(line[3]), "fewer rows say something else")


def check_other_convergence(design, quarter, index, estimator, words):
    """What a design says from a quarter of its trajectories or points is what the design of that size says."""
    text = engraft("sensitivity", result("whole", design), "--convergence", "--outcome", "arr").stdout
    few, _ = rows(result("few", quarter), "--outcome", "arr")
    block = text.split(f"convergence of the {words}")[-1]
    check(words in text, f"{design}: {text}")
    for name in NAMES:
        line = [x for x in block.splitlines() if x.startswith(name)][0].split()
        want = float(few["arr", name, index, estimator]["value"])
        check(abs(float(line[1]) - want) <= 5e-4 * max(1, abs(want)), f"{name} from a quarter of {design}: {line[1]} for {want}")
        check(line[1] != line[3], "more say something else")
    os.remove("whole.h5")
    os.remove("few.h5")


def permutations_agree(p, x, a, b, distance):
    """The share of random orders is that of other random orders, within five standard errors."""
    rng = np.random.default_rng(1)
    order = np.argsort(x, kind="stable")
    larger = 0
    for _ in range(400):
        deal = rng.permutation(len(x))
        larger += np.abs(np.cumsum(a[deal][order]) / a.sum() - np.cumsum(b[deal][order]) / b.sum()).max() >= distance
    q = (larger + 1) / 401
    return abs(p - q) <= 5 * math.sqrt(2 * max(q * (1 - q), 1 / 401) / 400)


def check_random():
    path = result("lhs", "lhs: {points: 120}", "correlation: [{pair: [trigger.rate, trigger.activation], spearman: 0.6}]")
    shares, values = functions(path)
    table, _ = rows(path, "--look", "distribution")
    for outcome, (y, v, w) in shares.items():
        for g, name in enumerate(NAMES):
            z = y[np.argsort(values[:, g], kind="stable")]
            explained = (z * np.roll(z, -1, axis=0)).mean(axis=0) - z.mean(axis=0)**2
            same(table[outcome, name, "first", "distribution"], "value", w @ explained / (w @ (z.var(axis=0) - v.mean(axis=0))), f"ranks {outcome} {name}")
    # regional
    table, text = rows(path, "--look", "regional")
    event = shares["relapse"][0][:, -1]
    with h5py.File(path) as file:
        arr = (file["outcomes/arr/sum"][:] / file["outcomes/arr/n"][:])[:, 0].ravel()
    above = (arr >= np.sort(arr)[len(arr) // 2]).astype(float)
    for outcome, a, b in [("relapse at 1 y", event, 1 - event), ("arr", above, 1 - above)]:
        for g, name in enumerate(NAMES):
            order = np.argsort(values[:, g], kind="stable")
            want = np.abs(np.cumsum(a[order]) / a.sum() - np.cumsum(b[order]) / b.sum()).max()
            row = table[outcome, name, "distance", "regional"]
            same(row, "value", want, f"{outcome} {name} distance")
            check(permutations_agree(float(row["with_noise"]), values[:, g], a, b, want - 1e-12), f"{outcome} {name} p {row['with_noise']}")
    check(table["relapse at 1 y", "trigger.rate", "distance", "regional"]["verdict"] == "differs", text)
    # Shapley effects: every set of the three, neighbours in ranks
    table, _ = rows(path, "--look", "shapley")
    y, v = shares["relapse"][0][:, -1], shares["relapse"][1][:, -1]
    rank = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0)
    explained = {}
    for size in range(4):
        for members in itertools.combinations(range(3), size):
            if size == 0:
                explained[members] = 0
            elif size == 3:
                explained[members] = y.var(ddof=1) - v.mean()
            else:
                d = ((rank[:, None, members] - rank[None, :, members])**2).sum(axis=2)
                np.fill_diagonal(d, -1)
                near = np.argsort(d, axis=1, kind="stable")[:, :3]
                explained[members] = y.var(ddof=1) - y[near].var(axis=1, ddof=1).mean()
    for g, name in enumerate(NAMES):
        effect = 0
        for members in explained:
            if g not in members:
                more = tuple(sorted(members + (g,)))
                effect += (explained[more] - explained[members]) / explained[0, 1, 2] / 3 / math.comb(2, len(members))
        same(table["relapse at 1 y", name, "shapley", "neighbours"], "value", effect, f"Shapley {name}")
    total = sum(float(table["relapse at 1 y", name, "shapley", "neighbours"]["value"]) for name in NAMES)
    check(abs(total - 1) < 1e-12, f"effects add up to 1: {total}")


def refused(path, said, *options):
    done = engraft("sensitivity", path, *options)
    check(done.returncode == 64 and said in done.stderr, f"{said}: {done.stdout}{done.stderr}")


os.chdir(os.environ["TMPDIR"])
check_distribution_sobol()
check_convergence()
check_other_convergence("morris: {trajectories: 32}", "morris: {trajectories: 8}", "mu_star", "morris", "mean size of effects")
check_other_convergence("monte_carlo: {points: 160}", "monte_carlo: {points: 40}", "first", "rank", "first-order index")
check_random()
refused("saltelli.h5", "needs independent ones", "--look", "shapley")
refused("saltelli.h5", "no --difference", "--look", "distribution", "--difference")
refused("lhs.h5", "--look", "--look", "shap")
refused("lhs.h5", "not of another --look", "--look", "regional", "--convergence")
finish()
