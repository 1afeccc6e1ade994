"""When the fire control of one unit holds one threat, and how long its looks keep a track for that."""

from __future__ import annotations

from bartizan.engine.echoes import echo
from bartizan.engine.samples import FAR
from bartizan.engine.sensors import has_bounds, held_from, hold_reach, is_plain, serves_fire_control
from bartizan.engine.sighting import OWN, coverage_at, spans_inside, type_of
from bartizan.ground.jit import inner, lanes
from bartizan.physics.flyout import NEVER


@inner
def keep_while_held(runs, count, scratch):  # type: ignore[no-untyped-def]
    """Looks of row OWN keep a track for as long as fire control then goes on holding the threat."""
    end = scratch.runs[runs - 1, 1] if runs > 0 else -NEVER
    for k in range(count):
        for j in range(runs if scratch.until[OWN, k] < end else 0):
            if scratch.runs[j, 0] <= scratch.until[OWN, k] < scratch.runs[j, 1]:
                scratch.until[OWN, k] = scratch.runs[j, 1]


@inner
def _held_to(flight, u, sensor, k, least):  # type: ignore[no-untyped-def]
    """The range to which a sensor would hold the target if all but the range were as at sample k; of a signal below
    `least`, some range to which that would be too little. One that has only its noise against it holds as far at all.
    """
    type_ = type_of(flight)
    if is_plain(flight.world, sensor, type_):
        return hold_reach(sensor, type_, type_.rcs_of_band[sensor.band])
    at, f = (k, 0.0) if k < flight.n - 1 else (flight.n - 2, 1.0)
    return held_from(sensor, flight.scratch.r[k], echo(flight, u, sensor, at, f, least))


@inner
def _raise(flight, u, sensor, k, reach):  # type: ignore[no-untyped-def]
    """Raise scratch.inside at sample k to the metres by which it is inside what a sensor of that reach covers."""
    scratch = flight.scratch
    scratch.inside[k] = max(scratch.inside[k], coverage_at(sensor, reach, flight.world.units[u], scratch, k))


@lanes
def _raise_all(scratch, watch, sensor, reach):  # type: ignore[no-untyped-def]
    """`_raise` at all samples, of a sensor that only ranges bound."""
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = max(scratch.inside[k], min(reach - scratch.r[k], scratch.r[k] - sensor.r_min))


@inner
def _fill_held(flight, watch, sensor):  # type: ignore[no-untyped-def]
    """`_raise` for a radar over more than its noise: where the target is in sight, or close to where it is; of what it
    does not hold only the sign is right."""
    scratch, step, j = flight.scratch, flight.step, 0
    for k in range(watch.first, watch.last + 1):
        while j < watch.spans and scratch.sight[j, 1] < (k - 2) * step:
            j += 1
        if j < watch.spans and scratch.sight[j, 0] <= (k + 2) * step:
            _raise(flight, watch.u, sensor, k, _held_to(flight, watch.u, sensor, k, sensor.snr_held))


@inner
def _mend_edges(flight, watch):  # type: ignore[no-untyped-def]
    """Scratch.inside as it is, next to samples that fire control holds: there it says where holding begins and ends."""
    scratch, unit, was_held = flight.scratch, flight.world.units[watch.u], False
    for k in range(watch.first, watch.last + 1):
        held_before, was_held = was_held, scratch.inside[k] >= 0.0
        if not was_held and (held_before or (k < watch.last and scratch.inside[k + 1] >= 0.0)):
            scratch.inside[k] = FAR
            for s in range(unit.s0, unit.s1):
                sensor = flight.world.sensors[s]
                if serves_fire_control(flight.world, watch.u, sensor):
                    _raise(flight, watch.u, sensor, k, _held_to(flight, watch.u, sensor, k, 0.0))


@inner
def held_runs(flight, watch):  # type: ignore[no-untyped-def]
    """Spans in which fire control holds the threat, into scratch.runs; their number. No sensor at all: always."""
    world, scratch, u, plain = flight.world, flight.scratch, watch.u, True
    unit = world.units[u]
    if unit.s0 == unit.s1:
        scratch.runs[0, 0], scratch.runs[0, 1] = 0.0, flight.theatre.routes[flight.i].duration
        return 1
    for k in range(watch.first, watch.last + 1):
        scratch.inside[k] = FAR
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        if serves_fire_control(world, u, sensor):
            if is_plain(world, sensor, type_of(flight)):
                reach = _held_to(flight, u, sensor, watch.first, 0.0)
                if has_bounds(sensor):
                    for k in range(watch.first, watch.last + 1):
                        _raise(flight, u, sensor, k, reach)
                else:
                    _raise_all(scratch, watch, sensor, reach)
            else:
                plain = False
                _fill_held(flight, watch, sensor)
    if not plain:
        _mend_edges(flight, watch)
    return spans_inside(flight, watch)
