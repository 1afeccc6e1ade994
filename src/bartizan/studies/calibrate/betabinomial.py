"""Beta-binomial records, y of n stopped with the same mean everywhere and a share of luck in common, by quadrature.

The n threats of a record share their luck: each record has its own chance from a beta law of mean mu, and rho is the
correlation between two threats of one record (0: independent; 1: all or none). Priors: Jeffreys' for mu, even for rho.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import interpolate, optimize, special, stats

from bartizan.studies.estimate import CONFIDENCE

#: Nodes along logit mu and logit rho, at first and in the end; twice as many change no end of an interval by 1e-3.
_COARSE, NODES = (97, 57), (121, 81)
#: Where nodes lie at first: beyond lies less than 1e-7 of Jeffreys' prior and 1e-6 of the even one.
_WIDEST = ((-36.0, 36.0), (-14.0, 14.0))
#: How much of the largest density is left outside of the window in which nodes lie in the end.
_TRIFLE = 1e-9
#: Points for each node at which the cumulated posterior is known.
_FINE = 8


@dataclass(frozen=True)
class Marginal:
    """The posterior of one number on (0, 1): logits of its nodes, evenly spaced, and the mass of each (both (K,))."""

    logits: np.ndarray
    mass: np.ndarray

    @property
    def mean(self) -> float:
        return float(special.expit(self.logits) @ self.mass)

    @cached_property
    def _cumulated(self) -> tuple[np.ndarray, np.ndarray]:
        """Logits, and the mass below them, from a spline through the density."""
        fine = np.linspace(self.logits[0], self.logits[-1], _FINE * (len(self.logits) - 1) + 1)
        density = interpolate.CubicSpline(self.logits, self.mass)
        below = np.maximum.accumulate(density.antiderivative()(fine) / density.integrate(fine[0], fine[-1]))
        return fine, below

    def logit_quantile(self, q: np.ndarray) -> np.ndarray:
        """The logit below which the number's logit lies with each given probability."""
        fine, below = self._cumulated
        return np.asarray(np.interp(q, below, fine))

    @property
    def interval(self) -> tuple[float, float]:
        tail = (1 - CONFIDENCE) / 2
        low, high = special.expit(self.logit_quantile(np.array([tail, 1 - tail])))
        return float(low), float(high)


@dataclass(frozen=True)
class Fit:
    """What records (y, n) say of the mean share and of the correlation inside a record: a mass for each two nodes."""

    stopped: np.ndarray
    sent: np.ndarray
    logit_mu: np.ndarray
    logit_rho: np.ndarray
    mass: np.ndarray  # (mu, rho)
    log_evidence: float

    @cached_property
    def share(self) -> Marginal:
        return Marginal(self.logit_mu, self.mass.sum(axis=1))

    @cached_property
    def correlation(self) -> Marginal:
        return Marginal(self.logit_rho, self.mass.sum(axis=0))

    @cached_property
    def most_likely(self) -> tuple[float, float]:
        """The mu and rho under which the records are likeliest: the prior plays no part in it."""
        low, high = np.transpose(_WIDEST)

        def unlikely(at: np.ndarray) -> float:
            return -float(log_likelihood(self.stopped, self.sent, *np.clip(at, low, high)))

        i, j = np.unravel_index(np.argmax(self.mass), self.mass.shape)
        found = optimize.minimize(unlikely, [self.logit_mu[i], self.logit_rho[j]], method="Nelder-Mead")
        mu, rho = special.expit(np.clip(found.x, low, high))
        return float(mu), float(rho)

    @property
    def knows_correlation(self) -> bool:
        """Whether any record holds more than one threat: without, the correlation is the prior's."""
        return bool((self.sent > 1).any())


def log_likelihood(stopped: np.ndarray, sent: np.ndarray, logit_mu: np.ndarray, logit_rho: np.ndarray) -> np.ndarray:
    """Of all records together, for each pair of mu and rho (any shape that broadcasts).

    Rising factorials, of which each number that occurs is worked out once: of a for the stopped, of b for the others,
    of a + b, which hangs on rho alone, for the sent.
    """
    concentration = np.exp(-np.asarray(logit_rho))
    a, b = special.expit(logit_mu) * concentration, special.expit(-np.asarray(logit_mu)) * concentration
    through = sent - stopped
    choices = np.sum(special.gammaln(sent + 1) - special.gammaln(stopped + 1) - special.gammaln(through + 1))
    return np.asarray(choices + _rising(a, stopped) + _rising(b, through) - _rising(concentration, sent))


def _rising(start: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The logarithm of start (start + 1) ... (start + n - 1), summed over the counts n."""
    numbers, times = np.unique(counts, return_counts=True)
    found = np.zeros(np.shape(start))
    for n, count in zip(numbers, times, strict=True):
        if n:
            found += count * (special.gammaln(start + n) - special.gammaln(start))
    return found


def fit(stopped: np.ndarray, sent: np.ndarray) -> Fit:
    """The posterior of mu and rho given records (N,), N of one or more: by the trapezoid rule on logits, in a window
    that two coarse looks find."""
    window = _WIDEST
    for nodes in (_COARSE, _COARSE, NODES):
        u, v = (np.linspace(*ends, count) for ends, count in zip(window, nodes, strict=True))
        density = _log_density(stopped, sent, u, v)
        window = _around(u, density.max(axis=1)), _around(v, density.max(axis=0))
    top = float(density.max())
    mass = np.exp(density - top)
    total = float(mass.sum())
    evidence = top + float(np.log(total * (u[1] - u[0]) * (v[1] - v[0])))
    return Fit(stopped, sent, u, v, mass / total, evidence)


def _log_density(stopped: np.ndarray, sent: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Log posterior density, not normed, over logit mu and logit rho, as a grid."""
    prior = 0.5 * (special.log_expit(u) + special.log_expit(-u)) - np.log(np.pi)  # Jeffreys', with d mu / d u
    even = special.log_expit(v) + special.log_expit(-v)
    return log_likelihood(stopped, sent, u[:, None], v[None, :]) + prior[:, None] + even[None, :]


def _around(nodes: np.ndarray, log_density: np.ndarray) -> tuple[float, float]:
    """The nodes beyond which there is next to nothing, with one more on either side, within those that there are."""
    inside = np.flatnonzero(log_density > log_density.max() + np.log(_TRIFLE))
    return float(nodes[max(inside[0] - 1, 0)]), float(nodes[min(inside[-1] + 1, len(nodes) - 1)])


def chances(sent: int, mu: float, rho: float) -> np.ndarray:
    """The chance that 0, 1, ... of `sent` threats are stopped, (sent + 1,)."""
    if not 0 < mu < 1 or rho <= 0:
        return np.asarray(stats.binom.pmf(np.arange(sent + 1), sent, mu))
    concentration = (1 - rho) / rho
    law = stats.betabinom(sent, mu * concentration, (1 - mu) * concentration)
    return np.asarray(law.pmf(np.arange(sent + 1)))
