#!/usr/bin/env python3
"""engraft sensitivity against formulas written anew in NumPy from the counts and sums in the file: SALib's for saltelli (its
standardised outputs included), those of the papers for the others, with and without the noise of patients, to 1e-10; Morris
effects; rank-based indices; and what is refused.
"""
import csv
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED sensitivity: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = """\
study: sensitivity
seed: 3
horizon: 1 y
cohort: {{disease: ms, patients: {patients}, across_points: {across}}}
protocols:
  dmt: [{{at: 0 d, drug: dmf}}]
  none: []
outcomes: [relapse, rfs, {{edss: {{at: [180 d, 1 y]}}}}]
records: 0
parameters: {{trigger.rate: prior, clone.fitness_after_conditioning: prior, atg.half_life: prior, trigger.activation: prior}}
design: {{{design}}}
"""
NAMES = ["trigger.rate", "clone.fitness_after_conditioning", "atg.half_life", "trigger.activation"]


def engraft(*args):
    return subprocess.run([ENGRAFT, *args], capture_output=True, text=True)


def result(name, design, across="independent", patients=16):
    with open(name + ".yaml", "w") as out:
        out.write(STUDY.format(design=design, across=across, patients=patients))
    done = engraft("run", name + ".yaml", "-o", name + ".h5", "--progress", "none")
    check(done.returncode == 0, f"{name} runs: {done.stderr}")
    return name + ".h5"


def rows(path, *options):
    if os.path.exists("out.csv"):
        os.remove("out.csv")
    done = engraft("sensitivity", path, "--csv", "out.csv", *options)
    check(done.returncode == 0, f"sensitivity {options}: {done.stderr}")
    with open("out.csv") as file:
        table = {(r["outcome"], r["protocol"], r["parameter"], r["index"], r["estimator"]): r for r in csv.DictReader(file)}
    return table, done.stdout


def responses(path, difference=False):
    """Means and variances of means of every outcome: {(label, protocol): (mean, noise)}."""
    out = {}
    with h5py.File(path) as file:
        protocols = [p.decode() for p in file["protocol"][:]]
        for outcome, free in [("relapse", False), ("rfs", True)]:
            g = file[("paired/" if difference else "outcomes/") + outcome]
            n = g["n"][:][:, :, None].astype(float)
            if difference:
                gains, losses = g["gains"][:] / n, g["losses"][:] / n
                mean = gains - losses if free else losses - gains
                variance = (gains + losses - mean**2) / (n - 1)
            else:
                p = g["event_count"][:] / n
                mean, variance = (1 - p if free else p), p * (1 - p) / (n - 1)
            for k, day in enumerate(file["landmark"][:]):
                for j, protocol in enumerate(protocols):
                    out[outcome, day, protocol] = mean[:, j, k], variance[:, j, k]
        g = file[("paired/" if difference else "outcomes/") + "edss"]
        n, total = g["n"][:].astype(float), g["sum"][:].astype(float)
        squares = g["sum_sq_low"][:] + 2.0**22 * g["sum_sq_high"][:]
        for k, day in enumerate([180.0, 365.25]):
            for j, protocol in enumerate(protocols):
                mean, variance = total[:, j, k] / n[:, j, k], (squares[:, j, k] - total[:, j, k]**2 / n[:, j, k]) / (n[:, j, k] - 1) / n[:, j, k]
                out["edss", day, protocol] = mean, variance  # in steps: indices are the same
    return out


def estimators(y, v, groups, second):
    each = (2 if second else 1) * groups + 2
    scale = y.std()
    y, v = ((y - y.mean()) / scale).reshape(-1, each), (v / scale**2).reshape(-1, each)
    a, b, va, vb = y[:, 0], y[:, -1], v[:, 0].mean(), v[:, -1].mean()
    n, out = len(a), {}
    for g in range(groups):
        e, ve = y[:, 1 + g], v[:, 1 + g].mean()
        for name in ["with", "without"]:
            k = 0 if name == "with" else 1
            var = np.var(np.r_[a, b]) - k * (va + vb) / 2
            put = lambda est, first, total: out.update({(est, g, name): (first, total)})
            put("saltelli", np.mean(b * (e - a)) / var, (0.5 * np.mean((a - e)**2) - k * (va + ve) / 2) / var)
            var = np.var(a, ddof=1) - k * va
            put("jansen", 1 - (np.sum((b - e)**2) - k * n * (vb + ve)) / (2 * n - 1) / var, (np.sum((a - e)**2) - k * n * (va + ve)) / (2 * n - 1) / var)
            m, q = np.mean((b + e) / 2), np.mean((a + e) / 2)
            put("janon_monod", (np.mean(b * e) - m**2) / (np.mean((b**2 + e**2) / 2) - m**2 - k * (vb + ve) / 2),
                1 - (np.mean(a * e) - q**2) / (np.mean((a**2 + e**2) / 2) - q**2 - k * (va + ve) / 2))
            cov = lambda x, z: np.mean(x * z) - np.mean(x) * np.mean(z)
            with np.errstate(invalid="ignore", divide="ignore"):
                put("martinez", cov(b, e) / np.sqrt((np.var(b) - k * vb) * (np.var(e) - k * ve)), 1 - cov(a, e) / np.sqrt((np.var(a) - k * va) * (np.var(e) - k * ve)))
    return out, y


def same(row, column, want):
    got = float(row[column]) if row[column] else np.nan
    return abs(got - want) <= 1e-10 * max(1, abs(want)) or (np.isnan(got) and not np.isfinite(want))


def sobol(path, second, difference, groups):
    options = ["--difference"] if difference else []
    table, text = rows(path, *options)
    count = 0
    for (outcome, day, protocol), series in responses(path, difference).items():
        label = f"{outcome} at 1 y"
        if day < 365 or (label, protocol, groups[0], "first", "jansen") not in table:
            continue
        y, v = series[0], series[1]
        want, standard = estimators(y, v, len(groups), second)
        for (estimator, g, name), (first, total) in want.items():
            column = "with_noise" if name == "with" else "value"
            for index, value in [("first", first), ("total", total)]:
                row = table[label, protocol, groups[g], index, estimator]
                check(same(row, column, value), f"{label} {protocol} {groups[g]} {index} {estimator} {column}: {row[column]} for {value}")
                count += 1
        if second:
            a, b, n = standard[:, 0], standard[:, -1], len(groups)
            var = np.var(np.r_[a, b])
            for j in range(n):
                for k in range(j + 1, n):
                    value = (np.mean(standard[:, 1 + n + j] * standard[:, 1 + k] - a * b) - np.mean(b * (standard[:, 1 + j] - a)) -
                             np.mean(b * (standard[:, 1 + k] - a))) / var
                    row = table.get((label, protocol, f"{groups[j]} x {groups[k]}", "second", "saltelli"))
                    if row is not None:
                        check(same(row, "with_noise", value), f"second order of {groups[j]} and {groups[k]}")
    check(count >= 32, f"{count} indices compared")
    return text


def check_sobol():
    path = result("saltelli", "saltelli: {base: 64, second_order: true}")
    text = sobol(path, True, False, NAMES)
    check("resolved" in text and "noise of finite patients" in text, text)
    sobol(path, True, True, NAMES)
    table, text = rows(result("rare", "saltelli: {base: 16}", patients=2))
    check("no effect of parameters can be told from noise" in text, text)
    for part in text.split("\n\n"):
        label, protocol = part.split(": mean")[0].split(", ") if ": mean" in part else ("", "")
        if "no effect of parameters" in part:
            check({r["verdict"] for k, r in table.items() if k[:2] == (label, protocol)} == {"not resolved"}, f"{label} {protocol}: no verdict from noise")
    group = "saltelli: {base: 64, groups: {clone: [clone.fitness_after_conditioning, atg.half_life]}}"
    sobol(result("groups", group), False, False, [NAMES[0], "clone", NAMES[3]])
    one = engraft("sensitivity", path, "--outcome", "relapse", "--protocol", "d*", "--estimator", "martinez")
    check(one.returncode == 0 and one.stdout.count("relapse at") == 8 and "none:" not in one.stdout and "martinez" in one.stdout, one.stdout)


def check_morris():
    for across in ["common", "independent"]:
        path = result("morris_" + across, "morris: {trajectories: 12}", across)
        table, text = rows(path)
        with h5py.File(path) as file:
            unit, moved = file["design/unit"][:], file["design/moved"][:]
        for (outcome, day, protocol), series in responses(path).items():
            if day < 365 or outcome == "edss":
                continue
            y, v = series[0], series[1]
            for g, name in enumerate(NAMES):
                at = np.flatnonzero(moved == g)
                step = unit[at, g] - unit[at - 1, g]
                effect, noise = (y[at] - y[at - 1]) / step, np.mean((v[at] + v[at - 1]) / step**2)
                spread = np.var(effect, ddof=1)
                want = {"mu": effect.mean(), "mu_star": np.abs(effect).mean(), "sigma": np.sqrt(max(0, spread - (noise if across == "independent" else 0)))}
                for index, value in want.items():
                    row = table[f"{outcome} at 1 y", protocol, name, index, "morris"]
                    check(same(row, "value", value), f"{across} {outcome} {name} {index}: {row['value']} for {value}")
        check(("hold for them" in text) == (across == "common"), "what the interval holds is said")
        if across == "common":
            quiet = table["relapse at 1 y", "dmt", "atg.half_life", "mu_star", "morris"]
            check(quiet["verdict"] == "no effect" and float(quiet["value"]) == 0, "what acts on nothing has no effect in the same patients")


def check_ranks():
    path = result("ranks", "lhs: {points: 200}", patients=64)
    table, text = rows(path)
    with h5py.File(path) as file:
        values = file["design/values"][:]
    y, v = next(s[:2] for (o, d, p), s in responses(path).items() if o == "relapse" and d > 365 and p == "dmt")
    for g, name in enumerate(NAMES):
        z = y[np.argsort(values[:, g], kind="stable")]
        want = (np.mean(z * np.roll(z, -1)) - z.mean()**2) / (np.var(z) - v.mean())
        row = table["relapse at 1 y", "dmt", name, "first", "rank"]
        check(same(row, "value", want), f"rank index of {name}: {row['value']} for {want}")
    check(table["relapse at 1 y", "dmt", "trigger.rate", "first", "rank"]["verdict"] == "resolved", text)


def refused(path, said, *options):
    done = engraft("sensitivity", path, *options)
    check(done.returncode == 64 and said in done.stderr, f"{said}: {done.stdout}{done.stderr}")


def check_refused():
    refused(result("common", "saltelli: {base: 8}", "common"), "'across_points: independent' in 'cohort'")
    refused(result("grid", "grid: {levels: 2}"), "indices need a random design")
    refused("morris_common.h5", "did you mean 'relapse'", "--outcome", "relapsee")
    refused("morris_common.h5", "--estimator", "--estimator", "sobol")


os.chdir(os.environ["TMPDIR"])
check_sobol()
check_morris()
check_ranks()
check_refused()
finish()
