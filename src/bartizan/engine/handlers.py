"""What happens at each kind of event. Handlers act; doctrine has chosen."""

from __future__ import annotations

from bartizan.engine.agenda import ASSESS, FALSE_TRACK, INTERCEPT, SEEN_THROUGH, code, push, sleep, wake
from bartizan.engine.areas import held_alike_until, held_until
from bartizan.engine.denial import is_denied
from bartizan.engine.doctrine import (
    BARRED,
    NOT_OPEN,
    candidates,
    candidates_after,
    choose,
    fires_again,
    is_found_the_same,
    rounds_ready,
)
from bartizan.engine.failing import strike
from bartizan.engine.identity import await_call, hostile_from
from bartizan.engine.journal import note, note_launch
from bartizan.engine.layout import (
    ALIVE,
    CAME_DOWN,
    DIVERTED,
    DOWNED,
    FOR_MORE,
    FOR_NOTHING,
    INTERCEPTED,
    JAMMED,
    KILLED,
    LAUNCHED,
    LEAKED,
    MISTOOK,
    PASSED,
    SAW,
    SHOT_DOWN,
    TO_KNOW,
    WENT,
)
from bartizan.engine.losses import cut_alike_until
from bartizan.engine.magazines import spend
from bartizan.engine.meeting import chance_met
from bartizan.engine.orders import (
    ROUNDING_S,
    note_reasons,
    note_spares_of,
    open_until,
    shares,
)
from bartizan.engine.reasons import why_it_leaked
from bartizan.engine.tables import flight_delay, known_span, luck, next_launch, pair_of
from bartizan.engine.turning import ask_again, await_aim
from bartizan.ground import rng
from bartizan.ground.exact import log, power
from bartizan.ground.jit import inner
from bartizan.physics.denial import miss_distance
from bartizan.physics.flyout import NEVER
from bartizan.physics.susceptibility import LEAST_CORRELATION, is_more_susceptible

# What a unit makes of its rounds: rightly, or taking the dead for alive.
SEEN_DEAD, SEEN_ALIVE, TAKEN_FOR_ALIVE = range(3)


@inner
def settle(raid, i, fate, t):  # type: ignore[no-untyped-def]
    """Threat i is out of the raid."""
    raid.state.threats[i].status = fate
    for u in range(raid.world.units.shape[0]):
        b = pair_of(raid, u, i).queue
        if b >= 0:
            raid.state.ready[b], raid.state.waits[b] = NEVER, FOR_NOTHING
            if raid.state.units[u].holder == b:
                ask_again(raid, u, t)
    raid.block.fate[raid.row, i], raid.block.time[raid.row, i] = fate, t


@inner
def _leave_to(raid, u, b, t):  # type: ignore[no-untyped-def]
    """Unit u may take queue entry b as well. If all else that it would decide at t is settled, and that too, it is only
    woken when it looks again."""
    state, x, now = raid.state, raid.state.units[u], t + ROUNDING_S
    if t >= x.settled or (state.ready[b] <= now and not is_found_the_same(raid, u, b, t)):
        wake(state, u, max(t, state.ready[b]))
    elif state.ready[b] <= now:
        settled = min(x.settled, min(state.same_until[b], state.lost[b]))
        if state.same_next[b] < state.wakes[u]:
            wake(state, u, state.same_next[b])
        x.settled = settled


@inner
def leave_to_all(raid, i, t):  # type: ignore[no-untyped-def]
    """No one is engaging threat i any more: units that had left it alone may take it."""
    for u in range(raid.world.units.shape[0]):
        b = pair_of(raid, u, i).queue
        if b >= 0 and raid.state.ready[b] < NEVER:
            _leave_to(raid, u, b, t)


@inner
def kills(raid, i, effector, chance, rounds, drawn):  # type: ignore[no-untyped-def]
    """Whether an engagement with this luck kills threat i: rounds of which each kills with `chance`, if the salvo works
    at all; they are independent, or find this threat as susceptible as it is."""
    shots = 1.0 if effector.is_gun else float(rounds)
    correlation = raid.world.types[raid.theatre.routes[i].group].shot_correlation
    if correlation < LEAST_CORRELATION:
        of_salvo = chance if effector.is_gun else 1.0 - power(1.0 - chance, shots)
        return drawn < effector.reliability * of_salvo
    if drawn >= effector.reliability:
        return False
    needed = 1.0 - power(1.0 - drawn / effector.reliability, 1.0 / shots)
    return is_more_susceptible(needed, chance, correlation, raid.state.threats[i].rank)


@inner
def _take_channel(raid, u):  # type: ignore[no-untyped-def]
    raid.state.units[u].free -= 1
    if raid.state.units[u].free == 0:
        raid.block.saturated[raid.row, u] = 1


@inner
def fire(raid, u, b, e, rounds, t):  # type: ignore[no-untyped-def]
    """Launch: take a channel and rounds, and put the intercept, whose luck is drawn here, on the agenda."""
    theatre, state, block, r = raid.theatre, raid.state, raid.block, raid.row
    unit, effector = raid.world.units[u], raid.world.effectors[e]
    i = theatre.queue_threat[b]
    threat = state.threats[i]
    _take_channel(raid, u)
    state.units[u].aloft += 1
    threat.engaged += shares(raid, u, b)
    block.shots[r, i] += 1 if effector.is_gun else rounds
    block.engagements[r, e] += 1
    state.salvos[b] += 1
    if state.salvos[b] >= unit.max_salvos:
        note_spares_of(raid, i)
    slot = theatre.slots[theatre.pairs[theatre.queue_pair[b]].slot0 + e - unit.e0]
    s = t - threat.appears
    delay = flight_delay(theatre, slot, s)
    meets = t + delay
    drawn = luck(raid, rng.KILL, theatre.routes[i].entity, effector.entity, state.salvos[b])
    chance = chance_met(raid.world, theatre, e, i, slot.kill, s + delay)
    hit = 1 if kills(raid, i, effector, chance, rounds, drawn) else 0
    push(state, meets, code(INTERCEPT, b, e - unit.e0, 2 * state.units[u].losses + hit))
    note(state, t, LAUNCHED, i, u, e, rounds, meets)
    note_launch(block, r, i, e, rounds, s + delay, meets, hit)
    spend(raid, u, e, rounds, t)


@inner
def _await_release(raid, u, b, t):  # type: ignore[no-untyped-def]
    """When unit u may next consider queue entry b, given the areas in which fire is held: t if it may now."""
    i, theatre, unit = raid.theatre.queue_threat[b], raid.theatre, raid.world.units[u]
    appears = raid.state.threats[i].appears
    s = t - appears
    until = held_until(raid.world, theatre, i, s + ROUNDING_S, t + ROUNDING_S, hostile_from(raid, u, b))
    if until <= s + ROUNDING_S:
        return t
    slot0, opens, after = theatre.pairs[theatre.queue_pair[b]].slot0, NEVER, NEVER
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[slot0 + e - unit.e0]
        opens, after = min(opens, next_launch(theatre, slot, s)), min(after, next_launch(theatre, slot, until))
    if opens > s + ROUNDING_S:
        until = min(until, opens)
    elif after == NEVER:
        raid.state.barred[b] = 1
    return appears + until if until < NEVER else NEVER


@inner
def _await_knowing(raid, u, b, t):  # type: ignore[no-untyped-def]
    """When unit u may next consider queue entry b, given what it knows of it: t if it may now."""
    state, i = raid.state, raid.theatre.queue_threat[b]
    if t <= state.lost[b]:
        return t
    appears = state.threats[i].appears
    known, until = known_span(raid, u, i, t - appears)
    state.lost[b] = appears + until
    if known == NEVER:
        return NEVER
    again = max(t, appears + known + raid.world.units[u].reaction)
    note(state, appears + known, SAW, i, u, -1, 0, again)
    return again


@inner
def _same_until(raid, u, b, t):  # type: ignore[no-untyped-def]
    """Until when, s into the raid, what keeps unit u from firing at queue entry b at t would be found the same if
    nothing happened; -NEVER where that is not known, as with a sensor that turns."""
    i, unit, theatre = raid.theatre.queue_threat[b], raid.world.units[u], raid.theatre
    if unit.turns or unit.thrift:
        return -NEVER
    appears, slot0 = raid.state.threats[i].appears, theatre.pairs[theatre.queue_pair[b]].slot0
    until = held_alike_until(raid, i, t) if raid.world.areas.shape[0] > 0 else NEVER
    for e in range(unit.e0, unit.e1):
        until = min(until, appears + open_until(theatre, theatre.slots[slot0 + e - unit.e0], t - appears))
    return until


@inner
def _find_to_fire(raid, u, b, t):  # type: ignore[no-untyped-def]
    """What unit u, which knows of queue entry b, could fire at it now, the effector and its rounds; else -1, whether
    rounds, a mount or orders are missing, and when to look again."""
    state = raid.state
    appears, again, now = state.threats[raid.theatre.queue_threat[b]].appears, t, t + ROUNDING_S
    if raid.world.units[u].identifies:
        again = await_call(raid, u, b, t)
    if again <= now and raid.world.areas.shape[0] > 0:
        again = _await_release(raid, u, b, t)
    if again <= now and raid.world.units[u].turns:
        again = await_aim(raid, u, b, t)
    if again > now:
        return -1, 0, again
    e, rounds, possible, why = choose(raid, u, b, t - appears)
    if why != NOT_OPEN:
        state.barred[b] = 1 if why == BARRED else 0
    if e >= 0:
        return e, rounds, t
    return -1, 1 if rounds > 0 else 0, appears + possible if possible < NEVER else NEVER


@inner
def consider(raid, u, b, t):  # type: ignore[no-untyped-def]
    """What unit u could fire now at queue entry b, the effector and its rounds; else -1, 0, and when to look again,
    which is noted in state.ready: time, or rounds, a mount or orders are missing."""
    state = raid.state
    again = _await_knowing(raid, u, b, t)
    if again > t + ROUNDING_S:
        state.ready[b], state.waits[b] = again, TO_KNOW
        return -1, 0, again
    state.waits[b] = FOR_MORE
    if not is_found_the_same(raid, u, b, t):
        e, rounds, again = _find_to_fire(raid, u, b, t)
        if e >= 0:
            return e, rounds, t
        state.same_until[b] = min(_same_until(raid, u, b, t), again) - 2.0 * ROUNDING_S
        state.same_at[b] = state.units[u].reasons
        state.same_next[b], state.same_lacks[b] = again, rounds
    # Where not time is missing it looks again when rounds, a mount or orders come, or when another effector's window
    # opens, or something cheaper has had its turn.
    again = state.same_next[b]
    state.ready[b] = t if state.same_lacks[b] else again
    return -1, 0, again


@inner
def on_decide(raid, u, t):  # type: ignore[no-untyped-def]
    """Unit u gives its free channels to the most urgent threats that it can reach."""
    state = raid.state
    x = state.units[u]
    sleep(state, u)
    count, later, same, settled = candidates(raid, u, t, False)
    settled, k = min(settled, cut_alike_until(raid, t)), 0
    while k < count:
        if x.free == 0 or x.armed == 0:
            return
        b = state.picked[k]
        k += 1
        e, rounds, again = consider(raid, u, b, t)
        if e >= 0:
            fire(raid, u, b, e, rounds, t)
            state.ready[b], state.waits[b], settled = NEVER, FOR_NOTHING, -NEVER
            if same > 0:  # what was left out may be found otherwise by now
                k, count = candidates_after(raid, u, t, b)
                same = 0
        else:
            later = min(later, again)
            if state.ready[b] <= t:
                settled = min(settled, min(state.same_until[b], state.lost[b]))
    wake(state, u, later)
    x.settled = min(settled, later - 2.0 * ROUNDING_S)


@inner
def _is_still_guided(raid, effector, losses):  # type: ignore[no-untyped-def]
    """Whether what was launched after so many losses of its unit needs no guidance, or has it still."""
    guided = effector.sight_to_intercept and not effector.is_gun
    return not guided or losses == raid.state.units[effector.unit].losses


@inner
def on_intercept(raid, b, e, luck_and_losses, t):  # type: ignore[no-untyped-def]
    """Rounds meet their target, or what is left of it; returns 1 if they kill it."""
    state, block, effector = raid.state, raid.block, raid.world.effectors[e]
    u, i = effector.unit, raid.theatre.queue_threat[b]
    unit = raid.world.units[u]
    state.effectors[e].busy -= 1
    note_reasons(raid, u)
    kills = luck_and_losses & 1 and _is_still_guided(raid, effector, luck_and_losses >> 1)
    killed = 1 if kills and state.threats[i].status == ALIVE else 0
    if killed:
        block.kills[raid.row, e] += 1
        block.by[raid.row, i] = u
        settle(raid, i, DOWNED if raid.theatre.routes[i].neutral else KILLED, t)
    note(state, t, INTERCEPTED, i, u, e, killed, t)
    dead = state.threats[i].status != ALIVE
    wrong = unit.kill_called_miss if dead else unit.miss_called_kill
    verdict = SEEN_DEAD if dead else SEEN_ALIVE
    if wrong > 0.0:
        name = raid.theatre.routes[i].entity
        if luck(raid, rng.ASSESSMENT, name, effector.entity, state.salvos[b]) < wrong:
            verdict = TAKEN_FOR_ALIVE if dead else SEEN_DEAD
    if not effector.hold_to_assessment:
        state.units[u].free += 1
    wake(state, u, t)  # for a channel, or for the mount alone
    if unit.assessment > 0.0:
        push(state, t + unit.assessment, code(ASSESS, b, e - unit.e0, verdict))
    else:
        on_assess(raid, b, e, verdict, t)
    return killed


@inner
def on_assess(raid, b, e, verdict, t):  # type: ignore[no-untyped-def]
    """The unit knows, or thinks it knows, what its rounds did; it sees, too, what others have killed meanwhile."""
    state, effector = raid.state, raid.world.effectors[e]
    u, i = effector.unit, raid.theatre.queue_threat[b]
    threat = state.threats[i]
    state.units[u].aloft -= 1
    threat.engaged -= shares(raid, u, b)
    if effector.hold_to_assessment:
        state.units[u].free += 1
    alive = verdict == SEEN_ALIVE and threat.status == ALIVE
    if (alive or (verdict == TAKEN_FOR_ALIVE and threat.status in SHOT_DOWN)) and fires_again(raid, u, b):
        state.ready[b] = t
        state.units[u].low = min(state.units[u].low, b)
    wake(state, u, t)
    if raid.world.units[u].turns:
        ask_again(raid, u, t)
    if threat.status == ALIVE and threat.engaged == 0 and shares(raid, u, b):
        leave_to_all(raid, i, t)


@inner
def await_false_track(raid, u, t):  # type: ignore[no-untyped-def]
    """Put the next false track of unit u on the agenda."""
    unit, x = raid.world.units[u], raid.state.units[u]
    drawn = luck(raid, rng.FALSE_TRACK, unit.entity, 0, x.false_tracks)
    x.false_tracks += 1
    push(raid.state, t - log(drawn) / unit.false_rate, code(FALSE_TRACK, u, 0, 0))


@inner
def on_false_track(raid, u, t):  # type: ignore[no-untyped-def]
    """A false track takes a channel of unit u, if one is free, and now and then a salvo."""
    state, unit, x = raid.state, raid.world.units[u], raid.state.units[u]
    number = x.false_tracks
    await_false_track(raid, u, t)
    if x.free <= 0:
        return
    _take_channel(raid, u)
    note(state, t, MISTOOK, -1, u, -1, 0, t + unit.false_time)
    e = unit.e1
    if luck(raid, rng.FALSE_TRACK, unit.entity, 1, number) < unit.false_fired:
        e = _fire_at_nothing(raid, u, t)
    push(state, t + unit.false_time, code(SEEN_THROUGH, u, e, 0))


@inner
def _fire_at_nothing(raid, u, t):  # type: ignore[no-untyped-def]
    """A salvo of the first effector that has one, at a false track: the effector; the unit's e1 if none has."""
    unit = raid.world.units[u]
    for e in range(unit.e0, unit.e1):
        rounds = rounds_ready(raid, e, unit.salvo[0], raid.world.effectors[e].kept)
        if rounds > 0:
            note(raid.state, t, LAUNCHED, -1, u, e, rounds, t + unit.false_time)
            spend(raid, u, e, rounds, t)
            return e
    return unit.e1


@inner
def on_seen_through(raid, u, e, t):  # type: ignore[no-untyped-def]
    """Unit u is done with a false track, and with what effector e fired at it; the unit's e1: none did."""
    raid.state.units[u].free += 1
    if e < raid.world.units[u].e1:
        raid.state.effectors[e].busy -= 1
        note_reasons(raid, u)
    wake(raid.state, u, t)


@inner
def on_jam(raid, i, link, t):  # type: ignore[no-untyped-def]
    """Threat i loses its control link and comes down, or loses satellite navigation and drifts; 1 if it is gone."""
    if not is_denied(raid, i, link, t):
        return 0
    note(raid.state, t, JAMMED, i, -1, -1, link, t)
    raid.block.jammed[raid.row, i] = min(t, raid.block.jammed[raid.row, i])
    if link:
        settle(raid, i, DIVERTED, t)
        return 1
    raid.state.threats[i].jammed = t
    _drop(raid, i, t)
    return 0


@inner
def _drop(raid, i, t):  # type: ignore[no-untyped-def]
    """Units leave threat i alone, which has lost its way, as their orders have it."""
    dropped = False
    for u in range(raid.world.units.shape[0]):
        unit, b, state = raid.world.units[u], pair_of(raid, u, i).queue, raid.state
        fires = b < 0 or unit.fires_on_jammed >= 1.0
        if (
            not fires
            and luck(raid, rng.ON_JAMMED, raid.theatre.routes[i].entity, unit.entity, 0) >= unit.fires_on_jammed
        ):
            state.ready[b], state.drops[b], state.barred[b], dropped = NEVER, 1, 1, True
            note_spares_of(raid, i)
            if state.units[u].holder == b:
                ask_again(raid, u, t)
    if dropped:  # it may be a last resort's turn
        leave_to_all(raid, i, t)


@inner
def on_impact(raid, i, t):  # type: ignore[no-untyped-def]
    """Threat i comes down: on its target, or beside it if it has drifted far enough. A neutral has gone its way."""
    world, block, route, threat = raid.world, raid.block, raid.theatre.routes[i], raid.state.threats[i]
    if route.neutral:
        settle(raid, i, PASSED, t)
        note(raid.state, t, WENT, i, -1, -1, PASSED, t)
        return
    fate = LEAKED
    if threat.jammed < NEVER:
        u = luck(raid, rng.DRIFT, route.entity, 0, 0)
        type_ = world.types[route.group]
        miss = miss_distance(type_.drift, type_.drift_acceleration, t - threat.jammed, u)
        block.miss[raid.row, i] = miss
        if miss > world.assets[route.asset].radius:
            fate = DIVERTED
    if fate == LEAKED:
        block.cause[raid.row, i] = why_it_leaked(raid, i)
    settle(raid, i, fate, t)
    note(raid.state, t, CAME_DOWN, i, -1, -1, fate, t)
    if fate == LEAKED:
        strike(raid, i, t)
