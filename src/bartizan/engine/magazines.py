"""Magazines: rounds that are taken from them, filled again from a stock of spare rounds, which is supplied again."""

from __future__ import annotations

from bartizan.engine.agenda import RELOAD, RESUPPLY, code, push, wake, wake_again
from bartizan.engine.doctrine import is_spent
from bartizan.engine.journal import count_left, note
from bartizan.engine.layout import RELOADED, SUPPLIED
from bartizan.engine.losses import is_lost
from bartizan.engine.orders import note_reasons, note_rounds
from bartizan.ground.jit import inner
from bartizan.physics.arrays import NO_LIMIT
from bartizan.physics.flyout import NEVER


@inner
def fill_up(raid, e):  # type: ignore[no-untyped-def]
    """Effector e as it is when the raid begins."""
    effector, x = raid.world.effectors[e], raid.state.effectors[e]
    unit = raid.world.units[effector.unit]
    x.rounds, x.stock, x.busy, x.empty_until = effector.rounds, effector.spare, 0, NEVER
    x.loads = x.queued = x.before_from = x.before_until = NEVER
    x.fired = -NEVER
    x.empty_from = -NEVER if is_spent(unit, effector, effector.rounds) else NEVER
    for k in range(raid.block.left.shape[2]):
        raid.block.left[raid.row, e, k] = 0
    if unit.present:
        count_left(raid, e, effector.rounds, 0.0)


@inner
def spend(raid, u, e, rounds, t):  # type: ignore[no-untyped-def]
    """Take rounds from a magazine, and have it filled again."""
    block, effector, x = raid.block, raid.world.effectors[e], raid.state.effectors[e]
    note_reasons(raid, u)
    x.busy += 1
    x.fired = t
    x.rounds -= rounds
    note_rounds(raid, e, x.rounds + rounds)
    block.rounds[raid.row, e] += rounds
    count_left(raid, e, -rounds, t)
    if raid.state.sparing[0]:
        wake_last_resorts(raid, t)
    if is_spent(raid.world.units[u], effector, x.rounds):
        raid.state.units[u].armed -= 1
        block.emptied[raid.row, e] = 1
        x.before_from, x.before_until, x.empty_from = x.empty_from, x.empty_until, t
        _begin_to_fill(raid, u, e, t)
    elif effector.top_up < NEVER:
        _begin_to_fill(raid, u, e, t)


@inner
def wake_last_resorts(raid, t):  # type: ignore[no-untyped-def]
    """What was cheaper than a last resort may have run out; whether it has, `note_spares` and `note_spares_of` tell."""
    for v in range(raid.world.units.shape[0]):
        if raid.world.units[v].last_resorts:
            wake_again(raid.state, v, t)


@inner
def _begin_to_fill(raid, u, e, t):  # type: ignore[no-untyped-def]
    """When the magazine of effector e, which is not full, is so again if nothing is fired: one that is spent is filled
    at once, another once it has been quiet."""
    effector, x = raid.world.effectors[e], raid.state.effectors[e]
    spent = is_spent(raid.world.units[u], effector, x.rounds)
    begins = t if spent else max(t, x.fired + effector.top_up)
    x.loads = begins + effector.reload if x.stock > 0 else NEVER
    if spent:
        x.empty_until = x.loads
    if x.loads < x.queued:
        x.queued = x.loads
        push(raid.state, x.loads, code(RELOAD, u, e, 0))


@inner
def on_reload(raid, u, e, t):  # type: ignore[no-untyped-def]
    """A magazine is filled, as far as the stock goes; or later, if something was fired meanwhile."""
    x = raid.state.effectors[e]
    if t != x.queued:
        return
    x.queued = NEVER
    if x.loads == t:
        _fill(raid, u, e, t)
    elif x.loads < NEVER:
        x.queued = x.loads
        push(raid.state, x.loads, code(RELOAD, u, e, 0))


@inner
def _fill(raid, u, e, t):  # type: ignore[no-untyped-def]
    state, unit, effector, x = raid.state, raid.world.units[u], raid.world.effectors[e], raid.state.effectors[e]
    was_spent, filled = is_spent(unit, effector, x.rounds), min(effector.rounds - x.rounds, x.stock)
    x.rounds += filled
    note_reasons(raid, u)
    note_rounds(raid, e, x.rounds - filled)
    x.loads = NEVER
    if not is_lost(state.units[u], t):
        count_left(raid, e, filled, t)
    if was_spent:
        armed = not is_spent(unit, effector, x.rounds)
        x.empty_until = t if armed else NEVER  # what was left of the stock may not do for a salvo
        state.units[u].armed += armed
    if effector.spare < NO_LIMIT:
        _draw_on_stock(raid, u, e, filled, t)
    note(state, t, RELOADED, -1, u, e, x.rounds, t)
    wake(state, u, t)


@inner
def _draw_on_stock(raid, u, e, filled, t):  # type: ignore[no-untyped-def]
    effector, x = raid.world.effectors[e], raid.state.effectors[e]
    x.stock -= filled
    if x.stock == 0 and effector.resupply < NEVER:
        push(raid.state, t + effector.resupply, code(RESUPPLY, u, e, 0))


@inner
def on_resupply(raid, u, e, t):  # type: ignore[no-untyped-def]
    """The stock of an effector is full again; a magazine that waits for it is filled."""
    effector, x = raid.world.effectors[e], raid.state.effectors[e]
    x.stock = effector.spare
    note(raid.state, t, SUPPLIED, -1, u, e, x.stock, t)
    if x.rounds < effector.rounds:
        _begin_to_fill(raid, u, e, t)
