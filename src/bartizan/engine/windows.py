"""When one effector can be launched at one threat, how long it then flies, and with what chance it kills."""

from __future__ import annotations

import math

from bartizan.engine.orders import is_barred, next_barred
from bartizan.ground.jit import inner
from bartizan.physics.arrays import CANNOT_ENGAGE, FLIGHT_POINTS, NO_CROSSING_LIMIT
from bartizan.physics.flyout import NEVER, clip, delays, flight_time, reachable
from bartizan.physics.lethality import crossing_range, kill_chance_at
from bartizan.physics.sight import over_level


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
def _reachable_leg(effector, scratch, h, low):  # type: ignore[no-untyped-def]
    """The part of the leg between samples h - 1 and h, from fraction `low` on, that lies within the envelope."""
    r_0, r_1, z_0, z_1 = scratch.r[h - 1], scratch.r[h], scratch.height[h - 1], scratch.height[h]
    if (
        max(r_0, r_1) <= effector.r_max and min(r_0, r_1) >= effector.r_min
        and max(z_0, z_1) <= effector.z_max and min(z_0, z_1) >= effector.z_min
    ):  # fmt: skip
        return low, 1.0
    return reachable(effector, r_0, r_1, z_0, z_1, low)


@inner
def _crossing(unit, scratch, k):  # type: ignore[no-untyped-def]
    """Crossing range of the leg from sample k on, m."""
    x, y = scratch.x[k], scratch.y[k]
    return crossing_range(x - unit.x, y - unit.y, scratch.x[k + 1] - x, scratch.y[k + 1] - y)


@inner
def _follows(unit, effector, scratch, k):  # type: ignore[no-untyped-def]
    """Whether the effector can follow a target that crosses as the leg from sample k on does."""
    return effector.crossing_max == NO_CROSSING_LIMIT or _crossing(unit, scratch, k) <= effector.crossing_max


@inner
def _burst_chance(table, effector, r):  # type: ignore[no-untyped-def]
    """Kill chance of a burst at range r."""
    q = min(r * effector.per_metre, FLIGHT_POINTS - 1.0)
    j = min(int(q), FLIGHT_POINTS - 2)
    return table[j] + (table[j + 1] - table[j]) * (q - j)


@inner
def _open_piece(theatre, slot, effector, scratch, runs, h, step, low, high):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies in a part of the leg between samples h - 1 and h."""
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
def _is_held_on(effector, scratch, runs, h, step, low, high):  # type: ignore[no-untyped-def]
    """Whether fire control holds the target somewhere in a part of the leg between samples h - 1 and h: where it is
    met, or where what needs no guidance is launched at it."""
    at_0, at_1 = scratch.at[h - 1], scratch.at[h]
    start, end = (h - 1 + low) * step, (h - 1 + high) * step
    if not effector.sight_to_intercept:
        start, end = at_0 + (at_1 - at_0) * low, at_0 + (at_1 - at_0) * high
    for j in range(runs):
        if scratch.runs[j, 0] < end and scratch.runs[j, 1] > start:
            return True
    return False


@inner
def _chance_met(world, theatre, e, g, kill, scratch, k, leg):  # type: ignore[no-untyped-def]
    """Kill chance of one missile or burst that meets the target at sample k, an end of the leg from sample `leg` on."""
    effector = world.effectors[e]
    if effector.has_gunnery:
        return _burst_chance(theatre.gunnery[e, g], effector, scratch.r[k])
    if not effector.kill_varies:
        return kill
    radius, crossing = world.lethal_radius[e, g], _crossing(world.units[effector.unit], scratch, leg)
    return kill_chance_at(world.lethality[e], kill, radius, scratch.r[k], crossing, scratch.height[k])


@inner
def _worth_a_burst(world, theatre, e, g, kill, scratch, h, low, high):  # type: ignore[no-untyped-def]
    """The part of [low, high] of the leg between samples h - 1 and h in which a burst's chance opens fire."""
    effector = world.effectors[e]
    before = _chance_met(world, theatre, e, g, kill, scratch, h - 1, h - 1)
    after = _chance_met(world, theatre, e, g, kill, scratch, h, h - 1)
    least, works = effector.open_chance, effector.reliability
    return clip(low, high, works * before - least, works * after - least)


@inner
def _leg_windows(world, theatre, slot, e, g, scratch, runs, h, step):  # type: ignore[no-untyped-def]
    """Launch windows whose first meeting lies between samples h - 1 and h."""
    effector = world.effectors[e]
    above, at_0, at_1 = scratch.launch[h - 1], scratch.at[h - 1], scratch.at[h]
    if at_1 <= above or at_1 < 0.0:
        return
    low = (above - at_0) / (at_1 - at_0) if above > at_0 else 0.0
    if at_0 < 0.0:
        low = max(low, -at_0 / (at_1 - at_0))
    low, high = _reachable_leg(effector, scratch, h, low)
    if high < low or not _follows(world.units[effector.unit], effector, scratch, h - 1):
        return
    if effector.open_chance > 0.0:
        first, last = _worth_a_burst(world, theatre, e, g, slot.kill, scratch, h, low, high)
        if last - first < high - low and _is_held_on(effector, scratch, runs, h, step, low, high):
            slot.barred = 1
        low, high = first, last
    while low <= high:
        stop, after = (high, 2.0) if effector.a0 == effector.a1 else next_barred(world, e, scratch, h - 1, low, high)
        if stop > low or after > 1.0:
            _open_piece(theatre, slot, effector, scratch, runs, h, step, low, stop)
        if after <= 1.0 and _is_held_on(effector, scratch, runs, h, step, stop, after):
            slot.barred = 1
        low = after


@inner
def _fill_launches(effector, low, high, last_held, step, scratch):  # type: ignore[no-untyped-def]
    """Launch times for meetings at samples low to high, and their running maximum; the last sample that matters.

    Meetings before fire control first holds the target cannot follow a launch that needs it held, so they are left out;
    so are launches after it last does.
    """
    top = -NEVER
    for k in range(low, high + 1):
        scratch.at[k] = k * step - flight_time(effector, scratch.r[k])
        top = max(top, scratch.at[k])
        scratch.launch[k] = top
        if top > last_held:
            return k
    return high


@inner
def _delay_table(theatre, slot, low, high, step, scratch):  # type: ignore[no-untyped-def]
    """Delays on an even grid over the slot's windows."""
    first, last = theatre.window[slot.w0, 0], theatre.window[slot.w1 - 1, 1]
    cells = math.ceil((last - first) / step) + 1
    cell = (last - first) / (cells - 1) if cells > 1 and last > first else step
    used = theatre.sizes[0].delays
    theatre.sizes[0].delays = used + cells
    slot.first, slot.per_cell, slot.d0, slot.cells = first, 1.0 / cell, used, cells
    if used + cells <= theatre.delay.shape[0]:
        delays(scratch.launch, low, high, step, first, cells, cell, theatre.delay, used)


@inner
def _chance_table(world, theatre, slot, e, g, n, step, scratch):  # type: ignore[no-untyped-def]
    """Kill chance for each launch of the delay table, from where it meets the target."""
    if slot.d0 + slot.cells > theatre.delay.shape[0]:
        return
    effector = world.effectors[e]
    unit, radius = world.units[effector.unit], world.lethal_radius[e, g]
    for c in range(slot.cells):
        meet = slot.first + c / slot.per_cell + theatre.delay[slot.d0 + c]
        k = min(int(meet / step), n - 2)
        f = min(meet / step - k, 1.0)
        r = scratch.r[k] + (scratch.r[k + 1] - scratch.r[k]) * f
        if effector.has_gunnery:
            chance = _burst_chance(theatre.gunnery[e, g], effector, r)
        else:
            height = scratch.height[k] + (scratch.height[k + 1] - scratch.height[k]) * f
            crossing = _crossing(unit, scratch, k)
            chance = kill_chance_at(world.lethality[e], slot.kill, radius, r, crossing, height)
        theatre.chance[slot.d0 + c] = chance


@inner
def _barred_at(world, e, scratch, k):  # type: ignore[no-untyped-def]
    """Whether effector e's arcs bar a meeting at sample k."""
    unit = world.units[world.effectors[e].unit]
    rise = over_level(scratch.z[k] - unit.antenna, scratch.d[k])
    return is_barred(world, e, scratch.x[k] - unit.x, scratch.y[k] - unit.y, rise)


@inner
def _meets_in_sight(world, e, start, end, n, step, scratch):  # type: ignore[no-untyped-def]
    """Whether a launch would meet the target within the envelope if it were held from `start` to `end`, as the samples
    of its route tell."""
    effector = world.effectors[e]
    unit = world.units[effector.unit]
    for k in range(math.ceil(start / step), n):
        t, r, z = k * step, scratch.r[k], scratch.height[k]
        if t > end and effector.sight_to_intercept:
            return False
        if (
            effector.r_min <= r <= effector.r_max and effector.z_min <= z <= effector.z_max
            and start <= t - flight_time(effector, r) <= end
            and _follows(unit, effector, scratch, min(k, n - 2))
            and not _barred_at(world, e, scratch, k)
        ):  # fmt: skip
            return True
    return False


@inner
def passes(world, u, g, spans, n, step, scratch):  # type: ignore[no-untyped-def]
    """Whether an effector of unit u could be launched at a target of group g if that were held whenever in sight."""
    unit = world.units[u]
    for e in range(unit.e0, unit.e1):
        if world.kill[e, g] != CANNOT_ENGAGE:
            for j in range(spans):
                start, end = scratch.sight[j, 0], scratch.sight[j, 1]
                if _meets_in_sight(world, e, start, end, n, step, scratch):
                    return True
    return False


@inner
def fill_slot(world, theatre, slot, e, g, runs, n, step, scratch):  # type: ignore[no-untyped-def]
    """When one effector can be launched at the target, and how long it then takes."""
    effector = world.effectors[e]
    slot.kill = world.kill[e, g]
    slot.w0 = slot.w1 = theatre.sizes[0].windows
    slot.cells = slot.barred = 0
    if slot.kill == CANNOT_ENGAGE or runs == 0:
        return
    low = max(0, int(scratch.runs[0, 0] / step) - 1)
    high = n - 1
    if effector.sight_to_intercept:
        high = min(high, int(scratch.runs[runs - 1, 1] / step) + 1)
    high = _fill_launches(effector, low, high, scratch.runs[runs - 1, 1], step, scratch)
    for h in range(low + 1, high + 1):
        if min(scratch.r[h - 1], scratch.r[h]) <= effector.r_max:
            _leg_windows(world, theatre, slot, e, g, scratch, runs, h, step)
    if slot.w1 > slot.w0 and slot.w1 <= theatre.window.shape[0]:
        _delay_table(theatre, slot, low, high, step, scratch)
        if effector.kill_varies:
            _chance_table(world, theatre, slot, e, g, n, step, scratch)
