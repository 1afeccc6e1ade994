"""Where a sensor that turns looks in a raid: when a threat is in its sector, and when it can be launched at there."""

from __future__ import annotations

import math

from bartizan.ground.jit import apart, inner
from bartizan.physics.arrays import NARROW, SEARCH
from bartizan.physics.flyout import NEVER, clip
from bartizan.physics.motion import position

# Spans within this time, s, of one another are one: the legs of a route meet in a sector, to within rounding.
JOINED_S = 1e-6


@inner
def seeks(world, u):  # type: ignore[no-untyped-def]
    """Whether the sensor of unit u that turns is the one that searches, so that it knows of nothing elsewhere."""
    unit = world.units[u]
    return unit.turns and unit.present and world.sensors[unit.turner].role == SEARCH


@inner
def stand(raid, u):  # type: ignore[no-untyped-def]
    """The sensor of unit u that turns looks where it stands, as it does when every raid begins."""
    x, unit = raid.state.units[u], raid.world.units[u]
    x.aloft, x.holder, x.aimed, x.last_aimed, x.left = 0, -1, -NEVER, -NEVER, -NEVER
    if unit.turns:
        for k in range(2):
            x.aim[k] = x.last_aim[k] = raid.world.sensors[unit.turner].aim[k]


@inner
def aim_at(raid, u, i, t, aimed):  # type: ignore[no-untyped-def]
    """The sensor of unit u looks, from `aimed` on, to where threat i is at t, or where it appears later."""
    x, unit, route = raid.state.units[u], raid.world.units[u], raid.theatre.routes[i]
    east, north, _ = position(route, max(t - raid.state.threats[i].appears, 0.0))
    dx, dy = east - unit.x, north - unit.y
    d = max(math.sqrt(dx * dx + dy * dy), 1e-9)
    x.aim[0], x.aim[1], x.aimed = dx / d, dy / d, aimed


# ---------------------------------------------------------------------------------------------- one sector


@inner
def _beyond(x, y, aim, half, side):  # type: ignore[no-untyped-def]
    """Metres by which a place x east and y north of a sensor is inside the left (-1) or the right (1) edge of its
    sector, whose middle and half width are sine and cosine."""
    sine, cosine = aim[0] * half[1] + side * aim[1] * half[0], aim[1] * half[1] - side * aim[0] * half[0]
    return side * (y * sine - x * cosine)


@inner
def _parts(sensor, left, right):  # type: ignore[no-untyped-def]
    """The parts of a leg that lie in a sector, by how far its two ends are inside either edge; empty if they end before
    they begin. Only a sector wider than half a turn can have two."""
    l_0, l_1 = clip(0.0, 1.0, left[0], left[1])
    r_0, r_1 = clip(0.0, 1.0, right[0], right[1])
    if sensor.sector == NARROW:
        return max(l_0, r_0), min(l_1, r_1), 1.0, 0.0
    if l_0 > l_1:
        return r_0, r_1, 1.0, 0.0
    if r_0 > r_1:
        return l_0, l_1, 1.0, 0.0
    if max(l_0, r_0) <= min(l_1, r_1):
        return min(l_0, r_0), max(l_1, r_1), 1.0, 0.0
    return min(l_0, r_0), min(l_1, r_1), max(l_0, r_0), max(l_1, r_1)


@inner
def _inside(unit, sensor, route, aim, k):  # type: ignore[no-untyped-def]
    """Metres by which waypoint k of a route is inside the left and the right edge."""
    x, y = route.x[k] - unit.x, route.y[k] - unit.y
    return _beyond(x, y, aim, sensor.half, -1.0), _beyond(x, y, aim, sensor.half, 1.0)


@apart
def _in_sector(unit, sensor, route, aim, s):  # type: ignore[no-untyped-def]
    """The first span, ending at s or later, in which a threat on a route is in the sector of a sensor that is aimed so;
    NEVER, NEVER if there is none. Exact: legs are straight."""
    start, end = NEVER, -NEVER
    left, right = _inside(unit, sensor, route, aim, 0)
    for k in range(route.points - 1):
        l_0, r_0 = left, right
        left, right = _inside(unit, sensor, route, aim, k + 1)
        if sensor.sector == NARROW and ((l_0 < 0.0 and left < 0.0) or (r_0 < 0.0 and right < 0.0)):
            continue
        t, took = route.t[k], route.t[k + 1] - route.t[k]
        parts = _parts(sensor, (l_0, left), (r_0, right))
        for part in range(2):
            low, high = (parts[0], parts[1]) if part == 0 else (parts[2], parts[3])
            if low > high or took <= 0.0:
                continue
            if t + low * took > end + JOINED_S:
                if start < NEVER and end >= s and end > start + JOINED_S:  # no instant, such as overhead
                    return start, end
                start = t + low * took
            end = t + high * took
    if start < NEVER and end >= s and end > start + JOINED_S:
        return start, end
    return NEVER, NEVER


# ------------------------------------------------------------------------------------------------- in a raid


@inner
def note_change(raid, u):  # type: ignore[no-untyped-def]
    """When unit u is ready or lost, or where it looks, has changed: what was kept of its own tracks and of those of the
    network holds no longer."""
    raid.state.units[u].changes += 1
    raid.state.network[0].changes += 1


@inner
def forget(raid):  # type: ignore[no-untyped-def]
    """A raid begins: nothing that was kept holds any longer."""
    raid.state.network[0].raids += 1
    raid.state.network[0].changes += 1
    for u in range(raid.world.units.shape[0]):
        raid.state.units[u].changes += 1


@inner
def kept_of(raid, u, i):  # type: ignore[no-untyped-def]
    """What is kept of unit u and threat i, without what it was in another raid."""
    kept, raids = raid.state.kept[u * raid.theatre.routes.shape[0] + i], raid.state.network[0].raids
    if kept.raid != raids:
        kept.raid, kept.confirmed = raids, -1
        kept.sector_ends[0] = kept.sector_ends[1] = -NEVER
    return kept


@inner
def _in_sector_of(raid, u, i, aim, s):  # type: ignore[no-untyped-def]
    """`_in_sector` of unit u and threat i, as it was kept for that aim; two are."""
    kept = kept_of(raid, u, i)
    for k in range(2):
        same = kept.sector_aim[2 * k] == aim[0] and kept.sector_aim[2 * k + 1] == aim[1]
        if same and kept.sector_asked[k] <= s <= kept.sector_ends[k]:
            kept.sector_next = 1 - k
            return kept.sector_begins[k], kept.sector_ends[k]
    unit, k = raid.world.units[u], kept.sector_next
    start, end = _in_sector(unit, raid.world.sensors[unit.turner], raid.theatre.routes[i], aim, s)
    kept.sector_aim[2 * k], kept.sector_aim[2 * k + 1], kept.sector_next = aim[0], aim[1], 1 - k
    kept.sector_asked[k], kept.sector_begins[k], kept.sector_ends[k] = s, start, end
    return start, end


@inner
def in_aim(raid, u, i, s):  # type: ignore[no-untyped-def]
    """The first span, ending at s or later, in which threat i is where the sensor of unit u looks or will look once it
    has turned, s after it appears; NEVER, NEVER if there is none."""
    x = raid.state.units[u]
    aimed = x.aimed - raid.state.threats[i].appears
    start, end = _in_sector_of(raid, u, i, (x.aim[0], x.aim[1]), max(s, aimed))
    return max(start, aimed), end


@inner
def _looks(raid, u, i, s):  # type: ignore[no-untyped-def]
    """The same for where it looked until it was turned last as well."""
    x, appears = raid.state.units[u], raid.state.threats[i].appears
    since, until = x.last_aimed - appears, x.left - appears
    if s <= until:
        start, end = _in_sector_of(raid, u, i, (x.last_aim[0], x.last_aim[1]), max(s, since))
        if start <= until:
            return max(start, since), min(end, until)
    return in_aim(raid, u, i, s)


@apart
def seen_in_aim(raid, u, i, track, s):  # type: ignore[no-untyped-def]
    """The first part, ending s after threat i appears or later, of a track (from, to) that unit u would have of it if
    it looked all round, that it has where its sensor looks; NEVER, NEVER if there is none.

    What comes where it looks later than it would have been confirmed is confirmed by a hit in each look from there on;
    what leaves is lost after the sensor's coast time.
    """
    unit, lands = raid.world.units[u], raid.theatre.routes[i].duration
    coast = raid.world.sensors[unit.turner].coast
    start, end = _looks(raid, u, i, track[0])
    while start < NEVER and start <= track[1]:
        known = track[0] if start <= track[0] else start + unit.confirming
        next_start = next_end = NEVER
        while end < track[1] and end + JOINED_S <= lands:
            next_start, next_end = _looks(raid, u, i, end + JOINED_S)
            if next_start >= NEVER or next_start > end + coast:
                break
            end, next_start, next_end = next_end, NEVER, NEVER
        until = min(track[1], end + coast)
        if known <= min(until, end) and until >= s:
            return known, until
        start, end = next_start, next_end
    return NEVER, NEVER
