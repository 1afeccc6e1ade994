"""Flight times, the clipping of legs to an envelope, and the inverse that turns launch times into delays."""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground.jit import kernel
from bartizan.physics.arrays import EFFECTOR, RANGE_POINTS, records
from bartizan.physics.denial import miss_distance
from bartizan.physics.flyout import clip, delays, flight_time, reachable


@kernel
def evaluate(effector, legs, ranges, chances, out_legs, out_times, out_misses):  # type: ignore[no-untyped-def]
    """One kernel for all of the small functions: compiling is what takes time."""
    for k in range(legs.shape[0]):
        out_legs[k, 0], out_legs[k, 1] = reachable(effector, legs[k, 0], legs[k, 1], legs[k, 2], legs[k, 3], 0.0)
        out_legs[k, 2], out_legs[k, 3] = clip(0.0, 1.0, legs[k, 0] - 5.0, legs[k, 1] - 5.0)
    for k in range(ranges.shape[0]):
        out_times[k] = flight_time(effector, ranges[k])
        out_misses[k] = miss_distance(3.0, 0.0, 10.0, chances[k])


@kernel
def fill_delays(launch, step, first, cell, out):  # type: ignore[no-untyped-def]
    """Delays of launches from `first` on."""
    delays(launch, 0, launch.shape[0] - 1, step, first, cell, out)


LUCK = np.random.default_rng(5)
LEGS = LUCK.uniform(0, 14, (300, 4))
RANGES = np.linspace(0, 15, 301)
CHANCES = (np.arange(301) + 0.5) / 301
KNOTS = np.cumsum(LUCK.uniform(0.1, 1.0, RANGE_POINTS))


def results() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    effector = records(1, EFFECTOR)
    effector.r_min, effector.r_max, effector.z_min, effector.z_max = 3.0, 10.0, 1.0, 9.0
    effector.flight, effector.per_metre = KNOTS, (RANGE_POINTS - 1) / 10.0
    out = np.zeros((300, 4)), np.zeros(301), np.zeros(301)
    evaluate(effector[0], LEGS, RANGES, CHANCES, *out)
    return out


def test_the_reachable_part_of_a_leg_is_where_all_limits_hold() -> None:
    """Against a thousand points on each leg, range and altitude being linear along it."""
    f = (np.arange(1_000) + 0.5) / 1_000
    for (r_0, r_1, z_0, z_1), (low, high, _, _) in zip(LEGS, results()[0], strict=True):
        r, z = r_0 + (r_1 - r_0) * f, z_0 + (z_1 - z_0) * f
        inside = (r >= 3) & (r <= 10) & (z >= 1) & (z <= 9)
        assert np.array_equal(inside, (f >= low) & (f <= high))


def test_clip_keeps_the_side_that_is_not_negative() -> None:
    f = (np.arange(1_000) + 0.5) / 1_000
    for (a, b, _, _), (_, _, low, high) in zip(LEGS, results()[0], strict=True):
        assert np.array_equal(a - 5 + (b - a) * f >= 0, (f >= low) & (f <= high))


def test_flight_times_are_interpolated_and_go_on_with_the_last_slope() -> None:
    found = results()[1]
    at = np.linspace(0, 10, RANGE_POINTS)
    slope = (KNOTS[-1] - KNOTS[-2]) / (at[1] - at[0])
    expected = np.interp(RANGES, at, KNOTS) + np.maximum(RANGES - 10, 0) * slope
    assert np.allclose(found, expected)


def test_drift_misses_by_a_rayleigh_distance() -> None:
    """Standard deviation 3 m/s per axis over 10 s: P(miss > r) = exp(-r^2 / 2 30^2)."""
    found = results()[2]
    assert np.allclose(np.exp(-(found**2) / (2 * 30.0**2)), CHANCES)
    assert math.isclose(float(np.mean(found)), 30 * math.sqrt(math.pi / 2), rel_tol=0.01)


def test_delays_are_the_inverse_of_launch_times() -> None:
    launch, out = np.cumsum(LUCK.uniform(0.2, 1.5, 60)), np.zeros(200)
    cell = (launch[-1] - launch[0]) / 199
    fill_delays(launch, 2.0, launch[0], cell, out)
    at = launch[0] + cell * np.arange(200)
    assert np.allclose(out, np.maximum(np.interp(at, launch, 2.0 * np.arange(60)) - at, 0.0), atol=1e-6)


def test_a_last_launch_that_rounds_up_does_not_wait_until_its_target_comes_back() -> None:
    """A target outruns the missile from sample 10 on, and comes back at sample 30."""
    launch, out = np.maximum.accumulate([*np.arange(11.0), *np.full(20, 10.0), 12.0, 14.0]), np.zeros(3)
    for last in (10.0, np.nextafter(10.0, 11.0)):
        fill_delays(launch, 2.0, 8.0, (last - 8.0) / 2, out)
        assert np.allclose(out, [8.0, 9.0, 10.0])
