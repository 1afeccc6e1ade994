"""Intervals against theory: closed forms, and nested models whose variance components are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from bartizan.ground.rng import spread_by_world
from bartizan.studies import estimate
from bartizan.studies.estimate import (
    Sums,
    by_world,
    clopper_pearson,
    difference,
    freedom,
    jeffreys,
    quantiles,
    quotient,
    ratio,
    wilson,
)
from bartizan.studies.paired import by_luck


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


@pytest.mark.parametrize("shape", [0.05, 0.1, 0.2])
def test_interval_covers_where_a_few_worlds_hold_most_of_what_leaks(shape):
    """Beta worlds of mean 0.02 and skewness 3 to 6, as those of the shipped scenarios are. With as many degrees of
    freedom as normal worlds have, 91.7 % of the intervals cover at the shape 0.1."""
    hits = 0
    for seed in range(600):
        rng = np.random.default_rng(seed)
        values = (rng.random((64, 2, 50)) < rng.beta(shape, 49 * shape, (64, 1, 1))).astype(float)
        found = Sums(values.sum(axis=2), values.sum(axis=2), np.full((64, 2), 50)).fraction()
        hits += found.low <= 0.02 <= found.high
    assert 0.935 <= hits / 600 <= 0.985


def test_degrees_of_freedom_follow_the_kurtosis():
    rng = np.random.default_rng(11)
    assert freedom(np.array([0.0, 1.0] * 10)) == pytest.approx(19)  # flatter than a normal: never more than n - 1
    assert freedom(rng.standard_normal(100_000)) == pytest.approx(1e5, rel=0.03)
    exponential = rng.exponential(size=1_000_000)  # of kurtosis 9: n / 4
    assert freedom(exponential) == pytest.approx(250_000, rel=0.05)
    assert freedom(np.full(5, 0.3)) == 4
    heavy = np.array([0.0] * 63 + [1.0])
    assert freedom(heavy) < 3
    assert freedom(7 - 3 * heavy) == pytest.approx(freedom(heavy))  # neither place, scale nor side matters


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


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.1])
def test_a_ratio_ranges_over_worlds_without_their_chance(spread):
    rng = np.random.default_rng(8)
    true = 0.4 + spread * np.clip(rng.standard_normal((40_000, 1)), -3, 3)
    whole = rng.integers(10, 20, (40_000, 2)).astype(float)
    found = ratio(rng.binomial(whole.astype(int), np.broadcast_to(true, whole.shape)).astype(float), whole)
    assert found is not None
    assert found.world_high - found.world_low == pytest.approx(2 * 1.2816 * spread, abs=0.03)


@pytest.mark.parametrize(("leakers", "share"), [(1, 0.5), (3, 0.5), (20, 0.8)])
def test_the_interval_of_a_ratio_covers_where_few_worlds_have_any_of_the_whole(leakers, share):
    """A world without leakers says nothing of why they leak."""
    rng = np.random.default_rng(9)
    held = []
    for _ in range(400):
        whole = rng.poisson(leakers / 128, (64, 2))
        if (found := ratio(rng.binomial(whole, share).astype(float), whole.astype(float))) is not None:
            held.append(found.low <= share <= found.high)
    assert np.mean(held) > 0.95 - 4 * np.sqrt(0.05 * 0.95 / len(held))


def test_a_ratio_of_all_is_told_as_surely_as_the_fraction():
    sums = np.random.default_rng(10).binomial(20, 0.3, (64, 2)).astype(float)
    raids, confidence = np.full((64, 2), 20), 0.99
    found, whole = ratio(sums, raids.astype(float), confidence), Sums(sums, sums, raids, confidence).fraction()
    assert found is not None
    assert (found.low, found.high) == pytest.approx((whole.low, whole.high))


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


def paired(worlds: int, raids: int, effect: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Fractions of two sides in the same worlds: a common part that varies much, and an effect that varies little."""
    rng = np.random.default_rng(seed)
    common = rng.beta(2, 6, worlds)
    apart = effect * rng.random(worlds)  # of mean effect / 2
    luck = rng.random((worlds, raids))  # the same for both
    return (luck < (common + apart)[:, None]).mean(axis=1), (luck < common[:, None]).mean(axis=1)


def test_common_luck_leaves_only_the_variance_of_the_difference():
    worlds, raids, effect = 5000, 20, 0.1
    found = difference(*paired(worlds, raids, effect, 8))
    # of a world: the effect's own variance, effect^2 / 12, and that of the share of raids in which luck falls between
    # the two: E[p (1 - p)] / raids with p = effect u
    chance = (effect / 2 - effect**2 / 3) / raids
    half = 1.96 * np.sqrt((effect**2 / 12 + chance) / worlds)
    assert found.mean == pytest.approx(effect / 2, abs=2 * half)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.05)
    now, base = paired(worlds, raids, effect, 8)
    apart = np.sqrt(now.var() + base.var()) * 1.96 / np.sqrt(worlds)  # what independent luck would have given
    assert half < 0.25 * apart


@pytest.mark.parametrize(("worlds", "effect"), [(8, 0.3), (30, 0.3), (30, 0.0), (30, 0.05)])
def test_interval_of_a_difference_covers_as_often_as_it_says(worlds, effect):
    found = [difference(*paired(worlds, 20, effect, seed)) for seed in range(600)]
    hits = np.mean([d.low <= effect / 2 <= d.high for d in found])
    assert hits >= 0.92  # 95 % with a binomial error of 0.9 %


def test_an_effect_in_few_worlds_is_covered_where_no_world_shows_it():
    def rare(seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        return 0.5 * (rng.random(16) < 0.05), np.zeros(16)  # one world in twenty differs

    found = [difference(*rare(seed)) for seed in range(600)]
    assert np.mean([d.low <= 0.025 <= d.high for d in found]) >= 0.92


def test_worlds_that_all_differ_alike_are_not_all_worlds():
    found = difference(np.full(50, 0.75), np.full(50, 0.5))
    unseen = 1 - 0.025 ** (1 / 50)  # Clopper and Pearson: none of 50 worlds was another
    assert (found.mean, found.low, found.high) == pytest.approx((0.25, 0.25 - 1.25 * unseen, 0.25 + 0.75 * unseen))
    assert difference(np.ones(3), np.zeros(3)).high == 1.0
    assert difference(np.array([0.4]), np.array([0.4])).brief() == pytest.approx(
        {"mean": 0, "low": -0.975, "high": 0.975, "differing": 0}
    )


@pytest.mark.parametrize("worlds", [20, 50, 64, 100, 128, 200, 512])
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1 / 3])
def test_a_share_that_is_not_exact_is_as_uncertain_as_one_that_is(share, worlds):
    """Where all worlds agree: Clopper and Pearson's interval, a difference as of other numbers, and no certainty."""
    raids = np.full((worlds, 2), 2)
    found = Sums(share * raids, share**2 * raids, raids).fraction()
    assert (found.low, found.high) == pytest.approx(clopper_pearson(share * worlds, worlds))
    apart, exact = (
        difference(np.full(worlds, share), np.full(worlds, 0.4)),
        difference(np.full(worlds, 0.5), np.full(worlds, 0.5)),
    )
    unseen = exact.high
    assert (apart.low, apart.high) == pytest.approx(
        (apart.mean - unseen * (1 + apart.mean), apart.mean + unseen * (1 - apart.mean))
    )
    of = share * np.full((worlds, 1), 10.0)
    whole = ratio(of, np.full((worlds, 1), 10.0))
    assert whole is not None
    assert (whole.low, whole.high) == pytest.approx(clopper_pearson(share * worlds, worlds))
    assert by_luck(np.full(worlds, share) - np.full(worlds, share - 0.1)) == pytest.approx((1 - 0.1 / 1.1) ** worlds)


def test_one_raid_in_each_world_does_not_tell_ignorance_from_luck():
    leaked = (np.random.default_rng(3).random((256, 1)) < 0.45).astype(float)
    assert Sums(leaked, leaked, np.ones((256, 1))).fraction().ignorance_share is None
    two = (np.random.default_rng(3).random((256, 2)) < 0.45).astype(float)
    assert Sums(two, two, np.ones((256, 2))).fraction().ignorance_share == pytest.approx(0, abs=0.1)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
@example([(0.0, 0.0), (0.0, 1.78e-114)])  # whose variance has no square
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(pairs):
    now, base = np.array(pairs).T
    found, turned = difference(now, base), difference(base, now)
    assert -1 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1
    assert (turned.mean, turned.low, turned.high) == pytest.approx((-found.mean, -found.high, -found.low), abs=1e-9)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_are_those_of_numpy(values, chances):
    assert quantiles(np.array(values), chances) == pytest.approx(np.quantile(values, chances), rel=1e-12, abs=1e-9)


# ---- block intervals cover


def _additive(v: np.ndarray) -> np.ndarray:
    return 0.25 + 0.2 * (v - 0.5).sum(axis=1) / np.sqrt(v.shape[1])


def _one_matters(v: np.ndarray) -> np.ndarray:
    return 0.3 + 0.4 * (v[:, 0] < 0.5) + 0.02 * (v[:, 1] - 0.5)


def _together(v: np.ndarray) -> np.ndarray:
    return 0.1 + 0.6 * (v[:, 0] < 0.5) * (v[:, 1] < 0.5) * v[:, 2]


def _mostly_chance(v: np.ndarray) -> np.ndarray:
    return 0.4 + 0.02 * (v[:, 0] - 0.5)


#: Leakage by what is unknown: a sum, one fact, facts that count only together, nearly nothing; and its mean.
COVERED = [(_additive, 0.25), (_one_matters, 0.5), (_together, 0.175), (_mostly_chance, 0.4)]


@pytest.mark.parametrize(("leakage", "truth"), COVERED)
def test_block_intervals_cover(leakage, truth):
    """Worlds drawn as studies draw them, plans and raids by binomial luck: of 200 replicates 93 % cover at least."""
    worlds, plans, raids, unknowns = 256, 2, 8, 6
    kept = 0
    for seed in range(200):
        drawn = spread_by_world(seed, np.arange(worlds, dtype=np.uint64), [f"u{k}" for k in range(unknowns)]).T
        p = np.repeat(leakage(drawn)[:, None], plans, axis=1)
        leaked = np.random.default_rng(seed).binomial(raids, p).astype(float)
        estimate = Sums(leaked, leaked, np.full(p.shape, raids)).fraction(1)
        kept += estimate.low <= truth <= estimate.high
    assert kept >= 0.93 * 200


def test_blocks_are_taken_from_32_of_four_worlds_on() -> None:
    assert len(estimate.blocks(np.arange(128.0))) == 32
    assert len(estimate.blocks(np.arange(124.0))) == 124
    assert len(estimate.blocks(np.arange(130.0))) == 130


def test_the_chance_of_a_raid_is_all_of_the_variance_in_its_world() -> None:
    """One raid in each of two plans: without bias half the squared difference, however plans are counted."""
    plans = np.array([[0.0, 1.0], [0.2, 0.4], [0.5, 0.5]])
    _, chance = Sums(plans, plans**2, np.ones(plans.shape))._components(plans, 1.0)
    assert chance == pytest.approx(np.mean([0.5, 0.02, 0.0]))


def test_the_interval_of_one_plan_of_one_world_is_that_of_its_raids() -> None:
    raids = np.array([1.0, 2.0, 4.0, 7.0])
    found = Sums(raids.sum().reshape(1, 1), (raids**2).sum().reshape(1, 1), np.array([[4]])).mean()
    low, high = stats.t.interval(0.95, 3, raids.mean(), raids.std(ddof=1) / 2)
    assert (found.low, found.high) == (pytest.approx(max(0.0, low)), pytest.approx(high))


def test_an_amount_is_never_told_as_less_than_nothing() -> None:
    assert by_world(np.array([0.0, 0.0, 0.0, 4.0])).mean().low == 0


def test_raids_of_one_plan_tell_ignorance_from_luck() -> None:
    sums = Sums(np.array([[2.0], [8.0]]), np.array([[2.0], [8.0]]), np.full((2, 1), 10))
    assert sums.fraction().ignorance_share is not None


def test_the_variance_of_worlds_that_are_spread_is_that_of_their_law() -> None:
    """A Latin hypercube of four worlds in each block: about the mean they vary by more than n - 1 of n allows for."""
    even = np.tile((np.arange(4) + 0.5) / 4, 64)
    assert estimate.variance(even) == pytest.approx(even.var())  # blocks are alike: no error of the mean to add


def test_worlds_without_any_of_the_whole_change_no_ratio() -> None:
    rng = np.random.default_rng(5)
    whole = rng.integers(5, 15, (40, 2)).astype(float)
    part = rng.binomial(whole.astype(int), 0.3).astype(float)
    alone = ratio(part, whole)
    nothing = np.zeros((40, 2))
    beside = ratio(np.concatenate([part, nothing]), np.concatenate([whole, nothing]))
    assert alone is not None
    assert beside is not None
    assert (beside.low, beside.high) == (pytest.approx(alone.low), pytest.approx(alone.high))


def test_one_plan_leaves_the_worlds_of_a_ratio_as_they_are() -> None:
    found = ratio(np.array([[1.0], [5.0], [9.0]]), np.full((3, 1), 10.0))
    assert found is not None
    assert found.world_low < 0.2
    assert found.world_high > 0.8


def amounts(plans: np.ndarray) -> Sums:
    return Sums(plans, plans**2, np.ones(plans.shape))


def test_a_quotient_by_one_is_the_mean() -> None:
    """What is divided by the same everywhere: range and ignorance are those of the part itself."""
    rng = np.random.default_rng(8)
    plans = 5 + rng.normal(0, 1, (200, 1)) + rng.normal(0, 2, (200, 2))
    part, whole = amounts(plans), amounts(np.ones(plans.shape))
    found, mean = quotient(part, whole), part.mean()
    assert found is not None
    assert (found.world_low, found.world_high) == (pytest.approx(mean.world_low), pytest.approx(mean.world_high))


def test_the_ignorance_of_a_quotient_is_that_of_its_residuals() -> None:
    rng = np.random.default_rng(9)
    whole = rng.uniform(1, 3, (4000, 1)) * np.ones((1, 2))
    part = 2 * whole + 2 * (rng.normal(0, 0.1, (4000, 1)) + rng.normal(0, 0.2, (4000, 2)))
    squares, raids = part**2, np.ones(part.shape)
    found = quotient(Sums(part, squares, raids), Sums(whole, whole**2, raids))
    assert found is not None
    between, chance = 0.1**2, 0.2**2  # of a raid, by the mean of the whole
    assert found.ignorance_share == pytest.approx(between / (between + chance), abs=0.03)


def test_worlds_in_which_nothing_costs_anything_have_no_quotient() -> None:
    whole = np.repeat([[0.0], [1.0], [2.0], [4.0]], 2, axis=1)
    found = quotient(amounts(3 * whole), amounts(whole))
    assert found is not None
    assert (found.mean, found.world_low, found.world_high) == (3, 3, 3)


def test_what_is_rounded_off_is_no_difference() -> None:
    found = difference(np.full(32, 0.1 + 0.2), np.full(32, 0.3))
    assert (found.mean, found.differing) == (0, 0)


@pytest.mark.parametrize("confidence", [0.9, 0.99])
def test_what_never_came_is_told_with_the_confidence_that_was_asked_for(confidence: float) -> None:
    assert estimate.interval(0, 0, 32, 31, True, confidence) == clopper_pearson(0, 32, confidence)
