#!/usr/bin/env python3
"""analysis/validate: judgements are those of made-up figures, and every row names what its study has."""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = os.environ.get("SOURCE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "analysis"))
try:
    import validate_rules as rules
    import validate_table as table
except ImportError as error:
    print(f"SKIPPED validation: {error}")
    sys.exit(77)

ENGRAFT = os.environ.get("ENGRAFT") or os.path.join(os.environ.get("OUT") or os.path.join(SOURCE, "build", "release"), "engraft")
BASE = {"published": 50.0, "low": None, "high": None, "n": None, "unit": "%", "interval_kind": "", "statistic": "percent", "judge": "tolerance"}
passed = failed = 0


def check(holds, text):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"FAILED {text}")


def near(pair, low, high):
    return abs(pair[0] - low) < 1e-3 and abs(pair[1] - high) < 1e-3


def refuses(row):
    try:
        rules.judge(row, 1.0)
    except rules.BadRow:
        return True
    return False


def limits():
    check(abs(rules.wilson(300 / 14, 14)[0] - 7.6) < 0.06 and abs(rules.wilson(300 / 14, 14)[1] - 47.6) < 0.06, "Wilson of 3 in 14")
    check(abs(rules.wilson(100 * 23 / 33, 33)[1] - 82.6) < 0.1 and abs(rules.wilson(100 * 23 / 33, 33)[0] - 52.7) < 0.1, "Wilson of 23 in 33")
    check(near(rules.widened(10, 2, None, "SE", False), 6.0801, 13.9199), "a standard error")
    check(near(rules.widened(0, -1, 2, "CI90", False), -1.1916, 2.3831), "90 % limits are widened")
    check(near(rules.widened(0.5, 0.25, 1, "CI90", True), 0.2189, 1.1420), "90 % limits of a ratio are widened as logarithms")
    check(near(rules.tolerance(50, "%"), 40, 60) and near(rules.tolerance(-2, "EDSS"), -2.5, -1.5), "10 points, 25 %")


def judgements():
    cases = (({}, 60.0, "inside"), ({}, 60.1, "outside"), ({"unit": "1/y"}, 62.5, "inside"), ({"unit": "1/y"}, 37.4, "outside"),
             ({"judge": "interval", "low": 45.0, "high": 52.0, "interval_kind": "CI95"}, 52.0, "inside"),
             ({"judge": "interval", "low": 45.0, "high": 52.0, "interval_kind": "CI95"}, 53.0, "outside"),
             ({"judge": "wilson", "n": 100.0}, 40.5, "inside"), ({"judge": "wilson", "n": 100.0}, 40.0, "outside"),
             ({"judge": "less"}, -0.1, "right"), ({"judge": "less"}, 0.0, "wrong"), ({"judge": "less"}, 0.1, "wrong"),
             ({"judge": "greater"}, 0.1, "right"), ({"judge": "greater"}, 0.0, "wrong"),
             ({"judge": "null", "published": 1.0, "low": 0.8, "high": 1.3, "interval_kind": "CI95"}, 1.2, "right"),
             ({"judge": "null", "published": 1.0, "low": 0.8, "high": 1.3, "interval_kind": "CI95"}, 1.4, "wrong"),
             ({"judge": "spread", "low": 8.0, "interval_kind": "SD"}, 4.0, "right"),
             ({"judge": "spread", "low": 8.0, "interval_kind": "SD"}, 16.1, "wrong"),
             ({"judge": "spread", "low": 0.0, "high": 13.49, "interval_kind": "IQR"}, 19.9, "right"),
             ({"judge": "inexpressible"}, None, "inexpressible"), ({}, float("nan"), "outside"), ({"judge": "less"}, float("nan"), "wrong"), ({}, None, "not run"))
    for changes, model, verdict in cases:
        check(rules.judge({**BASE, **changes}, model) == verdict, f"{changes} with {model} is {verdict}")
    for changes in ({"judge": "wilson"}, {"judge": "interval"}, {"judge": "other"}, {"judge": "spread", "low": 1.0, "interval_kind": "range"},
                    {"judge": "interval", "low": 1.0, "high": 2.0, "interval_kind": "IQR"}):
        check(refuses({**BASE, **changes}), f"{changes} cannot be judged")


def days():
    check(table.days("96 wk") == 672 and table.days("2 y") == 730.5 and table.days("78.0 d") == 78, "times in days")
    check(rules.trial_interval(50.0, 4.0, 400, 100) == (42.0, 58.0), "a quarter of the patients, twice the width")


def document(folder):
    """What stands around the markers stays; a document without them is refused."""
    path = os.path.join(folder, "page.md")
    with open(path, "w") as file:
        file.write(f"above\n{table.BEGIN}\nold\n{table.END}\nbelow\n")
    table.insert(path, "new")
    with open(path) as file:
        check(file.read() == f"above\n{table.BEGIN}\n\nnew\n{table.END}\nbelow\n", "the text between the markers is replaced")
    with open(path, "w") as file:
        file.write("no markers\n")
    try:
        table.insert(path, "new")
        check(False, "a document without markers is refused")
    except rules.BadRow:
        check(True, "")


def rows_name_what_there_is(folder):
    """A run of few patients has every outcome, protocol and time that a row asks for."""
    rows = table.read(os.path.join(SOURCE, "jobs/studies/validation/rows.csv"))
    check(len(rows) > 40, "there are rows")
    studies = {row["study"] for row in rows if row["study"]}
    for name in sorted(studies):
        path = os.path.join(SOURCE, "jobs/studies/validation", name + ".yaml")
        done = subprocess.run([ENGRAFT, "check", path], capture_output=True, text=True)
        check(done.returncode == 0, f"engraft check {path}: {done.stderr}")
    command = [sys.executable, os.path.join(SOURCE, "analysis/validate"), "--engraft", ENGRAFT, "--results", folder, "--patients", "16", "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"every row is answered: {done.stdout}{done.stderr}")
    again = subprocess.run(command, capture_output=True, text=True)
    check(again.returncode == 0 and "run " not in again.stderr, "results that are complete are used again")


limits()
judgements()
days()
with tempfile.TemporaryDirectory() as scratch:
    document(scratch)
    rows_name_what_there_is(scratch)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
