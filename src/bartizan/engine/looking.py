"""What one sensor's looks at a threat amount to: those that may confirm a track, and how long each track is kept."""

from __future__ import annotations

from typing import NamedTuple

from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER
from bartizan.physics.radar import CERTAIN, clear_history, confirm


class Looks(NamedTuple):
    """How far a sensor is with a threat, look by look; those that may confirm it are in a row of scratch."""

    found: int  # looks in the row
    series: int  # the first of them that belongs to the present track
    blank: int  # looks in a row that could not see it
    total: float  # hazard of the series so far
    kept: float  # until when the track is kept, s after the threat appears


@inner
def no_looks(sensor):  # type: ignore[no-untyped-def]
    """Before the first look."""
    return Looks(0, 0, 0 + sensor.n, 0.0, -1.0)  # a sum, so that it is of 8 bytes as later ones are


@inner
def goes_on(looks):  # type: ignore[no-untyped-def]
    """Whether a further look may change anything."""
    return looks.total < CERTAIN or looks.kept < NEVER


@inner
def is_held(looks, t):  # type: ignore[no-untyped-def]
    """Whether the threat is in a certain track at t, so that of a look only matters whether it could see it."""
    return looks.total >= CERTAIN and t <= looks.kept


@inner
def add_look(scratch, row, sensor, looks, t, pd):  # type: ignore[no-untyped-def]
    """A look at t that detects with chance pd, added to `row` if it may confirm; the error of its place is left out.

    After `coast` without a look that could see it the track is dropped, and confirmed by a new series of looks.
    """
    found, series, total, kept = looks.found, looks.series, looks.total, looks.kept
    blank = looks.blank + 1 if pd == 0.0 else 0
    if pd > 0.0:
        if t > kept:
            clear_history(scratch.chance, sensor.n)
            series, total = found, 0.0
        kept = min(t + sensor.coast, NEVER)
        if found > series:
            scratch.until[row, found - 1] = kept
    if blank < sensor.n and total < CERTAIN:  # something seen or remembered, and something left to confirm
        hazard = confirm(scratch.chance, scratch.spare, sensor.m, sensor.n, pd)
        if hazard > 0.0:
            scratch.time[row, found], scratch.hazard[row, found], scratch.until[row, found] = t, hazard, kept
            total += hazard
            found += 1
    return Looks(found, series, blank, total, kept)
