#!/usr/bin/env python3
"""Where the coefficients of src/model/lanes/normal_rows.h and sample_rows.h come from, and that no better ones are to be had.

Each function is fitted anew by Lawson's method: least squares again and again, the weight of a point growing with its error, until the
largest error is as small as it can be.  Errors count in probability: of the logarithm behind the normal quantile only itself, of the
quantile times the normal density, of the distance of a Poisson count from its mean times the density of counts.  A coefficient in
the file may be rounded; its function must not err by more than a quarter beyond the new fit.

    tests/stat_fits.py --print        the new coefficients, highest power first, as the file has them
"""
import os
import re
import sys

import numpy as np
from numpy.polynomial import Polynomial
from scipy.special import gammainc, gammaincc, ndtri

LANES = os.path.join(os.environ.get("SOURCE", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")), "src/model/lanes")
DENSITY = 1 / np.sqrt(2 * np.pi)


def lawson(columns, wanted, scale, rounds=400):
    """Coefficients whose largest |columns c - wanted| scale is the least, and that error."""
    norm = np.abs(columns).max(axis=0)
    a, b, weight, best = columns / norm * scale[:, None], wanted * scale, np.ones_like(wanted), (np.inf, None)
    for _ in range(rounds):
        root = np.sqrt(weight)
        c = np.linalg.lstsq(a * root[:, None], b * root, rcond=None)[0]
        error = np.abs(a @ c - b)
        best = min(best, (error.max(), tuple(c / norm)))
        weight = weight * (error / error.max() + 1e-3)
        weight /= weight.mean()
    return best


def powers(x, top, first=0):
    return np.stack([x**j for j in range(first, top + 1)], axis=1)


# --- the three functions: columns, what is wanted, the scale of an error -------------------------------------------------------


def logarithm():
    """log(1 + f) - f in f^2 .. f^7, mantissas from sqrt(1/2) to sqrt(2)."""
    low, high = np.sqrt(0.5) - 1, np.sqrt(2) - 1
    f = (low + high) / 2 + (high - low) / 2 * np.cos(np.linspace(0, np.pi, 3000))
    return powers(f, 7, 2), np.log1p(f) - f, np.ones_like(f)


def quantile():
    """z / u in powers of w = -log(1 - u^2), u = 2 q - 1, out to tails of 2^-17."""
    tail = np.exp(np.linspace(np.log(2.0**-17), np.log(0.4999), 6000))
    z, u = -ndtri(tail), 1 - 2 * tail
    w = -np.log(4 * tail * (1 - tail))
    return powers(w, 8) * u[:, None], z, DENSITY * np.exp(-z * z / 2)


def distance():
    """Count - mean - sd z, as z^2 f(t) + g(t) + h(t)/m + c/m^2 with t = z / sd, means from 7.9 on, |z| < 4.2."""
    zs, sds, ds = [], [], []
    for inverse in np.append(np.sqrt(1 / 7.9) * (1 - np.cos(np.linspace(0.1, np.pi, 70))) / 2, np.sqrt(1 / 7.9)):
        m = 1 / inverse**2
        guess = -4.3 * np.cos(np.linspace(0, np.pi, 90))
        k = m + guess / inverse + (guess**2 - 1) / 6 - 0.5
        k = k[k >= -0.3]
        lower = gammaincc(k + 1, m)
        z = np.where(lower < 0.5, ndtri(lower), -ndtri(gammainc(k + 1, m)))
        use = np.abs(z) < 4.2
        zs.append(z[use])
        sds.append(np.full(use.sum(), inverse))
        ds.append((k - m + 0.5)[use])
    z, s, d = np.concatenate(zs), np.concatenate(sds), np.concatenate(ds)
    t = z * s
    columns = np.concatenate([powers(t, 6) * z[:, None]**2, powers(t, 5), powers(t, 3) * s[:, None]**2, s[:, None]**4], axis=1)
    return columns, d - z / s, DENSITY * np.exp(-z * z / 2) * s


# --- the file --------------------------------------------------------------------------------------------------------------


def body(text, name):
    return text[text.index(name + "("):].split("\n}\n", 1)[0]


NUMBER = r"(-?\d+\.\d+(?:e-?\d+)?)"


def horner(text, name):
    """Coefficients of `real NAME = ...; NAME = fma_real(NAME, x, c); ...`, lowest power first; c/m^2 of h apart."""
    first = re.search(rf"real {name} = \(real\){NUMBER};", text)
    rest = re.findall(rf"{name} = fma_real\({name}, \w+, (?:\(real\){NUMBER}|fma_real\(\(real\){NUMBER}, a, \(real\){NUMBER}\))\)", text)
    found, extra = [float(first.group(1))], []
    for plain, square, constant in rest:
        found.append(float(plain or constant))
        extra += [float(square)] if square else []
    return found[::-1], extra


def estrin(text):
    """The two lines of rough_log: (a3 f + a2) f^2 + (a1 f + a0), then (a5 f + a4) f^4 added; lowest power first."""
    pair = rf"fma_real\(f, {NUMBER}f, {NUMBER}f\)"
    a3, a2, a1, a0 = re.search(rf"low = fma_real\({pair}, f2, {pair}\)", text).groups()
    a5, a4 = re.search(rf"p = fma_real\({pair}, f2 \* f2, low\)", text).groups()
    return [float(x) for x in (a0, a1, a2, a3, a4, a5)]


def in_files(text):
    far = body(text, "poisson_distance")
    (f, _), (g, _), (h, c) = (horner(far, name) for name in "fgh")
    return {"logarithm": estrin(body(text, "rough_log")), "quantile": horner(body(text, "rough_normal"), "p")[0], "distance": f + g + h + c}


def main():
    text = ""
    for name in ("normal_rows.h", "sample_rows.h"):
        with open(os.path.join(LANES, name), encoding="utf-8") as file:
            text += file.read()
    have = in_files(text)
    passed = failed = 0
    for name, make in (("logarithm", logarithm), ("quantile", quantile), ("distance", distance)):
        columns, wanted, scale = make()
        error, fitted = lawson(columns, wanted, scale)
        if "--print" in sys.argv:
            print(name, ", ".join(f"{x:.10g}" for x in fitted[::-1]))
        mine = np.max(np.abs(columns @ np.array(have[name]) - wanted) * scale)
        print(f"FOUND {name}: {len(have[name])} coefficients, largest error {mine:.3g}, of a new fit {error:.3g}")
        good = mine <= 1.25 * error
        passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
