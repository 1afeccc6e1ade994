"""What the geometry of a meeting leaves of a kill chance: factors by range, crossing and altitude, and the miss.

The kill chance of an effector is the one at favourable geometry. It is multiplied by the factor of each table, and by
what a warhead that goes off at the miss distance m still does, exp(-(m / R)^2): over a plane that integrates to the
circle of the lethal radius R (Carleton's damage function with D0 = 1; with R = b sqrt(2) it is exp(-m^2 / 2 b^2)). The
miss lies in the plane across the approach, normal with standard deviation s per axis about a bias, and

    E exp(-(m / R)^2) = prod over both axes of R / sqrt(R^2 + 2 s^2) exp(-bias^2 / (R^2 + 2 s^2)),

a convolution of normal curves (Driels, "Weaponeering"). s^2 = error^2 + (guidance_error range)^2.
"""

from __future__ import annotations

import math

from bartizan.ground.exact import exp
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import BY_ALTITUDE, BY_CROSSING, BY_RANGE

_STANDING = 1e-3  # m over the ground between two samples: it falls or hovers, and has no course


@inner
def crossing_range(x, y, dx, dy):  # type: ignore[no-untyped-def]
    """How far a course that goes through x, y in the direction dx, dy passes from the origin, over the ground, m.

    A target without a course passes no nearer than it is.
    """
    length = math.sqrt(dx * dx + dy * dy)
    if length < _STANDING:
        return math.sqrt(x * x + y * y)
    return abs(x * dy - y * dx) / length


@inner
def factor(tables, which, x):  # type: ignore[no-untyped-def]
    """The factor of one table at x: linear between its rows, held at its ends; 1 where there is no table."""
    rows = tables.rows[which]
    if rows == 0:
        return 1.0
    at, factors = tables.at[which], tables.factor[which]
    if x <= at[0]:
        return factors[0]
    for k in range(1, rows):
        if x < at[k]:
            return factors[k - 1] + (factors[k] - factors[k - 1]) * (x - at[k - 1]) / (at[k] - at[k - 1])
    return factors[rows - 1]


@inner
def along_axis(radius, spread, bias):  # type: ignore[no-untyped-def]
    """One axis of the expected lethality of a warhead with a lethal radius, at a miss of this spread and bias, m."""
    square = radius * radius + 2.0 * spread * spread
    return radius / math.sqrt(square) * exp(-bias * bias / square)


@inner
def expected_lethality(radius, spread, bias):  # type: ignore[no-untyped-def]
    """What a miss leaves of the kill chance on average: `spread` m per axis, about a point that is `bias` m off."""
    return along_axis(radius, spread, bias) * along_axis(radius, spread, 0.0)


@inner
def kill_chance_at(tables, kill, radius, r, crossing, height):  # type: ignore[no-untyped-def]
    """Kill chance at slant range r, crossing range and height above the ground, m; a radius of 0: it does not miss."""
    chance = kill * factor(tables, BY_RANGE, r) * factor(tables, BY_CROSSING, crossing)
    chance *= factor(tables, BY_ALTITUDE, height)
    if radius > 0.0:
        of_guidance = tables.guidance_error * r
        spread = math.sqrt(tables.error * tables.error + of_guidance * of_guidance)
        chance *= expected_lethality(radius, spread, tables.bias)
    return chance


@kernel
def lethality_along_axis(radius, spread, bias):  # type: ignore[no-untyped-def]
    """`along_axis` for callers in Python."""
    return along_axis(radius, spread, bias)


@kernel
def kill_chance_there(tables, kill, radius, r, crossing, height):  # type: ignore[no-untyped-def]
    """`kill_chance_at` for callers in Python, with the one record of an array LETHALITY (1,)."""
    return kill_chance_at(tables[0], kill, radius, r, crossing, height)


@kernel
def crossing_of(x, y, dx, dy):  # type: ignore[no-untyped-def]
    """`crossing_range` for callers in Python."""
    return crossing_range(x, y, dx, dy)
