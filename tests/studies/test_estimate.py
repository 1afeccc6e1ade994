"""Intervals against theory: closed forms, and nested models whose variance components are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.studies.estimate import Sums, clopper_pearson, jeffreys, ratio, wilson


def nested(worlds: int, plans: int, raids: int, between: float, chance: float, seed: int) -> Sums:
    """Raids of mean 0.5 with normal spread `between` worlds (1 sigma) and `chance` inside them; plans do not matter."""
    rng = np.random.default_rng(seed)
    true = 0.5 + between * rng.standard_normal((worlds, 1, 1))
    values = true + chance * rng.standard_normal((worlds, plans, raids))
    return Sums(values.sum(axis=2), (values**2).sum(axis=2), np.full((worlds, plans), raids))


def test_ignorance_share_recovers_the_variance_components():
    found = nested(4000, 2, 8, between=0.10, chance=0.20, seed=1).fraction()
    assert found.ignorance_share == pytest.approx(0.01 / (0.01 + 0.04), abs=0.01)
    # central 80 % of a normal: plus or minus 1.2816 sigma, with the chance inside worlds taken out
    assert found.world_high - found.world_low == pytest.approx(2 * 1.2816 * 0.10, rel=0.05)


def test_no_ignorance_is_found_where_there_is_none():
    found = nested(2000, 2, 8, between=0.0, chance=0.2, seed=2).fraction()
    assert found.ignorance_share < 0.01
    assert found.world_high - found.world_low < 0.06


def test_luck_of_plans_is_chance_and_not_ignorance():
    rng = np.random.default_rng(3)
    luck = 0.1 * rng.standard_normal((4000, 4, 1))  # routes that all raids of a plan share
    values = 0.5 + luck + 0.05 * rng.standard_normal((4000, 4, 10))
    sums = Sums(values.sum(axis=2), (values**2).sum(axis=2), np.full((4000, 4), 10))
    assert sums.fraction().ignorance_share < 0.02


@pytest.mark.parametrize("between", [0.0, 0.15])
def test_interval_of_the_mean_covers_as_often_as_it_says(between):
    hits = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        # Beta worlds of mean 0.2; 4 plans of 5 raids, each a yes or no
        p = (
            rng.beta(0.2 / max(between, 1e-3), 0.8 / max(between, 1e-3), (30, 1, 1))
            if between
            else np.full((30, 1, 1), 0.2)
        )
        values = (rng.random((30, 4, 5)) < p).astype(float)
        found = Sums(values.sum(axis=2), values.sum(axis=2), np.full((30, 4), 5)).fraction()
        hits += found.low <= 0.2 <= found.high
    assert 0.91 <= hits / 400 <= 0.99  # 95 % with a binomial error of 1.1 %


def test_raids_counted_as_independent_would_be_far_too_sure():
    found = nested(20, 2, 500, between=0.2, chance=0.2, seed=4).fraction()
    naive = 2 * 1.96 * np.sqrt(0.08 / 20_000)
    assert found.high - found.low > 10 * naive


def test_nothing_seen_is_not_nothing_possible():
    zeros = np.zeros((50, 2))
    found = Sums(zeros, zeros, np.full((50, 2), 100)).fraction()
    assert (found.mean, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 50))  # Clopper and Pearson with worlds as trials
    assert found.ignorance_share is None


def test_one_world_takes_its_interval_from_plans():
    rng = np.random.default_rng(5)
    values = rng.random((1, 40, 25)) < 0.3
    found = Sums(values.sum(axis=2), values.sum(axis=2), np.full((1, 40), 25)).fraction()
    assert found.low < 0.3 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(0.21 / 1000), rel=0.35)


def test_scaling_an_estimate_scales_all_but_the_share():
    found = nested(50, 2, 8, 0.1, 0.1, 6).fraction()
    scaled = found.scaled(8)
    assert scaled.mean == 8 * found.mean
    assert scaled.ignorance_share == found.ignorance_share


def test_ratio_of_sums_and_its_interval():
    rng = np.random.default_rng(7)
    whole = rng.integers(1, 20, (400, 2)).astype(float)
    part = rng.binomial(whole.astype(int), 0.4).astype(float)
    found = ratio(part, whole)
    assert found is not None
    assert found.mean == pytest.approx(part.sum() / whole.sum())
    assert found.low < 0.4 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(0.24 / whole.sum()), rel=0.2)


def test_ratio_without_a_whole_does_not_exist():
    assert ratio(np.zeros((3, 2)), np.zeros((3, 2))) is None


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_binomial_intervals_hold_the_proportion_and_mirror(case):
    k, n = case
    for interval in (wilson, clopper_pearson):
        low, high = interval(k, n)
        assert 0 <= low <= k / n + 1e-12
        assert k / n - 1e-12 <= high <= 1
    for interval in (wilson, clopper_pearson, jeffreys):
        low, high = interval(k, n)
        mirrored = interval(n - k, n)
        assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)
