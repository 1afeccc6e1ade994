"""What one unit sees of one threat: samples in reach, looks that could confirm it, spans in which it is held."""

from __future__ import annotations

import math

from bartizan.ground import rng
from bartizan.ground.jit import inner
from bartizan.ground.rng import uniform
from bartizan.physics.motion import position
from bartizan.physics.radar import CERTAIN, clear_history, confirm, pd_one_look, range_of_pd
from bartizan.physics.sight import horizon_distance, margin_along, sector_of, sky_shape
from bartizan.world import pack
from bartizan.world.pack import FIRE_CONTROL, SEARCH

FAR = -1e9  # margin of a sample that no sensor of the unit reaches
# Looks with a smaller detection probability than these are left out. With two hits needed the first confirms nothing:
# over 400 random cases it moved the leak probability by at most 2e-4.
PD_CUT, PD_CUT_SINGLE = 1e-3, 1e-5
ONE, OWN, NET, ROOM = range(4)  # rows of looks: one sensor's, the unit's, the network's, and room to merge


@inner
def _cut(sensor, rcs):  # type: ignore[no-untyped-def]
    """The range beyond which a sensor's looks do not count."""
    if sensor.kind == pack.CERTAIN:
        return sensor.r_max
    cut = PD_CUT if sensor.m > 1 else PD_CUT_SINGLE
    return min(sensor.r_max, range_of_pd(sensor.snr_constant, sensor.ln_false_alarm, rcs, cut))


@inner
def _fire_control_reach(sensor, rcs):  # type: ignore[no-untyped-def]
    """The range to which fire control holds a target: the stated range, scaled for its radar cross section."""
    if sensor.kind == pack.CERTAIN:
        return sensor.r_max
    return min(sensor.r_max, sensor.reach * math.sqrt(math.sqrt(rcs / sensor.reach_rcs)))


@inner
def unit_reach(world, u, rcs):  # type: ignore[no-untyped-def]
    reach = 0.0
    for s in range(world.units[u].s0, world.units[u].s1):
        reach = max(reach, _cut(world.sensors[s], rcs), _fire_control_reach(world.sensors[s], rcs))
    return reach


@inner
def follow(route, n, step, scratch):  # type: ignore[no-untyped-def]
    """Where the threat is at each sample, and how far its own horizon is."""
    for k in range(n):
        scratch.x[k], scratch.y[k], scratch.z[k] = position(route, min(k * step, route.duration))
        scratch.horizon[k] = horizon_distance(scratch.z[k])


@inner
def _measure(unit, n, scratch):  # type: ignore[no-untyped-def]
    """Ground distance and slant range of all samples from a unit's antenna."""
    x, y, z = unit.x, unit.y, unit.antenna
    for k in range(n):
        dx, dy, dz = scratch.x[k] - x, scratch.y[k] - y, scratch.z[k] - z
        d2 = dx * dx + dy * dy
        scratch.d[k] = math.sqrt(d2)
        scratch.r[k] = math.sqrt(d2 + dz * dz)


@inner
def sample(world, theatre, u, n, reach, leg, scratch):  # type: ignore[no-untyped-def]
    """Geometry of one route as one unit sees it, where it is in reach: samples first to last, and if any is in sight.

    Further than two legs beyond the horizon nothing is looked up: such samples only bound what is hidden. A threat is
    in one sector of the skyline for many samples: cross products with the edges of the sector tell when it leaves.
    """
    unit, kind, sky = world.units[u], world.surface[0].kind, theatre.sky[u]
    _measure(unit, n, scratch)
    hidden = horizon_distance(unit.antenna) + 2.0 * leg if kind != pack.NO_HORIZON else 1e12
    sectors, sky_reach = sky_shape(world.surface[0], unit)
    first, last, seen = n, -1, 0
    sector, left_x, left_y, right_x, right_y = 0, 0.0, 0.0, 0.0, 0.0
    for k in range(n):
        scratch.margin[k] = FAR
        if scratch.r[k] <= reach + 2.0 * leg:  # a leg more, to interpolate its edge
            first, last = min(first, k), k
            if scratch.d[k] <= hidden + scratch.horizon[k]:
                dx, dy = scratch.x[k] - unit.x, scratch.y[k] - unit.y
                if kind == pack.CITY and (dx * left_y - dy * left_x < 0.0 or dx * right_y - dy * right_x >= 0.0):
                    sector = sector_of(sectors, dx, dy)
                    left, right = 2.0 * math.pi * sector / sectors, 2.0 * math.pi * (sector + 1) / sectors
                    left_x, left_y, right_x, right_y = math.sin(left), math.cos(left), math.sin(right), math.cos(right)
                above = margin_along(kind, unit.antenna, sky[sector], sky_reach, scratch.d[k], scratch.z[k])
                scratch.margin[k] = above
                if above >= 0.0 and scratch.r[k] <= reach:
                    seen = 1
    return first, last, seen


@inner
def _sensor_margin(sensor, reach, antenna, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which sample k is inside what a sensor of the given reach covers; negative: outside."""
    d, rise = scratch.d[k], scratch.z[k] - antenna
    inside = min(scratch.margin[k], reach - scratch.r[k], scratch.r[k] - sensor.r_min)
    if sensor.tan_high < 1e300:
        inside = min(inside, d * sensor.tan_high - rise)
    if sensor.tan_low > -1e300:
        inside = min(inside, rise - d * sensor.tan_low)
    return inside


@inner
def _first_certain(sensor, antenna, first, last, step, scratch):  # type: ignore[no-untyped-def]
    """When a certain sensor first covers the target; -1 if never."""
    before = FAR
    for k in range(first, last + 1):
        now = _sensor_margin(sensor, sensor.r_max, antenna, scratch, k)
        if now >= 0.0:
            return _crossing(before, now, k, step) if k > 0 else 0.0
        before = now
    return -1.0


@inner
def _crossing(before, now, k, step):  # type: ignore[no-untyped-def]
    """When a margin that is `before` at sample k - 1 and `now` at k is 0. Where one is unknown (out of reach), the
    other's sample: reach is padded by a leg, so that this moves nothing."""
    if before <= FAR:
        return k * step
    if now <= FAR:
        return (k - 1) * step
    return (k - 1 + before / (before - now)) * step


@inner
def _look(sensor, antenna, rcs, cut, t, n, step, scratch):  # type: ignore[no-untyped-def]
    """Detection probability of one look at time t."""
    k = min(int(t / step), n - 2)
    f = t / step - k
    r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * f
    if r > cut or r < sensor.r_min:
        return 0.0
    a = _sensor_margin(sensor, 1e12, antenna, scratch, k)
    b = _sensor_margin(sensor, 1e12, antenna, scratch, k + 1)
    if a + (b - a) * f < 0.0:
        return 0.0
    return pd_one_look(sensor.snr_constant, sensor.ln_false_alarm, rcs, r)


@inner
def _radar_looks(sensor, antenna, rcs, phase, first, last, n, step, duration, scratch):  # type: ignore[no-untyped-def]
    """All looks of one radar that could confirm the target, into row ONE; their number."""
    cut = _cut(sensor, rcs)
    while first <= last and (scratch.r[first] > cut or scratch.margin[first] < 0.0):
        first += 1
    if first > last:
        return 0
    look = max(0.0, math.ceil(((first - 1) * step - phase) / sensor.scan))
    end = min(duration, (last + 1) * step)
    clear_history(scratch.chance, sensor.n)
    found, blank, total = 0, sensor.n, 0.0
    while total < CERTAIN:
        t = phase + look * sensor.scan
        if t >= end:
            break
        look += 1.0
        pd = _look(sensor, antenna, rcs, cut, t, n, step, scratch)
        blank = blank + 1 if pd == 0.0 else 0
        if blank >= sensor.n:  # nothing seen and nothing remembered
            continue
        hazard = confirm(scratch.chance, scratch.spare, sensor.m, sensor.n, pd)
        if hazard > 0.0:
            scratch.time[ONE, found], scratch.hazard[ONE, found] = t, hazard
            total += hazard
            found += 1
    return found


@inner
def merge(scratch, row, count, found, u):  # type: ignore[no-untyped-def]
    """Merge the `found` looks in row ONE, made by unit u, into `row`; all after certainty is left out. New count."""
    time, hazard, unit = scratch.time, scratch.hazard, scratch.unit
    a = b = merged = 0
    total = 0.0
    while (a < count or b < found) and total < CERTAIN:
        if b >= found or (a < count and time[row, a] <= time[ONE, b]):
            time[ROOM, merged], hazard[ROOM, merged], unit[ROOM, merged] = time[row, a], hazard[row, a], unit[row, a]
            a += 1
        else:
            time[ROOM, merged], hazard[ROOM, merged], unit[ROOM, merged] = time[ONE, b], hazard[ONE, b], u
            b += 1
        total += hazard[ROOM, merged]
        merged += 1
    for k in range(merged):
        time[row, k], hazard[row, k], unit[row, k] = time[ROOM, k], hazard[ROOM, k], unit[ROOM, k]
    return merged


@inner
def own_looks(world, u, route, rcs, first, last, n, step, index, plan, scratch):  # type: ignore[no-untyped-def]
    """Looks of all search sensors of a unit, merged into row OWN; their number."""
    unit = world.units[u]
    count = 0
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        if sensor.role != SEARCH:
            continue
        if sensor.kind == pack.CERTAIN:
            t = _first_certain(sensor, unit.antenna, first, last, step, scratch)
            found = 1 if t >= 0.0 else 0
            scratch.time[ONE, 0], scratch.hazard[ONE, 0] = t, CERTAIN
        else:
            phase = sensor.phase
            if phase < 0.0:
                phase = sensor.scan * uniform(world.seed[0], index, plan, rng.PHASE, route.entity, sensor.entity, 0)
            found = _radar_looks(sensor, unit.antenna, rcs, phase, first, last, n, step, route.duration, scratch)
        count = merge(scratch, OWN, count, found, u)
    return count


@inner
def _is_fire_control(world, u, sensor):  # type: ignore[no-untyped-def]
    """Fire-control sensors of a unit; where it has none, its search sensors serve."""
    if sensor.role == FIRE_CONTROL:
        return True
    for s in range(world.units[u].s0, world.units[u].s1):
        if world.sensors[s].role == FIRE_CONTROL:
            return False
    return True


@inner
def _held_margin(world, u, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which sample k is inside what the unit's fire control holds."""
    unit = world.units[u]
    best = FAR
    for s in range(unit.s0, unit.s1):
        if scratch.holds[s] > 0.0:
            best = max(best, _sensor_margin(world.sensors[s], scratch.holds[s], unit.antenna, scratch, k))
    return best


@inner
def held_runs(world, u, rcs, first, last, n, step, duration, scratch):  # type: ignore[no-untyped-def]
    """Spans in which fire control holds the target, into scratch.runs; their number. No sensor at all: always."""
    if world.units[u].s0 == world.units[u].s1:
        scratch.runs[0, 0], scratch.runs[0, 1] = 0.0, duration
        return 1
    for s in range(world.units[u].s0, world.units[u].s1):
        sensor = world.sensors[s]
        scratch.holds[s] = _fire_control_reach(sensor, rcs) if _is_fire_control(world, u, sensor) else 0.0
    runs = 0
    before = FAR
    for k in range(first, last + 1):
        now = FAR if scratch.margin[k] < 0.0 and before < 0.0 else _held_margin(world, u, scratch, k)
        if now >= 0.0 and before < 0.0:
            earlier = _held_margin(world, u, scratch, k - 1) if k > first else FAR
            scratch.runs[runs, 0] = _crossing(earlier, now, k, step) if k > 0 else 0.0
            runs += 1
        if now < 0.0 and before >= 0.0:
            scratch.runs[runs - 1, 1] = _crossing(before, now, k, step)
        before = now
    if before >= 0.0:
        scratch.runs[runs - 1, 1] = duration if last == n - 1 else last * step
    return runs
