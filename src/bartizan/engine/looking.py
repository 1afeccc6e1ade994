"""What one sensor's looks at a threat amount to: those that may confirm a track, and how long each track is kept."""

from __future__ import annotations

from typing import NamedTuple

from bartizan.engine.layout import AHEAD
from bartizan.ground.jit import inner, lanes
from bartizan.physics.flyout import NEVER
from bartizan.physics.radar import SPENT, clear_history, hazard_of, two_of_three, unconfirmed


class Looks(NamedTuple):
    """How far a sensor is with a threat, look by look; those that may confirm it are in a row of scratch."""

    found: int  # looks in the row
    series: int  # the first of them that belongs to the present track
    blank: int  # looks in a row that could not see it
    left: float  # chance that none of the series has confirmed it
    kept: float  # until when the track is kept, s after the threat appears


@inner
def no_looks(sensor):  # type: ignore[no-untyped-def]
    """Before the first look."""
    return Looks(0, 0, 0 + sensor.n, 1.0, -1.0)  # a sum, so that it is of 8 bytes as later ones are


@inner
def goes_on(looks):  # type: ignore[no-untyped-def]
    """Whether a further look may change anything."""
    return looks.left > SPENT or looks.kept < NEVER


@inner
def is_held(looks, t):  # type: ignore[no-untyped-def]
    """Whether the threat is in a certain track at t, so that of a look only matters whether it could see it."""
    return looks.left <= SPENT and t <= looks.kept


@inner
def add_look(scratch, row, sensor, looks, t, pd):  # type: ignore[no-untyped-def]
    """A look at t that detects with chance pd, added to `row` if it may confirm; the error of its place is left out,
    and in place of its hazard stands the share of which it is the logarithm, until `work_out_hazards`.

    After `coast` without a look that could see it the track is dropped, and confirmed by a new series of looks.
    """
    found, series, left, kept = looks.found, looks.series, looks.left, looks.kept
    blank = looks.blank + 1 if pd == 0.0 else 0
    if pd > 0.0:
        if t > kept:
            clear_history(scratch.chance, sensor.n)
            series, left = found, 1.0
        kept = min(t + sensor.coast, NEVER)
        if found > series:
            scratch.until[row, found - 1] = kept
    if blank < sensor.n and left > SPENT:  # something seen or remembered, and something left to confirm
        share = unconfirmed(scratch.chance, scratch.spare, sensor.m, sensor.n, pd)
        if share < 1.0:
            scratch.time[row, found], scratch.hazard[row, found], scratch.until[row, found] = t, share, kept
            left *= share
            found += 1
    return Looks(found, series, blank, left, kept)


@inner
def takes_runs(sensor):  # type: ignore[no-untyped-def]
    """Whether looks of a sensor may be added by `add_run`: by the usual rule, and to one track as they follow."""
    return sensor.m == 2 and sensor.n == 3 and sensor.coast > 2.0 * sensor.scan


@inner
def add_run(scratch, row, sensor, looks, phase, look, until):  # type: ignore[no-untyped-def]
    """What `add_look` makes of the next AHEAD looks, with the chances in scratch.pd, up to one that comes after `until`
    or sees nothing, or that makes the track certain; and their number. In place of the error of the place of each is
    its number."""
    found, series, left, kept, k = looks.found, looks.series, looks.left, looks.kept, 0
    t, pd = phase + look * sensor.scan, scratch.pd[0]
    if pd > 0.0 and t > kept:
        clear_history(scratch.chance, sensor.n)
        series, left = found, 1.0
    neither, last, before = scratch.chance[0], scratch.chance[1], scratch.chance[2]
    while k < AHEAD and pd > 0.0 and t <= until and left > SPENT:
        kept = min(t + sensor.coast, NEVER)
        if found > series:
            scratch.until[row, found - 1] = kept
        neither, last, before, share = two_of_three(neither, last, before, pd)
        if share < 1.0:
            scratch.time[row, found], scratch.hazard[row, found], scratch.until[row, found] = t, share, kept
            scratch.error[row, found] = k
            left *= share
            found += 1
        k += 1
        t, pd = phase + (look + k) * sensor.scan, scratch.pd[min(k, AHEAD - 1)]
    scratch.chance[0], scratch.chance[1], scratch.chance[2] = neither, last, before
    return Looks(found, series, 0 if k > 0 else looks.blank, left, kept), k


@lanes
def work_out_hazards(scratch, row, found):  # type: ignore[no-untyped-def]
    """The hazards of the looks in a row, from the shares that `add_look` left there: none waits for another."""
    for k in range(found):
        scratch.hazard[row, k] = hazard_of(scratch.hazard[row, k])
