"""Where a threat is at each sample of its route, how far from one unit, and by how much that sees it there."""

from __future__ import annotations

import math

from bartizan.engine.echoes import whereabouts
from bartizan.engine.layout import BLOCK
from bartizan.engine.sensors import has_ears, searches_for_told
from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner, lanes
from bartizan.physics import arrays
from bartizan.physics.arrays import CANNOT_ENGAGE
from bartizan.physics.flyout import NEVER, flight_time
from bartizan.physics.sight import (
    OPEN_MARGIN,
    allowed_walls,
    fewest_walls,
    horizon_distance,
    is_clear,
    is_over_horizon,
    is_over_roofs,
    margin,
    over_horizon,
    sector_of,
    sectors_about,
)

FAR = -1e9  # margin of a sample that no sensor of the unit reaches, or that is well beyond the horizon
BEHIND_WALLS = -1.0  # margin of one that a city hides: its sign alone counts


@inner
def follow(flight):  # type: ignore[no-untyped-def]
    """Where the threat is at each sample, and how far its own horizon is."""
    scratch, route = flight.scratch, flight.theatre.routes[flight.i]
    if flight.world.surface[0].kind == arrays.MAPPED:
        for k in range(flight.n):
            scratch.x[k], scratch.y[k], scratch.z[k], scratch.height[k] = whereabouts(
                flight.world, route, min(k * flight.step, route.duration)
            )
            scratch.horizon[k] = horizon_distance(scratch.z[k])
    else:
        _follow_legs(flight)
    for k in range(flight.n):
        b = k // BLOCK
        new = k % BLOCK == 0
        scratch.lowest[b] = scratch.z[k] if new else min(scratch.lowest[b], scratch.z[k])
        scratch.highest[b] = scratch.z[k] if new else max(scratch.highest[b], scratch.z[k])


@inner
def _follow_legs(flight):  # type: ignore[no-untyped-def]
    """Where it is where the ground is level."""
    route, first = flight.theatre.routes[flight.i], 0
    for leg in range(route.points - 1):
        end = first
        while end < flight.n and (leg == route.points - 2 or end * flight.step < route.t[leg + 1]):
            end += 1
        _follow_leg(flight.scratch, route, leg, first, end, flight.step)
        first = end


@lanes
def _follow_leg(scratch, route, leg, first, end, step):  # type: ignore[no-untyped-def]
    """`whereabouts` on one leg over level ground, many samples at once."""
    x, y, z, t = route.x[leg], route.y[leg], route.z[leg], route.t[leg]
    east, north, up = route.x[leg + 1] - x, route.y[leg + 1] - y, route.z[leg + 1] - z
    took, duration, lowest = route.t[leg + 1] - t, route.duration, 0.0 if route.above_sea else -NEVER
    for k in range(first, end):
        f = (min(k * step, duration) - t) / took if took > 0.0 else 1.0
        scratch.x[k], scratch.y[k] = x + east * f, y + north * f
        scratch.z[k] = scratch.height[k] = max(z + up * f, lowest)
        scratch.horizon[k] = horizon_distance(scratch.z[k])


@inner
def leg_m(flight):  # type: ignore[no-untyped-def]
    """From one sample to the next, m."""
    return flight.theatre.routes[flight.i].speed * flight.step


@inner
def _needs_all(world, u):  # type: ignore[no-untyped-def]
    """Whether a unit needs all of a threat's way: sound comes late, and what has no sensor may be launched early."""
    return world.units[u].s0 == world.units[u].s1 or has_ears(world, u)


@inner
def samples_within(flight, unit, reach):  # type: ignore[no-untyped-def]
    """The first and the last sample that may be within `reach` of a unit over the ground, and two more on each side."""
    route, step = flight.theatre.routes[flight.i], flight.step
    start, end = NEVER, -NEVER
    for k in range(route.points - 1):
        x, y = route.x[k] - unit.x, route.y[k] - unit.y
        ax, ay = route.x[k + 1] - route.x[k], route.y[k + 1] - route.y[k]
        far2, along, outside = ax * ax + ay * ay, x * ax + y * ay, x * x + y * y - (reach + 1.0) * (reach + 1.0)
        low, high = 0.0, 1.0
        if far2 > 0.0:
            root2 = along * along - far2 * outside
            root = math.sqrt(root2) if root2 >= 0.0 else -NEVER
            low, high = max(low, (-along - root) / far2), min(high, (-along + root) / far2)
        elif outside > 0.0:
            continue
        if low <= high:
            start = min(start, route.t[k] + (route.t[k + 1] - route.t[k]) * low)
            end = max(end, route.t[k] + (route.t[k + 1] - route.t[k]) * high)
    if end < start:
        return 0, -1
    return max(int(start / step) - 2, 0), min(int(end / step) + 3, flight.n - 1)


@lanes
def _measure(unit, low, high, scratch):  # type: ignore[no-untyped-def]
    """Slant range of samples low to high from a unit's antenna."""
    x, y, z = unit.x, unit.y, unit.antenna
    for k in range(low, high + 1):
        dx, dy, dz = scratch.x[k] - x, scratch.y[k] - y, scratch.z[k] - z
        scratch.r[k] = math.sqrt(dx * dx + dy * dy + dz * dz)


@inner
def ground_distance(unit, scratch, k):  # type: ignore[no-untyped-def]
    """From a unit to sample k over the ground, m."""
    return hypot(scratch.x[k] - unit.x, scratch.y[k] - unit.y)


@inner
def is_told(world, u):  # type: ignore[no-untyped-def]
    """Whether unit u has from the network all that its own sensors could tell it, a moment later."""
    return world.units[u].networked and not searches_for_told(world, u)


@inner
def samples_that_matter(flight, u, reach, until):  # type: ignore[no-untyped-def]
    """The first and the last sample where it matters whether unit u has sight of the threat, whose own looks matter
    until `until`: within `reach` of its sensors before that; later only where something may be launched at it."""
    world, unit, more = flight.world, flight.world.units[u], 2.0 * leg_m(flight)
    if until == NEVER or unit.miscorrelation > 0.0 or _needs_all(world, u):
        return 0, flight.n - 1
    first, last = samples_within(flight, unit, reach + more)
    last = min(last, int(until / flight.step) + 2)
    if last < first:
        first, last = flight.n - 1, 0
    for e in range(unit.e0, unit.e1):
        effector = world.effectors[e]
        if world.kill[e, flight.theatre.routes[flight.i].group] != CANNOT_ENGAGE:
            low, high = samples_within(flight, unit, effector.r_max + more)
            if low <= high:
                flies = int(flight_time(effector, effector.r_max + more) / flight.step) + 2
                first, last = min(first, max(low - flies, 0)), max(last, high)
    return first - first % BLOCK, min(last | (BLOCK - 1), flight.n - 1)  # whole blocks: each is bounded as it was


@inner
def sample(flight, u, reach, wanted):  # type: ignore[no-untyped-def]
    """Geometry of a flight as one unit sees it; the first and the last sample in reach, of those from wanted[0] to
    wanted[1]. Farther off nothing is looked up, but for two samples more on each side their range."""
    world, scratch = flight.world, flight.scratch
    unit, padded = world.units[u], reach + 2.0 * leg_m(flight)  # legs more, to interpolate its edge
    low, high = 0, flight.n - 1
    if not _needs_all(world, u):
        low, high = samples_within(flight, unit, padded)
    first, last = max(low, wanted[0]), min(high, wanted[1])
    if first > last:
        return flight.n, -1
    low, high = max(low, first - 2), min(high, last + 2)
    _measure(unit, low, high, scratch)
    while first <= last and scratch.r[first] > padded:
        first += 1
    if first > last:
        return flight.n, -1
    while scratch.r[last] > padded:
        last -= 1
    if world.surface[0].kind == arrays.MAPPED:
        for k in range(first, last + 1):
            scratch.margin[k] = FAR
            if scratch.r[k] <= padded:
                scratch.margin[k] = margin(world, flight.theatre.sky, u, scratch.x[k], scratch.y[k], scratch.z[k])
    else:
        _fill_margins(flight, u, padded, first, last)
    return first, last


@inner
def _fill_margins(flight, u, padded, first, last):  # type: ignore[no-untyped-def]
    """Margins of samples first to last over what is not mapped; of blocks that are clear of all or hidden altogether
    only the sign is right."""
    world, scratch, k = flight.world, flight.scratch, first
    while k <= last:
        end = min(k | (BLOCK - 1), last)
        bound = _margin_of_all(flight, u, padded, k, end)
        if bound != 0.0:
            for j in range(k, end + 1):
                scratch.margin[j] = bound
        else:
            _over_horizon(flight, world.units[u], padded, k, end)
            if world.surface[0].kind == arrays.CITY:
                _over_roofs(flight, u, k, end)
        k = end + 1


@inner
def _margin_of_all(flight, u, padded, first, last):  # type: ignore[no-untyped-def]
    """A bound to the margins of samples first to last of a block: OPEN_MARGIN if all are in sight, FAR if all are two
    legs and more beyond the horizon, 0 if that is not known."""
    world, scratch, unit, leg = flight.world, flight.scratch, flight.world.units[u], leg_m(flight)
    middle, b = (first + last) // 2, first // BLOCK
    half = (last - middle) * leg  # no sample is farther from the middle one
    if scratch.r[middle] + half > padded:
        return 0.0
    if world.surface[0].kind == arrays.NO_HORIZON:
        return OPEN_MARGIN
    d, lowest = ground_distance(unit, scratch, middle), scratch.lowest[b]
    near, far = max(d - half, 0.0), d + half
    if near > horizon_distance(unit.antenna) + 2.0 * leg + horizon_distance(scratch.highest[b]):
        return FAR
    if not is_over_horizon(unit, near, far, lowest):
        return 0.0
    if world.surface[0].kind == arrays.CITY:
        if near < half:
            return 0.0
        sky = flight.theatre.sky
        dx, dy = scratch.x[middle] - unit.x, scratch.y[middle] - unit.y
        first_sector, last_sector = sectors_about(sky.sectors[0], dx, dy, half)
        fewest = fewest_walls(world, sky, u, first_sector, last_sector)
        if not is_over_roofs(world, sky, u, fewest, far, lowest):
            return 0.0
    return OPEN_MARGIN


@lanes
def _over_horizon(flight, unit, padded, first, last):  # type: ignore[no-untyped-def]
    """Margins over the horizon. Further than two legs beyond it nothing is looked up: such samples only bound what is
    hidden."""
    scratch, kind = flight.scratch, flight.world.surface[0].kind
    if kind == arrays.NO_HORIZON:
        for k in range(first, last + 1):
            scratch.margin[k] = OPEN_MARGIN if scratch.r[k] <= padded else FAR
        return
    horizon = horizon_distance(unit.antenna)
    hidden = horizon + 2.0 * leg_m(flight)
    for k in range(first, last + 1):
        d = ground_distance(unit, scratch, k)
        above = over_horizon(unit, horizon, d, scratch.z[k])
        above = above if d <= hidden + scratch.horizon[k] else FAR
        scratch.margin[k] = above if scratch.r[k] <= padded else FAR


@inner
def _over_roofs(flight, u, first, last):  # type: ignore[no-untyped-def]
    """Hide what is over the horizon and has too many walls of a city in its way. A threat is in one sector of the
    skyline for many samples: cross products with its edges tell when it leaves."""
    world, scratch, sky, unit = flight.world, flight.scratch, flight.theatre.sky, flight.world.units[u]
    allowed, left_x, left_y, right_x, right_y = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(first, last + 1):
        if scratch.margin[k] < 0.0:
            continue
        dx, dy = scratch.x[k] - unit.x, scratch.y[k] - unit.y
        if dx * left_y - dy * left_x < 0.0 or dx * right_y - dy * right_x >= 0.0:
            sector = sector_of(sky.sectors[0], dx, dy)
            allowed = allowed_walls(world, sky, u, sector)
            left_x, left_y = sky.edges[sector, 0], sky.edges[sector, 1]
            right_x, right_y = sky.edges[sector + 1, 0], sky.edges[sector + 1, 1]
        if not is_clear(world.surface[0], unit, dx, dy, hypot(dx, dy), scratch.z[k], allowed):
            scratch.margin[k] = BEHIND_WALLS
