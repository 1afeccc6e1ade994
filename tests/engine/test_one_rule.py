"""What a map says is seen and held is what a raid sees and holds: for every sensor of the catalogue, of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import group, looks, scenario

from bartizan.engine.covering import ENGAGES, SEES
from bartizan.studies import approaches, coverage
from bartizan.world import catalog
from bartizan.world.scenario import load

ALTITUDE_M = 1_000.0
#: It reaches all that is held, at once, and needs its target held until it meets it.
AT_ONCE = {
    "range_min": 0, "range_max": 390_000, "altitude_max": 30_000, "flight_time": 0.001, "rounds": 1,
    "guidance": "command", "kill": {"drone": 1},
}  # fmt: skip
FAR = [group(distance=390_000)]
#: From one look of an approach to the next, as a share of the range, and a look of the raid.
TOLERANCE = 0.015
CLUTTER = {"reflectivity": "-15 dB", "cell": "100 m", "improvement": "45 dB"}
FULL = {
    "frequency": "9.4 GHz", "gain": "36 dB", "temperature": "900 K", "beam": "2 deg", "role": "fire-control",
    "range": 40_000, "probability": 0.9,
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "radar": {"range": 40_000},
    "radar that tracks": {"range": 40_000, "role": "fire-control", "probability": 0.9},
    "radar of many pulses": {"range": 40_000, "pulses": 10, "fluctuation": 3, "probability": 0.8},
    "radar in clutter": FULL | {"clutter": CLUTTER | {"clear_above": "30 deg"}, "range": 60_000},
    "radar with a canceller": FULL | {"clutter": {
        "reflectivity": "-15 dB", "cell": "100 m", "clear_above": "30 deg",
        "canceller": {"delays": 2, "pulse_rate": "1 kHz", "clutter_spread": "0.3 m/s"}}},
    "radar for the quick": {"range": 40_000, "role": "fire-control", "radial_speed_min": 99.5},
    "optical": {"kind": "optical", "range": 12_000},
    "infrared": {"kind": "infrared", "range": 9_000},
    "ideal": {"kind": "ideal", "range": 30_000},
    "acoustic": {"kind": "acoustic", "range": 8_000},
    "acoustic by its gain": {"kind": "acoustic", "gain": "30 dB", "elevation_min": "1 deg"},
}  # fmt: skip


def sensors() -> Iterator[Any]:
    for name in catalog.names("systems"):
        for sensor, figures in (catalog.document("systems", name).content.get("sensors") or {}).items():
            yield pytest.param(figures, id=f"{name}: {sensor}")
    yield from (pytest.param(figures, id=kind) for kind, figures in KINDS.items())


def alone(figures: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The sensor alone, with what reaches all that it holds; each look is a track."""
    sensor = {k: v for k, v in figures.items() if k not in ("note", "dwell", "coast_time")}
    sensor |= {"scan_period": 4, "phase": 0, "confirm": [1, 1]}
    if "sector" in sensor:  # it faces what comes from the east
        sensor["azimuth"] = "90 deg"
    of = scenario(sensor, FAR, threats={"drone": {"rcs": 0.03, "altitude": ALTITUDE_M, "size": 2}}, **more)
    of["units"][0]["system"]["effectors"] = {"at once": AT_ONCE}
    return of


def on_a_map(of: dict[str, Any], what: int) -> float:
    """The range from the town at which a threat from the east is first seen, or engageable if it is seen at all, m."""
    block = next(coverage.blocks(coverage.target(load(of)), 1, 0, 1))
    first, _ = approaches.fly_to(block, 0, (0.0, 0.0), 1.0, np.array([ALTITUDE_M]), 4)
    return float(first[what, 0, 0, 1])


def test_a_map_shows_what_turns_where_it_stands() -> None:
    """In a raid it is turned to what comes; on the map it sees what one that stays sees."""
    figures = {"kind": "ideal", "range": 30_000, "sector": "60 deg"}
    for azimuth in ("90 deg", "270 deg"):
        stays, turns = alone(figures), alone(figures | {"slew_time": 20})
        for of in (stays, turns):
            of["units"][0]["system"]["sensors"] = {
                name: sensor | {"azimuth": azimuth} for name, sensor in of["units"][0]["system"]["sensors"].items()
            }
        assert [on_a_map(stays, what) for what in (SEES, ENGAGES)] == [
            on_a_map(turns, what) for what in (SEES, ENGAGES)
        ]
        assert (on_a_map(turns, ENGAGES) > 500) == (azimuth == "90 deg")
        assert held_in_a_raid(turns) > 500


def held_in_a_raid(of: dict[str, Any]) -> float:
    """The range from the town at which the first window to launch opens, m."""
    _, theatre = surveyed(of)
    route, opens = theatre.routes[0], theatre.pairs[0].opens
    n = route.points
    return float(np.interp(opens, route.t[:n], np.hypot(route.x[:n], route.y[:n])))


def seen_in_a_raid(of: dict[str, Any]) -> float:
    """The range from the town at which one look in two detects, between two looks of a survey, m."""
    found = looks(of)
    away = np.hypot(found.place[:, 0], found.place[:, 1] - 300)
    return float(away[0] if found.pd[0] >= 0.5 else np.interp(0.5, found.pd, away))


@pytest.mark.parametrize("figures", list(sensors()))
@pytest.mark.parametrize("weather", [{}, {"weather": {"rain": "2 mm/h", "visibility": "15 km"}}], ids=["clear", "rain"])
def test_a_map_is_a_raid(figures: dict[str, Any], weather: dict[str, Any]) -> None:
    """Nothing is engaged on a map before it is seen: a tracker has an ideal search sensor beside it."""
    of = alone(figures, **weather)
    if figures.get("role") == "fire-control":
        of["units"][0]["system"]["sensors"]["picket"] = {"kind": "ideal", "range": 390_000}
    else:
        assert on_a_map(of, SEES) == pytest.approx(seen_in_a_raid(of), rel=TOLERANCE, abs=60)
    held = held_in_a_raid(of)
    if figures.get("kind") == "acoustic":
        assert on_a_map(of, ENGAGES) == 0.0  # what is only heard is not held
        assert held == pytest.approx(0.0, abs=1.0)
        return
    assert held > 500
    expected = held if figures.get("role") == "fire-control" else min(held, on_a_map(of, SEES))
    assert on_a_map(of, ENGAGES) == pytest.approx(expected, rel=TOLERANCE, abs=60)
