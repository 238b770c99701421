"""The page: what was found, figures, tables, how sure one may be, and where it all comes from."""
import os
import shlex
from html import escape

import numpy as np

import curves
import figures
import influence
import tables
from tables import days_text

# Sets of figures at most, each with the reference and up to six others: of a choice, of all protocols, of the first of a multitude.
CHOSEN, GROUPS, CUT = 10, 3, 1

# outcome, heading, axis
TIMES = (
    ("efs", "Event-free survival", "alive without relapse and progression"),
    ("rfs", "Relapse-free survival", "alive without relapse"),
    ("os", "Overall survival", "alive"),
    ("nrm", "Non-relapse mortality", "death without relapse or progression"),
)
# marker, heading, axis, threshold, early
BANDS = (
    ("anc", "Neutrophil recovery", "neutrophils", 500, True),
    ("cd4", "CD4 recovery", "CD4 T cells", 200, False),
    ("edss", "Disability", "EDSS", None, False),
)
IN_TABLES = ("pfs", "neda3") # survival that is left to the tables: efs says most of it

STYLE = """
:root{color-scheme:light dark;%(light)s}
@media(prefers-color-scheme:dark){:root{%(dark)s}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:78rem;padding:1rem clamp(.8rem,3vw,2.5rem) 4rem;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%%}
h1{font-size:1.7rem;line-height:1.2;margin:.6rem 0 .2rem}h2{font-size:1.25rem;margin:2.4rem 0 .6rem}
h3{font-size:1rem;margin:0 0 .1rem}p{max-width:46rem;margin:.4rem 0}.soft{color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%%,22rem),1fr));gap:2rem 2.2rem;margin-top:1rem}
figure{margin:0;min-width:0}figcaption{font-size:.85rem;color:var(--soft);margin-top:.3rem}
svg{width:100%%;height:auto;display:block;overflow:visible}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif!important}
.wide{overflow-x:auto;margin:.6rem 0;border:1px solid var(--grid);border-radius:6px}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;width:100%%}
th,td{padding:.32rem .7rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--grid)}
tr:last-child>*{border-bottom:0}thead th{color:var(--soft);font-weight:600}tbody th{font-weight:400}
th:first-child{position:sticky;left:0;background:var(--paper)}td.text{white-space:normal}
li{max-width:46rem;margin:.25rem 0}
pre{overflow-x:auto;border:1px solid var(--grid);border-radius:6px;padding:.8rem;font-size:.8rem;line-height:1.45}
summary{cursor:pointer;padding:.3rem 0}.notice{border-left:4px solid var(--s1);padding:.2rem .9rem}
@media print{body{max-width:none}.wide{overflow:visible}figure{break-inside:avoid}}
"""


def variables(palette):
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


def table(head, rows, label):
    """rows: lists of cells, a cell being text or (text, attributes); the first cell of a row is its heading."""
    def cell(tag, content, attributes=""):
        if isinstance(content, tuple):
            content, attributes = content
        return f"<{tag} {attributes}>{escape(content)}</{tag}>" if attributes else f"<{tag}>{escape(content)}</{tag}>"

    top = "".join(cell("th", text, 'scope="col"') for text in head)
    body = "".join("<tr>" + cell("th", row[0], 'scope="row"') + "".join(cell("td", one) for one in row[1:]) + "</tr>\n" for row in rows)
    return (f'<div class="wide" role="region" aria-label="{escape(label)}" tabindex="0"><table><thead><tr>{top}</tr></thead>\n'
            f"<tbody>{body}</tbody></table></div>\n")


def figure(heading, canvas, description, caption):
    return (f"<figure><h3>{escape(heading)}</h3>\n{canvas.svg(escape(heading), escape(description))}"
            f"<figcaption>{escape(caption)}</figcaption></figure>\n")


def number_attributes(row):
    """The unrounded numbers of /summary, for whoever reads the page with a program."""
    return f'data-value="{row["value"]!r}" data-low="{row["low"]!r}" data-high="{row["high"]!r}"'


# --- what was found -----------------------------------------------------------------------------------------------


PLAIN = {"efs": "alive without relapse and progression", "rfs": "alive without relapse", "os": "alive",
         "nrm": "dead without relapse or progression"}


def headline(result):
    """The sentences that most readers want: benefit and harm of each protocol against the reference."""
    wanted = [name for name in ("efs", "rfs", "os", "nrm") if name in result.outcomes]
    first = [name for name in wanted if name in ("efs", "rfs")] + [row[0] for row in own_times(result)]
    wanted = (first[:1] or wanted[:1]) + [n for n in wanted if n in ("os", "nrm")]
    lines = []
    for protocol in result.shown:
        if protocol == result.reference:
            continue
        parts = []
        for outcome in dict.fromkeys(wanted):
            measure = tables.Measure(result, outcome, "probability", result.horizon)
            if measure.contrast(protocol) is not None:
                parts.append(f"{PLAIN.get(outcome, outcome)} {measure.contrast_text(protocol)} points ({measure.verdict(protocol)})")
        if parts:
            lines.append(f"<li><b>{escape(protocol)}</b>: {escape('; '.join(parts))}.</li>")
    if not lines:
        return ""
    return (f"<p>Paired differences from <b>{escape(result.reference)}</b> in the same patients at "
            f"{days_text(result.horizon)}, with 95 % intervals:</p><ul>{''.join(lines)}</ul>\n")


def typed(path):
    """The name of a file as one types it behind a command."""
    name = shlex.quote(os.path.basename(path))
    return f"./{name}" if os.path.basename(path).startswith("-") else name


def missing_courses(result):
    """What no number of the page rests on: courses that failed; nothing where none did."""
    by_reason = [f"{reason} {int(count):,}" for reason, count in zip(result.texts("/failure"), result.failures.sum(axis=0)) if count > 0]
    used = int(result.courses.sum())
    if not by_reason:
        return ""
    return (f"<p class=notice>Estimates are of {used:,} of {used + int(result.failures.sum()):,} courses: "
            f"{int(result.failures.sum()):,} failed ({escape(', '.join(by_reason))}). A patient who failed under any protocol is in no "
            f"pair. <code>engraft trace --failed {escape(typed(result.path))}</code> lists them.</p>\n")


def chosen_ones(result):
    """Which of the protocols the page is about, where it is not all of them, and how to choose."""
    if len(result.shown) == len(result.protocols):
        return ""
    rule = f"the first {len(result.shown)}, since nobody chose" if result.is_cut else "those that were chosen, and the reference"
    return (f"<p class=notice>This page shows {len(result.shown):,} of {len(result.protocols):,} protocols: {rule}. For others: "
            f"<code>analysis/report {escape(typed(result.path))} -o report.html --protocol 'A,B*'</code>; for one outcome: "
            "<code>--outcome X</code>.</p>\n")


def head(result):
    points = f"{result.points:,} point{'s' if result.points != 1 else ''}"
    failed = int(result.failures.sum())
    return (f"<h1>{escape(result.name)}</h1>\n<p class=soft>{escape(result.disease)} · {points} × {len(result.protocols)} "
            f"protocol{'s' if len(result.protocols) != 1 else ''} × {result.patients:,} patients = "
            f"{int(result.courses.sum()) + failed:,} courses · {days_text(result.horizon)} after day 0 · engraft "
            f"{escape(result.text('/provenance/engraft'))}</p>\n"
            "<p class=notice>A research simulator: virtual patients of a mathematical model. Not validated for, and not to be "
            "used for, decisions about any individual.</p>\n" + missing_courses(result) + chosen_ones(result))


# --- figures ------------------------------------------------------------------------------------------------------


def groups(result):
    """Protocols that share a figure: the reference and up to six others at a time."""
    others = [name for name in result.shown if name != result.reference]
    size = figures.MOST - 1
    return [[result.reference] + others[first:first + size] for first in range(0, max(len(others), 1), size)]


def asked(result, outcome, names):
    """Those protocols for which the outcome can be asked at all (recovery needs a nadir, for instance)."""
    counts = result.array(f"/outcomes/{outcome}/n").reshape(result.points, len(result.protocols), -1).sum(axis=(0, 2))
    return [name for name in names if counts[result.place[name]] > 0]


def own_times(result):
    """Survival that only this disease has."""
    shown = [row[0] for row in TIMES] + list(IN_TABLES)
    return tuple((name, name, name) for name in result.outcomes if name not in shown and result.is_survival(name))


def own_bands(result):
    """Markers that only this disease has: more of them is good or bad, as it is not with those of the blood."""
    shown = [row[0] for row in BANDS]
    return tuple((name, name, name, None, False) for name in result.outcomes
                 if name not in shown and result.has(f"/read_{name}") and result.better(name) != 0)


def time_figures(result, names, missing):
    for outcome, heading, axis in TIMES + own_times(result):
        if result.only not in (None, outcome):
            continue
        if not result.has(f"/outcomes/{outcome}/events_by_day"):
            missing.setdefault(heading, f"the study does not ask for the outcome {outcome}")
            continue
        canvas = figures.time_figure(result, outcome, names, figures.MARKS, axis)
        caption = "Shaded: 95 % interval by day. " + figures.describe(result, outcome, names, result.horizon)
        if not result.is_survival(outcome):
            caption = "Cumulative incidence; relapse and progression compete. " + caption
        yield figure(f"{heading} ({outcome})", canvas, caption, caption)


def band_figures(result, names, missing):
    own = own_bands(result)
    for marker, heading, axis, threshold, early in BANDS + own:
        if result.only not in (None, marker):
            continue
        if marker == "edss" and own and not curves.Band.exists(result, marker):
            continue  # the score of another disease
        if not curves.Band.exists(result, marker):
            missing.setdefault(heading, f"the study has neither a trajectory nor an outcome {marker}")
            continue
        band = curves.Band(result, marker, names)
        canvas = figures.band_figure(result, band, names, figures.MARKS, axis, threshold, early)
        when = "at the days on which the outcome is read" if band.sparse else "by day"
        caption = f"Median and the band that holds 80 % of the patients alive (10 to 90 %), {when}."
        last = "; ".join(f"{name} {band.median[band.place[name], -1]:.4g}" for name in names)
        yield figure(f"{heading} ({marker})", canvas, f"{caption} Medians on day {band.days[-1]:g}: {last}.", caption)


def contrast_figures(result, names, missing):
    chosen = [m for m in tables.measures(result, contrast=True)
              if m.kind == "probability" and abs(m.at - result.horizon) < 1e-6 and not tables.is_recovery(result, m.outcome)]
    if len(names) < 2 or not chosen:
        missing.setdefault("Differences between protocols", "there is no second protocol, or no time to an event")
        return
    canvas = figures.contrast_figure(result, chosen, names, figures.MARKS)
    words = "; ".join(f"{m.label()}: {', '.join(f'{n} {m.contrast_text(n)}' for n in names if m.contrast(n) is not None)}" for m in chosen)
    yield figure(f"Differences from {result.reference} at {days_text(result.horizon)}", canvas, words,
                 "Paired, in the same patients, with 95 % intervals. To the right: more of what the row names; the names are "
                 "those of the tables below.")


def spread_figures(result, names, missing):
    chosen = ("efs", "rfs", *(row[0] for row in own_times(result)), "os")
    outcome = next((name for name in chosen if name in result.outcomes), None)
    shares = None if outcome is None else curves.best_by_point(result, outcome, result.horizon)
    if shares is None or result.points < 10:
        missing.setdefault("Spread over the uncertain parameters", "the design has fewer than ten points")
        return
    known = ~np.isnan(shares).any(axis=1)
    sign, word = (-1, "lowest") if result.better(outcome) < 0 else (1, "highest")
    places = [p for p, name in enumerate(result.protocols) if name in names]
    reference = places.index(result.place[result.reference])
    words = ""
    if known.sum() > 1:
        noise = curves.paired_noise(result, outcome, result.horizon)[places]
        best = curves.probability_best(shares[known][:, places], noise, reference, sign)
        words = "; ".join(f"{result.protocols[p]} {100 * best[0, k]:.0f} % ({100 * best[1, k]:.0f} to {100 * best[2, k]:.0f})"
                          for k, p in enumerate(places))
    canvas = figures.spread_figure(result, shares, names, figures.MARKS, outcome)
    who = ("the same" if result.text("/design/across_points") == "common" else "its own") + f" {result.patients:,} patients"
    chance = "" if who.startswith("the same") else ", whose chance is part of the spread"
    caption = (f"Each of the {result.points:,} points is one set of values of the uncertain parameters, with {who}{chance}. Probability of the {word} {outcome} among these at a point, chance of its patients removed, ties divided: {words}.")
    yield figure(f"Spread over the uncertain parameters ({outcome} at {days_text(result.horizon)})", canvas, caption, caption)


def influence_figures(result, names, missing):
    """What the outcome of the spread depends on, under the reference and the first other protocol."""
    del missing  # a design without indices misses nothing
    chosen = ("relapse", "efs", *(row[0] for row in own_times(result)), "os")
    outcome = next((name for name in chosen if name in result.outcomes and result.is_time(name)), None)
    if outcome is None or influence.kind(result) is None:
        return
    for name in names[:2]:
        yield from influence_of(result, outcome, name)


def influence_of(result, outcome, name):
    y, v = influence.shares(result, outcome, name)
    rows = sorted(influence.indices(result, y[:, -1], v[:, -1]), key=lambda row: -np.nan_to_num(row[3] if np.isfinite(row[3]) else row[1]))[:10]
    if not rows:
        return
    what, order = f"{outcome} at {days_text(result.landmarks[-1])}, {name}", [row[0] for row in rows[:4]]
    words = "; ".join(f"{row[0]} {row[3] if np.isfinite(row[3]) else row[1]:.2f}" for row in rows[:5])
    variance, noise = np.nanvar(y[:, -1]), np.nanmean(v[:, -1])
    caption = ("Sobol' indices" if np.isfinite(rows[0][3]) else "First-order indices by ranks") + (
        f" with 95 % intervals, noise of finite patients taken out: it is {100 * min(1, noise / variance):.0f} % of how points differ. engraft sensitivity has all outcomes.")
    yield figure(f"What it depends on ({what})", figures.index_figure(rows, figures.MARKS), words, caption)
    lines = {row: [[], [], []] for row in order}
    for k in range(y.shape[1]):
        now = {row[0]: row for row in influence.indices(result, y[:, k], v[:, k])}
        for row in order:
            found = now.get(row, (row, np.nan, (np.nan, np.nan), np.nan, (np.nan, np.nan)))
            total = np.isfinite(rows[0][3])
            for to, value in zip(lines[row], (found[3] if total else found[1], *(found[4] if total else found[2]))):
                to.append(value)
    if len(result.landmarks) > 2:
        yield figure(f"What it depends on over time ({outcome}, {name})", figures.index_time_figure(result, result.landmarks, lines, figures.MARKS), words,
                     "The same indices at every landmark; days on which noise hides all there is have none.")
    parameters = result.texts("/parameter")
    values = result.array("/design/values")
    effects = {row: influence.main_effect(values[:, parameters.index(row)], y[:, -1]) for row in order if row in parameters}
    if effects and influence.kind(result) == "rank":
        yield figure(f"Along each parameter ({what})", figures.effect_figure(effects, figures.MARKS, outcome), words,
                     "Mean of the points in eighths of each parameter, from its lowest values to its highest.")
        columns = [parameters.index(row[0]) for row in rows if row[0] in parameters]
        good = np.isfinite(y[:, -1])
        yield figure(f"Points with the lowest and the highest {outcome} ({name})",
                     figures.parallel_figure(values[good][:, columns], y[good, -1], [parameters[j] for j in columns], figures.MARKS, outcome), words,
                     "Each thin line is a point, its parameters as quantiles: " + ", ".join(f"{k + 1} {parameters[j]}" for k, j in enumerate(columns)) + ". Thick: the means.")


def all_figures(result):
    missing, parts = {}, []
    sets = groups(result)
    drawn_sets = sets[:CUT if result.is_cut else CHOSEN if result.is_chosen else GROUPS]
    for names in drawn_sets:
        drawn = "".join(part for maker in (time_figures, contrast_figures, band_figures, spread_figures, influence_figures)
                        for part in maker(result, names, missing))
        parts.append(f'<div class="figures">{drawn}</div>\n')
    if len(sets) > len(drawn_sets):
        shown = sum(len(names) - 1 for names in drawn_sets)
        all_in_tables = "; the tables have all" if len(result.shown) == len(result.protocols) else ""
        parts.append(f"<p class=soft>Figures show {escape(result.reference)} and the first {shown} other protocols{all_in_tables}. "
                     "<code>--protocol</code> chooses others.</p>")
    if missing:
        items = "".join(f"<li>{escape(name)}: {escape(why)}.</li>" for name, why in missing.items())
        parts.append(f"<p class=soft>Not in this result:</p><ul class=soft>{items}</ul>")
    return "<h2>Figures</h2>\n" + "".join(parts)


# --- tables -------------------------------------------------------------------------------------------------------


def outcome_table(result):
    places, failed = [result.place[name] for name in result.shown], result.failures.sum(axis=1)
    rows = [["courses (n)"] + [str(result.courses[p]) for p in places], ["failed courses"] + [str(failed[p]) for p in places]]
    for measure in tables.measures(result):
        cells = []
        for protocol in result.shown:
            row = measure.estimate(protocol)
            cells.append((measure.estimate_text(protocol), number_attributes(row)) if row is not None else "-")
        rows.append([measure.label()] + cells)
    return ("<h2>Outcomes by protocol</h2>\n<p>Estimates with 95 % intervals over all points; days of recovery as median with the "
            "10 and 90 % quantiles of patients.</p>\n" + table([""] + result.shown, rows, "Outcomes by protocol"))


def contrast_tables(result):
    parts = ["<h2>Paired contrasts</h2>\n"]
    chosen = tables.measures(result, contrast=True)
    if not chosen:
        return parts[0] + "<p>There is nothing to compare: the study has one protocol.</p>\n"
    for protocol in result.shown:
        rows = []
        for measure in chosen:
            row = measure.contrast(protocol)
            if row is None:
                continue
            pairs = f"{row['gains']} / {row['losses']}" if measure.style() == "percent" else "-"
            rows.append([measure.label(), (measure.contrast_text(protocol), number_attributes(row)), pairs, str(row["n"]),
                         measure.verdict(protocol)])
        if rows:
            title = f"{protocol} against {result.reference}"
            parts.append(f"<h3>{escape(title)}</h3>" + table(
                ["", "difference (95 % interval)", "gained / lost", "pairs", "verdict"], rows, title))
    parts.append("<p class=soft>Differences of shares are percentage points. Gained / lost: patients with the event under the "
                 "reference only / under the protocol only. A verdict is given where the 95 % interval excludes 0; intervals "
                 "are not adjusted for the number of comparisons.</p>\n")
    return "".join(parts)


def meaning(result):
    """What the intervals say and what they do not."""
    across = result.text("/design/across_points")
    if result.points == 1:
        points = ("All parameters of the model stand at one set of values. The intervals say how far the numbers could be from those "
                  "of infinitely many virtual patients; they say nothing about whether the values of the parameters are right.")
    elif across == "independent":
        points = (f"Each of the {result.points:,} points has its own values of the uncertain parameters and its own patients. Numbers "
                  "are averages over what is assumed about the parameters; their intervals take the points as the sampling units, "
                  "so that they grow with the disagreement between points. They bound the average, not the value at one point: "
                  "the spread over points is a figure of its own.")
    else:
        points = (f"The same {result.patients:,} patients return at each of the {result.points:,} points. Numbers are averages over "
                  "the design; intervals count distinct patients only and do not include what the choice of points may do.")
    names = list(dict.fromkeys(result.estimates.column("estimator") + result.contrasts.column("estimator")))
    return ("<h2>What the intervals mean</h2>\n" f"<p>{escape(points)}</p>\n"
            "<p>Every interval is a 95 % interval of sampling, for a model that is taken as true. None of them covers what the model "
            "leaves out. Every patient is followed to the horizon or to death, so that curves are counts and need no correction for "
            "censoring. Protocols are compared in the same virtual patients with the same chance events wherever the protocols "
            "allow it; the analysis is by intention to treat, with the clock at day 0. Bands by day agree with the tables at "
            "every landmark; between landmarks the effective number of courses is interpolated.</p>\n"
            "<details><summary>Estimators</summary><ul>" + "".join(f"<li>{escape(name)}</li>" for name in names) + "</ul></details>\n")


def protocol_table(result):
    if not result.has("/protocols/verb"):
        return ""
    columns = {name: result.array(f"/protocols/{name}").tolist() for name in ("day", "after", "times", "duration", "every", "taper")}
    texts = {name: result.texts(f"/protocols/{name}") for name in ("protocol", "verb", "noun", "when", "arguments")}
    ethics = result.texts("/protocols/source_ethics") if result.has("/protocols/source_ethics") else [""] * len(texts["protocol"])
    flags = {protocol: flag for protocol, flag in zip(texts["protocol"], ethics) if flag}
    rows = []
    shown = set(result.shown)
    for i, protocol in enumerate(texts["protocol"]):
        if protocol not in shown:
            continue
        day, after = columns["day"][i], columns["after"][i]
        start = f"day {day:g}" if day == day else f"on {texts['when'][i]}" + (f", after {after:g} d" if after > 0 else "")
        more = [f"{word} {columns[name][i]:g} d" for word, name in (("for", "duration"), ("every", "every"), ("taper", "taper"))
                if columns[name][i] == columns[name][i] and columns[name][i] > 0]
        more += [f"at most {columns['times'][i]} times"] if columns["times"][i] > 1 else []
        rows.append([protocol, start, f"{texts['verb'][i]} {texts['noun'][i]}", (texts["arguments"][i], 'class="text"'), ", ".join(more)])
    note = "".join(f"<p>source_ethics = {escape(flag)}: {escape(protocol)}</p>\n" for protocol, flag in flags.items() if protocol in shown)
    return "<h2>Protocols</h2>\n" + note + table(["protocol", "when", "what", "arguments", "time course"], rows, "Actions of the protocols")


def design_table(result):
    if not result.has("/design/values") or not result.has("/parameter"):
        return ""
    values = result.array("/design/values")
    columns = zip(result.texts("/parameter"), result.texts("/design/parameter_unit"), result.array("/design/parameter_nominal"),
                  result.texts("/design/parameter_prior"), values.min(axis=0), values.max(axis=0))
    rows = [[name, unit, f"{nominal:.6g}", (prior, 'class="text"'), f"{low:.4g} to {high:.4g}"] for name, unit, nominal, prior, low, high in columns]
    return (f"<h2>Uncertain parameters</h2>\n<p>Design {escape(result.text('/design/kind'))}, {result.points:,} points, patients "
            f"{escape(result.text('/design/across_points'))} across points.</p>\n"
            + table(["parameter", "unit", "nominal", "prior", "drawn"], rows, "Uncertain parameters"))


def provenance(result):
    wanted = (("engraft", "engraft"), ("revision", "revision of the sources"), ("compiler", "compiler"), ("flags", "flags"), ("mpi", "MPI"),
              ("hdf5", "HDF5"), ("vectors", "vector instructions"), ("command_line", "command"), ("written", "written"), ("hosts", "hosts"),
              ("job", "job"), ("ranks", "ranks"), ("seconds", "seconds of the last attempt"), ("courses_planned", "courses planned"),
              ("courses_done", "courses done"), ("courses_failed", "courses failed"), ("failures", "failures"), ("attempts", "attempts"),
              ("key_recipe", "random numbers"))
    rows = []
    for name, label in wanted:
        if result.has(f"/provenance/{name}"):
            value = result.array(f"/provenance/{name}")
            text = result.text(f"/provenance/{name}") if isinstance(value, bytes) else f"{value:.6g}" if isinstance(value, np.floating) else str(value)
            rows.append([label, (text.strip() or "none", 'class="text"')])
    rows += [["identity of the study", result.text("/study/identity")], ["extent", result.text("/study/extent")]]
    rows += [[f"failed: {reason}", ", ".join(f"{name} {int(count)}" for name, count in zip(result.protocols, counts) if count > 0)]
             for reason, counts in zip(result.texts("/failure"), result.failures.T) if counts.sum() > 0]
    return "<h2>Provenance</h2>\n" + table(["", ""], rows, "Provenance")


def study_text(result):
    return ("<h2>The study</h2>\n<details open><summary>As it was given</summary><pre>"
            f"{escape(result.text('/provenance/study_text'))}</pre></details>\n<details><summary>As it was understood, with every "
            f"default (the seed is among the first lines)</summary><pre>{escape(result.text('/study/canonical'))}</pre></details>\n")


def build(result):
    """The whole page as text."""
    body = "".join((head(result), headline(result), all_figures(result), outcome_table(result), contrast_tables(result), meaning(result),
                    protocol_table(result), design_table(result), study_text(result), provenance(result)))
    style = STYLE % {"light": variables(figures.LIGHT), "dark": variables(figures.DARK)}
    return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            f"<title>{escape(result.name)} · engraft</title>\n<style>{style}</style></head>\n<body>\n<main>\n{body}</main>\n</body></html>\n")


def picture(result):
    """One figure as PNG: the first survival outcome that the result has."""
    for outcome, _, axis in TIMES:
        if result.has(f"/outcomes/{outcome}/events_by_day"):
            return figures.time_figure(result, outcome, groups(result)[0], figures.LIGHT, axis).png()
    names = groups(result)[0]
    for marker, _, axis, threshold, early in BANDS:
        if curves.Band.exists(result, marker):
            return figures.band_figure(result, curves.Band(result, marker, names), names, figures.LIGHT, axis, threshold, early).png()
    return figures.contrast_figure(result, tables.measures(result, contrast=True), names, figures.LIGHT).png()
