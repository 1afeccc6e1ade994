"""Sights: cycles on a target, contrast through air, day and night, and the second channel of a mount."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.physics.radar_scenes import group, looks, scenario, window

from bartizan.engine.covering import SEES
from bartizan.ground.errors import ScenarioError
from bartizan.ground.jit import kernel
from bartizan.physics import arrays, light
from bartizan.physics.arrays import PD_CUT, PD_CUT_SINGLE
from bartizan.physics.optics import CUT, CUT_SINGLE, transfer_probability
from bartizan.studies import coverage
from bartizan.world import draw, pack
from bartizan.world.scenario import load

KINDS = ("optical", "infrared")
SIGNAL = {"optical": "contrast", "infrared": "temperature_difference"}
#: A signal that the reference of a sight takes, and by default has.
USUAL = {"optical": 0.5, "infrared": 2.0}
Scene = dict[str, Any]

kinds = st.sampled_from(KINDS)
visibilities = st.floats(50, 100_000)
few = settings(max_examples=30)


def sight(kind: str = "optical", **more: Any) -> Scene:
    return {"kind": kind, "role": "fire-control", "range": 6_000} | more


def at_night(of: Scene) -> Scene:
    of["raids"][0]["light"] = "night"
    return of


def reach_of(of: Scene) -> float:
    """How far the first sensor of a scenario holds its first threat, m."""
    loaded = load(of)
    packed = pack.pack(loaded, loaded.cases[0], draw.worlds(loaded, 0, 0, 1))
    return float(coverage.ranges(arrays.world(packed, 0), 100.0).held[0])


def reach(sensor: Scene, threat: Scene | None = None, **air: Any) -> float:
    return reach_of(scenario(sensor, threats={"drone": threat or {}}, **({"weather": air} if air else {})))


def of_resolution(kind: str, **more: Any) -> Scene:
    return {"kind": kind, "role": "fire-control", "resolution": "0.1 mrad", "cycles": 2} | more


# ------------------------------------------------------------------------------------------------- closed forms


@few
@given(kinds, st.floats(100, 14_000), st.floats(0.1, 20), st.floats(0.7, 1))
def test_a_stated_range_is_returned_at_its_reference(kind: str, range_m: float, size: float, signal: float) -> None:
    signal *= USUAL[kind]
    of = {"size": size, SIGNAL[kind]: signal}
    assert reach(sight(kind, range=range_m, **of), of) == pytest.approx(range_m, rel=1e-9)
    assert reach(sight(kind, range=range_m, **of), of, visibility="23 km") == pytest.approx(range_m, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_without_air_only_the_angle_counts(kind: str) -> None:
    """At the reference's contrast: size over range is cycles times the angle of one."""
    of = {"size": 1.5, SIGNAL[kind]: USUAL[kind]}
    found = reach(of_resolution(kind), of, visibility=2e7, infrared_loss=0)
    assert found == pytest.approx(1.5 / 2e-4, rel=1e-3)


@few
@given(visibilities, st.floats(0.1, 10), st.floats(0.05, 1))
def test_ranges_of_angle_and_of_contrast_add_as_parallel_resistances(v: float, size: float, contrast: float) -> None:
    """1/R = 1/R_angle + 1/R_contrast, the first for the logarithm of contrast that there is at all."""
    left = math.log(contrast) + 3.912
    by_angle, by_contrast = size * left / (2e-4 * (math.log(0.5) + 3.912)), v * left / 3.912
    expected = 1 / (1 / by_angle + 1 / by_contrast)
    assert reach(of_resolution("optical"), {"size": size, "contrast": contrast}, visibility=v) == pytest.approx(
        expected
    )


@kernel
def transferred(ratio, out):  # type: ignore[no-untyped-def]
    for k in range(ratio.shape[0]):
        out[k] = transfer_probability(ratio[k])


def chances(ratio: Any) -> np.ndarray:
    out = np.zeros(len(ratio))
    transferred(np.asarray(ratio, float), out)
    return out


def test_the_transfer_function_rises_from_0_over_even_odds_to_1() -> None:
    ratio = np.concatenate([[-1.0, 0.0], np.geomspace(1e-9, 1e6, 500)])
    found = chances(ratio)
    assert (np.diff(found) >= 0).all()
    assert found[0] == found[1] == 0
    assert found[-1] == 1
    assert chances([1.0])[0] == 0.5


def test_looks_are_left_out_at_the_chances_that_radars_have() -> None:
    assert chances([CUT, CUT_SINGLE]) == pytest.approx([PD_CUT, PD_CUT_SINGLE], rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_looks_of_a_searching_sight(kind: str) -> None:
    """Each look of a survey has the chance that its cycles give, worked out from the figures."""
    eye = of_resolution(kind, scan_period=1, phase=0, confirm=[1, 1]) | {"role": "search"}
    threat = {"size": 1.0, "contrast": 0.3, "temperature_difference": 4.0}
    found = looks(scenario(eye, threats={"drone": threat}, weather={"visibility": 9_000, "infrared_loss": 1.0}))
    air = {
        "optical": 3.912 / 9_000,
        "infrared": 3.912 / 9_000 * (0.55 / 10) ** 1.3 + math.log(10) / 10 / 1000,
    }[kind]
    least = {"optical": math.exp(-3.912), "infrared": 0.1}[kind]
    left = np.log(threat[SIGNAL[kind]] / least) - air * found.range
    x = left / math.log(USUAL[kind] / least) / found.range / 2e-4
    assert len(found.pd) > 20
    assert found.pd == pytest.approx(x ** (2.7 + 0.7 * x) / (1 + x ** (2.7 + 0.7 * x)), rel=1e-3, abs=1e-9)


# --------------------------------------------------------------------------------------------------- the air


@few
@given(kinds, visibilities, visibilities)
def test_never_farther_in_worse_visibility(kind: str, one: float, other: float) -> None:
    worse, better = sorted((one, other))
    assert reach(sight(kind), visibility=worse) <= reach(sight(kind), visibility=better) * (1 + 1e-12)


@few
@given(kinds, st.floats(0, 60), st.floats(0, 60))
def test_never_farther_in_more_rain(kind: str, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert reach(sight(kind), rain=f"{more} mm/h") <= reach(sight(kind), rain=f"{less} mm/h") * (1 + 1e-12)


@few
@given(kinds, st.floats(0.05, 10), st.floats(0.05, 10), st.floats(0.1, 1), st.floats(0.1, 1))
def test_never_farther_for_what_is_smaller_or_fainter(kind: str, a: float, b: float, p: float, q: float) -> None:
    (small, large), (faint, strong) = sorted((a, b)), sorted((p * USUAL[kind], q * USUAL[kind]))
    little = reach(sight(kind), {"size": small, SIGNAL[kind]: faint})
    assert little <= reach(sight(kind), {"size": large, SIGNAL[kind]: strong}) * (1 + 1e-12)


def test_haze_takes_less_of_the_infrared_and_fog_as_much() -> None:
    visibility = np.array([200.0, 500.0, 999.999, 1000.0, 5_999.999, 6_000.0, 60_000.0])
    share = light.haze_infrared(visibility) / light.extinction(visibility)
    assert share[:2] == pytest.approx([1, 1])
    assert (np.diff(share) <= 1e-12).all()
    assert share[2] == pytest.approx(share[3], rel=1e-5)  # one branch meets the next
    assert share[4] == pytest.approx(share[5], rel=1e-5)
    assert share[-1] == pytest.approx((10 / 0.55) ** -1.6)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_fainter_than_the_least_is_never_seen(kind: str) -> None:
    faint = {"optical": 0.01, "infrared": 0.05}[kind]
    assert reach(sight(kind), {SIGNAL[kind]: faint}) == 0
    assert len(looks(scenario(sight(kind, role="search"), threats={"drone": {SIGNAL[kind]: faint}})).time) == 0


def test_night_blinds_a_day_sight_only() -> None:
    night = {
        name: reach_of(at_night(scenario(sensor)))
        for name, sensor in {"day": sight(), "lamp": sight(night=True), "thermal": sight("infrared")}.items()
    }
    assert night == {"day": 0, "lamp": reach(sight()), "thermal": reach(sight("infrared"))}
    searching = at_night(scenario(sight(role="search", confirm=[1, 1])))
    assert len(looks(searching).time) == 0


# ------------------------------------------------------------------------------------------ the second channel


def mount(*sensors: Scene, **more: Any) -> Scene:
    """A unit with a searching radar and these sensors for fire control."""
    of = scenario({"range": 30_000, "range_max": 30_000}, [group(distance=20_000)], **more)
    of["units"][0]["system"]["sensors"] |= {f"channel {k}": {"role": "fire-control"} | s for k, s in enumerate(sensors)}
    return of


#: What a tracking radar loses the drone to, which flies at 100 m/s.
LOST = {
    "low radial speed": ({"radial_speed_min": 150}, {}),
    "clutter": ({"beam": "2 deg", "clutter": {"reflectivity": 20, "cell": 100, "clear_above": "90 deg"}}, {}),
    "jamming": (
        {"frequency": "9.4 GHz", "gain": 36, "temperature": 900, "bandwidth": 1e6},
        {"noise": {"power": "5 MW", "frequency": "9.4 GHz", "bandwidth": "10 MHz"}},
    ),
}


@pytest.mark.parametrize("cause", LOST)
@pytest.mark.parametrize("kind", KINDS)
def test_a_sight_holds_what_the_radar_loses(cause: str, kind: str) -> None:
    weakness, threat = LOST[cause]
    radar = {"kind": "radar", "range": 15_000} | weakness
    flies = {"threats": {"drone": threat}}
    alone, both = window(mount(radar, **flies)), window(mount(radar, sight(kind), **flies))
    assert alone[0] > alone[1], "the radar alone never has it"
    assert both == window(mount(sight(kind), **flies))
    assert both[0] < both[1]


def test_by_night_the_thermal_channel_is_left() -> None:
    channels = sight(range=9_000), sight("infrared", range=4_000)
    assert window(mount(*channels)) == window(mount(channels[0]))
    assert window(at_night(mount(*channels))) == window(mount(channels[1]))


# ------------------------------------------------------------------------------------------- maps of coverage


@pytest.mark.parametrize("kind", KINDS)
def test_a_map_knows_the_air(kind: str) -> None:
    """What is seen ends where the survey has even odds."""
    hazy = scenario(sight(kind, role="search"), weather={"visibility": 7_000, "rain": "2 mm/h"})
    aim = coverage.target(load(hazy))
    grid = coverage.grid_of(aim, [500.0], 1, 0, reach=8_000, cell=500)
    seen = coverage.coverage(aim, grid, 1, 0, threads=1).of_unit(SEES, 0)[0] > 0
    slant = np.hypot(np.hypot(grid.x[None, :], grid.y[:, None] + 300), 480)
    assert np.array_equal(seen, slant <= reach_of(hazy))
    assert 0 < seen.mean() < 1


def test_an_uncertain_haze_takes_more_than_one_world() -> None:
    for air, worlds in (({"visibility": 7_000}, 1), ({"visibility": {"low": 5_000, "high": 9_000}}, coverage.WORLDS)):
        of = scenario(sight(role="search"), threats={"drone": {"size": 1}}, weather=air)
        assert coverage.worlds_needed(coverage.target(load(of)), 0) == worlds


# ---------------------------------------------------------------------------------------------- what is refused

REFUSED = [
    ({"range": None}, "needs exactly one of range, resolution"),
    ({"resolution": "1 mrad", "cycles": 2}, "needs exactly one of range, resolution"),
    ({"range": None, "resolution": "1 mrad"}, "resolution needs cycles as well"),
    ({"range": 19_000}, "in clear air a contrast of 0.5 is seen to 18.92 km"),
    ({"temperature_difference": 3}, "temperature_difference is for a sensor of the kind infrared, not optical"),
    ({"kind": "infrared", "contrast": 0.3}, "contrast is for a sensor of the kind optical, not infrared"),
    ({"kind": "infrared", "night": True}, "night is for a sensor of the kind optical, not infrared"),
    ({"kind": "infrared", "range": 30_000}, "a temperature_difference of 2 is seen to 21"),
    ({"rcs": 2}, "rcs is for a sensor of the kind radar, not optical"),
    ({"kind": "radar", "size": 1}, "size is for a sensor of the kind optical or infrared, not radar"),
    ({"kind": "ideal", "night": True}, "night is for a sensor of the kind optical, not ideal"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_is_refused(change: Scene, message: str) -> None:
    sensor = {name: value for name, value in (sight() | change).items() if value is not None}
    with pytest.raises(ScenarioError, match=message):
        load(scenario(sensor))


def test_gases_give_nothing_back() -> None:
    with pytest.raises(ScenarioError, match="infrared_loss: must not be below 0 dB"):
        load(scenario(sight(), weather={"infrared_loss": -1}))
