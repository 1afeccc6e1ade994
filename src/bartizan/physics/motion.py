"""Where threats fly: a route of straight legs at constant speed, drawn from the wide distributions of a raid."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.ground import rng
from bartizan.ground.exact import cos, log, sin
from bartizan.ground.jit import inner
from bartizan.ground.rng import uniform
from bartizan.physics.arrays import DIVE, GAP, GLIDE, OUT, PAST, POISSON, SPREAD, SPREAD_POINTS, Field, record

f8, i4, i8 = np.float64, np.int32, np.int64
MAX_POINTS = 6

ROUTE = record(
    "ROUTE",
    Field("x", f8, "m", "of its waypoints, east", MAX_POINTS),
    Field("y", f8, "m", "north", MAX_POINTS),
    Field("z", f8, "m", "above the ground, or the sea where above_sea", MAX_POINTS),
    Field("t", f8, "s", "after it appears", MAX_POINTS),
    Field("start", f8, "s", "into the raid: it appears, but for its jitter"),
    Field("duration", f8, "s", "from there to its end"),
    Field("jitter", f8, "s", "by which it may appear earlier or later"),
    Field("speed", f8, "m/s", "all the way"),
    Field("entity", i8, "", "hash of its name, for draws"),
    Field("points", i4, "", "waypoints"),
    Field("group", i4, "", "its group and its type"),
    Field("asset", i4, "", "its target"),
    Field("satnav", i4, "", "1 if it depends on satellite navigation"),
    Field("link", i4, "", "1 if it depends on a control link"),
    Field("above_sea", i4, "", "1 if its altitude counts from the sea"),
    Field("neutral", i4, "", "1 if it is no threat"),
    Field("absent", i4, "", "1 if it is left out of this plan: its stream is over before it"),
)


class Plan(NamedTuple):
    """Which draw of the routes of a raid: one of many in a world."""

    seed: int
    world: int
    number: int


@inner
def leg_at(route, s):  # type: ignore[no-untyped-def]
    """The number of the waypoint behind a threat s seconds after it appears."""
    k = 0
    while k < route.points - 2 and s >= route.t[k + 1]:
        k += 1
    return k


@inner
def position(route, s):  # type: ignore[no-untyped-def]
    """x, y, z (m) at time s (s) after the threat appears; z above the ground, or the sea where route.above_sea."""
    k = leg_at(route, s)
    span = route.t[k + 1] - route.t[k]
    f = (s - route.t[k]) / span if span > 0.0 else 1.0
    return (
        route.x[k] + (route.x[k + 1] - route.x[k]) * f,
        route.y[k] + (route.y[k + 1] - route.y[k]) * f,
        route.z[k] + (route.z[k + 1] - route.z[k]) * f,
    )


@inner
def of_spread(table, u):  # type: ignore[no-untyped-def]
    """The value at probability u of a quantile table with SPREAD_POINTS equal steps."""
    q = u * (SPREAD_POINTS - 1)
    k = min(int(q), SPREAD_POINTS - 2)
    return table[k] + (table[k + 1] - table[k]) * (q - k)


@inner
def threat_name(group, number):  # type: ignore[no-untyped-def]
    """The 32-bit name of a threat: of its group and its number in it, not of its place in the raid."""
    return (group.entity ^ (i8(number + 1) * i8(2654435761))) & i8(0xFFFFFFFF)


@inner
def _drawn(plan, purpose, entity, count):  # type: ignore[no-untyped-def]
    """A draw of a plan, uniform over 0 to 1, for a purpose and by name."""
    return uniform(plan.seed, plan.world, plan.number, purpose, entity, 0, count)


@inner
def _add_point(route, x, y, z):  # type: ignore[no-untyped-def]
    n = route.points
    route.x[n] = x
    route.y[n] = y
    route.z[n] = z
    route.points = n + 1


@inner
def _bearing(group, type_, plan, name):  # type: ignore[no-untyped-def]
    """Where the threat comes from: anywhere in the sector, or about an axis that its group shares."""
    if group.axis:
        axis = _drawn(plan, rng.BEARING, group.entity, 1)
        side = _drawn(plan, rng.BEARING, name, 0) - 0.5
        return type_.bearing + axis * type_.bearing_span + side * type_.width
    return type_.bearing + type_.bearing_span * _drawn(plan, rng.BEARING, name, 0)


@inner
def _sideways(type_, plan, name, count):  # type: ignore[no-untyped-def]
    """A normal deviate (Box-Muller) times the wander, m."""
    if type_.wander == 0.0:
        return 0.0
    a = _drawn(plan, rng.WANDER, name, 2 * count)
    b = _drawn(plan, rng.WANDER, name, 2 * count + 1)
    return type_.wander * type_.distance * math.sqrt(-2.0 * log(a)) * cos(2.0 * math.pi * b)


@inner
def _legs(route, group, type_, asset, altitude, plan, name):  # type: ignore[no-untyped-def]
    """Waypoints: start, two that wander, the top of the dive, the end."""
    bearing = _bearing(group, type_, plan, name)
    east, north = sin(bearing), cos(bearing)
    distance = max(type_.distance, 1.0)
    end = min(type_.release, 0.99 * distance)
    top = end
    aim = asset.z + asset.ground if type_.above_sea else asset.z
    if group.profile == DIVE and end == 0.0 and altitude > aim:
        top = (altitude - aim) / type_.tan_dive
        if top >= distance:  # in its dive as it appears, lower by then than it cruised
            top = distance
            altitude = aim + distance * type_.tan_dive
    z_end = aim + (altitude - aim) * end / distance  # on the line of a glide
    if end > 0.0 and group.profile == DIVE:
        z_end = altitude
    route.points = 0
    _add_point(route, asset.x + distance * east, asset.y + distance * north, altitude)
    if type_.wander > 0.0 and top < distance:
        for leg in range(1, 3):
            r = distance + (top - distance) * leg / 3.0
            side = _sideways(type_, plan, name, leg)
            z = altitude + (z_end - altitude) * leg / 3.0 if group.profile == GLIDE else altitude
            _add_point(route, asset.x + r * east + side * north, asset.y + r * north - side * east, z)
    if end < top < distance:
        _add_point(route, asset.x + top * east, asset.y + top * north, altitude)
    _add_point(route, asset.x + end * east, asset.y + end * north, z_end)


@inner
def _past(route, type_, asset, altitude, plan, name):  # type: ignore[no-untyped-def]
    """Waypoints of what flies straight past its place, level, as far beyond it as it came from."""
    bearing = type_.bearing + type_.bearing_span * _drawn(plan, rng.BEARING, name, 0)
    east, north = sin(bearing), cos(bearing)
    side = (2.0 * _drawn(plan, rng.WANDER, name, 0) - 1.0) * type_.offset
    distance = max(type_.distance, 1.0)
    x, y = asset.x + side * north, asset.y - side * east
    route.points = 0
    _add_point(route, x + distance * east, y + distance * north, altitude)
    _add_point(route, x - distance * east, y - distance * north, altitude)


@inner
def _turn_round(route):  # type: ignore[no-untyped-def]
    """The same waypoints in the other order."""
    for k in range(route.points // 2):
        last = route.points - 1 - k
        route.x[k], route.x[last] = route.x[last], route.x[k]
        route.y[k], route.y[last] = route.y[last], route.y[k]
        route.z[k], route.z[last] = route.z[last], route.z[k]


@inner
def _clock(route, speed):  # type: ignore[no-untyped-def]
    """Times at the waypoints, s after the threat appears."""
    route.t[0] = 0.0
    for k in range(1, route.points):
        dx = route.x[k] - route.x[k - 1]
        dy = route.y[k] - route.y[k - 1]
        dz = route.z[k] - route.z[k - 1]
        route.t[k] = route.t[k - 1] + math.sqrt(dx * dx + dy * dy + dz * dz) / speed
    route.speed = speed
    route.duration = route.t[route.points - 1]


@inner
def draw_route(route, group, type_, assets, targets, number, plan):  # type: ignore[no-untyped-def]
    """Fill `route` for threat `number` of its group; all of it is a function of names and the plan."""
    name = threat_name(group, number)
    choice = _drawn(plan, rng.TARGET, name, 0)
    asset = targets[group.t0 + int(choice * (group.t1 - group.t0))]
    speed = of_spread(group.speed, _drawn(plan, rng.SPEED, name, 0))
    altitude = of_spread(group.altitude, _drawn(plan, rng.ALTITUDE, name, 0))
    if group.profile == PAST:
        _past(route, type_, assets[asset], altitude, plan, name)
    else:
        _legs(route, group, type_, assets[asset], altitude, plan, name)
    if group.profile == OUT:
        _turn_round(route)
    _clock(route, speed)
    route.entity = name
    route.asset = asset
    route.above_sea = type_.above_sea
    route.jitter = type_.jitter
    route.neutral, route.absent = group.neutral, 0
    route.satnav = 1 if not group.neutral and _drawn(plan, rng.SUSCEPTIBLE, name, 0) < type_.satnav else 0
    route.link = 1 if not group.neutral and _drawn(plan, rng.SUSCEPTIBLE, name, 1) < type_.link else 0


@inner
def next_arrival(group, type_, last, number, plan):  # type: ignore[no-untyped-def]
    """When threat `number` of the group would reach its target, s; `last` is when the one before it would."""
    wave = number * group.waves // group.count
    first = -(-wave * group.count // group.waves)  # of its wave
    start = type_.start + wave * type_.every
    if group.arrival == GAP:
        return start + (number - first) * type_.interval
    u = _drawn(plan, rng.ARRIVAL, threat_name(group, number), 0)
    if group.arrival == SPREAD:
        return start + u * type_.interval
    if group.arrival == POISSON:
        return (start if number == first else last) - log(u) / type_.interval
    return start
