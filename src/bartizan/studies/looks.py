"""Intervals under repeated looks: how much wider they must be where whoever looks may stop at any look."""

from __future__ import annotations

import functools

import numpy as np
from scipy import special

from bartizan.studies.estimate import CONFIDENCE

#: Points of the quadrature over the standardised mean at one look.
_POINTS = 400


@functools.lru_cache(maxsize=64)
def confidence_of_each(looks: int, confidence: float = CONFIDENCE) -> float:
    """The confidence that each of `looks` intervals must have, of data that double from one to the next, so that all of
    them hold together with `confidence`.

    The standardised means of doubled data are a Markov chain with correlation sqrt(1/2), so the chance that none passes
    a bound is an integral over one look after another (Armitage, McPherson and Rowe 1969). Normal theory.
    """
    if looks <= 1:
        return confidence
    from scipy import optimize  # which takes 15 MB: most studies look once

    z = optimize.brentq(lambda bound: _all_within(bound, looks) - confidence, 1.0, 6.0, xtol=1e-10)
    return float(2 * special.ndtr(z) - 1)


def _all_within(bound: float, looks: int) -> float:
    """The chance that a standardised mean stays within +-bound at all looks."""
    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    at, weight = bound * nodes, bound * weights
    density = _normal(at)
    step = _normal((at[:, None] - at[None, :] * np.sqrt(0.5)) / np.sqrt(0.5)) / np.sqrt(0.5)
    for _ in range(looks - 1):
        density = step @ (weight * density)
    return float(weight @ density)


def _normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
