"""Rows of published figures: read from rows.csv, answered from results, written as Markdown."""
import csv
import math
import os

import validate_rules as rules

NUMBERS = ("published", "low", "high", "n")
TIME_UNITS = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "y": 365.25}
NAN = float("nan")
BEGIN, END = "<!-- validation: begin (make validate writes this) -->", "<!-- validation: end -->"


def days(text):
    """"2 y" as days; NaN of an empty cell."""
    if not text:
        return NAN
    number, unit = text.split()
    return float(number) * TIME_UNITS[unit]


def read(path):
    """The rows, numbers as float or None."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows, 2):
        try:
            for name in NUMBERS:
                row[name] = float(row[name]) if row[name] else None
            row["at"], row["from"] = days(row["at"]), days(row["from"])
        except (ValueError, KeyError) as error:
            raise rules.BadRow(f"{path}:{place}: {error} cannot be read; numbers, and times as '2 y'") from error
        row["place"] = f"{path}:{place}"
    return rows


class Answers:
    """Values and 95 % half widths of one result."""

    def __init__(self, result):
        self.result = result

    def one(self, row, protocol, kind, at, level=NAN):
        found = self.result.estimate(row["outcome"], protocol, kind, at, level)
        if found is None:
            raise rules.BadRow(f"{row['place']}: {row['study']} has no {kind} of {row['outcome']} under {protocol} at day {at:g}")
        if found["n"] == 0:
            raise rules.BadRow(f"{row['place']}: no patient of {row['study']} can have {row['outcome']} under {protocol}")
        return found

    def percent(self, row, protocol):
        found = self.one(row, protocol, "probability", row["at"])
        if row["statistic"].startswith("free"):
            return 100 - 100 * found["value"], 50 * (found["high"] - found["low"]), found["n"]
        return 100 * found["value"], 50 * (found["high"] - found["low"]), found["n"]

    def marker(self, row, protocol):
        scale = 100.0 if row["unit"] == "%" else 1.0
        found = self.one(row, protocol, "mean", row["at"])
        value, half = found["value"], (found["high"] - found["low"]) / 2
        if not math.isnan(row["from"]):
            before = self.one(row, protocol, "mean", row["from"])
            years = (row["at"] - row["from"]) / TIME_UNITS["y"]
            value -= before["value"]
            half = math.hypot(half, (before["high"] - before["low"]) / 2)
            if row["statistic"].startswith("slope"):
                value, half = value / years, half / years
        return scale * value, scale * half, found["n"]

    def single(self, row, protocol):
        """(value, half width or None, n) of one protocol."""
        statistic = row["statistic"].split("_")[0]
        if statistic in ("percent", "free"):
            return self.percent(row, protocol)
        if statistic == "median":
            found = self.one(row, protocol, "quantile", row["at"], 0.5)
            scale = TIME_UNITS[row["unit"]] if row["unit"] in TIME_UNITS else 1.0
            return found["value"] / scale, (found["high"] - found["low"]) / 2 / scale, found["n"]
        if statistic == "sd":
            found = self.one(row, protocol, "sd", row["at"])
            return found["value"], (found["high"] - found["low"]) / 2, found["n"]
        if statistic in ("mean", "change", "slope"):
            return self.marker(row, protocol)
        raise rules.BadRow(f"{row['place']}: statistic '{row['statistic']}' is not known")

    def hazard_ratio(self, row):
        """From incidences by `at`: ratio of cumulative hazards.  `free_hazard_ratio` where the outcome is being free."""
        free = row["statistic"].startswith("free")
        shares = []
        for protocol in (row["protocol"], row["reference"]):
            value = self.one(row, protocol, "probability", row["at"])
            shares.append(value["value"] if free else 1 - value["value"])
        if min(shares) <= 0 or shares[1] >= 1:
            return NAN
        return math.log(shares[0]) / math.log(shares[1])

    def value(self, row):
        """(value, half width or None, n simulated) of a row."""
        if row["statistic"].endswith("hazard_ratio"):
            return self.hazard_ratio(row), None, None
        if not row["reference"]:
            return self.single(row, row["protocol"])
        first, second = (self.single(row, protocol) for protocol in (row["protocol"], row["reference"]))
        if row["statistic"].endswith("_ratio"):
            return (first[0] / second[0] if second[0] else NAN), None, None
        return first[0] - second[0], math.hypot(first[1], second[1]), first[2]


def answer(rows, results):
    """Adds `model`, `seen` (what a trial of n would see) and `verdict`; results: Result by study."""
    for row in rows:
        row["model"] = row["seen"] = None
        if row["judge"] != "inexpressible" and row["study"] in results:
            value, half, simulated = Answers(results[row["study"]]).value(row)
            row["model"] = value
            if half is not None and row["n"] and not row["reference"] and not math.isnan(half):
                row["seen"] = rules.wilson(value, row["n"]) if row["unit"] == "%" else rules.trial_interval(value, half, simulated, row["n"])
        row["verdict"] = rules.judge(row, row["model"])


def number(x):
    return "-" if x is None or math.isnan(x) else f"{x:.3g}"


def published(row):
    if row["judge"] in ("less", "greater"):
        return f"{'below' if row['judge'] == 'less' else 'above'} {row['reference']}"
    if row["judge"] == "spread":
        return f"{row['interval_kind']} {number(row['low'])}" + (f" to {number(row['high'])}" if row["high"] is not None else "")
    text = number(row["published"])
    if row["judge"] in rules.COUNTED + ("null",):
        low, high = rules.limits(row)
        text += f" ({number(low)} to {number(high)})"
    return text


def line(row):
    model = number(row["model"]) + (f" ({number(row['seen'][0])} to {number(row['seen'][1])})" if row["seen"] else "")
    what = " ".join(filter(None, (row["outcome"], row["statistic"], row["time_text"])))
    whose = row["protocol"] + (f" / {row['reference']}" if row["reference"] else "")
    return f"| {row['id']} | {row['study']} | {whose} | {what} | {published(row)} {row['unit']} | {model} | {row['verdict']} | {row['source']} |"


def diseases(rows):
    """In the order of the file."""
    return list(dict.fromkeys(row["disease"] for row in rows))


def summary(rows):
    yield "| disease | figures inside | share | signs, nulls and spreads right | not run |"
    yield "| --- | --- | --- | --- | --- |"
    for disease in diseases(rows) + ["all"]:
        ours = [row for row in rows if disease in (row["disease"], "all")]
        told = {name: sum(row["verdict"] == name for row in ours) for name in ("inside", "outside", "right", "wrong", "not run")}
        counted = told["inside"] + told["outside"]
        share = f"{100 * told['inside'] / counted:.0f} %" if counted else "-"
        yield f"| {disease} | {told['inside']} of {counted} | {share} | {told['right']} of {told['right'] + told['wrong']} | {told['not run']} |"


def markdown(rows):
    """Everything between the markers, as one text."""
    for row in rows:
        row["time_text"] = "" if math.isnan(row["at"]) else f"day {row['at']:g}" + (f" less day {row['from']:g}" if not math.isnan(row["from"]) else "")
    lines = list(summary(rows))
    for disease in diseases(rows):
        lines += ["", f"### {disease}", "", "| row | study | protocol | what | published (accepted) | model (a trial of n would see) | verdict | source |",
                  "| --- | --- | --- | --- | --- | --- | --- | --- |"]
        lines += [line(row) for row in rows if row["disease"] == disease and row["judge"] != "inexpressible"]
        lines += [f"\n{row['id']} cannot be expressed: {row['note']} ({row['source']})" for row in rows
                  if row["disease"] == disease and row["judge"] == "inexpressible"]
    return "\n".join(lines) + "\n"


def insert(path, text):
    """Replaces what stands between the markers of a document, whole or not at all."""
    with open(path, encoding="utf-8") as file:
        before, begin, rest = file.read().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise rules.BadRow(f"{path} has no lines '{BEGIN}' and '{END}' to write between")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
    os.replace(path + ".new", path)
