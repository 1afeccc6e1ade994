"""Shares of the variance between worlds, on models whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bartizan.ground import rng
from bartizan.ground.errors import UserError
from bartizan.studies.value import curves, shares
from bartizan.studies.value.settle import total

#: Three layers that each stop Beta(a, b) of what comes; first-order shares by the product rule.
LAYERS = ((7, 3), (3, 3), (2, 6))
IDLE = 27
RAIDS, SIZE = 4, 8


def true_shares() -> np.ndarray:
    relative = []
    for a, b in LAYERS:
        mean, variance = stats.beta.stats(b, a, moments="mv")
        relative.append(variance / mean**2)
    whole = np.prod([1 + r for r in relative]) - 1
    return np.array([*(r / whole for r in relative), *[0.0] * IDLE])


def played(worlds: int, seed: int, plans: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Uniforms (unknowns, worlds), and what gets through by world and plan."""
    names = [f"unknown {k}" for k in range(len(LAYERS) + IDLE)]
    u = rng.spread_by_world(seed, np.arange(worlds, dtype=np.uint64), names)
    through = np.prod([1 - stats.beta.ppf(u[k], *LAYERS[k]) for k in range(len(LAYERS))], axis=0)
    luck = np.random.default_rng(seed)
    return u, luck.binomial(RAIDS * SIZE, through[:, None], (worlds, plans)) / (RAIDS * SIZE)


def columns(u: np.ndarray) -> list[np.ndarray]:
    return [curves.legendre(of_one, curves.degree_for(u.shape[1])) for of_one in u]


@pytest.mark.parametrize(("worlds", "most"), [(64, 0.065), (256, 0.022)])
def test_shares_of_layered_leakage_are_right(worlds: int, most: float) -> None:
    errors = []
    for seed in range(20):
        u, plans = played(worlds, seed)
        found = np.array([share.share for share in shares.shares(plans, columns(u))])
        errors.append(((found - true_shares()) ** 2).mean())
    assert np.sqrt(np.mean(errors)) <= most


def test_intervals_of_the_largest_shares_cover() -> None:
    hits = []
    for seed in range(40):
        u, plans = played(64, seed)
        for found, true in zip(shares.shares(plans, columns(u[:2])), true_shares()[:2], strict=True):
            hits.append(found.low <= true <= found.high)
    assert np.mean(hits) >= 0.9


def test_questions_that_do_nothing_are_seldom_found() -> None:
    """In at most 5 % of samples; of 40, at most 5 with a chance of 99 % if that is so."""
    flagged = 0
    for seed in range(40):
        u, plans = played(64, seed)
        flagged += bool((shares.ranked(plans, columns(u)).chances[len(LAYERS) :] < 0.05).any())
    assert flagged <= 5


def test_a_question_that_explains_all_has_all() -> None:
    u, _ = played(64, 3)
    plans = np.repeat(u[:1].T, 2, axis=1)
    (found,) = shares.shares(plans, columns(u[:1]))
    assert found.share == pytest.approx(1, abs=0.05)
    assert shares.ranked(plans, columns(u)).chances[0] == pytest.approx(1 / (shares.PERMUTATIONS + 1))


def test_chance_is_in_no_share() -> None:
    """Plans that differ by luck alone leave nothing between worlds."""
    plans = np.random.default_rng(1).binomial(32, 0.3, (400, 4)) / 32
    assert shares.between(plans) == pytest.approx(0, abs=3 * 0.21 / 32 / 4 * np.sqrt(2 / 400))


def test_one_plan_tells_no_chance_from_what_is_unknown() -> None:
    u, plans = played(64, 0, plans=1)
    for told in (shares.shares, shares.ranked):
        with pytest.raises(UserError, match="--raids 2"):
            told(plans, columns(u))


@pytest.mark.parametrize("seed", range(20))
def test_where_chance_is_nearly_all_a_share_is_one_still(seed: int) -> None:
    luck = np.random.default_rng(seed)
    u = luck.random((2, 64))
    for share in shares.shares(0.02 * u[0][:, None] + luck.normal(size=(64, 4)), columns(u)):
        assert share.share <= 1
        assert 0 <= share.low <= max(share.share, 0.0) <= share.high <= 1


def test_where_nothing_varies_nothing_is_told() -> None:
    u, _ = played(64, 1)
    ranked = shares.ranked(np.full((64, 2), 0.5), columns(u))
    assert all(share.share == 0 for share in ranked.shares)
    assert (ranked.chances == 1).all()


def test_shares_that_are_alike_are_not_put_in_order() -> None:
    u, _ = played(256, 5)
    plans = np.repeat((u[0] + u[1] + 0.1 * u[2])[:, None], 2, axis=1)
    ranked = shares.ranked(plans, columns(u))
    assert {0, 1} <= ranked.together
    assert 2 not in ranked.together


@pytest.mark.parametrize(("worlds", "share"), [(64, 0.23), (256, 0.065), (1024, 0.017)])
def test_the_share_that_stands_out(worlds: int, share: float) -> None:
    """../shared/reference/methods.md, A: four times in five beside 55 questions."""
    assert shares.detectable(worlds, 55) == pytest.approx(share, abs=0.01)


# ------------------------------------------------------------------------------------------------ totals


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_totals_of_ishigami() -> None:
    worlds = np.arange(4096, dtype=np.uint64)
    names = ["a", "b", "c"]
    here = np.pi * (2 * rng.spread_by_world(1, worlds, names) - 1)
    there = np.pi * (2 * rng.spread_by_world(1, worlds + np.uint64(2**31), names) - 1)
    for k, expected in enumerate((0.5576, 0.4424, 0.2437)):
        mixed = here.copy()
        mixed[k] = there[k]
        plans, redrawn = (np.repeat(ishigami(x)[:, None], 2, axis=1) for x in (here, mixed))
        assert total(plans, redrawn).share == pytest.approx(expected, abs=0.03)


def test_what_does_nothing_has_exactly_nothing() -> None:
    luck = np.random.default_rng(0)
    plans = luck.random((64, 1)) + 0.1 * luck.random((64, 2))
    assert total(plans, plans) == shares.Share(0.0, 0.0, 0.0)


def test_of_worlds_that_are_not_told_to_differ_no_share_is_told() -> None:
    """None gets through, or all is chance: it may be anything, whatever a redraw changes."""
    luck = np.random.default_rng(0)
    for plans in (np.zeros((64, 2)), luck.random((64, 2))):
        for redrawn in (plans, luck.random((64, 2)) if plans.any() else plans):
            found = total(plans, redrawn)
            assert (found.low, found.high) == (0.0, 1.0)


def test_chance_drops_out_of_totals() -> None:
    """All is one question: what is drawn anew is independent, and its total is 1."""
    luck = np.random.default_rng(2)
    through = luck.random((2, 2000))
    plans, redrawn = (luck.binomial(8, p[:, None], (2000, 2)) / 8 for p in through)
    assert total(plans, redrawn).share == pytest.approx(1, abs=0.1)


def test_intervals_of_totals_hold_them() -> None:
    """Of a sum with chance in each plan, of which two questions have 0.36 and 0.64: of 400 as many as 95 % would, but
    for luck and a sample's skewness."""
    luck, held, widths = np.random.default_rng(7), 0, []
    for _ in range(400):
        first, second, anew = luck.normal(size=(3, 128, 1))
        plans, redrawn = 0.6 * np.stack([first, anew]) + 0.8 * second + 0.3 * luck.normal(size=(2, 128, 2))
        found = total(plans, redrawn)
        held += found.low <= 0.36 <= found.high
        widths.append(found.high - found.low)
    assert 368 <= held <= 392
    assert np.mean(widths) < 0.25


@pytest.mark.parametrize("seed", range(20))
def test_a_total_is_a_share(seed: int) -> None:
    luck = np.random.default_rng(seed)
    found = total(luck.random((8, 2)), luck.random((8, 2)))
    assert 0 <= found.low <= found.share <= found.high <= 1


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("part", [0.1, 0.6])
def test_strength_is_that_of_the_f_test(columns: int, part: float) -> None:
    """-ln of the chance; of the share R2 of all squares F is R2 / (1 - R2) times the ratio of degrees of freedom."""
    luck = np.random.default_rng(3)
    rest = luck.normal(size=40)
    rest -= rest.mean()
    span, _ = np.linalg.qr(luck.normal(size=(40, columns)))
    fit = shares._Fit(rest, span, np.zeros(4))
    squares = (rest**2).sum()
    spare = 40 - columns - 1
    expected = -stats.f.logsf(part / (1 - part) * spare / columns, columns, spare)
    assert fit.strength(np.array(part * squares)) == pytest.approx(expected, rel=1e-9)


def test_what_cannot_be_told_apart_from_the_first_grows_with_the_questions() -> None:
    """Two-sided over all others: with more of them a difference has to be larger to be told."""
    u, plans = played(64, 8)
    few, many = ({0, 1, 2} & shares.ranked(plans, columns(u[:n])).together for n in (3, 30))
    assert few < many
