"""Which of several is best: what is said holds as often as it says, on outcomes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bartizan.ground.errors import UserError
from bartizan.studies import paired
from bartizan.studies.estimate import NONE
from bartizan.studies.looks import chance_of_passing, confidence_of_each


def test_one_look_is_the_normal_tail_and_more_are_what_intervals_allow_for():
    assert chance_of_passing(1.96, 1) == pytest.approx(stats.norm.sf(1.96), rel=1e-9)
    for looks in (2, 5, 9):
        z = stats.norm.ppf(0.5 + confidence_of_each(looks) / 2)
        assert 0.025 < chance_of_passing(z, looks) < 0.0251  # whoever passes both ways counts in both
    assert chance_of_passing(-1.0, 4) == 1.0
    assert chance_of_passing(30.0, 4) < 1e-8


def outcomes(rng, means, worlds):
    """Shares that vary together over worlds, as layouts under one raid do."""
    common = rng.gamma(2.0, 0.5, worlds)
    return [mean * common * rng.gamma(8.0, 1 / 8, worlds) for mean in means]


def test_the_one_that_is_called_best_with_95_percent_is_it_so_often():
    """200 repetitions, all but level: whoever says best with 95 % or more is wrong in 5 % at most."""
    rng = np.random.default_rng(4)
    wrong = told = 0
    for _ in range(200):
        found = paired.best(outcomes(rng, [0.101, 0.1, 0.1, 0.104, 0.12], 128))
        told += found.confidence >= 0.95
        wrong += found.confidence >= 0.95 and found.number not in (1, 2)
    assert wrong <= stats.binom.ppf(0.999, 200, 0.05)


def test_looking_again_and_again_does_not_make_it_wrong_more_often():
    rng = np.random.default_rng(5)
    looks = (32, 64, 128, 256, 512)
    wrong = 0
    for _ in range(200):
        drawn = outcomes(rng, [0.1, 0.1], looks[-1])  # level: whatever is told is wrong
        wrong += any(paired.best([of[:worlds] for of in drawn], len(looks)).confidence >= 0.95 for worlds in looks)
    assert wrong <= stats.binom.ppf(0.999, 200, 0.05)


def test_who_dominates_is_told():
    rng = np.random.default_rng(6)
    found = paired.best(outcomes(rng, [0.3, 0.05, 0.31], 128))
    assert (found.number, found.level) == (1, ())
    assert found.confidence > 0.999


def test_within_a_margin_of_the_best_is_told_sooner_than_best():
    rng = np.random.default_rng(7)
    drawn = outcomes(rng, [0.1, 0.1001, 0.102], 512)
    assert paired.best(drawn, margin=0.02).confidence > 0.99 > paired.best(drawn).confidence


def test_one_and_the_same_is_level_and_within_any_margin():
    one = np.random.default_rng(8).random(64)
    assert paired.best([one, one]).level == (1,)
    assert paired.best([one, one], margin=0.001).confidence == 1.0
    assert paired.apart(one, one, 0.95) == NONE


def test_worlds_that_are_all_alike_tell_no_more_than_their_number_can():
    zeros = np.zeros(64)
    assert paired.by_luck(zeros) == 1.0
    assert paired.by_luck(zeros, margin=0.05) == pytest.approx(0.95**64, rel=0.1)


def alternating(low: float, high: float, worlds: int = 64) -> np.ndarray:
    return np.tile([low, high], worlds // 2)


def test_the_more_others_there_are_the_more_luck_might_have_chosen() -> None:
    """Bonferroni: the confidence that none of three is better is what three times the chance of one leaves."""
    least = np.full(64, 0.2)
    others = [least + alternating(-0.20, 0.29), *(least + alternating(0.70, 0.72) for _ in range(2))]
    one = paired.by_luck(others[0] - least)
    assert 0.03 < one < 0.15
    found = paired.best([least, *others])
    assert found.confidence == pytest.approx(1 - 3 * one)
    assert found.level == (1,)


def test_what_one_comparison_tells_apart_three_may_not() -> None:
    least = np.full(64, 0.2)
    other = least + alternating(-0.16, 0.28)
    one = paired.by_luck(other - least)
    assert one < 0.05 < 3 * one
    assert paired.best([least, other]).level == ()
    assert paired.best([least, other, least + 0.5, least + 0.6]).level == (1,)


def test_what_is_level_is_so_without_a_margin() -> None:
    one = np.random.default_rng(8).random(64)
    other = one + alternating(-0.01, 0.0101)
    found = paired.best([one, other], margin=0.2)
    assert found.confidence > 0.99
    assert found.level == (1,)


def test_worlds_that_are_all_alike_tell_less_where_there_are_many_looks() -> None:
    few = np.full(16, 0.05)
    assert paired.by_luck(few, 5) == pytest.approx(min(1.0, 5 * paired.by_luck(few, 1)))


def test_differences_that_are_rounded_off_are_alike() -> None:
    apart = np.where(np.arange(64) % 2, 0.1 + 0.2, 0.3) - 0.2
    assert paired.by_luck(apart) == pytest.approx(paired.by_luck(np.full(64, 0.1)))


def test_a_comparison_takes_two_worlds() -> None:
    with pytest.raises(UserError, match="over 2 worlds or more, not 1"):
        _ = paired.Effort(most=1).stopping
