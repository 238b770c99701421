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


class Rows:
    """The columns of a table, rows as dictionaries in the order of the file, and one row by its key."""

    def __init__(self, file, group, more):
        self.columns = {}
        if f"{group}/value" in file:
            known = Known()
            self.columns = {name: [known[cell] for cell in file[f"{group}/{name}"][()].tolist()] for name in TEXTS}
            self.columns.update({name: file[f"{group}/{name}"][()].tolist() for name in NUMBERS + more})
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
