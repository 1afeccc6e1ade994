"""The loop: one raid, event by event, against the theatre's tables."""

from __future__ import annotations

import math

from bartizan.engine.agenda import (
    ASSESS,
    FALSE_TRACK,
    IMPACT,
    INTERCEPT,
    JAM,
    LOSE,
    RECOVER,
    RELOAD,
    RESUPPLY,
    SEEN_THROUGH,
    code,
    decode,
    drop_first,
    is_over,
    let_sleep,
    one_decides,
    push,
    wake,
)
from bartizan.engine.aim import forget, stand
from bartizan.engine.denial import draw_denials
from bartizan.engine.doctrine import is_spent
from bartizan.engine.failing import on_loss, on_recovery
from bartizan.engine.handlers import (
    await_false_track,
    on_assess,
    on_decide,
    on_false_track,
    on_impact,
    on_intercept,
    on_jam,
    on_seen_through,
)
from bartizan.engine.identity import alarm, stays_away
from bartizan.engine.journal import note
from bartizan.engine.layout import ABSENT, ALIVE, APPEARED, FOR_NOTHING, READIED, Raid
from bartizan.engine.losses import draw_losses
from bartizan.engine.magazines import fill_up, on_reload, on_resupply
from bartizan.engine.orders import note_spares
from bartizan.engine.readiness import draw_readiness, heed_warning
from bartizan.engine.tables import first_known, luck, rewind
from bartizan.ground import rng
from bartizan.ground.contexts import by_reference
from bartizan.ground.jit import inner, kernel
from bartizan.ground.rng import uniform
from bartizan.physics.flyout import NEVER


@inner
def appearance(world, route, index, raid):  # type: ignore[no-untyped-def]
    """When a threat appears, s into the raid: as planned, but for its timing error."""
    if route.jitter > 0.0:
        u = uniform(world.seed[0], index, raid, rng.JITTER, route.entity, 0, 0)
        return route.start + (2.0 * u - 1.0) * route.jitter
    return route.start


@inner
def set_up(raid):  # type: ignore[no-untyped-def]
    """Everything as it is before the first threat appears; how many there are."""
    world, theatre, state, block, r = raid.world, raid.theatre, raid.state, raid.block, raid.row
    state.size[0] = 0
    state.written[0] = 0
    let_sleep(state)
    forget(raid)
    note_spares(raid)
    neutrals = 0
    for i in range(theatre.routes.shape[0]):
        _set_up_threat(raid, i)
        neutrals += theatre.routes[i].neutral
    for e in range(world.effectors.shape[0]):
        fill_up(raid, e)
        block.rounds[r, e] = block.engagements[r, e] = block.kills[r, e] = block.emptied[r, e] = 0
    for u in range(world.units.shape[0]):
        stand(raid, u)
    heed_warning(raid)
    draw_losses(raid)
    draw_readiness(raid)
    alarmed = alarm(raid) if neutrals > 0 else NEVER
    there = _set_up_neutrals(raid, alarmed) if neutrals > 0 else theatre.routes.shape[0]
    state.sparing[0] = 0
    for u in range(world.units.shape[0]):
        _set_up_unit(raid, u, neutrals > 0, alarmed)
    return there


@inner
def _set_up_threat(raid, i):  # type: ignore[no-untyped-def]
    """One that flies; of a neutral it is not known yet whether it comes."""
    state, block, r, route, x = raid.state, raid.block, raid.row, raid.theatre.routes[i], raid.state.threats[i]
    x.appears = appearance(raid.world, route, raid.world_number, raid.number)
    x.arrives = x.appears + route.duration
    x.status, x.engaged, x.jammed = ALIVE, 0, NEVER
    if raid.world.types[route.group].shot_correlation > 0.0:
        x.rank = luck(raid, rng.FRAILTY, route.entity, 0, 0)
    rewind(state, i)
    block.asset[r, i], block.by[r, i], block.cause[r, i], block.fate[r, i] = route.asset, -1, 0, ALIVE
    block.shots[r, i], block.miss[r, i], block.jammed[r, i] = 0, -1.0, math.inf
    if not route.neutral:
        _come(raid, i)


@inner
def _come(raid, i):  # type: ignore[no-untyped-def]
    state, x = raid.state, raid.state.threats[i]
    push(state, x.arrives, code(IMPACT, i, 0, 0))
    note(state, x.appears, APPEARED, i, -1, -1, 0, x.arrives)
    draw_denials(raid, i)


@inner
def _set_up_neutrals(raid, alarmed):  # type: ignore[no-untyped-def]
    """Those that come, and those that do not; how many fly, threats included."""
    there = 0
    for i in range(raid.theatre.routes.shape[0]):
        if raid.theatre.routes[i].neutral:
            if stays_away(raid, i, alarmed):
                raid.state.threats[i].status = raid.block.fate[raid.row, i] = ABSENT
                raid.block.time[raid.row, i] = raid.state.threats[i].appears
                continue
            _come(raid, i)
        there += 1
    return there


@inner
def _set_up_identity(raid, u, alarmed):  # type: ignore[no-untyped-def]
    """Nothing is called anything yet; neutrals are left alone before the alarm, or altogether if they do not come."""
    theatre, state = raid.theatre, raid.state
    for b in range(theatre.queue_span[u], theatre.queue_span[u + 1]):
        state.called[b] = state.hostile[b] = -NEVER
        i = theatre.queue_threat[b]
        if theatre.routes[i].neutral:
            state.ready[b] = max(state.ready[b], alarmed) if state.threats[i].status == ALIVE else NEVER


@inner
def _set_up_unit(raid, u, mixed, alarmed):  # type: ignore[no-untyped-def]
    world, theatre, state = raid.world, raid.theatre, raid.state
    unit, x = world.units[u], state.units[u]
    x.free, x.low, x.order = unit.channels, theatre.queue_span[u], unit.entity >> 8
    raid.block.saturated[raid.row, u] = 0
    state.sparing[0] |= unit.last_resorts
    if x.ready > -NEVER:
        note(state, max(x.ready, 0.0) if x.ready < NEVER else 0.0, READIED, -1, u, -1, x.standby, x.ready)
    x.armed = 0
    for e in range(unit.e0, unit.e1):
        x.armed += not is_spent(unit, world.effectors[e], world.effectors[e].rounds)
    first = NEVER
    for b in range(theatre.queue_span[u], theatre.queue_span[u + 1]):
        state.lost[b], state.same_until[b], state.turns[b], state.salvos[b] = -NEVER, -NEVER, -NEVER, 0
        state.apart[b] = state.barred[b] = state.drops[b] = state.away[b] = 0
        state.waits[b] = FOR_NOTHING
        opens = state.threats[theatre.queue_threat[b]].appears + theatre.queue_opens[b]
        state.ready[b] = max(opens, x.ready)
        first = min(first, state.ready[b])
    if unit.identifies or mixed:
        _set_up_identity(raid, u, alarmed)
    wake(state, u, first)
    if unit.miscorrelation > 0.0:
        _take_for_others(raid, u)
    x.false_tracks = 0
    if unit.false_rate > 0.0 and unit.present:
        known = first_known(raid, u, NEVER)
        if known < NEVER:  # before that no weapon is free, and what seems to fly in is not engaged
            await_false_track(raid, u, known)


@inner
def _take_for_others(raid, u):  # type: ignore[no-untyped-def]
    """Which threats that unit u sees it takes for others than those that the network has."""
    theatre, unit = raid.theatre, raid.world.units[u]
    for b in range(theatre.queue_span[u], theatre.queue_span[u + 1]):
        if theatre.pairs[theatre.queue_pair[b]].seen:
            name = theatre.routes[theatre.queue_threat[b]].entity
            drawn = luck(raid, rng.CORRELATION, name, unit.entity, 0)
            raid.state.apart[b] = drawn < unit.miscorrelation


@inner
def happens(raid, t, event, alive):  # type: ignore[no-untyped-def]
    """Whatever happens at t but a decision, while so many are alive; how many of them it takes out of the raid."""
    theatre, state, units = raid.theatre, raid.state, raid.world.units
    kind, first, second, third = event
    if kind == INTERCEPT:
        e = units[theatre.queue_pair[first] // theatre.routes.shape[0]].e0 + second
        return on_intercept(raid, first, e, third, t)
    if kind == ASSESS:
        e = units[theatre.queue_pair[first] // theatre.routes.shape[0]].e0 + second
        on_assess(raid, first, e, third, t)
    elif kind == RELOAD:
        on_reload(raid, first, second, t)
    elif kind == FALSE_TRACK:
        if alive > 0:
            on_false_track(raid, first, t)
    elif kind == SEEN_THROUGH:
        on_seen_through(raid, first, second, t)
    elif kind == RESUPPLY:
        on_resupply(raid, first, second, t)
    elif kind == LOSE:
        on_loss(raid, first, second, t)
    elif kind == RECOVER:
        on_recovery(raid, first, second, t)
    elif state.threats[first].status == ALIVE:
        if kind == JAM:
            return on_jam(raid, first, second, t)
        on_impact(raid, first, t)
        return 1
    return 0


@inner
def _play_one(raid, to_the_end):  # type: ignore[no-untyped-def]
    state = raid.state
    alive = set_up(raid)
    while not is_over(state) and (alive > 0 or to_the_end):
        if one_decides(state):
            on_decide(raid, state.first[1], state.wakes[state.first[1]])
        else:
            t, event = state.times[0], decode(state.events[0])
            drop_first(state)
            alive -= happens(raid, t, event, alive)


@kernel
def play(world, theatre, state, block, index, first_raid, rows, to_the_end):  # type: ignore[no-untyped-def]
    """Play raids first_raid + row of world number `index`, for so many rows of `block`.

    `to_the_end`: go on after the last threat is settled, while units still fire at what they take for alive.
    """
    block.launched[0] = 0
    for row in range(rows):
        _play_one(by_reference(Raid(world, theatre, state, block, index, first_raid + row, row)), to_the_end)
