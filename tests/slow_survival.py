#!/usr/bin/env python3
"""Hazard ratios against R: coxph of package survival, Efron's ties, robust variance by patients, on the records of 2000 patients of
tests/data/studies/ratios.yaml, with so many landmarks that intervals are shared."""
import os
import shutil
import subprocess
import sys

from testlib import check, finish

ENGRAFT = os.environ["ENGRAFT"]
STUDY = os.path.join(os.environ["SOURCE"], "tests/data/studies/ratios.yaml")
os.chdir(os.environ["TMPDIR"])

if shutil.which("Rscript") is None or subprocess.run(["Rscript", "-e", "library(survival)"], capture_output=True).returncode != 0:
    print("SKIPPED hazard ratios against R: no R with package survival (Debian: r-cran-survival)")
    sys.exit(77)
try:
    import h5py
    import numpy as np
except ImportError as error:
    print(f"SKIPPED hazard ratios against R: {error}")
    sys.exit(77)

FIT = """
library(survival)
d <- read.csv("courses.csv")
for (k in unique(d$case)) {
    f <- coxph(Surv(day, event) ~ group + cluster(patient), data = d[d$case == k, ], ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 100))
    cat(sprintf("%s %.12g %.12g\\n", k, coef(f), sqrt(vcov(f))))
}
"""


# More patients and landmarks than the quick test, so that intervals of landmarks are shared.
text = open(STUDY).read().replace("patients: 500", "patients: 2000").replace("records: 500", "records: 2000")
text = text.replace("[relapse, ", "[{relapse: {at: [60 d, 120 d, 240 d, 300 d, 420 d, 480 d, 600 d, 660 d, 800 d, 900 d]}}, ")
open("study.yaml", "w").write(text)
subprocess.run([ENGRAFT, "run", "study.yaml", "-o", "r.h5", "--progress", "none"], check=True)
with h5py.File("r.h5") as file:
    rows = {(outcome.decode(), protocol.decode()): (value, high, n) for outcome, protocol, kind, value, high, n in zip(
        *(file["summary/contrasts/" + name][:] for name in ("outcome", "protocol", "kind", "value", "high", "n"))) if kind == b"hazard_ratio"}
    records = {key: file["records/" + key][:] for name in ("relapse", "progression", "os") for key in (name, name + "_cause")}
cases = {}
with open("courses.csv", "w") as out:
    out.write("case,patient,group,day,event\n")
    for outcome in ("relapse", "progression", "os"):
        for p, protocol in ((1, "natalizumab"), (3, "graft")):
            cases[f"{outcome}.{protocol}"] = (outcome, protocol, (records[outcome + "_cause"][:, [0, p]] == 1).sum())
            for group, column in ((0, 0), (1, p)):
                for i, (tick, cause) in enumerate(zip(records[outcome][:, column], records[outcome + "_cause"][:, column])):
                    out.write(f"{outcome}.{protocol},{i},{group},{max(-(-tick // 16), 0)},{int(cause == 1)}\n")
open("fit.R", "w").write(FIT)
found = 0
for line in subprocess.run(["Rscript", "fit.R"], capture_output=True, text=True, check=True).stdout.splitlines():
    case, beta, error = line.split()
    outcome, protocol, events = cases[case]
    value, high, n = rows[outcome, protocol]
    own = (np.log(high) - np.log(value)) / 1.96  # thousands of events: Student's t is the normal distribution, nearly
    check(abs(np.log(value) - float(beta)) < 1e-7, f"{case}: log hazard ratio {np.log(value)}, R says {beta}")
    check(0.97 < own / float(error) < 1.08 + 2 / events, f"{case}: standard error {own}, R says {error}")
    print(f"FOUND {case}: log hazard ratio {np.log(value):.4f}, standard error {own:.4f}, R {float(error):.4f}")
    found += 1
check(found == 6, f"{found} fits")
finish()
