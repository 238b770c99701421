#!/usr/bin/env python3
"""analysis/report: the page holds what /summary and the tables of the command say, stands alone, and fails in one line.

Makes small results with $ENGRAFT, or reads the one that $RESULT names in place of the first.
"""
import contextlib
import importlib.machinery
import io
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser

sys.dont_write_bytecode = True
SOURCE = os.environ.get("SOURCE") or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "analysis"))
try:
    import h5py
    import numpy as np
    import curves
    import figures
    import result as reader
    import tables
except ImportError as error:
    print(f"SKIPPED report: {error}")
    sys.exit(77)

FULL = """\
study: report-test # <more> & more
seed: 7
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt: [{at: 0 d, drug: dmt_standard, for: 1 y}]
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
  beam_atg:
    - {at: -6 d, condition: beam}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters: {atg.t_cell_kill_rate: prior}
design: {lhs: {points: 12}}
outcomes: [relapse, os, efs, rfs, nrm, anc_recovery, cd4_200, arr, {edss: {at: [0 d, 0.5 y, 1 y]}}]
trajectories: {markers: [anc, cd4, edss], every: 7 d}
compare: {reference: cy_atg}
"""
# One point, one protocol, hardly any outcome: every figure but one is absent, and that is said.
BARE = """\
study: bare
seed: 8
horizon: 40 d
cohort: {disease: ms, patients: 64}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
outcomes: [os, {cd4: {at: [0 d, 40 d]}}]
"""
passed = failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("failed:", what)


class Page(HTMLParser):
    """Tables as lists of rows of (text, attributes), the svg elements, every attribute, and unclosed elements."""

    VOID = {"meta", "br", "img", "link", "input", "hr"}

    def __init__(self, text):
        super().__init__()
        self.tables, self.attributes, self.open, self.svgs, self.unbalanced, self.cell = [], [], [], 0, [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "svg":
            self.svgs += 1
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = ["", dict(attrs)]
            self.tables[-1][-1].append(self.cell)

    def handle_startendtag(self, tag, attrs):
        self.attributes += attrs

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[0] += data


PROGRAM = os.path.join(SOURCE, "analysis", "report")
program = importlib.machinery.SourceFileLoader("report_program", PROGRAM).load_module()


def run_apart(*arguments):
    """The command as one types it."""
    return subprocess.run([sys.executable, PROGRAM, *arguments], capture_output=True, text=True)


def run(*arguments):
    """The same in this process: loading its modules costs more than most of what is tested."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = program.main(list(arguments))
    return subprocess.CompletedProcess(arguments, status, "", said.getvalue())


def make(folder, name, study):
    path, out = os.path.join(folder, name + ".yaml"), os.path.join(folder, name + ".h5")
    with open(path, "w") as file:
        file.write(study)
    subprocess.run([os.environ["ENGRAFT"], "run", path, "-o", out, "--progress", "none"], check=True)
    return out


def report(folder, source, how=run):
    out = os.path.join(folder, "report.html")
    done = how(source, "-o", out)
    check(done.returncode == 0 and done.stderr == "", f"report of {source}: {done.returncode} {done.stderr}")
    with open(out, encoding="utf-8") as file:
        return file.read()


def printed(command, source):
    """Rows of a table of the command, split where two blanks or more stand."""
    text = subprocess.run([os.environ["ENGRAFT"], command, source], capture_output=True, text=True, check=True).stdout
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if re.search(r"\S\s{2,}\S", line)]


def check_alone(text):
    page = Page(text)
    check(not page.unbalanced and not page.open, f"elements are closed: {page.unbalanced[:3]} {page.open[:3]}")
    study_less = re.sub(r"<pre>.*?</pre>", "", text, flags=re.S)
    check(not re.search(r"https?:|//[a-z]|@import|<script|<link|<iframe", study_less), "nothing is loaded from elsewhere")
    links = [value for name, value in page.attributes if name in ("src", "href", "xlink:href", "data", "srcset")]
    check(all(value.startswith("#") for value in links), f"links stay within the page: {links[:3]}")
    ids = [value for name, value in page.attributes if name == "id"]
    check(len(ids) == len(set(ids)), "ids are unique")
    wanted = set(re.findall(r'(?:url\(|href=")#([\w.-]+)', text))
    check(wanted <= set(ids), f"references are kept: {sorted(wanted - set(ids))[:3]}")
    check(text.count('role="img"') == page.svgs == text.count("<desc>"), "each figure has words for who does not see it")
    check('name="viewport"' in text and "prefers-color-scheme:dark" in text, "phones and dark screens")
    check(not re.search(r"#0[0-9a-f]f0e", text), "every colour follows the theme")
    return page


def check_numbers(page, source):
    """Cells equal /summary to the last bit, and the words of `show` and `compare` to the letter."""
    with h5py.File(source) as file:
        names = [name.decode() for name in file["/protocol"][()]]
        value, low, high = (file[f"/summary/estimates/{name}"][()] for name in ("value", "low", "high"))
        known = {(repr(a), repr(b), repr(c)) for a, b, c in zip(value.tolist(), low.tolist(), high.tolist())}
    outcomes, contrasts = page.tables[0], [table for table in page.tables if table[0][1][0].startswith("difference")]
    check([cell[0] for cell in outcomes[0]][1:] == names, f"all protocols are named: {outcomes[0]}")
    cells = [cell for row in outcomes[1:] for cell in row[1:] if "data-value" in cell[1]]
    check(len(cells) >= 2 * len(names), f"{len(cells)} cells hold numbers of /summary")
    check(all(tuple(cell[1][f"data-{name}"] for name in ("value", "low", "high")) in known for cell in cells), "numbers of /summary")
    rows = {}
    for row in printed("show", source):  # many protocols stand in blocks below one another
        rows.setdefault(row[0], row[:1]).extend(row[1:])
    for row in outcomes[1:]:
        check(rows.get(row[0][0]) == [cell[0] for cell in row], f"{[cell[0] for cell in row]} is not {rows.get(row[0][0])} of show")
    lines = printed("compare", source)
    for table in contrasts:
        for row in table[1:]:
            check([cell[0] for cell in row] in lines, f"{[cell[0] for cell in row]} is not in compare")
    check(len(contrasts) == len(names) - 1, "a table of contrasts for each protocol but the reference")
    with h5py.File(source) as file:
        count = len(file["/summary/contrasts/value"]) if len(names) > 1 else 0
    check((count > 0) == any("data-value" in cell[1] for table in contrasts for row in table for cell in row), "contrasts")


def check_curves(source):
    """Curves by day go through the estimates and intervals of /summary; numbers at risk are counts."""
    with reader.Result(source) as opened:
        for outcome in ("efs", "os", "relapse", "nrm"):
            for protocol in opened.protocols:
                curve = curves.TimeCurve(opened, outcome, protocol)
                for day in (100.0, 365.25):
                    row = opened.estimate(outcome, protocol, "probability", day)
                    i = np.searchsorted(curve.days, day, side="right") - 1 if day == 100 else -1
                    got = (curve.share[i], curve.low[i], curve.high[i])
                    want = (row["value"], row["low"], row["high"])
                    check(np.allclose(got, want, rtol=0, atol=1e-9), f"{outcome} {protocol} day {day}: {got} is not {want}")
                events, competing = opened.event_counts(outcome)
                k = opened.array("/landmark").tolist().index(100.0)
                p = opened.protocols.index(protocol)
                check(curve.at_risk(100) == curve.n - events[p, k] - competing[p, k], f"{outcome} {protocol}: at risk")
        check(opened.is_survival("efs") and opened.is_survival("os") and not opened.is_survival("relapse"), "what is survival")
        band = curves.Band(opened, "edss")
        check(np.nanmin(band.high - band.low) >= 0 and np.all((band.low <= band.median) & (band.median <= band.high)), "bands are ordered")


def check_quantiles(source):
    """Quantiles of the pooled histograms equal those of /summary, made by other code."""
    with reader.Result(source) as opened:
        name = reader.text_of(opened.file["/bin_arr"].attrs["long_name"])
        edges = np.append(opened.array("/bin_arr"), curves.last_edge(name))
        counts = opened.array("/outcomes/arr/histogram")
        got = curves.quantiles(counts, edges, "value of the bin" in name, (0.1, 0.5, 0.9), opened.array("/outcomes/arr/at_low"))
        rows = [row for row in opened.estimates if row["outcome"] == "arr" and row["kind"] == "quantile"]
        for row in rows:
            value = got[(0.1, 0.5, 0.9).index(row["level"]), opened.protocols.index(row["protocol"])]
            check(math.isclose(value, row["value"], rel_tol=1e-9, abs_tol=1e-12), f"{row['protocol']} {row['level']}: {value} {row['value']}")
        check(len(rows) == 3 * len(opened.protocols), "quantiles of every protocol")
    counts = np.array([[0, 4, 0, 4], [0, 0, 0, 0]])
    check(np.allclose(curves.quantiles(counts, np.arange(5.0), False, (0.25, 0.5, 0.75))[:, 0], [1.5, 2.0, 3.5]), "a worked case")
    check(np.isnan(curves.quantiles(counts, np.arange(5.0), False, (0.5,))[0, 1]), "no counts, no quantile")


def check_best():
    """Two protocols that never differ are each the best half of the time; one that is better by less than the noise of a point is the best."""
    rng = np.random.default_rng(5)
    truth = 0.6 + 0.1 * rng.standard_normal(400)
    twins = np.stack([truth, truth, truth - 0.2], axis=1)
    best = curves.probability_best(twins, np.zeros(3), 0, 1)
    check(np.allclose(best[0], [0.5, 0.5, 0]), f"ties are divided: {best[0]}")
    noisy = np.stack([truth, truth + 0.02 + 0.05 * rng.standard_normal(400)], axis=1)
    plain = (noisy.argmax(axis=1) == 1).mean()
    best = curves.probability_best(noisy, np.array([0, 0.05 ** 2]), 0, 1)
    check(plain < 0.75 < 0.9 < best[0, 1] <= 1 and best[1, 1] <= best[0, 1] <= best[2, 1], f"noise is removed: {plain} {best[:, 1]}")
    best = curves.probability_best(np.stack([truth, truth + 0.05 * rng.standard_normal(400)], axis=1), np.array([0, 0.05 ** 2]), 0, 1)
    check(best[1, 1] < 0.5 < best[2, 1], f"nothing is said of equals: {best[:, 1]}")


def rename_outcome(source, old, new):
    """The outcome under another name everywhere that the report looks."""
    with h5py.File(source, "r+") as file:
        for group in ("outcomes", "paired"):
            file.move(f"/{group}/{old}", f"/{group}/{new}")
        for table in ("estimates", "contrasts"):
            names = file[f"/summary/{table}/outcome"][()].astype("S64")
            names[names == old.encode()] = new.encode()
            del file[f"/summary/{table}/outcome"]
            file[f"/summary/{table}/outcome"] = names


def verdicts(source):
    """(outcome, kind, at, protocol): which side of 0 the interval is on, and the word for it."""
    with reader.Result(source) as opened:
        found = {}
        for measure in tables.measures(opened, contrast=True):
            for protocol in opened.protocols:
                row = measure.contrast(protocol)
                if row is not None and row["n"] > 0:
                    side = 1 if row["low"] > 0 else -1 if row["high"] < 0 else 0
                    found[measure.outcome, measure.kind, round(measure.at, 3) if measure.at == measure.at else None, protocol] = side, measure.verdict(protocol)
    return found


def check_better(folder, source):
    """Which way is better comes from the file, whatever the outcome's name; a file without it means what it meant."""
    words = {1: {1: "better", -1: "worse", 0: "not distinguishable"}, -1: {1: "worse", -1: "better", 0: "not distinguishable"},
             0: {1: "higher", -1: "lower", 0: "not distinguishable"}}
    told = verdicts(source)
    old = os.path.join(folder, "old.h5")
    shutil.copy(source, old)
    with h5py.File(old, "r+") as file:
        for name in file["/outcomes"]:
            check(name in ("courses", "cause_of_death") or "better" in file[f"/outcomes/{name}"].attrs, f"{name} says which way is better")
            file[f"/outcomes/{name}"].attrs.pop("better", None)
    check(verdicts(old) == told, "a file without the attribute means what it meant")
    other = os.path.join(folder, "other.h5")
    shutil.copy(source, other)
    rename_outcome(other, "edss", "c_peptide")
    rename_outcome(other, "relapse", "insulin_independence")
    rename_outcome(other, "arr", "cells_on_slides")
    with h5py.File(other, "r+") as file:
        file["/outcomes/c_peptide"].attrs.modify("better", 1)
        file["/outcomes/insulin_independence"].attrs.modify("better", 1)
        file["/outcomes/cells_on_slides"].attrs.modify("better", 0)
    new = verdicts(other)
    sides = set()
    for (outcome, kind, at, protocol), (side, word) in new.items():
        if outcome in ("c_peptide", "insulin_independence", "cells_on_slides"):
            direction = {"c_peptide": 1, "insulin_independence": -1, "cells_on_slides": 0}[outcome]  # of the mean time
            direction = 1 if kind == "probability" else direction
            check(word == words[direction][side], f"{outcome} {kind} {protocol}: {word} at {side}")
            sides.add((outcome, side != 0))
    check({(name, True) for name in ("c_peptide", "insulin_independence", "cells_on_slides")} <= sides, f"each is told apart: {sides}")
    check({key[1] for key in new if key[0] == "insulin_independence"} == {"restricted_mean_time", "probability"}, "what is waited for is told by its time and its share")
    for outcome, kind, expected in (("insulin_independence", "probability", 1), ("insulin_independence", "quantile", -1), ("nrm", "probability", -1)):
        with reader.Result(other) as opened:
            check(tables.Measure(opened, outcome, kind, opened.horizon).direction() == expected, f"{outcome} {kind}")
    text = report(folder, other)
    check("c_peptide" in text and "insulin_independence, mean time within" in text, "the page of such a result")


def check_wilson():
    for share in (0.0, 0.003, 0.4, 0.5, 1.0):
        for k in (1e-4, 0.02, 1.5):
            low, high = curves.wilson(share, k)
            for end in (low, high):
                check(end in (0, 1) or math.isclose(curves.wilson_k(share, end), k, rel_tol=1e-6), f"back to its size: {share} {k}")
    low, high = curves.wilson(0.3, 1.959963984540054**2 / 10)  # 3 of 10: textbook 0.1078 to 0.6032
    check(abs(low - 0.1078) < 5e-5 and abs(high - 0.6032) < 5e-5, f"Wilson {low} {high}")


def check_what_is_there(folder, source):
    """An older report is replaced, nothing else is: neither what stands there at the start nor what appears meanwhile."""
    page, link, other = (os.path.join(folder, name) for name in ("older.html", "dangling.html", "other.h5"))
    shutil.copy(source, other)
    os.symlink("nowhere.html", link)
    check(run(source, "-o", page).returncode == 0 and run(source, "-o", page).returncode == 0, "an older report is replaced")
    before = open(other, "rb").read()
    for arguments, said in (((source, "-o", other), "is no report"), ((source, "-o", page, "--png", other), "is no report"),
                            ((source, "-o", link), "leads nowhere")):
        done = run(*arguments)
        check(done.returncode == 73 and said in done.stderr, f"{arguments}: status {done.returncode}, {done.stderr}")
    check(open(other, "rb").read() == before and os.path.islink(link), "what is no report stays")
    for stamp in (None, program.stamp(page)):
        with open(page, "w") as file:
            file.write("precious, and longer than before" * 2)
        try:
            program.write(page, b"new", stamp)
            check(False, "a file that appeared meanwhile was replaced")
        except program.Failure as failure:
            check(failure.status == 73 and "meanwhile" in str(failure), f"{failure}")
        check(open(page).read().startswith("precious"), "what appears meanwhile stays")
        os.unlink(page)
        program.write(page, b"<!doctype html>", None)


def check_failures(folder, source):
    out = os.path.join(folder, "none.html")
    text = os.path.join(folder, "text.h5")
    with open(text, "w") as file:
        file.write("no result\n")
    half = os.path.join(folder, "half.h5")
    os.mkdir(os.path.join(folder, "taken"))
    shutil.copy(source, half)
    with h5py.File(half, "r+") as file:
        file.attrs.modify("complete", 0)
    cases = (((), 64), ((source,), 64), ((source, "-o"), 64), ((source, "--what", "-o", out), 64), ((source, source, "-o", out), 64),
             ((source, "-o", source), 64), ((os.path.join(folder, "missing.h5"), "-o", out), 66), ((text, "-o", out), 66),
             ((half, "-o", out), 66), ((source, "-o", folder + "/taken"), 73), ((source, "-o", os.path.join(folder, "no", "where.html")), 73))
    for arguments, status in cases:
        done = (run_apart if arguments in ((), cases[-1][0]) else run)(*arguments)
        lines = done.stderr.splitlines()
        check(done.returncode == status, f"{arguments}: status {done.returncode}, not {status}")
        check(len(lines) == 1 and lines[0].startswith("engraft: "), f"{arguments}: one line, not {lines}")
    check(not os.path.exists(out), "no page after a failure")
    check(not [name for name in os.listdir(folder) if name.startswith(".report.")], "nothing is left behind")


def main():
    folder = tempfile.mkdtemp()
    try:
        source = os.environ.get("RESULT") or make(folder, "full", FULL)
        text = report(folder, source, run_apart)
        page = check_alone(text)
        check(page.svgs == 9, f"{page.svgs} figures")
        check_numbers(page, source)
        check_curves(source)
        check_quantiles(source)
        check_best()
        check_wilson()
        check_better(folder, source)
        check("Not in this result" not in text, "everything is there")
        check("research simulator" in text and "What the intervals mean" in text, "what the numbers are")
        with h5py.File(source) as file:
            for name in ("/study/identity", "/provenance/engraft", "/provenance/revision"):
                check(file[name][()].decode() in text, f"the page has {name}")
        check("&lt;more&gt; &amp; more" in text and "<more>" not in text, "texts are escaped")
        check(report(folder, source) == text, "the same page every time")

        bare = make(folder, "bare", BARE)
        text = report(folder, bare)
        page = check_alone(text)
        check("Not in this result" in text and "Event-free survival: the study does not ask" in text, "what is absent is said")
        check("Neutrophil recovery: the study has neither" in text, "an absent marker is said")
        check("There is nothing to compare" in text, "one protocol")
        check(page.svgs == 2, f"{page.svgs} figures: survival, and CD4 at its reading days")
        check_numbers(page, bare)
        picture = os.path.join(folder, "picture.png")
        done = run(bare, "-o", os.path.join(folder, "again.html"), "--png", picture)
        check(done.returncode == 0 and open(picture, "rb").read(8) == b"\x89PNG\r\n\x1a\n", "a picture as PNG")
        for palette in (figures.LIGHT, figures.DARK):
            check(len({palette[f"s{i}"] for i in range(figures.MOST)}) == figures.MOST, "each protocol has a colour of its own")
        check_failures(folder, bare)
        check_what_is_there(folder, bare)
    finally:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
