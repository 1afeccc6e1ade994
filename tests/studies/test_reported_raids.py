"""Reports beside the model: closed forms of predictive distributions, small cases, and a study from end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import bartizan
from bartizan.ground.errors import ScenarioError
from bartizan.studies import reported_raids
from bartizan.studies.reported_raids import Counts
from bartizan.world.evidence import findings
from bartizan.world.scenario import load
from bartizan.world.schema import Reported, Told

SENT = 5


def counts(rows: list[tuple[int, int, int, int]], jammed: int = 0) -> Counts:
    """Rows of world, killed, diverted, leaked; of those killed so many had lost their way before."""
    table = np.array(rows).T
    return Counts(*table, np.minimum(table[1], jammed))


def test_a_report_stands_beside_both_readings_of_what_was_jammed_and_then_shot() -> None:
    played = counts([(0, 2, 1, 0), (0, 2, 0, 1), (1, 3, 0, 0), (1, 2, 1, 0)], jammed=2)
    found = {n["what"]: n for n in reported_raids.beside(played, Reported(sent=3, killed=1, diverted=2))["numbers"]}
    assert list(found) == ["killed", "diverted", "killed_unjammed", "jammed"]
    assert (found["killed"]["mean"], found["killed_unjammed"]["mean"]) == (2.25, 0.25)
    assert (found["diverted"]["mean"], found["jammed"]["mean"]) == (0.5, 2.5)
    assert all(n["reported"] == told(1 if "killed" in what else 2) for what, n in found.items())


def exact(number: int) -> Told:
    return Told(low=number, high=number)


def told(number: int) -> dict[str, int]:
    return {"low": number, "high": number}


def beta_worlds(a: float, b: float, worlds: int = 400, raids: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Binomial numbers of SENT threats, each world with its own chance from Beta(a, b): evenly spread, not drawn."""
    even = (np.arange(worlds) + 0.5) / worlds
    chance = stats.beta.ppf(even, a, b)
    within = (np.arange(raids) + 0.5) / raids
    number = stats.binom.ppf(within[None, :], SENT, chance[:, None])
    return number.astype(int).ravel(), np.repeat(np.arange(worlds), raids)


# ------------------------------------------------------------------------------------------------ theory


@pytest.mark.parametrize(("a", "b"), [(1, 1), (0.5, 4), (12, 3)])
@pytest.mark.parametrize("reported", range(SENT + 1))
def test_chances_are_those_of_the_beta_binomial(a: float, b: float, reported: int) -> None:
    number, world = beta_worlds(a, b)
    law = stats.betabinom(SENT, a, b)
    found = reported_raids.place(number, exact(reported), world)
    assert found["mean"] == pytest.approx(law.mean(), abs=3e-3)
    assert found["at_most"]["mean"] == pytest.approx(law.cdf(reported), abs=3e-3)
    assert found["at_least"]["mean"] == pytest.approx(law.sf(reported - 1), abs=3e-3)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (0.5, 4), (12, 3)])
def test_the_predictive_interval_is_that_of_the_beta_binomial(a: float, b: float) -> None:
    number, _ = beta_worlds(a, b)
    law = stats.betabinom(SENT, a, b)
    assert reported_raids.central(number) == (law.ppf(0.025), law.ppf(0.975))


def test_one_raid_is_held_against_raids_and_not_against_their_mean() -> None:
    """In half of the worlds all are killed, in half none: 0 and 5 are as likely as can be, and 2.5 never happens."""
    number, world = np.repeat([0, 5], 100), np.repeat(np.arange(20), 10)
    assert reported_raids.central(number) == (0, 5)
    assert reported_raids.place(number, exact(0), world)["within"]
    assert reported_raids.place(number, exact(5), world)["at_least"]["mean"] == 0.5


def test_the_interval_of_a_chance_counts_worlds_and_not_raids() -> None:
    """Raids of a world that all end alike tell no more than one of them: ten worlds, whatever the raids."""
    few, many = (np.repeat([1] * 5 + [0] * 5, raids).astype(bool) for raids in (2, 200))
    worlds = [np.repeat(np.arange(10), raids) for raids in (2, 200)]
    first, second = (reported_raids.share(is_so, world) for is_so, world in zip((few, many), worlds, strict=True))
    assert (first.low, first.high) == pytest.approx((second.low, second.high))
    assert second.high - second.low > 0.5


# ------------------------------------------------------------------------------------------------ small cases


def test_small_case_by_hand() -> None:
    played = counts([(0, 2, 1, 0), (0, 2, 0, 1), (1, 3, 0, 0), (1, 2, 1, 0)])
    found = reported_raids.beside(played, Reported(sent=3, killed=2, diverted=1, leaked=0, claims=["c1"]))
    assert found["exactly"]["mean"] == 0.5
    assert (found["raids"], found["claims"]) == (4, ["c1"])
    told = {n["what"]: n for n in found["numbers"]}
    assert list(told) == ["killed", "diverted", "leaked"]
    assert told["killed"]["mean"] == 2.25
    assert told["killed"]["at_most"]["mean"] == 0.75
    assert told["diverted"]["at_least"]["mean"] == 0.5
    assert told["leaked"]["at_most"]["mean"] == 0.75
    assert all(n["within"] for n in told.values())


def test_what_struck_a_building_is_held_against_what_gets_through() -> None:
    played = counts([(0, 2, 0, 0), (0, 1, 0, 1), (1, 0, 0, 2), (1, 0, 2, 0)])
    found = reported_raids.beside(played, Reported(sent=2, diverted=2, struck=2))
    struck = next(n for n in found["numbers"] if n["what"] == "struck")
    assert struck["at_least"]["mean"] == 0.25
    assert found["exactly"]["mean"] == 0.25  # of the fates alone: two diverted


def test_what_was_not_told_is_not_compared() -> None:
    found = reported_raids.beside(counts([(0, 1, 0, 0), (1, 0, 0, 1)]), Reported(sent=1, struck=1))
    assert [n["what"] for n in found["numbers"]] == ["struck"]
    assert found["exactly"] is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=60), st.integers(0, 6))
def test_a_number_that_was_reported_has_its_place(rows: list[tuple[int, int]], reported: int) -> None:
    world, number = np.array(rows).T
    low, high = reported_raids.central(number)
    assert np.mean(number < low) <= 0.025
    assert np.mean(number > high) <= 0.025 + 1e-12
    at_most, at_least = (reported_raids.share(s, world).mean for s in (number <= reported, number >= reported))
    per_world = [np.mean(number[world == w] == reported) for w in np.unique(world)]
    assert at_most + at_least == pytest.approx(1 + np.mean(per_world))


def test_bounds_have_their_place() -> None:
    number, world = beta_worlds(4, 2)
    law = stats.betabinom(SENT, 4, 2)
    found = reported_raids.place(number, Told(low=2, high=3), world)
    assert found["at_most"]["mean"] == pytest.approx(law.cdf(3), abs=3e-3)
    assert found["at_least"]["mean"] == pytest.approx(law.sf(1), abs=3e-3)
    assert found["within"]
    assert not reported_raids.place(np.array([0, 0, 0]), Told(low=1), np.arange(3))["within"]


def test_what_was_told_of_a_part_is_held_against_that_part() -> None:
    some = counts([(0, 1, 0, 0), (0, 0, 1, 0), (1, 1, 0, 0), (1, 1, 0, 0)])
    others = counts([(0, 2, 0, 0), (0, 2, 0, 0), (1, 0, 0, 2), (1, 1, 1, 0)])
    both = Counts(some.world, *(getattr(some, n) + getattr(others, n) for n in ("killed", "diverted", "leaked")),
                  some.jammed_killed, {"one": some, "two": others})  # fmt: skip
    reported = Reported.model_validate({"sent": 3, "of": {"one": {"killed": 1}, "two": {"killed": {"low": 1}}}})
    found = reported_raids.beside(both, reported, {"one": ["x"], "two": ["y", "z"]})
    assert [(n["of"], n["types"], n["what"], n["mean"]) for n in found["numbers"]] == [
        ("one", ["x"], "killed", 0.75), ("two", ["y", "z"], "killed", 1.25),
    ]  # fmt: skip
    assert found["exactly"]["mean"] == 0.5
    lacking = Reported.model_validate({"sent": 3, "of": {"two": {"killed": 1, "diverted": 0, "leaked": 0}}})
    assert reported_raids.beside(both, lacking)["unaccounted"] == 1
    assert reported_raids.beside(both, lacking)["exactly"] is None


# ------------------------------------------------------------------------------------------------ from end to end

DRONE = {"kind": "drone", "speed": 50, "altitude": 300, "rcs": 1}


def certain_but_for_the_kill_chance(**raid: Any) -> dict[str, Any]:
    """Every threat is seen and fired at exactly once, and the chance of a kill is anything at all, one for a world."""
    battery = {
        "channels": 20,
        "reaction_time": 1,
        "doctrine": {"salvo": 1, "max_salvos": 1},
        "sensors": {"eye": {"kind": "ideal", "range": "20 km"}},
        "effectors": {
            "missile": {
                "range_max": "8 km",
                "speed": 800,
                "rounds": 50,
                "kill": {"drone": {"low": 0, "high": 1}},
            }
        },
    }
    groups = [{"threat": DRONE, "count": SENT, "distance": "15 km"}]
    return {
        "bartizan": 1,
        "name": "even",
        "assets": [{"name": "home", "at": {"east": 0, "north": 0}}],
        "units": [{"name": "one", "system": battery, "at": {"east": 0, "north": 0}}],
        "raids": [{"name": "raid", "groups": groups} | raid],
    }


def test_a_study_holds_a_report_against_single_raids_of_all_worlds(tmp_path: Path) -> None:
    """A kill chance that is even over 0 to 1 makes every number of kills as likely as any other: 1 in 6."""
    written = certain_but_for_the_kill_chance(reported={"sent": SENT, "killed": 4, "leaked": 1})
    results = bartizan.study(load(written), tmp_path / "out", worlds=500, raids=20, seed=1)
    found = results.case("raid")["reported"]
    killed = found["numbers"][0]
    assert found["raids"] == 10_000
    assert (killed["low"], killed["high"]) == (0, SENT)
    assert killed["at_least"]["low"] < 2 / 6 < killed["at_least"]["high"]
    assert killed["at_most"]["mean"] == pytest.approx(5 / 6, abs=0.05)
    assert found["exactly"]["mean"] == pytest.approx(1 / 6, abs=0.04)
    assert killed["mean"] == pytest.approx(results.case("raid")["fates"]["killed"]["mean"] * SENT)


def test_a_report_is_about_one_size_of_a_series_and_changes_no_answer(tmp_path: Path) -> None:
    told = {"sizes": [2, SENT], "reported": {"sent": SENT, "killed": SENT}}
    both = [certain_but_for_the_kill_chance(**told), certain_but_for_the_kill_chance(sizes=[2, SENT])]
    with_report, without = (
        bartizan.study(load(written), tmp_path / str(k), worlds=4, raids=4).summary["cases"]
        for k, written in enumerate(both)
    )
    assert ["reported" in case for case in with_report] == [False, True]
    assert [{k: v for k, v in case.items() if k != "reported"} for case in with_report] == without


# ------------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("reported", "said"),
    [
        ({"sent": 5, "killed": 3, "diverted": 2, "leaked": 1}, "killed 3 + diverted 2 + leaked 1 are more than the 5"),
        ({"sent": 5, "killed": 3, "diverted": 3}, "killed 3 + diverted 3 are more than the 5 sent"),
        ({"sent": 5, "killed": 1, "struck": 6}, "struck 6 are more than the 5 sent"),
        ({"sent": 5}, "needs at least one of killed, diverted, leaked, struck"),
        ({"sent": 8, "killed": 1}, "8 were sent as reported, but the raid is played with 5"),
        ({"sent": 5, "killed": -1}, "-1"),
        ({"sent": 5, "killed": 1, "claims": ["c9"]}, "no claim named 'c9'"),
    ],
)
def test_reports_that_cannot_be(reported: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(certain_but_for_the_kill_chance(reported=reported))
    (mistake,) = caught.value.mistakes
    assert mistake.field.startswith("raids[0]")
    assert said in str(mistake)


# ------------------------------------------------------------------------------------------------ Moscow, summer 2023


def test_moscow_in_summer_is_checked_and_says_what_was_reported() -> None:
    scenario = load("moscow-2023:summer")
    told = {case.name: case.reported for case in scenario.cases}
    fields = ("sent", "killed", "diverted", "leaked", "struck")
    exact = {name: [getattr(report, field) for field in fields] for name, report in told.items() if report}
    assert {name: tuple(n and n.low for n in numbers) for name, numbers in exact.items()} == {
        "may-3": (2, 0, 2, 0, None),
        "may-30": (8, 5, 3, 0, None),
        "may-30-thirty": (30, 5, 3, None, None),
        "june-21": (3, 0, 3, 0, None),
        "july-4": (5, 4, 1, 0, None),
        "july-24": (2, 0, 2, 0, 2),
        "july-28": (1, 1, 0, 0, None),
        "july-30": (3, 1, 2, 0, None),
        "august-1": (3, 2, 1, 0, 1),
    }
    claims = {c.id: c for c in (*scenario.file.claims, *scenario.file.variants["summer"].claims)}
    for report in filter(None, told.values()):
        assert report.claims
        for claim in report.claims:
            assert claims[claim].grade
            assert claims[claim].hedge
            assert claims[claim].source in scenario.file.sources
    unused = {claim for f in findings(scenario) if f.kind == "unused" for claim in f.claims}
    assert not unused & {"c38", "c39", *(c.id for c in scenario.file.variants["summer"].claims)}


def test_summer_changes_the_raids_of_moscow_and_nothing_else() -> None:
    winter, summer = load("moscow-2023"), load("moscow-2023:summer")
    assert (winter.units, winter.assets) == (summer.units, summer.assets)
    assert not {r.name for r in winter.raids} & {r.name for r in summer.raids}
    for group in (group for case in summer.cases for group, *_ in case.groups):
        assert group.targets is None
        assert group.bearing.high.likely - group.bearing.low.likely == pytest.approx(2 * np.pi)


def test_95_percent_leave_2_5_on_either_side() -> None:
    assert reported_raids.central(np.arange(1000)) == (25, 974)


def test_a_bound_that_was_not_told_is_told_as_none() -> None:
    counts = Counts(*np.array([(0, 2, 0, 1), (1, 3, 0, 0)]).T, np.zeros(2, int))
    (killed,) = reported_raids.beside(counts, Reported.model_validate({"sent": 3, "killed": {"low": 2}}))["numbers"]
    assert killed["reported"] == {"low": 2, "high": None}


def test_threats_without_a_fate_are_counted_once() -> None:
    """One is lacking of all 3: it is the one that is lacking of its type, and not another."""
    whole = np.array([(0, 3, 0, 0)]).T
    counts = Counts(*whole, np.zeros(1, int), {"drone": Counts(*whole, np.zeros(1, int))})
    some = {"killed": 2, "diverted": 0, "leaked": 0}
    assert reported_raids.unaccounted(counts, Reported.model_validate({"sent": 3, **some, "of": {"drone": some}})) == 1
    assert reported_raids.unaccounted(counts, Reported.model_validate({"sent": 3, "of": {"drone": some}})) == 1


def test_some_raids_have_their_parts_with_them() -> None:
    part = Counts(*np.array([(0, 1, 0, 0), (1, 0, 0, 1), (2, 1, 0, 0)]).T, np.zeros(3, int))
    some = Counts(part.world, part.killed, part.diverted, part.leaked, part.jammed_killed, {"drone": part})[1:]
    assert some.of["drone"].killed.tolist() == [0, 1]
