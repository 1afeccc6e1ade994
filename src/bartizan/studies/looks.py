"""Intervals under repeated looks: how much wider they must be where whoever looks may stop at any look."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from scipy import special

from bartizan.studies.estimate import CONFIDENCE

#: Points of the quadrature over the standardised mean at one look.
_POINTS = 400
#: Beyond so many standard errors the chance is nothing, and the quadrature too coarse to tell it.
_FARTHEST = 6.0


@functools.lru_cache(maxsize=64)
def confidence_of_each(looks: int, confidence: float = CONFIDENCE) -> float:
    """The confidence that each of `looks` intervals must have, of data that double from one to the next, so that all of
    them hold together with `confidence`.

    The standardised means of doubled data are a Markov chain with correlation sqrt(1/2), so the chance that none passes
    a bound is an integral over one look after another (Armitage, McPherson and Rowe 1969). Normal theory.
    """
    if looks <= 1:
        return confidence
    from scipy import optimize  # takes 0.15 s, and most studies have one look

    z = optimize.brentq(lambda bound: _all_within(bound, looks) - confidence, 1.0, 6.0, xtol=1e-10)
    return float(2 * special.ndtr(z) - 1)


def chance_of_passing(z: float, looks: int) -> float:
    """The chance that a standardised mean of 0 is z or higher at any of so many looks, at data that double."""
    if z <= 0:
        return 1.0
    if looks <= 1:
        return float(special.ndtr(-z))
    return max(float(special.ndtr(-z)), float(np.exp(_passing(looks)(min(z, _FARTHEST)))))


@functools.lru_cache(maxsize=64)
def _passing(looks: int) -> Callable[[float], float]:
    """The logarithm of that chance by z: the integral takes a thousand times as long as its table."""
    from scipy import interpolate

    at = np.arange(0.0, _FARTHEST + 0.05, 0.1)
    chances = [max((1 - _all_within(bound, looks)) / 2, float(special.ndtr(-bound))) for bound in at[1:]]
    return interpolate.CubicSpline(at, np.log([0.5, *chances]))


def _all_within(bound: float, looks: int) -> float:
    """The chance that a standardised mean stays within +-bound at all looks."""
    nodes, weights = _legendre()
    at, weight = bound * nodes, bound * weights
    density = _normal(at)
    step = _normal((at[:, None] - at[None, :] * np.sqrt(0.5)) / np.sqrt(0.5)) / np.sqrt(0.5)
    for _ in range(looks - 1):
        density = step @ (weight * density)
    return float(weight @ density)


@functools.cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = special.roots_legendre(_POINTS)
    return nodes, weights


def _normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
