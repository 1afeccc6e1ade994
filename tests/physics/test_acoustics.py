"""Acoustic sensors: levels, what the air takes, how late sound is; and what microphones make of a raid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import group, looks, scenario

from bartizan.engine.covering import SEES
from bartizan.ground.errors import UserError
from bartizan.ground.jit import kernel
from bartizan.physics import acoustics
from bartizan.physics.acoustics import heard as heard_over_noise
from bartizan.physics.acoustics import sound_age
from bartizan.studies import approaches, coverage
from bartizan.world import draw, pack
from bartizan.world.scenario import load

C = acoustics.SPEED_M_S
EAR = {"kind": "acoustic", "gain": "20 dB", "scan_period": 1, "phase": 0, "confirm": [1, 1], "false_alarm": 1e-3}
STILL: dict[str, Any] = {"fall": {"wind": 0}}
LEVEL: dict[str, Any] = STILL | {"surface": {"kind": "smooth"}}


@kernel
def age_of(x, y, z, vx, vy, vz):  # type: ignore[no-untyped-def]
    return sound_age(1 / C, (x, y, z), (vx, vy, vz))


@kernel
def signal(ears, types, r, hidden):  # type: ignore[no-untyped-def]
    return heard_over_noise(ears[0], types[0], r, hidden)


def heard(sensor: dict[str, Any] | None = None, speed: float = 50.0, **more: Any) -> Any:
    """The looks at one threat from the east, 1 km up."""
    threat = {"threats": {"drone": {"speed": speed, "altitude": 1_000, "sound": "80 dB"}}}
    return looks(scenario(EAR | (sensor or {}), [group(distance=40_000)], **(STILL | threat | more)))


# ------------------------------------------------------------------------------------------------ levels


@pytest.mark.parametrize(
    ("celsius", "humidity", "losses"),
    [
        (10, 70, [0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8]),
        (20, 70, [0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9]),
        (30, 70, [0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1]),
        (15, 20, [0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8]),
        (15, 50, [0.1, 0.5, 1.2, 2.2, 4.2, 10.8, 36.2]),
        (15, 80, [0.1, 0.3, 1.1, 2.4, 4.1, 8.3, 23.7]),
    ],
)
def test_what_the_air_takes(celsius: float, humidity: float, losses: list[float]) -> None:
    """ISO 9613-2 table 2, dB/km in octave bands from 63 Hz to 4 kHz, printed to 0.1."""
    bands = 1000.0 * 2.0 ** np.arange(-4, 3)
    found = acoustics.absorption(bands, 273.15 + celsius, humidity) * 10 / math.log(10) * 1000
    assert found == pytest.approx(losses, rel=0.02, abs=0.051)


@given(st.floats(0, 120), st.floats(0, 120))
def test_levels_add_as_powers(ambient: float, wind_noise: float) -> None:
    total = 10 * math.log10(acoustics.noise(ambient, wind_noise, acoustics.WIND_AT_M_S))
    assert max(ambient, wind_noise) < total + 1e-9 <= max(ambient, wind_noise) + 10 * math.log10(2) + 2e-9
    assert acoustics.noise(ambient, ambient, 10.0) == pytest.approx(2 * 10 ** (ambient / 10))


def far(sensor: dict[str, Any] | None = None, **more: Any) -> float:
    """Slant range, m, at which a threat makes the sound that one look in two detects: solved from levels in dB."""
    needed = 10 * math.log10(math.log(1e-3) / math.log(0.5) - 1)
    wind, ambient = more.get("wind", 0.0), more.get("noise", 40.0)
    noise = 10 * math.log10(10 ** (ambient / 10) + 10**4.5 * (wind / 10) ** 4)
    per_m = float(acoustics.absorption(250.0)) * 10 / math.log(10)
    low, high = 1.0, 1e6
    for _ in range(80):
        r = math.sqrt(low * high)
        level = more.get("sound", 80.0) - 20 * math.log10(r / 100) - per_m * r
        low, high = (r, high) if level + 20 - noise > needed else (low, r)
    return low


def reached(sensor: dict[str, Any] | None = None, speed: float = 50.0, **more: Any) -> float:
    """The same of a raid: where the threat was when it made that sound."""
    found = heard(sensor, speed, **more)
    r = np.interp(0.5, found.pd, found.range)
    at = found.place[np.argmin(np.abs(found.range - r))]
    past = found.velocity[0]
    age = age_of(*at, *past)
    return float(np.linalg.norm(at - age * past))


@pytest.mark.parametrize("noise", [30.0, 40.0, 50.0])
@pytest.mark.parametrize("wind", [0.0, 8.0])
def test_range_by_level(noise: float, wind: float) -> None:
    found = reached(ambient={"day": f"{noise} dB"}, fall={"wind": wind})
    assert found == pytest.approx(far(noise=noise, wind=wind), rel=0.02)


def test_the_stated_range() -> None:
    """It holds for its `sound` amid its `noise`, whatever the scenario has; 6 dB more halve it, but for the air."""
    stated = {"range": "5 km", "sound": "80 dB", "noise": "40 dB"}
    sensor = {k: v for k, v in (EAR | stated).items() if k != "gain"}
    of = scenario(sensor, [group()], **STILL, threats={"drone": {"sound": "80 dB"}})
    loaded = load(of)
    packed = pack.pack(loaded, loaded.cases[0], draw.worlds(loaded, 0, 0, 1))
    ear, type_ = packed.sensors[0], packed.types[0]
    assert signal(ear, type_, 5_000.0, False) == pytest.approx(ear["snr_half"][0])
    assert signal(ear, type_, 5_000.0, True) == pytest.approx(ear["snr_half"][0] * 10**-1.5)


@pytest.mark.parametrize(
    ("quiet", "loud"),
    [
        ({"ambient": {"day": "30 dB"}}, {"ambient": {"day": "45 dB"}}),
        ({"fall": {"wind": 2}}, {"fall": {"wind": 12}}),
        ({"surface": {"kind": "open"}}, {"ambient": {"day": "55 dB", "night": "20 dB"}}),
    ],
)
def test_noise_and_wind_never_help(quiet: dict[str, Any], loud: dict[str, Any]) -> None:
    assert reached(**quiet) > reached(**loud)


# ------------------------------------------------------------------------------------------------ lateness


@given(st.floats(1, 320), st.floats(-180, 180), st.floats(100, 2e4))
def test_the_age_of_a_sound(speed: float, course: float, r: float) -> None:
    """What it was as far away as its sound has come."""
    way = speed * math.cos(math.radians(course)), speed * math.sin(math.radians(course)), 0.0
    age = age_of(r, 0.0, 300.0, *way)
    then = np.array([r, 0.0, 300.0]) - age * np.array(way)
    assert np.linalg.norm(then) == pytest.approx(C * age, rel=1e-9)


@given(st.floats(1.001, 5), st.floats(100, 2e4))
def test_straight_at_the_microphone(mach: float, r: float) -> None:
    """Slower than sound it is r/(1 - M)/c late; faster than it never heard before it is there."""
    assert age_of(r, 0.0, 0.0, -C / mach, 0.0, 0.0) == pytest.approx(r / C / (1 - 1 / mach))
    assert age_of(r, 0.0, 0.0, -C * mach, 0.0, 0.0) == acoustics.NEVER_S
    assert age_of(r, 0.0, 0.0, C * mach, 0.0, 0.0) == pytest.approx(r / C / (1 + mach))


def test_faster_than_sound_it_is_not_heard_before_it_is_there() -> None:
    """Microphones 300 m from where it dives; at 200 m/s the same threat is heard from far."""
    assert len(heard(speed=200.0).time) > 5
    assert len(heard(speed=600.0).time) == len(heard(speed=1_000.0).time) == 0


def test_a_fast_threat_is_heard_nearer() -> None:
    """From the range R that the level gives it goes on by R M while the sound comes."""
    for speed in (50.0, 100.0, 200.0):
        found = heard(speed=speed)
        nearest = float(np.interp(0.5, found.pd, found.range))
        assert nearest == pytest.approx(far() * (1 - speed / C), rel=0.03)


# ------------------------------------------------------------------------------------------------ in a scenario


def walled(shadow: str) -> float:
    """How far it is first heard behind a screen that hides everything below 60 degrees."""
    of = scenario(EAR | {"shadow": shadow}, [group()], **LEVEL, threats={"drone": {"sound": "80 dB", "speed": 50}})
    of["units"][0]["screen"] = {"height": 200, "distance": 100}
    found = looks(of)
    return float(np.interp(0.5, found.pd, found.range))


def test_what_hides_it_takes_its_share() -> None:
    assert walled("0 dB") > 1.5 * walled("15 dB") > 200


def test_behind_a_screen_a_map_hears_as_a_raid() -> None:
    of = scenario(EAR, [group(distance=40_000)], **LEVEL, threats={"drone": {"sound": "80 dB", "altitude": 1_000}})
    of["units"][0] |= {"screen": {"height": 4_000, "distance": 1_000}}
    block = next(coverage.blocks(coverage.target(load(of)), 1, 0, 1))
    first, _ = approaches.fly_to(block, 0, (0.0, 0.0), 1.0, np.array([1_000.0]), 4)
    found = looks(of)
    away = np.hypot(found.place[:, 0], found.place[:, 1] - 300)
    assert float(first[SEES, 0, 0, 1]) == pytest.approx(float(np.interp(0.5, found.pd, away)), rel=0.03)


def test_what_is_only_heard_is_not_held() -> None:
    of = scenario(EAR, [group()], **STILL)
    of["units"][0]["system"]["effectors"] = {"gun": {
        "kind": "gun", "range_max": "3 km", "altitude_max": "2 km", "rounds": 9, "speed": 900,
        "kill": {"drone": 1}}}  # fmt: skip
    _, theatre = surveyed(of)
    assert theatre.pairs[0].opens > 1e8


def test_a_look_never_comes_before_the_sound() -> None:
    found = heard(speed=150.0)
    first = 40_000 - 0.5  # m from where it appears
    assert found.time[0] > first / C


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"range": "4 km"}, "needs exactly one of range, gain"),
        ({"role": "fire-control"}, "search"),
        ({"rcs": 1}, "rcs is for a sensor of the kind radar, not acoustic"),
        ({"contrast": 0.4}, "contrast is for a sensor of the kind optical, not acoustic"),
        ({"kind": "sonar"}, "kind must be one of 'radar', 'optical', 'infrared', 'ideal', 'acoustic', not"),
        ({"shadow": "-3 dB"}, "must not be below 0 dB"),
        ({"false_alarm": 0.01}, "at most 0.001"),
    ],
)
def test_what_a_microphone_is_not(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(scenario(EAR | change))
