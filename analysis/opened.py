"""A result as xarray or pandas in one line.

    import sys; sys.path.insert(0, "analysis"); import opened

    data = opened.dataset("RESULT.h5")                  # everything that stands on (point, protocol, ...), as one xarray.Dataset
    table = opened.estimates("RESULT.h5")               # what `engraft show` prints, as a pandas.DataFrame; opened.contrasts, opened.records
    points = opened.points("RESULT.h5", "relapse")      # a row for each point and protocol: parameters, mean, variance of the mean

Names of variables are those of the file with / as _ : outcomes_relapse_event_count.  Nothing but the result file is read.
"""
import os

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
import h5py
import numpy as np

SQUARES = 2.0**22  # weight of the high word of a sum of squares


def _texts(values):
    return np.array([x.decode("utf-8", "replace").rstrip("\0") if isinstance(x, bytes) else x for x in values.ravel()], dtype=object).reshape(values.shape)


def _read(dataset):
    values = dataset[()]
    return _texts(np.asarray(values)) if dataset.dtype.kind in "SO" else values


def _attributes(dataset):
    out = {}
    for name in ("unit", "long_name", "estimator"):
        if name in dataset.attrs:
            value = dataset.attrs[name]
            out["units" if name == "unit" else name] = value.decode() if isinstance(value, bytes) else str(value)
    return out


def dataset(path, groups=("outcomes", "paired", "pairs", "parts", "trajectories", "design")):
    """All datasets of these groups whose axes have scales."""
    import xarray

    variables, coordinates = {}, {}
    with h5py.File(path, "r") as file:
        def add(name, node):
            if not isinstance(node, h5py.Dataset) or node.ndim == 0 or any(len(axis) == 0 for axis in node.dims):
                return
            dims = [axis[0].name.rsplit("/", 1)[-1] for axis in node.dims]
            for dim, axis in zip(dims, node.dims):
                coordinates.setdefault(dim, (dim, _read(axis[0]), _attributes(axis[0])))
            if len(set(dims)) == len(dims):
                variables[node.name.strip("/").replace("/", "_")] = (dims, _read(node), _attributes(node))
        for group in groups:
            if group in file:
                file[group].visititems(add)
        title = file["/study/name"][()]
    return xarray.Dataset(variables, coordinates, {"title": title.decode() if isinstance(title, bytes) else str(title)})


def _table(path, group):
    import pandas

    with h5py.File(path, "r") as file:
        return pandas.DataFrame({name: _read(column) for name, column in file[group].items()})


def estimates(path):
    return _table(path, "/summary/estimates")


def contrasts(path):
    return _table(path, "/summary/contrasts")


def records(path):
    """Single courses: one row for each patient and protocol."""
    import pandas

    with h5py.File(path, "r") as file:
        protocols = _read(file["/protocol"])
        columns = {name: _read(column) for name, column in file["/records"].items()}
    parts = []
    for k, protocol in enumerate(protocols):
        part = pandas.DataFrame({name: column[:, k] if column.ndim > 1 else column for name, column in columns.items()})
        part.insert(0, "protocol", protocol)
        parts.append(part)
    return pandas.concat(parts, ignore_index=True)


def response(path, outcome, reading=-1):
    """(mean, variance of the mean), both [points][protocols]: a share at a landmark, the mean of a number or of a marker on a reading day."""
    with h5py.File(path, "r") as file:
        group = file["outcomes"][outcome]
        n = group["n"][()].astype(float)
        if "event_count" in group:
            share = group["event_count"][()][:, :, reading] / n
            probability = group.attrs.get("probability_of", b"")
            free = "free" in (probability.decode() if isinstance(probability, bytes) else str(probability))
            mean, variance = 1 - share if free else share, share * (1 - share) * n / (n - 1)
        else:
            total, low, high = (group[name][()].astype(float) for name in ("sum", "sum_sq_low", "sum_sq_high"))
            step = float(group.attrs["step"])
            if n.ndim == 3:
                n, total, low, high = (x[:, :, reading] for x in (n, total, low, high))
            mean = step * total / n
            variance = step**2 * (low + SQUARES * high - total**2 / n) / (n - 1)
        return mean, variance / n


def points(path, outcome, reading=-1):
    """Parameters and response, one row for each point and protocol."""
    import pandas

    mean, noise = response(path, outcome, reading)
    with h5py.File(path, "r") as file:
        protocols = _read(file["/protocol"])
        names = list(_read(file["/parameter"])) if "/parameter" in file else []
        values = file["/design/values"][()] if names else np.empty((len(mean), 0))
    parts = []
    for k, protocol in enumerate(protocols):
        part = pandas.DataFrame(values, columns=names)
        part.insert(0, "protocol", protocol)
        part.insert(0, "point", np.arange(len(values)))
        part["mean"], part["variance_of_mean"] = mean[:, k], noise[:, k]
        parts.append(part)
    return pandas.concat(parts, ignore_index=True)
