"""Which parameters an outcome depends on, for the report: Sobol' indices of saltelli designs and first-order indices by ranks of other random ones, as
`engraft sensitivity` estimates them (docs/STATISTICS.md), and the mean of the outcome along each parameter.
"""
import re

import numpy as np

from result import text_of

RESAMPLES = 200
BINS = 8


def kind(result):
    """"saltelli", "rank", or None where the points allow no indices."""
    design = result.text("/design/kind")
    factors = "\n  as_factor:" in result.text("/study/canonical")  # chance is what the points choose
    if result.points < 10 or not result.has("/design/values"):
        return None
    if design == "saltelli":
        return "saltelli" if result.text("/design/across_points") == "independent" or factors else None
    known = design in ("monte_carlo", "lhs", "sobol", "halton")
    return "rank" if known and result.text("/design/across_points") == "independent" else None


def shares(result, outcome, protocol):
    """(share with the event, its noise), both [points][landmarks], of a time."""
    n = result.array(f"/outcomes/{outcome}/n")[:, result.place[protocol]].astype(float)[:, None]
    share = result.array(f"/outcomes/{outcome}/event_count")[:, result.place[protocol], :] / n
    if result.is_survival(outcome):
        share = 1 - share
    with np.errstate(invalid="ignore", divide="ignore"):
        noise = np.where(n > 1, share * (1 - share) / (n - 1), 0)
        if result.has(f"/outcomes/{outcome}/couples"):  # people live twice: who they are counts twice
            couples = result.array(f"/outcomes/{outcome}/couples")[:, result.place[protocol]].astype(float)[:, None]
            noise = np.maximum(noise, 2 * noise - result.array(f"/outcomes/{outcome}/in_one_life")[:, result.place[protocol], :] / (2 * couples) / n)
        return share, noise


def trajectories(result):
    """Markers whose trajectories are kept at each point."""
    markers = result.file["/trajectories"] if result.has("/trajectories") else ()
    return [name for name in markers if result.has(f"/trajectories/{name}/point_n")]


def means(result, marker, protocol):
    """(mean, its noise), both [points][days], of a trajectory, in its unit."""
    group, place = f"/trajectories/{marker}", result.place[protocol]
    n, total, low, high = (result.array(f"{group}/point_{name}")[:, place, :].astype(float) for name in ("n", "sum", "sum_sq_low", "sum_sq_high"))
    step = float(re.search(r"\) / ([0-9.e+-]+)", text_of(result.file[f"{group}/point_sum"].attrs["long_name"])).group(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (high * 2.0**22 + low - total**2 / n) / (n - 1)
        return step * total / n, np.where(n > 1, step**2 * np.maximum(variance, 0) / n, 0)


def interval(value, again):
    """As the C code: 1.96 times half of the middle 68 % of the resamples."""
    again = np.sort(again[np.isfinite(again)])
    if len(again) < 2 or not np.isfinite(value):
        return np.nan, np.nan
    low, high = again[int(0.15865525393145707 * len(again))], again[len(again) - 1 - int(0.15865525393145707 * len(again))]
    return value - 1.959963984540054 * 0.5 * (high - low), value + 1.959963984540054 * 0.5 * (high - low)


def janon_monod(a, b, e, noise_a, noise_b, noise_e, w):
    """First order and total of rows with weights w: [resamples][rows]."""
    n = w.sum(axis=1)
    mean = lambda x: w @ x / n
    m, q = mean((b + e) / 2), mean((a + e) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        first = (mean(b * e) - m**2) / (mean((b**2 + e**2) / 2) - m**2 - mean((noise_b + noise_e) / 2))
        total = 1 - (mean(a * e) - q**2) / (mean((a**2 + e**2) / 2) - q**2 - mean((noise_a + noise_e) / 2))
    return first, total


def groups(result):
    """Names of what saltelli moves, in order."""
    moved, names = result.array("/design/moved"), result.texts("/parameter")
    unit, number = result.array("/design/unit"), int(moved.max()) + 1
    each = result.points // (int(result.array("/design/set").max()) + 1)
    out = []
    for g in range(number):
        row = int(np.flatnonzero(moved[:each] == g)[0])
        members = np.flatnonzero(unit[row] != unit[0])
        out.append(names[members[0]] if len(members) == 1 else f"{names[members[0]]} and {len(members) - 1} more" if len(members) else f"group {g}")
    return out, each


def saltelli(result, y, v):
    names, each = groups(result)
    if result.text("/design/across_points") == "common":
        v = np.zeros_like(v)  # chance is what the points choose
    y, v = (y - np.nanmean(y)).reshape(-1, each), v.reshape(-1, each)
    good = np.isfinite(y).all(axis=1)
    y, v = y[good], v[good]
    rng = np.random.default_rng(1)
    w = np.vstack([np.ones(len(y)), rng.multinomial(len(y), np.full(len(y), 1 / max(len(y), 1)), RESAMPLES)]) if len(y) else np.ones((1, 0))
    rows = []
    for g, name in enumerate(names):
        first, total = janon_monod(y[:, 0], y[:, -1], y[:, 1 + g], v[:, 0], v[:, -1], v[:, 1 + g], w)
        rows.append((name, first[0], interval(first[0], first[1:]), total[0], interval(total[0], total[1:])))
    return rows


def rank_index(order, y, v):
    z = y[order] - y.mean()
    return (np.mean(z * np.roll(z, -1)) - z.mean()**2) / (np.var(z) - v.mean())


def by_ranks(result, y, v):
    values, names = result.array("/design/values"), result.texts("/parameter")
    good = np.isfinite(y)
    values, y, v = values[good], y[good], v[good]
    rng, rows = np.random.default_rng(1), []
    halves = [np.sort(rng.permutation(len(y))[:len(y) // 2]) for _ in range(RESAMPLES)]
    for j, name in enumerate(names):
        value = rank_index(np.argsort(values[:, j], kind="stable"), y, v)
        again = np.array([rank_index(np.argsort(values[half, j], kind="stable"), y[half], v[half]) for half in halves])
        rows.append((name, value, interval(value, again), np.nan, (np.nan, np.nan)))
    return rows


def indices(result, y, v):
    """Rows (name, first, its interval, total, its interval) of one response; empty where noise hides all there is."""
    if not np.nanvar(y) > 2 * np.nanmean(v) / np.sqrt(max(1, np.isfinite(y).sum())) + np.nanmean(v):
        return []
    return saltelli(result, y, v) if kind(result) == "saltelli" else by_ranks(result, y, v)


def main_effect(x, y):
    """(middle of each bin of x, mean of y in it)."""
    good = np.isfinite(y)
    order = np.argsort(x[good], kind="stable")
    parts = np.array_split(order, min(BINS, max(1, len(order) // 5)))
    return np.array([np.mean(x[good][part]) for part in parts]), np.array([np.mean(y[good][part]) for part in parts])
