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


def quantiles(counts, edges, lattice, levels, at_low=0):
    """Quantiles of rows of counts, (levels, rows): the bin's value on a lattice, else interpolated within the bin.  at_low: how many of the
    first bin are at the lower end of the range."""
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
            begin = np.maximum(upto[rows, bins] - counts[rows, bins], at_low)
            within = np.clip((target - begin) / np.maximum(upto[rows, bins] - begin, 1), 0, 1)
            value = x[bins] + within * (x[bins + 1] - x[bins])
            value = np.exp(value) if logarithmic else value
            value = np.where((at_low > 0) & (target <= at_low), edges[0], value)
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
        at_low = [result.row(f"{group}/at_low", result.place[name]) if result.has(f"{group}/at_low") else 0 for name in self.place]
        name = result.file[scale].attrs["long_name"]
        name = name.decode() if isinstance(name, bytes) else name
        lattice = "value of the bin" in name
        edges = np.append(result.array(scale), last_edge(name))
        self.unit = result.unit(scale)
        self.low, self.median, self.high = np.moveaxis(
            np.array([quantiles(rows, edges, lattice, (0.1, 0.5, 0.9), low) for rows, low in zip(counts, at_low)]), 0, 1)

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


def paired_noise(result, outcome, day):
    """Per protocol the mean variance, over points, that chance gives the difference of its share from the reference's: of one point's patients."""
    where = np.flatnonzero(np.abs(np.array(result.landmarks) - day) < 1e-6)[0]
    gains, losses = (result.array(f"/paired/{outcome}/{name}")[:, :, where].astype(float) for name in ("gains", "losses"))
    pairs = result.array(f"/paired/{outcome}/n")
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = ((gains + losses + 1) / pairs - ((gains - losses) / pairs) ** 2) / pairs  # one pair more: none is no certainty
    there = pairs > 0
    return np.where(there, variance, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)  # 0 of the reference itself


def probability_best(shares, noise, reference, sign, repeats=400):
    """In which share of the points each protocol is the best: ties divided among those that tie, chance of the patients removed.  Rows
    (estimate, low, high) with a 95 % interval.

    Differences from the reference vary between points by `noise` more than the truth does; they are drawn towards their mean by as
    much (empirical Bayes), and what that leaves open, with the error of the mean, is drawn `repeats` times."""
    rng = np.random.default_rng(20261126)
    differences = sign * (shares - shares[:, [reference]])
    points = len(differences)
    if points > 1000:
        differences = differences[np.linspace(0, points - 1, 1000).astype(int)]
    mean, total = differences.mean(axis=0), differences.var(axis=0, ddof=1)
    truth = np.maximum(0.0, total - noise)
    trust = np.divide(truth, total, out=np.zeros_like(total), where=total > 0)
    centre = mean + trust * (differences - mean)
    spread, error = np.sqrt(trust * np.minimum(noise, total)), np.sqrt(total / points)
    won = np.empty((repeats, len(mean)))
    for k in range(repeats):
        drawn = centre + error * rng.standard_normal(len(mean)) + spread * rng.standard_normal(centre.shape)
        best = np.abs(drawn - drawn.max(axis=1, keepdims=True)) < 1e-12
        won[k] = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.stack([won.mean(axis=0), *np.quantile(won, [0.025, 0.975], axis=0)])
