"""What is lost in a raid, and when: units and the network, as it is drawn before its first event, and asked in play."""

from __future__ import annotations

from bartizan.engine.agenda import LOSE, code, push
from bartizan.engine.tables import luck
from bartizan.ground import rng
from bartizan.ground.jit import apart, inner
from bartizan.physics.flyout import NEVER

# What an event of loss is about.
A_UNIT, THE_NETWORK = range(2)
# Counts of draws: whether it is lost at all, when, and whether what strikes it puts it out of action.
_WHETHER, _WHEN, STRUCK = range(3)


@inner
def is_lost(x, t):  # type: ignore[no-untyped-def]
    """Whether the unit whose state is x is lost at t."""
    return x.lost_from <= t < x.lost_until


@inner
def is_cut(raid, t):  # type: ignore[no-untyped-def]
    """Whether units share nothing at t."""
    return raid.state.network[0].cut_from <= t < raid.state.network[0].cut_until


@inner
def cut_alike_until(raid, t):  # type: ignore[no-untyped-def]
    """Until when, s into the raid, units share, or share nothing, as they do at t."""
    network = raid.state.network[0]
    if t < network.cut_from:
        return network.cut_from
    return network.cut_until if t < network.cut_until else NEVER


@inner
def _last_arrival(raid):  # type: ignore[no-untyped-def]
    last = -NEVER
    for i in range(raid.theatre.routes.shape[0]):
        last = max(last, raid.state.threats[i].arrives)
    return last


@inner
def _span_drawn(raid, written, entity):  # type: ignore[no-untyped-def]
    """From when to when what is `written` to be lost is so; NEVER if it is not, or not before all have arrived."""
    if luck(raid, rng.LOSS, entity, 0, _WHETHER) < written.lost_chance and written.lost_for > 0.0:
        start = written.lost_at + written.lost_within * luck(raid, rng.LOSS, entity, 0, _WHEN)
        if start < _last_arrival(raid):
            return start, min(start + written.lost_for, NEVER)
    return NEVER, NEVER


@inner
def cut_network(raid, start, end):  # type: ignore[no-untyped-def]
    """Units share nothing from `start` to `end`."""
    raid.state.network[0].cut_from, raid.state.network[0].cut_until = start, end
    if start < end:
        raid.state.silent[0] = 1
        push(raid.state, start, code(LOSE, THE_NETWORK, 0, 0))


@inner
def cut_without(raid, u):  # type: ignore[no-untyped-def]
    """The network is cut while unit u, its node, is lost and no other has taken over."""
    x = raid.state.units[u]
    cut_network(raid, x.lost_from, min(x.lost_from + raid.world.network[0].takeover, x.lost_until))


@inner
def draw_losses(raid):  # type: ignore[no-untyped-def]
    """When units and the network are lost, as far as nothing has to strike them first."""
    state = raid.state
    state.silent[0] = 0
    state.network[0].cut_from = state.network[0].cut_until = NEVER
    may_be = raid.world.network[0].lost_chance > 0.0
    for u in range(raid.world.units.shape[0]):
        unit, x = raid.world.units[u], state.units[u]
        x.lost_from, x.lost_until, x.losses = NEVER, NEVER, 0
        may_be |= unit.lost_chance > 0.0 or unit.struck > 0.0
    if may_be:
        _draw(raid)


@apart
def _draw(raid):  # type: ignore[no-untyped-def]
    state, network = raid.state, raid.world.network[0]
    for u in range(raid.world.units.shape[0]):
        unit, x = raid.world.units[u], state.units[u]
        if unit.present:
            if unit.lost_chance > 0.0:
                x.lost_from, x.lost_until = _span_drawn(raid, unit, unit.entity)
            if x.lost_from < NEVER:
                push(state, x.lost_from, code(LOSE, A_UNIT, u, 0))
            if (x.lost_from < NEVER or unit.struck > 0.0) and (unit.s1 > unit.s0 or unit.e1 > unit.e0):
                state.silent[0] |= unit.networked  # a jammer alone has nothing to share
    if network.lost_chance > 0.0:
        start, end = _span_drawn(raid, network, 0)
        cut_network(raid, start, end)
    elif network.node >= 0 and state.units[network.node].lost_from < NEVER:
        cut_without(raid, network.node)
