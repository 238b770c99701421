#!/usr/bin/env python3
"""What /summary says of courses, against the same courses in /records: quantiles of numbers and markers lie within their intervals; and
what the file says of its numbers."""
import os
import subprocess
import sys

import h5py
import numpy as np

ENGRAFT, TMPDIR = os.environ["ENGRAFT"], os.environ["TMPDIR"]
STUDY = """study: estimates
seed: 8
horizon: 2 y
cohort: {disease: ms, patients: 300}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy_atg: [{at: -5 d, condition: cy200}, {at: -5 d, atg: ratg}, {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}]
parameters: {thymus.export_at_20y: {uniform: [1e7, 3e7], unit: cells/d}}
design: {list: [[1.6e7]]}
outcomes: [relapse, efs, relapses, infections, febrile, arr, e1y_ratio, clones_left, {edss: {at: [1 y, 2 y]}}, {cd4: {at: [30 d, 1 y]}}, {anc: {at: [7 d, 1 y]}},
  {platelets: {at: [7 d, 1 y]}}, {igg: {at: [1 y]}}, {naive_cd4_share: {at: [1 y]}}, {richness: {at: [1 y]}}]
"""
passed = failed = 0


def ok(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}")


def column(file, outcome, protocol, day):
    values = file[f"/records/{outcome}" if np.isnan(day) else f"/records/{outcome}_d{day:.10g}"][()][:, protocol]
    return np.sort(values[~np.isnan(values)])


def check(file):
    rows = {name: values[()] for name, values in file["/summary/estimates"].items()}
    protocols = [text.decode() for text in file["/protocol"][()]]
    seen = wide = 0
    times = (rows["outcome"] == b"relapse") | (rows["outcome"] == b"efs")
    for i in np.flatnonzero((rows["kind"] == b"quantile") & (rows["n"] > 0) & ~times):
        outcome, protocol = rows["outcome"][i].decode(), protocols.index(rows["protocol"][i].decode())
        values = column(file, outcome, protocol, rows["at"][i])
        rank = int(np.ceil(rows["level"][i] * len(values))) - 1
        low, value, high, slack = rows["low"][i], rows["value"][i], rows["high"][i], 1e-6 * abs(values[rank])
        ok(f"{outcome} {protocol} {rows['level'][i]} at {rows['at'][i]}: {values[rank]} in {low} to {high}", low - slack <= values[rank] <= high + slack)
        ok(f"{outcome} {protocol} {rows['level'][i]} at {rows['at'][i]}: {value} is in its interval", low <= value <= high)
        if np.mean(values == 0) > 0.55 and rows["level"][i] == 0.5:
            ok(f"{outcome} {protocol}: most have 0, so has the median, not {value}", value == 0 and low == 0)
            seen += 1
        wide += high > low
    ok("outcomes of which most courses have none were among them", seen > 0)
    ok("there are intervals with a width", wide > 50)


def check_meaning(file):
    """What keeps numbers from being misread."""
    def text(path, name):
        return file[path].attrs.get(name, b"").decode()
    ok("a survival outcome says so", text("/outcomes/efs", "probability_of") == "being free of the event")
    ok("an event says so", text("/outcomes/relapse", "probability_of") == "having had the event")
    ok("competing events are told", "counts as no event" in text("/outcomes/relapse", "competing") and "nothing" in text("/outcomes/efs", "competing"))
    ok("the last row is told", text("/outcomes/relapse/events_by_day", "last_row").startswith("courses with neither"))
    n, total = file["/outcomes/edss/n"][()].sum(axis=0), file["/outcomes/edss/sum"][()].sum(axis=0) * file["/outcomes/edss"].attrs.get("step", 0)
    values = file["/records/edss_d365.25"][()]
    ok("sum x step is the mean", np.allclose((total / n)[:, 0], np.nanmean(values, axis=0), atol=0.01))
    ok("a list holds values", text("/design/unit", "holds").startswith("values"))


def main():
    os.chdir(TMPDIR)
    with open("study.yaml", "w") as out:
        out.write(STUDY)
    subprocess.run([ENGRAFT, "run", "--progress", "none", "study.yaml", "-o", "result.h5"], check=True, capture_output=True)
    with h5py.File("result.h5") as file:
        check(file)
        check_meaning(file)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
