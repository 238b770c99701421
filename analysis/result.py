"""Reading a result file: the few views of it that tables and figures need.  The format: docs/FILE_FORMAT.md."""
import functools
import os
import re

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # read when HDF5 is loaded: some network file systems have no locks
import h5py
import numpy as np

from rows import NAN, Rows

FORMAT, FORMAT_MAJOR = "engraft result", 1
MOST_SHOWN = 100  # protocols of a page that nobody chose


class Unreadable(Exception):
    """The file cannot be read as a result; `status` is the exit status that engraft uses for it."""

    status = 66


def text_of(value):
    """HDF5 texts of fixed length, one or an array, as str."""
    if isinstance(value, np.ndarray):
        return [text_of(one) for one in value]
    return value.decode("utf-8", "replace").rstrip("\0") if isinstance(value, bytes) else str(value)


class NoSuchName(Exception):
    """A protocol or an outcome was asked for that the result does not have."""

    status = 64


def refuse_name(option, kind, wrong, names):
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    raise NoSuchName(f"{option}: no {kind} is named '{wrong}'; the study has {', '.join(names[:8])}{more}")


def pattern(text):
    """As in `engraft show`: * stands for any characters, ? for one, and brackets for themselves."""
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


class Result:
    """An open result.  Arrays come as float64 or int64 with the axes of the file."""

    def __init__(self, path, protocols=None, outcome=None):
        """protocols: patterns, separated by commas, of those to be shown; outcome: the only one to be shown."""
        self.path = path
        try:
            self.file = h5py.File(path, "r")
        except FileNotFoundError as error:
            raise Unreadable(f"{path}: No such file or directory") from error
        except OSError as error:
            raise Unreadable(f"{path}: is not a result of engraft (not HDF5, or not readable)") from error
        try:
            self._check()
            self._read_summary()
            self._choose_protocols(protocols)
            self._read_rows(outcome)
        except KeyError as error:
            self.file.close()
            raise Unreadable(f"{path}: a dataset is missing: {error.args[0] if error.args else error}") from error
        except BaseException:
            self.file.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.file.close()

    def _check(self):
        attributes = self.file.attrs
        if text_of(attributes.get("format", b"")) != FORMAT:
            raise Unreadable(f"{self.path}: is not a result of engraft")
        if int(attributes.get("format_major", -1)) != FORMAT_MAJOR:
            raise Unreadable(f"{self.path}: has format {attributes.get('format_major')}, this report reads {FORMAT_MAJOR}")
        if int(attributes.get("complete", 0)) != 1:
            raise Unreadable(f"{self.path}: is not complete")

    def has(self, name):
        return name in self.file

    def array(self, name):
        return self.file[name][()]

    def row(self, name, index):
        """One index of the first axis: of a thousand protocols a figure shows seven."""
        return self.file[name][index]

    def text(self, name, default=""):
        return text_of(self.file[name][()]) if self.has(name) else default

    def texts(self, name):
        return text_of(self.file[name][()])

    def unit(self, name):
        return text_of(self.file[name].attrs.get("unit", b""))

    def marker_unit(self, outcome):
        """Unit in which a marker is measured; empty of other outcomes."""
        path = f"/outcomes/{outcome}"
        return text_of(self.file[path].attrs.get("step_unit", b"")) if self.has(path) else ""

    def _read_summary(self):
        self.name = self.text("/study/name")
        self.disease = self.text("/study/disease")
        self.horizon = float(self.array("/study/horizon"))
        self.patients = int(self.array("/study/patients"))
        self.points = self.file["/point"].shape[0]
        self.protocols = self.texts("/protocol")
        self.place = {name: index for index, name in enumerate(self.protocols)}
        self.landmarks = [float(day) for day in self.array("/landmark")] if self.has("/landmark") else []
        self.reference = self.text("/study/reference")
        self.courses = self.array("/outcomes/courses/n").sum(axis=0)
        self.failures = self.array("/outcomes/courses/failures").sum(axis=0)

    def _choose_protocols(self, protocols):
        """`shown`: the protocols of the page, in the order of the study.  The reference is always one: differences are from it."""
        if protocols is None:
            chosen = set(self.protocols[:MOST_SHOWN])
        else:
            chosen = set()
            for text in protocols.split(","):
                found = [name for name in self.protocols if pattern(text).fullmatch(name)]
                chosen.update(found if found else refuse_name("--protocol", "protocol", text, self.protocols))
        self.shown = [name for name in self.protocols if name in chosen or name == self.reference]
        self.is_chosen = protocols is not None
        self.is_cut = not self.is_chosen and len(self.shown) < len(self.protocols)

    def _read_rows(self, outcome):
        self.estimates = Rows(self.file, "/summary/estimates", ("level",), self.shown)
        self.contrasts = Rows(self.file, "/summary/contrasts", ("gains", "losses"), self.shown)
        self.outcomes = self.estimates.outcomes()
        if outcome is not None and outcome not in self.outcomes:
            refuse_name("--outcome", "outcome", outcome, self.outcomes)
        self.only = outcome
        self.outcomes = [name for name in self.outcomes if outcome in (None, name)]

    def estimate(self, outcome, protocol, kind, at=NAN, level=NAN):
        """One row of /summary/estimates, or None; level: of a quantile."""
        return self.estimates.find(outcome, protocol, kind, at, level)

    def contrast(self, outcome, protocol, kind, at=NAN):
        """One row of /summary/contrasts, or None."""
        return self.contrasts.find(outcome, protocol, kind, at)

    @functools.lru_cache(maxsize=None)
    def is_time(self, outcome):
        return self.has(f"/outcomes/{outcome}/event_count")

    @functools.lru_cache(maxsize=None)
    def better(self, outcome):
        """+1: more of what the outcome is about (the event, being free of it, the value) is better, -1: worse, 0: neither is said."""
        attributes = self.file[f"/outcomes/{outcome}"].attrs
        return int(attributes["better"]) if "better" in attributes else self._better_before(outcome)

    def _better_before(self, outcome):
        """What it meant in files that do not say it: there were these outcomes only, all others being events and burdens."""
        if outcome in ("anc", "platelets", "hb", "cd4", "cd8", "nk", "b", "treg", "naive_cd4_share", "richness", "igg"):
            return 0
        return 1 if outcome in ("os", "efs", "rfs", "pfs", "neda3", "anc_recovery", "plt_recovery", "cd4_200") else -1

    def competes(self, outcome):
        """Does anything compete with the event?"""
        return self.has(f"/outcomes/{outcome}/competing_count")

    @functools.lru_cache(maxsize=None)
    def event_counts(self, outcome):
        """(events, competing events) by (protocol, landmark), over all points."""
        events = self.array(f"/outcomes/{outcome}/event_count").sum(axis=0)
        name = f"/outcomes/{outcome}/competing_count"
        return events, self.array(name).sum(axis=0) if self.has(name) else np.zeros_like(events)

    @functools.lru_cache(maxsize=None)
    def is_survival(self, outcome):
        """Does /summary state freedom from the event (survival) instead of its incidence?  Seen from the numbers."""
        if not self.is_time(outcome):
            return False
        events, _ = self.event_counts(outcome)
        free = event = 0.0
        for p, protocol in ((self.place[name], name) for name in self.shown):
            for k, day in enumerate(self.landmarks):
                row = self.estimate(outcome, protocol, "probability", day)
                if row is not None and row["n"] > 0:
                    share = events[p, k] / row["n"]
                    event += abs(row["value"] - share)
                    free += abs(row["value"] - (1 - share))
            if abs(free - event) > 0.5:
                break  # one of them is a matter of rounding: other protocols cannot say anything else
        return free < event
