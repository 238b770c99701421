#!/usr/bin/env python3
"""What the model says against what was published, and against the program in which its equations were first run.

Two studies: the demo and the reference study.  Prints tables in Markdown; by hand: ENGRAFT=build/release/engraft tests/slow_validation.py.

The bands that the program promises are tests, and that `make validate` can answer every row of its table; what its
verdicts are is told in docs/VALIDATION.md, with the sources in full.
"""
import math
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = os.environ.get("SOURCE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "analysis"))
try:
    import numpy as np
    import result as reader
except ImportError as error:
    print(f"SKIPPED validation: {error}")
    sys.exit(77)

ENGRAFT = os.environ.get("ENGRAFT") or os.path.join(SOURCE, "build", "release", "engraft")
YEAR, MONTH, TICKS = 365.25, 30.4375, 16
NAN = float("nan")
LIMIT_Z = 3.5


class Studies:
    """Runs a study and keeps its result open."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, path, extra=""):
        name = os.path.splitext(os.path.basename(path))[0]
        study, out = (os.path.join(self.folder, name + ending) for ending in (".yaml", ".h5"))
        with open(os.path.join(SOURCE, path)) as file:
            text = file.read() + extra
        with open(study, "w") as file:
            file.write(text)
        launcher = os.environ.get("MPIEXEC")
        command = (launcher.split() + ["-n", "2"] if launcher else []) + [ENGRAFT, "run", study, "-o", out, "--progress", "none"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}\n0 passed, 1 failed")
        return reader.Result(out)


def value(source, outcome, protocol, kind="mean", at=NAN, level=NAN):
    row = source.estimate(outcome, protocol, kind, at, level)
    if row is None:
        raise KeyError(f"{source.path} has no {kind} of {outcome} under {protocol} at {at}, level {level}")
    return row["value"]


def median(source, outcome, protocol):
    return value(source, outcome, protocol, "quantile", level=0.5)


def share(source, outcome, protocol, years):
    return 100 * value(source, outcome, protocol, "probability", at=years * YEAR)


def naive(source, protocol, years):
    return value(source, "naive_cd4_share", protocol, at=years * YEAR)


# --- the bands ---------------------------------------------------------------------------------------------------


def bands(demo):
    """(quantity, value, low, high, unit, published); open ends are infinite; the upper end of `<` bands is excluded."""
    before = naive(demo, "dmt", 0)
    for protocol in ("cy_atg", "beam_atg_selected"):
        yield (f"day of ANC > 500/uL, median, {protocol}", median(demo, "anc_recovery", protocol), 8, 12, "d",
               "8 (2-14) Ruiz-Arguelles 2019; 10 Ergene 2007; 11 Schmitz 1996")
        yield (f"CD4 > 200/uL, median, {protocol}", median(demo, "cd4_200", protocol) / MONTH, 6, 13, "months",
               "T cells normal only at 24 months after more intense regimens, Storek 2008")
        yield (f"non-relapse mortality by day 100, {protocol}", 100 * value(demo, "nrm", protocol, "probability", at=100), 0,
               math.nextafter(2, 0), "%", "0.2 Burt 2021; 2.1 (1.3-3.4) over all eras, Sormani 2017")
        ratio = naive(demo, protocol, 2) / before
        yield (f"naive share of CD4 at 2 y over baseline, {protocol}", ratio, 0.85, math.inf, "", "2.0 Muraro 2005 (aim: above 1)")
        yield (f"naive share of CD4, 2 y over 1 y, {protocol}", naive(demo, protocol, 2) / naive(demo, protocol, 1),
               math.nextafter(1, 2), math.inf, "", "rises, Muraro 2005")
    yield ("alive without relapse and progression at 5 y, cy_atg", share(demo, "efs", "cy_atg", 5), 65, 85, "%",
           "68 Burman 2014; 73 (66-81) Silfverberg 2024")
    yield ("alive without relapse and progression at 5 y, dmt", share(demo, "efs", "dmt", 5), 0, 40, "%",
           "half had progressed by 24 months, Burt 2019")
    lost = int(demo.failures.sum())
    yield ("failed courses", lost, 0, 0, "", "-")


def show_bands(rows):
    passed = failed = 0
    print("## Bands\n\n| quantity | model | band | published | verdict |\n|---|---|---|---|---|")
    for quantity, x, low, high, unit, published in rows:
        inside = low <= x <= high
        passed, failed = passed + inside, failed + (not inside)
        band = f"{low:.4g} to {high:.4g}" if math.isfinite(high) else f"at least {low:.4g}"
        print(f"| {quantity} | {x:.4g} {unit} | {band} | {published} | {'in the band' if inside else 'OUT OF THE BAND'} |")
    return passed, failed


# --- the published figures, row by row ------------------------------------------------------------------------------


def show_rows(folder):
    """Every row of `make validate`, and of `make knockout`, has an answer; few patients, so that the verdicts mean nothing."""
    for name, more in (("validate", ["--check"]), ("knockout", [])):
        command = [sys.executable, os.path.join(SOURCE, "analysis", name), "--engraft", ENGRAFT, "--results", os.path.join(folder, name), "--patients", "16"]
        done = subprocess.run(command + more, capture_output=True, text=True)
        print(f"## {name}\n\n{'all rows are answered' if done.returncode == 0 else done.stderr}\n")
        yield done.returncode == 0


# --- the scalar program -----------------------------------------------------------------------------------------------

# Patients, and what it found when its courses began on day -30 as ours do: shares in %, means; days of ANC and platelets with
# its step halved (4000 patients, from day -15).  Its relapses and progression are of equations that this program has left
# (docs/VALIDATION.md), and are not compared.
SCALAR = {
    "cy_atg": (8000, {"death": 2.11, "cd4_200": 331.6, "anc_recovery": 9.43, "plt_recovery": 17.67}),
    "dmt": (8000, {"death": 1.20}),
    "cy_atg_selected": (4000, {"death": 2.68, "cd4_200": 387.9}),
}
HALVED = {"anc_recovery": 4000, "plt_recovery": 4000}


def show_scalar(yardstick):
    records, names = yardstick.file["records"], yardstick.protocols
    beyond = 0
    print("## The reference study against the scalar program\n\n| protocol | quantity | here | scalar | z |\n|---|---|---|---|---|")
    for protocol, (patients, figures) in SCALAR.items():
        p = names.index(protocol)
        for quantity, other in figures.items():
            x = np.asarray(records[quantity][:, p], dtype=float)
            cause = records[quantity + "_cause"][:, p] if quantity + "_cause" in records else None
            if quantity.endswith(("recovery", "_200")):
                x = x[cause == 1] / TICKS
            elif cause is not None:
                x = 100.0 * ((cause == 1) if quantity != "efs" else (cause != 1))
            x = x[np.isfinite(x)]
            z = (x.mean() - other) / (x.std() * math.sqrt(1 / len(x) + 1 / HALVED.get(quantity, patients)))
            beyond += abs(z) > LIMIT_Z
            print(f"| {protocol} | {quantity} | {x.mean():.4g} | {other:.4g} | {z:+.1f} |")
    print(f"\n{beyond} beyond {LIMIT_Z} standard errors\n")
    if beyond:
        print(f"WARNING validation: {beyond} figures of the scalar program lie beyond {LIMIT_Z} standard errors")


def main():
    with tempfile.TemporaryDirectory() as folder:
        studies = Studies(folder)
        demo = studies.run("jobs/studies/ms-conditioning.yaml")
        yardstick = studies.run("jobs/studies/yardstick.yaml", "records: {patients: 20032}\n")
        passed, failed = show_bands(bands(demo))
        show_scalar(yardstick)
        for answered in show_rows(folder):
            passed, failed = passed + answered, failed + (not answered)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
