"""The tables of `engraft show` and `engraft compare`: the same rows, words and digits, from the same /summary."""
import functools

YEAR = 365.25
USUAL = (YEAR, 3 * YEAR, 5 * YEAR)
SPECIAL = {"nrm": (100.0, YEAR, 5 * YEAR), "graft_failure": (100.0, YEAR)}
NAN = float("nan")
SHOWN = {"rate": "events per patient-year", "hazard_ratio": "hazard ratio", "rate_ratio": "rate ratio", "slope": "slope"}  # asked for by name


def days_text(days):
    """365.25 is 1 y, 100 is 100 d."""
    years = days / YEAR
    if years >= 0.5 and 2 * years - int(2 * years) < 1e-9:
        return f"{years:.3g} y"
    return f"{days:.6g} d"


def interval_text(style, value, low, high, unit="", sign=False):
    """style: percent, points, days, ratio or number."""
    if value != value and low != low and high != high:
        return "-"
    scale, decimals = (100, 1) if style in ("percent", "points") else (1, decimals_of(value, low, high))
    if sign:
        decimals = decimals_beyond(low * scale, high * scale, decimals)
    elif style == "ratio":
        decimals = decimals_beyond(low - 1, high - 1, decimals)

    def number(x, plus=""):
        return "not reached" if x != x else f"{x * scale:{plus}.{decimals}f}"

    text = number(value, "+" if sign else "")
    if low == low or high == high:
        text += f" ({number(low)} to {number(high)})"
    name = {"percent": "%", "days": "d", "points": ""}.get(style, unit)
    return text + (f" {name}" if name not in ("", "1") else "")


def decimals_of(value, low, high):
    """None where all is whole; else two digits of the half-width, but no more than four of the number."""
    def until(size, limit):
        decimals = 0
        while decimals < 6 and 0 < size < limit:
            size *= 10
            decimals += 1
        return decimals

    if all(x != x or (abs(x) < 1e15 and x == int(x)) for x in (value, low, high)):
        return 0
    half = (high - low) / 2
    if not half > 0:
        return until(abs(value), 100)
    return min(until(half, 10), until(max(abs(value), abs(low), abs(high)), 1000))


def decimals_beyond(low, high, decimals):
    """As many that an end which is not 0 is not written as 0: what is told of a difference depends on it."""
    nearest = low if low > 0 else -high if high < 0 else 0
    for _ in range(6):
        if not 0 < nearest < 0.5 * 10 ** -decimals:
            break
        decimals += 1
    return decimals


class Measure:
    """What one row of a table states: an outcome, a kind of estimate, a day."""

    def __init__(self, result, outcome, kind, at):
        self.result, self.outcome, self.kind, self.at = result, outcome, kind, at

    def label(self):
        free = ", event-free" if self.result.is_survival(self.outcome) else ""
        if self.kind == "probability":
            return f"{self.outcome}{free} at {days_text(self.at)}"
        if self.kind == "restricted_mean_time":
            none = ", what competes counts as none" if self.result.competes(self.outcome) else ""
            return f"{self.outcome}, mean time within {days_text(self.at)}{none}"
        if self.kind == "restricted_mean_free_time":
            return f"{self.outcome}, mean time free of it and of death within {days_text(self.at)}"
        if self.kind == "median_among_events":
            return f"{self.outcome}, median among those who have it"
        if self.kind == "quantile":
            return f"{self.outcome}, median (10 to 90 %)"
        if self.kind in SHOWN:
            return f"{self.outcome}, {SHOWN[self.kind]} within {days_text(self.at)}"
        return f"{self.outcome}, mean" + (f" at {days_text(self.at)}" if self.at == self.at else "")

    def style(self):
        if self.kind == "probability":
            return "percent"
        if self.kind in SHOWN:
            return "ratio" if self.kind.endswith("_ratio") else "number"
        return "days" if self.result.is_time(self.outcome) else "number"

    def direction(self):
        """+1: more is better, -1: less is better, 0: neither."""
        better = self.result.better(self.outcome)
        if self.kind in ("rate", "hazard_ratio"):  # of the event, also where the outcome is to be free of it
            return -better if self.result.is_survival(self.outcome) else better
        until = self.result.is_time(self.outcome) and not self.result.is_survival(self.outcome) and self.kind != "probability"
        return -better if until else better  # a time until an event: soon is better where the event is good

    def estimate(self, protocol):
        return self.result.estimate(self.outcome, protocol, self.kind, self.at, 0.5 if self.kind == "quantile" else NAN)

    def contrast(self, protocol):
        return self.result.contrast(self.outcome, protocol, self.kind, self.at)

    def estimate_text(self, protocol):
        row = self.estimate(protocol)
        if row is None or row["n"] == 0:
            return "-"
        if self.kind != "quantile":
            return interval_text(self.style(), row["value"], row["low"], row["high"], row["value_unit"])
        ends = [self.result.estimate(self.outcome, protocol, "quantile", self.at, level) for level in (0.1, 0.9)]
        ends = [NAN if end is None else end["value"] for end in ends]
        if ends[0] != ends[0]:
            return "not reached"
        return interval_text(self.style(), row["value"], ends[0], ends[1], row["value_unit"])

    def contrast_text(self, protocol):
        row = self.contrast(protocol)
        style = "points" if self.style() == "percent" else self.style()
        return interval_text(style, row["value"], row["low"], row["high"], row["value_unit"], sign=style != "ratio")

    def verdict(self, protocol):
        row = self.contrast(protocol)
        if row["n"] == 0:
            return "no pairs"
        same = 1 if self.style() == "ratio" else 0
        if not (row["low"] > same or row["high"] < same):
            return "not distinguishable"
        if self.direction() == 0:
            return "higher" if row["low"] > same else "lower"
        return "better" if (row["low"] > same) == (self.direction() > 0) else "worse"


def is_recovery(result, outcome):
    """An event that is waited for: people ask how soon it comes."""
    return result.is_time(outcome) and not result.is_survival(outcome) and result.better(outcome) > 0


@functools.lru_cache(maxsize=None)
def rank(result, outcome):
    """People read survival first, then other events, recovery, numbers, markers."""
    if result.is_time(outcome):
        return 0 if result.is_survival(outcome) else 2 if is_recovery(result, outcome) else 1
    first = result.estimates.first(outcome)
    return 3 if first["at"] != first["at"] else 4


def mean_time(result, outcome):
    """Where only death competes, its time is not counted as free of the event; results of earlier versions know no better."""
    free = "restricted_mean_free_time"
    return free if result.contrasts.days(outcome, free) else "restricted_mean_time"


def candidates(result, outcome, contrast):
    """(kind, at) of the rows that an outcome has in a table, with those that the study asks for by name."""
    return usual(result, outcome, contrast) + [(kind, result.horizon) for kind in SHOWN]


def usual(result, outcome, contrast):
    """Those without them."""
    which = rank(result, outcome)
    if which == 2:
        first = ("restricted_mean_time", result.horizon) if contrast else ("quantile", NAN)
        return [first, ("probability", result.horizon), ("median_among_events", NAN)]
    if which <= 1:
        days = [day for day in SPECIAL.get(outcome, USUAL) if day <= result.horizon + 1e-6]
        days += [] if any(abs(day - result.horizon) < 1e-6 for day in days) else [result.horizon]
        return [("probability", day) for day in days] + ([(mean_time(result, outcome), result.horizon)] if contrast else [])
    if which == 3:
        return [("mean", NAN)]
    days = result.estimates.days(outcome, "mean")
    step = (len(days) + 3) // 4 if len(days) > 4 else 1  # at most four days of a long list, the last among them
    return [("mean", day) for day in days[(len(days) - 1) % step::step]]


def measures(result, contrast=False):
    """The rows of the table of outcomes, or of paired contrasts, in the order in which they are read."""
    found = []
    for outcome in sorted(result.outcomes, key=lambda name: rank(result, name)):
        for kind, at in candidates(result, outcome, contrast):
            measure = Measure(result, outcome, kind, at)
            look = measure.contrast if contrast else measure.estimate
            if any(look(protocol) is not None for protocol in result.shown):
                found.append(measure)
    return found
