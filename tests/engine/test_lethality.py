"""Kill chances that depend on geometry, in whole raids: what changes nothing, what halves, what limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, drone, group, named_causes, scene, threats, unit

from bartizan.ground.errors import UserError
from bartizan.studies.replicate import Outcomes, run
from bartizan.world import draw, pack
from bartizan.world.scenario import load

ONES = [[0, 1], ["5 km", 1], ["30 km", 1]]
HALVES = [[0, 0.5], ["30 km", 0.5]]
COLUMN = [group(count=12, bearing={"low": "0 deg", "high": "0 deg"}, arrival={"spread": 40})]


def of(east: float = 0.0, **missile: Any) -> dict[str, Any]:
    """One battery `east` metres beside the way of a column that flies to the town."""
    return scene([unit("A", battery(effectors={"missile": missile}), east, 3_000)], COLUMN)


def played(content: dict[str, Any], worlds: int = 4, raids: int = 200) -> Outcomes:
    return run(load(content), worlds=worlds, raids=raids, threads=1)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return np.array_equal(played(one).sums, played(other).sums)


@pytest.mark.parametrize("table", ["kill_by_range", "kill_by_crossing", "kill_by_altitude"])
def test_factors_of_1_change_nothing_and_of_a_half_halve(table: str) -> None:
    assert same(of(2_000), of(2_000, **{table: ONES}))
    assert same(of(2_000, kill={"drone": 0.3, "cruise": 0.6}), of(2_000, **{table: HALVES}))
    assert not same(of(2_000), of(2_000, **{table: HALVES}))


def test_bursts_with_a_kill_chance_have_factors_too() -> None:
    gun = {"kind": "gun", "range_max": 4_000}
    assert same(of(**gun, kill={"drone": 0.3}), of(**gun, kill_by_range=HALVES))


def test_no_miss_is_no_miss() -> None:
    radii = {"drone": 5, "cruise": 5}
    assert same(of(), of(miss={"lethal_radius": radii}))
    assert not same(of(), of(miss={"lethal_radius": radii, "error": 5}))


def test_a_limit_of_crossing_ends_at_the_course() -> None:
    """The column passes 4 km from the battery: a missile that can follow 4.1 km engages it, one for 3.9 km does not."""
    assert same(of(4_000), of(4_000, crossing_max=4_100))
    limited = threats(of(4_000, crossing_max=3_900), 2, 50)
    assert limited["fired"].sum() == 0
    assert set(named_causes(limited)) == {"out_of_envelope"}


def test_what_comes_straight_at_the_unit_has_no_crossing() -> None:
    content = of(crossing_max=1.0, kill_by_crossing=[[0, 1], [1, 0]])
    assert same(of(), content)


@pytest.mark.parametrize("bearing", ["0 deg", "20 deg", "45 deg", "90 deg", "180 deg"])
def test_what_falls_straight_down_passes_no_nearer_than_it_is(bearing: str) -> None:
    """From 9 km onto the town, 5 km from a battery that meets targets below 8 km, and that pass within 3 km."""
    site = battery(effectors={"missile": {"crossing_max": 3_000, "altitude_max": 8_000}})
    falls = drone(speed=300, altitude=9_000, dive_angle="90 deg")
    column = [group(count=4, bearing={"low": bearing, "high": bearing})]
    found = threats(scene([unit("A", site, 0, 5_000)], column, threats={"drone": falls}), 2, 20)
    assert found["fired"].sum() == 0


def test_a_farther_crossing_is_worse() -> None:
    by = [[0, 1], ["10 km", 0.1]]
    leaks = [played(of(east, kill_by_crossing=by)).leakers.mean() for east in (0, 3_000, 6_000)]
    assert leaks == sorted(leaks)
    assert leaks[0] < leaks[-1]


def test_an_unknown_factor_is_one_for_the_whole_world() -> None:
    """All that is fired in a world kills, or nothing does; over worlds both happen."""
    unknown = [["29 km", {"either": [0, 1]}], ["30 km", 1]]  # held below its first row, so at every range of fire
    content = of(kill={"drone": 1, "cruise": 1}, rounds=12, kill_by_range=unknown)
    found = threats(content, 24, 20)
    killed = (found["fate"] == 1).sum(axis=(1, 2))
    fired = (found["fired"] > 0).sum(axis=(1, 2))
    assert set(np.unique(killed / fired)) <= {0.0, 1.0}
    assert 4 < (killed == 0).sum() < 20


# ------------------------------------------------------------------------------------------------ how far, by class


def test_a_reach_of_a_class_is_a_range_max_of_its_own() -> None:
    """What is met at 3 km and nearer alone: for the class named, and for no other; a farther one limits nothing."""
    assert same(of(2_000, reach={"drone": 3_000}), of(2_000, range_max=3_000))
    assert not same(of(2_000, reach={"drone": 3_000}), of(2_000))
    assert same(of(2_000, reach={"cruise": 3_000}), of(2_000))
    assert same(of(2_000, reach={"drone": 300_000}), of(2_000))


def test_beyond_the_reach_of_its_class_nothing_is_met() -> None:
    """The column passes 4 km from the battery."""
    limited = threats(of(4_000, reach={"drone": 3_900}), 2, 50)
    assert limited["fired"].sum() == 0
    assert set(named_causes(limited)) == {"out_of_envelope"}


def test_guns_have_a_reach_of_a_class_too() -> None:
    gun = {"kind": "gun", "range_max": 4_000, "kill": {"drone": 0.3}}
    assert same(of(**gun, reach={"drone": 2_000}), of(**gun | {"range_max": 2_000}))


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ({"ballistic": 3_000}, "reach has ballistic, which it has no kill chance against"),
        ({"drone": 100}, "is below range_min: 100 m against 500 m"),
        ({"drone": "100 kg"}, "reach.drone"),
        ({"zeppelin": 100}, "reach"),
    ],
)
def test_a_reach_that_says_nothing_is_refused(reach: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        load(of(range_min=500, reach=reach))


def test_shipped_ballistic_missiles_are_met_nearer_than_aircraft() -> None:
    content = {
        "bartizan": 1, "name": "a city", "assets": [{"name": "centre", "at": {"east": 0, "north": 0}}],
        "units": [{"name": "Patriot", "system": "patriot", "at": {"east": 0, "north": 0}}],
        "raids": [{"name": "raid", "groups": [{"threat": "iskander-m", "count": 2, "distance": "150 km"}]}],
    }  # fmt: skip
    scenario = load(content)
    found = pack.pack(scenario, scenario.case("raid"), draw.worlds(scenario, 5, 0, 64))
    reach = found.reach[..., 0]
    assert ((reach >= (15_000, 30_000)) & (reach <= (30_000, 60_000))).all()
    assert (found.effectors["r_max"] > reach).all()
    assert (found.kill >= 0.2).all()
