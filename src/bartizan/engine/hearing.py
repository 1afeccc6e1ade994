"""What microphones hear of one threat: when its sound comes, looks that could confirm it, whether a place is heard."""

from __future__ import annotations

import math

from bartizan.engine.looking import add_look, goes_on, no_looks, work_out_hazards
from bartizan.engine.sensors import inside_limits
from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner
from bartizan.physics.acoustics import NEVER_S, chance_heard, heard, sound_age
from bartizan.physics.sight import over_level
from bartizan.physics.tracking import cue_error


@inner
def heard_at(sensor, type_, at, way, hidden):  # type: ignore[no-untyped-def]
    """Signal to noise, linear, of what is heard now of a threat `at` (east, north, above the microphones), m, which
    always went `way` in a second; 0: nothing yet, or not from where it was."""
    age = sound_age(sensor.slowness, at, way)
    if age >= NEVER_S:
        return 0.0
    dx, dy, dz = at[0] - age * way[0], at[1] - age * way[1], at[2] - age * way[2]
    d = math.sqrt(dx * dx + dy * dy)
    r = math.sqrt(d * d + dz * dz)
    if r > sensor.r_max or r < sensor.r_min or inside_limits(sensor, d, dx, dy, over_level(dz, d)) < 0.0:
        return 0.0
    return heard(sensor, type_, r, hidden)


@inner
def sound_times(sensor, flight):  # type: ignore[no-untyped-def]
    """When the first sound of all samples from each on arrives, into scratch.heard: with it, of several sounds that
    come at once from a threat faster than sound the latest made counts."""
    n, scratch = flight.n, flight.scratch
    for k in range(n - 1, -1, -1):
        scratch.heard[k] = k * flight.step + scratch.r[k] * sensor.slowness
        if k < n - 1:
            scratch.heard[k] = min(scratch.heard[k], scratch.heard[k + 1])


@inner
def _hear(sensor, unit, type_, hidden, k, f, scratch):  # type: ignore[no-untyped-def]
    """Signal to noise and range, m, of the sound that a threat made, hidden or not, a share f of the leg after
    sample k."""
    x, y = _between(scratch.x, k, f) - unit.x, _between(scratch.y, k, f) - unit.y
    z, r = _between(scratch.z, k, f) - unit.antenna, _between(scratch.r, k, f)
    d = math.sqrt(x * x + y * y)
    if r > sensor.r_max or r < sensor.r_min or inside_limits(sensor, d, x, y, over_level(z, d)) < 0.0:
        return 0.0, r
    return heard(sensor, type_, r, hidden), r


@inner
def _between(values, k, f):  # type: ignore[no-untyped-def]
    return values[k] + (values[k + 1] - values[k]) * f


@inner
def _error(world, sensor, type_, speed, r):  # type: ignore[no-untyped-def]
    """Error, m, of where others are told that a threat is: of its bearing, and the way that it went meanwhile."""
    noise = hypot(r * sensor.bearing, speed * r * sensor.slowness)
    return cue_error(noise, sensor.scan, type_.manoeuvre, max(world.network[0].delay, 0.0))


@inner
def looks_by_ear(flight, watch, sensor, phase, row, until):  # type: ignore[no-untyped-def]
    """All looks before `until` at sounds of a threat that could confirm it, into `row`, as long as it flies; their
    number."""
    world, n, scratch, route = flight.world, flight.n, flight.scratch, flight.theatre.routes[flight.i]
    unit = world.units[watch.u]
    type_ = world.types[route.group]
    sound_times(sensor, flight)
    look = max(0.0, math.ceil((scratch.heard[0] - phase) / sensor.scan))
    looks, k, span = no_looks(sensor), 0, 0
    while goes_on(looks):
        t = phase + look * sensor.scan
        look += 1.0
        if t >= min(route.duration, until):
            break
        while k < n - 1 and scratch.heard[k + 1] <= t:
            k += 1
        pd, r, before = 0.0, 0.0, looks.found
        if k < n - 1:
            leg = scratch.heard[k + 1] - scratch.heard[k]
            f = min((t - scratch.heard[k]) / max(leg, 1e-9), 1.0)
            made = (k + f) * flight.step
            while span < watch.spans and scratch.sight[span, 1] < made:
                span += 1
            hidden = span == watch.spans or scratch.sight[span, 0] > made
            snr, r = _hear(sensor, unit, type_, hidden, k, f, scratch)
            pd = chance_heard(sensor, snr) if snr > sensor.snr_cut else 0.0
        looks = add_look(scratch, row, sensor, looks, t, pd)
        if looks.found > before:
            scratch.error[row, before] = _error(world, sensor, type_, route.speed, r)
    work_out_hazards(scratch, row, looks.found)
    return looks.found
