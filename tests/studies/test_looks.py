"""Intervals under repeated looks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from bartizan.studies.looks import chance_of_passing, confidence_of_each


@pytest.mark.parametrize(("looks", "z"), [(1, 1.960), (2, 2.178), (5, 2.484), (7, 2.60), (10, 2.72)])
def test_the_constant(looks: int, z: float) -> None:
    """2 and 5 looks: simulated below; 7 and 10: ../shared/reference/methods.md, B."""
    assert special.ndtri(0.5 + confidence_of_each(looks) / 2) == pytest.approx(z, abs=0.005)


def test_so_many_miss_at_some_look() -> None:
    luck = np.random.default_rng(4)
    parts = np.cumsum(luck.standard_normal((40_000, 64)), axis=1)
    at = np.array([8, 16, 32, 64])
    seen = np.abs(parts[:, at - 1]) / np.sqrt(at)
    z = special.ndtri(0.5 + confidence_of_each(4) / 2)
    assert (seen > z).any(axis=1).mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 40_000))


@pytest.mark.parametrize("z", [1e-9, 0.3, 1.0, 2.0, 3.5])
def test_the_chance_of_passing_at_either_of_two_looks(z: float) -> None:
    """At 0 by the angle between the two, 3/8 below; elsewhere by the distribution of two normals."""
    both_below = stats.multivariate_normal([0, 0], [[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]]).cdf([z, z])
    assert chance_of_passing(z, 2) == pytest.approx(1 - both_below, rel=1e-6)
    assert chance_of_passing(1e-12, 2) == pytest.approx(5 / 8, abs=1e-9)


@pytest.mark.parametrize("z", [0.25, 0.5, 1.0, 1.5, 2.0])
def test_the_chance_of_passing_at_any_of_eight_looks_as_simulated(z: float) -> None:
    luck, raids = np.random.default_rng(8), 200_000
    at = luck.standard_normal(raids)
    passed = at >= z
    for _ in range(7):
        at = (at + luck.standard_normal(raids)) * np.sqrt(0.5)
        passed |= at >= z
    chance = chance_of_passing(z, 8)
    assert chance == pytest.approx(passed.mean(), abs=4 * np.sqrt(chance * (1 - chance) / raids))


def test_far_out_the_chances_of_looks_add_up() -> None:
    """Whoever passes 8 does so at one look alone, or at two in a row: 1.9 to 2 times the chance at one."""
    for z in (6.0, 8.0, 20.0):
        assert 1.9 < chance_of_passing(z, 2) / special.ndtr(-z) < 2.0001
