"""Reading the surveyed tables in play: when a pair is known, when a launch is next possible, how long it takes."""

from __future__ import annotations

import math

from bartizan.ground import rng
from bartizan.ground.jit import inner
from bartizan.ground.rng import uniform
from bartizan.physics.flyout import NEVER


@inner
def first_reaching(sums, low, high, level):  # type: ignore[no-untyped-def]
    """First row in [low, high) of a rising running sum that is >= level; high if none."""
    if low >= high or sums[high - 1] < level:
        return high
    high -= 1
    while low < high:
        middle = (low + high) >> 1
        if sums[middle] >= level:
            high = middle
        else:
            low = middle + 1
    return low


@inner
def exponential(seed, world, raid, purpose, entity, other):  # type: ignore[no-untyped-def]
    """A standard exponential draw."""
    return -math.log(uniform(seed, world, raid, purpose, entity, other, 0))


@inner
def draw_network(world, theatre, state, i, index, raid):  # type: ignore[no-untyped-def]
    """When the network first confirms threat i, and by whose sensor: one draw against the joint hazard."""
    x = state.threats[i]
    low, high = theatre.net_span[i, 0], theatre.net_span[i, 1]
    x.net_time, x.net_unit = NEVER, -2
    if low < high:
        draw = exponential(world.seed[0], index, raid, rng.NETWORK, theatre.routes[i].entity, 0)
        row = first_reaching(theatre.net_hazard, low, high, draw)
        if row < high:
            x.net_time, x.net_unit = theatre.net_time[row], theatre.net_unit[row]


@inner
def known_time(world, theatre, state, u, i, index, raid):  # type: ignore[no-untyped-def]
    """When unit u knows of threat i, s after it appears: by its own sensors, or from the network after its delay.

    The unit whose sensor made the network's first confirmation has it at once. Another unit's own sensors have not
    confirmed it by then; what they do afterwards is a fresh exponential draw from there on (exact: hazards add).
    """
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    unit = world.units[u]
    base, told = 0.0, NEVER
    if unit.networked:
        if state.threats[i].net_unit == -1:
            draw_network(world, theatre, state, i, index, raid)
        at = state.threats[i].net_time
        if state.threats[i].net_unit == u:
            return at
        if at < NEVER:
            told = at + world.delay[0]
            row = first_reaching(theatre.look_time, pair.own0, pair.own1, at)
            while row < pair.own1 and theatre.look_time[row] == at and u < state.threats[i].net_unit:
                row += 1
            if row > pair.own0:
                base = theatre.look_hazard[row - 1]
    if pair.own0 < pair.own1:
        draw = exponential(world.seed[0], index, raid, rng.OWN_SENSOR, theatre.routes[i].entity, unit.entity)
        row = first_reaching(theatre.look_hazard, pair.own0, pair.own1, base + draw)
        if row < pair.own1:
            return min(told, theatre.look_time[row])
    return told


@inner
def next_launch(theatre, slot, s):  # type: ignore[no-untyped-def]
    """The earliest launch time >= s (after the threat's appearance) that leads to an intercept; NEVER if none."""
    for w in range(slot.w0, slot.w1):
        if s <= theatre.window[w, 1]:
            return max(s, theatre.window[w, 0])
    return NEVER


@inner
def flight_delay(theatre, slot, s):  # type: ignore[no-untyped-def]
    """Time from a launch at s to the intercept."""
    q = (s - slot.first) * slot.per_cell
    k = min(max(int(q), 0), slot.cells - 1)
    if k >= slot.cells - 1:
        return theatre.delay[slot.d0 + slot.cells - 1]
    f = q - k
    return theatre.delay[slot.d0 + k] + (theatre.delay[slot.d0 + k + 1] - theatre.delay[slot.d0 + k]) * f


@inner
def burst_chance(theatre, slot, s):  # type: ignore[no-untyped-def]
    """Kill chance of a burst launched at s."""
    k = min(max(int((s - slot.first) * slot.per_cell + 0.5), 0), slot.cells - 1)
    return theatre.burst[slot.d0 + k]
