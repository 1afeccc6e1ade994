"""How often a jammer gets through: exp(-time in range / mean time) survive, by hand for a straight flight."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.engine.scenes import drone, group, scene, threats, unit

from bartizan.engine.layout import DIVERTED

OPEN = {"surface": {"kind": "open"}, "study": {"step": 20}}


@pytest.mark.parametrize(("reach", "mean_time"), [(9_000, 60), (15_000, 200), (3_000, 10)])
def test_the_share_that_loses_its_link(reach: float, mean_time: float) -> None:
    """A glide from 30 km away ends at the jammer's foot: it is in range for the last `reach` metres."""
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": reach, "mean_time_to_effect": mean_time}}}
    glider = drone(profile="glide", altitude=1_000, link_dependence=1.0)
    of = scene([unit("J", mast)], [group(count=20)], threats={"drone": glider}, **OPEN)
    found = threats(of, 1, 1_000)
    n, expected = found["fate"].size, 1 - math.exp(-reach / 150 / mean_time)
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_two_jammers_add_their_hazards() -> None:
    mast = {"emitters": {"mast": {"denies": ["control-link"], "range": 9_000, "mean_time_to_effect": 120}}}
    glider = drone(profile="glide", altitude=1_000, link_dependence=1.0)
    units = [unit("J", mast), unit("K", mast), unit("Far", mast, 90_000), unit("Absent", mast, present=0)]
    of = scene(units, [group(count=20)], threats={"drone": glider}, **OPEN)
    found = threats(of, 1, 1_000)
    n, expected = found["fate"].size, 1 - math.exp(-2 * 9_000 / 150 / 120)
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_who_drifts_far_enough_misses() -> None:
    """Navigation lost at once, T s before the end: P(miss > radius) = exp(-radius^2 / 2 (drift T)^2)."""
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 300_000, "mean_time_to_effect": 0.001}}}
    glider = drone(profile="glide", altitude=1_000, satnav_dependence=1.0, drift=1.0)
    of = scene([unit("J", mast)], [group(count=20)], surface={"kind": "open"}, threats={"drone": glider})
    found = threats(of, 1, 1_000)
    lasts = math.hypot(30_000, 1_000) / 150
    n, expected = found["fate"].size, math.exp(-(200**2) / (2 * lasts**2))
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_an_error_of_acceleration_grows_with_the_square_of_the_time() -> None:
    """P(miss > radius) = exp(-radius^2 / 2 ((drift T)^2 + (a T^2 / 2)^2))."""
    mast = {"emitters": {"mast": {"denies": ["satnav"], "range": 300_000, "mean_time_to_effect": 0.001}}}
    glider = drone(profile="glide", altitude=1_000, satnav_dependence=1.0, drift=0.5, drift_acceleration="1 mg")
    of = scene([unit("J", mast)], [group(count=20)], surface={"kind": "open"}, threats={"drone": glider})
    found = threats(of, 1, 1_000)
    lasts = math.hypot(30_000, 1_000) / 150
    sigma = math.hypot(0.5 * lasts, 9.80665e-3 * lasts**2 / 2)
    n, expected = found["fate"].size, math.exp(-(200**2) / (2 * sigma**2))
    assert 0.1 < expected < 0.9
    assert abs((found["fate"] == DIVERTED).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


# ------------------------------------------------------------------------------------------- jammers by their power

LINK = {"power": 1, "frequency": "2.4 GHz", "bandwidth": "20 MHz", "distance": 3_000, "margin": 10}


def powered(watts: float, **of_drone: Any) -> dict[str, Any]:
    """Drones towards a town with jammers of `watts` and 1000 times that, against links and satellite navigation."""
    both = {
        "links": {"denies": ["control-link"], "power": 1_000 * watts, "frequency": "2.4 GHz", "bandwidth": "20 MHz",
                  "mean_time_to_effect": 20},
        "satnav": {"denies": ["satnav"], "power": watts, "mean_time_to_effect": 20},
    }  # fmt: skip
    of = drone(profile="glide", altitude=1_000, drift=20, link=LINK) | of_drone
    return scene([unit("J", {"emitters": both})], [group(count=20)], threats={"drone": of}, **OPEN)


def diverted(watts: float, **of_drone: Any) -> Any:
    return threats(powered(watts, **of_drone), 1, 200)["fate"] == DIVERTED


def test_a_powered_jammer_works_within_its_range() -> None:
    """100 W against 1 W at 3 km with a margin of 10 dB: 3 km x sqrt(100 / 10) = 9.5 km of the glide."""
    found = diverted(0.1, link_dependence=1)
    expected = 1 - math.exp(-3_000 * math.sqrt(10) / 150 / 20)
    assert abs(found.mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / found.size)


@pytest.mark.parametrize("needs", ["satnav_dependence", "link_dependence"])
def test_more_power_diverts_whatever_less_did(needs: str) -> None:
    """The luck is the same: with more power a threat is only lost earlier."""
    less, more = (diverted(watts, **{needs: 1}) for watts in (0.002, 0.02))
    assert not (less & ~more).any()
    assert less.mean() < more.mean()


def test_more_rejection_saves_whatever_less_did() -> None:
    less, more = (diverted(0.02, satnav_dependence=1, satnav_rejection=db) for db in (3, 12))
    assert not (more & ~less).any()
    assert more.mean() < less.mean()


def test_what_needs_neither_is_immune() -> None:
    assert not diverted(1e6).any()
