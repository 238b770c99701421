#!/usr/bin/env python3
"""A result opens in xarray, h5py and h5dump without any code of this project.

Makes a small result with $ENGRAFT, or reads the one that $RESULT names.
"""
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import xarray as xr
    import h5netcdf  # noqa: F401  the engine
except ImportError as error:
    print(f"SKIPPED xarray: {error}")
    sys.exit(77)

STUDY = """\
study: read-test
seed: 11
horizon: 1 y
cohort: {disease: ms, patients: 64}
protocols:
  dmt:
    - {at: 0 d, drug: dmt_standard, for: 1 y}
  cy_atg:
    - {at: -5 d, condition: cy200}
    - {at: -5 d, atg: ratg, dose: 6 mg/kg}
    - {at: 0 d, graft: pb, donor: auto, cd34: 6e6 /kg}
parameters: {atg.t_cell_kill_rate: prior}
design: {lhs: {points: 3}}
outcomes: [relapse, os, anc_recovery, arr, {edss: {at: [0.5 y, 1 y]}}]
trajectories: {markers: [anc], every: 1 mo}
records: {patients: 20}
"""

passed = failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("failed:", what)


def make(folder):
    if "RESULT" in os.environ:
        return os.environ["RESULT"]
    study, path = os.path.join(folder, "study.yaml"), os.path.join(folder, "result.h5")
    with open(study, "w") as out:
        out.write(STUDY)
    subprocess.run([os.environ["ENGRAFT"], "run", study, "-o", path, "--progress", "none"], check=True)
    return path


def groups_of(file):
    found = ["/"]
    file.visititems(lambda name, item: found.append("/" + name) if isinstance(item, h5py.Group) else None)
    return found


def check_every_dataset(file):
    def look(name, item):
        if not isinstance(item, h5py.Dataset):
            return
        for attribute in ("unit", "long_name"):
            check(isinstance(item.attrs.get(attribute), (str, bytes, np.bytes_)), f"{name} has no {attribute}")
        if not h5py.h5ds.is_scale(item.id):
            for k in range(item.ndim):
                check(len(item.dims[k]) == 1, f"{name}: axis {k} has no scale")
        else:
            check("/" not in name, f"{name}: a scale that is not at the root")
        check(h5py.check_string_dtype(item.dtype) is None or item.dtype.kind == "S", f"{name}: text of variable length")
    file.visititems(look)


def check_estimates(path):
    with xr.open_dataset(path, group="/summary/estimates", engine="h5netcdf") as table:
        check(table.value.dims == ("estimate",), "estimates stand on their own axis")
        check("estimator" in table.value.attrs, "a value names its estimator")
        kinds = set(table.kind.values.tolist())
        check({"probability", "restricted_mean_time", "quantile", "mean"} <= kinds, f"kinds of estimates: {kinds}")
        # a protocol under which no course can have the outcome (recovery without a transplant) has no estimates
        empty = table.n == 0
        check(bool(np.isnan(table.value.where(empty, np.nan)).all() & np.isnan(table.low.where(empty, np.nan)).all()),
              "no courses, no estimate")
        several = (table.kind == "probability") | (table.kind == "restricted_mean_time") | (table.kind == "mean")
        rows = table.where(several & ~empty, drop=True)
        check(rows.sizes["estimate"] > 40, f"{rows.sizes['estimate']} estimates with intervals")
        check(bool(((rows.low <= rows.value) & (rows.value <= rows.high)).all()), "intervals hold their estimates")
        check(bool((np.isnan(table.level) == (table.kind != "quantile")).all()), "levels belong to quantiles")
        quantile = table.where((table.kind == "quantile") & (table.outcome == "relapse"), drop=True)
        check(bool(np.isnan(quantile.at).all()), "quantiles of a time stand at no day")
        check({0.1, 0.5, 0.9} == set(quantile.level.values.tolist()), "levels of quantiles")


def check_counts(path, root):
    points, protocols = root.sizes["point"], root.sizes["protocol"]
    with xr.open_dataset(path, group="/outcomes/relapse", engine="h5netcdf") as relapse:
        check(relapse.event_count.dims == ("point", "protocol", "landmark"), f"axes {relapse.event_count.dims}")
        check(relapse.event_count.shape[:2] == (points, protocols), "points and protocols")
        check(bool((relapse.event_count.diff("landmark") >= 0).all()), "counts rise with the landmark")
        joined = relapse.assign_coords(protocol=root.protocol, landmark=root.landmark)
        check(joined.event_count.sel(protocol="dmt").dims == ("point", "landmark"), "a protocol is chosen by its name")
    with xr.open_dataset(path, group="/trajectories/anc", engine="h5netcdf") as anc:
        check("day" in anc.dims and anc.sizes["day"] == root.sizes["day"], f"axes of a trajectory: {dict(anc.sizes)}")
    with xr.open_dataset(path, group="/records", engine="h5netcdf") as records:
        check(records.age.dims == ("record",) and records.relapse.dims == ("record", "protocol"), "axes of records")


def main():
    folder = tempfile.mkdtemp()
    try:
        path = make(folder)
        with h5py.File(path) as file:
            check(file.attrs["complete"] == 1, "the file is complete")
            check_every_dataset(file)
            groups = groups_of(file)
        for group in groups:
            with xr.open_dataset(path, group=group, engine="h5netcdf") as part:
                part.load()
                check(not any(str(d).startswith("phony_dim") for d in part.dims), f"{group}: an axis without a name")
        with xr.open_dataset(path, engine="h5netcdf") as root:
            root.load()
            for name in ("protocol", "point", "day", "landmark"):
                check(name in root.dims, f"no dimension {name}")
            check("dmt" in root.protocol.values.tolist(), f"names of protocols are texts: {root.protocol.values}")
            check_counts(path, root)
        check_estimates(path)
        if shutil.which("h5dump"):
            check(subprocess.run(["h5dump", "-n", "1", path], stdout=subprocess.DEVNULL).returncode == 0, "h5dump")
        else:
            print("SKIPPED h5dump: not installed")
    finally:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
