"""Bursts against closed forms, scipy's distributions and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from bartizan.physics.gunfire import burst_kill_chance


def test_no_aim_error_is_independent_rounds() -> None:
    """The chance of one hit is that of a non-central chi-square with two degrees of freedom."""
    cases = ((1, 2.0, 0.1, 1.0, 1.0), (30, 3.0, 2.0, 0.7, 0.3), (5, 0.4, 5.0, 1.0, 1.0), (9, 2.0, 3.0, 0.5, 0.8))
    for rounds, spread, bias, radius, per_hit in cases:
        hit = stats.ncx2.cdf((radius / spread) ** 2, 2, (bias / spread) ** 2)
        expected = 1 - (1 - per_hit * hit) ** rounds
        assert burst_kill_chance(rounds, spread, 0.0, bias, radius, per_hit) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("widths", [0.05, 0.49, 0.5, 1.49, 1.5, 2.5, 4.4, 5.9, 6.0, 8.9, 20.0])
def test_one_round_without_aim_error_is_exact(widths: float) -> None:
    """However wide the circle is in spreads, which decides how finely it is sliced."""
    for offset in (0.0, 0.3, 1.0, 3.0, 7.0, 8.8, widths, widths + 5.0):
        hit = stats.ncx2.cdf(widths**2, 2, offset**2)
        assert burst_kill_chance(1, 1.0, 0.0, offset, widths, 1.0) == pytest.approx(hit, abs=1e-10)


def test_one_round_does_not_care_which_error_is_whose() -> None:
    """For one round only the sum of variances counts: hit chance 1 - exp(-R^2 / 2 (s^2 + a^2))."""
    for spread, aim in ((2.0, 3.0), (3.0, 2.0), (0.5, 4.0)):
        expected = -math.expm1(-0.5 * 1.2**2 / (spread**2 + aim**2))
        assert burst_kill_chance(1, spread, aim, 0.0, 1.2, 1.0) == pytest.approx(expected, abs=1e-8)


def test_against_monte_carlo() -> None:
    luck = np.random.default_rng(3)
    rounds, spread, aim, bias, radius, per_hit, n = 20, 3.0, 4.0, 2.0, 0.9, 0.4, 40_000
    centre = luck.normal((bias, 0), aim, (n, 2))
    hits = (np.hypot(*np.moveaxis(centre[:, None] + luck.normal(0, spread, (n, rounds, 2)), -1, 0)) < radius).sum(
        axis=1
    )
    killed = 1 - (1 - per_hit) ** hits
    chance = burst_kill_chance(rounds, spread, aim, bias, radius, per_hit)
    assert abs(killed.mean() - chance) < 4 * killed.std() / math.sqrt(n)


def test_a_common_error_makes_a_burst_worse_than_independent_rounds() -> None:
    common = burst_kill_chance(50, 1.0, 6.0, 0.0, 1.0, 1.0)
    independent = burst_kill_chance(50, math.hypot(1.0, 6.0), 0.0, 0.0, 1.0, 1.0)
    assert common < 0.5 * independent


def test_more_rounds_and_bigger_targets_never_hurt() -> None:
    by_rounds = [burst_kill_chance(n, 3.0, 4.0, 1.0, 0.7, 0.3) for n in (0, 1, 5, 30, 200)]
    by_radius = [burst_kill_chance(30, 3.0, 4.0, 1.0, r, 0.3) for r in (0.1, 0.5, 2.0, 8.0, 100.0)]
    for chances in (by_rounds, by_radius):
        assert chances == sorted(chances)
        assert all(0 <= c <= 1 for c in chances)
    assert by_rounds[0] == 0
    assert by_radius[-1] == pytest.approx(1 - 0.7**30, abs=1e-6)
