"""Shots at one threat that are alike in their luck: how susceptible it is, as a Beta law with stated moments.

A shot that kills p of its targets on average kills this one with a chance q of its own, Beta with mean p and variance
rho p (1 - p), so that two shots at the same threat have the correlation rho: a = p (1 - rho) / rho,
b = (1 - p) (1 - rho) / rho. Of n shots at it all miss with E (1 - q)^n = prod over k < n of (b + k) / (a + b + k).
A threat has one rank v in (0, 1) among its kind, and q is the quantile of v, whatever the p of a shot at it.
Source: Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions" 2, 1995, ch. 25; the beta-binomial of
correlated trials, Skellam, "A probability distribution derived from the binomial", JRSS B 10, 1948.
"""

from __future__ import annotations

from bartizan.ground.exact import exp, log, log1p
from bartizan.ground.jit import inner, kernel

#: Correlations below this are none, above its counterpart are whole: the continued fraction needs ever more terms.
LEAST_CORRELATION = 1e-4
_HALF_LN_2PI = 0.9189385332046727
_TINY = 1e-30
_MOST_TERMS = 400


@inner
def _log_gamma(x):  # type: ignore[no-untyped-def]
    """Logarithm of the gamma function of x > 0: Stirling's series from 8 on, to 1e-12."""
    below = 1.0
    while x < 8.0:
        below *= x
        x += 1.0
    square = 1.0 / (x * x)
    series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x
    return (x - 0.5) * log(x) - x + _HALF_LN_2PI + series - log(below)


@inner
def _fraction(x, a, b):  # type: ignore[no-untyped-def]
    """Continued fraction of the incomplete beta function (DLMF 8.17.22, Lentz's way), for x < (a + 1) / (a + b + 2)."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    found = d
    for m in range(1, _MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + term / c
            c = c if abs(c) > _TINY else _TINY
            found *= c * d
        if abs(c * d - 1.0) < 1e-13:
            break
    return found


@inner
def _share_below(x, a, b, scale):  # type: ignore[no-untyped-def]
    """Chance that a Beta(a, b) is below x in (0, 1); `scale` is ln B(a, b)."""
    front = exp(a * log(x) + b * log1p(-x) - scale)
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


@inner
def is_more_susceptible(x, p, correlation, rank):  # type: ignore[no-untyped-def]
    """Whether a shot that kills p of its targets kills the one of this rank with a chance above x: 1 - (1 - u)^(1 / n)
    is the chance above which n shots with the luck u kill, so that no quantile need be found."""
    if correlation < LEAST_CORRELATION or p <= 0.0 or p >= 1.0:
        return x < p
    if x <= 0.0 or x >= 1.0:
        return x < 1.0
    if correlation > 1.0 - LEAST_CORRELATION:
        return rank > 1.0 - p
    a = p * (1.0 - correlation) / correlation
    b = (1.0 - p) * (1.0 - correlation) / correlation
    return _share_below(x, a, b, _log_gamma(a) + _log_gamma(b) - _log_gamma(a + b)) < rank


@kernel
def fill_shares(p, correlation, x, ranks, out):  # type: ignore[no-untyped-def]
    """out[i] = the share of `ranks` (N,) whose targets a shot kills with a chance above x[i]."""
    for i in range(x.shape[0]):
        above = 0
        for k in range(ranks.shape[0]):
            above += is_more_susceptible(x[i], p, correlation, ranks[k])
        out[i] = above / ranks.shape[0]
