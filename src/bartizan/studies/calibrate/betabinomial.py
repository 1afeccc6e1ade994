"""Beta-binomial records, y of n stopped with the same mean everywhere and a share of luck in common, by quadrature.

The n threats of a record share their luck: each record has its own chance from a beta law of mean mu, and rho is the
correlation between two threats of one record (0: independent; 1: all or none). Priors: Jeffreys' for mu, even for rho.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import optimize, special, stats

from bartizan.studies.estimate import CONFIDENCE

#: Nodes along logit mu and logit rho; twice as many of each change no quantile by 1e-4.
NODES = (121, 81)
#: Where nodes lie at first, on the logit scale; and how much of the largest density is looked for inside of a window.
_WIDEST, _TRIFLE = 14.0, 1e-9


@dataclass(frozen=True)
class Marginal:
    """The posterior of one number on (0, 1): its values at the nodes, and the mass of each (both (K,), ascending)."""

    values: np.ndarray
    mass: np.ndarray

    @property
    def mean(self) -> float:
        return float(self.values @ self.mass)

    def quantile(self, q: np.ndarray | float) -> np.ndarray:
        """By the cumulated mass up to the middle of each node, straight on the logit scale between them."""
        below = np.cumsum(self.mass) - self.mass / 2
        return np.asarray(special.expit(np.interp(q, below, special.logit(self.values))))

    @property
    def interval(self) -> tuple[float, float]:
        tail = (1 - CONFIDENCE) / 2
        low, high = self.quantile(np.array([tail, 1 - tail]))
        return float(low), float(high)

    def brief(self) -> dict[str, float]:
        """mean, low and high."""
        low, high = self.interval
        return {"mean": self.mean, "low": low, "high": high}


@dataclass(frozen=True)
class Fit:
    """What records (y, n) say of the mean share and of the correlation inside a record."""

    stopped: np.ndarray
    sent: np.ndarray
    mu: np.ndarray
    rho: np.ndarray
    mass: np.ndarray  # (mu, rho)
    log_evidence: float

    @cached_property
    def share(self) -> Marginal:
        return Marginal(self.mu, self.mass.sum(axis=1))

    @cached_property
    def correlation(self) -> Marginal:
        return Marginal(self.rho, self.mass.sum(axis=0))

    @cached_property
    def most_likely(self) -> tuple[float, float]:
        """The mu and rho under which the records are likeliest: the prior plays no part in it."""

        def unlikely(at: np.ndarray) -> float:
            mu, rho = special.expit(np.clip(at, -_WIDEST, _WIDEST))
            return -float(log_likelihood(self.stopped, self.sent, mu, rho))

        i, j = np.unravel_index(np.argmax(self.mass), self.mass.shape)
        found = optimize.minimize(unlikely, special.logit([self.mu[i], self.rho[j]]), method="Nelder-Mead")
        mu, rho = special.expit(np.clip(found.x, -_WIDEST, _WIDEST))
        return float(mu), float(rho)

    @property
    def knows_correlation(self) -> bool:
        """Whether any record holds more than one threat: without, the correlation is the prior's."""
        return bool((self.sent > 1).any())


def log_likelihood(stopped: np.ndarray, sent: np.ndarray, mu: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Of all records together, for each pair of mu and rho (any shape that broadcasts), both strictly inside (0, 1).

    Rising factorials, of which each number that occurs is worked out once: of a for the stopped, of b for the others,
    of a + b, which hangs on rho alone, for the sent.
    """
    concentration = np.asarray((1 - rho) / rho)
    a, b = mu * concentration, (1 - mu) * concentration
    choices = float(
        np.sum(special.gammaln(sent + 1) - special.gammaln(stopped + 1) - special.gammaln(sent - stopped + 1))
    )
    return choices + _rising(a, stopped) + _rising(b, sent - stopped) - _rising(concentration, sent)


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
    that a first, coarse look finds."""
    window = (-_WIDEST, _WIDEST), (-_WIDEST, _WIDEST)
    for nodes in ((57, 57), NODES):
        u, v = (np.linspace(*ends, count) for ends, count in zip(window, nodes, strict=True))
        density = _log_density(stopped, sent, u, v)
        window = _around(u, density.max(axis=1)), _around(v, density.max(axis=0))
    top = float(density.max())
    mass = np.exp(density - top)
    total = float(mass.sum())
    evidence = top + float(np.log(total * (u[1] - u[0]) * (v[1] - v[0])))
    return Fit(stopped, sent, special.expit(u), special.expit(v), mass / total, evidence)


def _log_density(stopped: np.ndarray, sent: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Log posterior density, not normed, over logit mu and logit rho, as a grid."""
    mu, rho = special.expit(u)[:, None], special.expit(v)[None, :]
    prior = 0.5 * (special.log_expit(u) + special.log_expit(-u)) - np.log(np.pi)  # Jeffreys', with d mu / d u
    even = special.log_expit(v) + special.log_expit(-v)
    return log_likelihood(stopped, sent, mu, rho) + prior[:, None] + even[None, :]


def _around(nodes: np.ndarray, log_density: np.ndarray) -> tuple[float, float]:
    """The nodes beyond which there is next to nothing, with one more on either side."""
    inside = np.flatnonzero(log_density > log_density.max() + np.log(_TRIFLE))
    step = nodes[1] - nodes[0]
    return float(nodes[inside[0]] - step), float(nodes[inside[-1]] + step)


def chances(sent: int, mu: float, rho: float) -> np.ndarray:
    """The chance that 0, 1, ... of `sent` threats are stopped, (sent + 1,)."""
    if not 0 < mu < 1 or rho <= 0:
        return np.asarray(stats.binom.pmf(np.arange(sent + 1), sent, mu))
    concentration = (1 - rho) / rho
    law = stats.betabinom(sent, mu * concentration, (1 - mu) * concentration)
    return np.asarray(law.pmf(np.arange(sent + 1)))
