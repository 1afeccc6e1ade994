"""What a unit may fire at, where and when: closed forms, and laws with the same luck."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats
from tests.engine.scenes import battery, drone, group, merged, named_causes, scene, surveyed, threats, unit

from bartizan.ground.errors import ScenarioError
from bartizan.physics.susceptibility import fill_shares
from bartizan.studies import replicate
from bartizan.world.scenario import load

LEAKED = 2
Scene = dict[str, Any]


def missile(**change: Any) -> dict[str, Any]:
    """A battery whose missile is changed."""
    return battery(effectors={"missile": change})


def rounds(of: Scene, worlds: int = 1, raids: int = 64) -> np.ndarray:
    """Rounds of each effector spent in all raids, (E,)."""
    scenario = load(of)
    columns = replicate.columns_of(scenario, scenario.cases[0])
    total = threats(scenario, worlds, raids)["sums"].sum(axis=(0, 1))
    return total[columns.rounds : columns.rounds + columns.effectors]


def leakage(of: Scene, worlds: int = 1, raids: int = 256) -> float:
    return float((threats(of, worlds, raids)["fate"] == LEAKED).mean())


# ------------------------------------------------------------------------------------------------ release


@pytest.mark.parametrize("reserve", [0.0, 0.3, 0.5, 1.0])
def test_a_reserve_is_never_undercut_and_used_to_the_last_round(reserve: float) -> None:
    """Eight rounds, a flood of drones with no end: all but the share that is kept are spent, in each raid."""
    of = missile(rounds=8, release={"drone": {"reserve": reserve}})
    spent = rounds(scene([unit("A", of)], [group(count=60)]), raids=32)
    assert spent[0] == 32 * (8 - math.ceil(8 * reserve))


def test_a_reserve_serves_the_other_classes() -> None:
    """Cruise missiles that come after the flood find the rounds that were kept, and no others."""
    late = {"threat": "fast", "count": 20, "arrival": {"start": 600, "spread": 60}}
    fast = drone(kind="cruise")
    of = scene([unit("A", missile(rounds=8, release={"drone": {"reserve": 0.5}}))], [group(count=60), group(**late)])
    assert rounds(merged(of, {"threats": {"fast": fast}}), raids=32)[0] == 32 * 8


def test_what_is_not_released_is_not_fired_at_and_says_so() -> None:
    never = threats(scene([unit("A", missile(release={"drone": "never"}))]), 1, 32)
    assert named_causes(never) == {"not_released": 32 * 8}
    reserved = threats(scene([unit("A", missile(release={"drone": {"reserve": 1.0}}))]), 1, 32)
    assert named_causes(reserved) == {"not_released": 32 * 8}


def test_a_chance_of_release_is_drawn_once_per_world_and_type() -> None:
    """Two units of one type are released together; in a share of worlds that is the chance."""
    one = missile(release={"drone": {"released": 0.3}})
    of = scene([unit("A", "site", 500), unit("B", "site", -500)], systems={"site": one})
    shots = threats(of, 64, 4)["fired"]
    fired = (shots > 0).any(axis=(1, 2))
    assert fired.mean() == pytest.approx(0.3, abs=1 / 64)  # worlds are stratified
    assert ((shots > 0).any(axis=2) == fired[:, None]).all()


def test_free_and_nothing_reserved_is_the_same_as_no_rule() -> None:
    plain = threats(scene([unit("A", missile()), unit("B", missile(), 900)], [group(count=20)]), 2, 64)
    for rule in ("free", {"reserve": 0.0, "last_resort": 0.0, "released": 1.0}):
        ruled = missile(release={"drone": rule})
        found = threats(scene([unit("A", ruled), unit("B", ruled, 900)], [group(count=20)]), 2, 64)
        for name in ("fate", "cause", "fired", "time", "by"):
            assert np.array_equal(found[name], plain[name]), (rule, name)


def test_looser_never_leaks_more_for_one_unit_and_certain_kills() -> None:
    """The same luck: whoever is stopped under the stricter rule is stopped under the looser one, raid by raid."""
    leaks = []
    for reserve in (0.0, 0.25, 0.5, 0.75, 1.0):
        of = missile(rounds=8, kill={"drone": 1.0}, release={"drone": {"reserve": reserve}})
        found = threats(scene([unit("A", of)], [group(count=12)]), 2, 64)
        leaks.append((found["fate"] == LEAKED).sum(axis=2))
    for looser, stricter in pairwise(leaks):
        assert (looser <= stricter).all()
    assert leaks[0].sum() < leaks[-1].sum()


def test_a_last_resort_waits_for_what_is_cheaper() -> None:
    """A gun that kills all leaves the missile unused; without rounds it leaves all to the missile."""
    gun = {"kind": "gun", "range_max": 4_000, "speed": 900, "rounds": 500, "kill": {"drone": 1.0}}
    dear = {"rounds": 40, "kill": {"drone": 1.0}, "release": {"drone": "last_resort"}}
    of = scene([unit("A", battery(channels=8, effectors={"missile": dear, "gun": gun}))])
    used = rounds(of)
    assert used[0] == 0 < used[1]
    empty = merged(of, {})
    empty["units"][0]["system"]["effectors"]["gun"]["rounds"] = 0
    assert rounds(empty)[0] == 64 * 8
    apart = scene(
        [unit("A", missile(**dear), networked=False), unit("B", battery(effectors={"missile": {"rounds": 99}}))]
    )
    assert rounds(apart)[0] > 0


# ------------------------------------------------------------------------------------------- arcs and areas

_FROM_NORTH = {"count": 1, "distance": 30_000, "bearing": {"low": "0 deg", "high": "0 deg"}, "arrival": {}}


def window(effector: dict[str, Any], **more: Any) -> list[tuple[float, float]]:
    """Launch windows on one drone that comes straight in from the north at 1,000 m and 150 m/s over level ground."""
    site = battery(antenna_height=0, effectors={"missile": {"range_min": 0, "range_max": 20_000} | effector})
    past = drone(altitude=1_000, release_distance=10, dive_angle="90 deg")
    of = scene([unit("A", site, **more)], [group(**_FROM_NORTH)], threats={"drone": past}, surface={"kind": "open"})
    _, theatre = surveyed(of)
    slot = theatre.slots[theatre.pairs[0]["slot0"]]
    return [tuple(row) for row in theatre.window[slot["w0"] : slot["w1"]]]


@pytest.mark.parametrize("degrees", [4.0, 6.0, 10.0, 20.0])
def test_a_least_elevation_shortens_the_window_as_geometry_has_it(degrees: float) -> None:
    """At 1,000 m a drone is above the elevation e within d of the unit where 1,000 = d tan e + d^2 / 2 R, R of the
    effective earth."""
    free, cut = window({}), window({"least_elevation": f"{degrees} deg"})
    twice, slope = 2 * 4 / 3 * 6_371_008.77, math.tan(math.radians(degrees))
    far = (math.sqrt(slope**2 + 4 * 1_000 / twice) - slope) * twice / 2
    launch = (30_000 - far) / 150 - math.hypot(far, 1_000) / 800
    assert cut[0][0] == pytest.approx(launch, abs=0.2)
    assert cut[-1][1] == pytest.approx(free[-1][1], abs=1e-6)


@pytest.mark.parametrize("degrees", [3.0, 4.7, 5.0, 6.3, 8.9, 12.0])
def test_between_limits_that_meet_there_is_no_window(degrees: float) -> None:
    """The sensor looks no higher than what may be met lies: an instant of no length, which rounding makes or not."""
    no_higher = {"sensors": {"eye": {"elevation_max": f"{degrees} deg"}}}
    assert window({"least_elevation": f"{degrees} deg"}, override=no_higher) == []
    assert window({"least_elevation": f"{degrees - 0.1} deg"}, override=no_higher)


def test_an_arc_bars_its_bearings_alone() -> None:
    free = window({})
    assert window({"safety_arcs": [{"low": "-20 deg", "high": "20 deg"}]}) == []
    assert window({"safety_arcs": [{"low": "20 deg", "high": "340 deg"}]}) == free
    wide = {"low": "-170 deg", "high": "100 deg", "elevation": "6 deg"}
    assert window({"safety_arcs": [wide]}) == window({"least_elevation": "6 deg"})


def test_an_arc_across_the_way_cuts_the_window_in_two() -> None:
    """From 3 km west of the way, bearings 30 to 40 deg are passed between 3 km / tan 40 and 3 km / tan 30."""
    arc = {"safety_arcs": [{"low": "30 deg", "high": "40 deg"}]}
    parts = window(arc, at={"east": -3_000, "north": 0})
    assert len(parts) == 2
    gaps = []
    for bearing in (30, 40):
        north = 3_000 / math.tan(math.radians(bearing))
        gaps.append((30_000 - north) / 150 - math.sqrt(north**2 + 3_000**2 + 1_000**2) / 800)
    assert (parts[0][1], parts[1][0]) == (pytest.approx(gaps[0], abs=0.3), pytest.approx(gaps[1], abs=0.3))


def test_a_threat_that_arcs_bar_was_not_released() -> None:
    barred = missile(safety_arcs=[{"low": "0 deg", "high": "360 deg"}])
    assert named_causes(threats(scene([unit("A", barred)]), 1, 16)) == {"not_released": 16 * 8}


def test_fire_is_held_in_an_area_while_it_is_held_there() -> None:
    whole = {"name": "all", "at": {"east": 0, "north": 0}, "radius": 90_000}
    held = scene([unit("A")], areas=[whole])
    assert named_causes(threats(held, 1, 16)) == {"not_released": 16 * 8}
    free = threats(scene([unit("A")]), 1, 64)
    for area in ({"status": "free"}, {"start": 5_000}, {"start": 0, "end": 1}):
        found = threats(scene([unit("A")], areas=[whole | area]), 1, 64)
        assert np.array_equal(found["fate"], free["fate"]), area
    overruled = [whole, whole | {"name": "gate", "status": "free"}]
    assert np.array_equal(threats(scene([unit("A")], areas=overruled), 1, 64)["fate"], free["fate"])


def test_a_gun_holds_its_fire_until_it_is_near() -> None:
    gun = {
        "kind": "gun",
        "range_max": 4_000,
        "speed": 900,
        "rounds": 500,
        "kill": {"drone": 0.3},
        "guidance": "command",
    }
    far = window({"kind": "gun", "range_max": 4_000, "kill": {"drone": 0.3}})
    near = window({"kind": "gun", "range_max": 4_000, "open_range": 1_500, "kill": {"drone": 0.3}})
    assert near == window({"kind": "gun", "range_max": 1_500, "kill": {"drone": 0.3}})
    assert near[0][0] > far[0][0]
    falling = {"kill_by_range": [[1_000, 1.0], [4_000, 0.0]]}
    by_chance = window(gun | falling | {"speed": 800, "open_chance": 0.15, "guidance": "command"})
    assert by_chance[0][0] == pytest.approx(window(gun | {"speed": 800, "range_max": 2_500})[0][0], abs=0.5)


# ------------------------------------------------------------------------------------------ correlated shots


def all_miss(p: float, rho: float, shots: int) -> float:
    a, b = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
    return math.prod((b + k) / (a + b + k) for k in range(shots))


def test_the_example_of_three_shots() -> None:
    assert all_miss(0.58, 1e-9, 3) == pytest.approx(0.074, abs=5e-4)
    assert all_miss(0.58, 0.3, 3) == pytest.approx(0.172, abs=5e-4)


@pytest.mark.parametrize("shots", [1, 2, 3, 5])
@pytest.mark.parametrize("rho", [0.05, 0.3, 0.8])
def test_salvos_at_one_threat_miss_as_the_moments_of_beta_say(rho: float, shots: int) -> None:
    """One salvo of so many rounds at each of many threats; a chance of 0.58, 0.9 of salvos work."""
    site = missile(rounds=500, kill={"drone": 0.58}, reliability=0.9) | {"channels": 99}
    site["doctrine"] = {"salvo": shots, "max_salvos": 1}
    of = scene([unit("A", site)], [group(count=16)], threats={"drone": drone(shot_correlation=rho)})
    found, expected = leakage(of, 1, 512), 0.1 + 0.9 * all_miss(0.58, rho, shots)
    assert found == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / (16 * 512)))


def test_single_shots_one_after_another_have_the_same_moments() -> None:
    site = missile(rounds=500, range_max=25_000, kill={"drone": 0.58}) | {"channels": 99}
    site["doctrine"] = {"salvo": 1, "max_salvos": 3}
    of = scene([unit("A", site)], [group(count=16)], threats={"drone": drone(shot_correlation=0.3, speed=60)})
    expected = all_miss(0.58, 0.3, 3)
    assert leakage(of, 1, 512) == pytest.approx(expected, abs=4 * math.sqrt(expected / (16 * 512)))


@pytest.mark.parametrize(
    ("rho", "one", "other"), [(0.05, 0.5, 0.7), (0.3, 0.6, 0.58), (0.3, 0.3, 0.8), (0.8, 0.4, 0.7)]
)
def test_shots_of_two_units_share_the_rank_of_their_target(rho: float, one: float, other: float) -> None:
    """Both miss with the mean of (1 - q) (1 - q') over ranks, q and q' the quantiles of the two Beta laws."""
    sites = [missile(rounds=500, kill={"drone": p}) | {"channels": 99} for p in (one, other)]
    for site in sites:
        site["doctrine"] = {"salvo": 1, "max_salvos": 1}
    units = [unit(f"U{k}", site, networked=False) for k, site in enumerate(sites)]
    of = scene(units, [group(count=16)], threats={"drone": drone(shot_correlation=rho)})
    laws = [stats.beta(p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho) for p in (one, other)]
    expected = integrate.quad(lambda u: math.prod(1 - law.ppf(u) for law in laws), 0, 1, limit=400)[0]
    found = leakage(of, 1, 2_048)
    assert found == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / (16 * 2_048)))


@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.95])
@pytest.mark.parametrize("rho", [0.01, 0.3, 0.9])
def test_susceptibilities_follow_the_beta_law(p: float, rho: float) -> None:
    ranks, x = (np.arange(500) + 0.5) / 500, np.linspace(0.01, 0.99, 25)
    found = np.zeros_like(x)
    fill_shares(p, rho, x, ranks, found)
    assert found == pytest.approx(stats.beta.sf(x, p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho), abs=1.01 / 500)


# -------------------------------------------------------------------------------------- drift, thrift, mistakes


def test_whether_what_drifts_is_fired_at() -> None:
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 90_000, "mean_time_to_effect": 0.01}}}
    lost = {"drone": drone(satnav_dependence=1.0, drift=500)}
    shots = []
    for chance in (1.0, 0.25, 0.0):
        site = missile(rounds=999) | {"doctrine": {"fires_on_jammed": chance}, "channels": 99}
        found = threats(scene([unit("A", site), unit("J", mast)], threats=lost), 1, 128)
        assert np.isfinite(found["jammed"]).all()
        shots.append((found["fired"] > 0).mean())
    assert shots == [pytest.approx(1.0, abs=0.02), pytest.approx(0.25, abs=0.06), 0.0]


def test_thrift_fires_salvos_only_when_time_is_up() -> None:
    """With time for several looks the first launch is of one round; a window for one launch alone gets the salvo."""
    sparing = missile(rounds=500) | {"channels": 99, "doctrine": {"salvo": 3, "thrift": True}}
    wasteful = sparing | {"doctrine": {"salvo": 3}}
    assert rounds(scene([unit("A", sparing)]))[0] < 0.8 * rounds(scene([unit("A", wasteful)]))[0]
    short = {"assessment_time": 500}
    same = [rounds(scene([unit("A", site | short)]))[0] for site in (sparing, wasteful)]
    assert same[0] == same[1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"release": {"drone": "perhaps"}}, "release"),
        ({"release": {"drone": {"reserve": 1.5}}}, "between 0 and 1"),
        ({"open_range": 500}, "is for a gun"),
        ({"safety_arcs": [{"low": "0 deg", "high": "1 deg"}] * 9}, "room for 8"),
        ({"safety_arcs": [{"low": "30 deg", "high": "30 deg"}]}, "all round is 0 deg to 360 deg"),
        ({"least_elevation": "100 deg"}, "must lie between"),
        ({"kind": "gun", "range_max": 4_000, "open_range": 5_000}, "is beyond range_max"),
    ],
)
def test_mistakes_are_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        load(scene([unit("A", missile(**change))]))


def corners(*places: tuple[float, float]) -> list[dict[str, float]]:
    return [{"east": east, "north": north} for east, north in places]


def test_an_area_may_be_closed_by_its_first_corner_again() -> None:
    square = corners((-9e4, -9e4), (9e4, -9e4), (9e4, 9e4), (-9e4, 9e4))
    for written in (square, [*square, square[0]]):
        held = scene([unit("A")], areas=[{"name": "all", "corners": written}])
        assert named_causes(threats(held, 1, 16)) == {"not_released": 16 * 8}


def test_mistakes_of_areas_are_told() -> None:
    place = {"at": {"east": 0, "north": 0}, "radius": 1_000}
    for area, told in (
        ({"name": "x"}, "at and radius, or corners"),
        ({"name": "x", **place, "start": 10, "end": 5}, "end is not after start"),
        ({"name": "x", **place, "claims": ["nobody"]}, "no claim named"),
        ({"name": "x", "corners": [{"east": 0, "north": 0}] * 2}, "3 to 32"),
        ({"name": "x", "corners": corners((0, 0), (9, 9), (9, 0), (0, 9))}, "must go once round the area, in order"),
        ({"name": "x", "corners": corners((0, 0), (5, 5), (9, 9))}, "must go once round the area, in order"),
    ):
        with pytest.raises(ScenarioError, match=told):
            load(scene([unit("A")], areas=[area]))
