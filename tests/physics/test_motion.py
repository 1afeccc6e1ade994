"""Routes: they start, end, dive and arrive as the scenario says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import drone, group, scene

from bartizan.engine.survey import draw_plan
from bartizan.physics import arrays
from bartizan.physics.arrays import records
from bartizan.physics.motion import ROUTE
from bartizan.world import draw, pack
from bartizan.world.scenario import load


def routes(of: dict[str, Any] | None = None, plan: int = 0, **of_group: Any) -> Any:
    scenario = load(scene([], [group(count=400, **of_group)], threats={"drone": drone(**(of or {}))}))
    case = scenario.cases[0]
    packed = arrays.world(pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 1)), 0)
    drawn = records(case.size, ROUTE)
    draw_plan(packed, 0, plan, drawn)
    return drawn


def points(route: Any) -> np.ndarray:
    n = route["points"]
    return np.column_stack([route[axis][:n] for axis in ("x", "y", "z", "t")])


def test_legs_are_flown_at_the_threats_speed_and_end_at_the_target() -> None:
    for route in routes(of={"speed": {"low": 40, "high": 250}}, wander=0.1):
        at = points(route)
        flown = np.linalg.norm(np.diff(at[:, :3], axis=0), axis=1) / np.diff(at[:, 3])
        assert np.allclose(flown, route["speed"])
        assert 40 <= route["speed"] <= 250
        assert math.hypot(*at[0, :2]) == pytest.approx(30_000)
        assert np.allclose(at[-1, :3], 0, atol=1e-9)
        assert route["duration"] == at[-1, 3]


def test_a_dive_is_level_and_then_down_at_its_angle() -> None:
    for route in routes(of={"dive_angle": "30 deg"}):
        start, top, end = points(route)
        assert start[2] == top[2]
        assert math.atan2(top[2] - end[2], math.hypot(*(top - end)[:2])) == pytest.approx(math.radians(30))


@pytest.mark.parametrize("wander", [0.0, 0.05])
@pytest.mark.parametrize("height_m", [16_500.0, 40_000.0])
def test_a_shallow_dive_that_begins_far_out_keeps_its_angle(height_m: float, wander: float) -> None:
    """From 16.5 km at 30 deg a dive takes 28.6 km over the ground, 1.4 km level before it. From 40 km it would take
    69.3 km: 30 km out a threat appears in its dive, 30 km x tan 30 deg high, and flies one straight line."""
    slope = math.tan(math.radians(30))
    for route in routes(of={"dive_angle": "30 deg", "altitude": height_m}, wander=wander):
        at = points(route)
        fallen = at[-2, 2] / math.hypot(*at[-2, :2])
        assert fallen == pytest.approx(slope, rel=1e-12)
        assert at[0, 2] == pytest.approx(min(height_m, 30_000 * slope), rel=1e-12)
        assert math.hypot(*at[0, :2]) == pytest.approx(30_000, rel=1e-12)
        if height_m > 30_000 * slope:
            assert len(at) == 2


def test_a_glide_is_one_straight_line() -> None:
    for route in routes(of={"profile": "glide"}, wander=0.0):
        assert route["points"] == 2


def test_work_done_at_a_distance_ends_the_route_there() -> None:
    for route in routes(of={"release_distance": 12_000}):
        end = points(route)[-1]
        assert math.hypot(*end[:2]) == pytest.approx(12_000)
        assert end[2] == points(route)[0][2]


@pytest.mark.parametrize("wander", [0.0, 0.05])
def test_a_glide_with_work_done_at_a_distance_ends_on_its_line(wander: float) -> None:
    """Straight for its target from 30 km, it is at 2/5 of its altitude when it is done 12 km out, no lower before."""
    for route in routes(of={"profile": "glide", "release_distance": 12_000}, wander=wander):
        at = points(route)
        assert at[-1, 2] == pytest.approx(0.4 * at[0, 2], rel=1e-12)
        legs = len(at) - 1
        assert at[:, 2] == pytest.approx(at[0, 2] * (1 - 0.6 * np.arange(legs + 1) / legs), rel=1e-12)


def test_speeds_altitudes_and_bearings_fill_their_spreads_evenly() -> None:
    drawn = routes(of={"speed": {"low": 100, "high": 200}}, bearing={"low": "30 deg", "high": "90 deg"})
    bearings = np.degrees([math.atan2(r["x"][0], r["y"][0]) for r in drawn])
    for values, low, high in ((drawn["speed"], 100, 200), (drawn["z"][:, 0], 200, 2_000), (bearings, 30, 90)):
        share = np.sort((values - low) / (high - low))
        assert share[0] >= -1e-9
        assert share[-1] <= 1 + 1e-9
        # Kolmogorov-Smirnov at 1 in 10,000: 2.23 / sqrt(n)
        assert np.abs(share - (np.arange(400) + 0.5) / 400).max() < 2.23 / math.sqrt(400)


def test_a_common_axis_is_shared_within_a_plan_and_new_in_the_next() -> None:
    about = {"low": "-180 deg", "high": "180 deg", "together": True, "width": "20 deg"}
    axes = []
    for plan in range(6):
        drawn = routes(plan=plan, bearing=about)
        east, north = drawn["x"][:, 0], drawn["y"][:, 0]
        axis = math.atan2(east.mean(), north.mean())
        away = (np.arctan2(east, north) - axis + math.pi) % (2 * math.pi) - math.pi
        assert np.abs(away).max() <= math.radians(11.5)
        axes.append(axis)
    assert np.std(axes) > 0.3


@pytest.mark.parametrize(
    ("arrival", "gaps"),
    [({"gap": 7.0}, 7.0), ({}, 0.0), ({"rate": 0.2}, 5.0)],
)
def test_arrivals_at_the_target(arrival: dict[str, float], gaps: float) -> None:
    drawn = routes(of={"speed": {"low": 40, "high": 250}}, arrival=arrival)
    arrives = drawn["start"] + drawn["duration"]
    assert drawn["start"].min() == 0
    between = np.diff(arrives)
    if "rate" in arrival:  # exponential gaps: mean 5 s, as large a standard deviation
        assert between.min() > 0
        assert between.mean() == pytest.approx(gaps, abs=4 * gaps / math.sqrt(399))
        assert between.std() == pytest.approx(gaps, rel=0.25)
    else:
        assert np.allclose(between, gaps, atol=1e-9)


def test_spread_arrivals_are_uniform() -> None:
    arrives = np.sort((drawn := routes(arrival={"spread": 300.0}))["start"] + drawn["duration"])
    share = (arrives - arrives[0]) / 300
    assert share[-1] <= 1
    assert np.abs(share - (np.arange(400) + 0.5) / 400).max() < 2.23 / math.sqrt(400)


def test_the_share_that_depends_on_navigation_is_the_stated_one() -> None:
    drawn = routes(of={"satnav_dependence": 0.3, "link_dependence": 1.0})
    assert abs(drawn["satnav"].mean() - 0.3) < 4 * math.sqrt(0.21 / 400)
    assert drawn["link"].all()
