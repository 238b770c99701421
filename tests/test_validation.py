#!/usr/bin/env python3
"""analysis/validate: judgements are those of made-up figures, and every row names what its study has."""
import math
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = os.environ.get("SOURCE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "analysis"))
try:
    import numpy as np
    import validate_rules as rules
    import validate_table as table
    from validate_answers import Answers, of_parameters
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
             ({"judge": "at_least", "published": 90.0}, 89.6, "right"), ({"judge": "at_least", "published": 90.0}, 89.0, "wrong"),
             ({"judge": "at_most", "published": 0.1}, 0.1004, "right"), ({"judge": "at_most", "published": 0.1}, 0.11, "wrong"),
             ({}, float("inf"), "outside"), ({"judge": "greater"}, float("inf"), "right"), ({"judge": "waits"}, None, "waits"),
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


class Made:
    """A result of made-up estimates: {(outcome, protocol, kind, at, level): value}."""

    def __init__(self, values):
        self.values, self.estimates, self.file, self.place = values, self, {"records": {"febrile": np.array([[0, 1], [2, 0], [0, 0], [1, 0]])}}, {"a": 0, "b": 1}

    def estimate(self, outcome, protocol, kind, at, level):
        value = self.values.get((outcome, protocol, kind) + tuple(None if x != x else x for x in (at, level)))
        return None if value is None else {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 400}

    def days(self, outcome, kind):
        return sorted({key[3] for key in self.values if key[0] == outcome and key[2] == kind})


def statistics():
    """Each statistic on made-up estimates, against the formula."""
    values = {("x", "a", "probability", 730.5, None): 0.36, ("x", "b", "probability", 730.5, None): 0.2, ("t", "a", "quantile", None, 0.5): 60.875,
              ("t", "b", "quantile", None, 0.5): float("nan")}
    for protocol, curve in (("a", (1.0, 0.8, 0.6)), ("b", (1.0, 0.6, 0.4))):
        for day, mean in zip((0, 365.25, 730.5), curve):
            values[("c", protocol, "mean", day, None)] = mean
            values[("c", protocol, "sd", day, None)] = 0.3
    values[("d", "a", "mean", 0, None)], values[("d", "a", "mean", 365.25, None)] = 2.0, 1.0
    answers = Answers(Made(values))
    cases = (("x", "percent", "a", "", 36.0), ("x", "free", "a", "", 64.0), ("x", "percent", "a", "b", 16.0), ("x", "percent", "a:0.25+b:0.75", "", 24.0),
             ("x", "hazard_ratio", "a", "b", 2.0), ("x", "free_hazard_ratio", "a", "b", math.log(0.36) / math.log(0.2)), ("x", "incidence", "a", "", -math.log(0.64)),
             ("t", "median", "a", "", 2.0), ("t", "median", "b", "a", math.inf), ("c", "mean", "a", "", 0.6), ("c", "mean_ratio", "a", "b", 1.5), ("c", "sd", "a", "", 0.3),
             ("c", "change", "a", "", -0.2), ("c", "slope", "b", "", -0.2), ("c", "fold", "a", "", 0.75), ("c", "fold", "a", "b", 1.0), ("c/d", "fold", "a", "", 1.6), ("c", "geometric", "a", "", 0.36 / math.sqrt(0.45)),
             ("c", "log1p", "a", "", math.log(1.6) - 0.09 / 5.12), ("febrile", "some", "a", "", 50.0), ("c", "delay", "a", "b", 12.0))
    for outcome, statistic, protocol, reference, expected in cases:
        row = {**BASE, "unit": "%" if outcome in ("x", "febrile") else "mo" if outcome == "t" or statistic == "delay" else "", "outcome": outcome, "statistic": statistic,
               "protocol": protocol, "reference": reference, "at": 730.5, "from": 365.25, "place": "here", "study": "made"}
        if outcome == "t" or outcome == "c/d":
            row.update(at=float("nan") if outcome == "t" else 365.25, **{"from": 0})
        found = answers.value(row)[0]
        check(found == expected or abs(found - expected) < 1e-9, f"{statistic} of {outcome} under {protocol} is {expected}, not {found}")
    row = {"outcome": "100 * log(2) / a.rate * exp(-2 * b.x_2)", "place": "here"}
    check(abs(of_parameters(row, {"a.rate": 0.5, "b.x_2": 1.0}) - 200 * math.log(2) * math.exp(-2)) < 1e-9, "an expression of parameters")
    try:
        of_parameters(row, {"a.rate": 0.5})
        check(False, "a parameter that is not there is refused")
    except rules.BadRow:
        check(True, "")


def rows_name_what_there_is():
    """Every row names a study, its protocols and an outcome that the study's text has; the run of them all is slow_validation.py."""
    rows = table.read(os.path.join(SOURCE, "jobs/studies/validation/rows.csv"))
    texts = {}
    for row in rows:
        if row["judge"] in rules.NOT_JUDGED:
            check(row["note"] and not row["study"], f"{row['place']}: what is not judged says why, and names no study")
        elif row["statistic"] != "parameters":
            if row["study"] not in texts:
                with open(os.path.join(SOURCE, "jobs/studies/validation", row["study"] + ".yaml"), encoding="utf-8") as file:
                    texts[row["study"]] = file.read()
            whose = re.sub(r":[0-9.]+", "", row["protocol"]).split("+") + [row["reference"]]
            names = [name for name in whose if name] + row["outcome"].split("/")
            missing = [name for name in names if not re.search(rf"(?m)^  {name}:|[\[{{ ]{name}[\],:]|^  - {name}\b", texts[row["study"]])]
            check(not missing, f"{row['place']}: {row['study']} has no {' '.join(missing)}")
            if row["judge"] in rules.VALUES + ("null", "spread"):
                check(rules.judge({**row}, 1.0), f"{row['place']} can be judged")
    check(len({row["id"] for row in rows if row["counted"]}) == sum(row["counted"] == "yes" for row in rows), "a published figure is counted once")
    unused = sorted(set(name[:-5] for name in os.listdir(os.path.join(SOURCE, "jobs/studies/validation")) if name.endswith(".yaml")) - set(texts))
    check(not unused, f"studies that no row asks: {' '.join(unused)}")


def knockouts():
    """The studies of knock-outs are what the program makes of their table; slow_validation.py runs them."""
    done = subprocess.run([sys.executable, os.path.join(SOURCE, "analysis/knockout"), "--check"], capture_output=True, text=True)
    check(done.returncode == 0, f"analysis/knockout --check: {done.stderr}")


def a_run(folder):
    """Two studies of few patients, run, judged and used again."""
    command = [sys.executable, os.path.join(SOURCE, "analysis/validate"), "--engraft", ENGRAFT, "--results", folder, "--patients", "16", "--trials", "ms-[mt][eo]x*"]
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0 and done.stderr.count("run ") == 2 and "| MS22 |" in done.stdout.replace("*", ""), f"two studies are run and judged: {done.stderr}")
    again = subprocess.run(command, capture_output=True, text=True)
    check(again.returncode == 0 and "run " not in again.stderr and again.stdout == done.stdout, "results that are complete are used again")


limits()
judgements()
days()
statistics()
rows_name_what_there_is()
knockouts()
with tempfile.TemporaryDirectory() as scratch:
    document(scratch)
    a_run(scratch)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
