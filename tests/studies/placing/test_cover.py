"""Rules and expected cover: what the program finds is what counting all layouts finds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bartizan.studies.placing.cover import Cover, best, greedy
from bartizan.studies.placing.rules import Rules


def rules(number, counts=(3,), kind=None, clash=(), cost=None, budget=None):
    clashing = np.zeros((number, number), bool)
    for a, b in clash:
        clashing[a, b] = clashing[b, a] = True
    kinds = np.zeros(number, int) if kind is None else np.array(kind)
    return Rules(kinds, counts, clashing, np.ones(number) if cost is None else np.array(cost, float), budget)


def chances(seed, number, of=12):
    rng = np.random.default_rng(seed)
    return Cover(rng.random((number, of)) * (rng.random((number, of)) < 0.5), rng.random(of))


def test_layouts_are_all_sets_that_fit():
    of = rules(6, (2, 1), kind=[0, 0, 0, 1, 1, 1], clash=[(0, 3), (1, 2)])
    wanted = [
        (a, b, c)
        for a, b in itertools.combinations(range(3), 2)
        for c in range(3, 6)
        if (a, b) != (1, 2) and not (0 in (a, b) and c == 3)
    ]
    assert sorted(of.layouts()) == sorted(wanted)
    assert of.counted(100) == len(wanted)
    assert of.counted(len(wanted) - 1) is None


def test_a_budget_is_spent_as_far_as_it_goes():
    of = rules(4, (4,), cost=[1, 2, 3, 4], budget=5)
    assert sorted(of.layouts()) == [(0, 1), (0, 2), (0, 3), (1, 2)]
    assert all(of.is_full(layout) and not of.more(layout) for layout in of.layouts())


def test_swaps_are_layouts_one_apart():
    of = rules(7, clash=[(0, 5)])
    near = list(of.swaps((0, 1, 2)))
    assert set(near) == {c for c in of.layouts() if len({*c} - {0, 1, 2}) == 1}


def test_lots_depend_on_names_alone_and_fit():
    of, names = rules(8, clash=[(0, 1)]), [f"site {k}" for k in range(8)]
    drawn = list(of.by_lot(names, 3, 5))
    order = [4, 2, 7, 0, 1, 6, 3, 5]  # the same sites listed otherwise
    moved = rules(8, clash=[(order.index(0), order.index(1))])
    again = list(moved.by_lot([names[k] for k in order], 3, 5))
    assert [sorted(names[k] for k in layout) for layout in drawn] == [
        sorted(names[order[k]] for k in layout) for layout in again
    ]
    assert all(of.fits(layout) and of.is_full(layout) for layout in drawn)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 8), st.booleans())
@example(452, 8, True)  # on which HiGHS gives up without its presolve
def test_the_program_finds_what_counting_finds(seed, number, with_budget):
    rng = np.random.default_rng(seed)
    cover = chances(seed, number)
    of = rules(number, (3,), clash=[tuple(rng.choice(number, 2, replace=False))],
               cost=rng.integers(1, 4, number), budget=5 if with_budget else None)  # fmt: skip
    ranked = sorted((cover.worth(layout) for layout in of.layouts()), reverse=True)
    found = [cover.worth(layout) for layout in best(cover, of, 2)]
    if not with_budget:
        assert found == pytest.approx(ranked[:2], rel=1e-6)
    assert found[:1] == pytest.approx(ranked[:1], rel=1e-6)
    first = greedy(cover, of)
    assert of.fits(first)
    if not with_budget and of.is_full(first) and not of.clash.any():
        assert cover.worth(first) >= (1 - 1 / np.e) * ranked[0]


def test_a_site_that_dominates_is_in_the_best_cover():
    cover = chances(1, 8)
    dominating = Cover(np.vstack([cover.chances, cover.chances.max(axis=0) + 0.01]), cover.weights)
    assert 8 in best(dominating, rules(9), 1)[0]
    assert 8 in greedy(dominating, rules(9))
