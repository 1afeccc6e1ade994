"""When one effector can be launched at one threat, and how long it then flies."""

from __future__ import annotations

import math

from bartizan.engine.doctrine import is_within, zone_of
from bartizan.engine.meeting import burst_chance, crossing, follows
from bartizan.engine.orders import ROUNDING_S, is_barred, next_barred
from bartizan.engine.samples import ground_distance
from bartizan.ground.jit import inner
from bartizan.physics.arrays import ALL_ROUND, CANNOT_ENGAGE, NO_CROSSING_LIMIT
from bartizan.physics.flyout import LATER_S, NEVER, clip, delays, flight_time, reachable
from bartizan.physics.lethality import kill_chance_at
from bartizan.physics.motion import leg_at
from bartizan.physics.radar import inside_sector
from bartizan.physics.sight import over_level


@inner
def _open_window(theatre, slot, start, end):  # type: ignore[no-untyped-def]
    """Add a span of launch times to a slot's windows; spans that touch become one."""
    if end <= start + ROUNDING_S:  # rounding decides whether there is any
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
def _reachable_leg(zone, scratch, h, low):  # type: ignore[no-untyped-def]
    """The part of the leg between samples h - 1 and h, from fraction `low` on, that lies within the zone."""
    r_0, r_1, z_0, z_1 = scratch.r[h - 1], scratch.r[h], scratch.height[h - 1], scratch.height[h]
    if (
        max(r_0, r_1) <= zone.r_max and min(r_0, r_1) >= zone.r_min
        and max(z_0, z_1) <= zone.z_max and min(z_0, z_1) >= zone.z_min
    ):  # fmt: skip
        return low, 1.0
    return reachable(zone, r_0, r_1, z_0, z_1, low)


@inner
def _inside_launch_sector(unit, effector, scratch, k):  # type: ignore[no-untyped-def]
    """Metres by which a meeting at sample k is inside the sector into which the effector is launched; negative: not."""
    return inside_sector(effector, scratch.x[k] - unit.x, scratch.y[k] - unit.y)


@inner
def _open_piece(flight, slot, effector, runs, h, low, high):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies in a part of the leg between samples h - 1 and h."""
    theatre, scratch, step = flight.theatre, flight.scratch, flight.step
    at_0, at_1 = scratch.at[h - 1], scratch.at[h]
    start, end = (h - 1) * step, h * step
    for j in range(runs):
        a, b = scratch.runs[j, 0], scratch.runs[j, 1]
        if not effector.sight_to_intercept:
            first, last = at_0 + (at_1 - at_0) * low, at_0 + (at_1 - at_0) * high
            _open_window(theatre, slot, max(first, a), min(last, b))
        elif a < end and b > start:  # the meeting lies in the run, and the launch is no earlier than the run
            first, last = clip(low, high, start - a, end - a)
            if last >= first:
                first, last = clip(first, last, b - start, b - end)
            if last >= first:
                _open_window(theatre, slot, max(at_0 + (at_1 - at_0) * first, a), at_0 + (at_1 - at_0) * last)


@inner
def _is_held_on(flight, effector, runs, h, low, high):  # type: ignore[no-untyped-def]
    """Whether fire control holds the target somewhere in a part of the leg between samples h - 1 and h: where it is
    met, or where what needs no guidance is launched at it."""
    scratch = flight.scratch
    at_0, at_1 = scratch.at[h - 1], scratch.at[h]
    start, end = (h - 1 + low) * flight.step, (h - 1 + high) * flight.step
    if not effector.sight_to_intercept:
        start, end = at_0 + (at_1 - at_0) * low, at_0 + (at_1 - at_0) * high
    for j in range(runs):
        if scratch.runs[j, 0] < end and scratch.runs[j, 1] > start:
            return True
    return False


@inner
def _chance_at(flight, slot, e, k, leg):  # type: ignore[no-untyped-def]
    """Kill chance of one missile or burst that meets the target at sample k, an end of the leg from sample `leg` on."""
    world, scratch, route = flight.world, flight.scratch, flight.theatre.routes[flight.i]
    effector, g = world.effectors[e], route.group
    if effector.has_gunnery:
        return burst_chance(flight.theatre.gunnery[e, g], effector, scratch.r[k])
    if not effector.kill_varies:
        return slot.kill
    across = crossing(route, world.units[effector.unit], leg_at(route, (leg + 0.5) * flight.step))
    return kill_chance_at(
        world.lethality[e], slot.kill, world.lethal_radius[e, g], scratch.r[k], across, scratch.height[k]
    )


@inner
def _worth_a_burst(flight, slot, e, h, low, high):  # type: ignore[no-untyped-def]
    """The part of [low, high] of the leg between samples h - 1 and h in which a burst's chance opens fire."""
    least, works = flight.world.effectors[e].open_chance, flight.world.effectors[e].reliability
    before, after = _chance_at(flight, slot, e, h - 1, h - 1), _chance_at(flight, slot, e, h, h - 1)
    return clip(low, high, works * before - least, works * after - least)


@inner
def _released_pieces(flight, slot, e, runs, h, low, high):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies in [low, high] of the leg between samples h - 1 and h, where orders let
    it; slot.barred where they take one away."""
    effector = flight.world.effectors[e]
    if effector.open_chance > 0.0:
        first, last = _worth_a_burst(flight, slot, e, h, low, high)
        if last - first < high - low and _is_held_on(flight, effector, runs, h, low, high):
            slot.barred = 1
        low, high = first, last
    while low <= high:
        stop, after = next_barred(flight.world, e, flight.scratch, h - 1, low, high)
        if stop > low or after > 1.0:
            _open_piece(flight, slot, effector, runs, h, low, stop)
        if after <= 1.0 and _is_held_on(flight, effector, runs, h, stop, after):
            slot.barred = 1
        if after >= high:
            return
        low = after


@inner
def leg_windows(flight, slot, e, zone, runs, h):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies between samples h - 1 and h."""
    scratch, effector = flight.scratch, flight.world.effectors[e]
    above, at_0, at_1 = scratch.launch[h - 1], scratch.at[h - 1], scratch.at[h]
    if at_1 <= above or at_1 < 0.0:
        return
    low = (above - at_0) / (at_1 - at_0) if above > at_0 else 0.0
    if at_0 < 0.0:
        low = max(low, -at_0 / (at_1 - at_0))
    low, high = _reachable_leg(zone, scratch, h, low)
    if effector.sector != ALL_ROUND and high >= low:
        unit = flight.world.units[effector.unit]
        before = _inside_launch_sector(unit, effector, scratch, h - 1)
        low, high = clip(low, high, before, _inside_launch_sector(unit, effector, scratch, h))
    _followed_pieces(flight, slot, e, runs, h, low, high)


@inner
def _followed_pieces(flight, slot, e, runs, h, low, high):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies in [low, high] of the leg between samples h - 1 and h, where the effector
    can follow the target, which may turn there."""
    route, effector = flight.theatre.routes[flight.i], flight.world.effectors[e]
    limited = effector.crossing_max != NO_CROSSING_LIMIT
    k = leg_at(route, (h - 1 + low) * flight.step) if limited else 0
    while low <= high:
        turns = route.t[k + 1] / flight.step - (h - 1) if limited and k < route.points - 2 else high
        if follows(route, flight.world.units[effector.unit], effector, k):
            _possible_piece(flight, slot, e, runs, h, low, min(turns, high))
        if turns >= high:
            return
        low, k = max(low, turns), k + 1


@inner
def _possible_piece(flight, slot, e, runs, h, low, high):  # type: ignore[no-untyped-def]
    """The same where the effector can follow it all along."""
    effector = flight.world.effectors[e]
    if high < low:
        return
    if effector.open_chance > 0.0 or effector.a1 > effector.a0:
        _released_pieces(flight, slot, e, runs, h, low, high)
    else:
        _open_piece(flight, slot, effector, runs, h, low, high)


@inner
def _only_the_zone_bounds(effector):  # type: ignore[no-untyped-def]
    """Whether ranges and heights alone bound where the effector meets targets."""
    turns = effector.sector == ALL_ROUND and effector.crossing_max == NO_CROSSING_LIMIT
    return turns and not effector.open_chance > 0.0 and effector.a1 == effector.a0


@inner
def _last_whole(flight, effector, zone, runs, h, high):  # type: ignore[no-untyped-def]
    """The last of the legs from that between samples h - 1 and h on whose windows are whole and touch, so that they are
    one from the first launch to the last: within the zone, held all along, each met by later launches than the one
    before. h - 1 if there is none."""
    scratch, step, launch, j = flight.scratch, flight.step, flight.scratch.at[h - 1], 0
    if launch < max(scratch.launch[h - 1], 0.0) or not is_within(zone, scratch.r[h - 1], scratch.height[h - 1]):
        return h - 1
    while j < runs and scratch.runs[j, 1] < launch:
        j += 1
    if j == runs or scratch.runs[j, 0] > launch:
        return h - 1
    end = scratch.runs[j, 1]
    while h <= high and is_within(zone, scratch.r[h], scratch.height[h]):
        held = h * step if effector.sight_to_intercept else scratch.at[h] + LATER_S
        if scratch.at[h] < scratch.at[h - 1] + LATER_S or held > end:
            break
        h += 1
    return h - 1


@inner
def open_legs(flight, slot, e, zone, runs, low, high):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies between samples low and high."""
    scratch, effector, h = flight.scratch, flight.world.effectors[e], low + 1
    by_range = _only_the_zone_bounds(effector)
    while h <= high:
        last = _last_whole(flight, effector, zone, runs, h, high) if by_range else h - 1
        if last >= h:
            before = scratch.at[last - 1]
            _open_window(flight.theatre, slot, scratch.at[h - 1], before + (scratch.at[last] - before))
            h = last
        elif min(scratch.r[h - 1], scratch.r[h]) <= zone.r_max:
            leg_windows(flight, slot, e, zone, runs, h)
        h += 1


@inner
def _fill_launches(flight, effector, low, high, last_held):  # type: ignore[no-untyped-def]
    """Launch times for meetings at samples low to high, and their running maximum; the last sample that matters.

    Meetings before fire control first holds the target cannot follow a launch that needs it held, so they are left out;
    so are launches after it last does.
    """
    scratch, step = flight.scratch, flight.step
    top = -NEVER
    for k in range(low, high + 1):
        scratch.at[k] = k * step - flight_time(effector, scratch.r[k])
        top = max(top, scratch.at[k])
        scratch.launch[k] = top
        if top > last_held:
            return k
    return high


@inner
def _delay_table(flight, slot, low, high):  # type: ignore[no-untyped-def]
    """Delays on an even grid over the slot's windows."""
    theatre, step = flight.theatre, flight.step
    first, last = theatre.window[slot.w0, 0], theatre.window[slot.w1 - 1, 1]
    cells = math.ceil((last - first) / step) + 1
    cell = (last - first) / (cells - 1) if cells > 1 and last > first else step
    used = theatre.sizes[0].delays
    theatre.sizes[0].delays = used + cells
    slot.first, slot.per_cell, slot.d0, slot.cells = first, 1.0 / cell, used, cells
    if used + cells <= theatre.delay.shape[0]:
        delays(flight.scratch.launch, low, high, step, first, cell, theatre.delay[used : used + cells])


@inner
def _barred_at(world, e, scratch, k):  # type: ignore[no-untyped-def]
    """Whether effector e's arcs bar a meeting at sample k."""
    unit = world.units[world.effectors[e].unit]
    rise = over_level(scratch.z[k] - unit.antenna, ground_distance(unit, scratch, k))
    return is_barred(world, e, scratch.x[k] - unit.x, scratch.y[k] - unit.y, rise)


@inner
def _meets_in_sight(flight, e, start, end, reached):  # type: ignore[no-untyped-def]
    """Whether a launch would meet the target where it may if it were held from `start` to `end`, as the samples of its
    route up to `reached` tell."""
    step, scratch, effector = flight.step, flight.scratch, flight.world.effectors[e]
    unit, route = flight.world.units[effector.unit], flight.theatre.routes[flight.i]
    zone = zone_of(flight.world, e, route.group)
    for k in range(math.ceil(start / step), reached + 1):
        t, r, z = k * step, scratch.r[k], scratch.height[k]
        if t > end and effector.sight_to_intercept:
            return False
        if (
            is_within(zone, r, z)
            and start <= t - flight_time(effector, r) <= end
            and follows(route, unit, effector, leg_at(route, t))
            and _inside_launch_sector(unit, effector, scratch, k) >= 0.0
            and not _barred_at(flight.world, e, scratch, k)
        ):  # fmt: skip
            return True
    return False


@inner
def passes(flight, watch):  # type: ignore[no-untyped-def]
    """Whether an effector of a unit could be launched at the threat if that were held whenever in sight."""
    world, scratch, g = flight.world, flight.scratch, flight.theatre.routes[flight.i].group
    unit = world.units[watch.u]
    for e in range(unit.e0, unit.e1):
        if world.kill[e, g] != CANNOT_ENGAGE:
            for j in range(watch.spans):
                start, end = scratch.sight[j, 0], scratch.sight[j, 1]
                if _meets_in_sight(flight, e, start, end, watch.reached):
                    return True
    return False


@inner
def fill_slot(flight, slot, e, runs, reached):  # type: ignore[no-untyped-def]
    """When one effector can be launched at the target, and how long it then takes; no sample beyond `reached` is in its
    reach."""
    world, theatre, scratch, step = flight.world, flight.theatre, flight.scratch, flight.step
    effector, g = world.effectors[e], theatre.routes[flight.i].group
    zone = zone_of(world, e, g)
    slot.kill = world.kill[e, g]
    slot.w0 = slot.w1 = theatre.sizes[0].windows
    slot.cells = slot.barred = 0
    if slot.kill == CANNOT_ENGAGE or runs == 0:
        return
    low = max(0, int(scratch.runs[0, 0] / step) - 1)
    high = min(reached + 2, flight.n - 1)
    if effector.sight_to_intercept:
        high = min(high, int(scratch.runs[runs - 1, 1] / step) + 1)
    high = _fill_launches(flight, effector, low, high, scratch.runs[runs - 1, 1])
    open_legs(flight, slot, e, zone, runs, low, high)
    if slot.w1 > slot.w0 and slot.w1 <= theatre.window.shape[0]:
        _delay_table(flight, slot, low, high)
