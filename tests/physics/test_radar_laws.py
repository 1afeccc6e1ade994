"""Laws that no radar may break, whatever its figures: what makes it worse never makes it see sooner or hold farther."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from tests.engine.scenes import battery, merged, scene, surveyed, unit
from tests.physics.radar_scenes import DRONE, EQUATION, group, looks, radar, scenario
from tests.physics.test_radar_looks import CLUTTER, CONSTANT, NOISE, PER_HERTZ

from bartizan.engine.covering import SEES
from bartizan.ground import units
from bartizan.ground.errors import ScenarioError
from bartizan.physics import air
from bartizan.studies import coverage
from bartizan.world.scenario import load

Scene = dict[str, Any]
X = {"frequency": "9.4 GHz"}
HALF = {**CLUTTER, "improvement": "22 dB"}
WIDE = {"beam": "4 deg"}

#: what makes a radar worse: its figures and the scene's before, and what is changed of either
WORSE: dict[str, tuple[Scene, Scene, Scene, Scene]] = {
    "losses": (EQUATION, {}, {"losses": "11 dB"}, {}),
    "less power": (EQUATION, {}, {"power": "10 kW"}, {}),
    "a hotter system": (EQUATION, {}, {"temperature": 1800}, {}),
    "a shorter pulse": (EQUATION, {}, {"pulse": "0.5 us"}, {}),
    "fewer pulses": (EQUATION | {"pulses": 8}, {}, {"pulses": 4}, {}),
    "fewer false alarms": (EQUATION, {}, {"false_alarm": 1e-8}, {}),
    "gas": (EQUATION | {"frequency": "35 GHz"}, {}, {}, {"weather": {}}),
    "rain": (EQUATION, {"weather": {}}, {}, {"weather": {"rain": "5 mm/h"}}),
    "more rain": (X, {"weather": {"rain": "5 mm/h"}}, {}, {"weather": {"rain": "20 mm/h"}}),
    "clutter": (EQUATION, {}, {"clutter": CLUTTER}, {}),
    "less improvement": (EQUATION | {"clutter": CLUTTER}, {}, {"clutter": HALF}, {}),
    "a wider cell": (EQUATION | {"clutter": CLUTTER}, {}, WIDE, {}),
    "slow targets": ({"range": 2_000}, {}, {"radial_speed_min": 98}, {}),
    "a sector": ({}, {}, {"azimuth": "43 deg", "sector": "100 deg"}, {}),
    "a narrower sector": ({"sector": "200 deg"}, {}, {"sector": "182 deg"}, {}),
    "a smaller threat": (X, {}, {}, {"threats": {"drone": {"rcs_by_band": {"X": 0.4}}}}),
    "a smaller front": ({}, {}, {}, {"threats": {"drone": {"aspect": {"front": "-6 dB"}}}}),
    "noise": (EQUATION, {}, {}, {"threats": {"drone": {"noise": NOISE}}}),
    "more noise": (EQUATION, {"threats": {"drone": {"noise": NOISE}}}, {},
                   {"threats": {"drone": {"noise": {"power": 50}}}}),
}  # fmt: skip


def confirmed(of: Scene, at: np.ndarray) -> np.ndarray:
    """The chance that the first threat is confirmed by the times `at`."""
    _, theatre = surveyed(of)
    pair = theatre.pairs[0]
    rows = slice(pair["own0"], pair["own1"])
    summed = np.concatenate([[0.0], theatre.look_hazard[rows]])
    return -np.expm1(-summed[np.searchsorted(theatre.look_time[rows], at, side="right")])


@pytest.mark.parametrize("name", WORSE)
def test_what_makes_it_worse_never_makes_it_see_sooner(name: str) -> None:
    figures, around, worse_figures, worse_around = WORSE[name]
    sensor = radar(**(figures if "range" in figures else {"range": 17_000} | figures), scan_period=5, confirm=[2, 3])
    before = scenario(sensor, [group(bearing=95)], **around)
    after = scenario(merged(sensor, worse_figures), [group(bearing=95)], **merged(around, worse_around))
    at = np.arange(0.0, 400.0, 5.0)
    a, b = confirmed(before, at), confirmed(after, at)
    assert a.max() > 0.5
    assert (b <= a + 1e-6).all()
    assert b.sum() < a.sum() - 1e-3


@pytest.mark.parametrize("name", WORSE)
def test_what_makes_it_worse_never_makes_it_hold_farther(name: str) -> None:
    figures, around, worse_figures, worse_around = WORSE[name]
    sensor = figures if "range" in figures else {"range": 17_000} | figures
    a, b = opens(sensor, **around), opens(merged(sensor, worse_figures), **merged(around, worse_around))
    assert b >= a - 1e-6


# ------------------------------------------------------------------------------------------ fire control


def opens(sensor: Scene, bearing: float = 90.0, **more: Any) -> float:
    """When an active missile that reaches everywhere can first be launched: as soon as fire control has the threat."""
    eye = {"kind": "ideal", "range": 200_000}
    tracker = radar(**({"range": 20_000} | sensor), role="fire-control")
    missile = {"range_min": 0, "range_max": 100_000, "guidance": "active", "speed": 3000}
    system = battery(antenna_height=20, effectors={"missile": missile}) | {"sensors": {"eye": eye, "t": tracker}}
    of = scene([unit("Site", system, 0.0, 0.0)], [group(bearing=bearing)], surface={"kind": "open"})
    _, theatre = surveyed(merged(merged(of, {"threats": {"drone": DRONE}}), more))
    return float(theatre.pairs[0]["opens"])


def time_at(r: float) -> float:
    """When the threat is at slant range r."""
    return (40_000 - math.sqrt(r * r - 480**2)) / 100


#: what the equation's radar needs at its reference: one look in two
HELD = math.log(1e-6) / math.log(0.5) - 1


def held_at(ratio: Any) -> float:
    """The range at which the signal over what is against it is what half a look needs."""
    return brentq(lambda r: ratio(r) - HELD, 600.0, 40_000.0)


def test_a_threat_is_held_where_noise_lets_it() -> None:
    assert opens(EQUATION) == pytest.approx(time_at(held_at(lambda r: CONSTANT / r**4)), abs=0.05)


def test_a_threat_is_held_where_rain_lets_it() -> None:
    gas, rain = sum(air.gas_loss(np.array([9.4e9]))), air.rain_loss(np.array([9.4e9]), np.array([25.0]))
    loss = 10 ** (-2 * float(gas[0] + rain[0]) / 1e4)
    found = opens(EQUATION, weather={"rain": "25 mm/h"})
    assert found == pytest.approx(time_at(held_at(lambda r: CONSTANT / r**4 * loss**r)), abs=0.1)


def test_a_threat_is_held_from_where_it_burns_through() -> None:
    """The reference case is free of jamming; with it the same ratio is reached at the burn-through range."""
    found = opens(EQUATION, threats={"drone": {"noise": NOISE}})
    through = held_at(lambda r: CONSTANT / r**4 / (1 + PER_HERTZ / r**2))
    assert found == pytest.approx(time_at(through), abs=0.1)
    assert through < 0.9 * held_at(lambda r: CONSTANT / r**4)


def test_a_threat_is_held_from_the_front_as_its_front_is_large() -> None:
    aspect = {"front": "-5 dB", "side": "5 dB"}
    ratio = lambda r: CONSTANT / r**4 * (10**0.5 + (10**-0.5 - 10**0.5) * (1 - (480 / r) ** 2))  # noqa: E731
    found = opens(EQUATION, threats={"drone": {"aspect": aspect}})
    assert found == pytest.approx(time_at(held_at(ratio)), abs=0.1)


def test_a_tracker_holds_only_in_its_sector() -> None:
    assert opens({"azimuth": "90 deg", "sector": "60 deg"}) == opens({})
    assert opens({"azimuth": "-90 deg", "sector": "60 deg"}) > 1e8


# ------------------------------------------------------------------------------------------ any figures at all

FIGURES = st.fixed_dictionaries(
    {
        "frequency": st.floats(1e6, 1e11),
        "power": st.floats(1e-6, 1e12),
        "pulse": st.floats(0.0, 1.0),
        "gain": st.floats(-20.0, 60.0),
        "temperature": st.floats(1.0, 1e6),
        "losses": st.floats(0.0, 60.0),
        "pulses": st.integers(1, 1000),
        "fluctuation": st.integers(0, 4),
        "false_alarm": st.sampled_from([0.0, 1e-12, 1e-6, 1e-3]),
        "probability": st.sampled_from([0.0, 1e-6, 0.5, 1.0]),
        "radial_speed_min": st.floats(0.01, 200.0),
        "beam": st.sampled_from(["0 deg", "1 deg", "90 deg"]),
        "sector": st.sampled_from(["1 deg", "180 deg", "360 deg"]),
        "clutter": st.sampled_from(
            [
                {"reflectivity": "-100 dB", "cell": 0},
                {"reflectivity": "60 dB", "cell": "1 km", "clear_above": "-90 deg"},
                {"reflectivity": 0, "cell": 9, "canceller": {"delays": 2, "pulse_rate": 1, "clutter_spread": 1e4}},
            ]
        ),
    }
)


@settings(max_examples=60, derandomize=True)
@given(FIGURES, st.floats(0.0, 1e-4), st.floats(1e-6, 1e7))
def test_any_figures_give_chances(figures: Scene, rain: float, rcs: float) -> None:
    drone = {"rcs": rcs, "noise": NOISE, "aspect": {"front": "-100 dB", "side": "90 dB"}}
    of = scenario(radar(range=None, **figures), weather={"rain": rain}, threats={"drone": drone})
    found = looks(of, step_m=500)
    assert ((found.pd > 0) & (found.pd <= 1)).all()
    world, theatre = surveyed(of, step_m=500)
    assert np.isfinite(theatre.window[: theatre.sizes[0]["windows"]]).all()
    assert world.sensors["loss"][0] >= 0


# ------------------------------------------------------------------------------------------ maps of coverage


def seen_on_a_map(sensor: Scene, **more: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a target at 500 m is seen in one look of two, and the places, m east and north of the radar."""
    aim = coverage.target(load(scenario(sensor, **more)))
    grid = coverage.grid_of(aim, [500.0], 1, 0, reach=15_000, cell=1_500)
    seen = coverage.coverage(aim, grid, 1, 0, threads=1).of_unit(SEES, 0)[0] > 0
    return seen, grid.x[None, :], grid.y[:, None] + 300


@pytest.mark.parametrize(("azimuth", "width"), [(30, 90), (200, 250), (0, 360)])
def test_a_map_knows_the_sector(azimuth: float, width: float) -> None:
    seen, east, north = seen_on_a_map(radar(azimuth=f"{azimuth} deg", sector=f"{width} deg", range=12_000))
    off = np.abs((np.degrees(np.arctan2(east, north)) - azimuth + 180) % 360 - 180)
    assert np.array_equal(seen, (off <= width / 2) & (np.hypot(np.hypot(east, north), 480) <= 12_000))


def test_a_map_knows_pulses_band_and_rain() -> None:
    """The radius of what is seen is where half the looks detect: with n pulses and a loss of a dB/km both ways."""
    figures = {"fluctuation": 3, "pulses": 10, "frequency": "35 GHz", "range": 14_000}
    rain = float(air.rain_loss(np.array([35e9]), np.array([4.0]))[0])
    radius = brentq(lambda r: 40 * math.log10(14_000 / r) + 10 * math.log10(2.5) - 2 * rain * r / 1000, 100, 14_000)
    around = {"weather": {"rain": "4 mm/h"}, "threats": {"drone": {"rcs_by_band": {"Ka": 2.5}}}}
    seen, east, north = seen_on_a_map(radar(**figures), **around)
    assert 5_000 < radius < 12_000
    assert np.array_equal(seen, np.hypot(np.hypot(east, north), 480) <= radius)


# ------------------------------------------------------------------------------------------ burn-through, by hand


def test_burn_through_is_where_powers_cross() -> None:
    """Self-screening: S = J at R = sqrt(Pt tau G rcs Bj / (4 pi ERP L)), whatever the temperature and wavelength."""
    crossover = math.sqrt(20e3 * 1e-6 * 10**3.6 * 500e6 / (4 * math.pi * 5 * 10**0.8))
    assert CONSTANT / crossover**4 == pytest.approx(PER_HERTZ / crossover**2, rel=1e-12)


# ------------------------------------------------------------------------------------------ what is refused

REFUSED = [
    ({"range": None}, "needs exactly one of range, power, mean_power"),
    ({"range": 1000, "power": 10}, "needs exactly one of range, power, mean_power"),
    ({"range": None, "power": 10, "frequency": 1e9}, "power needs gain, temperature as well"),
    ({"range": None, "power": 10, "frequency": 1e9, "gain": 30, "temperature": 300}, "power needs pulse or bandwidth"),
    ({"range": None, "mean_power": 10, "temperature": 300}, "mean_power needs aperture as well"),
    ({"clutter": {"reflectivity": -10, "cell": 30}}, "clutter needs beam as well"),
    ({"beam": "1 deg", "clutter": {"reflectivity": -10, "cell": 30, "improvement": 20,
      "canceller": {"delays": 1, "pulse_rate": 1000, "clutter_spread": 1}}}, "improvement or canceller, not both"),
    ({"kind": "optical", "pulses": 4}, "pulses is for a sensor of the kind radar, not optical"),
    ({"fluctuation": 5}, "fluctuation"),
    ({"sector": "0 deg"}, "must be wider than 0"),
    ({"frequency": "9.4 GHz", "temperature": "20 C"}, "unknown unit"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_is_refused(change: Scene, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load(scenario(radar(**change)))


@pytest.mark.parametrize(
    ("written", "dimension", "value", "text"),
    [
        ("9.4 GHz", "frequency", 9.4e9, "9.4 GHz"),
        ("150 MHz", "frequency", 150e6, "150 MHz"),
        ("4 kHz", "frequency", 4e3, "4000 Hz"),
        ("1.2 MW", "power", 1.2e6, "1.2e+06 W"),
        ("0.2 us", "time", 2e-7, "2e-07 s"),
        ("36 mm/h", "rainfall", 1e-5, "36 mm/h"),
        (900, "temperature", 900, "900 K"),
    ],
)
def test_quantities_of_radars(written: object, dimension: str, value: float, text: str) -> None:
    assert units.parse(written, dimension) == pytest.approx(value, rel=1e-15)
    assert units.shown(value, dimension) == text
