"""What one look of a radar is worth, against a slow double: exact geometry and the published formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import EQUATION, Looks, group, looks, radar, scenario, window

from bartizan.physics import air, range_equation
from bartizan.physics.detection import detection_probability

PFA = 1e-6
RADIUS_M = 4 / 3 * 6_371_008.77
#: constant of the equation's radar, by hand: SNR = Pt tau G^2 lambda^2 / ((4 pi)^3 k Ts L)
WAVE_M = 299_792_458 / 9.4e9
CONSTANT = 20e3 * 1e-6 * 10**7.2 * WAVE_M**2 / ((4 * math.pi) ** 3 * 1.380649e-23 * 900 * 10**0.8)


def expected(found: Looks, snr: np.ndarray, swerling: int = 1, pulses: int = 1) -> np.ndarray:
    return np.array([detection_probability(float(s), PFA, pulses, swerling) for s in snr])


def agree(found: Looks, snr: np.ndarray, swerling: int = 1, pulses: int = 1, off: float = 2e-4) -> None:
    assert len(found.pd) > 30
    assert found.pd.max() > 0.3
    np.testing.assert_allclose(found.pd, expected(found, snr, swerling, pulses), atol=off)


def test_a_reference_range() -> None:
    found = looks(scenario(radar(rcs=2, probability=0.8)))
    snr = (math.log(PFA) / math.log(0.8) - 1) * 20_000**4 / 2 / found.range**4
    agree(found, snr)


@pytest.mark.parametrize(("swerling", "pulses"), [(0, 1), (0, 10), (1, 10), (2, 10), (3, 1), (3, 30), (4, 10)])
def test_fluctuation_and_pulses(swerling: int, pulses: int) -> None:
    """The stated range is that at which the sum of the pulses is detected with the stated probability."""
    of = scenario(radar(fluctuation=swerling, pulses=pulses, probability=0.9))
    found, (world, _) = looks(of), surveyed(of)
    constant = float(world.sensors["snr_constant"][0])
    assert detection_probability(constant / 20_000**4, PFA, pulses, swerling) == pytest.approx(0.9, abs=1e-9)
    agree(found, constant / found.range**4, swerling, pulses)


def test_the_range_equation() -> None:
    found = looks(scenario(radar(**EQUATION)))
    agree(found, CONSTANT / found.range**4)


def test_the_pulse_counts_once() -> None:
    """A compressed pulse has the energy of its whole length, whatever the receiver's bandwidth."""
    plain, _ = surveyed(scenario(radar(**EQUATION)))
    wide, _ = surveyed(scenario(radar(**EQUATION, bandwidth="20 MHz")))
    by_bandwidth, _ = surveyed(scenario(radar(**{**EQUATION, "pulse": None}, bandwidth="1 MHz")))
    assert plain.sensors["snr_constant"][0] == wide.sensors["snr_constant"][0] == pytest.approx(CONSTANT, rel=1e-12)
    assert by_bandwidth.sensors["snr_constant"][0] == pytest.approx(CONSTANT, rel=1e-12)


def test_the_temperature_is_the_systems() -> None:
    """Twice the temperature of the system is 3 dB less; nothing is added to it."""
    hot, _ = surveyed(scenario(radar(**EQUATION | {"temperature": "1800 K"})))
    assert hot.sensors["snr_constant"][0] == pytest.approx(CONSTANT / 2, rel=1e-12)


def test_a_search_radar() -> None:
    """All energy of one scan counts, over the sector's solid angle; the sum of its pulses is what is decided on."""
    figures: dict[str, Any] = {
        "range": None, "mean_power": 200, "aperture": 2, "temperature": "500 K", "scan_period": 4,
        "elevation_min": "0 deg", "elevation_max": "30 deg",
    }  # fmt: skip
    world, _ = surveyed(scenario(radar(**figures)))
    by_hand = 200 * 2 * 4 / (4 * math.pi * 1.380649e-23 * 500 * 2 * math.pi * 0.5)
    assert world.sensors["snr_constant"][0] == pytest.approx(by_hand, rel=1e-9)
    narrow, _ = surveyed(scenario(radar(**figures, sector="90 deg")))
    assert narrow.sensors["snr_constant"][0] == pytest.approx(4 * by_hand, rel=1e-9)
    many, _ = surveyed(scenario(radar(**figures, pulses=8)))
    assert many.sensors["snr_constant"][0] == pytest.approx(by_hand / 8, rel=1e-9)


# ------------------------------------------------------------------------------------------ band and aspect


@pytest.mark.parametrize(("frequency", "rcs"), [("9.4 GHz", 0.5), ("1.3 GHz", 3.0), ("3 GHz", 1.0), ("12 GHz", 1.0)])
def test_the_cross_section_of_its_band(frequency: str, rcs: float) -> None:
    drone = {"rcs_by_band": {"X": 0.5, "L": 3}}
    found = looks(scenario(radar(frequency=frequency), threats={"drone": drone}))
    agree(found, (math.log(PFA) / math.log(0.5) - 1) * rcs * 20_000**4 / found.range**4)


def test_a_radar_without_a_frequency_sees_the_plain_cross_section() -> None:
    plain, other = (looks(scenario(radar(), threats={"drone": more})) for more in ({}, {"rcs_by_band": {"X": 9}}))
    assert np.array_equal(plain.pd, other.pd)


def test_aspect() -> None:
    """Between front, side and rear with the square of the cosine off the nose; the threat flies past the radar."""
    drone = {"aspect": {"front": "-3 dB", "side": "9 dB", "rear": "2 dB"}}
    found = looks(scenario(radar(), [group(bearing=180)], threats={"drone": drone}))
    ahead = -found.opening / np.linalg.norm(found.velocity, axis=1)
    end = np.where(ahead > 0, 10**-0.3, 10**0.2)
    factor = 10**0.9 + (end - 10**0.9) * ahead**2
    agree(found, (math.log(PFA) / math.log(0.5) - 1) * factor * 20_000**4 / found.range**4)


def test_no_aspect_is_the_same_from_all_sides() -> None:
    plain, even = (looks(scenario(radar(), threats={"drone": more})) for more in ({}, {"aspect": {}}))
    np.testing.assert_allclose(plain.pd, even.pd, atol=1e-6)


# ------------------------------------------------------------------------------------------ sector


@pytest.mark.parametrize("bearing", [0, 40, 50, 130, 180, 229, 231, 300])
@pytest.mark.parametrize(("azimuth", "width"), [(0, 90), (0, 260), (90, 80), (180, 100), (270, 350), (0, 360)])
def test_a_sector(azimuth: float, width: float, bearing: float) -> None:
    """Seen exactly while its bearing from the radar is within the sector."""
    of = scenario(radar(azimuth=f"{azimuth} deg", sector=f"{width} deg"), [group(bearing=bearing)])
    found, free = looks(of, step_m=500), looks(scenario(radar(), [group(bearing=bearing)]), step_m=500)
    off = np.degrees(np.arctan2(free.place[:, 0], free.place[:, 1])) - azimuth
    off = np.abs((off + 180) % 360 - 180) - width / 2
    inside = set(free.time[off < -0.5]) if width < 360 else set(free.time)
    outside = set(free.time[off > 0.5])
    # certainty ends a row of looks, and comes later to a radar that saw nothing at first
    seen = set(found.time)
    assert inside <= seen | set(free.time[free.time > max(seen, default=0.0)])
    assert not outside & seen


@pytest.mark.parametrize("surface", ["open", "smooth"])
@pytest.mark.parametrize("limit", [0.5, 1.0, 2.0])
def test_elevation_is_over_a_round_earth(surface: str, limit: float) -> None:
    """It first sees a target where that rises over its limit, by the sphere's geometry: not over a flat earth, on which
    3.5 km are 1 degree up from 199 km away."""
    sensor = radar(range=600_000, elevation_min=f"{limit} deg", fluctuation=0)
    level = {"altitude": 3_500, "speed": 250}
    of = scenario(sensor, [group(distance=250_000)], surface={"kind": surface}, threats={"drone": level})
    first = looks(of).place[0]
    arc = math.hypot(*first[:2]) / RADIUS_M
    up, along = (RADIUS_M + 3_500) * math.cos(arc) - RADIUS_M - 20, (RADIUS_M + 3_500) * math.sin(arc)
    assert math.degrees(math.atan2(up, along)) == pytest.approx(limit, abs=0.01)


# ------------------------------------------------------------------------------------------ slow targets, clutter


def test_a_slow_target_is_not_seen() -> None:
    """It passes the radar 300 m to the north: where its radial speed is below the least, there is no look."""
    of = scenario(radar(radial_speed_min=30), [group(bearing=180)])
    found = looks(of)
    assert np.abs(found.opening).min() >= 30 - 2
    assert not len(looks(scenario(radar(radial_speed_min=120))).time)
    assert np.abs(looks(scenario(radar(), [group(bearing=180)])).opening).min() > 0


CLUTTER = {"reflectivity": "-10 dB", "cell": "30 m", "improvement": "25 dB"}


def ground(found: Looks, height: float = 20.0) -> np.ndarray:
    """Cross section of the ground in the cell, by the law of sines on a sphere: gamma sin(psi) R theta cell / cos."""
    r = found.range
    sine = ((RADIUS_M + height) ** 2 - RADIUS_M**2 - r**2) / (2 * RADIUS_M * r)
    sine = np.clip(sine, 0, 1)
    return 10**-1.0 * sine * r * math.radians(2) * 30 / np.sqrt(1 - sine**2)


def test_clutter() -> None:
    found = looks(scenario(radar(**EQUATION, clutter=CLUTTER), threats={"drone": {"rcs": 0.5}}))
    echo = CONSTANT / found.range**4
    agree(found, 0.5 * echo / (1 + echo * ground(found) / 10**2.5))
    assert found.pd.max() < 0.9999


def test_beyond_the_horizon_there_is_no_clutter() -> None:
    """From 20 m the ground is in sight to 18.4 km."""
    strong = CLUTTER | {"improvement": "0 dB", "reflectivity": "20 dB"}
    found = looks(scenario(radar(**EQUATION, clutter=strong, scan_period=5)))
    assert found.range.min() == pytest.approx(math.sqrt(2 * RADIUS_M * 20), abs=520)


def test_a_beam_that_clears_the_ground() -> None:
    clear, plain = (
        looks(scenario(radar(**EQUATION, clutter=CLUTTER | more), threats={"drone": {"altitude": 3000}}))
        for more in ({"clear_above": "10 deg"}, {})
    )
    high = clear.place[:, 2] > np.hypot(clear.place[:, 0], clear.place[:, 1]) * math.tan(math.radians(10))
    echo = CONSTANT / clear.range**4
    np.testing.assert_allclose(clear.pd[high], expected(clear, echo)[high], atol=2e-4)
    assert len(plain.time) >= len(clear.time)


@pytest.mark.parametrize("beam", ["1 deg", "2.5 deg"])
def test_a_pencil_beam_is_clear_of_the_ground_one_width_above_it(beam: str) -> None:
    """Unless `clear_above` says otherwise; a search radar's beam may be a fan, which never is."""
    figures = EQUATION | {"beam": beam, "clutter": CLUTTER}
    by_role = {role: surveyed(scenario(radar(**figures, role=role)))[0] for role in ("search", "fire-control")}
    assert by_role["search"].sensors["tan_clear"][0] == np.inf
    clear = math.tan(math.radians(float(beam.split()[0])))
    assert by_role["fire-control"].sensors["tan_clear"][0] == pytest.approx(clear, rel=1e-12)
    stated = surveyed(
        scenario(radar(**figures | {"clutter": CLUTTER | {"clear_above": "90 deg"}}, role="fire-control"))
    )
    assert stated[0].sensors["tan_clear"][0] > 1e4


def test_a_tracker_above_the_ground_holds_through_clutter() -> None:
    """A target at 10 degrees is held where the ground's echo would drown it in a fan."""
    strong = CLUTTER | {"improvement": "0 dB", "reflectivity": "10 dB"}
    tracker = EQUATION | {"beam": "2 deg", "role": "fire-control", "clutter": strong}
    high = {"drone": {"altitude": 3000}}
    free = window(scenario(radar(**tracker | {"clutter": None}), threats=high))
    assert window(scenario(radar(**tracker), threats=high)) == pytest.approx(free)
    drowned = window(scenario(radar(**tracker | {"clutter": strong | {"clear_above": "90 deg"}}), threats=high))
    assert drowned[0] > free[0] + 10


def test_a_canceller() -> None:
    """It improves by its factor, and takes targets at the blind speeds with the clutter."""
    canceller = {"delays": 1, "pulse_rate": "4 kHz", "clutter_spread": 1}
    clutter = {"reflectivity": "-10 dB", "cell": "30 m", "canceller": canceller}
    found = looks(scenario(radar(**EQUATION, clutter=clutter), threats={"drone": {"speed": 47}}))
    lag = 2 * 1.0 / WAVE_M / 4000  # spectral spread over the pulse rate
    improvement = 1 / (1 - math.exp(-2 * (math.pi * lag) ** 2))
    response = 2 * np.sin(math.pi * 2 * found.opening / WAVE_M / 4000) ** 2
    echo = CONSTANT / found.range**4
    agree(found, response * echo / (1 + echo * ground(found) / improvement))
    for stated, reach in ((None, 299_792_458 / 8000), (1e6, 299_792_458 / 8000), (20_000, 20_000)):
        world, _ = surveyed(scenario(radar(**EQUATION, clutter=clutter, range_max=stated)))
        assert world.sensors["r_max"][0] == pytest.approx(reach)


def test_an_ideal_sensor_sees_no_farther_than_its_range() -> None:
    for stated, reach in ((None, 20_000), (40_000, 20_000), (10_000, 10_000)):
        world, _ = surveyed(scenario({"kind": "ideal", "range": 20_000, "range_max": stated}))
        assert world.sensors["r_max"][0] == reach


@pytest.mark.parametrize(("delays", "peak"), [(1, 2.0), (2, 8 / 3)])
def test_looks_begin_where_the_canceller_lets_most_through(delays: int, peak: float) -> None:
    """Halfway between blind speeds an echo comes out larger: the first look that counts, one of 1e-5, is that much
    farther out (fourth root)."""
    canceller = {"delays": delays, "pulse_rate": "1.2 kHz", "clutter_spread": 1}
    clutter = {"reflectivity": "-60 dB", "cell": "30 m", "canceller": canceller}
    best = {"speed": 0.5 * WAVE_M * 1200 / 2, "altitude": 2000}
    found = looks(scenario(radar(**EQUATION, clutter=clutter), [group(distance=120_000)], threats={"drone": best}))
    snr = math.log(PFA) / math.log(1e-5) - 1
    assert found.range[0] == pytest.approx((CONSTANT * peak / snr) ** 0.25, abs=1.1 * best["speed"])


@pytest.mark.parametrize("delays", [1, 2])
def test_a_target_at_the_blind_speed_is_cancelled(delays: int) -> None:
    canceller = {"delays": delays, "pulse_rate": "4 kHz", "clutter_spread": 1}
    clutter = {"reflectivity": "-40 dB", "cell": "30 m", "canceller": canceller}
    blind = WAVE_M * 4000 / 2
    slow, fast = (
        looks(scenario(radar(**EQUATION, clutter=clutter), threats={"drone": {"speed": v, "altitude": 20}}))
        for v in (blind, 1.5 * blind)
    )
    far = slow.range > 5000
    assert not len(slow.time) or slow.pd[far].max(initial=0.0) < 1e-2
    assert fast.pd[fast.range > 5000].max() > 0.5


# ------------------------------------------------------------------------------------------ air, rain, jamming


def test_gas_and_rain_are_lost_on_both_ways() -> None:
    found = looks(scenario(radar(**EQUATION), weather={"rain": "10 mm/h"}, threats={"drone": {"rcs": 10}}))
    gas, rain = sum(air.gas_loss(np.array([9.4e9]))), air.rain_loss(np.array([9.4e9]), np.array([10.0]))
    lost_db = 2 * (gas + rain) * found.range / 1000
    agree(found, 10 * CONSTANT / found.range**4 * 10 ** (-lost_db / 10))


def test_a_stated_range_holds_in_clear_air() -> None:
    clear, dry, wet = (
        looks(scenario(radar(frequency="9.4 GHz"), **more))
        for more in ({}, {"weather": {}}, {"weather": {"rain": "10 mm/h"}})
    )
    assert np.array_equal(clear.pd, dry.pd)
    lost_db = 2 * air.rain_loss(np.array([9.4e9]), np.array([10.0])) * wet.range / 1000
    snr = (math.log(PFA) / math.log(0.5) - 1) * 20_000**4 / wet.range**4
    agree(wet, snr * 10 ** (-lost_db / 10))


NOISE = {"power": 5, "frequency": "9.5 GHz", "bandwidth": "500 MHz"}
PER_HERTZ = 10**3.6 * WAVE_M**2 / ((4 * math.pi) ** 2 * 1.380649e-23 * 900) * 5 / 500e6


def test_self_screening() -> None:
    found = looks(scenario(radar(**EQUATION), threats={"drone": {"noise": NOISE, "rcs": 10}}))
    agree(found, 10 * CONSTANT / found.range**4 / (1 + PER_HERTZ / found.range**2))


def test_a_jammer_of_another_band_does_nothing() -> None:
    plain, other, unknown = (
        looks(scenario(radar(**figures), threats={"drone": more}))
        for figures, more in (
            (EQUATION, {}),
            (EQUATION, {"noise": NOISE | {"frequency": "3 GHz"}}),
            ({"range": 17_000}, {"noise": NOISE}),
        )
    )
    assert np.array_equal(plain.pd, other.pd)
    assert len(unknown.time)


@pytest.mark.parametrize(
    ("off", "width", "share"),
    [
        ("0.2 MHz", 0.2, 1.0),
        ("0.55 MHz", 0.3, 1 / 3),
        ("0.7 MHz", 0.2, 0.0),
        ("1 MHz", 2.0, 0.5),
        ("1.6 MHz", 2.0, 0.0),
    ],
)
def test_what_falls_into_the_receivers_band_is_what_jams(off: str, width: float, share: float) -> None:
    """A receiver 1 MHz wide hears the part of a jammer's band that it shares, all of it within its own."""
    noise = {"power": 0.02, "frequency": f"{9400 + float(off.split()[0])} MHz", "bandwidth": f"{width} MHz"}
    found = looks(scenario(radar(**EQUATION), threats={"drone": {"noise": noise, "rcs": 10}}))
    per_hertz = PER_HERTZ * 500 / 5 * 0.02 * share / max(width, 1.0)
    agree(found, 10 * CONSTANT / found.range**4 / (1 + per_hertz / found.range**2))
    assert share == 0 or per_hertz / found.range.max() ** 2 > 0.5


def beam_of(**figures: Any) -> float:
    """Width of the beam through which others jam the equation's radar, rad."""
    world, _ = surveyed(scenario(radar(**EQUATION | figures)))
    return 2 * math.acos(float(world.sensors["cos_beam"][0]))


def test_a_beam_that_is_not_stated_is_that_of_a_round_one_with_the_gain() -> None:
    """ITU-R F.699: 44.5 dB - 20 lg(degrees). With all its power in a disc that wide an antenna would be 54 % efficient;
    half as wide is 6 dB."""
    for gain in (20.0, 36.0, 45.0):
        width = float(range_equation.beam_of_gain(10 ** (gain / 10)))
        assert 44.5 - 20 * math.log10(math.degrees(width)) == pytest.approx(gain, abs=1e-12)
        assert 4 * math.pi * 0.54 / (math.pi / 4 * width**2) == pytest.approx(10 ** (gain / 10), rel=0.01)
    assert range_equation.beam_of_gain(1e-3) == math.pi
    assert beam_of(beam=None) == pytest.approx(math.radians(10 ** ((44.5 - 36) / 20)), rel=1e-6)
    assert beam_of(beam=None, receive_gain="42 dB") == pytest.approx(beam_of(beam=None) / 10**0.3, rel=1e-6)
    assert beam_of(beam="1 deg") == pytest.approx(math.radians(1), rel=1e-6)


@pytest.mark.parametrize("beam", ["2 deg", None])
def test_a_stand_off_jammer_in_line_with_the_target_is_in_the_beam(beam: str | None) -> None:
    """0.3 degrees beside it: whether the beam is stated or follows from the gain, burn-through is from within 15 km."""
    jammer = {"kind": "aircraft", "speed": 100, "altitude": 500, "rcs": 1, "noise": NOISE | {"power": 50}}
    groups = [group(), group(90.3, threat=jammer, distance=60_000)]
    assert looks(scenario(radar(**EQUATION | {"beam": beam}), groups)).range.max() < 15_000
    assert looks(scenario(radar(**EQUATION | {"beam": beam}))).range.max() > 25_000


@pytest.mark.parametrize(("bearing", "gain_db", "power"), [(90.1, 0.0, 20), (60.0, -30.0, 20e3)])
def test_stand_off(bearing: float, gain_db: float, power: float) -> None:
    """A second aircraft jams from farther out: through the beam where it is behind the target, else beside it."""
    noise = NOISE | {"power": power}
    jammer = {"kind": "aircraft", "speed": 100, "altitude": 5000, "rcs": 1, "release_distance": 60_000, "noise": noise}
    groups = [group(), group(bearing, threat=jammer, distance=100_000, arrival={"start": 200})]
    of = scenario(radar(**EQUATION | {"beam": "10 deg"}), groups)
    found, (_, theatre) = looks(of), surveyed(of)
    away = theatre.routes[1]
    time = found.time + theatre.routes["start"][0] - away["start"]
    flying, n = time >= 0, int(away["points"])
    at = np.stack([np.interp(time, away["t"][:n], away[axis][:n]) for axis in "xyz"], axis=1) - [0, -300, 20]
    jam = np.where(flying, PER_HERTZ * power / 5 * 10 ** (gain_db / 10) / np.sum(at**2, axis=1), 0.0)
    assert 0.5 < jam.max() < 20
    assert flying.any()
    assert not flying.all()
    agree(found, CONSTANT / found.range**4 / (1 + jam))
