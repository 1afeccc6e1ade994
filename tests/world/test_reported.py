"""Numbers of reports: exact or within bounds, of all threats or of some; and what no raid could be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.studies.test_reported_raids import DRONE, SENT, certain_but_for_the_kill_chance

from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies import reported_raids
from bartizan.world import paths
from bartizan.world.scenario import load
from bartizan.world.schema import Reported, Told

CRUISE = DRONE | {"kind": "cruise", "speed": 200}


def mixed(reported: dict[str, Any], **raid: Any) -> dict[str, Any]:
    """Three drones of a type, two of another, and four cruise missiles."""
    written = certain_but_for_the_kill_chance(reported=reported, **raid)
    written["threats"] = {"big": DRONE, "small": DRONE, "missile": CRUISE}
    counts = {"big": 3, "small": 2, "missile": 4}
    groups = [{"threat": name, "count": n, "distance": "15 km"} for name, n in counts.items()]
    written["raids"][0]["groups"] = groups
    return written


@pytest.mark.parametrize(
    ("written", "low", "high", "words"),
    [
        (5, 5, 5, "5"),
        ({"low": 15, "high": 20}, 15, 20, "15 to 20"),
        ({"low": 15}, 15, 200_000, "at least 15"),
        ({"high": 3}, 0, 3, "at most 3"),
        ({"low": 0, "high": 0}, 0, 0, "0"),
        ("6", 6, 6, "6"),
        ("6 to 9", 6, 9, "6 to 9"),
        ("between 6 and 9", 6, 9, "6 to 9"),
        ("at least 6", 6, 200_000, "at least 6"),
        ("up to 9", 0, 9, "at most 9"),
        ("more than 5", 6, 200_000, "at least 6"),
        ("more than 1", 2, 200_000, "at least 2"),
        ("fewer than 1", 0, 0, "0"),
    ],
)
def test_a_number_is_exact_or_has_bounds(written: Any, low: int, high: int, words: str) -> None:
    told = Told.model_validate(written)
    assert (told.low, told.high, str(told)) == (low, high, words)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nearly all", "expected a whole number, or bounds"),
        (True, "expected a whole number, or bounds"),
        (2.5, "expected a whole number, or bounds"),
        *((text, "expected a whole number, or bounds") for text in ("2.5", "50 %", "100 %", "6 km", "9 to 6", "")),
        ({}, "needs low, high or both"),
        ({"low": 4, "high": 3}, "low 4 is more than high 3"),
        ({"low": -1}, "greater than or equal to 0"),
    ],
)
def test_what_is_no_number(written: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Told.model_validate(written)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 100))
def test_a_number_lies_within_its_bounds(a: int, b: int, number: int) -> None:
    low, high = sorted((a, b))
    assert (number in Told(low=low, high=high)) is (low <= number <= high)


@pytest.mark.parametrize(
    ("reported", "said"),
    [
        ({"sent": {"low": 5, "high": 8}, "killed": {"low": 7}, "leaked": 2}, "are more than the 5 to 8 sent"),
        ({"sent": 9, "of": {"shahed": {"killed": 1}}}, "no type or class of threat in this raid named 'shahed'"),
        ({"sent": 9, "of": {"big": {"killed": 1}, "drone": {"killed": 2}}}, "drone tells of big again"),
        ({"sent": 9, "of": {"missile": {"killed": 3, "leaked": {"low": 2}}}}, "are more than the 4 sent"),
        ({"sent": 9, "of": {"big": {}}}, "needs at least one of killed, diverted, leaked"),
        (
            {"sent": {"low": 10, "high": 12}, "killed": 1},
            "but the raid is played with 9",
        ),
        ({"sent": 0, "killed": 0}, "reported.sent must be 1 or more"),
        ({"sent": 9, "killed": "most"}, "expected a whole number, or bounds"),
    ],
)
def test_reports_that_cannot_be(reported: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(mixed(reported))
    (mistake,) = caught.value.mistakes
    assert mistake.field.startswith("raids[0]")
    assert said in str(mistake).replace("raids[0].reported.of.", "") or said in f"{mistake.field} {mistake.problem}"


def test_a_class_stands_for_its_types() -> None:
    (case,) = load(mixed({"sent": 9, "of": {"drone": {"killed": 5}, "missile": {"leaked": 1}}})).cases
    reported = case.reported
    assert reported is not None
    assert reported_raids.types_told(case, reported) == {"drone": ["big", "small"], "missile": ["missile"]}
    assert case.sent_of(["big", "small"]) == 5


@pytest.mark.parametrize(
    ("reported", "said"),
    [
        (
            {"sent": 9, "killed": 1, "of": {"missile": {"killed": 3}}},
            "killed 1 is not what its parts come to: 3 of missile",
        ),
        (
            {"sent": 9, "killed": 7, "of": {"drone": {"killed": {"high": 2}}, "cruise": {"killed": 1}}},
            "killed 7 is not",
        ),
    ],
)
def test_parts_agree_with_the_whole(reported: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load(mixed(reported))


def test_a_size_that_the_report_rules_out_is_not_that_of_the_raid() -> None:
    told = {"sent": {"low": 4, "high": 8}, "killed": 6}
    scenario = load(certain_but_for_the_kill_chance(sizes=[4, 6, 8], reported=told))
    assert [case.size for case in scenario.cases if case.reported] == [6, 8]
    with pytest.raises(
        ScenarioError, match="4 to 8 were sent and killed 6 as reported, but the raid is played with 4, 5"
    ):
        load(certain_but_for_the_kill_chance(sizes=[4, 5], reported=told))


def test_a_report_goes_where_its_raid_gets_another_size() -> None:
    """It is set beside what is played, and never stands in the way of it."""
    parts = {"sent": {"low": 1, "high": 20}, "of": {"cruise": {"killed": 4}, "small": {"leaked": {"low": 1}}}}
    scenario = load(mixed(parts))
    for size in (1, 2, 20):
        (case,) = paths.with_values(scenario, {"raids/raid/size": size}).cases
        assert (case.size, case.reported) == (size, None)
    with pytest.raises(UserError, match="size"):
        paths.with_values(scenario, {"raids/raid/size": "abc"})


def test_a_report_of_some_size_is_held_against_each_that_it_may_be() -> None:
    told = {"sent": {"low": 4, "high": 6}, "killed": {"low": 4}}
    scenario = load(certain_but_for_the_kill_chance(sizes=[2, 4, 6, 8], reported=told))
    assert [case.size for case in scenario.cases if case.reported] == [4, 6]
    assert paths.with_values(scenario, {"raids/raid/size": 6}).cases[0].reported is not None
    assert paths.with_values(scenario, {"raids/raid/size": 8}).cases[0].reported is None


def test_bounds_of_all_are_those_of_its_fates() -> None:
    told = Reported.model_validate(
        {"sent": SENT, "killed": {"low": 2, "high": 3}, "diverted": 0, "leaked": {"high": 1}}
    )
    assert (told.least, told.most) == (2, 4)
    assert Reported.model_validate({"sent": SENT, "killed": 2}).most >= SENT


def test_bounds_that_are_the_wrong_way_round_by_one_are_refused() -> None:
    with pytest.raises(ValueError, match="low 16 is more than high 15"):
        Told.model_validate({"low": 16, "high": 15})


def test_as_many_as_were_sent_may_have_struck_and_an_open_bound_says_no_more() -> None:
    assert Reported.model_validate({"sent": 5, "struck": 5}).struck is not None
    assert Reported.model_validate({"sent": 5, "struck": {"low": 3}}).struck is not None
    assert Reported.model_validate({"sent": 5, "killed": 3, "leaked": 2}).least == 5


def test_a_raid_smaller_than_what_struck_is_not_the_one_reported() -> None:
    reported = Reported.model_validate({"sent": {"low": 3, "high": 9}, "struck": 8})
    assert [size for size in range(12) if reported.fits(size)] == [8, 9]


def test_a_report_outlives_a_change_where_any_size_may_be_its_own() -> None:
    reported = Reported.model_validate({"sent": 5, "killed": 2})
    assert reported.outlives([3, 5, 8])
    assert not reported.outlives([3, 8])
