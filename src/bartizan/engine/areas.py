"""Areas over which fire is held: when a threat is inside one, and until when that keeps units from firing at it."""

from __future__ import annotations

import math

from bartizan.engine.orders import ROUNDING_S
from bartizan.ground.jit import inner
from bartizan.physics.arrays import FREE, HOLD, TIGHT
from bartizan.physics.flyout import NEVER

# ------------------------------------------------------------------------------------------------ in the survey


@inner
def _along_circle(area, at, way):  # type: ignore[no-untyped-def]
    """Where a line enters and leaves an area that is round, m from `at` along the unit vector `way`; it enters at NEVER
    if it passes by."""
    x, y = area.x - at[0], area.y - at[1]
    middle = way[0] * x + way[1] * y
    half_squared = area.radius * area.radius - (x * x + y * y - middle * middle)
    if half_squared <= 0.0:
        return NEVER, NEVER
    half = math.sqrt(half_squared)
    return middle - half, middle + half


@inner
def _along_corners(area, corners, at, way, after):  # type: ignore[no-untyped-def]
    """Whether a line is inside an area with corners just beyond `after`, m from `at` along the unit vector `way`, and
    where it next crosses its border."""
    inside, crosses = False, NEVER
    px, py = corners[area.c1 - 1, 0] - at[0], corners[area.c1 - 1, 1] - at[1]
    p_along, p_beside = way[0] * px + way[1] * py, way[0] * py - way[1] * px
    for k in range(area.c0, area.c1):
        qx, qy = corners[k, 0] - at[0], corners[k, 1] - at[1]
        along, beside = way[0] * qx + way[1] * qy, way[0] * qy - way[1] * qx
        if (beside > 0.0) != (p_beside > 0.0):
            crossed = p_along + (along - p_along) * (p_beside / (p_beside - beside))
            if crossed <= after:
                inside = not inside
            else:
                crosses = min(crosses, crossed)
        p_along, p_beside = along, beside
    return inside, crosses


@inner
def _add_stays_on(flight, h, k):  # type: ignore[no-untyped-def]
    """When the threat is inside area h on its way from waypoint k on, which is straight."""
    route, area, corners = flight.theatre.routes[flight.i], flight.world.areas[h], flight.world.corners
    at, start, took = (route.x[k], route.y[k]), route.t[k], route.t[k + 1] - route.t[k]
    dx, dy = route.x[k + 1] - at[0], route.y[k + 1] - at[1]
    length = math.sqrt(dx * dx + dy * dy)
    way, per_metre = ((dx / length, dy / length), took / length) if length > 0.0 else ((1.0, 0.0), 0.0)
    end = start + took
    if area.c1 == area.c0:
        enters, leaves = _along_circle(area, at, way)
        if enters <= length and leaves >= 0.0:
            until = start + leaves * per_metre if leaves < length else end
            _add_stay(flight.theatre, flight.i, h, start + max(enters, 0.0) * per_metre, until)
        return
    inside, crosses = _along_corners(area, corners, at, way, 0.0)
    after = 0.0
    while after < NEVER:
        if inside:
            until = start + crosses * per_metre if crosses < length else end
            _add_stay(flight.theatre, flight.i, h, start + after * per_metre, until)
        if crosses >= length:
            return
        after = crosses
        inside, crosses = _along_corners(area, corners, at, way, after)


@inner
def fill_stays(flight):  # type: ignore[no-untyped-def]
    """When the threat is inside each area, s after it appears: rows of `stay`, spans that touch joined."""
    theatre, i = flight.theatre, flight.i
    for h in range(flight.world.areas.shape[0]):
        theatre.stay_span[i, h, 0] = theatre.stay_span[i, h, 1] = theatre.sizes[0].stays
        for k in range(theatre.routes[i].points - 1):
            _add_stays_on(flight, h, k)


@inner
def _add_stay(theatre, i, h, start, end):  # type: ignore[no-untyped-def]
    used, room = theatre.sizes[0].stays, theatre.stay.shape[0]
    if used > theatre.stay_span[i, h, 0] and used <= room and start <= theatre.stay[used - 1, 1] + 1e-9:
        theatre.stay[used - 1, 1] = end
        return
    if used < room:
        theatre.stay[used, 0], theatre.stay[used, 1] = start, end
    theatre.sizes[0].stays = theatre.stay_span[i, h, 1] = used + 1


# ------------------------------------------------------------------------------------------------ in a raid


@inner
def _status(world, theatre, i, s, t):  # type: ignore[no-untyped-def]
    """The status of the area that threat i flies over, t into the raid and s after it appears; until when it may last,
    s. FREE where it flies over none."""
    status, until, areas = FREE, NEVER, world.areas.shape[0]
    for h in range(areas):
        area = world.areas[h]
        appears = t - s
        starts, ends = area.start - appears, area.end - appears
        inside = False
        for k in range(theatre.stay_span[i, h, 0], theatre.stay_span[i, h, 1]):
            start, end = max(theatre.stay[k, 0], starts), min(theatre.stay[k, 1], ends)
            if start <= s < end:
                inside = True
                until = min(until, end)
            elif s < start < end:
                until = min(until, start)
        if inside:
            status = area.status
    return status, until


@inner
def _is_held(status, s, hostile):  # type: ignore[no-untyped-def]
    return status == HOLD or (status == TIGHT and s < hostile)


@inner
def held_until(world, theatre, i, s, t, hostile):  # type: ignore[no-untyped-def]
    """Until when, s after threat i appears, fire at it is held because of where it flies at t; s if it is not. It is
    called hostile from `hostile` on, s. Areas that touch leave no time between them."""
    appears = t - s
    while s < NEVER:
        status, until = _status(world, theatre, i, s, appears + s)
        if _is_held(status, s, hostile):
            s = min(until, hostile) if status == TIGHT else until
        else:
            soon = s + ROUNDING_S
            status, _ = _status(world, theatre, i, soon, appears + soon)
            if not _is_held(status, soon, hostile):
                return s
            s = until
    return s


@inner
def held_alike_until(raid, i, t):  # type: ignore[no-untyped-def]
    """Until when, s into the raid, areas hold fire at threat i as they do at t."""
    appears = raid.state.threats[i].appears
    _, until = _status(raid.world, raid.theatre, i, t - appears + ROUNDING_S, t + ROUNDING_S)
    return appears + until
