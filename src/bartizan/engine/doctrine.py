"""Doctrine: which threats, where, in which order, with what, how many rounds, how often. It chooses; handlers act."""

from __future__ import annotations

from typing import NamedTuple

from bartizan.engine.tables import next_launch
from bartizan.ground.jit import inner
from bartizan.physics.arrays import NO_LIMIT
from bartizan.physics.flyout import NEVER

# A window that opens within this time, s, is open: adding and taking off the time of appearance rounds, and a unit
# that was woken for a window must not find it still shut.
ROUNDING_S = 1e-6


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
def zone_of(unit, effector):  # type: ignore[no-untyped-def]
    """Where the unit lets what an effector fires meet a target: wherever it can."""
    return Zone(effector.r_min, effector.r_max, effector.z_min, effector.z_max)


@inner
def salvo_size(unit, effector, fired, rounds):  # type: ignore[no-untyped-def]
    """Rounds of the next salvo, given the salvos already fired at the threat and the rounds left; 0: none."""
    if effector.is_gun:  # whole bursts only: the kill chance of a burst is that of all its rounds
        return effector.burst if rounds >= effector.burst else 0
    wanted = unit.salvo[min(fired, unit.salvos - 1)]
    if rounds >= wanted:
        return wanted
    return rounds if unit.partial else 0


@inner
def is_spent(unit, effector, rounds):  # type: ignore[no-untyped-def]
    """Whether the rounds left are too few for any salvo or burst."""
    least = effector.burst if effector.is_gun else 1
    if not effector.is_gun and not unit.partial:
        least = unit.salvo[0]
        for k in range(1, unit.salvos):
            least = min(least, unit.salvo[k])
    return rounds < least


# --------------------------------------------------------------------------------------------- in a raid


@inner
def shares(raid, u, b):  # type: ignore[no-untyped-def]
    """1 if unit u leaves the threat of queue entry b to another that engages it, and others leave it to u."""
    return 1 if raid.world.units[u].coordinate and not raid.state.apart[b] else 0


@inner
def candidates(raid, u, t):  # type: ignore[no-untyped-def]
    """Threats that unit u may consider now, most urgent (first to arrive) first, into state.picked.

    Returns their number and the next time at which another becomes ready. What another unit of the network is
    engaging is left alone if the unit coordinates and knows it for the same.
    """
    theatre, state = raid.theatre, raid.state
    x = state.units[u]
    end = theatre.queue_span[u + 1]
    b = x.low
    while b < end and state.ready[b] == NEVER:
        b += 1
    x.low = b
    count, later = 0, NEVER
    while b < end and theatre.queue_first[b] < later:
        if state.ready[b] > t:
            later = min(later, state.ready[b])
        else:
            threat = state.threats[theatre.queue_threat[b]]
            if not (threat.engaged > 0 and shares(raid, u, b)):
                k = count
                while k > 0 and state.threats[theatre.queue_threat[state.picked[k - 1]]].arrives > threat.arrives:
                    state.picked[k] = state.picked[k - 1]
                    k -= 1
                state.picked[k] = b
                count += 1
        b += 1
    return count, later


@inner
def rounds_ready(raid, e, fired):  # type: ignore[no-untyped-def]
    """Rounds of the next salvo of effector e, after so many at a threat; 0 if it lacks rounds or a mount."""
    effector, magazine = raid.world.effectors[e], raid.state.effectors[e]
    if magazine.busy >= effector.at_once and effector.at_once < NO_LIMIT:
        return 0
    return salvo_size(raid.world.units[effector.unit], effector, fired, magazine.rounds)


@inner
def choose(raid, u, b, s):  # type: ignore[no-untyped-def]
    """The first effector, in order of preference, that can be launched now at queue entry b (s after its appearance).

    Returns the effector, its rounds and s; or -1, whether an effector lacks only rounds or a mount now, and when a
    window of another opens, NEVER if none does.
    """
    theatre, state, unit = raid.theatre, raid.state, raid.world.units[u]
    slot0 = theatre.pairs[theatre.queue_pair[b]].slot0
    again, blocked = NEVER, 0
    for e in range(unit.e0, unit.e1):
        slot = theatre.slots[slot0 + e - unit.e0]
        possible = next_launch(theatre, slot, s)
        if possible <= s + ROUNDING_S:
            blocked = 1
            rounds = rounds_ready(raid, e, state.salvos[b])
            if rounds > 0:
                return e, rounds, s
        else:
            again = min(again, possible)
    return -1, blocked, again


@inner
def fires_again(raid, u, b):  # type: ignore[no-untyped-def]
    """Whether unit u may fire once more at the threat of queue entry b, which it takes for alive."""
    return raid.state.salvos[b] < raid.world.units[u].max_salvos
