"""What one unit sees of one threat: samples in reach, spans in sight, looks that could confirm it."""

from __future__ import annotations

import math

from bartizan.engine.echoes import echo, largest_echo, whereabouts
from bartizan.engine.hearing import looks_by_ear
from bartizan.engine.layout import AHEAD
from bartizan.engine.looking import add_look, goes_on, is_held, no_looks
from bartizan.engine.sensors import (
    chance_of_cycles,
    counts_cycles,
    has_ears,
    hears,
    hold_reach,
    inside,
    is_certain,
    is_plain,
    look_reach,
)
from bartizan.ground import rng
from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner, lanes
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
from bartizan.physics.sight import (
    OPEN_MARGIN,
    horizon_distance,
    margin,
    over_horizon,
    over_low_roofs,
    over_roofs,
    sector_of,
)
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
def _needs_all(world, u):  # type: ignore[no-untyped-def]
    """Whether a unit needs all of a threat's way: sound comes late, and what has no sensor may be launched early."""
    return world.units[u].s0 == world.units[u].s1 or has_ears(world, u)


@inner
def _samples_within(flight, unit, reach):  # type: ignore[no-untyped-def]
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


@inner
def _measure(unit, low, high, scratch):  # type: ignore[no-untyped-def]
    """Ground distance and slant range of samples low to high from a unit's antenna."""
    x, y, z = unit.x, unit.y, unit.antenna
    for k in range(low, high + 1):
        dx, dy, dz = scratch.x[k] - x, scratch.y[k] - y, scratch.z[k] - z
        d2 = dx * dx + dy * dy
        scratch.d[k] = math.sqrt(d2)
        scratch.r[k] = math.sqrt(d2 + dz * dz)


@inner
def sample(flight, u, reach):  # type: ignore[no-untyped-def]
    """Geometry of a flight as one unit sees it; the first and the last sample in reach. Farther off nothing is looked
    up, but for two samples more on each side their range."""
    world, scratch = flight.world, flight.scratch
    unit, padded = world.units[u], reach + 2.0 * _leg_m(flight)  # legs more, to interpolate its edge
    low, high = 0, flight.n - 1
    if not _needs_all(world, u):
        low, high = _samples_within(flight, unit, padded)
    _measure(unit, low, high, scratch)
    first, last = low, high
    while first <= high and scratch.r[first] > padded:
        first += 1
    if first > high:
        return flight.n, -1
    while scratch.r[last] > padded:
        last -= 1
    if world.surface[0].kind == arrays.MAPPED:
        for k in range(first, last + 1):
            scratch.margin[k] = FAR
            if scratch.r[k] <= padded:
                scratch.margin[k] = margin(world, flight.theatre.sky, u, scratch.x[k], scratch.y[k], scratch.z[k])
    else:
        _over_horizon(flight, unit, padded, first, last)
        if world.surface[0].kind == arrays.CITY:
            _over_roofs(flight, u, first, last)
    return first, last


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
    hidden = horizon + 2.0 * _leg_m(flight)
    for k in range(first, last + 1):
        d = scratch.d[k]
        above = over_horizon(unit, horizon, d, scratch.z[k])
        above = above if d <= hidden + scratch.horizon[k] else FAR
        scratch.margin[k] = above if scratch.r[k] <= padded else FAR


@inner
def _over_roofs(flight, u, first, last):  # type: ignore[no-untyped-def]
    """Margins over a city of what is over the horizon; they may be larger than is said of what is above all low roofs.
    A threat is in one sector of the skyline for many samples: cross products with its edges tell when it leaves."""
    world, scratch, sky, unit = flight.world, flight.scratch, flight.theatre.sky, flight.world.units[u]
    sector, left_x, left_y, right_x, right_y = 0, 0.0, 0.0, 0.0, 0.0
    for k in range(first, last + 1):
        if scratch.margin[k] < 0.0:
            continue
        dx, dy = scratch.x[k] - unit.x, scratch.y[k] - unit.y
        if dx * left_y - dy * left_x < 0.0 or dx * right_y - dy * right_x >= 0.0:
            sector = sector_of(sky.sectors[0], dx, dy)
            left_x, left_y = sky.edges[sector, 0], sky.edges[sector, 1]
            right_x, right_y = sky.edges[sector + 1, 0], sky.edges[sector + 1, 1]
        over = over_low_roofs(world, sky, u, sector, scratch.d[k], scratch.z[k])
        if over < 0.0:
            over = over_roofs(world, sky, u, sector, scratch.d[k], scratch.z[k])
        scratch.margin[k] = min(scratch.margin[k], over)


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
def _exact(bound, found):  # type: ignore[no-untyped-def]
    """A margin that was found, unless the bound that is known has the other sign: on the edge of two sectors."""
    return found if (found >= 0.0) == (bound >= 0.0) else bound


@inner
def _crossing(flight, u, t_0, t_1, a, b):  # type: ignore[no-untyped-def]
    """When a threat with margins a at t_0 and b at t_1, of which one is negative, comes into sight or leaves it.

    Where one is unknown (out of reach) the other's moment: reach is padded by a leg, so that this moves nothing.
    """
    if a <= FAR:
        return t_1
    if b <= FAR:
        return t_0
    kind = flight.world.surface[0].kind
    if kind == arrays.CITY:  # those of samples may be bounds
        a, b = _exact(a, _margin_at(flight, u, t_0)), _exact(b, _margin_at(flight, u, t_1))
    if kind in (arrays.CITY, arrays.MAPPED):  # jumps from one sector or one roof to the next
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
    count, k = 0, first + 1
    while k <= last:
        start = k
        while k <= last and _is_steady(kind, leg, scratch, k):
            k += 1
        if k > start and scratch.margin[start] >= 0.0:
            count = _add_span(scratch.sight, count, (start - 1) * step, (k - 1) * step)
        if k <= last:
            count = _spans_of_leg(flight, u, k, count)
        k += 1
    return count


@inner
def _is_steady(kind, leg, scratch, k):  # type: ignore[no-untyped-def]
    """Whether the threat is in sight on all of the leg between samples k - 1 and k, or on none of it."""
    before, now = scratch.margin[k - 1], scratch.margin[k]
    return (before >= 0.0) == (now >= 0.0) and _parts(kind, leg, min(scratch.d[k - 1], scratch.d[k]), before, now) == 1


@inner
def _spans_of_leg(flight, u, k, count):  # type: ignore[no-untyped-def]
    """Add to scratch.sight the spans of the leg between samples k - 1 and k; the number of all."""
    kind, leg, step, scratch = flight.world.surface[0].kind, _leg_m(flight), flight.step, flight.scratch
    before, t_0 = scratch.margin[k - 1], (k - 1) * step
    parts = _parts(kind, leg, min(scratch.d[k - 1], scratch.d[k]), before, scratch.margin[k])
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
    k = watch.first + 1
    while k <= watch.last:
        low, high = clip(0.0, 1.0, scratch.inside[k - 1], scratch.inside[k])
        start = (k - 1 + low) * step
        while k < watch.last and scratch.inside[k] >= 0.0 and scratch.inside[k + 1] >= 0.0:
            k += 1
            high = 1.0
        end = (k - 1 + high) * step
        k += 1
        if high < low:
            continue
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
def coverage_at(sensor, reach, unit, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which sample k is inside what a sensor of the given reach covers where it has sight; negative: not."""
    dx, dy, dz = scratch.x[k] - unit.x, scratch.y[k] - unit.y, scratch.z[k] - unit.antenna
    return inside(sensor, reach, scratch.d[k], scratch.r[k], dx, dy, dz)


@inner
def _certain_looks(flight, watch, sensor, row):  # type: ignore[no-untyped-def]
    """Each time that a certain sensor comes to cover a target whose track it had lost, into `row`; their number."""
    scratch, unit = flight.scratch, flight.world.units[watch.u]
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = coverage_at(sensor, sensor.r_max, unit, scratch, k)
    found = 0
    for j in range(spans_inside(flight, watch)):
        if found == 0 or scratch.runs[j, 0] > scratch.until[row, found - 1]:
            scratch.time[row, found], scratch.hazard[row, found] = scratch.runs[j, 0], CERTAIN
            scratch.error[row, found] = 0.0
            found += 1
        scratch.until[row, found - 1] = min(scratch.runs[j, 1] + sensor.coast, NEVER)
    return found


@inner
def type_of(flight):  # type: ignore[no-untyped-def]
    return flight.world.types[flight.theatre.routes[flight.i].group]


@inner
def _fill_limits(sensor, unit, scratch, first, last):  # type: ignore[no-untyped-def]
    """Metres by which samples first to last are inside what a sensor can cover at any range, into scratch.inside."""
    for k in range(first, last + 1):
        scratch.inside[k] = coverage_at(sensor, 1e12, unit, scratch, k)


@inner
def _place(flight, sensor, cut, t):  # type: ignore[no-untyped-def]
    """The leg on which a target is at time t, the share of it behind it, its range, and whether a look covers that."""
    scratch = flight.scratch
    k = min(int(t / flight.step), flight.n - 2)
    f = t / flight.step - k
    r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * f
    within = scratch.inside[k] + (scratch.inside[k + 1] - scratch.inside[k]) * f >= 0.0
    return k, f, r, within and sensor.r_min <= r <= cut


@inner
def _look(flight, u, sensor, held, cut, t):  # type: ignore[no-untyped-def]
    """One look at time t at a target in sight: detection probability, signal over all that is against it, and range.

    Of a target that is `held` in a certain track only matters whether the look could see it: 1 or 0.
    """
    k, f, r, covers = _place(flight, sensor, cut, t)
    if not covers:
        return 0.0, 0.0, r
    snr = echo(flight, u, sensor, k, f, sensor.snr_cut)
    if held or snr <= sensor.snr_cut:
        return (1.0 if snr > sensor.snr_cut else 0.0), snr, r
    return pd_of_snr(flight.world.detection, sensor, snr), snr, r


@lanes
def _look_ahead(flight, sensor, cut, phase, look, end):  # type: ignore[no-untyped-def]
    """Where the next AHEAD looks of a sensor find a target whose range alone decides: that into scratch.far, and into
    scratch.pd whether they could see it, 1 or 0. So many at once, since none waits for another; what comes at `end` or
    later is none, and where the target is then may not be known."""
    scratch = flight.scratch
    for j in range(AHEAD):
        t = phase + (look + j) * sensor.scan
        _, _, scratch.far[j], covers = _place(flight, sensor, cut, t)
        scratch.snr[j], scratch.pd[j] = 0.0, 1.0 if covers and t < end else 0.0


@lanes
def _chances_ahead(flight, sensor):  # type: ignore[no-untyped-def]
    """The chances of those looks into scratch.pd, and signal to noise into scratch.snr."""
    scratch, type_ = flight.scratch, type_of(flight)
    if counts_cycles(sensor):
        for j in range(AHEAD):
            if scratch.pd[j] > 0.0:
                scratch.pd[j] = chance_of_cycles(sensor, type_, scratch.far[j])
        return
    rcs = type_.rcs_of_band[sensor.band]
    for j in range(AHEAD):
        scratch.snr[j] = snr_at(sensor.snr_constant, rcs, scratch.far[j])
        scratch.pd[j] *= pd_one_look(sensor.ln_false_alarm, scratch.snr[j])


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
    scratch, step, type_, spans = flight.scratch, flight.step, type_of(flight), watch.spans
    cut, plain = look_reach(sensor, type_), is_plain(flight.world, sensor, type_)
    first, last = watch.first, watch.last
    while first <= last and scratch.r[first] > cut:
        first += 1
    if first > last or spans == 0:
        return 0
    _fill_limits(sensor, flight.world.units[watch.u], scratch, max(first - 1, 0), min(last + 1, flight.n - 1))
    look = max(0.0, math.ceil((max((first - 1) * step, scratch.sight[0, 0]) - phase) / sensor.scan))
    end = min(flight.theatre.routes[flight.i].duration, (last + 1) * step, scratch.sight[spans - 1, 1])
    looks, span, ahead, known = no_looks(sensor), 0, AHEAD, False
    while goes_on(looks):
        t = phase + look * sensor.scan
        if t >= end:
            break
        if plain and ahead == AHEAD:
            _look_ahead(flight, sensor, cut, phase, look, end)
            ahead, known = 0, False
        while scratch.sight[span, 1] < t:
            span += 1
        pd, snr, r, before = 0.0, 0.0, 0.0, looks.found
        if scratch.sight[span, 0] <= t:
            held = is_held(looks, t)
            if plain and not (held or known):
                _chances_ahead(flight, sensor)
                known = True
            if plain:
                pd, snr, r = scratch.pd[ahead], scratch.snr[ahead], scratch.far[ahead]
            else:
                pd, snr, r = _look(flight, watch.u, sensor, held, cut, t)
        look += 1.0
        ahead += 1
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
