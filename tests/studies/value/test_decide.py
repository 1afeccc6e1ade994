"""What knowing more is worth to a decision, on decisions whose gains have a closed form."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from bartizan.ground import rng
from bartizan.studies.value import curves, decide, shares
from bartizan.studies.verify import suite
from bartizan.studies.verify.checks import Row

MEAN, SLOPES = 1.0, np.array([2.0, 1.0, 0.5, 0.0])
SETS = 60


def normal_gain(mean: float, spread: float) -> float:
    """The unit normal loss integral: of knowing B ~ N(mean, spread) before B or 0 is chosen."""
    if spread == 0:
        return 0.0
    return float(spread * stats.norm.pdf(mean / spread) - abs(mean) * stats.norm.cdf(-abs(mean) / spread))


def normals(worlds: int, seed: int) -> np.ndarray:
    names = [f"z{k}" for k in range(len(SLOPES))]
    return special.ndtri(rng.spread_by_world(seed, np.arange(worlds, dtype=np.uint64), names))


def adopted(z: np.ndarray, seed: int, plans: int = 4, chance: float = 0.0) -> np.ndarray:
    """To leave, 0, or to adopt, MEAN + SLOPES . z and some chance: (worlds, plans, 2)."""
    luck = chance * np.random.default_rng(seed).standard_normal((z.shape[1], plans))
    value = (MEAN + SLOPES @ z)[:, None] + luck
    return np.stack([np.zeros_like(value), value], axis=2)


def test_everything_lies_between_its_bounds_whatever_chance_there_is() -> None:
    true = normal_gain(MEAN, float(np.hypot.reduce(SLOPES)))
    for chance in (0.0, 4.0):
        found = [decide.everything(adopted(normals(128, k), k, chance=chance)) for k in range(SETS)]
        low, high = (np.array([getattr(f, side) for f in found]) for side in ("low", "high"))
        assert low.mean() - 3 * low.std() / math.sqrt(SETS) <= true <= high.mean() + 3 * high.std() / math.sqrt(SETS)
        assert (high.mean() - low.mean() > 0.1) == (chance > 0)  # chance taken for knowledge widens them


def test_an_answer_lies_between_split_and_plain() -> None:
    found = []
    for seed in range(SETS):
        z = normals(128, seed)
        worth = adopted(z, seed)
        found.append([decide.answer(worth, curves.legendre(special.ndtr(of_one), 2)) for of_one in z])
    for k, slope in enumerate(SLOPES):
        true = normal_gain(MEAN, slope)
        split, plain = (np.array([getattr(of_set[k], side) for of_set in found]) for side in ("split", "plain"))
        assert split.mean() - 3 * split.std() / math.sqrt(SETS) <= true
        assert plain.mean() + 3 * plain.std() / math.sqrt(SETS) >= true
        assert plain.mean() - split.mean() < 0.2


def test_more_worlds_bring_the_two_together() -> None:
    def width(worlds: int) -> float:
        gains = [decide.answer(adopted(z, k), z[1][:, None]) for k in range(20) for z in [normals(worlds, k)]]
        return float(np.mean([gain.plain - gain.split for gain in gains]))

    assert 0 <= width(2048) < width(64) / 2


def test_an_answer_that_changes_no_act_is_worth_nothing_though_it_has_a_share() -> None:
    u = rng.spread_by_world(3, np.arange(256, dtype=np.uint64), ["which", "small"])
    through = 0.3 + 0.2 * (u[0] > 0.5) + 0.1 * (u[1] - 0.5)  # 25 to 55 %
    plans = np.repeat(through[:, None], 4, axis=1)
    columns = [(u[0] > 0.5).astype(float)[:, None], curves.legendre(u[1], 2)]
    assert shares.shares(plans, columns)[0].share > 0.9
    worth = decide.acting(plans, 0.1)
    assert astuple(decide.everything(worth)) == pytest.approx((0.0, 0.0), abs=1e-12)
    for of_one in columns:
        gain = decide.answer(worth, of_one)
        assert (gain.split, gain.plain, gain.changed) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert (decide.chances(worth, columns) == 1.0).all()
    changing = decide.answer(decide.acting(plans, 0.4), columns[0])
    assert changing.split == pytest.approx(0.05, abs=0.01)  # letting be wins 10 points in one half of the worlds
    assert changing.changed == pytest.approx(0.5)


def test_an_answer_that_matters_is_told_and_idle_ones_seldom_are() -> None:
    told = []
    for seed in range(40):
        z = normals(64, seed)
        columns = [of_one[:, None] for of_one in z]
        chances = decide.chances(adopted(z, seed, chance=1.0), columns)
        assert chances[0] < 0.05
        idle = [special.ndtri(of_one)[:, None] for of_one in
                rng.spread_by_world(seed, np.arange(64, dtype=np.uint64), [f"idle {k}" for k in range(8)])]  # fmt: skip
        told.append(decide.chances(adopted(z, seed, chance=1.0), idle).min() <= 0.05)
    assert sum(told) <= stats.binom.ppf(0.999, 40, 0.05)


def test_choosing_between_layouts_is_worth_what_the_better_of_each_world_saves() -> None:
    """One layout is better where a unit is there, the other where it is not."""
    there = np.arange(64) % 2
    one, other = (np.repeat(x[:, None].astype(float), 2, axis=1) for x in (0.2 + 0.4 * there, 0.55 - 0.2 * there))
    gain = decide.answer(decide.choosing([one, other]), there[:, None].astype(float))
    assert (gain.split, gain.plain) == pytest.approx((0.125, 0.125))
    assert gain.error == pytest.approx(0.125 * np.sqrt(64 / 63) / 8)  # of 64 worlds half have 0, half 0.25
    assert astuple(decide.everything(decide.choosing([one, other]))) == pytest.approx((0.125, 0.125))


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=32, max_size=64), st.floats(0.05, 0.95))
def test_laws_of_a_decision(through: list[float], threshold: float) -> None:
    """Without chance a gain is not negative, and at most the larger regret; the order of worlds does not matter."""
    plans = np.repeat(np.array(through)[:, None], 2, axis=1)
    found = decide.everything(decide.acting(plans, threshold))
    assert -1e-12 <= found.low <= found.high + 1e-12 <= 1 + 2e-12
    assert decide.everything(decide.acting(plans[::-1], threshold)).low == pytest.approx(found.low, abs=1e-12)


@given(st.floats(0.5, 8), st.floats(0.5, 8), st.floats(0.05, 0.95))
def test_trials_are_worth_more_the_more_there_are_up_to_the_chance_itself(a: float, b: float, sure: float) -> None:
    worths = [decide.trials(a, b, sure, count) for count in (0, 1, 4, 16, 64)]
    limit = decide.endless_trials(a, b, sure)
    assert worths[0] == pytest.approx(0, abs=1e-12)
    assert all(one <= more + 1e-12 for one, more in zip(worths, [*worths[1:], limit], strict=True))
    better = integrate.quad(lambda p: stats.beta.sf(p, a, b), sure, 1)[0]
    assert limit == pytest.approx(sure + better - max(sure, a / (a + b)), abs=1e-6)


# ------------------------------------------------------------------------------- rows that do not ship


def row(table: str, inputs: dict[str, object], expected: dict[str, object], tol: float = 1e-9) -> Row:
    return {"id": f"{table}-x", "quantity": "", "inputs": inputs, "expected": expected, "unit": "-", "tol": tol,
            "tol_kind": "abs", "source": "", "checked_by": ""}  # fmt: skip


def linear(mean: float, slopes: list[float]) -> Row:
    expected = {"EVPI": normal_gain(mean, math.hypot(*slopes)), "EVPPI": [normal_gain(mean, abs(c)) for c in slopes]}
    return row("voi", {"mu": mean, "c": slopes}, expected)


def layers(low: list[float], high: list[float]) -> Row:
    lows, highs = np.array(low), np.array(high)
    mean = 1 - (lows + highs) / 2
    part = (highs - lows) ** 2 / 12 / mean**2
    whole = np.prod(1 + part) - 1
    expected = {"mean": float(np.prod(mean)), "var": float(np.prod(mean) ** 2 * whole), "S": list(part / whole),
                "ST": list(part * np.prod(1 + part) / (1 + part) / whole)}  # fmt: skip
    return row("leak", {"lo": low, "hi": high}, expected)


UNSEEN = [
    ("value_of_information", linear(-0.5, [0.3, 1.5])),
    ("value_of_information", linear(3.0, [0.2, 0.1, 0.4])),
    ("value_of_information", row("voi", {"prior": [1 / 3, 2 / 3], "payoff": [[3, 0], [0, 2]]},
                                 {"EV": 4 / 3, "EVwPI": 7 / 3, "EVPI": 1.0})),
    ("sobol_analytic", layers([0.1, 0.2], [0.9, 0.3])),
    ("sobol_analytic", layers([0.2], [0.8])),
]  # fmt: skip


@pytest.mark.parametrize(("table", "unseen"), UNSEEN)
def test_rows_that_do_not_ship_are_answered(table: str, unseen: Row) -> None:
    checks = list(suite.ANSWERED[table].function(unseen, 7))
    assert checks
    assert not [check for check in checks if not check.passes]


@pytest.mark.parametrize("name", ["S", "ST"])
def test_a_wrong_share_fails(name: str) -> None:
    wrong = layers([0.1, 0.2], [0.9, 0.8])
    wrong["expected"][name] = [share * 1.1 for share in wrong["expected"][name]]
    assert not all(check.passes for check in suite.ANSWERED["sobol_analytic"].function(wrong, 1))


def test_both_ends_of_knowing_all_are_on_their_side_of_what_is_done_now():
    worth = np.random.default_rng(3).normal(0, 1, (40, 4, 2))
    means, whole = worth.mean(axis=1), decide.everything(worth)
    today = decide.now(means)
    assert today.low < today.high
    one, other = worth[:, ::2].mean(axis=1), worth[:, 1::2].mean(axis=1)
    pick = np.arange(40)
    apart = (other[pick, one.argmax(axis=1)] + one[pick, other.argmax(axis=1)]).mean() / 2
    assert whole.low == pytest.approx(apart - today.high)
    assert whole.high == pytest.approx(means.max(axis=1).mean() - today.low)
    single = worth[:, :1]
    expected = single[:, 0].max(axis=1).mean() - decide.now(single[:, 0]).low
    assert decide.everything(single) == decide.Bounds(0.0, pytest.approx(expected))


def test_the_upper_end_of_an_answer_is_over_the_least_of_what_is_done_now():
    worth, columns = np.random.default_rng(3).normal(0, 1, (40, 4, 2)), np.linspace(-1, 1, 40)[:, None]
    apart = decide._apart(worth)
    assert decide.now(apart).low < 0
    fitted = decide._fitted(columns, apart, columns)
    assert decide.answer(worth, columns).plain == pytest.approx(fitted.max(axis=1).mean() - decide.now(apart).low)


def test_a_question_with_many_columns_does_not_drown_one_with_few():
    rng = np.random.default_rng(1)
    few, many = rng.normal(size=(120, 1)), rng.normal(size=(120, 60))
    plans = 0.5 + 0.05 * few + 0.1 * rng.normal(size=(120, 2))
    alone, with_many = (decide.chances(decide.acting(plans, 0.5), asked)[0] for asked in ([few], [few, many]))
    assert alone < 0.01
    assert with_many < 0.02


def test_a_gain_that_luck_takes_below_nothing_is_something_still():
    assert not decide.Bounds(-0.1, 0.2).is_nothing
    assert decide.Bounds(-0.1, 0.0).is_nothing


@pytest.mark.parametrize(("chance", "told"), [(0.049, True), (0.07, False)])
def test_one_in_twenty_is_what_tells_an_answer_from_luck(chance, told):
    assert decide.Bearing("k", "t", (), decide.Gain(0, 0, 0, 0), chance).told is told


@pytest.mark.parametrize("sure", [-0.5, 1.5])
def test_trials_of_a_chance_beside_what_no_chance_can_be_are_worth_nothing(sure):
    assert decide.endless_trials(2, 3, sure) == pytest.approx(0)
