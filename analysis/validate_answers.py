"""What the model says to a published figure: statistics of results, and of nominal parameters."""
import math
import re

import validate_rules as rules

TIME_UNITS = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "y": 365.25}
NAN = float("nan")
FUNCTIONS = {"exp": math.exp, "log": math.log}


def is_nan(x):
    return x is None or math.isnan(x)


class Answers:
    """Values and 95 % half widths of one result.  Every statistic returns (value, half width or None, patients or None)."""

    def __init__(self, result):
        self.result = result

    def one(self, row, protocol, kind, at, level=NAN, outcome=None):
        outcome = outcome or row["outcome"]
        found = self.result.estimate(outcome, protocol, kind, at, level)
        if found is None:
            raise rules.BadRow(f"{row['place']}: {row['study']} has no {kind} of {outcome} under {protocol} at day {at:g}")
        if found["n"] == 0:
            raise rules.BadRow(f"{row['place']}: no patient of {row['study']} can have {outcome} under {protocol}")
        return found

    def percent(self, row, protocol):
        found = self.one(row, protocol, "probability", row["at"])
        share = 1 - found["value"] if row["statistic"].startswith("free") else found["value"]
        return 100 * share, 50 * (found["high"] - found["low"]), found["n"]

    def median(self, row, protocol):
        found = self.one(row, protocol, "quantile", row["at"], 0.5)
        scale = TIME_UNITS[row["unit"]] if row["unit"] in TIME_UNITS else 1.0
        if math.isnan(found["value"]):
            return math.inf, None, found["n"]  # half of the patients never have it
        return found["value"] / scale, (found["high"] - found["low"]) / 2 / scale, found["n"]

    def sd(self, row, protocol):
        found = self.one(row, protocol, "sd", row["at"])
        return found["value"], (found["high"] - found["low"]) / 2, found["n"]

    def mean(self, row, protocol):
        scale = 100.0 if row["unit"] == "%" and self.result.marker_unit(row["outcome"]) != "%" else 1.0
        found = self.one(row, protocol, "mean", row["at"])
        return scale * found["value"], scale * (found["high"] - found["low"]) / 2, found["n"]

    def change(self, row, protocol):
        """Of a mean, from `from` to `at`."""
        after, half, n = self.mean(row, protocol)
        before = self.mean({**row, "at": row["from"]}, protocol)
        return after - before[0], math.hypot(half, before[1]), n

    def slope(self, row, protocol):
        """The same, a year."""
        years = (row["at"] - row["from"]) / TIME_UNITS["y"]
        value, half, n = self.change(row, protocol)
        return value / years, half / years, n

    def fold(self, row):
        """Mean at `at` over mean at `from` under the reference (day 0 lies behind conditioning), of a marker or of a ratio of two."""
        value = 1.0
        for place, outcome in enumerate(row["outcome"].split("/")):
            after, before = (self.one(row, protocol, "mean", at, outcome=outcome)["value"]
                             for protocol, at in ((row["protocol"], row["at"]), (row["reference"] or row["protocol"], row["from"])))
            value *= (after / before) ** (1 - 2 * place)
        return value

    def geometric(self, row, protocol):
        """Geometric mean of a log-normal marker of this mean and sd."""
        mean, sd = (self.one(row, protocol, kind, row["at"])["value"] for kind in ("mean", "sd"))
        return mean * mean / math.hypot(mean, sd), None, None

    def log1p(self, row, protocol):
        """Mean of ln(1 + x), to second order in the spread of x."""
        mean, sd = (self.one(row, protocol, kind, row["at"])["value"] for kind in ("mean", "sd"))
        return math.log1p(mean) - sd * sd / (2 * (1 + mean) ** 2), None, None

    def some(self, row, protocol):
        """Share of the recorded courses in which a count is not 0, in percent."""
        column = self.result.file["records"][row["outcome"]][:, self.result.place[protocol]]
        return 100 * float((column > 0).mean()), None, len(column)

    def incidence(self, row, protocol):
        """First events per patient-year between `from` and `at`, at a constant hazard."""
        share = self.one(row, protocol, "probability", row["at"])["value"]
        years = (row["at"] - row["from"]) / TIME_UNITS["y"]
        return (-math.log1p(-share) / years if share < 1 else NAN), None, None

    def single(self, row, protocol):
        """Of one protocol, or of protocols with weights: 'a:0.64+b:0.36'."""
        statistic = row["statistic"].split("_")[0]
        take = {"percent": self.percent, "free": self.percent, "median": self.median, "sd": self.sd, "mean": self.mean, "change": self.change,
                "slope": self.slope, "geometric": self.geometric, "log1p": self.log1p, "some": self.some,
                "incidence": self.incidence}.get(statistic)
        if take is None:
            raise rules.BadRow(f"{row['place']}: statistic '{row['statistic']}' is not known")
        parts = [part.partition(":") for part in protocol.split("+")]
        if len(parts) == 1:
            return take(row, protocol)
        values = [(float(weight), take(row, name)) for name, _, weight in parts]
        half = math.sqrt(sum((weight * (one[1] or 0)) ** 2 for weight, one in values))
        return sum(weight * one[0] for weight, one in values), half, values[0][1][2]

    def hazard_ratio(self, row):
        """From incidences by `at`: ratio of cumulative hazards.  `free_hazard_ratio` where the outcome is being free."""
        free = row["statistic"].startswith("free")
        shares = []
        for protocol in (row["protocol"], row["reference"]):
            value = self.one(row, protocol, "probability", row["at"])["value"]
            shares.append(value if free else 1 - value)
        if min(shares) <= 0 or shares[1] >= 1:
            return NAN
        return math.log(shares[0]) / math.log(shares[1])

    def delay(self, row):
        """By how much earlier the reference had the mean that the protocol has on `at`, in the unit of the row; straight lines between days."""
        value = self.one(row, row["protocol"], "mean", row["at"])["value"]
        days = sorted(day for day in self.result.estimates.days(row["outcome"], "mean") if day <= row["at"])
        points = [(day, self.one(row, row["reference"], "mean", day)["value"]) for day in days]
        for (day, y), (next_day, next_y) in zip(points, points[1:]):
            if min(y, next_y) <= value <= max(y, next_y) and y != next_y:
                return (row["at"] - day - (next_day - day) * (value - y) / (next_y - y)) / TIME_UNITS[row["unit"]]
        return NAN

    def value(self, row):
        if row["statistic"].endswith("hazard_ratio"):
            return self.hazard_ratio(row), None, None
        if row["statistic"] in ("delay", "fold"):
            return {"delay": self.delay, "fold": self.fold}[row["statistic"]](row), None, None
        if not row["reference"]:
            return self.single(row, row["protocol"])
        first, second = (self.single(row, protocol) for protocol in (row["protocol"], row["reference"]))
        if row["statistic"].endswith("_ratio"):
            return (first[0] / second[0] if second[0] else NAN), None, None
        return first[0] - second[0], math.hypot(first[1] or 0, second[1] or 0), first[2]


def of_parameters(row, nominal):
    """An expression of names of parameters, numbers, exp and log."""
    def number(match):
        name = match.group(0)
        if name in FUNCTIONS:
            return name
        if name not in nominal:
            raise rules.BadRow(f"{row['place']}: no parameter is named '{name}'")
        return repr(nominal[name])

    text = re.sub(r"[a-z_][a-z0-9_.]*", number, row["outcome"])
    return float(eval(text, {"__builtins__": {}}, FUNCTIONS))  # text is of this repository: names were replaced by numbers


def answer(rows, results, nominal):
    """Adds `model`, `seen` (what a trial of n would see) and `verdict`.  results: Result by study; nominal: value by parameter."""
    for row in rows:
        row["model"] = row["seen"] = half = None
        if row["statistic"] == "parameters":
            row["model"] = of_parameters(row, nominal)
        elif row["judge"] in rules.JUDGED and row["study"] in results:
            row["model"], half, simulated = Answers(results[row["study"]]).value(row)
        if not is_nan(half) and row["n"] and not row["reference"] and not is_nan(row["model"]):
            row["seen"] = rules.wilson(row["model"], row["n"]) if row["unit"] == "%" else rules.trial_interval(row["model"], half, simulated, row["n"])
        row["verdict"] = rules.judge(row, row["model"])
