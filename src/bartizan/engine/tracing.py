"""A raid that has been played, for whoever draws it: where threats were, when units saw them; and lines thinned."""

from __future__ import annotations

import numpy as np

from bartizan.engine.echoes import whereabouts
from bartizan.engine.falling import drift_bearing
from bartizan.engine.layout import Flight, Watch
from bartizan.engine.samples import follow, sample
from bartizan.engine.sighting import sight_spans, spans_inside, unit_reach
from bartizan.engine.survey import sampling
from bartizan.ground.contexts import by_reference
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import Field, record

SPAN = record(
    "SPAN",
    Field("unit", np.int32, "", "that has sight"),
    Field("threat", np.int32, "", "of this threat"),
    Field("start", np.float64, "s", "after the threat appears"),
    Field("end", np.float64, "s", "after it appears"),
)


@kernel
def trace(world, theatre, i, times, out):  # type: ignore[no-untyped-def]
    """Where threat i is at times, s after it appears: x, y, altitude above the sea, height above the ground (m), in out
    (N, 4). One that loses its way is followed as if it had not."""
    route = theatre.routes[i]
    for k in range(times.shape[0]):
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = whereabouts(world, route, min(times[k], route.duration))


@kernel
def drift_bearings(world, theatre, index, raid, out):  # type: ignore[no-untyped-def]
    """The bearing, rad, in which each threat would drift in raid `raid` of world `index`, into out (T,)."""
    for i in range(theatre.routes.shape[0]):
        out[i] = drift_bearing(world, theatre.routes[i], index, raid)


@kernel
def trace_sight(world, theatre, step_m, scratch, spans):  # type: ignore[no-untyped-def]
    """When each unit had sight of each threat within the farthest reach of its sensors, s after the threat appears.

    Into spans, SPAN, as far as there is room; returns how many there are. As `engine.survey` finds it.
    """
    count = 0
    for i in range(theatre.routes.shape[0]):
        route = theatre.routes[i]
        n, step = sampling(route, step_m)
        flight = by_reference(Flight(world, theatre, scratch, 0, 0, i, n, step))
        follow(flight)
        for u in range(world.units.shape[0]):
            if world.units[u].present and world.units[u].s1 > world.units[u].s0:
                runs = _runs(flight, u)
                for j in range(runs):
                    if count < spans.shape[0]:
                        row = spans[count]
                        row.unit, row.threat, row.start, row.end = u, i, scratch.runs[j, 0], scratch.runs[j, 1]
                    count += 1
    return count


@inner
def _runs(flight, u):  # type: ignore[no-untyped-def]
    """Spans of one unit and one threat, into scratch.runs; their number."""
    world, scratch = flight.world, flight.scratch
    reach = unit_reach(world, u, world.types[flight.theatre.routes[flight.i].group])
    first, last = sample(flight, u, reach, (0, flight.n - 1))
    watch = Watch(u, first, last, sight_spans(flight, u, first, last), last)
    for k in range(first, last + 1):
        scratch.inside[k] = reach - scratch.r[k]
    return spans_inside(flight, watch)


@kernel
def thin(track, tolerance, longest, door, keep):  # type: ignore[no-untyped-def]
    """Mark in `keep` the rows of a track that a line through them needs: x, y, z (m) and rising times, (N, 4).

    At no row's moment is the line further than `tolerance`, m, from it along an axis, and no leg of it is longer than
    `longest`, m, unless the rows are. A swinging door: of the lines from the last kept row only those stay that pass
    all rows since; the row before the first that none of them reaches is kept. `door` (3, 2) is room for their slopes.
    """
    n = track.shape[0]
    last = 0
    for k in range(n):
        keep[k] = k == 0 or k == n - 1
    for k in range(1, n):
        if k == 1 or not _reaches(track, last, k, longest, door):
            last = k - 1
            keep[last] = True
            for axis in range(3):
                door[axis, 0], door[axis, 1] = -np.inf, np.inf
        dt = track[k, 3] - track[last, 3]
        for axis in range(3):
            rise = track[k, axis] - track[last, axis]
            door[axis, 0] = max(door[axis, 0], (rise - tolerance) / dt)
            door[axis, 1] = min(door[axis, 1], (rise + tolerance) / dt)


@inner
def _reaches(track, last, k, longest, door):  # type: ignore[no-untyped-def]
    """Whether the line from row `last` to row k passes the rows between them."""
    dt = track[k, 3] - track[last, 3]
    length2 = 0.0
    for axis in range(3):
        rise = track[k, axis] - track[last, axis]
        length2 += rise * rise
        if not door[axis, 0] <= rise / dt <= door[axis, 1]:
            return False
    return length2 <= longest * longest
