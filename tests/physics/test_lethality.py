"""What geometry leaves of a kill chance: tables of factors, crossing ranges, and the miss against brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.physics.arrays import BY_ALTITUDE, BY_CROSSING, BY_RANGE, LETHALITY, records
from bartizan.physics.lethality import crossing_of, kill_chance_there, lethality_along_axis

metres = st.floats(0.0, 5e4)
chances = st.floats(0.0, 1.0)
misses = st.floats(0.0, 50.0)
ROWS = ((0.0, 1.0), (4_000.0, 0.9), (9_000.0, 0.5), (20_000.0, 0.1))


def tables(by: dict[int, tuple[tuple[float, float], ...]] | None = None, **miss: float) -> np.ndarray:
    """The record of one effector."""
    made = records(1, LETHALITY)
    for which, rows in (by or {}).items():
        made[0].rows[which] = len(rows)
        made[0].at[which, : len(rows)], made[0].factor[which, : len(rows)] = zip(*rows, strict=True)
    for field, value in miss.items():
        made[field] = value
    return made


def chance(
    made: np.ndarray, kill: float = 0.7, radius: float = 0.0, r: float = 0.0, crossing: float = 0.0, z: float = 0.0
) -> float:
    return kill_chance_there(made, kill, radius, r, crossing, z)


# ------------------------------------------------------------------------------------------------- tables


@given(metres, metres, metres, chances)
def test_tables_of_1_change_nothing_to_the_bit(r: float, crossing: float, z: float, kill: float) -> None:
    ones = tuple((at, 1.0) for at, _ in ROWS)
    made = tables({BY_RANGE: ones, BY_CROSSING: ones, BY_ALTITUDE: ones})
    assert chance(made, kill, 0.0, r, crossing, z) == kill == chance(tables(), kill, 0.0, r, crossing, z)


@given(metres)
def test_a_table_is_linear_between_its_rows_and_held_at_its_ends(x: float) -> None:
    expected = np.interp(x, *zip(*ROWS, strict=True))
    for which, place in ((BY_RANGE, "r"), (BY_CROSSING, "crossing"), (BY_ALTITUDE, "z")):
        assert chance(tables({which: ROWS}), 1.0, **{place: x}) == pytest.approx(expected, rel=1e-12)


@given(metres, metres, metres)
def test_factors_multiply(r: float, crossing: float, z: float) -> None:
    made = tables({BY_RANGE: ROWS, BY_CROSSING: ROWS, BY_ALTITUDE: ROWS})
    expected = 0.7 * np.prod([np.interp(x, *zip(*ROWS, strict=True)) for x in (r, crossing, z)])
    assert chance(made, r=r, crossing=crossing, z=z) == pytest.approx(expected, rel=1e-12)


@given(metres, metres)
def test_a_falling_table_never_rewards_distance(one: float, other: float) -> None:
    made = tables({BY_RANGE: ROWS})
    near, far = sorted((one, other))
    assert chance(made, r=near) >= chance(made, r=far)


# --------------------------------------------------------------------------------------------------- the miss


@pytest.mark.parametrize(
    ("radius", "spread", "bias"), [(6.0, 4.0, 0.0), (6.0, 4.0, 5.0), (2.0, 9.0, 3.0), (30.0, 1.0, 10.0)]
)
def test_the_closed_form_against_quadrature(radius: float, spread: float, bias: float) -> None:
    """The mean of exp(-(m / R)^2) over a grid of misses, 12 standard deviations to each side."""
    at = np.linspace(-12.0, 12.0, 2001) * spread
    weight = np.exp(-(at**2) / (2 * spread**2))
    weight /= weight.sum()
    left = np.exp(-((at[:, None] + bias) ** 2 + at**2) / radius**2)
    assert chance(tables(error=spread, bias=bias), 1.0, radius) == pytest.approx(weight @ left @ weight, abs=1e-9)


@given(st.floats(0.1, 50.0), st.floats(0.01, 50.0), misses)
def test_what_a_miss_leaves_is_a_chance_that_falls_with_every_error(radius: float, spread: float, bias: float) -> None:
    at = chance(tables(error=spread, bias=bias), 1.0, radius)
    assert 0.0 <= at <= 1.0
    assert at >= chance(tables(error=spread, bias=bias + 1.0), 1.0, radius)
    assert at <= chance(tables(error=spread, bias=bias), 1.0, radius + 1.0)
    # More scatter helps only where the mean miss lies outside: the derivative by s^2 is negative for bias < R.
    if bias <= radius:
        assert at >= chance(tables(error=spread + 1.0, bias=bias), 1.0, radius)


def test_no_error_leaves_all() -> None:
    assert chance(tables(), 0.7, 5.0, r=9_000.0) == 0.7
    assert chance(tables(bias=5.0), 1.0, 5.0) == pytest.approx(math.exp(-1.0))


@given(st.floats(1e-5, 1e-2), st.floats(0.0, 20.0), st.floats(1.0, 5e4))
def test_guidance_grows_with_range_and_adds_in_squares(angle: float, error: float, r: float) -> None:
    guided = chance(tables(guidance_error=angle, error=error), 1.0, 6.0, r=r)
    assert guided == pytest.approx(chance(tables(error=math.hypot(angle * r, error)), 1.0, 6.0), rel=1e-12)


def test_the_lethal_area_is_that_of_the_circle() -> None:
    """A target anywhere on a wide plane is killed as often as if the circle of the lethal radius killed for sure."""
    radius, wide = 7.0, 5_000.0
    share = chance(tables(error=wide), 1.0, radius)
    assert share * 2 * wide**2 == pytest.approx(radius**2, rel=1e-5)  # both times pi; the density is 1 / 2 pi s^2


@given(st.floats(0.1, 50.0), misses, st.floats(-50.0, 50.0))
def test_the_offset_circle_is_symmetric(radius: float, spread: float, bias: float) -> None:
    assert lethality_along_axis(radius, spread, bias) == lethality_along_axis(radius, spread, -bias)


# -------------------------------------------------------------------------------------------------- crossing


@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(0.0, 2 * math.pi), st.floats(-1e4, 1e4))
def test_crossing_is_that_of_the_whole_course(x: float, y: float, course: float, flown: float) -> None:
    """It does not change along a straight course, is at most the distance, and is reached where it is square to it."""
    dx, dy = math.sin(course), math.cos(course)
    found = crossing_of(x, y, dx, dy)
    assert found == pytest.approx(crossing_of(x + flown * dx, y + flown * dy, 7 * dx, 7 * dy), abs=1e-6)
    assert found == pytest.approx(crossing_of(x, y, -dx, -dy))
    assert found <= math.hypot(x, y) + 1e-6
    abreast = -(x * dx + y * dy)
    assert found == pytest.approx(math.hypot(x + abreast * dx, y + abreast * dy), abs=1e-6)


def test_what_falls_straight_down_passes_no_nearer_than_it_is() -> None:
    assert crossing_of(3_000.0, -4_000.0, 0.0, 0.0) == 5_000.0
    assert crossing_of(3_000.0, -4_000.0, 3.0, -4.0) == 0.0
