"""Curves by day from the pooled counts of a result, with intervals that agree with its /summary at every landmark."""
import re

import numpy as np


def wilson(share, k):
    """Wilson interval; k is the squared normal (or Student) quantile over the effective number of courses."""
    centre = (share + k / 2) / (1 + k)
    half = np.sqrt(k * share * (1 - share) + k * k / 4) / (1 + k)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def wilson_k(share, bound):
    """The k of `wilson` that one end of an interval was made with; NaN where that end is 0 or 1 and says nothing."""
    return (bound - share) ** 2 / (bound * (1 - bound)) if 0 < bound < 1 else np.nan


class TimeCurve:
    """One time outcome under one protocol: share by day, band, numbers at risk.  Nobody is censored before the horizon."""

    def __init__(self, result, outcome, protocol):
        counts = result.row(f"/outcomes/{outcome}/events_by_day", result.place[protocol])
        self.n = int(counts.sum())
        self.days = result.array("/event_day")[:-1]
        self.events = np.cumsum(counts[:-1, 0])
        self.gone = np.cumsum(counts[:-1].sum(axis=1))
        inside = self.days <= np.ceil(result.horizon)
        self.days, self.events, self.gone = self.days[inside], self.events[inside], self.gone[inside]
        share = self.events / self.n if self.n > 0 else np.full(len(self.days), np.nan)
        self.share = 1 - share if result.is_survival(outcome) else share
        low_k, high_k = self._k(result, outcome, protocol)
        self.low, self.high = wilson(self.share, low_k)[0], wilson(self.share, high_k)[1]

    def _k(self, result, outcome, protocol):
        """k of either end between the landmarks of /summary: linear in time, constant outside.

        The ends are taken apart, since /summary corrects the one next to 0 or 1 when events are few.
        """
        rows = [result.estimate(outcome, protocol, "probability", day) for day in result.landmarks]
        rows = [row for row in rows if row is not None and row["n"] > 0 and row["low"] == row["low"]]
        if not rows:
            return np.full((2, len(self.days)), np.nan)
        days = [row["at"] for row in rows]
        k = np.array([[wilson_k(row["value"], row["low"]), wilson_k(row["value"], row["high"])] for row in rows])
        k = np.where(np.isnan(k), k[:, ::-1], k)
        return np.interp(self.days, days, k[:, 0]), np.interp(self.days, days, k[:, 1])

    def at_risk(self, day):
        """Courses with neither the event nor a competing one by the day."""
        return self.n - int(self.gone[np.searchsorted(self.days, day, side="right") - 1])

    def thinned(self, most=250):
        """Indices of the days that a drawing needs: the first weeks whole, then as many as a screen can tell apart."""
        step = max(1, int(np.ceil(len(self.days) / most)))
        keep = (self.days <= 60) | (np.arange(len(self.days)) % step == 0)
        keep[-1] = True
        return np.flatnonzero(keep)


def last_edge(long_name):
    """Upper end of the last bin; a scale says it in words, since it holds lower edges."""
    return float(re.search(r"the last ends at ([-+.0-9e]+)", long_name).group(1))


def quantiles(counts, edges, lattice, levels):
    """Quantiles of rows of counts, (levels, rows): the bin's value on a lattice, else interpolated within the bin."""
    logarithmic = not lattice and edges[0] > 0 and edges[-1] / edges[0] > 100
    x = np.log(edges) if logarithmic else edges
    rows, total, upto = np.arange(len(counts)), counts.sum(axis=1), counts.cumsum(axis=1)
    out = np.full((len(levels), len(counts)), np.nan)
    for j, level in enumerate(levels):
        target = level * total
        reached = (counts > 0) & (upto >= target[:, None])
        bins = np.where(reached.any(axis=1), reached.argmax(axis=1), counts.shape[1] - 1)
        if lattice:
            value = edges[bins]
        else:
            inside = counts[rows, bins]
            within = np.clip((target - (upto[rows, bins] - inside)) / np.maximum(inside, 1), 0, 1)
            value = x[bins] + within * (x[bins + 1] - x[bins])
            value = np.exp(value) if logarithmic else value
        out[j] = np.where(total > 0, value, np.nan)
    return out


class Band:
    """A marker over time: median and the band between the 10 and 90 % quantiles, by (protocol, day), of all protocols or of those named."""

    def __init__(self, result, marker, names=None):
        if result.has(f"/trajectories/{marker}/histogram"):
            group, self.days, scale = f"/trajectories/{marker}", result.array("/day"), f"/band_{marker}"
            self.sparse = False
        else:
            group, self.days, scale = f"/outcomes/{marker}", result.array(f"/read_{marker}"), f"/bin_{marker}"
            self.sparse = True  # only the days at which the outcome is read
        self.place = {name: index for index, name in enumerate(result.protocols if names is None else names)}
        counts = [result.row(f"{group}/histogram", result.place[name]) for name in self.place]
        name = result.file[scale].attrs["long_name"]
        name = name.decode() if isinstance(name, bytes) else name
        lattice = "value of the bin" in name
        edges = np.append(result.array(scale), last_edge(name))
        self.unit = result.unit(scale)
        self.low, self.median, self.high = np.moveaxis(
            np.array([quantiles(rows, edges, lattice, (0.1, 0.5, 0.9)) for rows in counts]), 0, 1)

    @staticmethod
    def exists(result, marker):
        return result.has(f"/trajectories/{marker}/histogram") or (
            result.has(f"/outcomes/{marker}/histogram") and result.has(f"/read_{marker}"))


def best_by_point(result, outcome, day):
    """Per point and protocol the share that /summary would state at a landmark: (points, protocols), or None."""
    where = np.flatnonzero(np.abs(np.array(result.landmarks) - day) < 1e-6)
    if not result.is_time(outcome) or len(where) == 0:
        return None
    events = result.array(f"/outcomes/{outcome}/event_count")[:, :, where[0]]
    n = result.array(f"/outcomes/{outcome}/n")
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(n > 0, events / n, np.nan)
    return 1 - share if result.is_survival(outcome) else share
