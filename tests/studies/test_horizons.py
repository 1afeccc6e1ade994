"""Outlines of sight: circles over a smooth earth, nested by height, anticlockwise and valid."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from tests.engine.scenes import battery, scene, unit

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.studies import horizons
from bartizan.world.scenario import load


def outlines(**more: object) -> dict[float, np.ndarray]:
    found = horizons.outlines(load(scene([unit("A", battery(), 2_000)], **more)), seed=0)
    return {row["height_m"]: row["outline"] for row in found}


def test_over_a_smooth_earth_they_are_circles_to_the_horizon() -> None:
    for height, ring in outlines().items():
        radius = np.hypot(ring[:, 0] - 2_000, ring[:, 1])
        assert np.ptp(radius) < 1e-6
        horizon = math.sqrt(2 * EFFECTIVE_RADIUS_M * 10) + math.sqrt(2 * EFFECTIVE_RADIUS_M * height)
        assert radius[0] == pytest.approx(horizon, rel=0.012)
        assert radius[0] <= horizon * 1.001


def test_they_run_anticlockwise_and_close() -> None:
    ring = outlines()[30.0]
    x, y = ring[:, 0], ring[:, 1]
    assert (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0
    assert ring[0] == pytest.approx(ring[-1])


def test_higher_targets_are_seen_no_less_far_over_a_city() -> None:
    surface = {
        "kind": "city", "centre": {"east": 0, "north": 0}, "radius": 5_000, "density": "300 1/km2",
        "perimeter": 80, "heights": {"rayleigh": 12},
    }  # fmt: skip
    found = outlines(surface=surface)
    reach = [np.hypot(ring[:, 0] - 2_000, ring[:, 1]) for _, ring in sorted(found.items())]
    for low, high in itertools.pairwise(reach):
        assert (low <= high + 1e-6).all()
    assert reach[0].mean() < 0.9 * reach[-1].mean()


def test_a_unit_without_sensors_has_none() -> None:
    launcher = battery()
    launcher["sensors"] = {}
    assert horizons.outlines(load(scene([unit("A", launcher)])), seed=0) == []
