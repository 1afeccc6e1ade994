"""When a unit turns the sensor that guides what it fires, for which threat, and what has to be asked anew then."""

from __future__ import annotations

from bartizan.engine.agenda import wake
from bartizan.engine.aim import aim_at, in_aim, seeks
from bartizan.engine.doctrine import fires_again
from bartizan.engine.journal import note
from bartizan.engine.layout import ALIVE, FOR_MORE, TURNED
from bartizan.engine.orders import ROUNDING_S
from bartizan.engine.tables import (
    ask_anew_of,
    consider_again,
    forget_tracks,
    may_know_otherwise,
    next_aimed_launch,
    next_launch,
    pair_of,
)
from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER

# After this time, s, a unit thinks again about turning to what would be gone by the time that it had turned.
THINKS_AGAIN_S = 5.0


@inner
def await_aim(raid, u, b, t):  # type: ignore[no-untyped-def]
    """When unit u may next consider queue entry b, given where its sensor looks: t if it may launch at it now.

    The sensor looks at one threat, the holder of its aim, until that is done with; then at the most urgent one that the
    unit knows of, may fire at and could still launch at once it has turned. It is turned where that has it launch
    sooner than it would where it looks, into which the threat may yet come.
    """
    state, x, appears = raid.state, raid.state.units[u], raid.state.threats[raid.theatre.queue_threat[b]].appears
    free, opens = _aim_is_free(raid, u, b, t), _opens_in_aim(raid, u, b, t - appears)
    sooner = _could_launch(raid, u, b, t, opens - ROUNDING_S)
    if sooner and free <= t and t >= state.turns[b]:
        turned = _turn(raid, u, b, t, opens)
        opens, sooner = min(opens, turned), turned == NEVER
    state.away[b] = opens == NEVER
    if opens == NEVER:
        return free if free > t else state.turns[b] if sooner else NEVER
    if free <= t:
        x.holder = b
    if opens <= t - appears + ROUNDING_S:
        return t
    return min(appears + opens, free if free > t else state.turns[b] if sooner else NEVER)


@inner
def _aim_is_free(raid, u, b, t):  # type: ignore[no-untyped-def]
    """From when on the sensor of unit u may be turned to queue entry b: t if now, NEVER if that waits for what an
    engagement comes to.

    It may be for its holder, and for others once that is done with: when it is settled, when it may not be fired at any
    more, and when it flies out of the sector or its last launch window closes.
    """
    x, state = raid.state.units[u], raid.state
    if t + ROUNDING_S < x.aimed:
        return x.aimed
    if x.aloft > 0:
        return NEVER
    i = raid.theatre.queue_threat[max(x.holder, 0)]
    if x.holder < 0 or x.holder == b or state.threats[i].status != ALIVE or not fires_again(raid, u, x.holder):
        return t
    appears = state.threats[i].appears
    start, end = in_aim(raid, u, i, t - appears)
    done = appears + min(end, raid.theatre.pairs[raid.theatre.queue_pair[x.holder]].closes)
    return done + ROUNDING_S if start < NEVER and done >= t else t


@inner
def _opens_in_aim(raid, u, b, s):  # type: ignore[no-untyped-def]
    """The first launch at queue entry b, s after it appears or later, where the sensor of unit u looks."""
    opens, i, unit = NEVER, raid.theatre.queue_threat[b], raid.world.units[u]
    slot0 = raid.theatre.pairs[raid.theatre.queue_pair[b]].slot0
    for e in range(unit.e0, unit.e1):
        if raid.world.release[e, raid.theatre.routes[i].group].released:
            slot = raid.theatre.slots[slot0 + e - unit.e0]
            opens = min(opens, next_aimed_launch(raid, e, i, slot, s))
    return opens


@inner
def _could_launch(raid, u, b, t, before):  # type: ignore[no-untyped-def]
    """Whether unit u could launch at queue entry b, less than `before` s after it appears, if it turned to it at t."""
    i, unit = raid.theatre.queue_threat[b], raid.world.units[u]
    slot0 = raid.theatre.pairs[raid.theatre.queue_pair[b]].slot0
    s = t - raid.state.threats[i].appears + raid.world.sensors[unit.turner].slew
    for e in range(unit.e0, unit.e1):
        released = raid.world.release[e, raid.theatre.routes[i].group].released
        if released and next_launch(raid.theatre, raid.theatre.slots[slot0 + e - unit.e0], s) < before:
            return True
    return False


@inner
def _turn(raid, u, b, t, until):  # type: ignore[no-untyped-def]
    """Turn the sensor of unit u to where the threat of queue entry b is now, if that leads to a launch at it before
    `until`: to the first, s after it appears; else NEVER."""
    x, i, unit = raid.state.units[u], raid.theatre.queue_threat[b], raid.world.units[u]
    before, east_before, north_before = x.aimed, x.aim[0], x.aim[1]
    aim_at(raid, u, i, t, t + raid.world.sensors[unit.turner].slew)
    opens = _opens_in_aim(raid, u, b, t - raid.state.threats[i].appears)
    if opens >= until - ROUNDING_S:
        x.aim[0], x.aim[1], x.aimed = east_before, north_before, before
        raid.state.turns[b] = t + THINKS_AGAIN_S
        return NEVER
    x.last_aim[0], x.last_aim[1], x.last_aimed, x.left, x.holder = east_before, north_before, before, t, b
    note(raid.state, t, TURNED, i, u, -1, 0, x.aimed)
    if seeks(raid.world, u):
        _leave_behind(raid, u, t)
    return opens


@inner
def _leave_behind(raid, u, t):  # type: ignore[no-untyped-def]
    """What unit u knows by its own search it knows elsewhere now; those that it tells may know some of it otherwise,
    and fire sooner."""
    state, theatre = raid.state, raid.theatre
    state.units[u].changes += 1
    for b in range(theatre.queue_span[u], theatre.queue_span[u + 1]):
        state.away[b] |= state.waits[b] == FOR_MORE
        state.turns[b] = -NEVER
        ask_anew_of(raid, u, b, t)
    if raid.world.units[u].networked:
        for i in range(theatre.routes.shape[0]):
            if may_know_otherwise(raid, u, i):
                forget_tracks(raid, i)
                for v in range(raid.world.units.shape[0]):
                    b = pair_of(raid, v, i).queue
                    if b >= 0 and v != u and raid.world.units[v].networked:
                        ask_anew_of(raid, v, b, t)


@inner
def ask_again(raid, u, t):  # type: ignore[no-untyped-def]
    """Unit u considers anew what it knows of, since its sensor may be free to turn."""
    for b in range(raid.theatre.queue_span[u], raid.theatre.queue_span[u + 1]):
        raid.state.turns[b] = -NEVER
        if raid.state.waits[b] == FOR_MORE:
            consider_again(raid, u, b, t)
    wake(raid.state, u, t)
