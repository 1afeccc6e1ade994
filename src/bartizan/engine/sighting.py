"""What one unit sees of one threat: samples in reach, looks that could confirm it, spans in which it is held."""

from __future__ import annotations

import math

from bartizan.engine.echoes import echo, has_only_noise, largest_echo, whereabouts
from bartizan.engine.hearing import looks_by_ear
from bartizan.engine.looking import add_look, goes_on, is_held, no_looks
from bartizan.engine.sensors import (
    chance_of_cycles,
    counts_cycles,
    hears,
    held_from,
    hold_reach,
    inside,
    is_certain,
    is_plain,
    look_reach,
    serves_fire_control,
)
from bartizan.ground import rng
from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner
from bartizan.ground.rng import uniform
from bartizan.physics import arrays
from bartizan.physics.arrays import SEARCH
from bartizan.physics.flyout import NEVER, clip
from bartizan.physics.radar import (
    CERTAIN,
    pd_of_snr,
    pd_one_look,
    snr_at,
)
from bartizan.physics.sight import horizon_distance, margin, margin_along, sector_of
from bartizan.physics.tracking import angle_error, cue_error, range_error

FAR = -1e9  # margin of a sample that no sensor of the unit reaches
# Where a threat's margin is within this share of its distance, a mapped skyline is looked up as finely as its cells lie
# (a 200th of the distance and less), in at most so many parts of a leg; a crossing is then halved so many times.
GRAZING = 0.05
CELLS_PER_RANGE, MAX_PARTS, HALVINGS = 128.0, 16.0, 5
# Rows of looks: one sensor's, the unit's, room to merge those, and two that hold the network's in turn.
ONE, OWN, ROOM, NET, NET_TOO = range(5)


@inner
def unit_reach(world, u, type_):  # type: ignore[no-untyped-def]
    """The farthest that any sensor of a unit could see or hold threats of a type, m."""
    reach = 0.0
    for s in range(world.units[u].s0, world.units[u].s1):
        sensor = world.sensors[s]
        held = hold_reach(sensor, type_, largest_echo(sensor, type_))
        reach = max(reach, look_reach(sensor, type_), held)
    return reach


@inner
def farthest_shot(world, u):  # type: ignore[no-untyped-def]
    """The farthest that any effector of a unit reaches, m: what passes there in sight may be missed for want of a
    tracker alone."""
    reach = 0.0
    for e in range(world.units[u].e0, world.units[u].e1):
        reach = max(reach, world.effectors[e].r_max)
    return reach


@inner
def follow(flight):  # type: ignore[no-untyped-def]
    """Where the threat is at each sample, and how far its own horizon is."""
    scratch, route = flight.scratch, flight.theatre.routes[flight.i]
    for k in range(flight.n):
        scratch.x[k], scratch.y[k], scratch.z[k], scratch.height[k] = whereabouts(
            flight.world, route, min(k * flight.step, route.duration)
        )
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
def sample(flight, u, reach):  # type: ignore[no-untyped-def]
    """Geometry of a flight as one unit sees it; the first and the last sample in reach.

    Further than two legs beyond the horizon nothing is looked up: such samples only bound what is hidden. A threat is
    in one sector of a city's skyline for many samples: cross products with the sector's edges tell when it leaves.
    """
    world, scratch, sky = flight.world, flight.scratch, flight.theatre.sky
    unit, kind, leg = world.units[u], world.surface[0].kind, _leg_m(flight)
    _measure(unit, flight.n, scratch)
    horizon = horizon_distance(unit.antenna)
    hidden = horizon + 2.0 * leg if kind in (arrays.HORIZON, arrays.CITY) else 1e12
    sectors, lines, sky_reach = sky.sectors[0], sky.lines[u], sky.reach[u]
    first, last = flight.n, -1
    sector, left_x, left_y, right_x, right_y = 0, 0.0, 0.0, 0.0, 0.0
    for k in range(flight.n):
        scratch.margin[k] = FAR
        if scratch.r[k] <= reach + 2.0 * leg:  # a leg more, to interpolate its edge
            first, last = min(first, k), k
            if kind == arrays.MAPPED:
                scratch.margin[k] = margin(world, sky, u, scratch.x[k], scratch.y[k], scratch.z[k])
            elif scratch.d[k] <= hidden + scratch.horizon[k]:
                dx, dy = scratch.x[k] - unit.x, scratch.y[k] - unit.y
                if kind == arrays.CITY and (dx * left_y - dy * left_x < 0.0 or dx * right_y - dy * right_x >= 0.0):
                    sector = sector_of(sectors, dx, dy)
                    left_x, left_y = sky.edges[sector, 0], sky.edges[sector, 1]
                    right_x, right_y = sky.edges[sector + 1, 0], sky.edges[sector + 1, 1]
                line, d, z = lines[sector], scratch.d[k], scratch.z[k]
                scratch.margin[k] = margin_along(kind, unit, horizon, line, sky_reach, d, z)
    return first, last


@inner
def _leg_m(flight):  # type: ignore[no-untyped-def]
    """From one sample to the next, m."""
    return flight.theatre.routes[flight.i].speed * flight.step


@inner
def _margin_at(flight, u, t):  # type: ignore[no-untyped-def]
    x, y, z, _ = whereabouts(flight.world, flight.theatre.routes[flight.i], t)
    return margin(flight.world, flight.theatre.sky, u, x, y, z)


@inner
def _parts(kind, leg, d, a, b):  # type: ignore[no-untyped-def]
    """Into how many parts a leg is cut to find what comes into sight and goes within it: as fine as the cells of a
    mapped skyline are there, where the threat grazes it."""
    if kind != arrays.MAPPED or min(a, b) > GRAZING * d or max(a, b) < -GRAZING * d:
        return 1
    return int(min(max(math.ceil(leg * CELLS_PER_RANGE / max(d, 1.0)), 1.0), MAX_PARTS))


@inner
def _crossing(flight, u, t_0, t_1, a, b):  # type: ignore[no-untyped-def]
    """When a threat with margins a at t_0 and b at t_1, of which one is negative, comes into sight or leaves it.

    Where one is unknown (out of reach) the other's moment: reach is padded by a leg, so that this moves nothing.
    """
    if a <= FAR:
        return t_1
    if b <= FAR:
        return t_0
    if flight.world.surface[0].kind in (arrays.CITY, arrays.MAPPED):  # jumps from one sector or one roof to the next
        for _ in range(HALVINGS):
            t = 0.5 * (t_0 + t_1)
            now = _margin_at(flight, u, t)
            if (now >= 0.0) == (a >= 0.0):
                t_0, a = t, now
            else:
                t_1, b = t, now
    return t_0 + (t_1 - t_0) * a / (a - b)


@inner
def _add_span(spans, count, start, end):  # type: ignore[no-untyped-def]
    """Add a span of time to a list in order; spans that touch become one. Their number."""
    if end <= start:
        return count
    if count > 0 and start <= spans[count - 1, 1] + 1e-9:
        spans[count - 1, 1] = max(spans[count - 1, 1], end)
    elif count < spans.shape[0]:
        spans[count, 0], spans[count, 1] = start, end
        return count + 1
    return count


@inner
def sight_spans(flight, u, first, last):  # type: ignore[no-untyped-def]
    """Spans of time in which unit u has sight of the threat, into scratch.sight; their number."""
    kind, leg, step, scratch = flight.world.surface[0].kind, _leg_m(flight), flight.step, flight.scratch
    count = 0
    for k in range(first + 1, last + 1):
        before, t_0 = scratch.margin[k - 1], (k - 1) * step
        parts = _parts(kind, leg, min(scratch.d[k - 1], scratch.d[k]), before, scratch.margin[k])
        if parts == 1 and (before >= 0.0) == (scratch.margin[k] >= 0.0):
            if before >= 0.0:
                count = _add_span(scratch.sight, count, t_0, k * step)
            continue
        for part in range(1, parts + 1):
            t_1 = (k - 1 + part / parts) * step
            now = scratch.margin[k] if part == parts else _margin_at(flight, u, t_1)
            start = t_0 if before >= 0.0 or now < 0.0 else _crossing(flight, u, t_0, t_1, before, now)
            end = t_1 if now >= 0.0 or before < 0.0 else _crossing(flight, u, t_0, t_1, before, now)
            if before >= 0.0 or now >= 0.0:
                count = _add_span(scratch.sight, count, start, end)
            before, t_0 = now, t_1
    return count


@inner
def spans_inside(flight, watch):  # type: ignore[no-untyped-def]
    """Spans in sight in which scratch.inside, straight between samples, is not negative: into scratch.runs."""
    scratch, step, spans = flight.scratch, flight.step, watch.spans
    runs = next_span = 0
    for k in range(watch.first + 1, watch.last + 1):
        if scratch.inside[k - 1] < 0.0 and scratch.inside[k] < 0.0:
            continue
        low, high = clip(0.0, 1.0, scratch.inside[k - 1], scratch.inside[k])
        start, end = (k - 1 + low) * step, (k - 1 + high) * step
        while next_span < spans and scratch.sight[next_span, 1] < start:
            next_span += 1
        j = next_span
        while j < spans and scratch.sight[j, 0] <= end:
            a, b = max(start, scratch.sight[j, 0]), min(end, scratch.sight[j, 1])
            runs = _add_span(scratch.runs, runs, a, b)
            j += 1
    return runs


@inner
def comes_into_sight(flight, watch, reach):  # type: ignore[no-untyped-def]
    """Whether the threat is ever in sight within `reach`."""
    scratch = flight.scratch
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = reach - scratch.r[k]
        if scratch.margin[k] >= 0.0 and scratch.inside[k] >= 0.0:
            return True
    return spans_inside(flight, watch) > 0


@inner
def _coverage(sensor, reach, unit, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which sample k is inside what a sensor of the given reach covers where it has sight; negative: not."""
    dx, dy, dz = scratch.x[k] - unit.x, scratch.y[k] - unit.y, scratch.z[k] - unit.antenna
    return inside(sensor, reach, scratch.d[k], scratch.r[k], dx, dy, dz)


@inner
def _certain_looks(flight, watch, sensor, row):  # type: ignore[no-untyped-def]
    """Each time that a certain sensor comes to cover a target whose track it had lost, into `row`; their number."""
    scratch, unit = flight.scratch, flight.world.units[watch.u]
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = _coverage(sensor, sensor.r_max, unit, scratch, k)
    found = 0
    for j in range(spans_inside(flight, watch)):
        if found == 0 or scratch.runs[j, 0] > scratch.until[row, found - 1]:
            scratch.time[row, found], scratch.hazard[row, found] = scratch.runs[j, 0], CERTAIN
            scratch.error[row, found] = 0.0
            found += 1
        scratch.until[row, found - 1] = min(scratch.runs[j, 1] + sensor.coast, NEVER)
    return found


@inner
def _type(flight):  # type: ignore[no-untyped-def]
    return flight.world.types[flight.theatre.routes[flight.i].group]


@inner
def _look(flight, u, sensor, only_noise, held, cut, t):  # type: ignore[no-untyped-def]
    """One look at time t at a target in sight: detection probability, signal over all that is against it, and range.

    Of a target that is `held` in a certain track only matters whether the look could see it: 1 or 0.
    """
    world, scratch, unit = flight.world, flight.scratch, flight.world.units[u]
    k = min(int(t / flight.step), flight.n - 2)
    f = t / flight.step - k
    r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * f
    if r > cut or r < sensor.r_min:
        return 0.0, 0.0, r
    a, b = _coverage(sensor, 1e12, unit, scratch, k), _coverage(sensor, 1e12, unit, scratch, k + 1)
    if a + (b - a) * f < 0.0:
        return 0.0, 0.0, r
    if counts_cycles(sensor):
        return chance_of_cycles(sensor, _type(flight), r), 0.0, r
    if only_noise:
        if held:
            return 1.0, 0.0, r
        rcs = _type(flight).rcs_of_band[sensor.band]
        pd = pd_one_look(sensor.snr_constant, sensor.ln_false_alarm, rcs, r)
        return pd, snr_at(sensor.snr_constant, rcs, r), r
    snr = echo(flight, u, sensor, k, f)
    if held or snr <= sensor.snr_cut:
        return (1.0 if snr > sensor.snr_cut else 0.0), snr, r
    return pd_of_snr(world.detection, sensor, snr), snr, r


@inner
def _cue_error(world, sensor, type_, snr, r):  # type: ignore[no-untyped-def]
    """Error, m, of the track that a look confirms, when the network tells others of it; 0 where no beam is known.

    All pulses of the look measure: its errors fall with the root of their number (Barton).
    """
    if sensor.beam <= 0.0:
        return 0.0
    pulse = 1.0 / sensor.bandwidth if sensor.bandwidth > 0.0 else 0.0
    of_look = sensor.pulses * snr
    noise = hypot(r * angle_error(sensor.beam, of_look), range_error(pulse, of_look))
    return cue_error(noise, sensor.scan, type_.manoeuvre, max(world.network[0].delay, 0.0))


@inner
def _radar_looks(flight, watch, sensor, phase, row):  # type: ignore[no-untyped-def]
    """All looks of one radar or sight that could confirm the target, into `row`; their number."""
    scratch, step, type_, spans = flight.scratch, flight.step, _type(flight), watch.spans
    cut, only_noise = look_reach(sensor, type_), has_only_noise(flight.world, sensor, type_)
    first, last = watch.first, watch.last
    while first <= last and scratch.r[first] > cut:
        first += 1
    if first > last or spans == 0:
        return 0
    look = max(0.0, math.ceil((max((first - 1) * step, scratch.sight[0, 0]) - phase) / sensor.scan))
    end = min(flight.theatre.routes[flight.i].duration, (last + 1) * step, scratch.sight[spans - 1, 1])
    looks, span = no_looks(sensor), 0
    while goes_on(looks):
        t = phase + look * sensor.scan
        if t >= end:
            break
        look += 1.0
        while scratch.sight[span, 1] < t:
            span += 1
        pd, snr, r, before = 0.0, 0.0, 0.0, looks.found
        if scratch.sight[span, 0] <= t:
            pd, snr, r = _look(flight, watch.u, sensor, only_noise, is_held(looks, t), cut, t)
        looks = add_look(scratch, row, sensor, looks, t, pd)
        if looks.found > before:
            scratch.error[row, before] = _cue_error(flight.world, sensor, type_, snr, r)
    return looks.found


@inner
def merge(scratch, row, count, other, found, u, to):  # type: ignore[no-untyped-def]
    """Merge the `count` looks in `row` and the `found` looks of unit u in `other` into the row `to`; their number.

    Of looks after certainty, until all tracks are lost, only remains how long they keep a track.
    """
    a = b = merged = 0
    total, kept = 0.0, -1.0
    while (a < count or b < found) and (total < CERTAIN or kept < NEVER):
        if b >= found or (a < count and scratch.time[row, a] <= scratch.time[other, b]):
            _copy_look(scratch, row, a, to, merged, scratch.unit[row, a])
            a += 1
        else:
            _copy_look(scratch, other, b, to, merged, u)
            b += 1
        if scratch.time[to, merged] > kept:
            total = 0.0
        kept = max(kept, scratch.until[to, merged])
        if total < CERTAIN:
            total += scratch.hazard[to, merged]
            merged += 1
        else:
            scratch.until[to, merged - 1] = kept
    return merged


@inner
def _copy_look(scratch, row, k, to, m, u):  # type: ignore[no-untyped-def]
    """Copy a look to another row, as one of unit u."""
    scratch.time[to, m], scratch.hazard[to, m], scratch.unit[to, m] = scratch.time[row, k], scratch.hazard[row, k], u
    scratch.until[to, m], scratch.error[to, m] = scratch.until[row, k], scratch.error[row, k]


@inner
def keep_while_held(runs, count, scratch):  # type: ignore[no-untyped-def]
    """Looks of row OWN keep a track for as long as fire control then goes on holding the threat."""
    for k in range(count):
        for j in range(runs):
            if scratch.runs[j, 0] <= scratch.until[OWN, k] < scratch.runs[j, 1]:
                scratch.until[OWN, k] = scratch.runs[j, 1]


@inner
def own_looks(flight, watch):  # type: ignore[no-untyped-def]
    """Looks of all search sensors of a unit, merged into row OWN; their number."""
    world, u, entity = flight.world, watch.u, flight.theatre.routes[flight.i].entity
    unit = world.units[u]
    count, row = 0, OWN
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        if sensor.role != SEARCH:
            continue
        if is_certain(sensor):
            found = _certain_looks(flight, watch, sensor, row)
        else:
            phase = sensor.phase
            if phase < 0.0:
                phase = sensor.scan * uniform(
                    world.seed[0], flight.world_number, flight.plan, rng.PHASE, entity, sensor.entity, 0
                )
            if hears(sensor):
                found = looks_by_ear(flight, watch, sensor, phase, row)
            else:
                found = _radar_looks(flight, watch, sensor, phase, row)
        if row == ONE and found > 0:
            count = merge(flight.scratch, OWN, count, ONE, found, u, ROOM)
            for k in range(count):
                _copy_look(flight.scratch, ROOM, k, OWN, k, u)
        elif row == OWN:
            count = found
        row = ONE if count > 0 else OWN
    return count


@inner
def _held_to(flight, u, sensor, k):  # type: ignore[no-untyped-def]
    """The range to which a radar would hold the target if all but the range were as at sample k."""
    at, f = (k, 0.0) if k < flight.n - 1 else (flight.n - 2, 1.0)
    return held_from(sensor, flight.scratch.r[k], echo(flight, u, sensor, at, f))


@inner
def held_runs(flight, watch):  # type: ignore[no-untyped-def]
    """Spans in which fire control holds the threat, into scratch.runs; their number. No sensor at all: always."""
    world, scratch, u, type_ = flight.world, flight.scratch, watch.u, _type(flight)
    unit = world.units[u]
    if unit.s0 == unit.s1:
        scratch.runs[0, 0], scratch.runs[0, 1] = 0.0, flight.theatre.routes[flight.i].duration
        return 1
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = FAR
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        if serves_fire_control(world, u, sensor):
            reach = hold_reach(sensor, type_, type_.rcs_of_band[sensor.band])
            only_noise = is_plain(world, sensor, type_)
            for k in range(watch.first, watch.last + 1):
                if not only_noise:
                    reach = _held_to(flight, u, sensor, k)
                scratch.inside[k] = max(scratch.inside[k], _coverage(sensor, reach, unit, scratch, k))
    return spans_inside(flight, watch)
