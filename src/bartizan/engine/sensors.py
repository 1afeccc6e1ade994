"""How far a sensor sees and holds: the one place that tells kinds of sensors apart; survey and maps ask here."""

from __future__ import annotations

import math

from bartizan.engine.echoes import has_only_noise, largest_echo
from bartizan.ground.jit import inner
from bartizan.physics.acoustics import reach_of_sound
from bartizan.physics.arrays import ALL_ROUND, FIRE_CONTROL, IDEAL, RADAR, SIGHT, SOUND
from bartizan.physics.optics import cycles_ratio, reach_of_cycles, reach_of_glimpses, transfer_probability
from bartizan.physics.radar import inside_sector, range_in_air, reach_of_half, reach_of_looks
from bartizan.physics.sight import over_level

# ------------------------------------------------------------------------------------------ kinds of sensors


@inner
def is_certain(sensor):  # type: ignore[no-untyped-def]
    """Whether it detects for certain whatever it covers."""
    return sensor.kind == IDEAL


@inner
def counts_cycles(sensor):  # type: ignore[no-untyped-def]
    """Whether the chance of a look is that of a sight."""
    return sensor.kind == SIGHT


@inner
def hears(sensor):  # type: ignore[no-untyped-def]
    """Whether it works by sound, which comes late and needs no sight."""
    return sensor.kind == SOUND


@inner
def has_ears(world, u):  # type: ignore[no-untyped-def]
    """Whether any sensor of a unit works by sound."""
    for s in range(world.units[u].s0, world.units[u].s1):
        if hears(world.sensors[s]):
            return True
    return False


@inner
def chance_of_cycles(sensor, type_, r):  # type: ignore[no-untyped-def]
    """The chance that a sight makes out a threat r m away in one look."""
    return transfer_probability(cycles_ratio(sensor, type_, r))


@inner
def points(sensor):  # type: ignore[no-untyped-def]
    """Whether it searches for what the network tells of: fire control does, but a sight, which a radar points."""
    return sensor.role == FIRE_CONTROL and sensor.kind != SIGHT


@inner
def searches_for_told(world, u):  # type: ignore[no-untyped-def]
    """Whether the fire control of unit u takes time to find what the network tells it of."""
    for s in range(world.units[u].s0, world.units[u].s1):
        if points(world.sensors[s]) and world.sensors[s].dwell > 0.0:
            return True
    return False


@inner
def is_plain(world, sensor, type_):  # type: ignore[no-untyped-def]
    """Whether the range alone decides what it makes of a threat: no clutter, motion, aspect, air or jamming does."""
    return sensor.kind != RADAR or has_only_noise(world, sensor, type_)


@inner
def look_reach(sensor, type_):  # type: ignore[no-untyped-def]
    """The range beyond which its looks do not count, whatever side of the threat it sees and how it moves."""
    if sensor.kind == IDEAL:
        return sensor.r_max
    if sensor.kind == SIGHT:
        return reach_of_glimpses(sensor, type_)
    if sensor.kind == SOUND:
        return _reach_of_sound(sensor, type_, sensor.snr_cut)
    return reach_of_looks(sensor, largest_echo(sensor, type_))


@inner
def seen_reach(sensor, type_, rcs):  # type: ignore[no-untyped-def]
    """The range to which one look in two detects a threat of a cross section, over noise and in the air."""
    if sensor.kind == IDEAL:
        return sensor.r_max
    if sensor.kind == SIGHT:
        return reach_of_cycles(sensor, type_, 1.0)
    if sensor.kind == SOUND:
        return _reach_of_sound(sensor, type_, sensor.snr_half)
    return reach_of_half(sensor, rcs)


@inner
def hold_reach(sensor, type_, rcs):  # type: ignore[no-untyped-def]
    """The range to which it holds a threat for fire control, over noise and in the air: the stated one, scaled for the
    cross section, or that at which a sight does its task half of the time. What is only heard is not held."""
    if sensor.kind == IDEAL:
        return sensor.r_max
    if sensor.kind == SIGHT:
        return reach_of_cycles(sensor, type_, 1.0)
    if sensor.kind == SOUND:
        return 0.0
    stated = sensor.reach * math.sqrt(math.sqrt(rcs / sensor.reach_rcs))
    return min(sensor.r_max, range_in_air(stated, sensor.loss))


@inner
def _reach_of_sound(sensor, type_, snr):  # type: ignore[no-untyped-def]
    """The range to which a sound has a signal to noise, with nothing in between, in the air that takes its share."""
    return min(sensor.r_max, range_in_air(reach_of_sound(sensor, type_, snr), 2.0 * sensor.loss))


# ---------------------------------------------------------------------------------------- where all are alike

#: As many metres inside as nothing is that has a limit.
_NO_LIMIT_M = 1e12


@inner
def held_from(sensor, r, snr):  # type: ignore[no-untyped-def]
    """The range to which it would hold what it has r m away with the signal `snr`, if only the range changed."""
    return min(sensor.r_max, r * math.sqrt(math.sqrt(snr / max(sensor.snr_held, 1e-12))))


@inner
def has_own_control(world, u):  # type: ignore[no-untyped-def]
    """Whether a unit has a fire-control sensor; where it has none, its search sensors serve."""
    for s in range(world.units[u].s0, world.units[u].s1):
        if world.sensors[s].role == FIRE_CONTROL:
            return True
    return False


@inner
def serves_fire_control(world, u, sensor):  # type: ignore[no-untyped-def]
    """Whether a sensor of a unit holds targets for what it fires."""
    return sensor.role == FIRE_CONTROL or not has_own_control(world, u)


@inner
def _inside_elevations(sensor, d, rise):  # type: ignore[no-untyped-def]
    """Metres by which a place, d m away on the ground and `rise` above a level line, is inside its limits of
    elevation."""
    inside = _NO_LIMIT_M
    if sensor.tan_high < 1e300:
        inside = min(inside, d * sensor.tan_high - rise)
    if sensor.tan_low > -1e300:
        inside = min(inside, rise - d * sensor.tan_low)
    return inside


@inner
def _inside_azimuths(sensor, dx, dy):  # type: ignore[no-untyped-def]
    """Metres by which a place is inside its sector where it stands."""
    return _NO_LIMIT_M if sensor.sector == ALL_ROUND else inside_sector(sensor, dx, dy)


@inner
def has_bounds(sensor):  # type: ignore[no-untyped-def]
    """Whether more than ranges bounds what it can cover in a raid: limits of elevation, or a sector that stays."""
    return sensor.tan_high < 1e300 or sensor.tan_low > -1e300 or (sensor.sector != ALL_ROUND and not sensor.turns)


@inner
def inside_limits(sensor, d, dx, dy, rise):  # type: ignore[no-untyped-def]
    """Metres by which a place, dx east and dy north of it, is inside its limits of elevation and azimuth. One that is
    turned has those of where it stands: so maps show it."""
    return min(_inside_elevations(sensor, d, rise), _inside_azimuths(sensor, dx, dy))


@inner
def inside(sensor, reach, d, r, dx, dy, dz):  # type: ignore[no-untyped-def]
    """Metres by which a place, r m away and dz above it, is inside what a sensor of a reach can cover in a raid;
    negative: not. One that is turned can cover all bearings; on which it is, the raid decides (`engine.aim`)."""
    limits = _inside_elevations(sensor, d, over_level(dz, d))
    if not sensor.turns:
        limits = min(limits, _inside_azimuths(sensor, dx, dy))
    return min(min(reach - r, r - sensor.r_min), limits)
