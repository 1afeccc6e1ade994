"""What one unit sees of one threat: spans in sight, and looks that could confirm it."""

from __future__ import annotations

import math

from bartizan.engine.echoes import echo, largest_echo, whereabouts
from bartizan.engine.hearing import looks_by_ear
from bartizan.engine.layout import AHEAD
from bartizan.engine.looking import add_look, add_run, goes_on, is_held, no_looks, takes_runs, work_out_hazards
from bartizan.engine.samples import FAR, ground_distance, leg_m
from bartizan.engine.sensors import (
    chance_of_cycles,
    counts_cycles,
    has_bounds,
    hears,
    hold_reach,
    inside,
    is_certain,
    is_plain,
    look_reach,
)
from bartizan.ground import rng
from bartizan.ground.exact import hypot
from bartizan.ground.jit import apart, inner, lanes
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
from bartizan.physics.sight import margin
from bartizan.physics.tracking import angle_error, cue_error, range_error

# Where a threat's margin is within this share of its distance, a mapped skyline is looked up as finely as its cells lie
# (a 200th of the distance and less), in at most so many parts of a leg; a crossing is then halved so many times.
GRAZING = 0.05
CELLS_PER_RANGE, MAX_PARTS, HALVINGS = 128.0, 16.0, 5
# Rows of looks: one sensor's, the unit's, room to merge those, and two that hold the network's in turn.
ONE, OWN, ROOM, NET, NET_TOO = range(5)
_ALL_UNITS = 1 << 30  # no unit's number is higher


@apart
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
def _margin_at(flight, u, t):  # type: ignore[no-untyped-def]
    x, y, z, _ = whereabouts(flight.world, flight.theatre.routes[flight.i], t)
    return margin(flight.world, flight.theatre.sky, u, x, y, z)


@inner
def _parts(flight, u, k):  # type: ignore[no-untyped-def]
    """Into how many parts the leg between samples k - 1 and k is cut to find what comes into sight and goes within it:
    as fine as the cells of a mapped skyline are there, where the threat grazes it."""
    world, scratch = flight.world, flight.scratch
    if world.surface[0].kind != arrays.MAPPED:
        return 1
    unit, a, b = world.units[u], scratch.margin[k - 1], scratch.margin[k]
    d = min(ground_distance(unit, scratch, k - 1), ground_distance(unit, scratch, k))
    if min(a, b) > GRAZING * d or max(a, b) < -GRAZING * d:
        return 1
    return int(min(max(math.ceil(leg_m(flight) * CELLS_PER_RANGE / max(d, 1.0)), 1.0), MAX_PARTS))


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
    knows_a = knows_b = kind == arrays.MAPPED  # elsewhere those of samples may be bounds
    if kind in (arrays.CITY, arrays.MAPPED):  # jumps from one sector or one roof to the next
        for _ in range(HALVINGS):
            t = 0.5 * (t_0 + t_1)
            now = _margin_at(flight, u, t)
            if (now >= 0.0) == (a >= 0.0):
                t_0, a, knows_a = t, now, True
            else:
                t_1, b, knows_b = t, now, True
    if not knows_a:
        a = _exact(a, _margin_at(flight, u, t_0))
    if not knows_b:
        b = _exact(b, _margin_at(flight, u, t_1))
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
    step, scratch = flight.step, flight.scratch
    count, k = 0, first + 1
    while k <= last:
        start = k
        while k <= last and _is_steady(flight, u, k):
            k += 1
        if k > start and scratch.margin[start] >= 0.0:
            count = _add_span(scratch.sight, count, (start - 1) * step, (k - 1) * step)
        if k <= last:
            count = _spans_of_leg(flight, u, k, count)
        k += 1
    return count


@inner
def _is_steady(flight, u, k):  # type: ignore[no-untyped-def]
    """Whether the threat is in sight on all of the leg between samples k - 1 and k, or on none of it."""
    margins = flight.scratch.margin
    return (margins[k - 1] >= 0.0) == (margins[k] >= 0.0) and _parts(flight, u, k) == 1


@inner
def _spans_of_leg(flight, u, k, count):  # type: ignore[no-untyped-def]
    """Add to scratch.sight the spans of the leg between samples k - 1 and k; the number of all."""
    step, scratch = flight.step, flight.scratch
    before, t_0 = scratch.margin[k - 1], (k - 1) * step
    parts = _parts(flight, u, k)
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
    return inside(sensor, reach, hypot(dx, dy), scratch.r[k], dx, dy, dz)


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
def _place(flight, sensor, bounded, cut, t):  # type: ignore[no-untyped-def]
    """The leg on which a target is at time t, the share of it behind it, its range, and whether a look covers that."""
    scratch = flight.scratch
    k = min(int(t / flight.step), flight.n - 2)
    f = t / flight.step - k
    r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * f
    within = not bounded or scratch.inside[k] + (scratch.inside[k + 1] - scratch.inside[k]) * f >= 0.0
    return k, f, r, within and sensor.r_min <= r <= cut


@inner
def _look(flight, u, sensor, bounded, held, cut, t):  # type: ignore[no-untyped-def]
    """One look at time t at a target in sight: detection probability, signal over all that is against it, and range.

    Of a target that is `held` in a certain track only matters whether the look could see it: 1 or 0.
    """
    k, f, r, covers = _place(flight, sensor, bounded, cut, t)
    if not covers:
        return 0.0, 0.0, r
    snr = echo(flight, u, sensor, k, f, sensor.snr_cut)
    if held or snr <= sensor.snr_cut:
        return (1.0 if snr > sensor.snr_cut else 0.0), snr, r
    return pd_of_snr(flight.world.detection, sensor, snr), snr, r


@lanes
def _look_ahead(flight, sensor, bounded, cut, phase, look, end):  # type: ignore[no-untyped-def]
    """Where the next AHEAD looks of a sensor find a target whose range alone decides: that into scratch.far, and into
    scratch.pd whether they could see it, 1 or 0. So many at once, since none waits for another; what comes at `end` or
    later is none, and where the target is then may not be known."""
    scratch = flight.scratch
    for j in range(AHEAD):
        t = phase + (look + j) * sensor.scan
        _, _, scratch.far[j], covers = _place(flight, sensor, bounded, cut, t)
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
def _add_run_ahead(flight, sensor, row, looks, phase, look, until):  # type: ignore[no-untyped-def]
    """`add_run` of the looks ahead, with the errors that go with them."""
    scratch, type_, before = flight.scratch, type_of(flight), looks.found
    _chances_ahead(flight, sensor)
    looks, count = add_run(scratch, row, sensor, looks, phase, look, until)
    for k in range(before, looks.found):
        j = int(scratch.error[row, k])
        scratch.error[row, k] = _cue_error(flight.world, sensor, type_, scratch.snr[j], scratch.far[j])
    return looks, count


@inner
def _first_within(scratch, watch, cut):  # type: ignore[no-untyped-def]
    """The first sample that matters from where the unit is within `cut` metres; beyond the last if there is none."""
    first = watch.first
    while first <= watch.last and scratch.r[first] > cut:
        first += 1
    return first


@inner
def _radar_looks(flight, watch, sensor, phase, row, until):  # type: ignore[no-untyped-def]
    """All looks of one radar or sight before `until` that could confirm the target, into `row`; their number."""
    scratch, step, type_, spans = flight.scratch, flight.step, type_of(flight), watch.spans
    cut, plain = look_reach(sensor, type_), is_plain(flight.world, sensor, type_)
    first, last = _first_within(scratch, watch, cut), watch.last
    if first > last or spans == 0:
        return 0
    bounded = has_bounds(sensor)
    if bounded:
        _fill_limits(sensor, flight.world.units[watch.u], scratch, max(first - 1, 0), min(last + 1, flight.n - 1))
    look = max(0.0, math.ceil((max((first - 1) * step, scratch.sight[0, 0]) - phase) / sensor.scan))
    end = min(flight.theatre.routes[flight.i].duration, until, (last + 1) * step, scratch.sight[spans - 1, 1])
    looks, span, ahead, known, in_runs = no_looks(sensor), 0, AHEAD, False, plain and takes_runs(sensor)
    while goes_on(looks):
        t = phase + look * sensor.scan
        if t >= end:
            break
        while scratch.sight[span, 1] < t:
            span += 1
        if plain and ahead == AHEAD:
            _look_ahead(flight, sensor, bounded, cut, phase, look, end)
            ahead, known = 0, in_runs and scratch.sight[span, 0] <= t and not is_held(looks, t)
            if known:
                looks, ahead = _add_run_ahead(flight, sensor, row, looks, phase, look, scratch.sight[span, 1])
                look += ahead
                if ahead > 0:
                    continue
        pd, snr, r, before = 0.0, 0.0, 0.0, looks.found
        if scratch.sight[span, 0] <= t:
            held = is_held(looks, t)
            if plain and not (held or known):
                _chances_ahead(flight, sensor)
                known = True
            if plain:
                pd, snr, r = scratch.pd[ahead], scratch.snr[ahead], scratch.far[ahead]
            else:
                pd, snr, r = _look(flight, watch.u, sensor, bounded, held, cut, t)
        look += 1.0
        ahead += 1
        looks = add_look(scratch, row, sensor, looks, t, pd)
        if looks.found > before:
            scratch.error[row, before] = _cue_error(flight.world, sensor, type_, snr, r)
    work_out_hazards(scratch, row, looks.found)
    return looks.found


@inner
def merge(scratch, row, count, other, found, u, to):  # type: ignore[no-untyped-def]
    """Merge the `count` looks in `row` and the `found` looks of unit u in `other` into the row `to`; their number, from
    when on all of them together make a track certain (NEVER: not at all), and until when that is kept.

    Of looks after certainty, until all tracks are lost, only remains how long they keep a track. Of looks at one moment
    that of the unit with the lower number comes first.
    """
    a = b = merged = 0
    total, kept = 0.0, -1.0
    scratch.time[row, count] = scratch.time[other, found] = math.inf
    while (a < count or b < found) and (total < CERTAIN or kept < NEVER):
        # Chosen without a branch: which is first cannot be foreseen.
        t_a, t_b = scratch.time[row, a], scratch.time[other, b]
        first = (t_a < t_b) | ((t_a == t_b) & (scratch.unit[row, a] <= u))
        of, k, unit = row if first else other, a if first else b, scratch.unit[row, a] if first else u
        _copy_look(scratch, of, k, to, merged, unit)
        a, b = a + (1 if first else 0), b + (0 if first else 1)
        if scratch.time[to, merged] > kept:
            total = 0.0
        kept = max(kept, scratch.until[to, merged])
        if total < CERTAIN:
            total += scratch.hazard[to, merged]
            merged += 1
        else:
            scratch.until[to, merged - 1] = kept
    return merged, (scratch.time[to, merged - 1] if total >= CERTAIN else NEVER), kept


@inner
def _copy_look(scratch, row, k, to, m, u):  # type: ignore[no-untyped-def]
    """Copy a look to another row, as one of unit u."""
    scratch.time[to, m], scratch.hazard[to, m], scratch.unit[to, m] = scratch.time[row, k], scratch.hazard[row, k], u
    scratch.until[to, m], scratch.error[to, m] = scratch.until[row, k], scratch.error[row, k]


@inner
def own_looks(flight, watch, until):  # type: ignore[no-untyped-def]
    """Looks of all search sensors of a unit, merged into row OWN, and at least those before `until`; their number."""
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
                found = looks_by_ear(flight, watch, sensor, phase, row, until)
            else:
                found = _radar_looks(flight, watch, sensor, phase, row, until)
        if row == ONE and found > 0:
            count, _, _ = merge(flight.scratch, OWN, count, ONE, found, _ALL_UNITS, ROOM)
            for k in range(count):
                _copy_look(flight.scratch, ROOM, k, OWN, k, u)
        elif row == OWN:
            count = found
        row = ONE if count > 0 else OWN
    return count
