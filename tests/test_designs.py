#!/usr/bin/env python3
"""Designs from the study file to the result: what /design says of the points of saltelli, morris and lhs in copies, evenness
beside SciPy's designs, and lists from CSV, from HDF5 and from another result, with their ids.
"""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
    from scipy.stats import qmc
except ImportError as error:
    print(f"SKIPPED designs: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
NAMES = ["atg.half_life", "atg.t_cell_kill_rate", "trigger.rate", "clone.fitness_after_conditioning"]
STUDY = """\
study: designs
seed: 3
horizon: 30 d
cohort: {disease: ms, patients: 2}
protocols: {dmt: [{at: 0 d, drug: dmt_standard}]}
outcomes: [death]
records: 10
parameters:
  atg.half_life: prior
  atg.t_cell_kill_rate: {uniform: [0.2, 0.5]}
  trigger.rate: {gamma: [9, 1]}
  clone.fitness_after_conditioning: prior
"""


def write(name, design):
    with open(name + ".yaml", "w") as out:
        out.write(STUDY + f"design: {{{design}}}\n")
    return name + ".yaml"


def run(name, design):
    done = subprocess.run([ENGRAFT, "run", write(name, design), "-o", name + ".h5", "--progress", "none"], capture_output=True, text=True)
    check(done.returncode == 0, f"{design}: {done.stderr}")
    return h5py.File(name + ".h5")


def text(dataset):
    return [x.decode().rstrip("\0") for x in np.atleast_1d(dataset[()])]


def structure():
    groups = "groups: {drug: [atg.half_life, atg.t_cell_kill_rate]}"
    with run("saltelli", f"saltelli: {{base: 16, second_order: true, {groups}}}") as file:
        unit, matrix = file["design/unit"][:].reshape(16, 8, 4), np.array(text(file["design/matrix"])).reshape(16, 8)
        check(text(file["group"]) == ["drug", "trigger.rate", "clone.fitness_after_conditioning"], "names of groups")
        check(file["design/parameter_group"][:].tolist() == [0, 0, 1, 2], "groups of parameters")
        check((matrix == ["A", "AB", "AB", "AB", "BA", "BA", "BA", "B"]).all(), "matrices")
        check((file["design/moved"][:].reshape(16, 8) == [-1, 0, 1, 2, 0, 1, 2, -1]).all(), "moved groups")
        check((file["design/set"][:].reshape(16, 8).T == np.arange(16)).all(), "base rows")
        check(text(file["design/extends"]) == ["prefix"], "saltelli extends by prefix")
        check(text(file["design/across_points"]) == ["independent"], "new patients at every point")
        a, b = unit[:, 0], unit[:, 7]
        check((unit[:, 1] == np.column_stack([b[:, :2], a[:, 2:]])).all() and (unit[:, 6] == np.column_stack([b[:, :3], a[:, 3]])).all(), "mixtures")
    with run("morris", "morris: {trajectories: 7, levels: 6}") as file:
        unit, moved = file["design/unit"][:].reshape(7, 5, 4), file["design/moved"][:].reshape(7, 5)
        steps = np.diff(unit, axis=1)
        check(np.allclose(np.abs(steps).max(axis=2), 0.5) and ((np.abs(steps) > 0).sum(axis=2) == 1).all(), "steps")
        check((np.abs(steps).argmax(axis=2) == moved[:, 1:]).all() and (moved[:, 0] == -1).all(), "what moved")
        check(text(file["design/across_points"]) == ["common"], "the same patients at every point")
    with run("copies", "lhs: {points: 24, copies: 3, maximin: true}") as file:
        check((file["design/set"][:] == np.repeat([0, 1, 2], 8)).all() and "matrix" not in file["design"], "copies")
        check(text(file["design/extends"]) == ["copies"], "lhs extends by copies")
    with run("plain", "lhs: {points: 8}") as file:
        check("set" not in file["design"] and "id" not in file["design"] and "group" not in file, "a plain sample says no more than it has")


def evenness():
    """Centred discrepancy: no worse than the mean of SciPy's own scrambled designs by more than a fifth."""
    n = 256
    for design, engine in [("sobol: {points: 256, scramble: owen}", qmc.Sobol), ("halton: {points: 256}", qmc.Halton)]:
        theirs = np.mean([qmc.discrepancy(engine(4, scramble=True, seed=k).random(n)) for k in range(10)])
        with run(design[:6].strip(":"), design) as file:
            ours = qmc.discrepancy(file["design/unit"][:])
        check(ours < 1.2 * theirs, f"{design}: {ours} beside {theirs}")


def refused(design, said):
    done = subprocess.run([ENGRAFT, "check", write("broken", design)], capture_output=True, text=True)
    check(done.returncode == 65 and said in done.stderr, f"{said}: {done.stderr}")


def lists():
    rng = np.random.default_rng(2)
    low, high = np.array([2, 0.2, 5, 0.3]), np.array([9, 0.5, 12, 0.9])
    points = low + (high - low) * rng.random((300, 4))
    with open("points.csv", "w") as out:
        out.write("trigger.rate,id,atg.half_life [h],atg.t_cell_kill_rate,clone.fitness_after_conditioning\n")
        out.writelines(f'{p[2]!r},"p,""{k}",{p[0] * 24!r},{p[1]!r},{p[3]!r}\n' for k, p in enumerate(points.tolist()))
    with run("csv", "list: {file: points.csv}") as file:
        check(np.allclose(file["design/values"][:], points, rtol=1e-15) and np.array_equal(file["design/values"][:, 1:], points[:, 1:]), "values of a CSV")
        check(text(file["design/id"]) == [f'p,"{k}' for k in range(300)], "ids of a CSV")
        values = file["design/values"][:]
    with h5py.File("other.h5", "w") as file:
        file["posterior/points"] = points
    with run("hdf5", "list: {file: other.h5, dataset: /posterior/points}") as file:
        check(np.array_equal(file["design/values"][:], points), "values of an HDF5 file")
        check("id" not in file["design"], "no ids")
    os.rename("csv.h5", "screened.h5")
    os.remove("points.csv")
    with run("result", "list: {result: screened.h5}") as file:
        check(np.array_equal(file["design/values"][:], values) and text(file["design/id"])[7] == 'p,"7', "points of a result")
    os.remove("screened.h5")
    with h5py.File("result.h5") as file:
        kept = file["provenance/study_text"][()].decode()
    with open("kept.yaml", "w") as out:
        out.write(kept)
    done = subprocess.run([ENGRAFT, "run", "kept.yaml", "-o", "kept.h5", "--progress", "none"], capture_output=True, text=True)
    same = subprocess.run([ENGRAFT, "diff", "result.h5", "kept.h5"], capture_output=True, text=True)
    check(done.returncode == 0 and same.returncode == 0, "the text in a result is the whole study: " + done.stderr + same.stdout)
    refused("list: {result: screened.h5}", "screened.h5: No such file")
    with open("bad.csv", "w") as out:
        out.write(",".join(NAMES) + ",graft.homing\n5,0.3,8,0.5,1\n")
    refused("list: {file: bad.csv}", "bad.csv:1:82: 'graft.homing' is no uncertain parameter of this study")
    for row, said in [("1,2,3", "4 in the first"), ("5,0.3,x,0.5", "bad.csv:2:7: trigger.rate: 'x' is no number"),
                      ("5,0.3,1e9,0.5", "bad.csv:2:7: trigger.rate: 1e9 is outside")]:
        with open("bad.csv", "w") as out:
            out.write(",".join(NAMES) + "\n" + row + "\n")
        refused("list: {file: bad.csv}", said)
    with open("bad.csv", "w") as out:
        out.write("id," + ",".join(NAMES) + "\n1,5,0.3,8,0.5\n1,5,0.3,8,0.5\n")
    refused("list: {file: bad.csv}", "two points have the id '1'")
    with open("bad.csv", "w") as out:
        out.write(",".join(NAMES[:3]) + "\n5,0.3,8\n")
    refused("list: {file: bad.csv}", "there is no column 'clone.fitness_after_conditioning'")


def patterns():
    """clone.* is every parameter of the module but those that have a line of their own; "*" all that are left."""
    with open("patterns.yaml", "w") as out:
        out.write(STUDY.split("parameters:")[0] + 'parameters:\n  clone.*: prior\n  clone.decay_rate: 0.001\n  trigger.rate: {uniform: [4, 5]}\n  "*": prior\n'
                  "design: {morris: {trajectories: 1}}\n")
    done = subprocess.run([ENGRAFT, "run", "patterns.yaml", "-o", "patterns.h5", "--progress", "none"], capture_output=True, text=True)
    check(done.returncode == 0, f"patterns: {done.stderr}")
    known = subprocess.run([ENGRAFT, "list", "parameters", "ms"], capture_output=True, text=True).stdout.split()
    with h5py.File("patterns.h5") as file:
        names = text(file["parameter"])
        check(len(names) == len(set(names)) and "clone.decay_rate" not in names, "each once, and none that is fixed")
        check(names[0].startswith("clone.") and all(n in known for n in names) and "graft.homing" not in names[:3], "in the order of the study")
        check(len(names) > 140 and file["design/parameter_prior"][names.index("trigger.rate")].startswith(b"uniform"), f"{len(names)} parameters")
    for line, said in [("clone.*: 3", "several parameters can only have their priors"), ("clon.*: prior", "no parameter has a name that begins so")]:
        with open("broken.yaml", "w") as out:
            out.write(STUDY.split("parameters:")[0] + f"parameters: {{{line}}}\ndesign: {{lhs: {{points: 3}}}}\n")
        done = subprocess.run([ENGRAFT, "check", "broken.yaml"], capture_output=True, text=True)
        check(done.returncode == 65 and said in done.stderr, f"{line}: {done.stderr}")


def mistakes():
    refused("saltelli: {base: 8, groups: {a: [trigger.rate], b: [trigger.rate]}}", "'trigger.rate' is in another group too: groups must not overlap")
    refused("saltelli: {base: 8, groups: {a: []}}", "there is no parameter in the group 'a'")
    refused("saltelli: {base: 8, groups: {a: [trigger.rat]}}", "did you mean 'trigger.rate'")
    refused("saltelli: {base: 8, groups: {trigger.rate: [atg.half_life]}}", "is the name of a parameter; a group needs one of its own")
    refused("saltelli: {base: 8, groups: {}}", "there is no group")
    refused("saltelli: {points: 8}", "'base' is missing: expected a map such as {base: 1024}")
    refused("morris: {trajectories: 8, levels: 3}", "'levels' must be even")
    refused("lhs: {points: 8, copies: 3}", "no whole number of points")
    refused("lhs: {points: 8, maximin: 3}", "maximin: expected true or false")
    refused("sobol: {points: 8, scramble: owens}", "did you mean 'owen'")
    refused("factorial: {levels: {trigger.rate: 0}}", "trigger.rate: expected a whole number from 1")
    refused("factorial: {levels: 3, low: 0.9, high: 0.1}", "'low' must be below 'high'")


os.chdir(os.environ["TMPDIR"])
structure()
evenness()
lists()
patterns()
mistakes()
finish()
