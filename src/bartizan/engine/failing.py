"""What happens when a unit or the network is lost or works again: broken down, dark, or struck by what got through."""

from __future__ import annotations

from bartizan.engine.agenda import RECOVER, code, push, sleep
from bartizan.engine.aim import note_change
from bartizan.engine.journal import count_left, note
from bartizan.engine.layout import FAILED, RECOVERED
from bartizan.engine.losses import A_UNIT, STRUCK, THE_NETWORK, cut_without, is_cut, is_lost
from bartizan.engine.magazines import wake_last_resorts
from bartizan.engine.orders import note_spares
from bartizan.engine.tables import ask_anew, ask_anew_of, forget_tracks, luck, tells
from bartizan.ground import rng
from bartizan.ground.jit import apart, inner
from bartizan.physics.arrays import NO_LIMIT
from bartizan.physics.flyout import NEVER


@inner
def _look_anew(raid, u, t):  # type: ignore[no-untyped-def]
    """Unit u, or the network, is lost or works again: what is known by it is asked anew; last resorts may be due."""
    ask_anew(raid, u, t)
    note_spares(raid)
    if raid.state.sparing[0]:
        wake_last_resorts(raid, t)


@apart
def on_loss(raid, what, u, t):  # type: ignore[no-untyped-def]
    """Unit u, or the network, is lost, unless it has been struck before."""
    if what == THE_NETWORK and raid.state.network[0].cut_from == t:
        _lose_network(raid, t)
    elif what == A_UNIT and raid.state.units[u].lost_from == t:
        _lose_unit(raid, u, t)


@inner
def _lose_network(raid, t):  # type: ignore[no-untyped-def]
    until = raid.state.network[0].cut_until
    note(raid.state, t, FAILED, -1, -1, -1, 0, until)
    if until < NEVER:
        push(raid.state, until, code(RECOVER, THE_NETWORK, 0, 0))
    _look_anew(raid, -1, t)


@apart
def _lose_unit(raid, u, t):  # type: ignore[no-untyped-def]
    """Its channels and rounds are gone; what it guides meets nothing, as `losses` tells."""
    state, x = raid.state, raid.state.units[u]
    x.free -= NO_LIMIT
    sleep(state, u)
    x.losses += 1
    _count_all(raid, u, -1, t)
    note(state, t, FAILED, -1, u, -1, 0, x.lost_until)
    if x.lost_until < NEVER:
        push(state, x.lost_until, code(RECOVER, A_UNIT, u, 0))
    _look_anew(raid, u, t)


@inner
def _count_all(raid, u, sign, t):  # type: ignore[no-untyped-def]
    for e in range(raid.world.units[u].e0, raid.world.units[u].e1):
        count_left(raid, e, sign * raid.state.effectors[e].rounds, t)


@apart
def on_recovery(raid, what, u, t):  # type: ignore[no-untyped-def]
    """Unit u, or the network, works again, unless it has been struck meanwhile."""
    state = raid.state
    if what == THE_NETWORK and state.network[0].cut_until == t:
        note(state, t, RECOVERED, -1, -1, -1, 0, t)
        _look_anew(raid, -1, t)
    elif what == A_UNIT and state.units[u].lost_until == t:
        state.units[u].free += NO_LIMIT
        _count_all(raid, u, 1, t)
        note(state, t, RECOVERED, -1, u, -1, 0, t)
        _look_anew(raid, u, t)


@inner
def strike(raid, i, t):  # type: ignore[no-untyped-def]
    """Threat i has reached its target: units that stand there may be out of action from now on."""
    asset = raid.theatre.routes[i].asset
    for u in range(raid.world.units.shape[0]):
        unit = raid.world.units[u]
        if unit.struck > 0.0 and unit.stands_at == asset and unit.present:
            _strike_unit(raid, u, i, t)


@apart
def _strike_unit(raid, u, i, t):  # type: ignore[no-untyped-def]
    unit, x = raid.world.units[u], raid.state.units[u]
    gone = is_lost(x, t)
    for_good = gone and x.lost_until == NEVER
    name = raid.theatre.routes[i].entity
    if not for_good and luck(raid, rng.LOSS, unit.entity, name, STRUCK) < unit.struck:
        if not gone:
            x.lost_from = t
        x.lost_until = NEVER
        note_change(raid, u)
        note_spares(raid)
        _out_of_action(raid, u, gone, t)
        _reckon_without(raid, u, t)


@inner
def _reckon_without(raid, u, t):  # type: ignore[no-untyped-def]
    """Unit u will not tell what it would have told; a loss that was drawn was reckoned with."""
    for i in range(raid.theatre.routes.shape[0]):
        forget_tracks(raid, i)
    for v in range(raid.world.units.shape[0]):
        if tells(raid.world.units, u, v):
            for b in range(raid.theatre.queue_span[v], raid.theatre.queue_span[v + 1]):
                ask_anew_of(raid, v, b, t)


@inner
def _out_of_action(raid, u, was_lost, t):  # type: ignore[no-untyped-def]
    """Unit u is lost to the end of the raid; it may have been for a time already."""
    if was_lost:
        note(raid.state, t, FAILED, -1, u, -1, 0, NEVER)
    else:
        _lose_unit(raid, u, t)
    if u == raid.world.network[0].node:
        _lose_node(raid, u, was_lost, t)


@inner
def _lose_node(raid, u, was_lost, t):  # type: ignore[no-untyped-def]
    """The network is cut with its node, or stays so for longer."""
    if not was_lost:
        cut_without(raid, u)
        return
    network = raid.state.network[0]
    until = min(raid.state.units[u].lost_from + raid.world.network[0].takeover, NEVER)
    if is_cut(raid, t) and until > network.cut_until:
        network.cut_until = until
        if until < NEVER:
            push(raid.state, until, code(RECOVER, THE_NETWORK, 0, 0))
