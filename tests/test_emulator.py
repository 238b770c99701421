#!/usr/bin/env python3
"""The helpers of analysis/: a result in one line as xarray and pandas, equal to the file; an emulator whose indices are those of Ishigami's function, whose errors
are what points that it never saw show, and which says how well it does with noise; what the report says of influence.
"""
import os
import subprocess
import sys

from testlib import check, finish

sys.dont_write_bytecode = True
try:
    import h5py
    import numpy as np
    import pandas  # noqa: F401
    import xarray  # noqa: F401
except ImportError as error:
    print(f"SKIPPED emulator: {error}")
    sys.exit(77)

sys.path.insert(0, os.path.join(os.environ["SOURCE"], "analysis"))
import emulator
import opened

STUDY = """\
study: emulated
seed: 11
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmf}]
  none: []
parameters: {trigger.rate: prior, trigger.activation: prior, atg.half_life: prior}
design: {lhs: {points: 150}}
outcomes: [relapse, rfs, arr, {edss: {at: [180 d, 1 y]}}]
records: 64
batches: {outcomes: [relapse]}
"""


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1])**2 + 0.1 * x[:, 2]**4 * np.sin(x[:, 0])


def check_ishigami():
    rng = np.random.default_rng(3)
    u, fresh = rng.random((400, 3)), rng.random((2000, 3))
    y = ishigami(u)
    first, total = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
    fit = emulator.Fit(u, y)
    check(fit.explained > 0.97, f"without noise: {fit.explained}")
    check(np.allclose(fit.first, first, atol=0.03) and np.allclose(fit.total, total, atol=0.03), f"{fit.first} {fit.total}")
    value, error = fit.at_unit(fresh)
    off = value - ishigami(fresh)
    check(0.5 < np.sqrt(np.mean(off**2)) / fit.error < 1.5, f"left out {fit.error}, never seen {np.sqrt(np.mean(off**2))}")
    inside = np.mean(np.abs(off) < 2 * error)
    check(inside > 0.9, f"within two standard errors: {inside}")
    noise = np.var(y)
    noisy = emulator.Fit(u, y + np.sqrt(noise) * rng.standard_normal(400), np.full(400, noise))
    off = noisy.at_unit(fresh)[0] - ishigami(fresh)
    true = 1 - np.mean(off**2) / np.var(y)
    check(abs(noisy.explained - true) < 0.15 and noisy.explained < 0.98, f"with noise it says {noisy.explained}, and is {true}")
    check(np.allclose(noisy.first, first, atol=0.15), f"with noise {noisy.first}")


def check_linear():
    """A line with noise of known variance: error of a prediction by hand."""
    rng = np.random.default_rng(4)
    u = rng.random((200, 2))
    fit = emulator.Fit(u, 3 * u[:, 0] + 0.5 * rng.standard_normal(200), np.full(200, 0.25))
    check(fit.first[0] > 0.9, f"{fit.first}")
    centre, error = fit.at_unit([[0.5, 0.5]])
    check(abs(centre[0] - 1.5) < 4 * error[0] and error[0] < 0.25, f"{centre} {error}")


def check_result():
    with open("study.yaml", "w") as out:
        out.write(STUDY)
    done = subprocess.run([os.environ["ENGRAFT"], "run", "study.yaml", "-o", "r.h5", "--progress", "none"], capture_output=True, text=True)
    check(done.returncode == 0, done.stderr)
    data, table, courses = opened.dataset("r.h5"), opened.points("r.h5", "relapse"), opened.records("r.h5")
    with h5py.File("r.h5") as file:
        count, n = file["outcomes/relapse/event_count"][()], file["outcomes/relapse/n"][()]
        check((data["outcomes_relapse_event_count"].values == count).all(), "counts")
        check(data["outcomes_relapse_event_count"].dims == ("point", "protocol", "landmark"), "axes")
        check(list(data["protocol"].values) == ["dmt", "none"], "names of protocols")
        check(data["parts_batches_outcomes_relapse_n"].sum("batches").equals(data["outcomes_relapse_n"].astype(int)) or
              (data["parts_batches_outcomes_relapse_n"].values.sum(axis=2) == n).all(), "parts")
        share = count[:, 0, -1] / n[:, 0]
        check(np.allclose(table[table.protocol == "dmt"]["mean"], share), "responses are shares")
        free = opened.points("r.h5", "rfs")
        deaths = file["outcomes/rfs/event_count"][()][:, 1, -1] / n[:, 1]
        check(np.allclose(free[free.protocol == "none"]["mean"], 1 - deaths), "being free of the event")
        edss = file["records/edss_d365.25"][()][:, 0]
    check(len(courses) == 128 and np.allclose(courses[courses.protocol == "dmt"]["edss_d365.25"], edss, equal_nan=True), "records")
    shown = opened.estimates("r.h5")
    row = shown[(shown.outcome == "relapse") & (shown.protocol == "dmt") & (shown.kind == "probability") & (abs(shown["at"] - 365.25) < 1e-6)]
    check(len(row) == 1 and abs(row.value.iloc[0] - count[:, 0, -1].sum() / n[:, 0].sum()) < 1e-12, "what show prints")
    check(len(opened.contrasts("r.h5")) > 0, "contrasts")
    e = emulator.of_result("r.h5", "arr", "none")
    check(e.names[int(np.argmax(e.mean.total))] == "trigger.rate" and e.mean.explained > 0.7, f"{e.mean.total} {e.mean.explained}")
    low, high = (e.mean.predict({"trigger.rate": value})[0] for value in np.quantile(e.values[:, 0], [0.2, 0.8]))
    check(high > low, "more triggers, more relapses")
    check(e.spread.points == 150, "of variances too")
    script = os.path.join(os.environ["SOURCE"], "analysis", "emulator.py")
    done = subprocess.run([sys.executable, script, "r.h5", "arr", "none", "trigger.rate=8"], capture_output=True, text=True)
    check(done.returncode == 0 and "standard error" in done.stdout and "by ranks" in done.stdout, done.stdout + done.stderr)
    done = subprocess.run([sys.executable, script, "r.h5", "arr", "none", "trigger.rate=900"], capture_output=True, text=True)
    check(done.returncode == 66 and "the points of the design reach" in done.stderr, done.stderr)


def check_report():
    """Indices of the report are those of engraft sensitivity; it has a figure of each kind."""
    import csv
    import influence
    import result

    text = STUDY.replace("lhs: {points: 150}", "saltelli: {base: 128}")
    with open("saltelli.yaml", "w") as out:
        out.write(text)
    subprocess.run([os.environ["ENGRAFT"], "run", "saltelli.yaml", "-o", "s.h5", "--progress", "none"], check=True, capture_output=True)
    compared = 0
    for path in ("r.h5", "s.h5"):
        subprocess.run([os.environ["ENGRAFT"], "sensitivity", path, "--csv", path + ".csv"], check=True, capture_output=True)
        with open(path + ".csv") as file:
            want = {(r["outcome"], r["protocol"], r["parameter"], r["index"]): r for r in csv.DictReader(file) if r["estimator"] in ("rank", "janon_monod")}
        with result.Result(path) as opened_result:
            y, v = influence.shares(opened_result, "relapse", "none")
            for name, first, bounds, total, _ in influence.indices(opened_result, y[:, -1], v[:, -1]):
                row = want["relapse at 1 y", "none", name, "first"]
                check(abs(float(row["value"]) - first) < 1e-10, f"{path} {name}: {first} for {row['value']}")
                width = (float(row["high"]) - float(row["low"])) / (bounds[1] - bounds[0])
                check(0.6 < width < 1.6, f"{path} {name}: an interval {width} times as wide")
                if path == "s.h5":
                    check(abs(float(want["relapse at 1 y", "none", name, "total"]["value"]) - total) < 1e-10, f"total of {name}")
                compared += 1
    check(compared == 6, f"{compared} parameters")
    done = subprocess.run([sys.executable, os.path.join(os.environ["SOURCE"], "analysis", "report"), "r.h5", "-o", "r.html"], capture_output=True, text=True)
    check(done.returncode == 0 and done.stderr == "", done.stderr)
    with open("r.html") as file:
        page = file.read()
    for title in ("What it depends on (relapse at 1 y, dmt)", "What it depends on over time", "Along each parameter", "Points with the lowest and the highest relapse"):
        check(title in page, title)


os.chdir(os.environ["TMPDIR"])
check_ishigami()
check_linear()
check_result()
check_report()
finish()
