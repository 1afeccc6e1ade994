"""What a radar has of one threat at one moment: its echo over noise, clutter and jamming."""

from __future__ import annotations

import math

from bartizan.ground.exact import exp
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import inner
from bartizan.physics.clutter import canceller_peak, canceller_response, ground_echo
from bartizan.physics.flyout import NEVER
from bartizan.physics.jamming import jamming_to_noise, power_per_hertz, signal_over_all
from bartizan.physics.motion import position
from bartizan.physics.radar import aspect_factor
from bartizan.physics.sight import ground_height, margin, over_level

PER_DIAMETER = 0.5 / EFFECTIVE_RADIUS_M
# What hides a threat must do so by more than sums of doubles round.
ROUNDING = 1e-9


@inner
def whereabouts(world, route, s):  # type: ignore[no-untyped-def]
    """x, y, altitude above sea level and height above the ground (m) of a threat s seconds after it appears.

    A threat whose altitude counts from the sea follows the ground where that rises above it.
    """
    x, y, z = position(route, s)
    ground = ground_height(world, x, y)
    if route.above_sea:
        return x, y, max(z, ground), max(z - ground, 0.0)
    return x, y, ground + z, z


@inner
def largest_echo(sensor, type_):  # type: ignore[no-untyped-def]
    """A threat's cross section in the sensor's band, m2, from the side on which it is largest, as large as a canceller
    makes it at the best of speeds."""
    rcs = type_.rcs_of_band[sensor.band] * canceller_peak(sensor.delays)
    if type_.has_aspect:
        rcs *= max(type_.aspect[0], type_.aspect[1], type_.aspect[2])
    return rcs


@inner
def has_only_noise(world, sensor, type_):  # type: ignore[no-untyped-def]
    """Whether the echo of a threat goes with R^-4, over nothing but the sensor's own noise."""
    if not sensor.simple or type_.has_aspect:
        return False
    for g in range(world.types.shape[0]):
        if power_per_hertz(world.types[g], sensor) > 0.0:
            return False
    return True


@inner
def echo(flight, u, sensor, k, f, least):  # type: ignore[no-untyped-def]
    """Signal of one pulse from a threat over all that is against it, linear, a share f of the leg after sample k; where
    that is below `least`, it may be told as more than it is, but not as more than `least`."""
    world, scratch, step = flight.world, flight.scratch, flight.step
    unit, type_ = world.units[u], world.types[flight.theatre.routes[flight.i].group]
    way = scratch.x[k + 1] - scratch.x[k], scratch.y[k + 1] - scratch.y[k], scratch.z[k + 1] - scratch.z[k]
    dx, dy = scratch.x[k] + f * way[0] - unit.x, scratch.y[k] + f * way[1] - unit.y
    rise = scratch.z[k] + f * way[2] - unit.antenna
    signal, clutter, r = echo_alone(world, unit, sensor, type_, (dx, dy, rise), way, step)
    if signal <= 0.0:
        return 0.0
    enough = signal / least * (1.0 + ROUNDING) - clutter - 1.0 if least > 0.0 else NEVER
    if enough < 0.0:
        return 0.0
    return signal_over_all(signal, clutter, _jamming(flight, u, sensor, ((k + f) * step, dx, dy), r, enough))


@inner
def echo_alone(world, unit, sensor, type_, at, way, step):  # type: ignore[no-untyped-def]
    """Signal of one pulse and clutter over noise, and the range, m, of a threat `at` from a unit that goes `way` in
    `step` s; 0 where it comes or goes too slowly."""
    dx, dy, rise = at
    ax, ay, az = way
    r = max(math.sqrt(dx * dx + dy * dy + rise * rise), 0.03)
    opening = (ax * dx + ay * dy + az * rise) / r  # m of range gained on the way
    if abs(opening) < sensor.radial_min * step:
        return 0.0, 0.0, r
    far = math.sqrt(ax * ax + ay * ay + az * az)
    per_m2 = sensor.snr_constant / (r * r * r * r) * _left_of(sensor.loss, r)
    signal = per_m2 * _cross_section(sensor, type_, -opening / max(far, 1e-9))
    if sensor.delays > 0:
        signal *= canceller_response(sensor.delays, opening / step, sensor.blind)
    return signal, per_m2 * _ground(world, unit, sensor, math.sqrt(dx * dx + dy * dy), rise, r), r


@inner
def echo_of_one(world, unit, sensor, type_, at, way, step):  # type: ignore[no-untyped-def]
    """As `echo`, of a threat that no other flies with: of jammers its own alone is against it."""
    signal, clutter, r = echo_alone(world, unit, sensor, type_, at, way, step)
    return signal_over_all(signal, clutter, _own_jamming(sensor, power_per_hertz(type_, sensor), r))


@inner
def _own_jamming(sensor, per_hertz, r):  # type: ignore[no-untyped-def]
    return jamming_to_noise(sensor.jamming, per_hertz, 1.0, r) * _left_of(0.5 * sensor.loss, r)


@inner
def _left_of(loss, r):  # type: ignore[no-untyped-def]
    """What air that takes `loss` for each metre leaves of a wave after r m; 1 where there is no weather."""
    return exp(-loss * r) if loss > 0.0 else 1.0


@inner
def _cross_section(sensor, type_, ahead):  # type: ignore[no-untyped-def]
    """A threat's cross section, m2, in the sensor's band; `ahead` is the cosine of the angle off its nose."""
    rcs = type_.rcs_of_band[sensor.band]
    return rcs * aspect_factor(type_.aspect, ahead) if type_.has_aspect else rcs


@inner
def _ground(world, unit, sensor, d, rise, r):  # type: ignore[no-untyped-def]
    """Cross section, m2, of the ground in the cell of a target, over the improvement factor."""
    if sensor.clutter <= 0.0 or (sensor.tan_clear < 1e300 and over_level(rise, d) > d * sensor.tan_clear):
        return 0.0
    height = unit.antenna - ground_height(world, unit.x, unit.y)
    return ground_echo(sensor.clutter, height, r, PER_DIAMETER)


@inner
def _jamming(flight, u, sensor, when_and_where, r, enough):  # type: ignore[no-untyped-def]
    """Jamming over noise while the beam is on a threat, so many seconds after it appears and so many metres east and
    north of unit u: its own, and others'. Once it is more than `enough` to hide the threat no more is added: of a
    hundred threats of which 17 jam most are hidden by the first few, and each is looked for behind roofs."""
    world, routes = flight.world, flight.theatre.routes
    t, at = when_and_where[0], (when_and_where[1], when_and_where[2])
    total = 0.0
    for g in range(world.types.shape[0]):
        per_hertz = power_per_hertz(world.types[g], sensor)
        if per_hertz > 0.0:
            for j in range(world.groups[g].first, world.groups[g].first + world.groups[g].count):
                if j == flight.i:
                    total += _own_jamming(sensor, per_hertz, r)
                else:
                    total += per_hertz * _of_another(flight, u, j, sensor, t + routes[flight.i].start, at)
                if total > enough:
                    return total
    return total


@inner
def _of_another(flight, u, j, sensor, time, at):  # type: ignore[no-untyped-def]
    """Jamming over noise for each W/Hz of threat j, s into the raid; 0 where it is not flying or not in sight."""
    world, theatre, unit, route = flight.world, flight.theatre, flight.world.units[u], flight.theatre.routes[j]
    s = time - route.start
    if s < 0.0 or s > route.duration:
        return 0.0
    x, y, z, _ = whereabouts(world, route, s)
    if margin(world, theatre.sky, u, x, y, z) < 0.0:
        return 0.0
    ex, ey, rise = x - unit.x, y - unit.y, z - unit.antenna
    d2 = ex * ex + ey * ey
    in_beam = at[0] * ex + at[1] * ey >= sensor.cos_beam * math.sqrt((at[0] * at[0] + at[1] * at[1]) * d2)
    r = math.sqrt(d2 + rise * rise)
    gain = 1.0 if in_beam else sensor.beside
    return jamming_to_noise(sensor.jamming, 1.0, gain, max(r, 1.0)) * _left_of(0.5 * sensor.loss, r)
