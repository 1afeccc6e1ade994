"""A study that stops when it is narrow enough: at which look, to the same bits however it got there, and told."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studies.test_study import SMALL

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies.filling import Progress
from bartizan.studies.looks import confidence_of_each
from bartizan.studies.stopping import FIRST_LOOK, Look, Stopping
from bartizan.studies.study import Handling

HOW = {"raids": 4, "seed": 3, "raids_named": ["few"], "threads": 1}
UNTIL = 0.12


@pytest.fixture(scope="module")
def scenario():
    return bartizan.load(SMALL)


@pytest.fixture(scope="module")
def stopped(scenario, tmp_path_factory):
    return bartizan.study(scenario, tmp_path_factory.mktemp("stopped") / "out", worlds=Stopping(UNTIL, 512), **HOW)


def answer(results):
    return json.dumps([results.summary["cases"], results.summary["files"]], sort_keys=True)


def half_width(results) -> float:
    return max((case["leak"]["high"] - case["leak"]["low"]) / 2 for case in results.summary["cases"])


@given(most=st.integers(1, 100_000), until=st.floats(0.001, 0.5))
def test_looks_double_and_end_at_the_most(most: int, until: float) -> None:
    looks = Stopping(until, most).looks
    assert looks[-1] == most
    assert looks == (most,) or looks[0] == FIRST_LOOK
    assert all(b == 2 * a for a, b in itertools.pairwise(looks[:-1]))
    assert all(a < b <= 2 * a for a, b in itertools.pairwise(looks))


@given(worlds=st.sampled_from(Stopping(0.01, 4096).looks), half=st.floats(0.01, 0.5))
def test_what_is_expected_is_a_look_that_would_be_narrow_enough(worlds: int, half: float) -> None:
    stopping = Stopping(0.01, 4096)
    expected = stopping.expected(Look(1, worlds, half))
    assert expected in stopping.looks
    assert expected == 4096 or half * (worlds / expected) ** 0.5 <= 0.01 * (1 + 1e-9)


def test_a_look_that_is_just_narrow_enough_is_the_last() -> None:
    stopping, look = Stopping(0.01, 4096), Look(1, 64, 0.01)
    assert look.is_enough(stopping)
    assert stopping.expected(look) == 64


def test_what_will_never_be_narrow_enough_is_played_to_the_end() -> None:
    assert Stopping(1e-300, 64).expected(Look(1, 32, 0.5)) == 64


def test_it_stops_at_the_first_look_that_is_narrow_enough(scenario, stopped, tmp_path) -> None:
    told = stopped.summary["run"]["stopped"]
    assert told["narrow_enough"]
    assert half_width(stopped) == told["half_width"] <= UNTIL
    assert stopped.summary["run"]["worlds"] == FIRST_LOOK * 2 ** (told["looks"] - 1) < 512
    before = bartizan.study(scenario, tmp_path / "wider", worlds=Stopping(UNTIL, 512), **HOW)
    assert answer(before) == answer(stopped)
    assert told["confidence_of_each"] == confidence_of_each(5)


def test_of_as_many_worlds_played_at_once_only_the_intervals_are_narrower(scenario, stopped, tmp_path) -> None:
    once = bartizan.study(scenario, tmp_path / "out", worlds=stopped.summary["run"]["worlds"], **HOW)
    for a, b in zip(once.summary["cases"], stopped.summary["cases"], strict=True):
        assert a["leak"]["mean"] == b["leak"]["mean"]
        assert b["leak"]["low"] < a["leak"]["low"] < a["leak"]["high"] < b["leak"]["high"]
    assert once.summary["files"]["threats.parquet"] == stopped.summary["files"]["threats.parquet"]
    assert "stopped" not in once.summary["run"]


def test_the_most_is_told_where_it_is_not_reached(scenario, tmp_path) -> None:
    found = bartizan.study(scenario, tmp_path / "out", worlds=Stopping(0.0001, 40), **HOW)
    told = found.summary["run"]["stopped"]
    assert (told["narrow_enough"], told["looks"], found.summary["run"]["worlds"]) == (False, 2, 40)


@pytest.mark.parametrize("at", [16, 32, 48])
def test_interrupted_it_goes_on_to_the_same_bits(scenario, stopped, tmp_path, at) -> None:
    def interrupt(now: Progress) -> None:
        assert now.raids_done <= now.raids_in_all
        if now.raids_done >= at * 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bartizan.study(scenario, tmp_path / "out", worlds=Stopping(UNTIL, 512), **HOW, how=Handling(progress=interrupt))
    assert answer(bartizan.study(scenario, tmp_path / "out", worlds=Stopping(UNTIL, 512), **HOW)) == answer(stopped)


@pytest.mark.parametrize("before", [40, Stopping(0.01, 256)])
def test_what_another_number_of_worlds_has_left_is_used(scenario, stopped, tmp_path, before) -> None:
    """40 worlds end within a part, which is played again; what lies beyond its last look does not count."""
    most = 40 if before == 40 else 256

    def interrupt(now: Progress) -> None:
        if now.raids_done >= min(most, 160) * 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bartizan.study(scenario, tmp_path / "out", worlds=before, **HOW, how=Handling(progress=interrupt))
    kept = (tmp_path / "out" / "parts" / "few" / "0000000.parquet").stat().st_mtime_ns
    replayed: list[int] = []

    def watch(now: Progress) -> None:
        replayed.append(now.raids_done)
        part = tmp_path / "out" / "parts" / "few" / "0000000.parquet"
        assert part.stat().st_mtime_ns == kept

    found = bartizan.study(scenario, tmp_path / "out", worlds=Stopping(UNTIL, 512), **HOW, how=Handling(progress=watch))
    assert answer(found) == answer(stopped)
    assert replayed[0] >= 32 * 4


@pytest.mark.parametrize("until", [0.0, 1.0, -0.1, float("nan")])
def test_what_is_no_share_is_refused(until) -> None:
    with pytest.raises(UserError, match="between 0 and 1"):
        Stopping(until)
