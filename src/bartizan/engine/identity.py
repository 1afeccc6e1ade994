"""Whom units take for whom: what they call what they know of, and when, and which neutrals come to a raid at all."""

from __future__ import annotations

from bartizan.engine.orders import ROUNDING_S
from bartizan.engine.tables import first_known, first_span, luck, next_launch, pair_of
from bartizan.ground import rng
from bartizan.ground.exact import exp, normal_quantile
from bartizan.ground.jit import inner
from bartizan.physics.arrays import TIGHT
from bartizan.physics.flyout import NEVER

HOSTILE, UNKNOWN, NEUTRAL = range(3)
# Counts of draws: the time of the first call, whether it answers and has a plan, whether this is learnt; then two for
# each look.
_TIME, _ANSWERS, _FILED, _READ, _PLANNED, _LOOKS = range(6)

# ------------------------------------------------------------------------------------------------- who comes


@inner
def alarm(raid):  # type: ignore[no-untyped-def]
    """When a unit first knows of a threat, s into the raid: from then on weapons are ready. NEVER if none does."""
    first = NEVER
    for u in range(raid.world.units.shape[0]):
        if raid.world.units[u].present:
            first = first_known(raid, u, first)
    return first


@inner
def stays_away(raid, i, alarmed):  # type: ignore[no-untyped-def]
    """Whether neutral i does not come: its stream is over before it, or it was due once the airspace was closed."""
    route = raid.theatre.routes[i]
    if route.absent:
        return True
    type_ = raid.world.types[route.group]
    if raid.state.threats[i].appears <= alarmed + type_.closing:
        return False
    return luck(raid, rng.CLOSURE, route.entity, 0, 0) >= type_.left


# ---------------------------------------------------------------------------------------------- who is who


@inner
def _is_shown(raid, unit, i, by):  # type: ignore[no-untyped-def]
    """Whether its answer or its plan tell whoever has the luck `by` that neutral i is one."""
    route = raid.theatre.routes[i]
    type_, name = raid.world.types[route.group], route.entity
    answers = luck(raid, rng.IDENTITY, name, 0, _ANSWERS) < type_.transponder
    if answers and luck(raid, rng.IDENTITY, name, by, _READ) < unit.transponder:
        return True
    filed = luck(raid, rng.IDENTITY, name, 0, _FILED) < type_.flight_plan
    return filed and luck(raid, rng.IDENTITY, name, by, _PLANNED) < unit.flight_plan


@inner
def _called(raid, unit, i, by, look):  # type: ignore[no-untyped-def]
    """What look number `look` calls what flies, where neither answer nor plan show it for a neutral."""
    route = raid.theatre.routes[i]
    wrong = luck(raid, rng.IDENTITY, route.entity, by, _LOOKS + 2 * look + 1)
    if not route.neutral:
        if wrong < unit.hostile_as_neutral:
            return NEUTRAL
        return UNKNOWN if wrong < unit.hostile_as_neutral + unit.hostile_as_unknown else HOSTILE
    if luck(raid, rng.IDENTITY, route.entity, by, _LOOKS + 2 * look) < unit.visual:
        return NEUTRAL
    return HOSTILE if wrong < unit.neutral_as_hostile else UNKNOWN


@inner
def _released_from(raid, u, i, tight):  # type: ignore[no-untyped-def]
    """From when on, s after it appears, unit u may fire at it for what it is called: from the first look on that calls
    it hostile, or unknown where weapons are not `tight`; NEVER if none does while there is a window."""
    unit, name, pair = raid.world.units[u], raid.theatre.routes[i].entity, pair_of(raid, u, i)
    by = 0 if unit.networked else unit.entity
    if raid.theatre.routes[i].neutral and _is_shown(raid, unit, i, by):
        return NEVER
    known, _ = first_span(raid, u, i)
    quantile = normal_quantile(luck(raid, rng.IDENTITY, name, by, _TIME))
    s, look = known + unit.call_time * exp(unit.call_spread * quantile), 0
    while s <= pair.closes:
        call = _called(raid, unit, i, by, look)
        if call == HOSTILE or (call == UNKNOWN and not tight):
            return s
        s, look = s + unit.call_again, look + 1
    return NEVER


@inner
def await_call(raid, u, b, t):  # type: ignore[no-untyped-def]
    """When unit u may next consider queue entry b, given what it calls it: t if it may fire at it now."""
    state, theatre, unit = raid.state, raid.theatre, raid.world.units[u]
    i = theatre.queue_threat[b]
    if state.called[b] == -NEVER:
        state.called[b] = _released_from(raid, u, i, unit.tight)
    s, released = t - state.threats[i].appears, state.called[b]
    if released <= s + ROUNDING_S:
        return t
    opens, after, slot0 = NEVER, NEVER, theatre.pairs[theatre.queue_pair[b]].slot0
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[slot0 + e - unit.e0]
        opens, after = min(opens, next_launch(theatre, slot, s)), min(after, next_launch(theatre, slot, released))
    if opens < NEVER and after == NEVER:
        state.barred[b] = 1
    if after == NEVER:
        return NEVER
    return state.threats[i].appears + (released if unit.turns else after)  # it turns before a window opens


@inner
def _one_is_tight(world):  # type: ignore[no-untyped-def]
    """Whether in some area only what is called hostile may be fired at."""
    for h in range(world.areas.shape[0]):
        if world.areas[h].status == TIGHT:
            return True
    return False


@inner
def hostile_from(raid, u, b):  # type: ignore[no-untyped-def]
    """From when on, s after it appears, unit u calls queue entry b hostile; -NEVER where it does not ask, as where no
    area asks for it."""
    state = raid.state
    if not raid.world.units[u].identifies or not _one_is_tight(raid.world):
        return -NEVER
    if state.hostile[b] == -NEVER:
        state.hostile[b] = _released_from(raid, u, raid.theatre.queue_threat[b], 1)
    return state.hostile[b]
