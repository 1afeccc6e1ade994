"""Survey: all geometry of one world and one plan of routes, settled into tables before the first raid.

A plan is one draw of the routes and arrival times of a raid's threats; every raid of the plan flies it with its own
timing errors and its own luck. A world is surveyed for several plans, so that what routes do is part of chance.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.engine import layout
from bartizan.engine.layout import Theatre
from bartizan.ground import rng
from bartizan.ground.jit import inner, kernel
from bartizan.ground.rng import uniform
from bartizan.physics.denial import in_reach
from bartizan.physics.flyout import NEVER, clip, delays, flight_time, reachable
from bartizan.physics.gunfire import burst_kill
from bartizan.physics.motion import draw_route, next_arrival, position
from bartizan.physics.radar import CERTAIN, MAX_HISTORIES, clear_history, confirm, pd_one_look, range_of_pd
from bartizan.physics.sight import draw_skyline, min_altitude
from bartizan.world import pack
from bartizan.world.pack import CANNOT_ENGAGE, FIRE_CONTROL, FLIGHT_POINTS, SEARCH, Packed

MIN_SAMPLES, MAX_SAMPLES = 32, 8192
FAR = -1e9  # margin of a sample that no sensor of the unit reaches
# Looks with a smaller detection probability than this are left out: with two hits needed they confirm nothing.
PD_CUT = 1e-3
JAM_STRIDE = 4  # samples between looks at jamming: a hazard over minutes does not need every 250 m
PD_CUT_SINGLE = 1e-5


class Scratch(NamedTuple):
    """Room for one threat and one pair at a time."""

    x: np.ndarray  # f8 (N,) where the threat is at each sample, m
    y: np.ndarray  # f8 (N,)
    z: np.ndarray  # f8 (N,)
    r: np.ndarray  # f8 (N,) slant range from the unit, m
    d: np.ndarray  # f8 (N,) ground distance, m
    margin: np.ndarray  # f8 (N,) altitude above the lowest visible one, m
    launch: np.ndarray  # f8 (N,) running maximum of launch times
    runs: np.ndarray  # f8 (N, 2) spans in which fire control holds the target
    chance: np.ndarray  # f8 (MAX_HISTORIES,)
    spare: np.ndarray  # f8 (MAX_HISTORIES,)
    time: np.ndarray  # f8 (4, L) looks: one sensor's, the unit's, the network's, and room to merge
    hazard: np.ndarray  # f8 (4, L)
    unit: np.ndarray  # i4 (4, L)


ONE, OWN, NET, ROOM = range(4)


@inner
def _same_gun(world, a, b, g):  # type: ignore[no-untyped-def]
    """Whether two effectors shoot alike: units of one type share what is unknown about it."""
    x, y = world.effectors[a], world.effectors[b]
    return (
        x.has_gunnery and x.burst == y.burst and x.dispersion == y.dispersion and x.aim_error == y.aim_error
        and x.bias == y.bias and x.r_max == y.r_max and world.kill[a, g] == world.kill[b, g]
    )  # fmt: skip


@inner
def _fill_gunnery(world, theatre, e, g):  # type: ignore[no-untyped-def]
    """Kill chance of a burst by range, copied from a like gun where there is one."""
    table = theatre.gunnery[e, g]
    for other in range(e):
        if _same_gun(world, other, e, g):
            for k in range(FLIGHT_POINTS):
                table[k] = theatre.gunnery[other, g, k]
            return
    gun, radius, hit_kills = world.effectors[e], world.types[g].radius, world.kill[e, g]
    for k in range(FLIGHT_POINTS):
        r = k / gun.per_metre
        table[k] = burst_kill(gun.burst, gun.dispersion * r, gun.aim_error * r, gun.bias * r, radius, hit_kills)


@kernel
def open_world(world, index, theatre):  # type: ignore[no-untyped-def]
    """What holds for every plan of a world: the skylines around its units, the gunnery tables."""
    for u in range(world.units.shape[0]):
        if world.surface[0].kind == pack.CITY and world.units[u].present:
            draw_skyline(world.surface[0], world.units[u], theatre.sky[u], world.seed[0], index)
    for e in range(world.effectors.shape[0]):
        for g in range(world.types.shape[0]):
            if world.effectors[e].has_gunnery and world.kill[e, g] != CANNOT_ENGAGE:
                _fill_gunnery(world, theatre, e, g)


@kernel
def draw_plan(world, index, plan, routes):  # type: ignore[no-untyped-def]
    """Routes and times of all threats; the first appears at 0."""
    earliest = NEVER
    for g in range(world.groups.shape[0]):
        group, type_ = world.groups[g], world.types[g]
        last = 0.0
        for number in range(group.count):
            route = routes[group.first + number]
            draw_route(route, group, type_, world.assets, world.targets, number, world.seed[0], index, plan)
            route.group = g
            last = next_arrival(group, type_, last, number, world.seed[0], index, plan)
            route.start = last - route.duration
            earliest = min(earliest, route.start)
    for i in range(routes.shape[0]):
        routes[i].start -= earliest


# ------------------------------------------------------------------------------------------------ one pair


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
def _unit_reach(world, u, rcs):  # type: ignore[no-untyped-def]
    reach = 0.0
    for s in range(world.units[u].s0, world.units[u].s1):
        reach = max(reach, _cut(world.sensors[s], rcs), _fire_control_reach(world.sensors[s], rcs))
    return reach


@inner
def _follow(route, n, step, scratch):  # type: ignore[no-untyped-def]
    """Where the threat is at each sample."""
    for k in range(n):
        scratch.x[k], scratch.y[k], scratch.z[k] = position(route, min(k * step, route.duration))


@inner
def _sample(world, theatre, u, n, reach, scratch):  # type: ignore[no-untyped-def]
    """Geometry of one route as one unit sees it, where it is in reach: samples first to last, and if any is in sight."""
    unit, surface = world.units[u], world.surface[0]
    first, last, seen = n, -1, 0
    for k in range(n):
        dx, dy, dz = scratch.x[k] - unit.x, scratch.y[k] - unit.y, scratch.z[k] - unit.antenna
        d2 = dx * dx + dy * dy
        r = math.sqrt(d2 + dz * dz)
        scratch.r[k] = r
        scratch.margin[k] = FAR
        if r <= reach:
            scratch.d[k] = math.sqrt(d2)
            lowest = min_altitude(surface, unit, theatre.sky[u], scratch.x[k], scratch.y[k])
            scratch.margin[k] = min(scratch.z[k] - lowest, 1e6)
            first, last = min(first, k), k
            if scratch.margin[k] >= 0.0:
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
def _merge(scratch, row, count, found, u):  # type: ignore[no-untyped-def]
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
def _own_looks(world, u, route, rcs, first, last, n, step, index, plan, scratch):  # type: ignore[no-untyped-def]
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
        count = _merge(scratch, OWN, count, found, u)
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
def _held_margin(world, u, rcs, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which sample k is inside what the unit's fire control holds."""
    unit = world.units[u]
    best = FAR
    for s in range(unit.s0, unit.s1):
        if _is_fire_control(world, u, world.sensors[s]):
            reach = _fire_control_reach(world.sensors[s], rcs)
            best = max(best, _sensor_margin(world.sensors[s], reach, unit.antenna, scratch, k))
    return best


@inner
def _held_runs(world, u, rcs, first, last, n, step, duration, scratch):  # type: ignore[no-untyped-def]
    """Spans in which fire control holds the target, into scratch.runs; their number. No sensor at all: always."""
    if world.units[u].s0 == world.units[u].s1:
        scratch.runs[0, 0], scratch.runs[0, 1] = 0.0, duration
        return 1
    runs = 0
    before = FAR
    for k in range(first, last + 1):
        now = FAR if scratch.margin[k] < 0.0 and before < 0.0 else _held_margin(world, u, rcs, scratch, k)
        if now >= 0.0 and before < 0.0:
            earlier = _held_margin(world, u, rcs, scratch, k - 1) if k > first else FAR
            scratch.runs[runs, 0] = _crossing(earlier, now, k, step) if k > 0 else 0.0
            runs += 1
        if now < 0.0 and before >= 0.0:
            scratch.runs[runs - 1, 1] = _crossing(before, now, k, step)
        before = now
    if before >= 0.0:
        scratch.runs[runs - 1, 1] = duration if last == n - 1 else last * step
    return runs


# --------------------------------------------------------------------------------------------- launch windows


@inner
def _open_window(theatre, slot, start, end):  # type: ignore[no-untyped-def]
    """Add a span of launch times to a slot's windows; spans that touch become one."""
    if end < start:
        return
    n = theatre.sizes[0].windows
    if slot.w1 > slot.w0 and start <= theatre.window[min(n, theatre.window.shape[0]) - 1, 1] + 1e-9:
        if n <= theatre.window.shape[0]:
            theatre.window[n - 1, 1] = max(theatre.window[n - 1, 1], end)
        return
    if n < theatre.window.shape[0]:
        theatre.window[n, 0], theatre.window[n, 1] = start, end
    theatre.sizes[0].windows = n + 1
    slot.w1 = n + 1


@inner
def _leg_windows(theatre, slot, effector, scratch, runs, h, step, above):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies between samples h - 1 and h; `above` is the running maximum so far."""
    at_0 = (h - 1) * step - flight_time(effector, scratch.r[h - 1])
    at_1 = h * step - flight_time(effector, scratch.r[h])
    if at_1 <= above:
        return
    low = (above - at_0) / (at_1 - at_0) if above > at_0 else 0.0
    if at_1 < 0.0:
        return
    if at_0 < 0.0:
        low = max(low, -at_0 / (at_1 - at_0))
    low, high = reachable(effector, scratch.r[h - 1], scratch.r[h], scratch.z[h - 1], scratch.z[h], low)
    for j in range(runs):
        a, b = scratch.runs[j, 0], scratch.runs[j, 1]
        if effector.sight_to_intercept:  # the meeting lies in the run, and the launch is no earlier than the run
            first, last = clip(low, high, (h - 1) * step - a, h * step - a)
            if last >= first:
                first, last = clip(first, last, b - (h - 1) * step, b - h * step)
            if last >= first:
                start, end = at_0 + (at_1 - at_0) * first, at_0 + (at_1 - at_0) * last
                _open_window(theatre, slot, max(start, a), end)
        elif high >= low:
            start, end = at_0 + (at_1 - at_0) * low, at_0 + (at_1 - at_0) * high
            _open_window(theatre, slot, max(start, a), min(end, b))


@inner
def _fill_launches(effector, low, high, step, scratch):  # type: ignore[no-untyped-def]
    """Running maximum of launch times for meetings at samples low to high. Meetings before fire control first holds the
    target cannot follow a launch that needs it held, so they are left out."""
    top = -NEVER
    for k in range(low, high + 1):
        top = max(top, k * step - flight_time(effector, scratch.r[k]))
        scratch.launch[k] = top


@inner
def _delay_table(theatre, slot, low, high, step, scratch):  # type: ignore[no-untyped-def]
    """Delays on an even grid over the slot's windows."""
    first, last = theatre.window[slot.w0, 0], theatre.window[slot.w1 - 1, 1]
    cells = int(math.ceil((last - first) / step)) + 1
    cell = (last - first) / (cells - 1) if cells > 1 and last > first else step
    used = theatre.sizes[0].delays
    theatre.sizes[0].delays = used + cells
    slot.first, slot.per_cell, slot.d0, slot.cells = first, 1.0 / cell, used, cells
    if used + cells <= theatre.delay.shape[0]:
        delays(scratch.launch, low, high, step, first, cells, cell, theatre.delay, used)


@inner
def _burst_table(theatre, slot, e, g, effector, n, step, scratch):  # type: ignore[no-untyped-def]
    """Kill chance of a burst for each launch of the delay table, from the range at which it meets the target."""
    if slot.d0 + slot.cells > theatre.delay.shape[0]:
        return
    for c in range(slot.cells):
        meet = slot.first + c / slot.per_cell + theatre.delay[slot.d0 + c]
        k = min(int(meet / step), n - 2)
        r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * min(meet / step - k, 1.0)
        q = min(r * effector.per_metre, FLIGHT_POINTS - 1.0)
        j = min(int(q), FLIGHT_POINTS - 2)
        table = theatre.gunnery[e, g]
        theatre.burst[slot.d0 + c] = table[j] + (table[j + 1] - table[j]) * (q - j)


@inner
def _slot(world, theatre, slot, e, g, runs, n, step, scratch):  # type: ignore[no-untyped-def]
    """When one effector can be launched at the target, and how long it then takes."""
    effector = world.effectors[e]
    slot.kill = world.kill[e, g]
    slot.w0 = slot.w1 = theatre.sizes[0].windows
    slot.cells = 0
    if slot.kill == CANNOT_ENGAGE or effector.rounds == 0 or runs == 0:
        return
    low = max(0, int(scratch.runs[0, 0] / step) - 1)
    high = n - 1
    if effector.sight_to_intercept:
        high = min(high, int(scratch.runs[runs - 1, 1] / step) + 1)
    _fill_launches(effector, low, high, step, scratch)
    for h in range(low + 1, high + 1):
        if min(scratch.r[h - 1], scratch.r[h]) <= effector.r_max:
            _leg_windows(theatre, slot, effector, scratch, runs, h, step, scratch.launch[h - 1])
    if slot.w1 > slot.w0 and slot.w1 <= theatre.window.shape[0]:
        _delay_table(theatre, slot, low, high, step, scratch)
        if effector.has_gunnery:
            _burst_table(theatre, slot, e, g, effector, n, step, scratch)


# ----------------------------------------------------------------------------------------------- all pairs


@inner
def _store_own(theatre, pair, count, scratch):  # type: ignore[no-untyped-def]
    used = theatre.sizes[0].looks
    pair.own0, pair.own1 = used, used + count
    theatre.sizes[0].looks = used + count
    if used + count > theatre.look_time.shape[0]:
        return
    total = 0.0
    for k in range(count):
        total += scratch.hazard[OWN, k]
        theatre.look_time[used + k], theatre.look_hazard[used + k] = scratch.time[OWN, k], total


@inner
def _store_net(theatre, i, count, scratch):  # type: ignore[no-untyped-def]
    used = theatre.sizes[0].net
    theatre.net_span[i, 0], theatre.net_span[i, 1] = used, used + count
    theatre.sizes[0].net = used + count
    if used + count > theatre.net_time.shape[0]:
        return
    total = 0.0
    for k in range(count):
        total += scratch.hazard[NET, k]
        theatre.net_time[used + k], theatre.net_hazard[used + k] = scratch.time[NET, k], total
        theatre.net_unit[used + k] = scratch.unit[NET, k]


@inner
def _pair(world, theatre, u, i, n, step, index, plan, scratch, slot0):  # type: ignore[no-untyped-def]
    """Everything between one unit and one threat; the number of its own looks, left in row OWN."""
    unit, route = world.units[u], theatre.routes[i]
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    rcs = world.types[route.group].rcs
    pair.slot0, pair.opens, pair.closes, pair.queue = slot0, NEVER, -NEVER, -1
    pair.allowed = 1 if (unit.engage & world.groups[route.group].bit) != 0 else 0
    pair.own0 = pair.own1 = pair.seen = 0
    for e in range(unit.e0, unit.e1):
        theatre.slots[slot0 + e - unit.e0].w0 = theatre.slots[slot0 + e - unit.e0].w1 = 0
    if not unit.present:
        return 0
    reach = _unit_reach(world, u, rcs) + 2.0 * route.speed * step  # a leg more, to interpolate its edge
    first, last, pair.seen = _sample(world, theatre, u, n, reach, scratch)
    count = _own_looks(world, u, route, rcs, first, last, n, step, index, plan, scratch) if pair.seen else 0
    _store_own(theatre, pair, count, scratch)
    if unit.e1 > unit.e0 and (pair.seen or unit.s0 == unit.s1):
        runs = _held_runs(world, u, rcs, first, last, n, step, route.duration, scratch)
        for e in range(unit.e0, unit.e1):
            slot = theatre.slots[slot0 + e - unit.e0]
            _slot(world, theatre, slot, e, route.group, runs, n, step, scratch)
            if slot.w1 > slot.w0 and slot.w1 <= theatre.window.shape[0]:
                pair.opens = min(pair.opens, theatre.window[slot.w0, 0])
                pair.closes = max(pair.closes, theatre.window[slot.w1 - 1, 1])
    return count


@inner
def _jamming(world, theatre, i, n, step, scratch):  # type: ignore[no-untyped-def]
    """Running sums of the hazard that a threat loses satellite navigation or its link, at every fourth sample."""
    route = theatre.routes[i]
    used = theatre.sizes[0].jams
    theatre.jam_span[i, 0] = theatre.jam_span[i, 1] = used
    if not (route.satnav or route.link) or world.emitters.shape[0] == 0:
        return
    rows = (n - 2) // JAM_STRIDE + 2
    theatre.jam_span[i, 1] = used + rows
    theatre.sizes[0].jams = used + rows
    if used + rows > theatre.jam_time.shape[0]:
        return
    satnav = link = before = 0.0
    for row in range(rows):
        k = min(row * JAM_STRIDE, n - 1)
        x, y, z = scratch.x[k], scratch.y[k], scratch.z[k]
        for j in range(world.emitters.shape[0]):
            emitter = world.emitters[j]
            unit = world.units[emitter.unit]
            if row > 0 and unit.present and in_reach(emitter, x, y, z):
                if z >= min_altitude(world.surface[0], unit, theatre.sky[emitter.unit], x, y):
                    gained = emitter.hazard * (k * step - before)
                    satnav += gained * emitter.satnav * route.satnav
                    link += gained * emitter.link * route.link
        before = k * step
        theatre.jam_time[used + row] = before
        theatre.jam_hazard[0, used + row], theatre.jam_hazard[1, used + row] = satnav, link


@kernel
def fill(world, index, plan, step_m, theatre, scratch):  # type: ignore[no-untyped-def]
    """Fill the theatre's tables; theatre.sizes says how many rows were needed, which may be more than there is room."""
    sizes = theatre.sizes[0]
    sizes.looks = sizes.net = sizes.delays = sizes.windows = sizes.jams = 0
    slot0 = 0
    for i in range(theatre.routes.shape[0]):
        route = theatre.routes[i]
        samples = int(route.duration * route.speed / step_m) + 2
        n = min(max(samples, MIN_SAMPLES), MAX_SAMPLES)
        step = route.duration / (n - 1)
        _follow(route, n, step, scratch)
        net = 0
        for u in range(world.units.shape[0]):
            unit = world.units[u]
            count = _pair(world, theatre, u, i, n, step, index, plan, scratch, slot0)
            slot0 += unit.e1 - unit.e0
            if unit.networked and count > 0:
                for k in range(count):
                    scratch.time[ONE, k], scratch.hazard[ONE, k] = scratch.time[OWN, k], scratch.hazard[OWN, k]
                net = _merge(scratch, NET, net, count, u)
        _store_net(theatre, i, net, scratch)
        _jamming(world, theatre, i, n, step, scratch)


@inner
def _earliest_known(world, theatre, u, i):  # type: ignore[no-untyped-def]
    """The first moment at which unit u could know threat i, s after it appears."""
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    known = NEVER
    if pair.own1 > pair.own0:
        known = theatre.look_time[pair.own0]
    if world.units[u].networked and theatre.net_span[i, 1] > theatre.net_span[i, 0]:
        known = min(known, theatre.net_time[theatre.net_span[i, 0]] + world.delay[0])
    return known


@kernel
def list_queue(world, theatre, unit_of, first):  # type: ignore[no-untyped-def]
    """Pairs in which a unit could ever fire, unsorted, into queue_pair and queue_opens; their number."""
    threats = theatre.routes.shape[0]
    count = 0
    for u in range(world.units.shape[0]):
        unit = world.units[u]
        for i in range(threats):
            pair = theatre.pairs[u * threats + i]
            known = _earliest_known(world, theatre, u, i)
            if pair.opens == NEVER or known == NEVER or not pair.allowed or unit.channels == 0 or unit.max_salvos == 0:
                continue
            opens = max(pair.opens, known + unit.reaction)
            if opens > pair.closes:
                continue
            if count < theatre.queue_pair.shape[0]:
                theatre.queue_pair[count], theatre.queue_opens[count] = u * threats + i, opens
                unit_of[count], first[count] = u, theatre.routes[i].start - theatre.routes[i].jitter + opens
            count += 1
    theatre.sizes[0].queue = count
    return count


class Surveyor:
    """Surveys theatres one after another in the same memory; one per thread."""

    def __init__(self, threats: int, step_m: float) -> None:
        self.threats, self.step_m = threats, step_m
        self.capacity = np.zeros(1, layout.SIZES)[0]
        for name, start in {
            "looks": 4096,
            "net": 1024,
            "delays": 4096,
            "windows": 256,
            "jams": 1024,
            "queue": 256,
        }.items():
            self.capacity[name] = start
        self.theatre: Theatre | None = None
        self.scratch: Scratch | None = None
        self.opened: Theatre | None = None

    def survey(self, world: Packed, index: int, plan: int, *, new_world: bool) -> Theatre:
        """The theatre of one world (its arrays and its number) and one plan. Valid until the next call."""
        if self.theatre is None:
            self.theatre = layout.new_theatre(world, self.threats, self.capacity)
        if new_world:
            open_world(world, index, self.theatre)
        draw_plan(world, index, plan, self.theatre.routes)
        self._fit_scratch(world)
        fill(world, index, plan, self.step_m, self.theatre, self.scratch)
        if self._outgrown():
            self._grow(world, index)
            return self.survey(world, index, plan, new_world=True)
        return self._queued(world, index, plan)

    def _fit_scratch(self, world: Packed) -> None:
        """Room for every look of every sensor at the longest route."""
        assert self.theatre is not None
        longest = float(self.theatre.routes["duration"].max())
        looks = int(np.sum(longest / world.sensors["scan"] + 2)) + 16
        if self.scratch is None or self.scratch.time.shape[1] < looks:
            n = MAX_SAMPLES + 2
            self.scratch = Scratch(
                *(np.zeros(n) for _ in range(7)), np.zeros((n, 2)), np.zeros(MAX_HISTORIES), np.zeros(MAX_HISTORIES),
                np.zeros((4, 2 * looks)), np.zeros((4, 2 * looks)), np.zeros((4, 2 * looks), np.int32),
            )  # fmt: skip

    def _outgrown(self) -> bool:
        assert self.theatre is not None
        used = self.theatre.sizes[0]
        return any(used[name] > self.capacity[name] for name in ("looks", "net", "delays", "windows", "jams"))

    def _grow(self, world: Packed, index: int) -> None:
        assert self.theatre is not None
        used = self.theatre.sizes[0]
        for name in layout.SIZES.names or ():
            if used[name] > self.capacity[name]:
                self.capacity[name] = int(1.5 * used[name]) + 64
        self.theatre = layout.new_theatre(world, self.threats, self.capacity)

    def _queued(self, world: Packed, index: int, plan: int) -> Theatre:
        """The theatre with its queue sorted by unit and first moment."""
        theatre = self.theatre
        assert theatre is not None
        room = len(theatre.queue_pair)
        unit_of, first = np.zeros(room, np.int32), np.zeros(room)
        count = list_queue(world, theatre, unit_of, first)
        if count > room:
            self._grow(world, index)
            return self.survey(world, index, plan, new_world=True)
        order = np.lexsort((theatre.queue_pair[:count], first[:count], unit_of[:count]))
        pair = theatre.queue_pair[:count][order]
        theatre.pairs["queue"][pair] = np.arange(count)
        spans = np.searchsorted(unit_of[:count][order], np.arange(len(world.units) + 1)).astype(np.int32)
        return theatre._replace(
            queue_pair=pair,
            queue_threat=(pair % self.threats).astype(np.int32),
            queue_first=first[:count][order],
            queue_opens=theatre.queue_opens[:count][order],
            queue_span=spans,
        )
