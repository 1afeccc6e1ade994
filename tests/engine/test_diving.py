"""When and how often a missile meets what dives at its unit, and what a last resort leaves: closed forms of motion on
one line."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.engine.scenes import battery, group, scene, unit

from bartizan.studies import replicate
from bartizan.world.scenario import load

LAUNCH = 1  # a row of engine.layout.EVENT
SPEED, HEIGHT, DISTANCE = 2_000.0, 40_000.0, 200_000.0
NEVER_KILLS = 1e-9


def launches(
    effectors: dict[str, Any], threat: dict[str, Any], distance: float = DISTANCE
) -> list[tuple[float, float]]:
    """When a unit at the target, on the ground, launches at one threat, and when each launch meets it, s."""
    system = battery(antenna_height=0, reaction_time=0, assessment_time=3, channels=1, sensors={"eye": {"range": 5e5}})
    system["effectors"] = effectors
    of = scene(
        [unit("A", system)], [group(threat="it", count=1, distance=distance)],
        threats={"it": {"rcs": 1, **threat}}, surface={"kind": "open"}, study={"step": "50 m"},
    )  # fmt: skip
    events = replicate.journal(load(of))
    return [(float(row["time"]), float(row["until"])) for row in events[events["kind"] == LAUNCH]]


@pytest.mark.parametrize(
    ("slope_deg", "limits", "first_m"),
    [
        (50.0, {"reach": {"ballistic": 20_000}}, 20_000.0),  # nearer than the range against others
        (50.0, {"reach": {"ballistic": 90_000}}, 50_000.0),  # no farther than that range
        (50.0, {"reach": {"cruise": 20_000}}, 50_000.0),  # another class's
        (70.0, {"altitude_max": 15_000}, 15_000.0 / math.sin(math.radians(70))),
    ],
)
def test_missiles_meet_what_dives_at_them_where_their_reach_begins(
    slope_deg: float, limits: dict[str, Any], first_m: float
) -> None:
    """It comes down on one line to the unit, v against w of the missile: what is launched with it s away meets it
    s w / (v + w) away, the first at the reach and each next one 3 s after the last meeting, down to the least range."""
    missile_speed, nearest_m = 800.0, 1_000.0
    missile = {"range_min": nearest_m, "range_max": 50_000, "altitude_max": 60_000, "speed": missile_speed,
               "rounds": 20, "kill": {"ballistic": NEVER_KILLS, "cruise": NEVER_KILLS}, **limits}  # fmt: skip
    kind = {"kind": "ballistic", "speed": SPEED, "altitude": HEIGHT, "dive_angle": f"{slope_deg} deg"}
    slope = math.radians(slope_deg)
    arrival = (DISTANCE - HEIGHT / math.tan(slope) + HEIGHT / math.sin(slope)) / SPEED
    expected, meeting = [], first_m
    while meeting >= nearest_m:
        met = arrival - meeting / SPEED
        expected.append((met - meeting / missile_speed, met))
        meeting = (meeting - 3 * SPEED) * missile_speed / (SPEED + missile_speed)
    assert launches({"missile": missile}, kind) == [pytest.approx(pair, abs=0.01) for pair in expected]


@pytest.mark.parametrize("dear_first", [False, True])
def test_a_last_resort_fires_once_the_last_window_of_what_is_cheaper_is_over(dear_first: bool) -> None:
    """It glides at its unit at 100 m/s against 500 m/s: a missile launched s away meets it 5/6 s away. The cheap one
    is launched 3,600 m away, meets it at 3,000 m, is launched again 3 s later, 2,700 m away, and for the last time so
    2,400 m away at the least; the dear one, which could have been launched at 9,600 m, takes over at 1,950 m."""
    path_m = math.hypot(20_000, 1_000)
    common = {"speed": 500, "rounds": 20, "kill": {"drone": NEVER_KILLS}}
    cheap = common | {"range_min": 2_000, "range_max": 3_000}
    dear = common | {"range_min": 500, "range_max": 8_000, "release": {"drone": "last_resort"}}
    glide = {"kind": "drone", "speed": 100, "altitude": 1_000, "profile": "glide"}

    def chain(away: float) -> list[Any]:
        times = []
        while away * 5 / 6 >= 500:
            times.append(pytest.approx(((path_m - away) / 100, (path_m - away * 5 / 6) / 100), abs=0.02))
            away = away * 5 / 6 - 300
        return times

    named = {"dear": dear, "cheap": cheap} if dear_first else {"cheap": cheap, "dear": dear}
    assert launches(named, glide, 20_000) == chain(3_600)
    assert launches({"dear": dear}, glide, 20_000) == chain(9_600)
