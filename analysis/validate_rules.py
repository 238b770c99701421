"""How a published figure is judged: by its interval, by its n, by 10 points or 25 %, by its sign or bound, as a null or by a spread.

A figure is a row of jobs/studies/validation/rows.csv.  Nothing here knows studies or results.
"""
import math

Z95, Z90 = 1.959964, 1.644854
POINTS, SHARE = 10.0, 0.25  # where neither an interval nor n was published
SPREAD_FACTOR = 2.0
SD_OF_IQR = 1.349  # interquartile range over sd of a normal law
ROUNDING = 0.005  # of a published bound
VALUES = ("interval", "wilson", "tolerance")
BOUNDS = ("at_least", "at_most")
JUDGED = VALUES + BOUNDS + ("spread", "less", "greater", "null")
NOT_JUDGED = ("inexpressible", "waits")  # for ever; for something that the model does not have yet


class BadRow(Exception):
    """A row that cannot be judged as it stands."""


def wilson(percent, n):
    """95 % limits of a share in percent, seen in n patients."""
    p, z2 = percent / 100, Z95 * Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * (middle - half), 100 * (middle + half)


def widened(value, low, high, kind, is_ratio):
    """Published limits as those of a 95 % interval.  SE: `low` holds the standard error.  Ratios are widened as logarithms."""
    if kind in ("CI95", "Wilson95"):
        return low, high
    if kind == "SE":
        return value - Z95 * low, value + Z95 * low
    if kind != "CI90":
        raise BadRow(f"interval_kind '{kind}' is not one of CI95, Wilson95, SE, CI90")
    if is_ratio:
        return value * (low / value) ** (Z95 / Z90), value * (high / value) ** (Z95 / Z90)
    return value + (low - value) * Z95 / Z90, value + (high - value) * Z95 / Z90


def tolerance(value, unit):
    """10 points of a share, 25 % of any other number."""
    around = POINTS if unit == "%" else abs(value) * SHARE
    return value - around, value + around


def limits(row):
    """(low, high) that the model's value must lie within: one of VALUES, or null."""
    value, judge = row["published"], row["judge"]
    if judge == "wilson":
        if row["unit"] != "%" or not row["n"]:
            raise BadRow("judge 'wilson' needs a share in % and n")
        return wilson(value, row["n"])
    if judge == "tolerance":
        return tolerance(value, row["unit"])
    if row["low"] is None or (row["high"] is None and row["interval_kind"] != "SE"):
        raise BadRow(f"judge '{judge}' needs low and high")
    return widened(value, row["low"], row["high"], row["interval_kind"], row["statistic"].endswith("ratio"))


def spread_of(row):
    """Published spread between patients as a standard deviation."""
    kind, low, high = row["interval_kind"], row["low"], row["high"]
    if kind == "SD":
        return low
    if kind == "IQR":
        return (high - low) / SD_OF_IQR
    raise BadRow(f"judge 'spread' needs interval_kind SD or IQR, not '{kind}'")


def judge(row, model):
    """"inside" or "outside" of a counted row; "right" or "wrong" of a sign, a bound, a null and a spread; "not run" without a value;
    NaN, as of a median that is never reached, meets nothing.

    model: the value of the statistic; of `less` and `greater` protocol minus reference.  An effect of exactly 0 is no sign.
    """
    kind = row["judge"]
    if kind in NOT_JUDGED:
        return kind
    if kind not in JUDGED:
        raise BadRow(f"judge '{kind}' is not one of {', '.join(JUDGED + NOT_JUDGED)}")
    if model is None:
        return "not run"
    if math.isnan(model):
        return "outside" if kind in VALUES else "wrong"
    if kind in ("less", "greater"):
        return "right" if (model < 0 if kind == "less" else model > 0) else "wrong"
    if kind in BOUNDS:
        slack = ROUNDING * abs(row["published"])
        return "right" if (model >= row["published"] - slack if kind == "at_least" else model <= row["published"] + slack) else "wrong"
    if kind == "spread":
        published = spread_of(row)
        return "right" if published / SPREAD_FACTOR <= model <= published * SPREAD_FACTOR else "wrong"
    low, high = limits(row)
    within = low <= model <= high
    return ("right" if within else "wrong") if kind == "null" else ("inside" if within else "outside")


def trial_interval(value, half_width, simulated, n):
    """What a trial of n patients would have seen around the model's value: the interval of `simulated` patients, scaled."""
    half = half_width * math.sqrt(simulated / n)
    return value - half, value + half
