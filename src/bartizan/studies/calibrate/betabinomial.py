"""Beta-binomial records, y of n stopped with the same mean everywhere and a share of luck in common, by quadrature.

The n threats of a record share their luck: each record has its own chance from a beta law of mean mu, and rho is the
correlation between two threats of one record (0: independent; 1: all or none). Priors: Jeffreys' for mu, even for rho.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import interpolate, optimize, special, stats

from bartizan.studies.estimate import CONFIDENCE

Ends = tuple[float | np.ndarray, float | np.ndarray]

#: Nodes along logit mu, for each logit rho, and along logit rho: at first, and in the end.
_COARSE, NODES = (17, 33), (121, 121)
#: How often nodes along logit rho are doubled at most: the sum over a billion threats is not known to _CLOSE any more.
_DOUBLINGS = 3
#: Where nodes lie at first: a million records of a million leave less than 1e-9 beyond, all stopped or none.
_WIDEST = ((-90.0, 90.0), (-60.0, 60.0))
#: How much of the largest density is left outside of the window in which nodes lie in the end.
_TRIFLE = 1e-10
#: By how much the logarithm of the evidence may differ from that of every other logit rho.
_CLOSE = 1e-6
#: Cells for each node in which a marginal is known, and points for each of them at which all columns are summed.
_FINE, _POINTS = 16, 4
#: From where on the logarithm of the gamma function is Stirling's series of three terms, to 1e-12.
_FAR = 16.0


@dataclass(frozen=True)
class Marginal:
    """The posterior of one number on (0, 1): logits in ascending order, and the mass below each (both (K,))."""

    logits: np.ndarray
    below: np.ndarray

    @property
    def mean(self) -> float:
        return float(np.diff(self.below) @ special.expit((self.logits[1:] + self.logits[:-1]) / 2))

    @property
    def median(self) -> float:
        return float(special.expit(self.logit_quantile(np.array(0.5))))

    def logit_quantile(self, q: np.ndarray) -> np.ndarray:
        """The logit below which the number's logit lies with each given probability."""
        return np.asarray(np.interp(q, self.below, self.logits))

    @property
    def interval(self) -> tuple[float, float]:
        tail = (1 - CONFIDENCE) / 2
        low, high = special.expit(self.logit_quantile(np.array([tail, 1 - tail])))
        return float(low), float(high)

    def holds(self, value: float) -> bool:
        """Whether a value lies within the interval."""
        low, high = self.interval
        return low <= value <= high


def _marginal(nodes: np.ndarray, mass: np.ndarray) -> Marginal:
    """Over all columns of nodes (K, V), evenly spaced in each, and their masses: from splines through the densities."""
    at = np.linspace(0, len(mass) - 1, _FINE * (len(mass) - 1) + 1)
    below = np.maximum.accumulate(interpolate.CubicSpline(np.arange(len(mass)), mass).antiderivative()(at))
    points = nodes[0] + at[:, None] * (nodes[1] - nodes[0])
    every = max(points.shape[1] // _POINTS, 1)
    logits = np.append(np.sort(points, axis=None)[::every], points.max())
    together = sum(np.interp(logits, *column) for column in zip(points.T, below.T, strict=True))
    return Marginal(logits, together / together[-1])


@dataclass(frozen=True)
class Fit:
    """What records (y, n) say of the mean share and of the correlation inside a record: a mass for each node."""

    stopped: np.ndarray
    sent: np.ndarray
    logit_mu: np.ndarray  # (mu, rho)
    logit_rho: np.ndarray  # (rho,)
    mass: np.ndarray  # (mu, rho)
    log_evidence: float

    @cached_property
    def share(self) -> Marginal:
        return _marginal(self.logit_mu, self.mass)

    @cached_property
    def correlation(self) -> Marginal:
        return _marginal(self.logit_rho[:, None], self.mass.sum(axis=0)[:, None])

    @cached_property
    def most_likely(self) -> tuple[float, float]:
        """The mu and rho under which the records are likeliest: the prior plays no part in it. All but 0 or 1 where the
        likelihood only rises towards that; with all or none stopped any rho."""
        low, high = np.transpose([(at.min(), at.max()) for at in (self.logit_mu, self.logit_rho)])

        def unlikely(at: np.ndarray) -> float:
            return -float(log_likelihood(self.stopped, self.sent, *np.clip(at, low, high)))

        i, j = np.unravel_index(np.argmax(self.mass), self.mass.shape)
        found = optimize.minimize(unlikely, [self.logit_mu[i, j], self.logit_rho[j]], method="Nelder-Mead")
        mu, rho = special.expit(np.clip(found.x, low, high))
        return float(mu), float(rho)

    @property
    def knows_correlation(self) -> bool:
        """Whether the likelihood hangs on the correlation: not where no record holds more than one threat, nor under
        the likeliest mean where all or none were stopped."""
        return bool((self.sent > 1).any()) and 0 < self.stopped.sum() < self.sent.sum()

    @property
    def point(self) -> tuple[float, float]:
        """The mu and rho that stand for the posterior: the likeliest, or the median where that is outside of its
        interval or is any."""
        mu, rho = self.most_likely
        known = self.knows_correlation and self.correlation.holds(rho)
        return mu if self.share.holds(mu) else self.share.median, rho if known else self.correlation.median


def log_likelihood(stopped: np.ndarray, sent: np.ndarray, logit_mu: np.ndarray, logit_rho: np.ndarray) -> np.ndarray:
    """Of all records together, for each pair of mu and rho (any shape that broadcasts).

    A binomial law times (1 + 1/a) ... (1 + (y - 1)/a) for the y stopped, the same of b for the others, over the same of
    a + b for the sent: nothing large cancels as rho goes to 0.
    """
    concentration = np.exp(-np.asarray(logit_rho))
    mu, other = special.expit(logit_mu), special.expit(-np.asarray(logit_mu))
    through = sent - stopped
    choices = np.sum(special.gammaln(sent + 1) - special.gammaln(stopped + 1) - special.gammaln(through + 1))
    alone = stopped.sum() * special.log_expit(logit_mu) + through.sum() * special.log_expit(-np.asarray(logit_mu))
    shared = _rising(mu * concentration, stopped) + _rising(other * concentration, through)
    return np.asarray(choices + alone + shared - _rising(concentration, sent))


def _rising(start: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The logarithm of (1 + 1/start) ... (1 + (n - 1)/start), summed over the counts n: log-gamma functions, or for a
    large start what Stirling's series leaves of them. Each number that occurs is worked out once."""
    start = np.asarray(start)
    numbers, times = np.unique(counts, return_counts=True)
    far = start > _FAR
    found = np.empty(start.shape)
    found[far] = _rising_far(start[far], numbers, times)
    near = start[~far]
    above = sum((count * special.gammaln(near + n) for n, count in zip(numbers, times, strict=True)), np.zeros(()))
    found[~far] = above - times.sum() * special.gammaln(near) - (times @ numbers) * np.log(near)
    return found


def _rising_far(start: np.ndarray, numbers: np.ndarray, times: np.ndarray) -> np.ndarray:
    found = -(times @ numbers) - times.sum() * _correction(start)
    for n, count in zip(numbers, times, strict=True):
        found += count * ((start + n - 0.5) * np.log1p(n / start) + _correction(start + n))
    return found


def _correction(x: np.ndarray) -> np.ndarray:
    """What log gamma of x has beyond (x - 1/2) log x - x + log(2 pi)/2 (Abramowitz and Stegun, 6.1.41)."""
    return np.asarray((1 / 12 - (1 / 360 - 1 / 1260 / x**2) / x**2) / x)


def fit(stopped: np.ndarray, sent: np.ndarray) -> Fit:
    """The posterior of mu and rho given records (N,), N of one or more: by the trapezoid rule on logits.

    What a rho leaves of mu may narrow a thousandfold with it: each rho has nodes of its own. Along rho there are as
    many as it takes for every other one to tell the same.
    """

    def over_mu(v: np.ndarray) -> np.ndarray:
        return np.asarray(special.logsumexp(_log_mass(stopped, sent, v, _COARSE[0])[1], axis=0))

    ends = _window(over_mu, _WIDEST[1], _COARSE[1])
    for doubled in range(_DOUBLINGS + 1):
        v = np.linspace(*ends, (NODES[1] - 1) * 2**doubled + 1)
        u, log_mass = _log_mass(stopped, sent, v, NODES[0])
        total, of_every_other = special.logsumexp(log_mass), special.logsumexp(log_mass[:, ::2])
        if abs(of_every_other + np.log(2) - total) < _CLOSE:
            break
    return Fit(stopped, sent, u, v, np.exp(log_mass - total), float(total + np.log(v[1] - v[0])))


def _log_mass(stopped: np.ndarray, sent: np.ndarray, v: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """For each logit rho (V,) the logits of mu that matter, and the logarithm of their shares of the integral over mu,
    both (nodes, V)."""

    def given_rho(u: np.ndarray) -> np.ndarray:
        return _log_density(stopped, sent, u, v)

    low, high = (np.full(len(v), end) for end in _WIDEST[0])
    u = np.linspace(*_window(given_rho, (low, high), _COARSE[0]), nodes)
    return u, given_rho(u) + np.log(u[1] - u[0])


def _log_density(stopped: np.ndarray, sent: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Log posterior density, not normed, over logit mu and logit rho (any shape that broadcasts).

    Given rho it is concave in mu, so that it has one peak along u.
    """
    prior = 0.5 * (special.log_expit(u) + special.log_expit(-u)) - np.log(np.pi)  # Jeffreys', with d mu / d u
    even = special.log_expit(v) + special.log_expit(-v)
    return np.asarray(log_likelihood(stopped, sent, u, v) + prior + even)


def _window(log_density: Callable[[np.ndarray], np.ndarray], ends: Ends, nodes: int) -> Ends:
    """The ends (numbers or (V,)) beyond which next to nothing lies: looked for with so many nodes, one of them left on
    either side, until none draw together by half. A peak between two nodes is looked into, however low they are."""
    while True:
        at = np.linspace(*ends, nodes)
        density = log_density(at)
        rise, fall = np.diff(density, axis=0)[:-1], -np.diff(density, axis=0)[1:]
        reach = density.copy()
        reach[1:-1] += np.where((rise >= 0) & (fall >= 0), rise + fall, 0)
        inside = reach > density.max(axis=0) + np.log(_TRIFLE)
        first, last = inside.argmax(axis=0), nodes - 1 - inside[::-1].argmax(axis=0)
        low = at[0] + (at[1] - at[0]) * np.maximum(first - 1, 0)
        high = at[0] + (at[1] - at[0]) * np.minimum(last + 1, nodes - 1)
        if np.all(high - low > (at[-1] - at[0]) / 2):
            return low, high
        ends = low, high


def chances(sent: int, mu: float, rho: float) -> np.ndarray:
    """The chance that 0, 1, ... of `sent` threats are stopped, (sent + 1,)."""
    if not 0 < mu < 1 or rho <= 0:
        return np.asarray(stats.binom.pmf(np.arange(sent + 1), sent, mu))
    concentration = (1 - rho) / rho
    law = stats.betabinom(sent, mu * concentration, (1 - mu) * concentration)
    return np.asarray(law.pmf(np.arange(sent + 1)))
