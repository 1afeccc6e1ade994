"""Intervals under repeated looks: how much wider they must be where whoever looks may stop at any look."""

from __future__ import annotations

import functools

import numpy as np
from scipy import special

from bartizan.studies.estimate import CONFIDENCE

#: Points of the quadrature over the standardised mean at one look: chances are right to 1e-12 with 40 of them.
_POINTS = 60
#: So far below 0 a standardised mean does not come: the chance is 1e-19.
_FARTHEST = 9.0
#: The correlation of the standardised means of two looks in a row, of which the second has twice the data.
_RHO = np.sqrt(0.5)


@functools.lru_cache(maxsize=64)
def confidence_of_each(looks: int, confidence: float = CONFIDENCE) -> float:
    """The confidence that each of `looks` intervals must have, of data that double from one to the next, so that all of
    them hold together with `confidence`. Normal theory."""
    if looks <= 1:
        return confidence
    from scipy import optimize  # takes 0.15 s, and most studies have one look

    z = optimize.brentq(lambda bound: 1 - 2 * _above(-bound, bound, looks) - confidence, 1.0, 6.0, xtol=1e-10)
    return float(2 * special.ndtr(z) - 1)


def chance_of_passing(z: float, looks: int) -> float:
    """The chance that a standardised mean of 0 is z or higher at any of so many looks, at data that double."""
    return 1.0 if z <= 0 else _above(-_FARTHEST, z, looks)


def _above(low: float, high: float, looks: int) -> float:
    """The chance that a standardised mean comes above `high` at some look, and stays from `low` to there before it.

    The standardised means of doubled data are a Markov chain, so this is a sum over looks of an integral over the one
    before it (Armitage, McPherson and Rowe 1969).
    """
    nodes, weights = _legendre()
    half = (high - low) / 2
    at = low + half * (1 + nodes)
    passes = special.ndtr((at * _RHO - high) / _RHO)
    step = _normal((at[:, None] - at[None, :] * _RHO) / _RHO) / _RHO
    chance, mass = float(special.ndtr(-high)), half * weights * _normal(at)
    for _ in range(looks - 1):
        chance += float(mass @ passes)
        mass = half * weights * (step @ mass)
    return chance


@functools.cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = special.roots_legendre(_POINTS)
    return nodes, weights


def _normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
