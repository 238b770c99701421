#!/usr/bin/env python3
"""Indices of engraft sensitivity beside those of OpenTURNS on the same responses (Jansen, Martinez, to 1e-10), and dependent
points beside its Gaussian copula.
"""
import csv
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
    import openturns as ot
except ImportError as error:
    print(f"SKIPPED OpenTURNS: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]
STUDY = """\
study: openturns
seed: 3
horizon: 1 y
cohort: {{disease: ms, patients: {patients}}}
protocols: {{dmt: [{{at: 0 d, drug: dmf}}]}}
outcomes: [relapse, {{edss: {{at: [1 y]}}}}]
parameters: {{trigger.rate: prior, clone.fitness_after_conditioning: prior, atg.half_life: prior, trigger.activation: prior}}
{more}
"""
NAMES = ["trigger.rate", "clone.fitness_after_conditioning", "atg.half_life", "trigger.activation"]


def run(name, more, patients):
    with open(name + ".yaml", "w") as out:
        out.write(STUDY.format(more=more, patients=patients))
    subprocess.run([ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], check=True)
    return name + ".h5"


def indices():
    path = run("indices", "design: {saltelli: {base: 128}}", 16)
    subprocess.run([ENGRAFT, "sensitivity", path, "--csv", "out.csv"], check=True, stdout=subprocess.DEVNULL)
    with open("out.csv") as file:
        table = {(r["outcome"], r["parameter"], r["index"], r["estimator"]): float(r["with_noise"]) for r in csv.DictReader(file)}
    with h5py.File(path) as file:
        unit = file["design/unit"][:].reshape(128, 6, 4)
        counts = file["outcomes/relapse/event_count"][:, 0, -1] / file["outcomes/relapse/n"][:, 0]
        edss = file["outcomes/edss/sum"][:].reshape(-1) / file["outcomes/edss/n"][:].reshape(-1)
    order = [0, 5, 1, 2, 3, 4]  # A, B, AB of each: blocks, as OpenTURNS has them
    inputs = ot.Sample(np.concatenate([unit[:, k] for k in order]).tolist())
    for label, y in [("relapse at 1 y", counts), ("edss at 1 y", edss)]:
        y = y.reshape(128, 6)
        outputs = ot.Sample(np.concatenate([y[:, k] for k in order])[:, None].tolist())
        for name, algorithm in [("jansen", ot.JansenSensitivityAlgorithm), ("martinez", ot.MartinezSensitivityAlgorithm)]:
            theirs = algorithm(inputs, outputs, 128)
            for index, values in [("first", theirs.getFirstOrderIndices()), ("total", theirs.getTotalOrderIndices())]:
                for parameter, value in zip(NAMES, values):
                    ours = table[label, parameter, index, name]
                    check(abs(ours - value) <= 1e-10 * max(1, abs(value)), f"{label} {parameter} {index} {name}: {ours}, OpenTURNS {value}")


def dependence():
    pairs = [(0, 1, 0.6), (1, 3, -0.3), (0, 3, 0.2)]
    text = "correlation: [" + ", ".join(f"{{pair: [{NAMES[a]}, {NAMES[b]}], spearman: {r}}}" for a, b, r in pairs) + "]\n"
    path = run("dependence", text + "design: {sobol: {points: 8192, scramble: owen}}", 1)
    with h5py.File(path) as file:
        unit = file["design/unit"][:]
    spearman = ot.CorrelationMatrix(4)
    for a, b, r in pairs:
        spearman[a, b] = r
    copula = ot.NormalCopula(ot.NormalCopula.GetCorrelationFromSpearmanCorrelation(spearman))
    for corner in [[0.3, 0.3, 0.5, 0.3], [0.7, 0.6, 0.9, 0.8], [0.5, 0.5, 1, 0.5], [0.9, 0.2, 0.5, 0.6]]:
        ours, theirs = np.mean((unit <= corner).all(axis=1)), copula.computeCDF(corner)
        check(abs(ours - theirs) < 0.004, f"share below {corner}: {ours}, OpenTURNS {theirs}")


os.chdir(os.environ["TMPDIR"])
indices()
dependence()
finish()
