#!/usr/bin/env python3
"""Indices over the days of a trajectory: those of engraft sensitivity against NumPy from the sums of points, to 1e-10; those of the report against an autoregression of first order, whose
indices are known on every day, without noise and with; what is refused."""
import csv
import os
import re
import subprocess
import sys

from testlib import check, finish

SOURCE = os.environ["SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "analysis"))
try:
    import h5py
    import numpy as np
    import influence
except ImportError as error:
    print(f"SKIPPED indices over time: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
os.chdir(os.environ["TMPDIR"])
NAMES = ["trigger.rate", "effector.growth_rate", "effector.death_rate"]


def engraft(*arguments):
    return subprocess.run([ENGRAFT, *arguments], capture_output=True, text=True)


def result(name, design, points="true"):
    with open(name + ".yaml", "w") as out:
        out.write(f"""study: days
seed: 5
horizon: 1 y
cohort: {{disease: ms, patients: 16, across_points: independent}}
protocols: {{dmt: [{{at: 0 d, drug: dmf}}], nothing: []}}
outcomes: [relapse]
trajectories: {{markers: [edss, anc], every: 60 d, points: {points}}}
records: 0
parameters: {{{', '.join(name + ': prior' for name in NAMES)}}}
design: {{{design}}}
""")
    done = engraft("run", name + ".yaml", "-o", name + ".h5", "--progress", "none")
    check(done.returncode == 0, f"{name} runs: {done.stderr}")
    return name + ".h5"


def rows(path, *options):
    done = engraft("sensitivity", path, "--csv", path + ".csv", *options)
    check(done.returncode == 0, f"sensitivity: {done.stderr}")
    with open(path + ".csv") as file:
        return list(csv.DictReader(file)), done.stdout


def compare(path, each, index):
    """Every day, protocol and parameter."""
    table, text = rows(path, "--trajectory", "edss")
    with h5py.File(path) as file:
        days, g = file["/day"][:], file["/trajectories/edss"]
        n, total, low, high = (g[f"point_{k}"][:].astype(float) for k in ("n", "sum", "sum_sq_low", "sum_sq_high"))
        long_name = g["point_sum"].attrs["long_name"]
        step = float(re.search(r"\) / ([0-9.e+-]+)", long_name.decode() if isinstance(long_name, bytes) else str(long_name)).group(1))
        values = file["/design/values"][:]
    y, v = step * total / n, step**2 * (low + 2.0**22 * high - total**2 / n) / (n - 1) / n
    seen = 0
    for p, name in enumerate(("dmt", "nothing")):
        for j, parameter in enumerate(NAMES):
            mine = [float(r["value"] or "nan") for r in table if r["protocol"] == name and r["parameter"] == parameter and (r["index"], r["estimator"]) == index]
            check(len(mine) == len(days), f"an index for each day: {len(mine)}")
            for k, got in enumerate(mine):
                want = each(y[:, p, k], v[:, p, k], values, j)
                seen += np.isfinite(want)
                check(abs(got - want) <= 1e-10 * max(1, abs(want)) or (np.isnan(got) and not np.isfinite(want)), f"{name} {parameter} on day {days[k]}: {got} for {want}")
    check(seen > 10 and "edss at 60 d" in text, "there are some")


def by_rank(y, v, values, j):
    z = y[np.argsort(values[:, j], kind="stable")]
    return ((z * np.roll(z, -1)).mean() - z.mean()**2) / (z.var() - v.mean())


def janon_monod(y, v, values, j):
    y, v = y.reshape(64, -1), v.reshape(64, -1)
    b, e = y[:, -1], y[:, 1 + j]
    m = ((b + e) / 2).mean()
    return ((b * e).mean() - m**2) / (((b**2 + e**2) / 2).mean() - m**2 - ((v[:, -1] + v[:, 1 + j]) / 2).mean())


compare(result("lhs", "lhs: {points: 100}"), by_rank, ("first", "rank"))
compare(result("saltelli", "saltelli: {base: 64}"), janon_monod, ("first", "janon_monod"))
result("pooled", "lhs: {points: 12}", "false")
for path, said, *options in (("pooled.h5", "points: true", "--trajectory", "edss"), ("lhs.h5", "has no trajectory of 'weight'", "--trajectory", "weight"),
                             ("lhs.h5", "one of them at a time", "--trajectory", "edss", "--outcome", "relapse"),
                             ("lhs.h5", "leave --difference", "--trajectory", "edss", "--difference")):
    done = engraft("sensitivity", path, *options)
    check(done.returncode == 64 and said in done.stderr, f"{said}: {done.stderr}")


class Autoregression:
    """What influence.py asks of a result: points whose state moves from x0 to x1, y(t + 1) = a y(t) + (1 - a) x1."""
    points, a, days = 4000, 0.8, 12

    def __init__(self, noise):
        rng = np.random.default_rng(3)
        self.x = rng.normal(size=(self.points, 2))
        y = [self.x[:, 0]]
        for _ in range(self.days - 1):
            y.append(self.a * y[-1] + (1 - self.a) * self.x[:, 1])
        self.v = np.full((self.points, self.days), noise**2)
        self.y = np.array(y).T + noise * rng.normal(size=self.v.shape)

    def text(self, name, default=""):
        return {"/design/kind": "monte_carlo", "/design/across_points": "independent"}.get(name, default)

    def texts(self, name):
        return ["start", "end"] if name == "/parameter" else []

    def has(self, name):
        return name == "/design/values"

    def array(self, name):
        return self.x


for noise, within in ((0, 0.05), (0.5, 0.12)):
    process = Autoregression(noise)
    for t in range(process.days):
        start, end = process.a ** (2 * t), (1 - process.a**t) ** 2
        found = {row[0]: row[1] for row in influence.indices(process, process.y[:, t], process.v[:, t])}
        for name, share in (("start", start), ("end", end)):
            check(abs(found[name] - share / (start + end)) < within, f"noise {noise}, day {t}, {name}: {found[name]:.3f} for {share / (start + end):.3f}")
page = subprocess.run([sys.executable, os.path.join(SOURCE, "analysis/report"), "saltelli.h5", "-o", "saltelli.html"], capture_output=True, text=True)
check(page.returncode != 0 and "matplotlib" in page.stderr or "What edss depends on over time" in open("saltelli.html").read(), f"the report has bands: {page.stderr}")
finish()
