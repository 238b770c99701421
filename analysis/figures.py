"""The figures of a report, drawn once for two uses: as SVG whose colours follow the reader's theme, and as PNG.

Protocols differ by colour (Okabe and Ito's palette, told apart by colour-blind readers) and by the style of the line.
"""
import io
import re
import zlib

import matplotlib
import numpy as np
from matplotlib.figure import Figure  # pyplot would load windows and widgets
from matplotlib.lines import Line2D

import curves
from tables import YEAR, days_text, interval_text

STYLES = ("-", (0, (5, 2)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1.2)), (0, (8, 2, 2, 2)), (0, (2, 3)))
MOST = len(STYLES)  # protocols in one figure

LIGHT = {"ink": "#1b1f24", "soft": "#59636e", "grid": "#d8dee4", "paper": "#ffffff",
         "s0": "#0072b2", "s1": "#c2500a", "s2": "#00855f", "s3": "#a8477f", "s4": "#9a6a00", "s5": "#3f8fc4", "s6": "#59636e"}
DARK = {"ink": "#e6edf3", "soft": "#9da7b3", "grid": "#363d47", "paper": "#14181d",
        "s0": "#56b4e9", "s1": "#ff8f4d", "s2": "#2fc79a", "s3": "#e79ac4", "s4": "#e6b53c", "s5": "#8fc7ff", "s6": "#b6bfc9"}
# Colours that stand for the names above while an SVG is drawn.
MARKS = {name: f"#0{index:x}f0e{index:x}" for index, name in enumerate(LIGHT)}

# Texts stay texts, in the fonts of the page: of the list of families, which would be formatted for each of them, nothing is kept.
AS_SVG = {"svg.fonttype": "none", "svg.hashsalt": "engraft", "font.sans-serif": ["DejaVu Sans"]}

INCH = 72.0
WIDTH, LEFT, RIGHT, TOP = 4.7, 0.66, 0.2, 0.16
PLOT_HEIGHT, ROW = 2.35, 0.165


class Canvas:
    """One figure with a single pair of axes, a key below it, and one palette."""

    def __init__(self, palette, key_rows, height=PLOT_HEIGHT, left=LEFT):
        self.palette = palette
        self.below = 0.50 + ROW * key_rows
        total = TOP + height + self.below
        self.figure = Figure(figsize=(WIDTH, total))
        self.axes = self.figure.add_axes([left / WIDTH, self.below / total, (WIDTH - left - RIGHT) / WIDTH, height / total])
        self.total = total
        for side, spine in self.axes.spines.items():
            spine.set_visible(side in ("left", "bottom"))
            spine.set_color(palette["soft"])
            spine.set_linewidth(0.8)
        self.axes.tick_params(colors=palette["soft"], labelcolor=palette["ink"], labelsize=8, width=0.8, length=3)
        self.axes.grid(True, color=palette["grid"], linewidth=0.6)
        self.axes.set_axisbelow(True)
        for part in (self.figure, self.axes):
            part.patch.set_facecolor(palette["paper"] if palette is not MARKS else "none")

    def labels(self, x, y):
        for setter, text in ((self.axes.set_xlabel, x), (self.axes.set_ylabel, y)):
            setter(text, fontsize=8.5, color=self.palette["ink"], labelpad=3)

    def text(self, x, inches, text, colour="ink", **more):
        """Text at an x of the axes' data (or of the figure) and a height in inches above the figure's lower edge."""
        self.figure.text(x, inches / self.total, text, fontsize=8, color=self.palette[colour], va="center", **more)

    def key(self, names, numbers=None, heading=""):
        """Below the axes: a sample of each line with its name, and under it one number below each tick."""
        y = self.below - 0.50
        if numbers is not None:
            self.text(0.02, y, heading, "soft", ha="left")
            y -= ROW
        for i, name in enumerate(names):
            self.figure.add_artist(Line2D([0.02, 0.085], [y / self.total] * 2, color=self.palette[f"s{i}"],
                                              linestyle=STYLES[i], linewidth=1.8))
            self.text(0.1, y, name, ha="left")
            y -= ROW
            if numbers is not None:
                for day, number in numbers[i]:
                    x = self.axes.transData.transform((day, 0))[0] / (WIDTH * self.figure.dpi)
                    self.text(min(max(x, 0.06), 0.955), y, number, f"s{i}", ha="center")
                y -= ROW

    def svg(self, title, description):
        """The figure as an <svg> element for a page; `title` and `description` are escaped already."""
        stream = io.StringIO()
        with matplotlib.rc_context(AS_SVG):
            self.figure.savefig(stream, format="svg")
        text = stream.getvalue()
        text = text[text.index("<svg"):]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
        text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
        for name, colour in MARKS.items():
            text = text.replace(colour, f"var(--{name})")
        text = re.sub(r"(?<=\d\.\d\d)\d+", "", text)  # hundredths of a point are enough
        text = re.sub(r' (width|height)="[\d.]+pt"', "", text, count=2)
        text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
        text = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", text)  # the family comes from the page
        text = own_names(text)
        opening = re.match(r"<svg[^>]*>", text).group(0)
        return (opening.replace("<svg", '<svg role="img"', 1) + f"<title>{title}</title><desc>{description}</desc>"
                + re.sub(r"\s*\n\s*", " ", text[len(opening):]))

    def png(self, dpi=110):
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=dpi, facecolor=self.palette["paper"], metadata={"Software": None})
        return stream.getvalue()


def own_names(svg):
    """Ids that nothing refers to go; the others get a prefix of their figure, since one page holds many figures."""
    used = set(re.findall(r"(?:#)([\w.-]+)(?=[\")])", svg))
    prefix = f"f{zlib.crc32(svg.encode()):08x}-"
    svg = re.sub(r' id="([\w.-]+)"', lambda m: f' id="{prefix}{m.group(1)}"' if m.group(1) in used else "", svg)
    return re.sub(r'(url\(#|href="#)', lambda m: m.group(1) + prefix, svg)


def year_ticks(axes, horizon):
    """Ticks in years, or in months or days where the horizon is short; returns them in days."""
    if horizon >= 2 * YEAR:
        step = max(1, int(np.ceil(horizon / YEAR / 6)))
        days = np.arange(0, horizon / YEAR + 1e-9, step) * YEAR
        axes.set_xticks(days, [f"{round(day / YEAR)}" for day in days])
        unit = "years"
    elif horizon >= 60:
        step = max(1, int(np.ceil(horizon / 30.4375 / 6)))
        days = np.arange(0, horizon / 30.4375 + 1e-9, step) * 30.4375
        axes.set_xticks(days, [f"{round(day / 30.4375)}" for day in days])
        unit = "months"
    else:
        days = np.linspace(0, horizon, 5)
        axes.set_xticks(days, [f"{day:.0f}" for day in days])
        unit = "days"
    axes.set_xlim(0, horizon)
    return days, f"{unit} since day 0"


def shade(names):
    """Opacity of bands: many of them on top of one another must leave the lines visible."""
    return min(0.2, 0.6 / len(names))


def risk_numbers(result, outcome, curve, protocol, days):
    """Courses at risk behind each tick: from the counts at a landmark where the tick is one, as `engraft show` has them."""
    events, competing = result.event_counts(outcome)
    landmarks, p = np.array(result.landmarks), result.place[protocol]
    numbers = []
    for day in days:
        k = np.flatnonzero(np.abs(landmarks - day) < 1e-6)
        number = curve.n - int(events[p, k[0]] + competing[p, k[0]]) if len(k) else curve.at_risk(day)
        numbers.append((day, f"{number}"))
    return numbers


def time_figure(result, outcome, names, palette, what):
    """Survival or cumulative incidence by day with 95 % bands and numbers at risk."""
    lines = [(name, curves.TimeCurve(result, outcome, name)) for name in names]
    canvas = Canvas(palette, 2 * len(names) + 1)
    axes = canvas.axes
    lowest, highest = 1.0, 0.0
    for i, (_, curve) in enumerate(lines):
        at = curve.thinned()
        x, colour = curve.days[at], palette[f"s{i}"]
        axes.fill_between(x, 100 * curve.low[at], 100 * curve.high[at], step="post", color=colour, alpha=shade(names), linewidth=0)
        axes.step(x, 100 * curve.share[at], where="post", color=colour, linestyle=STYLES[i], linewidth=1.6)
        if curve.n > 0:
            lowest = min(lowest, np.nanmin(curve.low, initial=np.nanmin(curve.share)))
            highest = max(highest, np.nanmax(curve.high, initial=np.nanmax(curve.share)))
    days, x_label = year_ticks(axes, result.horizon)
    label = what + ", %"
    if result.is_survival(outcome):
        floor = 5 * int(20 * lowest) if lowest > 0.7 else 0
        axes.set_ylim(floor, 100.5 if floor == 0 else 100 + 0.02 * (100 - floor))
        label += f" (axis from {floor})" if floor > 0 else ""
    else:
        axes.set_ylim(0, min(100, max(1.0, 115 * highest)))
    canvas.labels(x_label, label)
    canvas.key(names, [risk_numbers(result, outcome, curve, name, days) for name, curve in lines], "at risk")
    return canvas


def band_figure(result, band, names, palette, what, threshold=None, early=False):
    """Median and 10-90 % band of a marker; `early` stretches the first weeks and takes logarithms of the marker."""
    canvas = Canvas(palette, len(names))
    axes = canvas.axes
    for i, name in enumerate(names):
        p, colour = band.place[name], palette[f"s{i}"]
        if band.sparse:
            shift = 0 if early else (i - (len(names) - 1) / 2) * 0.012 * result.horizon
            axes.vlines(band.days + shift, band.low[p], band.high[p], color=colour, alpha=0.5, linewidth=2.5)
            axes.plot(band.days + shift, band.median[p], color=colour, linestyle=STYLES[i], linewidth=1.2, marker="o", markersize=3)
        else:
            axes.fill_between(band.days, band.low[p], band.high[p], color=colour, alpha=shade(names), linewidth=0)
            for edge in (band.low, band.high):
                axes.plot(band.days, edge[p], color=colour, linestyle=STYLES[i], linewidth=0.5, alpha=0.7)
            axes.plot(band.days, band.median[p], color=colour, linestyle=STYLES[i], linewidth=1.6)
    label = year_ticks(axes, result.horizon)[1]
    if early:
        axes.set_yscale("log")
        axes.set_xscale("symlog", linthresh=7, linscale=0.6)
        ticks = [day for day in (0, 7, 14, 28, 100, YEAR, 2 * YEAR, 5 * YEAR, 10 * YEAR) if day <= result.horizon + 1e-6]
        axes.set_xticks(ticks, [f"{day:.0f}" if day < YEAR else days_text(day) for day in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlim(0, result.horizon)
        label = "days since day 0 (early days stretched)"
    elif np.nanmin(band.low) >= 0:
        axes.set_ylim(bottom=0)
    if threshold is not None:
        axes.axhline(threshold, color=palette["soft"], linewidth=0.9, linestyle=(0, (2, 2)))
        axes.annotate(f"{threshold:g}", (1, threshold), xycoords=("axes fraction", "data"), xytext=(-2, 2),
                      textcoords="offset points", ha="right", fontsize=7.5, color=palette["soft"])
    canvas.labels(label, what if what == band.unit else f"{what}, {unit_text(band.unit)}")
    canvas.key(names)
    return canvas


def unit_text(unit):
    return {"1/uL": "per µL", "1e3/uL": "10³ per µL", "1": "share"}.get(unit, unit)


def contrast_figure(result, measures, names, palette):
    """Paired differences from the reference with 95 % intervals, in percentage points."""
    labels = [f"{m.outcome} {days_text(m.at)}" for m in measures]
    canvas = Canvas(palette, len(names) - 1, height=0.3 + len(measures) * (0.14 + 0.1 * max(len(names) - 1, 2)),
                    left=0.14 + 0.068 * max(map(len, labels)))
    axes, others = canvas.axes, [(i, name) for i, name in enumerate(names) if name != result.reference]
    for j, (i, name) in enumerate(others):
        rows = [(row, measure.contrast(name)) for row, measure in enumerate(measures)]
        rows = [(row, contrast) for row, contrast in rows if contrast is not None and contrast["n"] > 0]
        y = [row + (j - (len(others) - 1) / 2) * 0.55 / max(len(others), 2) * 1.2 for row, _ in rows]
        low, high, value = ([100 * contrast[which] for _, contrast in rows] for which in ("low", "high", "value"))
        axes.hlines(y, low, high, color=palette[f"s{i}"], linewidth=2)
        axes.plot(value, y, linestyle="none", marker="osD^vPX"[i % 7], color=palette[f"s{i}"], markersize=4.5)
    axes.axvline(0, color=palette["ink"], linewidth=0.9)
    axes.set_ylim(len(measures) - 0.5, -0.5)
    axes.set_yticks(range(len(measures)), labels)
    canvas.labels(f"difference from {result.reference}, percentage points", "")
    y = canvas.below - 0.50
    for i, name in others:
        canvas.figure.add_artist(Line2D([0.05], [y / canvas.total], color=palette[f"s{i}"], marker="osD^vPX"[i % 7], markersize=4.5))
        canvas.text(0.1, y, name, ha="left")
        y -= ROW
    return canvas


def spread_figure(result, shares, names, palette, what):
    """How an outcome at the horizon is spread over the points of the design: cumulative shares of points."""
    canvas = Canvas(palette, len(names))
    for i, name in enumerate(names):
        values = np.sort(100 * shares[:, result.place[name]])
        values = values[~np.isnan(values)]
        if len(values) > 0:
            level = 100 * np.arange(1, len(values) + 1) / len(values)
            canvas.axes.step(np.concatenate((values[:1], values)), np.concatenate(([0], level)), where="post",
                             color=palette[f"s{i}"], linestyle=STYLES[i], linewidth=1.6)
    canvas.axes.set_ylim(0, 101)
    canvas.labels(f"{what} at one point, %", "points at or below, %")
    canvas.key(names)
    return canvas


def variance_figure(rows, palette):
    """Where the variance of single courses comes from: (name, shares of parameters, patients and chance) as stacked bars."""
    canvas = Canvas(palette, 3, height=0.3 + 0.2 * len(rows), left=0.2 + 0.068 * max(len(row[0]) for row in rows))
    for y, (_, *parts) in enumerate(rows):
        begin = 0
        for share, colour in zip(parts, ("s0", "s1", "s2")):
            if np.isfinite(share):
                canvas.axes.barh(y, 100 * share, left=begin, height=0.62, color=palette[colour], linewidth=0)
                begin += 100 * share
    canvas.axes.set_xlim(0, 100)
    canvas.axes.set_ylim(len(rows) - 0.5, -0.5)
    canvas.axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    canvas.labels("share of the variance of single courses, %", "")
    sample_key(canvas, (("s0", "s", "parameters"), ("s1", "s", "who patients are"), ("s2", "s", "chance")))
    return canvas


def index_figure(rows, palette):
    """Indices with 95 % intervals, the largest above: total where there are such, first order."""
    names = [row[0] for row in rows]
    canvas = Canvas(palette, 2, height=0.3 + 0.2 * len(rows), left=0.2 + 0.068 * max(map(len, names)))
    for k, (value, bounds, colour, marker, shift) in enumerate(((1, 2, "s1", "s", 0.14), (3, 4, "s0", "o", -0.14))):
        y = np.arange(len(rows)) + shift
        x = np.array([row[value] for row in rows])
        if not np.isfinite(x).any():
            continue  # by ranks there is no total
        low, high = (np.array([row[bounds][side] for row in rows]) for side in (0, 1))
        canvas.axes.hlines(y, low, high, color=palette[colour], linewidth=2)
        canvas.axes.plot(x, y, linestyle="none", marker=marker, color=palette[colour], markersize=4.5)
    canvas.axes.axvline(0, color=palette["ink"], linewidth=0.9)
    canvas.axes.set_ylim(len(rows) - 0.5, -0.5)
    canvas.axes.set_yticks(range(len(rows)), names)
    canvas.labels("share of the variance", "")
    sample_key(canvas, (("s1", "s", "first order: alone"), ("s0", "o", "total: with all others")) if np.isfinite(rows[0][3]) else
               (("s1", "s", "first order: alone"),))
    return canvas


def sample_key(canvas, entries):
    y = canvas.below - 0.50
    for colour, marker, name in entries:
        canvas.figure.add_artist(Line2D([0.05], [y / canvas.total], color=canvas.palette[colour], marker=marker, markersize=4.5))
        canvas.text(0.1, y, name, ha="left")
        y -= ROW


def index_time_figure(result, days, lines, palette):
    """Indices at every landmark with their intervals as bands: {name: (values, low, high)}."""
    canvas = Canvas(palette, len(lines))
    for i, line in enumerate(lines.values()):
        value, low, high = np.array(line, dtype=float)
        there = np.isfinite(value) & np.isfinite(low)
        days_there, value, low, high = np.array(days)[there], value[there], low[there], high[there]
        canvas.axes.fill_between(days_there, low, high, color=palette[f"s{i}"], alpha=shade(lines), linewidth=0)
        canvas.axes.plot(days_there, value, color=palette[f"s{i}"], linestyle=STYLES[i], linewidth=1.6)
    year_ticks(canvas.axes, result.horizon)
    canvas.axes.set_ylim(-0.1, 1.05)
    canvas.labels("years since day 0" if result.horizon >= 2 * YEAR else "since day 0", "share of the variance")
    canvas.key(list(lines))
    return canvas


def effect_figure(effects, palette, what):
    """Means of an outcome along parameters, each from its lowest value to its highest: {name: (x, mean)}."""
    canvas = Canvas(palette, len(effects))
    for i, (x, mean) in enumerate(effects.values()):
        share = (np.arange(len(x)) + 0.5) / len(x)
        canvas.axes.plot(100 * share, 100 * mean, color=palette[f"s{i}"], linestyle=STYLES[i], linewidth=1.6)
    canvas.axes.set_xlim(0, 100)
    canvas.labels("points with a smaller value of the parameter, %", f"mean {what}, %")
    canvas.key(list(effects))
    return canvas


def parallel_figure(values, shares, names, palette, what):
    """Points as lines over their parameters, as quantiles: the fifth with the highest outcome over the fifth with the lowest."""
    canvas = Canvas(palette, 2, height=2.6)
    rank = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0) / max(1, len(values) - 1)
    order = np.argsort(shares, kind="stable")
    some = max(1, min(60, len(order) // 5))
    for at, colour in ((order[:some], "s0"), (order[-some:], "s1")):
        canvas.axes.plot(np.arange(len(names)), 100 * rank[at].T, color=palette[colour], linewidth=0.6, alpha=0.35)
        canvas.axes.plot(np.arange(len(names)), 100 * rank[at].mean(axis=0), color=palette[colour], linewidth=2.2)
    canvas.axes.set_xticks(range(len(names)), [str(k + 1) for k in range(len(names))])
    canvas.labels("; ".join(f"{k + 1} {name}" for k, name in enumerate(names)) if len(names) <= 3 else "parameters, the most influential first", "quantile of the parameter, %")
    sample_key(canvas, (("s0", "_", f"points with the lowest {what}"), ("s1", "_", f"points with the highest {what}")))
    return canvas


def describe(result, outcome, names, day):
    """Words for readers who do not see a figure of a time outcome."""
    parts = []
    for name in names:
        row = result.estimate(outcome, name, "probability", day)
        if row is not None and row["n"] > 0:
            parts.append(f"{name} {interval_text('percent', row['value'], row['low'], row['high'])}")
    return f"At {days_text(day)}: " + "; ".join(parts) + "." if parts else "No course could be asked."
