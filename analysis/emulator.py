"""An emulator of the points of a result: polynomial chaos (Legendre polynomials of the unit cube, orthonormal under the priors), fitted to the means
of points, whose terms are chosen one after the other while the error of leaving one point out falls.

    e = emulator.of_result("RESULT.h5", "relapse", "dmt")
    e.mean.explained                 # share of the variance of noiseless means that points left out are predicted with
    e.mean.first, e.mean.total       # Sobol' indices, from the coefficients
    e.mean.predict({"trigger.rate": 9, ...})     # (value, standard error) at a new point; parameters that are not named stand at their median

e.spread is the same of the variance between courses.  Noise of finite patients is in the error of leaving one out; its known variance is taken out of
`explained` and of the errors of predictions.
"""
import itertools
import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import opened

MOST_DEGREE = 8
NORM = 0.75      # hyperbolic truncation: terms of many parameters stay of low degree
MOST_TERMS = 4000


def legendre(u, degree):
    """Orthonormal polynomials 0 .. degree of uniform numbers: [points][degree + 1]."""
    x, out = 2 * np.asarray(u) - 1, [np.ones(np.shape(u)), 2 * np.asarray(u) - 1]
    for k in range(1, degree):
        out.append(((2 * k + 1) * x * out[k] - k * out[k - 1]) / (k + 1))
    return np.stack([p * np.sqrt(2 * k + 1) for k, p in enumerate(out[:degree + 1])], axis=-1)


def candidates(dimension, points):
    """Exponents of terms, those of low degree first, as many as there is use for."""
    terms = [()]
    for members in range(1, min(dimension, 3 if dimension <= 30 else 2) + 1):
        for chosen in itertools.combinations(range(dimension), members):
            for degrees in itertools.product(range(1, MOST_DEGREE + 1), repeat=members):
                if sum(d**NORM for d in degrees)**(1 / NORM) <= MOST_DEGREE + 1e-9:
                    terms.append(tuple(zip(chosen, degrees)))
    terms.sort(key=lambda term: (sum(d for _, d in term), len(term), term))
    return terms[:max(2, min(MOST_TERMS, 20 * points))]


class Fit:
    """One response over the unit cube; noise: the variance of each response, None where it is not known."""

    def __init__(self, unit, y, noise=None, names=None):
        self.unit, self.y = np.asarray(unit, float), np.asarray(y, float)
        good = np.isfinite(self.y)
        self.unit, self.y = self.unit[good], self.y[good]
        self.noise = float(np.mean(np.asarray(noise)[good])) if noise is not None else 0.0
        self.points, self.dimension = self.unit.shape
        self.names = names
        if self.points < 10:
            raise ValueError(f"{self.points} points are too few for an emulator")
        self._choose()
        self._derive()

    def columns(self, unit, terms):
        basis = legendre(np.atleast_2d(unit), MOST_DEGREE)
        return np.stack([np.prod([basis[:, j, d] for j, d in term], axis=0) if term else np.ones(len(basis)) for term in terms], axis=1)

    def _choose(self):
        """Orthogonal matching pursuit: the term that goes best with what is left, until leaving one out says that it is enough."""
        terms = candidates(self.dimension, self.points)
        whole = self.columns(self.unit, terms)
        most = max(2, min(self.points // 3, len(terms)))
        basis, chosen, rest, best = np.empty((self.points, 0)), [], self.y.copy(), None
        free = whole.copy()
        for _ in range(most):
            size = np.linalg.norm(free, axis=0)
            score = np.where(size > 1e-8 * np.sqrt(self.points), np.abs(free.T @ rest) / np.maximum(size, 1e-300), -1)
            k = 0 if not chosen else int(np.argmax(score))
            if score[k] < 0:
                break
            q = free[:, k] / size[k]
            chosen.append(k)
            basis = np.column_stack([basis, q])
            rest = rest - q * (q @ rest)
            free = free - np.outer(q, q @ free)
            free[:, k] = 0
            left = 1 - (basis**2).sum(axis=1)
            if (left < 1e-6).any():
                break
            press = np.mean((rest / left)**2) * (1 + len(chosen) / self.points)  # many terms are tried
            if best is None or press < best[0]:
                best = (press, list(chosen), np.mean((rest / left)**2))
            elif len(chosen) > len(best[1]) + 12:
                break
        self.terms = [terms[k] for k in best[1]]
        self.press = best[2]

    def _derive(self):
        x = self.columns(self.unit, self.terms)
        self.coefficient, *_ = np.linalg.lstsq(x, self.y, rcond=None)
        rest = self.y - x @ self.coefficient
        self.residual = rest @ rest / max(1, self.points - len(self.terms))
        self.inverse = np.linalg.inv(x.T @ x)
        spread = np.var(self.y, ddof=1)
        self.error = float(np.sqrt(self.press))                  # of leaving one out, noise in it
        left = max(self.press - self.noise, 0.0)
        self.explained = float(1 - left / (spread - self.noise)) if spread > self.noise else float("nan")
        part = {term: c**2 for term, c in zip(self.terms, self.coefficient) if term}
        whole = sum(part.values())
        who = lambda term: {j for j, _ in term}
        self.first = np.array([sum(v for t, v in part.items() if who(t) == {j}) for j in range(self.dimension)]) / whole if whole > 0 else np.full(self.dimension, np.nan)
        self.total = np.array([sum(v for t, v in part.items() if j in who(t)) for j in range(self.dimension)]) / whole if whole > 0 else np.full(self.dimension, np.nan)

    def at_unit(self, unit):
        """(values, standard errors) at points of the unit cube: the error of the coefficients, and of what the polynomial leaves."""
        x = self.columns(unit, self.terms)
        leverage = np.einsum("ij,jk,ik->i", x, self.inverse, x)
        return x @ self.coefficient, np.sqrt(leverage * self.residual + max(self.press - self.noise, 0.0))


class Emulator:
    """Means of points and variances between courses under one protocol."""

    def __init__(self, path, outcome, protocol=None, reading=-1):
        import h5py

        with h5py.File(path, "r") as file:
            self.protocols = [x.decode() for x in file["/protocol"][()]]
            self.names = [x.decode() for x in file["/parameter"][()]]
            self.unit, self.values = file["/design/unit"][()], file["/design/values"][()]
            self.kind = file["/design/kind"][()]
            if (self.kind.decode() if isinstance(self.kind, bytes) else str(self.kind)) == "list":
                raise ValueError("a list has no unit cube: an emulator needs a design that draws from priors")
        mean, noise = opened.response(path, outcome, reading)
        p = self.protocols.index(protocol) if protocol is not None else 0
        self.mean = Fit(self.unit, mean[:, p], noise[:, p], self.names)
        with h5py.File(path, "r") as file:
            n = file["outcomes"][outcome]["n"][()].astype(float)
        n = n[:, p, reading] if n.ndim == 3 else n[:, p]
        self.spread = Fit(self.unit, noise[:, p] * n, None, self.names)
        for fit in (self.mean, self.spread):
            fit.predict = lambda values, fit=fit: self._predict(fit, values)

    def _predict(self, fit, values):
        unit = np.full(len(self.names), 0.5)
        for name, value in values.items():
            j = self.names.index(name)
            order = np.argsort(self.values[:, j])
            low, high = self.values[order[0], j], self.values[order[-1], j]
            if not low <= value <= high:
                raise ValueError(f"{name} = {value:g}: the points of the design reach from {low:g} to {high:g}")
            unit[j] = np.interp(value, self.values[order, j], self.unit[order, j])
        value, error = fit.at_unit(unit)
        return float(value[0]), float(error[0])


def of_result(path, outcome, protocol=None, reading=-1):
    return Emulator(path, outcome, protocol, reading)


def rank_index(x, y, noise):
    """First order by ranks, as `engraft sensitivity` has it, to stand beside the emulator's."""
    z = y[np.argsort(x, kind="stable")]
    z = z - z.mean()
    return float(np.mean(z * np.roll(z, -1)) / (np.var(z) - np.mean(noise)))


def main(arguments):
    if len(arguments) < 2:
        print("usage: python3 analysis/emulator.py RESULT.h5 OUTCOME [PROTOCOL] [NAME=VALUE ...]", file=sys.stderr)
        return 64
    path, outcome, rest = arguments[0], arguments[1], arguments[2:]
    protocol = next((word for word in rest if "=" not in word), None)
    try:
        e = of_result(path, outcome, protocol)
        at = {word.split("=")[0]: float(word.split("=")[1]) for word in rest if "=" in word}
        value = e.mean.predict(at) if at else None
    except (OSError, KeyError, ValueError) as error:
        print(f"engraft: {path}: {error}", file=sys.stderr)
        return 66
    fit = e.mean
    print(f"{outcome}, {protocol or e.protocols[0]}: {fit.points} points, {len(fit.terms)} terms; points left out are predicted within {fit.error:.4g} (noise of"
          f" finite patients {np.sqrt(fit.noise):.4g}): {100 * fit.explained:.1f} % of the variance of noiseless means")
    mean, noise = opened.response(path, outcome)
    p = e.protocols.index(protocol) if protocol else 0
    print(f"{'':36s} first   total   by ranks")
    for j in np.argsort(-fit.total):
        print(f"{e.names[j]:36s} {fit.first[j]:6.3f}  {fit.total[j]:6.3f}  {rank_index(e.values[:, j], mean[:, p], noise[:, p]):6.3f}")
    if value is not None:
        print(f"at {', '.join(f'{k} = {v:g}' for k, v in at.items())}: {value[0]:.4g} (standard error {value[1]:.2g})")
    return 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1:]))
