"""Doctrine: which threats, where, in which order, with what, how many rounds, how often. It chooses; handlers act."""

from __future__ import annotations

from typing import NamedTuple

from bartizan.engine.layout import ALIVE
from bartizan.engine.losses import is_cut
from bartizan.engine.orders import ROUNDING_S, least_salvo, shares, spared_until
from bartizan.engine.tables import flight_delay, next_aimed_launch
from bartizan.ground.jit import inner
from bartizan.physics.arrays import NO_LIMIT
from bartizan.physics.flyout import NEVER


class Zone(NamedTuple):
    """Where a launch may meet its target: slant range and height above the ground, m."""

    r_min: float
    r_max: float
    z_min: float
    z_max: float


# ------------------------------------------------------------------------------------ without any raid


@inner
def engages(world, u, g):  # type: ignore[no-untyped-def]
    """Whether unit u ever fires at threats of group g."""
    unit = world.units[u]
    return (unit.engage & world.groups[g].bit) != 0 and unit.max_salvos > 0


@inner
def zone_of(world, e, g):  # type: ignore[no-untyped-def]
    """Where what effector e fires meets threats of group g: wherever it can."""
    effector = world.effectors[e]
    return Zone(effector.r_min, min(effector.r_max, world.reach[e, g]), effector.z_min, effector.z_max)


@inner
def is_within(zone, r, z):  # type: ignore[no-untyped-def]
    """Whether a zone holds what is at slant range r and z above the ground, m."""
    return zone.r_min <= r <= zone.r_max and zone.z_min <= z <= zone.z_max


@inner
def salvo_size(unit, effector, wanted, rounds):  # type: ignore[no-untyped-def]
    """Rounds of a salvo for which so many missiles are wanted, given the rounds that may be fired; 0: none."""
    if effector.is_gun:  # whole bursts only: the kill chance of a burst is that of all its rounds
        return effector.burst if rounds >= effector.burst else 0
    if rounds >= wanted:
        return wanted
    return max(rounds, 0) if unit.partial else 0


@inner
def is_spent(unit, effector, rounds):  # type: ignore[no-untyped-def]
    """Whether the rounds left are too few for any salvo or burst."""
    return rounds < least_salvo(unit, effector)


# --------------------------------------------------------------------------------------------- in a raid


@inner
def is_found_the_same(raid, u, b, t):  # type: ignore[no-untyped-def]
    """Whether what kept unit u from firing at queue entry b when last it considered it would be found the same at t."""
    state = raid.state
    return state.same_at[b] == state.units[u].reasons and t < state.same_until[b] and t <= state.lost[b]


@inner
def candidates(raid, u, t, anew):  # type: ignore[no-untyped-def]
    """Threats that unit u may consider now, most urgent (first to arrive) first, into state.picked.

    Returns their number, the next time at which another becomes ready or is looked at again, how many were left out as
    what keeps the unit from firing would be found the same as before, which is not done where they are asked `anew`,
    and until when it is. What another unit of the network is engaging is left alone if the unit coordinates and knows
    it for the same.
    """
    theatre, state = raid.theatre, raid.state
    x = state.units[u]
    end = theatre.queue_span[u + 1]
    b = x.low
    while b < end and state.ready[b] == NEVER:
        b += 1
    x.low = b
    count, later, same, settled = 0, NEVER, 0, NEVER
    while b < end and theatre.queue_first[b] < later:
        if state.ready[b] > t + ROUNDING_S:  # of what is known at one moment the most urgent comes first
            later = min(later, state.ready[b])
        else:
            threat = state.threats[theatre.queue_threat[b]]
            if threat.engaged > 0 and shares(raid, u, b) and not is_cut(raid, t):
                if threat.status != ALIVE:  # nobody is woken when what it takes for alive is left to all
                    settled = -NEVER
            elif not anew and state.same_lacks[b] and is_found_the_same(raid, u, b, t):
                same += 1
                later, settled = min(later, state.same_next[b]), min(settled, min(state.same_until[b], state.lost[b]))
            else:
                k = count
                while k > 0 and state.threats[theatre.queue_threat[state.picked[k - 1]]].arrives > threat.arrives:
                    state.picked[k] = state.picked[k - 1]
                    k -= 1
                state.picked[k] = b
                count += 1
        b += 1
    return count, later, same, settled


@inner
def candidates_after(raid, u, t, b):  # type: ignore[no-untyped-def]
    """All that unit u may consider now after queue entry b, at which it has fired, into state.picked: the first of them
    there, and the number up to the last."""
    theatre, state, k = raid.theatre, raid.state, 0
    count, _, _, _ = candidates(raid, u, t, True)
    arrives = state.threats[theatre.queue_threat[b]].arrives
    while k < count:
        other = state.threats[theatre.queue_threat[state.picked[k]]].arrives
        if other > arrives or (other == arrives and state.picked[k] > b):
            break
        k += 1
    return k, count


@inner
def rounds_ready(raid, e, wanted, kept):  # type: ignore[no-untyped-def]
    """Rounds of a salvo of effector e for which so many missiles are wanted, while `kept` rounds stay; 0 if it lacks
    rounds or a mount."""
    effector, magazine = raid.world.effectors[e], raid.state.effectors[e]
    if magazine.busy >= effector.at_once and effector.at_once < NO_LIMIT:
        return 0
    return salvo_size(raid.world.units[effector.unit], effector, wanted, magazine.rounds - kept)


@inner
def _has_another_look(raid, e, b, slot, s):  # type: ignore[no-untyped-def]
    """Whether the result of a launch of effector e at queue entry b at s is known in time for another one, which the
    doctrine allows."""
    unit = raid.world.units[raid.world.effectors[e].unit]
    if raid.state.salvos[b] + 1 >= unit.max_salvos:
        return False
    known = s + flight_delay(raid.theatre, slot, s) + unit.assessment
    return next_aimed_launch(raid, e, raid.theatre.queue_threat[b], slot, known) < NEVER


@inner
def salvo_wanted(raid, e, b, slot, s):  # type: ignore[no-untyped-def]
    """Missiles of the next salvo of effector e at queue entry b, launched at s: one alone where the unit is thrifty and
    has time for another look."""
    unit = raid.world.units[raid.world.effectors[e].unit]
    if unit.thrift and _has_another_look(raid, e, b, slot, s):
        return 1
    return unit.salvo[min(raid.state.salvos[b], unit.salvos - 1)]


# What keeps a unit from firing now: no window is open; rounds or a mount are lacking; its orders alone.
NOT_OPEN, LACKING, BARRED = range(3)


@inner
def _rounds_released(raid, e, b, slot, s):  # type: ignore[no-untyped-def]
    """Rounds that effector e, whose window is open, fires at queue entry b now, and what keeps it from firing more."""
    g = raid.theatre.routes[raid.theatre.queue_threat[b]].group
    wanted, kept = salvo_wanted(raid, e, b, slot, s), raid.world.release[e, g].kept
    rounds = rounds_ready(raid, e, wanted, kept)
    if rounds == 0 and kept > 0 and rounds_ready(raid, e, wanted, 0) > 0:
        return 0, BARRED
    return rounds, LACKING


@inner
def choose(raid, u, b, s):  # type: ignore[no-untyped-def]
    """The first effector, in order of preference, that can be launched now at queue entry b (s after its appearance).

    Returns the effector, its rounds, s and NOT_OPEN; or -1, whether it may be able to before another window opens, when
    that opens or what is cheaper has had its turn, NEVER if neither, and what keeps the unit from firing.
    """
    theatre, unit = raid.theatre, raid.world.units[u]
    g, slot0 = theatre.routes[theatre.queue_threat[b]].group, theatre.pairs[theatre.queue_pair[b]].slot0
    opens, spared, waits, why = NEVER, NEVER, 0, NOT_OPEN
    for e in range(unit.e0, unit.e1):
        slot, rule = theatre.slots[slot0 + e - unit.e0], raid.world.release[e, g]
        possible = next_aimed_launch(raid, e, theatre.queue_threat[b], slot, s)
        if possible > s + ROUNDING_S:
            opens = min(opens, possible)
            continue
        until = spared_until(raid, u, b, s) if rule.last_resort and rule.released else -NEVER
        rounds, kept_by = 0, BARRED
        if rule.released and until < s:
            rounds, kept_by = _rounds_released(raid, e, b, slot, s)
        if rounds > 0:
            return e, rounds, s, NOT_OPEN
        waits |= rule.released
        spared = min(spared, until + ROUNDING_S) if until >= s else spared
        why = BARRED if kept_by == BARRED and why != LACKING else LACKING
    if why == BARRED and opens < NEVER:
        why = NOT_OPEN
    return -1, waits, min(opens, spared), why


@inner
def fires_again(raid, u, b):  # type: ignore[no-untyped-def]
    """Whether unit u may fire once more at the threat of queue entry b, which it takes for alive."""
    if raid.state.drops[b]:
        return False
    return raid.state.salvos[b] < raid.world.units[u].max_salvos
