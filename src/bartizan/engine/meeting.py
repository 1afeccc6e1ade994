"""With what chance one missile or burst kills what it meets, where it meets that."""

from __future__ import annotations

import math

from bartizan.engine.echoes import whereabouts
from bartizan.ground.jit import inner
from bartizan.physics.arrays import NO_CROSSING_LIMIT, RANGE_POINTS
from bartizan.physics.lethality import crossing_range, kill_chance_at
from bartizan.physics.motion import leg_at


@inner
def gun_range(effector, k):  # type: ignore[no-untyped-def]
    """Range of row k of a gun's chances, m: they lie closer together close in, where chances bend."""
    return k * k / (effector.per_metre * (RANGE_POINTS - 1))


@inner
def gun_row(effector, r):  # type: ignore[no-untyped-def]
    """The row of a gun's chances at or before slant range r, m; the last but one beyond."""
    return min(int(math.sqrt(r * effector.per_metre * (RANGE_POINTS - 1))), RANGE_POINTS - 2)


@inner
def burst_chance(table, effector, r):  # type: ignore[no-untyped-def]
    """Kill chance of a burst at slant range r, straight between rows: of 300 random guns, rounds scattered by 1 to
    5 mrad, half are within 0.002 at any range, 99 in 100 within 0.02."""
    k = gun_row(effector, r)
    near, far = gun_range(effector, k), gun_range(effector, k + 1)
    return table[k] + (table[k + 1] - table[k]) * min((r - near) / (far - near), 1.0)


@inner
def crossing(route, unit, k):  # type: ignore[no-untyped-def]
    """Crossing range of the way from waypoint k on, m."""
    x, y = route.x[k], route.y[k]
    return crossing_range(x - unit.x, y - unit.y, route.x[k + 1] - x, route.y[k + 1] - y)


@inner
def follows(route, unit, effector, k):  # type: ignore[no-untyped-def]
    """Whether the effector can follow a target that crosses as the way from waypoint k on does."""
    return effector.crossing_max == NO_CROSSING_LIMIT or crossing(route, unit, k) <= effector.crossing_max


@inner
def _crossing_met(route, unit, effector, s):  # type: ignore[no-untyped-def]
    """Crossing range of a target that is met at s. The effector can follow it there, as its windows have it: beside a
    turn, before or after which it can not, it counts as met on the side where it can."""
    k = leg_at(route, s)
    met = crossing(route, unit, k)
    if met > effector.crossing_max:
        for other in range(max(k - 1, 0), min(k + 2, route.points - 1)):
            met = min(met, crossing(route, unit, other))
    return met


@inner
def chance_met(world, theatre, e, i, kill, s):  # type: ignore[no-untyped-def]
    """Kill chance of one missile or burst of effector e that meets threat i s seconds after that appears; `kill` at its
    best."""
    effector, route = world.effectors[e], theatre.routes[i]
    if not effector.kill_varies:
        return kill
    unit, g = world.units[effector.unit], route.group
    x, y, z, height = whereabouts(world, route, min(s, route.duration))
    dx, dy, dz = x - unit.x, y - unit.y, z - unit.antenna
    r = math.sqrt(dx * dx + dy * dy + dz * dz)
    if effector.has_gunnery:
        return burst_chance(theatre.gunnery[e, g], effector, r)
    across = _crossing_met(route, unit, effector, s)
    return kill_chance_at(world.lethality[e], kill, world.lethal_radius[e, g], r, across, height)
