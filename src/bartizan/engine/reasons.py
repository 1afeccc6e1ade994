"""Why a threat leaked: how far along the chain the defence got with it, by written rules.

missed           something was fired at it, and all of it missed
no_rounds        a unit could have fired, but had no round left at the last moment when a launch would still have met it
no_channel       a unit could have fired, but all its channels were busy until that moment
not_released     a unit could have fired, but its orders kept it from it when last it could: its class, a reserve, a
                 last resort, an area where fire is held, an arc with a least elevation, a gun that holds its fire,
                 or what the unit called it until then
lost             a unit could have fired, and while the threat flew it was lost; or the network was, or a unit of it
                 that ever had the threat in reach and in sight
not_ready        a unit could have fired, had it been ready when the threat appeared
late             a unit knew of it and has launch windows, but was ready only after the last, or had lost its track
not_held         it was known and in sight where a unit's effectors reach, but its fire control could not hold it there,
                 or looked elsewhere when last the unit could have fired
out_of_envelope  it was known, but never gave any unit a launch window: range, altitude, or sight for guidance
undetected       a sensor had it in reach and in sight, but no track was confirmed in time
masked           no sensor ever had it in reach and in sight

The cause is the furthest of these that any unit reached; missed is the furthest, masked the nearest.
"""

from __future__ import annotations

from bartizan.engine.doctrine import engages
from bartizan.engine.layout import (
    LATE,
    LOST,
    MASKED,
    MISSED,
    NO_CHANNEL,
    NO_ROUNDS,
    NOT_HELD,
    NOT_READY,
    NOT_RELEASED,
    OUT_OF_ENVELOPE,
    UNDETECTED,
)
from bartizan.engine.orders import ROUNDING_S
from bartizan.engine.tables import known_span, next_launch, pair_of, rewind
from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER


@inner
def _was_empty(x, t):  # type: ignore[no-untyped-def]
    """Whether the magazine whose state is x was empty at t, the last time that it was so or the time before."""
    return x.empty_from <= t < x.empty_until or x.before_from <= t < x.before_until


@inner
def _out_of_rounds(raid, u, i):  # type: ignore[no-untyped-def]
    """Whether the unit had nothing that it may fire at the last moment of each of its windows on this threat."""
    theatre, unit, pair = raid.theatre, raid.world.units[u], pair_of(raid, u, i)
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[pair.slot0 + e - unit.e0]
        if slot.w1 == slot.w0 or not raid.world.release[e, theatre.routes[i].group].released:
            continue
        last = raid.state.threats[i].appears + theatre.window[slot.w1 - 1, 1]
        if not _was_empty(raid.state.effectors[e], last):
            return False
    return True


@inner
def _opens_before(theatre, unit, pair, s, until):  # type: ignore[no-untyped-def]
    """Whether a unit that is ready at s could launch before it loses the track."""
    for e in range(unit.e0, unit.e1):
        if next_launch(theatre, theatre.slots[pair.slot0 + e - unit.e0], s) <= until:
            return True
    return False


@inner
def _stage(raid, u, i):  # type: ignore[no-untyped-def]
    """How far unit u got with threat i, at which it did not fire."""
    unit, pair = raid.world.units[u], pair_of(raid, u, i)
    if pair.queue >= 0 and raid.state.away[pair.queue]:
        return NOT_HELD
    if raid.state.threats[i].net_tracks > 1:
        rewind(raid.state, i)
    stage, s = UNDETECTED if pair.seen else MASKED, 0.0
    while True:
        known, until = known_span(raid, u, i, s)
        if known >= raid.theatre.routes[i].duration:
            return stage
        if unit.e1 == unit.e0 or pair.opens == NEVER:
            return NOT_RELEASED if pair.barred else NOT_HELD if pair.passes else OUT_OF_ENVELOPE
        if known + unit.reaction > pair.closes:
            return LATE
        if until == NEVER or _opens_before(raid.theatre, unit, pair, known + unit.reaction, until):
            break
        stage, s = LATE, until + ROUNDING_S
    if not pair.released or not engages(raid.world, u, raid.theatre.routes[i].group):
        return NOT_RELEASED
    if _out_of_rounds(raid, u, i):
        return NO_ROUNDS
    return NOT_RELEASED if pair.queue >= 0 and raid.state.barred[pair.queue] else NO_CHANNEL


@inner
def _was_not_ready(raid, u, i):  # type: ignore[no-untyped-def]
    """Whether unit u could ever have fired at threat i, which appeared before it was ready."""
    return pair_of(raid, u, i).queue >= 0 and raid.state.units[u].ready > raid.state.threats[i].appears


@inner
def _was_lost(raid, u, i, untold):  # type: ignore[no-untyped-def]
    """Whether unit u could ever have fired at threat i, and it was lost by then, or networked and left `untold`."""
    if pair_of(raid, u, i).queue < 0:
        return False
    x = raid.state.units[u]
    return (untold and raid.world.units[u].networked) or _meets(raid.state.threats[i], x.lost_from, x.lost_until)


@inner
def _was_untold(raid, i):  # type: ignore[no-untyped-def]
    """Whether the network, or a unit that could have told it of threat i, was lost while that flew."""
    state, threat = raid.state, raid.state.threats[i]
    found = _meets(threat, state.network[0].cut_from, state.network[0].cut_until)
    for v in range(raid.world.units.shape[0]):
        if raid.world.units[v].networked and pair_of(raid, v, i).seen:
            found = found or _meets(threat, state.units[v].lost_from, state.units[v].lost_until)
    return found


@inner
def _meets(threat, start, end):  # type: ignore[no-untyped-def]
    """Whether the threat flies at some time from `start` to `end`."""
    return start < threat.arrives and end > threat.appears


@inner
def why_it_leaked(raid, i):  # type: ignore[no-untyped-def]
    """The cause of threat i's leaking."""
    if raid.block.shots[raid.row, i] > 0:
        return MISSED
    furthest, untold = MASKED, _was_untold(raid, i)
    for u in range(raid.world.units.shape[0]):
        if raid.world.units[u].present:
            furthest = max(furthest, _stage(raid, u, i))
            if furthest < NOT_READY and _was_not_ready(raid, u, i):
                furthest = NOT_READY
            if furthest < LOST and _was_lost(raid, u, i, untold):
                furthest = LOST
    return furthest
