#!/usr/bin/env python3
"""What `compare` says in words is what its numbers say as they are printed: a verdict where the interval excludes 0, and no other; and
members of families are told."""
import os
import re
import subprocess
import sys

ENGRAFT, TMPDIR = os.environ["ENGRAFT"], os.environ["TMPDIR"]
STUDY = """study: verdict
seed: 4
horizon: 200 d
cohort: {disease: ms, patients: 2500}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard}]
  cy:
    vary: {dose: [200 mg/kg, 230 mg/kg, 60 mg/kg, 20 mg/kg], cells: [6e6 /kg, 5e6 /kg, 6e6 /kg, 4e6 /kg]}
    actions: [{at: -5 d, condition: cy, dose: $dose}, {at: 0 d, graft: pb, donor: auto, cd34: $cells}]
outcomes: [relapse, nrm, os, efs]
"""
passed = failed = 0


def ok(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}")


def engraft(*arguments):
    return subprocess.run([ENGRAFT, *arguments], check=True, capture_output=True, text=True).stdout


def main():
    os.chdir(TMPDIR)
    with open("study.yaml", "w") as out:
        out.write(STUDY)
    engraft("run", "--progress", "none", "study.yaml", "-o", "result.h5")
    near = told = 0
    for outcome in ("relapse", "nrm", "os", "efs"):
        for line in engraft("compare", "result.h5", "--outcome", outcome).splitlines():
            row = re.search(r"([-+0-9.]+) \(([-0-9.]+) to ([-0-9.]+)\).*(better|worse|not distinguishable)$", line)
            if row:
                low, high, verdict = float(row[2]), float(row[3]), row[4]
                near += min(abs(low), abs(high)) < 0.05
                told += verdict != "not distinguishable"
                ok(line, (low > 0 or high < 0) == (verdict != "not distinguishable"))
    ok("there are verdicts", told > 10)
    ok(f"there are ends near 0: {near}", near > 3)
    for command in ("show", "compare"):
        said = engraft(command, "result.h5")
        ok(f"{command} tells members", "cy[0]: dose 200 mg/kg, cells 6e6 /kg" in said and "cy[1]: dose 230 mg/kg, cells 5e6 /kg" in said)
        ok(f"{command} of one tells one", "cy[0]:" not in engraft(command, "result.h5", "--protocol", "cy[1]"))
    ok("status says of what the widest interval is", re.search(r"^least sure .* at .* under .*: .* to .* %, the widest", engraft("status", "result.h5"), re.M))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
