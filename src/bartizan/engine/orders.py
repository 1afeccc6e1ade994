"""What orders keep a unit from: release by class, and meetings low over what lies around it."""

from __future__ import annotations

import math

from bartizan.engine.losses import is_cut
from bartizan.engine.tables import next_launch, pair_of
from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER, clip
from bartizan.physics.sight import over_level

# A window that opens within this time, s, is open: adding and taking off the time of appearance rounds, and a unit
# that was woken for a window must not find it still shut.
ROUNDING_S = 1e-6

# ------------------------------------------------------------------------------------------------ release


@inner
def shares(raid, u, b):  # type: ignore[no-untyped-def]
    """1 if unit u leaves the threat of queue entry b to another that engages it, and others leave it to u."""
    return 1 if raid.world.units[u].coordinate and not raid.state.apart[b] else 0


@inner
def least_salvo(unit, effector):  # type: ignore[no-untyped-def]
    """The fewest rounds that a unit ever fires."""
    if effector.is_gun:
        return effector.burst
    if unit.partial or unit.thrift:
        return 1
    least = unit.salvo[0]
    for k in range(1, unit.salvos):
        least = min(least, unit.salvo[k])
    return least


@inner
def _works_by(raid, v, t, end):  # type: ignore[no-untyped-def]
    """Whether unit v, as things stand at t, is ready and not lost some time before `end`."""
    x = raid.state.units[v]
    return end >= x.ready and not (x.lost_from <= t and end < x.lost_until)


@inner
def _last_window(raid, v, i, s, last):  # type: ignore[no-untyped-def]
    """The end of the last launch window, at s or later, in which unit v may fire at threat i with what is no last
    resort, or `last` if that is later."""
    world, theatre, state, pair = raid.world, raid.theatre, raid.state, pair_of(raid, v, i)
    if pair.queue < 0 or pair.closes <= last or pair.closes < s:
        return last
    unit, g = world.units[v], theatre.routes[i].group
    if state.salvos[pair.queue] >= unit.max_salvos or state.drops[pair.queue]:
        return last
    for f in range(unit.e0, unit.e1):
        rule, slot = world.release[f, g], theatre.slots[pair.slot0 + f - unit.e0]
        loaded = state.effectors[f].rounds - rule.kept >= least_salvo(unit, world.effectors[f])
        if loaded and rule.released and not rule.last_resort and next_launch(theatre, slot, s) < NEVER:
            end = theatre.window[slot.w1 - 1, 1]
            if _works_by(raid, v, state.threats[i].appears + s, state.threats[i].appears + end):
                last = max(last, end)
    return last


@inner
def note_reasons(raid, u):  # type: ignore[no-untyped-def]
    """What keeps unit u from firing may have changed, for any threat."""
    raid.state.units[u].settled = -NEVER
    raid.state.units[u].reasons += 1


@inner
def note_spares(raid):  # type: ignore[no-untyped-def]
    """Rounds, losses or a new raid may have changed whether last resorts are spared, for any threat."""
    raid.state.network[0].spares += 1
    raid.state.network[0].spares_all = raid.state.network[0].spares
    for u in range(raid.world.units.shape[0]):
        note_reasons(raid, u)


@inner
def note_spares_of(raid, i):  # type: ignore[no-untyped-def]
    """The same for threat i alone, which a unit fires at no more."""
    raid.state.network[0].spares += 1
    raid.state.kept_net[i].spares = raid.state.network[0].spares
    if raid.state.sparing[0]:
        for u in range(raid.world.units.shape[0]):
            b = pair_of(raid, u, i).queue
            if b >= 0:
                raid.state.units[u].settled = raid.state.same_until[b] = -NEVER


@inner
def note_rounds(raid, e, before):  # type: ignore[no-untyped-def]
    """The rounds of effector e have changed from so many: something cheaper than a last resort may have run out, or
    have come back."""
    if raid.state.sparing[0]:
        effector, now = raid.world.effectors[e], raid.state.effectors[e].rounds
        least = least_salvo(raid.world.units[effector.unit], effector)
        for g in range(raid.world.groups.shape[0]):
            rule = raid.world.release[e, g]
            if rule.released and not rule.last_resort and (before - rule.kept >= least) != (now - rule.kept >= least):
                note_spares(raid)
                break


@inner
def spared_until(raid, u, b, s):  # type: ignore[no-untyped-def]
    """`_find_spared_until`, as it was kept: as long as rounds, salvos and losses decide it alike it holds to its end,
    and after that nothing is left."""
    state, network = raid.state, raid.state.network[0]
    last_change = max(network.spares_all, state.kept_net[raid.theatre.queue_threat[b]].spares)
    if state.spared_at[b] < last_change:
        state.spared[b], state.spared_at[b] = _find_spared_until(raid, u, b, s), network.spares
    return state.spared[b] if state.spared[b] >= s else -NEVER


@inner
def _find_spared_until(raid, u, b, s):  # type: ignore[no-untyped-def]
    """Until when, s after the threat of queue entry b appears, something cheaper than a last resort of unit u may still
    take it: of the unit itself, or of one that it coordinates with. -NEVER: nothing can."""
    i = raid.theatre.queue_threat[b]
    together, last = shares(raid, u, b) and not is_cut(raid, raid.state.threats[i].appears + s), -NEVER
    for v in range(raid.world.units.shape[0]):
        other = pair_of(raid, v, i).queue
        if other >= 0 and (v == u or (together and shares(raid, v, other))):
            last = _last_window(raid, v, i, s, last)
    return last


@inner
def open_until(theatre, slot, s):  # type: ignore[no-untyped-def]
    """When the launch window that is open at s closes; NEVER if none is."""
    for w in range(slot.w0, slot.w1):
        if theatre.window[w, 0] <= s + ROUNDING_S and s <= theatre.window[w, 1]:
            return theatre.window[w, 1]
    return NEVER


# ------------------------------------------------------------------------------------------------ arcs


@inner
def _beyond(edge, k, dx, dy):  # type: ignore[no-untyped-def]
    """Metres by which a place is clockwise of the edge of an arc whose sine and cosine are edge[k] and edge[k + 1]."""
    return dx * edge[k + 1] - dy * edge[k]


@inner
def is_barred(world, e, dx, dy, rise):  # type: ignore[no-untyped-def]
    """Whether a meeting dx east, dy north and `rise` m above a level line is one that effector e must not cause."""
    d = math.sqrt(dx * dx + dy * dy)
    for a in range(world.effectors[e].a0, world.effectors[e].a1):
        arc = world.arcs[a]
        if _beyond(arc.edge, 0, dx, dy) >= 0.0 >= _beyond(arc.edge, 2, dx, dy) and rise < d * arc.tan_low:
            return True
    return False


@inner
def _barred_part(arc, unit, scratch, k, low, high):  # type: ignore[no-untyped-def]
    """The part of [low, high] of the leg from sample k on that lies in an arc and below its least elevation."""
    x, y, next_x, next_y = (
        scratch.x[k] - unit.x, scratch.y[k] - unit.y, scratch.x[k + 1] - unit.x, scratch.y[k + 1] - unit.y,
    )  # fmt: skip
    low, high = clip(low, high, _beyond(arc.edge, 0, x, y), _beyond(arc.edge, 0, next_x, next_y))
    if high > low:
        low, high = clip(low, high, -_beyond(arc.edge, 2, x, y), -_beyond(arc.edge, 2, next_x, next_y))
    if high > low:
        d, next_d = hypot(x, y), hypot(next_x, next_y)
        under = d * arc.tan_low - over_level(scratch.z[k] - unit.antenna, d)
        next_under = next_d * arc.tan_low - over_level(scratch.z[k + 1] - unit.antenna, next_d)
        low, high = clip(low, high, under, next_under)
    return low, high


@inner
def next_barred(world, e, scratch, k, low, high):  # type: ignore[no-untyped-def]
    """The first part of [low, high] of the leg from sample k on that effector e's arcs bar; (high, 2.0) if none."""
    effector = world.effectors[e]
    unit = world.units[effector.unit]
    start, end = high, 2.0
    for a in range(effector.a0, effector.a1):
        first, last = _barred_part(world.arcs[a], unit, scratch, k, low, high)
        if last > first and (first < start or (first == start and last > end)):
            start, end = first, last
    return start, end
