"""Jamming of satellite navigation and control links: a hazard while in range and in sight, then drift.

A threat that loses its control link comes down where it is. One that loses satellite navigation flies on by inertia
with a constant velocity error, so that it misses by a Rayleigh distance that grows with the time left.
"""

from __future__ import annotations

import math

from bartizan.ground.jit import inner


@inner
def miss_distance(drift, time_left, u):  # type: ignore[no-untyped-def]
    """Where it comes down, m from its aim: drift (m/s per axis, 1 sigma) over the time left, at probability u."""
    return drift * time_left * math.sqrt(-2.0 * math.log(u))
