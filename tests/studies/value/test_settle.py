"""A question drawn anew in worlds played again: closed forms, and that looks end with the worlds of the case."""

from __future__ import annotations

import itertools

import pytest
from tests.world.samples import unit, written

import bartizan
from bartizan.studies.value.questions import chosen
from bartizan.studies.value.settle import settle


def settled(question: str, **second: object) -> list:
    """Of a raid on two units, of which the first is there in half of the worlds."""
    units = [unit("first", present={"low": 0.0, "high": 1.0}), unit("second", **second)]
    scenario = bartizan.load(written(units=units, study={"worlds": 256, "raids": 4}))
    return list(settle(scenario, scenario.cases[0].name, chosen(scenario, question), seed=3, threads=1))


def test_of_a_question_that_is_all_that_is_open_it_is_nearly_all() -> None:
    found = settled("there-first", present=0)
    assert all(a.worlds < b.worlds <= 2 * a.worlds for a, b in itertools.pairwise(found))
    assert [one.done for one in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].total.low <= 1 <= found[-1].total.high + 1e-9
    assert found[-1].total.share == pytest.approx(1, abs=0.25)


def test_of_a_question_on_which_nothing_hangs_it_is_exactly_nothing() -> None:
    """A unit that stands a thousand kilometres off, there or not."""
    (*_, last) = settled("there-second", at={"east": "900 km", "north": 0}, present={"low": 0.0, "high": 1.0})
    assert (last.total.low, last.total.share, last.total.high) == (0.0, 0.0, 0.0)
