"""Sectors: of sensors that are turned to what a unit knows of, and of launchers that are not."""

from __future__ import annotations

import math
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.engine.scenes import battery, drone, group, merged, named_causes, scene, threats, unit
from tests.engine.test_laws import turned

from bartizan.engine import turning
from bartizan.engine.layout import ALIVE, CAUSES, FATES, LAUNCHED, TURNED
from bartizan.ground.errors import ScenarioError
from bartizan.studies import replicate
from bartizan.world.scenario import load

REACTION, FLIGHT, ASSESSMENT = 4.0, 5.0, 2.0
LEAKED = FATES.index("leaked")
# Whoever looks at it hits it after a fixed time; its tracker has a sector, and a radar far around tells it all at once.
WARNER = unit("W", {"sensors": {"all": {"kind": "ideal", "range": 90_000}}})


def facing(azimuth: float = 0.0, sector: float = 90.0, **more: Any) -> dict[str, Any]:
    """A tracker's sector, in degrees."""
    return {"kind": "ideal", "range": 60_000, "azimuth": f"{azimuth} deg", "sector": f"{sector} deg"} | more


def sure(tracker: dict[str, Any], **change: Any) -> dict[str, Any]:
    """A unit that kills what its tracker looks at a fixed time after it was launched."""
    missile = {"range_min": 0, "range_max": 60_000, "rounds": 100, "kill": {"drone": 1.0}, "flight_time": FLIGHT}
    made = battery(channels=8, reaction_time=REACTION, antenna_height=20, sensors={"eye": tracker})
    made["effectors"] = {"missile": missile}
    return merged(made, change)


def raid(tracker: dict[str, Any], groups: list[dict[str, Any]] | None = None, **change: Any) -> dict[str, Any]:
    """One drone, or groups of them, at a unit that is told of all that flies as it appears."""
    one = group(count=1, arrival={"gap": 1})
    return scene([unit("A", sure(tracker, **change)), WARNER], groups or [one], network={"delay": 0},
                 surface={"kind": "open"}, threats={"drone": drone(altitude=1_000)})  # fmt: skip


def came(bearing: float, **more: Any) -> dict[str, Any]:
    """One drone from a bearing, in degrees."""
    return group(count=1, bearing={"low": f"{bearing} deg", "high": f"{bearing} deg"}, arrival={"gap": 1}) | more


def off(bearing: float, azimuth: float) -> float:
    return abs((bearing - azimuth + 180) % 360 - 180)


# ------------------------------------------------------------------------------------------------- to the bit


@pytest.mark.parametrize("role", ["search", "fire-control"])
def test_a_sector_all_round_that_turns_is_all_round_to_the_bit(role: str) -> None:
    eyes = {"kind": "ideal", "range": 30_000, "role": role}, facing(0, 360, range=30_000, role=role, slew_time=60)
    found = []
    for eye in eyes:
        sensors = {"eye": eye} if role == "search" else {"seeker": {"range": 35_000, "rcs": 1}, "eye": eye}
        system = battery()
        system["sensors"] = sensors
        found.append(threats(scene([unit("A", system), unit("B", "radar-site", 2_000)]), 2, 64))
    for name in found[0]:
        assert np.array_equal(found[0][name], found[1][name]), name


def test_turned_at_once_to_each_of_some_that_come_one_by_one_is_all_round_to_the_bit() -> None:
    """Straight in at the unit: what is in the middle of the sector stays there."""
    one_by_one = [group(count=5, arrival={"gap": 400})]
    chance = {"effectors": {"missile": {"kill": {"drone": 0.4}, "range_max": 9_000}}}
    cue = {"sensors": {"seeker": {"kind": "ideal", "range": 60_000}}}
    stays = raid({"kind": "ideal", "range": 60_000, "role": "fire-control"}, one_by_one, **chance, **cue)
    turns = raid(facing(33, 30, role="fire-control", slew_time=0), one_by_one, **merged(chance, cue))
    plain, slewed = threats(stays, 1, 200), threats(turns, 1, 200)
    assert 0 < (plain["fate"] == LEAKED).mean() < 1
    for name in plain:
        assert np.array_equal(plain[name], slewed[name]), name


# ------------------------------------------------------------------------------------------- sooner where it turns


def overhead(tracker: dict[str, Any], groups: list[dict[str, Any]], town: float, **change: Any) -> dict[str, Any]:
    """A unit with a warner of its own beside a town, so that what comes flies over it before, or after."""
    kill = {"range_max": 20_000, "speed": 900, "rounds": 60, "kill": {"drone": 0.6}}
    sensors = {"fc": {"role": "fire-control"} | tracker, "eye": {"kind": "ideal", "range": 80_000}}
    system = merged({"channels": 4, "antenna_height": 0, "reaction_time": 5, "assessment_time": 2}, change)
    system = {"sensors": sensors, "effectors": {"m": kill}} | system
    return scene([{"name": "A", "at": {"east": 0, "north": 0}, "system": system}], groups, surface={"kind": "open"},
                 assets=[{"name": "Town", "at": {"east": 0, "north": town}, "radius": 100}],
                 threats={"drone": drone(altitude=300, speed=240)})  # fmt: skip


@pytest.mark.parametrize("town", [-300.0, 0.0, 0.001, 50.0, 300.0])
@pytest.mark.parametrize("bearing", [0.0, 90.0, 180.0])
def test_what_will_come_into_the_sector_late_is_turned_to_before(town: float, bearing: float) -> None:
    """Known for three minutes, and 10 s to turn: as few get through as where it looks all round, whether or not they
    would fly into the sector at the last moment, or for an instant overhead."""
    one_by_one = [group(count=4, distance=50_000, arrival={"gap": 90}, bearing=came(bearing)["bearing"])]
    turns = overhead(facing(0, 120, range=80_000, slew_time=10), one_by_one, town)
    found = threats(turns, 2, 32)
    assert (threats(overhead(facing(0, 360, range=80_000), one_by_one, town), 2, 32)["fate"] != LEAKED).all()
    assert (found["fate"] != LEAKED).all()


def test_what_is_in_the_sector_as_soon_as_it_could_be_is_not_turned_to() -> None:
    """It will be launched at no sooner for it: in the sector before it is in reach."""
    scenario = load(overhead(facing(0, 120, range=80_000, slew_time=10), [came(40, distance=50_000)], 0.0))
    assert not (replicate.journal(scenario)["kind"] == TURNED).any()


def test_a_track_of_which_nothing_is_looked_at_hides_none_that_comes_later() -> None:
    """Lost overhead and found again behind, where it is fired at; before, launchers that point back meet nothing."""
    eye = {"kind": "ideal", "range": 60_000, "elevation_max": "10 deg", "coast_time": 5}
    missile = {"range_max": 20_000, "speed": 1_000, "rounds": 10, "kill": {"drone": 1}, "azimuth": "270 deg"}
    fates = []
    for more in (
        {"sector": "359 deg", "azimuth": "270 deg"},
        {"sector": "359 deg", "azimuth": "270 deg", "slew_time": 5},
    ):
        system = {"channels": 1, "antenna_height": 0, "sensors": {"eye": eye | more},
                  "effectors": {"m": missile | {"sector": "170 deg"}}}  # fmt: skip
        found = scene([{"name": "A", "at": {"east": 0, "north": 0}, "system": system}], [came(90, distance=50_000)],
                      assets=[{"name": "Town", "at": {"east": -20_000, "north": 0}, "radius": 100}],
                      surface={"kind": "open"}, threats={"drone": drone(altitude=1_000, speed=200)})  # fmt: skip
        fates.append(threats(found, 1, 4)["fate"])
    assert (np.array(fates) != LEAKED).all()


def test_the_dead_that_it_takes_for_alive_it_fires_at_again_though_its_sensor_turns() -> None:
    sure_ = {"effectors": {"m": {"kill": {"drone": 1.0}, "range_max": 20_000, "speed": 1_000, "rounds": 20}}}
    more = sure_ | {"kill_called_miss": 1.0, "doctrine": {"max_salvos": 2}}
    two = [came(180, distance=30_000), came(0, distance=50_000, arrival={"gap": 1, "start": 200})]
    for tracker in (facing(0, 90, range=80_000, slew_time=5), facing(0, 360, range=80_000)):
        events = replicate.journal(load(overhead(tracker, two, 0.0, **more)))
        assert int((events["kind"] == LAUNCHED).sum()) == 4


# ------------------------------------------------------------------------------------------------- closed forms


def test_the_mean_delay_is_the_time_to_turn_times_the_chance_to_be_elsewhere() -> None:
    """From anywhere, and where it faces is not known: elsewhere with the chance 1 - w/360."""
    width, slew, raids = 100.0, 20.0, 4_000
    found = threats(raid(facing(0, width, slew_time=slew) | {"azimuth": {"low": "0 deg", "high": "360 deg"}}), 4, raids)
    delay = found["time"].ravel() - REACTION - FLIGHT
    elsewhere = 1 - width / 360
    assert np.allclose(np.where(delay > slew / 2, delay - slew, delay), 0, atol=1e-3)
    error = slew * math.sqrt(elsewhere * (1 - elsewhere) / delay.size)
    assert delay.mean() == pytest.approx(slew * elsewhere, abs=4 * error)


@settings(max_examples=12, deadline=None)
@given(
    bearing=st.floats(-180, 180), azimuth=st.floats(0, 360), sector=st.floats(5, 355), slew=st.floats(0, 100),
)  # fmt: skip
def test_what_is_elsewhere_is_hit_later_by_the_time_to_turn_and_what_stays_misses_it(
    bearing: float, azimuth: float, sector: float, slew: float
) -> None:
    away = off(bearing, azimuth) - sector / 2
    if abs(away) < 0.01:  # on its edge
        return
    late = slew if away > 0 else 0.0
    hit = threats(raid(facing(azimuth, sector, slew_time=slew), [came(bearing)]), 1, 1)
    assert hit["time"].item() == pytest.approx(REACTION + FLIGHT + late, abs=1e-3)
    stays = threats(raid(facing(azimuth, sector), [came(bearing)]), 1, 1)
    assert (stays["fate"].item() == LEAKED) == (away > 0)


@settings(max_examples=12, deadline=None)
@given(bearing=st.floats(-180, 180), azimuth=st.floats(0, 360), sector=st.floats(5, 359))
def test_launchers_meet_what_is_in_their_sector_and_nothing_else(bearing: float, azimuth: float, sector: float) -> None:
    away = off(bearing, azimuth) - sector / 2
    if abs(away) < 0.01:
        return
    launcher = {"effectors": {"missile": {"azimuth": f"{azimuth} deg", "sector": f"{sector} deg", "range_min": 1_000}}}
    found = threats(raid({"kind": "ideal", "range": 60_000}, [came(bearing)], **launcher), 1, 1)
    assert (found["fate"].item() == LEAKED) == (away > 0)
    assert named_causes(found) == ({"out_of_envelope": 1} if away > 0 else {})


# ------------------------------------------------------------------------------------------------- the rule


def two(**change: Any) -> dict[str, Any]:
    """One from the north, and one from the south that is due later; the tracker faces east."""
    groups = [came(0), came(180, distance=33_000, arrival={"start": 20, "gap": 1})]
    seeker = {"sensors": {"seeker": {"kind": "ideal", "range": 90_000}}}
    return raid(facing(90, 90, slew_time=20, role="fire-control"), groups, **seeker, **change)


def test_it_looks_at_the_most_urgent_until_that_is_done_with_and_then_at_the_next() -> None:
    found = threats(two(), 1, 1)
    first = REACTION + 20 + FLIGHT  # both are there from the start
    assert sorted(found["time"].ravel()) == pytest.approx([first, first + ASSESSMENT + 20 + FLIGHT], abs=1e-3)


def test_what_waits_behind_one_that_is_not_hit_is_not_held() -> None:
    """As long as the first flies, the unit looks at it; the second is there by then."""
    missing = {"effectors": {"missile": {"kill": {"drone": 0.0}}}}
    found = threats(two(**missing), 1, 1)
    assert found["fired"].ravel()[0] > 1
    assert named_causes(found) == {"missed": 1, "not_held": 1}


def test_a_face_that_nobody_tells_is_not_turned() -> None:
    """What it does not see it does not know of."""
    blind = scene([unit("A", sure(facing(0, 90, slew_time=5)), north=2_000)], [came(180)],
                  threats={"drone": drone(altitude=1_000)})  # fmt: skip
    assert named_causes(threats(blind, 1, 4)) == {"undetected": 4}
    told = blind | {"units": [*blind["units"], WARNER]}
    assert (threats(told, 1, 4)["fate"] != LEAKED).all()


def test_a_warning_with_a_bearing_turns_it_before_anything_appears() -> None:
    """By its lead and no more; one that tells no bearing, or is missed, turns nothing."""
    late = {"told in time": 0, "told late": 15, "not told": 20, "missed": 20}
    warnings = {"lead": 60, "tells_bearing": True}, {"lead": 5, "tells_bearing": True}, {"lead": 60}
    for after, warning in zip(late.values(), (*warnings, {**warnings[0], "missed": 1.0}), strict=True):
        found = threats(raid(facing(0, 90, slew_time=20), [came(180)]) | {"warning": warning}, 1, 1)
        expected = max(REACTION, after) if after == 15 else REACTION + after
        assert found["time"].item() == pytest.approx(expected + FLIGHT, abs=1e-3), warning


# ------------------------------------------------------------------------------------------------- many at once

# Four ways to come, each outside the sector of a sensor that looks another way.
WAYS, NARROW, LATEST_S = (0, 90, 180, 270), 60.0, 190
SEEKER = {"sensors": {"seeker": {"kind": "ideal", "range": 90_000}}}


def many(later: list[tuple[int, int]], slew: float, **change: Any) -> dict[str, Any]:
    """Drones that all appear at once: from which of WAYS each comes, and how many seconds later than the first it is
    due. The sensor looks along the first way."""
    groups = [came(WAYS[way], distance=30_000 + 150 * late, arrival={"start": late, "gap": 1}) for way, late in later]
    return raid(facing(WAYS[0], NARROW, slew_time=slew, role="fire-control"), groups, **merged(SEEKER, change))


def served(due: list[tuple[int, float]], slew: float, channels: int) -> tuple[list[float | None], int, float]:
    """When each of those that are due, by way and arrival, is hit (None: it gets through), how often the sensor is
    turned for that, and by how much the nearest choice was made.

    One server of batches with impatient customers: it turns to the most urgent that it would still hit, serves as many
    of those beside it as it has channels, and is free once it knows what came of them. One channel, or one for each:
    where some wait beside those that are served, rounding of what ends at one moment says who is next.
    """
    hit: list[float | None] = [None] * len(due)
    t, looks, turns, nearest = REACTION, 0, 0, math.inf
    while True:
        left = [k for k in sorted(range(len(due)), key=lambda k: due[k][1]) if hit[k] is None]
        spare = {k: due[k][1] - FLIGHT - t - (slew if due[k][0] != looks else 0) for k in left}
        nearest = min([nearest, *map(abs, spare.values())])
        holder = next((k for k in left if spare[k] >= 0), None)
        if holder is None:
            return hit, turns, nearest
        if due[holder][0] != looks:
            t, looks, turns = t + slew, due[holder][0], turns + 1
        late = {k: due[k][1] - FLIGHT - t for k in left if due[k][0] == looks}
        nearest = min([nearest, *map(abs, late.values())])
        for k in [k for k, s in late.items() if s >= 0][:channels]:
            hit[k] = t + FLIGHT
        t += FLIGHT + ASSESSMENT


# The first of three is due too early for a slow sensor, which so is in time for the other two: see the next test.
_SLOWER = [(1, 0), (2, 100), (2, 101)]


@settings(max_examples=40, deadline=None)
@given(
    later=st.lists(st.tuples(st.integers(0, 3), st.integers(0, LATEST_S)), min_size=1, max_size=8,
                   unique_by=lambda row: row[1]),
    slew=st.floats(0, 150), channels=st.sampled_from([1, 8]),
)  # fmt: skip
@example(later=_SLOWER, slew=148.0, channels=8)
@example(later=[(k % 2, 20 * k) for k in range(8)], slew=12.0, channels=1)
def test_many_against_one_sensor_are_served_as_by_a_queue(
    later: list[tuple[int, int]], slew: float, channels: int
) -> None:
    """Who is hit, when, and in how many turns, by a recursion that knows no engine: exact, for certain kills."""
    of = many(later, slew, channels=channels)
    found = threats(of, 1, 1)
    flies = threats(many([later[0]], 0, effectors={"missile": {"kill": {"drone": 0.0}}}), 1, 1)["time"].item()
    due = [(way, flies - later[0][1] + late) for way, late in later]
    expected, turns, nearest = served(due, slew, channels)
    assume(nearest > 0.05)
    fates, times = found["fate"].ravel(), found["time"].ravel()
    assert [k == LEAKED for k in fates] == [t is None for t in expected]
    told = [due[k][1] if t is None else t for k, t in enumerate(expected)]
    assert times == pytest.approx(told, abs=1e-3)
    assert int((replicate.journal(load(of), raids=1)["kind"] == TURNED).sum()) == turns


@settings(max_examples=12, deadline=None)
@given(
    late=st.lists(st.integers(0, LATEST_S), min_size=1, max_size=8, unique=True),
    slews=st.tuples(st.floats(0, 350), st.floats(0, 350)), way=st.integers(0, 3),
)  # fmt: skip
def test_slower_never_lets_fewer_through_of_what_comes_one_way(
    late: list[int], slews: tuple[float, float], way: int
) -> None:
    of = [many([(way, k) for k in late], slew) for slew in sorted(slews)]
    better, worse = (threats(each, 1, 1)["fate"] == LEAKED for each in of)
    assert (better <= worse).all()


def test_slower_may_let_fewer_through_of_what_comes_several_ways() -> None:
    """A sensor that is too slow for the most urgent is in time for two that come another way."""
    leaks = [(threats(many(_SLOWER, slew), 1, 1)["fate"].ravel() == LEAKED).tolist() for slew in (0, 148, 196)]
    assert leaks == [[False] * 3, [False, True, True], [True, False, False]]


def test_turned_at_once_with_one_channel_is_all_round_to_the_bit() -> None:
    """Of many that come from two sides and are told at once: it fires at one at a time, the most urgent, either way."""
    chance = {"channels": 1, "effectors": {"missile": {"kill": {"drone": 0.3}}}}
    sides = [group(count=6, bearing={"low": f"{a} deg", "high": f"{a} deg"}, arrival={"spread": 50}) for a in (0, 180)]
    everywhere = {"kind": "ideal", "range": 60_000, "role": "fire-control"}
    stays = raid(everywhere, sides, **merged(SEEKER, chance))
    turns = raid(facing(90, NARROW, slew_time=0, role="fire-control"), sides, **merged(SEEKER, chance))
    plain, slewed = threats(stays, 2, 200), threats(turns, 2, 200)
    assert 0 < (plain["fate"] == LEAKED).mean() < 1
    for name in set(plain) - {"cause", "sums"}:
        assert np.array_equal(plain[name], slewed[name]), name
    other = plain["cause"] != slewed["cause"]  # no channel was free for it; here, no sensor looked there either
    assert {*zip(plain["cause"][other], slewed["cause"][other], strict=True)} <= {
        (CAUSES.index("no_channel"), CAUSES.index("not_held"))
    }


# ------------------------------------------------------------------------------------------------- laws


def test_a_sensor_has_turned_to_within_rounding() -> None:
    """A time that was taken off and added again may lie an ulp before the one at which it looks there."""
    aimed = 229.66799403486337
    x = SimpleNamespace(aimed=aimed, aloft=0, holder=-1)
    state = SimpleNamespace(units=[x], threats=[SimpleNamespace(status=ALIVE)])
    told = SimpleNamespace(state=state, theatre=SimpleNamespace(queue_threat=[0]))
    free = getattr(turning._aim_is_free, "py_func", turning._aim_is_free)
    before = math.nextafter(aimed, 0.0)
    assert [free(told, 0, 0, t) for t in (aimed - 1, before, aimed + 1)] == [aimed, before, aimed + 1]


def test_who_turns_far_away_changes_nothing_here() -> None:
    """A radar of the network that searches another sky, and is turned there, tells nothing else of what comes here."""
    here = [group(count=6, targets=["Town"], bearing={"low": f"{b - 40} deg", "high": f"{b + 40} deg"},
                  arrival={"spread": 300}) for b in (0, 120, 240)]  # fmt: skip
    there = group(count=6, targets=["Far"], arrival={"spread": 300})
    assets = [{"name": "Town", "at": {"east": 0, "north": 0}}, {"name": "Far", "at": {"east": 200_000, "north": 0}}]
    less = {"channels": 2, "effectors": {"missile": {"kill": {"drone": 0.5}, "range_max": 12_000}}}
    units = [unit(name, sure(facing(0, 60, slew_time=25), **less), east) for name, east in (("A", 0), ("B", 3_000))]
    units += [WARNER, merged(WARNER, {"name": "V", "at": {"east": 200_000}})]
    found = []
    for sector in (60, 360):
        away = unit("F", sure(facing(180, sector, slew_time=25), **less), 200_000)
        of = scene([*units, away], [*here, there], network={"delay": 1}, surface={"kind": "open"},
                   threats={"drone": drone(altitude=1_000)}, assets=assets)  # fmt: skip
        found.append(threats(of, 2, 100))
    coming = np.arange(24) < 18
    assert 0 < (found[0]["fate"][..., coming] == LEAKED).mean() < 1
    assert (found[0]["time"][..., ~coming] != found[1]["time"][..., ~coming]).any()
    for name in ("fate", "cause", "fired", "time", "by"):
        assert np.array_equal(found[0][name][..., coming], found[1][name][..., coming]), name


@pytest.mark.parametrize("field", ["slew_time", "sector"])
def test_wider_and_faster_never_let_more_through(field: str) -> None:
    """One unit, certain kills, one drone that appears near: each raid of the better is no worse."""
    near = [group(count=1, distance=12_000, arrival={"gap": 1})]
    values = {"slew_time": (0, 25, 50, 75, 300), "sector": ("350 deg", "200 deg", "110 deg", "40 deg")}[field]
    leaks = [(threats(raid(facing(10, 80, slew_time=90) | {field: v}, near), 1, 300)["fate"] == LEAKED) for v in values]
    assert 0 < leaks[-1].mean() < 1
    for better, worse in pairwise(leaks):
        assert (better <= worse).all()


def test_all_turned_about_the_origin_changes_nothing() -> None:
    def turning(azimuth: float) -> dict[str, Any]:
        system = sure(facing(azimuth, 100, slew_time=25, role="search", range=25_000, coast_time=10),
                      effectors={"missile": {"kill": {"drone": 0.5}, "range_max": 15_000,
                                             "azimuth": f"{azimuth} deg", "sector": "240 deg"}})  # fmt: skip
        return scene([unit("A", system, 1_000, 500), unit("R", "radar-site", -2_000)],
                     [group(count=10, wander=0.05)])  # fmt: skip

    plain, moved = threats(turning(20), 1, 200), threats(turned(turning(157), 137), 1, 200)
    assert 0 < (plain["fate"] == LEAKED).mean() < 1
    assert (plain["fate"] == moved["fate"]).mean() > 0.995


# ------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sensors": {"eye": {"slew_time": 5}}}, "slew_time needs sector"),
        ({"sensors": {"eye": facing(slew_time=5), "too": {"range": 1_000}}}, "the one sensor that guides"),
        ({"sensors": {"eye": {"kind": "acoustic", "range": 900, "sector": "9 deg", "slew_time": 5}}}, "the one sensor"),
        ({"sensors": {"eye": facing(slew_time=5)}, "effectors": {}}, "it turns to what it fires at"),
        ({"effectors": {"missile": {"sector": "0 deg"}}}, "wider than 0"),
    ],
)
def test_mistakes_are_told(change: dict[str, Any], told: str) -> None:
    system = battery() | {k: v for k, v in change.items() if k == "sensors" or not v}
    system = system if "effectors" not in change or not change["effectors"] else merged(battery(), change)
    with pytest.raises(ScenarioError, match=told):
        load(scene([unit("A", system)]))
