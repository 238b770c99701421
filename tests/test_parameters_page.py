#!/usr/bin/env python3
"""docs/PARAMETERS.md is what the tables say: as `engraft list page` prints it, and row by row what `engraft list parameters` says, value by value."""
import os
import re
import subprocess

from testlib import check, finish

ENGRAFT, SOURCE = os.environ["ENGRAFT"], os.environ["SOURCE"]


page = subprocess.run([ENGRAFT, "list", "page"], capture_output=True, text=True, check=True).stdout
stored = open(os.path.join(SOURCE, "docs/PARAMETERS.md")).read()
different = [(a, b) for a, b in zip(page.splitlines(), stored.splitlines()) if a != b]
check(page == stored, f"docs/PARAMETERS.md is not what the tables say: make parameters; the first line that differs: {different[:1]}")

# --- the page: rows by disease ("" all), with what a disease moves -----------------------------------------------------------------------
shared, moved, own = {}, {}, {}
disease = None
for line in page.splitlines():
    if line.startswith("## "):
        disease = line[3:]
    cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    if len(cells) == 7 and cells[0].startswith("`"):
        rows = shared if disease.startswith("Shared") else own.setdefault(disease, {})
        check(cells[0] not in rows, f"{cells[0]} stands twice")
        check(all(cells[1:]), f"{cells[0]}: an empty cell")
        rows[cells[0].strip("`")] = cells[1:]
    elif len(cells) == 3 and cells[0].startswith("`"):
        moved.setdefault(disease, {})[cells[0].strip("`")] = cells[1:]
check(len(shared) > 200 and len(own) >= 5, f"{len(shared)} shared rows, {len(own)} diseases with rows of their own")

# --- the list: columns begin where their headings do ---------------------------------------------------------------------------------------
text = subprocess.run([ENGRAFT, "list", "parameters"], capture_output=True, text=True, check=True).stdout.splitlines()
begins = [text[0].index(word) for word in ("parameter", "unit", "nominal", "bounds", "prior", "source", "what it is")] + [None]
seen = {}
for line in text[1:]:
    name, unit, nominal, bounds, prior, source, help_text = (line[a:b].strip() for a, b in zip(begins, begins[1:]))
    if not nominal:
        disease = name
        continue
    seen[disease] = seen.get(disease, 0) + 1
    row = own.get(disease, {}).get(name) or shared.get(name)
    if row is None:
        check(False, f"{disease}: {name} is not on the page")
        continue
    row = row[:]
    if name in moved.get(disease, {}):
        row[0], row[3] = moved[disease][name]
    words = {"A": "assumed", "D": "derived", "L": "literature", "T": "tuned"}
    want = words.get(source.split()[0].rstrip(",")) if source else None
    good = [row[0], row[1], row[2], row[3], row[5]] == [nominal, unit, bounds, prior, help_text]
    good = good and (row[4].startswith(want) if want else row[4] == source)
    check(good, f"{disease}: {name}: the page has {row}, the list {[nominal, unit, bounds, prior, source, help_text]}")
for disease, count in seen.items():
    check(count == len(shared) + len(own.get(disease, {})), f"{disease}: {count} parameters, on the page {len(shared) + len(own.get(disease, {}))}")

# --- every row has a source that is one of four ----------------------------------------------------------------------------------------------
kinds = {row[4].split(":")[0].split()[0].rstrip(",") for rows in [shared, *own.values()] for row in rows.values()}
check(kinds <= {"assumed", "derived", "literature", "tuned"}, f"sources: {kinds}")
finish()
