"""Coverage against closed forms over a smooth earth, and the laws that hold over any."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.scenes import battery, drone, group, merged, radar_site, scene, unit

from bartizan.engine.covering import ENGAGES, SEES, STEP_SHARE
from bartizan.ground.errors import UserError
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import kernel
from bartizan.physics.arrays import FIRE_CONTROL, SEARCH
from bartizan.physics.sight import margin
from bartizan.studies import approaches
from bartizan.studies.coverage import (
    MAX_WORLDS,
    WORLDS,
    Coverage,
    blocks,
    coverage,
    grid_of,
    target,
    worlds_needed,
    write_coverage,
)
from bartizan.world.scenario import Scenario, load

ALTITUDES = (50.0, 100.0, 300.0, 1000.0)
ANTENNA_M, SIGHT_M, MISSILE_M = 10.0, 30_000.0, 15_000.0
CITY = {
    "kind": "city", "centre": {"east": 0, "north": 0}, "radius": 3_000, "density": "250 1/km2", "perimeter": 110,
    "heights": {"rayleigh": 10},
}  # fmt: skip


def horizon(altitude: float, antenna: float = ANTENNA_M) -> float:
    """Ground distance at which the two see each other over a smooth earth."""
    return math.sqrt(2 * EFFECTIVE_RADIUS_M * antenna) + math.sqrt(2 * EFFECTIVE_RADIUS_M * altitude)


def of(units: list[dict[str, Any]], **more: Any) -> Scenario:
    return load(scene(units, **more))


def covered(
    scenario: Scenario, *, worlds: int = 1, cell: float = 500.0, reach: float = 40_000.0, **how: Any
) -> Coverage:
    aim = target(scenario)
    return coverage(aim, grid_of(aim, how.pop("altitudes", ALTITUDES), worlds, 0, reach, cell), worlds, 0, **how)


def flown(scenario: Scenario, *, worlds: int = 1, altitudes: Any = ALTITUDES) -> approaches.Approaches:
    aim = target(scenario)
    return approaches.survey(aim, grid_of(aim, altitudes, worlds, 0, 1_000.0, 500.0), worlds, 0)[1]


@pytest.fixture(scope="module")
def lone() -> Coverage:
    """One battery with an ideal sensor of 30 km, on a smooth earth."""
    return covered(of([unit("A")]))


# ---------------------------------------------------------------------------------------------- closed forms


def test_seen_is_a_disc_of_the_horizon_or_the_sensor_whichever_is_nearer(lone: Coverage) -> None:
    for a, altitude in enumerate(ALTITUDES):
        slant = math.sqrt(SIGHT_M**2 - (altitude - ANTENNA_M) ** 2)
        expected = math.pi * min(slant, horizon(altitude)) ** 2 / 1e6
        tolerance = 2 * math.pi * SIGHT_M * 500.0 / 1e6 / 10  # a tenth of a cell around the edge
        assert lone.areas_km2(SEES, -1)[1, a, 0] == pytest.approx(expected, abs=tolerance)
        assert lone.areas_km2(SEES, -1)[0, a, 0] == pytest.approx(math.pi * slant**2 / 1e6, abs=tolerance)


def test_seen_cells_are_those_of_the_disc(lone: Coverage) -> None:
    d = np.hypot(*np.meshgrid(lone.grid.x, lone.grid.y))
    for a, altitude in enumerate(ALTITUDES):
        inside = (np.hypot(d, altitude - ANTENNA_M) <= SIGHT_M) & (d <= horizon(altitude))
        assert (lone.shares["seen"][a] == inside).all()


def test_engageable_is_the_ring_between_the_ends_of_the_envelope(lone: Coverage) -> None:
    d = np.hypot(*np.meshgrid(lone.grid.x, lone.grid.y))
    for a, altitude in enumerate(ALTITUDES):
        r = np.hypot(d, altitude - ANTENNA_M)
        inside = (r >= 1_000) & (r <= MISSILE_M) & (d <= horizon(altitude))
        assert (lone.shares["engageable"][a] == inside).all()


def test_a_radar_reaches_to_where_one_look_in_two_detects() -> None:
    """Swerling 1: ln Pfa / ln Pd - 1 is the signal to noise; range goes with the fourth root of the cross section."""
    radar = {"range": 20_000, "rcs": 1, "probability": 0.9, "false_alarm": 1e-6}
    system = merged(battery(), {"sensors": {"eye": None}}) | {"sensors": {"radar": radar}}
    found = covered(of([unit("A", system)], threats={"drone": drone(rcs=0.25)}, surface={"kind": "open"}), cell=200.0)
    snr = {p: math.log(1e-6) / math.log(p) - 1 for p in (0.5, 0.9)}
    reach = 20_000 * (snr[0.9] * 0.25 / snr[0.5]) ** 0.25
    assert found.areas_km2(SEES, -1)[1, 0, 0] == pytest.approx(math.pi * reach**2 / 1e6, rel=0.003)


def test_two_units_far_apart_add_their_areas() -> None:
    system = battery(sensors={"eye": {"range": 8_000}})
    both = covered(of([unit("A", system, -15_000), unit("B", system, 15_000)]))
    one, two, all_ = (both.areas_km2(SEES, u)[1, :, 0] for u in (0, 1, -1))
    assert np.allclose(one + two, all_)
    assert np.allclose(one, two)
    assert both.shares["seen_by_two"].max() == 0
    assert (both.shares["units_seeing"] == both.shares["seen"]).all()


def test_two_units_in_one_place_see_by_two(lone: Coverage) -> None:
    both = covered(of([unit("A"), unit("B")]))
    assert (both.shares["seen_by_two"] == lone.shares["seen"]).all()
    assert (both.shares["units_seeing"] == 2 * lone.shares["seen"]).all()
    assert (both.areas_km2(SEES, 0) == both.areas_km2(SEES, -1)).all()


def test_a_unit_that_may_be_absent_is_there_in_that_share_of_worlds() -> None:
    share = 0.7
    found = covered(of([unit("A", present=share)]), worlds=400, cell=4_000.0, altitudes=[300.0])
    middle = len(found.grid.x) // 2
    assert found.shares["seen"][0, middle, middle] == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 400))
    mean, low, high = found.areas_km2(SEES, -1)[1, 0]
    assert low == 0
    assert mean == pytest.approx(high * found.shares["seen"][0, middle, middle])


def test_warning_is_the_way_from_first_sight_to_the_edge_of_the_asset() -> None:
    scenario = of([unit("A")])
    found = flown(scenario)
    for a, altitude in enumerate(ALTITUDES):
        slant = math.sqrt(SIGHT_M**2 - (altitude - ANTENNA_M) ** 2)
        reach = min(slant, horizon(altitude))
        times = found.times(SEES, 0, 150.0)[0, a]
        assert np.allclose(times, (reach - 200.0) / 150.0, rtol=1.01 * STEP_SHARE)
        assert (times <= (reach - 200.0) / 150.0 + 1e-3).all()  # never sooner than it is seen
    assert found.watched == pytest.approx(1.0, abs=1e-4)


def test_warning_by_bearing_is_that_of_the_circle_around_a_sensor_apart() -> None:
    """A sensor 10 km east sees what comes from the east 20 km sooner than what comes from the west."""
    found = flown(of([unit("A", battery(), 10_000)], surface={"kind": "open"}), altitudes=[ANTENNA_M])
    bearing = np.radians(found.bearings)
    expected = 10_000 * np.sin(bearing) + np.sqrt(SIGHT_M**2 - (10_000 * np.cos(bearing)) ** 2)
    assert np.allclose(found.ranges(SEES, 0)[0, 0], expected, rtol=1.01 * STEP_SHARE)


def test_nothing_is_engaged_before_it_is_seen() -> None:
    """A tracking radar that holds a target farther away than the search radar finds it."""
    sensors = {"eye": {"range": 9_000}, "tracker": {"kind": "ideal", "role": "fire-control", "range": 25_000}}
    found = flown(of([unit("A", battery(sensors=sensors))]))
    seen, engaged = (found.ranges(what, 0) for what in (SEES, ENGAGES))
    assert (engaged < seen).all()
    assert (engaged >= seen * (1 - 1.01 * STEP_SHARE)).all()


def test_nothing_is_seen_by_nobody() -> None:
    scenario = of([unit("A", {"channels": 1, "reaction_time": 1, "emitters": {"j": {"denies": ["satnav"], "range": 9e3, "mean_time_to_effect": 9}}})])  # fmt: skip # noqa: E501
    assert not any(share.any() for share in covered(scenario).shares.values())
    found = flown(scenario)
    assert not found.first.any()
    assert not found.times(SEES, 0, 100.0).any()


# ------------------------------------------------------------------------------------------------------ laws


@given(
    st.sampled_from([{"kind": "smooth"}, {"kind": "open"}, CITY]),
    st.lists(st.tuples(st.integers(-20_000, 20_000), st.integers(-20_000, 20_000), st.integers(2, 60)), min_size=1,
             max_size=4),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=25)
def test_rings_hold_all_that_the_skyline_leaves(
    surface: dict[str, Any], places: list[tuple[int, int, int]], narrow: bool
) -> None:
    sensor = {"elevation_min": "0.2 deg", "elevation_max": "40 deg"} if narrow else {}
    units = [
        unit(f"U{k}", battery(antenna_height=h, sensors={"eye": sensor}), x, y, present=0.8)
        for k, (x, y, h) in enumerate(places)
    ]
    found = covered(of(units, surface=surface), worlds=3, cell=4_000.0)
    share = found.shares
    for quantity in ("seen", "engageable"):
        assert (share[f"ring_{quantity}"] >= share[quantity]).all()
    assert (share["seen"] >= share["seen_by_two"]).all()
    assert (share["units_seeing"] >= share["seen"] + share["seen_by_two"] - 1e-6).all()
    assert (found.areas[:, 2:] >= found.areas[:, :2]).all()
    assert (found.areas[:, :, -1] <= found.areas[:, :, :-1].sum(axis=2)).all()
    assert (found.areas[:, :, -1:] >= found.areas[:, :, :-1]).all()
    of_units = np.array([found.of_unit(SEES, u) for u in range(len(units))])
    assert np.allclose(of_units.sum(axis=0), share["units_seeing"], atol=1e-5)
    if surface["kind"] == "open" and not narrow:
        assert (share["ring_seen"] == share["seen"]).all()


def test_what_flies_higher_is_seen_in_more_worlds() -> None:
    """Over a smooth earth, and over a city too, where a sensor has no limits of elevation and the range is long."""
    system = battery(sensors={"eye": {"range": 90_000}})
    for surface in ({"kind": "smooth"}, CITY):
        found = covered(of([unit("A", system), unit("B", system, 9_000)], surface=surface), worlds=12, cell=2_000.0)
        for low, high in itertools.pairwise(found.shares["seen"]):
            assert (high >= low).all()


def test_threads_and_blocks_do_not_matter() -> None:
    scenario = of([unit("A", present=0.6), unit("B", battery(), 5_000, present=0.6)], surface=CITY)
    one, four = (covered(scenario, worlds=9, cell=2_000.0, threads=n) for n in (1, 4))
    assert (one.counts.defence == four.counts.defence).all()
    assert (one.counts.units == four.counts.units).all()
    assert (one.areas == four.areas).all()


@kernel
def clearances(world, sky, u, x, y, z, out):  # type: ignore[no-untyped-def]
    """out[k] = metres by which place k clears what unit u sees over."""
    for k in range(x.shape[0]):
        out[k] = margin(world, sky, u, x[k], y[k], z[k])


def _covered_directly(world: Any, u: int, clear: float, x: float, y: float, z: float) -> tuple[bool, bool]:
    """Whether unit u sees, and can engage, a target that clears its skyline by `clear`: the definition, spelt out."""
    unit = world.units[u]
    d, rise = math.hypot(x - unit.x, y - unit.y), z - unit.antenna
    r, holds = math.hypot(d, rise), {SEARCH: False, FIRE_CONTROL: False}
    if clear < 0 or not unit.present:
        return False, False
    for sensor in world.sensors[unit.s0 : unit.s1]:
        snr = sensor.snr_constant * world.types[0].rcs / r**4
        detects = sensor.ln_false_alarm / (1 + snr) >= math.log(0.5)
        angle = math.atan2(rise - d**2 / (2 * EFFECTIVE_RADIUS_M), d)
        if detects and math.atan(sensor.tan_low) <= angle <= math.atan(sensor.tan_high):
            holds[int(sensor.role)] = True
    inside = any(e.r_min <= r <= e.r_max and e.z_min <= z <= e.z_max for e in world.effectors[unit.e0 : unit.e1])
    return holds[SEARCH], holds[FIRE_CONTROL] and inside


def test_kernel_is_its_slow_double() -> None:
    """Every unit, place and altitude on its own, over a city, with radars that look up no higher than 20 degrees."""
    radars = {"search": {"elevation_min": "0.1 deg", "elevation_max": "20 deg"}}
    units = [unit(f"U{k}", radar_site(sensors=radars), 4_000 * k, present=0.8) for k in range(3)]
    aim = target(of(units, surface=CITY))
    grid = grid_of(aim, [30.0, 200.0, 2_000.0], 2, 0, 24_000.0, 3_000.0)
    found = coverage(aim, grid, 2, 0)
    places = [(a, j, i) for a in range(3) for j in range(len(grid.y)) for i in range(len(grid.x))]
    x, y, z = (np.array(v) for v in zip(*((grid.x[i], grid.y[j], grid.z[a]) for a, j, i in places), strict=True))
    expected = np.zeros((2, *found.counts.units.shape[1:]), int)
    clear = np.zeros(len(places))
    for block in blocks(aim, 2, 0, 1):
        for world, sky in zip(block.worlds, block.skies, strict=True):
            for u in range(3):
                clearances(world, sky, u, x, y, z, clear)
                for k, place in enumerate(places):
                    expected[(slice(None), u, *place)] += _covered_directly(world, u, clear[k], x[k], y[k], z[k])
    assert (found.counts.units == expected).all()
    assert 0 < expected[0].mean() < 2
    assert expected[1].any()


def test_areas_are_counted_cells() -> None:
    found = covered(of([unit("A", present=0.5), unit("B", battery(), 9_000)], surface=CITY), worlds=5, cell=1_000.0)
    for what, name in ((SEES, "seen"), (ENGAGES, "engageable")):
        cells = found.shares[name].sum(axis=(1, 2), dtype=float)
        assert found.areas_km2(what, -1)[1, :, 0] == pytest.approx(cells)  # cells of a square kilometre
        ring = found.shares[f"ring_{name}"].sum(axis=(1, 2), dtype=float)
        assert found.areas_km2(what, -1)[2, :, 0] == pytest.approx(ring - cells)


def test_a_ring_that_leaves_the_map_is_told() -> None:
    near, far = (covered(of([unit("A")]), reach=reach, cell=1_000.0) for reach in (20_000.0, 40_000.0))
    assert near.beyond[SEES].all()
    assert not near.beyond[ENGAGES].any()
    assert not far.beyond.any()


# -------------------------------------------------------------------------------------------------- the question


def test_one_world_is_enough_where_all_is_certain() -> None:
    assert worlds_needed(target(of([unit("A")])), 0) == 1
    for more in ({"present": 0.5}, {"height": {"low": 0, "high": 20}}):
        assert worlds_needed(target(of([unit("A", **more)])), 0) == WORLDS
    assert worlds_needed(target(of([unit("A")], surface=CITY)), 0) == WORLDS
    assert worlds_needed(target(of([unit("A", at={"east": 0, "north": 0, "within": 500})])), 0) == WORLDS
    low = {"effectors": {"missile": {"least_elevation": {"low": "0 deg", "high": "20 deg"}}}}
    assert worlds_needed(target(of([unit("A", override=low)])), 0) == WORLDS
    for kind, worlds in (("drone", WORLDS), ("cruise", 1)):
        near = {"effectors": {"missile": {"reach": {kind: {"low": 5_000, "high": 9_000}}}}}
        assert worlds_needed(target(of([unit("A", override=near)])), 0) == worlds


@pytest.mark.parametrize("shown", [
    {"aspect": {"front": {"low": "-20 dB", "high": "0 dB"}}}, {"sound": {"low": "60 dB", "high": "90 dB"}},
    {"noise": {"power": {"low": 1, "high": 100}, "frequency": "9.4 GHz", "bandwidth": "100 MHz"}},
])  # fmt: skip
def test_what_sensors_make_of_a_threat_may_be_uncertain_too(shown: dict[str, Any]) -> None:
    uncertain = of([unit("A")], threats={"drone": drone(**shown)})
    assert worlds_needed(target(uncertain), 0) == WORLDS


def test_another_threat_is_another_target() -> None:
    """A threat of the scenario that no raid sends, one of the catalogue, and one that neither has."""
    radar = merged(battery(), {"sensors": {"eye": None}}) | {"sensors": {"radar": {"range": 20_000, "rcs": 1}}}
    scenario = of([unit("A", radar)], threats={"moth": drone(rcs=1e-4, speed=20)})
    first, moth, shahed = (target(scenario, name) for name in (None, "moth", "shahed-136"))
    assert (first.speed, moth.speed, target(scenario, "moth", 33.0).speed) == (150.0, 20.0, 33.0)
    seen = [
        coverage(aim, grid_of(aim, [ANTENNA_M], 1, 0, 20_000.0, 100.0), 1, 0).areas_km2(SEES, -1)[1, 0, 0]
        for aim in (first, moth, shahed)
    ]
    assert seen[1] == pytest.approx(seen[0] * math.sqrt(1e-4 / 0.3), rel=0.02)  # range^2 goes with the root of the RCS
    assert seen[2] > 0
    with pytest.raises(UserError, match=r"no threat 'bat'.*moth.*shahed-136"):
        target(scenario, "bat")


def test_a_class_that_nothing_can_engage_is_seen_only() -> None:
    scenario = of([unit("A")], threats={"jet": drone(kind="aircraft")})
    aim = target(scenario, "jet")
    found = coverage(aim, grid_of(aim, [300.0], 1, 0, 30_000.0, 1_000.0), 1, 0)
    assert found.shares["seen"].any()
    assert not found.shares["engageable"].any()


def test_a_class_is_engaged_within_its_reach() -> None:
    missile = {"effectors": {"missile": {"reach": {"drone": 6_000}}}}
    shorter, other, plain = (
        covered(of([unit("A", override=more)])).areas_km2(ENGAGES, -1)
        for more in (missile, {"effectors": {"missile": {"reach": {"cruise": 6_000}}}}, {})
    )
    same = covered(of([unit("A", override={"effectors": {"missile": {"range_max": 6_000}}})])).areas_km2(ENGAGES, -1)
    assert (shorter == same).all()
    assert (other == plain).all()
    assert shorter.sum() < plain.sum()


def test_a_map_of_its_own_holds_all_that_is_seen() -> None:
    aim = target(of([unit("A", battery(sensors={"eye": {"range": 900_000}}), 7_000)]))
    grid = grid_of(aim, [50.0, 1000.0], 1, 0)
    assert 1.0 <= grid.x[-1] / (7_000 + horizon(1_000.0)) < 1.1
    assert not coverage(aim, grid, 1, 0).shares["seen"][:, [0, -1]].any()


@pytest.mark.parametrize(
    ("how", "says"),
    [({"cell": 1.0, "reach": 100_000.0}, "200,001 x 200,001 cells"), ({"cell": 900.0, "reach": 500.0}, "cells wider")],
)
def test_maps_without_room_or_cells_are_refused(how: dict[str, float], says: str) -> None:
    with pytest.raises(UserError, match=says):
        covered(of([unit("A")]), **how)


def test_numbers_of_worlds_and_speeds_that_make_no_sense_are_refused() -> None:
    aim = target(of([unit("A")]))
    grid = grid_of(aim, [50.0], 1, 0, 5_000.0, 500.0)
    for worlds in (0, MAX_WORLDS + 1):
        with pytest.raises(UserError, match="worlds must lie"):
            coverage(aim, grid, worlds, 0)
    for speed in (0.0, -3.0, math.nan, math.inf):
        with pytest.raises(UserError, match="speed must be"):
            target(aim.scenario, None, speed)


# ------------------------------------------------------------------------------------------------ real surfaces


def test_over_mountains_the_target_follows_the_ground_and_rings_promise_most_of_what_is_hidden() -> None:
    pytest.importorskip("rasterio")
    scenario = load("mountain-valley")
    found = covered(scenario, worlds=2, cell=1_000.0, reach=12_000.0, altitudes=[100.0, 1_000.0])
    surface, grid = scenario.mapped, found.grid
    assert surface is not None
    for j, i in ((0, 0), (5, 19), (12, 12), (24, 3)):
        assert grid.ground[j, i] == pytest.approx(surface.ground(grid.x[i], grid.y[j]), abs=60.0)  # a coarser grid
    assert np.ptp(grid.ground) > 1_000
    for quantity in ("seen", "engageable"):
        assert (found.shares[f"ring_{quantity}"] >= found.shares[quantity]).all()
    rings, sky, hidden = found.areas_km2(SEES, -1)[:, :, 0]
    assert (hidden > rings / 2).all()
    assert 0 < sky[0] < sky[1]


# ------------------------------------------------------------------------------------------------------- gaps


def _gap(warning: Any) -> list[tuple[float, float]]:
    warning = np.asarray(warning, float)
    return [(g["from_deg"], g["to_deg"]) for g in approaches.gaps(np.arange(8) * 45.0, warning)]


def test_gaps_are_runs_of_late_bearings_on_a_circle() -> None:
    assert _gap([100] * 8) == []
    assert _gap([100, 100, 40, 45, 100, 100, 100, 100]) == [(67.5, 157.5)]
    assert _gap([30, 100, 100, 100, 100, 100, 100, 20]) == [(292.5, 22.5)]  # through north
    assert _gap([0, 100, 100, 100, 10, 10, 100, 100]) == [(157.5, 247.5), (337.5, 22.5)]  # the widest first
    assert _gap([0] * 8) == [(337.5, 337.5)]  # all around


def test_a_hill_of_houses_to_one_side_makes_a_gap() -> None:
    """A sensor at the edge of a high city looks over it late; with a wide circle of open country it looks out early."""
    city = CITY | {"centre": {"east": 2_500, "north": 0}, "radius": 2_300, "heights": {"rayleigh": 40}}
    found = flown(of([unit("A")], surface=city), worlds=24, altitudes=[100.0])
    warning = found.times(SEES, 0, 50.0)[:, 0].mean(axis=0)
    late = approaches.gaps(found.bearings, warning)
    assert len(late) >= 1
    assert all(20 < (g["from_deg"] + g["width_deg"] / 2) % 360 < 160 for g in late)
    open_side = found.ranges(SEES, 0)[:, 0, found.bearings == 270.0]
    assert np.allclose(open_side, SIGHT_M, rtol=1.01 * STEP_SHARE)


def test_content_is_plain_and_whole() -> None:
    scenario = of([unit("A"), unit("B", battery(), 9_000, present=0.5)])
    aim = target(scenario)
    grid = grid_of(aim, ALTITUDES, 4, 0, 40_000.0, 2_000.0)
    found, flights = approaches.survey(aim, grid, 4, 0)
    content = approaches.content(found, flights, {"seed": 0})
    assert [a["unit"] for a in content["areas"][:: 2 * len(ALTITUDES)]] == [None, "A", "B"]
    for row in content["areas"]:
        by, sky, hidden = (row[k]["mean"] for k in ("by_rings_km2", "with_skyline_km2", "hidden_km2"))
        assert hidden == pytest.approx(by - sky, abs=0.02)
    flight = content["approaches"][2]
    assert (flight["asset"], flight["altitude_m"]) == ("Town", 300.0)
    assert all(len(flight[k]["mean"]) == len(flight["bearing_deg"]) for k in ("warning_s", "first_seen_m"))
    assert all(len(v) == approaches.BEARINGS for v in (flight["never_seen"], flight["watched"]))
    arrays = approaches.arrays(found, flights)
    assert arrays["unit_seen"].shape == (2, len(ALTITUDES), *found.shares["seen"].shape[1:])


def test_a_study_keeps_the_map_of_its_report(tmp_path: Any) -> None:
    write_coverage(of([unit("A")]), 0, tmp_path / "coverage.npz")
    with np.load(tmp_path / "coverage.npz", allow_pickle=False) as found:
        shape = (len(found["altitudes"]), len(found["north"]), len(found["east"]))
        assert found["seen"].shape == found["ring_engageable"].shape == shape
        assert found["areas_km2"].shape == (2, 3, shape[0], 3)
        assert str(found["target"]) == "drone"


def test_a_scenario_whose_assets_no_unit_defends_has_an_empty_map() -> None:
    scenario = dataclasses.replace(of([unit("A")]), units=())
    found = covered(scenario)
    assert not found.shares["ring_seen"].any()


def test_a_flight_that_ends_at_first_sight_is_seen_as_far_off_as_one_that_goes_on() -> None:
    scenario = load(scene([unit("A", battery(), 2_000), unit("B", battery(), -9_000)], [group()], surface=CITY))
    for block in blocks(target(scenario), 6, 0, 1):
        for w in range(len(block.worlds)):
            whole, cut = (
                approaches.fly_to(block, w, (500.0, -800.0), 100.0, np.array(ALTITUDES), 16, to_the_end)[0][SEES]
                for to_the_end in (True, False)
            )
            assert cut.max(axis=0) == pytest.approx(whole.max(axis=0), abs=0)
            assert (cut <= whole).all()


def test_worlds_are_what_they_are_however_many_are_drawn_together(monkeypatch: pytest.MonkeyPatch) -> None:
    aim = target(load("moscow-2023"))
    together = [world for block in blocks(aim, 5, 3, 1) for world in block.worlds]
    monkeypatch.setattr("bartizan.studies.coverage.DRAWN_WORLDS", 2)
    apart = [world for block in blocks(aim, 5, 3, 1) for world in block.worlds]
    assert [world.units.tobytes() for world in together] == [world.units.tobytes() for world in apart]
    assert [world.sensors.tobytes() for world in together] == [world.sensors.tobytes() for world in apart]
