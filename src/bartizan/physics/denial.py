"""Loss of satellite navigation and control links: a hazard while in range and in sight of a jammer, then drift.

How far a jammer reaches is `physics.jammers`. A threat that loses its control link comes down where it is. One that
loses satellite navigation flies on by inertia with a constant error of velocity and one of acceleration, drawn per
axis, so that it misses by a Rayleigh distance that grows with the time left.
"""

from __future__ import annotations

import math

from bartizan.ground.exact import hypot, log
from bartizan.ground.jit import inner


@inner
def miss_distance(drift, acceleration, time_left, u):  # type: ignore[no-untyped-def]
    """Where it comes down, m from its aim, at probability u of a larger miss.

    Errors per axis (1 sigma) are independent. That of drift, m/s, grows with the time left, s; that of acceleration,
    m/s2, with half its square (Titterton and Weston, "Strapdown Inertial Navigation Technology").
    """
    sigma = hypot(drift * time_left, 0.5 * acceleration * time_left * time_left)
    return sigma * math.sqrt(-2.0 * log(u))
