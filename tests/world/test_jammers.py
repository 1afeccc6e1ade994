"""How far a jammer reaches: closed forms, laws of power and rejection, and what packing makes of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.samples import written

from bartizan.ground.errors import ScenarioError
from bartizan.physics import jammers
from bartizan.physics.range_equation import wavelength
from bartizan.world import draw, pack
from bartizan.world.scenario import load

DRONE = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": "1 m2", "satnav_dependence": 1}
LINK = {"power": 1, "frequency": "2.44 GHz", "bandwidth": "20 MHz", "distance": "10 km"}
AGAINST_LINKS = {"denies": ["control-link"], "frequency": "2.44 GHz", "bandwidth": "80 MHz", "power": 100}
AGAINST_SATNAV = {"denies": ["satnav"], "power": 10}


def scenario(emitter: dict[str, Any], *threats: dict[str, Any], **of_groups: Any) -> dict[str, Any]:
    """One jammer, and a group of each threat."""
    system = {"emitters": {"mast": {"mean_time_to_effect": 20} | emitter}}
    groups = [{"threat": DRONE | threat, "count": 1, **of_groups} for threat in threats]
    return written(
        units=[{"name": "u", "system": system, "at": {"east": 0, "north": 0}}],
        raids=[{"name": "raid", "groups": groups}],
    )


def reach(emitter: dict[str, Any], *threats: dict[str, Any], count: int = 1) -> np.ndarray:
    """Ranges, m, of the jammer against each threat, in each world."""
    of = load(scenario(emitter, *threats))
    return pack.pack(of, of.case("raid"), draw.worlds(of, 5, 0, count)).jam_range[:, 0]


# -------------------------------------------------------------------------------------- satellite navigation

cn0s, ratios = st.floats(30, 55), st.floats(-20, 90)
qualities, watts, decibels = st.floats(0.5, 3), st.floats(1e-3, 1e4), st.floats(-10, 60)


@given(cn0=cn0s, below=st.floats(0.01, 25), quality=qualities)
def test_the_tolerable_ratio_leaves_the_threshold(cn0: float, below: float, quality: float) -> None:
    ratio = jammers.tolerable_js(cn0, cn0 - below, quality, jammers.CHIP_RATE_HZ)
    left = jammers.effective_cn0(cn0, ratio, quality, jammers.CHIP_RATE_HZ)
    assert left == pytest.approx(cn0 - below, abs=1e-9)


@given(cn0=cn0s, ratio=ratios, quality=qualities)
def test_jamming_only_takes_away(cn0: float, ratio: float, quality: float) -> None:
    left = jammers.effective_cn0(cn0, ratio, quality, jammers.CHIP_RATE_HZ)
    stronger = jammers.effective_cn0(cn0, ratio + 1, quality, jammers.CHIP_RATE_HZ)
    assert stronger < left + 1e-12 <= cn0 + 1e-9


@given(power=watts, signal=st.floats(-180, -60), ratio=st.floats(0, 60))
def test_at_its_range_a_jammer_is_as_much_stronger_as_asked(power: float, signal: float, ratio: float) -> None:
    wave = wavelength(jammers.L1_HZ)
    found = jammers.jamming_range(power, wave, signal, ratio)
    if found < jammers.FARTHEST_M:
        assert jammers.received_dbw(power, wave, found) - signal == pytest.approx(ratio, abs=1e-9)


def test_a_receiver_that_has_no_lock_loses_it_anywhere() -> None:
    """A threshold at or above what an unjammed receiver has."""
    for threshold in (jammers.UNJAMMED_CN0_DB, 50.0):
        assert jammers.satnav_range(1.0, 1.0, threshold, 0.0) == jammers.FARTHEST_M


def test_the_packed_range_by_hand() -> None:
    """10 W against a plain receiver: J/S of 32.0 dB is lock lost at 28 dB-Hz, 101 km away; 20 dB of nulls take 9/10."""
    ratio = 10 * math.log10(1.023e6 * (10**-2.8 - 10**-4.4))
    expected = 299_792_458 / 1575.42e6 / (4 * math.pi) * 10 ** ((10 + 158.5 - ratio) / 20)
    assert ratio == pytest.approx(31.99, abs=0.01)
    assert expected == pytest.approx(101_345, rel=1e-4)
    found = reach(AGAINST_SATNAV, {}, {"satnav_rejection": "20 dB"}, {"satnav_threshold": "24 dB"})[0]
    assert found[:2] == pytest.approx([expected, expected / 10], rel=1e-12)
    assert found[2] < found[0]


@pytest.mark.parametrize("mhz", [100, 433, 1176.45, 1575.42])
def test_a_jammer_of_satnav_has_no_frequency_of_its_own(mhz: float) -> None:
    """Receivers are those of L1 C/A: power on 433 MHz would not touch them, and that on L1 goes without saying."""
    with pytest.raises(ScenarioError, match=r"frequency is for a jammer of control links; .* on L1"):
        load(scenario(AGAINST_SATNAV | {"frequency": f"{mhz} MHz"}, {}))


@given(power=watts, more=st.floats(1, 100), rejection=decibels, further=st.floats(0, 40), quality=qualities)
def test_more_power_reaches_farther_and_rejection_less_far(
    power: float, more: float, rejection: float, further: float, quality: float
) -> None:
    def found(power: float, rejection: float, quality: float = quality) -> float:
        return float(jammers.satnav_range(power, quality, 28.0, rejection))

    base = found(power, rejection)
    assert found(power * more, rejection) >= base >= found(power, rejection + further)
    assert found(power, rejection, 2 * quality) <= base


# ------------------------------------------------------------------------------------------------------ links


def test_a_link_is_lost_where_jamming_exceeds_its_margin() -> None:
    """A quarter of 100 W falls into the link's band: 5 times as far as the operator of 1 W at a margin of 0."""
    margins = [LINK | {"margin": f"{db} dB"} for db in (0, 20)] + [LINK | {"loss": "6 dB"}]
    found = reach(AGAINST_LINKS, *({"link": link} for link in margins))[0]
    assert found == pytest.approx([50_000, 5_000, 50_000 * 10**0.3], rel=1e-12)


def test_a_link_is_jammed_by_what_falls_into_its_band() -> None:
    """The jammer's band is 2400 to 2480 MHz: what falls into half of a link's is 3 dB less; none leaves it alone."""
    shared = {2_380: 0, 2_389: 0, 2_395: 5, 2_400: 10, 2_411: 20, 2_470: 20, 2_480: 10, 2_491: 0, 915: 0}
    links = [LINK | {"frequency": f"{mhz} MHz"} for mhz in shared]
    found = reach(AGAINST_LINKS, *({"link": link} for link in links))[0]
    expected = [50_000 * math.sqrt(mhz / 20) if mhz else jammers.NOWHERE for mhz in shared.values()]
    assert found == pytest.approx(expected, rel=1e-9)


def test_who_has_no_link_is_immune_to_a_jammer_of_links() -> None:
    assert reach(AGAINST_LINKS, {}).tolist() == [[jammers.NOWHERE]]


@given(factor=st.floats(1, 1e3), margin=decibels)
def test_more_power_jams_a_link_from_farther(factor: float, margin: float) -> None:
    signal = jammers.received_dbw(1.0, 0.125, 1e4)
    near, far = (jammers.jamming_range(p, 0.125, signal, margin) for p in (1.0, factor))
    assert far == pytest.approx(near * math.sqrt(factor), rel=1e-9) or far == jammers.FARTHEST_M


def test_the_link_of_a_group_takes_the_place_of_its_threats() -> None:
    """An operator of the same type who stands half as far away."""
    near, threats = LINK | {"distance": "5 km"}, ({"link": LINK, "link_dependence": 1}, {"link_dependence": 1})
    of = load(scenario(AGAINST_LINKS, *threats, link=near))
    found = pack.pack(of, of.case("raid"), draw.worlds(of, 5, 0, 1)).jam_range
    assert found[0, 0] == pytest.approx([25_000, 25_000], rel=1e-12)


def test_a_narrow_jammer_puts_all_its_power_into_the_link() -> None:
    assert [jammers.in_band(8.0, band, 20e6, 0.0) for band in (1e6, 20e6, 80e6)] == [8.0, 8.0, 2.0]
    assert [jammers.in_band(8.0, 1e6, 20e6, apart) for apart in (9.5e6, 10e6, 10.5e6, 30e6)] == [8.0, 4.0, 0.0, 0.0]


def test_what_is_uncertain_differs_between_worlds() -> None:
    found = reach(AGAINST_SATNAV | {"power": {"low": 1, "high": 100}}, {}, {"satnav_rejection": "10 dB"}, count=20)
    assert len(set(found[:, 0])) == 20
    assert found[:, 0] == pytest.approx(math.sqrt(10) * found[:, 1], rel=1e-12)


def test_a_link_that_nobody_described_is_asked_for() -> None:
    of = scenario(AGAINST_LINKS, {"link_dependence": 0.2}, {"link_dependence": 0.2, "link": LINK}, {})
    with pytest.raises(ScenarioError, match=r"emitter 'mast' has a power, .* a link") as caught:
        load(of)
    assert "figures: raids/raid/0;" in str(caught.value)
    assert load(scenario({"denies": ["control-link"], "range": 9_000}, {"link_dependence": 0.2}))
