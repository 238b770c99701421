"""Rows of published figures: read from rows.csv, written as Markdown."""
import csv
import math
import os

import validate_rules as rules
from validate_answers import NAN, TIME_UNITS

NUMBERS = ("published", "low", "high", "n")
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
        if None in row or None in row.values():
            raise rules.BadRow(f"{path}:{place}: has more or fewer cells than the first line; a cell with a comma is put in quotes")
        try:
            for name in NUMBERS:
                row[name] = float(row[name]) if row[name] else None
            row["at"], row["from"] = days(row["at"]), days(row["from"])
        except (ValueError, KeyError) as error:
            raise rules.BadRow(f"{path}:{place}: {error} cannot be read; numbers, and times as '2 y'") from error
        row["place"] = f"{path}:{place}"
        if row["counted"] not in ("", "yes") or (row["counted"] and row["judge"] not in rules.VALUES):
            raise rules.BadRow(f"{row['place']}: counted is 'yes' or empty, and only a value that is judged by an interval is counted")
    return rows


def number(x):
    return "-" if x is None or not math.isfinite(x) else f"{x:.3g}"


def published(row):
    if row["judge"] in ("less", "greater"):
        return f"{'below' if row['judge'] == 'less' else 'above'} {row['reference']}"
    if row["judge"] in rules.BOUNDS:
        return f"{row['judge'].replace('_', ' ')} {number(row['published'])}"
    if row["judge"] == "spread":
        return f"{row['interval_kind']} {number(row['low'])}" + (f" to {number(row['high'])}" if row["high"] is not None else "")
    low, high = rules.limits(row)
    return f"{number(row['published'])} ({number(low)} to {number(high)})"


def line(row):
    model = number(row["model"]) + (f" ({number(row['seen'][0])} to {number(row['seen'][1])})" if row["seen"] else "")
    what = " ".join(filter(None, (row["outcome"], row["statistic"], row["time_text"])))
    whose = row["protocol"] + (f" / {row['reference']}" if row["reference"] else "")
    name = f"**{row['id']}**" if row["counted"] else row["id"]
    return f"| {name} | {row['study']} | {whose} | {what} | {published(row)} {row['unit']} | {model} | {row['verdict']} | {row['source']} |"


def diseases(rows):
    """In the order of the file."""
    return list(dict.fromkeys(row["disease"] for row in rows))


def inside_of(rows):
    told = [row["verdict"] for row in rows if row["verdict"] in ("inside", "outside")]
    return f"{told.count('inside')} of {len(told)}" + (f" ({100 * told.count('inside') / len(told):.0f} %)" if told else "")


def summary(rows):
    yield "| | counted figures inside | further figures inside | signs, bounds, nulls, spreads right | wrong | not expressed | wait |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for disease in diseases(rows) + ["all"]:
        ours = [row for row in rows if disease in (row["disease"], "all")]
        told = [row["verdict"] for row in ours]
        signs = told.count("right") + told.count("wrong")
        wrong = " ".join(sorted({row["id"] for row in ours if row["verdict"] == "wrong"})) or "-"
        yield (f"| {disease} | {inside_of([row for row in ours if row['counted']])} | {inside_of([row for row in ours if not row['counted']])} | "
               f"{told.count('right')} of {signs} | {wrong} | {told.count('inexpressible')} | {told.count('waits')} |")


def markdown(rows):
    """Everything between the markers, as one text."""
    for row in rows:
        row["time_text"] = "" if math.isnan(row["at"]) else f"day {row['at']:g}" + (f" less day {row['from']:g}" if not math.isnan(row["from"]) else "")
    lines = list(summary(rows))
    for disease in diseases(rows):
        lines += ["", f"### {disease}", "", "| row | study | protocol | what | published (accepted) | model (a trial of n would see) | verdict | source |",
                  "| --- | --- | --- | --- | --- | --- | --- | --- |"]
        lines += [line(row) for row in rows if row["disease"] == disease and row["judge"] in rules.JUDGED]
        for judge, words in (("inexpressible", "cannot be expressed"), ("waits", "waits for what the model does not have yet")):
            lines += [f"\n{row['id']} {words}: {row['note']} ({row['source']})" for row in rows if row["disease"] == disease and row["judge"] == judge]
    return "\n".join(lines) + "\n"


def insert(path, text, begins=BEGIN, ends=END):
    """Replaces what stands between two markers of a document, whole or not at all."""
    with open(path, encoding="utf-8") as file:
        before, begin, rest = file.read().partition(begins)
    _, end, after = rest.partition(ends)
    if not begin or not end:
        raise rules.BadRow(f"{path} has no lines '{begins}' and '{ends}' to write between")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"{before}{begins}\n\n{text}\n{ends}{after}")
    os.replace(path + ".new", path)
