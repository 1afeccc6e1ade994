"""How often a jammer gets through: exp(-time in range / mean time) survive, by hand for a straight flight."""

from __future__ import annotations

import math

import pytest
from tests.engine.scenes import drone, group, scene, threats, unit

DIVERTED = 3
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
