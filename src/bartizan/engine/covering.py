"""Coverage without any raid: what units see and can engage of a threat at a place, by the rules of the survey.

Where more than its range decides what a radar makes of a threat, it flies level: on a map straight at each unit, on an
approach at its asset. No other threat is there, so that of jammers its own alone counts.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.engine.doctrine import is_within, zone_of
from bartizan.engine.echoes import echo_of_one, largest_echo
from bartizan.engine.hearing import heard_at
from bartizan.engine.orders import is_barred
from bartizan.engine.sensors import (
    has_own_control,
    hears,
    hold_reach,
    inside_limits,
    is_plain,
    seen_reach,
)
from bartizan.ground.exact import cos, sin
from bartizan.ground.jit import apart, inner, kernel
from bartizan.physics.arrays import CANNOT_ENGAGE, FIRE_CONTROL, SEARCH
from bartizan.physics.radar import inside_sector
from bartizan.physics.sight import ground_height, margin, over_level

#: A height, m, above every skyline: what it clears a skyline by says how high that is.
HIGH_M = 1e5
SEES, ENGAGES, RING_SEES, RING_ENGAGES = range(4)  # what is counted for each unit


class Grid(NamedTuple):
    """Places that are asked about, m in the local frame."""

    x: np.ndarray  # f8 (X,)
    y: np.ndarray  # f8 (Y,)
    z: np.ndarray  # f8 (A,) above the ground
    ground: np.ndarray  # f8 (Y, X) above sea level


class Range(NamedTuple):
    """How far the units of a world reach with nothing in the way, m."""

    seen: np.ndarray  # f8 (S,): one look in two detects the target; at most so far where more than range decides
    held: np.ndarray  # f8 (S,): it is held for fire control; the same
    plain: np.ndarray  # u1 (S,): range alone decides
    units: np.ndarray  # f8 (U,): the farthest at which the unit sees or engages
    speed: float  # of the target, m/s


class Counts(NamedTuple):
    """Sums over worlds of what is covered."""

    defence: np.ndarray  # u4 (6, A, Y, X): worlds: seen, by two, times the units that see, engageable, both by rings
    units: np.ndarray  # u2 (2, U, A, Y, X): worlds in which the unit SEES, ENGAGES


class Approach(NamedTuple):
    """Level flights to a place from bearings all around it, each from `far` to `radius` m away."""

    x: float  # m in the local frame
    y: float
    radius: float
    far: float
    z: np.ndarray  # f8 (A,) above the ground, m
    to_the_end: bool  # else one is over as soon as any unit sees it, at every altitude


#: From one look along an approach to the next: a share of the range, and a least distance.
STEP_SHARE, LEAST_STEP_M = 0.01, 25.0
#: Times that a step is halved, where something is seen first.
HALVINGS = 8
#: The same along an outline.
OUTLINE_SHARE, OUTLINE_STEP_M = 0.01, 10.0


@inner
def _has(world, reach, s, at, r, way, wanted, farthest):  # type: ignore[no-untyped-def]
    """Whether sensor s has the signal that it wants of a target `at` from its unit that goes `way` in a second."""
    sensor = world.sensors[s]
    if r < sensor.r_min or r > farthest:
        return False
    if reach.plain[s]:
        return True
    return echo_of_one(world, world.units[sensor.unit], sensor, world.types[0], at, way, 1.0) >= wanted


@inner
def sees_and_holds(world, u, reach, at, way, ring):  # type: ignore[no-untyped-def]
    """Whether unit u detects a target in sight with a search sensor in one look of two; whether it holds it.

    The target is `at` (east, north, above its antenna) from the unit, m, and goes `way` in a second; a ring knows no
    limits of elevation and azimuth.
    """
    dx, dy, rise = at
    unit = world.units[u]
    d = math.sqrt(dx * dx + dy * dy)
    r, above = math.sqrt(d * d + rise * rise), over_level(rise, d)
    seen, held, own_control = False, unit.s0 == unit.s1, has_own_control(world, u)
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        if hears(sensor):
            seen = seen or heard_at(sensor, world.types[0], at, way, False) >= sensor.snr_half
        elif ring or inside_limits(sensor, d, dx, dy, above) >= 0.0:
            if sensor.role == SEARCH and not seen:
                seen = _has(world, reach, s, at, r, way, sensor.snr_half, reach.seen[s])
            if (sensor.role == FIRE_CONTROL or not own_control) and not held:
                held = _has(world, reach, s, at, r, way, sensor.snr_held, reach.held[s])
    return seen, held


@inner
def hears_hidden(world, u, at, way):  # type: ignore[no-untyped-def]
    """Whether unit u hears a target that it has no sight of in one look of two; `at` and `way` as above."""
    for s in range(world.units[u].s0, world.units[u].s1):
        sensor = world.sensors[s]
        if hears(sensor) and heard_at(sensor, world.types[0], at, way, True) >= sensor.snr_half:
            return True
    return False


@inner
def sees_and_reaches(world, u, reach, at, way, z, ring):  # type: ignore[no-untyped-def]
    """Whether unit u sees a target in sight with a search sensor; whether it can engage it there, z m above ground."""
    unit = world.units[u]
    seen, held = sees_and_holds(world, u, reach, at, way, ring)
    if not held:
        return seen, False
    r = math.sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2])
    for e in range(unit.e0, unit.e1):
        zone = zone_of(world, e, 0)
        inside = is_within(zone, r, z)
        if not ring and inside:
            inside = inside_sector(world.effectors[e], at[0], at[1]) >= 0.0
        if not ring and inside and world.effectors[e].a1 > world.effectors[e].a0:
            inside = not is_barred(world, e, at[0], at[1], over_level(at[2], math.sqrt(at[0] * at[0] + at[1] * at[1])))
        if inside and world.kill[e, 0] != CANNOT_ENGAGE:
            return seen, True
    return seen, False


@inner
def lowest_seen(world, sky, u, x, y):  # type: ignore[no-untyped-def]
    """The lowest altitude that unit u sees at x, y, m above sea level: one look-up serves targets at all altitudes."""
    return HIGH_M - margin(world, sky, u, x, y, HIGH_M)


@kernel
def fill_ranges(world, reach):  # type: ignore[no-untyped-def]
    """Fill the arrays of a Range for the world's first type of threat."""
    type_ = world.types[0]
    for s in range(world.sensors.shape[0]):
        sensor = world.sensors[s]
        reach.plain[s] = is_plain(world, sensor, type_)
        rcs = type_.rcs_of_band[sensor.band] if reach.plain[s] else largest_echo(sensor, type_)
        reach.seen[s], reach.held[s] = seen_reach(sensor, type_, rcs), hold_reach(sensor, type_, rcs)
    for u in range(world.units.shape[0]):
        unit = world.units[u]
        farthest, own_control = -1.0, has_own_control(world, u)
        for s in range(unit.s0, unit.s1):
            if world.sensors[s].role == SEARCH:
                farthest = max(farthest, reach.seen[s])
            if world.sensors[s].role == FIRE_CONTROL or not own_control:
                farthest = max(farthest, reach.held[s])
        for e in range(unit.e0, unit.e1 if unit.s0 == unit.s1 else unit.e0):
            farthest = max(farthest, world.effectors[e].r_max)
        reach.units[u] = farthest * unit.present


@kernel
def fill_ground(world, x, y, ground):  # type: ignore[no-untyped-def]
    """Fill ground[j, i] with the height of the ground at x[i], y[j], m above sea level."""
    for j in range(y.shape[0]):
        for i in range(x.shape[0]):
            ground[j, i] = ground_height(world, x[i], y[j])


@inner
def _towards(dx, dy, speed):  # type: ignore[no-untyped-def]
    """The way of a second, level and straight at a unit, from dx east and dy north of it."""
    d = max(math.sqrt(dx * dx + dy * dy), 1e-9)
    return -speed * dx / d, -speed * dy / d, 0.0


@inner
def _look(world, sky, reach, u, grid, place, row):  # type: ignore[no-untyped-def]
    """Add to row[what, a, i] whether unit u covers the cell at each altitude, and so mark bits of row[4, a, i]."""
    j, i = place
    unit = world.units[u]
    dx, dy = grid.x[i] - unit.x, grid.y[j] - unit.y
    for a in range(grid.z.shape[0]):
        row[4, a, i] = 0
    if math.sqrt(dx * dx + dy * dy) > reach.units[u]:
        return
    lowest, way = lowest_seen(world, sky, u, grid.x[i], grid.y[j]), _towards(dx, dy, reach.speed)
    for a in range(grid.z.shape[0]):
        z = grid.ground[j, i] + grid.z[a]
        at = (dx, dy, z - unit.antenna)
        ring_sees, ring_engages = sees_and_reaches(world, u, reach, at, way, grid.z[a], True)
        sees = engages = False
        if (ring_sees or ring_engages) and z < lowest:
            sees = hears_hidden(world, u, at, way)
        elif ring_sees or ring_engages:
            sees, engages = sees_and_reaches(world, u, reach, at, way, grid.z[a], False)
        row[4, a, i] = sees + 2 * engages + 4 * ring_sees + 8 * ring_engages
        for what in range(4):
            row[what, a, i] += (row[4, a, i] >> what) & 1


@kernel
def add_rows(world, sky, reach, grid, rows, counts, cells, row):  # type: ignore[no-untyped-def]
    """Add one world's coverage of the grid's rows from rows[0] up to rows[1].

    cells[what, u, a] counts cells that unit u covers, u = U standing for the whole defence; what = 4 and 5 are the
    RING_SEES and RING_ENGAGES on the border. `row` is scratch, i4 (5, A, X).
    """
    units, altitudes, columns = world.units.shape[0], grid.z.shape[0], grid.x.shape[0]
    for j in range(rows[0], rows[1]):
        row[:] = 0
        border = 1 if j == 0 or j == grid.y.shape[0] - 1 else columns - 1  # step from one border cell to the next
        for u in range(units):
            if reach.units[u] <= 0.0:
                continue
            for i in range(columns):
                _look(world, sky, reach, u, grid, (j, i), row)
            for a in range(altitudes):
                for i in range(columns):
                    marks = row[4, a, i]
                    counts.units[0, u, a, j, i] += marks & 1
                    counts.units[1, u, a, j, i] += (marks >> 1) & 1
                    for what in range(4):
                        cells[what, u, a] += (marks >> what) & 1
                for i in range(0, columns, border):
                    cells[4, u, a] += (row[4, a, i] >> RING_SEES) & 1
                    cells[5, u, a] += (row[4, a, i] >> RING_ENGAGES) & 1
        for a in range(altitudes):
            for i in range(columns):
                counts.defence[0, a, j, i] += row[0, a, i] > 0
                counts.defence[1, a, j, i] += row[0, a, i] > 1
                counts.defence[2, a, j, i] += row[0, a, i]
                for what in range(1, 4):
                    counts.defence[what + 2, a, j, i] += row[what, a, i] > 0
                for what in range(4):
                    cells[what, units, a] += row[what, a, i] > 0
            for i in range(0, columns, border):
                cells[4, units, a] += row[RING_SEES, a, i] > 0
                cells[5, units, a] += row[RING_ENGAGES, a, i] > 0


@inner
def _sees_flight(world, reach, u, at, lowest, z, way):  # type: ignore[no-untyped-def]
    """Whether unit u sees, and can engage, a target `at` (east, north, ground) and z m above that, which goes `way` in
    a second; `lowest`: the height from which on it has sight there."""
    unit = world.units[u]
    place = (at[0] - unit.x, at[1] - unit.y, at[2] + z - unit.antenna)
    if at[2] + z < lowest:
        return hears_hidden(world, u, place, way), False
    return sees_and_reaches(world, u, reach, place, way, z, False)


@apart
def _first_seen(world, sky, reach, flight, heading, looks, of, engaged):  # type: ignore[no-untyped-def]
    """From how far on unit of[0] sees, or engages, what flies an Approach at altitude of[1], if it does at the nearer
    of two looks and did not at the farther: to 1/256 of the step, and never from farther. `heading`: the east and north
    of the way, and how the target goes in a second."""
    (east, north, way), (u, a) = heading, of
    near, far = looks
    for _ in range(HALVINGS if far > near else 0):
        middle = (near + far) / 2
        x, y = flight.x + middle * east, flight.y + middle * north
        at = (x, y, ground_height(world, x, y))
        sees, engages = _sees_flight(world, reach, u, at, lowest_seen(world, sky, u, x, y), flight.z[a], way)
        if engages if engaged else sees:
            near = middle
        else:
            far = middle
    return near


@kernel
def fly_in(world, sky, reach, flight, first, seen_way):  # type: ignore[no-untyped-def]
    """Fly an Approach from each bearing.

    Fills first[what, u, a, b] with the range from its end at which unit u first SEES and first ENGAGES (0: never;
    nothing is engaged before any unit has seen it), and seen_way[0, a, b] with the length of the way on which any unit
    sees. seen_way[1] is scratch.
    """
    bearings, z = first.shape[3], flight.z
    for b in range(bearings):
        east, north = sin(2 * math.pi * b / bearings), cos(2 * math.pi * b / bearings)
        heading = (east, north, (-reach.speed * east, -reach.speed * north, 0.0))
        at = before = max(flight.far, flight.radius)
        while True:
            x, y = flight.x + at * east, flight.y + at * north
            here, looks = (x, y, ground_height(world, x, y)), (at, before)
            step = max(LEAST_STEP_M, at * STEP_SHARE)
            for a in range(z.shape[0]):
                seen_way[1, a, b] = 0.0
            for u in range(world.units.shape[0]):
                dx, dy = x - world.units[u].x, y - world.units[u].y
                if math.sqrt(dx * dx + dy * dy) > reach.units[u]:
                    continue
                lowest = lowest_seen(world, sky, u, x, y)
                for a in range(z.shape[0]):
                    sees, engages = _sees_flight(world, reach, u, here, lowest, z[a], heading[2])
                    if sees and first[0, u, a, b] == 0.0:
                        first[0, u, a, b] = _first_seen(world, sky, reach, flight, heading, looks, (u, a), False)
                    if sees:
                        more = first[0, u, a, b] - at if seen_way[0, a, b] == 0.0 else 0.0
                        seen_way[1, a, b] = max(seen_way[1, a, b], min(step, at - flight.radius) + more)
                    if engages and seen_way[0, a, b] > 0.0 and first[1, u, a, b] == 0.0:
                        first[1, u, a, b] = _first_seen(world, sky, reach, flight, heading, looks, (u, a), True)
            all_seen = True
            for a in range(z.shape[0]):
                seen_way[0, a, b] += seen_way[1, a, b]
                all_seen = all_seen and seen_way[0, a, b] > 0.0
            if at <= flight.radius or (all_seen and not flight.to_the_end):
                break
            at, before = max(flight.radius, at - step), at


@kernel
def fill_outlines(world, sky, u, heights, farthest, found):  # type: ignore[no-untyped-def]
    """found[h, b]: the range, m, to which unit u sees targets at heights[h] along bearing b without a gap."""
    unit, bearings = world.units[u], found.shape[1]
    for b in range(bearings):
        east, north = sin(2 * math.pi * b / bearings), cos(2 * math.pi * b / bearings)
        for h in range(heights.shape[0]):
            at = 0.0
            while at < farthest:
                further = at + max(OUTLINE_STEP_M, at * OUTLINE_SHARE)
                x, y = unit.x + further * east, unit.y + further * north
                if ground_height(world, x, y) + heights[h] < lowest_seen(world, sky, u, x, y):
                    break
                at = further
            found[h, b] = at
