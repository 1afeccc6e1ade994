"""Why a threat leaked: how far along the chain the defence got with it, by written rules.

missed           something was fired at it, and all of it missed
no_rounds        a unit could have fired, but had no round left at the last moment when a launch would still have met it
no_channel       a unit could have fired, but all its channels were busy until that moment
held             a unit could have fired, but its doctrine does not engage this class
late             a unit knew of it and has launch windows, but was ready only after the last of them
out_of_envelope  it was known, but never gave any unit a launch window: range, altitude, or sight for guidance
undetected       a sensor had it in reach and in sight, but no track was confirmed in time
masked           no sensor ever had it in reach and in sight

The cause is the furthest of these that any unit reached; missed is the furthest, masked the nearest.
"""

from __future__ import annotations

from bartizan.engine.layout import (
    HELD,
    LATE,
    MASKED,
    MISSED,
    NO_CHANNEL,
    NO_ROUNDS,
    OUT_OF_ENVELOPE,
    UNDETECTED,
)
from bartizan.engine.tables import known_time
from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER


@inner
def _out_of_rounds(world, theatre, state, u, pair, appears):  # type: ignore[no-untyped-def]
    """Whether the unit had nothing to fire at the last moment of each of its windows on this threat."""
    unit = world.units[u]
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[pair.slot0 + e - unit.e0]
        if slot.w1 == slot.w0:
            continue
        last = appears + theatre.window[slot.w1 - 1, 1]
        x = state.effectors[e]
        if not (x.empty_from <= last and last < x.empty_until):
            return False
    return True


@inner
def _stage(world, theatre, state, u, i, index, raid):  # type: ignore[no-untyped-def]
    """How far unit u got with threat i, at which it did not fire."""
    pair = theatre.pairs[u * theatre.routes.shape[0] + i]
    stage = UNDETECTED if pair.seen else MASKED
    known = known_time(world, theatre, state, u, i, index, raid)
    if known >= theatre.routes[i].duration:
        return stage
    if world.units[u].e1 == world.units[u].e0 or pair.opens == NEVER:
        return OUT_OF_ENVELOPE
    if known + world.units[u].reaction > pair.closes:
        return LATE
    if not pair.allowed or world.units[u].max_salvos == 0:
        return HELD
    appears = state.threats[i].appears
    return NO_ROUNDS if _out_of_rounds(world, theatre, state, u, pair, appears) else NO_CHANNEL


@inner
def why_it_leaked(world, theatre, state, shots, i, index, raid):  # type: ignore[no-untyped-def]
    """The cause of threat i's leaking, at which `shots` were fired."""
    if shots > 0:
        return MISSED
    furthest = MASKED
    for u in range(world.units.shape[0]):
        if world.units[u].present:
            furthest = max(furthest, _stage(world, theatre, state, u, i, index, raid))
    return furthest
