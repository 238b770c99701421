#!/usr/bin/env python3
"""Laws of parameters and covariates from the study file to the result, against SciPy and NumPy: every value of a design is the
quantile that they give at its point of the unit cube, and patients have the shares and means that they should.  A law from a
file needs the file when the study starts, and never again.
"""
import os
import subprocess
import sys

from testlib import check, finish

try:
    import h5py
    import numpy as np
    from scipy import stats
except ImportError as error:
    print(f"SKIPPED priors: {error}")
    sys.exit(77)

ENGRAFT = os.environ["ENGRAFT"]

HEAD = """\
study: priors
seed: 5
horizon: 30 d
cohort:
  disease: ms
  patients: {patients}
  across_points: common
  covariates: {{{covariates}}}
protocols: {{dmt: [{{at: 0 d, drug: dmt_standard}}]}}
outcomes: [death]
records: {patients}
"""

# name of a parameter: its law here, and SciPy's
SAMPLE = [0.31, 0.28, 0.31, 0.44, 0.25, 0.36]
DISCRETE = stats.rv_discrete(values=([0, 1, 2], [0.2, 0.5, 0.3]))
LAWS = {
    "trigger.rate": ("{gamma: {shape: 2.5, scale: 3}}", lambda u: stats.gamma.ppf(u, 2.5, scale=3)),
    "clone.fitness_sd": ("{gamma: [0.4, 0.5]}", lambda u: stats.gamma.ppf(u, 0.4, scale=0.5)),
    "trigger.activation": ("{discrete: {values: [0.3, 0.1, 0.2], p: [0.3, 0.2, 0.5]}}",
                           lambda u: np.array([0.1, 0.2, 0.3])[DISCRETE.ppf(u).astype(int)]),
    "atg.t_cell_kill_rate": ("{empirical: {file: kill.csv, column: rate}, unit: 1/d}",
                             lambda u: np.quantile(SAMPLE, u, method="inverted_cdf")),
    "atg.half_life": ("{lognormal: {median: 4, sdlog: 0.5}, low: 3, high: 9, unit: d}",
                      lambda u: 4 * np.exp(0.5 * stats.truncnorm.ppf(u, np.log(3 / 4) / 0.5, np.log(9 / 4) / 0.5))),
    "graft.homing": ("{normal: [0.2, 0.1], low: 0.1}", lambda u: stats.truncnorm.ppf(u, -1, np.inf, 0.2, 0.1)),
}


def names_of_parameters():
    out = subprocess.run([ENGRAFT, "list", "parameters"], check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}


def run(text, name, ranks=1):
    with open(name + ".yaml", "w") as out:
        out.write(text)
    start = os.environ["MPIEXEC"].split() + ["-n", str(ranks)] if ranks > 1 else []
    done = subprocess.run(start + [ENGRAFT, "run", name + ".yaml", "-o", name + ".h5", "--progress", "none"], capture_output=True, text=True)
    check(done.returncode == 0, f"{name} runs: {done.stderr}")
    return name + ".h5"


def parameters():
    known = names_of_parameters()
    laws = {name: law for name, law in LAWS.items() if name in known}
    check(len(laws) >= 4, f"parameters of the test exist: {sorted(laws)}")
    with open("kill.csv", "w") as out:
        out.write("# a sample\nid,rate\n" + "".join(f'"p{k}", {x}\r\n' for k, x in enumerate(SAMPLE)))
    text = HEAD.format(patients=1, covariates="") + "parameters:\n"
    text += "".join(f"  {name}: {law}\n" for name, (law, _) in laws.items())
    result = run(text + "design: {monte_carlo: {points: 400}}\n", "laws")
    with h5py.File(result) as file:
        unit, values = file["design/unit"][:], file["design/values"][:]
        order = [name.decode().strip() for name in file["parameter"][:]]
    for j, name in enumerate(order):
        want = laws[name][1](unit[:, j])
        low, high = values[:, j].min(), values[:, j].max()
        want = np.clip(want, low, high)  # bounds of the parameter
        check(low < high and np.allclose(values[:, j], want, rtol=1e-9, atol=1e-12), f"{name}: quantiles of {laws[name][0]}")

    # without the file: the result is read, another number of ranks gives the same bits from a copy of the study's text
    first = open(result, "rb").read()
    again = run(text + "design: {monte_carlo: {points: 400}}\n", "laws_2", ranks=2)
    check(subprocess.run([ENGRAFT, "diff", result, again]).returncode == 0, "two ranks, the same bits")
    os.remove("kill.csv")
    shown = subprocess.run([ENGRAFT, "show", result], capture_output=True, text=True)
    check(shown.returncode == 0, "the result is read without the file: " + shown.stderr)
    with h5py.File(result) as file:
        kept = file["provenance/study_text"][()].decode()
    kept_result = run(kept, "laws_3")
    check(subprocess.run([ENGRAFT, "diff", result, kept_result]).returncode == 0, "the text in the result is the whole study")
    check(open(result, "rb").read() == first, "reading changes no result")
    gone = subprocess.run([ENGRAFT, "check", "laws.yaml"], capture_output=True, text=True)
    check(gone.returncode == 65 and "laws.yaml:16:" in gone.stderr and "kill.csv: No such file" in gone.stderr, "a file that is not there: " + gone.stderr)


def refused():
    broken = {
        "rate,x\n0.2,1\n": ("rates", "unknown column 'rates' of the file, did you mean 'rate'?"),
        "rate\n0.2\nabc\n": ("rate", "kill.csv:3:1: 'abc' is no number"),
        "rate,x\n0.2,1\n0.3\n": ("rate", "kill.csv:3:1: 1 cell in this line, 2 in the first"),
        "rate\n": ("rate", "there is no row in it"),
        'rate\n"0.2\n': ("rate", "kill.csv:2:1: a quote does not end"),
    }
    for text, (column, said) in broken.items():
        with open("kill.csv", "w") as out:
            out.write(text)
        with open("broken.yaml", "w") as out:
            out.write(HEAD.format(patients=1, covariates="") +
                      f"parameters:\n  atg.t_cell_kill_rate: {{empirical: {{file: kill.csv, column: {column}}}}}\n"
                      "design: {monte_carlo: {points: 4}}\n")
        done = subprocess.run([ENGRAFT, "check", "broken.yaml"], capture_output=True, text=True)
        check(done.returncode == 65 and said in done.stderr and done.stderr.startswith("broken.yaml:13:"), f"{said}: {done.stderr}")


def covariates():
    text = HEAD.format(patients=20000, covariates=", ".join([
        "hct_ci: {categorical: [0.6, 0, 0.3, 0.1]}", "prior_lines: {negative_binomial: {mean: 2, size: 1.5}}",
        "duration: {gamma: {shape: 2, scale: 24}, unit: mo}", "edss: {discrete: {values: [3, 2, 6]}}",
        "frailty: {empirical: {values: [1, 2, 4], weights: [5, 3, 2]}}", "weight: {lognormal_cv: [72, 0.18], low: 60, high: 90}"]))
    with h5py.File(run(text, "people")) as file:
        got = {name: file["records/" + name][:] for name in ["hct_ci", "prior_lines", "duration", "edss", "frailty", "weight"]}
    n = 20000

    def shares(name, values, p):
        counts = np.array([np.sum(got[name] == v) for v in values])
        check(counts.sum() == n and stats.chisquare(counts, np.array(p) * n).pvalue > 1e-6, f"{name}: {counts}")

    shares("hct_ci", [0, 2, 3], [0.6, 0.3, 0.1])
    shares("edss", [2, 3, 6], [1 / 3, 1 / 3, 1 / 3])
    shares("frailty", [1, 2, 4], [0.5, 0.3, 0.2])
    p = stats.nbinom.pmf(np.arange(20), 1.5, 1.5 / 3.5)
    shares("prior_lines", np.arange(21), np.append(p, 1 - p.sum()))
    check(stats.kstest(got["duration"], stats.gamma(2, scale=24 * 30.4375 / 365.25).cdf).pvalue > 1e-6, "duration is gamma")
    sd = np.sqrt(np.log(1 + 0.18**2))
    a, b = np.log(60 / 72) / sd, np.log(90 / 72) / sd
    check(stats.kstest(np.log(got["weight"] / 72) / sd, stats.truncnorm(a, b).cdf).pvalue > 1e-6, "weight is truncated")


os.chdir(os.environ["TMPDIR"])
parameters()
refused()
covariates()
finish()
