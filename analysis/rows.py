"""A derived table of a result by what its rows are about.  A thousand protocols have hundreds of thousands of rows."""
import numpy as np

NAN = float("nan")
TEXTS = ("outcome", "protocol", "kind", "value_unit", "estimator")
NUMBERS = ("at", "n", "value", "low", "high")


class Known(dict):
    """Texts of cells: the same few in all rows, so that each is decoded once."""

    def __missing__(self, cell):
        self[cell] = text = cell.decode("utf-8", "replace")
        return text


def rounded(days):
    """Days as part of a key: NaN is not equal to itself, and some have been through an addition."""
    days = np.asarray(days, dtype=float)
    return np.where(np.isnan(days), -np.inf, np.round(days, 6)).tolist()


def runs(column):
    """Where runs of equal cells begin, and their lengths: rows are sorted by what they are about, so that there are few."""
    begins = np.flatnonzero(np.concatenate((np.ones(min(len(column), 1), dtype=bool), column[1:] != column[:-1])))
    return begins, np.diff(np.append(begins, len(column)))


class Rows:
    """The rows of some protocols: columns, rows as dictionaries in the order of the file, and one row by its key."""

    def __init__(self, file, group, more, protocols):
        self.columns = {}
        if f"{group}/value" in file:
            known, wanted = Known(), set(protocols)
            whose = file[f"{group}/protocol"][()]
            begins, lengths = runs(whose)
            kept = np.repeat(np.array([known[cell] in wanted for cell in whose[begins].tolist()], dtype=bool), lengths)
            for name in TEXTS + NUMBERS + more:
                cells = file[f"{group}/{name}"][()][kept].tolist()
                self.columns[name] = [known[cell] for cell in cells] if name in TEXTS else cells
        level = self.columns.get("level", [NAN] * len(self))
        self._place = dict(zip(zip(self.column("outcome"), self.column("protocol"), self.column("kind"), rounded(self.column("at")),
                                   rounded(level)), range(len(self))))
        self._made = {}  # rows that were asked for: a cell of a table asks several times
        self._first = {}
        for i, outcome in enumerate(self.column("outcome")):
            self._first.setdefault(outcome, i)

    def __len__(self):
        return len(self.columns.get("value", ()))

    def __getitem__(self, i):
        if not 0 <= i < len(self):
            raise IndexError(i)
        return {name: column[i] for name, column in self.columns.items()}

    def column(self, name):
        return self.columns.get(name, [])

    def outcomes(self):
        """Each once, in the order of the file."""
        return list(self._first)

    def first(self, outcome):
        """Its first row."""
        return self[self._first[outcome]]

    def days(self, outcome, kind):
        """Days of the rows of an outcome and kind, each once, in the order of the file."""
        columns = zip(self.column("outcome"), self.column("kind"), self.column("at"))
        return list(dict.fromkeys(at for one, other, at in columns if one == outcome and other == kind))

    def find(self, outcome, protocol, kind, at=NAN, level=NAN):
        """The row as a dictionary, or None."""
        key = tuple(float("-inf") if x != x else round(x, 6) for x in (at, level))
        place = self._place.get((outcome, protocol, kind) + key)
        if place is not None and place not in self._made:
            self._made[place] = self[place]
        return self._made.get(place)
